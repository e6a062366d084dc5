"""One night's fetching: every source that is in use, each on its own, so that one that fails stops no other.

Here: what is asked for, in which order, and what is said of it. Not here: how (the modules beside this).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from pipeline.fetch.cards import Fetched, Folder, Sources
from pipeline.fetch.http import Answer, Client, FetchError, Passing
from pipeline.fetch.listings import Listed, read_feed, read_sitemap
from pipeline.fetch.robots import Robots
from pipeline.fetch.store import (
    ENDINGS,
    Known,
    Memory,
    Night,
    clear_leftovers,
    read_memory,
    sha256,
    write_memory,
)
from pipeline.locking import exclusive

SOURCES_AT_ONCE: Final = 4
MAX_FAULTS: Final = 5  # nights that an article is tried
MAX_IN_A_ROW: Final = 5  # pages that time out or break off, one after the other, until a source is left for tonight
GONE: Final = (404, 410, 451)


@dataclass
class SourceReport:
    """What a night brought from one source; `failure` says why where it did not answer as it should.

    `n_unchanged` pages were asked for again and say the same, `n_waiting` are left for the next night.
    """

    source: str
    n_listed: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_unchanged: int = 0
    n_failed: int = 0
    n_waiting: int = 0
    failure: str | None = None
    faults: list[str] = field(default_factory=list)  # of single pages, the first few


def fetch_all(
    sources: Sources,
    fetched: Path,
    *,
    now: datetime,
    client: Client,
    progress: Callable[[str], None] = lambda _: None,
) -> list[SourceReport]:
    """Fetch what is new of every feed and sitemap in use into the folder `fetched`; a report for each, then for folders.

    `now` is aware. `progress` is called with the name of each source that is done. Raises Busy where another process is
    fetching, OSError where the folder cannot be made.
    """
    robots, budget = Robots(client), Budget(sources.fetch.per_night)

    def one(card: Fetched) -> SourceReport:
        report = SourceReport(card.name)
        try:
            _fetch_source(card, fetched, report, now=now, client=client, robots=robots, budget=budget)
        except FetchError as error:
            report.failure = str(error)
        except Exception as error:  # whatever one source does, the others go on
            report.failure = f"{type(error).__name__}: {error}"
        progress(card.name)
        return report

    with exclusive(fetched, ".fetch.lock", wait=False), ThreadPoolExecutor(SOURCES_AT_ONCE) as workers:
        reports = list(workers.map(one, sources.fetched))
    return [*reports, *(_look_at(card) for card in sources.enabled if isinstance(card, Folder))]


class Budget:
    """Pages that may still be asked for tonight, of all sources together."""

    def __init__(self, pages: int) -> None:
        self._left, self._lock = pages, Lock()

    def take(self) -> bool:
        """Whether one more may be asked for."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


def _look_at(card: Folder) -> SourceReport:
    missing = None if card.folder.is_dir() else f"folder {card.folder} does not exist: make it, or turn the source off"
    return SourceReport(card.name, failure=missing)


def _fetch_source(
    card: Fetched,
    fetched: Path,
    report: SourceReport,
    *,
    now: datetime,
    client: Client,
    robots: Robots,
    budget: Budget,
) -> None:
    folder = fetched / card.slug
    clear_leftovers(folder)
    memory, night = read_memory(fetched, card.slug), Night()
    failure: FetchError | None = None
    try:
        _list(card, memory, night, report, now=now, client=client, robots=robots)
    except FetchError as error:
        failure = error  # what earlier nights left over can still be fetched
    n_asked = n_in_a_row = 0
    for url, known in list(_to_fetch(card, memory, now)):
        if n_in_a_row >= MAX_IN_A_ROW or n_asked >= card.per_night or not budget.take():
            report.n_waiting += known.sha256 is None
            continue
        n_asked += 1
        try:
            answer = client.get(url, etag=known.etag, modified=known.modified, may_fetch=robots.may_fetch)
            n_in_a_row = 0
            _take(card, known, answer, night, report, now)
        except FetchError as error:
            report.n_failed += 1
            report.faults = [*report.faults, str(error)][:5]
            known.n_faults += MAX_FAULTS if error.status in GONE else 1
            n_in_a_row = n_in_a_row + 1 if isinstance(error, Passing) else 0
    night.keep(folder, now)
    memory.forget(now)
    report.failure = str(failure) if failure else _too_many_failed(report, n_asked)
    memory.last_night = {"at": now.isoformat(), **asdict(report)}
    write_memory(fetched, card.slug, memory)


def _list(
    card: Fetched, memory: Memory, night: Night, report: SourceReport, *, now: datetime, client: Client, robots: Robots
) -> None:
    """Ask for the listing and remember what it lists."""
    answer = client.get(card.address, etag=memory.etag, modified=memory.modified, may_fetch=robots.may_fetch)
    if answer.status == 304:
        return
    night.listings.append(answer)
    if card.kind == "feed":
        listed = read_feed(answer)
    else:
        listed, children = read_sitemap(answer, client.limits.max_unpacked_bytes)
        for child in children:
            night.listings.append(part := client.get(child, may_fetch=robots.may_fetch))
            listed += read_sitemap(part, client.limits.max_unpacked_bytes)[0]
    for article in listed:
        _remember(memory, article, now)
    report.n_listed = len(listed)
    memory.etag, memory.modified = answer.headers.get("etag"), answer.headers.get("last-modified")


def _remember(memory: Memory, article: Listed, now: datetime) -> None:
    known = memory.articles.get(article.url)
    if known is None:
        memory.articles[article.url] = Known(asdict(article), "", now.isoformat())
        return
    known.listed, known.listed_at = asdict(article), now.isoformat()


def _to_fetch(card: Fetched, memory: Memory, now: datetime) -> Iterator[tuple[str, Known]]:
    """New articles, then those that are listed otherwise than before, then those of the last days, once more."""
    tried = [(url, known) for url, known in memory.articles.items() if known.n_faults < MAX_FAULTS]
    since = (now - timedelta(days=card.recheck_days)).isoformat()
    yield from ((url, known) for url, known in tried if known.sha256 is None)
    again = [(url, known) for url, known in tried if known.sha256 is not None]
    yield from ((url, known) for url, known in again if known.mark != known.article().mark)
    yield from (
        (url, known) for url, known in again if known.mark == known.article().mark and (known.fetched_at or "") > since
    )


def _take(card: Fetched, known: Known, answer: Answer, night: Night, report: SourceReport, now: datetime) -> None:
    """Keep a page that is new or says something else than before; remember it."""
    article = known.article()
    if answer.status == 304:
        known.mark = article.mark
        report.n_unchanged += 1
        return
    if answer.kind not in ENDINGS:
        raise FetchError(f"{answer.url[:200]}: no page but {answer.kind[:50] or 'of no type'}", status=415)
    known.n_faults, digest = 0, sha256(answer.body)
    if known.sha256 == digest and known.mark == article.mark:
        report.n_unchanged += 1
    else:
        night.add(card.name, article, answer)
        report.n_new += known.sha256 is None
        report.n_changed += known.sha256 is not None
    known.mark, known.sha256 = article.mark, digest
    known.fetched_at = known.fetched_at or now.isoformat()
    known.etag, known.modified = answer.headers.get("etag"), answer.headers.get("last-modified")


def _too_many_failed(report: SourceReport, n_asked: int) -> str | None:
    if report.n_failed and report.n_failed * 2 >= n_asked:
        return f"{report.n_failed} of {n_asked} pages could not be fetched: {report.faults[0]}"
    return None
