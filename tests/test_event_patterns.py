"""Every event pattern's example gives a row of its type: the lexicon's examples are its tests."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline import lexicon
from pipeline.extract.cascade import Extraction, Extractor

PATTERNS = {str(pattern["rule_id"]): pattern for pattern in lexicon.patterns()}


@pytest.fixture(scope="module")
def found(extractor: Extractor) -> Extraction:
    """All examples read in one batch, each as an article of its own."""
    return extractor(
        pl.DataFrame(
            {
                "article_id": list(PATTERNS),
                "text": [str(pattern["example"]) for pattern in PATTERNS.values()],
                "language": "en",
                "published_date": dt.date(2024, 9, 7),
            }
        )
    )


@pytest.mark.parametrize("rule_id", PATTERNS)
def test_example_gives_a_row_of_its_type(found: Extraction, rule_id: str) -> None:
    types = found.events.filter(pl.col("article_id") == rule_id)["event_type"].to_list()
    assert PATTERNS[rule_id]["event_type"] in types, f"{rule_id}: {PATTERNS[rule_id]['example']} gave {types}"


def test_rule_ids_are_unique_and_typed() -> None:
    ids = [pattern["rule_id"] for pattern in lexicon.patterns()]
    assert len(ids) == len(set(ids))
    assert {str(pattern["form"]) for pattern in lexicon.patterns()} <= {"active", "passive", "noun"}
