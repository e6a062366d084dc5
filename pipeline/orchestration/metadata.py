"""What a run shows of its rows: counts, columns with their descriptions, a sample.

Here: frames and models into Dagster metadata. Not here: where it is attached.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import dagster as dg
import pandera.polars as pa
import polars as pl

from pipeline import layers as store

Metadata = dict[str, dg.MetadataValue[Any] | int | str]

SAMPLE_ROWS: Final = 5
CELL_CHARS: Final = 80
_MARKDOWN: Final = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+-.!|~>"} | {"<": "&lt;", "&": "&amp;"})


def table_schema(model: type[pa.DataFrameModel]) -> dg.TableSchema:
    """Columns of a pandera model with dtypes, descriptions and whether they may be null."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name,
                type=str(column.dtype),
                description=column.description,
                constraints=dg.TableColumnConstraints(nullable=column.nullable, unique=column.unique),
            )
            for name, column in model.to_schema().columns.items()
        ]
    )


def markdown(frame: pl.DataFrame, rows: int = SAMPLE_ROWS) -> dg.MarkdownMetadataValue:
    """The first rows as a Markdown table. Text is data: what would be markup is escaped, long cells are cut."""
    head = frame.head(rows)
    rule = "|" + " --- |" * head.width
    lines = [_row(head.columns), rule, *(_row(row) for row in head.iter_rows())]
    return dg.MetadataValue.md("\n".join(lines))


def layer_metadata(layers: Path, table: str, days: Sequence[str]) -> Metadata:
    """Row count of the days that were written, and a sample from the last of them."""
    written = [file for day in days if (file := store.day_file(layers, table, day)).exists()]
    n_rows = pl.scan_parquet(written).select(pl.len()).collect().item() if written else 0
    metadata: Metadata = {"dagster/partition_row_count": n_rows, "n_days_changed": len(days)}
    if written:
        metadata["sample"] = markdown(pl.read_parquet(written[-1], n_rows=SAMPLE_ROWS))
    return metadata


def _row(cells: Iterable[object]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = " ".join(str(value).split())
    cut = text[: CELL_CHARS - 1] + "…" if len(text) > CELL_CHARS else text
    return "".join(char for char in cut if char.isprintable()).translate(_MARKDOWN)
