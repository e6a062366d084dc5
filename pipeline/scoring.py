"""Accuracy: extracted event rows against gold rows, coded by reading after the codebook.

Here: when two rows are the same event, which of their fields agree, and the figures. Not here: the gold rows
(tests/gold/), extracting, and printing (benchmarks/accuracy.py).

The rules:

- Two rows can be the same event only if they are of the same article and event type, and their spans overlap or lie
  at most ``MAX_GAP`` characters apart. The lenient figures take the types of one ``FAMILIES`` entry for the same.
- Of all such pairs those that agree in most ``FIELDS`` are made first, the place counting four times, then those that
  begin nearest to each other; each row is in one pair at most.
- A gold row that is optional, only repeats another one or is background is free: found or missed, it counts for
  nothing. An extracted row is free where the pipeline marks it so. A pair counts if its gold row is not free.
- Precision: share of the extracted rows that are in a counted pair, without those paired with a free gold row and
  without free ones that stand alone. Recall: share of the gold rows that are not free. Strict F1 counts the pairs only
  that agree in all of ``STRICT_FIELDS``.
- Core and context types are counted apart.

A gold row is a mapping with the names of `events` and `row_id`, `optional`, `loose` (fields that count as right
whatever they say), nulls left out, dates as ISO text; its `article_id` is the article's own `source_id`. An extracted row
is a row of `events` with its `article_id` and dates brought into that form (:func:`extracted_rows`).
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

import polars as pl

from pipeline.schemas.vocabulary import CONTEXT_TYPES

Row = Mapping[str, Any]
Pair = tuple[int, int]

MAX_GAP: Final = 40  # characters
MAX_KM: Final = 10.0
EARTH_DIAMETER_KM: Final = 12742
FIELDS: Final = (
    "event_subtype", "actor_side", "target_kind", "region_code", "place", "date_start", "killed", "injured",
    "attribution_side", "status",
)  # fmt: skip
STRICT_FIELDS: Final = ("actor_side", "region_code", "date_start", "killed", "injured")
COUNT_FIELDS: Final = ("killed", "injured")
# types that careful coders swap
FAMILIES: Final = {
    "strike": "attack", "shelling": "attack", "explosion": "attack",
    "clash": "ground", "advance": "ground", "repelled": "ground",
    "capture": "control", "withdrawal": "control", "control_status": "control",
    "evacuation": "people", "displacement": "people",
}  # fmt: skip


BIN_WIDTH: Final = 0.1


class GoldError(ValueError):
    """A file of gold rows, or the articles that they belong to, cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Score:
    """Figures of one comparison; `pairs` are indexes into the gold and the extracted rows that were compared."""

    n_gold: int
    n_extracted: int
    n_matched: int
    n_strict: int
    field_shares: dict[str, float]
    pairs: tuple[Pair, ...]

    @property
    def precision(self) -> float:
        """Share of the counted extracted rows that are in the gold, 0 to 1; 0 where there are none."""
        return self.n_matched / max(1, self.n_extracted)

    @property
    def recall(self) -> float:
        """Share of the counted gold rows that were found, 0 to 1; 0 where there are none."""
        return self.n_matched / max(1, self.n_gold)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return self._f1(self.n_matched)

    @property
    def strict_f1(self) -> float:
        """F1 with only those pairs that agree in every strict field."""
        return self._f1(self.n_strict)

    def _f1(self, n_right: int) -> float:
        return 2 * n_right / max(1, self.n_gold + self.n_extracted)


@dataclass(frozen=True)
class TypeCount:
    """One event type: gold rows that count, how many of them were found, and extracted rows without a partner."""

    n_gold: int
    n_found: int
    n_false: int


@dataclass(frozen=True)
class Bin:
    """Extracted rows whose `confidence` lies from `low` up to `low` + BIN_WIDTH: their mean, and the share that is right."""

    low: float
    n_rows: int
    stated: float
    right: float


@dataclass(frozen=True)
class Comparison:
    """Everything about one set of gold rows; `gold` and `extracted` hold the rows of core types that `core` pairs."""

    core: Score
    core_lenient: Score
    context: Score
    types: dict[str, TypeCount]
    gold: list[Row]
    extracted: list[Row]


