with events as (
    select * from {{ ref('stg_events') }}
),

articles as (
    select * from {{ ref('int_article_copies') }}
)

select events.*
from events
inner join articles
    on
        events.article_id = articles.article_id
        and events.layer_day = articles.layer_day
where not articles.is_superseded
