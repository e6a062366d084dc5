with versions as (
    select * from {{ ref('daily_region_summary_history') }}
)

select * exclude (valid_to)
from versions
where valid_to is null
