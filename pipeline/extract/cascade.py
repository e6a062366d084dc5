"""The stages of the extraction in order: articles in, entities and events out.

Here: what runs after what. Not here: any rule of reading.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polars as pl

from pipeline import lexicon
from pipeline.extract import assemble, within_article
from pipeline.extract.back_references import SOURCE as BACK_REFERENCE
from pipeline.extract.back_references import find_back_references
from pipeline.extract.confidence import confidence
from pipeline.extract.dates import find_dates, of_entries
from pipeline.extract.entities import to_entities
from pipeline.extract.mask import mask_sentences
from pipeline.extract.names import Names, compile_names, find_names
from pipeline.extract.numbers import find_numbers
from pipeline.extract.parts import Parts
from pipeline.extract.places import find_places
from pipeline.extract.sentences import MAX_SENTENCE_CHARS, MAX_SENTENCES, split_sentences
from pipeline.extract.spans import without_overlaps
from pipeline.extract.triggers import find_triggers
from pipeline.gazetteer.build import Gazetteer, fingerprint
from pipeline.schemas import Entities, Events
from pipeline.schemas.validate import empty
from pipeline.text import fold


class Extraction(NamedTuple):
    """`entities` and `events` as their models describe them."""

    entities: pl.DataFrame
    events: pl.DataFrame


class Reading(NamedTuple):
    """How articles were read: their numbers (`article`, `article_id`), what was found in them, and the words that each
    event rests on (assemble.evidence)."""

    articles: pl.DataFrame
    parts: Parts
    evidence: pl.DataFrame


class Extractor:
    """The extraction with its word lists compiled once, for many batches of articles."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.names: Names = compile_names(gazetteer)

    def __call__(self, articles: pl.DataFrame) -> Extraction:
        """Entities and events of `articles` (model Articles); texts that are not English give none."""
        return extract(articles, self.gazetteer, self.names)

    def read(self, articles: pl.DataFrame) -> Reading | None:
        """How the same articles are read on the way to their rows, for showing it; None where nothing is to be read."""
        numbered = _numbered(articles)
        if (found := _read(numbered, self.gazetteer, self.names)) is None:
            return None
        parts, events = found
        return Reading(numbered.select("article", "article_id"), parts, assemble.evidence(events, parts))


def extract(articles: pl.DataFrame, gazetteer: Gazetteer, names: Names | None = None) -> Extraction:
    """Entities and events of `articles` (columns `article_id`, `text`, `language`, `published_date`).

    Rows come sorted by article and offset, and do not depend on the order or number of the articles.
    """
    with pl.Config() as config:
        # frames are small: the streaming engine would cost more than it saves
        config.set_engine_affinity("in-memory")
        return _extract(articles, gazetteer, names)


def _extract(articles: pl.DataFrame, gazetteer: Gazetteer, names: Names | None) -> Extraction:
    numbered = _numbered(articles)
    found = _read(numbered, gazetteer, names or compile_names(gazetteer))
    if found is None:
        return Extraction(empty(Entities), empty(Events))
    parts, events = found
    return Extraction(
        to_entities(parts, events, numbered),
        events.select(empty(Events).columns).cast(empty(Events).schema),
    )


def _numbered(articles: pl.DataFrame) -> pl.DataFrame:
    # a text too short to tell its language is read: the patterns find nothing in other languages
    return articles.filter(pl.col("language").fill_null("en") == "en").sort("article_id").with_row_index("article")


def _read(numbered: pl.DataFrame, gazetteer: Gazetteer, names: Names) -> tuple[Parts, pl.DataFrame] | None:
    """The parts of the articles and their events, with every column that led to them."""
    sentences = _sentences(numbered)
    if sentences.is_empty():
        return None
    parts = _parts(sentences, gazetteer, names)
    frames = assemble.event_frames(parts)
    events = within_article.mark_repetitions(assemble.to_events(frames, parts, numbered))
    return parts, events.with_columns(confidence=confidence())


def _sentences(articles: pl.DataFrame) -> pl.DataFrame:
    split = split_sentences(articles.select("article", folded=fold(pl.col("text")))).filter(
        pl.col("text").str.len_bytes() <= MAX_SENTENCE_CHARS, pl.col("sentence_no") < MAX_SENTENCES
    )
    return (
        split.lazy()
        .join(
            articles.lazy().select("article", "published_date", whole="text"),
            on="article",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            original=pl.col("whole").str.slice("offset", pl.col("text").str.len_bytes()),
        )
        .drop("whole")
        .collect()
        .pipe(of_entries)
    )


def _parts(sentences: pl.DataFrame, gazetteer: Gazetteer, names: Names) -> Parts:
    mentions = find_names(sentences, names)
    dates = find_dates(sentences)
    numbers = find_numbers(sentences)
    references = find_back_references(sentences)
    mentions = pl.concat([mentions, references])
    common = pl.col("source") == "facility"  # "the city" is more than a city
    rank = pl.when(pl.col("source") == BACK_REFERENCE).then(2).when(common).then(3).otherwise(1)
    spans = without_overlaps(
        pl.concat(
            [
                frame.select(
                    "sentence", "start", "end", tag=tag, priority=priority, origin=pl.lit(origin)
                ).with_row_index("row")
                for origin, frame, tag, priority in (
                    ("date", dates, pl.lit("D"), pl.lit(0)),
                    ("mention", mentions, pl.col("tag"), rank),
                    ("number", numbers, pl.lit("N"), pl.lit(4)),
                )
            ]
        ),
        "priority",
    )
    masked = mask_sentences(sentences, spans)

    def seen(frame: pl.DataFrame, origin: str) -> pl.DataFrame:
        return frame[spans.filter(pl.col("origin") == origin)["row"]]

    mentions = seen(mentions, "mention")
    return Parts(
        sentences=masked,
        mentions=mentions,
        places=find_places(masked, mentions, names, gazetteer),
        numbers=seen(numbers, "number"),
        dates=seen(dates, "date"),
        triggers=find_triggers(masked),
        regions=gazetteer.places.filter(pl.col("feature").is_in(["region", "country"])).rename({"name": "place_name"}),
    )


@cache
def version(dumps: tuple[Path, ...] = ()) -> str:
    """Fingerprint of everything that decides what is extracted: this code, the lexicon and the gazetteer with `dumps`."""
    digest = hashlib.sha256(fingerprint(dumps).encode())
    here = Path(__file__).parent
    for file in (here.with_name("text.py"), *sorted(here.glob("*")), *sorted(lexicon.FOLDER.rglob("*"))):
        if file.suffix in {".py", ".csv", ".toml"}:
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]
