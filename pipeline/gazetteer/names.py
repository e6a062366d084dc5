"""What places are called: every surface under which a text may name a place.

Here: spellings, forms of region names, and which surfaces are no place names in English. Not here: the places
(build.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.gazetteer.romanise import is_cyrillic, language_of, plain_name, romanised, spellings
from pipeline.gazetteer.tables import read_table, split_cell
from pipeline.text import fold

MIN_SURFACE_LENGTH: Final = 3
_KINDS: Final = ("name", "alias", "historical", "region_form", "romanised")
_NO_NAME: Final = r"район|\bсело\b|\bмісто\b|\bгород\b|\bош$|столиц"
_SURFACE: Final = r"^[A-Z][A-Za-z0-9.' -]*[a-z0-9.][A-Za-z0-9.' -]*$"
_SETTLEMENT_WORDS: Final = ("village", "town", "city", "settlement", "hamlet")


def settlement_names(settlements: pl.DataFrame) -> pl.DataFrame:
    """`place_id`, `surface`, `kind`, of the rows of settlements.settlement_rows.

    A former or otherwise secondary name that is another settlement's own name is left out: Chystiakove was once called
    Oleksiivka, but "Oleksiivka" is one of the villages of that name. spellings.csv has the exceptions that texts use.
    """
    cyrillic = _cyrillic_names(settlements)
    spelled = cyrillic.join(spellings(cyrillic), on=["cyrillic", "language"]).select(
        "place_id", "surface", kind=pl.lit("romanised"), is_own="is_own"
    )
    latin = settlements.select("place_id", surface="latin", kind=pl.lit("alias"), is_own=pl.lit(True)).explode(
        "surface", empty_as_null=False
    )
    usual = settlements.select("place_id", surface="name", kind=pl.lit("name"), is_own=pl.lit(True))
    every = pl.concat([usual, latin, spelled])
    own = every.filter("is_own").select("place_id", "surface").unique()
    secondary = every.filter(~pl.col("is_own")).join(own.select("surface").unique(), on="surface", how="anti")
    return pl.concat([every.filter("is_own"), secondary]).select("place_id", "surface", "kind")


def region_names(regions: pl.DataFrame) -> pl.DataFrame:
    """`place_id`, `surface`, `kind`, `is_short_region`, of the rows of regions.csv with a `place_id`."""
    shorts = regions.select(
        "place_id", short=pl.concat_list("short_name", split_cell("other_short_names")).list.drop_nulls()
    ).explode("short", empty_as_null=False)
    forms = shorts.join(read_table("region_forms").select("form"), how="cross").select(
        "place_id",
        surface=pl.col("form").str.replace("{}", pl.col("short"), literal=True),
        kind=pl.lit("region_form"),
        is_short_region=pl.lit(False),
    )
    alone = shorts.select("place_id", surface="short", kind=pl.lit("region_form"), is_short_region=pl.lit(True))
    usual = regions.select("place_id", surface="name", kind=pl.lit("name"), is_short_region=pl.lit(False))
    aliases = alias_names(regions).with_columns(is_short_region=pl.lit(False))
    return pl.concat([usual, aliases, forms, alone])


def alias_names(table: pl.DataFrame, column: str = "aliases", kind: str = "alias") -> pl.DataFrame:
    """`place_id`, `surface`, `kind` of a `|`-separated column."""
    cells = table.select("place_id", surface=split_cell(column), kind=pl.lit(kind))
    return cells.explode("surface", empty_as_null=False)


def clean_names(names: pl.DataFrame) -> pl.DataFrame:
    """Rows of `place_idx`, `surface`, `kind`, `is_short_region`, `is_curated`, `guard` that can stand in an English text.

    Folded to ASCII, unique per place, the most telling kind first, with `n_homonyms`. Surfaces of not_places.csv go, as
    do those with a `guard` (a kind of not_places.csv, null for most),
    and so do those that begin with a small letter, unless a table of ours (`is_curated`) has them. A person's name that
    goes stays with a word for settlement before it ("village of Shevchenko").
    """
    words = read_table("not_places").select("surface", kind_of_word="kind")
    well_formed = pl.col("surface").str.contains(_SURFACE) | pl.col("is_curated")
    long_enough = pl.col("surface").str.len_bytes() >= pl.when("is_curated").then(2).otherwise(MIN_SURFACE_LENGTH)
    folded = (
        names.with_columns(fold(pl.col("surface")).str.strip_chars())
        .filter(long_enough, well_formed, ~pl.col("surface").str.contains("~"))
        .join(words, on="surface", how="left")
        .with_columns(pl.coalesce("kind_of_word", "guard").alias("kind_of_word"))
        .with_columns(is_risky=pl.col("kind_of_word").is_not_null() & ~pl.col("is_curated"))
    )
    kept = (
        pl.concat([folded.filter(~pl.col("is_risky")), _with_settlement_word(folded.filter("is_risky"))])
        .sort(pl.col("kind").cast(pl.Enum(_KINDS)), maintain_order=True)
        .unique(["surface", "place_idx", "is_short_region"], keep="first", maintain_order=True)
    )
    alone = kept.filter(~pl.col("is_short_region"))
    homonyms = alone.group_by("surface").agg(n_homonyms=pl.col("place_idx").n_unique())
    counted = kept.join(homonyms, on="surface", how="left").with_columns(pl.col("n_homonyms").fill_null(1))
    return counted.sort("surface", "place_idx", "kind")


def _with_settlement_word(risky: pl.DataFrame) -> pl.DataFrame:
    names = risky.filter(pl.col("kind_of_word") != "word", pl.col("kind") != "region_form")
    surfaces = [pl.format(word + " of {}", "surface").alias("surface") for word in _SETTLEMENT_WORDS]
    return pl.concat([names.with_columns(surface) for surface in surfaces]).with_columns(kind=pl.lit("alias"))


def _cyrillic_names(settlements: pl.DataFrame) -> pl.DataFrame:
    """`place_id`, `cyrillic`, `language`, `is_own`; without a telling letter only the codifier's name is Ukrainian."""
    official = settlements.filter(pl.col("name_uk").is_not_null()).select(
        "place_id", cyrillic=plain_name(pl.col("name_uk")), language=pl.lit("uk"), is_own=pl.lit(True)
    )
    others = (
        settlements.select("place_id", "name", "cyrillic", is_official=pl.col("name_uk").is_not_null())
        .explode("cyrillic", empty_as_null=False)
        .with_columns(plain_name(pl.col("cyrillic")))
        .filter(is_cyrillic(pl.col("cyrillic")), ~pl.col("cyrillic").str.contains(_NO_NAME))
        .with_columns(language=language_of(pl.col("cyrillic"), "ru"))
        .with_columns(is_own=~pl.col("is_official") & _is_called(pl.col("cyrillic"), pl.col("name")))
        .with_columns(is_own=pl.col("is_own") | ~(pl.col("is_official") | pl.col("is_own").any().over("place_id")))
        .select("place_id", "cyrillic", "language", "is_own")
        .join(official, on=["place_id", "cyrillic"], how="anti")
    )
    return pl.concat([official, others]).unique()


def _is_called(cyrillic: pl.Expr, latin: pl.Expr) -> pl.Expr:
    """Whether a Cyrillic name is what a Latin one spells."""
    spelled = [romanised(cyrillic, system) for system in ("ru_bgn", "ru_press", "ru_plain", "uk_bgn", "uk_national")]
    return pl.any_horizontal(*[latin == one for one in spelled])
