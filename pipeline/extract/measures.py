"""Drones, missiles, people, settlements and kilometres of an event row.

Here: the numbers of a trigger's clause that are no victims. Not here: finding numbers (numbers.py, counts.py).
"""

from __future__ import annotations

import polars as pl

from pipeline import lexicon
from pipeline.extract import counts
from pipeline.extract.parts import Parts
from pipeline.extract.spans import find_pattern

_BESIDE = 40  # characters from the word of downing to the number that was downed


def with_measures(placed: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Drones, missiles, people moved or taken, settlements and kilometres of the trigger's clause."""
    weapons = counts.find_weapon_numbers(parts.sentences, parts.numbers, parts.mentions)
    measures = counts.find_measures(parts.sentences, parts.numbers)
    clause = (
        placed.lazy()
        .unique("trigger")
        .select("trigger", "sentence", "event_type", "start", "clause_start", "clause_end", "rule_id")
    )
    inside = (pl.col("at") >= pl.col("clause_start")) & (pl.col("at") < pl.col("clause_end"))
    by_class = {"uav": ["drone"], "missile": ["missile"]}
    # "fired 60 drones, of which 48 drones were shot down": what is left of them was not fired too
    is_whole = pl.col("is_part").any().over("trigger") & ~pl.col("is_part")
    in_clause = (
        clause.filter(pl.col("event_type").is_in(["strike", "air_defence"]))
        .join(weapons.lazy(), on="sentence", how="inner")
        .filter(inside, ~((pl.col("event_type") == "strike") & pl.col("is_part")))
        .with_columns(n=pl.when(~is_whole).then("n"), of=pl.when(is_whole).then(pl.coalesce("of", "n")).otherwise("of"))
        .select("trigger", "weapon_class", "n", "of")
    )
    gap = pl.col("at") - pl.col("start")
    downed = (
        clause.filter(pl.col("event_type") == "air_defence")
        .join(counts.find_downed_parts(parts.sentences, parts.numbers, weapons).lazy(), on="sentence", how="inner")
        .filter(gap.abs() <= _BESIDE)
        .sort("trigger", gap.abs(), "at")
        .group_by("trigger", maintain_order=True)
        .agg(pl.col("weapon_class", "n", "of").first())
    )
    flown = (
        pl.concat([in_clause.join(downed, on="trigger", how="anti"), downed])
        .group_by("trigger")
        .agg(
            *[
                pl.col("n").filter(pl.col("weapon_class").is_in(classes)).sum().alias(f"n_{name}")
                for name, classes in by_class.items()
            ],
            *[
                pl.col("of").filter(pl.col("weapon_class").is_in(classes)).sum().alias(f"of_{name}")
                for name, classes in by_class.items()
            ],
        )
    )
    taken = (
        clause.join(measures.lazy(), on="sentence", how="inner")
        .filter(inside)
        .sort("trigger", "at")
        .group_by("trigger", "measure", maintain_order=True)
        .first()
    )
    moved = (
        clause.filter(pl.col("event_type").is_in(["evacuation", "displacement", "prisoners"]))
        .join(_people(parts).lazy(), on="sentence", how="inner")
        .filter(inside)
        .with_columns(gap=(pl.col("at") - pl.col("start")).abs())
        .sort("trigger", "gap", "at")
        .group_by("trigger", maintain_order=True)
        .agg(people_low=pl.col("low").first(), people_best=pl.col("best").first(), people_high=pl.col("high").first())
    )

    def measure(name: str) -> pl.LazyFrame:
        return taken.filter(pl.col("measure") == name).select(
            "trigger", *[pl.col(bound).alias(f"{name}_{bound}") for bound in ("low", "best", "high")]
        )

    own = parts.numbers.lazy().select(
        "sentence", number_at="start", own_number=pl.coalesce("best", "low", "high").cast(pl.Int32)
    )
    first = (pl.col("place_start") == pl.col("place_start").min().over("trigger")).fill_null(True)
    placed = (
        placed.lazy()
        .join(own, on=["sentence", "number_at"], how="left", maintain_order="left")
        .with_columns(is_first_place=first)
        .collect()
    )
    out = (
        placed.lazy()
        .join(flown, on="trigger", how="left", maintain_order="left")
        .join(moved, on="trigger", how="left", maintain_order="left")
    )
    for name in ("settlements", "advance_km", "area_km2"):
        out = out.join(measure(name), on="trigger", how="left", maintain_order="left")
    return out.collect()


def _people(parts: Parts) -> pl.DataFrame:
    """Numbers of people who move or are taken: `sentence`, `at`, `low`, `best`, `high`."""

    nouns = lexicon.table("people")
    people = "|".join([*nouns["plural"], *nouns["singular"], "families", "troops", "ukrainians", "russians", "locals"])
    word = r"(?:[a-z-]+|[RUGP]=*(?:'s)?)"
    # "37,000 were registered", "15 of them", "30 captured Russian marines"
    pattern = (
        rf"\bN=*(?: of)?(?: {word}){{0,3}}? (?:{people}|[FV]=*)\b|\bN=*(?: of)?(?: [a-z-]+){{0,2}} [RU]=*"
        r"|\bN=* (?:of (?:them|whom)|others|more|were|was|have|had)\b"
    )
    return (
        find_pattern(parts.sentences, "mask", pattern)
        .select("sentence", at="start")
        .join(parts.numbers.rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
    )
