"""Parquet files between the steps: one file per table and publication day, `<layers>/<table>/<day>.parquet`.

Here: naming, reading and atomically replacing those files. Not here: what stands in them (schemas/) or who makes them.
A day is an ISO date, or `undated` for articles whose publication day is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import polars as pl

UNDATED: Final = "undated"
TABLES: Final = ("articles", "entities", "events", "rejected_rows")


def day_expr() -> pl.Expr:
    """Name of the day file that an article row belongs to, from `published_date`."""
    return pl.col("published_date").dt.strftime("%Y-%m-%d").fill_null(UNDATED)


def day_file(layers: Path, table: str, day: str) -> Path:
    """Path of one day's file of one table."""
    return layers / table / f"{day}.parquet"


def days(layers: Path, table: str) -> list[str]:
    """Days that have a file, in order, `undated` last; none where the layer does not exist."""
    return sorted(path.stem for path in (layers / table).glob("*.parquet"))


def read_days(layers: Path, table: str, wanted: Iterable[str], schema: pl.Schema) -> pl.DataFrame:
    """Rows of the wanted days; an empty frame of `schema` where none has a file."""
    files = [file for day in wanted if (file := day_file(layers, table, day)).exists()]
    return pl.concat([pl.read_parquet(file, glob=False) for file in files]) if files else schema.to_frame()


def write_day(layers: Path, table: str, day: str, frame: pl.DataFrame) -> Path:
    """Replace one day's file as a whole, so that a reader sees the old rows or the new ones."""
    path = day_file(layers, table, day)
    replace_parquet(path, frame)
    return path


def replace_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write beside `path`, flush to disk, then rename over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            frame.write_parquet(file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
