"""Which place a name means, what it does in its sentence, and how many rows that gives."""

from __future__ import annotations

import polars as pl
import pytest
from extract_data import articles

from pipeline.extract.cascade import Extractor


def places(extractor: Extractor, *texts: str) -> list[tuple[str, str | None, int]]:
    """`place_name`, `region_code`, `geo_precision` of every event row of one article."""
    events = extractor(articles("\n".join(texts))).events
    return events.select("place_name", "region_code", "geo_precision").rows()


def roles(extractor: Extractor, text: str) -> dict[str, str]:
    entities = extractor(articles(text)).entities.filter(pl.col("kind") == "place")
    return dict(entities.select("surface", "role").rows())


@pytest.mark.parametrize(("oblast", "region_code"), [("Donetsk", "UA-14"), ("Luhansk", "UA-09")])
def test_the_oblast_beside_it_picks_the_homonym_and_gives_no_row(
    extractor: Extractor, oblast: str, region_code: str
) -> None:
    """Forbids to take the largest of several villages of one name, and a second row for the oblast."""
    text = f"Russian troops shelled the village of Kalynove in the {oblast} region on Friday."
    assert places(extractor, text) == [("Kalynove", region_code, 1)]
    assert extractor(articles(text)).events["geo_method"].to_list() == ["near_region"]


def test_every_member_of_a_coordination_is_a_row(extractor: Extractor) -> None:
    text = "Russian troops shelled Nikopol, Marhanets and the village of Myrove on Friday."
    assert [name for name, *_ in places(extractor, text)] == ["Nikopol", "Marhanets", "Myrove"]


def test_near_binds_the_whole_coordination(extractor: Extractor) -> None:
    text = (
        "Moscow said it had repelled attacks near Sudzha and the villages of Korenevo and Plekhovo in the Kursk region."
    )
    assert places(extractor, text) == [(name, "RU-KRS", 2) for name in ("Sudzha", "Korenevo", "Plekhovo")]


@pytest.mark.parametrize(
    ("list_of_names", "expected"),
    [
        ("Sumy, Kharkiv and Poltava regions", ["UA-59", "UA-63", "UA-53"]),
        ("Sumy and Chernihiv oblasts", ["UA-59", "UA-74"]),
        ("the Sumy region", ["UA-59"]),
    ],
)
def test_names_before_regions_are_oblasts(extractor: Extractor, list_of_names: str, expected: list[str]) -> None:
    """Forbids to read 'Sumy, Kharkiv and Poltava regions' as two cities and an oblast."""
    found = places(extractor, f"Drones damaged houses in {list_of_names} overnight.")
    assert [(code, precision) for _, code, precision in found] == [(code, 3) for code in expected]


@pytest.mark.parametrize(
    ("where", "region_code"),
    [
        ("in the west of Moscow", "RU-MOW"),
        ("in the south of the Ukrainian capital", "UA-30"),
        ("just south of Kyiv", "UA-32"),
        ("on the outskirts of Moscow", "RU-MOW"),
    ],
)
def test_a_part_of_a_city_is_in_it(extractor: Extractor, where: str, region_code: str) -> None:
    """Forbids to put the west of a city into the region that lies around it."""
    found = places(extractor, f"A drone was shot down {where} on Friday, officials said.")
    assert [code for _, code, _ in found] == [region_code]


@pytest.mark.parametrize(
    ("said", "is_there"),
    [
        ("There was no reply from Moscow", False),
        ("Norway promised more howitzers and other equipment to Kyiv", False),
        ("A delegation travelled to Kyiv", True),
        ("Two buses had come from Moscow", True),
    ],
)
def test_what_states_say_and_give_is_not_at_their_capitals(extractor: Extractor, said: str, is_there: bool) -> None:
    found = extractor(articles(f"{said}, the paper wrote.")).entities.filter(
        pl.col("surface").is_in(["Moscow", "Kyiv"])
    )
    assert found["canonical_id"].to_list()[0].startswith("country:") is not is_there


