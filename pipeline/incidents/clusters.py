"""Links -> incidents: groups of rows that are linked, and that nothing keeps apart.

Here: connected components, and splitting those that hold two places, days, doers or targets. Not here: the links (pairs.py), the
incidents' ids (identity.py).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx
import polars as pl

from pipeline.incidents.pairs import ATTACKS, EARTH_DIAMETER_KM
from pipeline.incidents.tables import levels

MEMBERS_SCHEMA: Final = pl.Schema(
    {
        "event_id": pl.String,
        "group": pl.String,
        "linked_event_id": pl.String,
        "rule": pl.String,
        "score": pl.Float64,
        "evidence": pl.String,
    }
)
# linked whatever their features say: the reading of the article found that one repeats the other
FORCED: Final = "duplicate"
_COLUMNS: Final = (
    "event_id", "event_type", "place", "is_spot", "is_settlement", "radius_km", "lat", "lon", "region_code", "attacker", "attribution_side", "targets",
    "dating", "first_day", "last_day", "killed",
)  # fmt: skip


@dataclass
class Group:
    """What is known of the rows of a group, as far as it can keep another row out."""

    spots: dict[str, tuple[bool, float, float | None, float | None]] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)
    attackers: set[str] = field(default_factory=set)
    targets: set[tuple[int, str]] = field(default_factory=set)
    first: int = 10**9
    last: int = -(10**9)
    members: list[str] = field(default_factory=list)

    def admits(self, other: Group, max_days: int) -> bool:
        """Whether nothing keeps the rows of the two groups apart."""
        return (
            len(self.regions | other.regions) <= 1
            and len(self.attackers | other.attackers) <= 1
            and max(self.last, other.last) - min(self.first, other.first) <= max_days
            and all(_same_target(a, b) for a in self.targets for b in other.targets)
            and all(
                _may_be_one(name, spot, name_b, spot_b)
                for name, spot in self.spots.items()
                for name_b, spot_b in other.spots.items()
            )
        )

    def take(self, other: Group) -> None:
        """Add the other group's rows."""
        self.spots |= other.spots
        self.regions |= other.regions
        self.attackers |= other.attackers
        self.targets |= other.targets
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)
        self.members += other.members


def group_rows(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """One row per event row, MEMBERS_SCHEMA: `group` is the event_id of its group's first row, the others are linked to it.

    ``links`` (LINKS_SCHEMA) are taken from the best one down; a link that would bring together what must stay apart is
    passed over. `linked_event_id`, `rule`, `score`, `evidence` are the link that brought the row in; of the first row they
    are null, `first`, 1 and null.
    """
    graph = nx.Graph()
    graph.add_edges_from(links.select("event_a", "event_b").iter_rows())
    component = {event: number for number, events in enumerate(nx.connected_components(graph)) for event in events}
    linked = rows.select(_COLUMNS).filter(pl.col("event_id").is_in(list(component)))
    groups = {row["event_id"]: _group_of(row) for row in linked.iter_rows(named=True)}
    of = {event: event for event in component}
    used: list[tuple[str, str, str, float, str | None]] = []
    ordered = links.sort(pl.col("rule") != FORCED, -pl.col("score"), "event_a", "event_b")
    max_days = levels()["max_days"]
    for event_a, event_b, rule, score, evidence in ordered.iter_rows():
        a, b = _root(of, event_a), _root(of, event_b)
        if a == b or not (rule == FORCED or groups[a].admits(groups[b], max_days)):
            continue
        if len(groups[a].members) < len(groups[b].members):
            a, b = b, a
        groups[a].take(groups.pop(b))
        of[b] = a
        used.append((event_a, event_b, rule, score, evidence))
    return _members(rows["event_id"].to_list(), used)


def _root(of: dict[str, str], event: str) -> str:
    while of[event] != event:
        of[event] = event = of[of[event]]
    return event


def _group_of(row: dict[str, Any]) -> Group:
    group = Group(members=[row["event_id"]])
    if row["is_spot"]:
        group.spots[row["place"]] = (row["is_settlement"], row["radius_km"], row["lat"], row["lon"])
    if row["region_code"]:
        group.regions.add(row["region_code"])
    if row["attacker"]:
        group.attackers.add(row["attacker"])
    if row["targets"] and row["event_type"] in ATTACKS:
        group.targets.add((row["targets"], row["attribution_side"]))
    # a toll of later days belongs to the first one
    if row["dating"] in ("stated", "inferred") and not (row["event_type"] == "casualties" and row["killed"]):
        group.first, group.last = row["first_day"].toordinal(), row["last_day"].toordinal()
    return group


def _same_target(a: tuple[int, str], b: tuple[int, str]) -> bool:
    """Whether two attacks can have had one target; of one attack the two sides may name different ones."""
    return bool(a[0] & b[0]) or {a[1], b[1]} == {"RU", "UA"}


def _may_be_one(
    name_a: str,
    a: tuple[bool, float, float | None, float | None],
    name_b: str,
    b: tuple[bool, float, float | None, float | None],
) -> bool:
    if name_a == name_b:
        return True
    (settlement_a, reach_a, lat_a, lon_a), (settlement_b, reach_b, lat_b, lon_b) = a, b
    if (settlement_a and settlement_b) or lat_a is None or lat_b is None or lon_a is None or lon_b is None:
        return False
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (lat_a, lon_a, lat_b, lon_b))
    haversine = (
        math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(haversine)) <= reach_a + reach_b


def _members(events: list[str], used: Iterable[tuple[str, str, str, float, str | None]]) -> pl.DataFrame:
    """Walk each group's tree of links from its first row (in the order of ``events``)."""
    neighbours: defaultdict[str, list[tuple[str, str, float, str | None]]] = defaultdict(list)
    for a, b, rule, score, evidence in used:
        neighbours[a].append((b, rule, score, evidence))
        neighbours[b].append((a, rule, score, evidence))
    found: dict[str, tuple[str, str, str | None, str, float, str | None]] = {}
    for event in events:
        if event in found:
            continue
        found[event] = (event, event, None, "first", 1.0, None)
        waiting = [event]
        while waiting:
            at = waiting.pop()
            for other, rule, score, evidence in neighbours[at]:
                if other not in found:
                    found[other] = (other, event, at, rule, score, evidence)
                    waiting.append(other)
    return pl.DataFrame(list(found.values()), schema=MEMBERS_SCHEMA, orient="row")
