"""Linking: the tables keep their promises, what must stay apart stays apart, and new rows change only what they touch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from extract_data import articles as texts
from warehouse_data import SCHEMAS, Row, article, event

from pipeline.incidents import tables
from pipeline.incidents.features import link_rows
from pipeline.incidents.identity import PREVIOUS_SCHEMA, identify
from pipeline.incidents.link import link
from pipeline.incidents.pairs import pair_levels, words_level
from pipeline.schemas.published import LINK_RULES
from pipeline.schemas.vocabulary import EVENT_TYPES, TARGET_KINDS

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

DAY = date(2024, 9, 7)


def frames(rows: list[Row], sources: list[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    return pl.DataFrame(rows, schema=SCHEMAS["events"]), pl.DataFrame(sources, schema=SCHEMAS["articles"])


def groups(rows: list[Row], sources: list[Row]) -> list[set[str]]:
    """Groups of quotes, those of two and more."""
    events, articles = frames(rows, sources)
    members = link(events, articles).members.join(events.select("event_id", "quote"), on="event_id")
    return [set(quotes) for quotes in members.group_by("group").agg("quote")["quote"] if len(quotes) > 1]


def example_row(name: str, given: dict[str, Any]) -> tuple[Row, Row]:
    """An example of levels.toml as an article and its event row."""
    values = {key: None if value == "null" else value for key, value in given.items()}
    published = date.fromisoformat(values.pop("published", DAY.isoformat()))
    source = article(values.pop("article", name), published_date=published)
    for stem in ("killed", "injured"):
        if stem in values:
            number = values.pop(stem)
            values |= {f"{stem}_{bound}": number for bound in ("low", "best", "high")}
    for key in ("date_start", "date_end"):
        if values.get(key):
            values[key] = date.fromisoformat(values[key])
    return source, event(source, values.pop("char_start", 0), **values)


@pytest.mark.parametrize("level", tables.levels()["level"], ids=lambda level: f"{level['feature']}.{level['name']}")
def test_examples_have_the_level_that_they_explain(level: dict[str, Any]) -> None:
    """Forbids a weight that is given to something else than its words say."""
    (source_a, row_a), (source_b, row_b) = example_row("a", level["a"]), example_row("b", level["b"])
    sources = {source["article_id"]: source for source in (source_a, source_b)}
    events, articles = frames([row_a, row_b | {"event_id": "b"}], list(sources.values()))
    rows = link_rows(events, articles)
    pair = pl.DataFrame({"a": [0], "b": [1]}, schema={"a": pl.UInt32, "b": pl.UInt32})
    found = pair_levels(rows, pair).with_columns(words=words_level()).collect()
    assert found[level["feature"]].to_list() == [level["name"]]


def test_every_type_and_target_is_known_to_the_tables() -> None:
    assert set(tables.table("kinds")["kind"]) == {*EVENT_TYPES, "accident"}
    assert set(tables.table("targets")["target_kind"]) <= set(TARGET_KINDS)
    kinds = dict(tables.table("kinds").select("kind", "family").iter_rows())
    for row in tables.table("type_pairs").iter_rows(named=True):
        across = {row["type_a"], row["type_b"]} == {"displacement", "evacuation"}
        assert across or kinds[row["type_a"]] == kinds[row["type_b"]], row


def test_weapon_examples_match_their_pattern_first() -> None:
    for row in tables.table("weapons").iter_rows(named=True):
        first = next(
            name
            for name, pattern in tables.table("weapons").select("weapon_class", "pattern").iter_rows()
            if pl.Series([row["example"].lower()]).str.contains(pattern)[0]
        )
        assert first == row["weapon_class"]


def test_wording_examples_have_their_mark() -> None:
    for row in tables.table("wording").iter_rows(named=True):
        assert pl.Series([row["example"].lower()]).str.contains(row["pattern"])[0], row


A, B, C = article("a"), article("b", source="TASS"), article("c", source="web")
VILLAGE = {"place_name": "Kalynove", "place_id": "geonames:1", "lat": 48.1, "lon": 37.3, "region_code": "UA-14"}
OTHER = {"place_name": "Ptyche", "place_id": "geonames:2", "lat": 48.12, "lon": 37.33, "region_code": "UA-14"}
OBLAST = {"place_name": "Donetsk Oblast", "place_id": "region:UA-14", "geo_precision": 3, "region_code": "UA-14"}


def test_two_villages_never_join_not_even_over_an_oblast() -> None:
    """Forbids a chain: one village, the oblast's row that could be either, the other village."""
    words = "missiles hit the grain store of the farm and burned it down"
    rows = [
        event(A, quote=words, **VILLAGE),
        event(B, quote=f"{words} at once", **OTHER),
        event(C, quote=f"{words} there", **OBLAST),
    ]
    found = groups(rows, [A, B, C])
    assert len(found) == 1
    assert not any({words, f"{words} at once"} <= group for group in found)


