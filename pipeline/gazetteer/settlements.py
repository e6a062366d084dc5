"""Settlements: the points of GeoNames and of villages.csv joined to the codifier.

Here: one row per settlement with its region, coordinates and the names that its sources give. Not here: oblasts, areas
and countries (build.py), spellings (names.py).
"""

from __future__ import annotations

import logging
from typing import Final

import polars as pl

from pipeline.gazetteer.matching import kilometres, match_settlements, settlements_of
from pipeline.gazetteer.romanise import is_cyrillic, plain_name, romanised
from pipeline.gazetteer.sources import FULL_COUNTRIES, NEIGHBOURS
from pipeline.gazetteer.tables import read_table, split_cell
from pipeline.text import fold

logger = logging.getLogger(__name__)

_SAME_PLACE_KM: Final = 5.0
_QUARTER_KM: Final = 15.0
_TOWN_POPULATION: Final = 40_000
_SITE, _COUNTRY = 1, 5


def settlement_rows(geonames: pl.DataFrame, codifier: pl.DataFrame) -> pl.DataFrame:
    """One row per settlement of all sources.

    `place_id`, `name`, `lat`, `lon`, `near_lat`, `near_lon`, `region_code`, `country_code`, `district`, `population`,
    `feature`, `precision`, and what it is called: `name_uk`, `district_uk` String (the codifier's), `cyrillic` and
    `latin` List(String) (its other names). A settlement of Ukraine has the codifier's oblast, whatever GeoNames says.
    """
    points = _points(geonames)
    matched = match_settlements(settlements_of(codifier), points.filter(pl.col("country_code") == "UA"))
    conflicts = matched.filter(pl.col("point_region") != pl.col("region_code")).height
    logger.info(
        "%d of %d settlements of Ukraine have coordinates; GeoNames has another oblast than the codifier for %d",
        matched["point_id"].count(), matched.height, conflicts,
    )  # fmt: skip
    official = matched.select(
        "katottg_id", "point_id", "name_uk", "near_lat", "near_lon", "district_uk", official_region="region_code"
    )
    joined = points.join(official.filter(pl.col("point_id").is_not_null()), on="point_id", how="left")
    joined = _without_quarter_sizes(joined)
    without_point = official.filter(pl.col("point_id").is_null()).with_columns(country_code=pl.lit("UA"))
    is_detailed = pl.col("country_code").is_in([*FULL_COUNTRIES, *NEIGHBOURS])
    return pl.concat([joined, without_point], how="diagonal").select(
        pl.when(pl.col("point_id").str.starts_with("geonames:"))
        .then("point_id")
        .otherwise(pl.coalesce(pl.format("katottg:{}", "katottg_id"), "point_id"))
        .alias("place_id"),
        pl.coalesce(romanised(pl.col("name_uk"), "uk_national"), "name").alias("name"),
        "lat",
        "lon",
        pl.coalesce("lat", "near_lat").alias("near_lat"),
        pl.coalesce("lon", "near_lon").alias("near_lon"),
        pl.coalesce("official_region", "region_code").alias("region_code"),
        "country_code",
        romanised(pl.col("district_uk"), "uk_national").alias("district"),
        pl.col("population").fill_null(0),
        pl.lit("settlement").alias("feature"),
        pl.when(is_detailed).then(_SITE).otherwise(_COUNTRY).alias("precision"),
        "name_uk",
        "district_uk",
        pl.col("cyrillic").fill_null([]),
        pl.col("latin").fill_null([]),
    )


def _without_quarter_sizes(joined: pl.DataFrame) -> pl.DataFrame:
    """Quarters of cities get population 0: they are none of the codifier's settlements and lie close to a larger one.

    Their people are the city's, and a size would let "Shevchenko", a quarter of Poltava, pass for the best known place.
    """
    ukrainian = joined.filter(pl.col("country_code") == "UA")
    towns = ukrainian.filter(pl.col("katottg_id").is_not_null(), pl.col("population") >= _TOWN_POPULATION)
    quarters = (
        ukrainian.filter(pl.col("katottg_id").is_null(), pl.col("point_id").str.starts_with("geonames:"))
        .join(towns.select("region_code", "lat", "lon"), on="region_code", suffix="_town")
        .filter(kilometres("lat", "lon", "lat_town", "lon_town") <= _QUARTER_KM)
        .select("point_id", is_quarter=pl.lit(True))
        .unique()
    )
    return joined.join(quarters, on="point_id", how="left").with_columns(
        population=pl.when("is_quarter").then(0).otherwise("population")
    )


