{%- set count_stems = ['killed', 'injured', 'captured', 'missing', 'displaced'] -%}
{%- set told_numbers = ['launched_uav', 'launched_missile', 'intercepted_uav', 'intercepted_missile', 'settlements'] -%}
{%- set told_otherwise = ['target_side', 'weapon', 'victim_kind', 'area_km2'] -%}
{%- set statuses = "['confirmed', 'reported', 'announced', 'claimed', 'unverified', 'intended', 'denied']" -%}

with events as (
    select * from {{ ref('int_events') }}
),

links as (
    select * from {{ ref('int_incident_links') }}
),

articles as (
    select * from {{ ref('stg_articles') }}
),

copies as (
    select * from {{ ref('int_article_copies') }}
),

sources as (
    select * from {{ ref('known_sources') }}
),

event_types as (
    select * from {{ ref('event_types') }}
),

ranked as (
    select
        events.*,
        links.incident_id,
        links.rule,
        links.type_rank,
        coalesce(copies.voice, articles.source) as source,
        articles.first_seen_at,
        articles.published_at,
        articles.published_date,
        sources.precedence,
        events.status != 'denied' as is_affirmed,
        dense_rank() over (partition by links.incident_id order by links.type_rank asc nulls last) = 1 as is_lead
    from events
    inner join links on events.event_id = links.event_id and links.is_counting
    inner join articles on events.article_id = articles.article_id and events.layer_day = articles.layer_day
    left join copies on events.article_id = copies.article_id
    left join sources on articles.source = sources.source
),

told as (
    select
        *,
        row_number() over (
            partition by incident_id
            order by
                is_lead desc,
                precedence asc nulls last,
                published_at desc nulls last,
                article_id asc,
                char_start asc,
                event_id asc
        ) as row_rank,
        row_number() over (
            partition by incident_id
            order by
                geo_precision asc,
                lat is null asc,
                type_rank asc,
                precedence asc nulls last,
                published_at desc nulls last,
                article_id asc,
                char_start asc,
                event_id asc
        ) as place_rank,
        -- The day that a text names, before the day of its news; the attack's, before that of a later toll.
        row_number() over (
            partition by incident_id
            order by
                date_precision asc,
                date_method is not distinct from 'news_day' asc,
                type_rank asc,
                date_start asc nulls last,
                date_end asc nulls last,
                event_id asc
        ) as date_rank,
        dense_rank() over (
            partition by incident_id
            order by precedence asc nulls last, published_at desc nulls last, article_id asc
        ) as article_rank,
        -- A running toll of an oblast or a country is of many incidents, and is none of this one's numbers.
        coalesce(count_scope != 'cumulative', true)
        or geo_precision <= 2
        or bool_and(event_type = 'casualties') over (partition by incident_id) as is_countable
    from ranked
),

voices as (
    select
        incident_id,
        article_id,
        attribution_side,
        {%- for stem in count_stems %}
        {{ voice_most(stem, 'low') }} as {{ stem }}_low,
        {{ voice_most(stem, 'best') }} as {{ stem }}_best,
        {{ voice_most(stem, 'high') }} as {{ stem }}_high,
        {%- endfor %}
        any_value(article_rank) as article_rank
    from told
    group by incident_id, article_id, attribution_side
),

counted as (
    select
        incident_id,
        {%- for stem in count_stems %}
        {{ least_told(stem) }} as {{ stem }}_low,
        {{ best_told(stem) }} as {{ stem }}_best,
        {{ most_told(stem) }} as {{ stem }}_high,
        {%- endfor %}
        nullif(
            concat_ws(
                ',',
                {%- for stem in count_stems %}
                case when count(distinct {{ stem }}_best) > 1 then '{{ stem }}' end
                {{- "," if not loop.last }}
                {%- endfor %}
            ),
            ''
        ) as disputed_counts
    from voices
    group by incident_id
),

