"""Near copies and versions of articles: one agency text in many papers is one voice, a correction takes its place."""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest import copies
from pipeline.ingest.copies import MIN_SHINGLES, shared, shingles, signatures, superseded
from pipeline.ingest.ingest import ingest
from pipeline.layers import days, read_days
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

NOW = datetime(2024, 9, 20, 12, tzinfo=UTC)
WIRE = (
    "KYIV (AFP) - Drones set a grain store near the river on fire in the night, the head of the district said on Friday. Two "
    "guards were hurt when the roof came down, and a lorry that stood beside the gate burned out. Crews from three towns "
    "fought the flames until noon. The owner said that nine thousand tons of maize had been lost, and that the loading pier "
    "would stay shut for a month. Nobody lives in the street behind the store since it was shelled in spring."
)
CUT = WIRE.removeprefix("KYIV (AFP) - ").replace("The owner said", "Its owner told reporters").removesuffix(
    " Nobody lives in the street behind the store since it was shelled in spring."
)  # fmt: skip
OTHER = (
    "Engineers put the second bridge at the lock back into use on Friday, a week after a rocket cut it in half, the "
    "transport office said. Buses may cross by day only, and lorries are sent round by the dam until new girders come. "
    "The mayor thanked the crews, who had worked in the rain and under two alarms, and said that the market could open again."
)


def record(id_: str, text: str, day: str = "2024-09-07", source: str = "Paper", **more: object) -> dict[str, object]:
    return {"id": id_, "text": text, "published_at": day, "source": source, **more}


def write(path: Path, *records: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in records), encoding="utf-8")


def links(layers: Path) -> dict[str, str | None]:
    """Id in the source of what each article repeats."""
    articles = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    targets = articles.select(duplicate_of="article_id", target="source_id")
    return dict(articles.join(targets, on="duplicate_of", how="left").select("source_id", "target").iter_rows())


def read_in(tmp_path: Path, *batches: list[dict[str, object]]) -> dict[str, str | None]:
    """Links after the batches came in one after the other, a file and a day each."""
    for number, batch in enumerate(batches):
        write(tmp_path / "raw" / f"{number}.jsonl", *batch)
        ingest([tmp_path / "raw"], tmp_path / "layers", now=NOW + timedelta(number))
    return links(tmp_path / "layers")


def test_a_cut_and_edited_agency_text_is_a_copy(tmp_path: Path) -> None:
    """Forbids one report in two papers to count as two voices, and two reports of one day as one."""
    found = read_in(
        tmp_path,
        [record("wire", WIRE, "2024-09-07T08:00Z", "AFP"), record("paper", CUT, "2024-09-08"), record("other", OTHER)],
    )
    assert found == {"wire": None, "paper": "wire", "other": None}


def test_copies_point_to_the_earliest_whatever_comes_in_first(tmp_path: Path) -> None:
    wire, paper = record("wire", WIRE, "2024-09-07T08:00Z", "AFP"), record("paper", CUT, "2024-09-08")
    late = record("late", CUT + " More was not known at first.", "2024-09-09", "Daily")
    one_way = read_in(tmp_path / "a", [wire], [paper], [late])
    other_way = read_in(tmp_path / "b", [late], [paper], [wire])
    at_once = read_in(tmp_path / "c", [late, wire, paper])
    assert one_way == other_way == at_once == {"wire": None, "paper": "wire", "late": "wire"}


def test_the_same_words_weeks_later_are_no_copy(tmp_path: Path) -> None:
    assert read_in(tmp_path, [record("a", WIRE, "2024-08-07"), record("b", CUT, "2024-09-07")]) == {
        "a": None,
        "b": None,
    }


def test_short_notices_that_agree_by_chance_are_no_copies(tmp_path: Path) -> None:
    notice = "Air alarm in the district since {} this morning, stay in the shelters until it is over, the office said."
    assert len(shingles(notice)) < MIN_SHINGLES
    assert set(read_in(tmp_path, [record("a", notice.format("six")), record("b", notice.format("nine"))]).values()) == {
        None
    }


