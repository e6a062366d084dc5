with source_rows as (
    select * from {{ source('warehouse', 'entities') }}
)

select
    entity_id,
    article_id,
    sentence_no,
    char_start,
    char_end,
    surface,
    kind,
    canonical_id,
    canonical_name,
    side,
    role,
    lat,
    lon,
    region_code,
    country_code,
    geo_precision,
    geo_method,
    n_homonyms,
    confidence,
    layer_day
from source_rows
