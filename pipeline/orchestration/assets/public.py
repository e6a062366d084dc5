"""Group `public`: the snapshot that people read, and its exports."""

import dagster as dg

from pipeline import __version__
from pipeline.locking import exclusive
from pipeline.orchestration.policies import DUCKDB_POOL, SINGLE_RUN, with_policies
from pipeline.orchestration.release import releasing
from pipeline.orchestration.resources import ClockResource, ExtractorResource, Progress, ProjectResource
from pipeline.schemas.published import PUBLIC_TABLES
from pipeline.warehouse.publish import RunRecord, publish

SITREP = dg.AssetKey(["public", "sitrep"])


def build_public(marts: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The snapshot's asset, downstream of those dbt models and seeds that are public tables."""
    spec = dg.AssetSpec(
        SITREP,
        deps=sorted(key for key in marts.keys if key.path[-1] in PUBLIC_TABLES),
        description="`sitrep.duckdb` and its exports, replaced as a whole.",
    )

    @dg.multi_asset(
        name="public_sitrep",
        specs=[with_policies(spec, "public", {"duckdb", "parquet"})],
        pool=DUCKDB_POOL,
        backfill_policy=SINGLE_RUN,
    )
    def public_sitrep(
        context: dg.AssetExecutionContext,
        project: ProjectResource,
        clock: ClockResource,
        extractor: ExtractorResource,
        progress: dg.ResourceParam[Progress],
    ) -> dg.MaterializeResult[None]:
        settings = project.settings()
        progress.step("Publishing")
        record = context.instance.get_run_record_by_id(context.run.run_id)
        started = record.create_timestamp if record else clock.now()
        run = RunRecord(
            run_id=context.run.run_id,
            started_at=started,
            sitrep_version=__version__,
            code_fingerprint=extractor.version(settings),
        )
        with exclusive(settings.layers), releasing(settings):
            counts = publish(settings.warehouse, settings.published, settings.export, run=run)
        return dg.MaterializeResult(
            SITREP,
            metadata={
                "file": dg.MetadataValue.path(settings.published),
                **{f"n_{name}": n for name, n in counts.items()},
            },
        )

    return public_sitrep
