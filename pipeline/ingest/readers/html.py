"""`*.html`, `*.htm`: the article of a page, without menus and notices, and what its head says about it.

Here: one page to one record, for HTML files and web archives. Finding body, title and author is trafilatura's work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pipeline.ingest.dating import as_utc
from pipeline.ingest.decode import NotText, decode
from pipeline.ingest.discover import RawFile
from pipeline.ingest.opening import read_bytes
from pipeline.ingest.records import MAX_FILE_BYTES, Record, Refusal, scalar, shown

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET: Final = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.I
)
_HEAD_BYTES: Final = 4096
_LD_PUBLISHED: Final = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_PUBLISHED: Final = frozenset(
    ("article:published_time", "og:article:published_time", "article.published", "datepublished", "parsely-pub-date",
     "sailthru.date", "dc.date.issued", "dcterms.issued", "pubdate", "publishdate", "publish-date"),
)  # fmt: skip


def read_html_file(file: RawFile) -> Iterator[Record | Refusal]:
    """The page's article."""
    yield read_page(read_bytes(file, MAX_FILE_BYTES))


def read_page(
    data: bytes,
    *,
    charset: str | None = None,
    url: str | None = None,
    id_: str | None = None,
    number: int | None = None,
) -> Record | Refusal:
    """The article of one page; `charset` is what the server said. A refusal where there is none."""
    from lxml.etree import LxmlError
    from trafilatura import bare_extraction, load_html
    from trafilatura.settings import Document

    declared = _CHARSET.search(data, 0, _HEAD_BYTES)
    try:
        page = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    except NotText as error:
        return Refusal(str(error), url or "", number)
    try:
        tree = load_html(page)
        if tree is None:
            return Refusal("page holds no HTML", shown(page), number)
        language, stated = tree.get("lang"), _stated_times(tree)
        document = bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except (LxmlError, ValueError, RecursionError) as error:
        return Refusal(f"page cannot be parsed: {error}", shown(page), number)
    if not isinstance(document, Document) or not document.text:
        return Refusal("page holds no article text", shown(page), number)
    return Record(
        text=document.text,
        number=number,
        id=id_,
        title=scalar(document.title),
        published_at=next(filter(as_utc, stated), None) or document.date or next(iter(stated), None),
        date_source="html",
        source=scalar(document.sitename),
        url=url or scalar(document.url),
        language=scalar(language),
        author=scalar(document.author),
    )


def _stated_times(tree: HtmlElement) -> list[str]:
    """Publication times as the page states them, with the hour that trafilatura cuts off: meta tags, then JSON-LD."""
    stated = [
        meta.get("content", "")
        for meta in tree.iter("meta")
        if (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower() in _PUBLISHED
    ]
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        stated += _LD_PUBLISHED.findall(script.text or "")[:1]
    return [value for value in stated if value.strip()]
