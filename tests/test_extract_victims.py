"""Which numbers count the killed, the injured and the missing, in the many ways in which news tells it."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import articles, sentences

from pipeline import lexicon
from pipeline.extract.cascade import Extractor
from pipeline.extract.mask import mask_sentences
from pipeline.extract.numbers import find_numbers
from pipeline.extract.spans import without_overlaps
from pipeline.extract.victims import find_victims

Told = dict[str, float | None]


def victims(*texts: str) -> pl.DataFrame:
    """`find_victims` over texts in which numbers alone are masked."""
    split = sentences(*texts).with_columns(lower=pl.col("text").str.to_lowercase())
    numbers = find_numbers(split)
    spans = without_overlaps(
        numbers.select("sentence", "start", "end", tag=pl.lit("N"), priority=pl.lit(0)), "priority"
    )
    numbers = numbers.join(spans.select("sentence", "start"), on=["sentence", "start"], how="semi")
    return find_victims(mask_sentences(split, spans), numbers)


def told(text: str) -> Told:
    """Best figure (else low, else high) of each stem, the toll's total first."""
    found = victims(text)
    figures = found.sort("sentence", pl.col("is_total").not_(), "at").unique("stem", keep="first", maintain_order=True)
    return dict(zip(figures["stem"], figures.select(pl.coalesce("best", "low", "high")).to_series(), strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two passengers and the policeman were hurt.", {"injured": 3}),
        ("Two residents, a cook and her brother, were killed in the blaze.", {"killed": 2}),
        ("The raid led to one fatality and six injuries.", {"killed": 1, "injured": 6}),
        ("There was no damage or casualties.", {"killed": 0, "injured": 0}),
        ("The man who was killed was 48.", {}),
        ("The driver and one of the passengers were injured.", {"injured": 2}),
        ('One woman died and nine tenants "received injuries" of some kind.', {"killed": 1, "injured": 9}),
        ("One life was also lost in the valley.", {"killed": 1}),
        # who, before the verb
        ("Three people were killed.", {"killed": 3}),
        ("A woman was injured.", {"injured": 1}),
        ("A man of 58 was killed.", {"killed": 1}),
        ("A woman, 62, was killed.", {"killed": 1}),
        ("A 40-year-old woman and her two children were killed.", {"killed": 3}),
        ("A man and his son were wounded.", {"injured": 2}),
        ("Two women aged 67 and 70 and a teenage boy were wounded.", {"injured": 3}),
        ("The driver and a volunteer were hurt.", {"injured": 2}),
        ("The driver was injured.", {"injured": 1}),
        ("A couple were killed in their kitchen.", {"killed": 2}),
        ("Five people, including two children, were injured.", {"injured": 5}),
        ("Three people are known to have died.", {"killed": 3}),
        ("As many as 40 people are believed to have been killed.", {"killed": 40}),
        ("Fourteen have been killed and over a hundred injured.", {"killed": 14, "injured": 100}),
        ("Another died in hospital.", {"killed": 1}),
        ("A sixth died on Monday.", {"killed": 1}),
        ("An official of the town administration of the port was killed.", {"killed": 1}),
        # whom, behind the verb
        ("The blast killed two people and wounded a child.", {"killed": 2, "injured": 1}),
        ("It killed 21 civilians and injured 27.", {"killed": 21, "injured": 27}),
        ("It killed two and a child.", {"killed": 3}),
        ("It killed three women and a boy.", {"killed": 4}),
        ("It killed three people, two women and a man.", {"killed": 3}),
        ("The blast killed two people and a child was injured.", {"killed": 2, "injured": 1}),
        ("It claimed the lives of four residents.", {"killed": 4}),
        ("It claimed at least six lives.", {"killed": 6}),
        ("Six lives were lost.", {"killed": 6}),
        ("The raid left 12 people dead and more than 40 injured.", {"killed": 12, "injured": 40}),
        ("The company lost up to 60 men.", {"killed": 60}),
        # tolls
        ("The death toll rose to 59.", {"killed": 59}),
        ("One died later, taking the death toll to three.", {"killed": 3}),
        ("Two more bodies were found, bringing to five the number of people killed.", {"killed": 5}),
        ("Gusev put the number of wounded at 16.", {"injured": 16}),
        ("The number of injured has risen to 13.", {"injured": 13}),
        # bodies
        ("The bodies of three residents were found in a yard.", {"killed": 3}),
        ("Rescuers pulled out four more bodies.", {"killed": 4}),
        ("Two bodies were recovered.", {"killed": 2}),
        # hurt, in other words
        ("Three people suffered shrapnel wounds.", {"injured": 3}),
        ("Three people asked for medical help.", {"injured": 3}),
        ("Eight people remain in hospital.", {"injured": 8}),
        ("Nine were taken to a local hospital.", {"injured": 9}),
        ("Six people were being treated for burns.", {"injured": 6}),
        # missing
        ("Two workers are missing.", {"missing": 2}),
        ("The whereabouts of more than 200 residents are unknown.", {"missing": 200}),
        ("Four residents may still be under the rubble.", {"missing": 4}),
        # nobody
        ("No one was hurt.", {"injured": 0}),
        ("Nobody was killed or injured.", {"killed": 0, "injured": 0}),
        ("There were no casualties.", {"killed": 0, "injured": 0}),
        ("There were no dead or wounded.", {"killed": 0, "injured": 0}),
        ("A shed burned without casualties.", {"killed": 0, "injured": 0}),
        ("None of the crew was injured.", {"injured": 0}),
        ("It hit a field without injuring anyone.", {"injured": 0}),
        # no victims
        ("Two of the hospitals were hit and five drones fell.", {}),
        ("The law was backed by 300 deputies.", {}),
        ("280 were killed or wounded.", {}),
        ("They cleared 40 high-rise blocks without removing dead bodies.", {}),
        ("A group of children sang, a dozen soldiers died.", {"killed": 12}),
        ("Hundreds of villagers were tortured and killed.", {"killed": 200}),
        ("The head of the village, Petro Hrushko, was lightly injured in a blast.", {"injured": 1}),
        ("Several nurses including a Polish driver have died.", {"killed": 3}),
    ],
)
def test_victims_of_a_sentence(text: str, expected: Told) -> None:
    assert told(text) == expected


def test_every_noun_of_the_table_is_one_person() -> None:
    people = lexicon.table("people")
    found = victims(*people["example"]).filter(pl.col("stem") == "injured")
    assert found["sentence"].to_list() == list(range(people.height))
    assert found["best"].to_list() == [1] * people.height


@pytest.mark.parametrize(
    "text",
    [
        "Some 60 Russian troops are dying each day near Bakhmut, officials said.",
        "On average 80 men a day were killed near Bakhmut.",
    ],
)
def test_so_many_a_day_is_no_toll_of_one_day(extractor: Extractor, text: str) -> None:
    """Forbids to add a rate to the dead of the day of the news."""
    row = extractor(articles(text)).events.row(0, named=True)
    assert (row["count_scope"], row["date_start"]) == ("period", None)
