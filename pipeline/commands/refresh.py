"""`sitrep refresh`: one run of the Dagster job in this process, with progress and a closing table."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.commands.options import chosen_settings, data_option, raw_option
from pipeline.commands.sql import open_published
from pipeline.locking import exclusive
from pipeline.printable import printable
from pipeline.settings import Settings

if TYPE_CHECKING:
    import dagster as dg
    from rich.console import Console

EXAMPLE = "SELECT event_date, event_type, place, killed_best FROM incidents ORDER BY event_date DESC LIMIT 10"
SHOWN_TABLES = ("articles", "entities", "events", "incidents", "rejected_rows")


@click.command()
@raw_option
@data_option
@click.option("--full", is_flag=True, help="Read and extract everything anew, changed or not.")
def command(raw: tuple[Path, ...], data: Path | None, full: bool) -> None:
    """Read what is new, extract, validate, load, build and publish.

    Runs the same job as the Dagster UI, and in its history. What has not changed is not done again.
    """
    from rich.console import Console

    console = Console(stderr=True)
    found = chosen_settings(raw=raw, data=data)
    began, started_at = time.perf_counter(), datetime.now(UTC)
    require_writable(found)
    with exclusive(found.data, ".refresh.lock", wait=False):
        result = _run(found, full=full, console=console)
    if not result.success:
        from pipeline.orchestration.failures import note_failure

        failed = (event for event in result.all_events if event.is_step_failure)
        note_failure(found, result.dagster_run, failed, started_at=started_at)
        raise click.ClickException(failure(result))
    _show(result, found, time.perf_counter() - began)


def require_writable(found: Settings) -> None:
    """Raises click.ClickException where a folder that a refresh writes into cannot be written."""
    folders = (found.data, found.layers, found.data / "releases", found.dagster_home, found.cache, found.data / "dbt")
    for folder in folders:
        if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
            raise click.ClickException(
                f"Folder {folder} cannot be written: change its permissions or mount it writable, or name another data "
                "folder with --data. Nothing was changed."
            )


def _run(found: Settings, *, full: bool, console: Console) -> dg.ExecuteInProcessResult:
    with console.status("Starting ..."):
        _quiet()
        from pipeline.commands.progress import RichProgress
        from pipeline.orchestration.build import build_defs
        from pipeline.orchestration.dbt_project import dbt_project, is_outdated, parse
        from pipeline.orchestration.instance import end_dead_runs, open_instance
        from pipeline.orchestration.jobs import run_all_days
        from pipeline.orchestration.resources import ProjectResource

        if is_outdated(project := dbt_project()):
            parse(project, found)
        progress = RichProgress(console)
        paths = ProjectResource(raw=[str(path) for path in found.raw], data=str(found.data))
        defs = build_defs(resources={"project": paths, "progress": progress})
        instance = open_instance(found.dagster_home)
        end_dead_runs(instance, by_command=(True,))
    # dbt's lines go through here, beside its own log in the data folder
    with instance, progress, contextlib.redirect_stdout(io.StringIO()):
        return run_all_days(defs, instance, full=full, log_level="CRITICAL")


def _quiet() -> None:
    """Keep Dagster's and dbt's own logging off the terminal; the history in the UI keeps it."""
    warnings.simplefilter("ignore")
    logging.getLogger().addHandler(logging.NullHandler())  # else the last resort prints warnings
    for name in ("dagster", "dagster_dbt", "dbt", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def failure(result: dg.ExecuteInProcessResult) -> str:
    """Which step failed first, why, and what to do."""
    from pipeline.orchestration.failures import reason

    failed = next((event for event in result.all_events if event.is_step_failure), None)
    if failed is None or failed.step_failure_data.error is None:
        return "The refresh failed before its first step; `make ui` shows the run."
    kind, _, words = reason(failed).partition(": ")
    shown = printable(words or kind, keep="\n")
    return (
        f"Step {failed.step_key} failed: {shown}\n"
        "What was published before is unchanged. Mend that and run `sitrep refresh` again; `make ui` shows the whole log."
    )


def _show(result: dg.ExecuteInProcessResult, found: Settings, seconds: float) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    read = _ingest_counts(result)
    table = Table("", "rows", box=SIMPLE_HEAD, show_edge=False)
    table.columns[1].justify = "right"
    table.add_row("raw files", f"{read['n_files']:,}")
    table.add_row("  of them unchanged, skipped", f"{read['n_files_skipped']:,}")
    table.add_row("new articles", f"{read['n_articles_new']:,}", end_section=True)
    with open_published(found.published) as connection:
        for name in SHOWN_TABLES:
            table.add_row(name, f"{connection.table(name).count('*').fetchall()[0][0]:,}")
    console = Console()
    console.print(table)
    if not result.asset_materializations_for_node("public_sitrep"):
        console.print("Nothing is new since the last release, which stays as it is.")
    console.print(
        f"{seconds:.1f} s. Results: {found.published}, and as Parquet {found.export}", highlight=False, soft_wrap=True
    )
    if read["n_rejected"]:
        console.print('What was refused, and why: sitrep sql "FROM rejected_rows"', highlight=False)
    where = "" if found.data == chosen_settings().data else f' --data "{found.data}"'
    console.print(f'Try:  sitrep sql "{EXAMPLE}"{where}', highlight=False, soft_wrap=True)


def _ingest_counts(result: dg.ExecuteInProcessResult) -> dict[str, int]:
    shown = [event.metadata for event in result.asset_materializations_for_node("raw_articles") if event.metadata]
    return {name: int(value.value) for name, value in shown[-1].items() if isinstance(value.value, int)}
