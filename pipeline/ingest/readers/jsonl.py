"""`*.jsonl`, `*.ndjson`: a line is a record.

Here: lines to records, one line in memory at a time. Not here: what a record must hold (records.py).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.ingest.decode import NotText, byte_order_mark, decode
from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import open_bytes
from pipeline.ingest.records import MAX_FILE_BYTES, Record, Refusal, record_of, shown


def read_jsonl(file: RawFile) -> Iterator[Record | Refusal]:
    """One record or refusal per line that is not blank, numbered from 1."""
    with open_bytes(file) as stream:
        mark = byte_order_mark(stream.peek(4)[:4])
        lines = _lines_of_text(stream, mark) if mark else _lines_of_bytes(stream)
        number = 0
        for line in lines:
            if line is not None and not line.strip():
                continue
            number += 1
            yield _record(line, number)


def _record(line: bytes | str | None, number: int) -> Record | Refusal:
    if line is None:
        return Refusal(f"line is longer than {MAX_FILE_BYTES:,} bytes", "", number)
    try:
        text = line if isinstance(line, str) else decode(line)
    except NotText as error:
        return Refusal(str(error), shown(line.decode("latin-1") if isinstance(line, bytes) else line), number)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Refusal(f"line is no JSON: {error}", shown(text), number)
    if not isinstance(fields, dict):
        return Refusal("line is JSON, but no object with a field `text`", shown(text), number)
    return record_of(fields, number)


def _lines_of_bytes(stream: BinaryIO) -> Iterator[bytes | None]:
    """Lines; null in place of one that is too long to hold."""
    while line := stream.readline(MAX_FILE_BYTES + 1):
        if len(line) <= MAX_FILE_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_FILE_BYTES)
        yield None


def _lines_of_text(stream: BinaryIO, encoding: str) -> Iterator[str | None]:
    with io.TextIOWrapper(stream, encoding, errors="replace", newline="\n") as text:
        while line := text.readline(MAX_FILE_BYTES + 1):
            if len(line) <= MAX_FILE_BYTES:
                yield line
                continue
            while line and not line.endswith("\n"):
                line = text.readline(MAX_FILE_BYTES)
            yield None
