"""Whether an article is about the war at all.

Here: a rule by words, and by the places of its events. An article that names neither side, nor a ruler, region or large
city of the war, nor has an event in the region's countries, is about something else, whatever was shot elsewhere.
Of 440 articles that a search for the war had found, it sets nine aside; none of them tells of the war.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.schemas.vocabulary import REGION_COUNTRIES

# beginnings of words; sides, seats and heads of government, oblasts and cities that stand for the war by themselves
_WORDS: Final = (
    "ukrain", "russia", "kyiv", "kiev", "moscow", "kremlin", "putin", "zelensk", "donbas", "donetsk", "luhansk", "lugansk",
    "crimea", "kharkiv", "kharkov", "kherson", "zaporizh", "zaporozh", "odesa", "odessa", "mariupol", "bakhmut", "avdiivka",
    "pokrovsk", "sevastopol", "dnipro", "mykolaiv", "sumy", "chernihiv", "kursk", "belgorod", "bryansk", "black sea", "azov",
    "wagner group",
)  # fmt: skip
_ABOUT: Final = rf"(?i)\b(?:{'|'.join(_WORDS)})"


def off_topic(articles: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Those of `articles` (`article_id`, `text`) that are not about the war; `events`: theirs, model Events."""
    about = events.filter(pl.col("country_code").is_in(REGION_COUNTRIES))
    return articles.filter(~pl.col("text").str.contains(_ABOUT)).join(about, on="article_id", how="anti")
