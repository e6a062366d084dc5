"""Masked sentences: lower case, with every known span overwritten by its class letter, length unchanged.

"Russian troops captured Orlivka on Friday" becomes "R====== troops captured P====== on D=====": patterns of a few
words then cover all names, and an offset in the mask is an offset in the sentence.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import Joined, positions_within
from pipeline.text import for_ascii

# how event patterns name classes and gaps
MACROS = {
    "{P}": "[POAC]=*",
    "{S}": "[RU]=*",
    "{N}": "N=*",
    "{D}": "D=*",
    "{W}": "W=*",
    "{K}": "K=*",
    "{F}": "F=*",
    "{H}": "H=*",
    "{G}": "G=*",
    "{V}": "V=*",
    **{f"{{w{n}}}": rf"""(?:["']?[A-Za-z$][a-z='0-9-]*(?:[.,][0-9]+[a-z]*)?["',]? ){{0,{n}}}""" for n in range(1, 9)},
}

# the forces of a side (its bare name and its people's are shorter), or troops of any kind
_TROOPS = (
    "(?:[RU]={10,}|K=*|forces|troops|army|armies|military|soldiers|fighters|units?|infantry|paratroopers|marines|"
    "brigades?|battalions?|regiments?|columns?|servicemen|defenders|(?:assault|sabotage|enemy|reconnaissance) groups?|enemy)"
)

_ABBREVIATION = 6  # characters at most, of an abbreviation behind its name
_NAMED = np.frombuffer(b"GRUXWF", np.uint8)  # classes of names that have one

FLYING = ("drone", "missile", "glide_bomb", "bomb", "aircraft", "helicopter", "naval_drone")
GUNS = ("artillery", "mlrs", "mortar", "tank")
_PLAIN_KINDS = ("settlement", "civilians", "aid_workers", "journalists", "prisoners")
_PLAIN_THINGS = ("troops", "officials-hit", "positions", "district", "workers", "children", "residents", "women-men", "road", "military-equipment", "weapon", "livestock", "medics")  # fmt: skip


def weapon_tag() -> pl.Expr:
    """Class letter of a weapon, from `weapon_class`."""
    kind = pl.col("weapon_class")
    return (
        pl.when(kind.is_in(FLYING))
        .then(pl.lit("W"))
        .when(kind.is_in(GUNS))
        .then(pl.lit("K"))
        # nobody strikes with a mine
        .when(kind == "mine")
        .then(pl.lit("M"))
        .otherwise(pl.lit("X"))
    )


def thing_tag() -> pl.Expr:
    """Class letter of a facility; empty for people and settlements, whose words patterns name themselves."""
    plain = pl.col("target_kind").is_in(_PLAIN_KINDS) | pl.col("facility_id").is_in(_PLAIN_THINGS)
    return pl.when(plain).then(pl.lit("")).otherwise(pl.lit("F"))


def side_of_letter(letter: pl.Expr) -> pl.Expr:
    """The belligerent (RU, UA) that a class letter stands for; null for any other letter."""
    return letter.replace_strict({"R": "RU", "U": "UA"}, default=None, return_dtype=pl.String)


@cache
def _masked_words() -> dict[str, str]:
    """Single words that a mask shows as a letter, with the letter."""
    words = pl.concat(
        [
            lexicon.aliases("facilities").select("surface", tag=thing_tag()),
            lexicon.aliases("weapons").select("surface", tag=weapon_tag()),
            lexicon.table("voices").select(surface="pattern", tag=pl.lit("V")),
            lexicon.table("dates").select(surface="words", tag=pl.lit("D")),
        ]
    ).filter(pl.col("surface").str.contains("^[a-z-]+$"), pl.col("tag") != "")
    return dict(zip(words["surface"], words["tag"], strict=True))


def expand(pattern: str, excludes: bool = False) -> str:
    """A pattern of the lexicon as a regex over masked text: macros, and words that the mask may show as a letter.

    Where the pattern excludes, a thing or speaker must be as long as the word: "no market" does not mean "no thing".
    """
    masked = _masked_words()

    def either(match: re.Match[str]) -> str:
        word, plural = match.group(1), match.group(2) or ""
        tag = masked.get(word)
        if not tag:
            return match.group(0)
        length = f"{{{len(word) - 1},{len(word) if plural else len(word) - 1}}}" if excludes and tag in "FV" else "*"
        return f"(?:{word}{plural}|{tag}={length})"

    pattern = pattern.replace("{T}", _TROOPS)
    pattern = re.sub(r"(?<![a-z\\{-])([a-z]{3,}?)(s\?)?(?![a-z?-])", either, pattern)
    for name, regex in MACROS.items():
        pattern = pattern.replace(name, regex)
    return for_ascii(pattern)


def _join_abbreviations(codes: np.ndarray, start: np.ndarray, end: np.ndarray) -> None:
    """Writes "General Staff (GS)" as one span, in place; `start`, `end`: offsets of the spans in `codes`."""
    order = np.argsort(start)
    end, start_next, end_next = end[order][:-1], start[order][1:], end[order][1:]
    near = (start_next - end == len(" (")) & (end_next - start_next <= _ABBREVIATION) & (end_next < len(codes))
    end, start_next, end_next = end[near], start_next[near], end_next[near]
    joined = (
        (codes[end] == ord(" "))
        & (codes[end + 1] == ord("("))
        & (codes[end_next] == ord(")"))
        & np.isin(codes[start_next], _NAMED)
    )
    codes[positions_within(end[joined], end_next[joined] + 1)] = ord("=")


def mask_sentences(sentences: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Adds `mask` String to `sentences` (`sentence`, sorted, `lower`); `spans` has `sentence`, `start`, `end`, `tag`, no overlaps."""
    texts = Joined.of(sentences, "lower")
    shown = spans.filter(pl.col("tag") != "")
    offsets = texts.starts[sentences["sentence"].search_sorted(shown["sentence"]).to_numpy()]
    start, end = offsets + shown["start"].to_numpy(), offsets + shown["end"].to_numpy()
    codes = texts.codes.copy()
    codes[positions_within(start, end)] = ord("=")
    codes[start] = np.frombuffer(shown["tag"].str.join().item().encode(), np.uint8)
    _join_abbreviations(codes, start, end)
    return sentences.with_columns(texts.apart(codes).alias("mask"))
