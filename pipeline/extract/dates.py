"""Dates in text: the words and the days in Kyiv that they mean (codebook section 5).

Here: a date expression by itself, counted from the day of publication. Not here: which event it dates, and the day that a text
speaks of (dating.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import ahead_of, carried, find_pattern

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan\.?|feb\.?|mar\.|apr\.?|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)[0-9]{2}"
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_NIGHT = rf"(?:(?:the )?night of )?(?:{_MONTH} )?{_DAY}(?: {_MONTH})? (?:to|into|and|-) (?:{_MONTH} {_DAY}|{_DAY} {_MONTH})(?:,? {_YEAR})?|{_MONTH} [0-3]?[0-9]-[0-3]?[0-9]\b(?:,? {_YEAR})?|[0-3]?[0-9]-[0-3]?[0-9] {_MONTH}(?: {_YEAR})?|night of {_MONTH} {_DAY} (?:to|into|and|-) {_DAY}(?:,? {_YEAR})?"
_WEEKDAY = (
    rf"night (?:of|from|between) (?:{'|'.join(_WEEKDAYS)}) (?:to|into|and) (?:{'|'.join(_WEEKDAYS)})"
    rf"|(?:{'|'.join(_WEEKDAYS)}) night (?:to|into) (?:{'|'.join(_WEEKDAYS)})|(?:last |since )?(?:{'|'.join(_WEEKDAYS)}){_PART}"
)
_OVERNIGHT = rf"overnight (?:on |into |to |of )?(?:(?:{'|'.join(_WEEKDAYS)})(?: (?:in)?to (?:{'|'.join(_WEEKDAYS)}))?|(?:{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY}(?: (?:to|into|-) (?:{_MONTH} )?{_DAY})?)\b(?:,? {_YEAR})?)"
_STAMP = r"(?: [0-2][0-9]\.[0-5][0-9])?"  # of an entry in a live blog
_ENTRY: Final = r"(?i)^(?:from )?([0-3]?[0-9] (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) 20[0-9]{2}) [0-2][0-9]\.[0-5][0-9]\b"
_CLOCK = "(?:morning|afternoon|evening|night|as) of "
_FULL = rf"(?:(?:{_CLOCK})?(?:{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY})|of {_MONTH} (?:[12]?[0-9]|3[01])\b)(?:,? {_YEAR}{_STAMP})?"
_NUMERIC = r"[0-3]?[0-9][./][0-3]?[0-9][./]20[0-9]{2}"
_SINCE = rf"since {_FULL}"
_PART_OF_MONTH = rf"(?:early|mid|late|the (?:beginning|start|middle|end) of)[ -](?:in )?{_MONTH}(?: {_YEAR}| (?:of )?(?:last|this) year)?"
_DATELINE = 40  # characters within which a dateline names its day
_DATELINE_ENDS = r"^(?:,? [0-9]{4})?\.?,? ?(?:\([a-z /.]{2,22}\) ?-{1,2} |/[a-z]+/|-{2} )"
_PLANNED: Final = r"\b(?:will|plans? to|planned for|due|scheduled|until|till|by|deadline|upcoming|expected|set for|set to|next)\b[^.;]*$"
_PART_OF_YEAR = rf"(?:early|mid|late|the (?:beginning|start|end|first half|second half) of)[ -](?:in )?(?:{_YEAR}|(?:last|this) year)"
_YEARS = rf"(?:between|from) {_YEAR} (?:and|to|until|through) {_YEAR}"
_LOOSE = rf"(?:since|in|of|during|throughout|last|this|until) ?{_MONTH}(?: {_YEAR}| (?:of )?(?:last|this) year)?|the {_YEAR}|(?:since|in|of|from|during|throughout|by|until) {_YEAR}"
_RANGE = rf"(?:between|from) {_MONTH} (?:and|to|until|through) {_MONTH}(?:,? {_YEAR}| of (?:last|this) year| (?:last|this) year)?"
_SEASON = (
    r"(?:(?:in|over|during|throughout|since) (?:the )?(?:early |late |mid-)?(?:last |this )?|(?:earlier |late |early )?(?:last|this) )"
    rf"(?:(?:summer|autumn|winter|spring)(?:(?: of)? {_YEAR}| of last year)?|fall of {_YEAR})|(?:last|this) fall"
)
_VAGUE_UNIT = r"(?:days|weeks|months|years|decades)"
_SPANS = r"for (?:nearly |almost |more than |over |about )?[a-z0-9-]+(?: and a half)? (?:days|weeks?|months?|years?)"
_MONTH_NUMBERS: Final = {name[:3]: n for n, name in enumerate(_MONTHS, start=1)}
_SEASON_MONTHS: Final = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NUMBER_OF_MONTH: Final = r"^[0-9]{1,2}[./]([0-9]{1,2})[./]20"
_YEAR_PART: Final = r"^(?:early|mid|late|the (?:beginning|start|end|first half|second half) of)\b"
_FIRST_MONTHS: Final = {"mid": 5, "second half": 7, "late": 10, "end": 12}
_LAST_MONTHS: Final = {"beginning": 2, "start": 2, "early": 4, "first half": 6, "mid": 8}
_MONTH_STEM: Final = r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_SMALL: Final = {
    "a": 1, "an": 1, "one": 1, "couple of": 2, "two": 2, "three": 3, "few": 3, "several": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_AMOUNT = rf"(?:{'|'.join(sorted(_SMALL, key=len, reverse=True))}|[0-9]{{1,2}})"
_PAST = (
    rf"(?:(?:in|over|during|within|for) )?the (?:past|last|previous) (?:{_AMOUNT} )(?:hours?|days?|weeks?|months?|years?)"
    r"|(?:in|over|during|within|for|of) (?:the course of )?the (?:past|last|previous) (?:days?|weeks?|months?|years?)"
)
_AGO = rf"(?:a )?{_AMOUNT} (?:days?|nights?|weeks?|months?|years?) (?:ago|earlier|after|since)"
# told from another day, but not how long before or behind it
_VAGUE = (
    rf"(?:in|during|over) the (?:[a-z]+ )?{_VAGUE_UNIT} (?:after|since|before|following|preceding|that followed|leading up to)"
    rf"|{_VAGUE_UNIT} (?:ago|earlier|later|after|since|before)|{_AMOUNT} (?:days?|weeks?|months?|years?) (?:later|before)|{_AMOUNT} decades? (?:ago|earlier|later|after|since|before)"
    r"|(?:that|(?:the|that) (?:same|following|previous|preceding)) (?:month|year|spring|summer|autumn|winter)|since then"
    rf"|{_AMOUNT} (?:days?|weeks?|months?|years?) into|in (?:nearly |almost |more than |over )?{_AMOUNT} (?:months|years) of"
    rf"|(?:for|in|over) the (?:next|following) (?:{_AMOUNT} )?(?:days|weeks|months|years)|on day [a-z0-9]+ of the|(?:early|earlier|later) in the (?:war|conflict|invasion|siege|occupation)|on a recent"
)
SINCE: Final = len("since ")  # bytes of it that stand before the span of a date whose text it opens
# behind a date that counts from another event
CONNECTIVE: Final = r" (?:after|since|before|following|preceding)$"
_OF_THE_WAR: Final = (
    r"^ (?:the |its |russia's |moscow's |russian |full-scale |large-scale )*(?:invasion|war|start|beginning|outbreak|annexation|revolution)\b"
    r"|^ (?:[a-z']+ ){1,4}(?:invaded|annexed|launched (?:its|the|a) (?:[a-z-]+ )?(?:invasion|war))\b"
)
_FIRST_DAY: Final = (
    rf"^(?:{_MONTH} )?([0-3]?[0-9])(?:st|nd|rd|th)?(?: {_MONTH})?(?: (?:to|and|-) |-)(?:{_MONTH} )?[0-3]?[0-9]\b"
)
_UNIT_DAYS: Final = {"hour": 1 / 24, "day": 1, "night": 1, "week": 7, "month": 30, "year": 365}


def of_entries(sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `entry_day` Date, the day of the live blog's entry that a sentence stands in (null elsewhere), and `entry` UInt32,
    a running number of entries and of articles without any; in an entry its day is the `published_date`.

    `sentences`: `article`, `text`, `published_date`, sorted.
    """
    told = pl.col("text").str.extract(_ENTRY).str.to_titlecase().str.to_date("%d %b %Y", strict=False)
    is_near = told.is_between(pl.col("published_date").dt.offset_by("-3d"), pl.col("published_date"))
    opens_article = (pl.col("article") != pl.col("article").shift(1)).fill_null(True)
    return (
        sentences.lazy()
        .with_columns(stamp=pl.when(is_near).then(told))
        .with_columns(
            entry_day=pl.coalesce("stamp", carried(pl.col("stamp"), "article")),
            entry=(opens_article | pl.col("stamp").is_not_null()).cum_sum().cast(pl.UInt32),
        )
        .with_columns(published_date=pl.coalesce("entry_day", "published_date"))
        .drop("stamp")
        .collect()
    )


