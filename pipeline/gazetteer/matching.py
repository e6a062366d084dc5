"""Which settlement of KATOTTG is which point on the map.

Here: joining settlements without coordinates to points with them, among many namesakes. Not here: what they are called.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.gazetteer.romanise import is_cyrillic, plain_name, romanised
from pipeline.gazetteer.sources import SETTLEMENT_CATEGORIES
from pipeline.gazetteer.tables import read_table

_KM_PER_DEGREE: Final = 111.2
_MAX_KM: Final = 35.0
_MAX_KM_ROUGH: Final = 80.0
_MAX_KM_OTHER_OBLAST: Final = 25.0
_OTHER_OBLAST_COST: Final = 20.0
_OTHER_NAME_COST: Final = 15.0
_VILLAGE_COST: Final = 1.0
_TOWNS: Final = ("K", "M")
_PASSES: Final = 2
_ROUNDS: Final = 3


def kilometres(lat: str, lon: str, other_lat: str, other_lon: str) -> pl.Expr:
    """Distance of two points in km on a flat map, good to 1% over the distances inside one oblast."""
    north = pl.col(lat) - pl.col(other_lat)
    east = (pl.col(lon) - pl.col(other_lon)) * ((pl.col(lat) + pl.col(other_lat)) / 2).radians().cos()
    return (north.pow(2) + east.pow(2)).sqrt() * _KM_PER_DEGREE


def settlements_of(codifier: pl.DataFrame) -> pl.DataFrame:
    """Settlements of KATOTTG: `katottg_id`, `name_uk`, `category`, `key` (the name for comparing), `region_code`,
    `district_id`, `community_id`, `district_uk`."""
    prefixes = read_table("regions").select("region_code", prefix="katottg_prefix").drop_nulls()
    districts = codifier.filter(pl.col("category") == "P").select(district_id="katottg_id", district_uk="name")
    return (
        codifier.filter(pl.col("category").is_in(SETTLEMENT_CATEGORIES))
        .with_columns(prefix=pl.col("katottg_id").str.slice(2, 2), key=plain_name(pl.col("name")))
        .join(prefixes, on="prefix", how="inner")
        .join(districts, on="district_id", how="left")
        .rename({"name": "name_uk"})
        .select("katottg_id", "name_uk", "category", "key", "region_code", "district_id", "community_id", "district_uk")
    )


def match_settlements(settlements: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Every settlement of :func:`settlements_of` with the point that it is.

    `points`: `point_id`, `name` (Latin), `cyrillic` List(String), `lat`, `lon`, `region_code`. A settlement whose name
    is the only one of its oblast, in the codifier and on the map, is that point and places the middle of its community;
    every other point goes to the namesake with the nearest middle. Adds `point_id` (null where no point fits, else
    unique), `near_lat`, `near_lon` (middle of the community's, else of the district's, known settlements) and
    `point_region` (the oblast that the point's own source gives).
    """
    keyed = (
        points.select("point_id", "name", "lat", "lon", point_region="region_code", key="cyrillic")
        .explode("key", empty_as_null=False)
        .filter(is_cyrillic(pl.col("key")))
        .with_columns(plain_name(pl.col("key")))
        .unique(maintain_order=True)
    )
    pairs = _pairs(settlements, keyed)
    known = pairs.filter("is_anchor")
    for _ in range(_PASSES):
        middles = _middles(settlements, known)
        matches = _nearest_matches(pairs, middles)
        known = pairs.join(matches, on=["katottg_id", "point_id"], how="semi")
    return settlements.join(middles, on="katottg_id").join(matches, on="katottg_id", how="left").sort("katottg_id")


def _pairs(settlements: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Settlements and points of one name, anywhere; `is_anchor` where it is the only such pair of its oblast."""
    same_oblast = pl.col("region_code") == pl.col("point_region")
    is_called = (pl.col("name") == romanised(pl.col("name_uk"), "uk_national")) | (
        pl.col("name") == romanised(pl.col("name_uk"), "uk_bgn")
    )
    return (
        settlements.join(keyed, on="key")
        .with_columns(same_oblast=same_oblast, is_called=is_called)
        .with_columns(candidate=pl.col("same_oblast") & pl.col("is_called"))
        .with_columns(is_anchor=pl.col("candidate") & (pl.col("candidate").sum().over("key", "region_code") == 1))
    )


def _middles(settlements: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`katottg_id`, `near_lat`, `near_lon` of every settlement and `is_rough` where only its district has a middle."""
    place = settlements.select("katottg_id", "community_id", "district_id")
    levels = [
        place.select("katottg_id", level).join(
            known.drop_nulls(level).group_by(level).agg(pl.median("lat"), pl.median("lon")), on=level, how="left"
        )
        for level in ("community_id", "district_id")
    ]
    return (
        levels[0]
        .join(levels[1], on="katottg_id", suffix="_district")
        .select(
            "katottg_id",
            near_lat=pl.coalesce("lat", "lat_district"),
            near_lon=pl.coalesce("lon", "lon_district"),
            is_rough=pl.col("lat").is_null(),
        )
    )


def _nearest_matches(pairs: pl.DataFrame, middles: pl.DataFrame) -> pl.DataFrame:
    """`katottg_id`, `point_id`, `point_region`, each id once: pairs nearest to each other, then among the rest."""
    limit = (
        pl.when(~pl.col("same_oblast"))
        .then(_MAX_KM_OTHER_OBLAST)
        .when("is_rough")
        .then(_MAX_KM_ROUGH)
        .otherwise(_MAX_KM)
    )
    costed = (
        pairs.join(middles, on="katottg_id")
        .with_columns(km=kilometres("lat", "lon", "near_lat", "near_lon").fill_null(0.0))
        .filter(pl.col("is_anchor") | (pl.col("km") <= limit))
        .with_columns(
            cost=pl.col("km")
            + pl.when("same_oblast").then(0.0).otherwise(_OTHER_OBLAST_COST)
            + pl.when("is_called").then(0.0).otherwise(_OTHER_NAME_COST)
            + pl.when(pl.col("category").is_in(_TOWNS)).then(0.0).otherwise(_VILLAGE_COST)
        )
        .select("katottg_id", "point_id", "point_region", "cost")
        .sort("cost", "katottg_id", "point_id")
    )
    return one_to_one(costed, "katottg_id", "point_id").select("katottg_id", "point_id", "point_region")


def one_to_one(pairs: pl.DataFrame, left: str, right: str) -> pl.DataFrame:
    """Of pairs sorted by cost, those nearest to each other, then among the rest: each `left` and `right` once."""
    found: list[pl.DataFrame] = []
    for _ in range(_ROUNDS):
        first = (pl.int_range(pl.len()).over(left) == 0) & (pl.int_range(pl.len()).over(right) == 0)
        best = pairs.filter(first)
        found.append(best)
        pairs = pairs.join(best, on=left, how="anti", maintain_order="left").join(
            best, on=right, how="anti", maintain_order="left"
        )
    return pl.concat(found)
