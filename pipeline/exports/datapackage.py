"""`datapackage.json`: the release as a Frictionless Data Package, with schema, size and checksum of each file.

Here: the descriptor (Data Package 1 and 2). Not here: what the files hold (files.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.exports.files import (
    DESCRIPTION,
    KEYWORDS,
    LICENCE,
    LICENCE_TITLE,
    LICENCE_URL,
    TITLE,
    Column,
    ExportedFile,
    Release,
    exported_files,
    sha256,
)

_TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "string",
    pl.Boolean: "boolean",
    pl.Int8: "integer",
    pl.Int32: "integer",
    pl.Int64: "integer",
    pl.Float64: "number",
    pl.Date: "date",
    pl.Datetime: "datetime",
}


def datapackage(export: Path, release: Release) -> dict[str, Any]:
    """The descriptor of the files that lie in ``export``; raises FileNotFoundError where one is missing."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "sitrep",
        "id": f"sitrep-{release.release_id}",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": release.release_id,
        "created": release.released_at.isoformat(timespec="seconds"),
        "keywords": list(KEYWORDS),
        "licenses": [{"name": LICENCE, "title": LICENCE_TITLE, "path": LICENCE_URL}],
        "contributors": [{"title": f"Sitrep {release.sitrep_version}", "role": "wrangler"}],
        "resources": [_resource(export, file) for file in exported_files()],
    }


def _resource(export: Path, file: ExportedFile) -> dict[str, Any]:
    path = export / file.name
    form = path.suffix.removeprefix(".")
    resource: dict[str, Any] = {
        "name": path.stem.replace(".", "_") if form == "parquet" else file.name.replace(".", "_"),
        "path": file.name,
        "title": file.title,
        "format": form,
        "mediatype": file.media_type,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256(path)}",
    }
    if file.columns:
        # `file`: the frictionless library reads Parquet by way of pandas, where a null makes a float of an integer
        resource["type"] = "table" if form == "csv" else "file"
        resource["schema"] = {"fields": [_field(column, form) for column in file.columns]}
        if file.primary_key:
            resource["schema"]["primaryKey"] = list(file.primary_key)
    if form == "csv":
        resource["encoding"] = "utf-8"
    if file.has_tag_row:
        resource["dialect"] = {"commentRows": [2]}
    return resource


def _field(column: Column, form: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES[column.dtype.base_type()],
        "description": column.description,
    }
    if form == "csv" and field["type"] == "boolean":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    return field | ({"constraints": constraints} if constraints else {})
