"""Which of several places of one name is meant.

Here: the evidence for each, in points. Not here: what the place does in its sentence (place_roles.py).

The choice follows the order of evidence that readers use: the oblast named beside it, a stated distance, the oblasts of
the article's other places, the war's geography, the size.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.distances import distance_km, expected_point
from pipeline.extract.names import Names
from pipeline.gazetteer.build import Gazetteer
from pipeline.gazetteer.tables import read_table

# evidence in favour of a homonym, in points; a population of ten thousand is worth 3.2
_BESIDE: Final = 30.0
_SENTENCE: Final = 4.0
_ARTICLE: Final = 3.0
_COUNTRY_BESIDE: Final = 12.0
_COUNTRY: Final = 1.5
_FRONT: Final = 2.0
_LIST: Final = 1.5  # for each other name of a list that some place of the region bears
_FOUGHT_OVER: Final = 2.5  # a place that changed hands in this war is the one that news of it means
_SIZE: Final = 0.8
_DISTANCE: Final = 12.0
_SLACK_KM: Final = 8.0  # stated distances are round, and the coordinates of some villages are their community's
_SLACK_SHARE: Final = 0.6  # "south" may be anything from south-east to south-west
_CITY: Final = 100_000
_CITY_POINTS: Final = 4.0
_GREAT_CITY: Final = 300_000
_GREAT_CITY_POINTS: Final = 10.0  # of a name that a hamlet shares, the great city, wherever else the text is
_CALLED_CITY: Final = 20_000
_CALLED_CITY_POINTS: Final = 6.0
_OBLAST: Final = 50.0
_REGION: Final = 25.0  # of the whole name of a region ("Chechnya"), which a hamlet may bear too
# where an article speaks of the oblast, "Donetsk" alone is that, not the city far behind the front
_LOST_CITIES: Final = ("UA-14", "UA-09")
_LOST_CITY: Final = 15.0
_NONE: Final = -1000.0
_FOREIGN: Final = -6.0
_FAR: Final = -6.0  # behind the Urals, where no news of this war is of a small place
_URALS: Final = 62.0  # degrees of longitude
_VILLAGE: Final = (
    50_000  # people at most, where a name beside another region's is taken for an unknown place of that region
)

# regions by law where most of the war is fought
_FRONT_REGIONS: Final = ("UA-14", "UA-09", "UA-63", "UA-23", "UA-65", "UA-59", "UA-12", "RU-KRS", "RU-BEL", "RU-BRY")
_CAPITALS: Final = {"UA": "geonames:703448", "RU": "geonames:524901"}
_AROUND_CAPITALS: Final = {"UA": "region:UA-32", "RU": "region:RU-MOS"}
_STATES: Final = {"UA": "country:UA", "RU": "country:RU"}

NOWHERE: Final = pl.DataFrame(
    schema={
        "mention": pl.UInt32, "km": pl.Float64, "from_lat": pl.Float64, "from_lon": pl.Float64, "told_lat": pl.Float64,
        "told_lon": pl.Float64,
    }
)  # fmt: skip


@cache
def surrounding() -> dict[str, str]:
    """Cities that are regions of their own, and the region that lies around each."""
    cities = read_table("regions").drop_nulls("around")
    return dict(zip(cities["region_code"], cities["around"], strict=True))


@cache
def _fought_over() -> pl.DataFrame:
    """`place_name`, `region_code`, `is_fought_over` of the places that have changed hands."""
    places = lexicon.table("holders").select("place_name", "region_code").unique(maintain_order=True)
    return places.with_columns(is_fought_over=pl.lit(True))


def expected(distances: pl.DataFrame, chosen: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Where stated distances put their places: `mention`, `km`, `from_lat`, `from_lon`, `told_lat`, `told_lon`."""
    anchors = chosen.lazy().join(
        gazetteer.places.lazy().select("place_idx", from_lat="lat", from_lon="lon"), on="place_idx", how="left"
    )
    lat, lon = expected_point(pl.col("from_lat"), pl.col("from_lon"), pl.col("km"), pl.col("bearing"))
    return (
        distances.lazy()
        .join(anchors.select(anchor="mention", from_lat="from_lat", from_lon="from_lon"), on="anchor", how="inner")
        .filter(pl.col("from_lat").is_not_null())
        .select("mention", "km", "from_lat", "from_lon", told_lat=lat, told_lon=lon)
        .collect()
    )


