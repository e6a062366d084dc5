"""Days that hold over several sentences: named before, of a story that is told, of what is also told.

Here: what a sentence has from those around it. Not here: its own dates (own_dates.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.dates import undated
from pipeline.extract.news_days import BACKGROUND_DAYS
from pipeline.extract.own_dates import OWNED, SINCE_OTHER, speech_date
from pipeline.extract.rows import ATTACKS
from pipeline.extract.spans import ahead_of, carried
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_SPOKEN_REACH: Final = 2  # sentences over which "a day earlier" counts from a day that was named
_PAST_REACH: Final = 3  # sentences over which the month or year of a story holds
_OPENING: Final = 25  # characters from the start of a sentence within which a date sets the scene for all of it
_DATE_GAP: Final = 4  # characters between two dates of which the later explains the earlier
_ONE_MORE: Final = r"\b(?:an?|another|new|fresh)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $"
_TIMELINE: Final = r"^(?:here (?:is|are) |below (?:is|are) )?(?:a |an |the )?(?:[a-z]+ )?(?:timeline|chronology|key dates)\b[^.]{0,60}$"
_TIMELINE_REACH: Final = 3  # sentences over which the day of an entry holds
# "they also hit a depot": in the span of days that the sentence before told
_ALSO: Final = r'^"?(?:(?:they|it|he|she|we|there|[RUGVHTN]=*|the (?:[a-z-]+ |[RUV]=* )?[a-z]+)(?:,? [a-z=]+){0,3}? also|also|in addition|additionally)\b'
# "for eight years it has held them off. And rockets fell on this town": in those years
_AND: Final = r'^"?and '
_FOR_YEARS: Final = r"^for .*(?:years|decades)$"


def _in_sentences(dates: pl.DataFrame, sentences: pl.DataFrame) -> pl.LazyFrame:
    """The dates with the `published_date` and `mask` of their sentence."""
    told = sentences.lazy().select("sentence", "published_date", "mask")
    return dates.lazy().join(told, on="sentence", how="left", maintain_order="left")


def explains_another() -> pl.Expr:
    """Boolean over dates in text order: it dates the words of the date before it ("since the war began" in February)."""
    follows = (pl.col("sentence") == pl.col("sentence").shift(1)) & (
        pl.col("start") - pl.col("end").shift(1) <= _DATE_GAP
    )
    return (follows & pl.col("date_text").shift(1).str.starts_with("since ")).fill_null(False)


def long_past(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `is_long_past` True: sentences that name a year long past and no recent day."""
    old = (pl.col("date_precision") == 5) & (pl.col("date_end") < pl.col("published_date").dt.offset_by("-180d"))
    return (
        dates.lazy()
        .join(sentences.lazy().select("sentence", "published_date"), on="sentence", how="left")
        .group_by("sentence")
        .agg(is_long_past=old.any() & ~(pl.col("date_precision") == 1).any())
        .filter(pl.col("is_long_past").fill_null(False))
        .collect()
    )


