with entities as (
    select * from {{ ref('stg_entities') }}
),

articles as (
    select * from {{ ref('int_article_copies') }}
)

select
    entities.entity_id,
    entities.article_id,
    entities.sentence_no,
    entities.char_start,
    entities.char_end,
    entities.surface,
    entities.kind,
    entities.canonical_id,
    entities.canonical_name,
    entities.side,
    entities.role,
    entities.lat,
    entities.lon,
    entities.region_code,
    entities.country_code,
    entities.geo_precision,
    entities.geo_method,
    entities.n_homonyms,
    entities.confidence
from entities
inner join articles on entities.article_id = articles.article_id and entities.layer_day = articles.layer_day
