"""Extraction over stored articles: which days need it, what comes out, and which rows are refused.

Here: batching, validation of the extracted rows against models and texts, and the ledger of days that are up to date.
Not here: how a text is read (extract/), Dagster (orchestration/) or the database (warehouse/).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import polars as pl

from pipeline import layers as store
from pipeline.locking import exclusive
from pipeline.schemas import Articles, Entities, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, Split, empty, split

BATCH_ARTICLES: Final = 3_000
MAX_UNREADABLE: Final = (
    5  # texts of a batch at which the reading may fail; where it fails at more, it is not for the texts
)
MAX_SHOWN_CHARS: Final = 200  # of an article that gives no rows
EXTRACTION_STAGES: Final = ("entities", "events")  # of rejected rows, whose source_file is an article_id
LEDGER_SCHEMA: Final = pl.Schema({"day": pl.String, "articles_sha256": pl.String, "extractor": pl.String})


class Tables(Protocol):
    """What an extractor gives back: one frame of entities, one of events."""

    @property
    def entities(self) -> pl.DataFrame:
        """One row per mention."""

    @property
    def events(self) -> pl.DataFrame:
        """One row per reported event."""


Extractor = Callable[[pl.DataFrame], Tables]


class Validated(NamedTuple):
    """Rows that keep every rule, and the refused ones with their reasons (`validate.REJECTED_SCHEMA`)."""

    entities: pl.DataFrame
    events: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(frozen=True)
class ExtractionReport:
    """What one run wrote: the days, and how many rows of each table."""

    days: tuple[str, ...] = ()
    n_articles: int = 0
    n_entities: int = 0
    n_events: int = 0
    n_rejected: int = 0

    def __add__(self, other: ExtractionReport) -> ExtractionReport:
        """Both runs together; a day that both wrote is one day."""
        return ExtractionReport(
            tuple(dict.fromkeys((*self.days, *other.days))),
            self.n_articles + other.n_articles,
            self.n_entities + other.n_entities,
            self.n_events + other.n_events,
            self.n_rejected + other.n_rejected,
        )


def load_extractor(cache: Path, fetched: Path | None = None) -> Extractor:
    """The project's extractor, with its gazetteer read from `cache`, or compiled into it by one process at a time.

    `fetched`: folder of country files that add to the gazetteer (gazetteer/dumps.py); None for the built-in one alone.
    """
    from pipeline.extract.cascade import Extractor as Cascade
    from pipeline.gazetteer.build import load_gazetteer
    from pipeline.gazetteer.dumps import dump_files

    may_compile = not cache.exists() or os.access(cache, os.W_OK)
    with exclusive(cache, ".compile.lock") if may_compile else nullcontext():
        gazetteer = load_gazetteer(cache, dump_files(fetched) if fetched else ())
    return Cascade(gazetteer)


def extractor_version(fetched: Path | None = None) -> str:
    """Fingerprint of code, lexicon and gazetteer; another value means that stored rows are out of date."""
    from pipeline.extract.cascade import version
    from pipeline.gazetteer.dumps import dump_files

    return version(dump_files(fetched) if fetched else ())


def extract_batched(articles: pl.DataFrame, extractor: Extractor) -> Validated:
    """:func:`extract_validated` over slices of BATCH_ARTICLES, so that memory does not grow with a day's articles."""
    parts = [extract_validated(piece, extractor) for piece in articles.iter_slices(BATCH_ARTICLES)]
    if not parts:
        return Validated(empty(Entities), empty(Events), REJECTED_SCHEMA.to_frame())
    return Validated(*(pl.concat(frames) for frames in zip(*parts, strict=True)))


