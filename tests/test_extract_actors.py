"""Who did it: each case forbids taking somebody else whom the sentence names for the doer."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline import lexicon
from pipeline.extract.actors import opposite
from pipeline.extract.cascade import Extractor

CASES = {
    # mistake that it forbids: (sentence, type, side)
    "the victim is the doer": ("Ukraine's second city, Kharkiv, came under heavy bombardment on Monday.", "strike", "RU"),
    "who speaks is the doer": ("Ukraine's air force said the strike on Odesa killed two people.", "strike", "RU"),
    "who speaks of itself is not": ("Ukraine's general staff said on Monday that it had struck Tokmak.", "strike", "UA"),
    "what is hit is the doer": ("Engineers found the fin of a missile that hit a Russian depot in the Donetsk region.", "strike", "UA"),
    "the enemy is the speaker's side": (
        "“The enemy is trying to storm the town of Toretsk,” the Ukrainian general staff said.", "advance", "RU",
    ),
    "they are the speaker's side": (
        "Ukrainian colonel Petro Bondar said: “They are already close to the city of Toretsk.”", "advance", "RU",
    ),
    "we are the other side": ("“We have taken the village of Ptyche,” the Russian army said.", "capture", "RU"),
    "who accuses is the doer": ("Russia accused Ukraine of shelling the town of Tokmak.", "shelling", "UA"),
    "both accuse, one is the doer": ("Kyiv and Moscow traded blame for a strike on a prison in Olenivka.", "strike", "unknown"),
    "towns attack": ("Missiles hit Ukrainian cities and ground forces entered the Kharkiv region.", "advance", "RU"),
    "in which hides the subject": (
        "It is a region in which Russian forces hold the town of Tokmak.", "control_status", "RU",
    ),
    "a number hides the agent": ("The plant in Enerhodar is controlled by 500 Russian soldiers.", "control_status", "RU"),
    "the repelled is the doer": ("All Russian assaults near Vuhledar were repelled.", "repelled", "UA"),
    "who fails repels": ("Russian forces unsuccessfully attacked near Terny.", "repelled", "UA"),
    "soldiers kill themselves": ("At least 20 Russian soldiers were killed near Kreminna on Monday.", "casualties", "UA"),
    "an object is the subject": ("Russia attacked Ukraine and stormed the city of Mariupol.", "advance", "RU"),
    "a freed town was taken by its enemy": ("Officials announced the liberation of Izium on Monday.", "capture", "UA"),
    "who denies a capture made it": ("Ukraine denied that the town of Vuhledar had fallen.", "capture", "RU"),
    "each side blames the other at the plant": ("Three strikes were recorded at the Zaporizhzhia nuclear power plant, Ukraine said.", "strike", "RU"),
    "who opens a sentence with a deed does it": (
        "After seizing the village of Terny, Russian troops rested, the governor said.", "capture", "RU",
    ),
    "who gave the weapons is the doer": ("Ukrainian troops, using rockets supplied by the United States, struck a depot in Tokmak.", "strike", "UA"),
    "who suffers losses inflicts them": ("Russian brigades are suffering heavy losses near Vuhledar.", "casualties", "UA"),
    "who inflicts losses suffers them": ("Ukrainian gunners inflicted heavy losses near Vuhledar, Kyiv said.", "casualties", "UA"),
    "prisoners hold themselves": ("Ukrainian prisoners are held in Horlivka.", "prisoners", "RU"),
    "abduction is its victims' country's": ("Two teachers were abducted in Melitopol on Monday.", "attack_on_civilians", "RU"),
}  # fmt: skip


@pytest.fixture(scope="module")
def events(extractor: Extractor) -> pl.DataFrame:
    """All sentences read in one batch, each as an article of its own."""
    return extractor(
        pl.DataFrame(
            {
                "article_id": list(CASES),
                "text": [sentence for sentence, _, _ in CASES.values()],
                "language": "en",
                "published_date": dt.date(2024, 9, 7),
            }
        )
    ).events


@pytest.mark.parametrize("mistake", CASES)
def test_doer_is_not_mistaken(events: pl.DataFrame, mistake: str) -> None:
    sentence, event_type, side = CASES[mistake]
    rows = events.filter(pl.col("article_id") == mistake, pl.col("event_type") == event_type)
    assert set(rows["actor_side"]) == {side}, f"{sentence!r} gave {rows['actor_side'].to_list()}"


def _examples_read(words: pl.DataFrame, days: list[dt.date | None], extractor: Extractor) -> pl.DataFrame:
    """Rows of a table's examples, each an article of its own, `example_no` with the row of the table."""
    texts = words.select(
        pl.int_range(pl.len()).cast(pl.String).str.zfill(16).alias("article_id"),
        text="example",
        language=pl.lit("en"),
        published_date=pl.Series(days, dtype=pl.Date),
    )
    return extractor(texts).events.with_columns(example_no=pl.col("article_id").cast(pl.UInt32))


def test_who_held_a_town_is_not_who_hits_it(extractor: Extractor) -> None:
    """Every line of holders.csv, two days after the town was taken. Forbids a line that the reading does not follow."""
    holders = lexicon.table("holders")
    after = holders["from_day"].str.to_date().dt.offset_by("2d").to_list()
    found = _examples_read(holders, after, extractor).select("example_no", "place_name", "actor_side")
    told = holders.with_row_index("example_no").join(found, on="example_no", how="left", suffix="_read")
    wrong = told.filter(~pl.col("actor_side").eq_missing(opposite(pl.col("held_by"))))
    assert wrong.select("example", "region_code", "place_name_read", "actor_side").rows() == []


def test_where_each_side_accuses_the_other_the_speaker_is_not_the_doer(extractor: Extractor) -> None:
    """Forbids taking the plant's shelling for the holder's or for the enemy of the holder, whoever speaks."""
    accused = lexicon.table("accused_over")
    found = _examples_read(accused, [dt.date(2023, 9, 7)] * accused.height, extractor)
    assert set(found["example_no"]) == set(range(accused.height))
    same = found.filter(pl.col("actor_side") == pl.col("attribution_side"))
    assert set(found["actor_side"]) == {"RU", "UA"}
    assert same.select("quote", "actor_side").rows() == []
