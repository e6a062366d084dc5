"""`sitrep check`: the installation, the dbt project, what is read, stored and published, the daemon; each with its faults."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline import __version__
from pipeline.commands.options import chosen_settings, data_option, raw_option
from pipeline.commands.sql import open_published
from pipeline.printable import printable
from pipeline.settings import PROJECT_ROOT, Settings

if TYPE_CHECKING:
    import dagster as dg

LOCK: Final = PROJECT_ROOT / "requirements.lock"
SILENT_SECONDS: Final = 300  # the daemon gives a sign of life every 30


def check_python(_: Settings) -> Iterator[str]:
    """Installed packages that differ from requirements.lock."""
    for name, locked in locked_versions(LOCK.read_text(encoding="utf-8")):
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield f"package {name} {locked} is not installed: run `make setup`."
            continue
        if installed != locked:
            yield f"package {name} is {installed}, requirements.lock says {locked}: delete .venv, run `make setup`."


def locked_versions(lock: str) -> list[tuple[str, str]]:
    """Name and version of each package that requirements.lock asks for on this machine."""
    from packaging.requirements import Requirement

    lines = (line.removesuffix("\\").strip() for line in lock.splitlines())
    wanted = [Requirement(line) for line in lines if line and not line.startswith(("#", "--"))]
    return [
        (entry.name, next(iter(entry.specifier)).version)
        for entry in wanted
        if entry.marker is None or entry.marker.evaluate({"extra": "dev"})
    ]


def check_dbt(found: Settings) -> Iterator[str]:
    """Parse the dbt project where its manifest is missing or older than the project; faults in dbt's words."""
    from pipeline.orchestration.dbt_project import DbtError, dbt_project, is_outdated, parse

    project = dbt_project()
    if is_outdated(project):
        try:
            parse(project, found)
        except DbtError as error:
            yield str(error)


def check_raw(found: Settings) -> Iterator[str]:
    """Faults of the raw folders: missing paths, files that cannot be read, rows of manifest.csv that fit no file."""
    from pipeline.fetch.cards import SourcesError
    from pipeline.fetch.inputs import raw_paths
    from pipeline.ingest.discover import InputError, discover
    from pipeline.ingest.inputs import path_refusals, read_manifests

    try:
        discovery = discover(raw_paths(found))
    except (InputError, SourcesError) as error:
        yield str(error)
        return
    for refused in path_refusals(discovery, read_manifests(discovery)).values():
        yield from (f"{row['source_file']}: {row['reason']}" for row in refused.iter_rows(named=True))


