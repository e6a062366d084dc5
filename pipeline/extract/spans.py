"""Finding spans in a column of folded sentences: literal words by Aho-Corasick, patterns by regex, with offsets.

Here: where something stands. Not here: what it means. Offsets are Int32 bytes of the folded sentence, which are
characters of the article's sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final, TypeAlias

import ahocorasick_rs as aho
import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.text import for_ascii

_EDGE: Final = "\x01"
_PIECE: Final = 50_000  # bytes
_FEW: Final = 20_000  # words up to which the fastest automaton, which is large, is built
SPAN_SCHEMA = pl.Schema({"sentence": pl.UInt32, "start": pl.Int32, "end": pl.Int32})

Ints: TypeAlias = npt.NDArray[np.int64]
_IS_WORD_CHAR: Final = np.array([chr(code).isalnum() and code < 128 for code in range(256)])


@dataclass(frozen=True)
class Joined:
    """Texts of a column one after the other, each with a line feed behind it; none of them holds one.

    ``data``: the bytes; the last is a line feed, so that one stands before the first text too, at -1. ``starts``: where
    each text begins. ``sentences``: the number of each text.
    """

    data: bytes
    starts: Ints
    sentences: pl.Series

    @classmethod
    def of(cls, sentences: pl.DataFrame, column: str) -> Joined:
        """Join the texts (ASCII) of a frame that has `sentence` UInt32, in their order."""
        texts = sentences[column]
        lengths = texts.str.len_bytes().to_numpy().astype(np.int64)
        data = pl.concat([texts, pl.Series([""])]).str.join("\n").cast(pl.Binary).item()
        return cls(data, np.cumsum(lengths + 1) - lengths - 1, sentences["sentence"])

    def lower(self) -> Joined:
        """The same in lower case."""
        return Joined(self.data.lower(), self.starts, self.sentences)

    @cached_property
    def codes(self) -> npt.NDArray[np.uint8]:
        """The bytes as numbers."""
        return np.frombuffer(self.data, np.uint8)

    def apart(self, codes: npt.NDArray[np.uint8]) -> pl.Series:
        """The texts cut apart again, as `codes` now has them."""
        joined = pl.Series([codes.tobytes()], dtype=pl.Binary).cast(pl.String)
        return joined.str.split("\n").explode().head(len(self.starts))

    def text_at(self, positions: Ints) -> Ints:
        """The number of the text at each position."""
        return np.searchsorted(self.starts, positions, side="right") - 1

    def is_word_char(self, positions: Ints) -> npt.NDArray[np.bool_]:
        """True where a letter or digit stands."""
        return _IS_WORD_CHAR[self.codes[positions]]


def positions_within(starts: Ints, ends: Ints) -> Ints:
    """Every position of every span, span after span."""
    lengths = ends - starts
    passed = np.cumsum(lengths) - lengths
    return np.repeat(starts - passed, lengths) + np.arange(lengths.sum())


class WordList:
    """Words to search for, compiled once: Aho-Corasick finds them all in one pass over the texts."""

    def __init__(self, words: pl.Series, *, overlapping: bool = False) -> None:
        """`words` are distinct. At each place the longest wins, unless every one is wanted (`overlapping`)."""
        self.overlapping = overlapping
        self._n_words = len(words)
        self._automaton = aho.BytesAhoCorasick(
            [word.encode() for word in words],
            matchkind=aho.MatchKind.Standard if overlapping else aho.MatchKind.LeftmostLongest,
            implementation=aho.Implementation.DFA if len(words) < _FEW else aho.Implementation.ContiguousNFA,
        )

    def __len__(self) -> int:
        return self._n_words

    def occurrences(self, data: bytes) -> tuple[Ints, Ints, Ints]:
        """`entry` (index of the word), start and end of each occurrence, whole word or not; words hold no line feed."""
        found = [np.empty((0, 3), np.int64)]
        begin = 0
        # in pieces, which leave the caches and the garbage collector little to do
        while begin < len(data):
            end = data.find(b"\n", begin + _PIECE) + 1 or len(data)
            rows = self._automaton.find_matches_as_indexes(data[begin:end], overlapping=self.overlapping)
            matches = np.fromiter(chain.from_iterable(rows), np.int64, 3 * len(rows)).reshape(-1, 3)
            matches[:, 1:] += begin
            found.append(matches)
            begin = end
        entry, start, end_ = np.concatenate(found).T
        return entry, start, end_


def find_words(texts: Joined, words: WordList) -> pl.DataFrame:
    """Whole-word occurrences of `words`: `sentence`, `start`, `end` and `entry` UInt32 (index of the word in its list).

    In text order; not overlapping, unless the list is.
    """
    entry, start, end = words.occurrences(texts.data)
    whole = ~texts.is_word_char(start - 1) & ~texts.is_word_char(end)
    cut = ~whole
    entry, start, end, cut_start, cut_end = entry[whole], start[whole], end[whole], start[cut], end[cut]
    if not words.overlapping:
        # "Poltava regions" is no "Poltava region", but holds a "Poltava"
        inside = positions_within(cut_start, cut_end)
        pieces = texts.codes[inside]
        pieces[np.cumsum(cut_end - cut_start) - 1] = ord("\n")
        again, at, at_end = words.occurrences(pieces.tobytes())
        first, last = inside[at], inside[at] + at_end - at
        kept = ~texts.is_word_char(first - 1) & ~texts.is_word_char(last)
        entry, start, end = (
            np.concatenate(pair) for pair in ((entry, again[kept]), (start, first[kept]), (end, last[kept]))
        )
        order = np.argsort(start, kind="stable")
        entry, start, end = entry[order], start[order], end[order]
    text = texts.text_at(start)
    began = texts.starts[text]
    return pl.DataFrame(
        {"sentence": texts.sentences.gather(text), "start": start - began, "end": end - began, "entry": entry},
        schema_overrides=SPAN_SCHEMA | {"entry": pl.UInt32},
    )


def find_pattern(sentences: pl.DataFrame, column: str, pattern: str) -> pl.DataFrame:
    """Every match of a regex, without overlaps: `sentence`, `start`, `end` and `surface` String, in text order.

    The pattern has no groups that capture: with them the search takes several times as long.
    """
    pattern = for_ascii(pattern)
    piece = pl.col("piece")
    found = (
        sentences.lazy()
        .select("sentence", piece=column)
        .filter(piece.str.contains(pattern))  # few match, and replacing copies them all
        .with_columns(piece.str.replace_all(pattern, f"{_EDGE}${{0}}{_EDGE}").str.split(_EDGE))
        .collect()
    )
    if found.is_empty():
        return pl.DataFrame(schema=SPAN_SCHEMA | {"surface": pl.String})
    # text and match take turns: each row begins and ends with a piece of text, which may be empty
    n_pieces = found["piece"].list.len().to_numpy().astype(np.int64)
    pieces = found["piece"].explode()
    row = np.repeat(np.arange(len(n_pieces)), n_pieces)
    first = (np.cumsum(n_pieces) - n_pieces)[row]
    length = pieces.str.len_bytes().to_numpy().astype(np.int64)
    passed = np.cumsum(length) - length
    matches = np.flatnonzero((np.arange(len(row)) - first) % 2 == 1)
    start = (passed - passed[first])[matches]
    return pl.DataFrame(
        {
            "sentence": found["sentence"].gather(row[matches]),
            "start": start,
            "end": start + length[matches],
            "surface": pieces.gather(matches),
        },
        schema_overrides=SPAN_SCHEMA,
    )


def opens(key: str) -> pl.Expr:
    """True on the first row of each run of equal `key`; for sorted frames, where it is far cheaper than a window."""
    return (pl.col(key) != pl.col(key).shift(1)).fill_null(True)


def at_open(value: pl.Expr, key: str) -> pl.Expr:
    """The value on the first row of the run of equal `key`."""
    return pl.when(opens(key)).then(value).forward_fill()


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


def tail(text: pl.Expr, characters: int) -> pl.Expr:
    """The last characters of a folded text."""
    return text.str.slice((text.str.len_bytes().cast(pl.Int64) - characters).clip(0))


def ahead_of(text: pl.Expr, at: str, characters: int) -> pl.Expr:
    """The last characters of a folded text before the offset in column `at`; fewer where the text begins."""
    return text.str.slice((pl.col(at) - characters).clip(0), pl.min_horizontal(at, pl.lit(characters)))
