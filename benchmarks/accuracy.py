"""Accuracy of this installation: extract the articles that have gold rows, then compare.

Here: reading, extracting, the tables on the terminal. Not here: the rules of comparison (pipeline/scoring.py) and the
gold rows (tests/gold/, whose README says how they were made).
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import polars as pl
from report import conditions, markdown_table, put_between_marks
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from pipeline import scoring
from pipeline.commands.sql import printable
from pipeline.extraction import extract_batched, load_extractor
from pipeline.incidents.link import link
from pipeline.incidents.scoring import GOLD_SCHEMA, LinkScore, score_links
from pipeline.ingest.inputs import iter_articles
from pipeline.settings import PROJECT_ROOT, settings

GOLD: Final = PROJECT_ROOT / "tests" / "gold"
LINK_GOLD: Final = GOLD / "incidents"
ARTICLES: Final = PROJECT_ROOT / "seeds" / "articles"
HOW: Final = 'name others with make score GOLD="file or folder" ARTICLES="file or folder"'
CODERS: Final = (
    "Gold rows were coded by language models that read with the codebook, not by people (tests/gold/README.md)."
)

PathType = click.Path(exists=True, path_type=Path)


@click.command()
@click.option("--gold", "given", multiple=True, type=PathType, help="JSONL file or folder; default tests/gold/.")
@click.option("--articles", multiple=True, type=PathType, help="Their articles; default seeds/articles/.")
@click.option(
    "--incidents", type=PathType, help="JSONL file or folder of rows put into incidents; default tests/gold/incidents/."
)
@click.option("--errors", default=0, show_default=True, help="Show up to this many errors of each kind.")
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too."
)
@click.option("--readme", is_flag=True, help="Put the main figures into README.md, a line a gold file.")
def main(
    given: tuple[Path, ...],
    articles: tuple[Path, ...],
    incidents: Path | None,
    errors: int,
    json_file: Path | None,
    readme: bool,
) -> None:
    """Extract the articles that have gold rows and say how well the rows agree, and how well they are linked."""
    try:
        gold = read_gold_files(given or (GOLD,))
        told = read_link_gold(incidents or LINK_GOLD)
        coded = {row["article_id"] for rows in gold.values() for row in rows}
        linked = {name for rows in told.values() for name in rows["article_id"]}
        texts = read_coded_articles(articles or (ARTICLES,), coded | linked, coded | linked if incidents else coded)
    except scoring.GoldError as error:
        raise click.ClickException(str(error)) from error
    events = extract_batched(texts, load_extractor(settings().cache)).events
    extracted = scoring.extracted_rows(events, texts)
    files = {name: scoring.compare(rows, extracted) for name, rows in gold.items()}
    total = scoring.compare([row for rows in gold.values() for row in rows], extracted)
    console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
    for table in tables(files, total):
        console.print(table)
    judged = scoring.judged([row for rows in gold.values() for row in rows], extracted)
    console.print(calibration_table(scoring.calibration([(row["confidence"], is_right) for row, is_right in judged])))
    links = link_scores(told, events, texts)
    if links:
        console.print(link_table(links))
    console.print(CODERS)
    for line in list(error_lines(total, errors)) if errors else ():
        click.echo(printable(line))
    if json_file:
        figures = {"total": as_json(total), "files": {name: as_json(one) for name, one in files.items()}}
        report = {"conditions": conditions(), "incidents": {name: asdict(one) for name, one in links.items()}} | figures
        json_file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if readme:
        put_between_marks("score", in_words(conditions(), files))


def read_gold_files(paths: Sequence[Path]) -> dict[str, list[scoring.Row]]:
    """Gold rows by file name; of a folder, of every JSONL file whose first line has an event type.

    Raises GoldError where there are none at all, or a file that is named itself is none.
    """
    files: dict[str, list[scoring.Row]] = {}
    for path in paths:
        inside = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        for file in inside:
            if not path.is_dir() or _holds_gold(file):
                files[str(file) if file.name in files else file.name] = scoring.read_gold(file)
    if not any(files.values()):
        where = ", ".join(map(str, paths))
        raise scoring.GoldError(f"There are no gold rows in {where} yet: {HOW}.")
    return files


def _holds_gold(file: Path) -> bool:
    with file.open(encoding="utf-8") as lines:
        return '"event_type"' in next(lines, "")


def read_link_gold(path: Path) -> dict[str, pl.DataFrame]:
    """Rows that a reader put into incidents (GOLD_SCHEMA of incidents/scoring.py), by file name; none where there is no file."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    return {file.name: pl.read_ndjson(file).select(GOLD_SCHEMA.names()).cast(GOLD_SCHEMA) for file in files}


