"""The dbt project and the schemas say the same, file by file, without running dbt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.exports.files import model_columns
from pipeline.linking import LINKING_SCHEMAS
from pipeline.schemas.docs import documents
from pipeline.schemas.published import PUBLIC_TABLES, DailyRegionSummary
from pipeline.schemas.vocabulary import CORE_TYPES
from pipeline.settings import PROJECT_ROOT
from pipeline.warehouse.sql import column_types
from pipeline.warehouse.tables import CARDS, LAYER_COLUMNS, PIPELINE_RUNS_COLUMNS, PREVIOUS

MODELS = PROJECT_ROOT / "dbt" / "models"
SEEDS = ("regions", "event_types")


def described(table: str) -> dict[str, Any]:
    """The entry of a public table: its model's .yml, or its place in the seeds' file."""
    if table in SEEDS:
        entries = yaml.safe_load((MODELS / "reference" / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
        return next(entry for entry in entries if entry["name"] == table)
    entry: dict[str, Any] = yaml.safe_load((MODELS / "marts" / f"{table}.yml").read_text(encoding="utf-8"))["models"][0]
    return entry


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_what_is_made_from_the_models_is_up_to_date(path: Path) -> None:
    """Forbids a second wording of a description; `python -m pipeline.schemas.docs` makes the files anew."""
    assert path.read_text(encoding="utf-8") == documents()[path]


@pytest.mark.parametrize("table", PUBLIC_TABLES)
def test_columns_equal_the_model(table: str) -> None:
    """Forbids a column in one place only, another type, another order, or a description of its own."""
    entry = described(table)
    types = column_types(PUBLIC_TABLES[table])
    assert {column["name"]: column["data_type"] for column in entry["columns"]} == {
        n: t.lower() for n, t in types.items()
    }
    assert [column["name"] for column in entry["columns"]] == list(types)
    assert entry["description"] == f"{{{{ doc('{table}') }}}}"
    assert all(column["description"] == f"{{{{ doc('{table}__{column['name']}') }}}}" for column in entry["columns"])


@pytest.mark.parametrize("table", sorted(set(PUBLIC_TABLES) - {*SEEDS, "pipeline_runs"}))
def test_columns_without_null_are_held_to_it(table: str) -> None:
    """Forbids a contract that lets through what the schema forbids."""
    held = {
        column["name"]
        for column in described(table)["columns"]
        if {"type": "not_null"} in column.get("constraints", [])
    }
    assert held == {name for name, column in PUBLIC_TABLES[table].to_schema().columns.items() if not column.nullable}


@pytest.mark.parametrize("sql", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_one_model_is_one_sql_and_one_yml(sql: Path) -> None:
    """Forbids undescribed models, and `case` in a model that no unit test covers."""
    content = yaml.safe_load(sql.with_suffix(".yml").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in content["models"]] == [sql.stem]
    assert content["models"][0]["description"]
    if "case\n" in sql.read_text(encoding="utf-8") or "case when" in sql.read_text(encoding="utf-8"):
        assert content.get("unit_tests"), f"{sql.name} decides something: give it a unit test"


def test_sources_are_the_tables_that_loading_makes() -> None:
    content = yaml.safe_load((MODELS / "staging" / "warehouse.yml").read_text(encoding="utf-8"))
    assert {table["name"] for table in content["sources"][0]["tables"]} == {
        *LAYER_COLUMNS,
        *LINKING_SCHEMAS,
        "pipeline_runs",
        *PREVIOUS,
        CARDS,
    }


@pytest.mark.parametrize("table", [*LAYER_COLUMNS, "pipeline_runs"])
def test_staging_and_sources_describe_every_column(table: str) -> None:
    """Forbids dbt docs with columns that nobody explains."""
    columns = LAYER_COLUMNS.get(table, PIPELINE_RUNS_COLUMNS)
    sources = yaml.safe_load((MODELS / "staging" / "warehouse.yml").read_text(encoding="utf-8"))["sources"][0]["tables"]
    staged = yaml.safe_load((MODELS / "staging" / f"stg_{table}.yml").read_text(encoding="utf-8"))["models"][0]
    for entry in (staged, next(entry for entry in sources if entry["name"] == table)):
        assert {column["name"]: column["data_type"] for column in entry["columns"]} == {
            name: dtype.lower() for name, dtype in columns.items()
        }
        assert all(column["description"] for column in entry["columns"])


@pytest.mark.parametrize("table", ["articles", "entities", "events", "region_control"])
def test_closed_lists_are_held_to_by_dbt_too(table: str) -> None:
    """Forbids a new value in the vocabulary that dbt's accepted values do not know."""
    tested = {
        column["name"]: next(
            (test["accepted_values"]["arguments"]["values"] for test in column.get("data_tests", []) if "accepted_values" in test), None
        )
        for column in described(table)["columns"]
    }  # fmt: skip
    for column in model_columns(PUBLIC_TABLES[table]):
        if column.allowed and (table, column.name) != ("events", "event_type"):  # held to `event_types` instead
            assert tested[column.name] == list(column.allowed), column.name


def test_every_core_type_has_its_daily_count() -> None:
    """Forbids a new type that no daily count shows."""
    columns = set(DailyRegionSummary.to_schema().columns)
    assert {f"n_{name}" for name in CORE_TYPES} <= columns
    summary = (MODELS / "intermediate" / "int_daily_region_summary.sql").read_text(encoding="utf-8")
    assert all(f"'{name}'" in summary for name in CORE_TYPES)


def test_no_default_database() -> None:
    """Forbids building into a file that nobody reads when the path is not given."""
    profile = yaml.safe_load((PROJECT_ROOT / "dbt" / "profiles.yml").read_text(encoding="utf-8"))
    assert profile["sitrep"]["outputs"]["warehouse"]["path"] == "{{ env_var('SITREP_WAREHOUSE') }}"
