with recursive events as (
    select * from {{ ref('int_events') }}
),

articles as (
    select * from {{ ref('int_article_copies') }}
),

-- Copies of an article may differ in white space, so their rows are matched by words and order, not by offsets.
numbered as (
    select
        event_id,
        article_id,
        event_type,
        place_text,
        regexp_replace(trim(quote), '\s+', ' ', 'g') as words,
        row_number() over (
            partition by article_id, event_type, place_text, words
            order by char_start, event_id
        ) as row_no
    from events
),

copied as (
    select
        numbered.event_id,
        originals.event_id as original_event_id
    from numbered
    inner join articles on numbered.article_id = articles.article_id
    inner join numbered as originals
        on
            articles.duplicate_of = originals.article_id
            and numbered.event_type = originals.event_type
            and numbered.words = originals.words
            and numbered.row_no = originals.row_no
            and numbered.place_text is not distinct from originals.place_text
),

told as (
    select
        events.event_id,
        events.duplicate_of as told_duplicate_of,
        coalesce(events.duplicate_of, copied.original_event_id) as duplicate_of
    from events
    left join copied on events.event_id = copied.event_id
),

-- From the rows that count down to the rows that repeat them; a link in a circle or to nowhere is never reached.
reached as (
    select
        event_id,
        event_id as root_event_id
    from told
    where duplicate_of is null
    union all
    select
        told.event_id,
        reached.root_event_id
    from told
    inner join reached on told.duplicate_of = reached.event_id
)

select
    told.event_id,
    case when reached.event_id is not null then told.duplicate_of end as duplicate_of,
    coalesce(reached.root_event_id, told.event_id) as root_event_id,
    reached.event_id is null as is_broken_link
from told
left join reached on told.event_id = reached.event_id