def link_scores(gold: dict[str, pl.DataFrame], events: pl.DataFrame, texts: pl.DataFrame) -> dict[str, LinkScore]:
    """Link the rows of the articles that have gold incidents, and compare each file whose articles are all there."""
    ids = texts.select("article_id", gold_id=pl.col("source_id").map_elements(scoring.gold_id, return_dtype=pl.String))
    known = set(ids["gold_id"])
    gold = {name: rows for name, rows in gold.items() if known.issuperset(rows["article_id"])}
    if not gold:
        return {}
    wanted = pl.concat([rows.select("article_id") for rows in gold.values()])["article_id"]
    told = events.join(ids.filter(pl.col("gold_id").is_in(wanted.implode())), on="article_id")
    members = link(told.drop("gold_id"), texts).members
    # a row that repeats another one is in its incident by definition
    rows = told.filter(pl.col("duplicate_of").is_null()).select(
        pl.col("event_id", "event_type", "place_name"),
        pl.col("char_start", "char_end").cast(pl.Int64),
        article_id="gold_id",
    )
    return {name: score_links(one, rows, members) for name, one in gold.items()}


def link_table(scores: dict[str, LinkScore]) -> Table:
    """Figures of the linking, a line a gold file."""
    names = ("rows", "pairs", "linked", "precision", "recall", "F1", "B³ precision", "B³ recall", "B³ F1")
    table = _table("incidents", *names)
    for name, one in scores.items():
        shares = (one.precision, one.recall, one.f1, one.b_cubed_precision, one.b_cubed_recall, one.b_cubed_f1)
        table.add_row(name, *map(str, (one.n_rows, one.n_pairs, one.n_linked)), *map(_share, shares))
    table.caption = (
        f"{sum(one.n_missing for one in scores.values())} gold rows were not extracted, and count for nothing here"
    )
    return table


def read_coded_articles(paths: Sequence[Path], wanted: set[str], needed: set[str]) -> pl.DataFrame:
    """The articles (model Articles) with the wanted ids; GoldError where a needed one is missing or an id is not unique."""
    resolved = [path.resolve() for path in paths]
    batches = [batch.articles for batch in iter_articles(resolved, now=datetime.now(UTC))]
    every = pl.concat(batches).with_columns(
        gold_id=pl.col("source_id").map_elements(scoring.gold_id, return_dtype=pl.String)
    )
    coded = every.filter(pl.col("gold_id").is_in(wanted))
    n_of = Counter(coded["gold_id"])
    where = ", ".join(map(str, paths))
    if missing := sorted(needed - n_of.keys()):
        raise scoring.GoldError(f"{where} has no articles with the ids {', '.join(missing[:10])}: {HOW}.")
    if twice := sorted(name for name, n in n_of.items() if n > 1):
        raise scoring.GoldError(f"{where} has several articles with the ids {', '.join(twice[:10])}: name less of it.")
    return coded.drop("gold_id")


def in_words(about: dict[str, str], files: dict[str, scoring.Comparison]) -> str:
    """The figures of the core types as Markdown, a line a gold file, which is called as the file is named, without a number."""
    named = [
        (Path(name).stem.replace("-", " ").replace("_", " ").lstrip("0123456789 "), one) for name, one in files.items()
    ]
    rows = [
        [
            name,
            *map(str, (len({row["article_id"] for row in one.gold}), one.core.n_gold)),
            *(f"{share:.2f}" for share in (one.core.precision, one.core.recall, one.core.f1, one.core.strict_f1)),
        ]
        for name, one in named
    ]
    header = ["gold rows", "articles", "scored rows", "precision", "recall", "core F1", "strict F1"]
    return f"{about['date']}, {about['packages']}:\n\n{markdown_table(header, rows)}"


