"""Fetching from a server that misbehaves: bounded in time, memory and requests; nothing lost, nothing twice, no way in."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import misbehaving as bad
import pytest
from click.testing import CliRunner
from misbehaving import Site, in_turn, page, redirect, site, status

from pipeline.cli import main
from pipeline.fetch import addresses, night
from pipeline.fetch.addresses import is_public
from pipeline.fetch.cards import Fetched, Limits, Sources, SourcesError, read_sources
from pipeline.fetch.http import Answer, Client, FetchError, Passing
from pipeline.fetch.inputs import raw_paths
from pipeline.fetch.listings import read_feed, read_sitemap, words
from pipeline.fetch.night import SourceReport, fetch_all
from pipeline.fetch.store import page_name, read_memory
from pipeline.ingest.ingest import ingest
from pipeline.ingest.inputs import read_articles
from pipeline.layers import days, read_days
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty
from pipeline.settings import PROJECT_ROOT, Settings

NOW = datetime(2024, 9, 9, 2, 15, tzinfo=UTC)
QUICK: dict[str, Any] = {
    "pause_seconds": 0.0,
    "connect_seconds": 1.0,
    "read_seconds": 0.4,
    "total_seconds": 1.2,
    "max_bytes": 300_000,
    "max_unpacked_bytes": 600_000,
    "retry_seconds": 0.01,
    "attempts": 2,
    "max_wait_seconds": 5.0,
}
CARD: dict[str, Any] = {
    "kind": "feed",
    "country": "UA",
    "side": "UA",
    "language": "en",
    "licence": "ours",
    "articles_per_day": {"min": 1, "max": 9},
}


@pytest.fixture
def server() -> Iterator[Site]:
    with site() as running:
        yield running


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(slept: list[float]) -> Client:
    return Client(Limits(**QUICK), allow_private=True, sleep=slept.append)


def article(town: str, toll: int = 2) -> str:
    story = f"A rocket struck a granary near {town} on Sunday. The blast hurt {toll} drivers, the mayor told reporters."
    return f"<html><head><title>{town}</title></head><body><article><p>{story}</p><p>{story[::-1]}</p></article></body></html>"


def feed(server: Site, *towns: str, updated: str = "") -> str:
    items = "".join(
        f"<item><title>Granary &lt;b&gt;hit&lt;/b&gt; in {town}</title><link>{server.url('/' + town)}</link>"
        f"<pubDate>Sun, 08 Sep 2024 21:30:00 GMT</pubDate><dc:creator>A. Desk</dc:creator>{updated}</item>"
        for town in towns
    )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>x</title>{items}</channel></rss>'
    )


def sources(*cards: dict[str, Any], **limits: Any) -> Sources:
    return Sources.model_validate({"fetch": QUICK | limits, "source": [CARD | card for card in cards]})


def wire(server: Site, path: str = "/feed", **more: Any) -> dict[str, Any]:
    return {"name": "Oskol Wire", "address": server.url(path), **more}


def run(found: Sources, folder: Path, now: datetime = NOW, *, allow_private: bool = True) -> list[SourceReport]:
    client = Client(found.fetch, allow_private=allow_private, sleep=lambda _: None)
    return fetch_all(found, folder, now=now, client=client)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.html"))


# --- one answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (bad.silent, "timed out|in time"),
        (bad.dripping, "too long in all|timed out"),
        (bad.dripping_headers, "too long in all|timed out"),
        (bad.stalled, "timed out|in time"),
        (bad.half, "connection failed"),
        (bad.no_http, "connection failed"),
        (bad.endless_headers, "connection failed"),
        (bad.endless, "more than the 300,000 bytes"),
        (status(200, Content_Length="99999999999"), "99,999,999,999 bytes"),
        (page(b"not gzip", Content_Encoding="gzip"), "cannot be unpacked"),
        (page(gzip.compress(b"x" * 9999)[:40], Content_Encoding="gzip"), "before it is whole"),
        (page(b"x", Content_Encoding="br"), "not asked for"),
        (bad.bomb(64), "600,000 bytes when unpacked"),
        (status(404), "answers 404"),
        (status(500), "answers 500"),
        (redirect("/bad"), "circle"),
        (redirect("file:///etc/passwd"), "no address of the web"),
        (redirect("http://user:secret@127.0.0.1/"), "no address of the web"),
        (redirect("http://127.0.0.1:999999/"), "no address of the web"),
        (redirect(""), "circle"),
    ],
)
def test_a_bad_answer_is_a_reason_within_seconds(server: Site, client: Client, answer: Any, why: str) -> None:
    """Forbids waiting on a server for ever, and taking whatever it sends into memory."""
    server.pages["/bad"] = answer
    began = time.monotonic()
    with pytest.raises(FetchError, match=why):
        client.get(server.url("/bad"))
    assert time.monotonic() - began < 6
    assert server.asked["/bad"] <= 3


def test_a_bomb_takes_no_memory(server: Site, client: Client) -> None:
    server.pages["/bad"] = bad.bomb(200)
    tracemalloc.start()
    with pytest.raises(FetchError, match="unpacked"):
        client.get(server.url("/bad"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 2**20


def test_redirects_are_counted(server: Site, client: Client) -> None:
    for number in range(9):
        server.pages[f"/{number}"] = redirect(f"/{number + 1}")
    server.pages["/7"] = page("there")
    assert client.get(server.url("/3")).url == server.url("/7")
    with pytest.raises(FetchError, match="more than 5 redirects"):
        client.get(server.url("/0"))


@pytest.mark.parametrize("first", [bad.half, bad.stalled, status(503), status(429)])
def test_what_breaks_half_way_is_tried_again(server: Site, client: Client, slept: list[float], first: Any) -> None:
    server.pages["/page"] = in_turn(first, page("whole"))
    assert client.get(server.url("/page")).body == b"whole"
    assert slept == [0.01]


def test_retry_after_is_waited_for(server: Site, client: Client, slept: list[float]) -> None:
    server.pages["/page"] = in_turn(status(429, Retry_After="3"), page("there"))
    assert client.get(server.url("/page")).body == b"there"
    assert slept == [3.0]


@pytest.mark.parametrize("asked", ["7200", format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)])
def test_who_asks_to_wait_for_hours_is_left_for_the_next_night(
    server: Site, client: Client, slept: list[float], asked: str
) -> None:
    server.pages["/page"] = status(429, Retry_After=asked)
    with pytest.raises(Passing, match=r"asks to wait [67],"):
        client.get(server.url("/page"))
    assert slept == []
    assert server.asked["/page"] == 1


def test_requests_to_one_host_keep_a_pause(server: Site, slept: list[float]) -> None:
    client = Client(Limits(**QUICK | {"pause_seconds": 2.0}), allow_private=True, sleep=slept.append)
    server.pages["/page"] = page("there")
    for _ in range(3):
        client.get(server.url("/page"))
    assert len(slept) == 2
    assert all(1.5 < pause <= 2.0 for pause in slept)


# --- addresses ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_inside_the_own_network(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_the_own_network_is_not_called(server: Site, host: str) -> None:
    client = Client(Limits(**QUICK), sleep=lambda _: None)
    with pytest.raises(FetchError, match=r"own network|no address is known"):
        client.get(f"http://{host}:{server.server_port}/page")
    assert not server.asked


def looked_up(monkeypatch: pytest.MonkeyPatch, **names: list[str]) -> None:
    """Names that mean these addresses; 127.0.0.1 stands for the internet."""

    def look_up(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        known = names.get(host.partition(".")[0], [host])
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "127.0.0.1")


def test_a_name_that_means_an_own_address_is_not_called(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids looking at the name only, and connecting to the one public address among several."""
    looked_up(monkeypatch, outside=["127.0.0.1"], inside=["10.0.0.7"], both=["127.0.0.1", "10.0.0.7"])
    client = Client(Limits(**QUICK), sleep=lambda _: None)
    server.pages["/page"] = page("there")
    assert client.get(f"http://outside.test:{server.server_port}/page").body == b"there"
    for name in ("inside", "both"):
        with pytest.raises(FetchError, match="SITREP_ALLOW_PRIVATE"):
            client.get(f"http://{name}.test:{server.server_port}/page")


