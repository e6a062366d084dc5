"""Knowledge as tables: what the language of war news looks like. Reading them is all that code here does.

Each CSV has an example sentence per row; the examples are tests. README.md beside this file says what each column means.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

FOLDER = Path(__file__).resolve().parent


@cache
def table(name: str) -> pl.DataFrame:
    """One lexicon table, every column String, empty cells null."""
    return pl.read_csv(FOLDER / f"{name}.csv", infer_schema=False)


def abbreviations() -> list[str]:
    """Short forms whose full stop ends no sentence."""
    return table("abbreviations")["abbreviation"].to_list()


def litter() -> list[str]:
    """Patterns over a lower-cased sentence that mark it as web page litter, not body text."""
    return table("litter")["pattern"].to_list()


@cache
def patterns() -> list[dict[str, object]]:
    """Event patterns of event_patterns/, in the order in which they are tried; `file` names where each stands."""
    return [
        pattern | {"file": file.name}
        for file in sorted((FOLDER / "event_patterns").glob("*.toml"))
        for pattern in tomllib.loads(file.read_text(encoding="utf-8"))["pattern"]
    ]


@cache
def contexts() -> list[dict[str, Any]]:
    """Contexts of contexts.toml: words around an event word that make it unreal, history or no news of a day."""
    return tomllib.loads((FOLDER / "contexts.toml").read_text(encoding="utf-8"))["context"]


@cache
def aliases(name: str) -> pl.DataFrame:
    """A lexicon table with one row per alias: column `aliases`, '|'-separated, becomes `surface`."""
    return (
        table(name)
        .with_columns(surface=pl.col("aliases").str.split("|"))
        .drop("aliases")
        .explode("surface", empty_as_null=False)
        .filter(pl.col("surface").str.len_bytes() > 1)
        .unique("surface", keep="first", maintain_order=True)
    )
