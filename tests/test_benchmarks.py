"""The speed table: repeated articles stay different articles, shares add up, what fails says so. Nothing asserts on time."""

from __future__ import annotations

import cProfile
import importlib.util
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING

import click
import polars as pl
import pytest
from click.testing import CliRunner

from pipeline.cli import main as cli
from pipeline.extract.mask import expand
from pipeline.ingest.inputs import read_articles
from pipeline.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PROJECT_ROOT / "benchmarks" / f"{name}.py")
    assert spec and spec.loader
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


speed = load("speed")


@pytest.fixture
def articles(tmp_path: Path) -> pl.DataFrame:
    lines = [json.dumps({"id": f"a{n}", "text": f"A drone hit a depot in Lubny. Text {n}."}) for n in range(3)]
    (tmp_path / "raw.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return read_articles([tmp_path / "raw.jsonl"], now=datetime.now(UTC)).articles


def test_copies_of_an_article_are_not_dropped_as_the_same_article(articles: pl.DataFrame) -> None:
    seven = speed.repeated(articles, 7)
    assert seven.height == 7
    assert seven["article_id"].n_unique() == 7
    assert seven["article_id"].str.len_chars().unique().to_list() == [16]
    assert seven["text"].n_unique() == 3


def test_repeating_never_leaves_articles_of_a_collection_out(articles: pl.DataFrame) -> None:
    assert speed.repeated(articles, 1)["text"].to_list() == articles["text"].to_list()


def test_text_is_weighed_in_bytes_not_characters() -> None:
    assert speed.megabytes(pl.DataFrame({"text": ["є" * 500_000]})) == 1.0


def expand_much() -> None:
    expand("town of " * 2_000)


def test_shares_of_the_stages_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.extract import cascade

    monkeypatch.setattr(speed, "SMALLEST_SHARE", 0)
    profile = cProfile.Profile()
    work = FunctionType(expand_much.__code__.replace(co_filename=cascade.__file__), globals())
    profile.runcall(work)
    spent = sum(
        entry.totaltime
        for entry in profile.getstats()
        if not isinstance(entry.code, str) and entry.code is work.__code__
    )
    shares = {figure.what: figure.value for figure in speed.stage_shares(profile, Path(cascade.__file__), spent)}
    assert shares.keys() == {"mask.expand", "joining them, and overhead"}
    assert sum(shares.values()) == pytest.approx(100)


def test_the_median_run_is_shown_not_the_best_one() -> None:
    figure = speed.rate("part", "articles", 12, [1.0, 2.0, 6.0])
    assert (figure.value, figure.slowest, figure.fastest) == (6, 2, 12)


def test_memory_of_a_command_is_that_of_all_its_processes() -> None:
    code = (
        "import subprocess, sys; child = subprocess.run([sys.executable, '-c', "
        "'import time; block = bytes(100_000_000).replace(bytes(1), b\"x\"); time.sleep(0.5)'])"
    )
    done = speed.run_watched([sys.executable, "-c", code, "", ""], dict(os.environ))
    assert done.peak_mib is None or done.peak_mib > 95
    assert done.seconds > 0.5


def test_a_table_goes_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("one\n<!-- bench:begin -->\nold\n<!-- bench:end -->\ntwo\n", encoding="utf-8")
    for _ in range(2):
        speed.put_between_marks("bench", speed.markdown_table(["a", "b"], [["x|y", "1"]]), file)
    marked = "| a | b |\n| --- | ---: |\n| x/y | 1 |"
    assert file.read_text(encoding="utf-8") == f"one\n<!-- bench:begin -->\n{marked}\n<!-- bench:end -->\ntwo\n"
    with pytest.raises(click.ClickException, match="score:begin"):
        speed.put_between_marks("score", "table", file)


@pytest.mark.parametrize("name", ["bench", "score"])
def test_the_readme_has_a_place_for_each_table(name: str) -> None:
    text = (PROJECT_ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count(f"<!-- {name}:begin -->") == text.count(f"<!-- {name}:end -->") == 1


def test_a_failed_refresh_is_an_error_and_no_fast_refresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(speed, "SITREP", ("-c", "import sys; sys.exit('the disk is full')"))
    with pytest.raises(click.ClickException, match="the disk is full"):
        speed.measure_refresh(tmp_path, tmp_path / "data")


def test_articles_that_give_no_rows_are_not_measured_as_fast(tmp_path: Path) -> None:
    (tmp_path / "uk.txt").write_text(
        "Уночі ворожий дрон влучив у склад на околиці Лубен, двоє людей поранені.", encoding="utf-8"
    )
    with pytest.raises(click.ClickException, match="no English article"):
        speed.prepare(tmp_path, tmp_path, 1)


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0.0416, "0.0416"), (99.96, "100"), (1234.5, "1,234")])
def test_figures_are_shown_without_digits_that_mean_nothing(value: float | None, shown: str) -> None:
    assert speed.number(value) == shown


def test_every_measurement_runs_and_both_outputs_hold_its_figures(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extractor: Extractor
) -> None:
    """In this process, with the word lists compiled once for all tests."""

    def run_here(command: list[str], environment: dict[str, str]) -> object:
        return speed.Watched(CliRunner().invoke(cli, command[3:]).output, 1.0, 1.0, None)

    monkeypatch.setattr(speed, "run_watched", run_here)
    monkeypatch.setenv(speed.THREADS, "1")  # which a measurement sets in its process
    monkeypatch.setattr("pipeline.gazetteer.build.load_gazetteer", lambda cache, *_: extractor.gazetteer)
    monkeypatch.setattr("pipeline.extract.cascade.compile_names", lambda gazetteer: extractor.names)
    monkeypatch.setattr(speed, "in_process", lambda work, *args: work(*args))
    monkeypatch.setattr(speed, "PEER", "a_package_that_nobody_has")
    (tmp_path / "a.txt").write_text("A drone hit a depot in Lubny on Monday, killing two people.", encoding="utf-8")
    out = tmp_path / "speed.json"
    result = CliRunner().invoke(
        speed.main,
        ["--articles", str(tmp_path / "a.txt"), "--repeat", "3", "--runs", "1", "--no-refresh", "--json", str(out)],
    )
    assert result.exit_code == 0, result.output
    report = json.loads(out.read_text(encoding="utf-8"))
    parts = {figure["part"] for figure in report["figures"]}
    assert len(parts) == 5
    assert [figure["what"] for figure in report["figures"] if figure["part"] == speed.PEER_PART] == [
        "left out: not installed"
    ]
    assert report["conditions"]["articles"].startswith("3 (1 different) of a.txt")
    assert all(part in result.output for part in parts)
    said = speed.in_words(report["conditions"], [speed.Figure(**figure) for figure in report["figures"]])
    assert said.count("sitrep extract, ") == 1
    assert "spaCy is left out" in said
