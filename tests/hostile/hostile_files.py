"""Files that somebody made to break a reader, one function each: it writes into a raw folder and says what must come of it.

Here: files. Not here: texts that are fine to read and hostile to what comes after (hostile_texts.py).
"""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BODY = "KYIV - Drones damaged a grain store near the river on Friday, the mayor said. Two guards were hurt."
PAGE = "<html><head>{head}</head><body><article><p>" + BODY + "</p><p>" + "Firemen worked until dawn. " * 4 + "{more}</p></article></body></html>"  # fmt: skip
MIB = 2**20


class Outcome(NamedTuple):
    """What must come of a case: so many articles, one of them with `text` in it, and a refusal that says `reason`."""

    n_articles: int
    reason: str | None = None
    text: str = ""


CASES: dict[str, Callable[[Path], Outcome]] = {}


def case(write: Callable[[Path], Outcome]) -> Callable[[Path], Outcome]:
    CASES[write.__name__] = write
    return write


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode() + b"\n"


GOOD = line(id="good", text=BODY)

# bytes that are no text


@case
def empty_file(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(b"")
    return Outcome(0, "no words")


@case
def blanks_only(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(b" \n\t" * 600_000)
    return Outcome(0, "no words")


@case
def a_picture_called_text(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    return Outcome(0, "no text")


@case
def a_program_called_json_lines(raw: Path) -> Outcome:
    (raw / "a.jsonl").write_bytes(b"\x7fELF\x02\x01\x01" + b"\0" * 5000 + b"\n" + GOOD)
    return Outcome(1, "NUL")


@case
def nul_in_the_middle(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode() + b"\0" + BODY.encode())
    return Outcome(0, "NUL")


@case
def nul_in_a_json_escape(raw: Path) -> Outcome:
    (raw / "a.jsonl").write_bytes(line(text=f"{BODY}\0More."))
    return Outcome(1, None, "\0More.")


@case
def random_bytes_in_every_format(raw: Path) -> Outcome:
    noise = bytes((index * index * 7 + index // 3) % 256 for index in range(50_000))
    for ending in (
        "txt",
        "md",
        "html",
        "jsonl",
        "csv",
        "parquet",
        "warc",
        "warc.gz",
        "txt.gz",
        "jsonl.zst",
        "parquet.zst",
    ):
        (raw / f"a.{ending}").write_bytes(noise)
    return Outcome(0, "a.")


@case
def control_characters(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(b"\x01\x02\x03 words \x04\x05\x06" * 100)
    return Outcome(0, "control characters")


# encodings


@case
def invalid_utf8(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode() + b" \xff\xfe\xfa caf\xe9.")
    return Outcome(1, None, "caf\xe9")


@case
def overlong_utf8(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode() + b" \xc0\xaf\xe0\x80\xaf../etc/passwd")
    return Outcome(1, None, BODY)


@case
def surrogates_as_bytes(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode() + b" \xed\xa0\x80 \xed\xb0\x80")
    return Outcome(1, None, BODY)


@case
def lone_surrogates(raw: Path) -> Outcome:
    (raw / "a.jsonl").write_bytes(
        rb'{"id": "\udfff", "text": "Fire at the depot \ud800 \udc00 after dusk", "title": "\ud83d", "author": ["\udc00"]}'
    )
    return Outcome(1, None, "\ufffd")


@case
def a_byte_order_mark_alone(raw: Path) -> Outcome:
    for number, mark in enumerate((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0")):
        (raw / f"{number}.txt").write_bytes(mark)
        (raw / f"{number}.csv").write_bytes(mark)
    return Outcome(0, "no words")


@case
def half_a_utf16_character(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode("utf-16") + b"\x00\xd8\x41")
    (raw / "a.jsonl").write_bytes(b"\xff\xfe" + json.dumps({"text": BODY}).encode("utf-16-le") + b"\x0a")
    return Outcome(1, "no JSON", BODY)


@case
def utf16_without_a_mark(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(BODY.encode("utf-16-le"))
    return Outcome(0, "UTF-16 without a byte order mark")


@case
def charsets_that_are_none(raw: Path) -> Outcome:
    """Codecs of Python that are no character sets, and one that would turn text into tags."""
    names = ("hex", "base64", "zip", "bz2", "rot13", "undefined", "idna", "punycode", "unicode_escape", "utf-7", "mbcs", "x" * 99, "..")  # fmt: skip
    for number, name in enumerate(names):
        page = PAGE.format(head=f'<meta charset="{name}">', more=f"Caf\xe9 number {number}. +ADw-script+AD4- \\x41")
        (raw / f"{number}.html").write_bytes(page.encode("latin-1"))
    return Outcome(len(names), None, "Caf\xe9")


# sizes


@case
def a_text_of_one_line_of_100_mb(raw: Path) -> Outcome:
    (raw / "a.txt").write_bytes(b"word " * (20 * MIB))
    return Outcome(0, "larger than")


@case
def a_json_line_of_100_mb(raw: Path) -> Outcome:
    with (raw / "a.jsonl").open("wb") as file:
        file.write(b'{"text": "' + b"word " * (20 * MIB) + b'"}\n' + GOOD)
    return Outcome(1, "line is longer than", BODY)


@case
def a_csv_cell_of_100_mb(raw: Path) -> Outcome:
    (raw / "a.csv").write_bytes(b"id,text\n1," + b"word " * (20 * MIB) + b"\n2,Two guards were hurt.\n")
    return Outcome(1, "row is no CSV", "Two guards")


@case
def a_csv_header_of_100_mb(raw: Path) -> Outcome:
    (raw / "a.csv").write_bytes(b"id,text," + b"more," * (20 * MIB) + b"\n1,words\n")
    return Outcome(0, "a.csv")


@case
def a_csv_quote_that_never_ends(raw: Path) -> Outcome:
    (raw / "a.csv").write_bytes(
        b"id,text\n1,Two guards were hurt.\n2," + b'"never closed\n' + b"3,words\n" * (4 * MIB + 1000)
    )
    return Outcome(2, "row is no CSV", "Two guards")


@case
def a_csv_of_many_columns(raw: Path) -> Outcome:
    columns = ",".join(f"c{n}" for n in range(100_000))
    (raw / "a.csv").write_text(f"text,{columns}\nTwo guards were hurt.\n", encoding="utf-8")
    return Outcome(1, None, "Two guards")


@case
def gzip_bomb(raw: Path) -> Outcome:
    with gzip.open(raw / "a.txt.gz", "wb", compresslevel=1) as file:
        for _ in range(400):
            file.write(b"a " * (MIB // 2))
    return Outcome(0, "larger than")


@case
def gzip_bomb_of_one_json_line(raw: Path) -> Outcome:
    with gzip.open(raw / "a.jsonl.gz", "wb", compresslevel=1) as file:
        file.write(b'{"text": "')
        for _ in range(300):
            file.write(b"a " * (MIB // 2))
        file.write(b'"}\n' + GOOD)
    return Outcome(1, "line is longer than", BODY)


@case
def zstandard_bomb(raw: Path) -> Outcome:
    (raw / "a.html.zst").write_bytes(zstd.compress(b"<p>" * (130 * MIB)))
    return Outcome(0, "larger than")


@case
def zstandard_window_of_a_gigabyte(raw: Path) -> Outcome:
    """A header that asks for more memory than a reader should give."""
    (raw / "a.txt.zst").write_bytes(b"\x28\xb5\x2f\xfd\x00\xf8" + b"\x01\x00\x00" + b"words")
    return Outcome(0, "a.txt.zst")


@case
def many_packed_members(raw: Path) -> Outcome:
    (raw / "a.jsonl.gz").write_bytes(b"".join(gzip.compress(line(text=f"{BODY} {n}")) for n in range(3000)))
    return Outcome(3000)


@case
def packed_twice(raw: Path) -> Outcome:
    (raw / "a.txt.gz").write_bytes(gzip.compress(gzip.compress(BODY.encode())))
    (raw / "b.txt.gz.gz").write_bytes(gzip.compress(gzip.compress(BODY.encode())))
    return Outcome(0, "unknown ending")


@case
def rubbish_after_the_packed_end(raw: Path) -> Outcome:
    (raw / "a.jsonl.gz").write_bytes(gzip.compress(GOOD) + b"\0\0rubbish" * 9)
    return Outcome(1, "damaged", BODY)


@case
def zip_and_tar_archives(raw: Path) -> Outcome:
    """Nothing of them is unpacked, whatever they are called."""
    with zipfile.ZipFile(raw / "a.zip", "w") as archive:
        archive.writestr("../../escaped.txt", BODY)
    (raw / "b.txt").write_bytes((raw / "a.zip").read_bytes())
    with tarfile.open(raw / "c.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("/../../escaped.txt")
        member.size = len(BODY)
        archive.addfile(member, io.BytesIO(BODY.encode()))
    (raw / "d.txt.gz").write_bytes((raw / "c.tar.gz").read_bytes())
    return Outcome(0, "unknown ending")


@case
def parquet_of_long_repeated_texts(raw: Path) -> Outcome:
    """A file of kilobytes whose rows, held together, would be gigabytes."""
    long = "word " * 380_000
    pl.DataFrame({"text": [long] * 60}).write_parquet(raw / "a.parquet")
    return Outcome(1, None, "word word")


@case
def parquet_whose_footer_lies(raw: Path) -> Outcome:
    whole = io.BytesIO()
    pl.DataFrame({"text": [BODY]}).write_parquet(whole)
    data = whole.getvalue()
    (raw / "a.parquet").write_bytes(data[:-8] + struct.pack("<I", 2**31 - 1) + data[-4:])
    (raw / "b.parquet").write_bytes(b"PAR1" + b"\xff" * 200 + struct.pack("<I", 190) + b"PAR1")
    return Outcome(0, ".parquet")


@case
def parquet_of_strange_types(raw: Path) -> Outcome:
    frame = pl.DataFrame({"text": [{"a": [BODY]}], "id": [[[1]]], "published_at": [b"\xff\xfe"]})
    frame.write_parquet(raw / "a.parquet")
    pl.DataFrame({"text": [b"\xff bytes"], "title": [b"x"]}).write_parquet(raw / "b.parquet")
    return Outcome(0, "no string")


# JSON


@case
def deep_json(raw: Path) -> Outcome:
    deep = b"[" * 200_000
    (raw / "a.jsonl").write_bytes(deep + b"\n" + b'{"text": ' + deep + b"\n" + b'{"a":' * 100_000 + b"\n" + GOOD)
    return Outcome(1, "no JSON", BODY)


@case
def deep_json_beside_a_good_text(raw: Path) -> Outcome:
    """Deep enough for the parser, too deep for a printer of its values."""
    nested = "[" * 900 + "]" * 900
    (raw / "a.jsonl").write_bytes(f'{{"text": "{BODY}", "author": {nested}, "published_at": {nested}}}\n'.encode())
    return Outcome(1, "no date", BODY)


@case
def json_numbers_beyond_all_bounds(raw: Path) -> Outcome:
    rows = [b'{"text": "%s", "id": %s}\n' % (f"{BODY} {n}".encode(), number) for n, number in enumerate((b"9" * 400, b"1e999", b"-0.0", b"NaN", b"-Infinity"))]  # fmt: skip
    (raw / "a.jsonl").write_bytes(b"".join(rows) + b'{"text": "words", "id": ' + b"9" * 5000 + b"}\n")
    return Outcome(5, "no JSON")


@case
def json_keys_twice(raw: Path) -> Outcome:
    (raw / "a.jsonl").write_bytes(b'{"text": "first words", "text": "last words", "__class__": "x", "": 1}\n')
    return Outcome(1, None, "last words")


@case
def json_values_of_every_wrong_type(raw: Path) -> Outcome:
    values = (1, 1.5, True, None, [], {}, ["words"], {"text": "words"})
    (raw / "a.jsonl").write_bytes(b"".join(line(text=value) for value in values))
    fields = {name: {"$where": [1, {"x": None}]} for name in ("id", "title", "source", "url", "language", "author")}
    (raw / "b.jsonl").write_bytes(line(text=BODY, **fields))
    return Outcome(1, "no string", BODY)


# dates


@case
def dates_beyond_all_bounds(raw: Path) -> Outcome:
    values = ("0000-00-00", "0000-01-01", "9999-12-31", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+14:00", "-2024-09-07",
              "9" * 400, "2024-09-07T99:99:99", "2024-02-30", "1e400-01-01", "٢٠٢٤-٠٩-٠٧", "2024-09-07" * 1000)  # fmt: skip
    (raw / "a.jsonl").write_bytes(
        b"".join(line(text=f"{BODY} {n}", published_at=value) for n, value in enumerate(values))
    )
    return Outcome(len(values), "article kept without a date")


@case
def dates_in_file_names_beyond_all_bounds(raw: Path) -> Outcome:
    for number, name in enumerate(("0000-00-00", "9999-99-99", "1900-01-01", "20240907T999999Z", "2024-09-07" * 9)):
        (raw / f"{name}.txt").write_text(f"{BODY} {number}", encoding="utf-8")
    return Outcome(5)


# HTML and XML


@case
def html_with_scripts(raw: Path) -> Outcome:
    more = "<script>document.write('owned')</script><img src=x onerror=alert(1)><iframe src=file:///etc/passwd></iframe><style>p{}</style>"
    head = "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title><base href='http://169.254.169.254/'><meta http-equiv=refresh content='0;url=http://127.0.0.1/'>"
    (raw / "a.html").write_text(PAGE.format(head=head, more=more), encoding="utf-8")
    return Outcome(1, None, BODY)


@case
def html_a_hundred_thousand_deep(raw: Path) -> Outcome:
    (raw / "a.html").write_text("<div>" * 100_000 + BODY, encoding="utf-8")
    (raw / "b.html").write_text("<html><body><article>" + "<b><i>" * 50_000 + f"<p>{BODY}</p>", encoding="utf-8")
    (raw / "c.html").write_text(PAGE.format(head="", more=""), encoding="utf-8")
    return Outcome(1, "a.html", BODY)


@case
def html_of_many_broken_tags(raw: Path) -> Outcome:
    (raw / "a.html").write_text("<" * MIB, encoding="utf-8")
    (raw / "b.html").write_text("<p><a href='" * 20_000, encoding="utf-8")
    (raw / "c.html").write_text("<!--" * 100_000, encoding="utf-8")
    (raw / "d.html").write_text("<table><tr><td>" * 5_000 + BODY, encoding="utf-8")
    return Outcome(0, ".html")


@case
def html_attributes_of_megabytes(raw: Path) -> Outcome:
    (raw / "a.html").write_text(
        PAGE.format(head=f'<meta name="author" content="{"x" * 9 * MIB}">', more=""), encoding="utf-8"
    )
    (raw / "b.html").write_text(PAGE.format(head=f'<meta charset="{"x" * MIB}">', more="Second."), encoding="utf-8")
    return Outcome(2, None, BODY)


@case
def xml_entities_and_outside_files(raw: Path) -> Outcome:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    kinds = f'<!DOCTYPE html [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    page = f'<?xml version="1.0"?>{kinds}' + PAGE.format(head="", more="&l11; &x;")
    (raw / "a.html").write_text(page, encoding="utf-8")
    return Outcome(1, None, BODY)


@case
def json_ld_that_is_none(raw: Path) -> Outcome:
    scripts = [
        '"datePublished": "' + "9" * 30,
        '"datePublished":' * 50_000,
        "[" * 50_000,
        '"datePublished": "9999-99-99T"',
    ]
    for number, script in enumerate(scripts):
        head = f'<script type="application/ld+json">{{{script}</script>'
        (raw / f"{number}.html").write_text(PAGE.format(head=head, more=f"No {number}."), encoding="utf-8")
    return Outcome(4, None, BODY)


# YAML


@case
def yaml_that_makes_objects(raw: Path) -> Outcome:
    (raw / "a.md").write_text(
        f"---\ntitle: !!python/object/apply:os.system ['touch escaped']\n---\n{BODY}", encoding="utf-8"
    )
    return Outcome(1, "front matter is no YAML", BODY)


@case
def yaml_that_laughs(raw: Path) -> Outcome:
    """Nine levels of nine: nothing while it is shared, gigabytes once it is written out."""
    levels = ["l0: &l0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]"]
    levels += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9)]
    fields = "\n".join(f"{name}: *l8" for name in ("date", "title", "author", "id", "source"))
    (raw / "a.md").write_text("---\n" + "\n".join(levels) + f"\n{fields}\n---\n{BODY}", encoding="utf-8")
    return Outcome(1, "no date", BODY)


@case
def yaml_that_holds_itself(raw: Path) -> Outcome:
    (raw / "a.md").write_text(f"---\ntitle: &a [*a]\ndate: &b {{b: *b}}\n---\n{BODY}", encoding="utf-8")
    return Outcome(1, None, BODY)


@case
def yaml_without_bottom(raw: Path) -> Outcome:
    (raw / "a.md").write_text(f"---\ntitle: {'[' * 9_000}\n---\n{BODY}", encoding="utf-8")
    (raw / "b.md").write_text(f"---\ntitle: {'[' * 800}{']' * 800}\n---\n{BODY} b", encoding="utf-8")
    return Outcome(2, "front matter", BODY)


@case
def yaml_dates_and_keys_that_are_none(raw: Path) -> Outcome:
    for number, fields in enumerate(
        ("date: 2024-02-31", "? [a, b]\n: 1", "{a: 1}: 2", "id: 0x" + "f" * 5000, "date: 99999-01-01", "<<: [1]")
    ):
        (raw / f"{number}.md").write_text(f"---\n{fields}\n---\n{BODY} {number}", encoding="utf-8")
    return Outcome(6, None, BODY)


# web archives


def warc(*records: tuple[str, bytes]) -> bytes:
    """Records given as header lines and block."""
    return b"".join(f"WARC/1.0\r\n{head}\r\n\r\n".encode() + block + b"\r\n\r\n" for head, block in records)


def response(url: str, body: bytes, *, length: int | None = None, headers: str = "") -> tuple[str, bytes]:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\n".encode() + body
    head = (
        f"WARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{len(url)}>\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block) if length is None else length}"
    )
    return head, block


PAGE_BYTES = PAGE.format(head="", more="").encode()


@case
def archive_lengths_that_lie(raw: Path) -> Outcome:
    for number, length in enumerate((10**18, -1, 0, 7, 2**63)):
        (raw / f"{number}.warc").write_bytes(warc(response("https://plain.example/a", PAGE_BYTES, length=length)))
    return Outcome(1, ".warc")


@case
def archive_of_bombs(raw: Path) -> Outcome:
    bomb = gzip.compress(b"<p>" * (100 * MIB), 1)
    pages = [response("https://plain.example/bomb", bomb, headers="Content-Encoding: gzip\r\n"),
             response("https://plain.example/good", PAGE_BYTES)]  # fmt: skip
    (raw / "a.warc").write_bytes(warc(*pages))
    return Outcome(1, "page is larger than", BODY)


@case
def archive_headers_of_megabytes(raw: Path) -> Outcome:
    pages = [response("https://plain.example/" + "x" * MIB, PAGE_BYTES, headers="X-Y: " + "z" * (4 * MIB) + "\r\n"),
             response("https://plain.example/good", PAGE_BYTES.replace(b"Two guards", b"Four guards"))]  # fmt: skip
    (raw / "a.warc").write_bytes(warc(*reversed(pages)))
    return Outcome(1, "damaged", "Four guards")


@case
def archive_addresses_that_lead_elsewhere(raw: Path) -> Outcome:
    urls = ("file:///etc/passwd", "../../escaped.txt", "javascript:alert(1)", "http://[::1", "\x1b[31mred")
    pages = [response(url, PAGE_BYTES.replace(b"Two", str(n).encode())) for n, url in enumerate(urls)]
    (raw / "a.warc").write_bytes(warc(*pages))
    return Outcome(5, None, "guards were hurt")


# names, links and manifests


@case
def manifest_paths_that_lead_out(raw: Path) -> Outcome:
    (raw / "a.txt").write_text(BODY, encoding="utf-8")
    (raw.parent / "outside.txt").write_text("Outside words.", encoding="utf-8")
    rows = ["../outside.txt", str(raw.parent / "outside.txt"), "/etc/passwd", "C:\\boot.ini", "a.txt/../../outside.txt", "~/.ssh/id", "\0", "$(id)"]  # fmt: skip
    (raw / "manifest.csv").write_text(
        "file,source\n" + "".join(f"{row},Wire\n" for row in rows if row != "\0"), encoding="utf-8"
    )
    return Outcome(1, "not in its folder", BODY)


@case
def manifest_of_100_mb(raw: Path) -> Outcome:
    (raw / "a.txt").write_text(BODY, encoding="utf-8")
    (raw / "manifest.csv").write_bytes(b"file,source\n" + b"a.txt,Wire\n" * (10 * MIB))
    return Outcome(1, "manifest", BODY)


@case
def manifest_of_formulas_and_markup(raw: Path) -> Outcome:
    (raw / "a.txt").write_text(BODY, encoding="utf-8")
    (raw / "manifest.csv").write_text(
        'file,source,title,url,author\na.txt,"=cmd|\' /C calc\'!A0","<script>alert(1)</script>","javascript:alert(1)","{{ 7*7 }}"\n',
        encoding="utf-8",
    )
    return Outcome(1, None, BODY)


@case
def links_out_of_the_folder(raw: Path) -> Outcome:
    (raw.parent / "outside").mkdir()
    (raw.parent / "outside" / "secret.txt").write_text("Outside words.", encoding="utf-8")
    (raw / "a.txt").symlink_to("/etc/passwd")
    (raw / "b.txt").symlink_to("../outside/secret.txt")
    (raw / "c").symlink_to(raw.parent / "outside")
    (raw / "d.txt").symlink_to("d.txt")
    (raw / "e").symlink_to("..")
    (raw / "manifest.csv").symlink_to("/etc/passwd")
    return Outcome(0, "link")


@case
def pipes_and_sockets(raw: Path) -> Outcome:
    os.mkfifo(raw / "a.txt")
    os.mkfifo(raw / "manifest.csv")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(raw)  # the name of a socket may not be long
        try:
            listener.bind("b.txt")
        finally:
            os.chdir(here)
    return Outcome(0, "no regular file")


@case
def names_that_are_commands(raw: Path) -> Outcome:
    names = ("-rf.txt", "$(touch escaped).txt", "`touch escaped`.txt", "; rm -rf ..txt", "'); drop table articles; --.txt", "*.txt", "[a-z]?.txt",
             "{{ 7*7 }}.txt", "{% include '/etc/passwd' %}.txt".replace("/", "\u2215"), "<script>alert(1)<\u2215script>.txt", "=cmd|' C calc'!A0.txt",
             "\x1b[2J\x1b]0;owned\x07.txt", "\u202etxt.exe.txt", "a\nb.txt", "%00.txt", "#1.txt", " .txt", "CON.txt", "ж" * 100 + ".txt")  # fmt: skip
    for number, name in enumerate(names):
        (raw / name).write_text(f"{BODY} {number}", encoding="utf-8")
    return Outcome(len(names), None, BODY)


@case
def names_that_are_no_utf8(raw: Path) -> Outcome:
    Path(os.fsdecode(os.fsencode(raw) + b"/\xff\xfe\xc3.txt")).write_text(BODY, encoding="utf-8")
    Path(os.fsdecode(os.fsencode(raw) + b"/\xed\xa0\x80.jsonl")).write_bytes(line(text=f"{BODY} Again."))
    return Outcome(2, None, BODY)


@case
def folders_called_files_and_deep_ones(raw: Path) -> Outcome:
    (raw / "a.txt").mkdir()
    (raw / "manifest.csv").mkdir()
    deep = raw.joinpath(*["d"] * 300)
    deep.mkdir(parents=True)
    (deep / "a.txt").write_text(BODY, encoding="utf-8")
    return Outcome(1, None, BODY)


@case
def many_small_files(raw: Path) -> Outcome:
    for number in range(2000):
        (raw / f"{number}.txt").write_text("1 2 3", encoding="utf-8")
    return Outcome(0, "no words")


@case
def many_broken_lines(raw: Path) -> Outcome:
    (raw / "a.jsonl").write_bytes(b"{\n" * 100_000 + GOOD)
    return Outcome(1, "more rows of this input were refused", BODY)


@case
def csv_of_formulas(raw: Path) -> Outcome:
    (raw / "a.csv").write_text(
        'id,title,text\n=1+1,"=HYPERLINK(""http://x"")","@SUM(A1) words"\n+1,-1,\t=words\n', encoding="utf-8"
    )
    return Outcome(2, None, "@SUM(A1) words")


@case
def csv_with_other_line_ends(raw: Path) -> Outcome:
    (raw / "a.csv").write_bytes(b"id,text\r1,Two guards were hurt.\r2,Three guards were hurt.\r")
    return Outcome(2, None, "Three guards")
