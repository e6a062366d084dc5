"""Links -> incidents: groups of rows that are linked, and that nothing keeps apart.

Here: connected components, and splitting those that hold two places, days, doers or targets. Not here: the links (pairs.py), the
incidents' ids (identity.py).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import Any, Final

import networkx as nx
import polars as pl

from pipeline.incidents.pairs import ATTACKS, EARTH_DIAMETER_KM, TOLL_DAYS
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
    "dating", "first_day", "last_day", "killed", "once",
)  # fmt: skip


@dataclass
class Group:
    """What is known of the rows of a group, as far as it can keep another row out."""

    spots: dict[str, tuple[bool, float, float | None, float | None]] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)
    attackers: set[str] = field(default_factory=set)
    targets: defaultdict[tuple[int, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    first: int = 10**9
    last: int = -(10**9)
    members: list[str] = field(default_factory=list)
    n_counting: int = 1  # rows that repeat none

    def admits(
        self,
        other: Group,
        linked: Set[tuple[str, str]],
        *,
        max_days: int,
        is_disputed: bool,
        is_one_sentence: bool,
    ) -> bool:
        """Whether nothing keeps the rows of the two groups apart.

        ``linked``: pairs of rows that are linked themselves, which may name two targets of one attack. Of the link between
        the groups: ``is_disputed``, its rows each blame the other side; ``is_one_sentence``, one sentence tells both.
        """
        doers = self.attackers | other.attackers
        return (
            len(self.regions | other.regions) <= 1
            and (len(doers) <= 1 or is_disputed or doers in (self.attackers, other.attackers))
            and max(self.last, other.last) - min(self.first, other.first)
            <= max(max_days, self.last - self.first, other.last - other.first)
            and (is_one_sentence or self._may_share_target(other, linked))
            and all(
                _may_be_one(name, spot, name_b, spot_b)
                for name, spot in self.spots.items()
                for name_b, spot_b in other.spots.items()
            )
        )

    def _may_share_target(self, other: Group, linked: Set[tuple[str, str]]) -> bool:
        """Whether a target of the one is a target of the other, or a row is linked to one with another target."""
        if not self.targets or not other.targets:
            return True
        return any(_same_target(a, b) for a in self.targets for b in other.targets) or any(
            (a, b) in linked or (b, a) in linked
            for events_a in self.targets.values()
            for events_b in other.targets.values()
            for a in events_a
            for b in events_b
        )

    def take(self, other: Group, *, counts: bool) -> None:
        """Add the other group's rows, which count for nothing where they only repeat this one's."""
        self.n_counting += other.n_counting if counts else 0
        self.spots |= other.spots
        self.regions |= other.regions
        self.attackers |= other.attackers
        for target, events in other.targets.items():
            self.targets[target] |= events
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
    pairs = set(links.select("event_a", "event_b").iter_rows())
    attacker = dict(linked.select("event_id", "attacker").iter_rows())
    max_days, least_linked = levels()["max_days"], levels()["least_linked"]
    between = _links_between(pairs)
    for event_a, event_b, rule, score, evidence in ordered.iter_rows():
        a, b = _root(of, event_a), _root(of, event_b)
        if a == b:
            continue
        if rule != FORCED:
            if between[a][b] < least_linked * groups[a].n_counting * groups[b].n_counting:
                continue
            if not groups[a].admits(
                groups[b],
                pairs,
                max_days=TOLL_DAYS if rule == "later_toll" else max_days,
                is_disputed={attacker[event_a], attacker[event_b]} == {"RU", "UA"},
                is_one_sentence=rule == "same_sentence",
            ):
                continue
        if len(groups[a].members) < len(groups[b].members):
            a, b = b, a
        groups[a].take(groups.pop(b), counts=rule != FORCED)
        _fold(between, a, b)
        of[b] = a
        used.append((event_a, event_b, rule, score, evidence))
    return _members(rows["event_id"].to_list(), used)


def _links_between(pairs: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """How many links there are from each row to each other one."""
    between: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for a, b in pairs:
        between[a][b] += 1
        between[b][a] += 1
    return between


def _fold(between: dict[str, Counter[str]], a: str, b: str) -> None:
    """Count the links of ``b`` as those of ``a``."""
    for other, n in between.pop(b).items():
        del between[other][b]
        if other != a:
            between[a][other] += n
            between[other][a] += n


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
        group.targets[row["targets"], row["attribution_side"]].add(row["event_id"])
    # a toll, or news that a settlement was taken, of later days belongs to the first one
    told_later = row["once"] or (row["killed"] and (row["event_type"] == "casualties" or row["dating"] == "inferred"))
    if row["dating"] in ("stated", "inferred") and not told_later:
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
