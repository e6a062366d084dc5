"""Group `warehouse`: the Parquet layers and the last release in the private database, where dbt finds its sources."""

from collections.abc import Iterator
from typing import Final

import dagster as dg

from pipeline.fetch.cards import card_rows, read_sources
from pipeline.locking import exclusive
from pipeline.orchestration.assets.core import ENTITIES, EVENTS
from pipeline.orchestration.assets.incidents import INCIDENT_LINKS
from pipeline.orchestration.assets.raw import RAW_ARTICLES
from pipeline.orchestration.policies import DUCKDB_POOL, SINGLE_RUN, FullConfig, with_policies
from pipeline.orchestration.release import has_nothing_to_do, loading
from pipeline.orchestration.resources import Progress, ProjectResource
from pipeline.warehouse.load import load_layers

TABLES: Final = {
    "articles": [RAW_ARTICLES],
    "entities": [ENTITIES],
    "events": [EVENTS],
    "rejected_rows": [RAW_ARTICLES, EVENTS],
    "source_cards": [RAW_ARTICLES],
    "incident_links": [INCIDENT_LINKS],
    "incident_succession": [INCIDENT_LINKS],
    "pipeline_runs": [EVENTS],
    "previous_incident_history": [EVENTS],
    "previous_daily_region_summary_history": [EVENTS],
}


def _spec(table: str) -> dg.AssetSpec:
    spec = dg.AssetSpec(
        dg.AssetKey(["warehouse", table]),
        deps=TABLES[table],
        skippable=True,  # where nothing is new, what comes after is skipped as well
        description=f"Table `warehouse.{table}` of the private database.",
    )
    return with_policies(spec, "warehouse", {"python", "duckdb"})


@dg.multi_asset(
    name="warehouse_tables",
    specs=[_spec(table) for table in TABLES],
    pool=DUCKDB_POOL,
    backfill_policy=SINGLE_RUN,
)
def warehouse_tables(
    context: dg.AssetExecutionContext,
    config: FullConfig,
    project: ProjectResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[None]]:
    """Replace the days that changed in the private database, or make all of it anew."""
    settings = project.settings()
    if has_nothing_to_do(context, settings, full=config.full):
        return
    progress.step("Loading the database")
    with exclusive(settings.layers), loading(settings):
        counts = load_layers(
            settings.warehouse,
            settings.layers,
            published=settings.published,
            cards=card_rows(read_sources(settings.sources)),
            anew=config.full,
        )
    for table in TABLES:
        yield dg.MaterializeResult(
            dg.AssetKey(["warehouse", table]), metadata={"dagster/row_count": counts[table]} if table in counts else {}
        )
