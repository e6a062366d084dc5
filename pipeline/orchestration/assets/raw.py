"""Group `raw`: articles, as they were read."""

import dagster as dg

from pipeline import layers as store
from pipeline.fetch.inputs import raw_paths
from pipeline.ingest.ingest import ingest
from pipeline.ingest.mend import mend
from pipeline.locking import exclusive
from pipeline.orchestration.assets.fetched import FETCHED
from pipeline.orchestration.metadata import layer_metadata, table_schema
from pipeline.orchestration.partitions import DAYS, report_days, require_days
from pipeline.orchestration.policies import SINGLE_RUN, FullConfig, with_policies
from pipeline.orchestration.resources import ClockResource, Progress, ProjectResource
from pipeline.schemas import Articles

RAW_ARTICLES = dg.AssetKey(["raw", "articles"])
SPEC = with_policies(
    dg.AssetSpec(
        RAW_ARTICLES,
        deps=[FETCHED],
        description=Articles.__doc__,
        metadata={"dagster/column_schema": table_schema(Articles)},
        partitions_def=DAYS,
    ),
    "raw",
    {"python", "polars", "parquet"},
)


@dg.multi_asset(name="raw_articles", specs=[SPEC], backfill_policy=SINGLE_RUN)
def raw_articles(
    context: dg.AssetExecutionContext,
    config: FullConfig,
    project: ProjectResource,
    clock: ClockResource,
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult[None]:
    """Read the raw files that are new or changed into the day files of the articles layer, whichever days they tell of."""
    settings = project.settings()
    require_days(context)
    progress.step("Reading raw files")
    with exclusive(settings.layers):
        store.clear_leftovers(settings.layers)
        mended = mend(settings.layers, settings.export / "articles.parquet") if config.full else []
        report = ingest(raw_paths(settings), settings.layers, now=clock.now(), full=config.full)
    for warning in [*mended, *report.warnings]:
        context.log.warning(warning)
    report_days(context, RAW_ARTICLES, report.days_changed, store.days(settings.layers, "articles"))
    return dg.MaterializeResult(
        RAW_ARTICLES,
        metadata={
            **layer_metadata(settings.layers, "articles", report.days_changed),
            "n_files": report.n_files,
            "n_files_skipped": report.n_files_skipped,
            "n_articles_read": report.n_articles_read,
            "n_articles_new": report.n_articles_new,
            "n_rejected": report.n_rejected,
        },
    )
