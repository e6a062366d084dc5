"""The public tables: what a row of each is, as people read it in the published file.

Here: the tables that dbt makes, and `PUBLIC_TABLES`, the list of everything that is published. Not here: how a row comes
about (`dbt/models`), and the extraction's own tables (articles.py, entities.py, events.py), which are published with the
columns described there.
"""

from __future__ import annotations

from typing import Final

import pandera.polars as pa
import polars as pl

from pipeline.schemas.articles import Articles
from pipeline.schemas.entities import Entities
from pipeline.schemas.events import Events
from pipeline.schemas.vocabulary import (
    COUNT_SCOPES,
    DATE_PRECISIONS,
    EVENT_TYPES,
    GEO_PRECISIONS,
    REJECT_STAGES,
    SIDES,
    STATUSES,
    TARGET_KINDS,
    VICTIM_KINDS,
)

LINK_RULES: Final = (
    "first", "duplicate", "copy", "same_sentence", "same_passage", "same_article", "same_words", "later_toll", "same_place",
    "near_place", "in_region", "same_region",
)  # fmt: skip
CORROBORATIONS: Final = ("single_side", "both_sides", "third_party")
VOICES: Final = ("RU", "UA", "third")
CONTROLS: Final = ("RU", "UA", "contested", "not_RU", "not_UA")


def _count(description: str) -> pl.Int32:
    return pa.Field(nullable=True, ge=0, description=description)


def _number(description: str) -> pl.Int64:
    return pa.Field(ge=0, description=description)


class PublishedArticles(Articles):
    """One row per text that was read: where it came from, what it says, when it was published."""

    duplicate_of: str = pa.Field(
        nullable=True,
        description="article_id of the article that this one repeats: the first of all copies and near copies, or the last version "
        "of the same text of the same source, whose rows count instead; null for the one that counts.",
    )
    syndicated_from: str = pa.Field(
        nullable=True,
        description="News agency that the text comes from, as its dateline, byline or last words say or the article that it repeats; "
        "null if none is known, and for the agency's own.",
    )

    class Config:
        strict = True


class PublishedEvents(Events):
    """One row per thing that a text reports as having happened, at one place, as told by one voice."""

    duplicate_of: str = pa.Field(
        nullable=True,
        description="event_id of the row that says the same and counts: a fuller row of the article, or the same row of the first copy "
        "of the article; null for the row that counts.",
    )
    incident_id: str = pa.Field(
        description="Incident that the row tells of; a duplicate has the incident of the row that counts."
    )

    class Config:
        strict = True


