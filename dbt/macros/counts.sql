{#- How the counts of an incident's rows become one count, and how incidents' counts become a sum. -#}

{#- Value of the first row, in the order of `row_rank` (leading type, best-known source, latest article), that has one. -#}
{% macro first_told(column) -%}
    arg_min({{ column }}, row_rank)
{%- endmacro %}

{#- The most that one voice says in one article: parts of a toll stand beside the whole. -#}
{% macro voice_most(stem, bound) -%}
    max({{ stem }}_{{ bound }}) filter (where is_countable)
{%- endmacro %}

{#- Figure of the first article, in the order of `article_rank`, that has one; of its voices' figures the highest. -#}
{% macro best_told(stem) -%}
    first({{ stem }}_best order by article_rank, {{ stem }}_best desc) filter (where {{ stem }}_best is not null)
{%- endmacro %}

{#- Least of all voices; null where one that gives the count sets no lower bound. -#}
{% macro least_told(stem) -%}
    case
        when not bool_or({{ stem }}_low is null and coalesce({{ stem }}_best, {{ stem }}_high) is not null)
            then min({{ stem }}_low)
    end
{%- endmacro %}

{#- Most of all voices; null where one that gives the count sets no upper bound. -#}
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
