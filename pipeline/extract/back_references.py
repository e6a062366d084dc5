"""Words that stand for a place named elsewhere in the article: "the city", "the region", "the peninsula".

Here: finding them, and which of the article's places each means. Not here: places that are named (places.py), and rows
whose sentence has no word for a place at all (placing.py).

Meant is the place of the right kind that a reader has in mind: named a short while ago, early in its sentence, as
what the sentence is about, and often in the article.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.spans import find_pattern
from pipeline.gazetteer.build import Gazetteer
from pipeline.gazetteer.kinds import ISLAND, kind_of, site_kind

SOURCE: Final = "back_reference"
_TAGS: Final = {"region": "O", "peninsula": "O", "site": "F", "country": "C", "direction": "A"}
_ADJECTIVES: Final = "whole|entire|besieged|embattled|stricken|occupied|frontline|front-line|battered|port|same|border|southern|eastern|northern|western|coastal|industrial|strategic|key|Black Sea|Sea of Azov"
# "the city of X", "the Kherson region", "the city council" name or say something else
_NAMED: Final = r"^(?: of\b|-| (?:in|on) (?:which|whose)| (?:they|it|he|we|that|which|where)\b| (?:council|hall|duma)\b| cent(?:re|er) of\b| [A-Z])"

# "to the east" is a bearing, "the West" a group of states, "in the east of the city" part of another place
_WITHIN: Final = r"\b(?:in|across|throughout)$"
_ALL_OVER: Final = r"\b(?:across|throughout|around|over)$"
_PART_OF: Final = r"^(?:-| (?:of|bank|coast|side|flank|end|wing|and (?:south|north|east|west) of)\b)"
_FADES: Final = 0.75  # what each sentence back counts less
_LATER: Final = 0.85  # what stands after another place of its sentence
_OFTEN: Final = 0.35
_OFTEN_ENOUGH: Final = 4  # the entries of a live blog tell the same thing again and again
_SAME_REGION: Final = 3.0  # a settlement of an oblast that the sentence names
_PLANTS: Final = ("energy", "industry")
_IN_REGION: Final = 0.7  # "the region" after a settlement of it
_ROLES: Final = {"attribution": 1.1, "reference_place": 0.4, "origin": 0.6, "destination": 0.7, "dateline": 0.3}


@cache
def _pattern() -> str:
    nouns = "|".join(lexicon.table("back_references").sort(pl.col("noun").str.len_bytes(), descending=True)["noun"])
    return rf"\b[Tt](?:he|his|hat) (?:(?:{_ADJECTIVES}) ){{0,2}}(?:{nouns})\b"


def find_back_references(sentences: pl.DataFrame) -> pl.DataFrame:
    """Mentions as `find_names` gives them, of source SOURCE; `form` is the kind of place that is meant.

    `sentences`: `sentence`, `text`. Works and other sites keep the tag, `ref` and `form` (target kind) of the
    facility; of words that always mean one place `ref` is its place_id.
    """
    sites = lexicon.aliases("facilities").lazy().select(noun="surface", ref="facility_id", target_kind="target_kind")
    return (
        find_pattern(sentences, "text", _pattern())
        .lazy()
        .join(sentences.lazy().select("sentence", "text"), on="sentence", how="left", maintain_order="left")
        .with_columns(
            before=pl.col("text").str.slice(0, "start").str.strip_chars_end().str.tail(11),
            after=pl.col("text").str.slice("end", 24),
        )
        .filter(~pl.col("after").str.contains(_NAMED))
        .with_columns(noun=pl.col("surface").str.extract(rf"^[Tt]h[a-z]+ (?:(?:{_ADJECTIVES}) ){{0,2}}(.*)$"))
        .join(
            lexicon.table("back_references").lazy().select("noun", "kind", "place_id"),
            on="noun",
            how="left",
            maintain_order="left",
        )
        .filter(
            (pl.col("kind") != "direction")
            | (pl.col("before").str.contains(_WITHIN) & ~pl.col("after").str.contains(_PART_OF))
        )
        .join(sites, on="noun", how="left", maintain_order="left")
        .with_columns(is_site=pl.col("kind") == "site")
        .select(
            "sentence",
            "start",
            "end",
            source=pl.lit(SOURCE),
            ref=pl.when("is_site").then("ref").otherwise("place_id"),
            # told of a country in all its parts, not in passing
            tag=pl.when((pl.col("kind") == "country") & pl.col("before").str.contains(_ALL_OVER))
            .then(pl.lit("A"))
            .otherwise(pl.col("kind").replace_strict(_TAGS, default="P")),
            side=pl.lit(None, pl.String),
            form=pl.when("is_site").then("target_kind").otherwise("kind"),
        )
        .collect()
    )


def resolve(references: pl.DataFrame, places: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """What the references stand for: `mention` and the columns of the place; none where the article names nothing fit.

    `references`: spots (place_roles.py) with `form`. `places`: resolved mentions.
    """
    known = gazetteer.places.lazy()
    fixed = references.lazy().join(known.select("place_idx", ref="place_id"), on="ref", how="inner")
    candidates = places.lazy().with_columns(
        times=pl.len().over("article", "place_id"),
        times_region=pl.len().over("article", "region_code"),
        is_later=(pl.col("sentence") == pl.col("sentence").shift(1)).fill_null(False),
    )
    settlement = (pl.col("feature") == "settlement").fill_null(False)
    site = site_kind(pl.col("place_id"))
    fits = (
        pl.when(pl.col("form") == "settlement")
        .then(settlement)
        .when(pl.col("form") == "capital")
        .then(pl.col("place_name").is_in(["Kyiv", "Moscow"]))
        .when(pl.col("form") == "region")
        .then(
            pl.col("region_code").is_not_null() & (pl.col("region_code") != "UA-30")
            | (pl.col("tag") == "A")
            & pl.col("country_code").is_in(["UA", "RU"])
            & (pl.col("place_name") != "front line")
        )
        .when(pl.col("form") == "area")
        .then(settlement | (pl.col("feature") == "region"))
        .when(pl.col("form") == "peninsula")
        .then(pl.col("region_code").is_in(["UA-43", "UA-40"]))
        .when(pl.col("form") == "island")
        .then(kind_of(pl.col("place_id")) == ISLAND)
        # "the plant" is no bridge, but may be a power plant
        .otherwise((site == pl.col("form")) | (site.is_in(_PLANTS) & pl.col("form").is_in(_PLANTS)))
    )
    back = pl.col("sentence_of_reference").cast(pl.Int64) - pl.col("sentence").cast(pl.Int64)
    weight = (
        pl.lit(_FADES).pow(back)
        * pl.when("is_later").then(_LATER).otherwise(1.0)
        * pl.col("role").replace_strict(_ROLES, default=1.0, return_dtype=pl.Float64)
        * pl.when((pl.col("form") == "region") & ~pl.col("tag").is_in(["O", "A"])).then(_IN_REGION).otherwise(1.0)
    )
    # "the governor of Luhansk said that they hold the city": a city of his
    regions_named = (
        places.lazy()
        .filter((pl.col("tag") == "O") | (pl.col("role") == "attribution"))
        .group_by("sentence")
        .agg(named_regions=pl.col("region_code").drop_nulls().unique())
    )
    in_named_region = (
        pl.col("form").is_in(["settlement", "area"]) & pl.col("region_code").is_in(pl.col("named_regions"))
    ).fill_null(False)
    often = pl.when(pl.col("form") == "region").then("times_region").otherwise("times")
    chosen = (
        references.lazy()
        .filter(~pl.col("form").is_in(["country", "direction"]))
        .select("mention", "article", "form", sentence_of_reference="sentence", start_of_reference="start")
        .join(
            candidates.select(
                "article", "sentence", "start", "tag", "role", "feature", "place_idx", "place_id", "place_name", "region_code", "country_code",
                "times", "times_region", "is_later",
            ),
            on="article",
            how="inner",
        )
        .filter(
            (pl.col("sentence") < pl.col("sentence_of_reference"))
            | ((pl.col("sentence") == pl.col("sentence_of_reference")) & (pl.col("start") < pl.col("start_of_reference"))),
            fits,
        )
        .join(regions_named, left_on="sentence_of_reference", right_on="sentence", how="left")
        .with_columns(points=weight * pl.when(in_named_region).then(_SAME_REGION).otherwise(1.0) + _OFTEN * often.clip(0, _OFTEN_ENOUGH).cast(pl.Float64).log1p())
        .sort("mention", "points", "sentence", "start", descending=[False, True, True, False])
        .group_by("mention", maintain_order=True)
        .agg(pl.col("form", "tag", "place_idx", "region_code").first())
    )  # fmt: skip
    whole = pl.col("form").is_in(["region", "peninsula"]) & (pl.col("tag") != "A")
    regions = known.filter(pl.col("feature") == "region").select("region_code", region_idx="place_idx")
    moved = (
        chosen.join(regions, on="region_code", how="left")
        .select("mention", place_idx=pl.when(whole).then("region_idx").otherwise("place_idx"))
        .filter(pl.col("place_idx").is_not_null())
    )
    return pl.concat([moved, fixed.select("mention", "place_idx")]).collect()
