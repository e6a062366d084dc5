"""What a night tells when something is unlike other nights: volumes, sources that fail, runs that fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from dagster._daemon.types import DaemonHeartbeat
from dagster._utils.error import SerializableErrorInfo
from misbehaving import Site, redirect, silent, site, status
from warehouse_data import article, event, write_layers

from pipeline import alerts
from pipeline.alerts import failure_message, tell
from pipeline.commands.check import check_layers, check_sources, daemon_faults
from pipeline.commands.refresh import failure
from pipeline.fetch.night import SourceReport
from pipeline.fetch.store import Memory, write_memory
from pipeline.locking import exclusive
from pipeline.orchestration.assets.fetched import check_of
from pipeline.orchestration.instance import COMMAND_LOCK, COMMAND_TAG, before_the_daemon, end_dead_runs, open_instance
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.orchestration.sensors import failed_runs
from pipeline.orchestration.volume_checks import (
    articles_are_as_many_as_usual,
    events_are_as_many_as_usual,
    regions_are_as_busy_as_usual,
)
from pipeline.settings import Settings
from pipeline.volumes import COUNTS, HISTORY_DAYS, against_cards, unusual
from pipeline.warehouse.sql import open_warehouse

DAY = date(2024, 9, 8)
CLOCK = ClockResource(fixed="2024-09-09T02:15:00+03:00")


def counts(**by_source: list[int]) -> pl.DataFrame:
    """Counts of the last days up to DAY, one list a source."""
    rows = [
        (DAY - timedelta(days=len(numbers) - 1 - n), source, None, number)
        for source, numbers in by_source.items()
        for n, number in enumerate(numbers)
    ]
    return pl.DataFrame(rows, schema=COUNTS, orient="row")


def found(frame: pl.DataFrame) -> dict[str, int]:
    return dict(unusual(frame, DAY, by="source").select("source", "n").iter_rows())


STEADY = [20, 24, 18, 21, 19, 25, 17] * 4


@pytest.mark.parametrize("today", [14, 20, 33])
def test_a_usual_day_is_no_news(today: int) -> None:
    assert found(counts(wire=[*STEADY, today])) == {}


@pytest.mark.parametrize("today", [0, 1, 60, 5000])
def test_a_fall_and_a_rise_are_told(today: int) -> None:
    assert found(counts(wire=[*STEADY, today], other=[*STEADY, 21])) == {"wire": today}


def test_a_source_that_stops_altogether_is_told() -> None:
    """Forbids looking only at sources that have articles on the day."""
    frame = counts(wire=[*STEADY, 0]).filter(pl.col("n") > 0)
    assert found(frame) == {"wire": 0}


def test_a_source_of_a_few_articles_is_told_only_when_it_is_silent() -> None:
    assert found(counts(wire=[4, 3, 5, 4] * 7 + [1])) == {}
    assert found(counts(wire=[4, 3, 5, 4] * 7 + [0])) == {"wire": 0}
    assert found(counts(wire=[1, 0, 2, 1] * 7 + [0])) == {}


def test_a_young_source_has_no_usual_range() -> None:
    assert found(counts(wire=[20, 20, 20, 0])) == {}
    assert found(counts(wire=[20] * 8 + [0])) == {"wire": 0}, "days before it was first seen are no days without news"


def test_a_weekly_paper_is_no_alarm_on_other_days() -> None:
    assert found(counts(paper=[30, 0, 0, 0, 0, 0, 0] * 4 + [0])) == {}


def test_cards_say_how_many_are_expected() -> None:
    expected = pl.DataFrame({"source": ["wire", "gone"], "usual_low": [5, 1], "usual_high": [30, 9]})
    assert against_cards(counts(wire=[20]), DAY, expected)["source"].to_list() == ["gone"]
    assert against_cards(counts(wire=[31], gone=[1]), DAY, expected)["source"].to_list() == ["wire"]


@pytest.fixture
def project(data: Path) -> ProjectResource:
    """Four articles a day of one source with a strike each; on the last day none of it, and another one's flood."""
    settings = Settings(raw=(), data=data)
    for n in range(1, HISTORY_DAYS + 1):
        day = DAY - timedelta(days=n)
        rows = [article(f"{day}-{k}", published_date=day, source="Oskol Wire") for k in range(4)]
        write_layers(settings.layers, articles=rows, events=[event(row) for row in rows])
    flood = [article(f"flood-{k}", published_date=DAY, source="Delta Post") for k in range(15)]
    write_layers(settings.layers, articles=flood, events=[event(row) for row in flood])
    sources = data / "sources.toml"
    sources.write_text(
        '[[source]]\nname = "Delta Post"\nkind = "folder"\nfolder = "in"\ncountry = "UA"\nside = "UA"\nlanguage = "en"\n'
        'licence = "ours"\narticles_per_day = { min = 1, max = 9 }\n'
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SITREP_SOURCES", str(sources))
        yield ProjectResource()


def test_checks_warn_and_name_the_source(project: ProjectResource) -> None:
    results = [
        check(project=project, clock=CLOCK)
        for check in (articles_are_as_many_as_usual, events_are_as_many_as_usual, regions_are_as_busy_as_usual)
    ]
    assert all(isinstance(result, dg.AssetCheckResult) for result in results)
    assert [(result.passed, result.severity) for result in results] == [(False, dg.AssetCheckSeverity.WARN)] * 3
    said = [result.description or "" for result in results]
    assert "Oskol Wire: 0 articles on 2024-09-08" in said[0]
    assert "Delta Post: 15 articles on 2024-09-08, usually 1 to 9" in said[0]
    assert "Oskol Wire: 0 events" in said[1]
    assert "UA-63 (most of it by Delta Post): 15 events" in said[2]


def test_checks_are_silent_over_an_archive(data: Path) -> None:
    """Forbids an alarm each night because nothing is from yesterday."""
    write_layers(Settings(raw=(), data=data).layers, articles=[article("old", published_date=date(2023, 1, 1))])
    for check in (articles_are_as_many_as_usual, events_are_as_many_as_usual, regions_are_as_busy_as_usual):
        assert check(project=ProjectResource(), clock=CLOCK).passed


def test_a_failing_source_is_a_failed_check_with_its_reason() -> None:
    result = check_of([SourceReport("Oskol Wire"), SourceReport("Delta Post", failure="the server answers 503")])
    assert not result.passed
    assert result.severity == dg.AssetCheckSeverity.WARN
    assert result.description == "Delta Post: the server answers 503"
    assert check_of([SourceReport("Oskol Wire")]).passed


# --- the webhook --------------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as running:
        running.pages["/hook"] = status(200)
        yield running


def listening(server: Site, path: str = "/hook", *, allow_private: bool = True) -> Settings:
    return Settings(raw=(), data=Path("/data"), webhook=server.url(path), allow_private=allow_private)


MESSAGE = failure_message(run_id="r1", job="refresh", errors={"dbt_build": "x" * 9999}, home="/data")


def test_the_webhook_gets_one_message(server: Site) -> None:
    assert tell(listening(server), MESSAGE) is None
    [received] = [json.loads(body) for body in server.received]
    assert received["event"] == "run_failed"
    assert received["steps"][0]["step"] == "dbt_build"
    assert len(received["steps"][0]["error"]) == 2000


@pytest.mark.parametrize("answer", [status(500), status(404), silent])
def test_a_webhook_that_fails_is_told_and_raises_nothing(
    server: Site, answer: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "LIMITS", alerts.LIMITS.model_copy(update={"read_seconds": 0.3}))
    server.pages["/hook"] = answer  # type: ignore[assignment]
    reason = str(tell(listening(server), MESSAGE))
    assert reason.startswith("the webhook")
    assert "/hook" not in reason, "a webhook's path is often its key"
    assert server.asked["/hook"] == 1


def test_a_webhook_inside_the_own_network_is_refused_unless_allowed(server: Site) -> None:
    assert "own network" in str(tell(listening(server, allow_private=False), MESSAGE))
    assert not server.received


def test_a_webhook_leads_nowhere_else(server: Site) -> None:
    server.pages["/hook"] = redirect("/elsewhere")
    tell(listening(server), MESSAGE)
    assert not server.asked["/elsewhere"]


def test_a_failed_run_is_recorded_and_told(server: Site, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids telling what caused an error in place of the error, which says what to do."""

    @dg.op
    def broken() -> None:
        raise ValueError("no room on the disk: free some") from OSError(28, "No space left on device")

    @dg.job
    def refresh() -> None:
        broken()

    monkeypatch.setenv("SITREP_WEBHOOK", server.url("/hook"))
    monkeypatch.setenv("SITREP_ALLOW_PRIVATE", "1")
    with dg.DagsterInstance.ephemeral() as instance:
        result = refresh.execute_in_process(instance=instance, raise_on_error=False)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs",
            dagster_event=next(event for event in result.all_events if event.is_failure and not event.is_step_event),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
        ).for_run_failure()
        failed_runs(context, project=ProjectResource())
    [received] = [json.loads(body) for body in server.received]
    assert received["steps"] == [{"step": "broken", "error": "ValueError: no room on the disk: free some"}]
    assert "no room on the disk" in received["text"]
    assert failure(result).startswith("Step broken failed: no room on the disk: free some\n")
    with open_warehouse(ProjectResource().settings().warehouse) as connection:
        rows = connection.execute("select run_id, status, release_id from layers.pipeline_runs").fetchall()
    assert rows == [(result.run_id, "failed at broken", None)]


# --- the daemon, as `sitrep check` sees it ------------------------------------------------------------------------


def beat(age_seconds: float, *errors: str) -> DaemonHeartbeat:
    said = [SerializableErrorInfo(error, [], "ValueError") for error in errors]
    return DaemonHeartbeat(10_000.0 - age_seconds, "SCHEDULER", "d1", said)


@pytest.mark.parametrize(
    ("heartbeats", "said"),
    [
        ([], []),
        ([beat(20)], []),
        ([beat(7200)], ["no sign of life of the daemon (scheduler) for 2.0 h"]),
        ([beat(20, "no code location\n could be loaded")], ["reports: no code location could be loaded"]),
    ],
)
def test_a_daemon_that_stopped_is_a_fault(heartbeats: list[DaemonHeartbeat], said: list[str]) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        for one in heartbeats:
            instance.add_daemon_heartbeat(one)
        faults = list(daemon_faults(instance, 10_000.0))
    assert len(faults) == len(said)
    assert all(words in fault for words, fault in zip(said, faults, strict=True)), faults


def test_a_night_that_failed_is_a_fault_until_one_succeeds() -> None:
    @dg.op
    def step(context) -> None:  # type: ignore[no-untyped-def]
        if context.run.tags.get("fails"):
            raise ValueError("no")

    @dg.job
    def fetch_and_refresh() -> None:
        step()

    with dg.DagsterInstance.ephemeral() as instance:
        fetch_and_refresh.execute_in_process(instance=instance, tags={"fails": "1"}, raise_on_error=False)
        assert "the last night's run" in next(daemon_faults(instance, 0.0))
        fetch_and_refresh.execute_in_process(instance=instance)
        assert list(daemon_faults(instance, 0.0)) == []


def under_way(instance: dg.DagsterInstance, run_id: str, **tags: str) -> None:
    instance.run_storage.add_run(
        dg.DagsterRun(job_name="refresh", run_id=run_id, status=dg.DagsterRunStatus.STARTED, tags=tags)
    )


def statuses(settings: Settings) -> set[dg.DagsterRunStatus]:
    with open_instance(settings.dagster_home) as instance:
        return {run.status for run in instance.get_runs()}


def test_runs_whose_process_died_do_not_hold_up_the_daemon(data: Path) -> None:
    """Forbids a run that was killed standing in the history as under way: the daemon would start none ever after."""
    settings = Settings(raw=(), data=data)
    with open_instance(settings.dagster_home) as instance:
        under_way(instance, "11111111-1111-1111-1111-111111111111", **{COMMAND_TAG: "true"})
        under_way(instance, "22222222-2222-2222-2222-222222222222")
        assert end_dead_runs(instance, by_command=(True,)) == ["11111111-1111-1111-1111-111111111111"]
    before_the_daemon(settings)
    assert statuses(settings) == {dg.DagsterRunStatus.FAILURE}


def test_a_command_that_is_at_work_is_left_alone(data: Path) -> None:
    settings = Settings(raw=(), data=data)
    with open_instance(settings.dagster_home) as instance:
        under_way(instance, "11111111-1111-1111-1111-111111111111", **{COMMAND_TAG: "true"})
    with exclusive(settings.data, COMMAND_LOCK):
        before_the_daemon(settings)
    assert statuses(settings) == {dg.DagsterRunStatus.STARTED}


def test_check_names_a_damaged_layer_and_a_source_that_did_not_answer(data: Path) -> None:
    settings = Settings(raw=(), data=data, sources=data / "sources.toml")
    write_layers(settings.layers, articles=[article("a")])
    assert list(check_layers(settings)) == []
    path = next((settings.layers / "articles").iterdir())
    path.write_bytes(b"PAR1")
    assert str(path) in next(check_layers(settings))
    settings.sources.write_text(
        '[[source]]\nname = "Oskol Wire"\nkind = "feed"\naddress = "https://wire.example/rss"\ncountry = "UA"\n'
        'side = "UA"\nlanguage = "en"\nlicence = "ours"\narticles_per_day = { min = 1, max = 9 }\n'
    )
    assert list(check_sources(settings)) == []
    memory = Memory(last_night={"at": "2024-09-09T02:15:00+00:00", "failure": "the server answers 503"})
    write_memory(settings.fetched, "oskol-wire", memory)
    assert list(check_sources(settings)) == ["Oskol Wire, asked at 2024-09-09T02:15: the server answers 503"]
