"""The private database's finished tables -> a release: the public snapshot and the exports.

Here: copying, commenting, verifying; the row that each run leaves in `pipeline_runs`. Not here: what the tables hold
(dbt), where a release lies and how it takes the last one's place (releases.py), its name (versions.py), what stands in
the exports beside the Parquet files (exports/).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb
import pandera.polars as pa

from pipeline.exports.files import Release
from pipeline.exports.release import write_exports
from pipeline.schemas.descriptions import column_descriptions, table_description
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse.releases import EXPORT, SNAPSHOT, building, put_in_place
from pipeline.warehouse.sql import (
    catalog_of,
    column_list,
    column_types,
    count_rows,
    explain,
    identifier,
    literal,
    open_warehouse,
)
from pipeline.warehouse.tables import PIPELINE_RUNS_COLUMNS, prepare
from pipeline.warehouse.versions import next_version

# The oldest storage that current clients read: a file in DuckDB 2's own storage can't be opened by 1.4.
STORAGE_VERSION: Final = "v1.4.0"

# Schema that dbt makes a public table in, where it is not the marts'.
_SEEDS: Final = {"regions": "reference", "event_types": "reference"}
# Questions to the published file that take an argument.
_MACROS: Final = {
    "daily_region_summary_as_of": (
        "create macro daily_region_summary_as_of(ts) as table"
        " select * exclude (valid_to) from daily_region_summary_history"
        " where revised_at <= ts::timestamptz and (valid_to is null or valid_to > ts::timestamptz)"
        " order by day nulls first, region_code nulls first",
        "`daily_region_summary` as it was published last at the time ts: `from daily_region_summary_as_of('2024-09-08 06:00+00')`.",
    ),
}
_KEYS: Final = {
    "articles": ("article_id",),
    "entities": ("article_id", "char_start", "char_end", "entity_id"),
    "events": ("article_id", "char_start", "event_id"),
    "incidents": ("event_date", "incident_id"),
    "incident_links": ("event_id",),
    "sources": ("source",),
    "regions": ("country_code", "region_code"),
    "rejected_rows": ("stage", "source_file", "reason", "content"),
    "pipeline_runs": ("started_at", "run_id"),
}


class PublishError(RuntimeError):
    """The new release could not be published; the last one stays as it was."""


@dataclass(frozen=True)
class RunRecord:
    """One row of `pipeline_runs`. Times are aware datetimes; `publish` fills in what is None, except the fingerprint."""

    run_id: str
    started_at: datetime
    sitrep_version: str
    release_id: str | None = None
    release_change: str | None = None
    code_fingerprint: str | None = None
    finished_at: datetime | None = None
    seconds: float | None = None
    n_articles: int | None = None
    n_entities: int | None = None
    n_events: int | None = None
    n_incidents: int | None = None
    n_rejected: int | None = None
    status: str = "published"


def publish(warehouse: Path, published: Path, export: Path, *, run: RunRecord) -> dict[str, int]:
    """Replace the public file and the exports, both at once, by what the private database holds now.

    Writes a new folder with the DuckDB file and all exports, gives every table and column its comment, checks the file by
    opening it again, and only then lets ``published`` and ``export`` point into it (releases.py), so that a reader has the
    old release or the new one. The run's own row, with the release's name (versions.py), stands in the snapshot, and in
    the private database once the snapshot is in place. Returns the number of rows of each public table.

    Raises PublishError, and leaves the last release and no temporary file, when a table is missing, has other columns
    than its model, or can't be written (full disk); WarehouseLocked when another process has the private database.
    """
    # The private database's lock keeps a second publisher out.
    with open_warehouse(warehouse) as connection:
        try:
            with building(published) as folder:
                run, counts = _write_snapshot(connection, folder / SNAPSHOT, _named(connection, published, run))
                _write_tables(connection, folder / EXPORT)
                connection.execute("detach snapshot")
                _verify(folder / SNAPSHOT, counts)
                write_exports(folder / EXPORT, _release(run))
                put_in_place(folder, run.release_id or "", published=published, export=export)
        except (duckdb.Error, OSError) as error:
            raise PublishError(
                f"The release could not be written to {published.parent}: {error}. The last release is unchanged. "
                "Free space or mend what the message says, then run `sitrep refresh` again."
            ) from error
        _insert_run(connection, run)
    return counts


def record_run(warehouse: Path, run: RunRecord) -> None:
    """Keep the row of a run that published nothing (it failed, say); it is published with the next release.

    A row with the same run_id is replaced. Raises WarehouseLocked or WarehouseDamaged.
    """
    with open_warehouse(warehouse) as connection:
        _insert_run(connection, run)


def read_counts(published: Path) -> dict[str, int]:
    """Rows of each public table in the published file; empty where none was published yet.

    Raises WarehouseError when the file cannot be read.
    """
    if not published.exists():
        return {}
    try:
        with contextlib.closing(duckdb.connect(published, read_only=True)) as connection:
            tables = connection.execute("select table_name from duckdb_tables() order by table_name").fetchall()
            return {table: count_rows(connection, identifier(table)) for (table,) in tables}
    except duckdb.Error as error:
        raise explain(published, error) from error


def _write_snapshot(
    connection: duckdb.DuckDBPyConnection, snapshot: Path, run: RunRecord
) -> tuple[RunRecord, dict[str, int]]:
    connection.execute(f"attach ? as snapshot (storage_version '{STORAGE_VERSION}')", [str(snapshot)])
    counts = {}
    for table, model in PUBLIC_TABLES.items():
        source = f"{identifier(catalog_of(connection))}.{_SEEDS.get(table, 'marts')}.{identifier(table)}"
        _check_columns(connection, table, source, model)
        target = f"snapshot.main.{identifier(table)}"
        columns = column_types(model)
        connection.execute(f"create table {target} ({column_list(columns)})")
        connection.execute(
            f"insert into {target} by name select {', '.join(map(identifier, columns))} from {source} order by {_order(table)}"
        )
        for statement in _comments(target, model):
            connection.execute(statement)
        counts[table] = count_rows(connection, target)
    _write_macros(connection)
    run = _completed(run, counts)
    _insert(connection, "snapshot.main.pipeline_runs", run)
    counts["pipeline_runs"] = count_rows(connection, "snapshot.main.pipeline_runs")
    connection.execute(f"create macro snapshot.main.release_id() as {literal(run.release_id or '')}")
    connection.execute("checkpoint snapshot")
    return run, counts


def _write_macros(connection: duckdb.DuckDBPyConnection) -> None:
    warehouse = identifier(catalog_of(connection))
    connection.execute("use snapshot.main")  # a macro names the tables of its own file
    for name, (statement, meaning) in _MACROS.items():
        connection.execute(statement)
        connection.execute(f"comment on macro table {identifier(name)} is {literal(meaning)}")
    connection.execute(f"use {warehouse}.main")


def _check_columns(
    connection: duckdb.DuckDBPyConnection, table: str, source: str, model: type[pa.DataFrameModel]
) -> None:
    try:
        found = {name: type_ for name, type_, *_ in connection.execute(f"describe {source}").fetchall()}
    except duckdb.CatalogException as error:
        raise PublishError(
            f"Table {table} is not in the private database: {error}. The last release is unchanged. "
            "Run `sitrep refresh`; if a dbt model failed, its message is in the log."
        ) from error
    expected = column_types(model)
    if found != expected:
        differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        raise PublishError(
            f"Table {table} and its model {model.__name__} differ in {', '.join(differing)}. The last release is unchanged. "
            "Make the dbt model and the schema agree, then run `sitrep refresh`."
        )


def _order(table: str) -> str:
    unique = PUBLIC_TABLES[table].to_schema().unique
    key = _KEYS.get(table) or tuple(unique or ())
    return ", ".join(f"{identifier(name)} nulls first" for name in key)


def _comments(target: str, model: type[pa.DataFrameModel]) -> Iterator[str]:
    yield f"comment on table {target} is {literal(table_description(model))}"
    for name, text in column_descriptions(model).items():
        yield f"comment on column {target}.{identifier(name)} is {literal(text)}"


def _write_tables(connection: duckdb.DuckDBPyConnection, export: Path) -> None:
    export.mkdir()
    for table in PUBLIC_TABLES:
        file = export / f"{table}.parquet"
        connection.table(f"snapshot.main.{identifier(table)}").write_parquet(str(file), compression="zstd")


def _named(connection: duckdb.DuckDBPyConnection, published: Path, run: RunRecord) -> RunRecord:
    prepare(connection)
    name = next_version(connection, published)
    return replace(run, release_id=name.release_id, release_change=name.change)


def _release(run: RunRecord) -> Release:
    if run.release_id is None or run.finished_at is None:
        raise ValueError("the run has not been completed: it has no release id or no end")
    return Release(run.release_id, run.release_change or "", run.finished_at, run.sitrep_version)


def _verify(snapshot: Path, counts: dict[str, int]) -> None:
    found = read_counts(snapshot)
    if found != counts:
        raise PublishError(
            f"The new snapshot holds {found} rows where {counts} were written. The last release is unchanged. "
            "Run `sitrep refresh` again; if it repeats, check the disk."
        )


def _completed(run: RunRecord, counts: dict[str, int]) -> RunRecord:
    finished_at = run.finished_at or datetime.now(UTC)
    return replace(
        run,
        finished_at=finished_at,
        seconds=run.seconds if run.seconds is not None else (finished_at - run.started_at).total_seconds(),
        n_articles=counts["articles"],
        n_entities=counts["entities"],
        n_events=counts["events"],
        n_incidents=counts["incidents"],
        n_rejected=counts["rejected_rows"],
    )


def _insert_run(connection: duckdb.DuckDBPyConnection, run: RunRecord) -> None:
    connection.execute("begin")
    prepare(connection)
    _insert(connection, "pipeline_runs", run)
    connection.execute("commit")


def _insert(connection: duckdb.DuckDBPyConnection, target: str, run: RunRecord) -> None:
    values = asdict(run)
    connection.execute(f"delete from {target} where run_id = ?", [run.run_id])
    connection.execute(
        f"insert into {target} values ({', '.join('?' for _ in PIPELINE_RUNS_COLUMNS)})",
        [values[name] for name in PIPELINE_RUNS_COLUMNS],
    )
