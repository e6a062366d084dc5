"""The place of each event row: named in its sentence, or found by reference to what was named before.

Here: choosing among resolved places. Not here: resolving a name (places.py), sentences without one (unnamed_places.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract import arguments
from pipeline.extract.actors import FAILED
from pipeline.extract.parts import Parts
from pipeline.extract.rows import ATTACKS
from pipeline.extract.unnamed_places import place_elsewhere

_PLACE_COLUMNS: Final = (
    "mention", "start", "end", "tag", "near", "place_id", "place_name", "lat", "lon", "region_code", "country_code",
    "precision", "geo_method", "n_homonyms", "number_at",
)  # fmt: skip
_REGION_COLUMNS: Final = ("place_id", "place_name", "lat", "lon", "region_code", "country_code", "precision")
_ANOTHER: Final = r"\b(?:another|the other|the second|a second|a third|the third|one more)(?: (?:[WN]=*|one|missile|rocket|drone|bomb|shell)){0,2} (?:(?:had|has|also|later|then|reportedly) )*$"


def placed(triggers: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Triggers × their places.

    Where the sentence names none: see unnamed_places.py.
    """
    named = arguments.find_event_places(triggers, parts.places).lazy()
    places = (
        parts.places.lazy()
        .select(_PLACE_COLUMNS)
        .rename({"start": "place_start", "end": "place_end", "tag": "place_tag"})
    )
    told = (
        triggers.lazy()
        .join(named, on="trigger", how="inner", maintain_order="left")
        .join(places, on="mention", how="left", maintain_order="left")
    )
    lacking = triggers.lazy().join(named, on="trigger", how="anti").collect()
    found = (
        place_elsewhere(lacking, told.collect(), parts)
        .lazy()
        .join(places, on="mention", how="left", maintain_order="left")
    )
    regions = parts.regions.lazy().select(
        region_of_speaker=pl.coalesce("region_code", "country_code"),
        **{f"r_{name}": pl.col(name) for name in _REGION_COLUMNS},
    )
    by_region = found.join(regions, on="region_of_speaker", how="left", maintain_order="left").with_columns(
        [pl.coalesce(name, f"r_{name}").alias(name) for name in _REGION_COLUMNS],
        place_tag=pl.coalesce(
            "place_tag",
            pl.when(pl.col("r_region_code").is_not_null())
            .then(pl.lit("O"))
            .when(pl.col("r_place_id").is_not_null())
            .then(pl.lit("C")),
        ),
        geo_method=pl.lit("back_reference"),
    )
    columns = told.collect_schema().names()
    return pl.concat(
        [
            told.with_columns(is_back_reference=(pl.col("geo_method") == "back_reference").fill_null(False)),
            by_region.select(*columns, is_back_reference=pl.lit(True)),
        ]
    ).collect()


def once_per_place(placed: pl.DataFrame) -> pl.DataFrame:
    """Words of one type in one sentence about one place tell one thing; what goes with an attack is part of it."""
    place = pl.col("place_id").fill_null("")
    attacked = (pl.col("event_type").is_in(ATTACKS) | (pl.col("rule_id") == "prisoners.killed")).any().over("sentence")
    part_of_attack = (
        pl.col("event_type").is_in(["explosion", "infrastructure_damage"])
        & attacked
        & ~pl.col("event_subtype").fill_null("").is_in(["debris", "secondary"])
    )
    # "died when a bomb went off under his car"
    part_of_sabotage = (
        ((pl.col("event_type") == "explosion") | (pl.col("rule_id") == "damage.blown_up"))
        & (pl.col("event_type") == "sabotage").any().over("sentence")
    ) & ~pl.col("event_subtype").fill_null("").is_in(["debris", "secondary"])
    repelled = (pl.col("event_subtype") == "repelled").fill_null(False)
    # the advance that was beaten off, not the one of who beat it off
    defender = (
        pl.col("actor_told")
        .filter(repelled & ~pl.col("rule_id").is_in(FAILED))
        .first()
        .over("sentence", "clause_start")
    )
    driven_back = repelled.any().over("sentence", "clause_start") & (pl.col("actor_told") != defender).fill_null(True)
    return (
        placed.with_columns(place_key=place)
        .filter(~part_of_attack, ~part_of_sabotage, ~((pl.col("event_type") == "advance") & driven_back))
        .sort("sentence", "start", "place_start")
        .with_columns(
            # "one missile hit a silo, and another one fell close to it"
            clause_key=pl.when(
                pl.col("event_type").is_in(ATTACKS)
                & (pl.col("form") == "active")
                & pl.col("clause_left").str.contains(_ANOTHER)
            )
            .then("start")
            .when(pl.col("event_type").is_in([*ATTACKS, "explosion", "casualties", "diplomacy"]))
            .then(0)
            # "was seized in March and recaptured in May"
            .when(
                (pl.col("event_type") == "capture")
                & pl.col("words").str.contains("^re(?:captur|tak|took|gain)")
                & pl.col("clause_left").str.contains(r"\b(?:captured|seized|taken|occupied|overrun)\b")
            )
            .then(-1 - pl.col("clause_start"))
            .otherwise("clause_start")
        )
        .unique(["sentence", "event_type", "place_key", "clause_key"], keep="first", maintain_order=True)
        .drop("clause_key")
    )
