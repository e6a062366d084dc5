"""Incidents as GeoJSON (RFC 7946): one feature an incident, a point where its place is known, else a null geometry.

Here: the layout. Not here: coordinates; they are the place's own, degrees in WGS 84, never moved to look precise:
`geo_precision` says how near they are.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl


def features(incidents: pl.DataFrame) -> pl.DataFrame:
    """Columns `type`, `id`, `geometry` (null without coordinates) and `properties` (all other columns)."""
    point = pl.struct(type=pl.lit("Point"), coordinates=pl.concat_list("lon", "lat"))
    has_point = pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
    timed = incidents.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return timed.select(
        type=pl.lit("Feature"),
        id="incident_id",
        geometry=pl.when(has_point).then(point),
        properties=pl.struct(pl.all().exclude("lat", "lon")),
    )


def write_geojson(incidents: pl.DataFrame, path: Path) -> None:
    """Write one FeatureCollection, a feature a line."""
    lines = features(incidents).write_ndjson().rstrip("\n").replace("\n", ",\n")
    path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")
