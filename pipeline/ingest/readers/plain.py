"""`*.txt` and `*.md`: a file is one text; Markdown may open with YAML front matter.

Here: text and front matter. Not here: what `manifest.csv` says of them (manifest.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import yaml

from pipeline.ingest.decode import decode
from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import read_bytes
from pipeline.ingest.records import MAX_FILE_BYTES, Record, Refusal, record_of, shown

MAX_FRONT_CHARS: Final = 10_000

_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ALIASES: Final = {"date": "published_at", "lang": "language"}  # what static site generators call them


def read_text(file: RawFile) -> Iterator[Record | Refusal]:
    """The file's text, whole."""
    yield Record(decode(read_bytes(file, MAX_FILE_BYTES)))


def read_markdown(file: RawFile) -> Iterator[Record | Refusal]:
    """The text below the front matter, Markdown signs as they stand; broken front matter refuses itself alone."""
    text = decode(read_bytes(file, MAX_FILE_BYTES))
    front = _FRONT_MATTER.match(text)
    if front is None:
        yield Record(text)
        return
    fields: object = None
    try:
        if len(front[1]) > MAX_FRONT_CHARS:
            raise ValueError(f"longer than {MAX_FRONT_CHARS:,} characters")
        fields = yaml.load(front[1], Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that is none, such as 2024-02-31
        yield Refusal(f"front matter is no YAML ({shown(str(error))[:200]}): article kept without it", shown(front[1]))
    if fields is not None and not isinstance(fields, dict):
        yield Refusal("front matter is no list of `name: value`: article kept without it", shown(front[1]))
    known = fields if isinstance(fields, dict) else {}
    named = {_ALIASES[name]: value for name, value in known.items() if name in _ALIASES} | known
    yield record_of({**named, "text": text[front.end() :]}, None)
