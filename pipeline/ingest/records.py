"""What every reader gives: a record as its file tells it, or a refusal with its reason.

Here: these two shapes, the limits that hold for all formats, and how loose field values become strings. Not here:
formats (readers/), dates (dating.py), rows of the table (articles.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from reprlib import Repr
from typing import Final

from pipeline.schemas.validate import MAX_CONTENT_CHARS

MAX_TEXT_CHARS: Final = 2_000_000
MAX_FILE_BYTES: Final = 32 * 2**20  # of one text, HTML or Markdown file, one JSON line, one CSV field

MAX_FIELD_CHARS: Final = 2_000  # of a title, an address, an author; what is longer is cut
MAX_ITEMS: Final = 100  # of a list of authors

FIELDS: Final = ("id", "text", "title", "published_at", "source", "url", "language", "author")


class _Short(Repr):
    """The start of a value: YAML can say in a few lines what would fill gigabytes when written out."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxdict, self.maxlist, self.maxtuple, self.maxset = 4, 20, 10, 10, 10
        self.maxstring = self.maxother = self.maxlong = MAX_CONTENT_CHARS


_SHORT: Final = _Short()


@dataclass(frozen=True, slots=True)
class Record:
    """One text and what its file says about it; null where nothing is said, values otherwise as they stand."""

    text: str
    number: int | None = None  # from 1 in files that hold many records, null in files that are one text
    id: str | None = None
    title: str | None = None
    published_at: str | date | None = None
    date_source: str = "metadata"
    manifest_published_at: str | None = None  # counts where the text's own file states no date that can be
    source: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An input, a line or a value that was not taken as it is: why, and what it was."""

    reason: str
    content: str = ""
    number: int | None = None


def without_lone_surrogates(text: str) -> str:
    """The text with halves of surrogate pairs, which no encoding can write, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def scalar(value: object) -> str | None:
    """A metadata value as a string: lists joined by commas, an object by its `name`; null where nothing is said."""
    match value:
        case None | "" | bool():
            return None
        case str():
            return without_lone_surrogates(value.strip()[:MAX_FIELD_CHARS]) or None
        case int() | float() | date():
            return _number_text(value)
        case list() | tuple():
            items = [item for item in islice(value, MAX_ITEMS) if not isinstance(item, list)]
            return ", ".join(part for item in items if (part := scalar(item)))[:MAX_FIELD_CHARS] or None
        case {"name": str(name)}:
            return scalar(name)
        case _:
            return None


def _number_text(value: float | date) -> str | None:
    try:
        return str(value)
    except ValueError:  # an integer of more digits than Python writes
        return None


def record_of(fields: Mapping[str, object], number: int | None) -> Record | Refusal:
    """A record from named fields, of which only `text` is required; unknown fields are left out."""
    text = fields.get("text")
    if text is None:
        return Refusal("no text: a record needs the field `text`", shown(fields), number)
    if not isinstance(text, str):
        return Refusal(f"`text` is no string but {type(text).__name__}", shown(fields), number)
    published = fields.get("published_at")
    return Record(
        text=without_lone_surrogates(text),
        number=number,
        id=scalar(fields.get("id")),
        title=scalar(fields.get("title")),
        published_at=published if isinstance(published, date) else _date_text(published),
        source=scalar(fields.get("source")),
        url=scalar(fields.get("url")),
        language=scalar(fields.get("language")),
        author=scalar(fields.get("author")),
    )


def shown(value: object) -> str:
    """A value as `rejected_rows` keeps it: text, cut to MAX_CONTENT_CHARS."""
    text = value if isinstance(value, str) else _SHORT.repr(value)
    return without_lone_surrogates(text[:MAX_CONTENT_CHARS])


def _date_text(value: object) -> str | None:
    """A stated publication time as text, also where its type can hold no date, so that it is complained of later."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return scalar(value) or shown(value)
