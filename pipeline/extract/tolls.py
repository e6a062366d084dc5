"""Which event row each number of killed, injured and missing belongs to.

Here: sharing out what counts.py found. Not here: finding it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract import counts
from pipeline.extract.parts import Parts

_HARM: Final = (
    "strike",
    "shelling",
    "explosion",
    "attack_on_civilians",
    "sabotage",
    "prisoners",
    "infrastructure_damage",
    "casualties",
)
_RUNNING: Final = r"\bsince (?:the |february|march|april|may|june|july|august|early|late|[0-9]|D=|russia|R=)|\bso far\b|\bin total\b|\bsince D="


def casualties(parts: Parts) -> pl.DataFrame:
    """Every number of people: `sentence`, `stem`, `start`, `at`, `low`, `best`, `high` (counts.find_casualties)."""
    told = counts.find_casualties(parts.sentences, parts.numbers)
    return pl.concat([told, counts.find_elided(parts.sentences, parts.numbers, told)]).unique(
        ["sentence", "stem", "at"], keep="first", maintain_order=True
    )


def one_toll_each(triggers: pl.DataFrame, casualties: pl.DataFrame) -> pl.DataFrame:
    """Tolls are rows of their own only in sentences that tell of no attack; and only where they count something."""
    counted = casualties.select("sentence").unique().with_columns(has_count=pl.lit(True))
    zero = casualties.filter(pl.col("high") == 0).select("sentence").unique().with_columns(is_zero=pl.lit(True))
    is_toll = pl.col("event_type") == "casualties"
    attack = pl.col("event_type").is_in(["strike", "shelling", "explosion", "attack_on_civilians", "sabotage"]) & (
        pl.col("event_subtype").fill_null("") != "debris"
    )
    prisoners = pl.col("rule_id") == "prisoners.killed"
    return (
        triggers.lazy()
        .join(counted.lazy(), on="sentence", how="left", maintain_order="left")
        .join(zero.lazy(), on="sentence", how="left", maintain_order="left")
        .with_columns(
            attack_told=(attack | prisoners).any().over("sentence"),
            running=pl.concat_str("left", pl.lit(" "), "right").str.contains(_RUNNING),
            toll_no=pl.when(is_toll).then(is_toll.cast(pl.Int32).cum_sum().over("sentence")),
        )
        .filter(
            ~is_toll
            | (
                pl.col("has_count").fill_null(False)
                & (~pl.col("attack_told") | pl.col("running") | pl.col("is_zero").fill_null(False))
                & (pl.col("toll_no") == 1)
            )
        )
        .with_columns(
            event_subtype=pl.when(is_toll & pl.col("is_zero").fill_null(False))
            .then(pl.lit("explicit_zero"))
            .when(is_toll & pl.col("running"))
            .then(pl.lit("cumulative"))
            .otherwise("event_subtype")
        )
        .drop("has_count", "is_zero", "attack_told", "toll_no")
        .collect()
    )


def with_casualties(placed: pl.DataFrame, casualties: pl.DataFrame) -> pl.DataFrame:
    """Each number goes to one row: the nearest trigger that can have victims, and of its places the next one after it."""
    rank = pl.col("event_type").replace_strict(
        {name: n for n, name in enumerate(_HARM)}, default=None, return_dtype=pl.Int32
    )
    carriers = (
        placed.lazy()
        .with_row_index("row")
        .with_columns(carrier_rank=rank)
        .filter(pl.col("carrier_rank").is_not_null())
        .select("row", "trigger", "sentence", "start", "carrier_rank", "place_start", "event_type", "rule_id")
    )
    gap = (pl.col("at") - pl.col("start")).abs()
    ahead = (
        pl.when(pl.col("place_start") >= pl.col("at"))
        .then(pl.col("place_start") - pl.col("at"))
        .otherwise(1000 + pl.col("at") - pl.col("place_start"))
    )
    given = (
        casualties.lazy()
        .select("sentence", "stem", "at", "low", "best", "high")
        .join(carriers, on="sentence", how="inner")
        .with_columns(
            cost=pl.when(pl.col("event_type") == "casualties")
            .then(pl.when(pl.col("high") == 0).then(-500).otherwise(0))
            .otherwise(pl.when(pl.col("high") == 0).then(500).otherwise(0))
            + gap
            + pl.when(
                (pl.col("rule_id") != "prisoners.killed")
                & pl.col("event_type").is_in(["prisoners", "infrastructure_damage"])
            )
            .then(200)
            .otherwise(0),
            ahead=ahead.fill_null(5000),
        )
        .sort("sentence", "stem", "at", "cost", "ahead")
        .group_by("sentence", "stem", "at", maintain_order=True)
        .agg(pl.col("row", "low", "best", "high").first())
        .group_by("row", "stem", maintain_order=True)
        .agg(pl.col("low", "best", "high").first())
        .collect()
    )
    out = placed.with_row_index("row")
    for stem in ("killed", "injured", "missing"):
        own = given.filter(pl.col("stem") == stem).select(
            "row", *[pl.col(bound).cast(pl.Int32).alias(f"{stem}_{bound}") for bound in ("low", "best", "high")]
        )
        out = out.join(own, on="row", how="left", maintain_order="left")
    counted = pl.any_horizontal(
        [
            pl.col(f"{stem}_{bound}").is_not_null()
            for stem in ("killed", "injured", "missing")
            for bound in ("low", "high")
        ]
    )
    # a toll over several places stands once
    return out.filter((pl.col("event_type") != "casualties") | counted)
