"""The ingest step over time: twice is once, corrections count, nothing good is lost, a crash leaves whole files."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.ingest import ingest as step
from pipeline.ingest.discover import InputError
from pipeline.ingest.ingest import IngestReport, ingest
from pipeline.ingest.ledger import LEDGER_FILE, LEDGER_SCHEMA
from pipeline.layers import days, read_days
from pipeline.schemas import Articles
from pipeline.schemas.validate import REJECTED_SCHEMA, empty

NOW = datetime(2024, 9, 10, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
BODY = "KYIV - Drones damaged a grain store near the river, the mayor said. Two guards were hurt."


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


@pytest.fixture
def layers(tmp_path: Path) -> Path:
    return tmp_path / "data [layers]"  # brackets: a path is no pattern


def record(n: int, day: str | None = "2024-09-07", **more: object) -> dict[str, object]:
    return {"id": str(n), "text": f"{BODY} No {n}.", "published_at": day, "source": "Wire", **more}


def write(path: Path, *records: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(item) + "\n" for item in records), encoding="utf-8")


def articles(layers: Path) -> pl.DataFrame:
    return read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)


def rejected(layers: Path) -> pl.DataFrame:
    return read_days(layers, "rejected_rows", days(layers, "rejected_rows"), REJECTED_SCHEMA)


def snapshot(layers: Path) -> dict[str, tuple[int, bytes]]:
    files = sorted(path for path in layers.rglob("*") if path.is_file())
    return {str(path.relative_to(layers)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_articles_go_into_the_files_of_their_days(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1), record(2, "2024-09-07T22:00:00Z"), record(3, None), record(4))
    report = ingest([raw], layers, now=NOW)
    assert days(layers, "articles") == report.days_changed == ["2024-09-07", "2024-09-08", "undated"]
    assert report == IngestReport(1, 0, 4, 4, 0, ["2024-09-07", "2024-09-08", "undated"], [])
    frame = articles(layers)
    assert frame.schema == empty(Articles).schema
    first = read_days(layers, "articles", ["2024-09-07"], frame.schema)
    assert first["article_id"].is_sorted()
    assert set(first["source_id"]) == {"1", "4"}


def test_twice_is_once_and_touches_nothing(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1), {"no": "text"}, record(2))
    (raw / "b.docx").write_bytes(b"PK")
    (raw / "out.txt").symlink_to("/etc/hostname")
    ingest([raw], layers, now=NOW)
    before = snapshot(layers)
    report = ingest([raw], layers, now=LATER)
    assert (report.n_files, report.n_files_skipped, report.n_articles_read, report.n_articles_new) == (2, 2, 0, 0)
    assert report.days_changed == []
    assert snapshot(layers) == before


def test_the_ledger_says_what_was_read(raw: Path, layers: Path) -> None:
    write(raw / "deep" / "a.jsonl", record(1), {"no": "text"}, record(2), record(2))
    ingest([raw], layers, now=NOW)
    ledger = pl.read_parquet(layers / LEDGER_FILE, glob=False)
    assert ledger.schema == LEDGER_SCHEMA
    row = ledger.row(0, named=True)
    assert (row["root"], row["path"], row["n_articles"], row["n_rejected"]) == (str(raw), "deep/a.jsonl", 3, 1)
    assert row["size"] == (raw / "deep" / "a.jsonl").stat().st_size
    assert articles(layers).height == 2


def test_a_touched_file_is_not_read_again(raw: Path, layers: Path) -> None:
    """Forbids trusting the clock of the file system alone: a copied folder has new times and the same news."""
    write(raw / "a.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    os.utime(raw / "a.jsonl", ns=(1, 1))
    assert ingest([raw], layers, now=LATER).n_files_skipped == 1
    assert pl.read_parquet(layers / LEDGER_FILE, glob=False)["mtime_ns"].item() == 1


def test_a_grown_file_adds_its_new_articles_and_keeps_first_seen_at(raw: Path, layers: Path) -> None:
    """Forbids a new first_seen_at with every reading, and rewriting days that did not change."""
    write(raw / "a.jsonl", record(1), record(2, "2024-09-05"))
    ingest([raw], layers, now=NOW)
    write(raw / "a.jsonl", record(1), record(2, "2024-09-05"), record(3))
    report = ingest([raw], layers, now=LATER)
    assert (report.n_articles_read, report.n_articles_new, report.days_changed) == (3, 1, ["2024-09-07"])
    assert dict(articles(layers).select("source_id", "first_seen_at").iter_rows()) == {"1": NOW, "2": NOW, "3": LATER}


def test_an_overwritten_file_loses_no_article(raw: Path, layers: Path) -> None:
    """Forbids taking `latest.jsonl`, overwritten each day, for the whole of the news."""
    write(raw / "latest.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    write(raw / "latest.jsonl", record(2))
    ingest([raw], layers, now=LATER)
    assert set(articles(layers)["source_id"]) == {"1", "2"}


def test_a_file_that_is_emptied_loses_no_article_either(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    write(raw / "a.jsonl")
    assert ingest([raw], layers, now=LATER).n_articles_read == 0
    assert articles(layers).height == 1


def test_a_folder_of_rubbish_alone_is_not_read_every_night(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", {"no": "text"})
    ingest([raw], layers, now=NOW)
    assert ingest([raw], layers, now=LATER).n_files_skipped == 1


def test_a_corrected_column_counts_when_its_own_file_says_so(raw: Path, layers: Path) -> None:
    """Forbids ignoring a corrected title, and letting a copy in another file overwrite it."""
    write(raw / "b.jsonl", record(1, title="Old"))
    ingest([raw], layers, now=NOW)
    write(raw / "b.jsonl", record(0), record(1, title="New"))
    ingest([raw], layers, now=LATER)
    write(raw / "a.jsonl", record(1, title="Another file's"))
    ingest([raw], layers, now=LATER)
    row = articles(layers).row(by_predicate=pl.col("source_id") == "1", named=True)
    assert (row["title"], row["source_file"], row["first_seen_at"]) == ("New", "b.jsonl#2", NOW)


def test_a_corrected_manifest_moves_the_article_to_its_day(raw: Path, layers: Path) -> None:
    """Forbids looking at the text file alone, which has not changed, and keeping the article under both days."""
    for name in ("a", "b"):
        (raw / f"{name}.txt").write_text(f"{BODY} {name}", encoding="utf-8")
    (raw / "manifest.csv").write_text("file,published_at\na.txt,2024-09-07\nb.txt,2024-09-07\n", encoding="utf-8")
    ingest([raw], layers, now=NOW)
    (raw / "manifest.csv").write_text("file,published_at\na.txt,2024-09-06\nb.txt,2024-09-07\n", encoding="utf-8")
    report = ingest([raw], layers, now=LATER)
    assert (report.n_files_skipped, report.n_articles_read) == (1, 1)
    assert report.days_changed == ["2024-09-06", "2024-09-07"]
    found = articles(layers).select("source_id", pl.col("published_date").cast(pl.String))
    assert dict(found.iter_rows()) == {"a": "2024-09-06", "b": "2024-09-07"}
    assert found.height == 2


def test_an_emptied_day_keeps_a_file_for_later_steps_to_see(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    write(raw / "a.jsonl", record(1, "2024-09-06"))
    ingest([raw], layers, now=LATER)
    assert days(layers, "articles") == ["2024-09-06", "2024-09-07"]
    assert read_days(layers, "articles", ["2024-09-07"], empty(Articles).schema).is_empty()


def test_equal_names_in_two_folders_do_not_supersede_each_other(tmp_path: Path, layers: Path) -> None:
    """Forbids taking one outlet's copy of a text for a correction of another's because the files have one name."""
    one, two = tmp_path / "one", tmp_path / "two"
    write(one / "a.jsonl", record(1, source="One"))
    write(two / "a.jsonl", record(1, source="Two"))
    ingest([one, two], layers, now=NOW)
    write(two / "a.jsonl", record(1, source="Two"), record(2, source="Two"))
    ingest([one, two], layers, now=LATER)
    assert sorted(articles(layers)["source"]) == ["One", "Two", "Two"]
    write(two / "a.jsonl", record(2, source="Two"))
    ingest([two], layers, now=LATER, full=True)
    assert "One" in articles(layers)["source"].to_list()


def test_two_roots_are_one_layer_in_any_order(tmp_path: Path, layers: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write(one / "a.jsonl", record(1), record(2))
    write(two / "b.jsonl", record(2), record(3))
    ingest([one, two], layers, now=NOW)
    other = tmp_path / "other"
    ingest([two], other, now=NOW)
    ingest([one], other, now=NOW)
    assert articles(layers)["article_id"].to_list() == articles(other)["article_id"].to_list()
    assert articles(layers).height == 3


def test_full_drops_what_its_file_no_longer_holds_and_keeps_what_has_no_file(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1), record(2))
    write(raw / "b.jsonl", record(3))
    ingest([raw], layers, now=NOW)
    write(raw / "a.jsonl", record(2))
    (raw / "b.jsonl").unlink()
    report = ingest([raw], layers, now=LATER, full=True)
    assert dict(articles(layers).select("source_id", "first_seen_at").iter_rows()) == {"2": NOW, "3": NOW}
    assert report.n_files_skipped == 0


def test_full_keeps_articles_of_a_file_that_was_not_read_without_a_refusal(raw: Path, layers: Path) -> None:
    """Forbids that one damaged line of a good archive deletes its article."""
    write(raw / "a.jsonl", record(1), record(2))
    ingest([raw], layers, now=NOW)
    (raw / "a.jsonl").write_text(json.dumps(record(1)) + '\n{"id": "2", "te\n', encoding="utf-8")
    ingest([raw], layers, now=LATER, full=True)
    assert set(articles(layers)["source_id"]) == {"1", "2"}


def test_a_lost_layer_is_read_anew_whatever_the_ledger_says(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    for file in (layers / "articles").iterdir():
        file.unlink()
    ingest([raw], layers, now=LATER)
    assert articles(layers).height == 1


def test_rejected_rows_are_replaced_when_their_file_is_read_again(raw: Path, layers: Path) -> None:
    write(raw / "a.jsonl", {"no": "text"}, {"text": "--"})
    write(raw / "b.jsonl", {"no": "text"})
    report = ingest([raw], layers, now=NOW)
    assert (report.n_rejected, rejected(layers).height) == (3, 3)
    write(raw / "a.jsonl", record(1), {"text": "--"})
    ingest([raw], layers, now=LATER)
    assert sorted(rejected(layers)["source_file"]) == ["a.jsonl#2", "b.jsonl#1"]
    write(raw / "a.jsonl", record(1))
    ingest([raw], layers, now=LATER)
    assert rejected(layers)["source_file"].to_list() == ["b.jsonl#1"]


def test_what_was_said_of_a_folder_goes_when_it_is_put_right(raw: Path, layers: Path) -> None:
    report = ingest([raw], layers, now=NOW)
    assert (report.n_rejected, report.n_files, report.days_changed) == (1, 0, [])
    assert "holds no file to read" in report.warnings[0]
    (raw / "a.txt").write_text(BODY, encoding="utf-8")
    (raw / "manifest.csv").write_text("file,source\ngone.txt,Wire\n", encoding="utf-8")
    assert "gone.txt" in ingest([raw], layers, now=NOW).warnings[0] + rejected(layers)["content"].item()
    (raw / "manifest.csv").write_text("file,source\na.txt,Wire\n", encoding="utf-8")
    assert ingest([raw], layers, now=NOW).warnings == []
    assert rejected(layers).is_empty()
    assert articles(layers)["source"].to_list() == ["Wire"]


def test_full_forgets_what_was_refused_of_files_that_are_gone(raw: Path, layers: Path) -> None:
    (raw / "a.docx").write_bytes(b"PK")
    write(raw / "b.jsonl", record(1))
    ingest([raw], layers, now=NOW)
    (raw / "a.docx").unlink()
    ingest([raw], layers, now=NOW)
    assert rejected(layers).height == 1
    ingest([raw], layers, now=NOW, full=True)
    assert rejected(layers).is_empty()


def test_an_input_of_rubbish_is_counted_whole_and_kept_in_part(
    raw: Path, layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step, "MAX_REJECTED_PER_FILE", 10)
    (raw / "a.jsonl").write_text("rubbish\n" * 50, encoding="utf-8")
    assert ingest([raw], layers, now=NOW).n_rejected == 50
    rows = rejected(layers)
    assert rows.height == 11
    assert rows["reason"][-1].startswith("40 more rows")


def test_a_file_that_could_not_be_opened_is_tried_again(
    raw: Path, layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(raw / "a.jsonl", record(1))
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", denied)
        report = ingest([raw], layers, now=NOW)
    assert (report.n_articles_read, report.n_rejected) == (0, 1)
    assert "Permission denied" in rejected(layers)["reason"].item()
    report = ingest([raw], layers, now=NOW)
    assert (report.n_articles_read, report.n_files_skipped) == (1, 0)
    assert rejected(layers).is_empty()


def denied(path: Path, mode: str = "r", *_: object, **__: object) -> object:
    if path.suffix == ".jsonl":
        raise PermissionError(13, "Permission denied", str(path))
    return open(path, mode)  # noqa: PTH123 (Path.open is what is replaced here)


def test_a_crash_leaves_whole_files_and_is_made_good(raw: Path, layers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids a ledger that is ahead of the layer."""
    write(raw / "a.jsonl", *[record(n, f"2024-09-0{n}") for n in range(1, 8)])
    real = step.ArticleLayer._write

    def crash(layer: step.ArticleLayer, day: str, *frames: pl.DataFrame) -> None:
        if day == "2024-09-04":
            raise RuntimeError("power cut")
        real(layer, day, *frames)

    with monkeypatch.context() as patched:
        patched.setattr(step.ArticleLayer, "_write", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            ingest([raw], layers, now=NOW)
    assert pl.read_parquet(layers / LEDGER_FILE, glob=False)["sha256"].to_list() == [None]
    assert days(layers, "articles") == ["2024-09-01", "2024-09-02", "2024-09-03"]
    ingest([raw], layers, now=LATER)
    seen = dict(articles(layers).select("source_id", "first_seen_at").iter_rows())
    assert seen == {str(n): NOW if n < 4 else LATER for n in range(1, 8)}


def test_a_file_corrected_after_a_crash_leaves_no_copy_of_what_it_said(
    raw: Path, layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forbids a ledger that knows nothing of a file whose articles a killed run had written already."""
    write(raw / "a.jsonl", record(1, "2024-09-01"))
    with monkeypatch.context() as patched:
        patched.setattr(step, "_supersede", lambda *_, **__: (_ for _ in ()).throw(RuntimeError("power cut")))
        with pytest.raises(RuntimeError, match="power cut"):
            ingest([raw], layers, now=NOW)
    write(raw / "a.jsonl", record(1, "2024-09-02"))
    ingest([raw], layers, now=LATER)
    assert articles(layers)["published_date"].cast(pl.String).to_list() == ["2024-09-02"]


def test_flushing_in_small_pieces_gives_the_same_layer(
    raw: Path, layers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forbids losing the first piece of a day when the second is written, and counting copies twice."""
    write(raw / "a.jsonl", *[record(n % 40, f"2024-09-0{n % 3 + 1}") for n in range(100)])
    whole = ingest([raw], tmp_path / "whole", now=NOW)
    monkeypatch.setattr(step, "FLUSH_BYTES", 1)
    monkeypatch.setattr(step.read_inputs, "__kwdefaults__", {"batch_rows": 7, "unread": None})
    pieces = ingest([raw], layers, now=NOW)
    assert articles(layers).equals(articles(tmp_path / "whole"))
    assert pieces == whole


def test_a_missing_raw_folder_writes_nothing(tmp_path: Path, layers: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        ingest([tmp_path / "nowhere"], layers, now=NOW)
    assert not layers.exists()


def test_what_is_too_long_to_be_read_is_said(raw: Path, layers: Path) -> None:
    """Forbids leaving out, without a word, a table that lost its line ends."""
    cells = "Kharkiv strike 12; " * 320
    (raw / "table.txt").write_text(f"A calm opening, the mayor said.\n{cells}\nTwo were hurt there.", encoding="utf-8")
    (raw / "many.txt").write_text(f"It was said. {'Two were hurt there. ' * 320}", encoding="utf-8")
    (raw / "dashes.txt").write_text(f"It was said.\n{'- = ' * 2000}", encoding="utf-8")
    ingest([raw], layers, now=NOW)
    refused = rejected(layers).filter(pl.col("reason").str.contains("not read for rows"))
    assert refused.select("source_file", "stage").rows() == [("table.txt", "ingest")]
    assert "6,000 characters" in refused["reason"].item()
    assert articles(layers).filter(source_file="table.txt")["text"].item().count("Kharkiv") == 320
