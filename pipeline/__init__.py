"""Sitrep: from raw war-news texts to an auditable conflict-event data set.

How data flows, and where each step lives:

    schemas/        what a row of every table is: one pandera model a table, every column described once
    ingest/         files in (txt, md, html, jsonl, csv, parquet, warc) -> articles; what cannot be read -> rejected_rows
    gazetteer/      places: names in every romanisation -> place, oblast, coordinates
    lexicon/        knowledge as tables: event patterns, actors, weapons, facilities, words for numbers and dates
    text.py         texts as patterns see them: ASCII, character for character
    extract/        articles -> entities and events; pure polars, no dagster, no duckdb, no environment
    warehouse/      Parquet layers -> private DuckDB; dbt marts -> public snapshot and exports
    orchestration/  Dagster: one file per concept (assets, checks, partitions, jobs, schedules, sensors)
    definitions.py  assembles the Dagster code location;  cli.py  the `sitrep` command;  settings.py  all paths
    ../dbt/         staging -> intermediate -> marts;  ../seeds/  sample articles and reference tables

Steps talk through Parquet files under `data/layers/`; only `warehouse/` and dbt open the private database; people read
`data/sitrep.duckdb`, which is replaced as a whole.
"""

__version__ = "0.1.0"
