"""A web server on this machine that answers as it is told, badly too; every answer ends within a few seconds.

Here: the server and the answers. Not here: what the fetching makes of them (test_fetch.py).
"""

from __future__ import annotations

import gzip
import io
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

PATIENCE = 4.0  # seconds after which even an endless answer ends


class Request(BaseHTTPRequestHandler):
    """One request; an answer is a function of it."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked[path] += 1
        answer = self.server.pages.get(path)
        self.close_connection = True
        with suppress(BrokenPipeError, ConnectionResetError):
            answer(self) if answer else self.say(404, b"none")

    def do_POST(self) -> None:
        self.server.received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.do_GET()

    def say(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer; header names with `_` for `-`."""
        self.begin(status, **{"Content_Length": str(len(body)), **headers})
        self.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """Status and headers."""
        self.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


Answer = Callable[[Request], None]


class Site(ThreadingHTTPServer):
    """Answers by path; counts what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.pages: dict[str, Answer] = {}
        self.asked: Counter[str] = Counter()
        self.received: list[bytes] = []

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"


@contextmanager
def site() -> Iterator[Site]:
    """The server, while the block runs."""
    server = Site()
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(text: str | bytes, kind: str = "text/html; charset=utf-8", **headers: str) -> Answer:
    """A page that knows when it is asked for again and is still the same."""
    body = text.encode() if isinstance(text, str) else text

    def answer(request: Request) -> None:
        if headers.get("ETag") and request.headers.get("If-None-Match") == headers["ETag"]:
            request.say(304, b"", **headers)
        else:
            request.say(200, body, Content_Type=kind, **headers)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Another answer each time, the last one from then on."""
    left = list(answers)

    def answer(request: Request) -> None:
        current = left.pop(0) if len(left) > 1 else left[0]
        current(request)

    return answer


def status(code: int, **headers: str) -> Answer:
    return lambda request: request.say(code, b"", **headers)


def redirect(to: str) -> Answer:
    return status(302, Location=to)


def silent(request: Request) -> None:
    """No byte at all."""
    time.sleep(PATIENCE / 2)


def dripping(request: Request) -> None:
    """A byte now and then, each within the time for one."""
    request.begin(200, Content_Type="text/html", Content_Length="200000")
    _drip(request, b"x")


def dripping_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-")
    _drip(request, b"a")


def _drip(request: Request, byte: bytes) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        request.wfile.write(byte)
        request.wfile.flush()
        time.sleep(0.05)


def endless(request: Request) -> None:
    request.begin(200, Content_Type="text/html")
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        request.wfile.write(b"x" * 65536)


def endless_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(100_000):
        request.wfile.write(b"X-%d: y\r\n" % number)


def half(request: Request) -> None:
    """Fewer bytes than promised, then the end."""
    request.begin(200, Content_Type="text/html", Content_Length="1000")
    request.wfile.write(b"<p>half")


def stalled(request: Request) -> None:
    """Fewer bytes than promised, then silence."""
    request.begin(200, Content_Type="text/html", Content_Length="1000")
    request.wfile.write(b"<p>half")
    time.sleep(PATIENCE / 2)


def no_http(request: Request) -> None:
    request.wfile.write(b"\x00\xff\r\n\r\n nothing of the kind")


def bomb(mebibytes: int) -> Answer:
    """So many MiB of zeros, packed to a thousandth."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        for _ in range(mebibytes):
            file.write(bytes(2**20))
    return page(packed.getvalue(), Content_Encoding="gzip")
