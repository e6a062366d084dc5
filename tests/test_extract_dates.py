"""What date words mean, counted from the day of publication: Saturday, 7 September 2024, unless told."""

from __future__ import annotations

import datetime as dt

import pytest
from extract_data import SATURDAY, articles, lowered

from pipeline import lexicon
from pipeline.extract.cascade import Extractor
from pipeline.extract.dates import find_dates

Reading = tuple[str | None, str | None, int, str]


def read(phrase: str, day: dt.date | None = SATURDAY) -> list[Reading]:
    found = find_dates(lowered(phrase, day=day))
    rows = found.select("date_start", "date_end", "date_precision", "date_method").rows()
    return [(start and start.isoformat(), end and end.isoformat(), *rest) for start, end, *rest in rows]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("it fell on Friday", ("2024-09-06", "2024-09-06", 1, "weekday")),
        ("it fell late on Sunday night", ("2024-09-01", "2024-09-01", 1, "weekday")),
        ("it fell on Saturday", ("2024-09-07", "2024-09-07", 1, "weekday")),
        ("it fell last Monday", ("2024-09-02", "2024-09-02", 1, "weekday")),
        ("it fell last Saturday", ("2024-08-31", "2024-08-31", 1, "weekday")),
        ("it fell overnight", ("2024-09-07", "2024-09-07", 1, "relative")),
        ("it fell yesterday", ("2024-09-06", "2024-09-06", 1, "relative")),
        ("it fell the day before", ("2024-09-06", "2024-09-06", 1, "relative")),
        ("ten fell in the past 24 hours", ("2024-09-06", "2024-09-07", 2, "relative")),
        ("it fell in the night of September 5 to September 6", ("2024-09-06", "2024-09-06", 1, "stated")),
        ("it fell overnight on September 5 to 6", ("2024-09-06", "2024-09-06", 1, "stated")),
        ("it fell in the night of 31 August to 1 September", ("2024-09-01", "2024-09-01", 1, "stated")),
        ("it fell on September 5", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on 5th September", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on Sept. 5", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on February 24, 2022", ("2022-02-24", "2022-02-24", 1, "stated")),
        ("it fell on 24 February 2022", ("2022-02-24", "2022-02-24", 1, "stated")),
        ("it fell on December 30", ("2023-12-30", "2023-12-30", 1, "stated")),
        ("it went on throughout May", ("2024-05-01", "2024-05-31", 4, "stated")),
        ("raids of the past week", ("2024-08-31", "2024-09-07", 3, "relative")),
        ("it goes on since May", ("2024-05-01", "2024-09-07", 4, "stated")),
        ("it goes on since August 6", ("2024-08-06", "2024-09-07", 4, "stated")),
        ("it goes on since September 3", ("2024-09-03", "2024-09-07", 2, "stated")),
        ("it began in 2022", ("2022-01-01", "2022-12-31", 5, "stated")),
        ("it began in March 2022", ("2022-03-01", "2022-03-31", 4, "stated")),
        ("it began in October", ("2023-10-01", "2023-10-31", 4, "stated")),
        ("it has lasted for three months", (None, None, 4, "none")),
    ],
)
def test_days_of_a_date(phrase: str, expected: Reading) -> None:
    assert read(phrase) == [expected]


@pytest.mark.parametrize(
    ("phrase", "day", "expected"),
    [
        ("it fell on December 30", dt.date(2024, 1, 2), "2023-12-30"),
        ("it fell on December 30, 2022", dt.date(2024, 1, 2), "2022-12-30"),
        ("it fell on January 1", dt.date(2024, 1, 2), "2024-01-01"),
        ("it comes on January 2", dt.date(2023, 12, 28), "2024-01-02"),
        ("it fell on Sunday", dt.date(2024, 1, 1), "2023-12-31"),
        ("it fell on February 29", dt.date(2024, 3, 1), "2024-02-29"),
    ],
)
def test_a_date_without_its_year_around_new_year(phrase: str, day: dt.date, expected: str) -> None:
    """Forbids to take the year of publication for a December date read in January, and the other way round."""
    assert read(phrase, day)[0][:2] == (expected, expected)


