"""Files of articles in, four Parquet files out, in memory that does not grow with the number of articles.

Here: what `sitrep extract` does: records to workers, their rows to files. Not here: reading files (ingest/), the
extraction itself (extract/), processes (workers.py), and stored days (extraction.py).

Rows come in the order of their articles, and these in the order in which they were read; nothing depends on how many
workers or batches there were.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Final, NamedTuple

import polars as pl
import pyarrow as pa

from pipeline.extraction import BATCH_ARTICLES, EXTRACTION_STAGES, Extractor, extract_validated, load_extractor
from pipeline.ingest.articles import Source
from pipeline.ingest.discover import discover
from pipeline.ingest.inputs import build_batch, path_refusals, read_manifests, read_records
from pipeline.ingest.seen import SeenIds
from pipeline.layers import appending, as_arrow
from pipeline.locking import exclusive
from pipeline.schemas import Articles, Entities, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, empty
from pipeline.workers import pool, shared_out

BATCH_CHARS: Final = 8_600_000
LOCK: Final = ".extract.lock"
SAMPLE: Final = "Two people were killed in a missile strike on the city of Lubny on Monday, the governor said."


class Tables(NamedTuple):
    """Rows of some articles, in their order, as Arrow: what goes between processes and into files without a detour."""

    articles: pa.Table
    entities: pa.Table
    events: pa.Table
    rejected_rows: pa.Table


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run wrote: rows of each table; how long it took without start-up; most memory of all its processes."""

    n_rows: dict[str, int]
    seconds: float
    n_workers: int
    peak_memory_mib: int


def schemas() -> dict[str, pl.Schema]:
    """Columns and dtypes of the four tables."""
    models = {"articles": Articles, "entities": Entities, "events": Events}
    return {table: empty(model).schema for table, model in models.items()} | {"rejected_rows": REJECTED_SCHEMA}


def extract_files(
    paths: Sequence[Path],
    out: Path,
    *,
    cache: Path,
    now: datetime,
    n_workers: int,
    fetched: Path | None = None,
    batch_articles: int = BATCH_ARTICLES,
    progress: Callable[[int], None] | None = None,
) -> Totals:
    """Extract files and folders of articles into `out`, whose four files are replaced together at the end.

    `now` is aware and becomes `first_seen_at`; `n_workers` processes do the work, fewer where there are fewer batches,
    and this one does it where that is one. `fetched`: country files, as load_extractor takes them. `progress` is called with the number of articles after each batch.
    Raises InputError where a path is missing, Busy where another process writes into `out`, WorkerError.
    """
    found = discover(paths)
    manifests = read_manifests(found)
    refused = pl.concat([REJECTED_SCHEMA.to_frame(), *path_refusals(found, manifests).values()])
    began = time.perf_counter()
    records = read_records(found.files, manifests, batch_rows=batch_articles, batch_chars=BATCH_CHARS)
    first = deque(islice(records, n_workers))
    n_workers = max(1, len(first))
    seconds = time.perf_counter() - began
    with (
        exclusive(out, LOCK, wait=False),
        TemporaryDirectory(prefix=".extract-", dir=out) as spool,
        appending(out, schemas()) as files,
        pool(partial(ready, cache, now, Path(spool), fetched), n_workers) as workers,
    ):
        files["rejected_rows"].append(as_arrow(refused))
        began = time.perf_counter()
        seen = SeenIds()
        for spooled in workers.map(shared_out(first, records, n_workers)):
            new = without_seen(taken(spooled), seen)
            for name, rows in new._asdict().items():
                files[name].append(rows)
            if progress:
                progress(new.articles.num_rows)
            del new  # else its files stay mapped until the next are there
    return Totals(
        {name: file.n_rows for name, file in files.items()},
        seconds + time.perf_counter() - began,
        n_workers,
        workers.peak_memory_mib,
    )


def ready(
    cache: Path, now: datetime, spool: Path, fetched: Path | None = None
) -> Callable[[list[Source]], tuple[Path, ...]]:
    """:func:`extract_sources` with the word lists of `cache` loaded and, by reading a sample, all patterns compiled.

    The function gives the files in `spool` that hold the tables: pipes would hold every row several times over.
    """
    extractor = load_extractor(cache, fetched)
    columns = {"article_id": ["0" * 16], "text": [SAMPLE], "language": ["en"], "published_date": [date(2024, 9, 9)]}
    extract_validated(pl.DataFrame(columns), extractor)

    def work(sources: list[Source]) -> tuple[Path, ...]:
        return spooled(extract_sources(sources, extractor=extractor, now=now), spool)

    return work


def spooled(tables: Tables, folder: Path) -> tuple[Path, ...]:
    """The tables as Arrow files of their own in `folder`, in their order."""
    paths = []
    for table in tables:
        with NamedTemporaryFile(suffix=".arrow", dir=folder, delete=False) as file:
            with pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)
            paths.append(Path(file.name))
    return tuple(paths)


def taken(paths: Sequence[Path]) -> Tables:
    """The tables of :func:`spooled`, mapped rather than read; the files are gone when the tables are."""
    tables = [pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in paths]
    for path in paths:
        path.unlink()
    return Tables(*tables)


def extract_sources(sources: list[Source], *, extractor: Extractor, now: datetime) -> Tables:
    """Rows of one batch of records, each article_id once; the records stand in the order of their inputs.

    The list is empty afterwards: as Python's strings the texts take as much memory as half of the work on them.
    """
    batch = build_batch(sources, now)
    sources.clear()
    found = extract_validated(batch.articles, extractor)
    record = pl.col("source_file").str.extract(r"#(\d+)$").cast(pl.UInt64).alias("record")
    order = batch.articles.select("article_id", record).with_row_index("article")
    origins = batch.origins.unique("article_id", keep="first")
    refused_here = found.rejected.join(
        order.join(origins, on="article_id"), left_on="source_file", right_on="article_id"
    )
    rejected = pl.concat(
        [batch.rejected.with_columns(record), refused_here.select(*REJECTED_SCHEMA, "input_no", "record")]
    )
    return Tables(
        as_arrow(batch.articles),
        as_arrow(_in_order(found.entities, order)),
        as_arrow(_in_order(found.events, order)),
        as_arrow(rejected.sort("input_no", "record", nulls_last=True, maintain_order=True).select(*REJECTED_SCHEMA)),
    )


def _in_order(rows: pl.DataFrame, order: pl.DataFrame) -> pl.DataFrame:
    """The rows in the order of their articles, those of one article as they stand."""
    placed = rows.join(order.select("article_id", "article"), on="article_id", how="left", maintain_order="left")
    return placed.sort("article", maintain_order=True).select(rows.columns)


def without_seen(tables: Tables, seen: SeenIds) -> Tables:
    """The rows of articles that `seen` does not know yet, and what was refused otherwise."""
    ids = pl.Series(tables.articles["article_id"]).to_frame("article_id")
    new = seen.take_new(ids)
    if new.height == ids.height:
        return tables
    copies = ids.join(new, on="article_id", how="anti")["article_id"].implode()
    articles, entities, events, rejected = map(_frame, tables)
    is_copy = pl.col("article_id").is_in(copies)
    of_copy = pl.col("stage").is_in(EXTRACTION_STAGES) & pl.col("source_file").is_in(copies)
    kept = (*(rows.filter(~is_copy) for rows in (articles, entities, events)), rejected.filter(~of_copy))
    return Tables(*map(as_arrow, kept))


def _frame(rows: pa.Table) -> pl.DataFrame:
    return pl.DataFrame(rows)