def test_a_redirect_into_the_own_network_is_not_followed(server: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up(monkeypatch, outside=["127.0.0.1"], inside=["10.0.0.7"])
    client = Client(Limits(**QUICK), sleep=lambda _: None)
    server.pages["/page"] = redirect(f"http://inside.test:{server.server_port}/secret")
    with pytest.raises(FetchError, match="own network"):
        client.get(f"http://outside.test:{server.server_port}/page")
    assert not server.asked["/secret"]


# --- listings -----------------------------------------------------------------------------------------------------


def answer(body: str | bytes, url: str = "https://news.example/feed") -> Answer:
    return Answer(url, 200, {}, body.encode() if isinstance(body, str) else body)


def test_a_feed_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = "<rss version='2.0'><channel><item><title>One</title><link>/1</link></item><item><title>Two</ti"
    listed = read_feed(answer(whole))
    assert listed[0].url == "https://news.example/1"
    assert listed[0].title == "One"


@pytest.mark.parametrize("body", ["", "<html><body>Sign in</body></html>", "{}", b"\x00\x01\x02", "plain words"])
def test_what_is_no_feed_is_told(body: str | bytes) -> None:
    with pytest.raises(FetchError, match="no feed"):
        read_feed(answer(body))


def test_links_that_lead_nowhere_on_the_web_are_left_out() -> None:
    items = "".join(
        f"<item><link>{link}</link></item>"
        for link in (
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://news.example/a#x",
            "https://[::1",
            "//b.example/c",
        )
    )
    listed = read_feed(answer(f"<rss version='2.0'><channel>{items}</channel></rss>"))
    assert [article.url for article in listed] == ["https://news.example/a", "https://b.example/c"]


def test_markup_and_controls_leave_titles() -> None:
    assert words("<script>x</script> A <b>bold</b>\n\x1b[31m title\u202e&amp; more") == "x A bold [31m title & more"


SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/1</loc>'
    "<lastmod>2024-09-09T01:00:00Z</lastmod><news:news><news:publication_date>2024-09-08T20:00:00+03:00"
    "</news:publication_date><news:title>One</news:title></news:news></url>"
    "<url><loc>https://news.example/2</loc><lastmod>2024-09-01</lastmod></url></urlset>"
)


