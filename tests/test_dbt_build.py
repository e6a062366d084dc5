"""The whole database half, run for real: layers -> load -> `dbt build` -> publish, a few times over.

Each build costs seconds, so that all tests of this file share four of them: no articles at all (with dbt's own unit tests),
some articles, the same ones again into a new private database, and changed ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from warehouse_data import Row, article, dbt_build, entity, event, write_layers, write_rows

from pipeline.fetch.cards import CARDS_SCHEMA
from pipeline.layers import day_file
from pipeline.linking import link_layers
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.schemas.vocabulary import CORE_TYPES
from pipeline.warehouse.load import load_layers
from pipeline.warehouse.publish import RunRecord, publish
from pipeline.warehouse.published import published_incidents

HOSTILE = "'; drop table marts.events; -- {{ 1 }} {% raw %} \\ \" \n $1 \u202e é"


@dataclass(frozen=True)
class Release:
    """What one refresh of the database half exported."""

    counts: dict[str, int]
    export: Path

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.export / f"{name}.parquet")

    def one(self, name: str, **values: Any) -> dict[str, Any]:
        return self.table(name).row(
            by_predicate=pl.all_horizontal(pl.col(k) == v for k, v in values.items()), named=True
        )


@pytest.fixture(scope="module")
def refresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Release]:
    work = tmp_path_factory.mktemp("dbt")

    def run(data: Path, layers: Path, run_id: str, *arguments: str) -> Release:
        warehouse, published, export = data / "warehouse.duckdb", data / "sitrep.duckdb", data / f"export {run_id}"
        link_layers(layers, published_incidents(published))
        load_layers(warehouse, layers, published=published, cards=CARDS)
        dbt_build(warehouse, work, *arguments)
        record = RunRecord(run_id, datetime.now(UTC), "0.1.0")
        counts = publish(warehouse, published, data / "export", run=record)
        shutil.copytree(data / "export", export)  # a release is deleted two releases later
        return Release(counts, export)

    return run


CARDS = pl.DataFrame(
    [
        ("AFP", "FR", "other", "fr", "by contract", 5, 90, False),
        ("Oskol Wire", "UA", "UA", "en", HOSTILE, 0, 40, True),
        ("Desk that is off", "UA", "other", "en", "our own", 0, 500, False),
    ],
    schema=CARDS_SCHEMA,
    orient="row",
)
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
WITHOUT_TESTS = (*WITHOUT_UNIT_TESTS, "--exclude-resource-type", "test")


@pytest.fixture(scope="module")
def empty(refresh: Callable[..., Release], tmp_path_factory: pytest.TempPathFactory) -> Release:
    data = tmp_path_factory.mktemp("empty")
    return refresh(data, data / "layers", "empty")


def five(**values: Any) -> Row:
    return {"killed_low": 5, "killed_best": 5, "killed_high": 5, "victim_kind": "civilian", **values}


A = article("a")
B = article("b", source="TASS", published_date=date(2024, 9, 8))
COPY = article("copy", text="Text  of\na.", source="web", published_date=date(2024, 9, 9))
UNDATED = article("u", published_date=None, source=None)
ODD = article("odd", text=HOSTILE, title=HOSTILE, source=HOSTILE, source_file=HOSTILE, byline=HOSTILE, url=HOSTILE)
ODD_EVENT = event(
    ODD, quote=HOSTILE, actor_name=HOSTILE, target_name=HOSTILE, weapon=HOSTILE, place_text=HOSTILE, place_name=HOSTILE,
    place_id=None, date_text=HOSTILE, attribution_text=HOSTILE, region_code="UA-14", is_background=True,
)  # fmt: skip
FULL = event(A, **five())
EVENTS = [
    FULL,
    event(A, 30, duplicate_of=FULL["event_id"], **five()),
    event(B, attribution_side="RU", attribution_kind="belligerent_official", status="denied", **five()),
    event(COPY, 1, **five()),
    event(COPY, 31, duplicate_of=event(COPY, 1)["event_id"], **five()),
    event(UNDATED, event_type="air_defence", region_code=None, geo_precision=5, place_name="Ukraine", place_id=None,
          intercepted_uav=10, date_start=date(2024, 9, 5), date_end=date(2024, 9, 5)),
    event(A, 60, event_type="casualties", event_subtype="cumulative", count_scope="cumulative", killed_low=900, killed_best=900),
    event(A, 90, place_name="Izium", place_id="geonames:707753", lat=49.21, lon=37.26, date_start=None, date_end=None, date_precision=9, date_method="none"),
    event(A, 120, event_type="control_status", event_subtype="occupied", place_name="Enerhodar", place_id="geonames:686896",
          region_code="UA-23", is_background=True),
    ODD_EVENT,
]  # fmt: skip


def write_all(layers: Path) -> None:
    write_layers(
        layers, articles=[A, B, COPY, UNDATED, ODD], events=EVENTS, entities=[entity(A), entity(ODD, surface=HOSTILE)]
    )
    write_rows(
        layers,
        "rejected_rows",
        "ingest",
        [{"stage": "ingest", "source_file": HOSTILE, "reason": HOSTILE, "content": HOSTILE}],
    )
    # The same article a second time, in a later day's file, with a row of its own.
    write_rows(layers, "articles", "2024-09-10", [article("b", source="TASS", published_date=date(2024, 9, 10))])
    write_rows(layers, "events", "2024-09-10", [event(B, 200)])


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data")
    write_all(path / "layers")
    return path


@pytest.fixture(scope="module")
def first(refresh: Callable[..., Release], data: Path) -> Release:
    return refresh(data, data / "layers", "first", *WITHOUT_UNIT_TESTS)


@pytest.fixture(scope="module")
def again(refresh: Callable[..., Release], first: Release, data: Path) -> Release:
    """The same layers once more, into a database made anew beside what was published."""
    (data / "warehouse.duckdb").unlink()
    return refresh(data, data / "layers", "again", *WITHOUT_TESTS)


@pytest.fixture(scope="module")
def changed(refresh: Callable[..., Release], again: Release, data: Path) -> Release:
    """The undated article is gone, and the first one's strike has a weapon now."""
    layers = data / "layers"
    for table in ("articles", "events"):
        day_file(layers, table, "undated").unlink()
    rows = [row | {"weapon": "Iskander"} if row is FULL else row for row in EVENTS]
    of_that_day = {A["article_id"], ODD["article_id"]}
    write_layers(layers, articles=[A, ODD], events=[row for row in rows if row["article_id"] in of_that_day])
    return refresh(data, layers, "changed", *WITHOUT_TESTS)