def test_a_list_of_sectors_goes_on_over_what_is_near(extractor: Extractor) -> None:
    """Forbids to take every other sector of the front for a landmark, and a landmark for a sector."""
    sectors = "Russian forces advanced south of Kupiansk, near Chasiv Yar, west of Avdiivka on Friday."
    assert [name for name, *_ in places(extractor, sectors)] == ["Kupiansk", "Chasiv Yar", "Avdiivka"]
    landmark = "Drones hit the village of Ptyche, near Lyman, in the Donetsk region on Friday."
    assert [name for name, *_ in places(extractor, landmark)] == ["Ptyche"]


def test_a_city_is_no_oblast_where_nothing_says_so(extractor: Extractor) -> None:
    assert places(extractor, "A missile hit a school in Sumy.") == [("Sumy", "UA-59", 1)]


@pytest.mark.parametrize(
    ("text", "surface", "role"),
    [
        ("KHARKIV (Own service) - Russian missiles hit a school in Lozova on Friday.", "KHARKIV", "dateline"),
        ("The governor of Belgorod said a drone hit a house in Shebekino.", "Belgorod", "attribution"),
        ("A missile hit a mill in Lozova, 90 km from Poltava.", "Poltava", "reference_place"),
        ("Drones launched from Kursk hit a hospital in Sumy.", "Kursk", "origin"),
        ("Families from Toretsk were evacuated to Dnipro on Friday.", "Dnipro", "destination"),
        ("A missile hit a mill in Lozova on the road to Poltava.", "Poltava", "reference_place"),
        ("A missile hit a mill in Lozova (just south-west of Poltava).", "Poltava", "reference_place"),
    ],
)
def test_a_place_that_only_orients_is_no_event_place(extractor: Extractor, text: str, surface: str, role: str) -> None:
    """Datelines, speakers' seats, distances, origins and destinations give no row; the event's own place does."""
    result = extractor(articles(text))
    assert result.events.height == 1
    assert surface not in result.events["place_text"].to_list()
    if role == "dateline" and surface not in roles(extractor, text):
        return  # a dateline in capitals need not be a known name
    assert roles(extractor, text)[surface] == role


def test_a_verb_of_its_own_ends_a_coordination(extractor: Extractor) -> None:
    """Forbids the origin's role to pass over 'and struck' to the place that was hit."""
    assert roles(extractor, "Drones flew from Crimea and struck the port of Izmail.")["port of Izmail"] != "origin"


def test_the_city_and_there_take_the_place_spoken_of(extractor: Extractor) -> None:
    found = extractor(
        articles("Two missiles hit Izmail on Friday. A school in the city was also hit by a drone.")
    ).events
    assert set(found["place_name"]) == {"Izmail"}
    assert found["geo_method"].to_list()[-1] == "back_reference"


def test_a_place_in_brackets_is_not_where_it_happens(extractor: Extractor) -> None:
    text = "The brigade said that Robotyne (also south of Orikhiv) remains under Ukrainian control."
    assert [name for name, *_ in places(extractor, text)] == ["Robotyne"]


def test_a_place_abroad_has_its_country_alone(extractor: Extractor) -> None:
    found = extractor(articles("A convoy left a depot in Plovdiv on Friday.")).entities.filter(
        pl.col("kind") == "place"
    )
    assert found.select("country_code", "region_code", "geo_precision").rows() == [("BG", None, 5)]


def test_several_oblasts_together_have_no_region_code(extractor: Extractor) -> None:
    found = extractor(articles("Russian troops shelled towns in the Donbas on Friday.")).events
    assert found.select("region_code", "geo_precision").rows() == [(None, 4)]


def test_letters_before_a_name_do_not_move_it(extractor: Extractor) -> None:
    """Forbids byte offsets in what is published."""
    text = "«Жінка» – 🚑 – a Russian missile hit a mill in Lozova, “Жінка” said."
    row = extractor(articles(text)).events.row(0, named=True)
    assert row["place_text"] == "Lozova"
    assert text[row["char_start"] : row["char_end"]] == row["quote"]


