"""Records to rows of the `articles` table: ids, hashes, dates, language; line ends made `\\n`, nothing else edited.

Here: one record to one row. Not here: reading files (readers/), merging with what is there (merge.py), `duplicate_of`,
which dbt fills because it takes the whole table to know.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

import polars as pl

from pipeline.extract.sentences import MAX_SENTENCE_CHARS, MAX_SENTENCES, count_sentences, with_unread_sentences
from pipeline.ingest.dateline import dateline
from pipeline.ingest.dating import KYIV, date_article
from pipeline.ingest.discover import RawFile
from pipeline.ingest.language import detect, language_code
from pipeline.ingest.mojibake import repaired
from pipeline.ingest.records import MAX_TEXT_CHARS, Record, Refusal, shown, without_lone_surrogates
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

_WORD: Final = re.compile(r"\w*[^\W\d_]")
_RARE_SPACES: Final = tuple(char for char in map(chr, range(0x3001)) if char.isspace() and char not in " \n")


class Source(NamedTuple):
    """A record or refusal with the file that it comes from; `input_no` is the file's place in the run's list."""

    input_no: int
    file: RawFile
    item: Record | Refusal

    @property
    def source_file(self) -> str:
        """Name of the file, with `#n` where it holds many records."""
        return self.file.name if self.item.number is None else f"{self.file.name}#{self.item.number}"


class Built(NamedTuple):
    """`rows` in the order of the records, the columns of Articles and `input_no` UInt32; and what was refused."""

    rows: pl.DataFrame
    refused: list[Source]


def build_articles(records: Sequence[Source], now: datetime) -> Built:
    """Rows of `articles` from records; `now` is aware and becomes `first_seen_at`.

    A loop over rows: hashing, reading dates and guessing languages are no polars expressions.
    """
    refused: list[Source] = []
    columns: dict[str, list[object]] = {name: [] for name in _GIVEN}
    for source in records:
        record = source.item
        if isinstance(record, Refusal):
            refused.append(source)
            continue
        text = with_plain_line_ends(repaired(record.text))
        if problem := _problem(text):
            refused.append(source._replace(item=Refusal(problem, shown(text), record.number)))
            continue
        stem = without_lone_surrogates(source.file.stem)
        dated = date_article(record, stem, text, now)
        if dated.complaint:
            refused.append(source._replace(item=Refusal(dated.complaint, shown(dated.value), record.number)))
        source_id = record.id or stem
        content = content_sha256(text)
        values = (
            article_id(record.source, source_id, dated.at, content),
            source_id,
            source.source_file,
            record.source,
            record.url,
            record.title and repaired(record.title),
            record.author,
            text,
            language_code(record.language) or detect(text),
            dated.at,
            dated.source,
            now,
            content,
            source.input_no,
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    rows = _complete(columns)
    refused += _partly_read(rows, records)
    return Built(rows, refused)


def _partly_read(rows: pl.DataFrame, records: Sequence[Source]) -> list[Source]:
    """What is said of texts that are kept whole, but not all read for rows."""
    found = {
        f"article of more than {MAX_SENTENCES:,} sentences: kept whole, the first {MAX_SENTENCES:,} are read for rows": (
            rows.filter(pl.col("n_sentences") > MAX_SENTENCES)
        ),
        f"sentence of more than {MAX_SENTENCE_CHARS:,} characters: kept, but not read for rows": (
            with_unread_sentences(rows.select("input_no", "source_file", "text"))
        ),
    }
    said: list[Source] = []
    for reason, texts in found.items():
        # a file's place and a record's number name its source
        told_of = set(texts.select("input_no", "source_file").iter_rows())
        said += [
            source._replace(item=Refusal(reason, shown(source.item.text), source.item.number))
            for source in (records if told_of else ())
            if isinstance(source.item, Record) and (source.input_no, source.source_file) in told_of
        ]
    return said


def with_plain_line_ends(text: str) -> str:
    """The text with each line end made `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def content_sha256(text: str) -> str:
    """SHA-256 of the text with each run of white space made one blank; 64 hex digits."""
    return hashlib.sha256(with_single_blanks(text).encode()).hexdigest()


def with_single_blanks(text: str) -> str:
    """`" ".join(text.split())`, which takes many times as long for the usual text of blanks and line ends."""
    if any(space in text for space in _RARE_SPACES):
        return " ".join(text.split())
    text = text.replace("\n", " ").strip(" ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def article_id(source: str | None, source_id: str, published_at: datetime | None, content: str) -> str:
    """16 hex digits that depend on where a text comes from, when it was published (UTC) and what it says, only."""
    key = [source, source_id, published_at.isoformat() if published_at else None, content]
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()[:16]


def _problem(text: str) -> str | None:
    if len(text) > MAX_TEXT_CHARS:
        return f"text has {len(text):,} characters, more than the {MAX_TEXT_CHARS:,} of the longest article taken"
    if not _WORD.search(text):
        return "text holds no words"
    return None


def _complete(columns: dict[str, list[object]]) -> pl.DataFrame:
    """The columns that expressions can fill, in the order of Articles."""
    schema = empty(Articles).schema
    given = pl.DataFrame(columns, schema={name: schema.get(name, pl.UInt32()) for name in _GIVEN})
    return (
        given.lazy()  # so that an expression that stands in another twice is worked out once
        .with_columns(
            dateline=dateline(pl.col("text")),
            published_date=pl.col("published_at").dt.convert_time_zone(KYIV).dt.date(),
            n_sentences=count_sentences(pl.col("text")),
            date_confidence=pl.lit(None, pl.Float64),
            duplicate_of=pl.lit(None, pl.String),
        )
        .select(*schema.names(), "input_no")
        .collect(engine="in-memory")
    )


_GIVEN: Final = (
    "article_id", "source_id", "source_file", "source", "url", "title", "byline", "text", "language", "published_at",
    "date_source", "first_seen_at", "content_sha256", "input_no",
)  # fmt: skip
