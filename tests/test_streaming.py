"""`sitrep extract`: the same rows however the work is cut, whole files or the old ones, and memory that stays small."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import pytest

from pipeline import streaming
from pipeline.extraction import Extractor, Validated
from pipeline.layers import appending, as_arrow
from pipeline.locking import Busy, exclusive
from pipeline.settings import PROJECT_ROOT
from pipeline.streaming import Totals, extract_files, schemas
from pipeline.workers import WorkerError

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor as Cascade

NOW = datetime(2024, 9, 10, tzinfo=UTC)
TABLES = ["articles", "entities", "events", "rejected_rows"]
PLACES = ["Lubny", "Kharkiv", "Odesa", "Sumy", "Toretsk", "Poltava"]


class Extraction(NamedTuple):
    entities: pl.DataFrame
    events: pl.DataFrame


class Crooked:
    """The extraction with one row of each article made false: its words are not what stands there."""

    def __init__(self, extractor: Cascade) -> None:
        self.extractor = extractor

    def __call__(self, articles: pl.DataFrame) -> Extraction:
        found = self.extractor(articles)
        first = pl.int_range(pl.len()).over("article_id") == 0
        false = pl.when(first).then(pl.col("surface").str.to_uppercase()).otherwise("surface")
        return Extraction(found.entities.with_columns(surface=false), found.events)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Two files: articles, a copy of one, two lines that are none, and a text; one article tells no day."""
    folder = tmp_path / "news"
    folder.mkdir()
    lines = [
        json.dumps(
            {"id": f"n{n}", "text": f"A missile hit a depot in {place} on Monday, killing {n + 2} people. It burned."}
        )
        for n, place in enumerate(PLACES)
    ]
    lines[4:4] = [lines[1], "no JSON", json.dumps({"id": "empty", "text": " "})]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "2024-09-08-b.txt").write_text("Drones struck an oil depot near Izmail on Sunday.", encoding="utf-8")
    (folder / "c.xyz").write_text("what is this", encoding="utf-8")
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extractor: Cascade) -> Callable[..., Totals]:
    """The extraction in this process, with the word lists that all tests share."""
    monkeypatch.setattr(streaming, "load_extractor", lambda *_: Crooked(extractor))
    return partial(extract_files, cache=tmp_path / "cache", now=NOW, n_workers=1)


def read(out: Path) -> dict[str, pl.DataFrame]:
    return {table: pl.read_parquet(out / f"{table}.parquet", glob=False) for table in TABLES}


def test_batches_change_nothing(run: Callable[..., Totals], news: Path, tmp_path: Path) -> None:
    """Forbids sorting or dropping copies within a batch only."""
    results = []
    for size in (3, 4, 100):
        run([news], tmp_path / str(size), batch_articles=size)
        results.append(read(tmp_path / str(size)))
    whole = results.pop()
    for tables in results:
        for name in TABLES:
            assert tables[name].equals(whole[name]), name
    assert whole["articles"]["source_id"].to_list() == ["2024-09-08-b", "n0", "n1", "n2", "n3", "n4", "n5"]
    assert whole["events"].height >= 7
    order = whole["articles"]["article_id"].to_list()
    for name in ("entities", "events"):
        assert whole[name]["article_id"].unique(maintain_order=True).to_list() == order
    stages = whole["rejected_rows"].group_by("stage").len().sort("stage").rows()
    assert stages == [("entities", 7), ("ingest", 3)]


def test_the_order_of_the_articles_changes_no_row(run: Callable[..., Totals], news: Path, tmp_path: Path) -> None:
    run([news], tmp_path / "one")
    lines = (news / "a.jsonl").read_text(encoding="utf-8").splitlines()
    (news / "a.jsonl").write_text("\n".join(reversed(lines)), encoding="utf-8")
    run([news], tmp_path / "two")
    one, two = read(tmp_path / "one"), read(tmp_path / "two")
    for name, key in (("entities", "entity_id"), ("events", "event_id")):
        assert one[name].sort(key).equals(two[name].sort(key))