class _Reconciled(pa.DataFrameModel):
    """What the rows of one incident say together: shared by its present state and its history."""

    incident_id: str = pa.Field(
        str_matches=r"^i[0-9a-f]{16}$",
        description="Stable id: it stays while the incident grows; `incident_history` says which one took the place of an id that is gone.",
    )
    event_type: str = pa.Field(
        isin=EVENT_TYPES,
        description="What happened; see `event_types`. Of several types that its rows have the leading one: the attack before its blast, its air defence, its damage, its toll and its evacuation.",
    )
    event_subtype: str = pa.Field(
        nullable=True, description="Finer type, from the row of the best-known source that has the leading type."
    )
    event_date: pl.Date = pa.Field(
        nullable=True,
        description="Day that the incident is counted on: the last day where it is known to the day or to a few days; null where vaguer.",
    )
    date_start: pl.Date = pa.Field(nullable=True, description="First day, Europe/Kyiv; null where unknown.")
    date_end: pl.Date = pa.Field(nullable=True, description="Last day, Europe/Kyiv.")
    date_precision: pl.Int8 = pa.Field(
        isin=DATE_PRECISIONS,
        description="1 day, 2 a few days, 3 week, 4 month or longer, 5 year, 9 unknown; the best of its rows.",
    )
    place: str = pa.Field(nullable=True, description="Usual English name of the settlement or area.")
    place_id: str = pa.Field(nullable=True, description="Gazetteer's id of the place; null where it has none.")
    region_code: str = pa.Field(nullable=True, description="ISO 3166-2 code of the oblast, by law, whoever holds it.")
    country_code: str = pa.Field(nullable=True, description="ISO 3166-1 code of the country, by law.")
    lat: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -90, "max_value": 90}, description="Latitude, degrees, WGS 84."
    )
    lon: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -180, "max_value": 180}, description="Longitude, degrees, WGS 84."
    )
    geo_precision: pl.Int8 = pa.Field(
        isin=GEO_PRECISIONS,
        description="1 settlement or site, 2 near it, 3 oblast, 4 several oblasts, 5 country, 9 none; the best of its rows.",
    )
    actor_side: str = pa.Field(isin=SIDES, description="Side of who did it.")
    target_kind: str = pa.Field(nullable=True, isin=TARGET_KINDS, description="Kind of target.")
    target_side: str = pa.Field(nullable=True, isin=SIDES, description="Side that the target belongs to.")
    weapon: str = pa.Field(nullable=True, description="Weapon as told by the best-known source that names one.")
    killed_low: pl.Int32 = _count(
        "Killed, the least that any voice gives; null where one sets no lower bound. Of the figures of one voice in one article the highest counts, since parts of a toll stand beside the whole."
    )
    killed_best: pl.Int32 = _count(
        "Killed, by the latest article of the best-known source that gives a number (`sources.precedence`)."
    )
    killed_high: pl.Int32 = _count("Killed, the most that any voice gives; null where one sets no upper bound.")
    injured_low: pl.Int32 = _count(
        "Injured, the least that any voice gives; null where one sets no lower bound. Of the figures of one voice in one article the highest counts, since parts of a toll stand beside the whole."
    )
    injured_best: pl.Int32 = _count(
        "Injured, by the latest article of the best-known source that gives a number (`sources.precedence`)."
    )
    injured_high: pl.Int32 = _count("Injured, the most that any voice gives; null where one sets no upper bound.")
    captured_low: pl.Int32 = _count("Taken prisoner or exchanged, the least that any row gives.")
    captured_best: pl.Int32 = _count("Taken prisoner or exchanged, by the latest article of the best-known source.")
    captured_high: pl.Int32 = _count("Taken prisoner or exchanged, the most that any row gives.")
    missing_low: pl.Int32 = _count("Missing, the least that any row gives.")
    missing_best: pl.Int32 = _count("Missing, by the latest article of the best-known source.")
    missing_high: pl.Int32 = _count("Missing, the most that any row gives.")
    displaced_low: pl.Int32 = _count("Evacuated or fled, the least that any row gives.")
    displaced_best: pl.Int32 = _count("Evacuated or fled, by the latest article of the best-known source.")
    displaced_high: pl.Int32 = _count("Evacuated or fled, the most that any row gives.")
    launched_uav: pl.Int32 = _count("Drones launched, by the latest article of the best-known source.")
    launched_missile: pl.Int32 = _count("Missiles launched, by the latest article of the best-known source.")
    intercepted_uav: pl.Int32 = _count(
        "Drones shot down, intercepted or jammed, by the latest article of the best-known source."
    )
    intercepted_missile: pl.Int32 = _count(
        "Missiles shot down or intercepted, by the latest article of the best-known source."
    )
    settlements: pl.Int32 = _count(
        "Settlements captured, evacuated or closed, by the latest article of the best-known source."
    )
    advance_km_low: pl.Float64 = pa.Field(
        nullable=True, ge=0, description="Kilometres gained, the least that any row gives."
    )
    advance_km_high: pl.Float64 = pa.Field(
        nullable=True, ge=0, description="Kilometres gained, the most that any row gives."
    )
    area_km2: pl.Float64 = pa.Field(
        nullable=True,
        ge=0,
        description="Square kilometres gained or held, by the latest article of the best-known source.",
    )
    victim_kind: str = pa.Field(nullable=True, isin=VICTIM_KINDS, description="Whom the counts count.")
    count_scope: str = pa.Field(
        nullable=True,
        isin=COUNT_SCOPES,
        description="One incident, a period of many attacks, or a running toll that no daily sum holds.",
    )
    status: str = pa.Field(
        isin=STATUSES,
        description="Surest status of its rows: confirmed, reported, announced, claimed, unverified, intended, denied; `denied` only where every row denies it.",
    )
    is_background: bool = pa.Field(description="True where every row tells it as background: no daily count holds it.")
    n_events: pl.Int64 = pa.Field(ge=1, description="Rows of `events` that tell of it, duplicates and copies left out.")
    n_articles: pl.Int64 = pa.Field(ge=1, description="Articles of those rows.")
    n_sources: pl.Int64 = pa.Field(
        ge=0,
        description="Different named sources of those articles; those that print nearly the same words, as of one agency, are one.",
    )
    claimed_by_ua: bool = pa.Field(description="True where a voice of the Ukrainian side says that it happened.")
    claimed_by_ru: bool = pa.Field(description="True where a voice of the Russian side says that it happened.")
    denied_by_ua: bool = pa.Field(description="True where a voice of the Ukrainian side denies it.")
    denied_by_ru: bool = pa.Field(description="True where a voice of the Russian side denies it.")
    corroboration: str = pa.Field(
        isin=CORROBORATIONS,
        description="both_sides: Russian and Ukrainian voices say it. third_party: a reporter's own voice, another state, an outlet or a witness does. "
        "single_side: one side alone, or nobody who is named.",
    )
    disputed_fields: str = pa.Field(
        nullable=True, description="Fields in which its rows differ, with commas between; null where they agree."
    )
    civilian_targeting: bool = pa.Field(
        description="True for violence whose target or victims are civilians, their homes, schools or hospitals."
    )
    infrastructure_hit: bool = pa.Field(
        description="True where a row tells of damage to infrastructure, or of an attack on energy, transport, a port, industry, a hospital or a school."
    )
    acled_event_type: str = pa.Field(
        nullable=True, description="ACLED event type; null where ACLED codes no such thing."
    )
    acled_sub_event_type: str = pa.Field(
        nullable=True, description="ACLED sub-event type; null where ACLED codes no such thing."
    )
    plover_event: str = pa.Field(nullable=True, description="PLOVER event type; null where PLOVER has none.")
    plover_mode: str = pa.Field(nullable=True, description="PLOVER mode; null where it has none.")
    first_seen_at: pl.Datetime("us", "UTC") = pa.Field(
        description="When the first of its articles was first read, UTC."
    )


