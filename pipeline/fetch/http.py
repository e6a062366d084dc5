"""One answer from the web: bounded in time and size, unpacked, redirects followed, tried again where that may help.

Here: requests and what may go wrong with them. Not here: which addresses are allowed (addresses.py), what is asked for
and what becomes of it (night.py).
"""

from __future__ import annotations

import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final
from urllib.parse import urljoin, urlsplit

import httpcore
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pipeline import __version__
from pipeline.fetch.addresses import AddressRefused, Deadline, GuardedBackend
from pipeline.fetch.cards import Limits

REDIRECTS: Final = (301, 302, 303, 307, 308)
WORTH_A_RETRY: Final = (408, 425, 429, 500, 502, 503, 504)
AGENT: Final = "sitrep"
_WEB: Final = {"http": 80, "https": 443}
_PACKED: Final = ("gzip", "x-gzip", "deflate")
_LONGEST_ADDRESS: Final = 2000


class FetchError(RuntimeError):
    """An answer that cannot be had; the message says why. `status` is the server's, where it gave one."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class Passing(FetchError):
    """A fault that may be gone in a while; `wait` is how many seconds the server asks for."""

    def __init__(self, message: str, *, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message, status=status)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: `body` is unpacked, `headers` have small names; `url` is where the redirects ended."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """Content type without its parameters, in small letters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass
class _Host:
    """When a host may be asked again."""

    lock: Lock = field(default_factory=Lock)
    next_at: float = 0.0
    pause: float = 0.0


class Client:
    """Asks servers, one request at a time to each host, with a pause between; may be used by several threads.

    `allow_private` lets it call addresses inside the own network. `sleep` is for tests.
    """

    def __init__(
        self, limits: Limits, *, allow_private: bool = False, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.limits = limits
        self._allow_private = allow_private
        self._sleep = sleep
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        contact = f" (+{limits.contact})" if limits.contact else ""
        self._agent = f"{AGENT}/{__version__}{contact}".encode("ascii", "replace")

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        may_fetch: Callable[[str], None] = lambda _: None,
    ) -> Answer:
        """The answer to GET: status 200, or 304 where nothing is new since `etag` or `modified`.

        `may_fetch` is called with each address, redirected ones too, and raises FetchError where it is not to be
        fetched. Raises FetchError; Passing, a kind of it, after the last attempt of a fault that may be gone later.
        """
        headers = [(b"Accept-Encoding", b"gzip"), (b"User-Agent", self._agent), (b"Accept", b"*/*")]
        headers += [(name, value.encode("latin-1", "replace")) for name, value in _conditions(etag, modified)]
        attempts = Retrying(
            stop=stop_after_attempt(self.limits.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(Passing),
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(self._follow, url, headers, may_fetch)

    def post(self, url: str, body: bytes, *, kind: str) -> int:
        """Send `body`, once; the answer's status. Redirects are not followed. Raises FetchError."""
        headers = [(b"User-Agent", self._agent), (b"Content-Type", kind.encode("ascii"))]
        return self._ask(url, headers, body).status

    def ask_to_pause(self, url: str, seconds: float) -> None:
        """Wait at least so long between two requests to the host of `url`."""
        host = self._hosts[_host(url)]
        host.pause = max(host.pause, min(seconds, self.limits.max_wait_seconds))

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, Passing) and error.wait is not None else 0.0
        if asked > self.limits.max_wait_seconds and error is not None:
            raise error
        return max(
            asked, min(self.limits.retry_seconds * 2 ** (state.attempt_number - 1), self.limits.max_wait_seconds)
        )

    def _follow(self, url: str, headers: list[tuple[bytes, bytes]], may_fetch: Callable[[str], None]) -> Answer:
        seen = set[str]()
        while True:
            _target(url)  # before anything else looks at it
            seen.add(url)
            may_fetch(url)
            self._take_turn(url)
            answer = self._ask(url, headers)
            if answer.status not in REDIRECTS:
                return answer
            url = _joined(url, answer.headers.get("location", ""))
            if url in seen:
                raise FetchError(f"redirects go in a circle by {shown(url)}", status=answer.status)
            if len(seen) > self.limits.redirects:
                raise FetchError(f"more than {self.limits.redirects} redirects", status=answer.status)

    def _take_turn(self, url: str) -> None:
        host = self._hosts[_host(url)]
        with host.lock:
            if (wait := host.next_at - time.monotonic()) > 0:
                self._sleep(wait)
            host.next_at = time.monotonic() + max(self.limits.pause_seconds, host.pause)

    def _ask(self, url: str, headers: list[tuple[bytes, bytes]], body: bytes | None = None) -> Answer:
        target, limits = _target(url), self.limits
        timeouts = {
            "connect": limits.connect_seconds,
            "read": limits.read_seconds,
            "write": limits.read_seconds,
            "pool": limits.connect_seconds,
        }
        backend = GuardedBackend(Deadline(time.monotonic() + limits.total_seconds), allow_private=self._allow_private)
        try:
            with (
                httpcore.ConnectionPool(network_backend=backend) as pool,
                pool.stream(
                    b"GET" if body is None else b"POST",
                    target,
                    headers=[(b"Host", _host(url).encode("ascii")), *headers],
                    content=body,
                    extensions={"timeout": timeouts},
                ) as response,
            ):
                said = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status in REDIRECTS or (body is not None and response.status < 400):
                    return Answer(url, response.status, said, b"")
                _raise_for(url, response.status, said)
                return Answer(url, response.status, said, self._read(url, response, said))
        except AddressRefused as error:
            raise FetchError(f"{shown(url)}: {error}; allow that with SITREP_ALLOW_PRIVATE=1 if it is meant") from error
        except httpcore.TimeoutException as error:
            raise Passing(f"{shown(url)}: {error or 'no answer in time'}") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise Passing(f"{shown(url)}: the connection failed ({error})") from error

    def _read(self, url: str, response: httpcore.Response, headers: Mapping[str, str]) -> bytes:
        limits, packing = self.limits, headers.get("content-encoding", "identity").strip().lower() or "identity"
        if packing != "identity" and packing not in _PACKED:
            raise FetchError(f"{shown(url)}: packed as {packing!r}, which was not asked for")
        length = headers.get("content-length", "")
        if length.isdecimal() and len(length) < 20 and int(length) > limits.max_bytes:
            raise FetchError(f"{shown(url)}: {int(length):,} bytes, more than the {limits.max_bytes:,} that are taken")
        n_sent, body = 0, Unpacked(packing, limits.max_unpacked_bytes)
        for chunk in response.iter_stream():
            n_sent += len(chunk)
            if n_sent > limits.max_bytes:
                raise FetchError(f"{shown(url)}: more than the {limits.max_bytes:,} bytes that are taken")
            body.add(chunk)
        return body.whole()


class Unpacked:
    """A body that is unpacked as it comes, up to a limit; raises FetchError above it, and Passing where it is cut."""

    def __init__(self, packing: str, limit: int) -> None:
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32) if packing in _PACKED else None
        self._limit = limit
        self._parts: list[bytes] = []
        self._n = 0

    def add(self, chunk: bytes) -> None:
        """Take the next piece as it was sent."""
        if self._unpacker is not None:
            try:
                chunk = self._unpacker.decompress(chunk, self._limit - self._n + 1)
            except zlib.error as error:
                raise FetchError(f"the body cannot be unpacked ({error})") from error
        self._n += len(chunk)
        if self._n > self._limit:
            raise FetchError(f"more than {self._limit:,} bytes when unpacked")
        self._parts.append(chunk)

    def whole(self) -> bytes:
        """All of it."""
        if self._unpacker is not None and self._n and not self._unpacker.eof:
            raise Passing("the body ends before it is whole")
        return b"".join(self._parts)


