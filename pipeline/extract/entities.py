"""Mentions as rows of the `entities` table, with the role that each plays.

Here: kinds, canonical ids and roles. Not here: finding the mentions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from pipeline import lexicon
from pipeline.schemas import Entities
from pipeline.schemas.validate import empty
from pipeline.schemas.vocabulary import REGION_COUNTRIES

if TYPE_CHECKING:
    from pipeline.extract.parts import Parts

_KEYS = ["sentence", "start"]


def to_entities(parts: Parts, events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Places, actors, weapons, facilities, numbers and dates of the articles as the model Entities has them."""
    columns = ["sentence", "start", "end", "kind", "canonical_id", "canonical_name", "side", "role"]
    place_columns = ["lat", "lon", "region_code", "country_code", "geo_precision", "geo_method", "n_homonyms"]
    used = events.select("mention").drop_nulls().unique().with_columns(is_used=pl.lit(True))
    abroad = ~pl.col("country_code").is_in(REGION_COUNTRIES)
    places = (
        parts.places.join(used, on="mention", how="left")
        .with_columns(
            kind=pl.lit("place"),
            canonical_id="place_id",
            canonical_name="place_name",
            side=pl.lit(None, pl.String),
            role=pl.when("is_used").then(pl.lit("event_place")).otherwise("role"),
            geo_precision=pl.when(abroad.fill_null(False)).then(5).otherwise("precision").cast(pl.Int8),
            n_homonyms=pl.col("n_homonyms").cast(pl.Int32),
        )
        .with_columns(region_code=pl.when(pl.col("geo_precision") <= 3).then("region_code"))
        .select(*columns, *place_columns)
    )
    named = pl.concat(
        [
            lexicon.table("actors").select(ref="actor_id", canonical_name="name", kind="kind"),
            lexicon.table("weapons").select(ref="weapon_id", canonical_name="name", kind=pl.lit("weapon")),
            lexicon.table("facilities").select(ref="facility_id", canonical_name="name", kind=pl.lit("facility")),
        ]
    ).unique("ref", keep="first", maintain_order=True)
    roles = _roles(parts, events)
    others = (
        parts.mentions.filter(pl.col("source").is_in(["actor", "weapon", "facility", "facility_name"]))
        .join(named, on="ref", how="inner")
        .join(roles, on=_KEYS, how="left")
        .select(
            "sentence",
            "start",
            "end",
            "kind",
            canonical_id="ref",
            canonical_name="canonical_name",
            side=pl.when(pl.col("kind").is_in(["person", "organisation", "force"])).then("side"),
            role=pl.col("role").fill_null("other"),
        )
    )
    metonyms = parts.mentions.filter(
        (pl.col("source") == "side") & pl.col("form").is_in(["state", "capital"]) & pl.col("side").is_in(["RU", "UA"])
    ).select(
        "sentence",
        "start",
        "end",
        kind=pl.lit("place"),
        canonical_id=pl.format("country:{}", "side"),
        canonical_name=pl.col("side").replace_strict({"RU": "Russia", "UA": "Ukraine"}, return_dtype=pl.String),
        side="side",
        role=pl.lit("metonym"),
        country_code="side",
        geo_precision=pl.lit(5, pl.Int8),
        geo_method=pl.lit("country_name"),
    )
    plain = pl.concat(
        [
            frame.select("sentence", "start", "end", kind=pl.lit(kind), role=pl.lit("other"))
            for kind, frame in (("number", parts.numbers), ("date", parts.dates))
        ]
    )
    every = pl.concat([places, others, metonyms, plain], how="diagonal")
    keys = ["sentence", "start", "end", "kind"]
    repeats = pl.all_horizontal((pl.col(keys) == pl.col(keys).shift(1)).fill_null(False))
    body = parts.sentences.lazy().filter("is_body").select("sentence", "article", "sentence_no", "offset", "original")
    # the wide rows are put into their order once, at the end
    found = (
        every.lazy()
        .select(keys)
        .with_row_index("row")
        .sort(keys, maintain_order=True)
        .filter(~repeats)
        .join(body, on="sentence", how="inner", maintain_order="left")
        .join(articles.lazy().select("article", "article_id"), on="article", how="left", maintain_order="left")
        .select(
            "row",
            "article_id",
            "sentence_no",
            "kind",
            char_start=pl.col("offset") + pl.col("start"),
            char_end=pl.col("offset") + pl.col("end"),
            surface=pl.col("original").str.slice("start", pl.col("end") - pl.col("start")),
        )
        .with_columns(entity_id=pl.format("{}:{}-{}:{}", "article_id", "char_start", "char_end", "kind"))
        .collect()
    )
    return (
        every.drop(keys)[found["row"]]
        .hstack(found.drop("row"))
        .with_columns(
            confidence=pl.when(pl.col("geo_method") == "largest")
            .then(0.6)
            .when(pl.col("geo_method") == "article_context")
            .then(0.8)
            .otherwise(0.95),
        )
        .select(empty(Entities).columns)
        .cast(empty(Entities).schema)
    )


def _roles(parts: Parts, events: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `start`, `role` of mentions that an event row uses as speaker, actor or target."""
    return pl.concat(
        [
            events.select(
                pl.col(sentence).alias("sentence"), pl.col(start).alias("start"), role=pl.lit(role)
            ).drop_nulls()
            for sentence, start, role in (
                ("voice_from", "speaker_start", "attribution"),
                ("sentence", "actor_start", "actor"),
                ("sentence", "target_start", "target"),
            )
        ]
    ).unique(_KEYS, keep="first", maintain_order=True)
