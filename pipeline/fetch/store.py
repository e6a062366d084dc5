"""Answers to raw files that ingest/ reads, and what is remembered of each source.

Here: `<fetched>/<source>/<moment>/`, one folder for each source and night: the pages as they were sent, `manifest.csv`
with what the listing said of them, and, hidden from the ingest, the listing itself and each answer's headers. A folder
appears as a whole; what is remembered is written after it, so that a night that is cut short is fetched again. Not here:
what is fetched (night.py). A file's name is a hash of its address: the same article has the same name every night.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from pipeline.fetch.http import Answer
from pipeline.fetch.listings import Listed
from pipeline.ingest.discover import MANIFEST
from pipeline.layers import replace_text

ENDINGS: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt"}
MEMORY: Final = ".memory"  # hidden, so that the ingest does not look into it
RESPONSES: Final = ".responses.jsonl"
LISTING: Final = ".listing"
_MANIFEST_COLUMNS: Final = ("file", "published_at", "source", "url", "title", "author")
_FORGET: Final = timedelta(days=60)


@dataclass
class Known:
    """One article's address: how it was listed, and its last page where it was fetched."""

    listed: dict[str, str | None]
    mark: str  # of the listing that `sha256` was fetched for
    listed_at: str
    fetched_at: str | None = None
    sha256: str | None = None
    etag: str | None = None
    modified: str | None = None
    n_faults: int = 0

    def article(self) -> Listed:
        """The article as it was listed."""
        return Listed(**self.listed)  # type: ignore[arg-type]


@dataclass
class Memory:
    """What is remembered of one source."""

    etag: str | None = None
    modified: str | None = None
    articles: dict[str, Known] = field(default_factory=dict)
    last_night: dict[str, Any] = field(default_factory=dict)

    def forget(self, now: datetime) -> None:
        """Drop addresses that were not listed for a long time."""
        oldest = (now - _FORGET).isoformat()
        self.articles = {url: known for url, known in self.articles.items() if known.listed_at >= oldest}


@dataclass
class Night:
    """What one source gave tonight, before it is kept."""

    pages: dict[str, tuple[str, Listed, Answer]] = field(default_factory=dict)  # file name -> source's name, article
    listings: list[Answer] = field(default_factory=list)

    def add(self, source: str, article: Listed, answer: Answer) -> None:
        """Take a page. Raises KeyError where its type has no ending in ENDINGS."""
        self.pages[page_name(article.url) + ENDINGS[answer.kind]] = (source, article, answer)

    def keep(self, folder: Path, now: datetime) -> None:
        """Write all of it into a new folder below `folder`, which appears as a whole; none where there is nothing."""
        if not self.pages:
            return
        moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        hidden = folder / f".{moment}"
        hidden.mkdir(parents=True)
        try:
            for name, (_, _, answer) in self.pages.items():
                (hidden / name).write_bytes(answer.body)
            for number, answer in enumerate(self.listings):
                (hidden / f"{LISTING}-{number}").write_bytes(answer.body)
            (hidden / RESPONSES).write_text(self._responses(now), encoding="utf-8")
            (hidden / MANIFEST).write_text(self._manifest(), encoding="utf-8")
            hidden.rename(folder / moment)
        finally:
            shutil.rmtree(hidden, ignore_errors=True)

    def _manifest(self) -> str:
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        rows.writerow(_MANIFEST_COLUMNS)
        for name, (source, article, answer) in self.pages.items():
            rows.writerow([name, article.published, source, answer.url, article.title, article.author])
        return text.getvalue()

    def _responses(self, now: datetime) -> str:
        answers = [(name, article.url, answer) for name, (_, article, answer) in self.pages.items()]
        answers += [(f"{LISTING}-{n}", answer.url, answer) for n, answer in enumerate(self.listings)]
        lines = (
            {
                "file": name,
                "asked": asked,
                "answered": answer.url,
                "status": answer.status,
                "headers": dict(answer.headers),
                "sha256": sha256(answer.body),
                "fetched_at": now.isoformat(),
            }
            for name, asked, answer in answers
        )
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def page_name(url: str) -> str:
    """Name of an article's file without its ending: 16 hex digits that depend on the address only."""
    return sha256(url.encode())[:16]


def sha256(content: bytes) -> str:
    """SHA-256, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def read_memory(fetched: Path, slug: str) -> Memory:
    """What is remembered of a source; nothing where there is no memory, or none that can be read."""
    try:
        content = json.loads(_memory_file(fetched, slug).read_bytes())
        articles = {url: Known(**known) for url, known in content.pop("articles").items()}
        return Memory(**content, articles=articles)
    except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError):
        return Memory()  # then all that is listed is fetched once more, and nothing is lost


def write_memory(fetched: Path, slug: str, memory: Memory) -> None:
    """Replace what is remembered of a source."""
    replace_text(_memory_file(fetched, slug), json.dumps(asdict(memory), ensure_ascii=False, indent=1))


def clear_leftovers(folder: Path) -> None:
    """Remove what a night that was cut short left in a source's folder."""
    for path in folder.glob(".*Z"):
        shutil.rmtree(path, ignore_errors=True)


def _memory_file(fetched: Path, slug: str) -> Path:
    return fetched / MEMORY / f"{slug}.json"
