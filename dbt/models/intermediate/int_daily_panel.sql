with incidents as (
    select
        day,
        day_region_code
    from {{ ref('int_daily_incidents') }}
    union all
    select
        day,
        day_region_code
    from {{ ref('int_undated_incidents') }}
),

regions as (
    select * from {{ ref('regions') }}
),

bounds as (
    select
        min(day) as first_day,
        max(day) as last_day
    from incidents
),

days as (
    select unnest(generate_series(first_day, last_day, interval 1 day))::date as day
    from bounds
),

pseudo_regions as (
    select
        'UA' as region_code,
        'Ukraine, oblast unknown or several' as region_name,
        'UA' as country_code
    union all
    select
        'RU' as region_code,
        'Russia, region unknown or several' as region_name,
        'RU' as country_code
    union all
    select
        'XX' as region_code,
        'Elsewhere or place unknown' as region_name,
        null as country_code
),

struck_regions as (
    select distinct incidents.day_region_code as region_code
    from incidents
    left join pseudo_regions on incidents.day_region_code = pseudo_regions.region_code
    where pseudo_regions.region_code is null
),

-- A region that the reference table does not know keeps its code for a name.
coded_regions as (
    select
        coalesce(regions.region_code, struck_regions.region_code) as region_code,
        coalesce(regions.region_name, struck_regions.region_code) as region_name,
        coalesce(regions.country_code, left(struck_regions.region_code, 2)) as country_code
    from regions
    full outer join struck_regions on regions.region_code = struck_regions.region_code
    where regions.is_theatre or struck_regions.region_code is not null
),

day_regions as (
    select
        region_code,
        region_name,
        country_code
    from pseudo_regions
    union all
    select
        region_code,
        region_name,
        country_code
    from coded_regions
)

select
    days.day,
    day_regions.region_code,
    day_regions.region_name,
    day_regions.country_code
from days
cross join day_regions
