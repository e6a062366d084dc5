{%- set count_stems = ['killed', 'injured', 'captured', 'missing', 'displaced'] -%}
{%- set told_numbers = ['launched_uav', 'launched_missile', 'intercepted_uav', 'intercepted_missile', 'settlements'] -%}
{%- set told_otherwise = ['event_subtype', 'target_side', 'weapon', 'victim_kind', 'area_km2'] + told_numbers -%}
{%- set statuses = "['confirmed', 'reported', 'announced', 'claimed', 'unverified', 'intended', 'denied']" -%}

with events as (
    select * from {{ ref('int_events') }}
),

links as (
    select * from {{ ref('int_incident_links') }}
),

articles as (
    select * from {{ ref('stg_articles') }}
),

sources as (
    select * from {{ ref('known_sources') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

told as (
    select
        events.*,
        links.incident_id,
        articles.source,
        articles.first_seen_at,
        events.status != 'denied' as is_affirmed,
        row_number() over (
            partition by links.incident_id
            order by
                sources.precedence asc nulls last,
                articles.published_at desc nulls last,
                events.article_id asc,
                events.char_start asc,
                events.event_id asc
        ) as row_rank
    from events
    inner join links on events.event_id = links.event_id and links.is_counting
    inner join articles on events.article_id = articles.article_id and events.layer_day = articles.layer_day
    left join sources on articles.source = sources.source
),

reconciled as (
    select
        incident_id,
        any_value(event_type) as event_type,
        {{ first_told('event_subtype') }} as event_subtype,
        {{ first_told('date_start') }} as date_start,
        {{ first_told('date_end') }} as date_end,
        min(date_precision) as date_precision,
        {{ first_told('place_name') }} as place,
        {{ first_told('place_id') }} as place_id,
        {{ first_told('region_code') }} as region_code,
        {{ first_told('country_code') }} as country_code,
        {{ first_told('lat') }} as lat,
        {{ first_told('lon') }} as lon,
        min(geo_precision) as geo_precision,
        {{ first_told('actor_side') }} as actor_side,
        {{ first_told('target_kind') }} as target_kind,
        {{ first_told('target_side') }} as target_side,
        {{ first_told('weapon') }} as weapon,
        {%- for stem in count_stems %}
        {{ least_told(stem) }} as {{ stem }}_low,
        {{ first_told(stem ~ '_best') }} as {{ stem }}_best,
        {{ most_told(stem) }} as {{ stem }}_high,
        {%- endfor %}
        {%- for column in told_numbers %}
        {{ first_told(column) }} as {{ column }},
        {%- endfor %}
        min(advance_km_low) as advance_km_low,
        max(advance_km_high) as advance_km_high,
        {{ first_told('area_km2') }} as area_km2,
        {{ first_told('victim_kind') }} as victim_kind,
        {{ first_told('count_scope') }} as count_scope,
        {{ statuses }}[min(list_position({{ statuses }}, status))] as status,
        bool_and(is_background) as is_background,
        count(*) as n_events,
        count(distinct article_id) as n_articles,
        count(distinct source) as n_sources,
        bool_or(attribution_side = 'UA' and is_affirmed) as claimed_by_ua,
        bool_or(attribution_side = 'RU' and is_affirmed) as claimed_by_ru,
        bool_or(attribution_side = 'UA' and not is_affirmed) as denied_by_ua,
        bool_or(attribution_side = 'RU' and not is_affirmed) as denied_by_ru,
        bool_or(
            is_affirmed
            and (
                attribution_side = 'other'
                or (
                    attribution_side = 'none'
                    and attribution_kind not in ('unattributed', 'social_media', 'anonymous_official')
                )
            )
        ) as told_by_third,
        nullif(
            concat_ws(
                ',',
                {%- for column in told_otherwise %}
                case when count(distinct {{ column }}) > 1 then '{{ column }}' end,
                {%- endfor %}
                {%- for stem in count_stems %}
                case when count(distinct {{ stem }}_best) > 1 then '{{ stem }}' end,
                {%- endfor %}
                case when bool_or(is_affirmed) and not bool_and(is_affirmed) then 'status' end
            ),
            ''
        ) as disputed_fields,
        min(first_seen_at) as first_seen_at
    from told
    group by incident_id
)

select
    reconciled.incident_id,
    reconciled.event_type,
    reconciled.event_subtype,
    case when reconciled.date_precision <= 2 then reconciled.date_end end as event_date,
    reconciled.date_start,
    reconciled.date_end,
    reconciled.date_precision,
    reconciled.place,
    reconciled.place_id,
    reconciled.region_code,
    reconciled.country_code,
    reconciled.lat,
    reconciled.lon,
    reconciled.geo_precision,
    reconciled.actor_side,
    reconciled.target_kind,
    reconciled.target_side,
    reconciled.weapon,
    {%- for stem in count_stems %}
    reconciled.{{ stem }}_low,
    reconciled.{{ stem }}_best,
    reconciled.{{ stem }}_high,
    {%- endfor %}
    {%- for column in told_numbers %}
    reconciled.{{ column }},
    {%- endfor %}
    reconciled.advance_km_low,
    reconciled.advance_km_high,
    reconciled.area_km2,
    reconciled.victim_kind,
    reconciled.count_scope,
    reconciled.status,
    reconciled.is_background,
    reconciled.n_events,
    reconciled.n_articles,
    reconciled.n_sources,
    reconciled.claimed_by_ua,
    reconciled.claimed_by_ru,
    reconciled.denied_by_ua,
    reconciled.denied_by_ru,
    case
        when reconciled.claimed_by_ua and reconciled.claimed_by_ru then 'both_sides'
        when reconciled.told_by_third then 'third_party'
        else 'single_side'
    end as corroboration,
    reconciled.disputed_fields,
    reconciled.event_type = 'attack_on_civilians'
    or (
        reconciled.event_type in ('strike', 'shelling', 'explosion', 'sabotage')
        and (
            coalesce(
                reconciled.target_kind in (
                    'civilians', 'residential', 'health', 'education', 'aid_workers', 'journalists'
                ),
                false
            )
            or coalesce(
                reconciled.victim_kind = 'civilian'
                and greatest(
                    reconciled.killed_best, reconciled.killed_low, reconciled.injured_best, reconciled.injured_low
                ) > 0,
                false
            )
        )
    ) as civilian_targeting,
    event_types.acled_event_type,
    -- Who takes whose land decides in ACLED; a foreign state counts as the non-state actor.
    case
        when reconciled.event_type != 'capture' then event_types.acled_sub_event_type
        when reconciled.actor_side = reconciled.country_code then 'Government regains territory'
        when reconciled.actor_side in ('RU', 'UA') then 'Non-state actor overtakes territory'
        else event_types.acled_sub_event_type
    end as acled_sub_event_type,
    event_types.plover_event,
    event_types.plover_mode,
    reconciled.first_seen_at
from reconciled
left join event_types
    on
        reconciled.event_type = event_types.event_type
        and reconciled.event_subtype is not distinct from event_types.event_subtype
