"""The tables beside this file: what rows are compared by, with what weight, and which types can be one incident.

Here: reading them. Not here: how a level is found (pairs.py). levels.toml says how to read the weights.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

FOLDER: Final = Path(__file__).resolve().parent
NEVER: Final = "never"


@cache
def table(name: str) -> pl.DataFrame:
    """One CSV table, every column String, empty cells null."""
    return pl.read_csv(FOLDER / f"{name}.csv", infer_schema=False)


@cache
def levels() -> dict[str, Any]:
    """levels.toml: `base`, the limits, and the list `level`."""
    return tomllib.loads((FOLDER / "levels.toml").read_text(encoding="utf-8"))


@cache
def weights(feature: str) -> dict[str, float]:
    """Weight of each level of a feature; minus infinity for `never`."""
    return {
        level["name"]: float("-inf") if level["weight"] == NEVER else float(level["weight"])
        for level in levels()["level"]
        if level["feature"] == feature
    }


@cache
def features() -> tuple[str, ...]:
    """The features in the order of levels.toml."""
    return tuple(dict.fromkeys(level["feature"] for level in levels()["level"]))


@cache
def type_pairs() -> pl.DataFrame:
    """`type_a`, `type_b`, `type_weight`: every two types that can be one incident, both ways round."""
    pairs = table("type_pairs").select("type_a", "type_b", type_weight=pl.col("weight").cast(pl.Float64))
    turned = pairs.select(type_a="type_b", type_b="type_a", type_weight="type_weight")
    return pl.concat([pairs, turned]).unique(["type_a", "type_b"], maintain_order=True)


@cache
def target_bits() -> dict[str, int]:
    """A bit per group of targets, so that two kinds can be of one group; kinds that name no certain target are 0."""
    kinds = table("targets").with_columns(pl.col("groups").str.split("|"))
    bit = {name: 1 << i for i, name in enumerate(kinds["groups"].explode().unique().sort())}
    return {kind: sum(bit[name] for name in names) for kind, names in kinds.iter_rows()}
