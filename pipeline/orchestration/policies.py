"""Policies that hold for every asset: owner, pool of the database, one run for many days.

Here: values used by all of assets/. Not here: what a single asset is.
"""

from typing import Final

import dagster as dg

OWNERS: Final = ["team:sitrep"]
DUCKDB_POOL: Final = "duckdb"  # limit 1: the private database has one writer
SINGLE_RUN: Final = dg.BackfillPolicy.single_run()


def tags(layer: str) -> dict[str, str]:
    """Tags of every asset of a layer."""
    return {"layer": layer}


def with_policies(spec: dg.AssetSpec, layer: str, kinds: set[str]) -> dg.AssetSpec:
    """The spec with the owner, the layer's tag and its kinds."""
    return spec.replace_attributes(owners=OWNERS, tags=tags(layer), kinds=kinds, group_name=layer)


class FullConfig(dg.Config):
    """Options of the steps that skip what they have done before."""

    full: bool = False
