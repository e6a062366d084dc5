{%- set measures = daily_measures() -%}

with summary as (
    select * from {{ ref('int_daily_region_summary') }}
),

published as (
    select * from {{ source('warehouse', 'previous_daily_region_summary_history') }}
),

last_published as (
    select *
    from published
    qualify row_number() over (partition by day, region_code order by n_revisions desc) = 1
),

compared as (
    select
        summary.*,
        coalesce(last_published.n_revisions + 1, 0)::integer as n_revisions,
        last_published.day is null
        or last_published.valid_to is not null
        or {{ changed_columns(measures, 'summary', 'last_published') | indent(8) }} is not null as is_changed
    from summary
    left join last_published on summary.day = last_published.day and summary.region_code = last_published.region_code
),

new_versions as (
    select
        day,
        region_code,
        region_name,
        country_code,
        {%- for measure in measures %}
        {{ measure }},
        {%- endfor %}
        {{ built_at() }} as revised_at,
        n_revisions,
        null::timestamp with time zone as valid_to
    from compared
    where is_changed
),

-- A published version ends when the day has another one now, or is no more.
published_versions as (
    select
        published.day,
        published.region_code,
        published.region_name,
        published.country_code,
        {%- for measure in measures %}
        published.{{ measure }},
        {%- endfor %}
        published.revised_at,
        published.n_revisions,
        case
            when published.valid_to is not null then published.valid_to
            when compared.day is null or compared.is_changed then {{ built_at() }}
        end as valid_to
    from published
    left join compared on published.day = compared.day and published.region_code = compared.region_code
)

select * from published_versions
union all
select * from new_versions
