"""`make validate`: the exports of the present release, held against other people's validators.

Here: the frictionless library on `datapackage.json`, mlcroissant on `croissant.json`, their words printed. Not here: our own
check (`sitrep check`), which needs neither.
"""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import click

from pipeline.exports.files import CROISSANT, DATAPACKAGE
from pipeline.settings import settings

SHOWN_ERRORS = 5


def frictionless_says(export: Path) -> bool:
    """Print one line a resource, and whether all of them are valid."""
    import frictionless

    report = frictionless.Package(source=str(export / DATAPACKAGE)).validate()
    for task in report.tasks:
        rows = f", {task.stats['rows']:,} rows read" if "rows" in task.stats else ""
        click.echo(f"  {'valid  ' if task.valid else 'INVALID'} {task.place}{rows}")
        for error in task.errors[:SHOWN_ERRORS]:
            click.echo(f"          {error.message}")
    for error in report.errors:
        click.echo(f"  {error.message}")
    return bool(report.valid)


def mlcroissant_says(export: Path, table: str) -> bool:
    """Load the metadata and every record of one table; a fault of the metadata raises ValidationError."""
    import mlcroissant
    import polars as pl

    dataset = mlcroissant.Dataset(jsonld=str(export / CROISSANT))
    n_records = sum(1 for _ in dataset.records(table))
    n_rows = pl.read_parquet(export / f"{table}.parquet", glob=False).height
    click.echo(
        f"  version {dataset.metadata.version}, {len(dataset.metadata.record_sets)} record sets, {len(dataset.metadata.distribution)} files"
    )
    click.echo(f"  {table}: {n_records:,} records, {n_rows:,} rows in the file")
    return n_records == n_rows


def main() -> None:
    """Exit code 1 where a validator finds a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--export", type=Path, default=settings().export, help="folder with the exports")
    parser.add_argument("--table", default="sources", help="table that mlcroissant reads record by record")
    arguments = parser.parse_args()
    export = arguments.export.resolve()
    click.echo("frictionless, datapackage.json")
    valid = frictionless_says(export)
    if find_spec("mlcroissant"):
        click.echo("mlcroissant, croissant.json")
        valid &= mlcroissant_says(export, arguments.table)
    else:
        click.echo("mlcroissant is not installed: croissant.json is not validated")
    sys.exit(0 if valid else 1)


if __name__ == "__main__":
    main()
