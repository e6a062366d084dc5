"""Fuzzing of every reader and of the extraction: whatever comes in, no exception, no lost input, no row that breaks a rule.

A fixed small budget here, always the same examples; `make fuzz` tries new ones for as many as FUZZ_EXAMPLES says.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import string
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import lexicon
from pipeline.extraction import extract_validated
from pipeline.ingest.articles import content_sha256
from pipeline.ingest.decode import NotText, decode
from pipeline.ingest.discover import FORMATS
from pipeline.ingest.inputs import Texts, read_articles
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
BODY = "KYIV - Drones damaged a grain store near the river on Friday, the mayor said. Two guards were hurt."
PAGE = f"<html><head><title>Store</title><meta name=date content=2024-09-07></head><body><article><p>{BODY}</p></article></body></html>"
WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://plain.example/a\r\nContent-Type: application/http\r\n"
    f"Content-Length: {len(PAGE) + 44}\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}\r\n\r\n"
).encode()


def budget(small: int) -> settings:
    """So many fixed examples in the test suite, FUZZ_EXAMPLES new ones in `make fuzz`."""
    return settings(
        max_examples=EXAMPLES or small,
        derandomize=not EXAMPLES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def _parquet() -> bytes:
    table = io.BytesIO()
    pl.DataFrame({"id": ["1", "2"], "text": [BODY, None], "published_at": ["2024-09-07", "x"]}).write_parquet(table)
    return table.getvalue()


VALID = {
    "txt": BODY.encode(),
    "md": f"---\ntitle: Store\ndate: 2024-09-07\n---\n{BODY}".encode(),
    "html": PAGE.encode(),
    "jsonl": b"".join(json.dumps({"id": n, "text": f"{BODY} {n}", "published_at": "2024-09-07"}).encode() + b"\n" for n in range(3)),
    "csv": f'id,text,published_at\n1,"{BODY}",2024-09-07\n2,"Two guards were hurt.",\n'.encode(),
    "parquet": _parquet(),
    "warc": WARC,
}  # fmt: skip

edits = st.lists(
    st.tuples(st.floats(0, 1), st.one_of(st.binary(max_size=8), st.sampled_from([b"\0", b'"', b"<", b"\xff\xfe", b"\r\n", b"9" * 400, b"[" * 999, b"---\n"])), st.integers(0, 40)),
    max_size=4,
)  # fmt: skip
loose = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from([BODY, "2024-09-07"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
fields = st.sampled_from(["id", "text", "title", "published_at", "source", "url", "language", "author", "x"])


def read(name: str, data: bytes, manifest: bytes | None = None) -> Texts:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        if manifest is not None:
            (Path(folder) / "manifest.csv").write_bytes(manifest)
        found = read_articles([Path(folder)], now=NOW)
    assert found.articles.schema == empty(Articles).schema
    assert found.articles.height + found.rejected.height > 0 or not data.strip()
    for text, digest in found.articles.select("text", "content_sha256").iter_rows():
        assert "\r" not in text
        assert content_sha256(text) == digest
    return found


def edited(data: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    for place, new, n_cut in changes:
        at = int(place * len(data))
        data = data[:at] + new + data[at + n_cut :]
    return data


@pytest.mark.parametrize("ending", sorted(ending.removeprefix(".") for ending in FORMATS))
@budget(25)
@given(data=st.binary(max_size=400))
def test_any_bytes(ending: str, data: bytes) -> None:
    read(f"a.{ending}", data)


@pytest.mark.parametrize("ending", list(VALID))
@budget(40)
@given(changes=edits)
def test_damaged_files(ending: str, changes: list[tuple[float, bytes, int]]) -> None:
    read(f"a.{ending}", edited(VALID[ending], changes))


@pytest.mark.parametrize("ending", list(VALID))
@pytest.mark.parametrize(("packing", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
@budget(10)
@given(changes=edits)
def test_damaged_packed_files(ending: str, packing: str, pack: object, changes: list[tuple[float, bytes, int]]) -> None:
    read(f"a.{ending}.{packing}", edited(pack(VALID[ending]), changes))  # type: ignore[operator]


@budget(60)
@given(records=st.lists(st.dictionaries(fields, loose, max_size=5), min_size=1, max_size=4))
def test_records_of_any_values(records: list[dict[str, object]]) -> None:
    """Each line is an article or a refusal, or the copy of another."""
    found = read("a.jsonl", "".join(json.dumps(record) + "\n" for record in records).encode())
    texts = {content_sha256(text) for record in records if isinstance(text := record.get("text"), str)}
    assert found.articles["content_sha256"].n_unique() <= max(1, len(texts))


@budget(40)
@given(changes=edits)
def test_any_manifest(changes: list[tuple[float, bytes, int]]) -> None:
    manifest = (
        b"file,published_at,source,url,title,language,author\na.txt,2024-09-07,Wire,https://plain.example,T,en,Ann\n"
    )
    assert read("a.txt", BODY.encode(), edited(manifest, changes)).articles["text"].item() == BODY


@budget(40)
@given(name=st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_file_name(name: str) -> None:
    if name.startswith(".") or name.lower().startswith("readme"):
        return
    assert read(f"{name}.txt", BODY.encode()).articles["text"].item() == BODY


@budget(100)
@given(
    data=st.binary(max_size=200),
    declared=st.none() | st.text(string.ascii_letters + string.digits + "-_.: ", max_size=20),
)
def test_any_encoding(data: bytes, declared: str | None) -> None:
    try:
        decode(data, declared).encode("utf-8")
    except NotText:
        return


WORDS = [
    "killed",
    "wounded",
    "at",
    "least",
    "12",
    "two",
    "hundred",
    "people",
    "in",
    "a",
    "strike",
    "on",
    "Kharkiv",
    "Sumy",
    "region",
    "the",
    "village",
    "of",
    "Izium",
    "Russian",
    "Ukrainian",
    "forces",
    "said",
    "captured",
    "repelled",
    "drones",
    "missiles",
    "shelling",
    "on",
    "Friday",
    "yesterday",
    "September",
    "7",
    "2024",
    "9999",
    "year",
    "0",
    "the",
    "governor",
    ",",
    ".",
    ";",
    "(",
    ")",
    '"',
    "'",
    "–",
    "“",
    "\n",
    "\n\n",
    "1,000",
    "99999999999",
    "Moscow",
    "Kyiv",
    "evacuated",
    "prisoners",
    "more",
    "than",
    "up",
    "to",
    "between",
    "and",
    "of",
    "km",
    "south-east",
    "from",
    "shot",
    "down",
    "launched",
    "not",
    "denied",
]
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=60).map(" ".join)


def unreadable(bodies: list[str], extractor: Extractor) -> list[dict[str, object]]:
    """Rejected rows of articles with these bodies, but for those that say that an article is off topic."""
    rows = "".join(
        json.dumps({"id": n, "text": f"words {body}", "language": "en", "published_at": "2024-09-07"}) + "\n"
        for n, body in enumerate(bodies)
    )
    found = extract_validated(read("a.jsonl", rows.encode()).articles, extractor)
    return found.rejected.filter(~pl.col("reason").str.starts_with("off topic")).to_dicts()


@budget(15)
@given(bodies=st.lists(texts, min_size=1, max_size=12))
def test_the_extraction_of_any_words(bodies: list[str], extractor: Extractor) -> None:
    """No exception, and no row that the model or the text refuses."""
    assert unreadable(bodies, extractor)[:2] == []


def pieces_of_phrases() -> list[str]:
    """Runs of one to four words of the lexicon's examples, and days: what the stages look for, in any order."""
    tables = ("dates", "people", "numbers", "quantifiers", "holders", "back_references", "speech_verbs", "bearings")
    examples = [str(pattern["example"]) for pattern in lexicon.patterns()]
    examples += [example for name in tables for example in lexicon.table(name)["example"]]
    days = ["in 2014", "since May", "on 5 March 2022", "for weeks", "from Monday to Friday", "at 6 a.m. on Sunday"]
    phrases = [example.split() for example in (*examples, *days * 20)]
    return [" ".join(words[at : at + n]) for words in phrases for at in range(len(words)) for n in (1, 2, 4)]


@budget(4)
@given(seed=st.integers(0, 2**32))
def test_the_extraction_of_phrases_that_run_into_each_other(seed: int, extractor: Extractor) -> None:
    """No exception where words of events, dates, names and numbers overlap as no writer would have them."""
    chance = random.Random(seed)  # noqa: S311
    pieces = pieces_of_phrases()
    bodies = [" ".join(chance.choices(pieces, k=60)) for _ in range(400)]
    assert unreadable(bodies, extractor)[:2] == []
