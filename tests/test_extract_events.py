"""Who did what to whom, who says so, when and how many: small articles and the columns that they must give."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from extract_data import SATURDAY, articles

from pipeline.extract.cascade import Extractor

Row = dict[str, Any]

# what each case forbids -> (text, one dict of columns per row of it, in text order)
CASES: dict[str, tuple[str, list[Row]]] = {
    # who: voice of the verb
    "active": (
        "Ukrainian forces captured Sudzha.",
        [{"event_type": "capture", "actor_side": "UA", "target_side": "RU", "actor_name": "Ukrainian forces"}],
    ),
    "passive: the agent acts, not the subject": (
        "The village of Robotyne was retaken by Ukrainian troops.",
        [{"event_type": "capture", "actor_side": "UA", "place_name": "Robotyne"}],
    ),
    "noun: the adjective acts": (
        "The Russian shelling of Nikopol went on until noon.",
        [{"event_type": "shelling", "actor_side": "RU", "place_name": "Nikopol"}],
    ),
    "no doer: the enemy of who holds the town": (
        "A drone hit a warehouse in Belgorod.",
        [{"event_type": "strike", "actor_side": "UA", "actor_name": None, "target_side": "RU"}],
    ),
    "no doer: occupied towns are held by Russia": (
        "A missile hit a barracks in Melitopol.",
        [{"event_type": "strike", "actor_side": "UA", "target_side": "RU", "region_code": "UA-23"}],
    ),
    "a town held by one side is not that side": (
        "Ukrainian drones hit a warehouse in Russian-held Tokmak.",
        [{"event_type": "strike", "actor_side": "UA", "actor_name": "Ukrainian"}],
    ),
    "the speaker did not do it": (
        "Kyiv said a school in Lozova was hit by a missile.",
        [{"event_type": "strike", "actor_side": "RU", "attribution_side": "UA", "status": "claimed"}],
    ),
    "who goes on doing says nothing": (
        "Russian troops continued mortar strikes on Nikopol, the governor said.",
        [{"event_type": "shelling", "actor_side": "RU", "attribution_side": "UA"}],
    ),
    "the side of what is hit, behind a list": (
        "Jets conducted 40 airstrikes on depots, posts and men of the Russian army near Tokmak.",
        [{"event_type": "strike", "actor_side": "UA"}],
    ),
    "taken and retaken": (
        "Kupiansk was seized by Russian troops in May and recaptured by Ukrainian troops in June.",
        [
            {"event_type": "capture", "event_subtype": "captured", "actor_side": "RU"},
            {"event_type": "capture", "event_subtype": "recaptured", "actor_side": "UA"},
        ],
    ),
    "prisoners are held where they are taken to, on another day than they were captured": (
        "Two Danes captured near Izium on Tuesday were transferred to a jail in Taganrog.",
        [
            {
                "event_type": "prisoners",
                "event_subtype": "held",
                "actor_side": "RU",
                "region_code": "RU-ROS",
                "date_method": "news_day",
            },
        ],
    ),
    "a state is a place where prisoners are taken to": (
        "Three officers who had defended Sievierodonetsk were transferred to Russia, a lawyer said.",
        [{"event_type": "prisoners", "place_name": "Russia", "geo_precision": 5}],
    ),
    "artillery units fire shells": (
        "Ukrainian artillery units struck a command post near Svatove.",
        [{"event_type": "shelling", "event_subtype": "artillery", "actor_side": "UA"}],
    ),
    "who announces that its own men leave": (
        "The Russian defence ministry for the first time announced the withdrawal of its forces from Balakliia.",
        [{"event_type": "withdrawal", "actor_side": "RU"}],
    ),
    "two words for one gain": (
        "Ukraine has regained control of the Kharkiv region and reclaimed land seized by Moscow.",
        [{"event_type": "capture", "actor_side": "UA"}],
    ),
    "an attribute tells nothing": (
        "Russian troops shelled the liberated Kherson.",
        [{"event_type": "shelling", "place_name": "Kherson"}],
    ),
    # a claim is the event's row, no row of its own
    "it repelled: one row, claimed by who says so": (
        "Moscow said it repelled an attack near Sudzha.",
        [
            {
                "event_type": "repelled",
                "actor_side": "RU",
                "attribution_side": "RU",
                "status": "claimed",
                "geo_precision": 2,
            }
        ],
    ),
    "a claimed capture is a capture": (
        "Moscow claimed the capture of the village of Prohres.",
        [
            {
                "event_type": "capture",
                "actor_side": "RU",
                "attribution_side": "RU",
                "status": "claimed",
                "settlements": 1,
            }
        ],
    ),
    # voices
    "speaker before": (
        "Governor Vyacheslav Gladkov said a drone hit a bus in Shebekino.",
        [
            {
                "attribution_text": "Vyacheslav Gladkov",
                "attribution_side": "RU",
                "attribution_kind": "belligerent_official",
            }
        ],
    ),
    "speaker behind": (
        "A drone hit a bus in Shebekino, Vyacheslav Gladkov said on Friday.",
        [{"attribution_text": "Vyacheslav Gladkov", "attribution_side": "RU", "status": "claimed"}],
    ),
    "generic speaker behind": (
        "A drone hit a bus in Kherson, officials said.",
        [{"attribution_text": "officials", "attribution_side": "UA", "attribution_kind": "belligerent_official"}],
    ),
    "a witness speaks for himself": (
        "Residents said a missile had hit the market in Odesa.",
        [{"attribution_text": "Residents", "attribution_kind": "local_witness", "status": "claimed"}],
    ),
    "a third party": (
        "According to the UN, a missile hit a school in Lozova.",
        [{"attribution_text": "UN", "attribution_side": "other", "attribution_kind": "third_party"}],
    ),
    "nobody: the reporter's own voice": (
        "A missile hit a school in Lozova.",
        [{"attribution_text": None, "attribution_side": "none", "attribution_kind": "agency", "status": "reported"}],
    ),
    "a pronoun carries the voice on": (
        "Roman Mrochko said a drone had hit a bus in Kherson.\nHe added that two passengers were injured.",
        [
            {"event_type": "strike", "attribution_text": "Roman Mrochko"},
            {
                "event_type": "casualties",
                "attribution_text": "Roman Mrochko",
                "injured_best": 2,
                "place_name": "Kherson",
            },
        ],
    ),
    "a quotation goes on with its voice": (
        '"A drone hit a depot in Shebekino. Two people were injured," Vyacheslav Gladkov said.',
        [
            {"event_type": "strike", "attribution_text": "Vyacheslav Gladkov"},
            {"event_type": "casualties", "attribution_text": "Vyacheslav Gladkov", "injured_best": 2},
        ],
    ),
    "a plain sentence after it is the reporter's": (
        "A drone hit a bus in Kherson, Roman Mrochko said.\nTwo people were killed by shelling in Beryslav.",
        [
            {"attribution_text": "Roman Mrochko"},
            {"event_type": "shelling", "attribution_kind": "agency", "killed_best": 2},
        ],
    ),
    "a channel is not verified": (
        "Telegram channels reported a drone strike on a refinery in Tuapse.",
        [{"event_type": "strike", "attribution_kind": "social_media", "status": "unverified"}],
    ),
    # status
    "denied by the accused": (
        "Moscow denied that it had hit a hospital in Kharkiv.",
        [{"event_type": "strike", "status": "denied", "attribution_side": "RU"}],
    ),
    "not captured": (
        "Russia has not captured Toretsk.",
        [{"event_type": "capture", "status": "denied", "place_name": "Toretsk"}],
    ),
    "an order is announced": (
        "Ukraine has ordered the mandatory evacuation of children from Pokrovsk.",
        [{"event_type": "evacuation", "event_subtype": "ordered", "status": "announced", "actor_side": "UA"}],
    ),
    "an own act that is owned up to": (
        "Ukraine confirmed it had withdrawn from the town of Vuhledar.",
        [{"event_type": "withdrawal", "actor_side": "UA", "status": "confirmed"}],
    ),
    "a plan to strike is no strike": (
        "Russia plans to strike Kharkiv with missiles.",
        [{"event_type": "intent", "status": "intended", "actor_side": "RU"}],
    ),
    "an aim to capture is no capture": (
        "The Kremlin's goal is to capture the entire Donbas.",
        [{"event_type": "intent", "status": "intended", "actor_side": "RU"}],
    ),
    # nothing happened
    "if": ("If Russia hits the bridge in Odesa, trade would stop.", []),
    "would": ("Drones would hit the bridge in Kherson.", []),
    "quotation begun behind what makes it real": (
        'Russian troops went on "to destroy homes, using mortars", in Nikopol, the mayor said.',
        [{"event_type": "shelling", "actor_side": "RU", "place_name": "Nikopol"}],
    ),
    "quotation begun behind what makes it unreal": (
        'He said that drones could "hit the bridge" in Kherson.',
        [],
    ),
    "the state that missiles are fired at is where they hit": (
        "Of the 50 missiles fired at Ukraine, 41 were intercepted.",
        [
            {"event_type": "strike", "actor_side": "RU", "place_name": "Ukraine"},
            {"event_type": "air_defence", "actor_side": "UA", "place_name": "Ukraine"},
        ],
    ),
    "soldiers who flee withdraw": (
        "Russian soldiers fled Izium on Sunday.",
        [{"event_type": "withdrawal", "actor_side": "RU", "place_name": "Izium"}],
    ),
    "missiles sent at a town are not sent to the front": (
        "Russian troops were sending a steady stream of missiles towards Odesa.",
        [{"event_type": "strike", "actor_side": "RU", "place_name": "Odesa"}],
    ),
    "might": ("Russian troops might capture Toretsk.", []),
    "reference": ("Izmail lies on the Danube, which borders Romania.", []),
    "heading": ("Strike on Kharkiv\nThe report has two parts.", []),
    # how many
    "a zero that is told": (
        "No one was hurt, the mayor of Odesa said.",
        [
            {
                "event_type": "casualties",
                "event_subtype": "explicit_zero",
                "injured_low": 0,
                "injured_high": 0,
                "killed_low": None,
            }
        ],
    ),
    "at least opens the upper bound": (
        "The shelling killed at least 9 people in Kherson.",
        [{"killed_low": 9, "killed_best": 9, "killed_high": None}],
    ),
    "one digit and one woman count too": (
        "Kherson was shelled, killing a 62-year-old woman and wounding 3 men.",
        [{"killed_best": 1, "injured_best": 3}],
    ),
    "a toll over several places stands once": (
        "The shelling killed three people in Kherson and Beryslav.",
        [{"place_name": "Kherson", "killed_best": 3}, {"place_name": "Beryslav", "killed_best": None}],
    ),
    "each place has its own number": (
        "The raids killed at least nine people in Poltava, and two in Lviv.",
        [
            {"place_name": "Poltava", "killed_low": 9, "killed_high": None},
            {"place_name": "Lviv", "killed_low": 2, "killed_high": 2},
        ],
    ),
    "wounded people are no missiles": (
        "Two men were killed and five wounded when a missile hit a mill in Izmail.",
        [{"event_type": "strike", "killed_best": 2, "injured_best": 5, "launched_missile": None}],
    ),
    "launched and shot down": (
        "Ukraine's air force said it had shot down 24 of 28 drones over Ukraine.",
        [{"event_type": "air_defence", "actor_side": "UA", "intercepted_uav": 24, "launched_uav": 28}],
    ),
    "what was downed of those told before": (
        "Of the 44 drones launched at Poltava overnight, 39 were shot down.",
        [
            {"event_type": "strike", "launched_uav": 44, "intercepted_uav": None},
            {"event_type": "air_defence", "intercepted_uav": 39, "launched_uav": 44},
        ],
    ),
    "of both kinds so many were downed": (
        "Russia fired 14 missiles and 52 drones at Ukraine, of which 11 missiles and 49 drones were shot down, Kyiv said.",
        [
            {"event_type": "strike", "launched_missile": 14, "launched_uav": 52},
            {"event_type": "air_defence", "intercepted_missile": 11, "intercepted_uav": 49, "launched_uav": 52},
        ],
    ),
    "each oblast its share": (
        "Russian air defences destroyed 19 Ukrainian drones overnight: 11 over Bryansk region and eight over Kursk region.",
        [
            {"event_type": "air_defence", "region_code": "RU-BRY", "intercepted_uav": 11},
            {"event_type": "air_defence", "region_code": "RU-KRS", "intercepted_uav": 8},
        ],
    ),
    "so many of which were downed": (
        "Russia launched 17 missiles at Poltava overnight, 12 of which were intercepted.",
        [
            {"event_type": "strike", "launched_missile": 17, "intercepted_missile": None},
            {"event_type": "air_defence", "intercepted_missile": 12, "launched_missile": 17},
        ],
    ),
    "people who fled are not dead": (
        "Tens of thousands of residents have fled the Kursk region.",
        [{"event_type": "displacement", "displaced_low": 20_000, "displaced_best": None, "displaced_high": 99_999}],
    ),
    "strength of a unit is no toll": (
        "A brigade of 3,000 men captured the village of Orlivka.",
        [{"event_type": "capture", "killed_best": None, "captured_best": None}],
    ),
    # what with
    "weapon and target": (
        "Russian Shahed drones hit a substation in Sumy.",
        [{"event_type": "strike", "event_subtype": "drone", "weapon": "Shahed drones", "target_kind": "energy"}],
    ),
    "named launchers are shelling": (
        "Russian troops shelled the town of Orikhiv with Grad rockets.",
        [{"event_type": "shelling", "event_subtype": "mlrs"}],
    ),
    "aircraft that are hit are no weapon": (
        "Ukrainian drones damaged two Tu-95 strategic bombers at the airfield in Engels.",
        [{"event_type": "strike", "event_subtype": "drone"}],
    ),
    "arms that are hit are military": (
        "Ukrainian marines struck two Pantsir systems near Yevpatoria.",
        [{"event_type": "strike", "target_kind": "military"}],
    ),
    "what is held by an army is no weapon": (
        "Ukrainian strikes on the Russian-held town of Tokmak went on.",
        [{"event_type": "strike", "target_kind": "settlement"}],
    ),
    "a store of bombs is no weapon": (
        "Ukrainian forces struck a glide bomb storage site in Morozovsk with nine drones.",
        [{"event_type": "strike", "event_subtype": "drone"}],
    ),
    # when
    "the day of the saying is not the day of the event": (
        "The governor said on Friday that a drone had hit a bus in Kherson on Wednesday.",
        [{"date_start": dt.date(2024, 9, 4), "date_text": "Wednesday", "date_method": "weekday"}],
    ),
    "said Friday dates the event where nothing else does": (
        "A drone hit a bus in Kherson, the governor said on Friday.",
        [{"date_start": dt.date(2024, 9, 6), "date_precision": 1}],
    ),
    "no date words: the news day, and it says so": (
        "A drone hit a bus in Kherson.",
        [
            {
                "date_start": SATURDAY,
                "date_end": SATURDAY,
                "date_precision": 1,
                "date_method": "news_day",
                "date_text": None,
            }
        ],
    ),
    "years ago is background": (
        "In 2022 Russian troops captured Mariupol.",
        [{"event_type": "capture", "date_precision": 5, "is_background": True}],
    ),
    "last week's Monday is not": (
        "On Monday Russian troops captured the village of Orlivka.",
        [{"event_type": "capture", "date_start": dt.date(2024, 9, 2), "is_background": False}],
    ),
    "a state has no day": (
        "Most of the town of Toretsk is controlled by Russian forces.",
        [{"event_type": "control_status", "date_start": None, "date_precision": 9, "date_method": "none"}],
    ),
}


@pytest.fixture(scope="module")
def found(extractor: Extractor) -> dict[str, list[Row]]:
    """Event rows of all cases, read in one batch."""
    batch = articles(*[text for text, _ in CASES.values()])
    events = extractor(batch).events
    return {
        name: events.filter(pl.col("article_id") == article_id).to_dicts()
        for name, article_id in zip(CASES, batch["article_id"], strict=True)
    }


@pytest.mark.parametrize("name", CASES)
def test_case(found: dict[str, list[Row]], name: str) -> None:
    text, expected = CASES[name]
    rows = found[name]
    told = [{column: row[column] for column in wanted} for row, wanted in zip(rows, expected, strict=False)]
    assert told == expected, text
    assert len(rows) == len(expected), f"{text}: {[(row['event_type'], row['place_name']) for row in rows]}"


def test_the_vaguer_of_two_rows_points_to_the_fuller(extractor: Extractor) -> None:
    text = (
        "The city of Kharkiv was hit by Russian missiles on Friday.\n"
        "Three missiles hit Kharkiv on Friday, wounding seven people."
    )
    lead, detail = extractor(articles(text)).events.to_dicts()
    assert (lead["duplicate_of"], detail["duplicate_of"]) == (detail["event_id"], None)


def test_a_strike_told_twice_has_one_weapon(extractor: Extractor) -> None:
    text = "A missile hit a clinic in Odesa on Friday. The governor called Friday's attack on Odesa the worst so far."
    events = extractor(articles(text)).events
    assert events["event_subtype"].to_list() == ["missile", "missile"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ukraine launched an artillery attack on a Russian command post in Izium.", "military"),
        ("A blast rocked a Russian military facility in Saky.", "military"),
        ("Russian troops were moving towards the town of Lysychansk.", "settlement"),
        ("The deputy mayor of Tokmak was wounded in an assassination attempt.", "government"),
    ],
)
def test_what_was_aimed_at(extractor: Extractor, text: str, kind: str) -> None:
    assert extractor(articles(text)).events["target_kind"].to_list() == [kind]


def test_the_dead_of_another_speaker_are_of_another_town(extractor: Extractor) -> None:
    text = (
        "The mayor of Mariupol said that six people had died there and rescuers in Kharkiv said a girl had been killed "
        "after shelling struck a hostel."
    )
    rows = extractor(articles(text)).events.filter(pl.col("event_type") == "shelling")
    assert rows.select("place_name", "killed_best").rows() == [("Kharkiv", 1)]


def test_a_fire_behind_an_attack_is_by_who_attacked(extractor: Extractor) -> None:
    text = 'Two Russian missiles hit a bakery in Kharkiv, the governor said. "A large fire broke out," he wrote.'
    rows = extractor(articles(text)).events
    assert rows.select("event_type", "actor_side").rows() == [("strike", "RU"), ("explosion", "RU")]


def test_the_rest_of_a_salvo_is_shot_down_where_it_hit(extractor: Extractor) -> None:
    text = "A missile hit a house in Belgorod on Friday. Russia said it intercepted three Ukrainian missiles."
    assert extractor(articles(text)).events["place_name"].to_list() == ["Belgorod", "Belgorod"]


def test_refugees_arrive_in_a_third_state(extractor: Extractor) -> None:
    row = extractor(articles("About 900 refugees arrived in Slovakia on Monday.")).events.row(0, named=True)
    assert (row["place_name"], row["country_code"], row["region_code"]) == ("Slovakia", "SK", None)


def test_the_other_side_never_repeats(extractor: Extractor) -> None:
    """Two sides' versions of one thing are two rows, neither a duplicate."""
    text = (
        "Kyiv said Ukrainian drones had hit a refinery in Tuapse on Friday.\n"
        "Moscow said Ukrainian drones had hit a refinery in Tuapse on Friday."
    )
    events = extractor(articles(text)).events
    assert events["attribution_side"].to_list() == ["UA", "RU"]
    assert events["duplicate_of"].null_count() == 2