def _pattern() -> str:
    words = sorted(lexicon.table("dates")["words"].to_list(), key=len, reverse=True)
    return rf"\b(?:{_OVERNIGHT}|{_NIGHT}|{'|'.join(words)}|{_PAST}|{_AGO}|{_VAGUE}|{_RANGE}|{_SEASON}|{_WEEKDAY}|{_SINCE}|{_NUMERIC}|{_FULL}|{_PART_OF_MONTH}|{_PART_OF_YEAR}|{_YEARS}|{_LOOSE}|{_SPANS})(?:$|\b)"


def _days_back(day: pl.Expr, days: pl.Expr) -> pl.Expr:
    return day.dt.offset_by(pl.format("-{}d", days.cast(pl.Int32)))


def _anchor(published: pl.Expr, unit: pl.Expr) -> pl.Expr:
    """First day of the day, week (Monday), weekend (Saturday, the latest begun), month or year of publication."""
    back_to_saturday = (published.dt.weekday().cast(pl.Int32) - 6) % 7
    return (
        pl.when(unit == "week")
        .then(published.dt.truncate("1w"))
        .when(unit == "weekend")
        .then(_days_back(published, back_to_saturday))
        .when(unit == "month")
        .then(published.dt.month_start())
        .when(unit == "year")
        .then(published.dt.truncate("1y"))
        .when(unit == "day")
        .then(published)
    )


