"""`sitrep sql`: SQL on the published file, which it can neither change nor leave."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click

from pipeline.commands.options import chosen_settings, data_option
from pipeline.printable import printable, without_formulas

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MAX_ROWS: Final = 200
MAX_CHARS: Final = 60


@click.command()
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), default="table")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write; else standard output.")
@data_option
def command(query: str, form: str, out: Path | None, data: Path | None) -> None:
    """Run QUERY on the published file, read-only.

    DuckDB's SQL, which may begin with FROM: sitrep sql "FROM incidents LIMIT 5". Tables: sitrep sql "SHOW TABLES".
    """
    if form == "parquet" and out is None and sys.stdout.isatty():
        raise click.UsageError("Parquet is binary: name a file with --out, or redirect the output.")
    with open_published(chosen_settings(data=data).published) as connection:
        rows = run(connection, query)
    if form == "table":
        _show(rows, out)
    else:
        _write(rows, form, out)


def open_published(published: Path) -> duckdb.DuckDBPyConnection:
    """Read-only connection that can reach no other file and whose settings are locked."""
    import duckdb

    if not published.exists():
        raise click.ClickException(f"There is no published file {published} yet; run `make refresh` first.")
    connection = duckdb.connect(str(published), read_only=True)
    for statement in (
        "SET TimeZone = 'UTC'",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def run(connection: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The query's rows; DuckDB's own message where it is no valid query."""
    import duckdb
    import polars as pl

    if not query.strip(" \t\r\n;"):
        raise click.UsageError('The query is empty; try `sitrep sql "SHOW TABLES"`.')
    try:
        relation = connection.sql(query)
        if relation is None:
            raise click.ClickException("The statement gives no rows.")
        shown = [duckdb.ColumnExpression(name) for name in relation.columns]
        plain = [
            column.cast("VARCHAR").alias(name) if str(dtype) in ("INTERVAL", "BLOB") else column
            for name, column, dtype in zip(relation.columns, shown, relation.types, strict=True)
        ]
        rows = relation.select(*plain).pl()
    except duckdb.Error as error:
        raise click.ClickException(printable(str(error), keep="\n")) from error
    return rows.with_columns(
        pl.col(name).cast(pl.Int64 if dtype.scale == 0 else pl.Float64)
        for name, dtype in rows.schema.items()
        if isinstance(dtype, pl.Decimal)
    )


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    return printable(text[:MAX_CHARS]) + ("…" if len(text) > MAX_CHARS else "")


def _show(rows: pl.DataFrame, out: Path | None) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD)
    for name, dtype in rows.schema.items():
        table.add_column(Text(printable(name)), justify="right" if dtype.is_numeric() else "left")
    for row in rows.head(MAX_ROWS).iter_rows():
        table.add_row(*(Text(_cell(value)) for value in row))
    with nullcontext(sys.stdout) if out is None else out.open("w", encoding="utf-8") as file:
        console = Console(file=file, width=None if file.isatty() else 10_000)
        console.print(table)
        cut = f", the first {MAX_ROWS:,} shown; --format csv gives all" if rows.height > MAX_ROWS else ""
        console.print(f"{rows.height:,} {'row' if rows.height == 1 else 'rows'}{cut}", highlight=False)


def _write(rows: pl.DataFrame, form: str, out: Path | None) -> None:
    import polars as pl
    import polars.selectors as cs

    target: IO[bytes]
    with nullcontext(sys.stdout.buffer) if out is None else out.open("wb") as target:
        if form == "parquet":
            rows.write_parquet(target)
        elif form == "json":
            target.write(rows.write_json().encode() + b"\n")
        else:
            flat = rows.with_columns(cs.nested().map_elements(_as_json, return_dtype=pl.String)).with_columns(
                without_formulas(cs.string())
            )
            target.write(_safe_for_terminal(flat.write_csv(), target).encode())


def _as_json(value: object) -> str:
    return json.dumps(value.to_list() if hasattr(value, "to_list") else value, default=str, ensure_ascii=False)


def _safe_for_terminal(text: str, target: IO[bytes]) -> str:
    return printable(text, keep="\n") if target.isatty() else text
