"""Day files between the steps: whole or not there, in order, whatever the path is called."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.layers import UNDATED, clear_leftovers, day_expr, day_file, days, read_days, replace_parquet, write_day

SCHEMA = pl.Schema({"a": pl.Int64})
ROWS = pl.DataFrame({"a": [1, 2]}, schema=SCHEMA)


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    return tmp_path / "layers [*]?"  # a path is no pattern


def test_days_come_in_order_and_undated_last(layers: Path) -> None:
    for day in (UNDATED, "2024-09-08", "2023-12-31"):
        write_day(layers, "articles", day, ROWS)
    assert days(layers, "articles") == ["2023-12-31", "2024-09-08", UNDATED]
    assert days(layers, "events") == []


def test_reading_gives_the_wanted_days_and_an_empty_frame_for_none(layers: Path) -> None:
    write_day(layers, "articles", "2024-09-08", ROWS)
    write_day(layers, "articles", "2024-09-09", ROWS)
    assert read_days(layers, "articles", ["2024-09-09", "2024-09-10"], SCHEMA).equals(ROWS)
    assert read_days(layers, "articles", ["2024-09-10"], SCHEMA).schema == SCHEMA
    assert read_days(layers, "events", [], SCHEMA).is_empty()


def test_what_a_killed_process_left_is_cleared(layers: Path) -> None:
    kept = write_day(layers, "articles", "2024-09-08", ROWS)
    left = kept.with_name(".2024-09-09.parquet.4711.tmp")
    left.write_bytes(b"PAR1 half")
    clear_leftovers(layers)
    assert not left.exists()
    assert kept.exists()


def test_a_write_that_fails_leaves_the_old_rows_and_no_litter(layers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids writing in place: a reader, or the next run, would meet half a file."""
    path = write_day(layers, "articles", "2024-09-08", ROWS)

    def full_disk(_: pl.DataFrame, file: object, **__: object) -> None:
        file.write(b"PAR1 half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pl.DataFrame, "write_parquet", full_disk)
        with pytest.raises(OSError, match="No space left"):
            write_day(layers, "articles", "2024-09-08", ROWS.clear())
    assert pl.read_parquet(path, glob=False).equals(ROWS)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_being_written_is_no_day(layers: Path) -> None:
    replace_parquet(layers / "articles" / ".2024-09-08.parquet.1.tmp", ROWS)
    assert days(layers, "articles") == []


def test_a_day_may_be_empty_and_is_still_there(layers: Path) -> None:
    write_day(layers, "articles", "2024-09-08", ROWS.clear())
    assert days(layers, "articles") == ["2024-09-08"]
    assert read_days(layers, "articles", days(layers, "articles"), SCHEMA).schema == SCHEMA


def test_rows_without_a_day_belong_to_the_undated_file(layers: Path) -> None:
    frame = pl.DataFrame({"published_date": [date(2024, 9, 8), None]})
    assert frame.select(day_expr()).to_series().to_list() == ["2024-09-08", UNDATED]
    assert day_file(layers, "articles", UNDATED).name == "undated.parquet"
