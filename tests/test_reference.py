"""The reference tables keep their schemas, the codebook's lists and the gazetteer's codes."""

from __future__ import annotations

import csv

import polars as pl
import pytest

from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.schemas.validate import empty
from pipeline.schemas.vocabulary import CORE_TYPES, SIDES, SUBTYPES
from pipeline.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "seeds" / "reference"
GAZETTEER_REGIONS = PROJECT_ROOT / "pipeline" / "gazetteer" / "regions.csv"
RUSSIAN_THEATRE = {
    "BEL", "KRS", "BRY", "VOR", "ROS", "KDA", "LIP", "ORL", "TUL", "KLU", "SMO", "TVE", "MOW", "MOS", "SAR", "RYA", "NIZ",
    "TA", "LEN", "SPE", "PSK", "MUR", "VGG", "AST",
}  # fmt: skip


def read(table: str) -> pl.DataFrame:
    schema = empty(PUBLIC_TABLES[table]).schema
    return pl.read_csv(REFERENCE / f"{table}.csv", schema=schema)


@pytest.mark.parametrize("table", ["regions", "event_types"])
def test_reference_tables_keep_their_schema(table: str) -> None:
    PUBLIC_TABLES[table].validate(read(table), lazy=True)


def test_the_theatre_is_all_of_ukraine_and_the_codebooks_russian_regions() -> None:
    """Forbids a summary that leaves out Crimea, Sevastopol or a region that the war reaches."""
    theatre = read("regions").filter("is_theatre")["region_code"].to_list()
    assert sum(code.startswith("UA-") for code in theatre) == 27
    assert {"UA-43", "UA-40", "UA-30", "UA-32"} <= set(theatre)
    assert {code.removeprefix("RU-") for code in theatre if code.startswith("RU-")} >= RUSSIAN_THEATRE


def test_all_federal_subjects_and_neighbours_are_listed() -> None:
    assert dict(read("regions")["country_code"].value_counts().iter_rows()) == {
        "UA": 27, "RU": 83, "BY": 7, "MD": 37, "PL": 16, "RO": 42,
    }  # fmt: skip


def test_codes_belong_to_their_country_and_names_are_unique_within_it() -> None:
    regions = read("regions")
    assert regions.filter(pl.col("region_code").str.head(2) != pl.col("country_code")).is_empty()
    assert not regions.select(pl.struct("country_code", "region_name").is_duplicated().any()).item()


def test_every_type_and_subtype_is_explained_once() -> None:
    """Forbids a type without a meaning: incidents find their ACLED and PLOVER names by it."""
    table = read("event_types")
    expected = {(name, sub) for name, subs in SUBTYPES.items() for sub in (None, *subs)}
    assert set(table.select("event_type", "event_subtype").iter_rows()) == expected
    assert table.height == len(expected)
    assert set(table.filter("is_core")["event_type"]) == set(CORE_TYPES)


def test_known_sources_are_named_once_with_a_side() -> None:
    with (REFERENCE / "known_sources.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["source"] for row in rows]
    assert len(names) == len(set(names))
    assert {row["side"] for row in rows} <= set(SIDES)
    assert all(int(row["precedence"]) >= 1 for row in rows)
    assert {"source", *PUBLIC_TABLES["sources"].to_schema().columns} >= set(rows[0])


def test_the_gazetteer_gives_no_code_without_a_meaning() -> None:
    """Forbids event rows whose region nobody can look up."""
    gazetteer = pl.read_csv(GAZETTEER_REGIONS, infer_schema=False)
    codes = set(gazetteer["region_code"].drop_nulls()) - {""}
    assert codes <= set(read("regions")["region_code"])
