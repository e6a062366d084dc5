"""The pages that people read about the data: `docs/data-dictionary.md` and `docs/codebook.md`, made from models and tables.

Here: Markdown out of the models and `seeds/reference/event_types.csv`. Not here: the descriptions themselves. Written by `python -m pipeline.schemas.docs`.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterable
from typing import Final

import pandera.polars as pa

from pipeline.schemas import vocabulary
from pipeline.schemas.descriptions import column_descriptions, table_description
from pipeline.schemas.published import CONTROLS, CORROBORATIONS, PUBLIC_TABLES, VOICES
from pipeline.settings import PROJECT_ROOT
from pipeline.warehouse.sql import column_types

EVENT_TYPES_CSV: Final = PROJECT_ROOT / "seeds" / "reference" / "event_types.csv"
_MADE: Final = "<!-- Made by `python -m pipeline.schemas.docs`; edit the models and tables that it is made from. -->"
_LISTS: Final[dict[str, Iterable[object]]] = {
    "actor_side, target_side": vocabulary.SIDES,
    "target_kind": vocabulary.TARGET_KINDS,
    "attribution_side": vocabulary.ATTRIBUTION_SIDES,
    "attribution_kind": vocabulary.ATTRIBUTION_KINDS,
    "status": vocabulary.STATUSES,
    "victim_kind": vocabulary.VICTIM_KINDS,
    "count_scope": vocabulary.COUNT_SCOPES,
    "date_precision": vocabulary.DATE_PRECISIONS,
    "date_method": vocabulary.DATE_METHODS,
    "geo_precision": vocabulary.GEO_PRECISIONS,
    "geo_method": vocabulary.GEO_METHODS,
    "entities.kind": vocabulary.ENTITY_KINDS,
    "entities.role": vocabulary.ENTITY_ROLES,
    "articles.date_source": vocabulary.DATE_SOURCES,
    "corroboration": CORROBORATIONS,
    "region_control.held_by": CONTROLS,
    "region_control.claimed_by": VOICES,
}


def data_dictionary() -> str:
    """Every public table and column: type, whether it may be null, what it means."""
    contents = "\n".join(
        f"- [`{table}`](#{table}): {_sentence(table_description(model))}" for table, model in PUBLIC_TABLES.items()
    )
    tables = (_table_section(table, model) for table, model in PUBLIC_TABLES.items())
    return "\n".join(
        [
            "# Data dictionary",
            "",
            _MADE,
            "",
            "The tables of `data/sitrep.duckdb`, which carry the same words as comments, and of the Parquet files in `data/export/`.",
            "What the codes mean: [codebook](codebook.md). Other layouts: [exports](exports.md).",
            "",
            contents,
            *tables,
            "",
        ]
    )


def codebook() -> str:
    """Event types and subtypes with the codes of other schemes; the closed lists."""
    with EVENT_TYPES_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        "# Codebook: types and codes",
        "",
        _MADE,
        "",
        "A row of `events` is one thing that a text reports as having happened, at one place, as told by one voice. Its columns stand in",
        "the [data dictionary](data-dictionary.md). Core types are counted in the daily summary, context types are kept apart.",
        "ACLED, PLOVER and CAMEO name what the type is called there; where it is empty, they code no such thing.",
    ]
    for event_type, group in itertools.groupby(rows, key=lambda row: row["event_type"]):
        whole, *subtypes = group
        lines += [
            "",
            f"## {event_type}",
            "",
            f"{whole['description']}. {'Core' if whole['is_core'] == 'true' else 'Context'} type.",
        ]
        lines += ["", "| subtype | what it is | ACLED | PLOVER | CAMEO |", "|---|---|---|---|---|"]
        lines += [_subtype_row(row) for row in subtypes]
    lines += ["", "## Closed lists", "", "| column | values |", "|---|---|"]
    lines += [f"| {column} | {', '.join(f'`{value}`' for value in values)} |" for column, values in _LISTS.items()]
    return "\n".join([*lines, ""])


def _table_section(table: str, model: type[pa.DataFrameModel]) -> str:
    columns = model.to_schema().columns
    rows = [
        f"| `{name}` | {column_types(model)[name].lower()} | {'yes' if columns[name].nullable else ''} | {_cell(text)} |"
        for name, text in column_descriptions(model).items()
    ]
    return "\n".join(
        [
            "",
            f"## {table}",
            "",
            table_description(model),
            "",
            "| column | type | null | what it says |",
            "|---|---|---|---|",
            *rows,
        ]
    )


def _subtype_row(row: dict[str, str]) -> str:
    cells = (
        f"`{row['event_subtype']}`",
        row["description"],
        " / ".join(filter(None, (row["acled_event_type"], row["acled_sub_event_type"]))),
        " / ".join(filter(None, (row["plover_event"], row["plover_mode"]))),
        row["cameo"],
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _sentence(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
