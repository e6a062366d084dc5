"""When and where a text was published: from the best source that says so, and never by a guess."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest.dateline import date_in_opening, dateline
from pipeline.ingest.dating import as_utc, date_in_name
from pipeline.ingest.inputs import Texts, read_articles

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
BODY = "Drones damaged a grain store near the river, the mayor said. Two guards were hurt."


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def read(folder: Path) -> Texts:
    return read_articles([folder], now=NOW)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-09-07", utc(2024, 9, 6, 21)),  # midnight in Kyiv, summer time
        ("2024-01-07", utc(2024, 1, 6, 22)),  # winter time
        (date(2024, 9, 7), utc(2024, 9, 6, 21)),
        ("20240907", utc(2024, 9, 6, 21)),
        ("2024-09-07T14:15:00", utc(2024, 9, 7, 11, 15)),
        (datetime(2024, 9, 7, 14, 15), utc(2024, 9, 7, 11, 15)),
        ("2024-09-07 14:15", utc(2024, 9, 7, 11, 15)),
        ("2024-09-07T14:15:00Z", utc(2024, 9, 7, 14, 15)),
        ("20240907T141500Z", utc(2024, 9, 7, 14, 15)),
        ("2024-09-07T14:15:00.250-04:00", utc(2024, 9, 7, 18, 15, 0, 250000)),
        ("Sat, 07 Sep 2024 14:15:00 GMT", utc(2024, 9, 7, 14, 15)),
        ("Sat, 07 Sep 2024 14:15:00 +0300", utc(2024, 9, 7, 11, 15)),
        ("September 7, 2024", utc(2024, 9, 6, 21)),
        ("7 Sept. 2024, 14:15 EEST", utc(2024, 9, 7, 11, 15)),
        ("25/09/2024", utc(2024, 9, 24, 21)),  # only a day can be 25
    ],
)
def test_publication_times_become_utc(stated: str | date, expected: datetime) -> None:
    """Forbids reading a day as midnight UTC, and dropping a zone."""
    assert as_utc(stated) == expected


@pytest.mark.parametrize(
    "stated",
    ["07/09/2024", "2024", "2024-09", "Sept 2024", "yesterday", "Saturday", "14:15", "2024-02-30", "2024-W36",
     "0000-00-00", "n/a", "1725667200", "07.09.24", "2024-09-07 14:15 XYZT", "9999-12-31T23:59:59-12:00", "x" * 10_000],
)  # fmt: skip
def test_what_reads_in_two_ways_or_none_is_no_date(stated: str) -> None:
    """Forbids lenient parsers that fill in today's month, or take 07/09 for July."""
    assert as_utc(stated) is None


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("2024-09-07-kyiv", utc(2024, 9, 6, 21)),
        ("20240907T141500Z_desk", utc(2024, 9, 7, 14, 15)),
        ("20240907T141500", utc(2024, 9, 7, 11, 15)),
        ("wire_2024.09.07", utc(2024, 9, 6, 21)),
        ("2024_09_07_14-15", utc(2024, 9, 6, 21)),
        ("000_5e159a51fe5d2704", None),
        ("20240907123", None),
        ("a20240907", None),
        ("2024-13-07", None),
        ("2024-09-01_2024-09-07", None),
        ("2024-0907", None),
        ("kyiv", None),
    ],
)
def test_dates_in_file_names(stem: str, expected: datetime | None) -> None:
    """Forbids taking eight digits of a hash, or one end of a span, for the day."""
    assert date_in_name(stem) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KYIV, Sept 7, 2024 - Drones fell.", date(2024, 9, 7)),
        ("Kyiv, Ukraine, 7 September 2024 (Wire) -- Drones fell.", date(2024, 9, 7)),
        ("LVIV, SEPTEMBER 7, 2024 — Drones fell.", date(2024, 9, 7)),
        ("Grain store damaged\n\nPublished: 7 September 2024\n\nDrones fell.", date(2024, 9, 7)),
        ("Grain store damaged\nSeptember 7, 2024\nDrones fell.", date(2024, 9, 7)),
        ("KYIV, Sept 7 - Drones fell.", None),
        ("Drones fell on September 7, 2024 - the third time.", None),
        ("September 7, 2024\nUpdated: September 9, 2024\nDrones fell.", None),
        ("KYIV, Sept 31, 2024 - Drones fell.", None),
        ("x" * 400 + "\nSeptember 7, 2024\n", None),
    ],
)
def test_a_date_of_the_text_is_taken_from_a_dateline_only(text: str, expected: date | None) -> None:
    """Forbids taking the day of an event in the first sentence for the day of publication."""
    assert date_in_opening(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("KYIV - Drones fell.", "KYIV"),
        ("KYIV, Ukraine (Wire) - Drones fell.", "KYIV"),
        ("KRYVYI RIH, Ukraine — Drones fell.", "KRYVYI RIH"),
        ("KYIV/MOSCOW (Wire) -- Drones fell.", "KYIV/MOSCOW"),
        ("Kyiv, 7 September - Drones fell.", "Kyiv"),
        ("Kyiv (Wire) – Drones fell.", "Kyiv"),
        ("  ІЗЮМ, Україна - Дрони.", "ІЗЮМ"),
        ("IVANO-FRANKIVSK, Sept. 7, 2024 - Drones fell.", "IVANO-FRANKIVSK"),
        ("Russia – Ukraine's neighbour – said no.", None),
        ("BREAKING - Drones fell.", None),
        ("Drones fell in KYIV - again.", None),
        ("KYIV: Drones fell.", None),
        ("", None),
    ],
)
def test_datelines(text: str, expected: str | None) -> None:
    """Forbids making a filing place of any subject that stands before a dash."""
    assert pl.select(dateline(pl.lit(text))).item() == expected