def read_gold(path: Path) -> list[Row]:
    """Rows of a JSONL file; GoldError where a line is no JSON object or has no type and span."""
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise GoldError(f"{path}, line {number} is no JSON ({error}): correct or drop it.") from error
        missing = {"article_id", "char_start", "char_end", "event_type"}.difference(
            row if isinstance(row, dict) else ()
        )
        if missing:
            raise GoldError(f"{path}, line {number} is no gold row, it lacks {', '.join(sorted(missing))}.")
        rows.append(row)
    return rows


def extracted_rows(events: pl.DataFrame, articles: pl.DataFrame) -> list[Row]:
    """Rows of `events` with the `article_id` of gold rows (:func:`gold_id`) and dates as ISO text."""
    ids = dict(zip(articles["article_id"], articles["source_id"], strict=True))
    days = events.with_columns(pl.col("date_start", "date_end").dt.to_string("%Y-%m-%d"))
    return [row | {"article_id": gold_id(ids[row["article_id"]])} for row in days.iter_rows(named=True)]


def gold_id(source_id: str) -> str:
    """How gold rows name an article: its `source_id`, without the ending if that is a file's name."""
    return PurePosixPath(source_id).stem


def compare(gold: Sequence[Row], extracted: Sequence[Row]) -> Comparison:
    """Figures of all gold rows; extracted rows of articles that have no gold row are passed over."""
    coded = {row["article_id"] for row in gold}
    found = [row for row in extracted if row["article_id"] in coded]
    core_gold, core_found = [row for row in gold if is_core(row)], [row for row in found if is_core(row)]
    core = score(core_gold, core_found)
    return Comparison(
        core=core,
        core_lenient=score(core_gold, core_found, lenient=True),
        context=score([row for row in gold if not is_core(row)], [row for row in found if not is_core(row)]),
        types=_type_counts(core_gold, core_found, core.pairs),
        gold=core_gold,
        extracted=core_found,
    )


def score(gold: Sequence[Row], extracted: Sequence[Row], *, lenient: bool = False) -> Score:
    """Pair the rows and count; `lenient` lets the types of one family pass for the same."""
    pairs = pair(gold, extracted, lenient=lenient)
    matched = [(gold[i], extracted[j]) for i, j in pairs if not is_free(gold[i])]
    paired = {j for _, j in pairs}
    n_alone = sum(j not in paired and not is_free(row) for j, row in enumerate(extracted))
    return Score(
        n_gold=sum(not is_free(row) for row in gold),
        n_extracted=len(matched) + n_alone,
        n_matched=len(matched),
        n_strict=sum(all(agrees(g, e, field) for field in STRICT_FIELDS) for g, e in matched),
        field_shares={field: sum(agrees(g, e, field) for g, e in matched) / max(1, len(matched)) for field in FIELDS},
        pairs=tuple(pairs),
    )


