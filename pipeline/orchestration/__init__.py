"""The Dagster side: one file per concept, put together in `build.py`.

Here: thin wrappers that read settings, call the domain code and report what it did. Not here: anything that a refresh
needs to know about texts, tables or SQL; that is in ingest/, extraction.py, warehouse/ and ../dbt/.

    assets/          what is made: fetched pages, raw, core, warehouse, dbt models, the published snapshot
    checks.py        what must hold of stored rows, made from the pandera models
    volume_checks.py whether a day brought as much as usual: warnings
    partitions.py    days        metadata.py  what a run shows of its rows
    resources.py     swappable parts: settings, clock, extractor, dbt
    jobs.py          what runs together    schedules.py  when    sensors.py  on which sign
    dbt_project.py   the parsed dbt project    instance.py  where Dagster keeps its history
"""
