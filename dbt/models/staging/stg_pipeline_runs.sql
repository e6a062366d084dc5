with source_rows as (
    select * from {{ source('warehouse', 'pipeline_runs') }}
)

select
    run_id,
    release_id,
    release_change,
    started_at,
    finished_at,
    seconds,
    sitrep_version,
    code_fingerprint,
    n_articles,
    n_entities,
    n_events,
    n_incidents,
    n_rejected,
    status
from source_rows
