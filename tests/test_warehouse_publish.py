"""Publishing: the old release or the new one, never half of one, every column explained."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pandera.polars as pa
import polars as pl
import pytest

from pipeline.schemas.docs import Undescribed, column_descriptions, table_description
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse import publish as publish_module
from pipeline.warehouse.publish import PublishError, RunRecord, publish, read_counts, record_run
from pipeline.warehouse.sql import column_list, column_types, identifier, literal, open_warehouse
from pipeline.warehouse.tables import prepare

HOSTILE = "'; drop table articles; -- {{ 1 }} \n \" é"


def run(run_id: str = "r1") -> RunRecord:
    return RunRecord(run_id=run_id, started_at=datetime(2024, 9, 8, 1, tzinfo=UTC), sitrep_version="0.1.0")


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A private database with empty finished tables and one source, as dbt leaves it."""
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        prepare(connection)
        for schema in ("marts", "reference"):
            connection.execute(f"create schema warehouse.{schema}")
        for table, model in PUBLIC_TABLES.items():
            schema = "reference" if table in {"regions", "event_types"} else "marts"
            if table == "pipeline_runs":
                connection.execute("create view warehouse.marts.pipeline_runs as from warehouse.layers.pipeline_runs")
            else:
                connection.execute(f"create table warehouse.{schema}.{table} ({column_list(column_types(model))})")
    add_source(path, HOSTILE)
    return path


def add_source(warehouse: Path, name: str) -> None:
    with open_warehouse(warehouse) as connection:
        connection.execute("insert into warehouse.marts.sources (source, n_articles) values (?, 1)", [name])


def publish_into(folder: Path, warehouse: Path, run_id: str = "r1") -> dict[str, int]:
    return publish(warehouse, folder / "sitrep.duckdb", folder / "export", run=run(run_id))


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(folder / "sitrep.duckdb", read_only=True) as connection:
        return connection.execute(query).fetchall()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_table_is_published_with_comments_and_export(warehouse: Path, tmp_path: Path) -> None:
    """Forbids a public column that nobody explains, and temporary files left behind."""
    counts = publish_into(tmp_path, warehouse)
    assert set(counts) == set(PUBLIC_TABLES)
    assert counts == read_counts(tmp_path / "sitrep.duckdb")
    comments = {
        (table, name): text
        for table, name, text in ask(
            tmp_path, "select table_name, column_name, comment from duckdb_columns() where not internal"
        )
    }
    for table, model in PUBLIC_TABLES.items():
        assert {name: comments[table, name] for name in column_types(model)} == column_descriptions(model)
    assert dict(ask(tmp_path, "select table_name, comment from duckdb_tables()")) == {
        table: table_description(model) for table, model in PUBLIC_TABLES.items()
    }
    assert files(tmp_path) == {
        "sitrep.duckdb",
        "warehouse.duckdb",
        *(f"export/{table}.parquet" for table in PUBLIC_TABLES),
    }
    assert pl.read_parquet(tmp_path / "export" / "sources.parquet")["source"].to_list() == [HOSTILE]


def test_the_run_itself_stands_in_what_it_publishes(warehouse: Path, tmp_path: Path) -> None:
    """Forbids a release that does not know which run made it; a repeated run id is one row."""
    record_run(warehouse, RunRecord("failed", datetime(2024, 9, 7, tzinfo=UTC), "0.1.0", status="load failed"))
    for _ in range(2):
        publish_into(tmp_path, warehouse)
    found = ask(tmp_path, "select run_id, release_id, status, n_articles, seconds > 0 from pipeline_runs")
    assert found == [
        ("failed", None, "load failed", None, None),
        ("r1", "20240908T010000Z", "published", 0, True),
    ]
    with open_warehouse(warehouse) as connection:
        assert connection.execute("select count(*) from warehouse.layers.pipeline_runs").fetchall() == [(2,)]