def check_published(found: Settings) -> Iterator[str]:
    """Differences between the published file and the data dictionary: tables, columns, types, comments."""
    if not found.published.exists():
        yield f"there is no published file {found.published} yet: run `make refresh`."
        return
    from pipeline.schemas.published import PUBLIC_TABLES
    from pipeline.warehouse.sql import column_types

    with open_published(found.published) as connection:
        stored = {
            (table, column): (dtype, comment)
            for table, column, dtype, comment in connection.execute(
                "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
        }
        comments = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    for table, model in PUBLIC_TABLES.items():
        if table not in comments:
            yield f"table {table} is missing."
            continue
        if not comments[table]:
            yield f"table {table} has no comment."
        for column, dtype in column_types(model).items():
            if (table, column) not in stored:
                yield f"column {table}.{column} is missing."
                continue
            stored_dtype, comment = stored[table, column]
            if stored_dtype != dtype:
                yield f"column {table}.{column} is {stored_dtype}, the data dictionary says {dtype}."
            if not comment:
                yield f"column {table}.{column} has no comment."


def check_layers(found: Settings) -> Iterator[str]:
    """Files of the layers that cannot be read."""
    from pipeline.layers import TABLES, LayerDamaged, day_file, days, read_parquet

    stored = [day_file(found.layers, table, day) for table in TABLES for day in days(found.layers, table)]
    for path in (*stored, *sorted(found.layers.glob("*.parquet"))):
        try:
            read_parquet(path)
        except LayerDamaged as error:
            yield str(error)


def check_sources(found: Settings) -> Iterator[str]:
    """Faults of sources.toml, and sources that did not answer when they were last asked."""
    from pipeline.fetch.cards import SourcesError, read_sources
    from pipeline.fetch.store import read_memory

    try:
        sources = read_sources(found.sources)
    except SourcesError as error:
        yield str(error)
        return
    for card in sources.fetched:
        night = read_memory(found.fetched, card.slug).last_night
        if night.get("failure"):
            yield f"{card.name}, asked at {night['at'][:16]}: {night['failure']}"


def check_daemon(found: Settings) -> Iterator[str]:
    """A daemon that was at work and is not any more, or whose last night failed; none needs to run."""
    from pipeline.orchestration.instance import CONFIG

    if not (found.dagster_home / CONFIG).exists():
        return
    from pipeline.orchestration.instance import open_instance

    with open_instance(found.dagster_home) as instance:
        yield from daemon_faults(instance, time.time())


def daemon_faults(instance: dg.DagsterInstance, now: float) -> Iterator[str]:
    """What is wrong with the daemon of a Dagster instance; `now` in seconds since 1970."""
    import dagster as dg

    from pipeline.orchestration.jobs import fetch_and_refresh

    beats = instance.get_daemon_heartbeats()
    silent = {kind: now - beat.timestamp for kind, beat in beats.items() if now - beat.timestamp > SILENT_SECONDS}
    if silent:
        kind = max(silent, key=lambda name: silent[name])
        yield (
            f"no sign of life of the daemon ({kind.lower()}) for {silent[kind] / 3600:,.1f} h: no night is run. Start it "
            "(systemctl start sitrep-daemon, docker compose up -d, or make ui)."
        )
    for kind, beat in beats.items():
        for error in (beat.errors or [])[:1]:
            yield f"the daemon ({kind.lower()}) reports: {' '.join(error.message.split())}"
    for run in instance.get_runs(dg.RunsFilter(job_name=fetch_and_refresh.name), limit=1):
        if run.status == dg.DagsterRunStatus.FAILURE:
            yield f"the last night's run {run.run_id[:8]} failed: `make ui` shows why; `sitrep refresh` tries again."


def check_exports(found: Settings) -> Iterator[str]:
    """Differences between the exports, their metadata and the published file: checksums, columns, release."""
    if not found.published.exists():
        return
    from pipeline.exports.release import faults

    with open_published(found.published) as connection:
        if not connection.execute("SELECT 1 FROM duckdb_functions() WHERE function_name = 'release_id'").fetchall():
            yield f"{found.published} says no release: an earlier version wrote it. Run `sitrep refresh`."
            return
        release_id = connection.execute("SELECT release_id()").fetchall()[0][0]
    # resolved once, so that a refresh that ends meanwhile changes nothing here
    yield from faults(found.export.resolve(), release_id)


Check = Callable[[Settings], Iterator[str]]
CHECKS: Final[dict[str, tuple[str, Check]]] = {
    "python": ("Python and packages", check_python),
    "dbt": ("dbt project", check_dbt),
    "raw": ("raw folders", check_raw),
    "sources": ("sources.toml", check_sources),
    "layers": ("stored layers", check_layers),
    "published": ("published file", check_published),
    "exports": ("exports", check_exports),
    "daemon": ("nightly daemon", check_daemon),
}


@click.command()
@click.option(
    "--only", "names", multiple=True, type=click.Choice(list(CHECKS)), help="Check this part; may be repeated."
)
@raw_option
@data_option
def command(names: tuple[str, ...], raw: tuple[Path, ...], data: Path | None) -> None:
    """Check the installation, what is read, stored and published, the daemon; exit code 1 where something is wrong."""
    found = chosen_settings(raw=raw, data=data)
    n_faults = 0
    if not names:
        click.echo(f"sitrep {__version__}, Python {sys.version.split()[0]}, {PROJECT_ROOT}")
    for name in names or CHECKS:
        title, check = CHECKS[name]
        faults = list(check(found))
        n_faults += len(faults)
        click.echo(f"{'ok   ' if not faults else 'FAULT'} {title}")
        for fault in faults:
            click.echo(f"      {printable(fault)}")
    if n_faults:
        raise click.ClickException(
            f"{n_faults} {'fault' if n_faults == 1 else 'faults'} found; each line above says what to do."
        )
