"""The ids of all articles of a run, in eight bytes each.

Here: which articles have been there before. Not here: which row of an article counts (merge.py).
"""

from __future__ import annotations

import polars as pl


class SeenIds:
    """Ids of articles (16 hex digits) as sorted runs of numbers, the longest first: millions take a few megabytes."""

    def __init__(self) -> None:
        self._runs: list[pl.Series] = []

    def take_new(self, articles: pl.DataFrame) -> pl.DataFrame:
        """The articles that have not been seen, which count as seen from now on; each `article_id` once."""
        new = self.drop_seen(articles)
        self._add(_numbers(new).sort())
        return new

    def drop_seen(self, articles: pl.DataFrame) -> pl.DataFrame:
        """The articles that have not been seen, and are not now."""
        ids = _numbers(articles)
        seen = pl.repeat(False, ids.len(), eager=True)
        for run in self._runs:
            place = run.search_sorted(ids).clip(upper_bound=run.len() - 1)
            seen |= run.gather(place) == ids
        return articles.filter(~seen)

    def _add(self, run: pl.Series) -> None:
        """Add a sorted run; those that are no longer than it are merged with it, so that there are few."""
        if run.is_empty():
            return
        while self._runs and self._runs[-1].len() <= 2 * run.len():
            run = pl.concat([self._runs.pop(), run]).sort()
        self._runs.append(run)


def _numbers(articles: pl.DataFrame) -> pl.Series:
    return articles["article_id"].str.to_integer(base=16, dtype=pl.UInt64)
