"""The linking step: events layer -> which incident each event row tells of, in `<layers>/linking/`.

Here: what is read, what is remembered between two refreshes, what is written for the database. Not here: linking (incidents/).

    incident_links.parquet        a row per event row: its incident, and the link that brought it in
    incident_succession.parquet   published ids that no incident keeps, and what became of their rows
    rows.parquet, links.parquet   what was compared and found: deleting them costs time, and changes nothing
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from pipeline import layers as store
from pipeline.incidents.features import ARTICLE_COLUMNS, EVENT_COLUMNS
from pipeline.incidents.identity import SUCCESSION_SCHEMA, identify
from pipeline.incidents.link import State, link
from pipeline.incidents.tables import FOLDER as INCIDENTS_FOLDER
from pipeline.incidents.tables import table
from pipeline.ingest.copies import VERSION_COLUMNS, superseded
from pipeline.layers import replace_parquet
from pipeline.schemas import Articles, Events
from pipeline.schemas.validate import empty

LINKS: Final = "incident_links"
SUCCESSION: Final = "incident_succession"
LINKING_SCHEMAS: Final[dict[str, pl.Schema]] = {
    LINKS: pl.Schema(
        {
            "event_id": pl.String,
            "incident_id": pl.String,
            "linked_event_id": pl.String,
            "rule": pl.String,
            "score": pl.Float64,
            "evidence": pl.String,
            "type_rank": pl.Int8,
        }
    ),
    SUCCESSION: SUCCESSION_SCHEMA,
}


@dataclass(frozen=True)
class LinkingReport:
    """What one linking did: pairs of rows compared, rows that were compared anew, all rows, incidents."""

    n_compared: int
    n_touched: int
    n_events: int
    n_incidents: int
    n_superseded: int


def linking_file(layers: Path, name: str) -> Path:
    """Path of one of the step's files."""
    return layers / "linking" / f"{name}.parquet"


def link_layers(layers: Path, published: pl.DataFrame, *, full: bool = False) -> LinkingReport:
    """Link the rows of the events layer, comparing only those that changed since the last time unless ``full``.

    ``published``: (event_id, incident_id) of the last release, whose ids stay. Replaces the step's files as a whole.
    """
    events, articles = _read(layers)
    linked = link(events, articles, None if full else _state(layers))
    identified = identify(linked.members, published)
    ranks = table("kinds").select(pl.col("kind").alias("event_type"), type_rank=pl.col("rank").cast(pl.Int8))
    links = (
        linked.members.join(identified.incidents, on="group", how="left")
        .join(events.select("event_id", "event_type"), on="event_id", how="left")
        .join(ranks, on="event_type", how="left")
        .select(LINKING_SCHEMAS[LINKS].names())
        .sort("event_id")
    )
    replace_parquet(linking_file(layers, LINKS), links)
    replace_parquet(linking_file(layers, SUCCESSION), identified.succession)
    _remember(layers, linked.state)
    return LinkingReport(
        n_compared=linked.n_compared,
        n_touched=linked.n_touched,
        n_events=links.height,
        n_incidents=identified.incidents.height,
        n_superseded=identified.succession.height,
    )


def code_files() -> list[Path]:
    """Everything that the result depends on besides the rows."""
    return sorted(path for path in [*INCIDENTS_FOLDER.iterdir(), Path(__file__)] if path.is_file())


def _read(layers: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and articles; of an article that stands in two day files those of the first one, as dbt takes them.

    Of an article that a later version took the place of, no event is taken.
    """
    articles = _read_table(
        layers, "articles", [*ARTICLE_COLUMNS, "source_file", *VERSION_COLUMNS], empty(Articles).schema
    )
    articles = articles.sort("day", "source_file", maintain_order=True).unique(
        "article_id", keep="first", maintain_order=True
    )
    counting = articles.filter(~pl.col("article_id").is_in(superseded(articles).implode()))
    events = _read_table(layers, "events", [*EVENT_COLUMNS], empty(Events).schema)
    events = events.join(counting, on=["article_id", "day"], how="semi").unique(
        "event_id", keep="first", maintain_order=True
    )
    return events, articles.drop(VERSION_COLUMNS)


def _read_table(layers: Path, name: str, columns: list[str], schema: pl.Schema) -> pl.DataFrame:
    files = {day: store.day_file(layers, name, day) for day in store.days(layers, name)}
    with store.naming_damage(list(files.values())):
        frames = [
            pl.read_parquet(file, columns=columns, glob=False).with_columns(day=pl.lit(day))
            for day, file in files.items()
        ]
    nothing = schema.to_frame().select(columns).with_columns(day=pl.lit(None, dtype=pl.String))
    return pl.concat([nothing, *frames])


def _version() -> str:
    digest = hashlib.sha256(pl.__version__.encode())
    for file in code_files():
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _state(layers: Path) -> State | None:
    stamp = layers / "linking" / "version.txt"
    files = [linking_file(layers, name) for name in ("rows", "links")]
    if not all(file.exists() for file in (stamp, *files)) or stamp.read_text(encoding="ascii") != _version():
        return None
    try:
        rows, links = map(store.read_parquet, files)
    except store.LayerDamaged:
        return None
    return State(rows, links)


def _remember(layers: Path, state: State) -> None:
    stamp = layers / "linking" / "version.txt"
    stamp.unlink(missing_ok=True)  # so that a half-written state is never believed
    replace_parquet(linking_file(layers, "rows"), state.rows)
    replace_parquet(linking_file(layers, "links"), state.links)
    stamp.write_text(_version(), encoding="ascii")
