"""`croissant.json`: the release in MLCommons Croissant 1.0 (schema.org) metadata, which data search engines read.

Here: the JSON-LD document. Not here: what the files hold (files.py). Record sets are the Parquet tables; the other
layouts say the same and are listed as files only.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from pipeline.exports.files import (
    DESCRIPTION,
    KEYWORDS,
    LICENCE_URL,
    TITLE,
    Column,
    ExportedFile,
    Release,
    exported_files,
    sha256,
)

CONFORMS_TO: Final = "http://mlcommons.org/croissant/1.0"
_TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "sc:Text",
    pl.Boolean: "sc:Boolean",
    pl.Int8: "sc:Integer",
    pl.Int32: "sc:Integer",
    pl.Int64: "sc:Integer",
    pl.Float64: "sc:Float",
    pl.Date: "sc:Date",
    pl.Datetime: "sc:DateTime",
}
_CONTEXT: Final[dict[str, Any]] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(export: Path, release: Release) -> dict[str, Any]:
    """The document about the files that lie in ``export``; raises FileNotFoundError where one is missing."""
    files = exported_files()
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "sitrep",
        "alternateName": TITLE,
        "description": DESCRIPTION,
        "conformsTo": CONFORMS_TO,
        "version": release.release_id,
        "datePublished": release.released_at.isoformat(timespec="seconds"),
        "license": LICENCE_URL,
        "keywords": list(KEYWORDS),
        "inLanguage": "en",
        "isLiveDataset": True,
        "creator": {"@type": "sc:Organization", "name": "Sitrep contributors"},
        "citeAs": f"Sitrep contributors: {TITLE}, version {release.release_id} ({release.released_at.year}).",
        "distribution": [_file_object(export, file) for file in files],
        "recordSet": [_record_set(file) for file in files if file.name.endswith(".parquet")],
    }


def _file_object(export: Path, file: ExportedFile) -> dict[str, Any]:
    path = export / file.name
    parquet = file.name.endswith(".parquet")
    return {
        "@type": "cr:FileObject",
        "@id": file.name,
        "name": file.name,
        "description": file.title,
        "contentUrl": file.name,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet" if parquet else file.media_type,
        "sha256": sha256(path),
    }


def _record_set(file: ExportedFile) -> dict[str, Any]:
    table = file.name.removesuffix(".parquet")
    key = {"key": [{"@id": f"{table}/{name}"} for name in file.primary_key]} if file.primary_key else {}
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": file.title,
        **key,
        "field": [_field(file, table, column) for column in file.columns],
    }


def _field(file: ExportedFile, table: str, column: Column) -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": column.description,
        "dataType": _TYPES[column.dtype.base_type()],
        "source": {"fileObject": {"@id": file.name}, "extract": {"column": column.name}},
    }
