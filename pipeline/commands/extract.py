"""`sitrep extract`: articles in, Parquet files out, with neither Dagster nor a database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pipeline.settings import settings


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="INPUT...")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the results.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that share the work; default one for each core.")
def command(inputs: tuple[Path, ...], out: Path, workers: int | None) -> None:
    """Extract entities and events from INPUT (files and folders) into --out.

    Writes articles.parquet, entities.parquet, events.parquet and rejected_rows.parquet, which replace the files that
    are there all together at the end.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from pipeline.streaming import extract_files
    from pipeline.workers import usable_cores

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("getting ready", total=None)

        def advance(n_articles: int) -> None:
            progress.advance(task, n_articles)
            progress.update(task, description=f"{progress.tasks[task].completed:,.0f} articles")

        totals = extract_files(
            tuple(path.expanduser().resolve() for path in inputs),
            out,
            cache=settings().cache,
            fetched=settings().gazetteer,
            now=datetime.now(UTC),
            n_workers=workers or usable_cores(),
            progress=advance,
        )
    for table, n_rows in totals.n_rows.items():
        click.echo(f"{n_rows:>10,}  {out / f'{table}.parquet'}")
    rate = totals.n_rows["articles"] / totals.seconds if totals.seconds else 0.0
    click.echo(
        f"{rate:,.0f} articles per second ({totals.seconds:.2f} s, start-up apart); peak memory "
        f"{totals.peak_memory_mib:,} MiB ({totals.n_workers} worker{'s' * (totals.n_workers > 1)})"
    )
