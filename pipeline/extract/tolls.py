"""Which event row each number of killed, injured and missing belongs to.

Here: sharing out what victims.py found. Not here: finding it.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.arguments import ANOTHER_SAYS
from pipeline.extract.rows import ARMY_LOSSES
from pipeline.text import for_ascii

_HARM: Final = (
    "strike",
    "shelling",
    "explosion",
    "attack_on_civilians",
    "sabotage",
    "prisoners",
    "infrastructure_damage",
    "casualties",
)
_ATTACKS: Final = ("strike", "shelling", "explosion", "attack_on_civilians", "sabotage")
_KILLED_PRISONERS: Final = (pl.col("event_type") == "prisoners") & (pl.col("event_subtype") == "killed")
# "they demolished the bus station, killing four"
_WRECKING: Final = pl.col("rule_id") == "damage.active"
_HEAVY: Final = (
    "casualties.heavy",
    "casualties.heavy_suffered",
    *ARMY_LOSSES,
    "casualties.either",
    "casualties.or_captured",
    "casualties.bodies",
    "casualties.uncounted",
    "casualties.suffered_injuries",
)  # tolls without a count of their own
_RUNNING: Final = r"\bsince (?:the |february|march|april|may|june|july|august|early|late|[0-9]|D=|russia|R=)|\bso far\b|\bin total\b|\bsince D="

# "the worst raid since the spring" counts nobody on
_WORST_SINCE: Final = for_ascii(r"\b(?:[a-z]{4,}est|most|worst|first|only)\b[^.;]{0,60}?\bsince\b")


def one_toll_each(triggers: pl.DataFrame, victims: pl.DataFrame) -> pl.DataFrame:
    """Tolls are rows of their own where they count something and no attack of their clause does.

    In a sentence that tells of an attack, a toll is its own row where it is the toll of several days or of nobody, is
    said to have risen, or is told of a place in a clause of its own. Of several tolls of a sentence the first stays, and
    each that is told of a place in a clause of its own.
    """
    counted = victims.group_by("sentence").agg(
        has_count=pl.lit(True), is_zero=(pl.col("high") == 0).any(), has_total=pl.col("is_total").any()
    )
    holding = (
        triggers.lazy()
        .select("trigger", "sentence", "clause_start", "clause_end")
        .join(victims.lazy().select("sentence", "at"), on="sentence", how="inner")
        .filter((pl.col("at") >= pl.col("clause_start")) & (pl.col("at") < pl.col("clause_end")))
        .select(pl.col("trigger").unique())
        .collect()["trigger"]
    )
    # heavy losses that nobody counted stand where the sentence counts nobody
    is_heavy = pl.col("rule_id").is_in(_HEAVY)
    is_toll = (pl.col("event_type") == "casualties") & ~is_heavy
    is_attack = pl.col("event_type").is_in(_ATTACKS) & (pl.col("event_subtype").fill_null("") != "debris") | (
        _KILLED_PRISONERS | _WRECKING
    )
    names_place = pl.concat_str("clause_left", pl.lit(" "), "clause_right").str.contains("[PO]=")
    on_front = pl.col("clause_right").str.contains(r"^[^.;,]{0,50}\b(?:across|along|on) [^.;,]{0,25}A=")
    clause = ["sentence", "clause_start"]
    return (
        triggers.lazy()
        .join(counted.lazy(), on="sentence", how="left", maintain_order="left")
        .with_columns(pl.col("has_count", "is_zero", "has_total").fill_null(False))
        .with_columns(
            attack_told=is_attack.any().over("sentence"),
            attack_in_clause=is_attack.any().over(clause),
            attack_placed=(is_attack & (names_place | on_front)).any().over("sentence"),
            own_place=names_place & pl.concat_str("clause_left", pl.lit(" "), "clause_right").str.contains("N=|no|without"),
            running=pl.concat_str("left", pl.lit(" "), "right").str.replace(_WORST_SINCE, "").str.contains(_RUNNING),
            is_total=(pl.col("rule_id") == "casualties.toll") & pl.col("has_total"),
        )
        .filter(~is_heavy | ~pl.col("has_count") | pl.col("rule_id").is_in(ARMY_LOSSES))
        .filter(
            ~is_toll
            | pl.col("is_total")
            | (
                pl.col("has_count")
                & (pl.col("rule_id") != "casualties.toll")
                & (
                    ~pl.col("attack_told")
                    | pl.col("running")
                    | (
                        ~pl.col("attack_in_clause")
                        & (pl.col("is_zero") | (pl.col("own_place") & pl.col("attack_placed")))
                    )
                )
            )
        )
        # of the tolls of a sentence those that hold a number count
        .with_columns(holds=is_toll & (pl.col("is_total") | pl.col("trigger").is_in(holding.implode())))
        .filter(~is_toll | pl.col("holds") | ~pl.col("holds").any().over("sentence"))
        .drop("holds")
        .with_columns(
            toll_no=pl.when(is_toll).then(is_toll.cast(pl.Int32).cum_sum().over("sentence")),
            toll_of_clause=pl.when(is_toll).then(is_toll.cast(pl.Int32).cum_sum().over(clause)),
        )
        .filter(
            ~is_toll
            | (pl.col("toll_no") == 1)
            | (pl.col("is_total") & (pl.col("toll_of_clause") == 1))
            | ((pl.col("toll_of_clause") == 1) & pl.col("own_place"))
        )
        .with_columns(
            event_subtype=pl.when(is_toll & pl.col("is_zero") & ~pl.col("is_total"))
            .then(pl.lit("explicit_zero"))
            .when((is_toll | is_heavy) & pl.col("running"))
            .then(pl.lit("cumulative"))
            .otherwise("event_subtype")
        )
        .drop(
            "has_count", "is_zero", "has_total", "attack_told", "attack_in_clause", "attack_placed", "own_place",
            "toll_no", "toll_of_clause",
        )
        .collect()
    )  # fmt: skip


# "forty houses were shelled, while two died after a market was struck": the toll goes with what comes
_CONTRAST: Final = for_ascii(rf" - (?:while|but|and) |, (?:while|but|whereas) |;|{ANOTHER_SAYS}")
_OTHER_STORY: Final = 150


def with_casualties(placed: pl.DataFrame, victims: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Each number goes to one row: the nearest trigger that can have victims, and of its places the next one after it."""
    rank = pl.col("event_type").replace_strict(
        {name: n for n, name in enumerate(_HARM)}, default=None, return_dtype=pl.Int32
    )
    carriers = (
        placed.lazy()
        .with_row_index("row")
        .with_columns(carrier_rank=rank)
        .filter(pl.col("carrier_rank").is_not_null())
        .select(
            "row",
            "trigger",
            "sentence",
            "start",
            "carrier_rank",
            "place_start",
            "event_type",
            "event_subtype",
            "rule_id",
        )
    )
    gap = (pl.col("at") - pl.col("start")).abs()
    ahead = (
        pl.when(pl.col("place_start") >= pl.col("at"))
        .then(pl.col("place_start") - pl.col("at"))
        .otherwise(1000 + pl.col("at") - pl.col("place_start"))
    )
    given = (
        victims.lazy()
        .select("sentence", "stem", "at", "low", "best", "high", "is_total")
        .join(carriers, on="sentence", how="inner")
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        .with_columns(between=pl.col("mask").str.slice(pl.min_horizontal("at", "start"), gap))
        .with_columns(is_other=pl.col("between").str.contains(_CONTRAST))
        .with_columns(
            cost=pl.when("is_other").then(_OTHER_STORY).otherwise(0)
            + pl.when(pl.col("event_type") == "casualties")
            .then(pl.when(pl.col("high") == 0).then(-500).otherwise(0))
            .otherwise(pl.when(pl.col("high") == 0).then(500).otherwise(0))
            + gap
            + pl.when(
                ~_KILLED_PRISONERS & ~_WRECKING & pl.col("event_type").is_in(["prisoners", "infrastructure_damage"])
            )
            .then(200)
            .otherwise(0)
            + pl.when(pl.col("is_total") != (pl.col("rule_id") == "casualties.toll")).then(300).otherwise(0),
            ahead=ahead.fill_null(5000),
        )
        .sort("sentence", "stem", "at", "cost", "ahead", "row")
        .group_by("sentence", "stem", "at", maintain_order=True)
        .agg(pl.col("row", "low", "best", "high", "is_total", "is_other").first())
        .sort("is_total", "is_other", descending=[True, False], maintain_order=True)
        .group_by("row", "stem", maintain_order=True)
        .agg(pl.col("low", "best", "high").first())
        .collect()
    )
    out = placed.with_row_index("row")
    for stem in ("killed", "injured", "missing"):
        own = given.filter(pl.col("stem") == stem).select(
            "row", *[pl.col(bound).cast(pl.Int32).alias(f"{stem}_{bound}") for bound in ("low", "best", "high")]
        )
        out = out.join(own, on="row", how="left", maintain_order="left")
    counted = pl.any_horizontal(
        [
            pl.col(f"{stem}_{bound}").is_not_null()
            for stem in ("killed", "injured", "missing")
            for bound in ("low", "high")
        ]
    )
    # a toll over several places stands once
    return out.filter((pl.col("event_type") != "casualties") | (pl.col("rule_id").is_in(_HEAVY)) | counted)
