{%- set measures = [
    'n_incidents', 'n_events', 'n_articles', 'n_sources', 'n_strike', 'n_shelling', 'n_explosion',
    'n_air_defence', 'n_clash', 'n_advance', 'n_repelled', 'n_capture', 'n_withdrawal', 'n_control_status',
    'n_casualties', 'n_prisoners', 'n_evacuation', 'n_displacement', 'n_access_restriction',
    'n_infrastructure_damage', 'n_sabotage', 'n_attack_on_civilians', 'strikes_by_ru', 'strikes_by_ua',
    'settlements_claimed_by_ru', 'settlements_claimed_by_ua', 'launched_uav', 'launched_missile',
    'intercepted_uav', 'intercepted_missile', 'killed_low', 'killed_best', 'killed_high', 'injured_low',
    'injured_best', 'injured_high', 'killed_civilian_low', 'killed_civilian_best', 'killed_civilian_high',
    'injured_civilian_low', 'injured_civilian_best', 'injured_civilian_high', 'evacuation_orders',
    'displaced_low', 'displaced_best', 'displaced_high', 'single_side_share', 'n_incidents_7d',
    'toll_killed_as_stated', 'toll_injured_as_stated',
] -%}

with summary as (
    select * from {{ ref('int_daily_region_summary') }}
),

published as (
    select * from {{ source('warehouse', 'previous_daily_region_summary') }}
),

compared as (
    select
        summary.*,
        published.revised_at as last_revised_at,
        published.n_revisions as last_n_revisions,
        {{ changed_columns(measures, 'summary', 'published') | indent(8) }} is not null as is_changed
    from summary
    left join published on summary.day = published.day and summary.region_code = published.region_code
)

select
    day,
    region_code,
    region_name,
    country_code,
    {%- for measure in measures %}
    {{ measure }},
    {%- endfor %}
    case when is_changed or last_revised_at is null then {{ built_at() }} else last_revised_at end as revised_at,
    case
        when last_revised_at is null then 0
        when is_changed then last_n_revisions + 1
        else last_n_revisions
    end::integer as n_revisions
from compared
