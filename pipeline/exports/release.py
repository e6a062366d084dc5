"""The exports of one release: writing what lies beside the Parquet tables, and checking what lies there.

Here: the order of writing; a check that needs no other tool than this program. Not here: where a release lies
(warehouse/releases.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.exports.acled import ARTICLE_COLUMNS, EVENT_COLUMNS, acled_events
from pipeline.exports.cells import write_csv
from pipeline.exports.croissant import croissant
from pipeline.exports.datapackage import datapackage
from pipeline.exports.files import (
    ACLED_CSV,
    CROISSANT,
    DATAPACKAGE,
    GEOJSON,
    HXL_CSV,
    ExportedFile,
    Release,
    exported_files,
    sha256,
)
from pipeline.exports.geojson import write_geojson
from pipeline.exports.hxl import write_hxl


def write_exports(export: Path, release: Release) -> None:
    """Write the other layouts and both kinds of metadata into ``export``, where the Parquet tables already lie."""

    def read(table: str, columns: list[str] | None = None) -> pl.DataFrame:
        return pl.read_parquet(export / f"{table}.parquet", columns=columns, glob=False)

    incidents, regions = read("incidents"), read("regions")
    events, articles = read("events", [*EVENT_COLUMNS]), read("articles", [*ARTICLE_COLUMNS])
    write_csv(acled_events(incidents, events, articles, regions), export / ACLED_CSV)
    write_hxl(read("daily_region_summary"), regions, export / HXL_CSV)
    write_geojson(incidents, export / GEOJSON)
    # Both are made before either is written: neither lists the other.
    documents = {DATAPACKAGE: datapackage(export, release), CROISSANT: croissant(export, release)}
    for name, document in documents.items():
        (export / name).write_text(f"{json.dumps(document, indent=1, ensure_ascii=False)}\n", encoding="utf-8")


def faults(export: Path, release_id: str) -> Iterator[str]:
    """What is wrong with the exports: files missing, unlisted or changed, other columns, another release's metadata.

    ``release_id`` is what the published file says of itself.
    """
    documents = {}
    for name in (DATAPACKAGE, CROISSANT):
        try:
            documents[name] = json.loads((export / name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            yield f"{export / name} cannot be read: {error}. Run `sitrep refresh --full`."
            continue
        if documents[name].get("version") != release_id:
            yield f"{name} is of release {documents[name].get('version')}, the published file of {release_id}."
    if DATAPACKAGE in documents:
        yield from _file_faults(export, {entry["path"]: entry for entry in documents[DATAPACKAGE]["resources"]})
    if CROISSANT in documents:
        stored = {entry["@id"]: entry["sha256"] for entry in documents[CROISSANT]["distribution"]}
        yield from (
            f"{CROISSANT} has another checksum for {name} than the file."
            for name, digest in stored.items()
            if (export / name).exists() and sha256(export / name) != digest
        )


def _file_faults(export: Path, listed: dict[str, dict[str, Any]]) -> Iterator[str]:
    expected = {file.name: file for file in exported_files()}
    present = {path.name for path in export.iterdir()} - {DATAPACKAGE, CROISSANT}
    yield from (f"{export / name} is missing." for name in sorted(expected.keys() - present))
    yield from (f"{export / name} does not belong to the release." for name in sorted(present - expected.keys()))
    for name in sorted(expected.keys() & present):
        if name not in listed:
            yield f"{name} is not listed in {DATAPACKAGE}."
        elif listed[name]["hash"] != f"sha256:{sha256(export / name)}":
            yield f"{name} has another checksum than {DATAPACKAGE} says: it was changed after it was published."
        yield from _column_faults(export / name, expected[name])


def _column_faults(path: Path, file: ExportedFile) -> Iterator[str]:
    columns = {column.name: column.dtype for column in file.columns}
    try:
        if path.suffix == ".parquet":
            with path.open("rb") as content:  # polars would read a path as a pattern
                found = dict(pl.read_parquet_schema(content))
            wrong = sorted(name for name in {*found, *columns} if found.get(name) != columns.get(name))
        elif path.suffix == ".csv":
            header = pl.read_csv(path, n_rows=0, infer_schema=False, glob=False).columns
            wrong = [] if header == list(columns) else sorted({*header} ^ {*columns}) or ["their order"]
        else:
            json.loads(path.read_text(encoding="utf-8"))
            wrong = []
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        yield f"{path.name} cannot be read: {error}."
        return
    if wrong:
        yield f"{path.name} differs from the data dictionary in {', '.join(wrong)}."
