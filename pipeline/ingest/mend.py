"""Damaged and outdated files of the layers, before everything is read anew: set aside or completed, their articles kept.

Here: what `refresh --full` does first. Not here: reading the raw files again, which brings back everything whose file is
still there; the published articles are for those whose file has gone since, and for when each was first seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pipeline.ingest.merge import TABLE
from pipeline.layers import TABLES, UNDATED, LayerDamaged, day_expr, day_file, days, read_parquet, write_day
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

ASIDE: Final = "damaged"


def mend(layers: Path, published_articles: Path) -> list[str]:
    """Move each file of the layers that cannot be read into `<layers>/damaged/`; returns what was done, one line a file.

    Days of articles that an older version of the program wrote get the columns that it did not know, without values.
    `published_articles`: the exported table, which a damaged day of articles is restored from; it may be missing. Raises
    OSError where a file cannot be moved.
    """
    told: list[str] = []
    for path in _files(layers):
        try:
            rows = read_parquet(path)
            if path.parent.name == TABLE and rows.schema != empty(Articles).schema:
                write_day(layers, TABLE, path.stem, _completed(rows))
                told.append(f"{path} was written by another version of the program: brought to this one's columns.")
        except LayerDamaged:
            aside = layers / ASIDE / f"{path.parent.name}-{path.name}"
            aside.parent.mkdir(exist_ok=True)
            path.replace(aside)
            told.append(f"{path} was damaged: moved to {aside}{_restored(layers, path, published_articles)}.")
    return told


def _files(layers: Path) -> list[Path]:
    stored = [day_file(layers, table, day) for table in TABLES for day in days(layers, table)]
    return [*stored, *sorted(layers.glob("*.parquet"))]


def _restored(layers: Path, path: Path, published_articles: Path) -> str:
    """Restore a day of articles as it was published; what to say of it."""
    if path.parent.name != TABLE:
        return ", it is made anew"
    try:
        published = read_parquet(published_articles)
        rows = _completed(published.filter(day_expr() == path.stem).drop("duplicate_of"))
    except (LayerDamaged, pl.exceptions.PolarsError):
        return "; its articles cannot be restored from what was published, those whose raw file is gone are lost"
    write_day(layers, TABLE, path.stem, rows.sort("article_id"))
    day = "without a date" if path.stem == UNDATED else f"of {path.stem}"
    return f", {rows.height} articles {day} restored from what was published"


def _completed(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of Articles, null where `rows` has none of that name."""
    return rows.select(
        pl.col(name).cast(dtype) if name in rows.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in empty(Articles).schema.items()
    )