@pytest.mark.parametrize("body", [SITEMAP.encode(), gzip.compress(SITEMAP.encode())])
def test_a_sitemap_tells_when_articles_were_published(body: bytes) -> None:
    """Forbids taking the day of the last change for the day of publication."""
    listed, children = read_sitemap(answer(body), 10**6)
    assert [(article.url[-1], article.published, article.title) for article in listed] == [
        ("1", "2024-09-08T20:00:00+03:00", "One"),
        ("2", None, None),
    ]
    assert children == []


def test_a_sitemap_reads_no_file_and_swells_no_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("https://news.example/secret")
    swelling = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 12))
    body = (
        f'<!DOCTYPE urlset [<!ENTITY file SYSTEM "file://{secret}"><!ENTITY e0 "https://news.example/">{swelling}]>'
        "<urlset><url><loc>&file;</loc></url><url><loc>&e11;</loc></url></urlset>"
    )
    began = time.monotonic()
    assert read_sitemap(answer(body), 10**6) == ([], [])
    assert time.monotonic() - began < 2


def test_a_sitemap_bomb_is_refused() -> None:
    with pytest.raises(FetchError, match="unpacked"):
        read_sitemap(answer(gzip.compress(bytes(10**7))), 10**6)


# --- a night ------------------------------------------------------------------------------------------------------


def test_a_night_brings_raw_files_that_the_ingest_reads(server: Site, tmp_path: Path) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium", "Lyman")), "/Izium": page(article("Izium"))}
    server.pages["/Lyman"] = page(article("Lyman"))
    [report] = run(sources(wire(server)), tmp_path)
    assert (report.n_listed, report.n_new, report.n_failed, report.failure) == (2, 2, 0, None)
    articles, rejected = read_articles([tmp_path], now=NOW)
    assert rejected.is_empty(), rejected
    assert set(articles["source"]) == {"Oskol Wire"}
    assert set(articles["published_at"]) == {datetime(2024, 9, 8, 21, 30, tzinfo=UTC)}
    assert set(articles["url"]) == {server.url("/Izium"), server.url("/Lyman")}
    assert sorted(articles["title"]) == ["Granary hit in Izium", "Granary hit in Lyman"]
    responses = next(tmp_path.rglob(".responses.jsonl")).read_text().splitlines()
    assert {json.loads(line)["status"] for line in responses} == {200}
    assert next(tmp_path.rglob(".listing-0")).read_text() == feed(server, "Izium", "Lyman")


