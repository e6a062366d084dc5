with events as (
    select * from {{ ref('int_events') }}
),

duplicates as (
    select * from {{ ref('int_event_duplicates') }}
),

counting as (
    select events.*
    from events
    inner join duplicates on events.event_id = duplicates.root_event_id and events.event_id = duplicates.event_id
),

-- JSON keeps nulls and hostile separators apart.
keyed as (
    select
        event_id,
        article_id,
        attribution_side,
        char_start,
        case
            when date_start is not null and geo_precision <= 3
                then to_json(struct_pack(
                    event_type := event_type,
                    region_code := region_code,
                    country_code := country_code,
                    place := coalesce(place_id, place_name),
                    date_start := date_start,
                    date_end := date_end,
                    actor_side := actor_side,
                    target_kind := target_kind,
                    killed := killed_best,
                    injured := injured_best,
                    is_toll := coalesce(count_scope = 'cumulative', false)
                ))::varchar
            else event_id
        end as merge_key
    from counting
),

-- What one voice tells twice in one article are two things: its first meets the others' first, its second their second.
numbered as (
    select
        event_id,
        merge_key,
        row_number() over (
            partition by merge_key, article_id, attribution_side
            order by char_start, event_id
        ) as row_no
    from keyed
),

incidents as (
    select
        event_id,
        'i' || left(sha256(merge_key || '#' || row_no::varchar), 16) as incident_id
    from numbered
)

select
    duplicates.event_id,
    incidents.incident_id,
    duplicates.event_id = duplicates.root_event_id as is_counting
from duplicates
inner join incidents on duplicates.root_event_id = incidents.event_id
