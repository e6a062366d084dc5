"""Event rows -> what they are compared by.

Here: one row per event row, with its days, place, doer, target, weapon, counts and words in a form that can be compared.
Not here: which rows are compared (blocks.py) and how (pairs.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.actors import opposite
from pipeline.incidents.tables import table, target_bits

ARTICLE_COLUMNS: Final = ("article_id", "published_date")
EVENT_COLUMNS: Final = (
    "event_id", "article_id", "sentence_no", "char_start", "char_end", "quote", "event_type", "event_subtype", "actor_side",
    "target_kind", "weapon", "place_name", "place_id", "region_code", "country_code", "lat", "lon", "geo_precision",
    "date_start", "date_end", "date_precision", "date_method", "killed_low", "killed_best", "killed_high", "injured_low",
    "injured_best", "injured_high", "launched_uav", "launched_missile", "intercepted_uav", "intercepted_missile",
    "settlements", "count_scope", "attribution_side", "is_background", "duplicate_of",
)  # fmt: skip

# how far from its coordinates a place may be, by how it is told
RADIUS_KM: Final = {"settlement": 5.0, "site": 10.0, "near": 15.0, "area": 30.0}
# a city with a code of its own, in the midst of a region whose name stands for both
ENCLAVES: Final = {"UA-40": "UA-43"}
# words too common in such news to tell two things apart
COMMON_WORDS: Final = ("russi", "ukrai", "force", "said", "that", "with", "from", "have", "were", "been", "this", "after",
                       "which", "their", "they", "claim", "repor")  # fmt: skip
WORD_LETTERS: Final = 5  # words are compared by their first letters, so that endings don't matter


def link_rows(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """One row per event row, sorted by publication day, article, span and id.

    ``events``: EVENT_COLUMNS of the model Events, one row an `event_id`; ``articles``: ARTICLE_COLUMNS. Adds `kind` (the
    type; accident for mines and accidents), its `family` and `rank` (kinds.csv), `attacker` (RU, UA or null), `place` (null without one), `is_spot` (at or near a
    settlement or site), `is_settlement` (of a settlement, not of a site or district), `is_site`, `radius_km`, `first_day`, `last_day` (Date; the publication day where undated), `dating` (stated, inferred,
    period, undated), `targets` (bits; 0 for kinds that hit
    nothing), `is_summary` (of many attacks), `once` (of what happens to a settlement once: kinds.csv), `weapon_class`, a Boolean per mark of wording.csv, `killed`, `injured` (the figure as stated), `words` (first letters), `digest` (of the whole row; equal for equal rows within one version of polars).
    """
    kinds = table("kinds").select(
        "kind",
        "family",
        pl.col("rank").cast(pl.Int8),
        "doer",
        goes_on=pl.col("goes_on") == "yes",
        has_target=pl.col("has_target") == "yes",
        once=pl.col("once") == "yes",
    )
    return (
        events.lazy()
        .select(EVENT_COLUMNS)
        .join(articles.lazy().select(ARTICLE_COLUMNS), on="article_id", how="left")
        .with_columns(_marks(), kind=_kind())
        .join(kinds.lazy(), on="kind", how="left")
        .join(_city_parts().lazy(), on=["place_name", "region_code"], how="left")
        .with_columns(
            attacker=_attacker(),
            region_code=pl.col("region_code").replace(ENCLAVES),
            place=pl.coalesce("city_place_id", "place_id", pl.format("{}/{}", pl.col("region_code").fill_null(""), "place_name")),
            is_spot=pl.col("geo_precision") <= 2,
            is_settlement=(pl.col("geo_precision") <= 2) & ~_is_area().fill_null(False),
            once=pl.col("once") & (pl.col("geo_precision") == 1),
            is_site=_is_site().fill_null(False),
            radius_km=pl.when(_is_site()).then(RADIUS_KM["site"]).when(_is_area()).then(RADIUS_KM["area"])
            .when(pl.col("geo_precision") == 1).then(RADIUS_KM["settlement"]).otherwise(RADIUS_KM["near"]),
            first_day=pl.coalesce("date_start", "date_end", "published_date"),
            last_day=pl.coalesce("date_end", "date_start", "published_date"),
            targets=pl.when("has_target").then(
                pl.col("target_kind").replace_strict(target_bits(), default=0, return_dtype=pl.UInt32)).otherwise(0),
            is_running=(pl.col("count_scope") == "cumulative").fill_null(False),
            weapon_class=_weapon_class(),
            killed=_stated("killed"),
            injured=_stated("injured"),
            words=_words(),
        )
        .with_columns(dating=_dating(), is_summary=_is_summary())
        .drop("date_start", "date_end", "date_precision", "date_method", "quote", "weapon", "target_kind", "actor_side", "doer",
              "killed_low", "killed_best", "killed_high", "injured_low", "injured_best", "injured_high", "event_subtype",
              "place_id", "place_name", "city_place_id", "has_target", "settlements", "count_scope")
        .with_columns(digest=_digest())
        .sort("published_date", "article_id", "char_start", "event_id", nulls_last=True)
        .collect()
    )  # fmt: skip


def _kind() -> pl.Expr:
    is_accident = (pl.col("event_type") == "explosion") & pl.col("event_subtype").is_in(["mine_ied", "accident"])
    return pl.when(is_accident.fill_null(False)).then(pl.lit("accident")).otherwise("event_type")


def _city_parts() -> pl.DataFrame:
    return table("city_parts").select("place_name", "region_code", "city_place_id")


def _attacker() -> pl.Expr:
    side = pl.when(pl.col("actor_side").is_in(["RU", "UA"])).then("actor_side")
    return pl.when(pl.col("doer") == "attacker").then(side).when(pl.col("doer") == "defender").then(opposite(side))


def _is_area() -> pl.Expr:
    return pl.col("place_id").str.contains("^(?:area|district):")


def _is_site() -> pl.Expr:
    return _is_area() & (pl.col("geo_precision") == 1)


def _marks() -> list[pl.Expr]:
    """A Boolean column per mark of wording.csv: whether the quote has its words."""
    rows = table("wording").select("mark", "pattern").iter_rows()
    return [pl.col("quote").str.to_lowercase().str.contains(pattern).alias(mark) for mark, pattern in rows]


def _dating() -> pl.Expr:
    return (
        pl.when(pl.col("date_start").is_null() & pl.col("date_end").is_null())
        .then(pl.lit("undated"))
        .when(pl.col("date_precision") > 2)
        .then(pl.lit("period"))
        .when((pl.col("date_method") == "news_day") | pl.col("shown_later"))
        .then(pl.lit("inferred"))
        .otherwise(pl.lit("stated"))
    )


def _is_summary() -> pl.Expr:
    several = (pl.col("count_scope") == "period") | (pl.col("settlements") > 1)
    toll_of_region = pl.col("sums_up") & (pl.col("geo_precision") == 3) & (pl.col("killed") > 0)
    return several.fill_null(False) | toll_of_region.fill_null(False)


def _weapon_class() -> pl.Expr:
    told = pl.col("weapon").str.to_lowercase()
    subtype = pl.when(pl.col("event_subtype").is_in(["drone", "missile", "mlrs"])).then("event_subtype")
    classes = [
        pl.when(told.str.contains(pattern)).then(pl.lit(name))
        for name, pattern in table("weapons").select("weapon_class", "pattern").iter_rows()
    ]
    return pl.when(pl.col("event_subtype").ne_missing("mixed")).then(pl.coalesce(subtype, *classes))


def _stated(stem: str) -> pl.Expr:
    return pl.coalesce(f"{stem}_best", f"{stem}_low", f"{stem}_high")


def _words() -> pl.Expr:
    words = pl.col("quote").str.to_lowercase().str.extract_all(r"\b[\p{L}\d]{4,}").list.eval(
        pl.element().str.slice(0, WORD_LETTERS)
    )  # fmt: skip
    return words.list.set_difference(pl.lit(list(COMMON_WORDS), dtype=pl.List(pl.String))).list.sort()


def _digest() -> pl.Expr:
    return pl.struct(pl.exclude("words"), pl.col("words").list.join(" ")).hash()