@pytest.mark.parametrize("key", ["id", "url"])
def test_a_corrected_version_takes_the_place_of_the_older_one(tmp_path: Path, key: str) -> None:
    """Forbids counting what a source has since corrected."""
    url = "https://paper.example/store"
    old = record("one", WIRE, url=url)
    new = record(
        "one" if key == "id" else "two", WIRE.replace("Two guards", "Four guards"), url=url if key == "url" else None
    )
    newest = record(
        "one" if key == "id" else "three", WIRE.replace("Two guards", "Five guards"), url=url if key == "url" else None
    )
    read_in(tmp_path, [old], [new], [newest])
    articles = read_days(tmp_path / "layers", "articles", ["2024-09-07"], empty(Articles).schema)
    last = articles.row(by_predicate=pl.col("text").str.contains("Five"), named=True)
    others = articles.filter(~pl.col("text").str.contains("Five"))
    assert last["duplicate_of"] is None
    assert others["duplicate_of"].to_list() == [last["article_id"]] * 2
    assert set(superseded(articles)) == set(others["article_id"])


def test_an_address_that_serves_different_texts_makes_no_versions(tmp_path: Path) -> None:
    """Forbids losing a day's news because all of it has the address of one page, or the id of its file."""
    url = "https://paper.example/live"
    found = read_in(tmp_path, [record("a", WIRE, url=url), record("b", OTHER, url=url)])
    assert set(found.values()) == {None}
    (tmp_path / "raw" / "x.jsonl").write_text(
        "".join(json.dumps({"text": text, "source": "P"}) + "\n" for text in (WIRE, OTHER)), encoding="utf-8"
    )
    ingest([tmp_path / "raw"], tmp_path / "layers", now=NOW)
    undated = read_days(tmp_path / "layers", "articles", ["undated"], empty(Articles).schema)
    assert undated["duplicate_of"].null_count() == 2


def test_a_copy_of_a_text_that_was_corrected_follows_the_correction(tmp_path: Path) -> None:
    """Forbids a circle: the old version leads to the new one, and a copy of the old one to neither of them twice."""
    old, copy = record("one", WIRE, "2024-09-07T08:00Z"), record("copy", CUT, "2024-09-07T09:00Z", "Daily")
    new = record("one", WIRE.replace("Two guards", "Four guards"), "2024-09-07T10:00Z")
    read_in(tmp_path, [old], [copy], [new])
    articles = read_days(tmp_path / "layers", "articles", days(tmp_path / "layers", "articles"), empty(Articles).schema)
    target = dict(articles.select("article_id", "duplicate_of").iter_rows())
    for start, link in target.items():
        seen, at = {start}, link
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = target[at]
    assert sum(link is None for link in target.values()) == 1


def test_marks_are_made_once(tmp_path: Path) -> None:
    read_in(tmp_path, [record("wire", WIRE, source="AFP"), record("paper", CUT)])
    before = {path: path.read_bytes() for path in (tmp_path / "layers").rglob("*.parquet")}
    write(tmp_path / "raw" / "new.jsonl", record("other", OTHER, "2024-09-08"))
    report = ingest([tmp_path / "raw"], tmp_path / "layers", now=NOW)
    assert report.days_changed == ["2024-09-08"]
    assert (tmp_path / "layers" / "articles" / "2024-09-07.parquet").read_bytes() == before[
        tmp_path / "layers" / "articles" / "2024-09-07.parquet"
    ]
    ingest([tmp_path / "raw"], tmp_path / "layers", now=NOW, full=True)
    assert links(tmp_path / "layers") == {"wire": None, "paper": "wire", "other": None}


def test_signatures_agree_as_the_texts_do() -> None:
    wire, cut, other, short = signatures([WIRE, CUT, OTHER, "Too short."])
    assert short is None
    assert wire.jaccard(cut) > 0.5 > wire.jaccard(other)
    assert shared(shingles(WIRE), shingles(CUT)) > 0.75
    assert shared(shingles(WIRE), shingles(OTHER)) == 0
    assert shared([], []) == 0


def test_texts_of_one_pattern_are_not_compared_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids a night of hundreds of notices after one form that takes hours."""
    n_compared = 0

    def counted(one: Collection[str], other: Collection[str]) -> float:
        nonlocal n_compared
        n_compared += 1
        return shared(one, other)

    monkeypatch.setattr(copies, "shared", counted)
    chance = random.Random(5)  # noqa: S311
    words = [f"{name}{n}" for n in range(60) for name in ("street", "crew", "call", "bridge")]
    records = [
        record(f"n{n}", f"{WIRE[:150]} {' '.join(chance.sample(words, 30))}", source=f"Paper {n}") for n in range(300)
    ]
    assert set(read_in(tmp_path, records).values()) == {None}
    assert n_compared < len(records)
