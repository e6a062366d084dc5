"""Opening the private database, and the few SQL words that take no parameters: identifiers, comments, column types.

Here: connections with errors that say what to do, safe quoting, model -> column types. Not here: any table's content.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pandera.polars as pa
import polars as pl

_LOCK_HOLDER: Final = re.compile(r"lock is held in (?P<program>\S+).*?\(PID (?P<pid>\d+)\)", re.DOTALL)

_UNWRITABLE: Final = ("Permission denied", "Read-only file system", "No space left", "File too large", "Disk quota")

# dbt works in a process of its own, which outlives a refresh that was killed until its build is done
PATIENCE_SECONDS: Final = 300.0

_TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "VARCHAR",
    pl.Boolean: "BOOLEAN",
    pl.Int8: "TINYINT",
    pl.Int32: "INTEGER",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP WITH TIME ZONE",
}


class WarehouseError(RuntimeError):
    """The private database cannot be used; the message says why and what to do next."""


class WarehouseLocked(WarehouseError):
    """Another process has the private database open."""


class WarehouseDamaged(WarehouseError):
    """The file is no database that this version of DuckDB can read."""


@contextmanager
def open_warehouse(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private database for writing, in UTC, and close it afterwards.

    Raises WarehouseLocked when another process still holds it after PATIENCE_SECONDS, WarehouseDamaged when it is no
    readable DuckDB file, WarehouseError when it can't be opened for another reason.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(path)
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return duckdb.connect(path)
        except duckdb.Error as error:
            explained = explain(path, error)
            if not isinstance(explained, WarehouseLocked) or time.monotonic() > deadline:
                raise explained from error
            if isinstance(error, duckdb.ConnectionException):
                raise explained from error  # this process's own: waiting would not free it
            time.sleep(0.5)


def explain(path: Path, error: duckdb.Error) -> WarehouseError:
    """Say what is wrong with a database file and which command to run next."""
    text = str(error)
    holder = _LOCK_HOLDER.search(text)
    if holder or "Could not set lock" in text:
        who = f"process {holder['pid']} ({holder['program']})" if holder else "another process"
        return WarehouseLocked(
            f"{path} is in use by {who}. Wait until its refresh has ended, or end that process, then run `sitrep refresh` again. "
            "To look at data meanwhile, open the published file."
        )
    if isinstance(error, duckdb.ConnectionException):
        return WarehouseLocked(
            f"{path} is already open in this process with other settings: {text}. Close that connection first."
        )
    if any(words in text for words in _UNWRITABLE):
        return WarehouseError(
            f"{path} cannot be written: {text}. Free space on its disk or make it writable, then run `sitrep refresh` again."
        )
    return WarehouseDamaged(
        f"{path} is damaged, or was written by another DuckDB version than {duckdb.__version__}: {text}. "
        "Run `sitrep refresh --full`, which makes it anew from the Parquet layers."
    )


def catalog_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Name that DuckDB gave the open database, which is its file's name without the ending."""
    return connection.execute("select current_database()").fetchall()[0][0]


def count_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    """Rows of a table or view, given by its quoted name."""
    return connection.execute(f"select count(*) from {relation}").fetchall()[0][0]


def identifier(name: str) -> str:
    """Quote a table's or column's name.

    Raises ValueError for a name with a NUL, which no quoting makes safe.
    """
    return '"' + _without_nul(name).replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for the statements that take no parameters (COMMENT ON).

    Raises ValueError for a text with a NUL.
    """
    return "'" + _without_nul(text).replace("'", "''") + "'"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"SQL text must not hold a NUL character: {text!r}")
    return text


def column_types(model: type[pa.DataFrameModel]) -> dict[str, str]:
    """DuckDB type of each column of a model, in the model's order."""
    return {name: _TYPES[column.dtype.type.base_type()] for name, column in model.to_schema().columns.items()}


def schema_types(schema: pl.Schema) -> dict[str, str]:
    """DuckDB type of each column of a polars schema."""
    return {name: _TYPES[dtype.base_type()] for name, dtype in schema.items()}


def column_list(types: dict[str, str]) -> str:
    """Column definitions for CREATE TABLE."""
    return ", ".join(f"{identifier(name)} {type_}" for name, type_ in types.items())
