"""What a release is called: a semantic version of the data, `MAJOR.MINOR.PATCH`.

Here: the rule. Not here: the version of the program (`pipeline.__version__`).

    MAJOR  a public table or column is gone or has another type: queries may break
    MINOR  articles are new, changed or gone, or a table or column is new
    PATCH  the same articles in the same columns: read again, perhaps by another version of the program
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse.sql import catalog_of, column_types, explain, identifier

FIRST: Final = "1.0.0"
_VERSION: Final = re.compile(r"^(\d+)\.(\d+)\.(\d+)$")


@dataclass(frozen=True)
class Version:
    """A release's name, and in words what differs from the release before."""

    release_id: str
    change: str


def next_version(connection: duckdb.DuckDBPyConnection, published: Path) -> Version:
    """Name of the release that the private database's finished tables make, given what was published last.

    ``connection`` is open on the private database, schema `layers` its current one. Raises WarehouseError where the
    published file cannot be read, duckdb.CatalogException where `marts.articles` is missing.
    """
    catalog = identifier(catalog_of(connection))
    runs = [f"{catalog}.layers.pipeline_runs"]
    if not published.exists():
        last = _last(connection, runs)
        return _after(last, "the release before is gone") if last else Version(FIRST, "first release")
    try:
        connection.execute("attach ? as last_release (read_only)", [str(published)])
    except duckdb.Error as error:
        raise explain(published, error) from error
    try:
        columns = _columns(connection)
        if "pipeline_runs.release_id" in columns:
            runs.append("last_release.main.pipeline_runs")
        last = _last(connection, runs)
        articles = _article_changes(connection, catalog) if "articles.article_id" in columns else "articles unknown"
    finally:
        connection.execute("detach last_release")
    if last is None:
        return Version(FIRST, "first release with a version")
    now = {
        f"{table}.{name}": dtype
        for table, model in PUBLIC_TABLES.items()
        for name, dtype in column_types(model).items()
    }
    if broken := sorted(name for name, dtype in columns.items() if now.get(name) != dtype):
        return Version(f"{last[0] + 1}.0.0", f"major: gone or of another type: {', '.join(broken)}")
    added = sorted(now.keys() - columns.keys())
    if articles or added:
        words = [*([articles] if articles else []), *([f"new columns: {', '.join(added)}"] if added else [])]
        return _after(last, "; ".join(words))
    return Version(f"{last[0]}.{last[1]}.{last[2] + 1}", "patch: the same articles, read again")


def _after(last: tuple[int, int, int], why: str) -> Version:
    return Version(f"{last[0]}.{last[1] + 1}.0", f"minor: {why}")


def _last(connection: duckdb.DuckDBPyConnection, runs: list[str]) -> tuple[int, int, int] | None:
    query = " union ".join(f"select release_id from {table} where release_id is not null" for table in runs)
    found = [match for (name,) in connection.execute(query).fetchall() if (match := _VERSION.match(name))]
    return max(((int(m[1]), int(m[2]), int(m[3])) for m in found), default=None)


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(
        connection.execute(
            "select table_name || '.' || column_name, data_type from duckdb_columns()"
            " where database_name = 'last_release' and schema_name = 'main' and not internal"
        ).fetchall()
    )


def _article_changes(connection: duckdb.DuckDBPyConnection, catalog: str) -> str | None:
    new, gone, changed = connection.execute(
        "select count(*) filter (before.article_id is null), count(*) filter (now.article_id is null),"
        " count(*) filter (now.article_id = before.article_id and (now.content_sha256, now.published_date)"
        " is distinct from (before.content_sha256, before.published_date))"
        f" from {catalog}.marts.articles as now"
        " full outer join last_release.main.articles as before on now.article_id = before.article_id"
    ).fetchall()[0]
    counted = [f"{n} {word}" for n, word in ((new, "new"), (gone, "gone"), (changed, "changed")) if n]
    return f"articles: {', '.join(counted)}" if counted else None
