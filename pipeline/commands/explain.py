"""`sitrep explain`: one article with its marks, its rows and why each of them is there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pipeline.commands.options import chosen_settings, data_option

if TYPE_CHECKING:
    import polars as pl

    from pipeline.explain.reading import Explained

MAX_SHOWN: Final = 5
_ID: Final = re.compile(r"[0-9a-f]{16}(:.*)?")


@click.command()
@click.argument("inputs", nargs=-1, metavar="[INPUT|ID]...")
@click.option(
    "--id", "ids", multiple=True, help="Article to show: its id, its id in the source, or the id of a row of it."
)
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write one HTML page instead.")
@click.option("--masks", is_flag=True, help="Show every sentence as the patterns see it, too.")
@click.option("--no-color", is_flag=True, help="No colours; pipes and files get none anyway.")
@data_option
def command(
    inputs: tuple[str, ...], ids: tuple[str, ...], html: Path | None, masks: bool, no_color: bool, data: Path | None
) -> None:
    """Show articles with their mentions and rows marked, and why each row is there.

    INPUT: files and folders as `sitrep extract` takes them. Without any, --id is looked for among the articles of the
    last refresh. They are read anew, as this version reads them.
    """
    from rich.console import Console

    from pipeline.explain.reading import explain
    from pipeline.extract.cascade import Extractor
    from pipeline.gazetteer import load_gazetteer
    from pipeline.gazetteer.dumps import dump_files

    paths, ids = _sorted_out(inputs, ids)
    found = chosen_settings(data=data)
    articles = _picked(_read(paths), ids) if paths else _stored(found.layers, ids)
    with Console(stderr=True).status("Reading ..."):
        explained = explain(articles, Extractor(load_gazetteer(found.cache, dump_files(found.gazetteer))))
    if html:
        from pipeline.explain.page import write_page

        html = html.expanduser().resolve()
        write_page(html, explained, opened=ids, masks=masks)
        click.echo(f"{_counted(explained)}  {html}")
    else:
        _print(explained, ids, masks=masks, no_color=no_color)


def _sorted_out(inputs: Sequence[str], ids: Sequence[str]) -> tuple[list[Path], tuple[str, ...]]:
    """Paths and ids: what looks like an id and is no path is an id."""
    given = [text for text in inputs if _ID.fullmatch(text) and not Path(text).exists()]
    paths = [Path(text).expanduser().resolve() for text in inputs if text not in given]
    if not (paths or given or ids):
        raise click.UsageError("Name files or folders, or an article of the last refresh by its id.")
    return paths, (*given, *ids)


def _read(paths: Sequence[Path]) -> pl.DataFrame:
    """Articles of files and folders, in their order. What was refused goes to standard error."""
    import polars as pl

    from pipeline.ingest.discover import MANIFEST
    from pipeline.ingest.inputs import iter_articles
    from pipeline.printable import printable
    from pipeline.schemas import Articles
    from pipeline.schemas.validate import empty

    batches = list(iter_articles(paths, now=datetime.now(UTC)))
    # a manifest that names files of its folder which were not asked for is no matter here
    refused = pl.concat([batch.rejected for batch in batches]).filter(~pl.col("source_file").str.contains(MANIFEST))
    for source_file, reason in refused.select("source_file", "reason").head(MAX_SHOWN).iter_rows():
        click.echo(printable(f"not read: {source_file}: {reason}"), err=True)
    if refused.height > MAX_SHOWN:
        click.echo(f"not read: {refused.height - MAX_SHOWN:,} more", err=True)
    articles = pl.concat([empty(Articles), *(batch.articles for batch in batches)])
    if articles.is_empty():
        raise click.ClickException("There is no article in the inputs.")
    return articles


def _picked(articles: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
    """The articles with these ids, all of them without any."""
    import polars as pl

    for wanted in ids:
        if articles.filter(_is_called(wanted)).is_empty():
            some = ", ".join(articles["source_id"].head(3))
            raise click.ClickException(
                f"None of the {articles.height:,} articles of the inputs has the id {wanted!r}; they have ids such as {some}."
            )
    return articles.filter(pl.any_horizontal(_is_called(wanted) for wanted in ids)) if ids else articles


def _stored(layers: Path, ids: Sequence[str]) -> pl.DataFrame:
    """The articles of the last refresh with these ids."""
    import polars as pl

    from pipeline.layers import days, read_days
    from pipeline.schemas import Articles
    from pipeline.schemas.validate import empty

    stored = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    if stored.is_empty():
        raise click.ClickException(f"There are no articles in {layers} yet: run `sitrep refresh`, or name files.")
    for wanted in ids:
        if stored.filter(_is_called(wanted)).is_empty():
            raise click.ClickException(
                f"None of the {stored.height:,} articles of the last refresh has the id {wanted!r}; "
                'sitrep sql "FROM articles" lists them.'
            )
    return stored.filter(pl.any_horizontal(_is_called(wanted) for wanted in ids))


def _is_called(wanted: str) -> pl.Expr:
    """Whether an article has this id, or a row with this id, which begins with its article's."""
    import polars as pl

    return (pl.col("source_id") == wanted) | (pl.col("article_id") == wanted.partition(":")[0])


def _print(explained: Sequence[Explained], ids: Sequence[str], *, masks: bool, no_color: bool) -> None:
    from rich.console import Console

    from pipeline.explain.terminal import list_articles, show

    console = Console(no_color=no_color or None, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, 160)
    if len(explained) > MAX_SHOWN and not ids:
        list_articles(console, explained)
        click.echo(f"{_counted(explained)}: choose with --id, or write all into one page with --html FILE.")
    else:
        show(console, explained, chosen=ids, masks=masks)


def _counted(explained: Sequence[Explained]) -> str:
    n_rows = sum(len(one.rows) for one in explained)
    return f"{len(explained):,} {'article' if len(explained) == 1 else 'articles'}, {n_rows:,} {'row' if n_rows == 1 else 'rows'}"
