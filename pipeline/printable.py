"""Text of unknown origin on a terminal and in a spreadsheet.

Here: making it harmless. Not here: HTML, which its template escapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import polars as pl

# what spreadsheets take for the start of a formula, also behind blanks (OWASP, CSV injection)
_FORMULA: Final = r"^\s*[=+\-@\t\r]"


def printable(text: str, *, keep: str = "") -> str:
    """The text with control and other unprintable characters as escapes, so that it cannot steer a terminal."""
    return "".join(
        char if char.isprintable() or char in keep else char.encode("unicode_escape").decode("ascii") for char in text
    )


def without_formulas(cell: pl.Expr) -> pl.Expr:
    """String: the cell with an apostrophe before what a spreadsheet would run as a formula, so that it shows it."""
    import polars as pl

    return pl.when(cell.str.contains(_FORMULA)).then(pl.lit("'") + cell).otherwise(cell).name.keep()
