with source_rows as (
    select * from {{ source('warehouse', 'articles') }}
)

select
    article_id,
    source_id,
    source_file,
    source,
    url,
    title,
    byline,
    dateline,
    text,
    language,
    published_at,
    published_date,
    date_source,
    date_confidence,
    first_seen_at,
    n_sentences,
    content_sha256,
    duplicate_of,
    layer_day
from source_rows
