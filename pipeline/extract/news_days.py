"""The day that an article's news is about.

Here: one day an article, and which articles tell of a day at all. Not here: the day of an event (dating.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

BACKGROUND_DAYS: Final = 7
_LONG: Final = 18  # sentences from which on a text that names no day is taken for a comment or a history
_OWN_SHARE: Final = 0.2  # of the recent days named, from which on the day of publication is the news day


def news_days(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """Per article the day that its news is about: `article`, `news_day` Date.

    The day of publication where the text names it now and then or names no recent day at all; else the recent day that
    the text names most often.
    """
    recent = (
        dates.lazy()
        .filter(pl.col("date_precision") == 1)
        .join(sentences.lazy().select("sentence", "article", "published_date"), on="sentence", how="inner")
        .filter(
            pl.col("date_start") <= pl.col("published_date"),
            pl.col("date_start") >= pl.col("published_date").dt.offset_by("-2d"),
            pl.col("date_method") != "relative",
        )
        .group_by("article", "date_start", "published_date")
        .len()
        .sort("len", "date_start", descending=True)
        .group_by("article", maintain_order=True)
        .agg(
            named_most=pl.col("date_start").first(),
            times=pl.col("len").first(),
            all_times=pl.col("len").sum(),
            own_times=pl.col("len").filter(pl.col("date_start") == pl.col("published_date")).sum(),
        )
    )
    return (
        sentences.lazy()
        .group_by("article", maintain_order=True)
        .agg(pl.col("published_date").first())
        .join(recent, on="article", how="left")
        .select(
            "article",
            news_day=pl.when(
                ((pl.col("times") >= 2) & (pl.col("own_times") < _OWN_SHARE * pl.col("all_times")))
                # a single day before that of publication, and no other
                | (pl.col("times") == pl.col("all_times"))
                & (pl.col("named_most") == pl.col("published_date").dt.offset_by("-1d"))
            )
            .then("named_most")
            .otherwise("published_date"),
        )
        .collect()
    )


def of_the_day(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.Series:
    """The articles that are news: short, or naming a day of the week before they were published."""
    short = (
        sentences.group_by("article")
        .agg(pl.len())
        .filter(pl.col("len") < _LONG)
        .select("article")
        .cast(sentences.schema["article"])
    )
    named = (
        dates.lazy()
        .filter(pl.col("date_precision") <= 2)
        .join(sentences.lazy().select("sentence", "article", "published_date"), on="sentence", how="inner")
        .filter(
            pl.col("date_end") <= pl.col("published_date"),
            pl.col("date_end") >= pl.col("published_date").dt.offset_by(f"-{BACKGROUND_DAYS}d"),
            # "today" is nowadays too, and "the day before" is before anything
            pl.col("date_text") != "today",
            pl.col("counts_from") != "spoken",
        )
        .select("article")
        .unique()
        .collect()
    )
    return pl.concat([short, named])["article"]
