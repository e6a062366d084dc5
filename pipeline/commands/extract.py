"""`sitrep extract`: articles in, Parquet files out, with neither Dagster nor a database."""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.settings import settings

if TYPE_CHECKING:
    import polars as pl

TABLES: Final = ("articles", "entities", "events", "rejected_rows")


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
def command(inputs: tuple[Path, ...], out: Path) -> None:
    """Extract entities and events from INPUT (files and folders) into --out.

    Writes articles.parquet, entities.parquet, events.parquet and rejected_rows.parquet, and replaces what is there.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from pipeline.extraction import extract_validated, load_extractor
    from pipeline.ingest.inputs import iter_articles

    raw = tuple(path.expanduser().resolve() for path in inputs)
    console = Console(stderr=True)
    extractor = load_extractor(settings().cache)
    parts: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
    n_articles = 0
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("reading and extracting", total=None)
        began = time.perf_counter()
        for batch in iter_articles(raw, now=datetime.now(UTC)):
            if not n_articles and batch.articles.height:
                warm = time.perf_counter()
                extract_validated(batch.articles.head(1), extractor)  # compiles the patterns
                began += time.perf_counter() - warm
            found = extract_validated(batch.articles, extractor)
            for table, frames in zip(
                TABLES,
                ([batch.articles], [found.entities], [found.events], [batch.rejected, found.rejected]),
                strict=True,
            ):
                parts[table] += frames
            n_articles += batch.articles.height
            progress.update(task, description=f"{n_articles:,} articles")
        seconds = time.perf_counter() - began
    counts = _write(parts, out)
    for table, n_rows in counts.items():
        click.echo(f"{n_rows:>10,}  {out / f'{table}.parquet'}")
    rate = n_articles / seconds if seconds else 0.0
    click.echo(
        f"{rate:,.0f} articles per second ({seconds:.2f} s, start-up apart); peak memory {peak_memory_mib():,} MiB"
    )


def _write(parts: dict[str, list[pl.DataFrame]], out: Path) -> dict[str, int]:
    import polars as pl

    from pipeline.layers import replace_parquet

    counts = {}
    for table, frames in parts.items():
        frame = pl.concat(frames)
        replace_parquet(out / f"{table}.parquet", frame)
        counts[table] = frame.height
    return counts


def peak_memory_mib() -> int:
    """Most memory that this process has held at a time, MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
