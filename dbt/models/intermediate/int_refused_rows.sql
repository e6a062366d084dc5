with articles as (
    select * from {{ ref('stg_articles') }}
),

entities as (
    select * from {{ ref('stg_entities') }}
),

events as (
    select * from {{ ref('stg_events') }}
),

kept as (
    select * from {{ ref('int_article_copies') }}
),

duplicates as (
    select * from {{ ref('int_event_duplicates') }}
),

second_articles as (
    select
        articles.source_file,
        'article_id stands in two day files, ' || kept.layer_day || ' and ' || articles.layer_day
        || '; the first one is kept' as reason,
        to_json(struct_pack(article_id := articles.article_id))::varchar as content
    from articles
    inner join kept on articles.article_id = kept.article_id and articles.layer_day != kept.layer_day
),

orphaned_events as (
    select
        events.article_id as source_file,
        'its article is not taken from the same day file, ' || events.layer_day as reason,
        to_json(struct_pack(event_id := events.event_id, quote := events.quote))::varchar as content
    from events
    left join kept on events.article_id = kept.article_id and events.layer_day = kept.layer_day
    where kept.article_id is null
),

orphaned_entities as (
    select
        entities.article_id as source_file,
        'its article is not taken from the same day file, ' || entities.layer_day as reason,
        to_json(struct_pack(entity_id := entities.entity_id, surface := entities.surface))::varchar as content
    from entities
    left join kept on entities.article_id = kept.article_id and entities.layer_day = kept.layer_day
    where kept.article_id is null
),

broken_links as (
    select
        events.article_id as source_file,
        'duplicate_of leads to no row that counts; counted as a row of its own' as reason,
        to_json(struct_pack(event_id := events.event_id, duplicate_of := events.duplicate_of))::varchar as content
    from duplicates
    inner join events on duplicates.event_id = events.event_id
    inner join kept on events.article_id = kept.article_id and events.layer_day = kept.layer_day
    where duplicates.is_broken_link
)

select
    source_file,
    reason,
    content
from second_articles
union all
select
    source_file,
    reason,
    content
from orphaned_events
union all
select
    source_file,
    reason,
    content
from orphaned_entities
union all
select
    source_file,
    reason,
    content
from broken_links