def test_luhansk_is_the_oblast_where_the_article_speaks_of_it(extractor: Extractor) -> None:
    """Forbids to put fighting all over the oblast into its capital, which lies far behind the front."""
    lead = "Sievierodonetsk lies in the Luhansk region."
    assert places(extractor, lead, "Shelling intensified in Luhansk on Friday.") == [("Luhansk Oblast", "UA-09", 3)]
    assert places(extractor, lead, "Shells hit the city of Luhansk on Friday.") == [("Luhansk", "UA-09", 1)]


def test_two_oblasts_each_with_its_own_in_are_two_places(extractor: Extractor) -> None:
    text = "Russian forces destroyed two depots in the Mykolaiv region and in the Odesa region on Friday."
    assert [code for _, code, _ in places(extractor, text)] == ["UA-48", "UA-51"]


def test_all_in_one_town(extractor: Extractor) -> None:
    text = "Four people were killed in shelling in the Kherson region, all in Beryslav."
    assert [name for name, *_ in places(extractor, text)] == ["Beryslav"]


def test_the_oblast_tells_more_than_the_front_line_in_it(extractor: Extractor) -> None:
    text = "Russian troops shelled towns on the front line in the eastern Donetsk region on Friday."
    assert [code for _, code, _ in places(extractor, text)] == ["UA-14"]


def test_a_great_city_is_no_hamlet_of_its_name(extractor: Extractor) -> None:
    text = "The column left Mariupol and Volnovakha. A drone hit a school in the city of Zaporizhzhia on Friday."
    assert places(extractor, text) == [("Zaporizhzhia", "UA-23", 1)]


def test_no_small_town_behind_the_urals(extractor: Extractor) -> None:
    """Forbids a town of Yakutia in a text that names hardly any place of Ukraine."""
    in_russia = "Drones hit depots in Voronezh, Borisoglebsk, Lipetsk, Tambov and Penza.\n" * 12
    text = f"{in_russia}Russian forces advanced near Pokrovsk."
    assert places(extractor, text)[-1] == ("Pokrovsk", "UA-14", 2)


def test_an_oblast_behind_two_towns_holds_them(extractor: Extractor) -> None:
    text = "Shells fell on Siversk and Lyman further north, the two small towns in Donetsk oblast held by Ukraine."
    assert {name for name, *_ in places(extractor, text)} == {"Siversk", "Lyman"}


def test_who_is_driven_out_was_there(extractor: Extractor) -> None:
    text = "Ukrainian marines pushed Russian troops from Snake Island near Odesa on Friday."
    assert [name for name, *_ in places(extractor, text)] == ["Snake Island"]