def judged(gold: Sequence[Row], extracted: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Each extracted row of core types that counts, and whether it is right in type and every strict field.

    Rows that are free, or paired with a free gold row, are left out; so are rows of articles without gold rows.
    """
    compared = compare(gold, extracted)
    of = {j: compared.gold[i] for i, j in compared.core.pairs}
    return [
        (row, j in of and all(agrees(of[j], row, field) for field in STRICT_FIELDS))
        for j, row in enumerate(compared.extracted)
        if not is_free(of.get(j, row))
    ]


def calibration(rows: Sequence[tuple[float, float]]) -> list[Bin]:
    """Confidence against truth: rows (confidence, 1 or 0 for right or not) put into bins of BIN_WIDTH, lowest first."""
    bins: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for stated, is_right in rows:
        bins[min(int(stated / BIN_WIDTH + 1e-9), round(1 / BIN_WIDTH) - 1)].append((stated, is_right))
    return [
        Bin(
            low=n * BIN_WIDTH,
            n_rows=len(members),
            stated=sum(stated for stated, _ in members) / len(members),
            right=sum(is_right for _, is_right in members) / len(members),
        )
        for n, members in sorted(bins.items())
    ]


def pair(gold: Sequence[Row], extracted: Sequence[Row], *, lenient: bool = False) -> list[Pair]:
    """Index pairs of rows that are the same event, best agreement first; each index at most once."""
    kind: Callable[[Row], str] = _family if lenient else _type
    of_article: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for j, row in enumerate(extracted):
        of_article[row["article_id"], kind(row)].append(j)
    candidates = [
        (_closeness(row, extracted[j]), i, j)
        for i, row in enumerate(gold)
        for j in of_article[row["article_id"], kind(row)]
        if is_near(row, extracted[j])
    ]
    pairs: list[Pair] = []
    used_gold: set[int] = set()
    used_extracted: set[int] = set()
    for _, i, j in sorted(candidates, reverse=True):
        if i not in used_gold and j not in used_extracted:
            used_gold.add(i)
            used_extracted.add(j)
            pairs.append((i, j))
    return pairs


def is_core(row: Row) -> bool:
    """True for the types that are scored first (codebook, section 2)."""
    return row["event_type"] not in CONTEXT_TYPES


def is_free(row: Row) -> bool:
    """True for a row that neither earns nor costs."""
    return bool(row.get("optional") or row.get("duplicate_of") or row.get("is_background"))


def is_near(gold: Row, extracted: Row) -> bool:
    """True where the spans overlap or at most MAX_GAP characters lie between them."""
    gap: int = max(gold["char_start"], extracted["char_start"]) - min(gold["char_end"], extracted["char_end"])
    return gap <= MAX_GAP


def agrees(gold: Row, extracted: Row, field: str) -> bool:
    """True where a field of FIELDS is right.

    A place is right within MAX_KM kilometres, by its name where one of the rows has no coordinates. Of a count the
    figure as stated is compared, the bounds where there is none. Nobody is wrong about a side that the gold calls unknown.
    """
    if field in gold.get("loose", ()):
        return True
    if field in COUNT_FIELDS:
        return _stated(gold, field) == _stated(extracted, field)
    if field == "place":
        return _same_place(gold, extracted)
    if field == "actor_side" and gold.get(field) == "unknown":
        return True
    return (gold.get(field) or None) == (extracted.get(field) or None)


def wrong_fields(gold: Row, extracted: Row) -> list[str]:
    """The fields of a pair that do not agree, each with both values."""
    wrong = (field for field in FIELDS if not agrees(gold, extracted, field))
    return [f"{field}: gold {_shown(gold, field)}, extracted {_shown(extracted, field)}" for field in wrong]


def _shown(row: Row, field: str) -> object:
    if field in COUNT_FIELDS:
        return "/".join(str(row.get(f"{field}_{bound}")) for bound in ("low", "best", "high"))
    return row.get("place_name" if field == "place" else field)


def _type(row: Row) -> str:
    return str(row["event_type"])


def _family(row: Row) -> str:
    return FAMILIES.get(_type(row), _type(row))


def _closeness(gold: Row, extracted: Row) -> tuple[int, int]:
    n_agreeing = sum(agrees(gold, extracted, field) for field in FIELDS)
    return n_agreeing + 3 * agrees(gold, extracted, "place"), -abs(gold["char_start"] - extracted["char_start"])


def _stated(row: Row, stem: str) -> int | None:
    values = (row.get(f"{stem}_{bound}") for bound in ("best", "low", "high"))
    return next((int(value) for value in values if value is not None), None)


def _same_place(gold: Row, extracted: Row) -> bool:
    km = _kilometres(gold, extracted)
    if km is not None:
        return km <= MAX_KM
    if not gold.get("place_name") and not extracted.get("place_name"):
        return True
    ours, theirs = ({_letters(row.get("place_name")), _letters(row.get("place_text"))} for row in (gold, extracted))
    return bool(ours & theirs - {""})


def _kilometres(a: Row, b: Row) -> float | None:
    coordinates = [row.get(name) for row in (a, b) for name in ("lat", "lon")]
    if None in coordinates:
        return None
    lat_a, lon_a, lat_b, lon_b = (math.radians(float(value)) for value in coordinates if value is not None)
    haversine = math.sin((lat_b - lat_a) / 2) ** 2
    haversine += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(haversine))


def _letters(text: object) -> str:
    return "".join(char for char in str(text or "").casefold() if char.isalnum())


def _type_counts(gold: Sequence[Row], extracted: Sequence[Row], pairs: Sequence[Pair]) -> dict[str, TypeCount]:
    found, paired = {i for i, _ in pairs}, {j for _, j in pairs}
    wanted = [(row["event_type"], i in found) for i, row in enumerate(gold) if not is_free(row)]
    n_gold = Counter(kind for kind, _ in wanted)
    n_found = Counter(kind for kind, is_found in wanted if is_found)
    n_false = Counter(row["event_type"] for j, row in enumerate(extracted) if j not in paired and not is_free(row))
    kinds = sorted(n_gold.keys() | {row["event_type"] for row in extracted})
    return {kind: TypeCount(n_gold[kind], n_found[kind], n_false[kind]) for kind in kinds}