def _moved(day: pl.Expr, unit: pl.Expr, by: pl.Expr) -> pl.Expr:
    """The day moved by so many units."""
    suffix = unit.replace_strict({"week": "w", "weekend": "w", "month": "mo", "year": "y", "day": "d"}, default=None)
    return day.dt.offset_by(pl.format("{}{}", by, suffix))


def _at(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Date, null where there is no such day."""
    iso = pl.format("{}-{}-{}", year, month.cast(pl.String).str.zfill(2), day.cast(pl.String).str.zfill(2))
    return iso.str.to_date("%Y-%m-%d", strict=False)


def undated(is_undated: pl.Expr) -> dict[str, pl.Expr]:
    """The columns of a date, which no day has where `is_undated`: `date_start`, `date_end`, `date_precision`, `date_method`."""
    return {
        **{day: pl.when(~is_undated).then(day) for day in ("date_start", "date_end")},
        "date_precision": pl.when(is_undated).then(pl.lit(9, pl.Int8)).otherwise("date_precision"),
        "date_method": pl.when(is_undated).then(pl.lit("none")).otherwise("date_method"),
    }


def _month_number(stem: pl.Expr) -> pl.Expr:
    """Int32, null for anything but the first three letters of a month."""
    return stem.replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.Int32)


def _season(text: pl.Expr, published: pl.Expr, year: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """First and last day of the season named: "last winter" is one that is over, "in the summer" the latest that began."""
    month = text.str.extract(r"\b(spring|summer|autumn|fall|winter)\b").replace_strict(
        _SEASON_MONTHS, default=None, return_dtype=pl.Int32
    )
    season = _at(pl.coalesce(year, published.dt.year()), month, pl.lit(1))
    begun_by = pl.when(text.str.contains(r"\blast\b")).then(season.dt.offset_by("3mo")).otherwise(season)
    is_to_come = text.str.contains(r"\bthis (?:spring|summer|autumn|fall)\b")
    first = (
        pl.when((begun_by <= published) | year.is_not_null() | is_to_come)
        .then(season)
        .otherwise(season.dt.offset_by("-1y"))
    )
    last = pl.min_horizontal(first.dt.offset_by("3mo").dt.offset_by("-1d"), published)
    return first, pl.when(first.is_not_null()).then(last)


def _year_part(text: pl.Expr, months: dict[str, int], whole: int) -> pl.Expr:
    """Month with which the part of a year begins or ends that is named; `whole` where none is."""
    part = text.str.extract(r"^(?:the )?(early|mid|late|beginning|start|end|first half|second half)\b")
    return part.replace_strict(months, default=whole, return_dtype=pl.Int32).fill_null(whole)


def _is_ago(text: pl.Expr) -> pl.Expr:
    """Boolean: so long before the day that it counts from ("four days after the invasion" tells not how long ago)."""
    is_of_war = text.str.contains(CONNECTIVE) & pl.col("before_war")
    says_how_long = text.str.contains(rf"^(?:a )?{_AMOUNT} [a-z]+ (?:ago|earlier|after|since)$")
    return pl.col("unit").is_null() & says_how_long & ~is_of_war


def _first_of_days(text: pl.Expr) -> pl.Expr:
    """First day of "10 to 14 May", whose last is `stated`; null for one day and for the night between two."""
    first = text.str.extract(_FIRST_DAY).cast(pl.Int32, strict=False)
    month = _month_number(text.str.extract(_MONTH_STEM))
    is_first_month = text.str.contains(rf"^{_MONTH}|^{_DAY} {_MONTH}")
    last = pl.col("stated")
    day = _at(last.dt.year(), pl.when(is_first_month).then(month).otherwise(last.dt.month()), first)
    day = pl.when(day > last).then(day.dt.offset_by("-1y")).otherwise(day)
    is_night = text.str.contains(r"\bnight\b|\binto\b") | (
        (last - day == pl.duration(days=1)) & ~text.str.contains(r"\band\b")
    )
    return pl.when(~is_night & (day < last)).then(day)


def find_dates(sentences: pl.DataFrame) -> pl.DataFrame:
    """Every date expression of `lower`, resolved against `published_date` Date (nullable).

    Returns `sentence`, `start`, `end` (without "since" before and "after" behind it), `date_text` (folded, with them),
    `date_start`, `date_end` Date, `date_precision` Int8, `date_method` (stated, weekday, relative, none), `counts_from`
    (published; news: the day of the text's news; spoken: the day that was named before; both taken here as the day of
    publication). Without a publication day only full dates are resolved.
    """
    lower = pl.col("lower")
    words_before = ahead_of(lower, "start", 70)
    found = (
        find_pattern(sentences, "lower", _pattern())
        .lazy()
        .rename({"surface": "date_text"})
        .join(
            sentences.lazy().select("sentence", "published_date", "lower"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        # "May-born", "Monday-to-Friday"
        .filter(~lower.str.slice("end", 2).str.contains("^-[a-z]"))
        # "KYIV, Aug 19 (Reuters) -" dates the telling
        .filter((pl.col("start") > _DATELINE) | ~lower.str.slice("end", 30).str.contains(_DATELINE_ENDS))
        .select(
            "sentence",
            "start",
            "end",
            "date_text",
            "published_date",
            in_plans=words_before.str.contains(_PLANNED),
            before_war=lower.str.slice("end", 60).str.contains(_OF_THE_WAR),
        )
        .collect()
    )
    telling = ["date_text", "published_date", "in_plans", "before_war"]
    days = _resolved(found.select(telling).unique(maintain_order=True))
    return (
        found.join(days, on=telling, how="left", nulls_equal=True, maintain_order="left")
        # the connective goes on parting clauses; "since" says for patterns what goes on
        .with_columns(pl.col("start") + pl.col("since"), pl.col("end") - pl.col("connective"))
        .drop("published_date", "in_plans", "before_war", "since", "connective")
    )


def _resolved(distinct: pl.DataFrame) -> pl.DataFrame:
    """Adds to distinct `date_text`, `published_date`, `in_plans` (told as to come), `before_war` (the war's begin stands
    behind it) what find_dates gives, and `since`, `connective` Int32: characters of them at its ends."""
    words = lexicon.table("dates").select(
        pl.col("words", "unit", "counts_from"),
        pl.col("first", "last").cast(pl.Int32),
        word_precision=pl.col("precision").cast(pl.Int8),
    )
    published = pl.col("published_date")
    text = pl.col("date_text")
    since = text.str.starts_with("since")
    weekday = (
        text.str.replace(r"^.* (?:to|into|and) ", "")
        .str.extract(rf"({'|'.join(_WEEKDAYS)})")
        .replace_strict({name: n for n, name in enumerate(_WEEKDAYS, start=1)}, default=None, return_dtype=pl.Int32)
    )
    back = (published.dt.weekday().cast(pl.Int32) - weekday) % 7
    last = text.str.starts_with("last ") & (back == 0)
    on_weekday = _days_back(published, back + 7 * last.cast(pl.Int32))
    # of "31 May to 1 June" the later day counts: a night bears its morning's date
    final = text.str.replace(r"^.*(?: to | into | and | - |[0-9]-)", "")
    day = (
        final.str.replace(rf"{_YEAR}$", "")
        .str.extract(r"\b([0-3]?[0-9])(?:st|nd|rd|th)?\b")
        .cast(pl.Int32, strict=False)
    )
    month = pl.coalesce(
        _month_number(pl.coalesce(final.str.extract(_MONTH_STEM), text.str.extract(_MONTH_STEM))),
        text.str.extract(_NUMBER_OF_MONTH).cast(pl.Int32, strict=False),
    )
    this_year = published.dt.year()
    year = pl.coalesce(
        text.str.extract(rf"({_YEAR})").cast(pl.Int32, strict=False),
        pl.when(text.str.contains(rf"(?:{_MONTH}|{_YEAR_PART}| of).* last year$")).then(this_year - 1),
        pl.when(text.str.contains(rf"(?:{_YEAR_PART}).* this year$")).then(this_year),
    )
    valid = pl.col("day").is_between(1, 31) & pl.col("month").is_not_null()

    guessed = _at(this_year, pl.col("month"), pl.col("day"))
    # a date without its year is the latest that lies no more than two weeks after publication, or four months in plans
    latest = pl.when("in_plans").then(published.dt.offset_by("120d")).otherwise(published.dt.offset_by("14d"))
    told = (
        pl.when(guessed > latest)
        .then(guessed.dt.offset_by("-1y"))
        .when(guessed.dt.offset_by("1y") <= latest)
        .then(guessed.dt.offset_by("1y"))
        .otherwise(guessed)
    )
    stated = pl.when(valid).then(
        pl.when(pl.col("year").is_not_null()).then(_at(pl.col("year"), pl.col("month"), pl.col("day"))).otherwise(told)
    )
    latest_month = published.dt.month() - text.str.starts_with("last ").cast(pl.Int8)
    month_first = _at(
        pl.coalesce("year", this_year - (pl.col("month") > latest_month).cast(pl.Int32)),
        pl.col("month"),
        pl.lit(1),
    )
    in_month = pl.col("month").is_not_null() & pl.col("day").is_null()
    # "between January and March": the year is that of the last month
    is_range = text.str.contains(rf"^(?:between|from) {_MONTH} ")
    first_month = _month_number(text.str.extract(_MONTH_STEM))
    range_first = _at(month_first.dt.year() - (first_month > pl.col("month")).cast(pl.Int32), first_month, pl.lit(1))
    in_year = pl.col("year").is_not_null() & pl.col("month").is_null()
    part = text.str.extract(r"^(?:the )?(early|beginning|start|mid|middle|late|end)\b")
    part_first = (
        pl.when(part == "end")
        .then(month_first.dt.month_end().dt.offset_by("-6d"))
        .when(part == "late")
        .then(month_first.dt.offset_by("20d"))
        .when(part.is_in(["mid", "middle"]))
        .then(month_first.dt.offset_by("10d"))
        .otherwise(month_first)
    )
    part_last = (
        pl.when(part.is_in(["early", "beginning", "start"]))
        .then(month_first.dt.offset_by("9d"))
        .when(part.is_in(["mid", "middle"]))
        .then(month_first.dt.offset_by("19d"))
        .otherwise(month_first.dt.month_end())
    )
    in_season = text.str.contains(r"\b(?:spring|summer|autumn|fall|winter)\b")
    season_first, season_last = _season(text, published, pl.col("year"))
    # "in the past two weeks", "three days ago"
    measure = text.str.extract(r"\b(hour|day|night|week|month|year)s?\b(?: ago| earlier| after| since)?$")
    amount_text = text.str.extract(rf"\b({_AMOUNT}) (?:hour|day|night|week|month|year)")
    amount = pl.coalesce(
        amount_text.cast(pl.Int32, strict=False),
        amount_text.replace_strict(_SMALL, default=None, return_dtype=pl.Int32),
        pl.lit(1),
    )
    n_days = (amount * measure.replace_strict(_UNIT_DAYS, default=None, return_dtype=pl.Float64)).ceil().cast(pl.Int32)
    is_past = pl.col("unit").is_null() & text.str.contains(r"\bthe (?:past|last|previous) ")
    far = measure.is_in(["month", "year"])
    back_unit = _moved(_anchor(published, measure), measure, -amount)
    is_span = is_past | pl.col("is_ago")
    anchor = _anchor(published, pl.col("unit"))
    unit_end = (
        pl.when(pl.col("unit") == "weekend")
        .then(_moved(anchor, pl.col("unit"), pl.col("last")).dt.offset_by("1d"))
        .otherwise(_moved(anchor, pl.col("unit"), pl.col("last") + 1).dt.offset_by("-1d"))
    )
    start = pl.coalesce(
        pl.when("is_ago").then(pl.when(far).then(back_unit).otherwise(_days_back(published, n_days))),
        pl.when(is_past).then(_days_back(published, n_days)),
        _moved(anchor, pl.col("unit"), pl.col("first")),
        pl.coalesce("first_day", "stated"),
        pl.when(~pl.col("is_vague")).then(season_first),
        pl.when(is_range).then(range_first),
        pl.when(in_month).then(part_first),
        pl.when(in_year).then(_at(pl.col("year"), _year_part(text, _FIRST_MONTHS, 1), pl.lit(1))),
        on_weekday,
    )
    end = pl.coalesce(
        pl.when("is_ago").then(
            pl.when(far)
            .then(_moved(back_unit, measure, pl.lit(1)).dt.offset_by("-1d"))
            .otherwise(_days_back(published, n_days))
        ),
        pl.when(is_past).then(published),
        # what goes on ends no later than its telling
        pl.when(pl.col("first") <= 0).then(pl.min_horizontal(unit_end, published)).otherwise(unit_end),
        pl.when(since).then(published),
        "stated",
        pl.when(~pl.col("is_vague")).then(season_last),
        pl.when(in_month).then(part_last),
        pl.when(in_year).then(_at(pl.col("year"), _year_part(text, _LAST_MONTHS, 12), pl.lit(1)).dt.month_end()),
        on_weekday,
    )
    span_precision = (
        pl.when(measure == "year")
        .then(5)
        .when(measure == "month")
        .then(4)
        .when("is_ago")
        .then(pl.when(measure.is_in(["day", "night"]) & ~text.str.contains("few|several|couple")).then(1).otherwise(2))
        .when(n_days < 7)
        .then(2)
        .when(n_days == 7)
        .then(3)
        .otherwise(4)
    )
    since_day = pl.coalesce("stated", pl.when(weekday.is_not_null()).then(on_weekday))
    precision = (
        pl.when(is_span)
        .then(span_precision)
        .when(pl.col("is_vague") & text.str.contains(r"\bdays?\b|recent"))
        .then(2)
        .when(since & since_day.is_not_null())
        .then(pl.when(since_day < published.dt.offset_by("-7d")).then(4).otherwise(2))
        .when(pl.col("first_day").is_not_null())
        .then(2)
        .when(pl.col("stated").is_not_null() | weekday.is_not_null())
        .then(1)
        .when(in_season)
        .then(4)
        .when(in_month)
        .then(pl.when(part.is_not_null()).then(3).otherwise(4))
        .when(in_year)
        .then(pl.when(text.str.contains(_YEAR_PART)).then(4).otherwise(5))
        .otherwise(pl.coalesce("word_precision", pl.lit(4)))
    )
    return (
        distinct.lazy()
        .join(words.lazy(), left_on="date_text", right_on="words", how="left", maintain_order="left")
        .with_columns(is_ago=_is_ago(text))
        .with_columns(
            is_vague=pl.col("unit").is_null() & ~pl.col("is_ago") & text.str.contains(rf"^(?:{_VAGUE}|{_AGO})$")
        )
        .with_columns(day=pl.when(~is_span).then(day), month=pl.when(~is_span).then(month), year=year)
        .with_columns(stated=stated)
        .with_columns(first_day=_first_of_days(text))
        .with_columns(date_start=start, date_end=end, date_precision=precision.cast(pl.Int8))
        .with_columns(date_end=pl.when(pl.col("date_end") >= pl.col("date_start")).then("date_end").otherwise("date_start"))
        .with_columns(date_start=pl.when(pl.col("date_end").is_not_null()).then("date_start"))
        .with_columns(connective=text.str.extract(f"({CONNECTIVE})").str.len_bytes().cast(pl.Int32).fill_null(0))
        .select(
            "date_text", "published_date", "in_plans", "before_war", "date_start", "date_end", "date_precision",
            counts_from=pl.when(pl.col("is_ago") & text.str.ends_with("earlier"))
            .then(pl.lit("spoken"))
            .when(pl.col("is_ago") & text.str.contains(CONNECTIVE))
            .then(pl.lit("news"))
            .otherwise(pl.col("counts_from").fill_null("published")),
            date_method=pl.when(pl.col("date_start").is_null())
            .then(pl.lit("none"))
            .when(pl.col("stated").is_not_null() | in_month | in_year | in_season & pl.col("year").is_not_null())
            .then(pl.lit("stated"))
            .when(weekday.is_not_null())
            .then(pl.lit("weekday"))
            .otherwise(pl.lit("relative")),
            since=pl.lit(SINCE, pl.Int32) * since.cast(pl.Int32),
            connective=pl.when(pl.col("unit").is_null()).then("connective").otherwise(pl.lit(0, pl.Int32)),
        )
        .collect()
    )  # fmt: skip
