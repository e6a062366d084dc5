"""The code location: what it holds, and what its sensor, schedule and checks decide. No run here (test_orchestration_runs.py)."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator  # what the daemon asks; there is no public way

from pipeline.layers import write_day
from pipeline.orchestration import dbt_project, release
from pipeline.orchestration.build import build_defs
from pipeline.orchestration.checks import articles_are_recent, check_layer
from pipeline.orchestration.metadata import markdown
from pipeline.orchestration.partitions import REPORTED_DAYS, all_days_tags, days_to_report, trailing_window
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.orchestration.schedules import nightly
from pipeline.orchestration.sensors import fingerprint, new_raw_files
from pipeline.schemas import Articles
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.schemas.validate import empty
from pipeline.settings import PROJECT_ROOT, Settings, settings

KEYS_OUTSIDE_DBT = [
    "core/entities",
    "core/events",
    "core/incident_links",
    "public/sitrep",
    "raw/articles",
    "raw/fetched",
    "warehouse/articles",
    "warehouse/entities",
    "warehouse/events",
    "warehouse/incident_links",
    "warehouse/incident_succession",
    "warehouse/pipeline_runs",
    "warehouse/previous_daily_region_summary_history",
    "warehouse/previous_incident_history",
    "warehouse/rejected_rows",
    "warehouse/source_cards",
]
DBT_GROUPS = {"staging", "intermediate", "marts", "reference"}


@pytest.fixture(scope="session")
def defs() -> dg.Definitions:
    project = dbt_project.dbt_project()
    if dbt_project.is_outdated(project):
        dbt_project.parse(project, settings())
    return build_defs()


def test_dbt_called_by_hand_leaves_nothing_for_a_refresh_to_trip_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """dagster-dbt copies a remembered parse from dbt's target folder into the run's; one by hand may hold relative paths."""
    own = dbt_project.dbt_project().target_path
    monkeypatch.setenv("DBT_TARGET_PATH", "elsewhere")
    with dbt_project.environment(settings()):
        assert os.environ["DBT_TARGET_PATH"] == str(own)
    assert os.environ["DBT_TARGET_PATH"] == "elsewhere"
    assert own != Path("target")


def test_keys_of_all_assets_outside_dbt_are_as_they_were(defs: dg.Definitions) -> None:
    """Forbids renaming an asset by the way: history, schedules and notebooks know it by its key."""
    graph = defs.resolve_asset_graph()
    keys = sorted(
        key.to_user_string() for key in graph.materializable_asset_keys if graph.get(key).group_name not in DBT_GROUPS
    )
    assert keys == KEYS_OUTSIDE_DBT


def test_every_public_table_is_upstream_of_the_snapshot(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    parents = {key.path[-1] for key in graph.get(dg.AssetKey(["public", "sitrep"])).parent_keys}
    assert parents == set(PUBLIC_TABLES)


def test_seeds_come_after_the_load(defs: dg.Definitions) -> None:
    """Forbids a dbt node without parents: the daemon's backfill would build the models in two runs, torn apart."""
    graph = defs.resolve_asset_graph()
    roots = {key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).parent_keys}
    assert roots == {"raw/fetched"}


def test_dbt_sources_are_the_loaded_tables(defs: dg.Definitions) -> None:
    """Forbids a source that no step loads: it would stand in the lineage as an asset without a maker."""
    graph = defs.resolve_asset_graph()
    assert graph.get_all_asset_keys() == graph.materializable_asset_keys


@pytest.mark.parametrize("name", ["refresh", "full_refresh", "fetch_and_refresh"])
def test_jobs_take_every_asset_and_every_check(defs: dg.Definitions, name: str) -> None:
    """Forbids a refresh that calls the network, and one that leaves a table or check out."""
    graph = defs.resolve_asset_graph()
    layer = defs.resolve_job_def(name).asset_layer
    left_out = set() if name == "fetch_and_refresh" else {dg.AssetKey(["raw", "fetched"])}
    assert layer.selected_asset_keys == graph.materializable_asset_keys - left_out
    assert set(layer.asset_graph.asset_check_keys) == {
        key for key in graph.asset_check_keys if key.asset_key not in left_out
    }