def test_two_strikes_on_one_city_with_different_targets_stay_two() -> None:
    rows = [event(A, quote="the hospital", target_kind="health"), event(B, quote="the port", target_kind="port")]
    assert groups(rows, [A, B]) == []


def test_the_sides_may_name_different_targets_of_one_strike() -> None:
    """Forbids two incidents where one side says hospital and the other command post."""
    rows = [
        event(A, quote="hospital", target_kind="health", attribution_side="UA"),
        event(B, quote="command post", target_kind="military", attribution_side="RU"),
    ]
    assert groups(rows, [A, B]) == [{"hospital", "command post"}]


def test_the_word_of_the_other_side_on_one_strike_joins_across_targets() -> None:
    """Forbids two incidents where the next sentence says that the strike hit something else, and no voice has a side."""
    rows = [
        event(A, quote="an arms depot was hit", target_kind="military"),
        event(
            A, 80, sentence_no=1, quote="officials said the strike burned a fertiliser store", target_kind="agriculture"
        ),
    ]
    assert groups(rows, [A]) == [{"an arms depot was hit", "officials said the strike burned a fertiliser store"}]


def test_each_side_may_blame_the_other_for_one_attack() -> None:
    shared = {"target_kind": "health", "killed_low": 6, "killed_best": 6, "killed_high": 6}
    rows = [
        event(A, quote="Moscow did it", actor_side="RU", attribution_side="UA", **shared),
        event(B, quote="Kyiv did it", actor_side="UA", attribution_side="RU", **shared),
    ]
    assert groups(rows, [A, B]) == [{"Moscow did it", "Kyiv did it"}]
    apart = [row | {"attribution_side": "none"} for row in rows]
    assert groups(apart, [A, B]) == []


def test_a_night_has_two_dates() -> None:
    """Forbids two incidents where one source dates the night by its evening and another by its morning."""
    next_day = article("next", published_date=date(2024, 9, 8))
    days = {"date_start": date(2024, 9, 8), "date_end": date(2024, 9, 8), "date_method": "stated"}
    told = {"target_kind": "energy", "event_subtype": "drone"}
    overnight = "drones hit the depot overnight"
    rows = [event(A, quote=overnight, date_method="stated", **told), event(next_day, quote="depot hit", **told, **days)]
    assert groups(rows, [A, next_day]) == [{overnight, "depot hit"}]


def test_a_settlement_is_taken_once() -> None:
    """Forbids one incident when a ministry reports the capture and another when the garrison admits it, days later."""
    later = article("later", published_date=date(2024, 9, 11))
    days = {"date_start": date(2024, 9, 11), "date_end": date(2024, 9, 11)}
    rows = [
        event(A, event_type="capture", quote="taken", **VILLAGE),
        event(later, event_type="withdrawal", actor_side="UA", quote="left", **VILLAGE, **days),
    ]
    assert groups(rows, [A, later]) == [{"taken", "left"}]


def test_many_loose_rows_do_not_join_two_incidents_by_one_link() -> None:
    """Forbids a chain of weak links, each of another pair, that makes one incident of a week of attacks on a city."""
    rows = [event(A, 50 * n, quote=f"hospital {n}", target_kind="health", sentence_no=n) for n in range(4)]
    rows += [event(B, 50 * n, quote=f"port {n}", target_kind="port", sentence_no=n) for n in range(4)]
    rows.append(event(C, quote="a blast", event_type="explosion", actor_side="unknown", target_kind="port"))
    found = groups(rows, [A, B, C])
    assert not any({"hospital 0", "port 0"} <= group for group in found)


def test_a_risen_toll_joins_the_old_incident() -> None:
    later = article("later", published_date=date(2024, 9, 10))
    toll = {"event_type": "casualties", "killed_low": 9, "killed_best": 9, "killed_high": 9}
    days = {"date_start": date(2024, 9, 10), "date_end": date(2024, 9, 10)}
    rows = [event(A, quote="strike", killed_best=5, killed_low=5), event(later, quote="toll", **toll, **days)]
    assert groups(rows, [A, later]) == [{"strike", "toll"}]


def test_what_goes_on_day_after_day_is_an_incident_each_day() -> None:
    """Forbids a month of fighting at one place as one incident."""
    next_day = article("next", published_date=date(2024, 9, 8))
    days = {"date_start": date(2024, 9, 8), "date_end": date(2024, 9, 8)}
    rows = [
        event(A, event_type="clash", actor_side="both"),
        event(next_day, event_type="clash", actor_side="both", **days),
    ]
    assert groups(rows, [A, next_day]) == []


