"""Stated distances: "A, some 25 km south-east of B" says where A is (codebook section 4).

Here: which place stands at which distance and bearing from which. Not here: choosing among homonyms (places.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import find_pattern

_KM_PER_MILE: Final = 1.609344
_KM_PER_DEGREE: Final = 111.195  # of a great circle on a sphere of 6371 km
_BEFORE: Final = 60  # characters between a place and the distance that follows it
_AFTER: Final = 45
_UNIT: Final = r"(?:km|kms|kilomet(?:re|er)s?|miles?)"


def _pattern() -> str:
    directions = "|".join(sorted(lexicon.table("bearings")["direction"], key=len, reverse=True))
    return (
        rf"\b[0-9]+(?:[.,][0-9]+)? ?-?{_UNIT}(?: \([^)]{{1,30}}\))?(?: (?:to the |due )?(?:{directions})(?:ern|wards?)?)?"
        r" (?:of|from|outside|away from) "
    )


def find_distances(sentences: pl.DataFrame, spots: pl.DataFrame) -> pl.DataFrame:
    """`mention`, `anchor` UInt32 (rows of mentions), `km` Float64, `bearing` Float64 (degrees from north; may be null).

    `sentences`: `sentence`, `lower`; `spots`: place mentions with `mention`, `sentence`, `start`, `end`. The place is the
    last one named before the distance, the anchor the first one after it.
    """
    bearings = lexicon.table("bearings")
    direction = "|".join(sorted(bearings["direction"], key=len, reverse=True))
    told = (
        find_pattern(sentences, "lower", _pattern())
        .lazy()
        .with_row_index("told")
        .with_columns(
            km=pl.col("surface")
            .str.extract(r"^([0-9]+(?:[.,][0-9]+)?)")
            .str.replace(",", ".", literal=True)
            .cast(pl.Float64)
            * pl.when(pl.col("surface").str.contains(r"^[0-9.,]+ ?-?mile")).then(_KM_PER_MILE).otherwise(1.0),
            bearing=pl.col("surface")
            .str.extract(rf"\b({direction})")
            .replace_strict(
                bearings["direction"].to_list(), bearings["degrees"].cast(pl.Float64).to_list(), default=None
            ),
        )
        .rename({"start": "at", "end": "at_end"})
    )
    places = spots.lazy().select("sentence", "mention", "start", "end")
    pairs = told.join(places, on="sentence", how="inner")
    subjects = (
        pairs.filter(pl.col("end") <= pl.col("at"), pl.col("at") - pl.col("end") <= _BEFORE)
        .sort("told", "end", "mention")
        .group_by("told", maintain_order=True)
        .agg(pl.col("mention", "km", "bearing").last())
    )
    anchors = (
        pairs.filter(pl.col("start") >= pl.col("at_end"), pl.col("start") - pl.col("at_end") <= _AFTER)
        .sort("told", "start")
        .group_by("told", maintain_order=True)
        .agg(anchor=pl.col("mention").first())
    )
    return (
        subjects.join(anchors, on="told", how="inner")
        .unique("mention", keep="first", maintain_order=True)
        .select("mention", "anchor", "km", "bearing")
        .collect()
    )


def expected_point(lat: pl.Expr, lon: pl.Expr, km: pl.Expr, bearing: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Latitude and longitude of the point at `km` and `bearing` from a point; on a plane, true to 1% within 200 km."""
    angle = bearing.radians()
    return (
        lat + km * angle.cos() / _KM_PER_DEGREE,
        lon + km * angle.sin() / (_KM_PER_DEGREE * lat.radians().cos()),
    )


def distance_km(lat: pl.Expr, lon: pl.Expr, other_lat: pl.Expr, other_lon: pl.Expr) -> pl.Expr:
    """Kilometres between two points in degrees, on a plane."""
    north = lat - other_lat
    east = (lon - other_lon) * lat.radians().cos()
    return (north.pow(2) + east.pow(2)).sqrt() * _KM_PER_DEGREE
