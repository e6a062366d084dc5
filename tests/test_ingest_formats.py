"""Reading raw files: every format, packing and encoding, and what is refused, with its reason and nothing lost."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest import readers
from pipeline.ingest.discover import InputError, RawFile, discover, endings
from pipeline.ingest.inputs import Texts, iter_articles, read_articles
from pipeline.ingest.language import _identifier, detect, language_code, reads_as_english
from pipeline.ingest.records import MAX_TEXT_CHARS
from pipeline.schemas import Articles
from pipeline.schemas.validate import REJECTED_SCHEMA, empty

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
BODY = "KYIV - Drones damaged a grain store near the river on Friday, the mayor said. Two guards were hurt."
UKRAINIAN = "Сили оборони відбили атаку поблизу села. Поранено двох людей, повідомила місцева влада."

PAGE = f"""<!doctype html><html lang="en-GB"><head><title>Grain store damaged | Plain Wire</title>
<meta property="og:title" content="Grain store damaged"><meta property="og:site_name" content="Plain Wire">
<meta name="author" content="Ann Writer"><meta property="article:published_time" content="2024-09-07T22:30:00+00:00">
</head><body><nav><a href="/">Home</a> <a href="/war">War</a></nav><article><h1>Grain store damaged</h1><p>{BODY}</p>
<p>Firemen worked until dawn &amp; the road was closed, a spokesman for the region told reporters in the town.</p>
</article><footer>Copyright 2019 Plain Wire. All rights reserved.</footer></body></html>"""


def read(*paths: Path) -> Texts:
    return read_articles(list(paths), now=NOW)


def one(result: Texts) -> dict[str, object]:
    assert result.articles.height == 1, result.rejected.to_dicts()
    return result.articles.row(0, named=True)


def jsonl(*records: object) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_a_text_is_kept_character_for_character(tmp_path: Path) -> None:
    """Forbids stripping, trimming or normalising: offsets of quotes would slip."""
    text = "\n  Title\u00a0 line  \n\n" + BODY + "\t\u2028end\n\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert one(read(tmp_path))["text"] == text


def test_line_ends_become_newlines_and_nothing_else_changes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"One line.\r\nTwo lines.\rThree  lines.\n")
    assert one(read(tmp_path))["text"] == "One line.\nTwo lines.\nThree  lines.\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (UKRAINIAN, "utf-8"),
        (UKRAINIAN, "utf-8-sig"),
        (UKRAINIAN, "utf-16"),
        (UKRAINIAN, "utf-32"),
        (UKRAINIAN, "cp1251"),
        (UKRAINIAN, "koi8-u"),
        ("The café's owner, a German from Köln, said that three people were hurt in the shelling.", "latin-1"),
        ("The army said that it “held” the town – its café and market – through the night.", "cp1252"),
    ],
)
def test_encodings_are_found_out(tmp_path: Path, text: str, encoding: str) -> None:
    """Forbids decoding as UTF-8 with replacement characters, and leaving the byte order mark in the text."""
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert one(read(tmp_path))["text"] == text


@pytest.mark.parametrize("wrong", ["cp1252", "latin-1", "cp1251"])
def test_text_that_was_decoded_wrongly_before_is_repaired(tmp_path: Path, wrong: str) -> None:
    """Forbids names and quotation marks that no pattern knows, and offsets that count the damaged text."""
    right = "The café’s owner said: “held”.\nA plain line – untouched.\n" + UKRAINIAN
    lines = right.split("\n")
    damaged = "\n".join([lines[0].encode().decode(wrong, "ignore") if wrong == "latin-1" else lines[0], lines[1],
                         lines[2].encode().decode(wrong) if wrong != "cp1252" else lines[2]])  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(jsonl({"text": damaged, "title": "CafÃ© hit"}))
    row = one(read(tmp_path))
    assert (row["text"], row["title"]) == (right, "Café hit")


def test_letters_that_only_look_like_damage_are_kept(tmp_path: Path) -> None:
    """Forbids 'repairing' the alphabets of the region."""
    text = "Âge, Ünal, Ñandú; в’язень Рєпін – «Соловʼї» і СЃ; Škoda, Łódź, Ørsted: “fine” — all of it stays as written."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert one(read(tmp_path))["text"] == text


def test_markdown_gives_its_front_matter_and_the_body_below(tmp_path: Path) -> None:
    head = (
        "---\ntitle: 'Store: damaged'\ndate: 2024-09-07\nauthor: [Ann, Bo]\nsource: Plain Wire\nlang: en\nid: 17\n---\n"
    )
    (tmp_path / "a.md").write_text(head + BODY, encoding="utf-8")
    row = one(read(tmp_path))
    assert (row["text"], row["title"], row["byline"], row["source_id"]) == (BODY, "Store: damaged", "Ann, Bo", "17")
    assert (row["published_at"], row["date_source"]) == (datetime(2024, 9, 6, 21, tzinfo=UTC), "metadata")


@pytest.mark.parametrize("broken", ["title: [unclosed", "date: 2024-02-31", "just words", "- a\n- list"])
def test_broken_front_matter_costs_the_metadata_not_the_article(tmp_path: Path, broken: str) -> None:
    (tmp_path / "a.md").write_text(f"---\n{broken}\n---\n{BODY}", encoding="utf-8")
    result = read(tmp_path)
    assert one(result)["text"] == BODY
    assert "front matter" in result.rejected["reason"].item()


def test_a_page_gives_its_article_without_menus(tmp_path: Path) -> None:
    """Forbids tag stripping that keeps menus and notices, and a publication time cut to its day."""
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    row = one(read(tmp_path))
    assert BODY in str(row["text"])
    assert "Home" not in str(row["text"])
    assert "All rights reserved" not in str(row["text"])
    assert (row["title"], row["source"], row["byline"]) == ("Grain store damaged", "Plain Wire", "Ann Writer")
    assert (row["published_at"], row["date_source"]) == (datetime(2024, 9, 7, 22, 30, tzinfo=UTC), "html")
    assert str(row["published_date"]) == "2024-09-08"
    assert row["language"] == "en"


def test_a_page_is_decoded_as_its_head_says(tmp_path: Path) -> None:
    page = (
        f'<html><head><meta charset="windows-1251"></head><body><article><p>{UKRAINIAN * 3}</p></article></body></html>'
    )
    (tmp_path / "a.htm").write_bytes(page.encode("cp1251"))
    assert UKRAINIAN in str(one(read(tmp_path))["text"])


def test_a_page_without_an_article_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>", encoding="utf-8")
    result = read(tmp_path)
    assert result.articles.is_empty()
    assert "article text" in result.rejected["reason"].item()


def test_a_broken_line_costs_that_line_only(tmp_path: Path) -> None:
    """Forbids giving up the file, and numbering records by what was accepted."""
    good = {"id": 5, "text": BODY, "published_at": "2024-09-07", "author": {"name": "Ann"}, "url": "", "extra": 1}
    lines = [jsonl(good), b'{"id": 6, "text": "cut of\n', b"\n", b'["a list"]\n', jsonl({"id": 7}), jsonl({"text": 3}),
             jsonl({"text": BODY + " More."})]  # fmt: skip
    (tmp_path / "a.jsonl").write_bytes(b"".join(lines))
    result = read(tmp_path)
    rows = {row["source_file"]: row for row in result.articles.iter_rows(named=True)}
    assert set(rows) == {"a.jsonl#1", "a.jsonl#6"}
    assert (rows["a.jsonl#1"]["source_id"], rows["a.jsonl#1"]["byline"], rows["a.jsonl#1"]["url"]) == ("5", "Ann", None)
    assert rows["a.jsonl#6"]["source_id"] == "a"
    refused = dict(result.rejected.select("source_file", "reason").iter_rows())
    assert set(refused) == {"a.jsonl#2", "a.jsonl#3", "a.jsonl#4", "a.jsonl#5"}
    assert "no JSON" in refused["a.jsonl#2"]
    assert "no text" in refused["a.jsonl#4"]
    assert result.rejected.schema == REJECTED_SCHEMA
    assert set(result.rejected["stage"]) == {"ingest"}
    assert result.rejected["content"][0].startswith('{"id": 6')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_lines_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    text = "".join(json.dumps({"text": f"{UKRAINIAN} {n}"}, ensure_ascii=False) + "\n" for n in range(3))
    (tmp_path / "a.ndjson").write_bytes(text.encode(encoding))
    result = read(tmp_path)
    assert sorted(result.articles["text"]) == [f"{UKRAINIAN} {n}" for n in range(3)]
    assert result.rejected.is_empty()


def test_half_a_surrogate_pair_is_one_replacement_character(tmp_path: Path) -> None:
    """Forbids a crash of the whole run because one escape in one line can be written in no encoding."""
    (tmp_path / "a.jsonl").write_bytes(
        rb'{"text": "Fire at the depot \ud83d after dusk \ud83d\ude00", "title": "\udc00"}'
    )
    row = one(read(tmp_path))
    assert row["text"] == "Fire at the depot \ufffd after dusk \U0001f600"
    assert row["title"] == "\ufffd"


def test_a_line_too_long_to_hold_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.ingest.readers.jsonl.MAX_FILE_BYTES", 1000)
    (tmp_path / "a.jsonl").write_bytes(jsonl({"text": "x" * 5000}, {"text": BODY}))
    result = read(tmp_path)
    assert one(result)["source_file"] == "a.jsonl#2"
    assert "longer than" in result.rejected["reason"].item()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_rows_are_records_whatever_divides_them(tmp_path: Path, delimiter: str) -> None:
    rows = [["ID", "Text", "published_at"], ["1", f'"{BODY}\nSecond ""line""."', "2024-09-07"], ["2", "", ""], []]
    (tmp_path / "a.csv").write_text("\r\n".join(delimiter.join(row) for row in rows), encoding="utf-8")
    result = read(tmp_path)
    assert one(result)["text"] == f'{BODY}\nSecond "line".'
    assert result.rejected.select("source_file", "reason").row(0)[0] == "a.csv#2"


def test_a_broken_csv_row_costs_that_row_only(tmp_path: Path) -> None:
    table = f'id,text\n1,"{BODY}"\n2,"broken" quote\n3,too,many,fields\n4,"{BODY} Again."\n5,"never closed\n6,x\n'
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    result = read(tmp_path)
    assert sorted(result.articles["source_id"]) == ["1", "4"]
    assert sorted(result.rejected["source_file"]) == ["a.csv#2", "a.csv#3", "a.csv#5"]


def test_csv_in_an_old_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f"id,text\n1,{UKRAINIAN.replace(',', '')}\n".encode("cp1251"))
    assert one(read(tmp_path))["text"] == UKRAINIAN.replace(",", "")


def test_a_table_without_a_text_column_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,body\n1,words\n", encoding="utf-8")
    pl.DataFrame({"body": ["words"]}).write_parquet(tmp_path / "b.parquet")
    result = read(tmp_path)
    assert result.articles.is_empty()
    assert all("no column `text`" in reason for reason in result.rejected["reason"])


def test_parquet_keeps_the_types_of_times(tmp_path: Path) -> None:
    table = pl.DataFrame(
        {"id": [1, 2], "Text": [BODY, None], "published_at": [datetime(2024, 9, 7, 21, 30, tzinfo=UTC), None]}
    )
    table.with_columns(TEXT=pl.lit("not this")).write_parquet(tmp_path / "a*[1].parquet")
    result = read(tmp_path)
    row = one(result)
    assert (row["source_file"], row["published_at"]) == ("a*[1].parquet#1", datetime(2024, 9, 7, 21, 30, tzinfo=UTC))
    assert str(row["published_date"]) == "2024-09-08"
    assert result.rejected["source_file"].item() == "a*[1].parquet#2"


def warc_bytes(*pages: tuple[str, str, bytes, int], packed: bool = False) -> bytes:
    """A web archive of pages given as address, content type, bytes and HTTP status; each record packed by itself."""
    records = []
    for url, kind, payload, status in pages:
        block = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}\r\n\r\n".encode() + payload
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
            f"WARC-Date: 2024-09-09T03:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        records.append(head.encode() + block + b"\r\n\r\n")
    return b"".join(gzip.compress(record) if packed else record for record in records)


@pytest.mark.parametrize("packed", [False, True])
def test_a_web_archive_gives_its_pages_and_counts_the_rest(tmp_path: Path, packed: bool) -> None:
    """Forbids taking the day of the crawl for the day of publication, and dropping images and errors unsaid."""
    pages = (
        ("https://plain.example/a", "text/html; charset=utf-8", PAGE.encode(), 200),
        ("https://plain.example/b.png", "image/png", b"\x89PNG\0", 200),
        ("https://plain.example/c", "text/html", b"<p>gone</p>", 404),
        ("https://plain.example/d", "text/html", PAGE.replace("2024-09-07T22:30:00+00:00", "").encode(), 200),
    )
    (tmp_path / ("a.warc.gz" if packed else "a.warc")).write_bytes(warc_bytes(*pages, packed=packed))
    result = read(tmp_path)
    rows = {row["url"]: row for row in result.articles.iter_rows(named=True)}
    assert set(rows) == {"https://plain.example/a", "https://plain.example/d"}
    assert rows["https://plain.example/a"]["published_at"] == datetime(2024, 9, 7, 22, 30, tzinfo=UTC)
    assert rows["https://plain.example/d"]["date_source"] == "unknown"
    assert "1 x image/png" in result.rejected["content"].item()
    assert "1 x status 404" in result.rejected["content"].item()


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_web_archive_keeps_its_whole_pages_and_says_so(tmp_path: Path, packed: bool) -> None:
    """Forbids taking a cut archive for a whole one: its reader stops at the cut without a word."""
    pages = [(f"https://plain.example/{n}", "text/html", PAGE.replace("Two guards", f"{n} guards").encode(), 200)
             for n in range(5)]  # fmt: skip
    data = warc_bytes(*pages, packed=packed)
    (tmp_path / ("a.warc.gz" if packed else "a.warc")).write_bytes(data[: len(data) - 300])
    result = read(tmp_path)
    assert result.articles.height >= 4
    assert any("cut short" in reason for reason in result.rejected["reason"])


def test_a_damaged_web_archive_is_the_archive_s_fault_not_the_disk_s(tmp_path: Path) -> None:
    """Forbids reading a damaged archive again every night as if it were only locked."""
    data = warc_bytes(*[(f"https://plain.example/{n}", "text/html", PAGE.encode(), 200) for n in range(3)], packed=True)
    (tmp_path / "a.warc.gz").write_bytes(data[:400] + b"garbage" * 20 + data[540:])
    result = read(tmp_path)
    assert not any("cannot be read" in reason for reason in result.rejected["reason"])
    assert any("damaged" in reason for reason in result.rejected["reason"])


def test_a_file_that_is_no_web_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"no archive at all\n" * 50)
    result = read(tmp_path)
    assert result.articles.is_empty()
    assert result.rejected.height == 1


def contents() -> dict[str, bytes]:
    table = BytesIO()
    pl.DataFrame({"id": ["1"], "text": [BODY]}).write_parquet(table)
    return {
        "txt": BODY.encode(),
        "md": BODY.encode(),
        "html": PAGE.encode(),
        "jsonl": jsonl({"text": BODY}),
        "csv": f'text\n"{BODY}"\n'.encode(),
        "parquet": table.getvalue(),
        "warc": warc_bytes(("https://plain.example/a", "text/html", PAGE.encode(), 200)),
    }


@pytest.mark.parametrize("ending", list(contents()))
@pytest.mark.parametrize(("packing", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
def test_every_format_may_be_packed(tmp_path: Path, ending: str, packing: str, pack: Callable[[bytes], bytes]) -> None:
    (tmp_path / f"a.{ending.upper()}.{packing}").write_bytes(pack(contents()[ending]))
    assert BODY in str(one(read(tmp_path))["text"])


@pytest.mark.parametrize(("packing", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
def test_a_cut_packed_file_keeps_what_came_before_the_cut(
    tmp_path: Path, packing: str, pack: Callable[[bytes], bytes]
) -> None:
    """Forbids losing the good records of a cut download, and taking it for a whole one."""
    lines = [{"text": f"{BODY} {os.urandom(600).hex()}"} for _ in range(400)]
    packed = pack(jsonl(*lines))
    (tmp_path / f"a.jsonl.{packing}").write_bytes(packed[: len(packed) - 2000])
    result = read(tmp_path)
    assert 200 < result.articles.height < 400
    assert any("cut short" in reason for reason in result.rejected["reason"])


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt.zst", "a.parquet", "a.parquet.gz", "a.warc.gz", "a.jsonl.gz"])
def test_bytes_that_are_not_what_the_ending_says_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not what the name says")
    result = read(tmp_path)
    assert result.articles.is_empty()
    assert result.rejected.height == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"words \0 words", "NUL"),
        ("a.txt", b"%PDF-1.4\n" + bytes(range(1, 256)) * 9, "no text"),
        ("a.jsonl", b"\x7fELF\0\0\0\n", "NUL"),
        ("a.csv", b"text\nwords\0\n", "NUL"),
        ("a.html", b"<p>\0</p>", "NUL"),
        ("a.txt", b"", "no words"),
        ("a.txt", b"  \n 1 2 3 --- \n", "no words"),
        ("a.docx", b"PK", "unknown ending"),
        ("noending", b"words", "unknown ending"),
        ("a.json.gz", b"words", "unknown ending"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    result = read(tmp_path)
    assert result.articles.is_empty()
    assert reason in result.rejected["reason"].item()
    assert result.rejected["source_file"].item().startswith(name)


def test_the_longest_article_is_taken_and_a_longer_one_refused(tmp_path: Path) -> None:
    """Forbids a text that fills the memory of every later step, and keeping it whole among the rejected rows."""
    (tmp_path / "long.txt").write_text(("word " * MAX_TEXT_CHARS)[:MAX_TEXT_CHARS], encoding="utf-8")
    (tmp_path / "longer.txt").write_text(("word " * MAX_TEXT_CHARS)[: MAX_TEXT_CHARS + 1], encoding="utf-8")
    result = read(tmp_path)
    assert one(result)["source_file"] == "long.txt"
    refused, partly_read = result.rejected.sort("source_file", descending=True).rows(named=True)
    assert "more than the 2,000,000" in refused["reason"]
    assert (partly_read["source_file"], "not read for rows" in partly_read["reason"]) == ("long.txt", True)
    assert len(refused["content"]) == len(partly_read["content"]) == 2_000


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.readers.plain.MAX_FILE_BYTES", 10_000)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"a " * 10_000_000))
    assert "larger than 10,000 bytes" in read(tmp_path).rejected["reason"].item()


def test_hidden_files_manifests_and_readmes_are_no_articles(tmp_path: Path) -> None:
    for name in (".hidden.txt", "README.md", "readme.txt", "Readme", "deep/.git/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(BODY, encoding="utf-8")
    (tmp_path / "deep" / "a.txt").write_text(BODY, encoding="utf-8")
    result = read(tmp_path)
    assert one(result)["source_file"] == "deep/a.txt"
    assert result.rejected.is_empty()


def test_links_lead_nowhere_outside(tmp_path: Path) -> None:
    """Forbids that a raw folder publishes a file from elsewhere; a link inside is the file that it points to, once."""
    raw, outside = tmp_path / "raw", tmp_path / "outside"
    raw.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("Outside words.", encoding="utf-8")
    (raw / "z.txt").write_text(BODY, encoding="utf-8")
    (raw / "a-link.txt").symlink_to(raw / "z.txt")
    (raw / "out.txt").symlink_to(outside / "secret.txt")
    (raw / "dangling.txt").symlink_to(raw / "nothing.txt")
    (raw / "circle.txt").symlink_to(raw / "circle.txt")
    (raw / "folder").symlink_to(outside)
    result = read(raw)
    assert one(result)["source_file"] == "z.txt"
    reasons = dict(result.rejected.select("source_file", "reason").iter_rows())
    assert set(reasons) == {"out.txt", "dangling.txt", "circle.txt", "folder"}
    assert "leads out of the raw folder" in reasons["out.txt"]


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert any("no regular file" in reason for reason in read(tmp_path).rejected["reason"])


def test_a_file_that_cannot_be_opened_is_refused_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "b.jsonl").write_bytes(jsonl({"text": BODY}))

    def denied(file: RawFile) -> None:
        raise PermissionError(13, "Permission denied", str(file.path))

    monkeypatch.setitem(readers._READERS, "text", denied)
    result = read(tmp_path)
    assert one(result)["source_file"] == "b.jsonl#1"
    assert "Permission denied" in result.rejected["reason"].item()


def test_an_unlikely_file_name_is_only_a_name(tmp_path: Path) -> None:
    name = os.fsdecode("'; drop table x; -- \n<b>ж".encode() + b"\xff.txt")
    (tmp_path / name).write_text(BODY, encoding="utf-8")
    row = one(read(tmp_path))
    assert row["source_file"] == "'; drop table x; -- \n<b>ж\ufffd.txt"


def test_a_missing_raw_path_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"does not exist: create it, or name another"):
        read(tmp_path / "nowhere")
    with pytest.raises(InputError, match="--raw"):
        read_articles([], now=NOW)


def test_an_empty_folder_is_a_warning_not_a_crash(tmp_path: Path) -> None:
    result = read(tmp_path)
    assert result.articles.schema == empty(Articles).schema
    assert result.articles.is_empty()
    assert "holds no file to read" in result.rejected["reason"].item()


def test_a_raw_path_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "manifest.csv").write_text("file,source\na.txt,Plain Wire\n", encoding="utf-8")
    row = one(read(tmp_path / "a.txt"))
    assert (row["source_file"], row["source"]) == ("a.txt", "Plain Wire")


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(BODY, encoding="utf-8")
    assert len(discover([tmp_path, tmp_path / "in", tmp_path / "in" / "a.txt", tmp_path]).files) == 1


def test_ids_do_not_depend_on_order_place_or_line_ends(tmp_path: Path) -> None:
    """Forbids ids made of file names, positions or the clock: a moved folder would be all new articles."""
    records = [
        {"id": str(n), "text": f"{BODY}\n\nNo {n}.", "source": "W", "published_at": "2024-09-07"} for n in range(9)
    ]
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.jsonl").write_bytes(jsonl(*records))
    (tmp_path / "two").mkdir()
    for n, record in enumerate(reversed(records)):
        changed = record | {"text": record["text"].replace("\n", "\r\n"), "published_at": "2024-09-07T00:00:00+03:00"}
        (tmp_path / "two" / f"{n}.jsonl").write_bytes(jsonl(changed))
    ids = [read(tmp_path / name).articles["article_id"].to_list() for name in ("one", "two")]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 9
    both = read(tmp_path / "two", tmp_path / "one").articles
    assert both.equals(read(tmp_path / "one", tmp_path / "two").articles)
    assert both.height == 9


def test_the_same_id_with_another_text_is_another_article(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl({"id": "1", "text": BODY}, {"id": "1", "text": BODY + " Corrected."}))
    assert read(tmp_path).articles["article_id"].n_unique() == 2


def test_batches_hold_each_article_once(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl(*[{"id": "x", "text": f"{BODY} {n % 7}"} for n in range(50)]))
    batches = list(iter_articles([tmp_path], now=NOW, batch_rows=5))
    assert max(batch.articles.height for batch in batches) <= 5
    ids = pl.concat([batch.articles for batch in batches])["article_id"]
    assert (ids.len(), ids.n_unique()) == (7, 7)


def test_every_column_is_filled_as_the_schema_says(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(jsonl({"text": BODY}))
    result = read(tmp_path)
    assert result.articles.schema == empty(Articles).schema
    row = one(result)
    assert row["n_sentences"] == 2
    assert row["dateline"] == "KYIV"
    assert row["first_seen_at"] == NOW
    assert row["duplicate_of"] is None
    assert row["language"] == "en"


@pytest.mark.parametrize(
    ("stated", "code"),
    [("en", "en"), ("EN-gb", "en"), ("en_US", "en"), ("English", "en"), ("ukr", "uk"), ("und", None), (None, None)],
)
def test_language_codes_are_iso_639_1(stated: str | None, code: str | None) -> None:
    assert language_code(stated) == code


def test_languages_are_told_apart_and_a_word_is_not_enough() -> None:
    assert detect(BODY) == "en"
    assert detect(UKRAINIAN) == "uk"
    assert detect("Военные сообщили об обстреле посёлка, пострадали двое жителей, разрушены дома.") == "ru"
    assert detect("OK") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("De burgemeester van de stad zei dat er in de nacht of in de ochtend drie huizen door de brand zijn verwoest en dat "
         "niemand gewond is geraakt, maar dat de stroom was uitgevallen.", "nl"),
        ("Der Bürgermeister sagte, in der Nacht seien drei Häuser an der Straße beschädigt worden, und was in The Hague gesagt "
         "wurde, half niemandem; verletzt wurde niemand.", "de"),
        ("Burmistrz powiedział, że w nocy trzy domy przy drodze zostały uszkodzone, a do rana nie było prądu w całym mieście "
         "i w okolicznych wsiach.", "pl"),
    ],
)  # fmt: skip
def test_the_short_cut_to_english_takes_no_other_language(text: str, language: str) -> None:
    assert not reads_as_english(text)
    assert detect(text) == language


def test_the_short_cut_to_english_agrees_with_the_classifier() -> None:
    text = f"{BODY} Firemen were there for hours, and the road to the town was closed by the police."
    assert reads_as_english(text)
    assert _identifier().classify(text)[0] == "en"


@pytest.mark.parametrize(
    ("name", "stem", "format_", "packing"),
    [
        ("a.txt", "a", "text", ""),
        ("v1.2 report.TXT.GZ", "v1.2 report", "text", "gz"),
        ("x.warc.zst", "x", "warc", "zst"),
        ("a.tar.gz", "a.tar", "", "gz"),
        ("noending", "noending", "", ""),
    ],
)
def test_endings(name: str, stem: str, format_: str, packing: str) -> None:
    assert endings(name) == (stem, format_, packing)


def test_importing_the_step_loads_no_heavy_library() -> None:
    """Forbids imports at module level that every start of the command, the daemon and the workers would wait for."""
    heavy = ("charset_normalizer", "fastwarc", "ftfy", "lxml", "py3langid", "trafilatura", "dagster", "duckdb")
    code = f"import sys, pipeline.ingest.ingest; print(*(name for name in {heavy} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == []
