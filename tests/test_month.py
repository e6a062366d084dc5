"""Night after night, with late and corrected articles and nights missed, the tables come to what one refresh gives.

`make month` takes 30 nights (SITREP_NIGHTS says how many), `make test` a few.
"""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb
import pytest

from pipeline.orchestration import dbt_project
from pipeline.orchestration.build import build_defs
from pipeline.orchestration.jobs import run_all_days
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.orchestration.schedules import nightly
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.settings import Settings, settings

N_NIGHTS: Final = max(3, int(os.environ.get("SITREP_NIGHTS", "4")))  # the last is never a missed one
KYIV: Final = ZoneInfo("Europe/Kyiv")
FIRST: Final = datetime(2024, 9, 2, tzinfo=KYIV)
A_DAY: Final = 8  # articles
SEED: Final = 20240902
# when we learned of something, and how often we changed our mind: a month of nights differs from one refresh in these
OUR_TIMES: Final = {"first_seen_at", "last_changed_at", "revised_at", "n_revisions", "version"}
HISTORY: Final = ("incident_history", "daily_region_summary_history", "pipeline_runs")

TOWNS: Final = ("Kharkiv", "Sumy", "Kherson", "Odesa", "Pokrovsk", "Toretsk", "Nikopol", "Kupiansk", "Chernihiv")
STORIES: Final = (
    "Russian drones hit a depot in {town} on {weekday}, killing {n} people, the regional governor said.",
    "A glide bomb struck a block of flats in {town} on {weekday}. Rescuers said {n} residents were injured.",
    "Ukraine's general staff said its troops beat back {n} assaults near {town} on {weekday}.",
    "Shelling of {town} left {n} people wounded on {weekday}, according to the prosecutor's office.",
)
SOURCES: Final = ("Oskol Wire", "Delta Post", "Meridian Desk")


class Arrival(NamedTuple):
    """A record as it lies in its file from the night on: number of the night, file, line."""

    night: int
    file: str
    record: dict[str, str]


def month(n_nights: int) -> list[Arrival]:
    """Articles of so many days: some come nights late, some in a second version, some with a wrong date at first."""
    chance = random.Random(SEED)  # noqa: S311
    arrivals = []
    for day in range(n_nights):
        at = FIRST + timedelta(days=day)
        for k in range(A_DAY):
            town, n = chance.choice(TOWNS), chance.randint(2, 9)
            story = chance.choice(STORIES).format(town=town, weekday=f"{at:%A}", n=n)
            published = at + timedelta(hours=6 + 2 * k)
            record = {
                "id": f"{day}-{k}",
                "source": chance.choice(SOURCES),
                "published_at": published.isoformat(),
                "text": f"{story} Report {day}-{k} of the desk in {town}.",
            }
            night = day + (chance.randint(1, 4) if chance.random() < 0.15 else 0)
            file = f"{at:%Y-%m}/{day:02d}-{k}.jsonl"
            if chance.random() < 0.1:  # dated a day too early, mended in its file later
                wrong = record | {"published_at": (published - timedelta(days=1)).isoformat()}
                arrivals += [Arrival(night, file, wrong), Arrival(night + chance.randint(1, 3), file, record)]
                continue
            arrivals.append(Arrival(night, file, record))
            if chance.random() < 0.1:  # another toll, under the same id, some hours or nights later
                later = published + timedelta(hours=chance.randint(3, 30))
                again = record | {
                    "published_at": later.isoformat(),
                    "text": record["text"].replace(f" {n} ", f" {n + 3} "),
                }
                arrivals.append(Arrival(night + chance.randint(0, 2), f"{at:%Y-%m}/{day:02d}-{k}-b.jsonl", again))
    return [arrival._replace(night=min(arrival.night, n_nights - 1)) for arrival in arrivals]


def put(raw: Path, arrivals: list[Arrival]) -> None:
    for arrival in arrivals:
        path = raw / arrival.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(arrival.record) + "\n", encoding="utf-8")


def definitions(where: Settings, now: datetime) -> dg.Definitions:
    paths = ProjectResource(raw=[str(path) for path in where.raw], data=str(where.data))
    return build_defs(resources={"project": paths, "clock": ClockResource(fixed=now.isoformat())})


def run_night(where: Settings, night: datetime, instance: dg.DagsterInstance) -> None:
    clock = ClockResource(fixed=night.isoformat())
    request = nightly(dg.build_schedule_context(scheduled_execution_time=night), clock=clock)
    assert isinstance(request, dg.RunRequest)
    job = definitions(where, night).resolve_job_def("fetch_and_refresh")
    result = job.execute_in_process(
        instance=instance,
        tags=dict(request.tags),
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        raise_on_error=False,
    )
    assert result.success


def tell(capsys: pytest.CaptureFixture[str], line: str) -> None:
    """Say it at once where the nights were asked for, not among what the runs print."""
    if "SITREP_NIGHTS" in os.environ:
        with capsys.disabled():
            print(f"\n{line}", end="", flush=True)


def tables(where: Settings) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables that tell what happened. An incident is called by the first of its events, since the id that it
    keeps for ever is made on the night that it is first told of."""
    first_event = "(select min(event_id) from events as e where e.incident_id = t.incident_id)"
    with duckdb.connect(str(where.published), read_only=True) as connection:
        found = {}
        for table in sorted(set(PUBLIC_TABLES) - set(HISTORY)):
            names = [name for name, *_ in connection.execute(f"describe {table}").fetchall()]
            kept = [first_event if name == "incident_id" else name for name in names if name not in OUR_TIMES]
            found[table] = connection.execute(f"select {', '.join(kept)} from {table} as t order by all").fetchall()
    return found


@pytest.mark.slow
def test_nights_come_to_what_one_refresh_gives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = dbt_project.dbt_project()
    if dbt_project.is_outdated(project):
        dbt_project.parse(project, settings())
    arrivals = month(N_NIGHTS)
    missed = {N_NIGHTS // 2, N_NIGHTS // 2 + 1} if N_NIGHTS >= 10 else {N_NIGHTS // 2}
    raw = tmp_path / "raw"
    raw.mkdir()
    slowly = Settings(raw=(raw,), data=tmp_path / "slowly")
    at_once = Settings(raw=(raw,), data=tmp_path / "at_once")
    n_runs = 0
    with dg.DagsterInstance.ephemeral() as instance:
        for number in range(N_NIGHTS):
            put(raw, [arrival for arrival in arrivals if arrival.night == number])
            if number not in missed:
                night = (FIRST + timedelta(days=number + 1)).replace(hour=2, minute=15)
                run_night(slowly, night, instance)
                n_runs += 1
            tell(capsys, f"night {number + 1} of {N_NIGHTS}: {'missed' if number in missed else 'done'}")
        end = (FIRST + timedelta(days=N_NIGHTS)).replace(hour=2, minute=15).astimezone(UTC)
        assert run_all_days(definitions(at_once, end), instance, log_level="CRITICAL").success
    found, expected = tables(slowly), tables(at_once)
    assert n_runs == N_NIGHTS - len(missed)
    assert len(found["articles"]) >= N_NIGHTS * A_DAY, "an article was lost"
    differing = {table: set(rows) ^ set(found[table]) for table, rows in expected.items() if found[table] != rows}
    assert differing == {}
    tell(
        capsys,
        f"{n_runs} nights, {len(missed)} missed, {len(arrivals)} arrivals, {len(found['articles'])} articles and "
        f"{len(found['events'])} events: the same tables as one refresh of everything gives\n",
    )
