"""Dates in text: the words and the days in Kyiv that they mean (codebook section 5).

Here: a date expression by itself, counted from the day of publication. Not here: which event it dates.
"""

from __future__ import annotations

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import find_pattern

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan\.?|feb\.?|mar\.|apr\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?)"
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)[0-9]{2}"
_PART = r"(?: (?:morning|afternoon|evening|night))?"
_FROM_NEWS_DAY = ("the day before", "the previous day", "a day earlier", "one day earlier")
_NIGHT = rf"(?:(?:the )?night of )?(?:{_MONTH} )?{_DAY}(?: {_MONTH})? (?:to|into|and|-) (?:{_MONTH} {_DAY}|{_DAY} {_MONTH})(?:,? {_YEAR})?"
_WEEKDAY = rf"(?:last )?(?:{'|'.join(_WEEKDAYS)}){_PART}"
_FULL = rf"(?:{_DAY} (?:of )?{_MONTH}|{_MONTH} {_DAY})(?:,? {_YEAR})?"
_SINCE = rf"since {_FULL}"
_LOOSE = rf"(?:since|in|of|late|early|mid-?|during|last|this|until) ?{_MONTH}(?: {_YEAR})?|(?:since|in|of|from) {_YEAR}"
_SPANS = r"for (?:nearly |almost |more than |over |about )?[a-z0-9-]+(?: and a half)? (?:days|weeks|months|years)"


def _pattern() -> str:
    words = sorted(lexicon.table("dates")["words"].to_list(), key=len, reverse=True)
    return rf"\b(?:{_NIGHT}|{'|'.join(words)}|{_WEEKDAY}|{_SINCE}|{_FULL}|{_LOOSE}|{_SPANS})(?:$|\b)"


def find_dates(sentences: pl.DataFrame) -> pl.DataFrame:
    """Every date expression of `lower`, resolved against `published_date` Date (nullable).

    Returns `sentence`, `start`, `end`, `date_text` (folded), `date_start`, `date_end` Date, `date_precision` Int8,
    `date_method` (stated, weekday, relative, none), `from_news_day` Boolean (counted from the day that the text speaks
    of, here taken as the day of publication). Without a publication day only full dates are resolved.
    """
    words = lexicon.table("dates").select(
        pl.col("words"),
        *[pl.col(name).cast(pl.Int32, strict=False) for name in ("first_day", "last_day")],
        from_month=pl.col("first_day") == "month",
        word_precision=pl.col("precision").cast(pl.Int8),
    )
    published = pl.col("published_date")
    text = pl.col("date_text")
    weekday = text.str.extract(rf"({'|'.join(_WEEKDAYS)})").replace_strict(
        {name: n for n, name in enumerate(_WEEKDAYS, start=1)}, default=None, return_dtype=pl.Int32
    )
    back = (published.dt.weekday().cast(pl.Int32) - weekday) % 7
    last = text.str.starts_with("last ") & (back == 0)
    on_weekday = published.dt.offset_by(pl.format("-{}d", back + 7 * last.cast(pl.Int32)))
    # of "31 May to 1 June" the later day counts: a night bears its morning's date
    final = text.str.replace(r"^.* (?:to|into|and|-) ", "")
    day = (
        final.str.replace(rf"{_YEAR}$", "")
        .str.extract(r"\b([0-3]?[0-9])(?:st|nd|rd|th)?\b")
        .cast(pl.Int32, strict=False)
    )
    month = final.str.extract(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)").replace_strict(
        {name[:3]: n for n, name in enumerate(_MONTHS, start=1)}, default=None, return_dtype=pl.Int32
    )
    year = text.str.extract(rf"({_YEAR})").cast(pl.Int32, strict=False)
    this_year = published.dt.year()
    valid = pl.col("day").is_between(1, 31) & pl.col("month").is_not_null()

    def at(year_: pl.Expr, month_: pl.Expr, day_: pl.Expr) -> pl.Expr:
        iso = pl.format("{}-{}-{}", year_, month_.cast(pl.String).str.zfill(2), day_.cast(pl.String).str.zfill(2))
        return iso.str.to_date("%Y-%m-%d", strict=False)

    guessed = at(this_year, pl.col("month"), pl.col("day"))
    # a date without its year is the latest that lies no more than two weeks after publication
    latest = published.dt.offset_by("14d")
    told = (
        pl.when(guessed > latest)
        .then(guessed.dt.offset_by("-1y"))
        .when(guessed.dt.offset_by("1y") <= latest)
        .then(guessed.dt.offset_by("1y"))
        .otherwise(guessed)
    )
    stated = pl.when(valid).then(
        pl.when(pl.col("year").is_not_null()).then(at(pl.col("year"), pl.col("month"), pl.col("day"))).otherwise(told)
    )
    month_first = at(
        pl.coalesce("year", this_year - (pl.col("month") > published.dt.month()).cast(pl.Int32)),
        pl.col("month"),
        pl.lit(1),
    )
    in_month = pl.col("month").is_not_null() & pl.col("day").is_null()
    in_year = pl.col("year").is_not_null() & pl.col("month").is_null()
    since = text.str.starts_with("since")
    start = pl.coalesce(
        pl.col("stated"),
        pl.when(in_month).then(month_first),
        pl.when(in_year).then(at(pl.col("year"), pl.lit(1), pl.lit(1))),
        on_weekday,
        pl.when(pl.col("from_month")).then(published.dt.month_start()),
        published.dt.offset_by(pl.format("{}d", "first_day")),
    )
    end = pl.coalesce(
        pl.when(~since).then("stated"),
        pl.when(in_month & ~since).then(month_first.dt.month_end()),
        pl.when(in_year & ~since).then(at(pl.col("year"), pl.lit(12), pl.lit(31))),
        pl.when(since).then(published),
        on_weekday,
        published.dt.offset_by(pl.format("{}d", "last_day")),
    )
    precision = (
        pl.when(since & pl.col("stated").is_not_null())
        .then(pl.when(pl.col("stated") < published.dt.offset_by("-7d")).then(4).otherwise(2))
        .when(pl.col("stated").is_not_null() | weekday.is_not_null())
        .then(1)
        .when(in_month)
        .then(4)
        .when(in_year)
        .then(5)
        .otherwise(pl.coalesce("word_precision", pl.lit(4)))
    )
    return (
        find_pattern(sentences, "lower", _pattern())
        .lazy()
        .rename({"surface": "date_text"})
        .join(sentences.lazy().select("sentence", "published_date"), on="sentence", how="left", maintain_order="left")
        .join(words.lazy(), left_on="date_text", right_on="words", how="left", maintain_order="left")
        .with_columns(day=day, month=month, year=year)
        .with_columns(stated=stated)
        .with_columns(date_start=start, date_end=end, date_precision=precision.cast(pl.Int8))
        .with_columns(date_end=pl.when(pl.col("date_end") >= pl.col("date_start")).then("date_end").otherwise("date_start"))
        .with_columns(date_start=pl.when(pl.col("date_end").is_not_null()).then("date_start"))
        .select(
            "sentence", "start", "end", "date_text", "date_start", "date_end", "date_precision",
            from_news_day=pl.col("date_text").is_in(list(_FROM_NEWS_DAY)),
            date_method=pl.when(pl.col("date_start").is_null())
            .then(pl.lit("none"))
            .when(pl.col("stated").is_not_null() | in_month | in_year)
            .then(pl.lit("stated"))
            .when(weekday.is_not_null())
            .then(pl.lit("weekday"))
            .otherwise(pl.lit("relative")),
        )
        .collect()
    )  # fmt: skip
