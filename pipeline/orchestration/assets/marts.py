"""Groups `staging`, `intermediate`, `marts`, `reference`: the dbt models and seeds, with their tests as asset checks.

Here: how a dbt node becomes an asset. Not here: SQL (../../../dbt/).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from pipeline.locking import exclusive
from pipeline.orchestration.dbt_project import BUILD, environment, manifest_path
from pipeline.orchestration.policies import DUCKDB_POOL, OWNERS, SINGLE_RUN, tags
from pipeline.orchestration.release import building
from pipeline.orchestration.resources import Progress, ProjectResource

LOADED = dg.AssetKey(["warehouse", "articles"])
TARGET_FOLDER = "dbt"  # in the data folder: dbt's log and results of the last build


class LayeredTranslator(DagsterDbtTranslator):
    """Keys and groups follow the folders of the dbt project: `marts/incidents`; seeds are `reference/...`."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """The node's spec; a seed comes after the load.

        Without parents, the daemon's backfill builds it in a run of its own and then splits the models over two
        runs, the first of which tests tables that are not built yet.
        """
        spec = super().get_asset_spec(manifest, unique_id, project)
        if self.get_resource_props(manifest, unique_id)["resource_type"] == "seed":
            return spec.replace_attributes(deps=[*spec.deps, LOADED])
        return spec

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`<layer>/<name>`; a source keeps `<source>/<table>`, which the loading step's assets are called."""
        if dbt_resource_props["resource_type"] == "source":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([layer_of(dbt_resource_props), dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The layer."""
        return layer_of(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        """The project's owners."""
        return OWNERS

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        """dbt's tags and the layer."""
        return {**super().get_tags(dbt_resource_props), **tags(layer_of(dbt_resource_props))}


def layer_of(props: Mapping[str, Any]) -> str:
    """Folder of a model under `models/`; `reference` for seeds, the source's name for sources."""
    if props["resource_type"] == "source":
        return str(props["source_name"])
    if props["resource_type"] == "seed":
        return "reference"
    return str(props["fqn"][1])


def build_marts(parsed: DbtProject) -> dg.AssetsDefinition:
    """The assets of a parsed dbt project; raises ManifestMissing where it has not been parsed."""

    @dbt_assets(
        manifest=manifest_path(parsed),
        project=parsed,
        name="dbt_build",
        dagster_dbt_translator=LayeredTranslator(),
        pool=DUCKDB_POOL,
        backfill_policy=SINGLE_RUN,
    )
    def dbt_build(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        project: ProjectResource,
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.Output[Any] | dg.AssetMaterialization | dg.AssetCheckResult | dg.AssetCheckEvaluation | Any]:
        settings = project.settings()
        progress.step("Building the tables")
        with (
            exclusive(settings.layers),
            building(settings, whole=not context.is_subset),
            environment(settings),
        ):
            for event in dbt.cli(BUILD, context=context, target_path=settings.data / TARGET_FOLDER).stream():
                progress.advance()
                yield event

    return dbt_build
