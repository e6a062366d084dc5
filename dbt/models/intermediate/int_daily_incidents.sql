with incidents as (
    select * from {{ ref('int_incidents') }}
),

event_types as (
    select * from {{ ref('event_types') }}
)

select
    incidents.*,
    incidents.event_date as day,
    {{ day_region('incidents') }} as day_region_code,
    event_types.is_core,
    coalesce(incidents.count_scope = 'cumulative', false) as is_toll,
    {{ is_counted('incidents') }} as is_counted
from incidents
inner join event_types
    on incidents.event_type = event_types.event_type and event_types.event_subtype is null
where
    incidents.event_date is not null
    and not incidents.is_background
    and incidents.status not in ('denied', 'intended')
