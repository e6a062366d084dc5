"""Where sentences end, which of them are body text, and that each stands where its offset says."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import sentences
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.extract.sentences import count_sentences
from pipeline.text import fold_str


def split(text: str) -> list[str]:
    return sentences(text)["text"].to_list()


def is_body(text: str) -> list[bool]:
    return sentences(text)["is_body"].to_list()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It burned. Two fled.", ["It burned.", "Two fled."]),
        ("Lt. Savchuk saw it. He ran.", ["Lt. Savchuk saw it.", "He ran."]),
        ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
        ("On Sept. 3 it fell. Rain came.", ["On Sept. 3 it fell.", "Rain came."]),
        ("O. Tkach and J. K. Brown left. All slept.", ["O. Tkach and J. K. Brown left.", "All slept."]),
        ("It flew 2.5 km. Then it fell.", ["It flew 2.5 km.", "Then it fell."]),
        ("At 7.30 it ended.", ["At 7.30 it ended."]),
        ("The depot burned.Two men fled.", ["The depot burned", "Two men fled."]),
        ('"We held. They left." Then it rained.', ['"We held.', 'They left."', "Then it rained."]),
        ("Who fired? Nobody knows! It is dark.", ["Who fired?", "Nobody knows!", "It is dark."]),
        ("Ten fell. 12 were hurt.", ["Ten fell.", "12 were hurt."]),
        ("First line\nSecond line.", ["First line", "Second line."]),
        ("Smoke - Ann (@ann_r) July 3, 2022 It rained.", ["Smoke - Ann (@ann_r) July 3, 2022", "It rained."]),
        ("", []),
        ("... --- 12 ...", []),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    """Forbids splitting at the full stops of short forms, initials and decimals."""
    assert split(text) == expected


@pytest.mark.parametrize("name", lexicon.abbreviations())
def test_an_abbreviation_ends_no_sentence(name: str) -> None:
    assert len(split(f"They saw {name} Moroz there.")) == 1


def test_a_quotation_goes_on_over_its_sentences() -> None:
    """Forbids to read the second sentence of a quotation as the reporter's own."""
    text = 'She spoke. "It was loud. We all ran. Then it stopped," she said. Rain came.\n"New paragraph," he said.'
    assert sentences(text)["opens_in_quote"].to_list() == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    "text",
    [
        "What we know so far",
        "By Olena Hrytsenko",
        "Reporting by our staff in Lviv; editing by Jo Brand",
        "Sign up to our morning newsletter",
        "Photo: a bus after the attack on Kherson",
        "Read more: drones hit Odesa",
        "ALL RIGHTS RESERVED",
        "Advertisement",
        "Key events of the week",
    ],
)
def test_litter_is_no_body_text(text: str) -> None:
    """Headings, bylines, captions and newsletter lines give no rows; they keep their sentence numbers."""
    frame = sentences(f"A drone fell near the mill.\n{text}\nNobody was there.")
    assert frame["is_body"].to_list() == [True, False, True]
    assert frame["sentence_no"].to_list() == [0, 1, 2]


def test_what_stands_before_a_photographers_name_is_a_caption() -> None:
    frame = sentences("Drones hit the mill. A man stands in the shelled mill. Photograph: J. Brand. Nobody was hurt.")
    assert frame["is_body"].to_list() == [True, False, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "• Two villages near Sumy were shelled at dawn.",
        "- A missile hit the mill in Izmail;",
        "By dawn the fire in the depot was out.",
        "Read the statement of the general staff: 20 drones were shot down, it says.",
        "Three drones crossed the river and burned down a mill that nobody had used since the first winter of war",
    ],
)
def test_body_text_is_no_litter(text: str) -> None:
    """Forbids litter patterns so wide that bullet lines and plain sentences vanish."""
    assert is_body(text) == [True]


def test_numbers_run_per_article_and_paragraphs_over_the_batch() -> None:
    frame = sentences("One came. Two came.\nThree came.", "Four came.")
    assert frame["sentence_no"].to_list() == [0, 1, 2, 0]
    assert frame["paragraph"].n_unique() == 3
    assert frame["sentence"].to_list() == [0, 1, 2, 3]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=30), st.sampled_from(["Lt. Moroz", ". ", ".A", '." ', "\n", "  ", "burned.Two", "é"])
        ),
        max_size=12,
    ).map("".join)
)
@example("  It fell. \r\n\n “Ё” It burned.Two fled. ")
def test_every_sentence_reproduces_the_folded_text_at_its_offset(text: str) -> None:
    frame = sentences(text, "Second article. " + text)
    for article, original in ((0, text), (1, "Second article. " + text)):
        whole = fold_str(original)
        ends = 0
        for row in frame.filter(pl.col("article") == article).iter_rows(named=True):
            assert whole[row["offset"] : row["offset"] + len(row["text"])] == row["text"]
            assert row["offset"] >= ends
            ends = row["offset"] + len(row["text"])


def test_sentences_are_counted_as_they_are_split() -> None:
    text = "Lt. Moroz left. Two stayed.\nThree came, e.g. by road.\n\n***\n"
    assert pl.select(count_sentences(pl.lit(text))).item() == len(split(text))