def test_different_tolls_are_no_repetition(extractor: Extractor) -> None:
    text = "Shelling killed two people in Kherson on Friday.\nShelling killed six people in Kherson on Friday."
    events = extractor(articles(text)).events
    assert events["killed_best"].to_list() == [2, 6]
    assert events["duplicate_of"].null_count() == 2


def test_duplicates_lie_in_one_article(extractor: Extractor) -> None:
    """The same sentence in two articles is for the incidents to reconcile."""
    text = "Russian missiles hit a school in Lozova on Friday."
    assert extractor(articles(text, text)).events["duplicate_of"].null_count() == 2


def test_without_a_publication_day_nothing_is_dated_by_guess(extractor: Extractor) -> None:
    texts = ("A drone hit a bus in Kherson on Friday.", "A drone hit a bus in Kherson on September 4, 2024.")
    events = extractor(articles(*texts, day=None)).events
    assert events.select("date_start", "date_precision", "date_method").rows() == [
        (None, events["date_precision"][0], "none"),
        (dt.date(2024, 9, 4), 1, "stated"),
    ]


def test_a_voice_ends_with_its_article(extractor: Extractor) -> None:
    """Forbids pronouns and quotations to take a speaker out of another text."""
    texts = (
        "Roman Mrochko said a drone had hit a bus in Kherson.",
        '"Two houses were hit by a drone in Beryslav," he said.',
    )
    first, second = extractor(articles(*texts)).events.to_dicts()
    assert first["attribution_text"] == "Roman Mrochko"
    assert second["attribution_text"] is None


def test_a_place_ends_with_its_article(extractor: Extractor) -> None:
    """Forbids 'the city' to be one of another text."""
    batch = articles("A drone hit a bus in Kherson.", "A missile hit a school in the city.")
    events = extractor(batch).events.filter(pl.col("article_id") == batch["article_id"][1])
    assert "Kherson" not in events["place_name"].to_list()


def test_nothing_has_happened_after_it_was_told(extractor: Extractor) -> None:
    """Forbids taking a coming day, named in the sentence before, for the day of what has happened."""
    text = "The new term begins in Nikopol on September 15. A drone struck the school in Nikopol."
    assert extractor(articles(text)).events["date_start"].to_list() == [SATURDAY]
