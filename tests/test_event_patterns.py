"""Every event pattern's example gives a row of its type, every context's example none, or none of the day: the lexicon's
examples are its tests."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline import lexicon
from pipeline.extract.cascade import Extraction, Extractor
from pipeline.schemas.vocabulary import CONTEXT_TYPES

PATTERNS = {str(pattern["rule_id"]): pattern for pattern in lexicon.patterns()}
CONTEXTS = {context["context_id"]: context for context in lexicon.contexts()}
NOT_EXAMPLES = [
    (rule_id, str(sentence))
    for rule_id, pattern in PATTERNS.items()
    for sentence in pattern.get("not_examples", [])  # type: ignore[attr-defined]
]


@pytest.fixture(scope="module")
def found(extractor: Extractor) -> Extraction:
    """All examples read in one batch, each as an article of its own; those that must give nothing by their sentence."""
    texts = {rule_id: str(pattern["example"]) for rule_id, pattern in PATTERNS.items()}
    texts |= {sentence: sentence for _, sentence in NOT_EXAMPLES}
    texts |= {context_id: context["example"] for context_id, context in CONTEXTS.items()}
    return extractor(
        pl.DataFrame(
            {
                "article_id": list(texts),
                "text": list(texts.values()),
                "language": "en",
                "published_date": dt.date(2024, 9, 7),
            }
        )
    )


@pytest.mark.parametrize("rule_id", PATTERNS)
def test_example_gives_a_row_of_its_type(found: Extraction, rule_id: str) -> None:
    types = found.events.filter(pl.col("article_id") == rule_id)["event_type"].to_list()
    assert PATTERNS[rule_id]["event_type"] in types, f"{rule_id}: {PATTERNS[rule_id]['example']} gave {types}"


@pytest.mark.parametrize(("rule_id", "sentence"), NOT_EXAMPLES)
def test_pattern_leaves_its_counterexample_alone(found: Extraction, rule_id: str, sentence: str) -> None:
    rows = found.events.filter(pl.col("article_id") == sentence)
    assert rule_id not in rows["rule_id"].to_list()


def test_rule_ids_are_unique_and_typed() -> None:
    ids = [pattern["rule_id"] for pattern in lexicon.patterns()]
    assert len(ids) == len(set(ids))
    assert {str(pattern["form"]) for pattern in lexicon.patterns()} <= {"active", "passive", "noun"}


@pytest.mark.parametrize("context_id", CONTEXTS)
def test_context_takes_back_what_its_example_tells(found: Extraction, context_id: str) -> None:
    core = found.events.filter(pl.col("article_id") == context_id, ~pl.col("event_type").is_in(CONTEXT_TYPES))
    if CONTEXTS[context_id]["effect"] == "background":
        assert core.height > 0
        core = core.filter(~pl.col("is_background"))
    if CONTEXTS[context_id]["effect"] == "undated":
        assert core.height > 0
        core = core.filter(pl.col("date_start").is_not_null())
    assert core.is_empty(), f"{CONTEXTS[context_id]['example']} gave {core['rule_id'].to_list()}"


def test_contexts_have_an_effect_and_a_scope() -> None:
    assert {context["effect"] for context in CONTEXTS.values()} == {"unreal", "background", "undated"}
    assert {context["applies_to"] for context in CONTEXTS.values()} <= {"noun", "any", "every"}
