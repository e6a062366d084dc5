{%- set summed = [
    'n_incidents', 'n_events', 'n_strike', 'n_shelling', 'n_explosion', 'n_air_defence', 'n_clash', 'n_advance',
    'n_repelled', 'n_capture', 'n_withdrawal', 'n_control_status', 'n_casualties', 'n_prisoners', 'n_evacuation',
    'n_displacement', 'n_access_restriction', 'n_infrastructure_damage', 'n_sabotage', 'n_attack_on_civilians',
    'strikes_by_ru', 'strikes_by_ua', 'settlements_claimed_by_ru', 'settlements_claimed_by_ua', 'launched_uav',
    'launched_missile', 'intercepted_uav', 'intercepted_missile', 'killed_low', 'killed_best', 'killed_high',
    'injured_low', 'injured_best', 'injured_high', 'killed_civilian_low', 'killed_civilian_best',
    'killed_civilian_high', 'injured_civilian_low', 'injured_civilian_best', 'injured_civilian_high',
    'evacuation_orders', 'displaced_low', 'displaced_best', 'displaced_high', 'n_undated',
] -%}

with days as (
    select * from {{ ref('daily_region_summary') }}
),

mentions as (
    select * from {{ ref('int_daily_mentions') }}
    where is_core
),

weeks as (
    select
        date_trunc('week', day)::date as week_start,
        region_code,
        any_value(region_name) as region_name,
        any_value(country_code) as country_code,
        count(*) as n_days,
        {%- for column in summed %}
        sum({{ column }})::bigint as {{ column }},
        {%- endfor %}
        sum(single_side_share * n_incidents) / nullif(sum(n_incidents), 0) as single_side_share,
        max(toll_killed_as_stated) as toll_killed_as_stated,
        max(toll_injured_as_stated) as toll_injured_as_stated,
        max(revised_at) as revised_at
    from days
    group by date_trunc('week', day), region_code
),

-- An article that tells of several days of the week is one article.
mentioned as (
    select
        date_trunc('week', day)::date as week_start,
        day_region_code,
        count(distinct article_id) as n_articles,
        count(distinct source) as n_sources
    from mentions
    group by date_trunc('week', day), day_region_code
)

select
    strftime(weeks.week_start, '%G-W%V') as week,
    weeks.week_start,
    weeks.region_code,
    weeks.region_name,
    weeks.country_code,
    weeks.n_days,
    coalesce(mentioned.n_articles, 0) as n_articles,
    coalesce(mentioned.n_sources, 0) as n_sources,
    {%- for column in summed %}
    weeks.{{ column }},
    {%- endfor %}
    weeks.single_side_share,
    lag(weeks.n_incidents) over (partition by weeks.region_code order by weeks.week_start) as n_incidents_week_before,
    weeks.toll_killed_as_stated,
    weeks.toll_injured_as_stated,
    weeks.revised_at
from weeks
left join mentioned on weeks.week_start = mentioned.week_start and weeks.region_code = mentioned.day_region_code
