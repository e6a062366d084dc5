"""What the models accept and refuse, and that a refused row is kept with every reason."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pandera.polars as pa
import polars as pl
import pytest

from pipeline.schemas import Articles, Entities, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, empty, keeps_every_rule, split
from pipeline.schemas.vocabulary import (
    ATTRIBUTION_SIDES,
    CONTEXT_TYPES,
    CORE_TYPES,
    COUNT_STEMS,
    EVENT_TYPES,
    SIDES,
    SUBTYPES,
)
from pipeline.settings import PROJECT_ROOT

MODELS = [Articles, Entities, Events]


def article(**changes: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(empty(Articles).columns)
    return row | {
        "article_id": "0123456789abcdef", "source_id": "1", "source_file": "a.jsonl#1", "text": "Ліс. Words.",
        "language": "en", "published_at": datetime(2024, 9, 7, tzinfo=UTC), "published_date": date(2024, 9, 7),
        "date_source": "metadata", "first_seen_at": datetime(2024, 9, 8, tzinfo=UTC), "n_sentences": 2,
        "content_sha256": "0" * 64,
    } | changes  # fmt: skip


def entity(**changes: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(empty(Entities).columns)
    return row | {
        "entity_id": "a:0-4:place", "article_id": "a", "sentence_no": 0, "char_start": 0, "char_end": 4,
        "surface": "Kyïv", "kind": "place", "role": "event_place", "confidence": 0.5,
    } | changes  # fmt: skip


def event(**changes: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(empty(Events).columns)
    return row | {
        "event_id": "a:0:strike:0", "article_id": "a", "sentence_no": 0, "char_start": 0, "char_end": 5,
        "quote": "A hit", "event_type": "strike", "event_subtype": "drone", "actor_side": "RU", "geo_precision": 9,
        "geo_method": "none", "date_precision": 9, "date_method": "none", "attribution_side": "none",
        "attribution_kind": "agency", "status": "reported", "is_background": False, "rule_id": "r", "confidence": 0.5,
    } | changes  # fmt: skip


def frame(model: type[pa.DataFrameModel], *rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=empty(model).schema)


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_frame_is_valid(model: type[pa.DataFrameModel]) -> None:
    """Forbids a pipeline that falls over a day without news."""
    good, rejected = split(empty(model), model, stage="articles", source="article_id")
    assert good.schema == empty(model).schema
    assert rejected.schema == REJECTED_SCHEMA


@pytest.mark.parametrize("model", MODELS)
def test_every_column_is_described(model: type[pa.DataFrameModel]) -> None:
    for name, column in model.to_schema().columns.items():
        assert column.description, name
        assert column.description.endswith("."), name


@pytest.mark.parametrize(
    ("model", "row"),
    [(Articles, article()), (Entities, entity()), (Events, event())],
    ids=["articles", "entities", "events"],
)
def test_a_good_row_passes_unchanged(model: type[pa.DataFrameModel], row: dict[str, object]) -> None:
    given = frame(model, row)
    good, rejected = split(given, model, stage="events", source="article_id")
    assert rejected.is_empty()
    assert good.equals(given)


@pytest.mark.parametrize(
    ("model", "row", "reason"),
    [
        (Articles, article(article_id="0123456789ABCDEF"), "article_id"),
        (Articles, article(text=None), "text"),
        (Articles, article(date_source="guess"), "date_source"),
        (Articles, article(published_at=None, published_date=None), "publication day"),
        (Articles, article(date_source="unknown"), "publication day"),
        (Articles, article(date_confidence=0.7), "inferred"),
        (Articles, article(date_source="inferred", date_confidence=1.2), "date_confidence"),
        (Articles, article(n_sentences=-1), "n_sentences"),
        (Entities, entity(char_end=0), "char_end"),
        (Entities, entity(surface="Kyi"), "as long as its span"),
        (Entities, entity(char_start=4), "char_start < char_end"),
        (Entities, entity(kind="thing"), "kind"),
        (Entities, entity(lat=91.0), "lat"),
        (Entities, entity(region_code="UA-30"), "region and country"),
        (Entities, entity(region_code="UA-30", country_code="RU"), "region and country"),
        (Entities, entity(confidence=1.5), "confidence"),
        (Entities, entity(confidence=float("nan")), "confidence"),
        (Events, event(quote="A hi"), "as long as its span"),
        (Events, event(event_type="battle", event_subtype=None), "event_type"),
        (Events, event(event_subtype="artillery"), "subtype"),
        (Events, event(killed_low=5, killed_best=3), "low <= best"),
        (Events, event(killed_low=5, killed_high=3), "low <= best"),
        (Events, event(injured_low=-1), "injured_low"),
        (Events, event(date_start=date(2024, 9, 7)), "date_start"),
        (Events, event(date_start=date(2024, 9, 7), date_end=date(2024, 9, 6), date_method="stated"), "date_start"),
        (Events, event(date_start=date(2024, 9, 7), date_end=date(2024, 9, 7), date_method="none"), "date_start"),
        (Events, event(region_code="UA-30", country_code="UA", geo_precision=4), "region and country"),
        (Events, event(event_type="casualties", event_subtype="cumulative", count_scope=None), "cumulative"),
        (Events, event(event_type="casualties", event_subtype="cumulative", count_scope="incident"), "cumulative"),
        (Events, event(status="maybe"), "status"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reason(
    model: type[pa.DataFrameModel], row: dict[str, object], reason: str
) -> None:
    good, rejected = split(frame(model, row), model, stage="events", source="article_id")
    assert good.is_empty()
    assert good.schema == empty(model).schema
    assert reason in rejected["reason"].item()
    assert (rejected["stage"].item(), rejected["source_file"].item()) == ("events", row["article_id"])


@pytest.mark.parametrize("odd", [None, -1, 10**6, "odd ?", "", "RU", float("nan")])
@pytest.mark.parametrize(
    ("model", "row", "key"),
    [(Articles, article(), "article_id"), (Entities, entity(), "entity_id"), (Events, event(), "event_id")],
    ids=["articles", "entities", "events"],
)
def test_the_quick_answer_is_that_of_pandera(
    model: type[pa.DataFrameModel], row: dict[str, object], key: str, odd: object
) -> None:
    """Each row is odd in one column: forbids a rule that only pandera knows, and one that it does not."""
    fitting = [
        name
        for name, dtype in empty(model).schema.items()
        if odd is None
        or (isinstance(odd, str) and dtype == pl.String)
        or (isinstance(odd, float) and dtype.is_float())
        or (isinstance(odd, int) and dtype.is_numeric() and dtype != pl.Int8)
    ]
    rows = [row | {key: f"{n:016x}"} | {name: odd} for n, name in enumerate(fitting)]
    good = row | {key: "f" * 16}
    broken = row | {key: "e" * 16, next(iter(row)): None}
    kept, _ = split(frame(model, *rows, good, broken), model, stage="events", source="article_id")
    quickly = [keeps_every_rule(frame(model, one), model) for one in (*rows, good, broken)]
    quickly_kept = [one[key] for one, keeps in zip((*rows, good, broken), quickly, strict=True) if keeps]
    assert quickly_kept == kept[key].to_list()


def test_good_rows_go_on_and_bad_ones_tell_every_reason() -> None:
    """Forbids refusing a whole batch for one row, and stopping at the first reason."""
    rows = [
        article(),
        article(article_id="x", n_sentences=-1, date_source="guess", text="Ліс \U0001f600"),
        article(article_id="f" * 16),
        article(article_id="e" * 16, published_date=None),
    ]
    good, rejected = split(frame(Articles, *rows), Articles, stage="articles", source="source_file")
    assert good["article_id"].to_list() == ["0123456789abcdef", "f" * 16]
    assert rejected.schema == REJECTED_SCHEMA
    assert rejected.height == 2
    first = rejected["reason"][0]
    assert all(name in first for name in ("article_id", "n_sentences", "date_source"))
    content = json.loads(rejected["content"][0])
    assert (content["text"], content["first_seen_at"][:10]) == ("Ліс \U0001f600", "2024-09-08")


def test_two_rows_of_one_id_are_both_refused() -> None:
    """Forbids keeping one of two different rows by chance."""
    good, rejected = split(
        frame(Articles, article(), article(text="Other."), article(article_id="f" * 16)),
        Articles, stage="articles", source="source_file",
    )  # fmt: skip
    assert good["article_id"].to_list() == ["f" * 16]
    assert rejected.height == 2


def test_a_refused_row_is_cut_to_what_a_person_reads() -> None:
    long = article(article_id="x", text="long " * 100_000)
    _, rejected = split(frame(Articles, long), Articles, stage="articles", source="source_file")
    assert len(rejected["content"].item()) == 2_000


def test_a_missing_column_or_a_wrong_dtype_is_a_fault_of_the_code() -> None:
    """Forbids hiding a programming error among the rejected rows."""
    given = frame(Articles, article())
    for broken in (given.drop("text"), given.with_columns(pl.col("n_sentences").cast(pl.Int64)),
                   given.with_columns(extra=1)):  # fmt: skip
        with pytest.raises(pa.errors.SchemaErrors):
            split(broken, Articles, stage="articles", source="source_file")


def test_the_closed_lists_fit_each_other() -> None:
    assert set(CORE_TYPES) | set(CONTEXT_TYPES) == set(EVENT_TYPES) == set(SUBTYPES)
    assert not set(CORE_TYPES) & set(CONTEXT_TYPES)
    assert set(ATTRIBUTION_SIDES) - {"none"} <= set(SIDES)
    columns = empty(Events).columns
    assert all(f"{stem}_{bound}" in columns for stem in COUNT_STEMS for bound in ("low", "best", "high"))


def test_models_are_checked_without_pandas() -> None:
    """Each worker would hold pandas and hypothesis for nothing; they can be loaded afterwards as ever."""
    code = (
        "import sys; import polars as pl; from pipeline.schemas import Events; from pipeline.schemas.validate import empty, split\n"
        "frame = empty(Events).clear(1).with_columns(event_type=pl.lit('attack'))\n"
        "assert split(frame, Events, stage='events', source='article_id').rejected.height == 1\n"
        "assert not {'pandas', 'hypothesis'} & set(sys.modules)\n"
        "import pandas, hypothesis\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=PROJECT_ROOT)
