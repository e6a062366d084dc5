with articles as (
    select * from {{ ref('stg_articles') }}
),

-- An article that stands in two day files is taken from the first one.
kept as (
    select
        article_id,
        layer_day,
        source_file,
        content_sha256,
        published_at
    from articles
    qualify row_number() over (partition by article_id order by layer_day, source_file) = 1
)

select
    article_id,
    layer_day,
    nullif(
        first_value(article_id) over (
            partition by content_sha256
            order by published_at nulls last, source_file, article_id
        ),
        article_id
    ) as duplicate_of
from kept
