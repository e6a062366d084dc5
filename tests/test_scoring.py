"""Accuracy: which rows are the same event, what agrees, what counts; and the gold rows themselves."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner

from pipeline import scoring
from pipeline.ingest.inputs import read_articles
from pipeline.schemas import vocabulary as words
from pipeline.schemas.events import Events
from pipeline.settings import PROJECT_ROOT

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

GOLD = PROJECT_ROOT / "tests" / "gold"


def load_accuracy() -> ModuleType:
    spec = importlib.util.spec_from_file_location("accuracy", PROJECT_ROOT / "benchmarks" / "accuracy.py")
    assert spec and spec.loader
    sys.modules["accuracy"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["accuracy"])
    return sys.modules["accuracy"]


accuracy = load_accuracy()


def row(start: int = 0, end: int = 20, kind: str = "strike", article: str = "a", **fields: Any) -> dict[str, Any]:
    return {"article_id": article, "char_start": start, "char_end": end, "event_type": kind} | fields


@pytest.mark.parametrize(("start", "near"), [(20, True), (60, True), (61, False)])
def test_a_row_elsewhere_in_the_article_is_not_the_same_event(start: int, near: bool) -> None:
    assert scoring.is_near(row(0, 20), row(start, start + 9)) is near
    assert scoring.is_near(row(start, start + 9), row(0, 20)) is near


def test_another_type_or_article_is_never_a_match() -> None:
    assert scoring.pair([row()], [row(kind="shelling"), row(article="b")]) == []


def test_types_that_coders_swap_match_in_the_lenient_figures_only() -> None:
    gold, extracted = [row(kind="strike")], [row(kind="explosion")]
    assert scoring.pair(gold, extracted) == []
    assert scoring.pair(gold, extracted, lenient=True) == [(0, 0)]


def test_rows_of_one_sentence_are_paired_by_their_place_not_by_their_order() -> None:
    places = ["Lubny", "Pyriatyn", "Khorol"]
    gold = [row(place_name=place) for place in places]
    extracted = [row(place_name=place) for place in reversed(places)]
    assert sorted(scoring.pair(gold, extracted)) == [(0, 2), (1, 1), (2, 0)]


def test_of_rows_that_agree_alike_the_nearer_one_is_taken() -> None:
    assert scoring.pair([row(50, 60)], [row(20, 45), row(48, 60), row(90, 95)]) == [(0, 1)]


def test_two_extracted_rows_never_earn_one_gold_row_twice() -> None:
    result = scoring.score([row()], [row(), row()])
    assert (result.n_matched, result.n_extracted, result.precision, result.recall) == (1, 2, 0.5, 1.0)


@pytest.mark.parametrize("mark", [{"optional": True}, {"duplicate_of": "x"}, {"is_background": True}])
def test_free_gold_rows_neither_earn_nor_cost(mark: dict[str, Any]) -> None:
    gold = [row(), row(500, 520, **mark)]
    missed, found = scoring.score(gold, [row()]), scoring.score(gold, [row(), row(500, 520)])
    assert (missed.n_gold, missed.n_extracted, missed.f1) == (found.n_gold, found.n_extracted, found.f1) == (1, 1, 1.0)


@pytest.mark.parametrize("mark", [{"duplicate_of": "x"}, {"is_background": True}])
def test_an_extracted_row_marked_as_a_repetition_is_not_false_but_may_be_right(mark: dict[str, Any]) -> None:
    alone = scoring.score([row()], [row(), row(500, 520, **mark)])
    assert (alone.n_extracted, alone.precision) == (1, 1.0)
    assert scoring.score([row()], [row(**mark)]).n_matched == 1


def test_nothing_extracted_and_nothing_coded_do_not_divide_by_zero() -> None:
    nothing = scoring.score([], [])
    assert (nothing.precision, nothing.recall, nothing.f1, nothing.strict_f1) == (0, 0, 0, 0)


def test_strict_f1_wants_every_strict_field_of_a_pair() -> None:
    gold = [row(actor_side="RU", killed_best=3), row(500, 520, actor_side="RU")]
    extracted = [row(actor_side="RU", killed_best=4), row(500, 520, actor_side="RU", event_subtype="drone")]
    result = scoring.score(gold, extracted)
    assert (result.f1, result.strict_f1) == (1.0, 0.5)
    assert result.field_shares["killed"] == result.field_shares["event_subtype"] == 0.5


@pytest.mark.parametrize(
    ("gold", "extracted", "right"),
    [
        ({"killed_low": 55, "killed_best": 55}, {"killed_low": 55, "killed_best": 55, "killed_high": 55}, True),
        ({"killed_low": 24, "killed_high": 99}, {"killed_low": 24}, True),
        ({"killed_low": 24, "killed_high": 99}, {"killed_best": 30}, False),
        ({"killed_best": 0}, {}, False),
        ({}, {"killed_best": None}, True),
    ],
)
def test_counts_agree_by_the_figure_that_is_stated_and_zero_is_not_unknown(
    gold: dict[str, Any], extracted: dict[str, Any], right: bool
) -> None:
    assert scoring.agrees(row(**gold), row(**extracted), "killed") is right


@pytest.mark.parametrize(
    ("gold", "extracted", "right"),
    [
        ({"place_name": "Niu-York"}, {"place_name": "Niu York"}, True),
        ({"place_name": "Kyiv", "place_text": "the capital"}, {"place_text": "The capital"}, True),
        ({"place_name": "Kyiv"}, {"place_name": "Kyiv Oblast"}, False),
        ({"place_name": "Kyiv"}, {}, False),
        ({}, {}, True),
        ({"lat": 50.0, "lon": 36.0, "place_name": "X"}, {"lat": 50.08, "lon": 36.0, "place_name": "Y"}, True),
        ({"lat": 50.0, "lon": 36.0, "place_name": "X"}, {"lat": 50.1, "lon": 36.0, "place_name": "X"}, False),
        ({"lat": 50.0, "lon": None, "place_name": "X"}, {"lat": 9.0, "lon": 9.0, "place_name": "X"}, True),
    ],
)
def test_places_agree_within_ten_kilometres_else_by_name(
    gold: dict[str, Any], extracted: dict[str, Any], right: bool
) -> None:
    assert scoring.agrees(row(**gold), row(**extracted), "place") is right


def test_a_side_that_the_text_leaves_open_cannot_be_wrong_but_a_known_one_can() -> None:
    assert scoring.agrees(row(actor_side="unknown"), row(actor_side="RU"), "actor_side")
    assert not scoring.agrees(row(actor_side="RU"), row(actor_side="unknown"), "actor_side")


def test_a_loose_field_is_right_whatever_was_extracted() -> None:
    gold = row(loose=["killed", "status"], killed_best=190, status="claimed")
    assert [f for f in scoring.FIELDS if not scoring.agrees(gold, row(killed_best=1, status="reported"), f)] == []


def test_context_types_are_counted_apart_and_other_articles_passed_over() -> None:
    gold = [row(), row(100, 120, kind="intent")]
    extracted = [row(), row(200, 220, kind="clash"), row(article="uncoded")]
    result = scoring.compare(gold, extracted)
    assert (result.core.n_gold, result.core.n_extracted, result.context.n_gold, result.context.n_extracted) == (
        1,
        2,
        1,
        0,
    )
    assert result.types == {"clash": scoring.TypeCount(0, 0, 1), "strike": scoring.TypeCount(1, 1, 0)}


def test_extracted_rows_get_the_ids_and_dates_of_gold_rows() -> None:
    events = pl.DataFrame(
        {"article_id": ["0f"], "date_start": [date(2024, 8, 20)], "date_end": [None]},
        schema_overrides={"date_end": pl.Date},
    )
    articles = pl.DataFrame({"article_id": ["0f"], "source_id": ["north.txt"]})
    expected = {"article_id": "north", "date_start": "2024-08-20", "date_end": None}
    assert scoring.extracted_rows(events, articles) == [expected]


def test_a_broken_gold_line_is_named_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text(json.dumps(row()) + "\n\n{", encoding="utf-8")
    with pytest.raises(scoring.GoldError, match=r"mine\.jsonl, line 3 is no JSON"):
        scoring.read_gold(file)
    file.write_text('["strike"]', encoding="utf-8")
    with pytest.raises(scoring.GoldError, match="line 1 is no gold row"):
        scoring.read_gold(file)


# --- the command ---


def run(*arguments: str) -> Any:
    return CliRunner().invoke(accuracy.main, list(arguments))


def test_without_gold_rows_the_command_says_how_to_name_some(tmp_path: Path) -> None:
    result = run("--gold", str(tmp_path))
    assert result.exit_code == 1
    assert "There are no gold rows" in result.output
    assert "GOLD=" in result.output


def test_gold_rows_of_articles_that_are_not_there_are_an_error_and_no_zero_recall(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(row(article="nowhere")), encoding="utf-8")
    (tmp_path / "here.txt").write_text("Shells hit the market of Lubny.", encoding="utf-8")
    result = run("--gold", str(tmp_path), "--articles", str(tmp_path / "here.txt"))
    assert result.exit_code == 1
    assert "nowhere" in result.output
    assert "ARTICLES=" in result.output


def test_files_of_a_gold_folder_that_hold_other_things_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "mine.jsonl").write_text(json.dumps(row()), encoding="utf-8")
    (tmp_path / "texts.jsonl").write_text('{"id": "a", "text": "A drone hit a depot."}', encoding="utf-8")
    assert list(accuracy.read_gold_files([tmp_path])) == ["mine.jsonl"]


def test_the_command_compares_what_the_extractor_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, extractor: Extractor
) -> None:
    monkeypatch.setattr(accuracy, "load_extractor", lambda cache: extractor)
    text = "Russian drones struck the town of Lubny on Monday, killing two people."
    gold = row(0, 49, article="a", event_subtype="drone", actor_side="RU", region_code="UA-53", place_name="Lubny")
    gold |= {"quote": text[:49], "date_start": "2024-08-19", "killed_best": 2}
    missed = row(900, 920, kind="capture", article="a", quote="this is nowhere in the text")
    (tmp_path / "gold.jsonl").write_text(f"{json.dumps(gold)}\n{json.dumps(missed)}\n", encoding="utf-8")
    article = {"id": "a", "text": text, "published_at": "2024-08-20", "language": "en"}
    (tmp_path / "articles.jsonl").write_text(json.dumps(article), encoding="utf-8")
    out = tmp_path / "accuracy.json"
    named = [f"--{name}" for name in ("gold", "articles")]
    result = run(
        named[0],
        str(tmp_path / "gold.jsonl"),
        named[1],
        str(tmp_path / "articles.jsonl"),
        "--errors",
        "5",
        "--json",
        str(out),
    )
    assert result.exit_code == 0, result.output
    core = json.loads(out.read_text(encoding="utf-8"))["total"]["core"]
    assert (core["gold"], core["matched"], core["recall"]) == (2, 1, 0.5)
    assert "MISSED a capture: this is nowhere in the text" in result.output
    assert "language models" in result.output


# --- the gold rows ---


def coded() -> list[dict[str, Any]]:
    return [dict(gold) for file in sorted(GOLD.glob("*.jsonl")) for gold in scoring.read_gold(file)]


def test_every_quote_is_exactly_its_span_of_the_article() -> None:
    texts = {
        scoring.gold_id(source_id): text
        for source_id, text in read_articles([PROJECT_ROOT / "seeds" / "articles"], now=datetime.now(UTC))
        .articles.select("source_id", "text")
        .iter_rows()
    }
    wrong = [g["row_id"] for g in coded() if texts[g["article_id"]][g["char_start"] : g["char_end"]] != g["quote"]]
    assert wrong == []


def test_gold_rows_keep_to_the_closed_lists_and_to_the_columns_of_events() -> None:
    lists = {
        "event_type": words.EVENT_TYPES,
        "actor_side": words.SIDES,
        "target_side": words.SIDES,
        "target_kind": words.TARGET_KINDS,
        "geo_precision": words.GEO_PRECISIONS,
        "date_precision": words.DATE_PRECISIONS,
        "attribution_side": words.ATTRIBUTION_SIDES,
        "attribution_kind": words.ATTRIBUTION_KINDS,
        "status": words.STATUSES,
        "victim_kind": words.VICTIM_KINDS,
        "count_scope": words.COUNT_SCOPES,
    }
    required = lists.keys() - {"target_side", "target_kind", "victim_kind", "count_scope"} | {
        "is_background",
        "optional",
    }
    columns = Events.to_schema().columns.keys() | {"row_id", "optional", "loose", "note"}
    for gold in coded():
        assert not gold.keys() - columns, gold["row_id"]
        assert not required - gold.keys(), gold["row_id"]
        assert gold["event_subtype"] in words.SUBTYPES[gold["event_type"]], gold["row_id"]
        assert set(gold.get("loose", [])) <= set(scoring.FIELDS), gold["row_id"]
        for name, allowed in lists.items():
            assert gold.get(name, allowed[0]) in allowed, (gold["row_id"], name)


def test_gold_rows_keep_the_rules_between_columns() -> None:
    rows = coded()
    ids = [gold["row_id"] for gold in rows]
    assert len(set(ids)) == len(ids)
    for gold in rows:
        assert gold.get("duplicate_of", ids[0]) in ids, gold["row_id"]
        assert (gold.get("date_start") is None) == (gold.get("date_end") is None), gold["row_id"]
        assert gold.get("date_start", "") <= gold.get("date_end", ""), gold["row_id"]
        assert ("region_code" in gold) == (gold["geo_precision"] <= 3), gold["row_id"]
        assert gold.get("region_code", gold.get("country_code", ""))[:2] == gold.get("country_code", ""), gold["row_id"]
        if gold["event_subtype"] == "cumulative":
            assert gold["count_scope"] == "cumulative", gold["row_id"]


def test_the_readme_counts_the_gold_rows_that_there_are() -> None:
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    for file in (*GOLD.glob("*.jsonl"), *GOLD.glob("real/*.jsonl")):
        rows = scoring.read_gold(file)
        n_scored = sum(scoring.is_core(gold) and not scoring.is_free(gold) for gold in rows)
        n_articles = len({gold["article_id"] for gold in rows})
        assert f"| `{file.relative_to(GOLD)}` | {n_articles} | {len(rows)} | {n_scored} |" in readme


def test_gold_rows_of_real_articles_hold_none_of_their_words() -> None:
    words = {"quote", "place_text", "actor_name", "target_name", "weapon", "date_text", "attribution_text", "note"}
    for file in GOLD.glob("real/*.jsonl"):
        assert all(words.isdisjoint(gold) for gold in scoring.read_gold(file)), file.name
