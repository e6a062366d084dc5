"""The command line: what it prints and how it fails. An error is one sentence with the next step, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner, Result

from pipeline import __version__
from pipeline.cli import COMMANDS, main
from pipeline.commands.check import locked_versions
from pipeline.locking import Busy, exclusive


def sitrep(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="sitrep")


@pytest.fixture
def published(data: Path) -> Path:
    data.mkdir()
    file = data / "sitrep.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "CREATE TABLE incidents (incident_id VARCHAR, killed_best INTEGER, place VARCHAR, seen DATE[])"
        )
        connection.execute(
            "INSERT INTO incidents VALUES ('a', 3, 'x' || chr(27) || '[31mred', [DATE '2024-09-07']), ('b', NULL, NULL, [])"
        )
    return file


def test_help_lists_every_command_without_loading_them() -> None:
    shown = sitrep("--help").output
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("heavy", ["dagster", "dbt", "polars", "duckdb"])
def test_start_of_the_command_imports_nothing_heavy(heavy: str) -> None:
    """Forbids a convenient import at the top of a command's module, which costs seconds at every call."""
    code = "import sys, pipeline.cli, pipeline.commands.sql, pipeline.commands.refresh, pipeline.commands.extract"
    done = subprocess.run([sys.executable, "-c", f"{code}; sys.exit({heavy!r} in sys.modules)"], check=False)
    assert done.returncode == 0


def test_version() -> None:
    assert sitrep("--version").output == f"sitrep, version {__version__}\n"


def test_sql_without_a_published_file_says_what_to_run(data: Path) -> None:
    result = sitrep("sql", "SELECT 1")
    assert result.exit_code == 1
    assert "make refresh" in result.output
    assert "Traceback" not in result.output


def test_sql_passes_from_first_queries_through(published: Path) -> None:
    result = sitrep("sql", "FROM incidents ORDER BY incident_id", "--format", "json")
    assert json.loads(result.output) == [
        {"incident_id": "a", "killed_best": 3, "place": "x\x1b[31mred", "seen": ["2024-09-07"]},
        {"incident_id": "b", "killed_best": None, "place": None, "seen": []},
    ]


def test_sql_table_cannot_steer_the_terminal(published: Path) -> None:
    """Text is data: an escape sequence in a text must not reach the terminal."""
    result = sitrep("sql", "FROM incidents")
    assert "\x1b" not in result.output
    assert "\\x1b[31mred" in result.output


def test_sql_error_cannot_steer_the_terminal(published: Path) -> None:
    assert "\x1b" not in sitrep("sql", "SELECT 'a\x1b[31m' FROM nowhere").output


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE incidents",
        "CREATE TABLE t AS SELECT 1",
        "COPY incidents TO 'copied.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_sql_can_neither_write_nor_leave_the_published_file(published: Path, query: str) -> None:
    result = sitrep("sql", query)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")


@pytest.mark.parametrize(("query", "code"), [("SELEC 1", 1), ("FROM nowhere", 1), ("", 2), (" ; ", 2)])
def test_sql_mistakes_are_reported_in_words(published: Path, query: str, code: int) -> None:
    result = sitrep("sql", query)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_sql_sums_are_numbers_in_json(published: Path) -> None:
    """DuckDB sums into 128-bit integers, which must not become strings."""
    result = sitrep("sql", "SELECT sum(killed_best) AS n FROM incidents", "--format", "json")
    assert json.loads(result.output) == [{"n": 3}]


def test_sql_writes_csv_and_parquet_files(published: Path, tmp_path: Path) -> None:
    query = "SELECT incident_id, seen FROM incidents ORDER BY incident_id"
    for form in ("csv", "parquet"):
        assert sitrep("sql", query, "--format", form, "--out", str(tmp_path / f"out.{form}")).exit_code == 0
    assert (tmp_path / "out.csv").read_text() == 'incident_id,seen\na,"[""2024-09-07""]"\nb,[]\n'
    assert pl.read_parquet(tmp_path / "out.parquet").columns == ["incident_id", "seen"]


def test_sql_shows_intervals_and_blobs(published: Path) -> None:
    """polars has no such types: they must be shown as text instead of ending in an error."""
    result = sitrep("sql", "SELECT INTERVAL 2 DAYS AS i, 'a'::BLOB AS b", "--format", "json")
    assert json.loads(result.output) == [{"i": "2 days", "b": "a"}]


def test_refresh_without_raw_folder_names_it(data: Path, tmp_path: Path) -> None:
    result = sitrep("refresh", "--raw", str(tmp_path / "nowhere"))
    assert result.exit_code == 1
    assert "nowhere" in result.output
    assert "Traceback" not in result.output


def test_second_refresh_at_once_ends_with_a_sentence(data: Path) -> None:
    with exclusive(data, ".refresh.lock"):
        result = sitrep("refresh")
    assert result.exit_code == 1
    assert str(os.getpid()) in result.output


def test_lock_is_free_again_after_its_holder(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(Busy), exclusive(tmp_path, wait=False):
        pass
    with exclusive(tmp_path, wait=False):
        pass


def test_extract_writes_four_files_and_says_how_fast(raw: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = sitrep("--debug", "extract", str(raw), "--out", str(out))
    assert result.exit_code == 0, result.output
    assert sorted(file.stem for file in out.glob("*.parquet")) == ["articles", "entities", "events", "rejected_rows"]
    assert pl.read_parquet(out / "articles.parquet").height == 3
    assert "articles per second" in result.output
    assert "peak memory" in result.output


def test_extract_of_a_missing_path_says_which(data: Path, tmp_path: Path) -> None:
    result = sitrep("extract", str(tmp_path / "nowhere"), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1
    assert "nowhere" in result.output


def test_check_names_what_the_published_file_lacks(published: Path) -> None:
    result = sitrep("check", "--only", "published")
    assert result.exit_code == 1
    assert "table daily_region_summary is missing" in result.output


def test_check_reads_the_versions_of_the_lock() -> None:
    lock = 'polars==2.1.0 \\\n    --hash=sha256:00 \\\n    # via sitrep\ncolorama==0.4.6 ; python_version < "3.0" \\\n'
    assert locked_versions(lock) == [("polars", "2.1.0")]