def test_open_readers_keep_the_old_release_and_new_ones_see_the_new(warehouse: Path, tmp_path: Path) -> None:
    publish_into(tmp_path, warehouse)
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print('open', flush=True);"
        "sys.stdin.readline(); print(c.execute('select count(*) from sources').fetchall()[0][0], flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "sitrep.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        add_source(warehouse, "new")
        publish_into(tmp_path, warehouse, "r2")
        assert reader.communicate("go\n")[0] == "1\n"
    assert ask(tmp_path, "select count(*) from sources") == [(2,)]


def test_a_failed_release_leaves_the_last_one(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_into(tmp_path, warehouse)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path) if name != "warehouse.duckdb"}
    add_source(warehouse, "new")
    monkeypatch.setattr(
        publish_module, "_sync", lambda path: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(PublishError, match=r"No space left.*last release is unchanged"):
        publish_into(tmp_path, warehouse, "r2")
    assert {name: (tmp_path / name).read_bytes() for name in files(tmp_path) if name != "warehouse.duckdb"} == before


def test_a_full_disk_leaves_no_temporary_file(warehouse: Path, tmp_path: Path) -> None:
    """The file size limit stands in for the full disk: DuckDB's own write fails half-way."""
    publish_into(tmp_path, warehouse)
    before = files(tmp_path)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000));"
        "from pathlib import Path; from datetime import datetime, UTC; from pipeline.warehouse.publish import *\n"
        "folder = Path(sys.argv[1])\n"
        "try: publish(folder / 'warehouse.duckdb', folder / 'sitrep.duckdb', folder / 'export', run=RunRecord('r2', datetime.now(UTC), '0'))\n"
        "except PublishError as error: print(error)"
    )
    result = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "The last release is unchanged" in result.stdout, result.stderr
    assert files(tmp_path) - {"warehouse.duckdb.wal"} == before
    assert ask(tmp_path, "select run_id from pipeline_runs") == [("r1",)]


def test_a_table_that_differs_from_its_model_is_not_published(warehouse: Path, tmp_path: Path) -> None:
    with open_warehouse(warehouse) as connection:
        connection.execute("alter table warehouse.marts.incidents alter version type varchar")
    with pytest.raises(PublishError, match=r"incidents .* version"):
        publish_into(tmp_path, warehouse)
    assert files(tmp_path) == {"warehouse.duckdb"}


def test_a_missing_table_says_so(warehouse: Path, tmp_path: Path) -> None:
    with open_warehouse(warehouse) as connection:
        connection.execute("drop table warehouse.marts.events")
    with pytest.raises(PublishError, match="Table events is not in the private database"):
        publish_into(tmp_path, warehouse)


def test_what_a_killed_run_left_is_no_hindrance(warehouse: Path, tmp_path: Path) -> None:
    (tmp_path / ".sitrep.duckdb.tmp").write_bytes(b"half")
    publish_into(tmp_path, warehouse)
    assert ".sitrep.duckdb.tmp" not in files(tmp_path)


def test_a_column_without_description_fails() -> None:
    class Silent(pa.DataFrameModel):
        """A table."""

        told: str = pa.Field(description="Told.")
        silent: str = pa.Field()

    with pytest.raises(Undescribed, match="Silent: no description for silent"):
        column_descriptions(Silent)


def test_no_counts_before_the_first_release(tmp_path: Path) -> None:
    assert read_counts(tmp_path / "none.duckdb") == {}


@pytest.mark.parametrize("text", ["it's", '"', "'; drop table t; --", "\\'", "a\nb", "{{ 1 }}", "''", "é\u202e"])
def test_quoted_text_and_names_come_back_as_they_were(text: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"create table {identifier(text)} ({identifier(text)} integer)")
        connection.execute(f"comment on column {identifier(text)}.{identifier(text)} is {literal(text)}")
        found = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
    assert found == [(text, text, text)]


def test_a_nul_is_refused() -> None:
    for quote in (identifier, literal):
        with pytest.raises(ValueError, match="NUL"):
            quote("a\0b")