class Incidents(_Reconciled):
    """One row per thing that happened, reconciled over all its rows, both sides' versions in one record."""

    incident_id: str = pa.Field(
        unique=True, str_matches=r"^i[0-9a-f]{16}$",
        description="Stable id: it stays while the incident grows; `incident_history` says which one took the place of an id that is gone.",
    )  # fmt: skip
    last_changed_at: pl.Datetime("us", "UTC") = pa.Field(
        description="When its present version was first published, UTC."
    )
    version: pl.Int32 = pa.Field(ge=1, description="Number of the present version in `incident_history`, from 1.")

    class Config:
        strict = True


class IncidentHistory(_Reconciled):
    """Every version of every incident that was ever published, so that any past state can be read again."""

    infrastructure_hit: bool = pa.Field(
        nullable=True,
        description="True where a row tells of damage to infrastructure, or of an attack on energy, transport, a port, industry, a hospital or a school; "
        "null in versions from before this was published.",
    )
    version: pl.Int32 = pa.Field(ge=1, description="Number of the version, from 1 for each incident.")
    valid_from: pl.Datetime("us", "UTC") = pa.Field(description="When this version was first published, UTC.")
    valid_to: pl.Datetime("us", "UTC") = pa.Field(
        nullable=True,
        description="When another version replaced it, or the incident was withdrawn, UTC; null for the present version.",
    )
    what_changed: str = pa.Field(
        description="Columns that differ from the version before, with commas between; `first published`, or `published again` after a withdrawal."
    )
    superseded_by: str = pa.Field(
        nullable=True,
        description="In the last version of an id that is gone: the incidents that its rows belong to now, with commas between; null where its rows went too.",
    )

    class Config:
        strict = True
        unique = ("incident_id", "version")


class IncidentLinks(pa.DataFrameModel):
    """One row per row of `events`: the incident that it tells of, and the link that brought it in, with rule and score."""

    event_id: str = pa.Field(unique=True, description="Row of `events`.")
    incident_id: str = pa.Field(str_matches=r"^i[0-9a-f]{16}$", description="Incident that the row tells of.")
    linked_event_id: str = pa.Field(
        nullable=True,
        description="Row of the same incident that it was linked to; null for the incident's first row.",
    )
    rule: str = pa.Field(
        isin=LINK_RULES,
        description="Why: first (the first row); duplicate (repeats a row of its article); copy (the same row of a copy of the article); same_sentence, same_passage, "
        "same_article (one article tells both); same_words (two articles, nearly the same words); later_toll; same_place, near_place, in_region, same_region (two articles, "
        "what they agree in by place).",
    )
    score: pl.Float64 = pa.Field(
        in_range={"min_value": 0.5, "max_value": 1},
        description="How sure, 0.5 to 1: the logistic function of the sum of weights.",
    )
    evidence: str = pa.Field(
        nullable=True,
        description="Features of the two rows, the level of each and its weight (`pipeline/incidents/levels.toml`), with commas between; null where nothing was compared.",
    )

    class Config:
        strict = True