def _points(geonames: pl.DataFrame) -> pl.DataFrame:
    """GeoNames places and the rows of villages.csv that are none of them, with `cyrillic` and `latin` names."""
    known = geonames_points(geonames)
    villages = _village_points()
    same = _same_places(villages, known)
    more = villages.join(same, on="point_id").select("known_id", more_cyrillic="cyrillic", more_latin="latin")
    more = more.unique("known_id", keep="first", maintain_order=True).rename({"known_id": "point_id"})
    known = known.join(more, on="point_id", how="left").with_columns(
        pl.col("cyrillic").list.concat(pl.col("more_cyrillic").fill_null([])),
        pl.col("latin").list.concat(pl.col("more_latin").fill_null([])),
    )
    others = villages.join(same, on="point_id", how="anti")
    return pl.concat([known.drop("more_cyrillic", "more_latin"), others], how="diagonal_relaxed")


def geonames_points(geonames: pl.DataFrame) -> pl.DataFrame:
    """Places of sources.GEONAMES_SCHEMA as points: `point_id`, `name`, `lat`, `lon`, `country_code`, `region_code`,
    `population`, `cyrillic` and `latin` List(String)."""
    regions = read_table("regions").select("country_code", "region_code", admin1="geonames_admin1")
    has_cyrillic_names = pl.col("country_code").is_in([*FULL_COUNTRIES, "BY", "MD"])
    cyrillic = pl.col("alternate_names").list.eval(pl.element().filter(is_cyrillic(pl.element())))
    known = geonames.join(regions, on=["country_code", "admin1"], how="left").with_columns(
        cyrillic=pl.when(has_cyrillic_names).then(cyrillic).otherwise(pl.lit([], dtype=pl.List(pl.String)))
    )
    only_latin = pl.col("country_code").is_in(FULL_COUNTRIES) & (pl.col("cyrillic").list.len() == 0)
    return known.select(
        pl.format("geonames:{}", "geonames_id").alias("point_id"),
        _tidy(pl.col("name")).alias("name"),
        "lat",
        "lon",
        "country_code",
        "region_code",
        "population",
        "cyrillic",
        pl.concat_list("name", _tidy(pl.col("name")), pl.col("name").str.replace_all("[’']", ""))
        .list.concat(pl.when(only_latin).then("alternate_names").otherwise([]))
        .alias("latin"),
    )


def _village_points() -> pl.DataFrame:
    slug = pl.format("{}-{}", pl.col("region_code"), "name").str.to_lowercase().str.replace_all("[^a-z0-9]+", "-")
    namesake = pl.int_range(1, pl.len() + 1).over("region_code", "name")
    return read_table("villages").select(
        pl.when(namesake == 1)
        .then(pl.format("sitrep:{}", slug))
        .otherwise(pl.format("sitrep:{}-{}", slug, namesake))
        .alias("point_id"),
        "name",
        "lat",
        "lon",
        pl.col("region_code").str.head(2).alias("country_code"),
        "region_code",
        pl.lit(0, dtype=pl.Int64).alias("population"),
        split_cell("name_local").alias("cyrillic"),
        pl.concat_list("name", split_cell("aliases")).alias("latin"),
    )


def _same_places(villages: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """`point_id` of villages that GeoNames has too, with its `known_id`: same name and region, close together."""
    key = pl.col("cyrillic").list.eval(plain_name(pl.element()))
    by_key = [
        frame.select("point_id", "region_code", "lat", "lon", key=key).explode("key", empty_as_null=False)
        for frame in (villages, known)
    ]
    return (
        by_key[0].join(by_key[1], on=["key", "region_code"], suffix="_known")
        .with_columns(km=kilometres("lat", "lon", "lat_known", "lon_known"))
        .filter(pl.col("km") <= _SAME_PLACE_KM)
        .sort("km")
        .unique("point_id", keep="first")
        .select("point_id", known_id="point_id_known")
    )  # fmt: skip


def _tidy(name: pl.Expr) -> pl.Expr:
    """A GeoNames name as English texts write it: no marks, `yo`, no -yy."""
    plain = fold(name.str.replace_all("ë", "yo", literal=True)).str.replace_all("'", "", literal=True)
    return plain.str.replace_all(r"([yi])y\b", "y")
