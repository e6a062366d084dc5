"""`daily_region_summary` as HXL-tagged CSV: a row of hashtags under the header, P-codes beside ISO 3166-2 codes.

Here: the layout. Not here: the numbers (dbt). Tags: `hxl_tags.csv`, after the HXL 1.1 hashtag dictionary; a column without
a row there has an empty tag, which HXL allows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pipeline.exports.cells import write_csv

TAGS: Final = Path(__file__).with_name("hxl_tags.csv")


def tags() -> dict[str, str]:
    """Hashtag of each column."""
    return dict(pl.read_csv(TAGS).iter_rows())


def with_pcodes(summary: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """The daily summary with `pcode` behind `region_code`: null for pseudo-regions and where COD-AB has no code."""
    coded = summary.join(regions.select("region_code", "pcode"), on="region_code", how="left", maintain_order="left")
    place = summary.columns.index("region_code") + 1
    return coded.select(*summary.columns[:place], "pcode", *summary.columns[place:])


def write_hxl(summary: pl.DataFrame, regions: pl.DataFrame, path: Path) -> None:
    """Write header, hashtags and rows."""
    frame = with_pcodes(summary, regions)
    tag_of = tags()
    write_csv(frame, path, below_header=[tag_of.get(column, "") for column in frame.columns])
