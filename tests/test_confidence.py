"""Confidence is a chance read from the published row: weights from the lexicon, nothing hidden."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline import lexicon, scoring
from pipeline.extract.cascade import Extraction, Extractor
from pipeline.extract.confidence import LEAST, MOST, confidence, features

TEXT = (
    "Russian troops shelled Nikopol on Friday, killing two people, Dnipropetrovsk governor Serhiy Lysak said. "
    "Explosions were heard in southern Ukraine too."
)


@pytest.fixture(scope="module")
def read(extractor: Extractor) -> Extraction:
    """A row that tells everything, and one that tells little."""
    return extractor(
        pl.DataFrame({"article_id": ["a"], "text": [TEXT], "language": ["en"]}).with_columns(
            published_date=pl.date(2024, 9, 7)
        )
    )


def test_can_be_recomputed_from_the_published_row(read: Extraction) -> None:
    again = read.events.select(c=confidence())["c"]
    assert again.to_list() == read.events["confidence"].to_list()


def test_a_row_that_tells_all_is_surer_than_one_that_tells_little(read: Extraction) -> None:
    of_type = dict(zip(read.events["event_type"], read.events["confidence"], strict=True))
    assert of_type["shelling"] > of_type["explosion"]


def test_stays_between_its_bounds_and_knows_unknown_values() -> None:
    columns = read_columns()
    rows = pl.DataFrame([columns, columns | {"event_type": "no such type", "date_method": None}])
    values = rows.select(confidence().alias("c"))["c"]
    assert values.is_between(LEAST, MOST).all()


def read_columns() -> dict[str, object]:
    """A row with the columns that features look at."""
    return {
        "event_type": "strike", "geo_method": "unique_name", "geo_precision": 1, "date_method": "stated",
        "attribution_kind": "agency", "status": "reported", "actor_side": "RU", "actor_name": "Russia",
        "killed_low": 1, "killed_high": 1, "injured_low": None, "injured_high": None, "quote": "words",
    }  # fmt: skip


def test_every_weight_is_of_a_feature_that_is_looked_at() -> None:
    weights = lexicon.table("confidence")
    assert set(weights["feature"]) == set(features())
    assert weights.select("feature", "value").is_unique().all()
    assert weights["weight"].cast(pl.Float64).is_finite().all()


def test_bins_hold_each_row_once_and_the_top_one_holds_one() -> None:
    bins = scoring.calibration([(0.3, 0), (0.39, 1), (0.9, 1), (1.0, 1)])
    assert [(one.low, one.n_rows, one.right) for one in bins] == [(pytest.approx(0.3), 2, 0.5), (0.9, 2, 1.0)]


def test_a_row_is_judged_right_only_with_its_day_and_side() -> None:
    gold = {
        "article_id": "a",
        "char_start": 0,
        "char_end": 9,
        "event_type": "strike",
        "actor_side": "RU",
        "date_start": "2024-09-06",
    }
    other_day = gold | {"date_start": "2024-09-07"}
    assert [is_right for _, is_right in scoring.judged([gold], [gold])] == [True]
    assert [is_right for _, is_right in scoring.judged([gold], [other_day])] == [False]
    assert scoring.judged([gold | {"optional": True}], [gold]) == []
