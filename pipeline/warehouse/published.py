"""What the last release says, for the steps before the database.

Here: reading the public file, read-only. Not here: writing it (publish.py), copying it into the private database (load.py).
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb
import polars as pl

from pipeline.incidents.identity import PREVIOUS_SCHEMA
from pipeline.warehouse.sql import WarehouseError, explain


def published_incidents(published: Path) -> pl.DataFrame:
    """The incident of each event row (PREVIOUS_SCHEMA) in the last release; empty where there is none.

    Raises WarehouseError where the file cannot be read, since the ids that people know stand in it.
    """
    if not published.exists():
        return PREVIOUS_SCHEMA.to_frame()
    try:
        with contextlib.closing(duckdb.connect(published, read_only=True)) as connection:
            rows = connection.execute("select event_id, incident_id from events order by event_id").fetchall()
    except duckdb.Error as error:
        raise WarehouseError(
            f"{explain(published, error)} The incidents' ids stand in that file: move it away first if it cannot be repaired."
        ) from error
    return pl.DataFrame(rows, schema=PREVIOUS_SCHEMA, orient="row")