def test_without_a_publication_day_only_full_dates_are_resolved() -> None:
    """Forbids a silent guess from today's date."""
    for phrase in ("on Friday", "overnight", "yesterday", "on September 5", "since May", "in the past 24 hours"):
        assert [reading[:2] for reading in read(phrase, None)] == [(None, None)], phrase
        assert read(phrase, None)[0][3] == "none"
    assert read("on February 24, 2022", None) == [("2022-02-24", "2022-02-24", 1, "stated")]
    assert read("in March 2022", None) == [("2022-03-01", "2022-03-31", 4, "stated")]


@pytest.mark.parametrize("phrase", ["on February 31", "on September 31, 2024", "on 0 May", "on 39 March 2024"])
def test_days_that_no_month_has_are_no_days(phrase: str) -> None:
    assert all(start is None for start, *_ in read(phrase))


@pytest.mark.parametrize("phrase", ["they may leave", "they march on", "the second unit", "he augured well", "in 1800"])
def test_words_that_look_like_dates(phrase: str) -> None:
    assert read(phrase) == []


@pytest.mark.parametrize("row", lexicon.table("dates").to_dicts(), ids=lambda row: row["words"])
def test_the_words_of_the_table_are_read(row: dict[str, str | None]) -> None:
    method = "none" if row["first"] is None else "relative"
    assert [(precision, how) for _, _, precision, how in read(str(row["example"]))] == [
        (int(str(row["precision"])), method)
    ]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("ten fell today", ("2024-09-07", "2024-09-07", 1)),
        ("ten fell this week", ("2024-09-02", "2024-09-07", 3)),
        ("ten fell last week", ("2024-08-26", "2024-09-01", 3)),
        ("ten fell this month", ("2024-09-01", "2024-09-07", 4)),
        ("ten fell last month", ("2024-08-01", "2024-08-31", 4)),
        ("ten fell this year", ("2024-01-01", "2024-09-07", 5)),
        ("ten fell last year", ("2023-01-01", "2023-12-31", 5)),
        ("it has been shelled every day", (None, None, 9)),
        # spans that end with the telling
        ("ten fell in the past 24 hours", ("2024-09-06", "2024-09-07", 2)),
        ("ten fell over the last 48 hours", ("2024-09-05", "2024-09-07", 2)),
        ("ten fell during the past three days", ("2024-09-04", "2024-09-07", 2)),
        ("ten fell over the past week", ("2024-08-31", "2024-09-07", 3)),
        ("ten fell in the past two weeks", ("2024-08-24", "2024-09-07", 4)),
        ("ten fell over the past few days", ("2024-09-04", "2024-09-07", 2)),
        # points that lie so far back
        ("it fell two days ago", ("2024-09-05", "2024-09-05", 1)),
        ("it fell a week ago", ("2024-08-31", "2024-08-31", 2)),
        ("it fell two months ago", ("2024-07-01", "2024-07-31", 4)),
        ("it fell three years ago", ("2021-01-01", "2021-12-31", 5)),
        # parts of a month
        ("it fell in early June", ("2024-06-01", "2024-06-10", 3)),
        ("it fell in mid-June", ("2024-06-11", "2024-06-20", 3)),
        ("it fell in late June", ("2024-06-21", "2024-06-30", 3)),
        ("it fell at the end of June", ("2024-06-24", "2024-06-30", 3)),
        ("it goes on since Tuesday", ("2024-09-03", "2024-09-07", 2)),
        # seasons: the last is over, the others are the latest that began
        ("it fell in the spring", ("2024-03-01", "2024-05-31", 4)),
        ("it fell over the summer", ("2024-06-01", "2024-08-31", 4)),
        ("it fell last summer", ("2024-06-01", "2024-08-31", 4)),
        ("it fell last winter", ("2023-12-01", "2024-02-29", 4)),
        ("it fell in the autumn of 2022", ("2022-09-01", "2022-11-30", 4)),
        ("ten fell between May and July", ("2024-05-01", "2024-07-31", 4)),
        ("ten fell between October and March", ("2023-10-01", "2024-03-31", 4)),
        ("ten fell between May and July last year", ("2023-05-01", "2023-07-31", 4)),
        # counted from another event
        ("it came two days after the mill fell", ("2024-09-05", "2024-09-05", 1)),
        ("it is three years since the mill fell", ("2021-01-01", "2021-12-31", 5)),
        ("it came two days after the invasion", (None, None, 2)),
        ("weeks later it fell", (None, None, 4)),
        # parts of a year
        ("it fell in late 2022", ("2022-10-01", "2022-12-31", 4)),
        ("it fell in the first half of 2023", ("2023-01-01", "2023-06-30", 4)),
        ("it fell early this year", ("2024-01-01", "2024-04-30", 4)),
        ("ten fell throughout 2023", ("2023-01-01", "2023-12-31", 5)),
        ("ten fell between 10 and 14 May", ("2024-05-10", "2024-05-14", 2)),
        ("ten fell from 30 April to 2 May", ("2024-04-30", "2024-05-02", 2)),
        ("ten fell on May 10-14", ("2024-05-10", "2024-05-14", 2)),
        ("ten fell on 05.09.2024", ("2024-09-05", "2024-09-05", 1)),
        ("three days into the raid", (None, None, 2)),
        ("it fell last September", ("2023-09-01", "2023-09-30", 4)),
        ("ten fell in the following weeks", (None, None, 4)),
        ("it fell two nights ago", ("2024-09-05", "2024-09-05", 1)),
        ("it fell in the night of Thursday to Friday", ("2024-09-06", "2024-09-06", 1)),
        ("it fell the previous evening", ("2024-09-06", "2024-09-06", 1)),
        ("it fell in April last year", ("2023-04-01", "2023-04-30", 4)),
        ("that summer it fell", (None, None, 4)),
        ("since then it fell", (None, None, 4)),
        ("it fell on a recent morning", (None, None, 2)),
        ("it fell in the months after the mill", (None, None, 4)),
    ],
)
def test_calendar_units_and_spans(phrase: str, expected: tuple[str | None, str | None, int]) -> None:
    """A week begins on Monday; a span back from today is counted in days."""
    assert [reading[:3] for reading in read(phrase)] == [expected]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2024, 9, 3), ("2024-08-31", "2024-09-01")),
        (dt.date(2024, 9, 7), ("2024-09-07", "2024-09-07")),
        (dt.date(2024, 9, 8), ("2024-09-07", "2024-09-08")),
    ],
)
def test_the_weekend_is_the_latest_that_began(day: dt.date, expected: tuple[str, str]) -> None:
    """On a Tuesday the last two days of the week before; on a Saturday that day alone."""
    assert read("ten fell over the weekend", day)[0][:2] == expected


