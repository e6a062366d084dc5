"""Parquet layers -> the private database, and what the last release said -> the private database.

Here: finding the day files that changed, replacing exactly their rows in one transaction. Not here: transformations
(dbt), the tables' columns (tables.py). Rows that stand in two day files are both loaded; dbt keeps one and reports it,
so that the other comes back when the first one's file goes.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from pipeline.fetch.cards import CARDS_SCHEMA
from pipeline.layers import TABLES, check_columns, damaged, day_file, read_parquet
from pipeline.layers import days as days_of
from pipeline.linking import LINKING_SCHEMAS, linking_file
from pipeline.warehouse.sql import (
    WarehouseDamaged,
    WarehouseError,
    column_types,
    count_rows,
    explain,
    identifier,
    open_warehouse,
)
from pipeline.warehouse.tables import CARDS, LAYER_SCHEMAS, PIPELINE_RUNS_COLUMNS, PREVIOUS, prepare

# errors of the database's file or disk, not of a statement
_OF_THE_FILE: Final = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)

Stamp = tuple[int, int]  # size in bytes, modification time in ns


def load_layers(
    warehouse: Path, layers: Path, *, published: Path, cards: pl.DataFrame | None = None, anew: bool = False
) -> dict[str, int]:
    """Bring the private database up to date with the layers, and remember what the last release said.

    A day file that changed since it was last loaded (by size and modification time) has its rows replaced; a day file
    that is gone has its rows deleted. All of it is one transaction: it happens as a whole or not at all. Loading twice
    gives the same as loading once. ``published`` is the public file; its incident history, the daily summary's history
    and the runs are copied in, since versions and revisions count from what was published last. It need not exist yet. ``cards``
    are the sources' cards (CARDS_SCHEMA), none without them. ``anew``
    begins with an empty database, whatever state the old one is in: all that it held comes from these two places.

    Returns the number of rows of each layer table after loading. Raises WarehouseLocked, WarehouseDamaged or
    LayerDamaged, each with what to do next.
    """
    if anew:
        _discard(warehouse)
    with open_warehouse(warehouse) as connection, _explained(warehouse):
        attached = _attach_published(connection, published)
        connection.execute("begin")
        prepare(connection)
        for table in TABLES:
            _load_table(connection, layers, table)
        for table, schema in LINKING_SCHEMAS.items():
            _replace_table(connection, table, linking_file(layers, table), schema)
        _replace_cards(connection, CARDS_SCHEMA.to_frame() if cards is None else cards)
        for table, (public, model) in PREVIOUS.items():
            _copy_published(connection, attached, public, table, column_types(model))
        _restore_runs(connection, attached)
        connection.execute("commit")
        return {table: count_rows(connection, identifier(table)) for table in TABLES}


def _discard(warehouse: Path) -> None:
    """Delete the database, damaged or not, once no other process has it open."""
    with suppress(WarehouseDamaged), open_warehouse(warehouse):
        pass
    for file in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        file.unlink(missing_ok=True)


@contextmanager
def _explained(warehouse: Path) -> Iterator[None]:
    try:
        yield
    except _OF_THE_FILE as error:
        raise explain(warehouse, error) from error


def _load_table(connection: duckdb.DuckDBPyConnection, layers: Path, table: str) -> None:
    loaded: dict[str, Stamp] = {
        day: (size, mtime_ns)
        for day, size, mtime_ns in connection.execute(
            "select layer_day, size, mtime_ns from loaded_files where table_name = ?", [table]
        ).fetchall()
    }
    present = {day: _stamp(day_file(layers, table, day)) for day in days_of(layers, table)}
    changed = [day for day, stamp in present.items() if loaded.get(day) != stamp]
    gone = [day for day in loaded if day not in present]
    name = identifier(table)
    stale = [*changed, *gone]
    connection.execute(f"delete from {name} where layer_day in (select unnest(?::varchar[]))", [stale])
    connection.execute(
        "delete from loaded_files where table_name = ? and layer_day in (select unnest(?::varchar[]))", [table, stale]
    )
    if not changed:
        return
    files = [day_file(layers, table, day) for day in changed]
    for file in files:
        _check_file(file, LAYER_SCHEMAS[table])
    columns = ", ".join(identifier(column) for column in LAYER_SCHEMAS[table])
    try:
        connection.execute(
            f"insert into {name} by name select {columns}, parse_filename(filename, true) as layer_day"
            " from read_parquet(?::varchar[], filename = true, hive_partitioning = false)",
            # DuckDB reads the paths as patterns.
            [[glob.escape(str(file)) for file in files]],
        )
    except duckdb.Error:
        for file in files:  # the one that is damaged
            read_parquet(file)
        raise
    sizes, times = zip(*(present[day] for day in changed), strict=True)
    connection.execute(
        "insert into loaded_files select ?, unnest(?::varchar[]), unnest(?::bigint[]), unnest(?::bigint[])",
        [table, changed, list(sizes), list(times)],
    )


def _replace_table(connection: duckdb.DuckDBPyConnection, table: str, file: Path, schema: pl.Schema) -> None:
    """All rows of a table that one file holds; none where the step that writes it has not run."""
    connection.execute(f"delete from {identifier(table)}")
    if not file.exists():
        return
    _check_file(file, schema)
    connection.execute(
        f"insert into {identifier(table)} by name select * from read_parquet(?, hive_partitioning = false)",
        [glob.escape(str(file))],
    )


def _replace_cards(connection: duckdb.DuckDBPyConnection, cards: pl.DataFrame) -> None:
    connection.execute(f"delete from {identifier(CARDS)}")
    if not cards.is_empty():
        marks = ", ".join("?" for _ in cards.columns)
        connection.executemany(f"insert into {identifier(CARDS)} values ({marks})", cards.rows())


def _check_file(file: Path, expected: pl.Schema) -> None:
    try:
        with file.open("rb") as content:  # polars would read a path as a pattern
            found = pl.read_parquet_schema(content)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise damaged(file, error) from error
    check_columns(file, pl.Schema(found), expected)


def _stamp(file: Path) -> Stamp:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def _attach_published(connection: duckdb.DuckDBPyConnection, published: Path) -> dict[str, set[str]]:
    """Open the public file read-only as `published`; its columns by table, none where there is no file yet."""
    if not published.exists():
        return {}
    try:
        connection.execute("attach ? as published (read_only)", [str(published)])
    except duckdb.Error as error:
        raise WarehouseError(
            f"{explain(published, error)} The incident history stands in that file: move it away first if it cannot be repaired."
        ) from error
    columns: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'published' and schema_name = 'main'"
    ).fetchall():
        columns.setdefault(table, set()).add(column)
    return columns


def _copy_published(
    connection: duckdb.DuckDBPyConnection,
    attached: dict[str, set[str]],
    public: str,
    table: str,
    columns: dict[str, str],
) -> None:
    connection.execute(f"delete from {identifier(table)}")
    kept = [identifier(name) for name in columns if name in attached.get(public, ())]
    if kept:
        connection.execute(
            f"insert into {identifier(table)} by name select {', '.join(kept)} from published.main.{identifier(public)}"
        )


def _restore_runs(connection: duckdb.DuckDBPyConnection, attached: dict[str, set[str]]) -> None:
    kept = [identifier(name) for name in PIPELINE_RUNS_COLUMNS if name in attached.get("pipeline_runs", ())]
    if kept:
        connection.execute(
            f"insert into pipeline_runs by name select {', '.join(kept)} from published.main.pipeline_runs"
            " where run_id not in (select run_id from pipeline_runs)"
        )
