"""What kind of thing a place is that is no settlement: a river, an island, or a site that can be hit.

Here: column `kind` of areas.csv. Not here: whether a place is a settlement, an area or a site (`feature` of the gazetteer).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline.gazetteer.tables import AREA_ID, read_table
from pipeline.schemas.vocabulary import TARGET_KINDS

RIVER: Final = "river"
ISLAND: Final = "island"
KINDS: Final = (RIVER, ISLAND, *TARGET_KINDS)


@cache
def _kinds() -> dict[str, str]:
    areas = read_table("areas").drop_nulls("kind").select(pl.format(AREA_ID, "area_id"), "kind")
    return dict(areas.iter_rows())


def kind_of(place_id: pl.Expr) -> pl.Expr:
    """One of KINDS, for a site the target kind of an event that hits it; null for settlements, regions and other areas."""
    return place_id.replace_strict(_kinds(), default=None, return_dtype=pl.String)


def site_kind(place_id: pl.Expr) -> pl.Expr:
    """Target kind of an event that hits the place; null where it is no site."""
    kind = kind_of(place_id)
    return pl.when(kind.is_in(TARGET_KINDS)).then(kind)
