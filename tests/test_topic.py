"""Articles in other languages and about other things are kept, named among the rejected rows, and give no rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl
import pytest

from pipeline.extraction import extract_validated

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor


def read(extractor: Extractor, text: str, language: str | None = "en") -> tuple[int, list[str]]:
    """Number of event rows, and the reasons of the rejected ones."""
    row = {"article_id": ["0" * 16], "text": [text], "language": [language], "published_date": [date(2024, 9, 9)]}
    found = extract_validated(pl.DataFrame(row), extractor)
    return found.events.height, found.rejected["reason"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "Two people were killed when gunmen attacked a market in the capital of a desert state on Friday, police said.",
        "A wild fire killed two hikers near Athens on Friday. Firemen evacuated three villages.",
        "Shares fell for a third day, and the bank left its rate where it was.",
    ],
)
def test_an_article_about_something_else_gives_no_rows(extractor: Extractor, text: str) -> None:
    n_rows, reasons = read(extractor, text)
    assert n_rows == 0
    assert [reason[:9] for reason in reasons] == ["off topic"]


@pytest.mark.parametrize(
    "text",
    [
        "Two people were killed in a missile strike on Friday, the Ukrainian governor said.",
        "Two people were killed in a missile strike on the town of Lubny on Friday, the governor said.",  # its place alone tells
        "Ships left the Black Sea port on Friday after a drone strike killed two sailors.",
    ],
)
def test_no_article_that_holds_events_of_the_war_is_set_aside(extractor: Extractor, text: str) -> None:
    n_rows, reasons = read(extractor, text)
    assert n_rows > 0
    assert reasons == []


def test_another_language_is_named(extractor: Extractor) -> None:
    assert read(extractor, "Дві людини загинули внаслідок ракетного удару по місту Лубни.", "uk")[1][0].startswith(
        "written in uk"
    )
    assert read(extractor, "Two people were killed in a strike on Kharkiv.", None)[1] == []
