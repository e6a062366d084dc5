"""The knowledge tables of this folder, read as they stand.

Here: where a table lies and how its cells are read. Not here: what its rows mean to the gazetteer (build.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

FOLDER: Final = Path(__file__).resolve().parent
SEPARATOR: Final = "|"
AREA_ID: Final = "area:{}"  # place_id of a row of areas.csv
_NUMBERS: Final = {"lat": pl.Float64(), "lon": pl.Float64(), "precision": pl.Int8()}


def read_table(name: str) -> pl.DataFrame:
    """One table of this folder: every cell a string, empty cells null, but `lat`, `lon` and `precision` numbers."""
    frame = pl.read_csv(FOLDER / f"{name}.csv", infer_schema=False)
    numbers = [pl.col(column).cast(dtype) for column, dtype in _NUMBERS.items() if column in frame.columns]
    return frame.with_columns(numbers)


def table_files() -> list[Path]:
    """Every table of this folder, in order of name."""
    return sorted(FOLDER.glob("*.csv"))


def split_cell(column: str) -> pl.Expr:
    """List of the `|`-separated values of a cell; an empty list for an empty cell."""
    return pl.col(column).fill_null("").str.split(SEPARATOR).list.eval(pl.element().filter(pl.element() != ""))
