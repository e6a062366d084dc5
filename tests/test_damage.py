"""Damaged files of the layers: a refresh names them, `--full` sets them aside and loses no article."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.extraction import count_articles, extract_days, stale_days
from pipeline.ingest.ingest import ingest
from pipeline.ingest.ledger import LEDGER_FILE
from pipeline.ingest.mend import mend
from pipeline.layers import LayerDamaged, day_file, days, naming_damage, read_days, read_parquet, write_day
from pipeline.orchestration.checks import check_layer
from pipeline.schemas import Articles
from pipeline.schemas.validate import empty

NOW = datetime(2024, 9, 9, 9, tzinfo=UTC)
LATER = datetime(2024, 9, 10, 9, tzinfo=UTC)
DAY = "2024-09-07"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def blank(path: Path) -> None:
    path.write_bytes(b"")


def scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in random.Random(7).sample(range(4, len(content) - 8), min(200, len(content) // 2)):  # noqa: S311
        content[place] ^= 0xFF
    path.write_bytes(content)


DAMAGES = [cut, blank, scribble]


@pytest.fixture
def layers(tmp_path: Path, raw: Path) -> Path:
    ingest([raw], tmp_path / "layers", now=NOW)
    return tmp_path / "layers"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_day_is_named_by_whatever_reads_it(raw: Path, layers: Path, damage: object) -> None:
    path = day_file(layers, "articles", DAY)
    damage(path)  # type: ignore[operator]
    named = rf"{path}.*sitrep refresh --full"
    (raw / "2024-09-07-more.txt").write_text("More news of that day.")
    with pytest.raises(LayerDamaged, match=named):
        ingest([raw], layers, now=NOW)
    with pytest.raises(LayerDamaged, match=named):
        read_days(layers, "articles", [DAY], empty(Articles).schema)
    with pytest.raises(LayerDamaged, match=named):
        check_layer(layers, "articles", Articles, None)
    with pytest.raises(LayerDamaged, match=named):
        extract_days(layers, stale_days(layers, "1"), lambda _: pytest.fail("read"), "1")


def test_counting_names_the_damaged_day(layers: Path) -> None:
    cut(day_file(layers, "articles", DAY))
    with pytest.raises(LayerDamaged, match=DAY):
        count_articles(layers, days(layers, "articles"))


def test_errors_of_sound_files_stay_what_they_are(layers: Path) -> None:
    """Forbids calling every error of a query a damaged file."""
    files = [day_file(layers, "articles", DAY)]
    with pytest.raises(pl.exceptions.ColumnNotFoundError), naming_damage(files):
        pl.scan_parquet(files).select("no such column").collect()


def test_a_damaged_ledger_is_named(raw: Path, layers: Path) -> None:
    cut(layers / LEDGER_FILE)
    with pytest.raises(LayerDamaged, match=LEDGER_FILE):
        ingest([raw], layers, now=NOW)


@pytest.mark.parametrize("damage", DAMAGES)
def test_full_refresh_sets_damaged_files_aside_and_loses_nothing(
    tmp_path: Path, raw: Path, layers: Path, damage: object
) -> None:
    """Forbids losing articles whose raw file is gone, and forgetting when they were first seen."""
    before = read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema)
    export = tmp_path / "articles.parquet"
    before.with_columns(duplicate_of=pl.lit("0" * 16)).write_parquet(export)
    (raw / "2024-09-07-alpha.txt").unlink()
    for path in (day_file(layers, "articles", DAY), layers / LEDGER_FILE):
        damage(path)  # type: ignore[operator]
    told = mend(layers, export)
    assert len(told) == 2
    assert "1 articles of 2024-09-07 restored" in told[0]
    ingest([raw], layers, now=LATER, full=True)
    assert read_days(layers, "articles", days(layers, "articles"), empty(Articles).schema).equals(before)
    assert len(list((layers / "damaged").iterdir())) == 2


def test_a_day_that_was_never_published_is_told_to_be_lost(tmp_path: Path, layers: Path) -> None:
    cut(day_file(layers, "articles", DAY))
    assert "are lost" in mend(layers, tmp_path / "none.parquet")[0]
    assert DAY not in days(layers, "articles")


def test_full_refresh_brings_days_of_an_older_version_to_the_present_columns(
    tmp_path: Path, layers: Path, raw: Path
) -> None:
    """Forbids losing the articles of a version that knew fewer columns, and merging them without a word."""
    before = read_days(layers, "articles", [DAY], empty(Articles).schema)
    day_file(layers, "articles", DAY).unlink()
    write_day(layers, "articles", DAY, before.drop("date_confidence"))
    (raw / "2024-09-07-alpha.txt").unlink()
    (raw / "2024-09-07-more.txt").write_text("More news of that day.")
    with pytest.raises(LayerDamaged, match=r"another version.*date_confidence.*sitrep refresh --full"):
        ingest([raw], layers, now=NOW)
    assert "another version" in mend(layers, tmp_path / "none.parquet")[0]
    assert read_days(layers, "articles", [DAY], empty(Articles).schema).equals(before)
    ingest([raw], layers, now=LATER, full=True)
    assert read_days(layers, "articles", [DAY], empty(Articles).schema).height == before.height + 1


def test_sound_layers_are_left_alone(tmp_path: Path, layers: Path) -> None:
    assert mend(layers, tmp_path / "none.parquet") == []
    assert read_parquet(layers / LEDGER_FILE).height == 3
