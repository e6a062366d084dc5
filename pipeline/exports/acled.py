"""Incidents in ACLED's column layout, so that notebooks written for ACLED's files run on them.

Here: columns, codes and what is left out. Not here: which ACLED type an incident has (`event_types`, dbt). It is our coding in
ACLED's columns, not ACLED's data: fewer sources, no researcher's review. Columns and codes follow ACLED's codebook (2024) as
its API gives them: dates in ISO form, actor types in words. Docs: `docs/exports.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

HERE: Final = Path(__file__).parent
COLUMNS: Final = (
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type", "actor1",
    "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting", "iso", "region",
    "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision", "source", "source_scale",
    "notes", "fatalities", "tags", "timestamp",
)  # fmt: skip
ALWAYS_EMPTY: Final = ("assoc_actor_1", "assoc_actor_2", "admin2", "admin3", "source_scale", "tags")
EVENT_COLUMNS: Final = ("article_id", "char_start", "quote", "duplicate_of", "incident_id")
ARTICLE_COLUMNS: Final = ("article_id", "source", "published_at")
UNIDENTIFIED: Final = "Political militia"  # what ACLED calls an unidentified armed group


def acled_events(
    incidents: pl.DataFrame, events: pl.DataFrame, articles: pl.DataFrame, regions: pl.DataFrame
) -> pl.DataFrame:
    """One row per incident that ACLED would code: columns ``COLUMNS``, by date and id.

    Left out: what ACLED has no type for, what is denied by everybody or only intended, background, what is dated vaguer
    than a week, what is placed vaguer than an oblast. Takes the public tables of these names, of ``events`` and ``articles`` at
    least ``EVENT_COLUMNS`` and ``ARTICLE_COLUMNS``.
    """
    return (
        _coded(incidents)
        .join(_places(regions), on="region_code", how="left")
        .join(_read("acled_event_types").rename({"event_type": "acled_event_type", "sub_event_type": "acled_sub_event_type"}),
              on=["acled_event_type", "acled_sub_event_type"], how="left")
        .join(_read("acled_countries"), on="country_code", how="left")
        .join(_sources_and_notes(events, articles), on="incident_id", how="left")
        .pipe(_with_actors)
        .select(**_columns())
        .sort("event_date", "event_id_cnty")
    )  # fmt: skip


def _coded(incidents: pl.DataFrame) -> pl.DataFrame:
    return incidents.filter(
        pl.col("acled_sub_event_type").is_not_null(),
        ~pl.col("is_background"),
        ~pl.col("status").is_in(["denied", "intended"]),
        pl.col("date_start").is_not_null() & (pl.col("date_precision") <= 3),
        pl.col("region_code").is_not_null() & (pl.col("geo_precision") <= 3),
    )


def _places(regions: pl.DataFrame) -> pl.DataFrame:
    return regions.select("region_code", "capital", admin1="region_name", capital_lat="lat", capital_lon="lon")


def _sources_and_notes(events: pl.DataFrame, articles: pl.DataFrame) -> pl.DataFrame:
    told = (
        events.filter(pl.col("duplicate_of").is_null())
        .join(articles.select(ARTICLE_COLUMNS), on="article_id")
        .sort("published_at", "article_id", "char_start", nulls_last=True)
    )
    return told.group_by("incident_id", maintain_order=True).agg(
        source=pl.col("source").drop_nulls().unique().sort().str.join("; "),
        quote=pl.col("quote").first().str.replace_all(r"\s+", " ").str.strip_chars(),
    )


def _with_actors(coded: pl.DataFrame) -> pl.DataFrame:
    """Add `actor1`, `actor2`, `inter1`, `inter2`, `interaction`; null where a party is not told or is none of ACLED's."""
    forces = _read("acled_forces")
    force_of = dict(forces.select("side", "forces").iter_rows())
    enemy_of = dict(forces.select("side", "enemy").iter_rows())
    known = coded.with_columns(
        side1=pl.when(pl.col("actor_side") == "both").then(pl.lit("RU")).otherwise("actor_side"),
    ).with_columns(
        side2=pl.when(pl.col("actor_side") == "both").then(pl.lit("UA"))
        .when(pl.col("acled_event_type") == "Battles").then(pl.col("side1").replace_strict(enemy_of, default=None))
        .when(pl.col("target_kind") == "military").then("target_side"),
    )  # fmt: skip
    violent = pl.col("disorder_type") != "Strategic developments"
    nobody = violent & (pl.col("side1") == "unknown")
    country = pl.col("country")
    civilians = pl.col("civilian_targeting")
    return (
        known.with_columns(
            actor1=pl.when(nobody).then("Unidentified Armed Group (" + country + ")").otherwise(_named("side1", force_of)),
            inter1=pl.when(nobody).then(pl.lit(UNIDENTIFIED)).otherwise(_kind("side1", force_of)),
            actor2=pl.when(civilians).then("Civilians (" + country + ")").otherwise(_named("side2", force_of)),
            inter2=pl.when(civilians).then(pl.lit("Civilians")).otherwise(_kind("side2", force_of)),
        )
        .join(_read("acled_interactions"), on=["inter1", "inter2"], how="left", nulls_equal=True)
    )  # fmt: skip


