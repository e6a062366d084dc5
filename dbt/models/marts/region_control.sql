{%- set voices = {'ru': 'RU', 'ua': 'UA', 'third': 'third'} -%}

with claims as (
    select * from {{ ref('int_control_claims') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by settlement_id
            order by claim_day desc nulls last, published_at desc nulls last, event_id desc
        ) as recency,
        row_number() over (
            partition by settlement_id, voice
            order by claim_day desc nulls last, published_at desc nulls last, event_id desc
        ) as voice_recency
    from claims
),

last_claims as (
    select * from ranked
    where recency = 1
),

by_voice as (
    select
        settlement_id,
        {%- for name, voice in voices.items() %}
        max(says) filter (where voice = '{{ voice }}' and voice_recency = 1) as {{ name }}_says,
        max(says_since) filter (where voice = '{{ voice }}' and voice_recency = 1) as {{ name }}_says_since,
        max(claim_day) filter (where voice = '{{ voice }}' and voice_recency = 1) as {{ name }}_last_day,
        max(event_id) filter (where voice = '{{ voice }}' and voice_recency = 1) as {{ name }}_event_id,
        {%- endfor %}
        count(*) as n_claims,
        count(distinct article_id) as n_articles
    from ranked
    group by settlement_id
),

-- Another voice's last word counts against a claim if it was said since the claim was first made.
contradicted as (
    select distinct last_claims.settlement_id
    from last_claims
    inner join ranked
        on
            last_claims.settlement_id = ranked.settlement_id
            and last_claims.holding_side != ranked.holding_side
            and last_claims.voice != ranked.voice
            and last_claims.says_since <= ranked.claim_day
    where ranked.voice_recency = 1
)

select
    last_claims.settlement_id,
    last_claims.place_id,
    last_claims.place_name as place,
    last_claims.region_code,
    last_claims.country_code,
    last_claims.lat,
    last_claims.lon,
    last_claims.says as held_by,
    last_claims.voice as claimed_by,
    last_claims.status,
    last_claims.says_since as held_since,
    last_claims.claim_day,
    last_claims.event_id,
    last_claims.holding_side = 'contested' or contradicted.settlement_id is not null as is_disputed,
    {%- for name in voices %}
    by_voice.{{ name }}_says,
    by_voice.{{ name }}_says_since,
    by_voice.{{ name }}_last_day,
    by_voice.{{ name }}_event_id,
    {%- endfor %}
    by_voice.n_claims,
    by_voice.n_articles
from last_claims
inner join by_voice on last_claims.settlement_id = by_voice.settlement_id
left join contradicted on last_claims.settlement_id = contradicted.settlement_id
