"""Which day an event happened: the date words that belong to it, else the news day (codebook section 5).

Here: choosing among a sentence's dates and the days of the sentences around it. Not here: what the words of a date mean
(dates.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.carried_dates import (
    carried_days,
    count_from_news,
    days_also_told,
    explains_another,
    long_past,
    sentences_after_history,
    stories,
)
from pipeline.extract.news_days import BACKGROUND_DAYS, news_days, of_the_day
from pipeline.extract.own_dates import own_dates, says
from pipeline.extract.rows import ATTACKS
from pipeline.extract.states import TO_HAVE, tells_of_the_war, tells_state
from pipeline.schemas.vocabulary import CONTEXT_TYPES

# in the reporter's own words: before what the text tells
_HAD_DONE: Final = r"\bhad (?:long |once |previously |[a-z]+ly )?(?:been )?(?:(?:managed|begun|started|gone on|been able|been forced) to )?(?:[a-z]+ly )?$"
_DEFINITE: Final = r"\b(?:the|this|these|those)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $"
_THE_ONE: Final = r"^\"?(?:the|that|this) (?:[a-z-]+ |W=* ){0,2}$"
_GOES_ON: Final = r"\b(?:just|is|are|'s|'re|now|still|currently|continues?|keeps?|remains?)\b"
_GOES_ON_NEXT: Final = (
    r"^ (?:[a-z-]+ |[A-Z]=*(?:'s)?,? ){0,6}?(?:is|are|continues?|remains?|rages?|goes|go|intensif(?:y|ies))\b"
)
_STILL: Final = r"^(?:[a-z]+ )?now,? |\bstill (?:[a-z]+ly )?(?:raging|going on|under way|underway|ongoing|taking place|continuing)\b"
_NOW: Final = r"\b(?:is|are) (?:(?:still|now|also|currently|constantly|[a-z]+ly) )*$"
_NOT_IN_STORY: Final = r"\b(?:has|have|is|are|now|currently|again|still|continues?|remains?)\b"
_GOES_ON_BEHIND: Final = (
    r"^ (?:[a-z]+ ){0,2}?(?:is|are) (?:also |still |now |currently )*(?:[a-z]+ing|under way|underway)\b"
)


def date_triggers(triggers: pl.DataFrame, dates: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `date_start`, `date_end` Date, `date_precision` Int8, `date_method`, `date_at`, `date_at_end`, `is_background`.

    `triggers`: `trigger`, `sentence`, `article`, `start`, `clause_start`, `clause_end`, `clause_left`, `event_type`.
    """
    days = news_days(sentences, dates)
    dates = count_from_news(dates.filter(~explains_another()), sentences, days)
    told = own_dates(triggers, dates, sentences)
    carried = carried_days(sentences, dates, triggers)
    past = long_past(sentences, dates)
    story = stories(sentences, dates)
    after_history = sentences_after_history(triggers, sentences, dates)
    also = days_also_told(sentences, dates)
    published = sentences.lazy().select("sentence", "published_date", "opens_in_quote", "entry_day")
    of_day = pl.lit(triggers["article"].is_in(of_the_day(sentences, dates).implode()))
    # columns rather than expressions: each is used several times
    told_as = {
        "is_state": tells_state(),
        "of_the_war": tells_of_the_war(),
        "is_now": pl.col("clause_left").str.contains(_NOT_IN_STORY)
        | ((pl.col("form") == "noun") & pl.col("clause_right").str.contains(_GOES_ON_BEHIND)),
        # what goes on now does not go on on a day long past
        "goes_on": pl.col("clause_left").str.contains(_NOW)
        | (pl.col("form") == "noun") & pl.concat_str("clause_left", "clause_right").str.contains(_STILL),
    }
    is_state, of_the_war, is_now, goes_on = (pl.col(name) for name in told_as)
    # who holds a town is told of the day named; what is decided is dated by the saying
    keeps_day = pl.col("event_type").is_in([*CONTEXT_TYPES, "control_status"]) | pl.col("clause_left").str.contains(
        TO_HAVE
    )
    undated = pl.col("told_precision").is_null()
    is_same_attack = (
        pl.col("event_type").is_in(ATTACKS)
        & (pl.col("form") == "noun")
        & pl.col("clause_left").str.contains(_THE_ONE)
        & pl.col("after_past_attack")
    )
    is_told = undated & ~is_now & ~pl.col("event_type").is_in(CONTEXT_TYPES)
    in_story = is_told & pl.col("story_precision").is_not_null()
    also_told = (
        undated & pl.col("also_precision").is_not_null() & ~pl.col("event_type").is_in(CONTEXT_TYPES) & ~is_state
    ).fill_null(False)
    in_history = (is_told & (pl.col("is_after_history") | is_same_attack)).fill_null(False)
    is_this_month = (pl.col("date_start") >= pl.col("published_date").dt.month_start()).fill_null(False)
    is_stale = goes_on & (
        pl.coalesce("carried_day", "day_of") < pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d")
    )
    # a comment looks back, on no day that it tells; what goes on, goes on as it is told
    looks_back = (
        ~of_day
        & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        & ~pl.col("clause_left").str.contains(_GOES_ON)
        & ~((pl.col("form") == "noun") & pl.col("clause_right").str.contains(_GOES_ON_NEXT))
    )
    # "Saturday's raid" is another one, unless "the raid" of the next sentence means it
    carried_day = pl.coalesce("carried_day", pl.when(pl.col("clause_left").str.contains(_DEFINITE)).then("day_of"))
    # what a timeline does not date is no news of the day
    fallback = pl.coalesce(
        pl.when(~is_stale.fill_null(False)).then(carried_day),
        pl.when(~pl.col("is_timeline").fill_null(False) & ~looks_back).then("news_day"),
    )
    # what is told as the past of the war has no day of the news
    is_recent = fallback >= pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d")
    # crimes come to light days or weeks after
    found_later = (pl.col("event_type") == "attack_on_civilians") & is_recent.fill_null(True)
    # "following the revolution of 2014, its forces took the peninsula"
    of_old_year = (
        pl.col("event_type").is_in(["capture", "withdrawal", "advance"]) & pl.col("is_long_past") & ~goes_on
    ).fill_null(False)
    of_history = (pl.col("is_history") | pl.col("in_history") | of_old_year) & is_recent.fill_null(True)
    had_happened = (
        pl.col("clause_left").str.contains(_HAD_DONE)
        & (pl.col("form") != "noun")
        & pl.all_horizontal(pl.col("stance", "speaker_side").is_null())
        & ~pl.col("left").str.contains(says())
        & pl.col("carried_day").is_null()
    )
    inferred = (
        undated
        & ~is_state
        & ~had_happened.fill_null(False)
        & ~of_the_war
        & ~found_later
        & fallback.is_not_null()
        & ~of_history.fill_null(False)
    )
    return (
        triggers.lazy()
        .join(told.lazy(), on="trigger", how="left", maintain_order="left")
        .join(published, on="sentence", how="left", maintain_order="left")
        .with_columns(**told_as)
        # the day of the saying does not date the past of the war
        .with_columns(
            pl.when(
                ~(pl.col("of_saying") & (pl.col("is_history") | is_state & ~keeps_day | of_the_war)).fill_null(False)
            )
            .then(name)
            .alias(name)
            for name in ("told_start", "told_end", "told_precision", "told_method")
        )
        .join(carried.lazy(), on="sentence", how="left", maintain_order="left")
        .join(days.lazy(), on="article", how="left", maintain_order="left")
        .join(past.lazy(), on="sentence", how="left", maintain_order="left")
        .join(story.lazy(), on="sentence", how="left", maintain_order="left")
        .join(after_history.lazy(), on="sentence", how="left", maintain_order="left")
        .join(also.lazy(), on="sentence", how="left", maintain_order="left")
        .with_columns(in_history=in_history)
        .with_columns(news_day=pl.coalesce("entry_day", "news_day"))
        .with_columns(
            told_start=pl.when(in_story).then("story_start").otherwise("told_start"),
            told_end=pl.when(in_story).then("story_end").otherwise("told_end"),
            told_precision=pl.when(in_story).then("story_precision").otherwise("told_precision"),
            told_method=pl.when(in_story).then(pl.lit("stated")).otherwise("told_method"),
        )
        .with_columns(
            told_start=pl.when(also_told).then("also_start").otherwise("told_start"),
            told_end=pl.when(also_told).then("also_end").otherwise("told_end"),
            told_precision=pl.when(also_told).then("also_precision").otherwise("told_precision"),
            told_method=pl.when(also_told).then(pl.lit("relative")).otherwise("told_method"),
        )
        .with_columns(
            date_start=pl.when(inferred).then(fallback).otherwise("told_start"),
            date_end=pl.when(inferred).then(fallback).otherwise("told_end"),
            date_precision=pl.when(inferred).then(1).otherwise(pl.col("told_precision").fill_null(9)).cast(pl.Int8),
            date_method=pl.when(inferred).then(pl.lit("news_day")).otherwise(pl.col("told_method").fill_null("none")),
        )
        .with_columns(
            is_background=(
                (pl.col("date_end") < pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d"))
                | (pl.col("date_precision").is_in([4, 5]) & ~is_this_month)
                | pl.col("is_long_past")
                | (pl.col("is_timeline") & pl.col("date_start").is_null())
                | pl.col("in_history")
                | of_the_war
            ).fill_null(False)
        )
        .drop(
            *told_as,
            "told_start",
            "told_end",
            "told_precision",
            "told_method",
            "carried_day",
            "day_of",
            "news_day",
            "published_date",
            "opens_in_quote",
            "entry_day",
            "is_long_past",
            "is_timeline",
            "is_after_history",
            "after_past_attack",
            "also_start",
            "also_end",
            "also_precision",
            "in_history",
            "story_start",
            "story_end",
            "story_precision",
        )
        .collect()
    )
