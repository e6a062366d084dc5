"""What is shown of hostile texts: nothing of them becomes markup, an escape sequence, a formula or SQL."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from click.testing import CliRunner
from hostile_texts import TEXTS, WORST
from rich.console import Console

from pipeline.cli import main
from pipeline.explain.page import render
from pipeline.explain.reading import Explained, explain
from pipeline.explain.terminal import list_articles, show
from pipeline.ingest.inputs import read_articles

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

SHOWN = {name: text for name, text in TEXTS.items() if name not in WORST}


@pytest.fixture(scope="module")
def explained(extractor: Extractor, tmp_path_factory: pytest.TempPathFactory) -> list[Explained]:
    folder = tmp_path_factory.mktemp("raw")
    records = [
        dict.fromkeys(("id", "title", "source", "author"), text[:1500]) | {"text": text, "url": f"javascript:{text[:99]}", "published_at": "2024-09-07", "language": "en"}
        for text in SHOWN.values()
    ]  # fmt: skip
    (folder / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    articles = read_articles([folder], now=datetime(2024, 9, 10, tzinfo=UTC)).articles
    assert articles.height == len(SHOWN)
    return list(explain(articles, extractor))


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_page_takes_no_markup_from_texts(explained: list[Explained]) -> None:
    elements = Elements("".join(render(explained, masks=True))).found
    tags = [tag for tag, _ in elements]
    assert tags.count("script") == 1
    assert not {"img", "iframe", "object", "embed", "form", "base", "link"} & set(tags)
    assert not any(name.startswith("on") or name == "srcdoc" for _, attributes in elements for name in attributes)
    values = [str(value).strip().lower() for _, attributes in elements for value in attributes.values()]
    assert not any(value.startswith(("javascript:", "data:")) for value in values)


def test_a_terminal_takes_no_order_from_texts(explained: list[Explained]) -> None:
    screen = io.StringIO()
    console = Console(file=screen, width=160, highlight=False, markup=False)
    show(console, explained, chosen=(), masks=True)
    list_articles(console, explained)
    orders = {char for char in screen.getvalue() if not char.isprintable() and char != "\n"}
    assert orders == set()


@pytest.fixture
def published(data: Path) -> Path:
    data.mkdir()
    with duckdb.connect(str(data / "sitrep.duckdb")) as connection:
        connection.execute("create table articles (name varchar, text varchar)")
        connection.executemany("insert into articles values (?, ?)", [(text[:60], text) for text in SHOWN.values()])
    return data


def sitrep(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def test_a_table_takes_no_order_from_texts(published: Path) -> None:
    shown = sitrep("sql", "FROM articles")
    assert {char for char in shown if not char.isprintable() and char != "\n"} == set()


def test_a_csv_file_holds_no_formula_and_every_text_whole(published: Path, tmp_path: Path) -> None:
    """Forbids a cell that a spreadsheet runs; JSON and Parquet keep the texts as they are."""
    sitrep("sql", "FROM articles", "--format", "csv", "--out", str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert [row["text"].removeprefix("'") for row in rows] == list(SHOWN.values())
    sitrep("sql", "FROM articles", "--format", "json", "--out", str(tmp_path / "out.json"))
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [row["text"] for row in told] == list(SHOWN.values())
