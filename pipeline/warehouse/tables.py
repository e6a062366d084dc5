"""The private database's own tables, which dbt reads as its sources: schema `layers`.

Here: their columns (made from the models) and making or remaking them. Not here: what is put into them (load.py,
publish.py) and the tables that dbt makes.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from pipeline.fetch.cards import CARDS_SCHEMA
from pipeline.linking import LINKING_SCHEMAS
from pipeline.schemas import Articles, Entities, Events
from pipeline.schemas.published import DailyRegionSummaryHistory, IncidentHistory, PipelineRuns
from pipeline.schemas.validate import REJECTED_SCHEMA, empty
from pipeline.warehouse.sql import catalog_of, column_list, column_types, identifier, schema_types

LAYER_SCHEMAS: Final[dict[str, pl.Schema]] = {
    "articles": empty(Articles).schema,
    "entities": empty(Entities).schema,
    "events": empty(Events).schema,
    "rejected_rows": REJECTED_SCHEMA,
}

# What the last published release said: the history and the revisions are counted against it.
PREVIOUS: Final = {
    "previous_incident_history": ("incident_history", IncidentHistory),
    "previous_daily_region_summary_history": ("daily_region_summary_history", DailyRegionSummaryHistory),
}

LAYER_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "articles": column_types(Articles) | {"layer_day": "VARCHAR"},
    "entities": column_types(Entities) | {"layer_day": "VARCHAR"},
    "events": column_types(Events) | {"layer_day": "VARCHAR"},
    "rejected_rows": dict.fromkeys(REJECTED_SCHEMA, "VARCHAR") | {"layer_day": "VARCHAR"},
}
LINKING_COLUMNS: Final = {table: schema_types(schema) for table, schema in LINKING_SCHEMAS.items()}
CARDS: Final = "source_cards"
CARDS_COLUMNS: Final = schema_types(CARDS_SCHEMA)
LOADED_FILES_COLUMNS: Final = {"table_name": "VARCHAR", "layer_day": "VARCHAR", "size": "BIGINT", "mtime_ns": "BIGINT"}
PIPELINE_RUNS_COLUMNS: Final = column_types(PipelineRuns)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make schema `layers` the current one, its missing tables, and remake those whose columns are no longer the model's.

    When a layer's columns changed, all layer tables become empty and nothing counts as loaded, so that the next load
    takes every file again. `pipeline_runs` keeps the rows of the columns that stayed.
    """
    catalog = identifier(catalog_of(connection))
    connection.execute(f"create schema if not exists {catalog}.layers")
    # Qualified by nothing: a schema and a file of the same name are ambiguous to DuckDB.
    connection.execute(f"use {catalog}.layers")
    layer_tables = LAYER_COLUMNS | {"loaded_files": LOADED_FILES_COLUMNS}
    if any(_columns(connection, table) != columns for table, columns in layer_tables.items()):
        for table, columns in layer_tables.items():
            connection.execute(f"create or replace table {identifier(table)} ({column_list(columns)})")
    for table, columns in (LINKING_COLUMNS | {CARDS: CARDS_COLUMNS}).items():
        if _columns(connection, table) != columns:
            connection.execute(f"create or replace table {identifier(table)} ({column_list(columns)})")
    for table, (_, model) in PREVIOUS.items():
        if _columns(connection, table) != column_types(model):
            connection.execute(f"create or replace table {identifier(table)} ({column_list(column_types(model))})")
    found = _columns(connection, "pipeline_runs")
    if found != PIPELINE_RUNS_COLUMNS:
        if found:
            connection.execute("alter table pipeline_runs rename to pipeline_runs_before")
        connection.execute(f"create table pipeline_runs ({column_list(PIPELINE_RUNS_COLUMNS)})")
        if found:
            kept = ", ".join(identifier(name) for name in PIPELINE_RUNS_COLUMNS if name in found)
            connection.execute(f"insert into pipeline_runs by name select {kept} from pipeline_runs_before")
            connection.execute("drop table pipeline_runs_before")


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns()"
        " where database_name = current_database() and schema_name = 'layers' and table_name = ? order by column_index",
        [table],
    ).fetchall()
    return dict(rows)
