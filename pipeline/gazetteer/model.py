"""What the gazetteer is: its two frames and their columns. Not here: how they are made (build.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

PLACES_SCHEMA: Final = pl.Schema(
    {
        "place_idx": pl.UInt32,
        "place_id": pl.String,
        "name": pl.String,
        "lat": pl.Float64,
        "lon": pl.Float64,
        "near_lat": pl.Float64,
        "near_lon": pl.Float64,
        "region_code": pl.String,
        "country_code": pl.String,
        "district": pl.String,
        "population": pl.Int64,
        "feature": pl.String,
        "precision": pl.Int8,
    }
)
NAMES_SCHEMA: Final = pl.Schema(
    {
        "surface": pl.String,
        "place_idx": pl.UInt32,
        "kind": pl.String,
        "n_homonyms": pl.UInt32,
        "is_short_region": pl.Boolean,
    }
)


@dataclass(frozen=True)
class Gazetteer:
    """Places (:data:`PLACES_SCHEMA`) and what they are called (:data:`NAMES_SCHEMA`).

    ``places``: one row per place, `place_idx` is its row number. `lat`, `lon` in degrees (WGS 84), null where no source
    knows them; `near_lat`, `near_lon` are the same or else the middle of the known settlements of the place's community
    or district: for choosing among homonyms, never to publish. `feature`: settlement, region, area, country, site,
    district, water, road. `precision`: the codebook's `geo_precision` of an event told to be at the place itself.
    ``names``: one row per surface and place. `surface` is folded to ASCII with its case, `kind` is name, alias,
    romanised, historical or region_form, `n_homonyms` counts the places that share the surface. Rows with
    `is_short_region` are oblasts named without a word for oblast ("Donetsk"): for "Donetsk and Luhansk regions", never
    to be looked up alone.
    """

    places: pl.DataFrame
    names: pl.DataFrame
