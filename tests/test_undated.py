"""Undated articles are dated by the incidents that dated ones tell too: with a confidence, never silently, and not before."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.extraction import extract_days, stale_days
from pipeline.ingest.ingest import ingest
from pipeline.layers import days, read_days
from pipeline.schemas import Articles, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, empty
from pipeline.undated import date_undated

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

NOW = datetime(2024, 9, 20, 12, tzinfo=UTC)

# no day told but by weekdays: it came out on a Saturday
SATURDAY = """KYIV - Ukrainian drones set fire to a fuel depot across the border on Saturday, a security source said.

The raid follows a week of Russian missile strikes that killed at least 41 people in the city of Kremenchuk and nine in Rivne.

The Russian defence ministry said on Saturday that its troops had captured the village of Novohrodivka in the Donetsk region.
"""
# another, from three weeks before
WEEKS_BEFORE = """Ukrainian troops pushed on across the border on Friday, their commander said.

On Friday, Moscow claimed the capture of the village of Zavitne in the Donetsk region.

Russia said Saturday that its troops had repelled an attack near the town of Rylsk.
"""
DATED = {
    "2024-09-03": "A Russian missile strike on the city of Kremenchuk on Tuesday killed 41 people, the governor said.",
    "2024-09-04": "Nine people were killed in a Russian missile strike on the city of Rivne on Wednesday, the mayor said.",
    "2024-09-07": "Russian forces captured the village of Novohrodivka in the Donetsk region on Saturday, Moscow said.",
    "2024-08-16": "Russia claimed on Friday to have captured the village of Zavitne in the Donetsk region.",
    "2024-08-17": "Russian troops repelled an attack near the town of Rylsk on Saturday, the defence ministry said.",
}


def write(raw: Path, name: str, *records: dict[str, str]) -> None:
    raw.mkdir(exist_ok=True)
    (raw / name).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


def refresh(raw: Path, layers: Path, extractor: Extractor, *, full: bool = False) -> dict[str, tuple[str, str]]:
    """What a refresh does up to the events; day and date_source of each article."""
    ingest([raw], layers, now=NOW, full=full)
    extract_days(layers, stale_days(layers, "v"), extractor, "v")
    if moved := date_undated(layers):
        extract_days(layers, sorted(moved), extractor, "v")
    articles = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    told = articles.select("source_id", pl.col("published_date").cast(pl.String), "date_source").rows()
    assert len(told) == len({id_ for id_, *_ in told})
    return {id_: (day, source) for id_, day, source in told}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write(tmp_path / "raw", "undated.jsonl", {"id": "later", "text": SATURDAY}, {"id": "earlier", "text": WEEKS_BEFORE})
    return tmp_path / "raw"


def test_undated_articles_are_unknown_until_dated_ones_tell_the_same(
    raw: Path, tmp_path: Path, extractor: Extractor
) -> None:
    layers = tmp_path / "layers"
    assert refresh(raw, layers, extractor) == {"later": (None, "unknown"), "earlier": (None, "unknown")}
    write(raw, "dated.jsonl", *[{"id": day, "text": text, "published_at": day} for day, text in DATED.items()])
    found = refresh(raw, layers, extractor)
    assert (found["later"], found["earlier"]) == (("2024-09-07", "inferred"), ("2024-08-17", "inferred"))

    articles = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    stated = articles.filter(pl.col("date_source") != "inferred")["date_confidence"]
    assert stated.null_count() == len(stated) == len(DATED)
    inferred = articles.filter(pl.col("date_source") == "inferred")["date_confidence"]
    assert inferred.is_between(0.5, 1).all()

    events = read_days(layers, "events", ["2024-08-17"], empty(Events).schema)
    captured = events.filter(place_name="Zavitne")
    assert set(captured["date_start"].cast(pl.String)) == {"2024-08-16"}
    assert read_days(layers, "events", ["undated"], empty(Events).schema).is_empty()

    notes = read_days(layers, "rejected_rows", days(layers, "rejected_rows"), REJECTED_SCHEMA)
    reasons = notes.filter(pl.col("reason").str.starts_with("publication day inferred"))["reason"].to_list()
    assert len(reasons) == 2
    assert all("confidence 0." in reason for reason in reasons)

    # read again, as it stands in its file, it keeps its day and is not twice
    again = refresh(raw, layers, extractor, full=True)
    assert again == found
    moved = read_days(layers, "articles", ["2024-09-07", "2024-08-17"], empty(Articles).schema)
    assert moved.filter(date_source="inferred")["date_confidence"].sort().equals(inferred.sort())
    kept = read_days(layers, "rejected_rows", days(layers, "rejected_rows"), REJECTED_SCHEMA)
    assert kept.filter(pl.col("reason").str.starts_with("publication day inferred")).height == 2


def test_places_alone_date_nothing(raw: Path, tmp_path: Path, extractor: Extractor) -> None:
    """Forbids the day of another strike on the same town, and one coincidence for a date."""
    write(
        raw,
        "dated.jsonl",
        {
            "id": "a",
            "text": "A missile strike on the city of Kremenchuk on Monday killed two people.",
            "published_at": "2024-07-02",
        },
        {
            "id": "b",
            "text": "Russian troops repelled an attack near the town of Rylsk on Tuesday.",
            "published_at": "2024-08-27",
        },
    )
    found = refresh(raw, tmp_path / "layers", extractor)
    assert (found["later"], found["earlier"]) == ((None, "unknown"), (None, "unknown"))
