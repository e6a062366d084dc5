"""The real job on a tiny raw folder: what a run writes, publishes and records; that doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest
from conftest import TEXTS

from pipeline import layers as store
from pipeline.orchestration import dbt_project
from pipeline.orchestration.build import build_defs
from pipeline.orchestration.jobs import run_all_days
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.settings import Settings, settings

NOW = "2024-09-09T09:00:00+00:00"
PUBLIC_IDS = {"articles": "article_id", "entities": "entity_id", "events": "event_id", "incidents": "incident_id"}
RAW_AND_CORE = [dg.AssetKey(["raw", "articles"]), dg.AssetKey(["core", "entities"]), dg.AssetKey(["core", "events"])]
RANGE = {"dagster/asset_partition_range_start": "2024-09-08", "dagster/asset_partition_range_end": "2024-09-09"}


def place(folder: Path) -> Settings:
    raw = folder / "raw"
    raw.mkdir()
    for name, text in TEXTS.items():
        (raw / name).write_text(text, encoding="utf-8")
    return Settings(raw=(raw,), data=folder / "data")


def definitions(where: Settings) -> dg.Definitions:
    project = dbt_project.dbt_project()
    if dbt_project.is_outdated(project):
        dbt_project.parse(project, settings())
    paths = ProjectResource(raw=[str(path) for path in where.raw], data=str(where.data))
    return build_defs(resources={"project": paths, "clock": ClockResource(fixed=NOW)})


def run_layers(where: Settings, instance: dg.DagsterInstance, tags: dict[str, str]) -> dg.ExecuteInProcessResult:
    job = definitions(where).resolve_job_def("refresh")
    return job.execute_in_process(instance=instance, tags=tags, asset_selection=RAW_AND_CORE, raise_on_error=False)


def published_ids(where: Settings) -> dict[str, list[str]]:
    with duckdb.connect(str(where.published), read_only=True) as connection:
        return {
            table: sorted(row[0] for row in connection.table(table).select(key).fetchall())
            for table, key in PUBLIC_IDS.items()
        }


@pytest.fixture(scope="module")
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as made:
        yield made


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory, instance: dg.DagsterInstance) -> Settings:
    where = place(tmp_path_factory.mktemp("refreshed"))
    assert run_all_days(definitions(where), instance).success
    return where


def test_refresh_publishes_every_table(refreshed: Settings) -> None:
    with duckdb.connect(str(refreshed.published), read_only=True) as connection:
        tables = {row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert set(PUBLIC_TABLES) <= tables
    assert {file.stem for file in refreshed.export.glob("*.parquet")} == set(PUBLIC_TABLES)


def test_quotes_are_what_the_published_text_says(refreshed: Settings) -> None:
    with duckdb.connect(str(refreshed.published), read_only=True) as connection:
        wrong = connection.execute(
            "SELECT count(*) FROM events JOIN articles USING (article_id)"
            " WHERE quote IS DISTINCT FROM text[char_start + 1:char_end]"
        ).fetchall()
    assert wrong == [(0,)]
    assert published_ids(refreshed)["events"]


def test_days_with_articles_are_marked_in_the_history(refreshed: Settings, instance: dg.DagsterInstance) -> None:
    for key in RAW_AND_CORE:
        assert {"2024-09-07", "2024-09-08"} <= instance.get_materialized_partitions(key)


def test_second_refresh_without_news_builds_nothing(refreshed: Settings, instance: dg.DagsterInstance) -> None:
    before = refreshed.published.stat().st_mtime_ns
    result = run_all_days(definitions(refreshed), instance)
    assert result.success
    assert refreshed.published.stat().st_mtime_ns == before
    assert not result.asset_materializations_for_node("public_sitrep")


def test_full_refresh_gives_the_same_ids(refreshed: Settings, instance: dg.DagsterInstance) -> None:
    before = published_ids(refreshed)
    result = run_all_days(definitions(refreshed), instance, full=True)
    assert result.success
    assert result.asset_materializations_for_node("public_sitrep")
    assert published_ids(refreshed) == before


def test_range_run_takes_in_what_is_new_and_does_its_days_anew(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    """Forbids a first run from the UI that leaves out texts of other days, and one that does every day again."""
    where = place(tmp_path)
    assert run_layers(where, instance, RANGE).success
    assert store.days(where.layers, "articles") == ["2024-09-07", "2024-09-08", store.UNDATED]
    assert store.days(where.layers, "events") == ["2024-09-07", "2024-09-08", store.UNDATED]

    def written(day: str) -> int:
        return store.day_file(where.layers, "events", day).stat().st_mtime_ns

    before = {day: written(day) for day in ("2024-09-07", "2024-09-08")}
    assert run_layers(where, instance, RANGE).success
    assert written("2024-09-07") == before["2024-09-07"]
    assert written("2024-09-08") > before["2024-09-08"]


def test_run_without_days_says_what_to_do(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    result = run_layers(place(tmp_path), instance, {"any": "tag"})
    assert not result.success
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    assert errors
    assert errors[0] is not None
    assert "sitrep refresh" in errors[0].to_string()


def test_damaged_layer_stops_before_the_release(refreshed: Settings, instance: dg.DagsterInstance) -> None:
    """A blocking check: what was published stays, nothing of the damaged rows gets into it."""
    before = refreshed.published.stat().st_mtime_ns
    file = store.day_file(refreshed.layers, "events", "2024-09-07")
    kept = file.read_bytes()
    pl.read_parquet(file).drop("quote").write_parquet(file)
    result = run_all_days(definitions(refreshed), instance)
    file.write_bytes(kept)
    assert not result.success
    assert refreshed.published.stat().st_mtime_ns == before
