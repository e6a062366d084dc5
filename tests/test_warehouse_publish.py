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

from pipeline.exports.files import exported_files
from pipeline.schemas.descriptions import Undescribed, column_descriptions, table_description
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse import releases
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
    """Every file, links left out."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


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
    names = {*(f"{table}.parquet" for table in PUBLIC_TABLES), *(file.name for file in exported_files())}
    assert files(tmp_path) == {
        "releases/1.0.0/sitrep.duckdb",
        "warehouse.duckdb",
        *(f"releases/1.0.0/export/{name}" for name in {*names, "datapackage.json", "croissant.json"}),
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
        ("r1", "1.0.1", "published", 0, True),
    ]
    assert ask(tmp_path, "select release_id()") == [("1.0.1",)]
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


def test_snapshot_and_exports_change_in_one_step(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forbids a moment in which the file is of one release and an export of another: one link is moved, and all follow."""
    publish_into(tmp_path, warehouse)
    add_source(warehouse, "new")
    moved: list[str] = []
    replace = releases.os.replace

    def watched(source: Path, target: Path) -> None:
        moved.append(Path(target).name)
        replace(source, target)

    monkeypatch.setattr(releases.os, "replace", watched)
    publish_into(tmp_path, warehouse, "r2")
    assert moved == ["release"]
    assert (tmp_path / "sitrep.duckdb").resolve().parent == (tmp_path / "export").resolve().parent
    assert pl.read_parquet(tmp_path / "export" / "sources.parquet").height == 2


def test_the_release_before_the_present_one_stays_and_older_ones_go(warehouse: Path, tmp_path: Path) -> None:
    """Forbids pulling the files away from under a reader who has just found them, and a disk that fills night by night."""
    for run_id in ("r1", "r2", "r3"):
        publish_into(tmp_path, warehouse, run_id)
    assert {path.name for path in (tmp_path / "releases").iterdir()} == {"1.0.1", "1.0.2"}
    assert (tmp_path / "release").readlink() == Path("releases/1.0.2")


def test_what_an_earlier_version_published_is_replaced(warehouse: Path, tmp_path: Path) -> None:
    """Forbids a refresh that fails on a data folder from before there were releases."""
    publish_into(tmp_path, warehouse)
    for name in ("sitrep.duckdb", "export"):
        target = (tmp_path / name).resolve()
        (tmp_path / name).unlink()
        target.rename(tmp_path / name)
    publish_into(tmp_path, warehouse, "r2")
    assert ask(tmp_path, "select release_id()") == [("1.0.1",)]
    assert (tmp_path / "export").is_symlink()


def test_the_version_says_what_changed(warehouse: Path, tmp_path: Path) -> None:
    """Forbids a new number that does not tell whether queries break, articles came, or all was only read again."""

    def name() -> tuple[Any, ...]:
        return ask(
            tmp_path, "select release_id, release_change from pipeline_runs order by started_at, release_id desc"
        )[0]

    publish_into(tmp_path, warehouse, "r1")
    assert name() == ("1.0.0", "first release")
    publish_into(tmp_path, warehouse, "r2")
    assert name() == ("1.0.1", "patch: the same articles, read again")
    with open_warehouse(warehouse) as connection:
        connection.execute("insert into warehouse.marts.articles (article_id, content_sha256) values ('a', 'x')")
    publish_into(tmp_path, warehouse, "r3")
    assert name() == ("1.1.0", "minor: articles: 1 new")
    with open_warehouse(warehouse) as connection:
        connection.execute("update warehouse.marts.articles set content_sha256 = 'y'")
    publish_into(tmp_path, warehouse, "r4")
    assert name() == ("1.2.0", "minor: articles: 1 changed")
    with duckdb.connect(tmp_path / "sitrep.duckdb") as connection:
        connection.execute("alter table sources drop column home_page")
    publish_into(tmp_path, warehouse, "r5")
    assert name() == ("1.3.0", "minor: new columns: sources.home_page")
    with duckdb.connect(tmp_path / "sitrep.duckdb") as connection:
        connection.execute("alter table sources add column fax varchar")
    publish_into(tmp_path, warehouse, "r6")
    assert name() == ("2.0.0", "major: gone or of another type: sources.fax")


def test_a_failed_release_leaves_the_last_one(warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_into(tmp_path, warehouse)
    before = {name: (tmp_path / name).read_bytes() for name in files(tmp_path) if name != "warehouse.duckdb"}
    add_source(warehouse, "new")
    monkeypatch.setattr(releases, "_sync", lambda path: (_ for _ in ()).throw(OSError(28, "No space left on device")))
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
    left = tmp_path / "releases" / ".unfinished" / "sitrep.duckdb"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    publish_into(tmp_path, warehouse)
    assert not left.parent.exists()


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