def shown(url: str) -> str:
    """An address for messages: without what follows `?`, which may be a key, and not too long."""
    return url.partition("?")[0][:200].encode("ascii", "backslashreplace").decode()


def _conditions(etag: str | None, modified: str | None) -> list[tuple[bytes, str]]:
    named = ((b"If-None-Match", etag), (b"If-Modified-Since", modified))
    return [(name, value) for name, value in named if value and value.isprintable()]


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise FetchError(f"{shown(url)}: redirects to no address of the web") from error


def _target(url: str) -> httpcore.URL:
    try:
        parts = urlsplit(url)
        known = parts.scheme in _WEB and parts.hostname and not parts.username and len(url) <= _LONGEST_ADDRESS
        port = parts.port or _WEB[parts.scheme] if known else 0
        if not known or not url.isascii() or not url.isprintable() or " " in url:
            raise ValueError(url)
    except ValueError as error:
        raise FetchError(f"{shown(url)}: no address of the web") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=port, target=path)


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _raise_for(url: str, status: int, headers: Mapping[str, str]) -> None:
    if status in WORTH_A_RETRY:
        wait = _retry_after(headers.get("retry-after", ""))
        asked = f" and asks to wait {wait:,.0f} s" if wait else ""
        raise Passing(f"{shown(url)}: the server answers {status}{asked}", status=status, wait=wait)
    if status not in (200, 304):
        raise FetchError(f"{shown(url)}: the server answers {status}", status=status)


def _retry_after(value: str) -> float | None:
    """Seconds that a server asks to wait, told as such or as a date; null where it tells neither."""
    value = value.strip()
    if value.isdecimal() and len(value) < 12:
        return float(value)
    try:
        then = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return max(0.0, (then.replace(tzinfo=then.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
