"""The dateline: where, and sometimes when, a report was filed, as its text opens.

Here: `KYIV -`, `KYIV, Ukraine (Agency) -`, `Kyiv, 7 September -`. Not here: masking it for extraction (extract/).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

import polars as pl

OPENING_CHARS: Final = 300

# the words of other labels in capitals that stand before a dash
_NO_PLACES: Final = (
    "ANALYSIS",
    "BREAKING",
    "EXCLUSIVE",
    "EXPLAINER",
    "LIVE",
    "NATO",
    "OPINION",
    "UPDATE",
    "VIDEO",
    "WATCH",
)

_CAPITALS: Final = r"\p{Lu}[\p{Lu}'’.-]+(?:[ /]\p{Lu}[\p{Lu}'’.-]+){0,3}"
_NAME: Final = r"\p{Lu}[\p{L}'’.-]+(?: \p{Lu}[\p{L}'’.-]+){0,3}"
_MONTH: Final = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY: Final = rf"(?:{_MONTH} [0-3]?[0-9]|[0-3]?[0-9] {_MONTH})(?:,? [0-9]{{4}})?"
_AGENCY: Final = r"\([^()\n]{2,40}\)"
_DASH: Final = r"\s*(?:--|[-–—―])\s"
_PLACE_AND_CAPITALS: Final = rf"^\s*({_CAPITALS})(?:, {_NAME})?(?:, {_DAY})?(?: {_AGENCY})?{_DASH}"
# outside capitals a dash alone would make a place of any subject
_PLACE_AND_MORE: Final = (
    rf"^\s*({_NAME})(?:, {_NAME}(?:, {_DAY})?(?: {_AGENCY})?|, {_DAY}(?: {_AGENCY})?| {_AGENCY}){_DASH}"
)

_FULL_DATE: Final = (
    rf"(?:(?P<month>{_MONTH}) (?P<day>[0-3]?[0-9]),? (?P<year>(?:19|20)[0-9]{{2}})"
    rf"|(?P<day2>[0-3]?[0-9]) (?P<month2>{_MONTH}),? (?P<year2>(?:19|20)[0-9]{{2}}))"
)
_DATED_OPENING: Final = re.compile(
    rf"\A\s*(?:[^\W\d_][^\n,:;()]{{1,40}}, ){{1,2}}{_FULL_DATE}(?: {_AGENCY})?\s*(?:--|[-–—―:])\s", re.IGNORECASE
)
_DATE_ON_ITS_LINE: Final = re.compile(
    rf"^[ \t]*(?:(?:published|posted|updated|date)(?: on)?:? )?{_FULL_DATE}\.?[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def dateline(text: pl.Expr) -> pl.Expr:
    """String: the place words that a text opens with before a dash, null where it opens otherwise."""
    opening = text.str.head(OPENING_CHARS)
    place = pl.coalesce(opening.str.extract(_PLACE_AND_CAPITALS), opening.str.extract(_PLACE_AND_MORE))
    return pl.when(~place.is_in(_NO_PLACES)).then(place)


def date_in_opening(text: str) -> date | None:
    """The full date of a dateline, or one that has a line of the opening to itself; null for none or for two."""
    opening = text[:OPENING_CHARS]
    dated = _DATED_OPENING.match(opening)
    matches = [dated] if dated else list(_DATE_ON_ITS_LINE.finditer(opening))
    found = {day for match in matches if (day := _date(match))}
    return found.pop() if len(found) == 1 else None


def _date(match: re.Match[str]) -> date | None:
    month = (match["month"] or match["month2"]).lower()[:3]
    try:
        return date(int(match["year"] or match["year2"]), _MONTHS.index(month) + 1, int(match["day"] or match["day2"]))
    except ValueError:
        return None
