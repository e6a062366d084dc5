"""The `articles` table: one row per text that was read."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from pipeline.schemas.vocabulary import DATE_SOURCES


class Articles(pa.DataFrameModel):
    """One row per text that was read: where it came from, what it says, when it was published."""

    article_id: str = pa.Field(
        unique=True, str_matches=r"^[0-9a-f]{16}$",
        description="Stable id: first 16 hex digits of the SHA-256 of source, source id, publication time and text.",
    )  # fmt: skip
    source_id: str = pa.Field(
        description="Id that the source itself gave (`id` of a record), else the file's name without its ending."
    )
    source_file: str = pa.Field(
        description="File that it was read from, relative to the raw folder, with `#n` for record n."
    )
    source: str = pa.Field(nullable=True, description="Who published it, as the metadata says; null if not told.")
    url: str = pa.Field(nullable=True, description="Address it was published at; null if not told.")
    title: str = pa.Field(nullable=True, description="Headline from the metadata; null if not told.")
    byline: str = pa.Field(nullable=True, description="Author from the metadata; null if not told.")
    dateline: str = pa.Field(
        nullable=True, description="Place where the report was filed, as the text opens (`KYIV -`); no event place."
    )
    text: str = pa.Field(
        description="Exactly what was read, decoded, line ends made \\n; every offset counts characters of it from 0."
    )
    language: str = pa.Field(
        nullable=True,
        description="ISO 639-1 code, from the metadata or detected; null where the text is too short to tell. Only `en` and null are read for rows.",
    )
    published_at: pl.Datetime("us", "UTC") = pa.Field(
        nullable=True, description="Publication time, UTC; midnight in Kyiv where only a day is known."
    )
    published_date: pl.Date = pa.Field(nullable=True, description="Day of publication in Europe/Kyiv; null if unknown.")
    date_source: str = pa.Field(isin=DATE_SOURCES, description="Where the publication time comes from.")
    date_confidence: pl.Float64 = pa.Field(
        nullable=True,
        in_range={"min_value": 0, "max_value": 1},
        description="Chance, 0 to 1, that a day of publication is right that was inferred from what other articles tell; "
        "null where the day was stated or is unknown.",
    )
    first_seen_at: pl.Datetime("us", "UTC") = pa.Field(description="When this text was first read, UTC.")
    n_sentences: pl.Int32 = pa.Field(
        ge=0, description="Sentences of the body, without mastheads, bylines and web litter."
    )
    content_sha256: str = pa.Field(
        str_matches=r"^[0-9a-f]{64}$", description="SHA-256 of the text with white space folded; equal for copies."
    )
    duplicate_of: str = pa.Field(
        nullable=True,
        description="article_id of the near copy's first article or of the last version; null if there is none.",
    )

    @pa.dataframe_check(description="a publication day stands exactly where its source is known")
    def date_and_source_agree(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("date_source") == "unknown") == pl.col("published_date").is_null())

    @pa.dataframe_check(description="a confidence stands only where the publication day is inferred")
    def confidence_and_source_agree(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select((pl.col("date_source") == "inferred") | pl.col("date_confidence").is_null())

    class Config:
        strict = True
