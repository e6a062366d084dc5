"""The ingest step: what is new or changed in the raw folders goes into the `articles` and `rejected_rows` layers.

Here: the order of things: find, skip what is known, read, merge, write the ledger last. Twice gives the same as once,
and a run that stops half-way leaves whole files and is done again. Not here: how it is done (the modules beside this).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.ingest.copies import mark_copies
from pipeline.ingest.discover import Discovery, RawFile, discover, path_key
from pipeline.ingest.inputs import Batch, path_refusals, read_inputs, read_manifests
from pipeline.ingest.ledger import Entry, begun, entry_of, looks_unchanged, read_ledger, root_name, write_ledger
from pipeline.ingest.manifest import Manifest, row_digest, row_for
from pipeline.ingest.merge import NOTES, ArticleLayer, file_of
from pipeline.ingest.opening import sha256_of
from pipeline.ingest.seen import SeenIds
from pipeline.layers import day_file, read_parquet, write_day
from pipeline.layers import days as article_days
from pipeline.schemas.validate import REJECTED_SCHEMA

FLUSH_BYTES: Final = 2**28  # of articles held in memory before they go into day files
MAX_REJECTED_PER_FILE: Final = 10_000  # rows kept of one input; how many more there were stands in one last row
REJECTED: Final = "rejected_rows"


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did.

    `n_files` are all inputs found, `n_files_skipped` those that were known and unchanged; `n_articles_read` counts
    accepted records, copies too, `n_articles_new` rows that were not in the layer; `n_rejected` rows refused in this
    run, also those that only complain of a value of an article that was kept; `days_changed` are the days whose article
    files were rewritten; `warnings` tell of paths: folders without files, links, manifests.
    """

    n_files: int
    n_files_skipped: int
    n_articles_read: int
    n_articles_new: int
    n_rejected: int
    days_changed: list[str]
    warnings: list[str]


class _Input(NamedTuple):
    """A file to read, with its hashes from before it was read; `sha256` is null where it could not be opened."""

    file: RawFile
    sha256: str | None
    manifest_sha256: str | None


@dataclass(slots=True)
class _Tally:
    """What was read of each input of a run, by its place in the list; `contents` of files that had been read before."""

    read: Counter[int] = field(default_factory=Counter)
    rejected: Counter[int] = field(default_factory=Counter)
    kept: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    unread: set[int] = field(default_factory=set)
    ids: SeenIds = field(default_factory=SeenIds)
    contents: list[pl.DataFrame] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        """Count a batch and keep its rejected rows, up to MAX_REJECTED_PER_FILE of each input."""
        self.read.update(batch.origins["input_no"])
        for (key,), rows in batch.rejected.partition_by("input_no", as_dict=True, include_key=False).items():
            number = int(key)
            self.kept.setdefault(number, []).append(rows.head(max(0, MAX_REJECTED_PER_FILE - self.rejected[number])))
            self.rejected[number] += rows.height

    def rejected_rows(self, number: int) -> pl.DataFrame:
        """Rejected rows of one input, and in a last one how many more there were."""
        rows = pl.concat([REJECTED_SCHEMA.to_frame(), *self.kept.get(number, [])])
        if (more := self.rejected[number] - rows.height) > 0:
            reason = f"{more:,} more rows of this input were refused: only the first {MAX_REJECTED_PER_FILE:,} are kept"
            rows = rows.vstack(rows.tail(1).with_columns(reason=pl.lit(reason), content=pl.lit("")))
        return rows


def ingest(raw: Sequence[Path], layers: Path, *, now: datetime, full: bool = False) -> IngestReport:
    """Bring the `articles` and `rejected_rows` layers up to date with the raw files and folders.

    `now` is aware and becomes `first_seen_at` of new articles. `full` reads every file anew and drops articles that
    their file no longer holds; articles whose file is gone, or was not read without a refusal, stay.
    Raises InputError where a raw path is missing, OSError where the layers cannot be written.
    """
    found = discover(raw)
    manifests = read_manifests(found)
    ledger = read_ledger(layers)
    if any(entry.n_articles for entry in ledger.values()) and not article_days(layers, "articles"):
        ledger = {}  # somebody removed the layer: what was read is not there any more
    inputs, known = _what_to_read(found, manifests, {} if full else ledger)
    if new := {item.file.key: begun(item.file) for item in inputs if item.file.key not in ledger}:
        write_ledger(layers, new | ledger)
    layer = ArticleLayer(layers, replace=full)
    tally = _read_into(layer, inputs, manifests, ledger, now=now)
    _supersede(layer, inputs, tally, ledger, full=full)

    layer.changed |= mark_copies(layers, layer.touched)

    refusals = path_refusals(found, manifests)
    about_paths = {path_key(path): rows for path, rows in refusals.items()}
    about_files = {item.file.key: tally.rejected_rows(number) for number, item in enumerate(inputs)}
    _write_rejected(layers, about_paths | about_files)
    if full:
        elsewhere = {
            entry.key for entry in ledger.values() if entry.root not in {root_name(file) for file in found.files}
        }
        _forget_rejected(layers, about_paths.keys() | about_files.keys() | elsewhere)

    entries = ledger | known
    for number, item in enumerate(inputs):
        whole = number not in tally.unread
        entries[item.file.key] = entry_of(
            item.file,
            sha256=item.sha256 if whole else None,
            manifest_sha256=item.manifest_sha256,
            n_articles=tally.read[number],
            n_rejected=tally.rejected[number],
        )
    if entries != read_ledger(layers):
        write_ledger(layers, entries)
    return IngestReport(
        n_files=len(found.files),
        n_files_skipped=len(known),
        n_articles_read=tally.read.total(),
        n_articles_new=layer.n_new,
        n_rejected=tally.rejected.total() + sum(rows.height for rows in refusals.values()),
        days_changed=sorted(layer.changed),
        warnings=[f"{name}: {reason}" for rows in refusals.values() for _, name, reason, _ in rows.iter_rows()],
    )


