"""When an undated article was published, from the weekdays that it names and the incidents that it shares with dated ones.

Here: the inference, and moving such articles to their days. Not here: dates that a text states (ingest/dating.py).

Each day on which dated articles say the same things happened gathers evidence: a shared type and place counts by how
rarely dated articles tell of it (log of days over days with it), an equal number of killed or injured counts more, and a
weekday in the text must fit. The last weekday that a text names is that of publication or of the day before, as often as
in 440 dated articles (_LAST_WEEKDAY). The confidence is the share of the likeliest day among all days and none.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import layers as store
from pipeline.ingest.copies import mark_copies
from pipeline.ingest.dating import KYIV
from pipeline.ingest.merge import INFERRED, NOTES
from pipeline.layers import UNDATED
from pipeline.schemas import Articles, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, empty

MIN_CONFIDENCE: Final = 0.5  # of 442 articles with their date hidden 12 reach it: 8 right, 10 within a day, 2 wrong
DAYS_AFTER: Final = 7  # that a report may come after what it tells of
MIN_DAYS: Final = 30  # that things are rare among, however few days have dated articles
NOTHING: Final = 1.0  # evidence, natural log, that a day must gather beyond chance to be as likely as none
SAME_COUNT: Final = 2.5
MIN_COUNT: Final = 4  # smaller numbers agree by chance

# share of 440 dated articles that came out so many days after the last weekday that they name
_LAST_WEEKDAY: Final = {0: 0.56, 1: 0.22, 2: 0.04, 3: 0.03, 4: 0.03, 5: 0.04, 6: 0.08}
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY: Final = r"(?i)\b((?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"

# types that different texts tell the same thing as
_KINDS: Final = {
    "strike": "attack", "shelling": "attack", "explosion": "attack", "casualties": "attack", "air_defence": "attack",
    "infrastructure_damage": "attack", "attack_on_civilians": "attack", "capture": "ground", "advance": "ground",
    "clash": "ground", "repelled": "ground", "control_status": "ground", "withdrawal": "ground",
}  # fmt: skip
_COUNTS: Final = ("killed_best", "injured_best", "captured_best", "settlements", "launched_uav", "intercepted_uav")


def infer_dates(articles: pl.DataFrame, undated: pl.DataFrame, dated: pl.DataFrame) -> pl.DataFrame:
    """The likeliest day of publication of articles that tell none.

    `articles`: `article_id`, `text`; `undated`: their events; `dated`: events of dated articles, both in the model Events.
    Returns `article_id`, `day` Date, `confidence` Float64 (0 to 1), `n_shared` UInt32 (things told by both), one row per
    article whose confidence reaches MIN_CONFIDENCE.
    """
    told = _told(undated).with_columns(weekday=_weekday(pl.col("date_text")))
    known = _told(dated).filter(
        pl.col("date_start").is_not_null(), pl.col("date_start") == pl.col("date_end"), ~pl.col("is_background")
    )
    n_days = max(MIN_DAYS, known["date_start"].n_unique())
    rarity = known.group_by("event_type", "place").agg(n_days=pl.col("date_start").n_unique())
    is_exact = pl.col("weekday").is_not_null()
    is_news = pl.col("date_text").is_null() & (pl.col("after") <= 1)
    window = pl.when(is_exact).then(1).when(is_news).then(2).otherwise(DAYS_AFTER + 1)
    shared = (
        told.lazy()
        .join(known.lazy(), on=["kind", "place"], suffix="_known")
        .filter(pl.col("weekday").is_null() | (pl.col("weekday") == pl.col("date_start_known").dt.weekday()))
        .with_columns(is_same_count=pl.any_horizontal(_same_count(name) for name in _COUNTS))
        .filter(pl.col("is_same_count") | (pl.col("event_type") == pl.col("event_type_known")))
        .join(rarity.lazy(), left_on=["event_type_known", "place"], right_on=["event_type", "place"])
        .with_columns(after=pl.int_ranges(0, DAYS_AFTER + 1))
        .explode("after")
        .filter(pl.col("weekday").is_null() | (pl.col("after") < 7))  # a weekday is the latest such day
        .with_columns(
            day=pl.col("date_start_known").dt.offset_by(pl.format("{}d", "after")),
            gain=(n_days / (window * pl.col("n_days"))).log().clip(lower_bound=0)
            + pl.when("is_same_count").then(SAME_COUNT).otherwise(0.0),
        )
    )
    nothing = math.log(n_days) + NOTHING
    by_day = (
        shared.group_by("article_id", "day", "kind", "place")
        .agg(pl.col("gain").max())
        .group_by("article_id", "day")
        .agg(evidence=pl.col("gain").sum(), n_shared=pl.len())
        .join(_last_weekdays(articles).lazy(), on="article_id", how="left")
        .with_columns(after_last=(pl.col("day").dt.weekday() - pl.col("last_weekday")) % 7)
        .with_columns(
            score=pl.col("evidence")
            + pl.col("after_last").replace_strict(_LAST_WEEKDAY, default=1 / 7, return_dtype=pl.Float64).log()
        )
    )
    highest = pl.max_horizontal(pl.col("score").max().over("article_id"), pl.lit(nothing))
    return (
        by_day.with_columns(share=(pl.col("score") - highest).exp(), none=(nothing - highest).exp())
        .with_columns(confidence=pl.col("share") / (pl.col("share").sum().over("article_id") + pl.col("none")))
        .filter(pl.col("confidence") >= MIN_CONFIDENCE)
        .sort("article_id", "confidence", "day", descending=[False, True, False])
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", "day", "confidence", n_shared=pl.col("n_shared").cast(pl.UInt32))
        .collect()
    )


def _told(events: pl.DataFrame) -> pl.DataFrame:
    """Rows that can be met again: a thing of some kind at or near a settlement."""
    return events.filter(
        pl.col("event_type").is_in(list(_KINDS)), pl.col("place_name").is_not_null(), pl.col("geo_precision") <= 2
    ).select(
        "article_id", "event_type", "date_text", "date_start", "date_end", "is_background", *_COUNTS,
        # two villages of a name in one oblast may be taken for each other: what happened there tells enough
        place=pl.concat_str("place_name", pl.col("region_code").fill_null(""), separator="|"),
        kind=pl.col("event_type").replace_strict(_KINDS),
    )  # fmt: skip


def _same_count(name: str) -> pl.Expr:
    return (pl.col(name) == pl.col(f"{name}_known")).fill_null(False) & (pl.col(name) >= MIN_COUNT)


def _weekday(words: pl.Expr) -> pl.Expr:
    """Int8: 1 Monday to 7 Sunday, null where the words name none."""
    numbers = {name: number for number, name in enumerate(_WEEKDAYS, start=1)}
    return words.str.extract(_WEEKDAY).str.to_lowercase().replace_strict(numbers, default=None, return_dtype=pl.Int8)


def _last_weekdays(articles: pl.DataFrame) -> pl.DataFrame:
    """`article_id`, `last_weekday` Int8: of the weekdays that a text names, the one that the others come before most closely."""
    named = (
        articles.select("article_id", word=pl.col("text").str.extract_all(_WEEKDAY))
        .explode("word")
        .with_columns(weekday=_weekday(pl.col("word")))
        .drop_nulls("weekday")
        .select("article_id", "weekday")
        .unique()
    )
    return (
        named.join(named, on="article_id", suffix="_other")
        .group_by("article_id", "weekday")
        .agg(reach=((pl.col("weekday") - pl.col("weekday_other")) % 7).max())
        .sort("article_id", "reach", "weekday")
        .unique("article_id", keep="first", maintain_order=True)
        .select("article_id", last_weekday="weekday")
    )


def date_undated(layers: Path) -> set[str]:
    """Move undated articles whose day can be inferred to their days, with a note of each in the rejected rows.

    Returns the days whose articles changed, which are to be extracted anew; none where nothing can be inferred.
    """
    articles = store.read_days(layers, "articles", [UNDATED], empty(Articles).schema)
    if articles.is_empty():
        return set()
    schema = empty(Events).schema
    undated = store.read_days(layers, "events", [UNDATED], schema)
    files = [store.day_file(layers, "events", day) for day in store.days(layers, "events") if day != UNDATED]
    if undated.is_empty() or not files:
        return set()
    wanted = [
        "article_id",
        "event_type",
        "place_name",
        "region_code",
        "geo_precision",
        "date_text",
        "date_start",
        "date_end",
        "is_background",
        *_COUNTS,
    ]
    places = undated["place_name"].drop_nulls().unique().implode()
    dated = pl.scan_parquet(files, glob=False).select(wanted).filter(pl.col("place_name").is_in(places)).collect()
    dated = dated.filter(~pl.col("article_id").is_in(_inferred_ids(layers).implode()))
    found = infer_dates(articles, undated, dated)
    if found.is_empty():
        return set()
    return _move(layers, articles, found)


def _inferred_ids(layers: Path) -> pl.Series:
    """Articles whose own day is inferred: they date no others."""
    files = [store.day_file(layers, "articles", day) for day in store.days(layers, "articles") if day != UNDATED]
    table = pl.scan_parquet(files, glob=False).select("article_id", "date_source")
    return table.filter(pl.col("date_source") == INFERRED).collect()["article_id"]


def _move(layers: Path, articles: pl.DataFrame, found: pl.DataFrame) -> set[str]:
    columns = articles.columns
    midnight = pl.col("day").cast(pl.Datetime("us")).dt.replace_time_zone(KYIV).dt.convert_time_zone("UTC")
    moved = articles.join(found, on="article_id").with_columns(
        published_at=midnight, published_date="day", date_source=pl.lit(INFERRED), date_confidence="confidence"
    )
    changed = {UNDATED}
    for (day,), rows in moved.partition_by("day", as_dict=True).items():
        name = str(day)
        there = store.read_days(layers, "articles", [name], empty(Articles).schema)
        kept = there.join(rows, on="article_id", how="anti")
        store.write_day(layers, "articles", name, pl.concat([kept, rows.select(columns)]).sort("article_id"))
        changed.add(name)
    notes = moved.select(
        stage=pl.lit("ingest"),
        source_file="source_file",
        reason=pl.format(
            "publication day inferred: {}, confidence {}, from {} things that dated articles tell too; state it to be sure",
            "day", pl.col("confidence").round(2), "n_shared",
        ),
        content=pl.col("text").str.head(200),
    )  # fmt: skip
    before = store.read_days(layers, "rejected_rows", [NOTES], REJECTED_SCHEMA)
    others = before.join(notes, on="source_file", how="anti")
    store.write_day(layers, "rejected_rows", NOTES, pl.concat([others, notes]).sort("source_file"))
    # last, so that a run that stops before leaves the articles in both places and is done again
    store.write_day(layers, "articles", UNDATED, articles.join(found, on="article_id", how="anti"))
    return changed | mark_copies(layers, changed)
