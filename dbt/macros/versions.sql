{#- Comparing a row with what was published last. -#}

{#- Time of this build: the moment from which new versions are valid. -#}
{% macro built_at() -%}
    '{{ run_started_at }}'::timestamp with time zone
{%- endmacro %}

{#- Names of the columns that differ between two relations, with commas between; null where none does. -#}
{% macro changed_columns(columns, now, before) -%}
    nullif(
        concat_ws(
            ',',
            {%- for column in columns %}
            case when {{ now }}.{{ column }} is distinct from {{ before }}.{{ column }} then '{{ column }}' end
            {{- "," if not loop.last }}
            {%- endfor %}
        ),
        ''
    )
{%- endmacro %}
