"""Feeds and sitemaps to the articles that they list.

Here: reading what a server sent; broken XML is read as far as it goes. Not here: fetching it (http.py), or the
articles' own pages (ingest/readers/html.py).
"""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urldefrag, urljoin, urlsplit

from markupsafe import Markup

from pipeline.fetch.http import Answer, FetchError, Unpacked

MAX_LISTED: Final = 5_000
MAX_CHILDREN: Final = 20  # sitemaps of a sitemap
_GZIP: Final = b"\x1f\x8b"
_MAX_WORDS: Final = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One article as a listing tells of it; times are ISO 8601 as far as they are told."""

    url: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    updated: str | None = None

    @property
    def mark(self) -> str:
        """Changes when the listing says something else of the article."""
        told = (self.title, self.author, self.published, self.updated)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def read_feed(answer: Answer) -> list[Listed]:
    """Articles of an RSS or Atom feed, each address once. Raises FetchError where it is no feed."""
    import feedparser

    parsed = feedparser.parse(
        io.BytesIO(answer.body),
        response_headers={"content-location": answer.url, "content-type": answer.headers.get("content-type", "")},
        sanitize_html=True,
    )
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        why = words(str(parsed.get("bozo_exception") or "it holds no feed")) or "it holds no feed"
        raise FetchError(f"no feed that can be read: {why}")
    return _once(_of_entry(answer.url, entry) for entry in parsed.entries[:MAX_LISTED])


def read_sitemap(answer: Answer, limit: int) -> tuple[list[Listed], list[str]]:
    """Articles of a sitemap; and, where it lists sitemaps instead, their addresses, the newest first.

    A packed one is unpacked up to `limit` bytes. Raises FetchError where it is no sitemap.
    """
    from lxml import etree

    body = answer.body
    if body.startswith(_GZIP):
        unpacked = Unpacked("gzip", limit)
        unpacked.add(body)
        body = unpacked.whole()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FetchError(f"no sitemap that can be read: {words(str(error))}") from error
    kind = _local(root.tag) if root is not None else ""
    if kind not in ("urlset", "sitemapindex"):
        raise FetchError(f"no sitemap: its root is {words(kind)!r}")
    told = [_told(entry) for entry in root.iterchildren() if isinstance(entry.tag, str)]
    if kind == "sitemapindex":
        newest = sorted(told, key=lambda entry: entry.get("lastmod", ""), reverse=True)
        children = (_joined(answer.url, entry.get("loc", "")) for entry in newest)
        return [], [url for url in dict.fromkeys(children) if _is_page(url)][:MAX_CHILDREN]
    newest = sorted(told, key=lambda entry: entry.get("publication_date") or entry.get("lastmod", ""), reverse=True)
    return _once(_of_page(answer.url, entry) for entry in newest[:MAX_LISTED]), []


def words(text: str | None) -> str | None:
    """Text without markup, on one line, cut to a fair length; null where nothing is left."""
    plain = Markup(text or "").striptags()  # noqa: S704 (its tags are what is taken out)
    printable = "".join(char if char.isprintable() else " " for char in plain)
    return " ".join(printable.split())[:_MAX_WORDS] or None


def _of_entry(base: str, entry: Any) -> Listed:
    return Listed(
        url=_joined(base, entry.get("link") or ""),
        title=words(entry.get("title")),
        author=words(entry.get("author")),
        published=_iso(entry.get("published_parsed")),
        updated=_iso(dict.get(entry, "updated_parsed")),  # its own get() takes the day of publication instead
    )


def _of_page(base: str, told: dict[str, str]) -> Listed:
    return Listed(
        url=_joined(base, told.get("loc", "")),
        title=words(told.get("title")),
        published=words(told.get("publication_date")),
        updated=words(told.get("lastmod")),
    )


def _told(entry: Any) -> dict[str, str]:
    """Text of each element below a sitemap's entry by its name, the first where there are several."""
    told: dict[str, str] = {}
    for element in entry.iter():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            told.setdefault(_local(element.tag), element.text.strip())
    return told


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _once(listed: Iterable[Listed]) -> list[Listed]:
    unique: dict[str, Listed] = {}
    for article in _pages(listed):
        unique.setdefault(article.url, article)
    return list(unique.values())


def _pages(listed: Iterable[Listed]) -> Iterator[Listed]:
    yield from (article for article in listed if _is_page(article.url))


def _joined(base: str, link: str) -> str:
    """The whole address without the part of the page; empty where it is none."""
    try:
        return urldefrag(urljoin(base, link)).url if link.strip() else ""
    except ValueError:
        return ""


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 2000 and url.isprintable()
    except ValueError:
        return False


def _iso(told: time.struct_time | None) -> str | None:
    """A time of feedparser's, which is UTC."""
    if told is None:
        return None
    try:
        return datetime(*told[:6], tzinfo=UTC).isoformat()
    except ValueError:
        return None
