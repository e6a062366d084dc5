"""Extraction over batches of stored articles: what a text at which the reading fails costs the others. Not here: days
and files (test_damage.py), how a text is read (test_extract_*.py).
"""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import articles

from pipeline.extract.cascade import Extraction, Extractor
from pipeline.extraction import MAX_UNREADABLE, extract_batched, extract_validated

REPORT = "Russian drones hit a depot in Kharkiv on Friday, killing {} people, the regional governor said."
BROKEN = REPORT.format(99)


class FailsAt:
    """The real extractor, but for texts at which it fails with an error."""

    def __init__(self, extractor: Extractor, error: BaseException) -> None:
        self.extractor, self.error = extractor, error

    def __call__(self, batch: pl.DataFrame) -> Extraction:
        """Rows of the batch, or the error where it holds such a text."""
        if batch["text"].str.contains("99", literal=True).any():
            raise self.error
        return self.extractor(batch)


@pytest.mark.parametrize("error", [ValueError("slice"), pl.exceptions.InvalidOperationError("slice")])
def test_a_text_at_which_the_reading_fails_costs_the_others_nothing(extractor: Extractor, error: Exception) -> None:
    texts = [REPORT.format(n) for n in range(2, 9)]
    batch = articles(*texts[:3], BROKEN, *texts[3:])
    broken = batch["article_id"][3]
    found = extract_batched(batch, FailsAt(extractor, error))
    expected = extract_batched(batch.filter(pl.col("article_id") != broken), extractor)
    assert found.events.equals(expected.events)
    assert found.entities.equals(expected.entities)
    assert found.rejected.select("stage", "source_file", "content").rows() == [("events", broken, BROKEN)]
    assert found.rejected["reason"].item() == (
        f"reading it failed, which is our fault: {type(error).__name__}: slice; the article is kept"
    )


def test_where_the_reading_fails_everywhere_its_error_is_raised(extractor: Extractor) -> None:
    """Forbids a broken installation that leaves nothing but rejected rows."""
    batch = articles(*[BROKEN] * (MAX_UNREADABLE + 1), *[REPORT.format(n) for n in range(2, 9)])
    with pytest.raises(ValueError, match="slice"):
        extract_validated(batch, FailsAt(extractor, ValueError("slice")))


@pytest.mark.parametrize("error", [MemoryError("full"), OSError("disk")])
def test_what_the_machine_lacks_is_not_blamed_on_a_text(extractor: Extractor, error: Exception) -> None:
    with pytest.raises(type(error)):
        extract_validated(articles(BROKEN, REPORT.format(2)), FailsAt(extractor, error))
