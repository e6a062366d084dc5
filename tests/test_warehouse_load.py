"""Loading: what changed is replaced, what is gone is gone, and nothing is read as SQL."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from warehouse_data import SCHEMAS, Row, article, entity, event, write_layers, write_rows

from pipeline.layers import LayerDamaged, day_file, write_day
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse.load import load_layers
from pipeline.warehouse.sql import WarehouseDamaged, WarehouseError, WarehouseLocked, column_list, column_types

FIRST, SECOND = "2024-09-07", "2024-09-08"


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    a, b = article("a"), article("b", published_date=date(2024, 9, 8))
    path = tmp_path / "layers"
    write_layers(path, articles=[a, b], events=[event(a), event(b)], entities=[entity(a)])
    return path


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def load(warehouse: Path, layers: Path) -> dict[str, int]:
    return load_layers(warehouse, layers, published=warehouse.with_name("sitrep.duckdb"))


def rows(warehouse: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_loading_twice_gives_the_same_as_once(warehouse: Path, layers: Path) -> None:
    """Forbids appending."""
    first = load(warehouse, layers)
    assert first == {"articles": 2, "entities": 1, "events": 2, "rejected_rows": 0}
    assert load(warehouse, layers) == first


def test_only_changed_days_are_replaced(warehouse: Path, layers: Path) -> None:
    """Forbids both keeping a replaced day's old rows and touching the other days."""
    load(warehouse, layers)
    a = article("a")
    write_rows(layers, "events", FIRST, [event(a, quote="drones hit the port"), event(a, 40)])
    with duckdb.connect(warehouse) as connection:
        connection.execute("update layers.events set rule_id = 'kept' where layer_day = ?", [SECOND])
    assert load(warehouse, layers)["events"] == 3
    found = rows(warehouse, "select layer_day, quote, rule_id from layers.events order by all")
    assert found == [
        (FIRST, "drones hit the port", "test"),
        (FIRST, "missiles hit the town", "test"),
        (SECOND, "missiles hit the town", "kept"),
    ]


def test_a_vanished_day_is_deleted(warehouse: Path, layers: Path) -> None:
    load(warehouse, layers)
    for table in ("articles", "events"):
        day_file(layers, table, FIRST).unlink()
    assert load(warehouse, layers) == {"articles": 1, "entities": 1, "events": 1, "rejected_rows": 0}


def test_no_layers_make_empty_tables(warehouse: Path, tmp_path: Path) -> None:
    assert load(warehouse, tmp_path / "none") == {"articles": 0, "entities": 0, "events": 0, "rejected_rows": 0}
    assert rows(warehouse, "select count(*) from layers.previous_incident_history") == [(0,)]


@pytest.mark.parametrize("folder", ["it's [2024] *", "semi;colon--", "{a,b}"])
def test_paths_are_no_patterns_and_no_sql(tmp_path: Path, folder: str) -> None:
    """Forbids formatting a path into SQL, and reading `[` or `*` in it as a pattern."""
    layers = tmp_path / folder / "layers"
    write_layers(layers, articles=[article("a")])
    assert load(tmp_path / folder / "warehouse.duckdb", layers)["articles"] == 1


HOSTILE = "'; drop table layers.articles; -- {{ 1 }} {% raw %} \\ \" \n $1 ? \u202e\u0000é"


def test_hostile_text_passes_unharmed(warehouse: Path, layers: Path) -> None:
    hostile: Row = article("h", text=HOSTILE, title=HOSTILE, source=HOSTILE, source_file=HOSTILE)
    write_layers(layers, articles=[hostile])
    write_rows(
        layers,
        "rejected_rows",
        "it's; odd.name",
        [dict.fromkeys(SCHEMAS["rejected_rows"], HOSTILE) | {"stage": "ingest"}],
    )
    load(warehouse, layers)
    assert rows(warehouse, "select text, title, source, source_file from layers.articles where source_id = 'h'") == [
        (HOSTILE,) * 4
    ]
    assert rows(warehouse, "select reason, content, layer_day from layers.rejected_rows") == [
        (HOSTILE, HOSTILE, "it's; odd.name")
    ]


def test_a_file_of_other_columns_is_refused_and_nothing_is_loaded(warehouse: Path, layers: Path) -> None:
    """Forbids loading half of the tables, and filling a missing column with nulls in silence."""
    load(warehouse, layers)
    write_rows(layers, "articles", FIRST, [article("a"), article("c")])
    write_day(layers, "events", FIRST, pl.DataFrame({"event_id": ["x"]}))
    with pytest.raises(LayerDamaged, match=r"2024-09-07\.parquet .*--full"):
        load(warehouse, layers)
    assert rows(warehouse, "select count(*) from layers.articles") == [(2,)]


