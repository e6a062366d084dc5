"""What GeoNames country files add to the gazetteer: coordinates, names, villages. Nothing that is there goes or changes its id.

Here: which place of a country file is which settlement, which ones are new, and which of their names are safe in
English texts. Not here: fetching the files (download.py, dumps.py), reading them (sources.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.gazetteer.matching import kilometres, one_to_one
from pipeline.gazetteer.romanise import is_cyrillic, plain_name
from pipeline.gazetteer.settlements import geonames_points
from pipeline.gazetteer.tables import read_table
from pipeline.text import fold

BORDER_REGIONS: Final = ("RU-BEL", "RU-KRS", "RU-BRY", "RU-VOR", "RU-ROS", "RU-KDA")
_LEAST_POPULATION: Final = 500  # of a new place elsewhere, as in the packaged GeoNames
_SAME_PLACE_KM: Final = 5.0
_COMMUNITY_KM: Final = 35.0
_KNOWN_POPULATION: Final = 15_000
_SHORT_NAME: Final = 5
_LIKE_A_SURNAME: Final = (
    "(?:ov|ev|yov|in|yn|ova|eva|ina|yna|sky|skiy|skyi|skaya|ska|enko|chuk|yuk|ich|ych|yan|ian|dze|shvili|ko)$"
)


def with_dumps(settlements: pl.DataFrame, dumped: pl.DataFrame) -> pl.DataFrame:
    """`settlements` (settlements.settlement_rows) with what `dumped` (sources.GEONAMES_SCHEMA) knows more of them.

    A place is the settlement that has its GeoNames id; else the one of the same name and region within 5 km; in
    Ukraine else the one without coordinates whose name it bears, nearest to the middle of that one's community. It
    gives names, and coordinates where there were none. Places that are no such settlement become rows of their own: in
    Russia's border regions all of them, elsewhere in Russia those of 500 people and more, in Ukraine none, whose
    settlements the codifier has.
    """
    points = geonames_points(dumped.unique("geonames_id", keep="first", maintain_order=True))
    same = points.join(settlements.select(point_id="place_id"), on="point_id", how="semi").select(
        "point_id", place_id="point_id"
    )
    rest = points.join(same, on="point_id", how="anti", maintain_order="left")
    keyed = _keyed(
        settlements.select(
            "place_id", "name", "name_uk", "cyrillic", "region_code", "lat", "lon", "near_lat", "near_lon"
        )
    )
    near = _beside(rest, keyed)
    rest = rest.join(near, on="point_id", how="anti", maintain_order="left")
    located = _unlocated(rest, keyed)
    rest = rest.join(located, on="point_id", how="anti", maintain_order="left")
    more = _gathered(points, pl.concat([same, near, located]))
    coordinates = located.join(points, on="point_id").select("place_id", new_lat="lat", new_lon="lon")
    known = (
        settlements.join(more, on="place_id", how="left", maintain_order="left")
        .join(coordinates, on="place_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("cyrillic").list.concat(pl.col("more_cyrillic").fill_null([])).list.unique(maintain_order=True),
            pl.col("latin").list.concat(pl.col("more_latin").fill_null([])).list.unique(maintain_order=True),
            pl.coalesce("lat", "new_lat").alias("lat"),
            pl.coalesce("lon", "new_lon").alias("lon"),
            pl.coalesce("lat", "new_lat", "near_lat").alias("near_lat"),
            pl.coalesce("lon", "new_lon", "near_lon").alias("near_lon"),
        )
        .select(settlements.columns)
    )
    return pl.concat([known, _new(rest).select(settlements.columns).cast(known.schema)])


def added_names(known: pl.DataFrame, every: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """Names that only the country files give, with a `guard` where they are no safe names of places.

    `known`, `every`: `place_id`, `surface`, `kind`; without and with the country files. `places`: `place_id`,
    `population`, `feature`. A name of a region, a country or a town of 15,000 stays theirs alone. English words are no
    names (guard `word`; english_words.csv has those of five to eight letters that a Slavic name could spell). A single
    short word, and one that may be a surname, is one only after "village of" and the like (guard `surname`).
    """
    surface = fold(pl.col("surface")).str.strip_chars()
    theirs = (
        known.join(places.select("place_id", "population", "feature"), on="place_id")
        .filter((pl.col("feature") != "settlement") | (pl.col("population") >= _KNOWN_POPULATION))
        .select(folded=surface)
        .unique()
    )
    words = read_table("english_words").select(lower="word", is_word=pl.lit(True))
    is_single = ~pl.col("folded").str.contains("[ -]")
    is_short = pl.col("folded").str.len_bytes() < _SHORT_NAME
    return (
        every.join(known, on=["place_id", "surface"], how="anti", maintain_order="left")
        .with_columns(folded=surface)
        .join(theirs, on="folded", how="anti", maintain_order="left")
        .with_columns(lower=pl.col("folded").str.to_lowercase())
        .join(words, on="lower", how="left", maintain_order="left")
        .with_columns(
            guard=pl.when("is_word")
            .then(pl.lit("word"))
            .when(is_single & (is_short | pl.col("folded").str.contains(_LIKE_A_SURNAME)))
            .then(pl.lit("surname"))
        )
        .select("place_id", "surface", "kind", "guard")
    )


def _keyed(settlements: pl.DataFrame) -> pl.DataFrame:
    """One row per settlement and Cyrillic name: `place_id`, `key`, `is_official`, `region_code`, coordinates."""
    names = [
        settlements.with_columns(key=plain_name(pl.col("name_uk")), is_official=pl.lit(True)),
        settlements.with_columns(key="cyrillic", is_official=pl.lit(False))
        .explode("key", empty_as_null=False)
        .with_columns(plain_name(pl.col("key"))),
    ]
    columns = ("place_id", "key", "is_official", "region_code", "lat", "lon", "near_lat", "near_lon")
    return (
        pl.concat([frame.select(columns) for frame in names])
        .drop_nulls(["key", "region_code"])
        .unique(["place_id", "key"], keep="first", maintain_order=True)
    )


def _named(points: pl.DataFrame) -> pl.DataFrame:
    return (
        points.select("point_id", "region_code", "lat", "lon", key="cyrillic")
        .explode("key", empty_as_null=False)
        .filter(is_cyrillic(pl.col("key")))
        .with_columns(plain_name(pl.col("key")))
        .unique(maintain_order=True)
    )


def _beside(points: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """`point_id`, `place_id` of points that are a settlement with other coordinates close by."""
    return (
        _named(points)
        .join(keyed.drop_nulls("lat"), on=["key", "region_code"], suffix="_known")
        .with_columns(km=kilometres("lat", "lon", "lat_known", "lon_known"))
        .filter(pl.col("km") <= _SAME_PLACE_KM)
        .sort("km", "point_id", "place_id")
        .unique("point_id", keep="first", maintain_order=True)
        .select("point_id", "place_id")
    )


def _unlocated(points: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """`point_id`, `place_id`, each once: points that are a settlement of the codifier without coordinates."""
    pairs = (
        _named(points)
        .join(keyed.filter("is_official", pl.col("lat").is_null()), on=["key", "region_code"], suffix="_known")
        .with_columns(km=kilometres("lat", "lon", "near_lat", "near_lon"))
        .filter(pl.col("km") <= _COMMUNITY_KM)
        .sort("km", "point_id", "place_id")
    )
    return one_to_one(pairs, "point_id", "place_id").select("point_id", "place_id")


def _gathered(points: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Names of the points of each settlement: `place_id`, `more_cyrillic`, `more_latin`."""
    return (
        pairs.join(points.select("point_id", "cyrillic", "latin"), on="point_id")
        .sort("place_id", "point_id")
        .group_by("place_id", maintain_order=True)
        .agg(more_cyrillic=pl.col("cyrillic").list.explode(), more_latin=pl.col("latin").list.explode())
    )


def _new(points: pl.DataFrame) -> pl.DataFrame:
    """Points as settlements of their own."""
    is_wanted = pl.col("region_code").is_in(BORDER_REGIONS) | (
        (pl.col("country_code") == "RU") & (pl.col("population") >= _LEAST_POPULATION)
    )
    text = pl.lit(None, pl.String)
    return points.filter(is_wanted.fill_null(False)).with_columns(
        place_id="point_id",
        near_lat="lat",
        near_lon="lon",
        district=text,
        feature=pl.lit("settlement"),
        precision=pl.lit(1),
        name_uk=text,
        district_uk=text,
    )
