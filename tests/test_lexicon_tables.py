"""The tables of names and nouns keep their promises: columns, closed lists, one owner per alias, true examples.

Here: actors, voices, weapons, facilities. Not here: what the extraction makes of them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from pipeline import lexicon
from pipeline.schemas.vocabulary import ATTRIBUTION_KINDS, SUBTYPES, TARGET_KINDS

COLUMNS: Final = {
    "actors": (
        "actor_id", "name", "kind", "side", "speaks_as", "office", "region_code", "aliases", "example",
    ),
    "voices": ("pattern", "kind", "side", "example"),
    "weapons": ("weapon_id", "name", "weapon_class", "side", "aliases", "is_generic", "example"),
    "facilities": ("facility_id", "name", "target_kind", "damage_subtype", "is_named", "aliases", "example"),
}  # fmt: skip
IDS: Final = {"actors": "actor_id", "voices": "pattern", "weapons": "weapon_id", "facilities": "facility_id"}
WEAPON_CLASSES: Final = (
    "drone", "missile", "glide_bomb", "bomb", "aircraft", "helicopter", "artillery", "mlrs", "mortar", "tank", "mine",
    "air_defence", "small_arms", "naval_drone", "other",
)  # fmt: skip
CLOSED: Final = {
    ("actors", "kind"): ("person", "organisation", "force"),
    ("actors", "side"): ("RU", "UA", "other"),
    ("actors", "speaks_as"): (
        "", "belligerent_official", "third_party", "media", "analyst", "agency", "social_media", "local_witness",
    ),
    ("voices", "kind"): ATTRIBUTION_KINDS,
    ("voices", "side"): ("RU", "UA", "other", "none", "by_region", "by_adjective"),
    ("weapons", "weapon_class"): WEAPON_CLASSES,
    ("weapons", "side"): ("RU", "UA", "both", "unknown"),
    ("weapons", "is_generic"): ("true", "false"),
    ("facilities", "target_kind"): TARGET_KINDS,
    ("facilities", "damage_subtype"): ("", *SUBTYPES["infrastructure_damage"]),
    ("facilities", "is_named"): ("true", "false"),
}  # fmt: skip

Row = dict[str, str]


def read(name: str) -> list[Row]:
    path: Path = lexicon.FOLDER / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def aliases(name: str, row: Row) -> list[str]:
    return [row["pattern"]] if name == "voices" else row["aliases"].split("|")


def is_common_noun(name: str, row: Row) -> bool:
    return name == "voices" or row.get("is_generic") == "true" or row.get("is_named") == "false"


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_the_ones_that_the_readme_describes(name: str) -> None:
    """Forbids a column that no page explains, and rows with too few or too many cells."""
    readme = (lexicon.FOLDER / "README.md").read_text(encoding="utf-8")
    rows = read(name)
    assert tuple(rows[0]) == COLUMNS[name]
    assert all(None not in row and None not in row.values() for row in rows)
    assert [column for column in COLUMNS[name] if f"`{column}`" not in readme] == []


@pytest.mark.parametrize(("name", "column"), CLOSED)
def test_values_come_from_closed_lists(name: str, column: str) -> None:
    """Forbids a new kind or side that no code knows, and a spelling slip of an old one."""
    allowed = CLOSED[name, column]
    assert [(row[IDS[name]], row[column]) for row in read(name) if row[column] not in allowed] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_ids_are_unique_slugs(name: str) -> None:
    """Forbids two rows with one id; ids of things are slugs, so that they can stand in paths and joins."""
    ids = [row[IDS[name]] for row in read(name)]
    assert [key for key, n in Counter(ids).items() if n > 1] == []
    if name != "voices":
        assert [key for key in ids if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", key)] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_no_alias_is_claimed_by_two_rows(name: str) -> None:
    """Forbids a bare surname that two people bear, and a word listed twice: a match must have one owner."""
    claims = Counter(
        alias.casefold() if is_common_noun(name, row) else alias for row in read(name) for alias in aliases(name, row)
    )
    assert [alias for alias, n in claims.items() if n > 1] == []


@pytest.mark.parametrize("name", COLUMNS)
def test_aliases_can_be_found_in_folded_text(name: str) -> None:
    """Forbids accents and curly quotes (folded text has none), stray blanks, one-letter aliases, capitals in nouns."""
    wrong = [
        (row[IDS[name]], alias)
        for row in read(name)
        for alias in aliases(name, row)
        if not alias.isascii()
        or not alias.isprintable()
        or len(alias) < 2
        or alias != " ".join(alias.split())
        or (is_common_noun(name, row) and alias != alias.lower())
    ]
    assert wrong == []


@pytest.mark.parametrize("name", COLUMNS)
def test_every_example_holds_an_alias_as_whole_words(name: str) -> None:
    """Forbids empty examples and examples of something else."""
    wrong = []
    for row in read(name):
        flags = re.IGNORECASE if is_common_noun(name, row) else 0
        found = any(
            re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", row["example"], flags) for alias in aliases(name, row)
        )
        if not found or not row["example"].isascii():
            wrong.append((row[IDS[name]], row["example"]))
    assert wrong == []


@pytest.mark.parametrize("name", COLUMNS)
def test_rows_have_a_fixed_order(name: str) -> None:
    """Forbids appending at random: two people who add rows must not get a conflict or a double."""
    keys = {
        "actors": lambda row: (row["kind"] == "person", row["kind"] == "force", _side(row), row["actor_id"]),
        "voices": lambda row: (_kind(row), row["side"], row["pattern"]),
        "weapons": lambda row: (WEAPON_CLASSES.index(row["weapon_class"]), row["is_generic"], row["weapon_id"]),
        "facilities": lambda row: (row["is_named"], row["target_kind"], row["facility_id"]),
    }
    rows = read(name)
    assert [row[IDS[name]] for row in rows] == [row[IDS[name]] for row in sorted(rows, key=keys[name])]


def _side(row: Row) -> int:
    return ("RU", "UA", "other").index(row["side"])


def _kind(row: Row) -> int:
    return ATTRIBUTION_KINDS.index(row["kind"])


def test_offices_and_regions_belong_to_those_who_have_them() -> None:
    """Forbids a governor without an oblast: the side of `the governor` is looked up through it."""
    people = [row for row in read("actors") if row["kind"] == "person"]
    local = re.compile(r"\b(?:governor|mayor) (?:of|in) |\bRussian-installed (?:head|governor|mayor)")
    assert [row["actor_id"] for row in people if local.search(row["office"]) and not row["region_code"]] == []
    codes = {row["region_code"] for row in read("actors")} - {""}
    assert [code for code in codes if not re.fullmatch(r"UA-\d\d|RU-[A-Z]{2,3}", code)] == []
    assert [row["actor_id"] for row in read("actors") if row["office"] and row["kind"] != "person"] == []
    assert [row["actor_id"] for row in people if not row["office"]] == []


def test_the_name_of_an_actor_is_one_of_its_aliases_when_it_is_a_person() -> None:
    """Forbids a person whom the text may call by the usual name without being found."""
    people = [row for row in read("actors") if row["kind"] == "person"]
    assert [row["actor_id"] for row in people if row["name"] not in row["aliases"].split("|")] == []


@pytest.mark.parametrize(
    ("alias", "side", "speaks_as"),
    [
        ("Zelenskiy", "UA", "belligerent_official"),
        ("Haidai", "UA", "belligerent_official"),
        ("Gladkov", "RU", "belligerent_official"),
        ("TASS", "RU", "belligerent_official"),
        ("Energoatom", "UA", "belligerent_official"),
        ("Lukashenko", "other", "third_party"),
        ("IAEA", "other", "third_party"),
        ("UK Ministry of Defence", "other", "third_party"),
        ("ISW", "other", "analyst"),
        ("Rybar", "RU", "social_media"),
        ("Reuters", "other", "agency"),
    ],
)
def test_voices_of_state_firms_agencies_and_neighbours(alias: str, side: str, speaks_as: str) -> None:
    """Forbids coding a state agency as media, Minsk as a belligerent, a ministry of a third state as analyst."""
    (row,) = [row for row in read("actors") if alias in row["aliases"].split("|")]
    assert (row["side"], row["speaks_as"]) == (side, speaks_as)


def test_people_who_are_hit_are_no_damaged_buildings() -> None:
    """Forbids an infrastructure damage row made from wounded people; every thing has a damage subtype instead."""
    rows = {row["facility_id"]: row for row in read("facilities")}
    assert all(rows[key]["damage_subtype"] == "" for key in ("civilians", "children", "aid-workers", "journalists"))
    things = {"apartment-block": "residential", "oil-depot": "energy", "bridge": "transport", "grain-terminal": "port"}
    assert {key: rows[key]["damage_subtype"] for key in things} == things
