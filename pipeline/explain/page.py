"""Explained articles as one HTML file that needs nothing else: no network, no script but its own.

Here: filling page.html.jinja, which escapes every value. Not here: what is shown (reading.py, facts.py).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline import __version__
from pipeline.explain import facts
from pipeline.explain.marks import Piece
from pipeline.explain.reading import Explained
from pipeline.schemas.vocabulary import ENTITY_KINDS

HERE = Path(__file__).resolve().parent


def write_page(path: Path, articles: Sequence[Explained], *, opened: Collection[str] = (), masks: bool = False) -> None:
    """Write the articles as one page and replace `path` with it as a whole.

    `opened`: event_ids whose details stand open. `masks`: also show every sentence as the patterns see it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            for chunk in render(articles, opened=opened, masks=masks):
                file.write(chunk)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def render(articles: Sequence[Explained], *, opened: Collection[str] = (), masks: bool = False) -> Iterator[str]:
    """The page in parts of text, one after the other, so that many long articles are never held twice."""
    script = _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    stream = _environment().get_template("page.html.jinja").stream(
        articles=articles,
        facts=facts,
        kinds=ENTITY_KINDS,
        classes=classes,
        opened=opened,
        masks=masks,
        style=Markup(_asset("page.css")),  # noqa: S704 - a file of this package
        script=Markup(script),  # noqa: S704 - a file of this package
        script_sha256=digest,
        version=__version__,
    )  # fmt: skip
    stream.enable_buffering(200)
    return stream


def classes(piece: Piece) -> str:
    """CSS classes of a piece: the kind of its narrowest mention, and whether it is quote, event word or no body text."""
    kinds = {mark.kind for mark in piece.marks}
    mention = next((mark.kind for mark in reversed(piece.marks) if mark.kind in ENTITY_KINDS), None)
    is_trigger = any(mark.kind == "evidence" and mark.label == "trigger" for mark in piece.marks)
    return " ".join(
        name
        for name in (mention, "quote" if "quote" in kinds else "", "trigger" if is_trigger else "", "aside" if "aside" in kinds else "")
        if name
    )  # fmt: skip


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _asset(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