def extract_validated(articles: pl.DataFrame, extractor: Extractor) -> Validated:
    """Extract, then set aside every row that breaks a rule of its model or does not reproduce the text.

    A text at which the extractor fails gives a rejected row, and the others their rows; at more than MAX_UNREADABLE
    texts its error is raised.
    """
    from pipeline.extract.topic import off_topic

    found, unreadable = _readable(articles, extractor)
    entities = _checked(found.entities, Entities, articles, words="surface", stage="entities")
    events = _checked(found.events, Events, articles, words="quote", stage="events")
    is_read = pl.col("language").fill_null("en") == "en"
    read = articles.filter(is_read).join(unreadable, on="article_id", how="anti", maintain_order="left")
    elsewhere = off_topic(read, events.good)
    foreign = articles.filter(~is_read)
    return Validated(
        entities.good.join(elsewhere, on="article_id", how="anti", maintain_order="left"),
        events.good.join(elsewhere, on="article_id", how="anti", maintain_order="left"),
        pl.concat(
            [
                entities.rejected,
                events.rejected,
                _unread(
                    foreign, pl.format("written in {}: only English is read for rows; the article is kept", "language")
                ),
                _unread(
                    unreadable, pl.format("reading it failed, which is our fault: {}; the article is kept", "error")
                ),
                _unread(elsewhere, pl.lit("off topic, it names nothing of the war: no rows; the article is kept")),
            ]
        ),
    )


def _readable(articles: pl.DataFrame, extractor: Extractor) -> tuple[Tables, pl.DataFrame]:
    """What the extractor finds, and the articles at which it fails, with `error` String: it is told by halving."""
    from pipeline.extract.cascade import Extraction

    none = articles.clear().with_columns(error=pl.lit(None, pl.String))
    try:
        return extractor(articles), none
    except (MemoryError, OSError):  # the machine's fault, and not to be blamed on a text
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        if articles.height == 1:
            words = f"{type(error).__name__}: {error}"[:MAX_SHOWN_CHARS]
            return Extraction(empty(Entities), empty(Events)), articles.with_columns(error=pl.lit(words))
        in_order = articles.sort("article_id")
        middle = in_order.height // 2
        halves = []
        unreadable = none
        for half in (in_order[:middle], in_order[middle:]):
            found, failed = _readable(half, extractor)
            halves.append(found)
            unreadable = unreadable.vstack(failed)
            if unreadable.height > MAX_UNREADABLE:
                raise
    return Extraction(
        *(pl.concat(frames) for frames in zip(*((h.entities, h.events) for h in halves), strict=True))
    ), unreadable


def _unread(articles: pl.DataFrame, reason: pl.Expr) -> pl.DataFrame:
    """A rejected row for each article that gives no rows, with why and how it begins."""
    return articles.select(
        stage=pl.lit("events"),
        source_file="article_id",
        reason=reason.cast(pl.String),
        content=pl.col("text").str.head(MAX_SHOWN_CHARS),
    )


def _checked(
    frame: pl.DataFrame, model: type[Entities] | type[Events], articles: pl.DataFrame, *, words: str, stage: str
) -> Split:
    valid = split(frame, model, stage=stage, source="article_id")
    exact = _reproduces_text(valid.good, articles, words)
    if exact.all():
        return valid
    mismatched = valid.good.filter(~exact).select(
        stage=pl.lit(stage),
        source_file="article_id",
        reason=pl.lit(f"{words} is not text[char_start:char_end]"),
        content=pl.struct(valid.good.columns).struct.json_encode(),
    )
    return Split(valid.good.filter(exact), pl.concat([valid.rejected, mismatched]))


def _reproduces_text(rows: pl.DataFrame, articles: pl.DataFrame, words: str) -> pl.Series:
    """Boolean per row: its words are exactly the characters of the article between its offsets."""
    span = pl.col("text").str.slice(pl.col("char_start"), pl.col("char_end") - pl.col("char_start"))
    texts = articles.select("article_id", "text")
    return (
        rows.lazy()
        .select("article_id", "char_start", "char_end", words)
        .join(texts.lazy(), on="article_id", how="left", maintain_order="left")
        .select((span == pl.col(words)).fill_null(False))
        .collect()
        .to_series()
    )


def stale_days(layers: Path, version: str, *, again: Collection[str] = (), full: bool = False) -> list[str]:
    """Days whose articles changed since they were extracted, or were extracted by another version; in order.

    Days of ``again`` are taken changed or not, and with ``full`` every day is.
    Days that lost their articles are stale too, so that their rows go as well.
    """
    ledger = _read_ledger(layers)
    fingerprints = _fingerprints(layers, None)
    done = ledger.filter(pl.col("extractor") == version)
    current = dict(zip(done["day"], done["articles_sha256"], strict=True))
    vanished = set(ledger["day"]) - set(store.days(layers, "articles"))
    changed = {day for day, digest in fingerprints.items() if full or day in again or current.get(day) != digest}
    return sorted(changed | vanished)


