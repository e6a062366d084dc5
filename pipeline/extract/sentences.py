"""Sentences and paragraphs of folded articles, with their offsets, and which of them are body text.

Here: where a sentence begins and ends, and whether it is body, heading or web litter. Not here: what it says.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import at_open, opens
from pipeline.text import fold

# what is longer is no sentence but a table, and what has more of them no article: pairs of their parts would fill the memory
MAX_SENTENCE_CHARS: Final = 6_000
MAX_SENTENCES: Final = 1_500

_BREAK = "\x1e"  # stands in place of one character, so that lengths stay what they were
_HELD = "\x1f"  # a full stop that ends no sentence

# notes ("targets.[4] The next") stand behind the full stop
_END = r"""([.!?](?:["')\]]|\[[0-9]{1,3}\])*)[ ]([ ]*["'(\[]*[A-Z0-9])"""
_GLUED = r"([a-z]{2})\.([A-Z][a-z])"
# the signature of a post set into a live blog
_SIGNED = r"""(\(@[A-Za-z0-9_]{1,30}\) [A-Z][a-z]{2,8} [0-9]{1,2}, 20[0-9]{2})[ ]([ ]*["'(\[]*[A-Z0-9])"""
# the hour in the head of a report
_HOUR = r"([0-9](?:am|pm) (?:ET|EST|EDT|GMT|UTC|CET))[ ]([ ]*[A-Z][a-z])"
_INITIAL = r"(\b[A-Z])\.( [A-Z])"
_CLOSED = r"""[.!?:;,]["')\]]*\s*$"""
_CREDIT = r"^(?:Photograph|Photo|Image|Picture)s?: "  # what stands before it is a caption
_CAPTION_SENTENCES = 3
_ENTRY = r"^(?:From )?[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}\b"  # of a live blog
_HEADING_CHARS = 90


def mark_breaks(folded: pl.Expr) -> pl.Expr:
    """The folded text with one character replaced by a break wherever a sentence ends; same length."""
    held = lexicon.abbreviations()
    return (
        folded.str.replace_many(held, [text.replace(".", _HELD) for text in held])
        .str.replace_all(_INITIAL, f"${{1}}{_HELD}${{2}}")
        .str.replace_all(_INITIAL, f"${{1}}{_HELD}${{2}}")  # again, for the second of "J. K. Brown"
        .str.replace_all(_END, f"${{1}}{_BREAK}${{2}}")
        .str.replace_all(_SIGNED, f"${{1}}{_BREAK}${{2}}")
        .str.replace_all(_HOUR, f"${{1}}{_BREAK}${{2}}")
        .str.replace_all(_GLUED, f"${{1}}{_BREAK}${{2}}")
    )


def count_sentences(text: pl.Expr) -> pl.Expr:
    """Int32: sentences of an article's text that hold a letter; headings and litter count too."""
    return mark_breaks(fold(text)).str.count_matches(r"[A-Za-z][^\x1e\n]*").cast(pl.Int32)


def with_unread_sentences(texts: pl.DataFrame) -> pl.DataFrame:
    """The rows whose `text` has a sentence longer than MAX_SENTENCE_CHARS."""
    numbered = texts.with_row_index("_row").filter(pl.col("text").str.len_bytes() > MAX_SENTENCE_CHARS)
    is_long = pl.col("text").str.len_bytes() > MAX_SENTENCE_CHARS  # in bytes, which are no fewer than characters
    found = (
        numbered.lazy()
        .select("_row", pl.col("text").str.split("\n"))
        .explode("text")
        .filter(is_long)  # before breaks are marked, which takes long
        .with_columns(text=mark_breaks(fold(pl.col("text"))).str.split(_BREAK))
        .explode("text")
        .with_columns(pl.col("text").str.strip_chars(" "))
        .filter(is_long, pl.col("text").str.contains("[A-Za-z]"))
        .collect()
    )
    return numbered.filter(pl.col("_row").is_in(found["_row"].implode())).drop("_row")


def _split(frame: pl.LazyFrame, column: str, mark: str) -> pl.LazyFrame:
    """Cut `column` at each `mark` (one character) and move `offset` (Int32) on to each piece; empty pieces go."""
    return (
        frame.with_row_index("_row")
        .with_columns(pl.col(column).str.split(mark))
        .explode(column, empty_as_null=False)
        .with_columns(_length=pl.col(column).str.len_bytes().cast(pl.Int32) + 1)
        .with_columns(_passed=pl.col("_length").cum_sum() - pl.col("_length"))
        .with_columns(offset=pl.col("offset") + pl.col("_passed") - at_open(pl.col("_passed"), "_row"))
        .filter(pl.col("_length") > 1)
        .drop("_row", "_length", "_passed")
    )


def _is_litter(lower: pl.Expr) -> pl.Expr:
    # all that look at the beginning in one search, which mostly ends there
    at_start = [pattern for pattern in lexicon.litter() if pattern.startswith("^")]
    anywhere = [pattern for pattern in lexicon.litter() if not pattern.startswith("^")]
    return lower.str.contains("|".join(at_start)) | lower.str.contains("|".join(anywhere))


def split_sentences(folded: pl.DataFrame) -> pl.DataFrame:
    """One row per sentence of articles given as `article` UInt32 and `folded` String (ASCII).

    Returns, in text order: `sentence` UInt32 (running number over the frame), `article`, `sentence_no` Int32 (from 0
    in each article), `paragraph` UInt32 (running number over the frame), `offset` Int32 (first character in the
    article), `text` (folded), `lower` (the same in lower case), `is_body` Boolean, `opens_in_quote` Boolean (the quotation marks before it in its
    paragraph are odd).
    """
    lines = folded.lazy().select("article", "folded", offset=pl.lit(0, pl.Int32)).pipe(_split, "folded", "\n")
    pieces = (
        lines.with_row_index("paragraph")
        .with_columns(piece=mark_breaks(pl.col("folded")))
        .drop("folded")
        .pipe(_split, "piece", _BREAK)
        .with_columns(raw=pl.col("piece").str.replace_all(_HELD, ".", literal=True))
        .with_columns(text=pl.col("raw").str.strip_chars_start(" "))
        .with_columns(
            offset=pl.col("offset") + (pl.col("raw").str.len_bytes() - pl.col("text").str.len_bytes()).cast(pl.Int32)
        )
        .with_columns(text=pl.col("text").str.strip_chars_end(" "))
        .filter(pl.col("text").str.contains(r"[A-Za-z]"))
        .with_columns(lower=pl.col("text").str.to_lowercase())
    )
    text = pl.col("text")
    row = pl.int_range(pl.len(), dtype=pl.Int32)
    quotes = text.str.count_matches('"', literal=True).cast(pl.Int32)
    quotes_before = quotes.cum_sum() - quotes
    is_alone = opens("paragraph") & opens("paragraph").shift(-1).fill_null(True)
    may_be_heading = is_alone & (text.str.len_bytes() <= _HEADING_CHARS) & ~text.str.contains(_CLOSED)
    is_heading = may_be_heading & (pl.when(may_be_heading).then(text).str.count_matches(" ", literal=True) < 14)
    # between paragraphs in capitals
    alone = pl.when(is_alone).then(text)
    is_heading = is_heading | (~alone.str.contains("[a-z]") & alone.str.contains("[A-Z]{4}")).fill_null(False)
    is_caption = (text.shift(-1).str.contains(_CREDIT) & ~opens("paragraph").shift(-1)).fill_null(False)
    # a line of its own that ends with a credit is a caption as a whole, but for an entry of a live blog
    is_caption_line = (
        (pl.len().over("paragraph") <= _CAPTION_SENTENCES)
        & text.last().over("paragraph").str.contains(_CREDIT)
        & ~text.first().over("paragraph").str.contains(_ENTRY)
    ).fill_null(False)
    return (
        pieces.with_row_index("sentence")
        .select(
            "sentence",
            "article",
            (row - at_open(row, "article")).alias("sentence_no"),
            "paragraph",
            "offset",
            "text",
            "lower",
            (~is_heading.fill_null(False) & ~is_caption & ~is_caption_line & ~_is_litter(pl.col("lower"))).alias(
                "is_body"
            ),
            ((quotes_before - at_open(quotes_before, "paragraph")) % 2 == 1).alias("opens_in_quote"),
        )
        .collect()
    )
