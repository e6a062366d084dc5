"""The `entities` table: one row per mention in a text."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from pipeline.schemas.vocabulary import ENTITY_KINDS, ENTITY_ROLES, GEO_METHODS, GEO_PRECISIONS, SIDES


class Entities(pa.DataFrameModel):
    """One row per mention of a place, person, organisation, force, weapon, facility, number or date."""

    entity_id: str = pa.Field(
        unique=True, description="Stable id: article_id, the span and the kind, as `article:start-end:kind`."
    )
    article_id: str = pa.Field(description="Article that it stands in.")
    sentence_no: pl.Int32 = pa.Field(ge=0, description="Sentence of the article, from 0.")
    char_start: pl.Int32 = pa.Field(ge=0, description="First character in `articles.text`, from 0.")
    char_end: pl.Int32 = pa.Field(ge=1, description="One past the last character in `articles.text`.")
    surface: str = pa.Field(description="The words exactly as they stand: `text[char_start:char_end]`.")
    kind: str = pa.Field(isin=ENTITY_KINDS, description="What it is.")
    canonical_id: str = pa.Field(
        nullable=True, description="Id in the gazetteer or lexicon; null where neither knows it."
    )
    canonical_name: str = pa.Field(nullable=True, description="Usual English name.")
    side: str = pa.Field(
        nullable=True,
        isin=SIDES,
        description="Side of the war that a person, organisation, force or weapon belongs to.",
    )
    role: str = pa.Field(
        isin=ENTITY_ROLES,
        description="What the mention does in the sentence: where it happened, who did it, who says it, a mere reference.",
    )
    lat: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -90, "max_value": 90}, description="Latitude, degrees, WGS 84."
    )
    lon: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -180, "max_value": 180}, description="Longitude, degrees, WGS 84."
    )
    region_code: str = pa.Field(
        nullable=True,
        str_matches=r"^[A-Z]{2}-[A-Z0-9]{1,3}$",
        description="ISO 3166-2 code of the oblast, by law, whoever holds it.",
    )
    country_code: str = pa.Field(
        nullable=True, str_matches=r"^[A-Z]{2}$", description="ISO 3166-1 code of the country, by law."
    )
    geo_precision: pl.Int8 = pa.Field(
        nullable=True,
        isin=GEO_PRECISIONS,
        description="1 settlement or site, 2 near it, 3 oblast, 4 several oblasts, 5 country, 9 none.",
    )
    geo_method: str = pa.Field(
        nullable=True, isin=GEO_METHODS, description="How the place was found among its homonyms."
    )
    n_homonyms: pl.Int32 = pa.Field(nullable=True, ge=0, description="Places of the gazetteer that bear this name.")
    confidence: pl.Float64 = pa.Field(
        in_range={"min_value": 0, "max_value": 1}, description="How sure the reading is, 0 to 1."
    )

    @pa.dataframe_check(description="char_start < char_end")
    def span_is_not_empty(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("char_start") < pl.col("char_end"))

    @pa.dataframe_check(description="the surface is as long as its span")
    def surface_fits_span(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            pl.col("surface").str.len_chars().cast(pl.Int32) == pl.col("char_end") - pl.col("char_start")
        )

    @pa.dataframe_check(description="region and country agree")
    def region_in_country(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            pl.col("region_code").is_null()
            | (pl.col("region_code").str.head(2) == pl.col("country_code")).fill_null(False)
        )

    class Config:
        strict = True
