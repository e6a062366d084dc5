"""Finding spans in a column of folded sentences: literal words by Aho-Corasick, patterns by regex, with offsets.

Here: where something stands. Not here: what it means. Offsets are Int32 bytes of the folded sentence, which are
characters of the article's sentence.
"""

from __future__ import annotations

from typing import Final

import polars as pl

# whole columns of text are searched in pieces on every core; small frames are quicker in one piece (cascade.py)
TEXT_ENGINE: Final = "streaming"
_OPEN, _CLOSE = "\x01", "\x02"
SPAN_SCHEMA = pl.Schema({"sentence": pl.UInt32, "start": pl.Int32, "end": pl.Int32})


def find_words(sentences: pl.DataFrame, column: str, words: pl.Series) -> pl.DataFrame:
    """Whole-word occurrences of `words` (distinct, longest first: at each place the longest wins).

    `sentences` holds `sentence` UInt32 and the text column. Returns `sentence`, `start`, `end` and `entry` UInt32 (index
    into `words`), in text order, not overlapping.
    """
    if words.is_empty():
        return pl.DataFrame(schema=SPAN_SCHEMA | {"entry": pl.UInt32})
    wanted = words.to_list()
    found = _occurrences(sentences.select("sentence", text=column, inner=column, passed=pl.lit(0, pl.Int32)), wanted)
    # "Poltava regions" is no "Poltava region", but holds a "Poltava"
    cut = found.filter(~pl.col("is_whole")).select(
        "sentence", "text", inner=pl.col("word").str.head(pl.col("word").str.len_bytes() - 1), passed="start"
    )
    whole = pl.concat([found, _occurrences(cut, wanted)]).filter("is_whole").sort("sentence", "start")
    return whole.select(
        "sentence", "start", "end", entry=pl.col("word").cast(pl.Enum(words)).to_physical().cast(pl.UInt32)
    )


def _occurrences(texts: pl.DataFrame, wanted: list[str]) -> pl.DataFrame:
    """Where the words stand in `inner`, the part of `text` from `passed` on, and whether each is a whole word there."""
    text = pl.col("text")
    return (
        texts.lazy()
        .select(
            "sentence",
            "text",
            start=pl.col("inner").str.find_many(wanted, leftmost=True),
            word=pl.col("inner").str.extract_many(wanted, leftmost=True),
            passed="passed",
        )
        .filter(pl.col("start").list.len() > 0)
        .explode("start", "word", empty_as_null=False)
        .with_columns(start=pl.col("start").cast(pl.Int32) + pl.col("passed"))
        .with_columns(end=(pl.col("start") + pl.col("word").str.len_bytes()).cast(pl.Int32))
        .with_columns(is_whole=~is_word_char(text, pl.col("start") - 1) & ~is_word_char(text, pl.col("end")))
        .drop("passed")
        .collect(engine=TEXT_ENGINE)
    )


def is_word_char(text: pl.Expr, position: pl.Expr) -> pl.Expr:
    """True where the character at `position` is a letter or digit; False outside the text."""
    return (position >= 0) & text.str.slice(position.clip(0), 1).str.contains("[A-Za-z0-9]")


def find_pattern(sentences: pl.DataFrame, column: str, pattern: str) -> pl.DataFrame:
    """Every match of a regex, without overlaps: `sentence`, `start`, `end` and `surface` String, in text order."""
    marked = pl.col(column).str.replace_all(f"({pattern})", f"{_OPEN}${{1}}{_CLOSE}")
    return (
        sentences.lazy()
        .filter(pl.col(column).str.contains(pattern))
        .select("sentence", piece=marked.str.split(_OPEN))
        .explode("piece", empty_as_null=False)
        .with_columns(
            surface=pl.col("piece").str.extract(f"^([^{_CLOSE}]*){_CLOSE}"),
            length=pl.col("piece").str.len_bytes().cast(pl.Int32),
        )
        # each piece after the first holds one closing mark, which is no character of the sentence
        .with_columns(length=pl.col("length") - pl.col("surface").is_not_null().cast(pl.Int32))
        .with_columns(passed=pl.col("length").cum_sum() - pl.col("length"))
        .with_columns(start=pl.col("passed") - pl.when(opens("sentence")).then("passed").forward_fill())
        .filter(pl.col("surface").is_not_null())
        .select(
            "sentence",
            "start",
            (pl.col("start") + pl.col("surface").str.len_bytes().cast(pl.Int32)).alias("end"),
            "surface",
        )
        .collect(engine=TEXT_ENGINE)
    )


def opens(key: str) -> pl.Expr:
    """True on the first row of each run of equal `key`; for sorted frames, where it is far cheaper than a window."""
    return (pl.col(key) != pl.col(key).shift(1)).fill_null(True)


def carried(value: pl.Expr, key: str, *, reach: int | None = None) -> pl.Expr:
    """The last non-null `value` of the rows before this one with the same `key`, at most `reach` rows back.

    For frames sorted by `key`, where it is far cheaper than a window.
    """
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    known = value.is_not_null()
    at = pl.when(known).then(row).shift(1).forward_fill()
    same = pl.when(known).then(pl.col(key)).shift(1).forward_fill() == pl.col(key)
    near = (row - at <= reach) if reach else pl.lit(True)
    return pl.when(same & near).then(value.shift(1).forward_fill())


def without_overlaps(spans: pl.DataFrame, priority: str) -> pl.DataFrame:
    """Of spans that overlap in a sentence, the one of least `priority`, then the earliest, then the longest."""
    kept = spans.sort("sentence", "start", pl.col("start") - pl.col("end"))
    for _ in range(3):  # each pass settles one level of nesting; lexicon spans nest two deep at most
        clash = (pl.col("start") < pl.col("end").shift(1)).fill_null(False) & ~opens("sentence")
        wins = pl.col(priority) < pl.col(priority).shift(1)
        loses = (clash & ~wins) | (clash & wins).shift(-1).fill_null(False)
        fewer = kept.filter(~loses)
        if fewer.height == kept.height:
            break
        kept = fewer
    return kept