def _what_to_read(
    found: Discovery, manifests: Mapping[Path, Manifest], ledger: Mapping[str, Entry]
) -> tuple[list[_Input], dict[str, Entry]]:
    """Inputs that are new or changed, and the entries, with today's times, of those that need no reading."""
    inputs: list[_Input] = []
    known: dict[str, Entry] = {}
    for file in found.files:
        manifest_sha256 = row_digest(row_for(manifests.get(file.path.parent), file))
        entry = ledger.get(file.key)
        if entry and looks_unchanged(entry, file, manifest_sha256):
            known[file.key] = entry
            continue
        try:
            sha256 = sha256_of(file.path)
        except OSError:  # reading it will meet the same fault and say so
            inputs.append(_Input(file, None, manifest_sha256))
            continue
        if entry and (entry.sha256, entry.manifest_sha256) == (sha256, manifest_sha256):
            known[file.key] = replace(entry, size=file.size, mtime_ns=file.mtime_ns)
        else:
            inputs.append(_Input(file, sha256, manifest_sha256))
    return inputs, known


def _read_into(
    layer: ArticleLayer,
    inputs: Sequence[_Input],
    manifests: Mapping[Path, Manifest],
    ledger: Mapping[str, Entry],
    *,
    now: datetime,
) -> _Tally:
    """Read the inputs and merge their articles into the layer, some at a time."""
    tally = _Tally()
    reread = [number for number, item in enumerate(inputs) if item.file.key in ledger]
    waiting: list[pl.DataFrame] = []
    for batch in read_inputs([item.file for item in inputs], manifests, now=now, unread=tally.unread):
        tally.add(batch)
        again = batch.origins.filter(pl.col("input_no").is_in(reread)).join(batch.articles, on="article_id")
        tally.contents.append(again.select("content_sha256", file=file_of(pl.col("source_file"))))
        waiting.append(tally.ids.take_new(batch.articles))
        if sum(articles.estimated_size() for articles in waiting) >= FLUSH_BYTES:
            layer.merge(pl.concat(waiting))
            waiting = []
    if waiting:
        layer.merge(pl.concat(waiting))
    return tally


def _supersede(
    layer: ArticleLayer, inputs: Sequence[_Input], tally: _Tally, ledger: Mapping[str, Entry], *, full: bool
) -> None:
    """Remove rows that a file read before has since corrected: the same text under another date, source or id.

    A text that is no longer in its file stays, for a file may be overwritten with each day's news; only `full` removes
    it, and only where the file was read without a refusal. Names that several raw folders share are left alone.
    """
    owners = Counter(entry.path for entry in ledger.values())
    owners.update(item.file.name for item in inputs if item.file.key not in ledger)
    reread = {
        item.file.name: number
        for number, item in enumerate(inputs)
        if item.file.key in ledger and owners[item.file.name] == 1 and number not in tally.unread
    }
    if full:
        reread = {name: number for name, number in reread.items() if not tally.rejected[number]}
    if not reread or not (full or tally.contents):
        return
    gone = tally.ids.drop_seen(layer.rows_of(reread))
    if not full:
        gone = gone.join(pl.concat(tally.contents), on=["content_sha256", "file"], how="semi")
    layer.remove(gone)


def _write_rejected(layers: Path, rows_by_key: Mapping[str, pl.DataFrame]) -> None:
    """Make each input's file of rejected rows hold these rows, without touching one that does; none for no rows."""
    for key, rows in rows_by_key.items():
        path = day_file(layers, REJECTED, key)
        if rows.is_empty():
            path.unlink(missing_ok=True)
        elif not (path.exists() and read_parquet(path).equals(rows)):
            write_day(layers, REJECTED, key, rows)


def _forget_rejected(layers: Path, keys: Collection[str]) -> None:
    """Remove the rejected rows of all inputs but these."""
    for key in article_days(layers, REJECTED):
        if key not in keys and key != NOTES:
            day_file(layers, REJECTED, key).unlink()
