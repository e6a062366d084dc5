"""Repetitions within one article: rows that say what another row of it says more fully.

Here: `duplicate_of`, and what repetitions of a strike say of its weapon. Not here: the same thing told by several articles (incidents).
"""

from __future__ import annotations

import polars as pl

from pipeline.extract.rows import ATTACKS
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_COUNTS = (
    "killed_best",
    "injured_best",
    "missing_best",
    "intercepted_uav",
    "launched_uav",
    "captured_best",
    "displaced_low",
    "settlements",
)


_AMONG = r"(?i)\bamong (?:those|the|the people) (?:[a-z]+ )?(?:killed|dead|wounded|injured|victims|casualties)\b"
_BEHIND = 1  # sentences behind an attack in which its fires are told
_LARGE = 20  # victims, from which on the same number twice is hardly chance


def mark_repetitions(events: pl.DataFrame) -> pl.DataFrame:
    """Adds `duplicate_of` to rows of one type, place and day of an article that add nothing to a fuller row.

    Of two voices on different sides neither repeats the other. Counts that differ keep two rows apart. A row with a
    vaguer place (no settlement) repeats one with a settlement only where type, actor and day agree and it has no count.
    """
    events = _told_alike(_tolls_of_the_war(_fires_of_attacks(events)))
    fullness = (
        sum(pl.col(name).is_not_null().cast(pl.Int32) * 2 for name in _COUNTS)
        + pl.col("weapon").is_not_null().cast(pl.Int32)
        + pl.col("target_name").is_not_null().cast(pl.Int32)
        + (~pl.col("is_back_reference")).cast(pl.Int32) * 2
        - pl.col("geo_precision").cast(pl.Int32)
    )
    base = events.with_columns(fullness=fullness).with_row_index("event_no")
    pair = base.lazy().select(
        "event_no",
        "article",
        "event_type",
        "place_id",
        "date_start",
        "actor_side",
        "attribution_side",
        "fullness",
        "geo_precision",
        "region_code",
        "quote",
        *_COUNTS,
    )
    no_conflict = pl.all_horizontal(
        *[(pl.col(name).is_null() | (pl.col(name) == pl.col(f"{name}_right"))).fill_null(False) for name in _COUNTS]
    )
    same_side = (
        (pl.col("attribution_side") == pl.col("attribution_side_right"))
        | (pl.col("attribution_side") == "none")
        | (pl.col("attribution_side_right") == "none")
    )
    fuller = (pl.col("fullness_right") > pl.col("fullness")) | (
        (pl.col("fullness_right") == pl.col("fullness")) & (pl.col("event_no_right") < pl.col("event_no"))
    )
    # talks, aid and the like often have no place, and fighting has none in a town that no list knows
    same_place = pl.col("place_id").eq_missing(pl.col("place_id_right")) & (
        pl.col("place_id").is_not_null() | pl.col("event_type").is_in([*CONTEXT_TYPES, "clash"])
    )
    elsewhere = ((pl.col("geo_precision") <= 2) & (pl.col("geo_precision_right") <= 2)) | (
        pl.col("region_code") != pl.col("region_code_right")
    ).fill_null(False)
    vaguer = (pl.col("geo_precision") >= 4) & (pl.col("geo_precision_right") <= 3)
    found = (
        pair.join(pair, on=["article", "event_type"], how="inner", suffix="_right")
        .filter(
            pl.col("event_no") != pl.col("event_no_right"),
            pl.col("date_start").eq_missing(pl.col("date_start_right")),
            pl.col("actor_side") == pl.col("actor_side_right"),
            same_place | vaguer | ((pl.col("quote") == pl.col("quote_right")) & ~elsewhere),
            no_conflict,
            same_side,
            fuller,
        )
        .sort("event_no", "fullness_right", "event_no_right", descending=[False, True, False])
        .group_by("event_no", maintain_order=True)
        .agg(repeats=pl.col("event_no_right").first())
        .collect()
    )
    ids = base.select(repeats="event_no", duplicate_of="event_id")
    return (
        base.join(found, on="event_no", how="left", maintain_order="left")
        .join(_parts(base), on="event_no", how="left", maintain_order="left")
        .with_columns(repeats=pl.coalesce("repeats", "part_of"))
        .drop("part_of")
        .join(ids, on="repeats", how="left", maintain_order="left")
        .drop("event_no", "repeats", "fullness")
    )


