"""Cyrillic place names in Latin letters, by every system that English-language texts use.

Here: Ukrainian and Russian names -> Latin spellings. The systems and their letters are `romanisation_systems.csv` and
`romanisation.csv` (`^` and `$` stand for the ends of a word, a system has the letters of the one that it inherits);
what a Ukrainian name becomes in Russian, where no Russian name is at hand, is `russification.csv`.
Not here: which places there are, and which spellings are words of English (build.py).
"""

from __future__ import annotations

import string
from functools import cache
from typing import Final, Literal

import polars as pl

from pipeline.gazetteer.tables import read_table

Language = Literal["uk", "ru"]

_APOSTROPHES: Final = "[’ʼ`´‘]"
_RUSSIAN_ONLY: Final = "[ыэёъ]"
_UKRAINIAN_ONLY: Final = "[іїєґ']"
_LETTERS: Final = r"^[а-яёіїєґ' -]+$"


@cache
def systems(language: Language) -> tuple[str, ...]:
    """Names of the systems for one language, the usual one first."""
    return tuple(read_table("romanisation_systems").filter(pl.col("language") == language)["system"])


@cache
def letters(system: str) -> dict[str, str]:
    """Cyrillic -> Latin of one system and what it inherits, longest Cyrillic first. KeyError for an unknown system."""
    parents = dict(read_table("romanisation_systems").select("system", "inherits").iter_rows())
    inherited = letters(parents[system]) if parents[system] else {}
    own = read_table("romanisation").filter(pl.col("system") == system).with_columns(pl.col("latin").fill_null(""))
    merged = inherited | dict(own.select("cyrillic", "latin").iter_rows())
    return {key: merged[key] for key in sorted(merged, key=len, reverse=True)}


def plain_name(name: pl.Expr) -> pl.Expr:
    """A Cyrillic name as names are compared: lower case, one kind of apostrophe, single spaces."""
    return name.str.to_lowercase().str.replace_all(_APOSTROPHES, "'").str.replace_all(r"\s+", " ").str.strip_chars()


def is_cyrillic(name: pl.Expr) -> pl.Expr:
    """Boolean: only letters of the Ukrainian or Russian alphabet, spaces, hyphens and apostrophes."""
    return plain_name(name).str.contains(_LETTERS)


def language_of(name: pl.Expr, otherwise: Language) -> pl.Expr:
    """`uk` or `ru` where a letter tells, else `otherwise`."""
    plain = plain_name(name)
    return (
        pl.when(plain.str.contains(_RUSSIAN_ONLY)).then(pl.lit("ru"))
        .when(plain.str.contains(_UKRAINIAN_ONLY)).then(pl.lit("uk"))
        .otherwise(pl.lit(otherwise))
    )  # fmt: skip


def romanised(name: pl.Expr, system: str) -> pl.Expr:
    """A Cyrillic name by one system, each word with a capital."""
    table = letters(system)
    capitals = {f"^{letter}": letter.upper() for letter in string.ascii_lowercase}
    latin = [_keep_start(key, value) for key, value in table.items()]
    return (
        _marked(name)
        .str.replace_many(list(table), latin, leftmost=True)
        .str.replace_many(capitals)
        .str.replace_all(r"[\^$]", "")
    )


def russified(name: pl.Expr) -> pl.Expr:
    """What a Ukrainian name most likely is in Russian, lower case: a guess by rule, for names known in Ukrainian."""
    result = _marked(name)
    for pattern, replacement in read_table("russification").select("ukrainian", "russian").iter_rows():
        result = result.str.replace_all(pattern.replace("^", r"\^"), replacement)
    return result.str.replace_all(r"[\^$]", "")


def spellings(names: pl.DataFrame) -> pl.DataFrame:
    """Every Latin spelling of Cyrillic names given as `cyrillic` String and `language` String (`uk`, `ru`).

    Returns `cyrillic`, `language`, `surface` (unique together): the name by each system of its language, a Ukrainian
    name also by the Russian systems after :func:`russified`, and each hyphenated spelling with spaces too.
    """
    unique = names.select("cyrillic", "language").unique()
    ukrainian = unique.filter(pl.col("language") == "uk")
    russian = unique.filter(pl.col("language") == "ru").with_columns(russian=pl.col("cyrillic"))
    guessed = ukrainian.with_columns(russian=russified(pl.col("cyrillic")))
    plain_russian = [system for system in systems("ru") if system not in ("ru_bgn_marks", "ru_french")]
    by_system = pl.concat(
        [
            *(_by_system(ukrainian, "cyrillic", system) for system in systems("uk")),
            *(_by_system(russian, "russian", system) for system in systems("ru")),
            *(_by_system(guessed, "russian", system) for system in plain_russian),
        ]
    )
    spaced = by_system.filter(pl.col("surface").str.contains("-", literal=True))
    spaced = spaced.with_columns(pl.col("surface").str.replace_all("-", " ", literal=True))
    return pl.concat([by_system, spaced]).unique(maintain_order=True)


def spellings_of(name: str, language: Language) -> list[str]:
    """:func:`spellings` of one name, sorted; for tests and for looking."""
    return sorted(spellings(pl.DataFrame({"cyrillic": [name], "language": [language]}))["surface"])


def _by_system(names: pl.DataFrame, column: str, system: str) -> pl.DataFrame:
    return names.select("cyrillic", "language", surface=romanised(pl.col(column), system))


def _marked(name: pl.Expr) -> pl.Expr:
    """Each word of a plain name between `^` and `$`."""
    return pl.lit("^") + plain_name(name).str.replace_all(r"([ -])", r"$$${1}^") + pl.lit("$")


def _keep_start(cyrillic: str, latin: str) -> str:
    return f"^{latin}" if cyrillic.startswith("^") else latin