def many(n_articles: int, n_rows: int) -> tuple[list[Row], list[Row]]:
    """Articles of three days that tell of five towns and of the oblast."""
    sources = [article(f"s{n}", published_date=date(2024, 9, 7 + n % 3)) for n in range(n_articles)]
    kinds = ("strike", "casualties", "explosion", "clash", "capture")
    rows = []
    for n, source in enumerate(sources):
        for m in range(n_rows):
            town = (n * 7 + m) % 6
            place = OBLAST if town == 5 else VILLAGE | {"place_name": f"T{town}", "place_id": f"geonames:{town}"}
            day = source["published_date"]
            rows.append(
                event(source, 50 * m, sentence_no=m, event_type=kinds[(n + m) % 5], quote=f"words {n * m % 4} of {town}",
                      killed_best=town + n % 2, date_start=day, date_end=day, **place)
            )  # fmt: skip
    return rows, sources


@pytest.fixture(params=[400, 10], ids=["whole blocks", "cut blocks"])
def block_rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setitem(tables.levels(), "max_block_rows", request.param)
    yield request.param


def test_linking_what_is_new_gives_the_same_as_linking_all(block_rows: int) -> None:
    """Forbids a result that depends on the order in which articles came, or on what was known before."""
    rows, sources = many(12, 5)
    events, articles = frames(rows, sources)
    late = sources[4]["article_id"]
    without = events.filter(pl.col("article_id") != late)
    everything, before = link(events, articles), link(without, articles)
    grown = link(events, articles, before.state)
    assert grown.members.equals(everything.members)
    assert grown.state.links.equals(everything.state.links)
    assert link(without, articles, everything.state).members.equals(before.members)
    changed = events.with_columns(killed_best=pl.when(pl.col("article_id") == late).then(7).otherwise("killed_best"))
    assert link(changed, articles, everything.state).members.equals(link(changed, articles).members)
    if block_rows > events.height:
        assert grown.n_touched == 5
        assert grown.n_compared < everything.n_compared


def spread(n_articles: int) -> tuple[list[Row], list[Row]]:
    """Articles of fifty days, three rows each, about forty towns of one oblast."""
    sources = [article(f"s{n}", published_date=DAY + timedelta(days=n % 50)) for n in range(n_articles)]
    rows = []
    for n, source in enumerate(sources):
        place = VILLAGE | {"place_name": f"T{n % 40}", "place_id": f"geonames:{n % 40}"}
        day = source["published_date"]
        for m, kind in enumerate(("strike", "casualties", "explosion")):
            rows.append(
                event(source, 50 * m, sentence_no=m, event_type=kind, quote=f"words {n} {m}", killed_best=n % 3 + 1,
                      date_start=day, date_end=day, **place)
            )  # fmt: skip
    return rows, sources


def test_one_late_article_changes_only_the_incidents_that_it_tells_of() -> None:
    """Forbids a night's work, or new ids all over the table, for one article that came late."""
    rows, sources = spread(500)
    events, articles = frames(rows, sources)
    late = sources[250]["article_id"]
    without = events.filter(pl.col("article_id") != late)
    before = link(without, articles)
    start = time.perf_counter()
    everything = link(events, articles)
    middle = time.perf_counter()
    grown = link(events, articles, before.state)
    end = time.perf_counter()
    print(
        f"500 articles: {middle - start:.2f} s, {everything.n_compared} pairs; one late: {end - middle:.2f} s, {grown.n_compared}"
    )

    def incidents(found: pl.DataFrame, published: pl.DataFrame) -> dict[str, set[str]]:
        named = found.join(identify(found, published).incidents, on="group").group_by("incident_id").agg("event_id")
        return {incident: set(told) for incident, told in named.iter_rows()}

    old = incidents(before.members, previous())
    published = {told: incident for incident, events_of in old.items() for told in events_of}
    new = incidents(grown.members, previous(**published))
    changed = {incident for incident in old.keys() | new.keys() if old.get(incident) != new.get(incident)}
    told_late = set(events.filter(article_id=late)["event_id"])
    told_with_it = {told for events_of in new.values() if events_of & told_late for told in events_of}
    near = {told for events_of in old.values() if events_of & told_with_it for told in events_of} | told_with_it
    assert {incident for incident, events_of in new.items() if events_of & told_late} <= changed
    assert all((old.get(incident, set()) | new.get(incident, set())) <= near for incident in changed)
    assert len(changed) < len(new) / 50
    assert grown.n_touched == len(told_late)
    assert grown.n_compared < everything.n_compared / 50


def members(**of: str) -> pl.DataFrame:
    return pl.DataFrame({"event_id": list(of), "group": list(of.values())})


def previous(**of: str) -> pl.DataFrame:
    return pl.DataFrame({"event_id": list(of), "incident_id": list(of.values())}, schema=PREVIOUS_SCHEMA)


