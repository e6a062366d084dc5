"""How many drones and missiles, settlements, kilometres.

Here: which number of the sentence counts what. Not here: what a number means by itself (numbers.py), victims (victims.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.spans import ahead_of, find_pattern

_WEAPON: Final = r"N=*(?: (?:out )?of (?:the |its |a total of )?N=*)?(?: [a-z0-9-]+| [RU]=*(?:'s)?| [PA]=*){0,4}? W="
# "five wounded when a missile": a number of people
_NO_WEAPONS: Final = (
    r"\b(?:killed|wounded|injured|hurt|dead|died|people|civilians|was|were|when|after|as|in|by|during|from|with)\b"
)
_OF_THEM: Final = r"\b(?:of|among|from) (?:which|them|those|these)\b[^.;]*$"
_PART_REACH: Final = 60  # characters from these words to a number of a part
# the number that was downed of a number told before: "of 60 drones, 48 were shot down", "downed 25 of them"
_DOWNED_PART: Final = (
    r"\bN=*,? (?:of (?:them|which|those|these),? )?(?:was|were|had been|have been|has been|are|is) (?:[a-z]+ly |also |then |later )?"
    r"(?:shot|downed|intercepted|destroyed|brought|taken|neutrali[sz]ed|suppressed|jammed|eliminated)\b"
    r"|\b(?:(?:shot|shooting|brought|bringing|took|taking) down|downed|downing|intercepted|intercepting|destroyed|destroying|stopped) "
    r"(?:(?:at least|more than|about|some|up to|nearly|only|just) )?N=* of (?:them|those|these|which)\b"
)
_SETTLEMENTS: Final = (
    r"N=* (?:[a-z-]+ |[RU]=* ){0,3}?(?:villages|settlements|localities|towns|hamlets|communities|border villages)"
)
_KM: Final = r"N=*(?: |-)(?:km|kms|kilomet(?:re|er)s?)\b"
_KM2: Final = r"N=* (?:square kilomet(?:re|er)s?|sq\.? ?km|square km)"


def find_weapon_numbers(sentences: pl.DataFrame, numbers: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Numbers of drones and missiles: `sentence`, `at`, `weapon_class`, `n` Int32, `of` Int32 (the whole, of "48 of 60"), `is_part`
    Boolean (some of those told before: "of which 20 missiles were shot down").
    """
    at = pl.col("start")
    second = pl.col("surface").str.extract(r"^(N=*[^N]*)N").str.len_bytes().cast(pl.Int32)
    value = pl.coalesce("best", "low", "high").cast(pl.Int32)
    values = numbers.lazy().select("sentence", at="start", n=value)
    weapons = mentions.lazy().filter(pl.col("tag") == "W").select("sentence", weapon_at="start", weapon_class="form")
    return (
        find_pattern(sentences, "mask", _WEAPON)
        .lazy()
        .filter(~pl.col("surface").str.contains(_NO_WEAPONS))
        .with_columns(at=at, of_at=at + second, weapon_at=pl.col("end") - 2)
        .join(values, on=["sentence", "at"], how="inner")
        .join(values.rename({"at": "of_at", "n": "of"}), on=["sentence", "of_at"], how="left")
        .join(weapons, on=["sentence", "weapon_at"], how="inner")
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left", maintain_order="left")
        .with_columns(is_part=ahead_of(pl.col("mask"), "at", _PART_REACH).str.contains(_OF_THEM))
        .select("sentence", "at", "weapon_class", "n", "of", "is_part")
        .sort("sentence", "at")
        .collect()
    )


def find_downed_parts(sentences: pl.DataFrame, numbers: pl.DataFrame, weapons: pl.DataFrame) -> pl.DataFrame:
    """What was downed of the weapons told last before: `sentence`, `at`, `weapon_class`, `n`, `of` Int32.

    `weapons`: find_weapon_numbers of the same sentences. A part is no larger than its whole.
    """
    counted = sentences.filter(pl.col("sentence").is_in(weapons["sentence"].implode()))
    number_at = pl.col("start") + pl.col("surface").str.find("N", literal=True).cast(pl.Int32)
    n = pl.coalesce("best", "low", "high").cast(pl.Int32)
    whole = (
        weapons.lazy()
        .filter(~pl.col("is_part"))
        .select("sentence", "weapon_class", whole_at="at", of=pl.coalesce("of", "n"))
    )
    return (
        find_pattern(counted, "mask", _DOWNED_PART)
        .lazy()
        .select("sentence", at=number_at)
        .join(numbers.lazy().select("sentence", at="start", n=n), on=["sentence", "at"], how="inner")
        .join(whole, on="sentence", how="inner")
        .filter(pl.col("whole_at") < pl.col("at"), pl.col("n") <= pl.col("of"))
        .sort("sentence", "at", "whole_at")
        .group_by("sentence", "at", maintain_order=True)
        .agg(pl.col("weapon_class", "n", "of").last())
        .collect()
    )


def find_measures(sentences: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Settlements, kilometres, square kilometres: `sentence`, `at`, `measure`, `low`, `best`, `high` Float64."""
    numbered = sentences.filter(pl.col("mask").str.contains("N", literal=True))
    found = [
        find_pattern(numbered, "mask", pattern).select("sentence", at="start", measure=pl.lit(measure))
        for measure, pattern in (("settlements", _SETTLEMENTS), ("advance_km", _KM), ("area_km2", _KM2))
    ]
    return (
        pl.concat(found)
        .join(numbers.rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
        .sort("sentence", "at")
    )
