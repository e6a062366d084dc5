with events as (
    select * from {{ ref('events') }}
    where
        event_type in ('capture', 'withdrawal', 'control_status', 'repelled')
        and geo_precision = 1
        and place_name is not null
        and duplicate_of is null
        and status != 'intended'
),

articles as (
    select * from {{ ref('articles') }}
),

told as (
    select
        events.event_id,
        events.article_id,
        coalesce(
            events.place_id, concat_ws('|', coalesce(events.country_code, 'XX'), events.region_code, events.place_name)
        ) as settlement_id,
        events.place_id,
        events.place_name,
        events.region_code,
        events.country_code,
        events.lat,
        events.lon,
        events.status,
        events.status = 'denied' as is_denied,
        case when events.attribution_side in ('RU', 'UA') then events.attribution_side else 'third' end as voice,
        -- Who holds the place once this has happened.
        case
            when events.event_subtype = 'contested' then 'contested'
            when events.actor_side not in ('RU', 'UA') then null
            when events.event_type = 'capture' then events.actor_side
            when events.event_type = 'control_status' and events.event_subtype in ('held', 'occupied')
                then events.actor_side
            when events.event_type = 'repelled' and events.event_subtype = 'held' then events.actor_side
            when
                events.event_type = 'withdrawal' and events.event_subtype in ('withdrawal', 'surrender')
                then case events.actor_side when 'RU' then 'UA' else 'RU' end
        end as holder,
        coalesce(events.date_start, articles.published_date) as first_day,
        coalesce(events.date_end, articles.published_date) as claim_day,
        articles.published_at
    from events
    inner join articles on events.article_id = articles.article_id
),

claims as (
    select
        *,
        case
            when not is_denied then holder
            when holder in ('RU', 'UA') then 'not_' || holder
        end as says,
        -- Whoever says that one does not hold a place leaves it to the other.
        case
            when not is_denied then holder
            when holder = 'RU' then 'UA'
            when holder = 'UA' then 'RU'
        end as holding_side
    from told
),

in_order as (
    select
        *,
        lag(holding_side) over (
            partition by settlement_id, voice
            order by claim_day nulls first, published_at nulls first, event_id
        ) as said_before
    from claims
    where says is not null
),

-- As long as a voice goes on saying the same, it is one run.
runs as (
    select
        *,
        count(*) filter (where said_before is distinct from holding_side) over (
            partition by settlement_id, voice
            order by claim_day nulls first, published_at nulls first, event_id
        ) as run_no
    from in_order
)

select
    settlement_id,
    event_id,
    article_id,
    voice,
    says,
    holding_side,
    status,
    claim_day,
    min(first_day) over (partition by settlement_id, voice, run_no) as says_since,
    published_at,
    place_id,
    place_name,
    region_code,
    country_code,
    lat,
    lon
from runs
