"""What a site asks of robots: `robots.txt`, read once a night for each host (RFC 9309).

Here: may a page be fetched, and how long to pause. Not here: fetching it (http.py).
"""

from __future__ import annotations

from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from pipeline.fetch.http import AGENT, Client, FetchError


class Robots:
    """The rules of every host that was asked for; may be used by several threads."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._rules: dict[str, Protego | FetchError] = {}
        self._locks: dict[str, Lock] = {}

    def may_fetch(self, url: str) -> None:
        """Raises FetchError where the site does not want `url` fetched, or cannot say: then all of it is refused."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        with self._locks.setdefault(origin, Lock()):  # one slow host holds up nobody else
            if origin not in self._rules:
                self._rules[origin] = self._ask(origin)
            rules = self._rules[origin]
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(url, AGENT):
            raise FetchError(f"{origin}: robots.txt does not allow this address")
        if delay := rules.crawl_delay(AGENT):
            self._client.ask_to_pause(url, delay)

    def _ask(self, origin: str) -> Protego | FetchError:
        try:
            answer = self._client.get(f"{origin}/robots.txt")
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Protego.parse("")  # there is none: all is allowed
            return FetchError(f"robots.txt cannot be had, so nothing is fetched there: {error}")
        return Protego.parse(answer.body.decode("utf-8", "replace"))
