{%- set core_types = [
    'strike', 'shelling', 'explosion', 'air_defence', 'clash', 'advance', 'repelled', 'capture', 'withdrawal',
    'control_status', 'casualties', 'prisoners', 'evacuation', 'displacement', 'access_restriction',
    'infrastructure_damage', 'sabotage', 'attack_on_civilians',
] -%}
{%- set sides = ['ru', 'ua'] -%}

with panel as (
    select * from {{ ref('int_daily_panel') }}
),

incidents as (
    select * from {{ ref('int_daily_incidents') }}
    where is_core
),

mentions as (
    select * from {{ ref('int_daily_mentions') }}
    where is_core
),

undated_incidents as (
    select * from {{ ref('int_undated_incidents') }}
    where is_core and is_counted
),

counted as (
    select
        day,
        day_region_code,
        count(*) filter (where is_counted) as n_incidents,
        {%- for event_type in core_types %}
        count(*) filter (where is_counted and event_type = '{{ event_type }}') as n_{{ event_type }},
        {%- endfor %}
        {%- for side in sides %}
        count(*) filter (where event_type = 'strike' and actor_side = '{{ side | upper }}') as strikes_by_{{ side }},
        {%- endfor %}
        {%- for side in sides %}
        coalesce(
            sum(coalesce(settlements, case when geo_precision <= 2 then 1 end)) filter (
                where
                event_type = 'capture'
                and actor_side = '{{ side | upper }}'
                and claimed_by_{{ side }}
                and not is_toll
            ),
            0
        )::bigint as settlements_claimed_by_{{ side }},
        {%- endfor %}
        {%- for column in ['launched_uav', 'launched_missile', 'intercepted_uav', 'intercepted_missile'] %}
        {{ sum_told(column) }} as {{ column }},
        {%- endfor %}
        {%- for stem in ['killed', 'injured', 'displaced'] %}
        {{ sum_low(stem) }} as {{ stem }}_low,
        {{ sum_best(stem) }} as {{ stem }}_best,
        {{ sum_high(stem) }} as {{ stem }}_high,
        {%- endfor %}
        {%- for stem in ['killed', 'injured'] %}
        {{ sum_low(stem, "victim_kind = 'civilian'") }} as {{ stem }}_civilian_low,
        {{ sum_best(stem, "victim_kind = 'civilian'") }} as {{ stem }}_civilian_best,
        {{ sum_high(stem, "victim_kind = 'civilian'") }} as {{ stem }}_civilian_high,
        max(coalesce({{ stem }}_best, {{ stem }}_low)) filter (where is_toll)::bigint as toll_{{ stem }}_as_stated,
        {%- endfor %}
        count(*) filter (where has_evacuation_order) as evacuation_orders,
        count(*) filter (where is_counted and corroboration = 'single_side') as n_single_side
    from incidents
    group by day, day_region_code
),

undated as (
    select
        day,
        day_region_code,
        count(*) as n_undated
    from undated_incidents
    group by day, day_region_code
),

mentioned as (
    select
        day,
        day_region_code,
        count(*) as n_events,
        count(distinct article_id) as n_articles,
        count(distinct source) as n_sources
    from mentions
    group by day, day_region_code
)

select
    panel.day,
    panel.region_code,
    panel.region_name,
    panel.country_code,
    coalesce(counted.n_incidents, 0) as n_incidents,
    coalesce(mentioned.n_events, 0) as n_events,
    coalesce(mentioned.n_articles, 0) as n_articles,
    coalesce(mentioned.n_sources, 0) as n_sources,
    {%- for event_type in core_types %}
    coalesce(counted.n_{{ event_type }}, 0) as n_{{ event_type }},
    {%- endfor %}
    {%- for side in sides %}
    coalesce(counted.strikes_by_{{ side }}, 0) as strikes_by_{{ side }},
    {%- endfor %}
    {%- for side in sides %}
    coalesce(counted.settlements_claimed_by_{{ side }}, 0) as settlements_claimed_by_{{ side }},
    {%- endfor %}
    {%- for column in ['launched_uav', 'launched_missile', 'intercepted_uav', 'intercepted_missile'] %}
    coalesce(counted.{{ column }}, 0) as {{ column }},
    {%- endfor %}
    {%- for stem in ['killed', 'injured', 'killed_civilian', 'injured_civilian'] %}
    coalesce(counted.{{ stem }}_low, 0) as {{ stem }}_low,
    coalesce(counted.{{ stem }}_best, 0) as {{ stem }}_best,
    coalesce(counted.{{ stem }}_high, 0) as {{ stem }}_high,
    {%- endfor %}
    coalesce(counted.evacuation_orders, 0) as evacuation_orders,
    coalesce(counted.displaced_low, 0) as displaced_low,
    coalesce(counted.displaced_best, 0) as displaced_best,
    coalesce(counted.displaced_high, 0) as displaced_high,
    counted.n_single_side / nullif(counted.n_incidents, 0) as single_side_share,
    avg(coalesce(counted.n_incidents, 0)) over (
        partition by panel.region_code
        order by panel.day
        rows between 6 preceding and current row
    ) as n_incidents_7d,
    counted.toll_killed_as_stated,
    counted.toll_injured_as_stated,
    coalesce(undated.n_undated, 0) as n_undated
from panel
left join counted on panel.day = counted.day and panel.region_code = counted.day_region_code
left join undated on panel.day = undated.day and panel.region_code = undated.day_region_code
left join mentioned on panel.day = mentioned.day and panel.region_code = mentioned.day_region_code
