"""Short cuts of the ingest give what the long way gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.ingest.articles import with_single_blanks
from pipeline.ingest.decode import NotText, decode

SPACES = " \n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2003\u2028\u202f\u3000\u200b\ufeff"


@given(st.text(st.one_of(st.sampled_from(SPACES), st.characters(exclude_categories=["Cs"])), max_size=40))
@example("  a \n\n b  c\n")
@example("one\u00a0 two")
def test_white_space_is_folded_as_splitting_at_it_does(text: str) -> None:
    """Ids of articles rest on it: another folding makes a new article of every old one."""
    assert with_single_blanks(text) == " ".join(text.split())


@given(st.binary(max_size=30), st.integers(0, 5))
def test_control_characters_are_counted_in_every_encoding(data: bytes, n_controls: int) -> None:
    data = b"\xcc " + data.replace(b"\0", b"") + b"\x01" * n_controls
    try:
        text = decode(data)
    except NotText:
        return
    assert sum((char < " " and char not in "\t\n\f\r\x1b") or char == "\x7f" for char in text) <= 1
