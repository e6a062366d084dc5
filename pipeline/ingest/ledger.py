"""What was read already: one row per input file, in `<layers>/inputs.parquet`.

Here: telling new and changed files from those that need no reading. Not here: the articles themselves (merge.py). A
file's entry tells that it was read after everything else is written, so that a run that stops half-way reads it again;
:func:`begun` before, so that what such a run had written of it can be superseded.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.ingest.discover import RawFile
from pipeline.layers import read_parquet, replace_parquet

LEDGER_FILE: Final = "inputs.parquet"
LEDGER_SCHEMA: Final = pl.Schema(
    {
        "key": pl.String,  # hash of the absolute path, name of its file of rejected rows
        "root": pl.String,
        "path": pl.String,  # below the root
        "size": pl.Int64,  # bytes
        "mtime_ns": pl.Int64,
        "sha256": pl.String,  # of the file as it lies on disk; null where it is to be read again
        "manifest_sha256": pl.String,  # of its row in manifest.csv; null where it has none
        "n_articles": pl.Int64,
        "n_rejected": pl.Int64,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was when it was last read."""

    key: str
    root: str
    path: str
    size: int
    mtime_ns: int
    sha256: str | None
    manifest_sha256: str | None
    n_articles: int
    n_rejected: int


def read_ledger(layers: Path) -> dict[str, Entry]:
    """Entries by the files' keys; none where there is no ledger yet."""
    path = layers / LEDGER_FILE
    if not path.exists():
        return {}
    return {row["key"]: Entry(**row) for row in read_parquet(path).iter_rows(named=True)}


def write_ledger(layers: Path, entries: dict[str, Entry]) -> None:
    """Replace the ledger as a whole."""
    rows = [[getattr(entry, name) for name in LEDGER_SCHEMA] for entry in entries.values()]
    replace_parquet(layers / LEDGER_FILE, pl.DataFrame(rows, schema=LEDGER_SCHEMA, orient="row").sort("key"))


def looks_unchanged(entry: Entry, file: RawFile, manifest_sha256: str | None) -> bool:
    """Whether the file was read whole and size, time and manifest row are what they were; the file is not opened."""
    was = (entry.size, entry.mtime_ns, entry.manifest_sha256)
    return entry.sha256 is not None and was == (file.size, file.mtime_ns, manifest_sha256)


def entry_of(
    file: RawFile, *, sha256: str | None, manifest_sha256: str | None, n_articles: int, n_rejected: int
) -> Entry:
    """The entry of a file that was read; `sha256` is null where it is to be read again."""
    return Entry(
        file.key, root_name(file), file.name, file.size, file.mtime_ns, sha256, manifest_sha256, n_articles, n_rejected
    )


def begun(file: RawFile) -> Entry:
    """The entry of a file that is about to be read for the first time."""
    return entry_of(file, sha256=None, manifest_sha256=None, n_articles=0, n_rejected=0)


def root_name(file: RawFile) -> str:
    """The file's root as the ledger writes it, printable whatever bytes the file system has."""
    return os.fsencode(file.root).decode("utf-8", "replace")