def stories(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `story_start`, `story_end` Date, `story_precision`: the past month or year in which a sentence plays.

    A month or year that is over, named at the start of the sentence itself or in one shortly before it in its paragraph,
    holds until another date is named.
    """
    is_over = pl.col("date_precision").is_between(2, 5) & (
        pl.col("date_end") < pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d")
    )
    last = (
        _in_sentences(dates, sentences)
        .filter(~ahead_of(pl.col("mask"), "start", 60).str.contains(SINCE_OTHER))
        .filter(~pl.col("date_text").str.contains(OWNED))
        .with_columns(
            over=is_over.fill_null(False),
            opens=pl.col("start") < _OPENING,
        )
        .group_by("sentence", maintain_order=True)
        .agg(
            story=pl.struct("date_start", "date_end", "date_precision", "over").last(),
            own=pl.struct("date_start", "date_end", "date_precision", "over").first(),
            opens=pl.col("opens").first() & (pl.len() == 1),
            named_in=pl.col("sentence").first(),
        )
    )
    held = (
        sentences.lazy()
        .select("sentence", "paragraph")
        .join(last, on="sentence", how="left", maintain_order="left")
        .with_columns(
            before=carried(pl.col("story"), "paragraph"), named_in_before=carried(pl.col("named_in"), "paragraph")
        )
    )
    near = pl.col("sentence") - pl.col("named_in_before") <= _PAST_REACH
    return (
        held.with_columns(story=pl.when(pl.col("named_in").is_null() & near).then("before").when("opens").then("own"))
        .filter(pl.col("story").struct.field("over").fill_null(False))
        .select(
            "sentence",
            story_start=pl.col("story").struct.field("date_start"),
            story_end=pl.col("story").struct.field("date_end"),
            story_precision=pl.col("story").struct.field("date_precision"),
        )
        .collect()
    )


def days_also_told(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `also_start`, `also_end` Date, `also_precision`: sentences without a date that go on telling ("they also
    hit") what happened in the days or weeks which the sentence before names last."""
    spans = (
        dates.lazy()
        .group_by("sentence", maintain_order=True)
        .agg(span=pl.struct("date_start", "date_end", "date_precision").last())
        .filter(
            pl.col("span").struct.field("date_precision").is_between(2, 4),
            pl.col("span").struct.field("date_start").is_not_null(),
        )
    )
    before = pl.col("before").struct
    return (
        sentences.lazy()
        .select("sentence", "paragraph", goes_on=pl.col("mask").str.contains(_ALSO))
        .join(spans, on="sentence", how="left", maintain_order="left")
        .with_columns(before=carried(pl.col("span"), "paragraph", reach=1))
        .filter(pl.col("goes_on") & pl.col("before").is_not_null())
        .join(dates.lazy().select("sentence").unique(), on="sentence", how="anti")
        .select(
            "sentence",
            also_start=before.field("date_start"),
            also_end=before.field("date_end"),
            also_precision=before.field("date_precision"),
        )
        .collect()
    )


def sentences_after_history(triggers: pl.DataFrame, sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """Sentences without a date: `sentence`, `is_after_history` (shortly behind one of their paragraph that tells history),
    `after_past_attack` (right behind a sentence that tells an attack of the past)."""
    history = (
        triggers.lazy()
        .filter(pl.col("is_history") & (pl.col("event_type") != "control_status"))
        .group_by("sentence")
        .agg(past=pl.col("sentence").first(), tells_attack=pl.col("event_type").is_in(ATTACKS).any())
    )
    for_years = (
        dates.lazy()
        .filter(pl.col("date_text").str.contains(_FOR_YEARS))
        .select("sentence", in_years=pl.col("sentence"))
        .unique()
    )
    goes_on = pl.col("mask").str.contains(_AND)
    return (
        sentences.lazy()
        .select("sentence", "article", "paragraph", "mask")
        .join(history, on="sentence", how="left", maintain_order="left")
        .join(for_years, on="sentence", how="left", maintain_order="left")
        .with_columns(
            last=pl.coalesce(
                carried(pl.col("past"), "paragraph"), pl.when(goes_on).then(carried(pl.col("in_years"), "article"))
            ),
            after_past_attack=carried(pl.when("tells_attack").then(True), "article", reach=1).fill_null(False),
        )
        .with_columns(is_after_history=(pl.col("sentence") - pl.col("last") <= _PAST_REACH).fill_null(False))
        .filter(pl.col("is_after_history") | pl.col("after_past_attack"))
        .join(dates.lazy().select("sentence").unique(), on="sentence", how="anti")
        .select("sentence", "is_after_history", "after_past_attack")
        .collect()
    )


def count_from_news(dates: pl.DataFrame, sentences: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Dates that count from another day than that of publication ("today" in yesterday's news, "a day earlier"), moved there."""
    is_day = (
        (pl.col("date_precision") == 1) & (pl.col("counts_from") == "published") & pl.col("date_start").is_not_null()
    )
    in_order = (
        dates.lazy()
        .join(
            sentences.lazy().select("sentence", "article", "published_date", "entry_day"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .join(days.lazy(), on="article", how="left", maintain_order="left")
        .with_columns(news_day=pl.coalesce("entry_day", "news_day"))
        .sort("sentence", "start")
        .with_columns(named=pl.when(is_day).then("date_start"), named_in=pl.when(is_day).then("sentence"))
        .with_columns(spoken=carried(pl.col("named"), "article"), spoken_in=carried(pl.col("named_in"), "article"))
    )
    near = (pl.col("sentence") - pl.col("spoken_in") <= _SPOKEN_REACH).fill_null(False)
    counted_from = (
        pl.when(pl.col("counts_from") == "news")
        .then("news_day")
        .when(pl.col("counts_from") == "spoken")
        .then(pl.coalesce(pl.when(near).then("spoken"), "news_day"))
        .otherwise("published_date")
    )
    # "the next morning" of a day that is not told
    lies_ahead = ((pl.col("counts_from") == "spoken") & (pl.col("date_start") > pl.col("published_date"))).fill_null(
        False
    )
    # "two years since": a year is one, from whichever day of a week it counts
    shift = pl.when(pl.col("date_precision") <= 3).then(pl.col("published_date") - counted_from)
    return (
        in_order.with_columns(pl.col("date_start", "date_end") - shift.fill_null(pl.duration(days=0)))
        .with_columns(**undated(lies_ahead))
        .select(dates.columns)
        .collect()
    )


def carried_days(sentences: pl.DataFrame, dates: pl.DataFrame, triggers: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `carried_day`, `day_of`: the last day named before it in its paragraph; for `day_of` as that of a thing
    ("Saturday's raid")."""
    telling = (
        triggers.lazy()
        .filter(~pl.col("event_type").is_in(CONTEXT_TYPES))
        .select("sentence", tells=pl.lit(True))
        .unique()
    )
    another = (
        triggers.lazy()
        .filter(
            pl.col("event_type").is_in(ATTACKS),
            pl.col("form") == "noun",
            pl.col("clause_left").str.contains(_ONE_MORE),
        )
        .select("sentence", tells_another=pl.lit(True))
        .unique()
    )
    named = (
        _in_sentences(dates, sentences)
        .filter(pl.col("date_precision") == 1, (pl.col("date_start") <= pl.col("published_date")).fill_null(True))
        .filter(pl.col("date_start").is_not_null())
        # a day of talks or of a deal is not the day of the fighting told next
        .join(telling, on="sentence", how="left", maintain_order="left")
        .filter(
            pl.col("tells").fill_null(False)
            | (pl.col("start") < _OPENING)
            | (pl.col("date_start") < pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d"))
            | ahead_of(pl.col("mask"), "start", 60).str.contains(speech_date())
        )
        .with_columns(is_owner=pl.col("mask").str.slice("end", 2) == "'s")
        .group_by("sentence", maintain_order=True)
        .agg(
            day=pl.col("date_start").filter(~pl.col("is_owner")).last(),
            day_of=pl.col("date_start").filter("is_owner").last(),
        )
    )
    return (
        sentences.lazy()
        .select("sentence", "article", "paragraph", is_timeline=pl.col("mask").str.contains(_TIMELINE))
        .join(named, on="sentence", how="left", maintain_order="left")
        .join(another, on="sentence", how="left", maintain_order="left")
        .with_columns(is_timeline=carried(pl.when("is_timeline").then(True), "article").fill_null(False))
        .select(
            "sentence",
            "is_timeline",
            # "the strike" behind "another strike" is that one
            day_of=carried(
                pl.when(pl.col("day_of").is_not_null() | pl.col("tells_another")).then(pl.struct("day_of")), "paragraph"
            ).struct.field("day_of"),
            carried_day=pl.when("is_timeline")
            .then(carried(pl.col("day"), "article", reach=_TIMELINE_REACH))
            .otherwise(carried(pl.col("day"), "paragraph")),
        )
        .collect()
    )
