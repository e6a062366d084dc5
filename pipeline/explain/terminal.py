"""Explained articles on a terminal, or as plain text in a pipe.

Here: drawing with rich. Not here: what is shown (reading.py, facts.py). Texts are shown with control characters as
escapes, so that they cannot steer the terminal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.explain import facts
from pipeline.explain.marks import Piece
from pipeline.explain.reading import Anchor, Explained, Row
from pipeline.printable import printable

STYLES: Final = {
    "place": "green",
    "person": "magenta",
    "organisation": "blue",
    "force": "red",
    "weapon": "bright_magenta",
    "facility": "yellow",
    "number": "cyan",
    "date": "bright_cyan",
    "aside": "dim",
    "quote": "underline",
}
_NUMBER_STYLE: Final = "bold reverse"


def show(console: Console, articles: Sequence[Explained], *, chosen: Collection[str] = (), masks: bool = False) -> None:
    """Print each article with its marks, a table of its rows, and the reasons of the rows.

    `chosen`: event_ids; where it names rows of an article, only their reasons are given. `masks`: also each sentence as
    the patterns see it.
    """
    for one in articles:
        _heading(console, one)
        for line in one.lines:
            text = Text()
            for piece in line.pieces:
                text.append_text(_piece(piece))
            console.print(text, soft_wrap=not console.is_terminal)
            for sentence in line.sentences if masks else ():
                console.print(Padding(Text(sentence.mask, "dim"), (0, 0, 0, 4), expand=False))
            console.print()
        if one.rows:
            console.print(_table(one.rows))
        wanted = [row for row in one.rows if row.event["event_id"] in chosen] or one.rows
        for row in wanted:
            _reasons(console, row)
        if one.unused:
            console.print(Text("Event words that gave no row", "bold"))
            for word in one.unused:
                console.print(Text.assemble("  ", (word.rule_id, "bold"), f"  {_plain(word.sentence)}"))
                console.print(Padding(_masked(word.anchor), (0, 0, 0, 4), expand=False))


def list_articles(console: Console, articles: Sequence[Explained]) -> None:
    """Print one line an article: id, the source's own id, day, number of rows, title."""
    table = Table("article_id", "source_id", "day", "rows", "title", box=SIMPLE_HEAD)
    table.columns[3].justify = "right"
    for one in articles:
        article = one.article
        table.add_row(
            *(
                Text(_plain(value))
                for value in (
                    article["article_id"], article["source_id"], article["published_date"] or "", f"{len(one.rows):,}",
                    article["title"] or "",
                )
            )
        )  # fmt: skip
    console.print(table)


def _heading(console: Console, one: Explained) -> None:
    article = one.article
    console.print(Text(_plain(article["title"] or article["source_id"]), "bold"))
    day = f"{article['published_date']} (from {article['date_source']})" if article["published_date"] else "no day"
    about = (article["source"], day, f"{len(one.rows):,} rows", f"{one.n_mentions:,} mentions", article["article_id"])
    console.print(Text(_plain(" · ".join(str(word) for word in about if word)), "dim"))
    if not one.is_read:
        console.print(f"This text is in another language ({article['language']}): only English is read.")
    elif not one.rows:
        console.print("No event was read in this text.")
    for reason in one.refused:
        console.print(Text(f"A row was refused: {_plain(reason)}", "red"))
    console.print()


def _piece(piece: Piece) -> Text:
    numbers = Text("").join(Text(f"[{number}]", _NUMBER_STYLE) + Text(" ") for number in piece.opening)
    kinds = [mark.kind for mark in piece.marks]
    style = " ".join(STYLES[kind] for kind in ("aside", "quote") if kind in kinds)
    mention = next((STYLES[kind] for kind in reversed(kinds) if kind not in ("aside", "quote", "evidence")), "")
    bold = "bold" if any(mark.label == "trigger" for mark in piece.marks) else ""
    return numbers + Text(_plain(piece.text), " ".join(word for word in (style, mention, bold) if word))


def _table(rows: Sequence[Row]) -> Table:
    table = Table("", "what", "who", "where", "when", "how many", "who says so", "status", box=SIMPLE_HEAD)
    for column in table.columns:
        column.overflow = "fold"
    for row in rows:
        status = str(row.event["status"])
        status += f", repeats {row.repeats}" if row.repeats else ""
        status += ", background" if row.event["is_background"] else ""
        cells = (
            facts.kind(row),
            facts.who(row),
            facts.where(row),
            facts.when(row),
            facts.how_many(row),
            facts.voice(row),
        )
        table.add_row(Text(str(row.number), "bold"), *(Text(_plain(cell)) for cell in (*cells, status)))
    return table


def _reasons(console: Console, row: Row) -> None:
    console.print(
        Text.assemble((f"[{row.number}]", _NUMBER_STYLE), (f" {facts.kind(row)}", "bold"), f"  {row.event['event_id']}")
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for fact in facts.facts(row):
        why = f"  ({fact.why})" if fact.why else ""
        grid.add_row(fact.about, Text.assemble(_plain(fact.value), (_plain(why), "dim")))
    grid.add_row("pattern", f"{row.event['rule_id']}  {row.pattern_file}")
    if example := row.pattern.get("example"):
        grid.add_row("example", Text(str(example)))
    if row.anchor:
        grid.add_row("as seen", _masked(row.anchor))
        if row.anchor.left or row.anchor.right:
            fits = f"“{row.anchor.left or '…'}” before, “{row.anchor.right or '…'}” after the event word"
            grid.add_row("fits by", Text(fits))
    console.print(Padding(grid, (0, 0, 1, 4), expand=False))


def _masked(anchor: Anchor) -> Text:
    return Text.assemble(anchor.before, (anchor.masked, "bold reverse"), anchor.after)


def _plain(value: object) -> str:
    return printable(str(value).replace("\u00a0", " "), keep="\n\t")
