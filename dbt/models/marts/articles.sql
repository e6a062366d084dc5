with articles as (
    select * from {{ ref('stg_articles') }}
),

kept as (
    select * from {{ ref('int_article_copies') }}
)

select
    articles.article_id,
    articles.source_id,
    articles.source_file,
    articles.source,
    articles.url,
    articles.title,
    articles.byline,
    articles.dateline,
    articles.text,
    articles.language,
    articles.published_at,
    articles.published_date,
    articles.date_source,
    articles.date_confidence,
    articles.first_seen_at,
    articles.n_sentences,
    articles.content_sha256,
    kept.duplicate_of,
    kept.syndicated_from
from articles
inner join kept on articles.article_id = kept.article_id and articles.layer_day = kept.layer_day
