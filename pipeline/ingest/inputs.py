"""Many files to batches of valid articles and rejected rows, in bounded memory.

Here: reading files one after the other, manifests applied. Not here: what was read before (ledger.py) and where the
rows go (ingest.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.ingest.articles import Source, build_articles
from pipeline.ingest.discover import MANIFEST, Discovery, RawFile, discover
from pipeline.ingest.manifest import SINGLE_TEXT_FORMATS, Manifest, apply, names_of, read_manifest, row_for
from pipeline.ingest.readers import read_file
from pipeline.ingest.records import Record, Refusal
from pipeline.ingest.seen import SeenIds
from pipeline.schemas import Articles
from pipeline.schemas.validate import REJECTED_SCHEMA, empty, split

BATCH_ROWS: Final = 2_000
BATCH_CHARS: Final = 20_000_000
STAGE: Final = "ingest"


class Batch(NamedTuple):
    """Some rows of a run.

    `articles`: schema Articles, each article_id once. `rejected`: REJECTED_SCHEMA and `input_no` UInt32, the place of
    the input in the list that was read. `origins`: `article_id`, `input_no`, one row per accepted record, copies too.
    """

    articles: pl.DataFrame
    rejected: pl.DataFrame
    origins: pl.DataFrame


class Texts(NamedTuple):
    """Articles (schema Articles) and rejected rows (REJECTED_SCHEMA) of some inputs."""

    articles: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(slots=True)
class _Pending:
    """Records that wait to become a batch."""

    sources: list[Source] = field(default_factory=list)
    chars: int = 0

    def add(self, source: Source) -> None:
        self.sources.append(source)
        self.chars += len(source.item.content if isinstance(source.item, Refusal) else source.item.text)


def read_manifests(found: Discovery) -> dict[Path, Manifest]:
    """The manifest of each folder that has one, by folder."""
    inputs: dict[Path, set[str]] = {manifest.parent: set() for manifest in found.manifests}
    texts: dict[Path, set[str]] = {manifest.parent: set() for manifest in found.manifests}
    for file in found.files:
        if (folder := file.path.parent) in inputs:
            inputs[folder].update(names_of(file))
            if file.format in SINGLE_TEXT_FORMATS:
                texts[folder].update(names_of(file))
    return {folder: read_manifest(folder / MANIFEST, inputs[folder], texts[folder]) for folder in inputs}


def read_inputs(
    files: Sequence[RawFile],
    manifests: Mapping[Path, Manifest],
    *,
    now: datetime,
    batch_rows: int = BATCH_ROWS,
    unread: set[int] | None = None,
) -> Iterator[Batch]:
    """:func:`build_batch` of each list of records that :func:`read_records` gives."""
    for sources in read_records(files, manifests, batch_rows=batch_rows, unread=unread):
        yield build_batch(sources, now)


def read_records(
    files: Sequence[RawFile],
    manifests: Mapping[Path, Manifest],
    *,
    batch_rows: int = BATCH_ROWS,
    batch_chars: int = BATCH_CHARS,
    unread: set[int] | None = None,
) -> Iterator[list[Source]]:
    """Records and refusals of files in their order, in lists that end at `batch_rows` or at `batch_chars` characters.

    Places of files that could not be opened are added to `unread`: they may be readable the next time.
    """
    pending = _Pending()
    for input_no, file in enumerate(files):
        row = row_for(manifests.get(file.path.parent), file)
        try:
            for item in read_file(file):
                source = Source(input_no, file, item if isinstance(item, Refusal) else apply(row, item))
                pending.add(source)
                if len(pending.sources) >= batch_rows or pending.chars >= batch_chars:
                    yield pending.sources
                    pending = _Pending()
        except OSError as error:
            reason = f"file cannot be read ({error.strerror or error}): check its permissions and the disk"
            pending.add(Source(input_no, file, Refusal(reason, file.name)))
            if unread is not None:
                unread.add(input_no)
    if pending.sources:
        yield pending.sources


def path_refusals(found: Discovery, manifests: Mapping[Path, Manifest]) -> dict[Path, pl.DataFrame]:
    """Rejected rows (REJECTED_SCHEMA) of paths that are no inputs themselves: refused paths, manifests, empty folders.

    Manifests and folders that are in order are there too, with no rows, so that what was said of them before can go.
    """
    refusals: dict[Path, pl.DataFrame] = {root: _rejected([]) for root in found.filled_roots}
    refusals |= {
        path: _rejected([(name, refusal) for refusal in manifests[path.parent].refusals])
        for path, name in found.manifests.items()
    }
    refusals |= {
        refused.path: _rejected([(refused.name, Refusal(refused.reason, refused.name))]) for refused in found.refused
    }
    for root in set(found.roots).difference(found.filled_roots, refusals):
        reason = f"folder holds no file to read (hidden files, README and {MANIFEST} are none): put articles into it"
        refusals[root] = _rejected([(root.name, Refusal(reason, root.name))])
    return refusals


def iter_articles(paths: Sequence[Path], *, now: datetime, batch_rows: int = BATCH_ROWS) -> Iterator[Texts]:
    """Articles of files and folders in batches, each article_id once over all of them; no layer or ledger is touched.

    `now` is aware and becomes `first_seen_at`. The first batch holds what was refused unread, and no article. Raises
    InputError where a path is missing.
    """
    found = discover(paths)
    manifests = read_manifests(found)
    yield Texts(empty(Articles), pl.concat([_rejected([]), *path_refusals(found, manifests).values()]))
    seen = SeenIds()
    for batch in read_inputs(found.files, manifests, now=now, batch_rows=batch_rows):
        yield Texts(seen.take_new(batch.articles), batch.rejected.drop("input_no"))


def read_articles(paths: Sequence[Path], *, now: datetime) -> Texts:
    """:func:`iter_articles` in one piece: articles sorted by article_id, and all rejected rows."""
    batches = list(iter_articles(paths, now=now))
    return Texts(
        pl.concat([batch.articles for batch in batches]).sort("article_id"),
        pl.concat([batch.rejected for batch in batches]),
    )


def build_batch(sources: Sequence[Source], now: datetime) -> Batch:
    """Records and refusals to rows; `now` is aware and becomes `first_seen_at`."""
    rows, refused = build_articles(sources, now)
    origins = rows.select("article_id", "input_no")
    # an exact copy, of the same source, id, time and text, is the same article
    valid, invalid = split(
        rows.drop("input_no").unique("article_id", keep="first", maintain_order=True),
        Articles,
        stage="articles",
        source="source_file",
    )
    inputs = {source.source_file: source.input_no for source in sources}
    rejected = pl.concat(
        [
            _rejected([(source.file.name, source.item) for source in refused]).with_columns(
                pl.Series("input_no", [source.input_no for source in refused], pl.UInt32)
            ),
            invalid.with_columns(input_no=pl.col("source_file").replace_strict(inputs, return_dtype=pl.UInt32)),
        ]
    )
    return Batch(
        valid, rejected.sort("input_no", maintain_order=True), origins.join(valid, on="article_id", how="semi")
    )


def _rejected(refusals: Sequence[tuple[str, Record | Refusal]]) -> pl.DataFrame:
    """Refusals as rows of REJECTED_SCHEMA, each with the name of the file that it comes from."""
    rows = [
        (STAGE, name if item.number is None else f"{name}#{item.number}", item.reason, item.content)
        for name, item in refusals
        if isinstance(item, Refusal)
    ]
    return pl.DataFrame(rows, schema=REJECTED_SCHEMA, orient="row")
