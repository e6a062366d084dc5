"""The place of each event row: named in its sentence, or found by reference to what was named before.

Here: choosing among resolved places. Not here: resolving a name (places.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import arguments
from pipeline.extract.parts import Parts
from pipeline.extract.rows import ATTACKS
from pipeline.extract.spans import carried

_VAGUE_PLACE: Final = 4  # sentences over which a place told earlier still holds
_PLACE_COLUMNS: Final = (
    "mention", "start", "end", "tag", "near", "place_id", "place_name", "lat", "lon", "region_code", "country_code",
    "precision", "geo_method", "n_homonyms", "number_at",
)  # fmt: skip
_REGION_COLUMNS: Final = ("place_id", "place_name", "lat", "lon", "region_code", "country_code", "precision")


def placed(triggers: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Triggers × their places.

    Where the sentence names none: the speaker's own region, or the last place named before it if it lies there; else
    the last place named in the paragraph or the sentences before, if the side that acts can have acted there; else the
    oblast that the article names most on the other side of the front.
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
    found = _place_elsewhere(lacking, parts).lazy().join(places, on="mention", how="left", maintain_order="left")
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


def _place_elsewhere(triggers: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Adds `mention` (null where nothing fits) and `region_of_speaker` to triggers whose sentence names no place."""

    places = parts.places.lazy().filter(~pl.col("is_container") | (pl.col("tag") == "O"))
    usable = places.filter((pl.col("role") == "other") & (pl.col("tag") != "C"))

    def first(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
        return frame.group_by("sentence", maintain_order=True).agg(
            pl.col("mention").first().alias(name),
            pl.col("region_code").first().alias(f"{name}_region"),
            pl.col("country_code").first().alias(f"{name}_country"),
        )

    spoken, told = first(places.filter(pl.col("role") == "attribution"), "spoken"), first(usable, "told")
    names = ["told", "told_region", "told_country"]
    named_in = pl.when(pl.col("told").is_not_null()).then("sentence")
    earlier = (
        parts.sentences.lazy()
        .select("sentence", "article", "paragraph")
        .join(told, on="sentence", how="left", maintain_order="left")
        .join(spoken, on="sentence", how="left", maintain_order="left")
        .with_columns(
            earlier_sentence=pl.coalesce(
                carried(named_in, "paragraph"), carried(named_in, "article", reach=_VAGUE_PLACE)
            )
        )
        .drop("article", "paragraph", *names)
        .join(
            told.rename({"sentence": "earlier_sentence"} | {name: name.replace("told", "earlier") for name in names}),
            on="earlier_sentence",
            how="left",
            maintain_order="left",
        )
        .drop("earlier_sentence")
    )
    topics = (
        places.filter(pl.col("region_code").is_not_null() & (pl.col("role") != "dateline"))
        .group_by("article", "country_code", "region_code", maintain_order=True)
        .agg(n=pl.len(), topic=pl.col("mention").sort_by(pl.col("tag") == "O", descending=True).first())
        .sort("article", "n", descending=[False, True], maintain_order=True)
        .group_by("article", "country_code", maintain_order=True)
        .agg(pl.col("topic").first())
    )
    actors = lexicon.table("actors").lazy().select(speaker_ref="actor_id", region_of_speaker="region_code")
    known_regions = parts.regions.lazy().select(region_of_speaker="region_code", speaker_country="country_code")
    wanted = (
        pl.when(pl.col("event_type").is_in(["strike", "shelling", "advance", "capture", "prisoners"]))
        .then(arguments.opposite(pl.col("actor_told")))
        .when(pl.col("event_type") == "repelled")
        .then(pl.when(pl.col("actor_told").is_in(["RU", "UA"])).then("actor_told"))
    )
    # "shot down 24 of 28 drones overnight" without a place speaks of the whole country
    is_roundup = (
        pl.col("event_type").is_in(["air_defence", "strike"])
        & pl.concat_str("clause_left", "clause_right").str.contains(
            r"N=*(?: (?:out )?of (?:the |its )?N=*)?(?: [a-z-]+| [RU]=*(?:'s)?){0,4} W="
        )
        & ~pl.concat_str("clause_left", "clause_right").str.contains(
            r"\b(?:city|town|village|region|district|here|there|area)\b"
        )
    )
    country = (
        pl.when(pl.col("event_type") == "air_defence")
        .then("actor_told")
        .otherwise(arguments.opposite(pl.col("actor_told")))
    )
    local = pl.coalesce("spoken_region", "region_of_speaker")
    fits = (pl.col("wanted").is_null() | (pl.col("earlier_country") == pl.col("wanted"))).fill_null(False)
    speaker_fits = pl.col("wanted").is_null() | (pl.coalesce("spoken_country", "speaker_country") == pl.col("wanted"))
    use_speaker = local.is_not_null() & speaker_fits.fill_null(False)
    same = pl.col("earlier_region") == local
    return (
        triggers.lazy()
        .join(earlier, on="sentence", how="left", maintain_order="left")
        .join(actors, on="speaker_ref", how="left", maintain_order="left")
        .join(known_regions, on="region_of_speaker", how="left", maintain_order="left")
        .with_columns(wanted=wanted)
        .join(topics.rename({"country_code": "wanted"}), on=["article", "wanted"], how="left", maintain_order="left")
        .with_columns(
            mention=pl.when(use_speaker & same.fill_null(False))
            .then("earlier")
            .when(use_speaker & pl.col("spoken").is_not_null())
            .then("spoken")
            .when(use_speaker)
            .then(None)
            .when(fits & pl.col("earlier").is_not_null())
            .then("earlier")
            .otherwise(pl.coalesce("topic", "earlier")),
            region_of_speaker=pl.when(use_speaker & ~same.fill_null(False) & pl.col("spoken").is_null()).then(
                "region_of_speaker"
            ),
        )
        # an exchange of prisoners without a place is one between the two states
        .with_columns(
            country_told=pl.when(is_roundup & pl.col("spoken").is_null())
            .then(country)
            .when(pl.col("event_subtype") == "exchanged")
            .then(pl.lit("UA"))
        )
        .with_columns(
            mention=pl.when(pl.col("country_told").is_null()).then("mention"),
            region_of_speaker=pl.coalesce("country_told", "region_of_speaker"),
        )
        .select(*triggers.columns, "mention", "region_of_speaker")
        .collect()
    )


def once_per_place(placed: pl.DataFrame) -> pl.DataFrame:
    """Words of one type in one sentence about one place tell one thing; what goes with an attack is part of it."""
    place = pl.col("place_id").fill_null("")
    attacked = (pl.col("event_type").is_in(ATTACKS) | (pl.col("rule_id") == "prisoners.killed")).any().over("sentence")
    part_of_attack = (
        pl.col("event_type").is_in(["explosion", "infrastructure_damage"])
        & attacked
        & ~pl.col("event_subtype").fill_null("").is_in(["debris", "secondary"])
    )
    driven_back = (pl.col("event_type") == "repelled").any().over("sentence", "clause_start")
    return (
        placed.with_columns(place_key=place)
        .filter(~part_of_attack, ~((pl.col("event_type") == "advance") & driven_back))
        .sort("sentence", "start", "place_start")
        .with_columns(
            clause_key=pl.when(pl.col("event_type").is_in([*ATTACKS, "explosion", "casualties"]))
            .then(0)
            .otherwise("clause_start")
        )
        .unique(["sentence", "event_type", "place_key", "clause_key"], keep="first", maintain_order=True)
        .drop("clause_key")
    )