def test_no_articles_give_every_table_and_no_rows(empty: Release) -> None:
    """Forbids a build that fails, or makes days up, where there is nothing yet."""
    made = {table for table, rows in empty.counts.items() if rows}
    assert made == {"regions", "event_types", "sources", "pipeline_runs"}


def test_every_published_row_keeps_its_schema(first: Release) -> None:
    for table, model in PUBLIC_TABLES.items():
        model.validate(first.table(table), lazy=True)
        assert first.counts[table] > 0, table


def test_an_incident_holds_both_sides_and_counts_copies_once(first: Release) -> None:
    """Forbids counting a repeated wire text as one more source, and dropping what the other side says."""
    events = first.table("events")
    incident = events.row(by_predicate=pl.col("event_id") == FULL["event_id"], named=True)["incident_id"]
    assert events.filter(incident_id=incident).height == 5
    row = first.one("incidents", incident_id=incident)
    assert (row["n_events"], row["n_articles"], row["n_sources"], row["killed_best"]) == (2, 2, 2, 5)
    assert (row["denied_by_ru"], row["claimed_by_ru"], row["disputed_fields"], row["version"]) == (
        True,
        False,
        "status",
        1,
    )


def test_copies_point_to_the_first_one(first: Release) -> None:
    assert first.one("articles", article_id=COPY["article_id"])["duplicate_of"] == A["article_id"]
    assert first.table("articles")["duplicate_of"].null_count() == 4
    copied = first.one("events", event_id=event(COPY, 1)["event_id"])
    assert copied["duplicate_of"] == FULL["event_id"]
    assert first.one("events", event_id=event(COPY, 31)["event_id"])["incident_id"] == copied["incident_id"]


