"""`sitrep explain`: marks on the right characters, text never markup, and why each row is there."""

from __future__ import annotations

import datetime as dt
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.explain import facts
from pipeline.explain.marks import Mark, Piece, cut
from pipeline.explain.page import render, write_page
from pipeline.explain.reading import Explained, explain
from pipeline.extract.cascade import Extractor
from pipeline.ingest.inputs import read_articles
from pipeline.schemas import vocabulary

STRIKE = "Russian drones struck an energy facility in the city of Kharkiv on Saturday, the governor said.\n"
NOW = dt.datetime(2024, 9, 10, tzinfo=dt.UTC)


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text of each `p.text`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.lines: list[str] = []
        self._open: list[bool] = []
        self._skipped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag == "p":
            self._open.append(found.get("class") == "text")
            self.lines += [""] * self._open[-1]
        if tag == "a" and found.get("class") == "no":
            self._skipped += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "p":
            self._open.pop()
        if tag == "a":
            self._skipped = 0

    def handle_data(self, data: str) -> None:
        if any(self._open) and not self._skipped:
            self.lines[-1] += data


def sitrep(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="sitrep")


@pytest.fixture
def explained(extractor: Extractor, tmp_path: Path) -> object:
    def of(*texts: str) -> list[Explained]:
        for number, text in enumerate(texts):
            (tmp_path / f"2024-09-07-{number}.txt").write_text(text, encoding="utf-8")
        return explain(read_articles([tmp_path], now=NOW).articles, extractor)

    return of


