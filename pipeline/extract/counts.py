"""How many: killed and injured, drones and missiles, people moved, settlements, kilometres.

Here: which number of the sentence counts what. Not here: what a number means by itself (numbers.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.mask import expand
from pipeline.extract.spans import find_pattern

_WORD: Final = r"(?:[a-z][a-z'-]*|[A-MO-Z]=*)"
_BE: Final = (
    r"(?:were|was|have been|has been|had been|have|has|had|are|is|being|been|also|reportedly|reported|confirmed|believed to have been|"
    r"believed|to have been|left|found|feared|seriously|lightly|badly|severely|critically|either|now|already|said to have been)"
)
_KILLED: Final = r"(?:killed|dead|died|dies|fatalities|deaths|slain|lost (?:their|his|her) (?:lives|life)|murdered)"
_INJURED: Final = r"(?:wounded|injured|hurt|injuries|hospitali[sz]ed|(?:sent|taken) to (?:the )?hospital)"
_BOUND: Final = r"(?:at least|more than|over|up to|about|some|around|nearly|almost|another|as many as|the|an estimated|roughly|no fewer than)"
_ASIDE: Final = r"(?:, (?:including|among them|all|most of them|mostly) [^,.;]{1,60},| \([^)]{1,60}\))?"


def _before(verbs: str) -> str:
    return rf"N=*(?: {_WORD}){{0,5}}?{_ASIDE}(?: {_BE}){{0,4}} {verbs}\b"


def _after(verbs: str) -> str:
    return rf"\b{verbs} (?:{_BOUND} )*N"


_PATTERNS: Final = {
    "killed": [
        _before(_KILLED),
        rf"\blost (?:{_BOUND} )*N=*(?: {_WORD}){{0,2}}? (?:servicemen|soldiers|men|troops|personnel|fighters|people)\b",
        _after(r"(?:killed|killing|kills|kill|claimed the lives of|claiming the lives of|death of|deaths of|claimed)"),
        rf"\b(?:death toll|toll|number of (?:dead|deaths|people killed|victims|fatalities))\b[^.;]{{0,50}}? (?:to|at|of|was|reached|is|stood at|stands at) (?:{_BOUND} )*N",
        rf"\bkilled and (?:wounded|injured) (?:{_BOUND} )*N",
    ],
    "injured": [
        _before(_INJURED),
        _after(r"(?:injured|injuring|injures|injure|wounded|wounding|wounds|wound|hurting|hurt)"),
        rf"\bnumber of (?:injured|wounded|people injured)\b[^.;]{{0,50}}? (?:to|at|of|was|reached|is) (?:{_BOUND} )*N",
    ],
    "missing": [_before("(?:missing|unaccounted for)")],
}  # fmt: skip
_ZERO: Final = {
    "killed": r"\bno (?:casualties|deaths|fatalities|victims|one (?:was|were) killed|dead)\b|\bno-one was killed\b|\bwithout casualties\b|\bnobody was killed\b",
    "injured": r"\bno(?: |-)one (?:was |were )?(?:injured|hurt|wounded)\b|\bnobody (?:was )?(?:injured|hurt)\b|\bno (?:casualties|injuries|victims)\b|\bwithout casualties\b|\bno reports of (?:casualties|injuries)\b",
}
_PERSON: Final = (
    r"\ban? (?:[a-z0-9-]+ ){0,3}?(?:woman|man|child|girl|boy|person|civilian|soldier|driver|worker|pensioner|resident|"
    r"teenager|employee|journalist|nurse|doctor|paramedic|rescuer|policeman|policewoman|firefighter|volunteer|farmer|"
    r"villager|passenger|cyclist|guard|serviceman|officer|toddler|baby|infant|mother|father|couple|grandmother|medic|"
    r"priest|teacher|pupil|student|engineer|tractor driver|bus driver|miner|fisherman|photographer|reporter|lawmaker)\b"
)
_WEAPON: Final = r"N=*(?: (?:out )?of (?:the |its |a total of )?N=*)?(?: [a-z0-9-]+| [RU]=*(?:'s)?| [PA]=*){0,4}? W="
# "five wounded when a missile": a number of people
_NO_WEAPONS: Final = (
    r"\b(?:killed|wounded|injured|hurt|dead|died|people|civilians|was|were|when|after|as|in|by|during|from|with)\b"
)
_SETTLEMENTS: Final = (
    r"N=* (?:[a-z-]+ |[RU]=* ){0,3}?(?:villages|settlements|localities|towns|hamlets|communities|border villages)"
)
_KM: Final = r"N=*(?: |-)(?:km|kms|kilomet(?:re|er)s?)\b"
_KM2: Final = r"N=* (?:square kilomet(?:re|er)s?|sq\.? ?km|square km)"


def find_single_people(sentences: pl.DataFrame) -> pl.DataFrame:
    """The article of "a woman", "a 62-year-old man" as the number one; columns as `find_numbers`."""
    one = pl.lit(1.0)
    return find_pattern(sentences, "lower", _PERSON).select(
        "sentence",
        "start",
        end=pl.col("start") + pl.when(pl.col("surface").str.starts_with("an ")).then(2).otherwise(1).cast(pl.Int32),
        low=one,
        best=one,
        high=one,
    )


def find_casualties(sentences: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Numbers of people: `sentence`, `stem` (killed, injured, missing), `start`, `at` (of the number), `low`, `best`, `high`."""
    told = [
        find_pattern(sentences, "mask", expand(pattern)).select(
            "sentence",
            stem=pl.lit(stem),
            start="start",
            end="end",
            at=pl.col("start") + pl.col("surface").str.find("N", literal=True).cast(pl.Int32),
        )
        for stem, patterns in _PATTERNS.items()
        for pattern in patterns
    ]
    counted = (
        pl.concat(told)
        .lazy()
        # "280 were killed or wounded" counts neither
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        .filter(~pl.col("mask").str.slice(pl.col("end"), 14).str.contains(r"^ or (?:wounded|injured|hurt|killed)"))
        .drop("mask", "end")
        .join(numbers.lazy().rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
        .unique(["sentence", "stem", "at"], maintain_order=True)
        # one number counts one thing: "killed and wounded 20" aside, the first reading stays
        .sort("sentence", "at", "stem", descending=[False, False, True])
    )
    zero = pl.concat(
        [
            find_pattern(sentences, "lower", pattern).select(
                "sentence",
                stem=pl.lit(stem),
                start="start",
                at="start",
                low=pl.lit(0.0),
                best=pl.lit(0.0),
                high=pl.lit(0.0),
            )
            for stem, pattern in _ZERO.items()
        ]
    )
    return pl.concat([counted.collect(), zero]).sort("sentence", "at", "stem")


def find_elided(sentences: pl.DataFrame, numbers: pl.DataFrame, casualties: pl.DataFrame) -> pl.DataFrame:
    """Numbers whose verb stands earlier ("killed 55 in Poltava, and seven in Lviv"); columns as `find_casualties`."""
    found = find_pattern(
        sentences, "mask", r"(?:,| and|, and) N=* (?:people |others |more )?in (?:the )?(?:[a-z-]+ ){0,4}[PO]="
    )
    return (
        found.lazy()
        .with_columns(at=pl.col("start") + pl.col("surface").str.find("N", literal=True).cast(pl.Int32))
        .join(numbers.lazy().rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
        .sort("sentence", "at")
        .join(
            casualties.lazy().select("sentence", "stem", verb_at="at").sort("sentence", "verb_at"),
            on="sentence",
            how="inner",
        )
        .filter(pl.col("verb_at") < pl.col("at"))
        .group_by("sentence", "at", maintain_order=True)
        .last()
        .select("sentence", "stem", "start", "at", "low", "best", "high")
        .collect()
    )


def find_weapon_numbers(sentences: pl.DataFrame, numbers: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Numbers of drones and missiles: `sentence`, `at`, `weapon_class`, `n` Int32, `of` Int32 (the whole, of "48 of 60")."""
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
        .select("sentence", "at", "weapon_class", "n", "of")
        .sort("sentence", "at")
        .collect()
    )


def find_measures(sentences: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Settlements, kilometres, square kilometres: `sentence`, `at`, `measure`, `low`, `best`, `high` Float64."""
    found = [
        find_pattern(sentences, "mask", pattern).select("sentence", at="start", measure=pl.lit(measure))
        for measure, pattern in (("settlements", _SETTLEMENTS), ("advance_km", _KM), ("area_km2", _KM2))
    ]
    return (
        pl.concat(found)
        .join(numbers.rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
        .sort("sentence", "at")
    )