def test_the_second_night_asks_whether_anything_is_new(server: Site, tmp_path: Path) -> None:
    """Forbids fetching everything every night."""
    server.pages |= {
        "/feed": page(feed(server, "Izium"), ETag='"f1"'),
        "/Izium": page(article("Izium"), ETag='"i1"'),
    }
    found = sources(wire(server))
    run(found, tmp_path)
    before = kept(tmp_path)
    [report] = run(found, tmp_path, NOW + timedelta(days=1))
    assert (report.n_listed, report.n_new, report.n_changed, report.n_unchanged) == (0, 0, 0, 1)
    assert kept(tmp_path) == before
    run(found, tmp_path, NOW + timedelta(days=5))
    assert server.asked["/Izium"] == 2, "an old article is left alone"


def test_a_changed_article_is_kept_beside_the_older_one(server: Site, tmp_path: Path) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium"))}
    found = sources(wire(server))
    run(found, tmp_path)
    server.pages["/Izium"] = page(article("Izium", toll=7))
    [report] = run(found, tmp_path, NOW + timedelta(days=1))
    assert (report.n_new, report.n_changed) == (0, 1)
    assert kept(tmp_path) == [f"{page_name(server.url('/Izium'))}.html"] * 2
    articles, _ = read_articles([tmp_path], now=NOW)
    assert sorted("7 drivers" in text for text in articles["text"]) == [False, True]
    assert articles["source_id"].n_unique() == 1


def test_an_article_that_is_listed_otherwise_is_asked_for_however_old(server: Site, tmp_path: Path) -> None:
    found = sources(wire(server, recheck_days=0))
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium"))}
    run(found, tmp_path)
    run(found, tmp_path, NOW + timedelta(days=9))
    assert server.asked["/Izium"] == 1
    changed = "<atom:updated>2024-09-18T10:00:00Z</atom:updated>"
    server.pages |= {"/feed": page(feed(server, "Izium", updated=changed)), "/Izium": page(article("Izium", toll=5))}
    [report] = run(found, tmp_path, NOW + timedelta(days=10))
    assert report.n_changed == 1


