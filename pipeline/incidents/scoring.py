"""Linking against gold: event rows that a reader put into incidents.

Here: finding the gold rows among the extracted ones, and the figures. Not here: the gold (tests/gold/incidents), printing
(benchmarks/accuracy.py). Pairwise figures count pairs of rows that are one incident; B-cubed figures (Bagga and Baldwin 1998) are
means over rows: of the rows in a row's group the share that is right, of those of its incident the share that is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

GOLD_SCHEMA: Final = pl.Schema(
    {
        "article_id": pl.String,
        "char_start": pl.Int64,
        "char_end": pl.Int64,
        "event_type": pl.String,
        "place_name": pl.String,
        "incident": pl.String,
    }
)


@dataclass(frozen=True)
class LinkScore:
    """Figures of one comparison, shares 0 to 1; `n_missing` gold rows were not extracted, and count for nothing."""

    n_rows: int
    n_missing: int
    n_pairs: int
    n_linked: int
    n_right: int
    b_cubed_precision: float
    b_cubed_recall: float

    @property
    def precision(self) -> float:
        """Share of the linked pairs that are one incident."""
        return self.n_right / max(1, self.n_linked)

    @property
    def recall(self) -> float:
        """Share of the pairs that are one incident that are linked."""
        return self.n_right / max(1, self.n_pairs)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.n_right / max(1, self.n_pairs + self.n_linked)

    @property
    def b_cubed_f1(self) -> float:
        """Harmonic mean of the B-cubed figures."""
        total = self.b_cubed_precision + self.b_cubed_recall
        return 2 * self.b_cubed_precision * self.b_cubed_recall / total if total else 0.0


def matched(gold: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """`gold_row`, `incident`, `event_id`: each gold row's extracted row, of one type and place, whose span overlaps most.

    ``gold``: GOLD_SCHEMA; ``rows``: `event_id` and the columns of GOLD_SCHEMA but `incident`, with the gold's article ids.
    """
    overlap = pl.min_horizontal("char_end", "char_end_right") - pl.max_horizontal("char_start", "char_start_right")
    return (
        gold.with_row_index("gold_row")
        .join(rows, on=["article_id", "event_type", "place_name"], nulls_equal=True)
        .with_columns(overlap=overlap)
        .filter(pl.col("overlap") > 0)
        .sort("gold_row", "overlap", "event_id", descending=[False, True, False])
        .unique("gold_row", keep="first", maintain_order=True)
        .unique("event_id", keep="first", maintain_order=True)
        .select("gold_row", "incident", "event_id")
    )


def score_links(gold: pl.DataFrame, rows: pl.DataFrame, members: pl.DataFrame) -> LinkScore:
    """Compare ``members`` (`event_id`, `group`) with the gold; the arguments as for :func:`matched`."""
    found = matched(gold, rows).join(members.select("event_id", "group"), on="event_id")
    by_row = found.with_columns(
        n_group=pl.len().over("group"),
        n_incident=pl.len().over("incident"),
        n_both=pl.len().over("group", "incident"),
    )
    means = by_row.select(
        precision=(pl.col("n_both") / pl.col("n_group")).mean(), recall=(pl.col("n_both") / pl.col("n_incident")).mean()
    ).row(0)
    return LinkScore(
        n_rows=found.height,
        n_missing=gold.height - found.height,
        n_pairs=_pairs(found, "incident"),
        n_linked=_pairs(found, "group"),
        n_right=_pairs(found, "incident", "group"),
        b_cubed_precision=means[0] or 0.0,
        b_cubed_recall=means[1] or 0.0,
    )


def _pairs(rows: pl.DataFrame, *by: str) -> int:
    sizes = rows.group_by(by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())