reconciled as (
    select
        incident_id,
        {{ first_told('event_type') }} as event_type,
        arg_min(event_subtype, row_rank) filter (where is_lead) as event_subtype,
        arg_min(
            struct_pack(first_day := date_start, last_day := date_end, how_precise := date_precision), date_rank
        ) as dated,
        arg_min(
            struct_pack(
                name := place_name,
                id := place_id,
                region := region_code,
                country := country_code,
                latitude := lat,
                longitude := lon,
                how_precise := geo_precision
            ),
            place_rank
        ) as placed,
        {{ first_told('actor_side') }} as actor_side,
        coalesce(
            arg_min(target_kind, row_rank) filter (
                where target_kind not in ('settlement', 'civilians', 'other', 'unknown')
                and (is_lead or event_type = 'infrastructure_damage')
            ),
            {{ first_told('target_kind') }}
        ) as target_kind,
        {%- for column in told_numbers %}
        {{ first_told(column) }} as {{ column }},
        {%- endfor %}
        {%- for column in told_otherwise %}
        {{ first_told(column) }} as {{ column }},
        {%- endfor %}
        min(advance_km_low) as advance_km_low,
        max(advance_km_high) as advance_km_high,
        arg_min(count_scope, row_rank) filter (where is_lead) as count_scope,
        {{ statuses }}[min(list_position({{ statuses }}, status))] as status,
        bool_and(is_background) as is_background,
        count(*) as n_events,
        count(distinct article_id) as n_articles,
        -- Sources that print the same words are one.
        greatest(
            count(distinct source) filter (where rule is distinct from 'same_words'), least(count(distinct source), 1)
        ) as n_sources,
        bool_or(attribution_side = 'UA' and is_affirmed) as claimed_by_ua,
        bool_or(attribution_side = 'RU' and is_affirmed) as claimed_by_ru,
        bool_or(attribution_side = 'UA' and not is_affirmed) as denied_by_ua,
        bool_or(attribution_side = 'RU' and not is_affirmed) as denied_by_ru,
        bool_or(
            is_affirmed
            and (
                attribution_side = 'other'
                or (
                    attribution_side = 'none'
                    and attribution_kind not in ('unattributed', 'social_media', 'anonymous_official')
                )
            )
        ) as told_by_third,
        concat_ws(
            ',',
            case when count(distinct event_subtype) filter (where is_lead) > 1 then 'event_subtype' end,
            {%- for column in told_otherwise + told_numbers %}
            case when count(distinct {{ column }}) > 1 then '{{ column }}' end,
            {%- endfor %}
            case when bool_or(is_affirmed) and not bool_and(is_affirmed) then 'status' end
        ) as disputed_words,
        bool_or(
            event_type = 'infrastructure_damage'
            or (
                event_type in ('strike', 'shelling', 'explosion', 'sabotage')
                and coalesce(
                    target_kind in ('energy', 'transport', 'port', 'health', 'education', 'industry'), false
                )
            )
        ) as infrastructure_hit,
        bool_or(event_type = 'evacuation' and event_subtype is not distinct from 'ordered') as has_evacuation_order,
        min(published_date) as first_published_date,
        min(first_seen_at) as first_seen_at
    from told
    group by incident_id
)

select
    reconciled.incident_id,
    reconciled.event_type,
    reconciled.event_subtype,
    case when reconciled.dated.how_precise <= 2 then reconciled.dated.last_day end as event_date,
    reconciled.dated.first_day as date_start,
    reconciled.dated.last_day as date_end,
    reconciled.dated.how_precise as date_precision,
    reconciled.placed.name as place,
    reconciled.placed.id as place_id,
    reconciled.placed.region as region_code,
    reconciled.placed.country as country_code,
    reconciled.placed.latitude as lat,
    reconciled.placed.longitude as lon,
    reconciled.placed.how_precise as geo_precision,
    reconciled.actor_side,
    reconciled.target_kind,
    reconciled.target_side,
    reconciled.weapon,
    {%- for stem in count_stems %}
    counted.{{ stem }}_low,
    counted.{{ stem }}_best,
    counted.{{ stem }}_high,
    {%- endfor %}
    {%- for column in told_numbers %}
    reconciled.{{ column }},
    {%- endfor %}
    reconciled.advance_km_low,
    reconciled.advance_km_high,
    reconciled.area_km2,
    reconciled.victim_kind,
    reconciled.count_scope,
    reconciled.status,
    reconciled.is_background,
    reconciled.n_events,
    reconciled.n_articles,
    reconciled.n_sources,
    reconciled.claimed_by_ua,
    reconciled.claimed_by_ru,
    reconciled.denied_by_ua,
    reconciled.denied_by_ru,
    case
        when reconciled.claimed_by_ua and reconciled.claimed_by_ru then 'both_sides'
        when reconciled.told_by_third then 'third_party'
        else 'single_side'
    end as corroboration,
    nullif(concat_ws(',', counted.disputed_counts, nullif(reconciled.disputed_words, '')), '') as disputed_fields,
    reconciled.event_type = 'attack_on_civilians'
    or (
        reconciled.event_type in ('strike', 'shelling', 'explosion', 'sabotage')
        and (
            coalesce(
                reconciled.target_kind in (
                    'civilians', 'residential', 'health', 'education', 'aid_workers', 'journalists'
                ),
                false
            )
            or coalesce(
                reconciled.victim_kind = 'civilian'
                and greatest(
                    counted.killed_best, counted.killed_low, counted.injured_best, counted.injured_low
                ) > 0,
                false
            )
        )
    ) as civilian_targeting,
    reconciled.infrastructure_hit,
    event_types.acled_event_type,
    -- Who takes whose land decides in ACLED; a foreign state counts as the non-state actor.
    case
        when reconciled.event_type != 'capture' then event_types.acled_sub_event_type
        when reconciled.actor_side = reconciled.placed.country then 'Government regains territory'
        when reconciled.actor_side in ('RU', 'UA') then 'Non-state actor overtakes territory'
        else event_types.acled_sub_event_type
    end as acled_sub_event_type,
    event_types.plover_event,
    event_types.plover_mode,
    reconciled.has_evacuation_order,
    reconciled.first_published_date,
    reconciled.first_seen_at
from reconciled
inner join counted on reconciled.incident_id = counted.incident_id
left join event_types
    on
        reconciled.event_type = event_types.event_type
        and reconciled.event_subtype is not distinct from event_types.event_subtype