def test_files_have_the_columns_and_types_of_the_models(run: Callable[..., Totals], news: Path, tmp_path: Path) -> None:
    totals = run([news], tmp_path / "out")
    for name, frame in read(tmp_path / "out").items():
        assert frame.schema == schemas()[name]
        assert totals.n_rows[name] == frame.height


def test_no_article_still_gives_four_files(run: Callable[..., Totals], tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    totals = run([tmp_path / "none"], tmp_path / "out")
    assert totals.n_rows == {"articles": 0, "entities": 0, "events": 0, "rejected_rows": 1}
    assert read(tmp_path / "out")["events"].schema == schemas()["events"]


def test_a_run_that_fails_half_way_leaves_the_old_files_and_no_litter(
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., Totals], news: Path, tmp_path: Path
) -> None:
    run([news], out := tmp_path / "out")
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    n_calls = 0

    def fails_later(articles: pl.DataFrame, extractor: Extractor) -> Validated:
        nonlocal n_calls
        n_calls += 1
        if n_calls > 3:
            raise MemoryError("half-way")
        return extract_validated(articles, extractor)

    extract_validated = streaming.extract_validated
    monkeypatch.setattr(streaming, "extract_validated", fails_later)
    with pytest.raises(MemoryError):
        run([news], out, batch_articles=1)
    assert n_calls > 3
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before


def test_what_a_killed_run_left_does_not_disturb_the_next(
    run: Callable[..., Totals], news: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    code = (
        "import os, sys; from pathlib import Path; from pipeline.layers import appending\n"
        "from pipeline.streaming import schemas\n"
        "with appending(Path(sys.argv[1]), schemas()): os.kill(os.getpid(), 9)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(out)], env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)}, check=False
    )
    assert list(out.iterdir())
    assert not list(out.glob("*.parquet"))
    run([news], out)
    assert sorted(file.name for file in out.iterdir()) == [streaming.LOCK, *(f"{table}.parquet" for table in TABLES)]


def test_two_runs_do_not_write_into_one_folder_at_once(run: Callable[..., Totals], news: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with exclusive(out, streaming.LOCK), pytest.raises(Busy, match=str(os.getpid())):
        run([news], out)
    assert not list(out.glob("*.parquet"))


def test_rows_are_written_while_there_are_more_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids collecting the frames and writing them at the end."""
    monkeypatch.setattr("pipeline.layers.ROW_GROUP_BYTES", 100)
    frame = pl.DataFrame({"a": ["x" * 10] * 20})
    with appending(tmp_path, {"t": frame.schema}) as files:
        for _ in range(5):
            files["t"].append(as_arrow(frame))
            assert not files["t"]._waiting
        files["t"].append(as_arrow(frame.clear()))
        assert not (tmp_path / "t.parquet").exists()
    assert pl.read_parquet(tmp_path / "t.parquet", glob=False).equals(pl.concat([frame] * 5))


def test_worker_processes_give_the_rows_that_this_process_gives(
    run: Callable[..., Totals],
    news: Path,
    tmp_path: Path,
    gazetteer_cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    extractor: Cascade,
) -> None:
    monkeypatch.setattr(streaming, "load_extractor", lambda *_: extractor)
    run([news], tmp_path / "here")
    totals = run([news], tmp_path / "there", cache=gazetteer_cache, n_workers=2, batch_articles=6)
    assert totals.n_workers == 2
    here, there = read(tmp_path / "here"), read(tmp_path / "there")
    assert all(here[name].equals(there[name]) for name in TABLES)


def test_a_worker_that_raises_replaces_nothing(news: Path, tmp_path: Path) -> None:
    """A cache that is no folder stops the workers before they are ready."""
    (tmp_path / "cache").write_text("no folder", encoding="utf-8")
    with pytest.raises(WorkerError, match="cache"):
        extract_files([news], tmp_path / "out", cache=tmp_path / "cache", now=NOW, n_workers=2, batch_articles=2)
    assert not list((tmp_path / "out").glob("*.parquet"))
