"""Articles into the day files of the `articles` layer.

Here: which row counts where the same article comes again, and removing rows. Not here: reading (inputs.py), and which
rows have been superseded (ingest.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from pipeline.layers import day_expr, day_file, days, naming_damage, read_days, write_day
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

TABLE: Final = "articles"
INFERRED: Final = "inferred"  # date_source of articles that were dated by what they tell (pipeline/undated.py)
NOTES: Final = "inferred-dates"  # file of rejected rows that says so of each


def file_of(source_file: pl.Expr) -> pl.Expr:
    """String: the file's name in `source_file`, without the number of the record."""
    return source_file.str.replace(r"#\d+$", "")


def merge_day(existing: pl.DataFrame, incoming: pl.DataFrame, *, replace: bool) -> pl.DataFrame:
    """One day's rows after some came in: a union by article_id, sorted by it; all frames have the schema Articles.

    An article that is there keeps its `first_seen_at`. Its other columns stay too, unless the row comes from the same
    file, which may have been corrected, or `replace` is set.
    """
    there = existing.select(
        "article_id",
        there_file=file_of(pl.col("source_file")),
        there_since="first_seen_at",
        there_copies="duplicate_of",
    )
    counting = (
        incoming.join(there, on="article_id", how="left")
        .filter(
            pl.lit(replace) | pl.col("there_file").is_null() | (pl.col("there_file") == file_of(pl.col("source_file")))
        )
        .with_columns(
            first_seen_at=pl.coalesce("there_since", "first_seen_at"),
            duplicate_of=pl.coalesce("duplicate_of", "there_copies"),
        )
        .select(incoming.columns)
    )
    return pl.concat([existing.join(counting, on="article_id", how="anti"), counting]).sort("article_id")


@dataclass(slots=True)
class ArticleLayer:
    """The `articles` layer while a run writes it.

    `replace` is set when the run reads everything anew.
    """

    layers: Path
    replace: bool = False
    n_new: int = 0
    changed: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)  # days that articles came into or went from, changed by it or not

    def merge(self, articles: pl.DataFrame) -> None:
        """Bring the articles' days up to date; `articles` has the schema Articles and each article_id once."""
        by_day = self._with_inferred_days(articles).sort("article_id").with_columns(_day=day_expr())
        for (key,), rows in sorted(by_day.partition_by("_day", as_dict=True, include_key=False).items()):
            day = str(key)
            self.touched.add(day)
            existing = read_days(self.layers, TABLE, [day], rows.schema)
            merged = rows if existing.is_empty() else merge_day(existing, rows, replace=self.replace)
            self.n_new += merged.height - existing.height
            self._write(day, existing, merged)

    def _with_inferred_days(self, articles: pl.DataFrame) -> pl.DataFrame:
        """The articles, those that tell no date and were given one before with that one."""
        if not day_file(self.layers, "rejected_rows", NOTES).exists() or articles["published_date"].null_count() == 0:
            return articles
        columns = ("published_at", "published_date", "date_source", "date_confidence")
        written = [day_file(self.layers, TABLE, day) for day in days(self.layers, TABLE)]
        given = (
            pl.scan_parquet(written, glob=False)
            .filter(pl.col("date_source") == INFERRED)
            .select("article_id", *columns)
            .collect()
        )
        is_given = pl.col("published_date").is_null() & pl.col("date_source_given").is_not_null()
        return (
            articles.join(
                given.unique("article_id"), on="article_id", how="left", suffix="_given", maintain_order="left"
            )
            .with_columns(pl.when(is_given).then(f"{name}_given").otherwise(name).alias(name) for name in columns[::-1])
            .select(articles.columns)
        )

    def rows_of(self, files: Collection[str]) -> pl.DataFrame:
        """Ids, hashes, days and files (`file`, without the record's number) of all rows that came from `files`."""
        written = [day_file(self.layers, TABLE, day) for day in days(self.layers, TABLE)]
        columns = ("article_id", "content_sha256", "published_date")
        if not written:
            return empty(Articles).select(*columns, file="source_file")
        with naming_damage(written):
            return (
                pl.scan_parquet(written, glob=False)
                .select(*columns, file=file_of(pl.col("source_file")))
                .filter(pl.col("file").is_in(list(files)))
                .collect()
            )

    def remove(self, rows: pl.DataFrame) -> None:
        """Take out rows, given by `article_id` and `published_date`; an emptied day keeps an empty file."""
        for (key,), gone in sorted(rows.with_columns(_day=day_expr()).partition_by("_day", as_dict=True).items()):
            day = str(key)
            self.touched.add(day)
            existing = read_days(self.layers, TABLE, [day], empty(Articles).schema)
            self._write(day, existing, existing.join(gone, on="article_id", how="anti"))

    def _write(self, day: str, existing: pl.DataFrame, rows: pl.DataFrame) -> None:
        if not rows.equals(existing):
            write_day(self.layers, TABLE, day, rows)
            self.changed.add(day)
