"""Articles that are another article with little changed: one agency's text in ten papers, and later versions of one text.

Here: `duplicate_of` of the articles layer, for near copies and for versions. Not here: exact copies, which dbt finds over
the whole table, and what a copy's rows count for (dbt).

Near copies: sequences of five words, by MinHash and banding (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive
Datasets, 3.3-3.4), each pair then compared in full. A copy points to the earliest article that it copies.
Versions: same source, and same address or id, and at least half the words; an earlier version points to the last one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from pipeline.ingest.discover import endings
from pipeline.layers import UNDATED, day_file, days, read_days, write_day
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

if TYPE_CHECKING:
    from rensa import RMinHash

TABLE: Final = "articles"
WINDOW_DAYS: Final = 3  # between a text and its copies, or its versions
VERSION_COLUMNS: Final = ("source", "source_id", "url", "duplicate_of")  # that tell versions of one text
SHINGLE_WORDS: Final = 5
MIN_SHINGLES: Final = 25  # of the shorter text: two short notices may agree by chance
MIN_SHARED: Final = 0.75  # of the shorter text's sequences, for a copy
MIN_SHARED_BY_VERSIONS: Final = 0.5
N_PERMUTATIONS: Final = 128
DOUBT: Final = (
    0.2  # by which an estimate of the share of equal sequences may be too low: more than four standard deviations
)
N_BANDS: Final = 32  # pairs whose sequences agree by half are looked at nine times in ten
SEED: Final = 20240907
MAX_CHARS: Final = 40_000  # of a text that are compared; articles are shorter

_WORD: Final = re.compile(r"\w+")


def mark_copies(layers: Path, touched: Collection[str]) -> set[str]:
    """Fill `duplicate_of` around the days that articles came into; returns the days whose files changed by it.

    Gives the same whatever the order in which articles came. Undated articles are compared among themselves.
    """
    present = set(days(layers, TABLE))
    dated = {date.fromisoformat(day) for day in touched if day != UNDATED}
    around = {day + timedelta(n) for day in dated for n in range(-WINDOW_DAYS, WINDOW_DAYS + 1)}
    changed: set[str] = set()
    for run in _runs(sorted(day for day in around if day.isoformat() in present)):
        changed |= _mark_run(layers, run, present)
    if UNDATED in touched and UNDATED in present:
        changed |= _mark_group(layers, [UNDATED], context=[], later=[])
    return changed


def superseded(articles: pl.DataFrame) -> pl.Series:
    """article_id of those whose `duplicate_of` is a later version: one of the same source with the same address or id.

    `articles`: `article_id` and VERSION_COLUMNS, of all articles.
    """
    last = articles.select(pl.all().name.suffix("_last"))
    is_version = (pl.col("url") == pl.col("url_last")) | (pl.col("source_id") == pl.col("source_id_last"))
    pairs = articles.join(last, left_on=["duplicate_of", "source"], right_on=["article_id_last", "source_last"])
    return pairs.filter(is_version)["article_id"]


def _runs(ordered: Sequence[date]) -> Iterator[list[date]]:
    """Days in groups that are further apart than a text from its copies."""
    run: list[date] = []
    for day in ordered:
        if run and (day - run[-1]).days > WINDOW_DAYS:
            yield run
            run = []
        run.append(day)
    if run:
        yield run


def _mark_run(layers: Path, run: Sequence[date], present: Collection[str]) -> set[str]:
    before = [(run[0] - timedelta(n)).isoformat() for n in range(WINDOW_DAYS, 0, -1)]
    after = [(run[-1] + timedelta(n)).isoformat() for n in range(1, WINDOW_DAYS + 1)]
    return _mark_group(
        layers,
        [day.isoformat() for day in run],
        context=[day for day in before if day in present],
        later=[day for day in after if day in present],
    )


def _mark_group(layers: Path, marked: Sequence[str], *, context: Sequence[str], later: Sequence[str]) -> set[str]:
    """Mark the articles of `marked`, against each other and those of `context`, the days before; `later` for versions."""
    newest = _newest_versions(layers, [*context, *marked, *later])
    window = _Window()
    changed = set()
    for day in [*context, *marked]:
        articles = read_days(layers, TABLE, [day], empty(Articles).schema)
        window.forget_before(day)
        originals = window.originals_of(articles.filter(~pl.col("article_id").is_in(list(newest))), day)
        if day not in marked:
            continue
        links = originals | {id_: newest[id_] for id_ in articles["article_id"] if id_ in newest}
        frame = pl.DataFrame(
            {"article_id": list(links), "link": list(links.values())},
            schema={"article_id": pl.String, "link": pl.String},
        )
        linked = articles.join(frame, on="article_id", how="left", maintain_order="left")
        linked = linked.with_columns(duplicate_of="link").select(articles.columns)
        if not linked.equals(articles):
            write_day(layers, TABLE, day, linked)
            changed.add(day)
    return changed


class _Known(NamedTuple):
    day: str
    article_id: str
    text: str
    signature: RMinHash
    n_sequences: int


class _Window:
    """The articles of the last days, in the order of their publication, and which of them may resemble a text."""

    def __init__(self) -> None:
        from rensa import RMinHashLSH

        self._lsh = RMinHashLSH(threshold=MIN_SHARED_BY_VERSIONS, num_perm=N_PERMUTATIONS, num_bands=N_BANDS)
        self._known: dict[int, _Known] = {}  # by place in order
        self._n = 0

    def forget_before(self, day: str) -> None:
        """Drop what no copy of this day may copy."""
        if day == UNDATED:
            return
        first = (date.fromisoformat(day) - timedelta(WINDOW_DAYS)).isoformat()
        for place in [place for place, known in self._known.items() if known.day < first]:
            self._lsh.remove(place)
            del self._known[place]

    def originals_of(self, articles: pl.DataFrame, day: str) -> dict[str, str]:
        """The earliest article that each of the day's articles is a near copy of; they are part of the window then."""
        found: dict[str, str] = {}
        ordered = articles.sort("published_at", "source_file", "article_id", nulls_last=True)
        ids, texts = ordered["article_id"].to_list(), ordered["text"].str.slice(0, MAX_CHARS).to_list()
        for id_, text, signature in zip(ids, texts, signatures(texts), strict=True):
            if signature is None:
                continue
            mine = shingles(text)
            for place in sorted(self._lsh.query(signature)):
                other = self._known[place]
                # texts made after one pattern are many, and comparing them in full takes long
                if not _may_share(signature.jaccard(other.signature), len(mine), other.n_sequences):
                    continue
                if shared(mine, shingles(other.text)) >= MIN_SHARED:
                    found[id_] = other.article_id
                    break
            self._lsh.insert(self._n, signature)
            self._known[self._n] = _Known(day, id_, text, signature, len(mine))
            self._n += 1
        return found


