"""Group `raw`: pages from feeds and sitemaps, as they were sent."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

import dagster as dg
import polars as pl

from pipeline.fetch.cards import read_sources
from pipeline.fetch.http import Client
from pipeline.fetch.night import SourceReport, fetch_all
from pipeline.orchestration.metadata import markdown
from pipeline.orchestration.policies import SINGLE_RUN, with_policies
from pipeline.orchestration.resources import ClockResource, Progress, ProjectResource

FETCHED: Final = dg.AssetKey(["raw", "fetched"])
EVERY_SOURCE_ANSWERS: Final = "every_source_answers"
SHOWN_SOURCES: Final = 200
SPEC = with_policies(
    dg.AssetSpec(
        FETCHED,
        description="What is new in the feeds and sitemaps of `sources.toml`, one folder of raw files a source and night.",
    ),
    "raw",
    {"python"},
)
CHECK: Final = dg.AssetCheckSpec(
    EVERY_SOURCE_ANSWERS,
    asset=FETCHED,
    description="Every source in use answered as it should; the others go on where one does not.",
)


@dg.multi_asset(name="fetched_pages", specs=[SPEC], check_specs=[CHECK], backfill_policy=SINGLE_RUN)
def fetched_pages(
    context: dg.AssetExecutionContext,
    project: ProjectResource,
    clock: ClockResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Ask every feed and sitemap in use for what is new."""
    settings = project.settings()
    sources = read_sources(settings.sources)
    progress.step("Fetching", total=len(sources.fetched))
    reports: list[SourceReport] = []
    if sources.enabled:
        client = Client(sources.fetch, allow_private=settings.allow_private)
        reports = fetch_all(
            sources, settings.fetched, now=clock.now(), client=client, progress=lambda _: progress.advance()
        )
    for report in reports:
        context.log.info(str(report))
    counts = ("n_new", "n_changed", "n_unchanged", "n_failed", "n_waiting")
    yield dg.MaterializeResult(
        FETCHED,
        metadata={
            "n_sources": len(reports),
            **{name: sum(getattr(report, name) for report in reports) for name in counts},
            "sources": markdown(pl.DataFrame([_row(report) for report in reports]), SHOWN_SOURCES),
        },
    )
    yield check_of(reports)


def check_of(reports: list[SourceReport]) -> dg.AssetCheckResult:
    """Failed where a source failed, with the reason of each; a warning, since the refresh goes on."""
    failed = {report.source: report.failure for report in reports if report.failure}
    return dg.AssetCheckResult(
        asset_key=FETCHED,
        check_name=EVERY_SOURCE_ANSWERS,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(f"{source}: {reason}" for source, reason in failed.items()) or "All sources answered.",
        metadata={"failed": dg.MetadataValue.json(failed)},
    )


def _row(report: SourceReport) -> dict[str, object]:
    return {name: value for name, value in asdict(report).items() if name != "faults"}
