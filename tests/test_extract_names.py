"""Which words are known, what class they have, and that a mask keeps every character's place."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import lowered
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.cascade import Extractor
from pipeline.extract.mask import expand, mask_sentences
from pipeline.extract.names import find_names
from pipeline.extract.spans import Joined, WordList, find_pattern, find_words, without_overlaps
from pipeline.text import fold_str


def sentence(text: str) -> pl.DataFrame:
    return lowered(text).with_columns(text=pl.lit(text))


def tags(extractor: Extractor, text: str) -> dict[str, str]:
    """Known words of a sentence with their class letters."""
    found = find_names(sentence(text), extractor.names)
    return {text[start:end]: tag for start, end, tag in found.select("start", "end", "tag").rows()}


@pytest.mark.parametrize(
    ("text", "word", "tag"),
    [
        ("Kyiv denied it.", "Kyiv", "U"),
        ("A drone fell in Kyiv.", "Kyiv", "P"),
        ("Shells hit the city of Kyiv.", "city of Kyiv", "P"),
        ("It was at Kyiv's request.", "Kyiv", "U"),
        ("Moscow denied it.", "Moscow", "R"),
        ("A drone fell near Moscow.", "Moscow", "P"),
        ("Russia denied it.", "Russia", "R"),
        ("It happened in Ukraine.", "Ukraine", "C"),
        ("A Russian-held town was hit.", "Russian-held", "X"),
        ("A Ukrainian-made drone fell.", "Ukrainian-made", "X"),
        ("Russian-installed officials left.", "Russian-installed", "R"),
    ],
)
def test_a_capital_or_state_is_a_place_or_a_side(extractor: Extractor, text: str, word: str, tag: str) -> None:
    """Forbids 'Russian-held' to be Russia, and 'in Kyiv' to be the government."""
    assert tags(extractor, text)[word] == tag


def test_only_whole_words_are_names(extractor: Extractor) -> None:
    """Forbids 'Sumy' in 'Sumykhimprom' and 'tank' in 'tankers'."""
    assert not {"Sumy", "tank", "Lyman"} & set(tags(extractor, "The Sumykhimprom tankers and a Lymanite left."))


def test_a_longer_name_that_goes_on_does_not_hide_a_shorter_one(extractor: Extractor) -> None:
    """'Poltava region' cannot stand in 'Poltava regions', but 'Poltava' does."""
    assert {"Sumy", "Poltava"} <= set(tags(extractor, "It rained in Sumy and Poltava regions."))


def test_a_person_in_front_of_a_speech_verb_speaks_and_elsewhere_is_hit(extractor: Extractor) -> None:
    assert tags(extractor, "The mayor of Odesa said so.")["mayor"] == "V"
    assert tags(extractor, "Residents said so.")["Residents"] == "V"
    assert "V" not in tags(extractor, "Two residents were killed, she said.").values()
    assert "V" not in tags(extractor, "Six soldiers wounded by shells said nothing.").values()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Russian",
                "troops",
                "Kyiv",
                "the Donetsk region",
                "Pokrovsk",
                "20",
                "drones",
                ",",
                "and",
                "mayor",
                "said",
                "é",
            ]
        ),
        max_size=14,
    ).map(" ".join)
)
def test_a_mask_is_as_long_as_its_sentence(extractor: Extractor, text: str) -> None:
    folded = fold_str(text)
    frame = sentence(folded).filter(pl.col("text") != "")
    spans = find_names(frame, extractor.names)
    assert without_overlaps(spans.with_columns(priority=pl.lit(0)), "priority").height == spans.height
    for row in mask_sentences(frame, spans).iter_rows(named=True):
        assert len(row["mask"]) == len(row["lower"])
        outside = [i for i, char in enumerate(row["mask"]) if char != row["lower"][i]]
        covered = {i for start, end in spans.select("start", "end").rows() for i in range(start, end)}
        assert set(outside) <= covered


def test_spans_inside_spans_give_way_to_the_one_that_ranks_first() -> None:
    spans = pl.DataFrame({"sentence": [0, 0, 0, 1], "start": [0, 2, 8, 0], "end": [6, 9, 12, 3], "rank": [1, 0, 1, 1]})
    kept = without_overlaps(spans.cast({"sentence": pl.UInt32}), "rank")
    assert kept.select("sentence", "start").rows() == [(0, 2), (1, 0)]


def test_find_words_knows_that_there_may_be_nothing_to_find() -> None:
    frame = pl.DataFrame({"sentence": [0], "text": ["rain"]}).cast({"sentence": pl.UInt32})
    assert find_words(Joined.of(frame, "text"), WordList(pl.Series([], dtype=pl.String))).columns == [
        "sentence",
        "start",
        "end",
        "entry",
    ]


def test_find_words_takes_the_longest_at_each_place() -> None:
    frame = pl.DataFrame({"sentence": [0], "text": ["air defence, air defences, the air"]}).cast(
        {"sentence": pl.UInt32}
    )
    words = pl.Series(["air defence", "air"])
    found = find_words(Joined.of(frame, "text"), WordList(words))
    assert [(start, words[entry]) for start, entry in found.select("start", "entry").rows()] == [
        (0, "air defence"), (13, "air"), (31, "air"),
    ]  # fmt: skip


def test_find_pattern_gives_every_match_with_its_offsets() -> None:
    frame = pl.DataFrame({"sentence": [3, 4, 7], "mask": ["N= aa N=== b", "none", "N"]}).cast({"sentence": pl.UInt32})
    assert find_pattern(frame, "mask", "N=*").rows() == [(3, 0, 2, "N="), (3, 6, 10, "N==="), (7, 0, 1, "N")]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^ (?:the )?{P}$", " the O====="),
        ("^{w2}{S}$", "old big R==="),
        ("^{w2}{S}$", "U="),
        ("^{N} drones?$", "N W====="),
        ("^{N} drones?$", "N=== drones"),
        ("^{V} said$", "V======= said"),
    ],
)
def test_macros_of_patterns(pattern: str, text: str) -> None:
    """A word of a pattern also matches where the mask shows its class letter."""
    assert pl.Series([text]).str.contains(expand(pattern)).all()