def signatures(texts: Iterable[str]) -> list[RMinHash | None]:
    """MinHash of each text's sequences of words; null for a text of too few."""
    from rensa import RMinHash

    sets = [_sequences(text) for text in texts]
    long_enough = [sequences for sequences in sets if len(sequences) >= MIN_SHINGLES]
    made = iter(RMinHash.from_token_sets(long_enough, N_PERMUTATIONS, SEED) if long_enough else ())
    return [next(made) if len(sequences) >= MIN_SHINGLES else None for sequences in sets]


def shingles(text: str) -> frozenset[str]:
    """The different sequences of five words, in lower case and without punctuation."""
    return frozenset(_sequences(text))


def shared(one: Collection[str], other: Collection[str]) -> float:
    """Share, 0 to 1, of the smaller set's members that are in the other; 0 where it is empty."""
    smaller, larger = sorted((frozenset(one), frozenset(other)), key=len)
    return len(smaller & larger) / len(smaller) if smaller else 0.0


def _may_share(jaccard: float, n_mine: int, n_other: int) -> bool:
    """Whether MIN_SHARED of the smaller set's members can be in the other, as the estimated Jaccard index of both says."""
    likeliest = min(1.0, jaccard + DOUBT)
    n_both = likeliest / (1 + likeliest) * (n_mine + n_other)
    return n_both >= MIN_SHARED * min(n_mine, n_other)


def _sequences(text: str) -> list[str]:
    words = _WORD.findall(text.lower())
    return [" ".join(words[start : start + SHINGLE_WORDS]) for start in range(len(words) - SHINGLE_WORDS + 1)]


def _newest_versions(layers: Path, wanted: Sequence[str]) -> dict[str, str]:
    """article_id of the last version, by the article_id of each earlier one of it."""
    files = [day_file(layers, TABLE, day) for day in wanted]
    stem = pl.col("source_file").str.replace(r"#\d+$", "").str.split("/").list.last()
    table = (
        pl.scan_parquet(files, glob=False)
        .select(
            "article_id", "source", "source_id", "url", "source_file", "first_seen_at", "published_at", "content_sha256"
        )
        .filter(pl.col("source").is_not_null())
        .with_columns(stem=stem, record=pl.col("source_file").str.extract(r"#(\d+)$").cast(pl.UInt64, strict=False))
        .collect()
    )
    # an id that is only its file's name is none that a source gave
    named = table.with_columns(
        source_id=pl.when(
            pl.col("source_id")
            != pl.col("stem").replace_strict(_stems(table["stem"]), default=None, return_dtype=pl.String)
        ).then("source_id")
    )
    order = ["first_seen_at", "published_at", "source_file", "record", "article_id"]
    pairs = pl.concat(
        [
            named.filter(pl.col(key).is_not_null())
            .sort(order)
            .with_columns(
                last=pl.col("article_id").last().over("source", key),
                n=pl.col("content_sha256").n_unique().over("source", key),
            )
            .filter((pl.col("n") > 1) & (pl.col("article_id") != pl.col("last")))
            .select("article_id", "last")
            for key in ("url", "source_id")
        ]
    ).unique("article_id", keep="first", maintain_order=True)
    if pairs.is_empty():
        return {}
    # the last version of one key may be an earlier one of another
    newest = dict(pairs.iter_rows())
    resolved = {id_: _end(newest, id_) for id_ in newest}
    texts = dict(
        pl.scan_parquet(files, glob=False)
        .filter(pl.col("article_id").is_in([*resolved, *resolved.values()]))
        .select("article_id", "text")
        .collect()
        .iter_rows()
    )
    return {
        old: new
        for old, new in resolved.items()
        if old != new and shared(shingles(texts[old]), shingles(texts[new])) >= MIN_SHARED_BY_VERSIONS
    }


def _end(links: dict[str, str], start: str) -> str:
    """Where a chain of links ends; the start of a circle."""
    seen = {start}
    at = links[start]
    while at in links and at not in seen:
        seen.add(at)
        at = links[at]
    return at if at not in links else min(seen)


def _stems(names: pl.Series) -> dict[str, str]:
    return {name: endings(name)[0] for name in names.unique()}
