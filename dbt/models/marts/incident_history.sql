{%- set columns = [
    'event_type', 'event_subtype', 'event_date', 'date_start', 'date_end', 'date_precision', 'place',
    'place_id', 'region_code', 'country_code', 'lat', 'lon', 'geo_precision', 'actor_side', 'target_kind',
    'target_side', 'weapon', 'killed_low', 'killed_best', 'killed_high', 'injured_low', 'injured_best',
    'injured_high', 'captured_low', 'captured_best', 'captured_high', 'missing_low', 'missing_best',
    'missing_high', 'displaced_low', 'displaced_best', 'displaced_high', 'launched_uav', 'launched_missile',
    'intercepted_uav', 'intercepted_missile', 'settlements', 'advance_km_low', 'advance_km_high', 'area_km2',
    'victim_kind', 'count_scope', 'status', 'is_background', 'n_events', 'n_articles', 'n_sources',
    'claimed_by_ua', 'claimed_by_ru', 'denied_by_ua', 'denied_by_ru', 'corroboration', 'disputed_fields',
    'civilian_targeting', 'infrastructure_hit', 'acled_event_type', 'acled_sub_event_type', 'plover_event', 'plover_mode',
    'first_seen_at',
] -%}

with incidents as (
    select * from {{ ref('int_incidents') }}
),

published as (
    select * from {{ source('warehouse', 'previous_incident_history') }}
),

succession as (
    select * from {{ source('warehouse', 'incident_succession') }}
),

last_published as (
    select *
    from published
    qualify row_number() over (partition by incident_id order by version desc) = 1
),

compared as (
    select
        incidents.*,
        last_published.version as last_version,
        case
            when last_published.version is null then 'first published'
            when last_published.valid_to is not null then 'published again'
            else {{ changed_columns(columns, 'incidents', 'last_published') | indent(12) }}
        end as what_changed
    from incidents
    left join last_published on incidents.incident_id = last_published.incident_id
),

new_versions as (
    select
        incident_id,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        (coalesce(last_version, 0) + 1)::integer as version,
        {{ built_at() }} as valid_from,
        null::timestamp with time zone as valid_to,
        null::varchar as superseded_by,
        what_changed
    from compared
    where what_changed is not null
),

-- A published version ends when the incident has another one now, or is no more.
published_versions as (
    select
        published.incident_id,
        {%- for column in columns %}
        published.{{ column }},
        {%- endfor %}
        published.version,
        published.valid_from,
        case
            when published.valid_to is not null then published.valid_to
            when compared.incident_id is null or compared.what_changed is not null then {{ built_at() }}
        end as valid_to,
        case
            when published.valid_to is not null then published.superseded_by
            when compared.incident_id is null then succession.superseded_by
        end as superseded_by,
        published.what_changed
    from published
    left join compared on published.incident_id = compared.incident_id
    left join succession on published.incident_id = succession.incident_id
)

select * from published_versions
union all
select * from new_versions
