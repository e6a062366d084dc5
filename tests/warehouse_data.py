"""Valid rows and small layers for the tests of the database half.

Here: `article`, `event`, `entity` (one valid row each, any column can be given) and `write_layers`. Not here: tests.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.layers import UNDATED, write_day
from pipeline.schemas import Articles, Entities, Events
from pipeline.schemas.validate import REJECTED_SCHEMA, empty
from pipeline.settings import PROJECT_ROOT

Row = dict[str, Any]
SCHEMAS = {
    "articles": empty(Articles).schema,
    "entities": empty(Entities).schema,
    "events": empty(Events).schema,
    "rejected_rows": REJECTED_SCHEMA,
}
MODELS = {"articles": Articles, "entities": Entities, "events": Events}


def article(name: str = "a", **values: Any) -> Row:
    """A valid article; `name` makes its id and its text."""
    row: Row = dict.fromkeys(SCHEMAS["articles"])
    text = str(values.get("text", f"Text of {name}."))
    day = values.get("published_date", date(2024, 9, 7))
    row |= {
        "article_id": hashlib.sha256(name.encode()).hexdigest()[:16],
        "source_id": name,
        "source_file": f"{name}.txt",
        "source": "AFP",
        "text": text,
        "language": "en",
        "published_at": datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None,
        "published_date": day,
        "date_source": "manifest" if day else "unknown",
        "first_seen_at": datetime(2024, 9, 8, tzinfo=UTC),
        "n_sentences": 1,
        "content_sha256": hashlib.sha256(" ".join(text.split()).encode()).hexdigest(),
    }
    return row | values


def event(of: Row, start: int = 0, **values: Any) -> Row:
    """A valid strike on Kharkiv, told by the article `of` at character `start`."""
    row: Row = dict.fromkeys(SCHEMAS["events"])
    quote = str(values.get("quote", "missiles hit the town"))
    event_type = str(values.get("event_type", "strike"))
    row |= {
        "event_id": f"{of['article_id']}:{start}:{event_type}:0",
        "article_id": of["article_id"],
        "sentence_no": 0,
        "char_start": start,
        "char_end": start + len(quote),
        "quote": quote,
        "event_type": event_type,
        "actor_side": "RU",
        "place_text": "Kharkiv",
        "place_name": "Kharkiv",
        "place_id": "geonames:706483",
        "region_code": "UA-63",
        "country_code": "UA",
        "lat": 49.98,
        "lon": 36.25,
        "geo_precision": 1,
        "geo_method": "unique_name",
        "date_start": date(2024, 9, 7),
        "date_end": date(2024, 9, 7),
        "date_precision": 1,
        "date_method": "news_day",
        "attribution_side": "none",
        "attribution_kind": "agency",
        "status": "reported",
        "is_background": False,
        "rule_id": "test",
        "confidence": 0.9,
    }
    return row | values


def entity(of: Row, start: int = 0, **values: Any) -> Row:
    """A valid mention of a place in the article `of`."""
    row: Row = dict.fromkeys(SCHEMAS["entities"])
    surface = str(values.get("surface", "Kharkiv"))
    row |= {
        "entity_id": f"{of['article_id']}:{start}-{start + len(surface)}:place",
        "article_id": of["article_id"],
        "sentence_no": 0,
        "char_start": start,
        "char_end": start + len(surface),
        "surface": surface,
        "kind": "place",
        "role": "event_place",
        "confidence": 0.9,
    }
    return row | values


def write_layers(layers: Path, **rows: list[Row]) -> None:
    """Write each table's rows into the day files of their articles; every row is validated first."""
    days = {row["article_id"]: str(row["published_date"] or UNDATED) for row in rows.get("articles", [])}
    for table, table_rows in rows.items():
        by_day: dict[str, list[Row]] = {}
        for row in table_rows:
            by_day.setdefault(days.get(row.get("article_id", ""), UNDATED), []).append(row)
        for day, day_rows in by_day.items():
            write_rows(layers, table, day, day_rows)


def write_rows(layers: Path, table: str, day: str, rows: list[Row]) -> None:
    """Write one day file, its rows validated."""
    frame = pl.DataFrame(rows, schema=SCHEMAS[table])
    if table in MODELS:
        MODELS[table].validate(frame, lazy=True)
    write_day(layers, table, day, frame)


def dbt_build(warehouse: Path, work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `dbt build` on a private database; what dbt writes for itself goes to `work`, not into the project."""
    project = PROJECT_ROOT / "dbt"
    result = subprocess.run(
        [
            sys.executable, "-m", "dbt.cli.main", "build",
            "--project-dir", str(project), "--profiles-dir", str(project),
            "--target-path", str(work / "target"), "--log-path", str(work / "logs"), *arguments,
        ],
        env={**os.environ, "SITREP_WAREHOUSE": str(warehouse), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    return result
