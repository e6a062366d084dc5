"""Districts (raions) of Ukraine, named as English texts do: after their seat ("Pokrovsk district").

Here: which settlement a district is called after, and its middle. Not here: quarters of cities.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.gazetteer.romanise import plain_name
from pipeline.gazetteer.tables import SEPARATOR

_WORDS: Final = ("district", "District", "raion", "Raion")
_PART_OF_OBLAST: Final = 2
_STEM: Final = 4
_ENDING: Final = "(с|з|ц)ький$"


def district_rows(settlements: pl.DataFrame) -> pl.DataFrame:
    """One row per district: the columns of a place, and `aliases` for names.alias_names.

    `settlements`: rows of settlements.settlement_rows. A district's seat is its largest settlement whose name begins as
    the district's does. `lat`, `lon` are the middle of the settlements whose coordinates are known.
    """
    located = settlements.filter(pl.col("district").is_not_null())
    stem = plain_name(pl.col("district_uk")).str.replace(_ENDING, "").str.head(_STEM)
    seats = (
        located.filter(plain_name(pl.col("name_uk")).str.head(stem.str.len_chars()) == stem)
        .sort("population", descending=True)
        .unique(["region_code", "district"], keep="first", maintain_order=True)
        .select("region_code", "district", seat="name")
    )
    rows = (
        located.group_by("region_code", "district", maintain_order=True)
        .agg(pl.median("lat"), pl.median("lon"))
        .join(seats, on=["region_code", "district"], how="left")
        .with_columns(pl.coalesce("seat", "district").alias("seat"))
    )
    return rows.select(
        pl.format("district:{}-{}", "region_code", "district").str.to_lowercase().alias("place_id"),
        pl.format("{} district", "seat").alias("name"),
        "lat",
        "lon",
        "region_code",
        pl.lit("UA").alias("country_code"),
        "district",
        pl.lit("district").alias("feature"),
        pl.lit(_PART_OF_OBLAST).alias("precision"),
        pl.concat_str(
            [pl.format("{} " + word, name) for name in ("seat", "district") for word in _WORDS], separator=SEPARATOR
        ).alias("aliases"),
    )
