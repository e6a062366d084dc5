"""Place mentions, each resolved to one place, with what it does in its sentence.

Here: putting roles, homonyms and back references together. Not here: which event happened there (arguments.py).
"""

from __future__ import annotations

import polars as pl

from pipeline.extract import back_references, homonyms
from pipeline.extract.distances import find_distances
from pipeline.extract.names import Names
from pipeline.extract.place_roles import in_context
from pipeline.gazetteer.build import Gazetteer


def find_places(sentences: pl.DataFrame, mentions: pl.DataFrame, names: Names, gazetteer: Gazetteer) -> pl.DataFrame:
    """Place mentions, each resolved to one place.

    `sentences`: `sentence`, `article`, `text`, `lower`, `mask`. `mentions`: from `find_names`. Returns one row per
    place mention with `mention` UInt32 (row of `mentions`), `sentence`, `article`, `start`, `end`, `tag`, `place_idx`,
    `n_homonyms`, `geo_method`, `role`, `group` UInt32 (coordinated mentions share it), `is_container` Boolean, `near`
    Boolean, `number_at` Int32 (the number that counts for this member of a list only), and the place's columns (`place_id`, `place_name`, `lat`, `lon`, `region_code`, `country_code`, `precision`).
    """
    spots = in_context(sentences, mentions)
    chosen = homonyms.choose(spots, names, gazetteer, homonyms.NOWHERE)
    distances = find_distances(sentences, spots)
    if distances.height:
        chosen = homonyms.choose(spots, names, gazetteer, homonyms.expected(distances, chosen, gazetteer))
    named = _with_place(spots, chosen, gazetteer)
    references = spots.filter(pl.col("source") == back_references.SOURCE)
    if references.is_empty():
        return named
    meant = back_references.resolve(references, named, gazetteer)
    meant = meant.select(
        "mention",
        "place_idx",
        n_homonyms=pl.lit(1, pl.UInt32),
        geo_method=pl.lit("back_reference"),
        told_lat=pl.lit(None, pl.Float64),
        told_lon=pl.lit(None, pl.Float64),
    )
    return pl.concat([named, _with_place(references, meant, gazetteer)]).sort("sentence", "start")


def _with_place(spots: pl.DataFrame, chosen: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Spots with the columns of the place that was chosen for each."""
    return (
        spots.lazy()
        .join(chosen.lazy(), on="mention", how="inner")
        .join(
            gazetteer.places.lazy().select(
                "place_idx", "place_id", "name", "lat", "lon", "region_code", "country_code", "precision", "feature"
            ),
            on="place_idx",
            how="left",
        )
        .rename({"name": "place_name"})
        # a village without coordinates stands where the text says
        .with_columns(
            lat=pl.coalesce("lat", "told_lat"),
            lon=pl.coalesce("lon", "told_lon"),
            geo_method=pl.when(pl.col("lat").is_null() & pl.col("told_lat").is_not_null())
            .then(pl.lit("distance_bearing"))
            .otherwise("geo_method"),
        )
        .with_columns(
            region_code=pl.when(pl.col("outside") & (pl.col("feature") == "settlement"))
            .then(pl.col("region_code").replace(homonyms.surrounding()))
            .otherwise("region_code")
        )
        .drop("told_lat", "told_lon", "outside")
        .sort("sentence", "start")
        .collect()
    )
