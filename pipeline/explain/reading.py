"""Articles as they were read: text with marks, rows with the words and the pattern that each rests on.

Here: putting the tables, the masked sentences and the patterns together for one article. Not here: showing it.
Offsets count characters of `articles.text`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import polars as pl

from pipeline import lexicon
from pipeline.explain.marks import Mark, Piece, cut
from pipeline.extract.cascade import Extractor, Reading
from pipeline.extract.triggers import context_matched, rules
from pipeline.extraction import extract_batched

LANGUAGE = "en"


class Sentence(NamedTuple):
    """A sentence as the patterns see it: `mask` is as long as the sentence, which begins at `start`."""

    start: int
    mask: str
    is_body: bool


class Anchor(NamedTuple):
    """An event word in the mask of its sentence, and the masked words beside it that its pattern asks for."""

    word: str
    before: str
    masked: str
    after: str
    left: str
    right: str


@dataclass(frozen=True)
class Row:
    """An event row: its `number` in the article, the row itself, its mentions' homonyms and what it rests on."""

    number: int
    event: Mapping[str, object]
    pattern: Mapping[str, object]
    pattern_file: str
    anchor: Anchor | None
    parts: Mapping[str, str]
    n_homonyms: int | None
    repeats: int | None


@dataclass(frozen=True)
class Unused:
    """An event word that a pattern matches and that became no row."""

    rule_id: str
    pattern_file: str
    sentence: str
    anchor: Anchor


@dataclass(frozen=True)
class Line:
    """A line of the text: its pieces, the rows whose quote begins in it, the sentences that begin in it."""

    pieces: list[Piece]
    rows: list[Row] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


@dataclass(frozen=True)
class Explained:
    """One article, everything in the order of its text. `article` is its row of the `articles` table."""

    article: Mapping[str, object]
    lines: list[Line]
    rows: list[Row]
    unused: list[Unused]
    n_mentions: int
    refused: list[str]

    @property
    def is_read(self) -> bool:
        """Whether the article is in a language that is read."""
        return (self.article["language"] or LANGUAGE) == LANGUAGE


def explain(articles: pl.DataFrame, extractor: Extractor) -> list[Explained]:
    """Read `articles` (model Articles) and show how, one by one, in their order; texts that are not English too."""
    found = extract_batched(articles, extractor)
    reading = extractor.read(articles)
    entities, events = _by_article(found.entities), _by_article(found.events)
    refused = found.rejected.partition_by("source_file", as_dict=True)
    sentences = _sentences(reading) if reading else {}
    anchors = _anchors(reading) if reading else {}
    evidence: dict[str, list[tuple[str, int, int]]] = defaultdict(list)
    for event_id, *span in reading.evidence.iter_rows() if reading else ():
        evidence[event_id].append((span[0], span[1], span[2]))
    explained = []
    for article in articles.iter_rows(named=True):
        key = article["article_id"]
        explained.append(
            _explain(
                article,
                entities.get(key, []),
                events.get(key, []),
                sentences.get(key, []),
                anchors.get(key, []),
                evidence,
                refused[(key,)]["reason"].to_list() if (key,) in refused else [],
            )
        )
    return explained


def _explain(
    article: Mapping[str, object],
    entities: Sequence[Mapping[str, object]],
    events: Sequence[Mapping[str, object]],
    sentences: list[Sentence],
    anchors: Sequence[tuple[int, int, str]],
    evidence: Mapping[str, list[tuple[str, int, int]]],
    refused: list[str],
) -> Explained:
    text = str(article["text"])
    numbers = {str(event["event_id"]): number for number, event in enumerate(events, 1)}
    homonyms = {(entity["char_start"], entity["char_end"]): entity["n_homonyms"] for entity in entities if entity["kind"] == "place"}  # fmt: skip
    rows = [_row(event, numbers, evidence, sentences, text, homonyms) for event in events]
    marks = [Mark(sentence.start, sentence.start + len(sentence.mask), "aside") for sentence in sentences if not sentence.is_body]  # fmt: skip
    marks += [_mention(entity) for entity in entities]
    for row in rows:
        marks.append(Mark(_int(row.event["char_start"]), _int(row.event["char_end"]), "quote", row.number))
        marks += [
            Mark(start, end, "evidence", row.number, part) for part, start, end in evidence[str(row.event["event_id"])]
        ]
    used = {start for event_id in numbers for part, start, _ in evidence[event_id] if part == "trigger"}
    lines = []
    for (start, end), pieces in cut(text, marks):
        lines.append(
            Line(
                pieces,
                [row for row in rows if start <= _int(row.event["char_start"]) < end],
                [sentence for sentence in sentences if start <= sentence.start < end],
            )
        )
    unused = [
        Unused(rule_id, _pattern_file(rule_id), text[at.start : at.start + len(at.mask)], _anchor(rule_id, at, text, start, end))
        for start, end, rule_id in anchors
        if start not in used and (at := _sentence_at(sentences, start))
    ]  # fmt: skip
    return Explained(article, lines, rows, unused, len(entities), refused)