def choose(spots: pl.DataFrame, names: Names, gazetteer: Gazetteer, told: pl.DataFrame) -> pl.DataFrame:
    """`mention`, `place_idx`, `n_homonyms` UInt32, `geo_method`, `told_lat`, `told_lon` of every place mention."""
    by_id = gazetteer.places.lazy().select("place_id", "place_idx")
    fixed = (
        spots.lazy()
        .filter(pl.col("source") == "metonym_place")
        .with_columns(
            place_id=pl.when(pl.col("tag") == "C")
            .then(pl.col("side").replace_strict(_STATES, default=None, return_dtype=pl.String))
            # "in Kyiv and Sumy regions"
            .when("as_oblasts")
            .then(pl.col("side").replace_strict(_AROUND_CAPITALS, default=None, return_dtype=pl.String))
            .otherwise(pl.col("side").replace_strict(_CAPITALS, default=None, return_dtype=pl.String))
        )
        .join(by_id, on="place_id", how="inner")
        .select(
            "mention",
            "place_idx",
            n_homonyms=pl.lit(1, pl.UInt32),
            geo_method=pl.lit("unique_name"),
            told_lat=pl.lit(None, pl.Float64),
            told_lon=pl.lit(None, pl.Float64),
        )
    )
    candidates = (
        spots.lazy()
        .filter(pl.col("source") == "place")
        .with_columns(surface_no=pl.col("ref").cast(pl.UInt32))
        .join(names.place_surfaces.lazy(), on="surface_no", how="inner")
        .with_columns(n_homonyms=pl.col("place_idx").list.len().cast(pl.UInt32))
        .explode("place_idx", empty_as_null=False)
        .join(names.short_regions.lazy(), on=["surface_no", "place_idx"], how="left")
        .join(
            gazetteer.places.lazy().select(
                "place_idx",
                "region_code",
                "country_code",
                "population",
                "feature",
                "lat",
                "lon",
                "near_lat",
                "near_lon",
                full_name="name",
            ),
            on="place_idx",
            how="left",
        )
        # "Chechnya" is all of its name, "Donetsk" is not
        .with_columns(
            is_short=pl.col("is_short").fill_null(False) & pl.col("full_name").str.contains(" ", literal=True)
        )
        .join(told.lazy(), on="mention", how="left")
        .join(
            _fought_over().lazy(),
            left_on=["full_name", "region_code"],
            right_on=["place_name", "region_code"],
            how="left",
        )
        .collect()
    )
    # regions that the article speaks of: its oblasts by name, and its places that have no homonym
    firm = candidates.lazy().filter((pl.col("n_homonyms") == 1) & pl.col("region_code").is_not_null())
    firm_anywhere = candidates.lazy().filter((pl.col("n_homonyms") == 1) & pl.col("country_code").is_not_null())
    by_article = firm.group_by("article", "region_code").agg(in_article=pl.len())
    by_sentence = firm.group_by("sentence", "region_code").agg(in_sentence=pl.len())
    by_country = firm.group_by("article", "country_code").agg(country_in_article=pl.len())
    country_beside = (
        firm_anywhere.filter(pl.col("is_container")).group_by("group", "country_code").agg(is_country_beside=pl.len())
    )
    containers = firm.filter(pl.col("is_container")).group_by("group", "region_code").agg(is_beside=pl.len())
    # "A in the B region", where no A lies in B
    around = (
        firm.filter(pl.col("is_container") & (pl.col("feature") == "region"))
        .group_by("group")
        .agg(
            container_idx=pl.col("place_idx").first(),
            container_region=pl.col("region_code").first().replace(surrounding()),
            n_containers=pl.col("region_code").n_unique(),
        )
        .filter(pl.col("n_containers") == 1)
        .drop("n_containers")
    )
    oblasts_told = (
        candidates.lazy()
        .filter((pl.col("feature") == "region") & ~pl.col("is_short") & pl.col("region_code").is_in(_LOST_CITIES))
        .select("article", "region_code", is_oblast_told=pl.lit(True))
        .unique()
    )
    # "A, B and C": villages of one list lie in one region
    listed = (
        candidates.lazy()
        .filter(pl.col("region_code").is_not_null() & ~pl.col("is_container"))
        .group_by("group", "region_code")
        .agg(listed=pl.col("mention").n_unique())
        .filter(pl.col("listed") > 1)
    )
    region_points = (
        _LIST * (pl.col("listed").fill_null(1) - 1).clip(0, 3).cast(pl.Float64)
        + pl.when(pl.col("is_beside").is_not_null()).then(_BESIDE).otherwise(0.0)
        + pl.when(pl.col("in_sentence").is_not_null()).then(_SENTENCE).otherwise(0.0)
        + _ARTICLE * pl.col("in_article").fill_null(0).cast(pl.Float64).log1p()
    )
    other_points = (
        pl.when(pl.col("is_country_beside").is_not_null()).then(_COUNTRY_BESIDE).otherwise(0.0)
        + _COUNTRY * pl.col("country_in_article").fill_null(0).cast(pl.Float64).log1p()
        + pl.when(pl.col("region_code").is_in(_FRONT_REGIONS)).then(_FRONT).otherwise(0.0)
        + pl.when(pl.col("country_code").is_in(["UA", "RU"])).then(0.0).otherwise(_FOREIGN)
        + pl.when((pl.col("lon") > _URALS) & (pl.col("population").fill_null(0) < _CITY)).then(_FAR).otherwise(0.0)
        # "Staraya Kalitva" is no Staraya: half a name that goes on unknown is only ever a large place
        + pl.when(pl.col("is_fragment") & (pl.col("feature") == "settlement") & (pl.col("population") < _CITY))
        .then(_NONE)
        .otherwise(0.0)
        # a city district that no table knows is no village far from all else that the article tells of
        + pl.when(
            pl.col("as_district")
            & (pl.col("feature") == "settlement")
            & (pl.col("n_homonyms") > 1)
            & pl.col("in_article").is_null()
        )
        .then(_NONE)
        .otherwise(0.0)
        # "the village of Murom" is not the city
        + pl.when(pl.col("as_village") & (pl.col("population") >= _VILLAGE)).then(_NONE).otherwise(0.0)
        + _SIZE * (pl.col("population").fill_null(0) + 1).cast(pl.Float64).log10()
        + pl.when(pl.col("population") >= _CITY).then(_CITY_POINTS).otherwise(0.0)
        + pl.when((pl.col("population") >= _GREAT_CITY) & ~pl.col("region_code").is_in(_LOST_CITIES))
        .then(_GREAT_CITY_POINTS)
        .otherwise(0.0)
        + pl.when(pl.col("as_city") & (pl.col("population") >= _CALLED_CITY)).then(_CALLED_CITY_POINTS).otherwise(0.0)
        + pl.when("is_fought_over").then(_FOUGHT_OVER).otherwise(0.0)
        + pl.when(pl.col("lat").is_not_null()).then(0.5).otherwise(0.0)
        + pl.when(pl.col("feature") == "region")
        .then(
            pl.when("as_oblast")
            .then(_OBLAST)
            .when(pl.col("is_short") & pl.col("is_oblast_told").fill_null(False) & ~pl.col("as_city"))
            .then(_LOST_CITY)
            .when("is_short")
            .then(-_OBLAST)
            .otherwise(_REGION)
        )
        .otherwise(0.0)
    )
    lat, lon = pl.coalesce("lat", "near_lat"), pl.coalesce("lon", "near_lon")
    # without a bearing, the ring around the anchor; with one, the point
    misses = (
        pl.when(pl.col("told_lat").is_not_null())
        .then(distance_km(lat, lon, pl.col("told_lat"), pl.col("told_lon")))
        .otherwise((distance_km(lat, lon, pl.col("from_lat"), pl.col("from_lon")) - pl.col("km")).abs())
    )
    chosen = (
        candidates.lazy()
        .join(by_article, on=["article", "region_code"], how="left")
        .join(by_sentence, on=["sentence", "region_code"], how="left")
        .join(containers, on=["group", "region_code"], how="left")
        .join(listed, on=["group", "region_code"], how="left")
        .join(by_country, on=["article", "country_code"], how="left")
        .join(oblasts_told, on=["article", "region_code"], how="left")
        .join(country_beside, on=["group", "country_code"], how="left")
        .with_columns(misses_km=misses)
        .with_columns(
            fits_distance=(
                pl.col("misses_km") <= pl.max_horizontal(pl.lit(_SLACK_KM), _SLACK_SHARE * pl.col("km"))
            ).fill_null(False)
        )
        .with_columns(
            region_points=region_points,
            points=region_points
            + other_points
            + pl.when("fits_distance").then(_DISTANCE).otherwise(0.0)
            - pl.when("fits_distance").then(pl.col("misses_km") / 10).otherwise(0.0),
        )
        .sort("points", "population", "place_idx", descending=[True, True, False])
        .group_by("mention", maintain_order=True)
        .agg(
            pl.col(
                "place_idx",
                "n_homonyms",
                "is_beside",
                "region_points",
                "feature",
                "points",
                "fits_distance",
                "told_lat",
                "told_lon",
                "group",
                "is_container",
                "population",
                "region_code",
            ).first(),
        )
        .join(around, on="group", how="left", maintain_order="left")
        .with_columns(
            is_elsewhere=(
                pl.col("is_beside").is_null()
                & ~pl.col("is_container")
                & (pl.col("feature") == "settlement")
                & (pl.col("population").fill_null(0) < _VILLAGE)
                & (pl.col("region_code").replace(surrounding()) != pl.col("container_region"))
            ).fill_null(False)
        )
        .with_columns(
            place_idx=pl.when("is_elsewhere").then("container_idx").otherwise("place_idx"),
            feature=pl.when("is_elsewhere").then(pl.lit("region")).otherwise("feature"),
        )
        .filter(pl.col("points") > _NONE / 2)
        .select(
            "mention",
            "place_idx",
            "n_homonyms",
            geo_method=pl.when(pl.col("feature") == "region")
            .then(pl.lit("region_name"))
            .when(pl.col("feature").is_in(["area", "continent", "water"]))
            .then(pl.lit("area_name"))
            .when(pl.col("feature") == "country")
            .then(pl.lit("country_name"))
            .when(pl.col("n_homonyms") == 1)
            .then(pl.lit("unique_name"))
            .when(pl.col("fits_distance"))
            .then(pl.lit("distance_bearing"))
            .when(pl.col("is_beside").is_not_null())
            .then(pl.lit("near_region"))
            .when(pl.col("region_points") > 0)
            .then(pl.lit("article_context"))
            .otherwise(pl.lit("largest")),
            told_lat="told_lat",
            told_lon="told_lon",
        )
    )
    return pl.concat([fixed, chosen]).collect()
