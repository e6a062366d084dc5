with recursive articles as (
    select * from {{ ref('stg_articles') }}
),

agencies as (
    select
        source,
        regexp_replace(source, '([^A-Za-z0-9 ])', '\\\1', 'g') as pattern
    from {{ ref('known_sources') }}
    where kind in ('agency', 'state_agency')
),

-- An article that stands in two day files is taken from the first one.
kept as (
    select * from articles
    qualify row_number() over (partition by article_id order by layer_day, source_file) = 1
),

-- A later version of the same text: same source, and same address or id.
linked as (
    select
        kept.article_id,
        kept.source,
        targets.article_id as near_duplicate_of,
        coalesce(
            kept.source = targets.source and (kept.url = targets.url or kept.source_id = targets.source_id),
            false
        ) as is_superseded,
        first_value(kept.article_id) over (
            partition by kept.content_sha256
            order by kept.published_at nulls last, kept.source_file, kept.article_id
        ) as first_copy
    from kept
    left join kept as targets on kept.duplicate_of = targets.article_id
),

direct as (
    select
        article_id,
        source,
        is_superseded,
        case
            when is_superseded then near_duplicate_of
            else coalesce(nullif(first_copy, article_id), near_duplicate_of)
        end as duplicate_of
    from linked
),

-- From the first copies down to the others; a link in a circle is never reached.
reached as (
    select
        article_id,
        article_id as root_id
    from direct
    where duplicate_of is null
    union all
    select
        direct.article_id,
        reached.root_id
    from direct
    inner join reached on direct.duplicate_of = reached.article_id
),

-- What a text says of the agency that it comes from: dateline, byline, last words. Interfax-Ukraine is not Interfax.
credited as (
    select
        kept.article_id,
        arg_max(agencies.source, length(agencies.source)) as agency
    from kept
    inner join agencies
        on
            regexp_matches(left(kept.text, 300), '\(' || agencies.pattern || '\)\s*(--|[-–—])')
            or regexp_matches(kept.byline, '(^|[^A-Za-z])' || agencies.pattern || '($|[^A-Za-z-])')
            or regexp_matches(
                right(rtrim(kept.text), 100),
                '([Ww]ith|[Vv]ia|[Ss]ource:|©( ?[0-9]{4})?) ?' || agencies.pattern || '[.)\s]*$'
            )
    group by kept.article_id
)

select
    kept.article_id,
    kept.layer_day,
    direct.is_superseded,
    nullif(coalesce(reached.root_id, kept.article_id), kept.article_id) as duplicate_of,
    nullif(
        coalesce(
            case when roots.source in (select agencies.source from agencies) then roots.source end,
            credited.agency
        ),
        coalesce(kept.source, '')
    ) as syndicated_from,
    coalesce(credited.agency, roots.source, kept.source) as voice
from kept
inner join direct on kept.article_id = direct.article_id
left join reached on kept.article_id = reached.article_id
left join direct as roots on reached.root_id = roots.article_id
left join credited on kept.article_id = credited.article_id
