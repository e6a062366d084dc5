"""`*.parquet`: a row is a record.

Here: rows to records, a slice of the file in memory at a time. Not here: the pipeline's own Parquet layers (layers.py).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import open_bytes
from pipeline.ingest.records import FIELDS, Record, Refusal, record_of

SLICE_ROWS: Final = 2_000


def read_parquet(file: RawFile) -> Iterator[Record | Refusal]:
    """One record or refusal per row, numbered from 1; a compressed file is first unpacked to a temporary one."""
    if not file.compression:
        yield from _rows(file.path)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as unpacked:
        with open_bytes(file) as stream:
            shutil.copyfileobj(stream, unpacked)
        unpacked.flush()
        yield from _rows(Path(unpacked.name))


def _rows(path: Path) -> Iterator[Record | Refusal]:
    try:
        # a plain string would be a pattern: a `*` in a file's name names that file only
        table = pl.scan_parquet(path, glob=False)
        columns: dict[str, str] = {}  # field -> column, the first where two differ in case only
        for name in table.collect_schema().names():
            columns.setdefault(name.strip().lower(), name)
        if "text" not in columns:
            yield Refusal("no column `text`: a table needs it", ", ".join(columns))
            return
        wanted = table.select(pl.col(columns[field]).alias(field) for field in FIELDS if field in columns)
        height = table.select(pl.len()).collect().item()
        for start in range(0, height, SLICE_ROWS):
            rows = wanted.slice(start, SLICE_ROWS).collect().iter_rows(named=True)
            for number, fields in enumerate(rows, start=start + 1):
                yield record_of(fields, number)
    except pl.exceptions.PolarsError as error:
        yield Refusal(f"damaged from here on: {error}", path.name)
