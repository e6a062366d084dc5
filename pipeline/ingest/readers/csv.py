"""`*.csv`: a row is a record; the first row names the fields.

Here: rows to records, one row in memory at a time. Python's own reader, because a broken row refuses only itself there.
`manifest.csv` is read by the same rules (manifest.py).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final, TextIO

from pipeline.ingest.decode import stream_encoding
from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import open_bytes
from pipeline.ingest.records import MAX_FILE_BYTES, Record, Refusal, record_of, shown

MAX_HEADER_CHARS: Final = 2**20

_DELIMITERS: Final = (",", ";", "\t", "|")


def read_csv(file: RawFile) -> Iterator[Record | Refusal]:
    """One record or refusal per row below the header, numbered from 1; a first pass finds out the encoding."""
    encoding = stream_encoding(lambda: open_bytes(file))
    with open_bytes(file) as stream, io.TextIOWrapper(stream, encoding, errors="replace", newline="") as text:
        for row in csv_rows(text, required="text"):
            yield row if isinstance(row, Refusal) else record_of(row[1], row[0])


def csv_rows(text: TextIO, *, required: str) -> Iterator[tuple[int, dict[str, object]] | Refusal]:
    """Rows as (number from 1, fields by lower-case name), or a refusal for a row that breaks the rules of CSV.

    Fields are split at commas, semicolons, tabs or bars, whichever shows a column called `required` in the first line;
    where none does, the one answer is a refusal of the file.
    """
    csv.field_size_limit(MAX_FILE_BYTES)
    first = text.readline(MAX_HEADER_CHARS + 1)
    if len(first) > MAX_HEADER_CHARS:
        yield Refusal(f"first line is longer than {MAX_HEADER_CHARS:,} characters: it names no columns", shown(first))
        return
    header, delimiter = _header(first, required)
    if not header:
        yield Refusal(f"no column `{required}` in the first line: a table needs it", shown(first))
        return
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Refusal(f"row is no CSV ({error}), near line {rows.line_num + 1}", "", number)
            continue
        if not any(row):
            continue
        number += 1
        if len(row) > len(header):
            yield Refusal(f"row has {len(row)} fields, the header {len(header)}", shown(delimiter.join(row)), number)
        else:
            yield number, {name: value or None for name, value in zip(header, row, strict=False)}


def _header(line: str, required: str) -> tuple[list[str], str]:
    for delimiter in _DELIMITERS:
        try:
            names = [name.strip().lower() for name in next(csv.reader([line], delimiter=delimiter), [])]
        except csv.Error:
            continue
        if required in names:
            return names, delimiter
    return [], ","
