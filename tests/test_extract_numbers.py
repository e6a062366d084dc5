"""What numbers mean: low, best and high of the codebook's section 6."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import lowered

from pipeline import lexicon
from pipeline.extract.numbers import find_numbers, spelled

Bounds = tuple[float | None, float | None, float | None]


def bounds(phrase: str) -> list[Bounds]:
    return find_numbers(lowered(phrase)).select("low", "best", "high").rows()


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("55 died", (55, 55, 55)),
        ("at least 55 died", (55, 55, None)),
        ("at least some 55 died", (55, 55, None)),
        ("no fewer than eight died", (8, 8, None)),
        ("more than 200 died", (200, 200, None)),
        ("over a hundred died", (100, 100, None)),
        ("up to 20 died", (None, 20, 20)),
        ("as many as 20 died", (None, 20, 20)),
        ("fewer than ten died", (None, 10, 10)),
        ("between 5 and 8 died", (5, None, 8)),
        ("5 to 8 died", (5, None, 8)),
        ("5-8 died", (5, None, 8)),
        ("from five to eight died", (5, None, 8)),
        ("dozens died", (24, None, 99)),
        ("hundreds died", (200, None, 999)),
        ("tens of thousands fled", (20_000, None, 99_999)),
        ("several died", (3, None, 9)),
        ("a number of men died", (3, None, 9)),
        ("more than two dozen died", (24, 24, None)),
        ("half a dozen died", (6, 6, 6)),
        ("a hundred and two died", (102, 102, 102)),
        ("two hundred and fifty-one died", (251, 251, 251)),
        ("two hundred thousand fled", (200_000, 200_000, 200_000)),
        ("more than a hundred thousand fled", (100_000, 100_000, None)),
        ("three hundred died", (300, 300, 300)),
        ("twenty-one died", (21, 21, 21)),
        ("twenty one died", (21, 21, 21)),
        ("1,250 fled", (1250, 1250, 1250)),
        ("1.5 million fled", (1_500_000, 1_500_000, 1_500_000)),
        ("12 thousand fled", (12_000, 12_000, 12_000)),
        ("2.5 km were gained", (2.5, 2.5, 2.5)),
    ],
)
def test_bounds_of_a_number(phrase: str, expected: Bounds) -> None:
    assert bounds(phrase) == [expected]


def test_at_least_binds_the_number_that_it_stands_before_only() -> None:
    """Forbids to open the second number's upper bound."""
    assert bounds("at least five died and seven were hurt") == [(5, 5, None), (7, 7, 7)]


@pytest.mark.parametrize(
    "phrase",
    [
        "a 62-year-old woman slept",
        "aged 14, she slept",
        "men aged 18 to 60 left",
        "men aged between 18 and 60 left",
        "a girl, 12 years old, slept",
        "nobody slept",
        "the someone and the tent often",
        "9" * 400 + " died",
        "1" + ",000" * 140 + " died",
        "5 billion hryvnias were paid",
    ],
)
def test_no_count(phrase: str) -> None:
    """Forbids to count ages, parts of words, and figures beyond Int32."""
    assert bounds(phrase) == []


def test_a_number_starts_at_its_own_first_character() -> None:
    phrase = "at least 1,250 people and up to two hundred cars"
    found = find_numbers(lowered(phrase))
    assert [phrase[start:end] for start, end in found.select("start", "end").rows()] == ["1,250", "two hundred"]


@pytest.mark.parametrize("row", lexicon.table("numbers").to_dicts(), ids=lambda row: row["word"])
def test_a_vague_word_has_the_bounds_of_its_table(row: dict[str, str | None]) -> None:
    expected = tuple(float(row[bound]) if row[bound] is not None else None for bound in ("low", "best", "high"))
    assert expected in bounds(str(row["example"]))


@pytest.mark.parametrize("row", lexicon.table("quantifiers").to_dicts(), ids=lambda row: row["pattern"])
def test_a_quantifier_opens_one_bound(row: dict[str, str]) -> None:
    low, best, high = bounds(row["example"])[0]
    assert best is not None
    assert (low is None) == (row["bound"] == "most")
    assert (high is None) == (row["bound"] == "least")


def test_every_spelled_cardinal_below_a_hundred_has_its_value() -> None:
    phrases = list(spelled())
    found = find_numbers(lowered(*phrases))
    assert found["best"].to_list() == list(spelled().values())


def test_order_of_bounds_holds_for_any_range() -> None:
    """Forbids a range told backwards ("8 to 5") to give low above high."""
    found = find_numbers(lowered("8 to 5", "5 to 5", "at least 8 to 5", "up to 9-3", "2-1-0"))
    ordered = (pl.col("low") <= pl.col("high")).fill_null(True)
    assert found.filter(~ordered).is_empty()