def test_an_article_in_two_day_files_is_kept_once_and_said(first: Release) -> None:
    """Forbids both a double row and a silent choice."""
    assert first.one("articles", article_id=B["article_id"])["published_date"] == date(2024, 9, 8)
    refused = first.table("rejected_rows").filter(stage="warehouse")
    assert refused.height == 2
    assert refused["reason"].str.contains("2024-09-10").all()
    assert refused["content"].str.contains(B["article_id"]).all()


def test_the_daily_panel_has_every_theatre_region_on_every_day(first: Release) -> None:
    """Forbids gaps where nothing happened, and losing what is known for the country only."""
    summary, regions = first.table("daily_region_summary"), first.table("regions")
    theatre = set(regions.filter("is_theatre")["region_code"])
    days = summary["day"].unique().sort().to_list()
    assert days == [date(2024, 9, 5), date(2024, 9, 6), date(2024, 9, 7)]
    assert set(summary["region_code"]) == theatre | {"UA", "RU", "XX"}
    assert summary.height == len(days) * (len(theatre) + 3)
    assert first.one("daily_region_summary", day=days[0], region_code="UA")["intercepted_uav"] == 10


def test_daily_numbers_count_an_incident_once_and_no_toll(first: Release) -> None:
    """Forbids summing event rows, running tolls or background."""
    row = first.one("daily_region_summary", day=date(2024, 9, 7), region_code="UA-63")
    assert (row["n_incidents"], row["n_strike"], row["n_casualties"]) == (1, 1, 0)
    assert (row["killed_low"], row["killed_best"], row["killed_high"], row["killed_civilian_best"]) == (5, 5, 5, 5)
    assert row["toll_killed_as_stated"] == 900
    assert row["n_incidents_7d"] == pytest.approx(1 / 3)
    assert first.table("daily_region_summary")["killed_best"].sum() == 5


def test_types_and_the_long_table_add_up(first: Release) -> None:
    """Forbids two tables that tell different numbers."""
    summary, long = first.table("daily_region_summary"), first.table("daily_region_event_counts")
    by_type = summary.select(pl.sum_horizontal(f"n_{name}" for name in CORE_TYPES))
    assert by_type.to_series().to_list() == summary["n_incidents"].to_list()
    assert long.filter("is_core")["n_incidents"].sum() == summary["n_incidents"].sum()


def test_the_weeks_add_up_to_the_days(first: Release) -> None:
    """Forbids a weekly table that tells other numbers than the daily one."""
    days, weeks = first.table("daily_region_summary"), first.table("weekly_region_summary")
    for column in ("n_incidents", "n_events", "n_strike", "killed_best", "intercepted_uav"):
        assert weeks[column].sum() == days[column].sum(), column
    assert weeks["week"].unique().to_list() == ["2024-W36"]
    assert weeks["n_days"].unique().to_list() == [3]


def test_who_holds_a_settlement_is_told_with_its_quote(first: Release) -> None:
    row = first.one("region_control", place="Enerhodar")
    assert (row["held_by"], row["held_since"], row["is_disputed"], row["n_claims"]) == (
        "RU",
        date(2024, 9, 7),
        False,
        1,
    )
    assert first.one("events", event_id=row["event_id"])["quote"]


def test_hostile_text_passes_unharmed(first: Release) -> None:
    found = first.one("articles", article_id=ODD["article_id"])
    assert {name: found[name] for name in ("text", "title", "source", "source_file", "byline", "url")} == dict.fromkeys(
        ("text", "title", "source", "source_file", "byline", "url"), HOSTILE
    )
    row = first.one("events", event_id=ODD_EVENT["event_id"])
    assert {name: row[name] for name in ODD_EVENT} == ODD_EVENT
    assert first.one("incidents", incident_id=row["incident_id"])["place"] == HOSTILE
    assert first.one("entities", article_id=ODD["article_id"])["surface"] == HOSTILE
    assert first.one("rejected_rows", stage="ingest")["reason"] == HOSTILE
    assert first.one("sources", source=HOSTILE)["name"] is None


