"""What date words mean, counted from the day of publication: Saturday, 7 September 2024, unless told."""

from __future__ import annotations

import datetime as dt

import pytest
from extract_data import SATURDAY, lowered

from pipeline import lexicon
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
        ("it fell in the night of 31 August to 1 September", ("2024-09-01", "2024-09-01", 1, "stated")),
        ("it fell on September 5", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on 5th September", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on Sept. 5", ("2024-09-05", "2024-09-05", 1, "stated")),
        ("it fell on February 24, 2022", ("2022-02-24", "2022-02-24", 1, "stated")),
        ("it fell on 24 February 2022", ("2022-02-24", "2022-02-24", 1, "stated")),
        ("it fell on December 30", ("2023-12-30", "2023-12-30", 1, "stated")),
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
def test_date_words_count_from_the_day_of_publication(row: dict[str, str | None]) -> None:
    def day(offset: str | None) -> str | None:
        if offset == "month":
            return SATURDAY.replace(day=1).isoformat()
        return None if offset is None else (SATURDAY + dt.timedelta(days=int(offset))).isoformat()

    found = read(str(row["example"]))
    method = "none" if row["first_day"] is None else "relative"
    assert (day(row["first_day"]), day(row["last_day"]), int(str(row["precision"])), method) in found
