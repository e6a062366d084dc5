"""Hostile texts through the extraction: what they report comes out, no row breaks a rule, time does not run away."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile_texts import REPORT, TEXTS

from pipeline.extraction import extract_batched
from pipeline.ingest.inputs import read_articles

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

MAX_SECONDS = 60
REPORTED = REPORT.partition(", the governor")[0]


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text(name: str, tmp_path: Path, extractor: Extractor) -> None:
    record = {"text": TEXTS[name], "published_at": "2024-09-07", "title": TEXTS[name][:3000], "language": "en"}
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    began = time.process_time()
    articles = read_articles([tmp_path], now=datetime(2024, 9, 10, tzinfo=UTC)).articles
    found = extract_batched(articles, extractor)
    assert time.process_time() - began < MAX_SECONDS
    assert articles["text"].item() == TEXTS[name]
    rows = found.events.filter(event_type="strike", place_text="Kharkiv", killed_best=2)
    assert found.rejected.is_empty()
    # what follows without a capital letter may belong to the sentence
    assert REPORTED in rows["quote"][0]
    assert rows["region_code"][0] == "UA-63"
    assert str(rows["date_start"][0]) == "2024-09-06"
    assert not list(Path.cwd().glob("escaped*"))