class DailyRegionSummary(pa.DataFrameModel):
    """One row per day (Europe/Kyiv) and region, from the first to the last day with an incident, also where nothing happened.

    Counts incidents of the core types that are known to the day or to a few days (put on their last day), each once.
    Background, what everybody denies, what is only intended and running tolls of casualties are no incidents of the day.
    Regions: all of the theatre, others where something happened, and `UA`, `RU`, `XX` for what is placed no closer than a
    country or not at all. Vaguer dates stand in `n_undated` alone: `select * from incidents where event_date is null`.
    """

    day: pl.Date = pa.Field(description="Day, Europe/Kyiv.")
    region_code: str = pa.Field(
        description="ISO 3166-2 code; `UA` and `RU` where only the country or several oblasts are known, `XX` elsewhere or unknown."
    )
    region_name: str = pa.Field(description="English name of the region.")
    country_code: str = pa.Field(nullable=True, description="ISO 3166-1 code of the country, by law; null for `XX`.")
    n_incidents: pl.Int64 = _number("Incidents of the core types.")
    n_events: pl.Int64 = _number("Rows of `events` that tell of them, duplicates and copies left out.")
    n_articles: pl.Int64 = _number("Articles that tell of them.")
    n_sources: pl.Int64 = _number("Different named sources that tell of them.")
    n_strike: pl.Int64 = _number("Incidents of type strike.")
    n_shelling: pl.Int64 = _number("Incidents of type shelling.")
    n_explosion: pl.Int64 = _number("Incidents of type explosion.")
    n_air_defence: pl.Int64 = _number("Incidents of type air_defence.")
    n_clash: pl.Int64 = _number("Incidents of type clash.")
    n_advance: pl.Int64 = _number("Incidents of type advance.")
    n_repelled: pl.Int64 = _number("Incidents of type repelled.")
    n_capture: pl.Int64 = _number("Incidents of type capture.")
    n_withdrawal: pl.Int64 = _number("Incidents of type withdrawal.")
    n_control_status: pl.Int64 = _number("Incidents of type control_status.")
    n_casualties: pl.Int64 = _number("Incidents of type casualties.")
    n_prisoners: pl.Int64 = _number("Incidents of type prisoners.")
    n_evacuation: pl.Int64 = _number("Incidents of type evacuation.")
    n_displacement: pl.Int64 = _number("Incidents of type displacement.")
    n_access_restriction: pl.Int64 = _number("Incidents of type access_restriction.")
    n_infrastructure_damage: pl.Int64 = _number("Incidents of type infrastructure_damage.")
    n_sabotage: pl.Int64 = _number("Incidents of type sabotage.")
    n_attack_on_civilians: pl.Int64 = _number("Incidents of type attack_on_civilians.")
    strikes_by_ru: pl.Int64 = _number("Strikes by Russia.")
    strikes_by_ua: pl.Int64 = _number("Strikes by Ukraine.")
    settlements_claimed_by_ru: pl.Int64 = _number(
        "Settlements that Russia says it took: as counted by the text, else 1 for a named settlement."
    )
    settlements_claimed_by_ua: pl.Int64 = _number(
        "Settlements that Ukraine says it took: as counted by the text, else 1 for a named settlement."
    )
    launched_uav: pl.Int64 = _number("Drones launched, sum over incidents.")
    launched_missile: pl.Int64 = _number("Missiles launched, sum over incidents.")
    intercepted_uav: pl.Int64 = _number("Drones shot down, intercepted or jammed, sum over incidents.")
    intercepted_missile: pl.Int64 = _number("Missiles shot down or intercepted, sum over incidents.")
    killed_low: pl.Int64 = _number("Killed, sum of the least of each incident; 0 also where no text gives a number.")
    killed_best: pl.Int64 = _number(
        "Killed, sum of the best of each incident, of the least where a text gives no best."
    )
    killed_high: pl.Int64 = _number(
        "Killed, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    injured_low: pl.Int64 = _number("Injured, sum of the least of each incident; 0 also where no text gives a number.")
    injured_best: pl.Int64 = _number(
        "Injured, sum of the best of each incident, of the least where a text gives no best."
    )
    injured_high: pl.Int64 = _number(
        "Injured, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    killed_civilian_low: pl.Int64 = _number("Part of killed_low whose victims are told to be civilians.")
    killed_civilian_best: pl.Int64 = _number("Part of killed_best whose victims are told to be civilians.")
    killed_civilian_high: pl.Int64 = _number("Part of killed_high whose victims are told to be civilians.")
    injured_civilian_low: pl.Int64 = _number("Part of injured_low whose victims are told to be civilians.")
    injured_civilian_best: pl.Int64 = _number("Part of injured_best whose victims are told to be civilians.")
    injured_civilian_high: pl.Int64 = _number("Part of injured_high whose victims are told to be civilians.")
    evacuation_orders: pl.Int64 = _number("Orders and appeals to leave.")
    displaced_low: pl.Int64 = _number("Evacuated or fled, sum of the least of each incident.")
    displaced_best: pl.Int64 = _number(
        "Evacuated or fled, sum of the best of each incident, of the least where a text gives no best."
    )
    displaced_high: pl.Int64 = _number(
        "Evacuated or fled, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    single_side_share: pl.Float64 = pa.Field(
        nullable=True,
        in_range={"min_value": 0, "max_value": 1},
        description="Share (0 to 1) of the incidents that a single side alone tells; null where there are none.",
    )
    n_incidents_7d: pl.Float64 = pa.Field(
        ge=0, description="Mean of n_incidents over this day and the six before; over fewer days at the table's start."
    )
    toll_killed_as_stated: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="Highest running toll of killed that was stated for the day; never summed; null where none.",
    )
    toll_injured_as_stated: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="Highest running toll of injured that was stated for the day; never summed; null where none.",
    )
    n_undated: pl.Int64 = _number(
        "Incidents without a day (undated, or known to the week or month only) whose first article is of this day; no other column counts them."
    )
    revised_at: pl.Datetime("us", "UTC") = pa.Field(description="When the row first had its present numbers, UTC.")
    n_revisions: pl.Int32 = pa.Field(ge=0, description="How often the published row changed since it first appeared.")

    class Config:
        strict = True
        unique = ("day", "region_code")


class DailyRegionSummaryHistory(DailyRegionSummary):
    """Every version of every row of `daily_region_summary`: `from daily_region_summary_as_of(ts)` gives the table as it was.

    A version holds from `revised_at` until before `valid_to`.
    """

    valid_to: pl.Datetime("us", "UTC") = pa.Field(
        nullable=True,
        description="When another version replaced it, or the day left the table, UTC; null for the present one.",
    )

    class Config:
        strict = True
        unique = ("day", "region_code", "n_revisions")


