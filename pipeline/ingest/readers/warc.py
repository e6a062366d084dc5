"""`*.warc`, `*.warc.gz`, `*.warc.zst`: web archives; a page that was fetched is a record.

Here: which records of an archive are pages. Not here: what a page says (html.py). The day it was fetched is not the day
it was published, and is never taken for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.ingest.decode import NotText, decode
from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import DAMAGED, open_bytes
from pipeline.ingest.readers.html import read_page
from pipeline.ingest.records import MAX_FILE_BYTES, Record, Refusal

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_HTML: Final = ("text/html", "application/xhtml+xml")
_PLAIN: Final = "text/plain"
_ROBOTS: Final = re.compile(r"[a-z]+://[^/?#]*/robots\.txt(?:[?#].*)?", re.IGNORECASE)
MAX_UNPACKED_BYTES: Final = 2**30  # that a page may have, read and thrown away for the pages behind it
_RECORD_END: Final = b"\r\n\r\n"


def read_warc(file: RawFile) -> Iterator[Record | Refusal]:
    """One record or refusal per page, numbered from 1; what is no page is counted by kind in one last refusal."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    fetched = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    others: Counter[str] = Counter()
    number = 0
    # packed archives go to the iterator as they are: their pages are packed one by one, so those before a cut are whole
    with file.path.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream, record_types=fetched, auto_decode="all"):
                kind, why_not = _kind(record)
                if why_not:
                    others[why_not] += 1
                    continue
                number += 1
                yield _page(record, kind, number)
        except OSError as error:
            if error.errno is not None:  # the disk's fault, not the archive's
                raise
            yield Refusal(f"no web archive, or damaged from here on: {error}", file.name)
        else:
            if not number and not others:
                yield Refusal("no web archive, or an empty one: no fetched page in it", file.name)
            elif not _ends_whole(file):
                yield Refusal("archive is damaged or cut short: its last page may be incomplete", file.name)
    if others:
        listed = ", ".join(f"{count} x {name}" for name, count in others.most_common())
        yield Refusal("records of the archive that are no pages", listed)


def _ends_whole(file: RawFile) -> bool:
    """Whether the archive ends as each record does, with two empty lines; a packed one is unpacked to its end."""
    tail = b""
    try:
        with open_bytes(file) as stream:
            if not file.compression:
                stream.seek(max(0, file.size - len(_RECORD_END)))
            while block := stream.read(2**20):
                tail = (tail + block)[-len(_RECORD_END) :]
    except DAMAGED:
        return False
    return tail == _RECORD_END


def _kind(record: WarcRecord) -> tuple[str, str | None]:
    """Content type of a record, and what it is instead where it is no page."""
    http = record.http_headers if record.is_http_parsed else None
    kind = (record.http_content_type if http else record.headers.get("Content-Type")) or "type not told"
    kind = kind.partition(";")[0].strip().lower()
    if http and http.status_code != 200:
        return kind, f"status {http.status_code}"
    if _ROBOTS.fullmatch(_url(record) or ""):
        return kind, "robots.txt"
    return kind, None if kind in _HTML or kind == _PLAIN else kind


def _page(record: WarcRecord, kind: str, number: int) -> Record | Refusal:
    url = _url(record)
    data = record.reader.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        _skip(record)
        return Refusal(f"page is larger than {MAX_FILE_BYTES:,} bytes", url or "", number)
    charset = record.http_charset if record.is_http_parsed else None
    id_ = (record.record_id or "").removeprefix("<").removesuffix(">").removeprefix("urn:uuid:") or None
    if kind in _HTML:
        return read_page(data, charset=charset, url=url, id_=id_, number=number)
    try:
        return Record(decode(data, charset), number=number, id=id_, url=url)
    except NotText as error:
        return Refusal(str(error), url or "", number)


def _skip(record: WarcRecord) -> None:
    """Read what is left of a page, which the archive's reader cannot step over where the server packed it."""
    n_left = MAX_UNPACKED_BYTES
    while n_left > 0 and (block := record.reader.read(2**20)):
        n_left -= len(block)


def _url(record: WarcRecord) -> str | None:
    return (record.headers.get("WARC-Target-URI") or "").strip("<>") or None