def write(folder: Path, name: str, manifest: str | None = None, text: str = BODY) -> Texts:
    (folder / name).write_text(text, encoding="utf-8")
    if manifest is not None:
        (folder / "manifest.csv").write_text(f"file,published_at,source\n{manifest}\n", encoding="utf-8")
    return read(folder)


def test_the_manifest_counts_before_the_name_and_the_name_before_the_text(tmp_path: Path) -> None:
    name, text = "2024-09-07.txt", f"KYIV, Sept 6, 2024 - {BODY}"
    dated = [
        write(tmp_path, name, f"{name},2024-09-08,Wire", text).articles,
        write(tmp_path, name, f"{name},,Wire", text).articles,
    ]
    (tmp_path / name).unlink()
    dated.append(write(tmp_path, "a.txt", "", text).articles)
    dated.append(write(tmp_path, "a.txt", "").articles)
    days = [(str(frame["published_date"].item()), frame["date_source"].item()) for frame in dated]
    expected = [("2024-09-08", "manifest"), ("2024-09-07", "filename"), ("2024-09-06", "dateline"), ("None", "unknown")]
    assert days == expected


HEAD = '<meta property="article:published_time" content="{}">'
PAGE = (
    "<html><head><title>Grain store damaged</title>{}</head><body><article><p>"
    + BODY * 3
    + "</p></article></body></html>"
)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("2024-09-06.md", f"---\ndate: 2024-09-07\nsource: Desk\n---\n{BODY}", ("2024-09-07", "metadata")),
        ("2024-09-06.md", f"---\nsource: Desk\n---\n{BODY}", ("2024-09-08", "manifest")),
        ("2024-09-06.html", PAGE.format(HEAD.format("2024-09-07T09:00:00Z")), ("2024-09-07", "html")),
        ("2024-09-06.html", PAGE.format(""), ("2024-09-08", "manifest")),
        # no date that can be is no statement that a manifest could not put right
        ("2024-09-06.html", PAGE.format(HEAD.format("2094-09-07T09:00:00Z")), ("2024-09-08", "manifest")),
        ("2024-09-06.md", f"---\ndate: 07/09/2024\n---\n{BODY}", ("2024-09-08", "manifest")),
    ],
)
def test_the_text_s_own_date_counts_before_the_manifest(
    tmp_path: Path, name: str, text: str, expected: tuple[str, str]
) -> None:
    result = write(tmp_path, name, f"{name},2024-09-08,Wire", text)
    row = result.articles.row(0, named=True)
    assert (str(row["published_date"]), row["date_source"]) == expected
    assert row["source"] == "Wire", "everything else is as the manifest says"
    assert result.rejected.is_empty()


@pytest.mark.parametrize("stated", ["soon", "07/09/2024", "1989-12-31", "2024-09-12", "2224-09-07"])
def test_a_stated_date_that_cannot_be_is_complained_of_and_not_replaced(tmp_path: Path, stated: str) -> None:
    """Forbids falling back in silence on the file's name, the dateline or today, and losing the article."""
    result = write(tmp_path, "2024-09-07.txt", f"2024-09-07.txt,{stated},Wire", f"KYIV, Sept 6, 2024 - {BODY}")
    row = result.articles.row(0, named=True)
    assert (row["published_at"], row["published_date"], row["date_source"]) == (None, None, "unknown")
    complaint = result.rejected.row(0, named=True)
    assert (complaint["stage"], complaint["source_file"], complaint["content"]) == ("ingest", "2024-09-07.txt", stated)
    assert "article kept without a date" in complaint["reason"]


def test_the_first_and_the_last_day_are_accepted(tmp_path: Path) -> None:
    for day in ("1990-01-01", "2024-09-11"):
        (tmp_path / f"{day}.txt").write_text(f"{BODY} {day}", encoding="utf-8")
    result = read(tmp_path)
    assert result.rejected.is_empty()
    assert set(result.articles["date_source"]) == {"filename"}