def test_sources_show_their_cards(first: Release) -> None:
    """Forbids a card that nobody sees, and one that is off for a source that is in use."""
    told = (
        "source",
        "name",
        "country_code",
        "side",
        "language",
        "licence",
        "articles_per_day_min",
        "articles_per_day_max",
    )
    found = {row[0]: row[1:] for row in first.table("sources").select(told).rows()}
    assert found["AFP"] == ("Agence France-Presse", "FR", "other", "fr", "by contract", 5, 90)
    assert found["Oskol Wire"] == ("Oskol Wire", "UA", "UA", "en", HOSTILE, 0, 40)
    assert found["TASS"][-3:] == (None, None, None)
    assert "Desk that is off" not in found


def test_the_same_layers_give_the_same_bytes(first: Release, again: Release) -> None:
    """Forbids anything that depends on order, chance or the clock."""
    for table in sorted(set(PUBLIC_TABLES) - {"pipeline_runs"}):
        name = f"{table}.parquet"
        assert (first.export / name).read_bytes() == (again.export / name).read_bytes(), table


def test_an_unchanged_run_makes_no_version_and_no_revision(first: Release, again: Release) -> None:
    """Forbids history that grows with every night, and history that dies with the private database."""
    assert again.counts == first.counts | {"pipeline_runs": 2}
    assert again.table("incident_history")["version"].unique().to_list() == [1]
    assert again.table("daily_region_summary")["n_revisions"].unique().to_list() == [0]


def test_a_change_is_a_new_version_and_a_loss_is_kept(again: Release, changed: Release) -> None:
    """Forbids rewriting history: what was published once can be read again."""
    incident = changed.one("events", event_id=FULL["event_id"])["incident_id"]
    history = changed.table("incident_history").filter(incident_id=incident).sort("version")
    assert history["what_changed"].to_list() == ["first published", "weapon"]
    assert history["weapon"].to_list() == [None, "Iskander"]
    assert history["valid_to"].to_list() == [history["valid_from"][1], None]
    assert changed.one("incidents", incident_id=incident)["version"] == 2
    gone = again.one("incidents", event_type="air_defence")["incident_id"]
    assert changed.table("incidents").filter(incident_id=gone).is_empty()
    assert changed.one("incident_history", incident_id=gone)["valid_to"] is not None
    untouched = changed.table("incident_history").filter(~pl.col("incident_id").is_in([incident, gone]))
    assert untouched["version"].unique().to_list() == [1]
    assert untouched["valid_to"].null_count() == untouched.height


def test_only_changed_days_are_revised(again: Release, changed: Release) -> None:
    """Forbids marking a row revised because another one was."""
    before = again.table("daily_region_summary").select("day", "region_code", "n_incidents_7d", before="revised_at")
    joined = changed.table("daily_region_summary").join(before, on=["day", "region_code"])
    same = joined.filter(pl.col("n_incidents_7d") == pl.col("n_incidents_7d_right"))
    assert same.filter((pl.col("n_revisions") > 0) | (pl.col("revised_at") != pl.col("before"))).is_empty()


def test_the_summary_of_a_past_release_can_be_asked_for(data: Path, again: Release, changed: Release) -> None:
    """Forbids forgetting what the table said: asked as of the release before, it says the same again."""
    before = again.table("pipeline_runs").filter(run_id="again")["finished_at"].item()
    with duckdb.connect(data / "sitrep.duckdb", read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        then = connection.execute("from daily_region_summary_as_of(?)", [before]).fetchall()
        now = connection.execute("from daily_region_summary_as_of(now())").fetchall()
    columns = [name for name in changed.table("daily_region_summary").columns if name not in ("revised_at",)]
    assert (
        pl.DataFrame(then, schema=again.table("daily_region_summary").schema, orient="row")
        .select(columns)
        .equals(again.table("daily_region_summary").select(columns))
    )
    assert len(now) == changed.table("daily_region_summary").height
    assert now != then
