with source_rows as (
    select * from {{ source('warehouse', 'rejected_rows') }}
)

select
    stage,
    source_file,
    reason,
    content,
    layer_day
from source_rows