def extract_days(
    layers: Path,
    days: Iterable[str],
    extractor: Extractor,
    version: str,
    *,
    progress: Callable[[int], None] | None = None,
) -> ExtractionReport:
    """Replace the entities, events and rejected rows of `days`; small days share one call of the extractor.

    ``progress`` is called with the number of articles after each batch. A run that is cut short loses one batch:
    the ledger is written after each.
    """
    report = ExtractionReport()
    for batch, articles in _batches(layers, days):
        fingerprints = _fingerprints(layers, set(batch))
        found = extract_batched(articles, extractor)
        _write_days(layers, batch, articles, found)
        _write_ledger(layers, batch, fingerprints, version)
        report = ExtractionReport(
            days=(*report.days, *batch),
            n_articles=report.n_articles + articles.height,
            n_entities=report.n_entities + found.entities.height,
            n_events=report.n_events + found.events.height,
            n_rejected=report.n_rejected + found.rejected.height,
        )
        if progress:
            progress(articles.height)
    return report


def count_articles(layers: Path, days: Iterable[str]) -> int:
    """Articles stored for these days."""
    files = [file for day in days if (file := store.day_file(layers, "articles", day)).exists()]
    with store.naming_damage(files):
        return int(pl.scan_parquet(files, glob=False).select(pl.len()).collect().item()) if files else 0


def _batches(layers: Path, days: Iterable[str]) -> Iterator[tuple[list[str], pl.DataFrame]]:
    batch: list[str] = []
    frames: list[pl.DataFrame] = []
    for day in days:
        batch.append(day)
        frames.append(store.read_days(layers, "articles", [day], empty(Articles).schema))
        if sum(frame.height for frame in frames) >= BATCH_ARTICLES:
            yield batch, pl.concat(frames)
            batch, frames = [], []
    if batch:
        yield batch, pl.concat(frames)


def _write_days(layers: Path, days: list[str], articles: pl.DataFrame, found: Validated) -> None:
    day_of = articles.select("article_id", day=store.day_expr())
    entities = _by_day(found.entities, day_of, "article_id")
    events = _by_day(found.events, day_of, "article_id")
    rejected = _by_day(found.rejected, day_of.rename({"article_id": "source_file"}), "source_file")
    for day in days:
        store.write_day(layers, "entities", day, entities.get(day, empty(Entities)))
        store.write_day(layers, "events", day, events.get(day, empty(Events)))
        refused = rejected.get(day, REJECTED_SCHEMA.to_frame())
        for stage in EXTRACTION_STAGES:
            rows = refused.filter(pl.col("stage") == stage)
            name = f"{stage}-{day}"
            if rows.height or store.day_file(layers, "rejected_rows", name).exists():
                store.write_day(layers, "rejected_rows", name, rows)


def _by_day(rows: pl.DataFrame, day_of: pl.DataFrame, key: str) -> dict[str, pl.DataFrame]:
    dated = rows.join(day_of, on=key, how="left", maintain_order="left").with_columns(
        pl.col("day").fill_null(store.UNDATED)
    )
    parts = dated.partition_by("day", as_dict=True, include_key=False, maintain_order=True)
    return {str(day): part for (day,), part in parts.items()}


def _fingerprints(layers: Path, wanted: set[str] | None) -> dict[str, str]:
    """SHA-256 of each wanted day file of articles that exists."""
    return {
        day: hashlib.sha256(store.day_file(layers, "articles", day).read_bytes()).hexdigest()
        for day in store.days(layers, "articles")
        if wanted is None or day in wanted
    }


def _ledger_file(layers: Path) -> Path:
    return layers / "extracted.parquet"


def _read_ledger(layers: Path) -> pl.DataFrame:
    file = _ledger_file(layers)
    return store.read_parquet(file) if file.exists() else LEDGER_SCHEMA.to_frame()


def _write_ledger(layers: Path, days: list[str], fingerprints: dict[str, str], version: str) -> None:
    done = pl.DataFrame(
        [(day, fingerprints[day], version) for day in days if day in fingerprints], schema=LEDGER_SCHEMA, orient="row"
    )
    others = _read_ledger(layers).filter(~pl.col("day").is_in(days))
    store.replace_parquet(_ledger_file(layers), pl.concat([others, done]).sort("day"))