class DailyRegionEventCounts(pa.DataFrameModel):
    """Incidents by day, region and event type, long: only combinations that occur, context types too.

    Counts the same incidents as `daily_region_summary`, and those of the context types except merely intended ones.
    """

    day: pl.Date = pa.Field(description="Day, Europe/Kyiv.")
    region_code: str = pa.Field(
        description="ISO 3166-2 code; `UA` and `RU` where only the country or several oblasts are known, `XX` elsewhere or unknown."
    )
    event_type: str = pa.Field(isin=EVENT_TYPES, description="What happened; see `event_types`.")
    region_name: str = pa.Field(description="English name of the region.")
    country_code: str = pa.Field(nullable=True, description="ISO 3166-1 code of the country, by law; null for `XX`.")
    is_core: bool = pa.Field(description="True for the core types, which `daily_region_summary` counts.")
    n_incidents: pl.Int64 = _number("Incidents.")
    n_events: pl.Int64 = _number("Rows of `events` that tell of them, duplicates and copies left out.")
    n_articles: pl.Int64 = _number("Articles that tell of them.")
    n_sources: pl.Int64 = _number("Different named sources that tell of them.")
    n_by_ru: pl.Int64 = _number("Incidents whose actor is Russia.")
    n_by_ua: pl.Int64 = _number("Incidents whose actor is Ukraine.")
    killed_low: pl.Int64 = _number("Killed, sum of the least of each incident; 0 also where no text gives a number.")
    killed_best: pl.Int64 = _number(
        "Killed, sum of the best of each incident, of the least where a text gives no best."
    )
    killed_high: pl.Int64 = _number(
        "Killed, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    injured_low: pl.Int64 = _number("Injured, sum of the least of each incident; 0 also where no text gives a number.")
    injured_best: pl.Int64 = _number(
        "Injured, sum of the best of each incident, of the least where a text gives no best."
    )
    injured_high: pl.Int64 = _number(
        "Injured, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    single_side_share: pl.Float64 = pa.Field(
        in_range={"min_value": 0, "max_value": 1},
        description="Share (0 to 1) of the incidents that a single side alone tells.",
    )

    class Config:
        strict = True
        unique = ("day", "region_code", "event_type")


class WeeklyRegionSummary(pa.DataFrameModel):
    """One row per ISO week (Monday to Sunday, days of Europe/Kyiv) and region: the sums of `daily_region_summary`.

    The first and the last week of the table may be parts of one: `n_days`. Running tolls are never summed.
    """

    week: str = pa.Field(str_matches=r"^\d{4}-W\d{2}$", description="ISO 8601 week, such as 2024-W36.")
    week_start: pl.Date = pa.Field(description="Its Monday.")
    region_code: str = pa.Field(
        description="ISO 3166-2 code; `UA` and `RU` where only the country or several oblasts are known, `XX` elsewhere or unknown."
    )
    region_name: str = pa.Field(description="English name of the region.")
    country_code: str = pa.Field(nullable=True, description="ISO 3166-1 code of the country, by law; null for `XX`.")
    n_days: pl.Int64 = pa.Field(ge=1, le=7, description="Days of the week that `daily_region_summary` has.")
    n_articles: pl.Int64 = _number("Articles that tell of the week's incidents, each once.")
    n_sources: pl.Int64 = _number("Different named sources that tell of them.")
    n_incidents: pl.Int64 = _number("Incidents of the core types.")
    n_events: pl.Int64 = _number("Rows of `events` that tell of them, duplicates and copies left out.")
    n_strike: pl.Int64 = _number("Incidents of type strike.")
    n_shelling: pl.Int64 = _number("Incidents of type shelling.")
    n_explosion: pl.Int64 = _number("Incidents of type explosion.")
    n_air_defence: pl.Int64 = _number("Incidents of type air_defence.")
    n_clash: pl.Int64 = _number("Incidents of type clash.")
    n_advance: pl.Int64 = _number("Incidents of type advance.")
    n_repelled: pl.Int64 = _number("Incidents of type repelled.")
    n_capture: pl.Int64 = _number("Incidents of type capture.")
    n_withdrawal: pl.Int64 = _number("Incidents of type withdrawal.")
    n_control_status: pl.Int64 = _number("Incidents of type control_status.")
    n_casualties: pl.Int64 = _number("Incidents of type casualties.")
    n_prisoners: pl.Int64 = _number("Incidents of type prisoners.")
    n_evacuation: pl.Int64 = _number("Incidents of type evacuation.")
    n_displacement: pl.Int64 = _number("Incidents of type displacement.")
    n_access_restriction: pl.Int64 = _number("Incidents of type access_restriction.")
    n_infrastructure_damage: pl.Int64 = _number("Incidents of type infrastructure_damage.")
    n_sabotage: pl.Int64 = _number("Incidents of type sabotage.")
    n_attack_on_civilians: pl.Int64 = _number("Incidents of type attack_on_civilians.")
    strikes_by_ru: pl.Int64 = _number("Strikes by Russia.")
    strikes_by_ua: pl.Int64 = _number("Strikes by Ukraine.")
    settlements_claimed_by_ru: pl.Int64 = _number(
        "Settlements that Russia says it took: as counted by the text, else 1 for a named settlement."
    )
    settlements_claimed_by_ua: pl.Int64 = _number(
        "Settlements that Ukraine says it took: as counted by the text, else 1 for a named settlement."
    )
    launched_uav: pl.Int64 = _number("Drones launched, sum over incidents.")
    launched_missile: pl.Int64 = _number("Missiles launched, sum over incidents.")
    intercepted_uav: pl.Int64 = _number("Drones shot down, intercepted or jammed, sum over incidents.")
    intercepted_missile: pl.Int64 = _number("Missiles shot down or intercepted, sum over incidents.")
    killed_low: pl.Int64 = _number("Killed, sum of the least of each incident; 0 also where no text gives a number.")
    killed_best: pl.Int64 = _number(
        "Killed, sum of the best of each incident, of the least where a text gives no best."
    )
    killed_high: pl.Int64 = _number(
        "Killed, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    injured_low: pl.Int64 = _number("Injured, sum of the least of each incident; 0 also where no text gives a number.")
    injured_best: pl.Int64 = _number(
        "Injured, sum of the best of each incident, of the least where a text gives no best."
    )
    injured_high: pl.Int64 = _number(
        "Injured, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    killed_civilian_low: pl.Int64 = _number("Part of killed_low whose victims are told to be civilians.")
    killed_civilian_best: pl.Int64 = _number("Part of killed_best whose victims are told to be civilians.")
    killed_civilian_high: pl.Int64 = _number("Part of killed_high whose victims are told to be civilians.")
    injured_civilian_low: pl.Int64 = _number("Part of injured_low whose victims are told to be civilians.")
    injured_civilian_best: pl.Int64 = _number("Part of injured_best whose victims are told to be civilians.")
    injured_civilian_high: pl.Int64 = _number("Part of injured_high whose victims are told to be civilians.")
    evacuation_orders: pl.Int64 = _number("Orders and appeals to leave.")
    displaced_low: pl.Int64 = _number("Evacuated or fled, sum of the least of each incident.")
    displaced_best: pl.Int64 = _number(
        "Evacuated or fled, sum of the best of each incident, of the least where a text gives no best."
    )
    displaced_high: pl.Int64 = _number(
        "Evacuated or fled, sum of the most of each incident, of the best where a text sets no upper bound."
    )
    n_undated: pl.Int64 = _number(
        "Incidents without a day (undated, or known to the week or month only) whose first article is of the week; no other column counts them."
    )
    single_side_share: pl.Float64 = pa.Field(
        nullable=True,
        in_range={"min_value": 0, "max_value": 1},
        description="Share (0 to 1) of the incidents that a single side alone tells; null where there are none.",
    )
    n_incidents_week_before: pl.Int64 = pa.Field(
        nullable=True, ge=0, description="n_incidents of the week before; null in the table's first week."
    )
    toll_killed_as_stated: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="Highest running toll of killed that was stated for a day of the week; never summed.",
    )
    toll_injured_as_stated: pl.Int64 = pa.Field(
        nullable=True,
        ge=0,
        description="Highest running toll of injured that was stated for a day of the week; never summed.",
    )
    revised_at: pl.Datetime("us", "UTC") = pa.Field(description="When one of its days last got other numbers, UTC.")

    class Config:
        strict = True
        unique = ("week_start", "region_code")


class RegionControl(pa.DataFrameModel):
    """One row per settlement of which a text says who holds it: the last claim, and each side's own last claim.

    Claims are captures, withdrawals, positions held and states of control at a named settlement, background too, no aims. It is who says what,
    not who holds it; a place of which nothing is said has no row. Voices: RU, UA, and `third` for all others, reporters among them.
    What is said: `RU` or `UA` hold it, `contested`, or `not_RU`, `not_UA` where a voice denies that one holds it and names nobody.
    """

    settlement_id: str = pa.Field(description="`place_id`, else country, region and name with | between.")
    place_id: str = pa.Field(nullable=True, description="Gazetteer's id of the settlement; null where it has none.")
    place: str = pa.Field(description="Usual English name.")
    region_code: str = pa.Field(nullable=True, description="ISO 3166-2 code of the oblast, by law, whoever holds it.")
    country_code: str = pa.Field(nullable=True, description="ISO 3166-1 code of the country, by law.")
    lat: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -90, "max_value": 90}, description="Latitude, degrees, WGS 84."
    )
    lon: pl.Float64 = pa.Field(
        nullable=True, in_range={"min_value": -180, "max_value": 180}, description="Longitude, degrees, WGS 84."
    )
    held_by: str = pa.Field(isin=CONTROLS, description="Who holds it, by the last claim.")
    claimed_by: str = pa.Field(isin=VOICES, description="Voice of the last claim.")
    status: str = pa.Field(isin=STATUSES, description="Status of the last claim's row.")
    held_since: pl.Date = pa.Field(
        nullable=True,
        description="First day since which that voice has said the same without a break, Europe/Kyiv; the publication day where a claim has no date.",
    )
    claim_day: pl.Date = pa.Field(
        nullable=True,
        description="Day that the last claim speaks of, Europe/Kyiv; the publication day where it has no date.",
    )
    event_id: str = pa.Field(description="Row of `events` with the last claim and its quote.")
    is_disputed: bool = pa.Field(
        description="True where the last claim is that it is contested, or where another voice's last claim says otherwise and is no older than held_since."
    )
    ru_says: str = pa.Field(
        nullable=True,
        isin=CONTROLS,
        description="Who holds it, by the last claim of a Russian voice; null where there is none.",
    )
    ru_says_since: pl.Date = pa.Field(
        nullable=True, description="First day since which that voice has said so without a break."
    )
    ru_last_day: pl.Date = pa.Field(nullable=True, description="Day that its last claim speaks of.")
    ru_event_id: str = pa.Field(nullable=True, description="Row of `events` with that claim and its quote.")
    ua_says: str = pa.Field(
        nullable=True,
        isin=CONTROLS,
        description="Who holds it, by the last claim of a Ukrainian voice; null where there is none.",
    )
    ua_says_since: pl.Date = pa.Field(
        nullable=True, description="First day since which that voice has said so without a break."
    )
    ua_last_day: pl.Date = pa.Field(nullable=True, description="Day that its last claim speaks of.")
    ua_event_id: str = pa.Field(nullable=True, description="Row of `events` with that claim and its quote.")
    third_says: str = pa.Field(
        nullable=True,
        isin=CONTROLS,
        description="Who holds it, by the last claim of anybody else; null where there is none.",
    )
    third_says_since: pl.Date = pa.Field(
        nullable=True, description="First day since which that voice has said so without a break."
    )
    third_last_day: pl.Date = pa.Field(nullable=True, description="Day that its last claim speaks of.")
    third_event_id: str = pa.Field(nullable=True, description="Row of `events` with that claim and its quote.")
    n_claims: pl.Int64 = pa.Field(ge=1, description="Claims about it, repeated ones of one article left out.")
    n_articles: pl.Int64 = pa.Field(ge=1, description="Articles of those claims.")

    class Config:
        strict = True
        unique = ("settlement_id",)


