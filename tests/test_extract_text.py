"""Folding keeps every character's place, so that offsets in the folded text are offsets in the article."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import END, before_end, fold, fold_str, for_ascii


def folded(text: str) -> str:
    return pl.select(fold(pl.lit(text))).item()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
@example("İzmir ŉ ß ﬁ Ǆ e\u0301 🇺🇦 \U0001f468\u200d\U0001f469")
def test_a_character_never_becomes_none_or_two(text: str) -> None:
    """Forbids folding by normalisation or lower-casing of the original, which change lengths."""
    result = folded(text)
    assert result.isascii()
    assert len(result) == len(text)
    assert result.count("\n") == sum(char in "\n\x85\u2028\u2029" for char in text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_lexicons_and_texts_are_folded_alike(text: str) -> None:
    """A name folded for the lexicon must be found in a folded text."""
    assert fold_str(text) == folded(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=120))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Kyïv’s” – 5\u00a0km", '"Kyiv\'s" - 5 km'),
        ("Łódź, Čáslav, Ångström", "Lodz, Caslav, Angstrom"),
        ("Київ and Kyiv", "~~~~ and Kyiv"),
        ("soft\u00adhyphen and zero\u200bwidth", "soft hyphen and zero width"),
        ("wait…", "wait."),
        ("tab\tbell\x07", "tab bell "),
    ],
)
def test_what_characters_become(text: str, expected: str) -> None:
    assert folded(text) == expected


def test_an_offset_in_the_folded_text_is_one_in_the_article() -> None:
    """Forbids byte offsets: letters of two and four bytes stand before the word."""
    text = "Жінка 🚑 “Ødegård” came to Lyman."
    start = folded(text).index("Lyman")
    assert text[start : start + 5] == "Lyman"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\bkm\b", r"(?-u:\b)km(?-u:\b)"),
        (r"[^,;]{0,60}", r"[^\x{80}-\x{10FFFF},;]{0,60}"),
        (r"[^\]]", r"[^\x{80}-\x{10FFFF}\]]"),
        (r"[a.b]\..", r"[a.b]\.[^\n\x{80}-\x{10FFFF}]"),
    ],
)
def test_patterns_for_ascii_leave_out_what_no_folded_text_holds(pattern: str, expected: str) -> None:
    assert for_ascii(pattern) == expected


@given(text=st.text(st.characters(max_codepoint=127, exclude_characters="\n"), max_size=30))
@pytest.mark.parametrize("pattern", [r"\b[^,;]{2,9}\w$", r"^.{3}\s", r"[^a-z] (?:\d|b)\b", r"b\W", r"a[^:b-]c"])
def test_patterns_for_ascii_match_what_they_matched(pattern: str, text: str) -> None:
    texts = pl.Series([text])
    assert texts.str.contains(pattern).item() == texts.str.contains(for_ascii(pattern)).item()


@given(text=st.text(st.sampled_from(" ab,$.?"), max_size=12))
@pytest.mark.parametrize(
    "pattern", [r"\b(?:a|b)[^,.]{0,4}$", r"^a?$|b \$$", r"[a$] $|, ", r"\b(?:a|b,) (?:[^?]+ )*$", r"b\W*$"]
)
def test_patterns_look_back_from_an_end_mark_as_from_the_end(pattern: str, text: str) -> None:
    """The mark only makes the search faster."""
    pattern = for_ascii(pattern)
    expected = pl.Series([text]).str.contains(pattern).item()
    assert pl.Series([text + END]).str.contains(before_end(pattern)).item() == expected