def _row(
    event: Mapping[str, object],
    numbers: Mapping[str, int],
    evidence: Mapping[str, list[tuple[str, int, int]]],
    sentences: list[Sentence],
    text: str,
    homonyms: Mapping[tuple[object, object], object],
) -> Row:
    spans = {part: (start, end) for part, start, end in evidence[str(event["event_id"])]}
    rule_id = str(event["rule_id"])
    anchor = None
    if "trigger" in spans and (at := _sentence_at(sentences, spans["trigger"][0])):
        anchor = _anchor(rule_id, at, text, *spans["trigger"])
    n_homonyms = homonyms.get(spans["place"]) if "place" in spans else None
    return Row(
        number=numbers[str(event["event_id"])],
        event=event,
        pattern=_patterns().get(rule_id, {}),
        pattern_file=_pattern_file(rule_id),
        anchor=anchor,
        parts={part: text[start:end] for part, (start, end) in spans.items()},
        n_homonyms=None if n_homonyms is None else _int(n_homonyms),
        repeats=numbers.get(str(event["duplicate_of"])),
    )


def _anchor(rule_id: str, sentence: Sentence, text: str, start: int, end: int) -> Anchor:
    first, last = start - sentence.start, end - sentence.start
    left, right = context_matched(dict(_patterns().get(rule_id, {})), sentence.mask, first, last)
    mask = sentence.mask
    return Anchor(text[start:end], mask[:first], mask[first:last], mask[last:], left, right)


def _mention(entity: Mapping[str, object]) -> Mark:
    told = [
        entity["canonical_name"],
        entity["region_code"] or entity["country_code"],
        entity["side"],
        entity["geo_method"],
    ]
    role = None if entity["role"] == "other" else entity["role"]
    words = [str(word) for word in (*told, role) if word]
    label = f"{entity['kind']}: {', '.join(words)}" if words else str(entity["kind"])
    return Mark(_int(entity["char_start"]), _int(entity["char_end"]), str(entity["kind"]), None, label)


def _sentences(reading: Reading) -> dict[str, list[Sentence]]:
    frame = reading.parts.sentences.join(reading.articles, on="article", maintain_order="left")
    found: dict[str, list[Sentence]] = defaultdict(list)
    for key, *values in frame.select("article_id", "offset", "mask", "is_body").iter_rows():
        found[key].append(Sentence(*values))
    return found


def _anchors(reading: Reading) -> dict[str, list[tuple[int, int, str]]]:
    """First and last offset and rule of every event word that a pattern matches, by article."""
    frame = (
        reading.parts.triggers.join(rules().select("rule", "rule_id"), on="rule")
        .join(reading.parts.sentences.select("sentence", "article", "offset"), on="sentence")
        .join(reading.articles, on="article")
        .select("article_id", pl.col("start") + pl.col("offset"), pl.col("end") + pl.col("offset"), "rule_id")
        .sort("article_id", "start")
    )
    found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for key, *values in frame.iter_rows():
        found[key].append((values[0], values[1], values[2]))
    return found


def _sentence_at(sentences: Sequence[Sentence], offset: int) -> Sentence | None:
    return next((one for one in sentences if one.start <= offset < one.start + len(one.mask)), None)


def _by_article(frame: pl.DataFrame) -> dict[str, list[dict[str, object]]]:
    parts = frame.partition_by("article_id", as_dict=True, maintain_order=True)
    return {str(key): part.to_dicts() for (key,), part in parts.items()}


@cache
def _patterns() -> dict[str, dict[str, object]]:
    return {str(pattern["rule_id"]): pattern for pattern in lexicon.patterns()}


@cache
def _pattern_file(rule_id: str) -> str:
    """The pattern's file and line, from the project's folder; empty for an unknown rule."""
    pattern = _patterns().get(rule_id)
    if pattern is None:
        return ""
    file = lexicon.FOLDER / "event_patterns" / str(pattern["file"])
    lines = file.read_text(encoding="utf-8").splitlines()
    line = next((number for number, line in enumerate(lines, 1) if line == f'rule_id = "{rule_id}"'), 1)
    return f"{file.relative_to(lexicon.FOLDER.parents[1])}:{line}"


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is no offset")
    return value