def tables(files: dict[str, scoring.Comparison], total: scoring.Comparison) -> Iterator[Table]:
    """Figures per file and in total, shares of right fields, and figures per event type."""
    rows = [(f"{name}, core types", one.core) for name, one in files.items()]
    if len(files) > 1:
        rows.append(("all, core types", total.core))
    rows += [("all, core types, families of types", total.core_lenient), ("all, context types", total.context)]
    table = _table("", "gold", "extracted", "matched", "precision", "recall", "F1", "strict F1")
    for name, one in rows:
        shares = (one.precision, one.recall, one.f1, one.strict_f1)
        table.add_row(name, *map(str, (one.n_gold, one.n_extracted, one.n_matched)), *map(_share, shares))
    yield table

    columns = files | ({"all": total} if len(files) > 1 else {})
    table = _table("right fields of matched core rows", *columns)
    for field in scoring.FIELDS:
        mark = " *" if field in scoring.STRICT_FIELDS else ""
        table.add_row(field + mark, *(_share(one.core.field_shares[field]) for one in columns.values()))
    table.caption = "* counts for strict F1"
    yield table

    table = _table("core type", "gold", "found", "false")
    for kind, n in total.types.items():
        table.add_row(kind, *map(str, (n.n_gold, n.n_found, n.n_false)))
    yield table


def calibration_table(bins: Sequence[scoring.Bin]) -> Table:
    """Confidence against truth, a line per tenth."""
    table = _table("confidence", "rows", "mean confidence", "share right")
    for one in bins:
        table.add_row(
            f"{one.low:.1f} to {one.low + scoring.BIN_WIDTH:.1f}",
            str(one.n_rows),
            _share(one.stated),
            _share(one.right),
        )
    table.caption = "right: type, side, region, day, killed and injured"
    return table


def error_lines(comparison: scoring.Comparison, n_shown: int) -> Iterator[str]:
    """Up to `n_shown` of each kind: gold rows that were missed, false rows, pairs with wrong fields."""
    gold, extracted, pairs = comparison.gold, comparison.extracted, comparison.core.pairs
    found, paired = {i for i, _ in pairs}, {j for _, j in pairs}
    missed = [row for i, row in enumerate(gold) if i not in found and not scoring.is_free(row)]
    false = [row for j, row in enumerate(extracted) if j not in paired and not scoring.is_free(row)]
    for mark, rows in (("MISSED", missed), ("FALSE ", false)):
        yield from (f"{mark} {row['article_id']} {row['event_type']}: {row.get('quote')}" for row in rows[:n_shown])
    differing = [(gold[i], wrong) for i, j in pairs if (wrong := scoring.wrong_fields(gold[i], extracted[j]))]
    for row, wrong in differing[:n_shown]:
        yield f"FIELD  {row['article_id']} {row['event_type']} [{str(row.get('quote'))[:60]}] {'; '.join(wrong)}"


def as_json(one: scoring.Comparison) -> dict[str, Any]:
    """All figures of a comparison, shares rounded to four digits."""
    parts: dict[str, Any] = {
        name: {
            "gold": part.n_gold,
            "predicted": part.n_extracted,
            "matched": part.n_matched,
            "precision": round(part.precision, 4),
            "recall": round(part.recall, 4),
            "f1": round(part.f1, 4),
            "strict_f1": round(part.strict_f1, 4),
            "fields": {field: round(share, 4) for field, share in part.field_shares.items()},
        }
        for name, part in (("core", one.core), ("core_lenient", one.core_lenient), ("context", one.context))
    }
    parts["types"] = {kind: {"gold": n.n_gold, "found": n.n_found, "false": n.n_false} for kind, n in one.types.items()}
    return parts


def _table(first: str, *others: str) -> Table:
    table = Table(box=SIMPLE_HEAD, caption_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right", overflow="fold")
    return table


def _share(value: float) -> str:
    return f"{value:.3f}"


if __name__ == "__main__":
    main()