# what each case shows -> (text, first day of each row)
STORIES: dict[str, tuple[str, list[str | None]]] = {
    "a day earlier counts from the day that was named": (
        "On Wednesday a drone hit a bus in Kherson.\nA day earlier a missile had hit a mill in Izmail.",
        ["2024-09-04", "2024-09-03"],
    ),
    "the same day is the day that was named": (
        "On Wednesday a drone hit a bus in Kherson.\nA missile hit a mill in Izmail the same day.",
        ["2024-09-04", "2024-09-04"],
    ),
    "without a day before it, from the news day": (
        "A missile hit a mill in Izmail a day earlier.",
        ["2024-09-06"],
    ),
    "today is the day of the text's news": (
        "On Friday a drone hit a bus in Kherson.\nOn Friday a missile hit a mill in Izmail.\nShelling killed two people in Sumy today.",
        ["2024-09-06", "2024-09-06", "2024-09-06"],
    ),
    "a day in a later clause is another event's": (
        "A drone hit a bus in Kherson after a missile had struck a mill in Izmail on Tuesday.",
        ["2024-09-07", "2024-09-03"],
    ),
    "a day before a contrast is another event's": (
        "A drone hit a bus in Kherson on Tuesday, while a missile struck a mill in Izmail.",
        ["2024-09-03", "2024-09-07"],
    ),
    "a day that was told of the same event": (
        "On Thursday a missile hit a mill in Izmail.\nThe missile strike on Izmail killed two people, officials said.",
        ["2024-09-05", "2024-09-05"],
    ),
    "no day where two were told": (
        "On Tuesday a missile hit a mill in Izmail.\nOn Thursday a missile hit a school in Izmail.\n"
        "A missile strike on Izmail killed two people, officials said.",
        ["2024-09-03", "2024-09-05", "2024-09-07"],
    ),
    "the day of a timeline's entry holds for it, and no other day": (
        "Here is a timeline of the war:\n\nOn February 24, 2022, Putin speaks.\n\nRussian troops capture the town of Shchastia."
        "\n\n- Chapter two -\n\nSummer comes.\n\nGrain is sold.\n\nRain falls.\n\nUkrainian troops retook the town of Irpin.",
        ["2022-02-24", None],
    ),
    "what goes on now is no event of a day long past": (
        "On February 24, 2022, Putin spoke to the nation. Russian troops are shelling the town of Nikopol.",
        ["2024-09-07"],
    ),
    "so many shells a day have no day": (
        "Russian gunners have fired 900 shells a day at the town of Nikopol.",
        [None],
    ),
    "the month since which a war goes on dates nothing else": (
        "A missile hit a mill in Izmail, the third since the war began in February 2022.",
        ["2024-09-07"],
    ),
    "the day that opens a sentence holds for all of its clauses": (
        "On Tuesday the governor said two people were hurt in a fire in Izmail, while six homes had been damaged.",
        ["2024-09-03", "2024-09-03"],
    ),
    "the entries of a live blog have their own days and places": (
        "6 Sep 2024 23.10 A drone hit a school in Izmail today.\n\n5 Sep 2024 22.04 A missile hit a mill in Poltava.\n\nA shop was shelled in Nikopol.",
        ["2024-09-06", "2024-09-05", "2024-09-05"],
    ),
    "the attack that a spokesman speaks of later": (
        "On Tuesday a missile hit a mill in Izmail. On Thursday the spokesman said that the attack was on a depot in Izmail.",
        ["2024-09-03", "2024-09-03"],
    ),
    "what a side claims to have done has the day of the claim": (
        "Russia claimed on Friday to have captured the village of Novohrodivka in the Donetsk region.",
        ["2024-09-06"],
    ),
    "what a side owns up to later": (
        "On Tuesday a missile hit a mill in Izmail. On Thursday Moscow admitted it had struck the mill in Izmail.",
        ["2024-09-03", "2024-09-03"],
    ),
    "the past of the war has no day of the news": (
        "The premier visited a church in Bucha, where Russian troops had executed residents.",
        [None],
    ),
    "nor the day of the saying": (
        "An official said on Tuesday that Russian troops shelled the town of Irpin in the early days of the war.",
        [None],
    ),
    "a gain that only sets the scene was before": (
        "Russian troops pushed on towards Pokrovsk after capturing the town of Avdiivka.",
        ["2024-09-07", None],
    ),
    "so was one told after what came of it": (
        "The premier spoke after Ukrainian troops liberated the town of Izium.",
        [None],
    ),
    "nor has a town's story a day of the news": (
        "Avdiivka, seized by Russian forces, is empty.",
        [None],
    ),
    "so long after it": (
        "The premier spoke a week after a missile struck a mill in Izmail.",
        ["2024-08-31"],
    ),
    "harm to many things was done on many days": (
        "Hundreds of schools have been destroyed in the Sumy region.",
        [None],
    ),
    "how much of a town lies in ruins is a state": (
        "Whole streets of Izmail have been levelled. Large parts of the town of Popasna were razed.",
        [None, None],
    ),
    "a toll of all the war has not the day of its telling": (
        "The mayor said on Tuesday that 90 people had been killed in Izmail since Russia invaded.",
        [None],
    ),
    "what had happened before it, in the reporter's words": (
        "Two people were hurt in a fire in Izmail. The town had been shelled before.",
        ["2024-09-07", None],
    ),
    "the year before a noun is its own": (
        "The 2022 strike on Izmail killed ten people. A missile hit a mill in Izmail.",
        ["2022-01-01", "2024-09-07"],
    ),
    "a habit has no day": (
        "Ukrainian drones regularly strike the port of Izmail. Drones hit the port of Izmail almost daily.",
        [None, None],
    ),
    "another raid than that of the news": (
        "Earlier strikes on Odesa damaged the port.",
        [None],
    ),
    "the morning after a day that is not told": (
        "The next morning, a missile hit a mill in Izmail.",
        [None],
    ),
    "the worst since another is of the day": (
        "Four people were killed in Izmail in the deadliest strike since the spring.",
        ["2024-09-07"],
    ),
    "a day in the story of what was hit": (
        "Drones hit a mill in Izmail that was built last summer.",
        ["2024-09-07"],
    ),
    "what one side also did, it did in the days told before": (
        "Ukrainian forces hit ten targets near Tokmak over the past 24 hours. They also struck a depot near Melitopol.",
        ["2024-09-06", "2024-09-06"],
    ),
    "what goes with a struggle of weeks was not today": (
        "The two sides have fought over the past six weeks for the town of Rubizhne, with hundreds killed.",
        ["2024-07-27", "2024-07-27"],
    ),
    "what follows upon years of holding out was in those years": (
        "For eight years it has held the army back. And rockets hit Mariupol.",
        [None],
    ),
    "the strike told of behind another one is that other": (
        "Tuesday's strike on Izmail killed two people. Later an air strike hit a depot in Tokmak. "
        "The missile used in the strike was old.",
        ["2024-09-03", "2024-09-07", "2024-09-07"],
    ),
    "a report on months has not the day of its telling": (
        "Russian forces have carried out widespread looting and torture in the city of Kherson, the UN said on Tuesday.",
        [None],
    ),
    "what the other side had managed to do was before": (
        "Two people were hurt in a fire in Izmail. The occupiers had managed to cut off gas to the port.",
        ["2024-09-07", None],
    ),
    "the strikes told of before, on a day that nobody told": (
        "Trust was gone after Russian missiles hit Odesa just hours after the deal was signed.\n"
        "The strikes on Odesa show nothing, the minister said.",
        [None, None],
    ),
    "the attack that was beaten off is the one told before": (
        "The army struck Snake Island on Thursday. Moscow said that it had repelled the Ukrainian attack.",
        ["2024-09-05", "2024-09-05"],
    ),
    "prisoners are held for more than a day": (
        "Two sailors are prisoners in the hands of Russian troops in Olenivka.",
        [None],
    ),
    "what comes every day has no day": (
        "Nikopol is shelled every day.",
        [None],
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_which_day_an_event_has(extractor: Extractor, name: str) -> None:
    text, expected = STORIES[name]
    days = extractor(articles(text)).events["date_start"].to_list()
    assert [day and day.isoformat() for day in days] == expected


def test_an_event_word_inside_a_span_of_time_is_read_without_an_error(extractor: Extractor) -> None:
    """Forbids measuring a negative distance between a date and a word that it covers."""
    found = extractor(articles("Kharkiv has stood for strikes years, and was shelled on Friday, the mayor said."))
    assert found.events["event_type"].to_list() == ["shelling"]
