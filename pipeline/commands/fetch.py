"""`sitrep fetch`: what is new in the feeds and sitemaps of `sources.toml`, as raw files; the next refresh reads them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import chosen_settings, data_option
from pipeline.printable import printable

if TYPE_CHECKING:
    from pipeline.fetch.night import SourceReport


@click.command()
@click.option(
    "--sources",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Which sources there are. Default: SITREP_SOURCES, else sources.toml.",
)
@data_option
def command(sources: Path | None, data: Path | None) -> None:
    """Fetch what is new from the feeds and sitemaps that sources.toml names.

    Exit code 1 where a source did not answer as it should; the others are fetched all the same.
    """
    from rich.console import Console

    from pipeline.fetch.cards import read_sources
    from pipeline.fetch.http import Client
    from pipeline.fetch.night import fetch_all

    found = chosen_settings(data=data, sources=sources)
    cards = read_sources(found.sources)
    if not cards.fetched:
        click.echo(f"No feed or sitemap is in use: set `enabled = true` in {found.sources}, or add your own there.")
        return
    console = Console(stderr=True)
    reports = fetch_all(
        cards,
        found.fetched,
        now=datetime.now(UTC),
        client=Client(cards.fetch, allow_private=found.allow_private),
        progress=lambda name: console.print(f"fetched {name}", highlight=False, markup=False),
    )
    _show(reports)
    failed = [report for report in reports if report.failure]
    for report in failed:
        click.echo(f"{report.source}: {printable(report.failure or '')}", err=True)
    if failed:
        raise click.ClickException(f"{len(failed)} of {len(reports)} sources did not answer as they should.")
    click.echo("The next `sitrep refresh` reads what was fetched.")


def _show(reports: list[SourceReport]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    counts = ("listed", "new", "changed", "unchanged", "failed", "waiting")
    table = Table("source", *counts, box=SIMPLE_HEAD, show_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for report in reports:
        table.add_row(Text(report.source), *(f"{getattr(report, f'n_{name}'):,}" for name in counts))
    Console().print(table)
