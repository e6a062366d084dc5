"""When a text was published, and where that is known from.

Here: publication times, from metadata, file names and datelines. Not here: dates of events inside the text
(extract/dates.py). A date is read only where it can be read in one way; a stated value that cannot be is complained of,
never replaced by a guess. A text's own file knows it best, then the list that somebody made of such files.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from dateutil import parser

from pipeline.ingest.dateline import date_in_opening
from pipeline.ingest.records import Record

KYIV: Final = "Europe/Kyiv"
FIRST_DAY: Final = date(1990, 1, 1)

_ISO: Final = re.compile(r"\d{4}(-\d\d-\d\d|\d{4})([T ].*)?")
_IN_NAME: Final = re.compile(
    r"(?<![0-9A-Za-z])((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)"
    r"(?:T([01]\d|2[0-3])[-:h.]?([0-5]\d)(?:[-:m.]?([0-5]\d))?(Z|UTC)?)?(?![0-9A-Za-z])"
)
_ZONE_HOURS: Final = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip


class Dated(NamedTuple):
    """Publication time in UTC and where it is known from; or null, `unknown` and, for a stated value, the complaint."""

    at: datetime | None
    source: str
    complaint: str | None = None
    value: str = ""


def date_article(record: Record, stem: str, text: str, now: datetime) -> Dated:
    """When a record was published: as its metadata or page says, else the manifest, the file's name, the text's opening.

    `now` is aware. A time outside 1990 to tomorrow (Kyiv) is complained of like one that is no date; a manifest's date
    can put it right.
    """
    both = ((record.published_at, record.date_source), (record.manifest_published_at, "manifest"))
    stated = [_checked(as_utc(value), source, str(value), now) for value, source in both if value is not None]
    if stated:
        return next((dated for dated in stated if dated.at), stated[0])
    if named := date_in_name(stem):
        return _checked(named, "filename", stem, now)
    if opening := date_in_opening(text):
        return _checked(as_utc(opening), "dateline", opening.isoformat(), now)
    return Dated(None, "unknown")


def _checked(at: datetime | None, source: str, value: str, now: datetime) -> Dated:
    """The time, or a complaint of the value where it is no time at which an article can have been published."""
    if at is None:
        return Dated(
            None,
            "unknown",
            "published_at is no date that reads in one way only: article kept without a date; "
            "write it as 2024-09-07 or 2024-09-07T14:15:00+03:00",
            value,
        )
    zone = ZoneInfo(KYIV)
    last = now.astimezone(zone).date() + timedelta(days=1)
    if not FIRST_DAY <= at.astimezone(zone).date() <= last:
        return Dated(
            None,
            "unknown",
            f"publication day is not between {FIRST_DAY} and {last}: article kept without a date",
            value,
        )
    return Dated(at, source)


def as_utc(value: str | date | datetime) -> datetime | None:
    """A stated time in UTC, null where it is no full date or can be read in two ways.

    A day is its midnight in Kyiv; a time without a zone is Kyiv time. `07/09/2024` could be July or September: null.
    """
    if isinstance(value, str):
        value = value.strip()
        parsed = _parse_iso(value) or _parse_loose(value)
    else:
        parsed = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    if parsed is None:
        return None
    try:
        aware = parsed if parsed.tzinfo and parsed.utcoffset() is not None else parsed.replace(tzinfo=ZoneInfo(KYIV))
        return aware.astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def date_in_name(stem: str) -> datetime | None:
    """The one date in a file name such as `2024-09-07-kyiv` or `20240907T141500Z_desk`, in UTC; null for none or two.

    A run of digits inside a longer word or number (a hash, a serial number) is no date.
    """
    found: set[datetime] = set()
    for year, _, month, day, hour, minute, second, utc in _IN_NAME.findall(stem):
        try:
            local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
        except ValueError:
            continue
        found.add(local.replace(tzinfo=UTC if utc else ZoneInfo(KYIV)).astimezone(UTC))
    return found.pop() if len(found) == 1 else None


def _parse_iso(value: str) -> datetime | None:
    if not _ISO.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _parse_loose(value: str) -> datetime | None:
    """Mail dates, English long dates and the like: read under opposite assumptions, kept where all agree.

    The parser fills missing parts from a default and takes 07/09 for either month: two defaults and both orders show
    it.
    """
    if len(value) > 80 or not re.search(r"(?<!\d)(19|20)\d\d(?!\d)", value):
        return None
    readings = set()
    for default in (datetime(2001, 2, 3), datetime(2002, 4, 5)):
        for day_first in (True, False):
            try:
                readings.add(parser.parse(value, default=default, dayfirst=day_first, tzinfos=_zone))
            except (ValueError, OverflowError, TypeError):
                return None
    return readings.pop() if len(readings) == 1 else None


def _zone(name: str | None, offset: int | None) -> tzinfo | None:
    """The zone told, null for none; an unknown name is an error, for the time would silently be taken for Kyiv's."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name is None:
        return None
    if name.upper() not in _ZONE_HOURS:
        raise ValueError(f"unknown time zone {name}")
    return timezone(timedelta(hours=_ZONE_HOURS[name.upper()]))