class Regions(pa.DataFrameModel):
    """What the region codes mean: first-level units of Ukraine, Russia and their neighbours, by law."""

    region_code: str = pa.Field(unique=True, str_matches=r"^[A-Z]{2}-[A-Z0-9]{1,3}$", description="ISO 3166-2 code.")
    region_name: str = pa.Field(description="Usual English name.")
    country_code: str = pa.Field(str_matches=r"^[A-Z]{2}$", description="ISO 3166-1 code of the country, by law.")
    name_local: str = pa.Field(description="Name in the country's own language.")
    aliases: str = pa.Field(nullable=True, description="Other English spellings, with | between.")
    capital: str = pa.Field(description="Seat of the administration, by law.")
    lat: pl.Float64 = pa.Field(
        in_range={"min_value": -90, "max_value": 90}, description="Latitude of the capital, degrees, WGS 84."
    )
    lon: pl.Float64 = pa.Field(
        in_range={"min_value": -180, "max_value": 180}, description="Longitude of the capital, degrees, WGS 84."
    )
    is_theatre: bool = pa.Field(
        description="True for the regions that the war reaches: `daily_region_summary` has a row for each of them on every day."
    )
    pcode: str = pa.Field(
        nullable=True,
        str_matches=r"^[A-Z]{2}[0-9]{2}$",
        description="P-code of the region in OCHA's common operational dataset (COD-AB); null outside Ukraine.",
    )

    class Config:
        strict = True


