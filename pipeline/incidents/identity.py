"""Groups of rows -> incidents: ids that stay while an incident grows, and what became of ids that are no more.

Here: matching groups with the incidents that were published last. Not here: grouping (clusters.py), versions (dbt: `incident_history`).
"""

from __future__ import annotations

import hashlib
from typing import Final, NamedTuple

import polars as pl

PREVIOUS_SCHEMA: Final = pl.Schema({"event_id": pl.String, "incident_id": pl.String})
SUCCESSION_SCHEMA: Final = pl.Schema({"incident_id": pl.String, "superseded_by": pl.String})


class Identified(NamedTuple):
    """`incidents` is (group, incident_id); `succession` (SUCCESSION_SCHEMA) has the published ids that no incident keeps."""

    incidents: pl.DataFrame
    succession: pl.DataFrame


def identify(members: pl.DataFrame, previous: pl.DataFrame) -> Identified:
    """Give every group of ``members`` (`event_id`, `group`; first rows first) an id.

    ``previous`` (PREVIOUS_SCHEMA): the incident of each event row in the last release. A published id goes to the group that has
    most of its rows (of two, the one with the earlier row); a group that several ids would go to keeps the one that most of its
    rows had. A group without any is named after its first row. `superseded_by`: the ids, with commas between, of the
    incidents that have the rows of an id that went; null where its rows went too.
    """
    votes = (
        members.select("event_id", "group")
        .with_row_index("position")
        .join(previous, on="event_id")
        .group_by("group", "incident_id")
        .agg(n=pl.len(), position=pl.col("position").min())
        .sort("n", "position", "incident_id", descending=[True, False, False])
    )
    won = votes.unique("incident_id", keep="first", maintain_order=True)
    kept = won.unique("group", keep="first", maintain_order=True).select("group", "incident_id")
    fresh = members.select("group").unique(maintain_order=True).join(kept, on="group", how="anti")["group"].to_list()
    taken = set(kept["incident_id"])
    named = []
    for group in fresh:
        named.append(_name(group, taken))
        taken.add(named[-1])
    new = pl.DataFrame({"group": fresh, "incident_id": named}, schema=kept.schema)
    incidents = pl.concat([kept, new])
    gone = previous.select("incident_id").unique().join(incidents, on="incident_id", how="anti")
    heirs = (
        votes.select("group", "incident_id")
        .join(incidents.rename({"incident_id": "heir"}), on="group")
        .group_by("incident_id")
        .agg(superseded_by=pl.col("heir").sort().str.join(","))
    )
    succession = gone.join(heirs, on="incident_id", how="left").sort("incident_id").select(SUCCESSION_SCHEMA.names())
    return Identified(incidents, succession)


def _name(event_id: str, taken: set[str]) -> str:
    """An id made from a row's; where an incident that the row left still bears it, the next one."""
    n = 0
    while (name := "i" + hashlib.sha256(f"{event_id}#{n}".encode()).hexdigest()[:16]) in taken:
        n += 1
    return name
