"""Whether the last complete day brought as much as usual: warnings that name the source.

Here: asset checks. Not here: counting and usual ranges (../volumes.py), or schema checks (checks.py).
"""

from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl

from pipeline.fetch.cards import read_sources
from pipeline.orchestration.assets.core import EVENTS
from pipeline.orchestration.assets.raw import RAW_ARTICLES
from pipeline.orchestration.metadata import markdown
from pipeline.orchestration.partitions import TIME_ZONE
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.volumes import (
    HISTORY_DAYS,
    against_cards,
    articles_by_source,
    events_by_source_and_region,
    sources_behind,
    unusual,
)

SHOWN: Final = 20
COMPARED: Final = f"compared with the {HISTORY_DAYS} days before; a warning"


@dg.asset_check(
    asset=RAW_ARTICLES, description=f"Each source's articles of yesterday, {COMPARED}; and with the source's card."
)
def articles_are_as_many_as_usual(project: ProjectResource, clock: ClockResource) -> dg.AssetCheckResult:
    """By source, as publication days tell."""
    settings, day = project.settings(), yesterday(clock)
    counts = articles_by_source(settings.layers, day)
    cards = read_sources(settings.sources).enabled
    expected = pl.DataFrame(
        [(card.name, card.articles_per_day.min, card.articles_per_day.max) for card in cards],
        schema={"source": pl.String, "usual_low": pl.Int64, "usual_high": pl.Int64},
        orient="row",
    )
    found = [unusual(counts, day, by="source"), against_cards(counts, day, expected)]
    return told(pl.concat(found).unique(maintain_order=True), "articles", day)


@dg.asset_check(asset=EVENTS, description=f"Events in each source's articles of yesterday, {COMPARED}.")
def events_are_as_many_as_usual(project: ProjectResource, clock: ClockResource) -> dg.AssetCheckResult:
    """By source; a source whose pages changed their form gives articles and no events."""
    day = yesterday(clock)
    return told(unusual(events_by_source_and_region(project.settings().layers, day), day, by="source"), "events", day)


@dg.asset_check(asset=EVENTS, description=f"Events in each region in yesterday's articles, {COMPARED}.")
def regions_are_as_busy_as_usual(project: ProjectResource, clock: ClockResource) -> dg.AssetCheckResult:
    """By region, with the source that is most behind it."""
    day = yesterday(clock)
    counts = events_by_source_and_region(project.settings().layers, day)
    found = unusual(counts, day, by="region_code")
    behind = sources_behind(counts, day, found["region_code"].to_list())
    named = pl.concat_str("region_code", pl.lit(" (most of it by "), "source", pl.lit(")"))
    return told(found.join(behind, on="region_code", maintain_order="left").with_columns(source=named), "events", day)


def yesterday(clock: ClockResource) -> date:
    """The last complete day in TIME_ZONE."""
    return clock.now().astimezone(ZoneInfo(TIME_ZONE)).date() - timedelta(days=1)


def told(found: pl.DataFrame, what: str, day: date) -> dg.AssetCheckResult:
    """The result of a check from its findings: source, n, usual_low, usual_high."""
    lines = [
        f"{source}: {n:,} {what} on {day}, usually {low:,} to {high:,}"
        for source, n, low, high in found.select("source", "n", "usual_low", "usual_high").head(SHOWN).iter_rows()
    ]
    return dg.AssetCheckResult(
        passed=found.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(lines) or f"As many {what} on {day} as usual.",
        metadata={"n_unusual": found.height, "unusual": markdown(found, SHOWN)},
    )


VOLUME_CHECKS: Final = [articles_are_as_many_as_usual, events_are_as_many_as_usual, regions_are_as_busy_as_usual]
