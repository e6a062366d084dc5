"""Group `core`: entities and events of the days whose articles changed."""

from collections.abc import Iterator

import dagster as dg
import pandera.polars as pa

from pipeline import layers as store
from pipeline.extraction import ExtractionReport, count_articles, extract_days, stale_days
from pipeline.locking import exclusive
from pipeline.orchestration.assets.raw import RAW_ARTICLES
from pipeline.orchestration.metadata import layer_metadata, table_schema
from pipeline.orchestration.partitions import DAYS, report_days, require_days
from pipeline.orchestration.policies import SINGLE_RUN, FullConfig, with_policies
from pipeline.orchestration.resources import ExtractorResource, Progress, ProjectResource
from pipeline.schemas import Entities, Events
from pipeline.undated import date_undated

ENTITIES = dg.AssetKey(["core", "entities"])
EVENTS = dg.AssetKey(["core", "events"])
MODELS = {ENTITIES: Entities, EVENTS: Events}


def _spec(key: dg.AssetKey, model: type[pa.DataFrameModel]) -> dg.AssetSpec:
    spec = dg.AssetSpec(
        key,
        deps=[RAW_ARTICLES],
        description=model.__doc__,
        metadata={"dagster/column_schema": table_schema(model)},
        partitions_def=DAYS,
    )
    return with_policies(spec, "core", {"python", "polars", "parquet"})


@dg.multi_asset(
    name="core_tables", specs=[_spec(key, model) for key, model in MODELS.items()], backfill_policy=SINGLE_RUN
)
def core_tables(
    context: dg.AssetExecutionContext,
    config: FullConfig,
    project: ProjectResource,
    extractor: ExtractorResource,
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.MaterializeResult[None]]:
    """Extract the days whose articles changed, and anew the days that the run names."""
    settings = project.settings()
    layers = settings.layers
    version = extractor.version(settings)
    again = require_days(context) or ()
    report = ExtractionReport()
    with exclusive(layers):
        if days := stale_days(layers, version, again=again, full=config.full):
            progress.step("Extracting events", total=count_articles(layers, days))
            extract = extractor.load(settings)
            report = extract_days(layers, days, extract, version, progress=progress.advance)
            if moved := date_undated(layers):
                report += extract_days(layers, sorted(moved), extract, version)
    context.log.info(str(report))
    for key in MODELS:
        table = key.path[-1]
        report_days(context, key, report.days, store.days(layers, table))
        yield dg.MaterializeResult(key, metadata=layer_metadata(layers, table, report.days))
