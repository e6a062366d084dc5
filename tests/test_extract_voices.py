"""Who says an event, over which sentences a voice reaches, and the status that it gives: articles in our own words."""

from __future__ import annotations

import pytest
from extract_data import articles

from pipeline import lexicon
from pipeline.extract.cascade import Extractor

Voice = tuple[str | None, str, str, str]
AGENCY: Voice = (None, "none", "agency", "reported")

# what each case shows -> (text, (attribution_text, side, kind, status) of each row in text order)
CASES: dict[str, tuple[str, list[Voice]]] = {
    # where the speaker stands
    "a speaker with an apposition": (
        "Roman Mrochko, the head of the city's administration, said a drone had hit a bus in Kherson.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "a speaker with a long description": (
        "The governor of the southern Kherson region, one of two that the river cuts in half, said two people had been "
        "killed by shelling in Beryslav.",
        [("governor", "UA", "belligerent_official", "claimed")],
    ),
    "behind the content, with a place of speaking": (
        "A drone hit a bus in Kherson, the head of the city, Roman Mrochko, wrote on Telegram.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "a date before the speaker is no content": (
        "On August 11, Russia claims to have captured the town of Toretsk.",
        [("Russia", "RU", "belligerent_official", "claimed")],
    ),
    "the verb before the speaker": (
        '"A drone hit a bus in Kherson," said Roman Mrochko.',
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "an apposition is no verb before its speaker": (
        "Roman Mrochko, the mayor, said Russian troops had shelled Beryslav.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "what stands in a phrase does not speak": (
        "Zelenskiy, in a film shown by Moscow on Friday, said a drone had hit a bus in Kherson.",
        [("Zelenskiy", "UA", "belligerent_official", "claimed")],
    ),
    "a passive with its speaker": (
        "The drone strike on the depot in Shebekino was confirmed by Vyacheslav Gladkov.",
        [("Vyacheslav Gladkov", "RU", "belligerent_official", "claimed")],
    ),
    "a source that is cited": (
        "Shelling killed two people in Beryslav, a local paper wrote, citing Roman Mrochko.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "a source that an agency cites, behind its own verb": (
        "Shelling killed two people in Beryslav, Reuters reported on Friday, citing Roman Mrochko.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "an intelligence report is its publisher's": (
        "The enemy is short of shells, according to an intelligence briefing published by Britain's defence ministry. "
        "Russian troops shelled Beryslav, the defence ministry said.",
        [("defence ministry", "other", "third_party", "claimed")],
    ),
    "people without a name, and another clause": (
        "According to two doctors, Russian troops shelled Beryslav.",
        [(None, "other", "third_party", "claimed")],
    ),
    "who condemns an attack tells of it": (
        "France has condemned the Russian missile strike on Odesa.",
        [("France", "other", "third_party", "claimed")],
    ),
    # verbs that share a speaker
    "joined by and": (
        "Roman Mrochko said a drone had hit a bus in Kherson and added that a missile had hit a mill in Beryslav.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")] * 2,
    ),
    "a participle": (
        "Russian troops shelled Beryslav, Roman Mrochko said, adding that a drone had hit a bus in Kherson.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")] * 2,
    ),
    "a participle behind another verb": (
        "Kyiv rejected the charge, saying a Russian missile had hit the school in Lozova.",
        [("Kyiv", "UA", "belligerent_official", "claimed")],
    ),
    # speakers that no table knows
    "an unknown name with its office": (
        'Orest Vilchak, a Ukrainian colonel, visited the front.\n"A drone hit a bus in Kherson," Vilchak said.',
        [("Vilchak", "UA", "belligerent_official", "claimed")],
    ),
    "an unknown analyst": (
        "Russian troops have entered Toretsk, said Lena Brandvik, an analyst who watches the war from Oslo.",
        [("Lena Brandvik", "other", "analyst", "claimed")],
    ),
    "an unknown minister of a third state": (
        "Jukka Rautanen, a Finnish minister, said a missile had hit a school in Lozova.",
        [("Jukka Rautanen", "other", "third_party", "claimed")],
    ),
    "an unknown name without a word about it": (
        "A missile hit a school in Lozova, Brandvik said.",
        [("Brandvik", "other", "third_party", "claimed")],
    ),
    "a noun that no table has": (
        "A shopkeeper said a missile had hit the market in Lozova.",
        [("shopkeeper", "UA", "local_witness", "claimed")],
    ),
    # who is meant
    "he is a person, not the state that spoke last": (
        'Roman Mrochko said that Russia had said nothing.\n"A drone hit a bus in Kherson," he added.',
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "the ministry is that of the side that spoke before": (
        "Russia's defence ministry said it had captured Orlivka.\nThe ministry said a drone had hit a bus in Kherson.",
        [
            ("Russia's defence ministry", "RU", "belligerent_official", "claimed"),
            ("ministry", "RU", "belligerent_official", "claimed"),
        ],
    ),
    "a governor without another word is of the state by law": (
        "The governor of the Luhansk region said Russian troops had shelled Lysychansk.",
        [("governor", "UA", "belligerent_official", "claimed")],
    ),
    "of whom it is said behind": (
        "A spokesman for the Russian army said a drone had hit a bus in Kherson.",
        [("spokesman", "RU", "belligerent_official", "claimed")],
    ),
    "a plain noun of somebody": (
        "An adviser to the Ukrainian energy minister said a missile had hit a school in Lozova.",
        [("Ukrainian", "UA", "belligerent_official", "claimed")],
    ),
    "a claim that another speaks of": (
        "Zelenskiy cast doubt on Russia's claim that its troops had captured Lysychansk.",
        [("Russia", "RU", "belligerent_official", "claimed")],
    ),
    "he whom an agency reports": (
        "Roman Mrochko said a drone had hit a bus in Kherson.\nReuters reported him adding that a missile had hit a mill in Beryslav.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")] * 2,
    ),
    "specialists are no officials": (
        "Russian forces have entered Toretsk, according to defence intelligence specialists.",
        [("defence intelligence", "other", "analyst", "claimed")],
    ),
    "its report, not its place": (
        "A report from CNN showed that a missile had hit a school in Lozova.",
        [("CNN", "none", "media", "reported")],
    ),
    # how far a voice reaches
    "a quotation has the speaker of its own paragraph": (
        "Kyiv said a drone had hit a bus in Kherson.\n"
        '"A missile hit a depot in Shebekino. Two people were killed," Vyacheslav Gladkov said.',
        [
            ("Kyiv", "UA", "belligerent_official", "claimed"),
            ("Vyacheslav Gladkov", "RU", "belligerent_official", "claimed"),
            ("Vyacheslav Gladkov", "RU", "belligerent_official", "claimed"),
        ],
    ),
    "indirect speech that goes on": (
        "Roman Mrochko said a drone had hit a bus in Kherson. A mill in Beryslav had also been hit by a missile.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")] * 2,
    ),
    "part of a sentence quoted": (
        'Roman Mrochko said a drone had hit a bus in Kherson. A missile hit a mill in Beryslav, "a purely civilian place".',
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")] * 2,
    ),
    "a speech in full": (
        "On Friday President Volodymyr Zelensky spoke to the nation, he said.\n"
        "President Volodymyr Zelensky said it would be short.\nRead the full address below:\n"
        "Friends!\nOur day was long.\nRussian troops shelled Beryslav.",
        [("Volodymyr Zelensky", "UA", "belligerent_official", "claimed")],
    ),
    "what a place is called by the way": (
        "Moscow said a drone had hit a bus in Kherson, a town held by Ukrainian forces.",
        [("Moscow", "RU", "belligerent_official", "claimed"), AGENCY],
    ),
    # no act of saying
    "who declines to confirm says nothing": (
        "A drone hit a bus in Kherson. The mayor has not confirmed it.",
        [AGENCY],
    ),
    "a reported attack is nobody's report": (
        "A missile hit a mill in Izmail after the reported shelling of Beryslav.",
        [AGENCY, AGENCY],
    ),
    "hearsay": (
        "Russia has reportedly shelled the town of Beryslav.",
        [(None, "none", "unattributed", "reported")],
    ),
    # status by voice
    "a cited outlet takes no side": (
        "A missile hit a school in Lozova, according to Reuters.",
        [("Reuters", "none", "agency", "reported")],
    ),
    "an agency's people saw it": (
        "A missile hit a school in Lozova, according to AFP reporters.",
        [("AFP", "other", "agency_eyewitness", "confirmed")],
    ),
    "nobody's footage is not verified": (
        "Posts on social media showed that a missile had hit a school in Lozova.",
        [("Posts on social media", "none", "social_media", "unverified")],
    ),
    "what footage appears to show": (
        "Footage posted on social media appeared to show that a missile had hit a school in Lozova.",
        [("Footage posted on social media", "none", "social_media", "unverified")],
    ),
    "whom it was told": (
        "About 150 soldiers were killed in the strike on Izium, a Ukrainian official told the newspaper, but not the general.",
        [("Ukrainian", "UA", "belligerent_official", "claimed")],
    ),
    "the ministry of a third state": (
        'Britain\'s defence ministry said on Tuesday that the front was long. "Street fighting goes on in Bakhmut," the ministry said.',
        [("ministry", "other", "third_party", "claimed")],
    ),
    "a speech without quotation marks reaches to the next one": (
        "In his evening talk Zelenskiy said: We are going to rebuild all of it. Today the enemy shelled the town of "
        'Orikhiv. Two shops in Orikhiv were destroyed. "It was loud," a baker said. Drones hit a bus in Kherson.',
        [
            ("Zelenskiy", "UA", "belligerent_official", "claimed"),
            ("Zelenskiy", "UA", "belligerent_official", "claimed"),
            AGENCY,
        ],
    ),
    "what stands before the speaker is no content where a colon opens it": (
        "In its morning update, Ukraine's general staff said: Russian troops shelled the town of Beryslav.",
        [("Ukraine's general staff", "UA", "belligerent_official", "claimed")],
    ),
    "whom an agency asked, and not the agency": (
        "According to one teacher interviewed by Reuters, Russian troops shelled Beryslav.",
        [(None, "other", "third_party", "claimed")],
    ),
    "a name before a colon and a quotation": (
        'Mayor Roman Mrochko: "A drone hit a bus in the city of Kherson."',
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "what goes on while somebody appeals is the reporter's": (
        "The mayor of Pokrovsk called on drivers to stay at home as Russian troops shelled the town of Myrnohrad.",
        [(None, "none", "agency", "reported")],
    ),
    "an ambassador speaks for those who sent him": (
        "Ukraine's ambassador to Austria said that Russian troops had shelled Beryslav.",
        [("ambassador", "UA", "belligerent_official", "claimed")],
    ),
    "two appositions, the second with a side in it": (
        "Roman Mrochko, the mayor of the city, a port that knew years of Russian fire, said a drone had hit a bus in Kherson.",
        [("Roman Mrochko", "UA", "belligerent_official", "claimed")],
    ),
    "officials of a town": (
        "Officials in the Russian city of Shebekino said a drone had hit a bus in the city.",
        [("Officials", "RU", "belligerent_official", "claimed")],
    ),
    "who says it in a phrase with a participle": (
        "Zelenskiy spoke on Friday. The war spreads, with officials in the Russian city of Shebekino saying a drone had hit a bus in the city.",
        [("officials", "RU", "belligerent_official", "claimed")],
    ),
    "control that is denied, where the sentence goes on": (
        "Russian troops shelled Lyman. Zelenskiy said Russia did not fully control it and the town had bread.",
        [(None, "none", "agency", "reported"), ("Zelenskiy", "UA", "belligerent_official", "denied")],
    ),
    "a command is no person": (
        "A drone hit a bus in Kherson, Ukraine's southern military command said. Roman Mrochko, the mayor, wept. "
        "The command added that two people had been killed.",
        [
            ("Ukraine's southern military command", "UA", "belligerent_official", "claimed"),
            ("Ukraine's southern military command", "UA", "belligerent_official", "claimed"),
        ],
    ),
    "an order is its giver's": (
        "The mayor of Pokrovsk called on residents to evacuate.",
        [("mayor", "UA", "belligerent_official", "announced")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_voice(extractor: Extractor, name: str) -> None:
    text, expected = CASES[name]
    events = extractor(articles(text)).events
    told = events.select("attribution_text", "attribution_side", "attribution_kind", "status").rows()
    assert told == expected, text


@pytest.mark.parametrize("table", ["speech_verbs", "demonyms"])
def test_each_word_stands_in_its_example(table: str) -> None:
    rows = lexicon.table(table)
    word = rows.columns[0]
    assert rows[word].is_unique().all()
    assert all(row[word] in row["example"].lower() for row in rows.to_dicts())


def test_each_verb_says_confirms_or_denies() -> None:
    assert set(lexicon.table("speech_verbs")["stance"]) == {"says", "confirms", "denies"}
