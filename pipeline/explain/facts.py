"""A row in words: what it says, and by which words and which choice.

Here: wording. Not here: layout (terminal.py, page.py). What the codes mean stands in meanings.csv.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipeline.explain.reading import Row
from pipeline.schemas.vocabulary import COUNT_STEMS

_PLAIN_COUNTS: Final = {
    "launched_uav": ("drone launched", "drones launched"),
    "launched_missile": ("missile launched", "missiles launched"),
    "intercepted_uav": ("drone shot down", "drones shot down"),
    "intercepted_missile": ("missile shot down", "missiles shot down"),
    "settlements": ("settlement", "settlements"),
    "area_km2": ("km²", "km²"),
}


class Fact(NamedTuple):
    """One line on a row: what it is about, the value, and where that comes from; the last may be empty."""

    about: str
    value: str
    why: str = ""


@cache
def meanings(column: str) -> dict[str, str]:
    """What each value of a coded column means, and for `mask` what each class letter stands for."""
    table = pl.read_csv(Path(__file__).with_name("meanings.csv"), infer_schema=False).filter(pl.col("column") == column)
    return dict(zip(table["value"], table["meaning"], strict=True))


def meaning(column: str, value: object) -> str:
    """What a value means; empty for a value that needs no words."""
    return meanings(column).get(str(value), "")


def kind(row: Row) -> str:
    """Event type and subtype."""
    return "/".join(_told(row, "event_type", "event_subtype"))


def who(row: Row) -> str:
    """Side that acts, and where there is one what it acts on."""
    event = row.event
    target = " ".join(_told(row, "target_kind"))
    side = f" ({event['target_side']})" if event["target_side"] and target else ""
    return f"{event['actor_side']} → {target}{side}" if target else str(event["actor_side"])


def where(row: Row) -> str:
    """Place and region, as short as a table needs it."""
    return ", ".join(dict.fromkeys(_told(row, "place_name", "region_code") or _told(row, "country_code"))) or "no place"


def when(row: Row) -> str:
    """First and last day."""
    days = dict.fromkeys(_told(row, "date_start", "date_end"))
    return " to ".join(days) or "no day"


def how_many(row: Row) -> str:
    """Every count that is told."""
    event = row.event
    told = [
        f"{stem} {range_words(*(event[f'{stem}_{bound}'] for bound in ('low', 'best', 'high')))}"
        for stem in COUNT_STEMS
        if any(event[f"{stem}_{bound}"] is not None for bound in ("low", "best", "high"))
    ]
    told += [
        f"{_number(event[column])} {one if event[column] == 1 else more}"
        for column, (one, more) in _PLAIN_COUNTS.items()
        if event[column] is not None
    ]
    if event["advance_km_low"] is not None or event["advance_km_high"] is not None:
        told.append(f"{range_words(event['advance_km_low'], None, event['advance_km_high'])} km gained")
    return ", ".join(told)


def voice(row: Row) -> str:
    """Who says so."""
    side = row.event["attribution_side"]
    return f"{row.event['attribution_kind']}" + ("" if side == "none" else f" ({side})")


def range_words(low: object, best: object, high: object) -> str:
    """A count in words: "3", "at least 3", "up to 20", "24 to 99"; `best` in brackets where it is none of these."""
    if low is not None and low == high:
        words = _number(low)
    elif low is not None and high is not None:
        words = f"{_number(low)} to {_number(high)}"
    elif low is not None:
        words = f"at least {_number(low)}"
    elif high is not None:
        words = f"up to {_number(high)}"
    else:
        return f"about {_number(best)}"
    return words if best is None or best in (low, high) else f"{words} (best {_number(best)})"


def facts(row: Row) -> list[Fact]:
    """All that a row says, in the order in which one asks: who, to whom, where, when, how many, who says so."""
    event = row.event
    return [
        Fact("actor", _named(event["actor_name"], event["actor_side"]), _side_reason(row)),
        *_target(row),
        *([Fact("weapon", str(event["weapon"]))] if event["weapon"] else []),
        Fact("place", _place(row), _place_reason(row)),
        Fact("day", when(row), _date_reason(row)),
        *_counts(row),
        Fact(
            "says so",
            _named(event["attribution_text"], event["attribution_side"]),
            _joined(str(event["attribution_kind"]), meaning("attribution_kind", event["attribution_kind"])),
        ),
        Fact("status", str(event["status"]), meaning("status", event["status"])),
        Fact("confidence", f"{event['confidence']:.2f}", "the chance that the row is right, as fitted on coded articles"),
        *([Fact("background", "yes", "more than a week before the news, or lasting for months")] if event["is_background"] else []),
        *([Fact("repeats", f"row {row.repeats}" if row.repeats else str(event["duplicate_of"]), "the fuller row of the same article counts")] if event["duplicate_of"] else []),
    ]  # fmt: skip


def _target(row: Row) -> list[Fact]:
    event = row.event
    if not (event["target_name"] or event["target_kind"]):
        return []
    return [Fact("target", _named(event["target_name"], event["target_side"]), str(event["target_kind"] or ""))]


def _side_reason(row: Row) -> str:
    if row.event["actor_name"] or row.event["actor_side"] == "unknown":
        return ""
    return "nobody is named beside the event word: told by the type, the voice or who holds the place"


def _place(row: Row) -> str:
    event = row.event
    region = event["region_code"] or event["country_code"]
    named = ", ".join(str(word) for word in (event["place_name"], region, event["place_id"]) if word)
    return f"“{event['place_text']}”: {named}" if event["place_text"] and named else named or "none"


def _place_reason(row: Row) -> str:
    event = row.event
    homonyms = f"one of {row.n_homonyms} of this name" if (row.n_homonyms or 0) > 1 else ""
    return _joined(
        _coded("geo_method", event["geo_method"]),
        homonyms,
        f"precision {_coded('geo_precision', event['geo_precision'])}",
    )


def _date_reason(row: Row) -> str:
    event = row.event
    words = f"“{event['date_text']}”" if event["date_text"] else ""
    return _joined(
        words,
        _coded("date_method", event["date_method"]),
        f"precision {_coded('date_precision', event['date_precision'])}",
    )


def _counts(row: Row) -> list[Fact]:
    counts = how_many(row)
    scope = _coded("count_scope", row.event["count_scope"]) if row.event["count_scope"] else ""
    return [Fact("counts", counts, _joined(str(row.event["victim_kind"] or ""), scope))] if counts else []


def _coded(column: str, value: object) -> str:
    words = meaning(column, value)
    return f"{value}: {words}" if words else str(value or "")


def _named(name: object, side: object) -> str:
    return f"“{name}” ({side})" if name and side else str(name or side or "none")


def _told(row: Row, *columns: str) -> list[str]:
    return [str(row.event[column]) for column in columns if row.event[column] is not None]


def _joined(*words: str) -> str:
    return "; ".join(word for word in words if word)


def _number(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
