"""Which rows are compared: those that share a block.

Here: blocks, and the pairs of rows within them. Not here: what a pair is worth (pairs.py). Blocks keep the work near linear: rows
meet where they tell of one day (or the next), oblast and family of types; of one place within a month, if both count the
killed or say that it was taken; or stand near each other in one article.
"""

from __future__ import annotations

from typing import Final

import polars as pl

PASSAGE_SENTENCES: Final = 8
TOLL_DAYS: Final = 31
SHOWN_DAYS: Final = 3  # how long after what they show pictures are news
MAX_DAYS_OF_ROW: Final = 3  # a row that spans more is a period, which meets rows of its oblast and first day only


def blocks(rows: pl.DataFrame, max_rows: int) -> pl.DataFrame:
    """`row` (UInt32, index into ``rows``), `block`, `whole` (UInt64) and `size` (of the whole block); a row stands in several.

    A block of more than ``max_rows`` rows is cut: sorted by place, type and id, every `max_rows` of them are one.
    """
    at = rows.lazy().with_row_index("row")
    where = pl.coalesce(
        "region_code", pl.format("{}*{}", pl.col("country_code").fill_null("-"), pl.col("place").fill_null("-"))
    )
    day = (
        at.filter(pl.col("first_day").is_not_null())
        .select("row", "family", where=where, first=pl.when("shown_later").then(pl.col("first_day").dt.offset_by(f"-{SHOWN_DAYS - 1}d"))
            .otherwise("first_day"), last=pl.min_horizontal(
            "last_day", pl.col("first_day").dt.offset_by(f"{MAX_DAYS_OF_ROW}d")))
        .with_columns(day=pl.date_ranges("first", pl.col("last").dt.offset_by("1d")))
        .explode("day")
        .select("row", block=pl.struct("where", "family", "day").hash(1))
    )  # fmt: skip
    toll = (
        at.filter(pl.col("is_spot"), (pl.col("killed") > 0) | pl.col("once"), pl.col("last_day").is_not_null())
        .with_columns(month=pl.col("last_day").to_physical() // TOLL_DAYS)
        .with_columns(month=pl.concat_list("month", pl.col("month") + 1))
        .explode("month")
        .select("row", block=pl.struct("place", "family", "month").hash(2))
    )
    passage = (
        at.with_columns(passage=pl.col("sentence_no") // PASSAGE_SENTENCES)
        .with_columns(passage=pl.concat_list("passage", pl.col("passage") + 1))
        .explode("passage")
        .select("row", block=pl.struct("article_id", "family", "passage").hash(3))
    )
    found = pl.concat([day, toll, passage]).unique().with_columns(size=pl.len().over("block"))
    order = at.sort("place", "event_type", "event_id").select("row").with_row_index("rank")
    return (
        found.join(order, on="row")
        .with_columns(
            part=pl.when(pl.col("size") > max_rows).then(pl.col("rank").rank("ordinal").over("block") // max_rows)
        )
        .select("row", "size", whole="block", block=pl.when(pl.col("part").is_null()).then("block").otherwise(pl.struct("block", "part").hash(4)))
        .sort("row", "block")
        .collect()
    )  # fmt: skip


def candidates(blocks: pl.DataFrame, touched: pl.DataFrame | None = None) -> pl.DataFrame:
    """Pairs `a` < `b` of rows that share a block, each once; only pairs with a row of ``touched`` (`row`) where given."""
    right = blocks.lazy().select(b="row", block="block")
    left = blocks.lazy().select(a="row", block="block")
    if touched is not None:
        left = left.join(touched.lazy().select(a="row"), on="a", how="semi")
    met = left.join(right, on="block").filter(pl.col("a") != pl.col("b"))
    return met.select(a=pl.min_horizontal("a", "b"), b=pl.max_horizontal("a", "b")).unique().sort("a", "b").collect()
