with articles as (
    select * from {{ ref('articles') }}
    where source is not null
),

known as (
    select * from {{ ref('known_sources') }}
),

cards as (
    select * from {{ source('warehouse', 'source_cards') }}
),

seen as (
    select
        source,
        count(*) as n_articles,
        min(published_date) as first_published_date,
        max(published_date) as last_published_date
    from articles
    group by source
),

listed as (
    select source from seen
    union
    select source from known
    union
    select source from cards
    where is_in_use
)

select
    listed.source,
    coalesce(known.name, cards.source) as name,
    coalesce(cards.country_code, known.country_code) as country_code,
    coalesce(cards.side, known.side) as side,
    coalesce(cards.language, known.language) as language,
    known.kind,
    known.precedence,
    known.home_page,
    cards.licence,
    cards.articles_per_day_min,
    cards.articles_per_day_max,
    coalesce(seen.n_articles, 0) as n_articles,
    seen.first_published_date,
    seen.last_published_date
from listed
left join seen on listed.source = seen.source
left join known on listed.source = known.source
left join cards on listed.source = cards.source