def ids(found: pl.DataFrame) -> dict[str, str]:
    return dict(found.select("group", "incident_id").iter_rows())


def test_an_incident_keeps_its_id_while_it_grows() -> None:
    """Forbids an id made from what a later article changes: the incident's first row, its day or its numbers."""
    first = identify(members(b="b"), previous())
    grown = identify(members(a="a", b="a", c="a"), previous(b=ids(first.incidents)["b"]))
    assert ids(grown.incidents)["a"] == ids(first.incidents)["b"]
    assert grown.succession.is_empty()


def test_a_merge_leaves_word_of_the_id_that_went() -> None:
    found = identify(members(a="a", b="a", c="a"), previous(a="i1", b="i1", c="i2"))
    assert ids(found.incidents) == {"a": "i1"}
    assert found.succession.rows() == [("i2", "i1")]


def test_a_split_keeps_the_id_with_most_rows_and_gives_the_other_a_new_one() -> None:
    found = identify(members(a="a", b="b", c="b"), previous(a="i1", b="i1", c="i1"))
    assert ids(found.incidents)["b"] == "i1"
    assert ids(found.incidents)["a"] != "i1"
    assert found.succession.is_empty()


def test_an_id_whose_rows_are_gone_is_superseded_by_nothing() -> None:
    assert identify(members(a="a"), previous(a="i1", b="i2")).succession.rows() == [("i2", None)]


def test_a_new_incident_never_takes_an_id_in_use() -> None:
    """Forbids two incidents of one id where the row that named the first one has left it."""
    named = ids(identify(members(a="a"), previous()).incidents)["a"]
    found = ids(identify(members(a="a", b="b", c="b"), previous(a=named, b=named, c=named)).incidents)
    assert len(set(found.values())) == 2


def test_rules_are_the_published_ones() -> None:
    rows, sources = many(12, 5)
    assert set(link(*frames(rows, sources)).members["rule"]) <= set(LINK_RULES)


REPORT = """KYIV - Ukraine's security service said on Saturday that it had struck an arms depot in a Russian border region. \
A week of Russian bombardments killed at least 55 people in the city of Poltava and seven in Lviv.

Blasts and a large fire were reported overnight in Russia's Voronezh region, and people who live close to the flames were evacuated. \
Air defences shot down a drone over the region early on Saturday, Voronezh governor Alexander Gusev said on Telegram. \
"Nobody was hurt," he wrote, but when it fell, the drone started a big fire. Russian Telegram channels said that a munitions \
depot was burning. The security service later said that it had hit an ammunition depot there.

Russia's defence ministry said that its troops had captured the hamlet of Kalynove in Donetsk oblast. \
The ministry also said that Russian forces had captured the village of Memryk.
"""


def test_a_depot_strike_is_told_by_both_sides_and_is_one_incident(extractor: Extractor) -> None:
    """Forbids both an incident for each voice, and a week's tolls or the captured villages in it."""
    sources = texts(REPORT, day=DAY)
    events = extractor(sources).events
    linked = link(events, sources.select("article_id", "published_date")).members
    told = events.join(linked.select("event_id", "group"), on="event_id")
    strike = told.filter(event_type="strike", actor_side="UA")["group"].unique().to_list()
    assert len(strike) == 1
    incident = told.filter(group=strike[0])
    assert {"strike", "air_defence", "explosion", "evacuation", "casualties"} <= set(incident["event_type"])
    assert {"UA", "RU"} <= set(incident["attribution_side"])
    assert set(incident["region_code"]) == {"RU-VOR"}
    others = told.filter(pl.col("group") != strike[0])
    assert {"Poltava", "Lviv", "Kalynove", "Memryk"} <= set(others["place_name"])
    assert others.filter(pl.col("place_name").is_in(["Kalynove", "Memryk"]))["group"].n_unique() == 2
    assert others.filter(place_name="Poltava")["date_precision"].min() > 2


VILLAGES = """KYIV - Russia's defence ministry said on Saturday that its troops had captured the villages of Kalynove and Memryk in Donetsk oblast.
"""


def test_villages_of_one_sentence_are_incidents_of_their_own(extractor: Extractor) -> None:
    """Forbids a list of places as one place: each is a row that repeats no other."""
    sources = texts(VILLAGES, day=DAY)
    events = extractor(sources).events.filter(event_type="capture")
    assert set(events["place_name"]) == {"Kalynove", "Memryk"}
    assert events["duplicate_of"].null_count() == events.height
    linked = link(events, sources.select("article_id", "published_date")).members
    assert linked["group"].n_unique() == 2


def test_tables_are_read_from_the_package() -> None:
    assert all((Path(tables.__file__).parent / f"{name}.csv").exists() for name in ("kinds", "targets", "weapons"))
