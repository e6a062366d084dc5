with incidents as (
    select * from {{ ref('int_daily_incidents') }}
),

links as (
    select * from {{ ref('int_incident_links') }}
),

events as (
    select * from {{ ref('int_events') }}
),

articles as (
    select * from {{ ref('stg_articles') }}
)

select
    incidents.day,
    incidents.day_region_code,
    incidents.event_type,
    incidents.is_core,
    events.event_id,
    events.article_id,
    articles.source
from incidents
inner join links on incidents.incident_id = links.incident_id and links.is_counting
inner join events on links.event_id = events.event_id
inner join articles on events.article_id = articles.article_id and events.layer_day = articles.layer_day
where incidents.is_counted