def test_a_broken_parquet_file_is_named(warehouse: Path, layers: Path) -> None:
    day_file(layers, "events", FIRST).write_bytes(b"no parquet")
    with pytest.raises(LayerDamaged, match=r"2024-09-07\.parquet"):
        load(warehouse, layers)


def test_a_new_column_rebuilds_from_the_layers(warehouse: Path, layers: Path) -> None:
    """Forbids a migration that keeps rows of the old shape."""
    load(warehouse, layers)
    with duckdb.connect(warehouse) as connection:
        connection.execute("alter table layers.events drop column weapon")
    assert load(warehouse, layers)["events"] == 2
    assert rows(warehouse, "select count(weapon) from layers.events") == [(0,)]


@pytest.fixture
def holder(warehouse: Path, layers: Path) -> Iterator[subprocess.Popen[str]]:
    load(warehouse, layers)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(warehouse)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.communicate("")


def test_a_locked_warehouse_says_who_holds_it(
    warehouse: Path, layers: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.warehouse.sql.PATIENCE_SECONDS", 0.0)
    with pytest.raises(WarehouseLocked, match=rf"process {holder.pid} .*sitrep refresh"):
        load(warehouse, layers)


def test_a_warehouse_that_dbt_still_holds_is_waited_for(
    warehouse: Path, layers: Path, holder: subprocess.Popen[str]
) -> None:
    """Forbids failing because the dbt of a refresh that was killed is still at work."""
    timer = threading.Timer(1.0, holder.kill)
    timer.start()
    assert load(warehouse, layers)["articles"] == 2
    timer.join()


@pytest.mark.parametrize("damage", [b"x" * 5000, b""], ids=["no database", "emptied"])
def test_a_damaged_warehouse_is_made_anew_from_the_layers(warehouse: Path, layers: Path, damage: bytes) -> None:
    load(warehouse, layers)
    warehouse.write_bytes(damage)
    counts = load_layers(warehouse, layers, published=warehouse.with_name("sitrep.duckdb"), anew=True)
    assert counts == {"articles": 2, "entities": 1, "events": 2, "rejected_rows": 0}


def test_a_warehouse_that_another_process_holds_is_not_deleted(
    warehouse: Path, layers: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.warehouse.sql.PATIENCE_SECONDS", 0.0)
    with pytest.raises(WarehouseLocked):
        load_layers(warehouse, layers, published=warehouse.with_name("sitrep.duckdb"), anew=True)
    assert warehouse.exists()


def test_a_damaged_warehouse_says_how_to_make_it_anew(warehouse: Path, layers: Path) -> None:
    warehouse.write_bytes(b"x" * 5000)
    with pytest.raises(WarehouseDamaged, match="sitrep refresh --full"):
        load(warehouse, layers)


def test_what_was_published_last_comes_back_into_a_new_warehouse(warehouse: Path, layers: Path) -> None:
    """Forbids losing history and runs when the private database is made anew; older columns are no hindrance."""
    published = warehouse.with_name("sitrep.duckdb")
    history = column_types(PUBLIC_TABLES["incident_history"])
    runs = column_types(PUBLIC_TABLES["pipeline_runs"])
    del history["plover_mode"], runs["code_fingerprint"]
    with duckdb.connect(published) as connection:
        connection.execute(f"create table incident_history ({column_list(history)}, gone integer)")
        connection.execute("insert into incident_history (incident_id, version) values ('i1', 3)")
        connection.execute(f"create table pipeline_runs ({column_list(runs)})")
        connection.execute("insert into pipeline_runs (run_id, status) values ('r1', 'published')")
    load(warehouse, layers)
    load(warehouse, layers)
    assert rows(warehouse, "select incident_id, version from layers.previous_incident_history") == [("i1", 3)]
    assert rows(warehouse, "select run_id from layers.pipeline_runs") == [("r1",)]


def test_a_damaged_published_file_is_named(warehouse: Path, layers: Path) -> None:
    warehouse.with_name("sitrep.duckdb").write_bytes(b"x" * 5000)
    with pytest.raises(WarehouseError, match=r"sitrep\.duckdb"):
        load(warehouse, layers)