def test_every_asset_has_an_owner_a_group_kinds_and_a_description(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.owners, key
        assert node.group_name != "default", key
        assert node.kinds, key
        assert node.description, key


def test_every_asset_is_filled_by_a_single_run(defs: dg.Definitions) -> None:
    """`dagster asset materialize --partition-range` refuses a graph with another policy."""
    graph = defs.resolve_asset_graph()
    policies = {graph.get(key).backfill_policy for key in graph.materializable_asset_keys}
    assert policies == {dg.BackfillPolicy.single_run()}


def test_whatever_opens_the_database_is_in_its_pool(defs: dg.Definitions) -> None:
    pools = {step.op.name: step.op.pool for step in defs.assets or [] if isinstance(step, dg.AssetsDefinition)}
    assert {name for name, pool in pools.items() if pool == "duckdb"} == {
        "warehouse_tables",
        "dbt_build",
        "public_sitrep",
    }


def test_schema_checks_are_blocking(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    blocking = {key.name for key in graph.asset_check_keys if graph.get(key).blocking}
    assert {"articles_keep_schema", "entities_keep_schema", "events_keep_schema"} <= blocking
    assert "articles_are_recent" not in blocking


def test_dbt_is_never_told_to_drop_the_history() -> None:
    """Forbids --full-refresh: no input can bring incident_history back."""
    assert "--full-refresh" not in dbt_project.BUILD
    assert dbt_project.BUILD[0] == "build"


def test_missing_manifest_says_what_to_run(tmp_path: Path) -> None:
    for name in ("dbt_project.yml", "profiles.yml"):
        (tmp_path / name).write_text((PROJECT_ROOT / "dbt" / name).read_text())
    project = dbt_project.dbt_project(tmp_path)
    assert dbt_project.is_outdated(project)
    with pytest.raises(dbt_project.ManifestMissing, match="make dbt-manifest"):
        dbt_project.manifest_path(project)


@pytest.mark.parametrize(
    ("tick", "window"),
    [
        ("2024-09-10T02:15", ("2024-08-27", "2024-09-09")),
        ("2024-04-01T02:15", ("2024-03-18", "2024-03-31")),  # the night after the clocks went forward
    ],
)
def test_nightly_takes_the_last_fourteen_complete_days(tick: str, window: tuple[str, str]) -> None:
    """In Kyiv's days: at 02:15 there it is still the day before in UTC."""
    now = datetime.fromisoformat(tick).replace(tzinfo=ZoneInfo("Europe/Kyiv"))
    request = nightly(
        dg.build_schedule_context(scheduled_execution_time=now), clock=ClockResource(fixed=now.isoformat())
    )
    assert isinstance(request, dg.RunRequest)
    assert request.tags["dagster/asset_partition_range_start"] == window[0]
    assert request.tags["dagster/asset_partition_range_end"] == window[1]
    assert trailing_window(now, 14) == window


@pytest.mark.parametrize("night", ["2024-03-31", "2024-10-27", "2025-03-30", "2025-10-26"])
def test_nights_when_the_clocks_change_have_one_run(night: str) -> None:
    """Forbids an hour that such a night lacks, or has twice."""
    zone = ZoneInfo("Europe/Kyiv")
    day = datetime.fromisoformat(night).replace(tzinfo=zone)
    ticks = []
    start = (day - timedelta(days=2)).timestamp()
    for tick in schedule_execution_time_iterator(start, str(nightly.cron_schedule), nightly.execution_timezone):
        if tick.date() > day.date() + timedelta(days=1):
            break
        ticks.append(tick)
    assert [tick.astimezone(zone).date() - day.date() for tick in ticks] == [timedelta(days=n) for n in (-2, -1, 0, 1)]
    windows = [trailing_window(tick.astimezone(zone), 14) for tick in ticks]
    assert len(set(windows)) == 4
    assert all(date.fromisoformat(last) - date.fromisoformat(first) == timedelta(days=13) for first, last in windows)


def test_after_a_week_asleep_only_the_last_night_runs() -> None:
    """Forbids five runs over the same news, one after the other."""
    woken = datetime(2024, 9, 16, 8, tzinfo=UTC)
    clock = ClockResource(fixed=woken.isoformat())
    nights = [datetime(2024, 9, day, 2, 15, tzinfo=ZoneInfo("Europe/Kyiv")) for day in range(9, 17)]
    made = [nightly(dg.build_schedule_context(scheduled_execution_time=night), clock=clock) for night in nights]
    assert [isinstance(one, dg.RunRequest) for one in made] == [False] * 7 + [True]


def test_all_days_run_stands_under_the_day_in_kyiv() -> None:
    late = datetime(2024, 9, 9, 22, 30, tzinfo=UTC)
    assert all_days_tags(late)["dagster/partition"] == "2024-09-10"


def test_days_to_report_are_the_newest_and_come_back_until_marked() -> None:
    stored = [f"2023-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    first = days_to_report([], stored, done=set())
    assert len(first) == REPORTED_DAYS
    assert first[0] == "2023-12-28"
    second = days_to_report([], stored, done=set(first))
    assert not set(first) & set(second)
    assert days_to_report(["2023-12-28"], stored, done=set(stored)) == ["2023-12-28"]


def test_days_to_report_leaves_out_what_is_no_partition() -> None:
    assert days_to_report(["undated", "2019-01-01", "2099-01-01"], [], done=set()) == []


def _look(raw: Path, cursor: str | None, instance: dg.DagsterInstance | None = None) -> dg.SensorResult | dg.SkipReason:
    with dg.DagsterInstance.ephemeral() as empty:
        context = dg.build_sensor_context(cursor=cursor, instance=instance or empty)
        found = new_raw_files(context, project=ProjectResource(raw=[str(raw)]), clock=ClockResource())
    assert isinstance(found, (dg.SensorResult, dg.SkipReason))
    return found


def test_sensor_waits_until_the_files_are_still_then_asks_once(raw: Path) -> None:
    """Forbids reading a file that is still being copied, and asking again and again for the same files."""
    first = _look(raw, None)
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests
    (raw / "late.txt").write_text("Still growing.")
    second = _look(raw, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert not second.run_requests
    third = _look(raw, second.cursor)
    assert isinstance(third, dg.SensorResult)
    assert third.run_requests
    assert third.run_requests[0].tags["sitrep/days"] == "all"
    assert isinstance(_look(raw, third.cursor), dg.SkipReason)


def test_sensor_asks_again_where_the_refresh_failed_but_not_for_ever(raw: Path) -> None:
    """Forbids files that wait for the night because the refresh that should read them was killed."""
    first = _look(raw, None)
    cursor = _look(raw, first.cursor if isinstance(first, dg.SensorResult) else None)
    n_asked = 0
    with dg.DagsterInstance.ephemeral() as instance:
        while isinstance(cursor, dg.SensorResult) and cursor.run_requests:
            n_asked += 1
            tags = dict(cursor.run_requests[0].tags)
            instance.run_storage.add_run(
                dg.DagsterRun(
                    job_name="refresh", run_id=f"{n_asked}" * 8, status=dg.DagsterRunStatus.FAILURE, tags=tags
                )
            )
            cursor = _look(raw, cursor.cursor, instance)
    assert n_asked == 3


def test_fingerprint_sees_new_and_changed_files_and_manifests(raw: Path) -> None:
    seen = {fingerprint([raw])}
    (raw / "more.txt").write_text("More.")
    seen.add(fingerprint([raw]))
    (raw / "more.txt").write_text("More again.")
    seen.add(fingerprint([raw]))
    (raw / "manifest.csv").write_text("file,published_at\n")
    seen.add(fingerprint([raw]))
    assert len(seen) == 4


def test_schema_check_fails_on_day_files_of_another_version(tmp_path: Path) -> None:
    write_day(tmp_path, "articles", "2024-09-07", empty(Articles).drop("byline"))
    result = check_layer(tmp_path, "articles", Articles, None)
    assert not result.passed
    assert "--full" in str(result.metadata["next_step"].value)


def test_schema_check_looks_at_the_days_of_the_run_only(tmp_path: Path) -> None:
    write_day(tmp_path, "articles", "2024-09-07", empty(Articles).drop("byline"))
    write_day(tmp_path, "articles", "2024-09-08", empty(Articles))
    assert check_layer(tmp_path, "articles", Articles, ["2024-09-08"]).passed


def test_old_articles_are_a_warning_only(data: Path) -> None:
    write_day(settings().layers, "articles", "2024-09-07", empty(Articles))
    clock = ClockResource(fixed="2024-09-20T00:00:00+00:00")
    result = articles_are_recent(project=ProjectResource(), clock=clock)
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.WARN


def test_sample_shows_text_and_no_markup() -> None:
    """Forbids an article's text that draws a table, a link or a script in the UI."""
    frame = pl.DataFrame({"text": ["a | b\n<script>alert(1)</script> [x](javascript:y) `z`"]})
    shown = markdown(frame).value or ""
    assert "<script>" not in shown
    assert "[x](" not in shown
    assert len(shown.splitlines()) == 3


def one_release(found: Settings) -> None:
    with release.loading(found):
        pass
    with release.building(found, whole=True):
        pass
    with release.releasing(found):
        pass


def test_articles_that_come_between_load_and_release_are_in_the_next_one(data: Path) -> None:
    """Forbids marking a release with the layers as they are when it ends: what came meanwhile would never be loaded."""
    found = Settings(raw=(), data=data)
    data.mkdir()
    found.published.touch()
    with release.loading(found):
        pass
    write_day(found.layers, "articles", "2024-09-07", empty(Articles))
    with release.building(found, whole=True):
        pass
    with release.releasing(found):
        pass
    assert not release.is_current(found)


def test_a_build_that_failed_half_way_is_never_released(data: Path) -> None:
    """Forbids publishing tables of two loads, when a build of another refresh was stopped between."""
    found = Settings(raw=(), data=data)
    data.mkdir()
    one_release(found)
    with pytest.raises(ValueError, match="dbt"), release.building(found, whole=True):
        raise ValueError("dbt")
    with pytest.raises(release.NotBuilt, match="sitrep refresh"), release.releasing(found):
        pass
    with release.building(found, whole=False):
        pass
    with pytest.raises(release.NotBuilt), release.releasing(found):
        pass


def test_release_is_outdated_when_a_layer_changes(data: Path) -> None:
    found = Settings(raw=(), data=data)
    write_day(found.layers, "articles", "2024-09-07", empty(Articles))
    assert not release.is_current(found)
    found.published.touch()
    one_release(found)
    assert release.is_current(found)
    write_day(found.layers, "articles", "2024-09-08", empty(Articles))
    assert not release.is_current(found)


def test_release_is_outdated_when_a_card_changes(data: Path, tmp_path: Path) -> None:
    """Forbids a card of `sources.toml` that the table of sources shows only when news come."""
    found = Settings(raw=(), data=data, sources=tmp_path / "sources.toml")
    data.mkdir()
    found.published.touch()
    one_release(found)
    assert release.is_current(found)
    found.sources.write_text("# cards to come\n", encoding="utf-8")
    assert not release.is_current(found)
