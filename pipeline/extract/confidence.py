"""How sure a row is: the chance that it is right, as rows of its kind were on coded articles.

Here: what a row shows about itself, and the weights of the lexicon (confidence.csv) as a column. Not here: how the
weights were fitted (benchmarks/calibrate.py), nor what is right (scoring.py).

A row is right where a gold row of its type tells the same event with the same side, region, day, killed and injured.
The chance is a logistic function of the sum of a row's weights, one for each feature; everything is read from columns
of the published row, so anybody can follow it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon

ALWAYS: Final = "always"
LEAST: Final = 0.05
MOST: Final = 0.95


def features() -> dict[str, pl.Expr]:
    """What is looked at: a String expression over the columns of `events` per feature."""
    counts = pl.any_horizontal(
        pl.col(f"{stem}_{bound}").is_not_null() for stem in ("killed", "injured") for bound in ("low", "high")
    )
    return {
        ALWAYS: pl.lit("row"),
        "event_type": pl.col("event_type"),
        "geo_method": pl.col("geo_method"),
        "geo_precision": pl.col("geo_precision").cast(pl.String),
        "date_method": pl.col("date_method"),
        "attribution_kind": pl.col("attribution_kind"),
        "status": pl.col("status"),
        "actor": pl.when(pl.col("actor_side") == "unknown")
        .then(pl.lit("unknown"))
        .when(pl.col("actor_name").is_null())
        .then(pl.lit("inferred"))
        .otherwise(pl.lit("told")),
        "counts": pl.when(counts).then(pl.lit("told")).otherwise(pl.lit("none")),
        "quote": pl.when(pl.col("quote").str.len_chars() > 150).then(pl.lit("long")).otherwise(pl.lit("short")),
    }


@cache
def confidence() -> pl.Expr:
    """Float64 from LEAST to MOST in hundredths, over the columns of `events`; values without a weight weigh nothing."""
    weights = lexicon.table("confidence")
    total = pl.lit(0.0)
    for name, value in features().items():
        known = weights.filter(pl.col("feature") == name)
        told = dict(zip(known["value"], known["weight"].cast(pl.Float64), strict=True))
        total = total + value.replace_strict(told, default=0.0, return_dtype=pl.Float64)
    return (1 / (1 + (-total).exp())).clip(LEAST, MOST).round(2)
