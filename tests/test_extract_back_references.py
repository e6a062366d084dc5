"""Words and sentences that mean a place without naming it."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import articles

from pipeline import lexicon
from pipeline.extract.cascade import Extractor

REFERENCES = lexicon.table("back_references")


def where(extractor: Extractor, *sentences: str) -> list[str | None]:
    """`place_name` of the rows of the last paragraph, each argument being one."""
    text = "\n\n".join(sentences)
    rows = extractor(articles(text)).events.filter(pl.col("char_start") >= len(text) - len(sentences[-1]))
    return rows["place_name"].to_list()


def test_every_example_holds_its_noun() -> None:
    assert REFERENCES.select(
        pl.col("example").str.contains(r"\b" + pl.col("noun").str.replace_all("-", "-", literal=True) + r"\b")
    )["example"].all()


def test_the_city_is_the_one_that_the_article_is_about_not_the_last_one_named(extractor: Extractor) -> None:
    """Forbids to take the last place before: it may only have been mentioned in passing."""
    assert where(
        extractor,
        "The mayor of Sloviansk asked people to leave as troops came closer after the loss of Lysychansk.",
        "A rocket hit a market in the city on Tuesday, he said. Sloviansk had been quiet for a week.",
    ) == ["Sloviansk"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the city", "Nikopol"),
        ("the region", "Dnipropetrovsk Oblast"),
        ("the east", "eastern Ukraine"),
        ("the country", "Ukraine"),
    ],
)
def test_kind_of_place(extractor: Extractor, words: str, expected: str) -> None:
    first = "Nikopol in the Dnipropetrovsk region was quiet on Thursday."
    assert where(extractor, first, f"On Friday Russian drones struck houses across {words}.") == [expected]


def test_a_bearing_is_no_part_of_the_country(extractor: Extractor) -> None:
    assert where(extractor, "Russian troops shelled Kupiansk from the east on Friday.") == ["Kupiansk"]


def test_the_council_of_the_city_is_no_place(extractor: Extractor) -> None:
    text = "Kherson was shelled on Friday, the city council said."
    surfaces = extractor(articles(text)).entities.filter(pl.col("kind") == "place")["surface"].to_list()
    assert surfaces == ["Kherson"]


def test_attacks_in_general_are_told_of_the_country(extractor: Extractor) -> None:
    """Forbids to hang what is told of the whole country on the town of the paragraph before."""
    assert where(
        extractor,
        "A missile killed two people in Vinnytsia on Thursday. Kharkiv and Odesa were quiet.",
        "Russian missile strikes on civilians have become more frequent this week, Oleksiy Danilov said.",
    ) == ["Ukraine"]


def test_the_attack_is_the_one_told_before(extractor: Extractor) -> None:
    assert where(
        extractor,
        "A missile hit a market in Vinnytsia on Thursday. Kharkiv and Odesa were quiet.",
        "The strike killed two people.",
    ) == ["Vinnytsia"]
