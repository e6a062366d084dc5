"""`manifest.csv`: what is known about the text files in its folder.

Here: reading it and checking it against the folder. Names in it are only looked up among the files that were found,
never opened. Not here: which of several dates counts (dating.py).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pipeline.ingest.decode import NotText, decode
from pipeline.ingest.discover import COMPRESSIONS, RawFile
from pipeline.ingest.readers.csv import csv_rows
from pipeline.ingest.records import Record, Refusal, scalar, shown

COLUMNS: Final = ("published_at", "source", "url", "title", "language", "author")
MAX_REFUSALS: Final = 1_000
MAX_BYTES: Final = 8 * 2**20
SINGLE_TEXT_FORMATS: Final = ("text", "markdown", "html")


@dataclass(slots=True)
class Manifest:
    """Rows of one manifest by file name, only cells that say something; and what is wrong with it."""

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def read_manifest(path: Path, present: Set[str], texts: Set[str]) -> Manifest:
    """Read one manifest.

    `present` are the names of all inputs in its folder, `texts` of those that are one text each. Rows that name
    neither, or a file for the second time, are refused; a manifest that cannot be read is one refusal and no rows.
    """
    manifest = Manifest()
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        text = decode(data[:MAX_BYTES])
    except OSError as error:
        manifest.refusals.append(Refusal(f"manifest cannot be opened ({error.strerror}): check its permissions"))
        return manifest
    except NotText as error:
        manifest.refusals.append(Refusal(f"manifest is {error}"))
        return manifest
    if len(data) > MAX_BYTES:
        manifest.refusals.append(Refusal(f"manifest is cut at {MAX_BYTES:,} bytes: split the folder"))
    n_more = 0
    for row in csv_rows(io.StringIO(text, newline=""), required="file"):
        if isinstance(row, Refusal):
            refusal = replace(row, reason=f"manifest: {row.reason}")
        else:
            name = str(row[1].get("file") or "").removeprefix("./")
            problem = _problem(name, manifest.rows, present, texts)
            if problem is None:
                manifest.rows[name] = {column: value for column in COLUMNS if (value := scalar(row[1].get(column)))}
                continue
            refusal = Refusal(problem, number=row[0])
        if len(manifest.refusals) == MAX_REFUSALS:
            n_more += 1
            continue
        if not isinstance(row, Refusal):
            line = {key: value for key, value in row[1].items() if value}
            refusal = replace(refusal, content=shown(json.dumps(line, ensure_ascii=False)))
        manifest.refusals.append(refusal)
    if n_more:
        manifest.refusals.append(Refusal(f"manifest: {n_more:,} more rows fit no text: only the first are kept"))
    return manifest


def row_for(manifest: Manifest | None, file: RawFile) -> dict[str, str]:
    """What the manifest says about one file, which it may name with or without `.gz`; empty where nothing."""
    if manifest is None or file.format not in SINGLE_TEXT_FORMATS:
        return {}
    return next((manifest.rows[name] for name in names_of(file) if name in manifest.rows), {})


def names_of(file: RawFile) -> tuple[str, ...]:
    """Names by which a manifest may call a file."""
    name = file.name.rpartition("/")[2]
    packed = next((ending for ending in COMPRESSIONS if name.lower().endswith(ending)), "")
    return (name, name[: -len(packed)]) if packed else (name,)


def apply(row: Mapping[str, str], record: Record) -> Record:
    """The record as the manifest corrects it: where the manifest says something it counts, its date beside the file's."""
    if not row:
        return record
    stated: dict[str, Any] = {("manifest_published_at" if name == "published_at" else name): row[name] for name in row}
    return replace(record, **stated)


def row_digest(row: Mapping[str, str]) -> str | None:
    """SHA-256 of a manifest row, so that a corrected row has its file read again; null for no row."""
    if not row:
        return None
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _problem(name: str, rows: Mapping[str, object], present: Set[str], texts: Set[str]) -> str | None:
    if not name:
        return "manifest row names no file"
    if name in rows:
        return "manifest names this file twice: the first row counts"
    if name in texts:
        return None
    if name in present:
        return "manifest names a file of many records: they carry their own metadata; remove the row"
    return "manifest names a file that is not in its folder: add the file or remove the row"