def _named(side: str, force_of: dict[str, str]) -> pl.Expr:
    return pl.col(side).replace_strict(force_of, default=None, return_dtype=pl.String)


def _kind(side: str, force_of: dict[str, str]) -> pl.Expr:
    """Forces in their own country are `State forces`, abroad `External/Other forces`."""
    own = pl.col(side) == pl.col("country_code")
    kind = pl.when(own).then(pl.lit("State forces")).otherwise(pl.lit("External/Other forces"))
    return pl.when(pl.col(side).is_in(list(force_of))).then(kind)


def _columns() -> dict[str, pl.Expr]:
    date = pl.coalesce("event_date", "date_start")
    in_capital = pl.col("geo_precision") == 3
    told = pl.coalesce("killed_best", "killed_low", pl.lit(0))
    values = {
        "event_id_cnty": pl.col("incident_id"),
        "event_date": date,
        "year": date.dt.year(),
        "time_precision": pl.when(pl.col("date_precision") == 1).then(1).otherwise(2),
        "disorder_type": pl.col("disorder_type"),
        "event_type": pl.col("acled_event_type"),
        "sub_event_type": pl.col("acled_sub_event_type"),
        "actor1": pl.col("actor1"),
        "inter1": pl.col("inter1"),
        "actor2": pl.col("actor2"),
        "inter2": pl.col("inter2"),
        "interaction": pl.col("interaction"),
        "civilian_targeting": pl.when("civilian_targeting").then(pl.lit("Civilian targeting")),
        "iso": pl.col("iso"),
        "region": pl.col("region"),
        "country": pl.col("country"),
        "admin1": pl.col("admin1"),
        "location": pl.when(in_capital).then("capital").otherwise(pl.coalesce("place", "capital")),
        "latitude": pl.when(in_capital).then("capital_lat").otherwise(pl.coalesce("lat", "capital_lat")),
        "longitude": pl.when(in_capital).then("capital_lon").otherwise(pl.coalesce("lon", "capital_lon")),
        "geo_precision": pl.when(pl.col("lat").is_null()).then(3).otherwise("geo_precision"),
        "source": pl.col("source"),
        "notes": pl.format(
            "{} [status: {}; corroboration: {}; rows: {}]", pl.col("quote").fill_null(""), "status", "corroboration", "n_events"
        ),
        "fatalities": pl.when(pl.col("count_scope") == "cumulative").then(0).otherwise(told),
        "timestamp": pl.col("last_changed_at").dt.epoch("s"),
    }  # fmt: skip
    empty = pl.lit(None, dtype=pl.String)
    return {name: values.get(name, empty) for name in COLUMNS}


def _read(table: str) -> pl.DataFrame:
    return pl.read_csv(HERE / f"{table}.csv")