def test_where_a_correspondent_sits_is_no_event_place(extractor: Extractor) -> None:
    text = "Our correspondent in Kyiv reports that seven workers were killed in a strike on Nikopol."
    assert [name for name, *_ in places(extractor, text)] == ["Nikopol"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the region of who speaks is not where it happened
        ("Buses cannot enter the city of Lyman because of Russian shelling, the governor of Luhansk said.", ["Lyman"]),
        # a second oblast with "in" of its own holds no other
        (
            "Ukrainian troops advanced in the Kherson region, in the Mykolaiv region.",
            ["Kherson Oblast", "Mykolaiv Oblast"],
        ),
        ("Russian drones hit Odesa. A nurse was hurt in the attack on the Black Sea port city.", ["Odesa", "Odesa"]),
        ("Shells fell on a village nine km south of Avdiivka, which was taken by Russia in May.", ["Avdiivka"]),
        (
            "Lyman had been the last town of the Donetsk region that Ukraine held, and its capture opens the road to Izium for Russian troops.",
            ["Lyman"],
        ),
        (
            "Its forces had taken another village in the Donetsk region, some nine km from Pokrovsk, Moscow said.",
            ["Donetsk Oblast"],
        ),
        ("Ninety teachers have died in the war so far, after six more died in Mariupol.", ["Ukraine", "Mariupol"]),
        ("Russian troops are advancing along the frontline.", ["Ukraine"]),
        # an incursion is not the invasion of the country that makes it
        (
            "Belgorod was calm after Kursk region, where Ukrainian troops launched an incursion in August.",
            ["Kursk Oblast"],
        ),
        # what is told of all the country is not where one house was hit
        (
            "A missile hit Dnipro. The house was hit in the second wave of Russian strikes, which were aimed at the power grid in all of Ukraine.",
            ["Dnipro", "Dnipro", "Ukraine"],
        ),
        (
            "Shells hit Sumy. Moscow's defence ministry said that all designated targets had been hit.",
            ["Sumy", "Ukraine"],
        ),
        (
            "They destroyed three bridges across the Siverskyi Donets, which connected Sievierodonetsk with the west.",
            ["Sievierodonetsk"],
        ),
        ("Rosaviatsia suspended flights from the Volgograd airport in southern Russia.", ["Volgograd"]),
        ("Rockets left the town of Oleshky just south of the city of Kherson without water.", ["Oleshky"]),
        (
            "Moscow said its troops had beaten off nine attacks in the east in contested areas south of Bakhmut.",
            ["Bakhmut"],
        ),
        ("A column that was travelling from Mariupol to the city of Zaporizhzhia was shelled near Tokmak.", ["Tokmak"]),
        ("In the Novo-Buda community of the Sumy region, a drone hit a bus.", ["Sumy Oblast"]),
        # "the plant" is not the last site named
        (
            "The Kerch Bridge was closed. Drones hit a refinery in the Rostov region. A fire broke out at the plant.",
            ["Kerch Bridge", "Rostov Oblast", "Rostov Oblast"],
        ),
        ("Huliaipole, a town of some 13,000 people in the Zaporizhzhia region, was shelled on Friday.", ["Huliaipole"]),
        # what an army lost in a day it lost everywhere
        ("Shells fell on Bakhmut. The enemy lost 600 soldiers over the past day.", ["Bakhmut", "Ukraine"]),
        # a general attack's place holds for what it hit
        (
            "Lyman was shelled. Russian troops attack our cities. A grain store was destroyed.",
            ["Lyman", "Ukraine", "Ukraine"],
        ),
        # where people are brought from is where that goes on
        (
            "Evacuation from Mariupol goes on. The humanitarian corridor worked on Monday, the president said.",
            ["Mariupol", "Mariupol"],
        ),
        ("The president said that 4,000 people had been taken out of the combat zone on Monday.", ["Ukraine"]),
        # where an offensive sets out from
        (
            "In the eastern Donbas region, Ukraine said Russia had launched an offensive from an oil depot in the captured town of Popasna.",
            ["Donbas"],
        ),
        (
            "Shells fell on Kharkiv. The city saw the worst Russian shelling of the month as fears grow in Kyiv.",
            ["Kharkiv", "Kharkiv"],
        ),
        ("Russian troops are pressing on Toretsk, having reduced Popasna to rubble.", ["Toretsk", "Popasna"]),
        # an unknown village in a list of two
        (
            "The brewery in Lysychansk and the villages of Nyzhchyi and Borivske were shelled.",
            ["Lysychansk", "Borivske"],
        ),
        # what a ministry counts in a day is of all the country
        (
            "Shells fell on Bakhmut. Ukraine's interior ministry said that 12 people had been killed in the past 24 hours.",
            ["Bakhmut", "Ukraine"],
        ),
        ("Ukraine's health minister said that 31 people had been killed.", ["Ukraine"]),
        (
            "A rocket hit a mill in Bakhmut. Kharkiv slept. Monday's strike was a crime, a soldier said.",
            ["Bakhmut", "Bakhmut"],
        ),
        (
            "Lyman was shelled. The air force carried out six strikes on posts, two Lancet drones were jammed.",
            ["Lyman"] * 3,
        ),
    ],
)
def test_where_it_happened(extractor: Extractor, text: str, expected: list[str]) -> None:
    found = [name for name, *_ in places(extractor, text)]
    assert [name for name in found if name in expected] == expected
    assert set(found) == set(expected)
