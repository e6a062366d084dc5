"""How much came in on a day, and whether that is unusual: a source that fell silent, a feed that repeats itself.

Here: counts of the stored articles and events by day, and their usual range. Not here: Dagster's checks
(orchestration/volume_checks.py) or whether the rows are right (schemas/).

The usual range of a day's count is the median of the days before it, give or take what such counts vary by themselves:
four of their standard deviations, by the median absolute deviation (Hampel's identifier), at least four times the
median's square root, which is the spread of a count of chance events (Poisson).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.layers import day_file, read_parquet

HISTORY_DAYS: Final = 28
MIN_ACTIVE_DAYS: Final = 7  # with fewer days of news a source or region has no usual range
DEVIATIONS: Final = 4.0
LEAST_SPREAD: Final = 5.0
SILENT_FROM: Final = 3.0  # a median from which a day with nothing at all is unusual
UNNAMED: Final = "unnamed"
COUNTS: Final = pl.Schema({"day": pl.Date, "source": pl.String, "region_code": pl.String, "n": pl.Int64})


def articles_by_source(layers: Path, last: date) -> pl.DataFrame:
    """Articles by publication day and source, of `last` and the HISTORY_DAYS before; schema COUNTS, no region."""
    return pl.concat([COUNTS.to_frame(), *(_articles(layers, day) for day in _window(last))])


def events_by_source_and_region(layers: Path, last: date) -> pl.DataFrame:
    """Events that tell of the day's news, by publication day, source and region; schema COUNTS."""
    return pl.concat([COUNTS.to_frame(), *(_events(layers, day) for day in _window(last))])


def unusual(counts: pl.DataFrame, day: date, *, by: str) -> pl.DataFrame:
    """Groups whose count on `day` is outside their usual range.

    `counts`: schema COUNTS. Returns `by`, n, usual_low, usual_high (whole numbers), most unusual first.
    """
    history = [day - timedelta(days=n) for n in range(1, HISTORY_DAYS + 1)]
    groups = counts.filter(pl.col(by).is_not_null()).select(by).unique()
    grid = groups.join(pl.DataFrame({"day": [day, *history]}), how="cross")
    daily = counts.group_by(by, "day").agg(pl.col("n").sum())
    filled = grid.join(daily, on=[by, "day"], how="left").with_columns(pl.col("n").fill_null(0))
    before = filled.filter(pl.col("day") < day)
    first = before.filter(pl.col("n") > 0).group_by(by).agg(first=pl.col("day").min(), n_active=pl.len())
    # days before a source was first seen say nothing of it
    known = before.join(first.filter(pl.col("n_active") >= MIN_ACTIVE_DAYS), on=by).filter(
        pl.col("day") >= pl.col("first")
    )
    median = pl.col("n").median()
    ranges = (
        known.group_by(by)
        .agg(median=median, spread=1.4826 * (pl.col("n") - median).abs().median())
        .with_columns(
            spread=pl.max_horizontal(DEVIATIONS * pl.col("spread"), DEVIATIONS * pl.col("median").sqrt(), LEAST_SPREAD)
        )
    )
    low = (pl.col("median") - pl.col("spread")).clip(0).ceil().cast(pl.Int64)
    silent = (pl.col("n") == 0) & (pl.col("median") >= SILENT_FROM)
    return (
        filled.filter(pl.col("day") == day)
        .join(ranges, on=by)
        .with_columns(
            usual_low=pl.when(pl.col("median") >= SILENT_FROM).then(pl.max_horizontal(low, 1)).otherwise(low),
            usual_high=(pl.col("median") + pl.col("spread")).floor().cast(pl.Int64),
        )
        .filter(silent | (pl.col("n") < pl.col("usual_low")) | (pl.col("n") > pl.col("usual_high")))
        .sort((pl.col("n") - pl.col("median")).abs() / pl.col("spread"), by, descending=[True, False])
        .select(by, "n", "usual_low", "usual_high")
    )


def against_cards(counts: pl.DataFrame, day: date, expected: pl.DataFrame) -> pl.DataFrame:
    """Sources whose articles of `day` are fewer or more than their cards expect.

    `expected`: source, usual_low, usual_high (Int64). Returns its columns and n, as :func:`unusual` does.
    """
    of_day = counts.filter(pl.col("day") == day).group_by("source").agg(pl.col("n").sum())
    return (
        expected.join(of_day, on="source", how="left")
        .with_columns(pl.col("n").fill_null(0))
        .filter(~pl.col("n").is_between("usual_low", "usual_high"))
        .sort("source")
        .select("source", "n", "usual_low", "usual_high")
    )


def sources_behind(counts: pl.DataFrame, day: date, regions: Sequence[str]) -> pl.DataFrame:
    """For each region the source whose count on `day` is furthest from its own mean before: region_code, source."""
    of = counts.filter(pl.col("region_code").is_in(list(regions)))
    change = (
        pl.col("n").filter(pl.col("day") == day).sum() - pl.col("n").filter(pl.col("day") < day).sum() / HISTORY_DAYS
    )
    return (
        of.group_by("region_code", "source")
        .agg(change=change)
        .sort(pl.col("change").abs(), "source", descending=[True, False])
        .unique("region_code", keep="first", maintain_order=True)
        .select("region_code", "source")
    )


def _window(last: date) -> list[str]:
    return [(last - timedelta(days=n)).isoformat() for n in range(HISTORY_DAYS + 1)]


def _articles(layers: Path, day: str) -> pl.DataFrame:
    path = day_file(layers, "articles", day)
    if not path.exists():
        return COUNTS.to_frame()
    named = read_parquet(path).select(source=pl.col("source").fill_null(UNNAMED))
    return _counted(named.with_columns(region_code=pl.lit(None, pl.String)), day)


def _events(layers: Path, day: str) -> pl.DataFrame:
    articles, events = day_file(layers, "articles", day), day_file(layers, "events", day)
    if not (articles.exists() and events.exists()):
        return COUNTS.to_frame()
    sources = read_parquet(articles).select("article_id", source=pl.col("source").fill_null(UNNAMED))
    news = read_parquet(events).filter(~pl.col("is_background")).select("article_id", "region_code")
    return _counted(news.join(sources, on="article_id").drop("article_id"), day)


def _counted(rows: pl.DataFrame, day: str) -> pl.DataFrame:
    counted = rows.group_by("source", "region_code").agg(n=pl.len().cast(pl.Int64))
    return counted.select(pl.lit(date.fromisoformat(day)).alias("day"), "source", "region_code", "n")