def test_one_failing_source_stops_no_other(server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium")), "/broken": page("<p>no")}
    server.pages |= {"/slow": bad.silent, "/crash": page("<rss version='2.0'/>")}
    names = {"/broken": "Broken", "/slow": "Slow", "/crash": "Crash", "/none": "None", "/feed": "Oskol Wire"}
    real = night.read_feed
    monkeypatch.setattr(night, "read_feed", lambda got: {}["bug"] if got.url.endswith("crash") else real(got))
    reports = run(sources(*(wire(server, path, name=name) for path, name in names.items())), tmp_path)
    why = {report.source: report.failure for report in reports}
    assert why.pop("Oskol Wire") is None
    assert all(why.values()), why
    assert "no feed" in str(why["Broken"])
    assert "KeyError" in str(why["Crash"])
    assert kept(tmp_path)


def test_what_is_too_much_for_one_night_comes_the_next(server: Site, tmp_path: Path) -> None:
    """Forbids forgetting what is left over when the listing itself says that nothing is new."""
    towns = ["Izium", "Lyman", "Sumy", "Orikhiv", "Bucha"]
    server.pages |= {"/feed": page(feed(server, *towns), ETag='"f1"')}
    server.pages |= {f"/{town}": page(article(town)) for town in towns}
    found = sources(wire(server, per_night=2, recheck_days=0))
    waiting = [run(found, tmp_path, NOW + timedelta(days=n))[0].n_waiting for n in range(3)]
    assert waiting == [3, 1, 0]
    assert len(kept(tmp_path)) == 5
    assert [server.asked[f"/{town}"] for town in towns] == [1] * 5


def test_all_sources_share_the_night_s_limit(server: Site, tmp_path: Path) -> None:
    towns = ["Izium", "Lyman", "Sumy"]
    server.pages |= {"/feed": page(feed(server, *towns))} | {f"/{town}": page(article(town)) for town in towns}
    cards = [wire(server, name="One"), wire(server, name="Two")]
    reports = run(sources(*cards, per_night=4), tmp_path)
    assert sum(report.n_new for report in reports) == 4
    assert sum(report.n_waiting for report in reports) == 2


def test_a_page_that_fails_is_tried_the_next_night_and_not_for_ever(server: Site, tmp_path: Path) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium", "Lyman", "Sumy")), "/Sumy": page("%PDF", "application/pdf")}
    server.pages |= {"/Izium": page(article("Izium")), "/Lyman": in_turn(*[status(500)] * 2, page(article("Lyman")))}
    found = sources(wire(server, recheck_days=0))
    [first] = run(found, tmp_path)
    assert (first.n_new, first.n_failed) == (1, 2)
    assert "2 of 3 pages could not be fetched" in str(first.failure)
    [second] = run(found, tmp_path, NOW + timedelta(days=1))
    assert second.n_new == 1
    for n in range(2, 9):
        run(found, tmp_path, NOW + timedelta(days=n))
    assert server.asked["/Sumy"] == night.MAX_FAULTS


def test_a_host_that_breaks_off_every_page_is_left_for_tonight(server: Site, tmp_path: Path) -> None:
    """Forbids hours of waiting for one host, page by page."""
    towns = [f"town{n}" for n in range(20)]
    server.pages |= {"/feed": page(feed(server, *towns))} | {f"/{town}": bad.half for town in towns}
    found = sources(wire(server))
    [report] = run(found, tmp_path)
    assert (report.n_failed, report.n_waiting) == (night.MAX_IN_A_ROW, 15)
    assert "could not be fetched" in str(report.failure)
    server.pages |= {f"/{town}": page(article(town)) for town in towns}
    assert run(found, tmp_path, NOW + timedelta(days=1))[0].n_new == 20


def test_a_night_cut_short_is_fetched_again_and_gives_no_article_twice(
    server: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium"))}
    found, fetched = sources(wire(server)), tmp_path / "fetched"
    with monkeypatch.context() as patched:
        patched.setattr(night, "write_memory", lambda *_: (_ for _ in ()).throw(OSError("power cut")))
        assert "power cut" in str(run(found, fetched)[0].failure)
    (fetched / "oskol-wire" / ".20240909T021500000000Z").mkdir()
    ingest([fetched], tmp_path / "layers", now=NOW)
    run(found, fetched, NOW + timedelta(days=1))
    ingest([fetched], tmp_path / "layers", now=NOW)
    layers = tmp_path / "layers"
    assert read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema).height == 1
    assert not list((fetched / "oskol-wire").glob(".2*"))


def test_memory_that_is_damaged_costs_one_more_fetch(server: Site, tmp_path: Path) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium"))}
    found = sources(wire(server))
    run(found, tmp_path)
    (tmp_path / ".memory" / "oskol-wire.json").write_text('{"articles": {"x": {"no": 1}}}')
    assert run(found, tmp_path, NOW + timedelta(days=1))[0].n_new == 1
    assert read_memory(tmp_path, "oskol-wire").last_night["n_new"] == 1


# --- robots.txt ---------------------------------------------------------------------------------------------------


def test_robots_txt_is_kept(server: Site, tmp_path: Path) -> None:
    rules = "User-agent: sitrep\nDisallow: /*secret\nCrawl-delay: 3\n"
    server.pages |= {"/robots.txt": page(rules, "text/plain"), "/feed": page(feed(server, "Izium", "secret"))}
    server.pages |= {"/Izium": page(article("Izium")), "/secret": page(article("secret"))}
    [report] = run(sources(wire(server)), tmp_path)
    assert report.n_new == 1
    assert "robots.txt does not allow" in report.faults[0]
    assert not server.asked["/secret"]
    assert server.asked["/robots.txt"] == 1


@pytest.mark.parametrize(("code", "fetched"), [(404, 1), (403, 1), (500, 0), (429, 0)])
def test_a_missing_robots_txt_allows_and_a_failing_one_does_not(
    server: Site, tmp_path: Path, code: int, fetched: int
) -> None:
    server.pages |= {
        "/robots.txt": status(code),
        "/feed": page(feed(server, "Izium")),
        "/Izium": page(article("Izium")),
    }
    [report] = run(sources(wire(server)), tmp_path)
    assert report.n_new == fetched
    assert bool(report.failure) == (not fetched)


# --- sources.toml -------------------------------------------------------------------------------------------------

TABLE = """
[[source]]
name = "Oskol Wire"
kind = "feed"
address = "https://wire.example/rss"
country = "UA"
side = "UA"
language = "en"
licence = "ours"
articles_per_day = { min = 1, max = 9 }
"""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("https://", "ftp://"), r"source 1 \('Oskol Wire'\), address: is no address"),
        (("https://", "https://me:secret@"), "put none into an address"),
        (('side = "UA"', 'side = "us"'), "side: Input should be 'UA', 'RU' or 'other'"),
        (("max = 9", "max = 0"), "max is smaller than min"),
        (('country = "UA"\n', ""), "country: Field required"),
        (('"feed"', '"rss"'), "source 1"),
        (("licence", "license"), "license: Extra inputs"),
        (('"Oskol Wire"', '"../../etc\\u0000"'), "do not print"),
        (('"Oskol Wire"', '"..."'), "no letter or digit"),
        (("[[source]]", "[[source]"), "cannot be read"),
        (("[[source]]", TABLE + "[[source]]"), "too much alike"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(TABLE.replace(*change, 1))
    with pytest.raises(SourcesError, match=why) as error:
        read_sources(path)
    assert "docs/sources.md" in str(error.value)


def test_the_sample_is_valid_and_asks_nobody() -> None:
    """Forbids a sample that calls the network on a fresh machine."""
    sample = read_sources(PROJECT_ROOT / "sources.toml")
    assert len(sample.source) > 5
    assert sample.enabled == ()


def test_names_are_folders_below_the_fetched_one() -> None:
    card = Fetched.model_validate(CARD | {"name": "../../etc/passwd", "address": "https://wire.example"})
    assert card.slug == "etc-passwd"


def test_folders_of_sources_toml_and_fetched_pages_are_raw_folders(tmp_path: Path) -> None:
    table = TABLE.replace('kind = "feed"', 'kind = "folder"').replace(
        'address = "https://wire.example/rss"', 'folder = "in"'
    )
    (tmp_path / "sources.toml").write_text(table)
    found = Settings(raw=(tmp_path / "raw",), data=tmp_path / "data", sources=tmp_path / "sources.toml")
    assert raw_paths(found) == (tmp_path / "raw",)
    found.fetched.mkdir(parents=True)
    (tmp_path / "in").mkdir()
    assert raw_paths(found) == (tmp_path / "raw", tmp_path / "in", found.fetched)


def test_command_without_sources_says_how_to_turn_them_on(data: Path) -> None:
    result = CliRunner().invoke(main, ["fetch"])
    assert result.exit_code == 0
    assert "enabled = true" in result.output


def test_command_names_the_source_that_failed(server: Site, data: Path, tmp_path: Path, monkeypatch: Any) -> None:
    server.pages |= {"/feed": page(feed(server, "Izium")), "/Izium": page(article("Izium"))}
    path = tmp_path / "sources.toml"
    path.write_text(
        "[fetch]\npause_seconds = 0\nattempts = 1\n"
        + TABLE.replace("https://wire.example/rss", server.url("/feed"))
        + TABLE.replace("https://wire.example/rss", server.url("/none")).replace("Oskol Wire", "Lost Wire")
    )
    monkeypatch.setenv("SITREP_ALLOW_PRIVATE", "1")
    result = CliRunner().invoke(main, ["fetch", "--sources", str(path), "--data", str(data)])
    assert result.exit_code == 1
    assert "Lost Wire: " in result.output
    assert "answers 404" in result.output
    assert kept(data / "fetched")
