{#- The numbers of a day and region: a published row is revised when one of them changes. -#}
{% macro daily_measures() -%}
    {{ return([
        'n_incidents', 'n_events', 'n_articles', 'n_sources', 'n_strike', 'n_shelling', 'n_explosion',
        'n_air_defence', 'n_clash', 'n_advance', 'n_repelled', 'n_capture', 'n_withdrawal', 'n_control_status',
        'n_casualties', 'n_prisoners', 'n_evacuation', 'n_displacement', 'n_access_restriction',
        'n_infrastructure_damage', 'n_sabotage', 'n_attack_on_civilians', 'strikes_by_ru', 'strikes_by_ua',
        'settlements_claimed_by_ru', 'settlements_claimed_by_ua', 'launched_uav', 'launched_missile',
        'intercepted_uav', 'intercepted_missile', 'killed_low', 'killed_best', 'killed_high', 'injured_low',
        'injured_best', 'injured_high', 'killed_civilian_low', 'killed_civilian_best', 'killed_civilian_high',
        'injured_civilian_low', 'injured_civilian_best', 'injured_civilian_high', 'evacuation_orders',
        'displaced_low', 'displaced_best', 'displaced_high', 'single_side_share', 'n_incidents_7d',
        'toll_killed_as_stated', 'toll_injured_as_stated', 'n_undated',
    ]) }}
{%- endmacro %}

{#- Region that an incident is counted in: what is placed no closer than a country stands in a row of its own. -#}
{% macro day_region(incidents) -%}
    case
        when {{ incidents }}.region_code is not null then {{ incidents }}.region_code
        when {{ incidents }}.country_code in ('UA', 'RU') then {{ incidents }}.country_code
        else 'XX'
    end
{%- endmacro %}

{#- A running toll of casualties is a statement about many incidents, not one more incident. -#}
{% macro is_counted(incidents) -%}
    {{ incidents }}.event_type != 'casualties' or coalesce({{ incidents }}.count_scope != 'cumulative', true)
{%- endmacro %}
