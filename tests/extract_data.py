"""Small articles in our own words for the tests of the extraction, and the frames that its stages take."""

from __future__ import annotations

import datetime as dt

import polars as pl

from pipeline.extract.sentences import split_sentences
from pipeline.text import fold

SATURDAY = dt.date(2024, 9, 7)


def articles(*texts: str, day: dt.date | None = SATURDAY, language: str = "en") -> pl.DataFrame:
    """One article a text, with the columns that the extraction reads; ids are 16 hex digits in the order given."""
    return pl.DataFrame(
        [(f"{n:016x}", text, language, day) for n, text in enumerate(texts)],
        schema={"article_id": pl.String, "text": pl.String, "language": pl.String, "published_date": pl.Date},
        orient="row",
    )


def sentences(*texts: str) -> pl.DataFrame:
    """Sentences of articles, as `split_sentences` gives them."""
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    return split_sentences(frame.with_row_index("article").select("article", folded=fold(pl.col("text"))))


def lowered(*phrases: str, day: dt.date | None = SATURDAY) -> pl.DataFrame:
    """Phrases as sentences with `lower` and `published_date`: what numbers and dates are looked for in."""
    return pl.DataFrame(
        {"lower": [phrase.lower() for phrase in phrases], "published_date": [day] * len(phrases)},
        schema={"lower": pl.String, "published_date": pl.Date},
    ).with_row_index("sentence")
