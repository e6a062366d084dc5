"""One module a format: the bytes of a file to records and refusals, one after the other.

Here: dispatch by format, and what all formats share when a file cannot be read. Not here: dates, ids, the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from pipeline.ingest.decode import NotText
from pipeline.ingest.discover import READABLE, RawFile
from pipeline.ingest.opening import DAMAGED, TooLarge
from pipeline.ingest.readers.csv import read_csv
from pipeline.ingest.readers.html import read_html_file
from pipeline.ingest.readers.jsonl import read_jsonl
from pipeline.ingest.readers.parquet import read_parquet
from pipeline.ingest.readers.plain import read_markdown, read_text
from pipeline.ingest.readers.warc import read_warc
from pipeline.ingest.records import Record, Refusal

_READERS: Final[dict[str, Callable[[RawFile], Iterator[Record | Refusal]]]] = {
    "text": read_text,
    "markdown": read_markdown,
    "html": read_html_file,
    "jsonl": read_jsonl,
    "csv": read_csv,
    "parquet": read_parquet,
    "warc": read_warc,
}


def read_file(file: RawFile) -> Iterator[Record | Refusal]:
    """Records of one file, in its order. What was read before a fault stays; the fault itself is the last refusal.

    Raises OSError where the file cannot be opened or the disk fails: a state that may pass, unlike a fault in the file.
    """
    reader = _READERS.get(file.format)
    if reader is None:
        yield Refusal(f"unknown ending: files that can be read are {READABLE}, each also .gz or .zst", file.name)
        return
    try:
        yield from reader(file)
    except DAMAGED as error:
        yield Refusal(f"damaged or cut short from here on: {error}", file.name)
    except (NotText, TooLarge) as error:
        yield Refusal(str(error), file.name)
