"""Days of events that an article tells again.

Here: rows that mean an event told before, and the harm of an attack told before, have its day. Not here: which rows
repeat others (within_article.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.dates import undated
from pipeline.extract.rows import ATTACKS, THE_ATTACK
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_HARM_REACH: Final = 3  # sentences behind an attack over which its harm is told
_OF_THE_ATTACK: Final = r"\b(?:the|this|that) (?:[a-z-]+ |[RU]=*(?:'s)? |[WK]=* |D=* ){0,3}(?:attacks?|strikes?|shelling|raids?|bombings?|bombardment|barrage)\b"
_LATER_DEATH: Final = (
    r"\b(?:died|dies) (?:[a-z]+ )?(?:in|of|at|later)\b|\bsuccumbed\b|\btoll\b|\brisen\b|\brose\b|\bnumber of\b"
)


def _same_as_undated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Takes the day of the news from "the attack" on a place of which the article has told before, as of no day of its own, and
    of no other one."""
    same = ["article", "event_type", "place_id"]
    undated_before = (
        rows.filter(pl.col("place_id").is_not_null())
        .filter(pl.col("event_type").is_in(ATTACKS))
        .filter(~(pl.col("is_known").fill_null(False) & (pl.col("date_method") == "news_day")))
        .group_by(same)
        .agg(
            no_day=(pl.col("is_timeless") & pl.col("date_start").is_null()).all(),
            no_day_from=pl.col("sentence").min(),
        )
        .filter("no_day")
        .select(*same, "no_day_from")
    )
    joined = rows.join(undated_before, on=same, how="left", maintain_order="left")
    is_one = (
        (pl.col("date_method") == "news_day") & pl.col("is_known") & (pl.col("sentence") > pl.col("no_day_from"))
    ).fill_null(False)
    return joined.with_columns(**undated(is_one)).drop("no_day_from")


def told_before(rows: pl.DataFrame) -> pl.DataFrame:
    """Gives rows without a day of their own the day that the article has told of the same type of event at the same settlement.

    `rows`: `article`, `sentence`, `event_type`, `place_id`, `place_tag`, `date_start`, `date_end`, `date_precision`, `date_method`,
    `of_saying`, `is_background`. A day counts where the article gives that event one day only.
    """
    has_day = (
        pl.col("date_method").is_in(["stated", "weekday", "relative"])
        & ~pl.col("of_saying").fill_null(False)
        & (pl.col("date_precision") == 1)
        & (pl.col("place_tag") == "P")
        & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        & ~pl.col("is_background")
    )
    days = (
        rows.lazy()
        .filter(has_day)
        .group_by("article", "event_type", "place_id")
        .agg(told_day=pl.col("date_start").unique(), told_in=pl.col("sentence").min())
        .filter(pl.col("told_day").list.len() == 1)
        .with_columns(pl.col("told_day").list.first())
    )
    takes = (
        (
            (pl.col("date_method") == "news_day")
            | pl.col("of_saying").fill_null(False) & (pl.col("is_backshifted") | pl.col("is_known"))
        )
        & (pl.col("sentence") > pl.col("told_in"))
    ).fill_null(False)
    return (
        rows.lazy()
        .with_columns(
            is_backshifted=pl.col("clause_left").str.contains(r"\bhad (?:also |[a-z]+ly )*$"),
            # "said on Monday that the attack was": the one told before
            is_known=(pl.col("form") == "noun") & pl.col("clause_left").str.contains(r"\bthe (?:[a-z-]+ |[WK]=* )?$"),
        )
        .join(days, on=["article", "event_type", "place_id"], how="left", maintain_order="left")
        .with_columns(
            date_start=pl.when(takes).then("told_day").otherwise("date_start"),
            date_end=pl.when(takes).then("told_day").otherwise("date_end"),
            date_method=pl.when(takes).then(pl.lit("relative")).otherwise("date_method"),
        )
        .pipe(_same_as_undated)
        .drop("told_day", "told_in", "is_backshifted", "is_known")
        .pipe(_harm_of_attack)
        .collect()
    )


def _harm_of_attack(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Gives harm that "the attack" did the day of the last attack before it whose day is told, where it has none of its own."""
    numbered = rows.with_row_index("told_no")
    days = (
        rows.filter(
            pl.col("event_type").is_in(["strike", "shelling"]),
            pl.col("date_method").is_in(["stated", "weekday", "relative"]),
            ~pl.col("of_saying").fill_null(False),
            pl.col("date_precision") == 1,
            ~pl.col("is_background"),
        )
        .group_by("article", "sentence")
        .agg(attack_day=pl.col("date_start").last())
        .with_columns(attacked_in="sentence")
        .sort("sentence")
    )
    words = pl.concat_str("clause_left", "clause_right", separator=" ")
    harmed = (
        numbered.filter(
            pl.col("event_type").is_in(["casualties", "infrastructure_damage", "explosion"])
            & words.str.contains(_OF_THE_ATTACK)
            | (pl.col("event_type") == "repelled") & pl.col("clause_right").str.contains(THE_ATTACK),
            pl.col("date_method") == "news_day",
            ~words.str.contains(_LATER_DEATH),
        )
        .select("told_no", "article", "sentence")
        .sort("sentence")
        .join_asof(
            days,
            on="sentence",
            by="article",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("sentence") - pl.col("attacked_in") <= _HARM_REACH)
        .select("told_no", "attack_day")
    )
    takes = pl.col("attack_day").is_not_null()
    return (
        numbered.join(harmed, on="told_no", how="left", maintain_order="left")
        .with_columns(
            date_start=pl.when(takes).then("attack_day").otherwise("date_start"),
            date_end=pl.when(takes).then("attack_day").otherwise("date_end"),
            date_method=pl.when(takes).then(pl.lit("relative")).otherwise("date_method"),
        )
        .drop("told_no", "attack_day")
    )
