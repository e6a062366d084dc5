"""The `events` table: one row per thing that a text reports, at one place, as told by one voice."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from pipeline.schemas.vocabulary import (
    ATTRIBUTION_KINDS,
    ATTRIBUTION_SIDES,
    COUNT_SCOPES,
    COUNT_STEMS,
    DATE_METHODS,
    DATE_PRECISIONS,
    EVENT_TYPES,
    GEO_METHODS,
    GEO_PRECISIONS,
    SIDES,
    STATUSES,
    SUBTYPES,
    TARGET_KINDS,
    VICTIM_KINDS,
)


def _count(description: str) -> pl.Int32:
    return pa.Field(nullable=True, ge=0, description=description)


class Events(pa.DataFrameModel):
    """One row per thing that a text reports as having happened, at one place, as told by one voice."""

    event_id: str = pa.Field(
        unique=True,
        description="Stable id: article_id, first character, event type and a running number, as `article:start:type:n`.",
    )
    article_id: str = pa.Field(description="Article that reports it.")
    sentence_no: pl.Int32 = pa.Field(ge=0, description="Sentence of the article, from 0.")
    char_start: pl.Int32 = pa.Field(ge=0, description="First character of the quote in `articles.text`, from 0.")
    char_end: pl.Int32 = pa.Field(ge=1, description="One past the last character of the quote.")
    quote: str = pa.Field(description="The words that the row rests on, exactly: `text[char_start:char_end]`.")
    event_type: str = pa.Field(isin=EVENT_TYPES, description="What happened; see `event_types`.")
    event_subtype: str = pa.Field(nullable=True, description="Finer type; each event type has its own closed list.")
    actor_name: str = pa.Field(nullable=True, description="Who did it, as the text calls them.")
    actor_side: str = pa.Field(isin=SIDES, description="Side of who did it.")
    target_name: str = pa.Field(nullable=True, description="What or who was hit, as the text calls it.")
    target_side: str = pa.Field(nullable=True, isin=SIDES, description="Side that the target belongs to.")
    target_kind: str = pa.Field(nullable=True, isin=TARGET_KINDS, description="Kind of target.")
    weapon: str = pa.Field(nullable=True, description="Weapon as told; null where none is told.")
    place_text: str = pa.Field(nullable=True, description="Place as the text has it.")
    place_name: str = pa.Field(nullable=True, description="Usual English name of the settlement or area.")
    place_id: str = pa.Field(
        nullable=True, description="Gazetteer's id (`geonames:...`, `katottg:...`, `area:...`); null where it has none."
    )
    region_code: str = pa.Field(
        nullable=True,
        str_matches=r"^[A-Z]{2}-[A-Z0-9]{1,3}$",
        description="ISO 3166-2 code of the oblast, by law, whoever holds it.",
    )
    country_code: str = pa.Field(
        nullable=True, str_matches=r"^[A-Z]{2}$", description="ISO 3166-1 code of the country, by law."
    )
    lat: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -90, "max_value": 90}, description="Latitude, degrees, WGS 84."
    )
    lon: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -180, "max_value": 180}, description="Longitude, degrees, WGS 84."
    )
    geo_precision: pl.Int8 = pa.Field(
        isin=GEO_PRECISIONS,
        description="1 settlement or site, 2 near it, 3 oblast, 4 several oblasts, 5 country, 9 none.",
    )
    geo_method: str = pa.Field(
        nullable=True, isin=GEO_METHODS, description="How the place was found among its homonyms."
    )
    date_text: str = pa.Field(nullable=True, description="Words that date it; null where inferred.")
    date_start: pl.Date = pa.Field(nullable=True, description="First day, Europe/Kyiv; null where unknown.")
    date_end: pl.Date = pa.Field(nullable=True, description="Last day, Europe/Kyiv; equal to the first for one day.")
    date_precision: pl.Int8 = pa.Field(
        isin=DATE_PRECISIONS, description="1 day, 2 a few days, 3 week, 4 month or longer, 5 year, 9 unknown."
    )
    date_method: str = pa.Field(
        isin=DATE_METHODS,
        description="How the day was found: stated in full, weekday, relative words, the news day, or not at all.",
    )
    killed_low: pl.Int32 = _count("Killed, least.")
    killed_best: pl.Int32 = _count("Killed, as stated; null where only vague words are given.")
    killed_high: pl.Int32 = _count("Killed, most; null where the text sets no upper bound.")
    injured_low: pl.Int32 = _count("Injured, least.")
    injured_best: pl.Int32 = _count("Injured, as stated; null where only vague words are given.")
    injured_high: pl.Int32 = _count("Injured, most; null where the text sets no upper bound.")
    captured_low: pl.Int32 = _count("Taken prisoner or exchanged, least.")
    captured_best: pl.Int32 = _count("Taken prisoner or exchanged, as stated.")
    captured_high: pl.Int32 = _count("Taken prisoner or exchanged, most.")
    missing_low: pl.Int32 = _count("Missing, least.")
    missing_best: pl.Int32 = _count("Missing, as stated.")
    missing_high: pl.Int32 = _count("Missing, most.")
    displaced_low: pl.Int32 = _count("Evacuated or fled, least.")
    displaced_best: pl.Int32 = _count("Evacuated or fled, as stated.")
    displaced_high: pl.Int32 = _count("Evacuated or fled, most.")
    launched_uav: pl.Int32 = _count("Drones launched, as stated.")
    launched_missile: pl.Int32 = _count("Missiles launched, as stated.")
    intercepted_uav: pl.Int32 = _count("Drones shot down, intercepted or jammed, as stated.")
    intercepted_missile: pl.Int32 = _count("Missiles shot down or intercepted, as stated.")
    settlements: pl.Int32 = _count("Settlements captured, evacuated or closed.")
    advance_km_low: pl.Float64 = pa.Field(nullable=True, ge=0, description="Kilometres gained, least.")
    advance_km_high: pl.Float64 = pa.Field(nullable=True, ge=0, description="Kilometres gained, most.")
    area_km2: pl.Float64 = pa.Field(nullable=True, ge=0, description="Square kilometres gained or held.")
    victim_kind: str = pa.Field(nullable=True, isin=VICTIM_KINDS, description="Whom the counts count.")
    count_scope: str = pa.Field(
        nullable=True,
        isin=COUNT_SCOPES,
        description="One incident, a period of many attacks, or a running toll that is never summed.",
    )
    attribution_text: str = pa.Field(nullable=True, description="Who says so, as the text has it.")
    attribution_side: str = pa.Field(
        isin=ATTRIBUTION_SIDES, description="Side of who says so; none for the reporter's own voice."
    )
    attribution_kind: str = pa.Field(isin=ATTRIBUTION_KINDS, description="Kind of voice.")
    status: str = pa.Field(isin=STATUSES, description="How sure the text tells it.")
    is_background: bool = pa.Field(
        description="True for what happened more than a week before the news, or has lasted for months."
    )
    duplicate_of: str = pa.Field(
        nullable=True,
        description="event_id of the fuller row of the same article that says the same; null for the row that counts.",
    )
    rule_id: str = pa.Field(description="Pattern of the lexicon that gave the row.")
    confidence: pl.Float64 = pa.Field(
        in_range={"min_value": 0, "max_value": 1}, description="How sure the reading is, 0 to 1."
    )

    @pa.dataframe_check(description="char_start < char_end")
    def span_is_not_empty(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.col("char_start") < pl.col("char_end"))

    @pa.dataframe_check(description="the quote is as long as its span")
    def quote_fits_span(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            pl.col("quote").str.len_chars().cast(pl.Int32) == pl.col("char_end") - pl.col("char_start")
        )

    @pa.dataframe_check(description="low <= best <= high, of each count")
    def counts_in_order(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.all_horizontal(*[counts_ordered(stem) for stem in COUNT_STEMS]))

    @pa.dataframe_check(description="region and country agree; only precisions 1 to 3 have a region")
    def region_in_country(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            pl.col("region_code").is_null()
            | (
                (pl.col("region_code").str.head(2) == pl.col("country_code")).fill_null(False)
                & (pl.col("geo_precision") <= 3)
            )
        )

    @pa.dataframe_check(description="date_start and date_end stand together, in order, and name their method")
    def dates_in_order(cls, data: pa.PolarsData) -> pl.LazyFrame:
        dated = (
            pl.col("date_start").is_not_null() & pl.col("date_end").is_not_null() & (pl.col("date_method") != "none")
        )
        undated = pl.col("date_start").is_null() & pl.col("date_end").is_null()
        return data.lazyframe.select(undated | (dated & (pl.col("date_start") <= pl.col("date_end"))).fill_null(False))

    @pa.dataframe_check(description="a subtype belongs to its type")
    def subtype_of_type(cls, data: pa.PolarsData) -> pl.LazyFrame:
        pairs = [f"{name}/{sub}" for name, subs in SUBTYPES.items() for sub in subs]
        return data.lazyframe.select(
            pl.col("event_subtype").is_null() | pl.concat_str("event_type", pl.lit("/"), "event_subtype").is_in(pairs)
        )

    @pa.dataframe_check(description="a cumulative toll says so in count_scope")
    def cumulative_toll_is_marked(cls, data: pa.PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(
            (pl.col("event_subtype") != "cumulative").fill_null(True)
            | (pl.col("count_scope") == "cumulative").fill_null(False)
        )

    class Config:
        strict = True


def counts_ordered(stem: str) -> pl.Expr:
    """True where ``<stem>_low <= <stem>_best <= <stem>_high``; a null bound holds nothing against it."""
    low, best, high = (pl.col(f"{stem}_{bound}") for bound in ("low", "best", "high"))
    return (low <= best).fill_null(True) & (best <= high).fill_null(True) & (low <= high).fill_null(True)
