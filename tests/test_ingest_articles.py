"""Short cuts of the ingest give what the long way gives."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.ingest.articles import with_single_blanks
from pipeline.ingest.decode import NotText, decode
from pipeline.ingest.seen import SeenIds

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


def ids(numbers: set[int]) -> pl.DataFrame:
    return pl.DataFrame({"article_id": [f"{number:016x}" for number in numbers]}, schema={"article_id": pl.String})


@settings(deadline=None)  # the first call loads half of polars
@given(st.lists(st.sets(st.one_of(st.integers(0, 40), st.integers(2**64 - 3, 2**64 - 1)), max_size=12), max_size=12))
@example([set(), {0, 2**64 - 1}, {0}, {1}, set(range(12))])
def test_ids_that_have_been_seen_are_known_as_a_set_knows_them(batches: list[set[int]]) -> None:
    """A miss doubles an article, a false hit loses one."""
    seen, known = SeenIds(), set[int]()
    for batch in batches:
        assert seen.drop_seen(ids(batch)).equals(
            ids(batch).filter(pl.Series([n not in known for n in batch], dtype=pl.Boolean))
        )
        new = {int(id_, 16) for id_ in seen.take_new(ids(batch))["article_id"]}
        assert new == batch - known
        known |= batch