def _parts(events: pl.DataFrame) -> pl.DataFrame:
    """`event_no`, `part_of`: tolls that are part of one told before ("three were among the dead"), and the last such one."""
    tolls = events.lazy().select(
        "event_no", "article", "event_type", "region_code", "killed_low", "injured_low", "quote"
    )
    parts = tolls.filter(pl.col("event_type") == "casualties", pl.col("quote").str.contains(_AMONG))
    wholes = tolls.filter(~pl.col("quote").str.contains(_AMONG)).select(
        "article", "region_code", part_of="event_no", whole_killed="killed_low", whole_injured="injured_low"
    )
    holds = pl.coalesce(
        pl.col("whole_killed") >= pl.col("killed_low"), pl.col("whole_injured") >= pl.col("injured_low")
    ).fill_null(False)
    return (
        parts.join(wholes, on=["article", "region_code"], how="inner", nulls_equal=True)
        .filter(pl.col("part_of") < pl.col("event_no"), holds)
        .group_by("event_no", maintain_order=True)
        .agg(pl.col("part_of").max())
        .collect()
    )


def _fires_of_attacks(events: pl.DataFrame) -> pl.DataFrame:
    """A blast or a fire without a doer, told right behind an attack on its place, is by who attacked there."""
    same = ["article", "place_id"]
    attacks = (
        events.lazy()
        .filter(pl.col("event_type").is_in(ATTACKS), pl.col("actor_side").is_in(["RU", "UA"]))
        .group_by(*same, "sentence")
        .agg(attacker=pl.col("actor_side").last())
        .with_columns(attacked_in="sentence")
        .sort("sentence")
    )
    fires = (
        events.lazy()
        .filter(
            (pl.col("event_type") == "explosion") & (pl.col("actor_side") == "unknown"),
            pl.col("is_back_reference") | (pl.col("event_subtype") == "secondary"),
            pl.col("geo_precision") <= 3,
        )
        .select("event_id", *same, "sentence")
        .sort("sentence")
        .join_asof(attacks, on="sentence", by=same, strategy="backward", check_sortedness=False)
        .filter(pl.col("sentence") - pl.col("attacked_in") <= _BEHIND)
        .select("event_id", "attacker")
    )
    return (
        events.lazy()
        .join(fires, on="event_id", how="left", maintain_order="left")
        .with_columns(actor_side=pl.coalesce("attacker", "actor_side"))
        .drop("attacker")
        .collect()
    )


def _told_alike(events: pl.DataFrame) -> pl.DataFrame:
    """Rows of one strike tell its weapon once: those that don't say take the subtype of those that do."""
    same = ["article", "place_id", "actor_side", "date_start"]
    is_one = (
        (pl.col("event_type") == "strike") & pl.col("date_start").is_not_null() & (pl.col("geo_precision") <= 2)
    ).fill_null(False)
    name = pl.col("event_subtype")
    said = pl.when(is_one & (name != "unspecified")).then(name).drop_nulls()
    only = pl.when(said.n_unique().over(same) == 1).then(said.first().over(same))
    vague = is_one & (name == "unspecified")
    return events.with_columns(event_subtype=pl.when(vague).then(pl.coalesce(only, name)).otherwise(name))


def _tolls_of_the_war(events: pl.DataFrame) -> pl.DataFrame:
    """A number of victims that the article tells elsewhere as that of all the war is background wherever it stands."""
    toll = (pl.col("event_type") == "casualties") & (pl.col("killed_low") >= _LARGE)
    of_war = (toll & pl.col("is_background")).any().over("article", "event_type", "killed_low")
    return events.with_columns(is_background=pl.col("is_background") | (toll & of_war).fill_null(False))
