with events as (
    select * from {{ ref('int_events') }}
),

duplicates as (
    select * from {{ ref('int_event_duplicates') }}
),

links as (
    select * from {{ source('warehouse', 'incident_links') }}
)

-- A row that repeats another one is told by it: it has that one's incident, whatever else it was linked to.
select
    duplicates.event_id,
    links.incident_id,
    duplicates.event_id = duplicates.root_event_id as is_counting,
    case
        when duplicates.event_id = duplicates.root_event_id then links.linked_event_id else duplicates.duplicate_of
    end as linked_event_id,
    case
        when duplicates.event_id = duplicates.root_event_id then links.rule
        when events.duplicate_of is null then 'copy'
        else 'duplicate'
    end as rule,
    case when duplicates.event_id = duplicates.root_event_id then links.score else 1.0 end as score,
    case when duplicates.event_id = duplicates.root_event_id then links.evidence end as evidence,
    links.type_rank
from duplicates
inner join events on duplicates.event_id = events.event_id
left join links on duplicates.root_event_id = links.event_id