@pytest.mark.parametrize(
    ("value", "kept"), [('{"when": "today"}', "{'when': 'today'}"), ("true", "True"), ("[]", "[]"), ("3.5", "3.5")]
)
def test_a_date_of_a_strange_type_is_complained_of(tmp_path: Path, value: str, kept: str) -> None:
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{BODY}", "published_at": {value}}}\n', encoding="utf-8")
    result = read(tmp_path)
    assert result.articles["date_source"].item() == "unknown"
    assert (result.rejected["source_file"].item(), result.rejected["content"].item()) == ("a.jsonl#1", kept)


@pytest.mark.parametrize("value", ["null", '""', '"  "'])
def test_an_empty_date_is_no_statement(tmp_path: Path, value: str) -> None:
    (tmp_path / "2024-09-07.jsonl").write_text(f'{{"text": "{BODY}", "published_at": {value}}}\n', encoding="utf-8")
    result = read(tmp_path)
    assert result.rejected.is_empty()
    assert result.articles["date_source"].item() == "filename"


def test_a_manifest_tells_everything_about_a_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    header = "file;published_at;source;url;title;language;author\n"
    row = "a.txt;2024-09-07T08:00:00Z;Wire;https://wire.example/a;Store damaged;EN;Ann\n"
    (tmp_path / "manifest.csv").write_bytes(b"\xef\xbb\xbf" + (header + row).encode())
    article = read(tmp_path).articles.row(0, named=True)
    told = [article[name] for name in ("published_at", "source", "url", "title", "language", "byline")]
    assert told == [utc(2024, 9, 7, 8), "Wire", "https://wire.example/a", "Store damaged", "en", "Ann"]


def test_a_manifest_serves_its_own_folder_and_packed_files(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(BODY.encode()))
    (tmp_path / "deep" / "a.txt").write_text(BODY + " Again.", encoding="utf-8")
    (tmp_path / "manifest.csv").write_text("file,source\na.txt,Wire\n", encoding="utf-8")
    sources = dict(read(tmp_path).articles.select("source_file", "source").iter_rows())
    assert sources == {"a.txt.gz": "Wire", "deep/a.txt": None}


def test_manifest_rows_that_fit_no_text_are_refused_one_by_one(tmp_path: Path) -> None:
    """Forbids opening what a manifest names: `../` leads out of the raw folder."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "outside.txt").write_text("Outside words.", encoding="utf-8")
    (tmp_path / "raw" / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "raw" / "b.jsonl").write_text('{"text": "Some words."}\n', encoding="utf-8")
    names = ["a.txt", "gone.txt", "../outside.txt", "b.jsonl", "a.txt", "", "/etc/hostname"]
    rows = "".join(f"{name},Wire\n" for name in names)
    (tmp_path / "raw" / "manifest.csv").write_text(f"file,source\n{rows}", encoding="utf-8")
    result = read(tmp_path / "raw")
    assert dict(result.articles.select("source_file", "source").iter_rows()) == {"a.txt": "Wire", "b.jsonl#1": None}
    refused = [f"manifest.csv#{n}" for n in (2, 3, 4, 5, 6, 7)]
    assert result.rejected["source_file"].to_list() == refused


@pytest.mark.parametrize("broken", [b"", b"name,source\na.txt,Wire\n", b"\0\0\0", b'file,source\n"a.txt,Wire\n'])
def test_a_broken_manifest_costs_the_metadata_not_the_articles(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "manifest.csv").write_bytes(broken)
    result = read(tmp_path)
    assert result.articles.height == 1
    assert result.articles["source"].item() is None
    assert "manifest" in result.rejected["reason"].item() + result.rejected["source_file"].item()


PAGE = """<html><head>{head}</head><body><article><p>Drones damaged a grain store near the river, the mayor said.</p>
<p>Two guards were hurt and taken to hospital, he told reporters in the town the same evening.</p></article></body>"""


@pytest.mark.parametrize(
    ("head", "expected", "n_rejected"),
    [
        ('<meta property="article:published_time" content="2024-09-07T23:30:00+03:00">', utc(2024, 9, 7, 20, 30), 0),
        ('<meta itemprop="datePublished" content="2024-09-07T08:00:00Z">', utc(2024, 9, 7, 8), 0),
        (
            '<script type="application/ld+json">{"datePublished": "2024-09-07T08:00:00Z"}</script>'
            '<meta property="article:modified_time" content="2024-09-09T08:00:00Z">',
            utc(2024, 9, 7, 8),
            0,
        ),
        ('<meta property="article:published_time" content="lately">', None, 1),
        ("", None, 0),
    ],
)
def test_a_page_is_dated_by_its_head(tmp_path: Path, head: str, expected: datetime | None, n_rejected: int) -> None:
    """Forbids the day of the last change, a copyright year, and silence about a date that is none."""
    (tmp_path / "a.html").write_text(PAGE.format(head=head), encoding="utf-8")
    result = read(tmp_path)
    assert result.articles["published_at"].item() == expected
    assert result.articles["date_source"].item() == ("html" if expected else "unknown")
    assert result.rejected.height == n_rejected
