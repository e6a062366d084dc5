"""Numbers in text: where they stand and the low, best and high that they mean (codebook section 6).

Here: a number by itself, with the words that bound it. Not here: what it counts.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import ahead_of, find_pattern

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_DIGITS = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_AGED = (
    r"\baged? (?:between )?(?:[0-9]+(?: and|,| to) )?$|\b(?:man|woman|boy|girl|cyclist|driver|pensioner|resident|civilian|person"
    r"|soldier|worker|teenager|farmer|child) of $"
)
_MOST = 2_000_000_000  # larger figures are no counts of people, drones or kilometres, and do not fit Int32


@cache
def spelled() -> dict[str, float]:
    """Cardinals from zero to ninety-nine as English spells them, with hyphen and with blank."""
    words = {"zero": 0.0} | {word: float(n) for n, word in enumerate(_UNITS + _TEENS, start=1)}
    for n, tens in enumerate(_TENS, start=2):
        words[tens] = 10.0 * n
        for m, unit in enumerate(_UNITS, start=1):
            words |= {f"{tens}-{unit}": 10.0 * n + m, f"{tens} {unit}": 10.0 * n + m}
    return words


@cache
def pattern() -> str:
    """Regex of one number, or of a range of two, over folded lower-case text."""
    vague = sorted(lexicon.table("numbers")["word"].to_list(), key=len, reverse=True)
    scale = f"(?: (?:{'|'.join(_SCALES)}))?"
    units = "|".join(_UNITS)
    # of words that begin alike the longer stands first
    small = f"(?:{'|'.join(_TENS)})(?:[- ](?:{units}))?|{'|'.join(_TEENS)}|zero|{units}"
    hundreds = rf"(?:a|{small}) hundred (?:and (?:{small})|thousand)"
    one = rf"(?:(?:{_DIGITS}){scale}|{hundreds}|{'|'.join(vague)}|(?:{small}){scale})"
    return rf"\b(?:between {one} and {one}|{one}(?:(?: to | or |-){one})?)\b"


def _value(text: pl.Expr) -> pl.Expr:
    """Float64 of one number without vague words; null where it is none."""
    scale = text.str.extract(rf"({'|'.join(_SCALES)})$").replace_strict(_SCALES, default=1, return_dtype=pl.Float64)
    hundreds = text.str.extract_groups(r"^(.+) hundred and (.+)$")
    of_hundreds = hundreds.struct[0].replace_strict(
        spelled() | {"a": 1.0}, default=None, return_dtype=pl.Float64
    ) * 100 + hundreds.struct[1].replace_strict(spelled(), default=None, return_dtype=pl.Float64)
    core = text.str.replace(rf" ?(?:{'|'.join(_SCALES)})$", "")
    digits = core.str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False)
    of_thousands = (
        text.str.extract(r"^(.+) hundred thousand$").replace_strict(
            spelled() | {"a": 1.0}, default=None, return_dtype=pl.Float64
        )
        * 100_000
    )
    plain = pl.coalesce(digits, core.replace_strict(spelled(), default=None, return_dtype=pl.Float64)) * scale
    value = pl.coalesce(of_hundreds, of_thousands, plain)
    return pl.when(value <= _MOST).then(value)


def _meanings(surfaces: pl.Series) -> pl.LazyFrame:
    """What each `surface` means by itself: `one`, `from` and `to` of a range, `vague_low`, `vague_best`, `vague_high`."""
    vague = lexicon.table("numbers").select(
        surface="word",
        **{f"vague_{bound}": pl.col(bound).cast(pl.Float64) for bound in ("low", "best", "high")},
    )
    between = pl.col("surface").str.extract_groups(r"^between (.+) and (.+)$")
    other = pl.col("surface").str.extract_groups(r"^(.+?)(?: to | or |-)(.+)$")
    return (
        surfaces.to_frame("surface")
        .lazy()
        .with_columns(
            one=_value(pl.col("surface")),
            **{name: _value(pl.coalesce(between.struct[n], other.struct[n])) for n, name in enumerate(("from", "to"))},
        )
        # "70 to 80,000", "two to three million"
        .with_columns(
            pl.when((pl.col("from") < 1000) & (pl.col("to") >= 1000 * pl.col("from")))
            .then(pl.col("from") * pl.when(pl.col("to") < 1_000_000).then(1000).otherwise(1_000_000))
            .otherwise("from")
            .alias("from")
        )
        .join(vague.lazy(), on="surface", how="left")
    )


def find_numbers(sentences: pl.DataFrame) -> pl.DataFrame:
    """Every number of `lower` (folded, lower case) with its bounds.

    Returns `sentence`, `start`, `end`, `low`, `best`, `high` Float64. `start` is the number's own, without "at least".
    A bound that the text does not set is null; numbers too large to count anything are left out.
    """
    bounds = lexicon.table("quantifiers")
    quantifier = rf"\b({'|'.join(bounds['pattern'])}) (?:about |some |around )?$"
    before = ahead_of(pl.col("lower"), "start", 24)
    after = pl.col("lower").str.slice(pl.col("end"), 6)
    bound = before.str.extract(quantifier).replace_strict(bounds["pattern"], bounds["bound"], default=None)
    is_range = pl.col("to").is_not_null() & pl.col("from").is_not_null() & (pl.col("from") < pl.col("to"))
    found = find_pattern(sentences, "lower", pattern())
    return (
        found.lazy()
        .join(_meanings(found["surface"].unique()), on="surface", how="left", maintain_order="left")
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="left", maintain_order="left")
        .with_columns(
            at_least=(bound == "least").fill_null(False),
            at_most=(bound == "most").fill_null(False),
        )
        .with_columns(
            low=pl.when(is_range)
            .then("from")
            .when(~pl.col("at_most") | pl.col("vague_low").is_not_null())
            .then(pl.coalesce("vague_low", "one")),
            best=pl.when(~is_range).then(pl.coalesce("vague_best", "one")),
            high=pl.when(is_range)
            .then("to")
            .when(~pl.col("at_least"))
            .then(pl.when(pl.col("vague_low").is_not_null()).then("vague_high").otherwise("one")),
        )
        # ages count nobody
        .filter(
            ~(
                before.str.contains(r"[a-z], $")
                & pl.col("surface").str.contains("^[0-9]{1,2}$")
                & after.str.contains("^(?:,|\\.$)")
            ),
            ~before.str.contains(_AGED),
            ~after.str.contains("^(?:-| )year"),
        )
        .filter(pl.any_horizontal(pl.col("low", "best", "high").is_not_null()))
        .select("sentence", "start", "end", "low", "best", "high")
        .collect()
    )
