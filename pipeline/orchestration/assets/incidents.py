"""Group `core`: which incident each event row tells of."""

from collections.abc import Iterator

import dagster as dg

from pipeline.linking import link_layers
from pipeline.locking import exclusive
from pipeline.orchestration.assets.core import EVENTS
from pipeline.orchestration.assets.raw import RAW_ARTICLES
from pipeline.orchestration.policies import SINGLE_RUN, FullConfig, with_policies
from pipeline.orchestration.release import has_nothing_to_do
from pipeline.orchestration.resources import Progress, ProjectResource
from pipeline.warehouse.published import published_incidents

INCIDENT_LINKS = dg.AssetKey(["core", "incident_links"])

_SPEC = dg.AssetSpec(
    INCIDENT_LINKS,
    deps=[EVENTS, RAW_ARTICLES],
    skippable=True,  # where nothing is new, what comes after is skipped as well
    description="Which incident each event row tells of, by which rule and with what score; over all days, "
    "comparing only rows that changed.",
)


@dg.multi_asset(
    name="incident_links",
    specs=[with_policies(_SPEC, "core", {"python", "polars", "parquet"})],
    backfill_policy=SINGLE_RUN,
)
def incident_links(
    context: dg.AssetExecutionContext,
    config: FullConfig,
    project: ProjectResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[None]]:
    """Link the rows that are new or changed, and keep the ids that were published."""
    settings = project.settings()
    if has_nothing_to_do(context, settings, full=config.full):
        return
    progress.step("Linking incidents")
    with exclusive(settings.layers):
        report = link_layers(settings.layers, published_incidents(settings.published), full=config.full)
    context.log.info(str(report))
    yield dg.MaterializeResult(
        INCIDENT_LINKS,
        metadata={
            "dagster/row_count": report.n_events,
            "n_incidents": report.n_incidents,
            "n_rows_compared_anew": report.n_touched,
            "n_pairs_compared": report.n_compared,
            "n_superseded": report.n_superseded,
        },
    )
