with rejected as (
    select * from {{ ref('stg_rejected_rows') }}
),

refused as (
    select * from {{ ref('int_refused_rows') }}
)

select
    stage,
    source_file,
    reason,
    content
from rejected
union all
select
    'warehouse' as stage,
    source_file,
    reason,
    content
from refused
