{#- How the counts of an incident's rows become one count, and how incidents' counts become a sum. -#}

{#- Value of the first row, in the order of `row_rank` (best-known source, latest article), that has one. -#}
{% macro first_told(column) -%}
    arg_min({{ column }}, row_rank)
{%- endmacro %}

{#- Least of all rows; null where a row that gives the count sets no lower bound. -#}
{% macro least_told(stem) -%}
    case
        when not bool_or({{ stem }}_low is null and coalesce({{ stem }}_best, {{ stem }}_high) is not null)
            then min({{ stem }}_low)
    end
{%- endmacro %}

{#- Most of all rows; null where a row that gives the count sets no upper bound. -#}
{% macro most_told(stem) -%}
    case
        when not bool_or({{ stem }}_high is null and coalesce({{ stem }}_best, {{ stem }}_low) is not null)
            then max({{ stem }}_high)
    end
{%- endmacro %}

{#- Sums over incidents: a bound that is not told takes the nearest number that is; running tolls never enter. -#}
{% macro sum_low(stem, condition='true') -%}
    coalesce(sum({{ stem }}_low) filter (where not is_toll and {{ condition }}), 0)::bigint
{%- endmacro %}

{% macro sum_best(stem, condition='true') -%}
    coalesce(
        sum(coalesce({{ stem }}_best, {{ stem }}_low)) filter (where not is_toll and {{ condition }}), 0
    )::bigint
{%- endmacro %}

{% macro sum_high(stem, condition='true') -%}
    coalesce(
        sum(coalesce({{ stem }}_high, {{ stem }}_best, {{ stem }}_low)) filter (where not is_toll and {{ condition }}), 0
    )::bigint
{%- endmacro %}

{% macro sum_told(column) -%}
    coalesce(sum({{ column }}) filter (where not is_toll), 0)::bigint
{%- endmacro %}