@pytest.fixture(autouse=True)
def _own_data(data: Path, extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands take the gazetteer that the tests have compiled."""
    monkeypatch.setattr("pipeline.gazetteer.load_gazetteer", lambda *_: extractor.gazetteer)


def marked(one: Explained, kind: str, row: int | None = None) -> list[str]:
    """Words under the marks of a kind, of one row or any."""
    pieces: list[Piece] = [piece for line in one.lines for piece in line.pieces]
    words: dict[Mark, str] = {}
    for piece in pieces:
        for mark in piece.marks:
            if mark.kind == kind and (row is None or mark.row == row):
                words[mark] = words.get(mark, "") + piece.text
    return list(words.values())


def test_overlapping_marks_are_cut_into_pieces_under_all_of_them() -> None:
    """Forbids nesting elements as they come: a quote that ends within a mention would close it."""
    text = "abcdefgh\nij"
    marks = [Mark(0, 5, "quote", 1), Mark(3, 8, "quote", 2), Mark(4, 5, "place"), Mark(4, 5, "evidence", 1, "trigger")]
    (_, first), (_, second) = cut(text, marks)
    assert [(piece.text, [mark.kind for mark in piece.marks], piece.rows("quote")) for piece in first] == [
        ("abc", ["quote"], [1]),
        ("d", ["quote", "quote"], [1, 2]),
        ("e", ["quote", "quote", "evidence", "place"], [1, 2]),
        ("fgh", ["quote"], [2]),
    ]
    assert [piece.opening for piece in first] == [[1], [2], [], []]
    assert [piece.text for piece in second] == ["ij"]


def test_pieces_give_the_text_whatever_the_marks() -> None:
    text = "one\n\n two three \nfour"
    marks = [Mark(start, start + 6, "quote", start + 1) for start in range(len(text))]
    assert ["".join(piece.text for piece in pieces) for _, pieces in cut(text, marks)] == ["one", " two three ", "four"]


def test_marks_stand_on_the_words(explained) -> None:
    (one,) = explained(STRIKE)
    (row,) = one.rows
    assert marked(one, "quote", 1) == [row.event["quote"]]
    assert {"Russian", "struck", "Kharkiv", "Saturday"} <= set(marked(one, "evidence", 1)) | set(row.parts.values())
    assert row.parts["trigger"] == "struck"
    assert marked(one, "place") == ["Kharkiv"]


def test_offsets_count_characters_not_bytes(explained) -> None:
    """Forbids byte offsets: each of these signs is one character and several bytes."""
    before = "“Не зупинимось” – écrit l’armée 🇺🇦, the “General’s” note says.\n\n"
    (one,) = explained(before + STRIKE)
    assert marked(one, "place")[-1:] == ["Kharkiv"]
    assert one.rows[0].parts["trigger"] == "struck"
    assert one.rows[0].event["quote"] in marked(one, "quote")


def test_mask_shows_why_the_pattern_fits(explained) -> None:
    (one,) = explained(STRIKE)
    anchor = one.rows[0].anchor
    assert anchor is not None
    sentence = STRIKE.strip()
    assert len(anchor.before + anchor.masked + anchor.after) == len(sentence)
    assert anchor.masked == "struck"
    assert anchor.before.startswith("R======")
    assert "P======" in anchor.after
    file, line = one.rows[0].pattern_file.rsplit(":", 1)
    assert (
        Path(file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        == f'rule_id = "{one.rows[0].event["rule_id"]}"'
    )


def test_row_in_words(explained) -> None:
    (one,) = explained(STRIKE)
    told = {fact.about: f"{fact.value} {fact.why}" for fact in facts.facts(one.rows[0])}
    assert "Kharkiv, UA-63" in told["place"]
    assert "2024-09-07" in told["day"]
    assert "weekday" in told["day"]
    assert "belligerent_official" in told["says so"]


@pytest.mark.parametrize(
    ("bounds", "words"),
    [((3, 3, 3), "3"), ((55, 55, None), "at least 55"), ((None, 20, 20), "up to 20"), ((24, None, 99), "24 to 99"),
     ((5, None, 8), "5 to 8"), ((0, 0, 0), "0"), ((10, 12, 15), "10 to 15 (best 12)"), ((20000, None, None), "at least 20,000")],
)  # fmt: skip
def test_counts_in_words(bounds: tuple[int | None, ...], words: str) -> None:
    assert facts.range_words(*bounds) == words


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("geo_method", vocabulary.GEO_METHODS), ("geo_precision", vocabulary.GEO_PRECISIONS), ("date_method", vocabulary.DATE_METHODS),
        ("date_precision", vocabulary.DATE_PRECISIONS), ("status", vocabulary.STATUSES), ("count_scope", vocabulary.COUNT_SCOPES),
        ("attribution_kind", vocabulary.ATTRIBUTION_KINDS),
    ],
)  # fmt: skip
def test_every_code_has_a_meaning(column: str, values: tuple[object, ...]) -> None:
    assert set(facts.meanings(column)) == {str(value) for value in values}


def test_markup_in_a_text_stays_text(explained) -> None:
    """Text is data: neither a body, a title, a source nor an address becomes markup."""
    text = STRIKE.replace(
        "the governor said", '<script>alert(1)</script> & <img src=x onerror="alert(2)"> the governor said'
    )
    (one,) = explained(text)
    evil = {
        "title": "</title><script>alert(3)</script>",
        "source": "<b>x",
        "url": 'javascript:alert("4")',
        "byline": "'><i>",
    }
    one = Explained({**one.article, **evil}, one.lines, one.rows, one.unused, one.n_mentions, ["<u>refused"])
    html = "".join(render([one]))
    page = Page(html)
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert not {"img", "i", "u"} & {tag for tag, _ in page.elements}
    assert not any(value and value.startswith("javascript") for _, attrs in page.elements for value in attrs.values())
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert page.lines == [text.strip()]


def test_page_needs_nothing_from_elsewhere(explained) -> None:
    html = "".join(render(explained(STRIKE, "Officials have ordered the evacuation of children from Pokrovsk.\n")))
    page = Page(html)
    assert not any("src" in attrs or tag in {"link", "iframe"} for tag, attrs in page.elements)
    assert "default-src 'none'" in html
    assert not re.search(r"url\(|@import", html)


def test_every_link_within_the_page_has_its_end(explained) -> None:
    page = Page("".join(render(explained(STRIKE, STRIKE.replace("Kharkiv", "Sumy")))))
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    ends = {str(attrs["href"])[1:] for _, attrs in page.elements if str(attrs.get("href", "")).startswith("#")}
    assert len(ids) == len(set(ids))
    assert ends <= set(ids)
    assert {"a1-r1", "a1-q1", "a2-r1", "a2-q1"} <= set(ids)


def test_words_of_a_row_carry_its_number(explained) -> None:
    page = Page("".join(render(explained(STRIKE))))
    assert any(attrs.get("data-e") == "1" and "trigger" in str(attrs.get("class")) for _, attrs in page.elements)
    assert any(attrs.get("data-row") == "1" and tag == "details" for tag, attrs in page.elements)


def test_text_without_events_says_so(explained) -> None:
    (one,) = explained("The museum in Lviv opens its doors again and shows paintings of the last century.\n")
    assert not one.rows
    assert "No event was read" in "".join(render([one]))


def test_other_languages_are_shown_and_not_read(explained) -> None:
    text = "Російські війська вдарили дронами по місту Харків у суботу, повідомив голова області.\n"
    (one,) = explained(text)
    assert not one.is_read
    page = Page("".join(render([one])))
    assert page.lines == [text.strip()]
    assert "another language (uk)" in "".join(render([one]))


def test_headings_are_set_apart(explained) -> None:
    (one,) = explained("Night of drones over the north\n\n" + STRIKE)
    assert marked(one, "aside") == ["Night of drones over the north"]


def test_event_words_without_a_row_are_listed(explained) -> None:
    """A developer has to see what a pattern matched and a later step dropped."""
    (one,) = explained(STRIKE + "\nIf Russian troops captured the town of Toretsk, the road would be cut.\n")
    (word,) = one.unused
    assert (word.rule_id, word.anchor.word) == ("capture.verb", "captured")
    assert word.sentence.startswith("If Russian")


def test_page_is_replaced_as_a_whole(explained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids writing into the page itself: a run that is cut short leaves the old one."""
    page = tmp_path / "out" / "page.html"
    page.parent.mkdir()
    page.write_text("old")
    monkeypatch.setattr("pipeline.explain.page.render", lambda *_, **__: iter(["new", 1]))
    with pytest.raises(TypeError):
        write_page(page, [])
    assert page.read_text() == "old"
    assert [file.name for file in page.parent.iterdir()] == ["page.html"]


def test_command_shows_one_text(raw: Path) -> None:
    result = sitrep("--debug", "explain", str(raw / "2024-09-07-alpha.txt"))
    assert result.exit_code == 0, result.output
    assert "[1] " in result.output
    assert "strike/drone" in result.output
    assert "as seen" in result.output
    assert "\x1b" not in result.output


def test_control_characters_cannot_steer_the_terminal(tmp_path: Path) -> None:
    file = tmp_path / "2024-09-07-evil.txt"
    file.write_text(STRIKE.replace("the governor", "the \x1b[31m[red]governor\u202e"), encoding="utf-8")
    result = sitrep("explain", str(file))
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert "\\x1b[31m[red]governor" in result.output


@pytest.fixture
def many(tmp_path: Path) -> Path:
    file = tmp_path / "many.jsonl"
    places = ("Kharkiv", "Sumy", "Poltava", "Odesa", "Lviv", "Kherson", "Izium")
    rows = [
        {"id": f"n{n}", "text": STRIKE.replace("Kharkiv", place), "published_at": "2024-09-07"}
        for n, place in enumerate(places)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def test_of_many_articles_the_list_is_shown(many: Path) -> None:
    result = sitrep("explain", str(many))
    assert result.exit_code == 0
    assert all(f"n{n} " in result.output for n in range(7))
    assert "--id" in result.output


def test_one_of_many_by_its_id(many: Path) -> None:
    result = sitrep("explain", str(many), "--id", "n2")
    assert "Poltava" in result.output
    assert "Sumy" not in result.output


def test_row_by_its_id_is_opened(many: Path, extractor: Extractor, tmp_path: Path) -> None:
    articles = read_articles([many], now=NOW).articles
    event_id = extractor(articles).events["event_id"][0]
    page = tmp_path / "page.html"
    result = sitrep("explain", str(many), event_id, "--html", str(page))
    assert result.exit_code == 0, result.output
    opened = [
        attrs for tag, attrs in Page(page.read_text(encoding="utf-8")).elements if tag == "details" and "open" in attrs
    ]
    assert [attrs["id"] for attrs in opened] == ["a1-r1"]


def test_many_articles_on_one_page(many: Path, tmp_path: Path) -> None:
    page = tmp_path / "deep" / "page.html"
    assert sitrep("explain", str(many), "--html", str(page), "--masks").exit_code == 0
    elements = Page(page.read_text(encoding="utf-8")).elements
    assert [tag for tag, _ in elements].count("article") == 7
    assert any(attrs.get("class") == "masks" for _, attrs in elements)


def test_stored_article_by_its_id(many: Path, data: Path) -> None:
    articles = read_articles([many], now=NOW).articles
    (data / "layers" / "articles").mkdir(parents=True)
    articles.write_parquet(data / "layers" / "articles" / "2024-09-07.parquet")
    key = articles.filter(pl.col("source_id") == "n3")["article_id"].item()
    assert "Odesa" in sitrep("explain", key).output
    assert "Odesa" in sitrep("explain", "--id", "n3").output
    missing = sitrep("explain", "--id", "n9")
    assert missing.exit_code == 1
    assert "'n9'" in missing.output


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        ((), "Name files or folders", 2),
        (("nowhere.txt",), "nowhere.txt does not exist", 1),
        (("0123456789abcdef",), "sitrep refresh", 1),
    ],
)
def test_mistakes_are_reported_in_words(arguments: tuple[str, ...], words: str, code: int) -> None:
    result = sitrep("explain", *arguments)
    assert result.exit_code == code
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_unknown_id_among_files_names_some(many: Path) -> None:
    result = sitrep("explain", str(many), "--id", "n77")
    assert result.exit_code == 1
    assert "'n77'" in result.output
    assert "n0" in result.output


def test_file_that_holds_no_article_says_why(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("", encoding="utf-8")
    result = sitrep("explain", str(file))
    assert result.exit_code == 1
    assert "not read: empty.txt" in result.output
