"""CSV for people who open it in a spreadsheet.

Here: writing a frame so that no cell is run as a formula. Not here: what stands in the frame.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

# What spreadsheets take for the beginning of a formula: OWASP, "CSV Injection".
FORMULA_STARTS: Final = r"^[=+\-@\t\r\n]"


def without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with an apostrophe before each text that a spreadsheet would run; numbers stay as they are."""
    text = pl.col(pl.String)
    return frame.with_columns(
        pl.when(text.str.contains(FORMULA_STARTS)).then(pl.lit("'") + text).otherwise(text).name.keep()
    )


def write_csv(frame: pl.DataFrame, path: Path, *, below_header: list[str] | None = None) -> None:
    """Write UTF-8 CSV with a header; ``below_header`` is one more row under it, a cell a column, without a comma in it."""
    content = without_formulas(frame).write_csv(datetime_format="%Y-%m-%dT%H:%M:%SZ")
    if below_header is not None:
        header, rest = content.split("\n", 1)
        content = "\n".join([header, ",".join(below_header), rest])
    path.write_text(content, encoding="utf-8", newline="")
