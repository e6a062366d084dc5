with articles as (
    select * from {{ ref('articles') }}
    where source is not null
),

known as (
    select * from {{ ref('known_sources') }}
),

seen as (
    select
        source,
        count(*) as n_articles,
        min(published_date) as first_published_date,
        max(published_date) as last_published_date
    from articles
    group by source
)

select
    coalesce(seen.source, known.source) as source,
    known.name,
    known.country_code,
    known.side,
    known.language,
    known.kind,
    known.precedence,
    known.home_page,
    coalesce(seen.n_articles, 0) as n_articles,
    seen.first_published_date,
    seen.last_published_date
from seen
full outer join known on seen.source = known.source
