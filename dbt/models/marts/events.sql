with events as (
    select * from {{ ref('int_events') }}
),

duplicates as (
    select * from {{ ref('int_event_duplicates') }}
),

links as (
    select * from {{ ref('int_incident_links') }}
)

select
    events.event_id,
    events.article_id,
    events.sentence_no,
    events.char_start,
    events.char_end,
    events.quote,
    events.event_type,
    events.event_subtype,
    events.actor_name,
    events.actor_side,
    events.target_name,
    events.target_side,
    events.target_kind,
    events.weapon,
    events.place_text,
    events.place_name,
    events.place_id,
    events.region_code,
    events.country_code,
    events.lat,
    events.lon,
    events.geo_precision,
    events.geo_method,
    events.date_text,
    events.date_start,
    events.date_end,
    events.date_precision,
    events.date_method,
    events.killed_low,
    events.killed_best,
    events.killed_high,
    events.injured_low,
    events.injured_best,
    events.injured_high,
    events.captured_low,
    events.captured_best,
    events.captured_high,
    events.missing_low,
    events.missing_best,
    events.missing_high,
    events.displaced_low,
    events.displaced_best,
    events.displaced_high,
    events.launched_uav,
    events.launched_missile,
    events.intercepted_uav,
    events.intercepted_missile,
    events.settlements,
    events.advance_km_low,
    events.advance_km_high,
    events.area_km2,
    events.victim_kind,
    events.count_scope,
    events.attribution_text,
    events.attribution_side,
    events.attribution_kind,
    events.status,
    events.is_background,
    duplicates.duplicate_of,
    events.rule_id,
    events.confidence,
    links.incident_id
from events
inner join duplicates on events.event_id = duplicates.event_id
inner join links on events.event_id = links.event_id
