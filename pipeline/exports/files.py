"""Which files a release's `export` folder holds, and what their columns are: what both kinds of metadata are made from.

Here: one list of files, columns and checksums. Not here: the metadata's own words (datapackage.py, croissant.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import pandera.polars as pa
import polars as pl

from pipeline.exports.acled import COLUMNS as ACLED_COLUMNS
from pipeline.schemas.descriptions import column_descriptions, table_description
from pipeline.schemas.published import PUBLIC_TABLES

TITLE: Final = "Sitrep: conflict events read from news texts"
DESCRIPTION: Final = (
    "Who did what to whom, where and when, how many were hurt, and who says so, read by rules from news texts; both sides' "
    "versions of one incident in one record. Texts and quotes remain their publishers'; place names and coordinates from "
    "GeoNames (CC BY 4.0)."
)
LICENCE: Final = "CC-BY-4.0"
LICENCE_TITLE: Final = "Creative Commons Attribution 4.0"
LICENCE_URL: Final = "https://creativecommons.org/licenses/by/4.0/"
KEYWORDS: Final = ("conflict", "event data", "news", "Ukraine", "Russia", "claims")

ACLED_CSV: Final = "events_acled.csv"
HXL_CSV: Final = "daily_region_summary.hxl.csv"
GEOJSON: Final = "incidents.geojson"
DATAPACKAGE: Final = "datapackage.json"
CROISSANT: Final = "croissant.json"

_ACLED_NUMBERS: Final = {"latitude": pl.Float64, "longitude": pl.Float64, "event_date": pl.Date} | dict.fromkeys(
    ("year", "time_precision", "iso", "geo_precision", "fatalities", "timestamp"), pl.Int64
)


@dataclass(frozen=True)
class Release:
    """Which release the files belong to. ``released_at`` is aware."""

    release_id: str
    change: str
    released_at: datetime
    sitrep_version: str


@dataclass(frozen=True)
class Column:
    """One column of a tabular file."""

    name: str
    dtype: pl.DataType
    description: str
    is_required: bool = False
    allowed: tuple[object, ...] = ()


@dataclass(frozen=True)
class ExportedFile:
    """One file of the `export` folder; ``columns`` is empty for what is no table."""

    name: str
    title: str
    media_type: str
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    has_tag_row: bool = False


def exported_files() -> list[ExportedFile]:
    """Every file but the two kinds of metadata, in order: the tables, then other people's layouts."""
    tables = [
        ExportedFile(
            f"{table}.parquet", table_description(model), "application/vnd.apache.parquet", model_columns(model), key_of(model)
        )
        for table, model in PUBLIC_TABLES.items()
    ]  # fmt: skip
    return [
        *tables,
        ExportedFile(
            ACLED_CSV,
            "Incidents in ACLED's column layout: our coding, not ACLED's data.",
            "text/csv",
            tuple(_acled_column(name) for name in ACLED_COLUMNS),
            ("event_id_cnty",),
        ),
        ExportedFile(
            HXL_CSV,
            "`daily_region_summary` with HXL hashtags in the second row, and COD-AB P-codes.",
            "text/csv",
            _hxl_columns(),
            ("day", "region_code"),
            has_tag_row=True,
        ),
        ExportedFile(GEOJSON, "Incidents as points, null geometry where no place is known.", "application/geo+json"),
    ]


def model_columns(model: type[pa.DataFrameModel]) -> tuple[Column, ...]:
    """Columns of a model, with what it allows in them."""
    descriptions = column_descriptions(model)
    return tuple(
        Column(name, column.dtype.type, descriptions[name], not column.nullable, _allowed(column))
        for name, column in model.to_schema().columns.items()
    )


def key_of(model: type[pa.DataFrameModel]) -> tuple[str, ...]:
    """Columns that name a row: those that the model holds unique, alone or together, where none of them is ever null."""
    schema = model.to_schema()
    alone = next(((name,) for name, column in schema.columns.items() if column.unique), ())
    together = (schema.unique,) if isinstance(schema.unique, str) else tuple(schema.unique or ())
    key = alone or together
    return () if any(schema.columns[name].nullable for name in key) else key


def _allowed(column: pa.Column) -> tuple[object, ...]:
    for check in column.checks:
        if check.name == "isin":
            return tuple(check.statistics["allowed_values"])
    return ()


def _acled_column(name: str) -> Column:
    dtype = _ACLED_NUMBERS.get(name, pl.String)
    return Column(name, dtype(), "As in ACLED's codebook; docs/exports.md says how it is filled.")


def _hxl_columns() -> tuple[Column, ...]:
    columns = list(model_columns(PUBLIC_TABLES["daily_region_summary"]))
    place = [column.name for column in columns].index("region_code") + 1
    pcode = next(column for column in model_columns(PUBLIC_TABLES["regions"]) if column.name == "pcode")
    return (*columns[:place], pcode, *columns[place:])


def sha256(path: Path) -> str:
    """Digest of a file's bytes, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