class EventTypes(pa.DataFrameModel):
    """What the event types and subtypes mean, and what they are called in ACLED, PLOVER and CAMEO."""

    event_type: str = pa.Field(isin=EVENT_TYPES, description="What happened.")
    event_subtype: str = pa.Field(
        nullable=True, description="Finer type; null in the row that describes the type itself."
    )
    is_core: bool = pa.Field(description="True for core types, which the daily summary counts; false for context.")
    description: str = pa.Field(description="What it is, in words.")
    acled_event_type: str = pa.Field(
        nullable=True, description="ACLED event type; null where ACLED codes no such thing."
    )
    acled_sub_event_type: str = pa.Field(
        nullable=True, description="ACLED sub-event type; null where ACLED codes no such thing."
    )
    plover_event: str = pa.Field(nullable=True, description="PLOVER event type; null where PLOVER has none.")
    plover_mode: str = pa.Field(nullable=True, description="PLOVER mode; null where it has none.")
    cameo: str = pa.Field(nullable=True, description="CAMEO code; null where CAMEO has none.")

    class Config:
        strict = True
        unique = ("event_type", "event_subtype")


class Sources(pa.DataFrameModel):
    """Who published the articles: every source that occurs, the known ones that do not, and those of `sources.toml` in use.

    Country, side and language are those of its card in `sources.toml`, where it has one.
    """

    source: str = pa.Field(unique=True, description="As it stands in `articles.source`.")
    name: str = pa.Field(
        nullable=True, description="Full name; null for a source that the reference table does not know."
    )
    country_code: str = pa.Field(
        nullable=True, description="ISO 3166-1 code of its seat; null if unknown or international."
    )
    side: str = pa.Field(nullable=True, isin=SIDES, description="Side of the war that it belongs to; null if unknown.")
    language: str = pa.Field(nullable=True, description="ISO 639-1 code of its main language; null if unknown.")
    kind: str = pa.Field(
        nullable=True,
        description="agency, newspaper, broadcaster, state_agency, state_broadcaster, analyst, official, international or web.",
    )
    precedence: pl.Int32 = pa.Field(
        nullable=True, ge=1, description="Whose number is taken where sources differ: 1 first; null after all others."
    )
    home_page: str = pa.Field(nullable=True, description="Home page; null if unknown.")
    licence: str = pa.Field(
        nullable=True,
        description="What may be done with its texts, as its card in `sources.toml` says; null without one.",
    )
    articles_per_day_min: pl.Int32 = pa.Field(
        nullable=True, ge=0, description="Articles that its card expects on a day at least; null without a card."
    )
    articles_per_day_max: pl.Int32 = pa.Field(
        nullable=True, ge=0, description="Articles that its card expects on a day at most; null without a card."
    )
    n_articles: pl.Int64 = _number("Articles of this source, copies too.")
    first_published_date: pl.Date = pa.Field(
        nullable=True, description="Publication day of its first article here; null where none is dated."
    )
    last_published_date: pl.Date = pa.Field(
        nullable=True, description="Publication day of its last article here; null where none is dated."
    )

    class Config:
        strict = True


