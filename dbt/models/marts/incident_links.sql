with links as (
    select * from {{ ref('int_incident_links') }}
)

select
    event_id,
    incident_id,
    linked_event_id,
    rule,
    score,
    evidence
from links
