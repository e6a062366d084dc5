"""All steps: event rows -> links -> groups.

Here: what is compared anew when rows come, change or go. Not here: the steps themselves; files (orchestration/assets/incidents.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline.incidents.blocks import blocks, candidates
from pipeline.incidents.clusters import FORCED, group_rows
from pipeline.incidents.features import link_rows
from pipeline.incidents.pairs import LINKS_SCHEMA, score_pairs
from pipeline.incidents.tables import levels

KEY: Final = "event_id"
_ROOTS: Final = pl.Schema({"event_id": pl.String, "root": pl.String})


@dataclass(frozen=True)
class State:
    """What one linking leaves for the next: the rows that were compared and the links that were found."""

    rows: pl.DataFrame
    links: pl.DataFrame


@dataclass(frozen=True)
class Linked:
    """`members` (MEMBERS_SCHEMA) has a row per event row; `n_compared` pairs were looked at, of `n_touched` rows."""

    members: pl.DataFrame
    state: State
    n_touched: int
    n_compared: int


def link(events: pl.DataFrame, articles: pl.DataFrame, before: State | None = None) -> Linked:
    """Link all rows; with ``before``, compare only those that are new or changed since, with the same result.

    ``events`` and ``articles`` as for :func:`~pipeline.incidents.features.link_rows`.
    """
    rows = link_rows(events, articles)
    max_rows = levels()["max_block_rows"]
    found = blocks(rows, max_rows)
    if before is None or before.rows.schema != rows.schema:
        touched, kept = None, LINKS_SCHEMA.to_frame()
    else:
        touched = _touched(rows, found, before.rows, max_rows)
        gone = before.rows.join(rows, on=[KEY, "digest"], how="anti").select(KEY)
        stale = pl.concat([rows[touched["row"]].select(KEY), gone])
        kept = before.links.join(stale, left_on="event_a", right_on=KEY, how="anti").join(
            stale, left_on="event_b", right_on=KEY, how="anti"
        )
    compared = candidates(found, touched)
    scored = score_pairs(rows, compared)
    links = pl.concat([kept, scored]).sort("event_a", "event_b")
    n_touched = rows.height if touched is None else touched.height
    return Linked(group_rows(rows, _between_fuller(rows, links)), State(rows, links), n_touched, compared.height)


def _touched(rows: pl.DataFrame, found: pl.DataFrame, rows_before: pl.DataFrame, max_rows: int) -> pl.DataFrame:
    """Indexes (`row`) of the rows to compare anew: new and changed ones, and all of a cut block that one of them is in.

    Where a block is cut depends on all of its rows, so that its pairs can't be kept when one of them changes.
    """
    changed = _indexed_without(rows, rows_before)
    lost = _indexed_without(rows_before, rows)
    if changed.is_empty() and lost.is_empty():
        return changed
    found_before = blocks(rows_before, max_rows)
    cut = pl.concat([found, found_before]).filter(pl.col("size") > max_rows).select("whole").unique()
    hit = found_before.join(lost, on="row", how="semi").join(cut, on="whole", how="semi").select("whole")
    touched = changed
    while True:
        hit = pl.concat(
            [hit, found.join(touched, on="row", how="semi").join(cut, on="whole", how="semi").select("whole")]
        ).unique()
        grown = pl.concat([touched, found.join(hit, on="whole", how="semi").select("row")]).unique()
        if grown.height == touched.height:
            return touched.sort("row")
        touched = grown


def _indexed_without(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    return rows.with_row_index("row").join(others, on=[KEY, "digest"], how="anti").select("row")


def _between_fuller(rows: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The links with each row that repeats a fuller one replaced by that one, and a link, rule `duplicate`, between the two."""
    fuller = dict(
        rows.filter(pl.col("duplicate_of").is_in(rows[KEY].implode())).select(KEY, "duplicate_of").iter_rows()
    )
    roots = pl.DataFrame({KEY: list(fuller), "root": [_root(fuller, event) for event in fuller]}, schema=_ROOTS)
    repetitions = roots.filter(pl.col(KEY) != pl.col("root")).select(
        event_a="root", event_b=KEY, rule=pl.lit(FORCED), score=pl.lit(1.0), evidence=pl.lit(None, dtype=pl.String)
    )
    moved = (
        links.join(roots.rename({KEY: "event_a", "root": "root_a"}), on="event_a", how="left")
        .join(roots.rename({KEY: "event_b", "root": "root_b"}), on="event_b", how="left")
        .with_columns(a=pl.coalesce("root_a", "event_a"), b=pl.coalesce("root_b", "event_b"))
        .filter(pl.col("a") != pl.col("b"))
        .with_columns(event_a=pl.min_horizontal("a", "b"), event_b=pl.max_horizontal("a", "b"))
        .sort("event_a", "event_b", "score", "evidence", descending=[False, False, True, False])
        .unique(["event_a", "event_b"], keep="first", maintain_order=True)
        .select(LINKS_SCHEMA.names())
    )
    return pl.concat([moved, repetitions])


def _root(fuller: dict[str, str], event: str) -> str:
    seen = {event}
    while (event := fuller.get(event, event)) in fuller and event not in seen:
        seen.add(event)
    return event