class RejectedRows(pa.DataFrameModel):
    """Every input or row that was refused, with the reason; nothing is dropped in silence."""

    stage: str = pa.Field(
        isin=(*REJECT_STAGES, "warehouse"),
        description="Step that refused it: ingest, articles, entities, events, or warehouse.",
    )
    source_file: str = pa.Field(nullable=True, description="Input file, or id of the article, that it comes from.")
    reason: str = pa.Field(description="Why it was refused.")
    content: str = pa.Field(nullable=True, description="What was refused, as JSON or text, where it can be shown.")

    class Config:
        strict = True


class PipelineRuns(pa.DataFrameModel):
    """One row per refresh: when, with what version, how many rows of each table, how long."""

    run_id: str = pa.Field(unique=True, description="Id of the run.")
    release_id: str = pa.Field(
        nullable=True,
        description="Version of the data that the run published: major where tables or columns broke, minor where articles or columns are new, patch where the same articles were read again; null where it published none.",
    )
    release_change: str = pa.Field(
        nullable=True, description="What differs from the release before, in words; null where the run published none."
    )
    started_at: pl.Datetime("us", "UTC") = pa.Field(description="Start, UTC.")
    finished_at: pl.Datetime("us", "UTC") = pa.Field(nullable=True, description="End, UTC; null where unknown.")
    seconds: pl.Float64 = pa.Field(nullable=True, ge=0, description="Time from start to end, seconds.")
    sitrep_version: str = pa.Field(description="Version of the program.")
    code_fingerprint: str = pa.Field(
        nullable=True, description="Fingerprint of the program and its lexicons; null where none was made."
    )
    n_articles: pl.Int64 = pa.Field(nullable=True, ge=0, description="Rows of `articles`.")
    n_entities: pl.Int64 = pa.Field(nullable=True, ge=0, description="Rows of `entities`.")
    n_events: pl.Int64 = pa.Field(nullable=True, ge=0, description="Rows of `events`.")
    n_incidents: pl.Int64 = pa.Field(nullable=True, ge=0, description="Rows of `incidents`.")
    n_rejected: pl.Int64 = pa.Field(nullable=True, ge=0, description="Rows of `rejected_rows`.")
    status: str = pa.Field(description="How it ended: `published`, or what failed.")

    class Config:
        strict = True


PUBLIC_TABLES: Final[dict[str, type[pa.DataFrameModel]]] = {
    "articles": PublishedArticles,
    "entities": Entities,
    "events": PublishedEvents,
    "incidents": Incidents,
    "incident_links": IncidentLinks,
    "incident_history": IncidentHistory,
    "daily_region_summary": DailyRegionSummary,
    "daily_region_summary_history": DailyRegionSummaryHistory,
    "daily_region_event_counts": DailyRegionEventCounts,
    "weekly_region_summary": WeeklyRegionSummary,
    "region_control": RegionControl,
    "regions": Regions,
    "event_types": EventTypes,
    "sources": Sources,
    "rejected_rows": RejectedRows,
    "pipeline_runs": PipelineRuns,
}
