"""Words that tell of an event, in a context that makes them tell it.

Here: matching the event patterns of the lexicon against masked sentences. Not here: who, where, when and how many.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import expand
from pipeline.extract.spans import Joined, WordList, ahead_of, find_words, opens
from pipeline.text import for_ascii

_CONTEXT = 110  # characters of context that a pattern sees on either side
_ROUNDS = ("right", "left", "not_left", "not_right")  # each looks only at what the rounds before it left over


@cache
def _anchors() -> tuple[WordList, pl.DataFrame]:
    """The anchor words, and the patterns that each starts: `entry` (index of the word), `rule` UInt32."""
    rows = [
        (word, rule)
        for rule, pattern in enumerate(lexicon.patterns())
        for word in pattern["anchor"]  # type: ignore[attr-defined]
    ]
    pairs = pl.DataFrame(rows, schema={"word": pl.String, "rule": pl.UInt32}, orient="row")
    words = pairs["word"].unique(maintain_order=True)
    entries = words.to_frame().with_row_index("entry")
    return WordList(words, overlapping=True), pairs.join(entries, on="word", maintain_order="left").drop("word")


@cache
def rules() -> pl.DataFrame:
    """The patterns as a frame: `rule` UInt32 (rank: the first wins), `rule_id`, `event_type`, `event_subtype`, `form`."""
    return pl.DataFrame(
        [
            {name: pattern.get(name) for name in ("rule_id", "event_type", "event_subtype", "form")}
            for pattern in lexicon.patterns()
        ],
        schema=dict.fromkeys(("rule_id", "event_type", "event_subtype", "form"), pl.String),
    ).with_row_index("rule")


@cache
def _conditions(name: str) -> dict[int, pl.Expr]:
    """Per rule that has it: whether this condition is met by `left` or `right`, the masked text on a side of the anchor."""
    column, excludes = name.removeprefix("not_"), name.startswith("not_")
    conditions = {}
    for rule, pattern in enumerate(lexicon.patterns()):
        if name not in pattern:
            continue
        regex = expand(str(pattern[name]), excludes=excludes)
        if column == "left":
            regex = regex.replace("n't", "[a-z]*n't")  # "hadn't" is one word
            # "the" does not end with "he": what stands left begins at a word
            regex = for_ascii(r"(?:^|\b|\W)") + f"(?:{regex})"
        found = pl.col(column).str.contains(regex)
        conditions[rule] = ~found if excludes else found
    return conditions


def context_matched(pattern: dict[str, object], mask: str, start: int, end: int) -> tuple[str, str]:
    """The masked words before and behind an anchor that `left` and `right` of its pattern match; '' for no condition."""
    sides = {"left": mask[max(0, start - _CONTEXT) : start], "right": mask[end : end + _CONTEXT]}
    words = [
        pl.lit(context.replace('"', "")).str.extract(f"({expand(str(pattern[side]))})", 1).fill_null("").alias(side)
        if side in pattern
        else pl.lit("").alias(side)
        for side, context in sides.items()
    ]
    left, right = pl.select(words).row(0)
    return left, right


def find_triggers(sentences: pl.DataFrame) -> pl.DataFrame:
    """Event words of body sentences: `sentence`, `start`, `end` Int32, `rule` UInt32, sorted.

    `sentences`: `sentence`, `lower`, `mask`, `is_body`. Of patterns that match at overlapping words the first in the
    lexicon stays, and so does one of each event type that lies apart.
    """
    words, rules_of_word = _anchors()
    body = sentences.filter("is_body")
    mask = pl.col("mask")
    left = ahead_of(mask, "start", _CONTEXT)
    words_found = (
        find_words(Joined.of(body, "lower"), words)
        .lazy()
        .join(body.lazy().select("sentence", "lower", "mask"), on="sentence", how="left", maintain_order="left")
        # "Russian-occupied", "post-strike" tell no event
        .filter((pl.col("start") == 0) | (pl.col("lower").str.slice(pl.col("start") - 1, 1) != "-"))
        # nor do names and spans of time: "William Burns warned"
        .filter((mask.str.slice(pl.col("start"), 1) != "=") | (mask.str.slice(pl.col("end") - 1, 1) != "="))
        # quotation marks inside a phrase change nothing of what it tells
        .select(
            "sentence",
            "start",
            "end",
            "entry",
            left=left.str.replace_all('"', "", literal=True),
            right=mask.str.slice(pl.col("end"), _CONTEXT).str.replace_all('"', "", literal=True),
        )
        .collect()
    )
    candidates = (
        words_found.lazy()
        .select("entry")
        .with_row_index("at")
        .join(rules_of_word.lazy(), on="entry", how="inner", maintain_order="left")
        .select("rule", "at")
        .sort("rule", maintain_order=True)
        .collect()
    )
    for name in _ROUNDS:
        candidates = _meeting(candidates, name, words_found[name.removeprefix("not_")])
    return _settle(words_found.select("sentence", "start", "end")[candidates["at"]].hstack(candidates.select("rule")))


def _meeting(candidates: pl.DataFrame, name: str, texts: pl.Series) -> pl.DataFrame:
    """Those of `candidates` (`rule`, sorted, and `at`, a row of `texts`) that meet the condition `name` of their rule, if it has one."""
    conditions = _conditions(name)
    seen = candidates.with_columns(texts.gather(candidates["at"]))
    free, asked = [], []
    passed = 0
    for rule, length in candidates["rule"].rle().struct.unnest().select("value", "len").iter_rows():
        rows = seen.slice(passed, length)
        passed += length
        if rule in conditions:
            asked.append(rows.lazy().filter(conditions[rule]))
        else:
            free.append(rows)
    return pl.concat([seen.clear(), *free, *pl.collect_all(asked)]).drop(texts.name).sort("rule", maintain_order=True)


def _settle(found: pl.DataFrame) -> pl.DataFrame:
    """Of patterns that match overlapping words, the first of the lexicon; of words that begin alike, the shorter."""
    ranked = found.sort("sentence", "start", "rule", "end").unique(
        ["sentence", "start"], keep="first", maintain_order=True
    )
    inside = (pl.col("start") < pl.col("end").shift(1)).fill_null(False) & ~opens("sentence")
    worse = (pl.col("rule") > pl.col("rule").shift(1)).fill_null(False)
    better_follows = (inside & ~worse).shift(-1).fill_null(False)
    return ranked.filter(~(inside & worse) & ~better_follows)
