"""Hostile files: each ends in a clear refusal or a right article, in bounded time and memory, and touches nothing else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hostile_files import CASES, Outcome

from pipeline.ingest.ingest import ingest
from pipeline.layers import days, read_days
from pipeline.schemas import Articles
from pipeline.schemas.validate import MAX_CONTENT_CHARS, REJECTED_SCHEMA, empty

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
MAX_SECONDS = 30
MAX_GROWTH_MIB = 500


def _status(name: str) -> int:
    """KiB of a line of /proc/self/status."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


@contextmanager
def bounded() -> Iterator[None]:
    """Fails where the block takes too long or, on Linux, more memory than it may."""
    began, before = time.process_time(), None
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak counts from here
        before = _status("VmRSS")
    yield
    assert time.process_time() - began < MAX_SECONDS
    if before is not None:
        assert (_status("VmHWM") - before) / 1024 < MAX_GROWTH_MIB


def _listed(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "data" not in path.parts}


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in CASES.items()])
def test_a_hostile_file(write: Callable[[Path], Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, layers = tmp_path / "raw", tmp_path / "data" / "layers"
    raw.mkdir()
    expected = write(raw)
    before = _listed(tmp_path)
    monkeypatch.chdir(tmp_path)
    with bounded():
        report = ingest([raw], layers, now=NOW)
    assert _listed(tmp_path) == before
    articles = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    rejected = read_days(layers, "rejected_rows", days(layers, "rejected_rows"), REJECTED_SCHEMA)
    assert articles.height == expected.n_articles, rejected.to_dicts()[:3]
    assert any(expected.text in text for text in articles["text"]) or not expected.n_articles
    assert "root:" not in "".join(articles["text"])
    assert "Outside words" not in "".join(articles["text"])
    if expected.reason:
        assert rejected.select(
            pl.concat_str("source_file", "reason", separator=" ").str.contains(expected.reason, literal=True).any()
        ).item()
    assert report.n_files == 0 or articles.height + rejected.height > 0
    assert (rejected["content"].str.len_chars().fill_null(0) <= MAX_CONTENT_CHARS).all()
    assert (rejected["reason"].str.len_chars() < 1_000).all()
    again = ingest([raw], layers, now=NOW)
    assert (again.n_articles_new, again.days_changed) == (0, [])


def test_there_are_cases_enough() -> None:
    assert len(CASES) >= 60
