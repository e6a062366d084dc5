{%- set stems = ['killed', 'injured'] -%}

with incidents as (
    select * from {{ ref('int_daily_incidents') }}
    where is_counted
),

mentions as (
    select * from {{ ref('int_daily_mentions') }}
),

panel as (
    select * from {{ ref('int_daily_panel') }}
),

counted as (
    select
        day,
        day_region_code,
        event_type,
        any_value(is_core) as is_core,
        count(*) as n_incidents,
        count(*) filter (where actor_side = 'RU') as n_by_ru,
        count(*) filter (where actor_side = 'UA') as n_by_ua,
        {%- for stem in stems %}
        {{ sum_low(stem) }} as {{ stem }}_low,
        {{ sum_best(stem) }} as {{ stem }}_best,
        {{ sum_high(stem) }} as {{ stem }}_high,
        {%- endfor %}
        avg((corroboration = 'single_side')::integer) as single_side_share
    from incidents
    group by day, day_region_code, event_type
),

mentioned as (
    select
        day,
        day_region_code,
        event_type,
        count(*) as n_events,
        count(distinct article_id) as n_articles,
        count(distinct source) as n_sources
    from mentions
    group by day, day_region_code, event_type
)

select
    counted.day,
    counted.day_region_code as region_code,
    counted.event_type,
    panel.region_name,
    panel.country_code,
    counted.is_core,
    counted.n_incidents,
    mentioned.n_events,
    mentioned.n_articles,
    mentioned.n_sources,
    counted.n_by_ru,
    counted.n_by_ua,
    {%- for stem in stems %}
    counted.{{ stem }}_low,
    counted.{{ stem }}_best,
    counted.{{ stem }}_high,
    {%- endfor %}
    counted.single_side_share
from counted
inner join mentioned
    on
        counted.day = mentioned.day
        and counted.day_region_code = mentioned.day_region_code
        and counted.event_type = mentioned.event_type
inner join panel on counted.day = panel.day and counted.day_region_code = panel.region_code
