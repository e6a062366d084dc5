"""Closed lists of the codebook: what a coded column may hold.

Here: the values only. What they mean stands in `seeds/reference/` (event types, regions) and in the columns' descriptions.
"""

from __future__ import annotations

from typing import Final

SUBTYPES: Final[dict[str, tuple[str, ...]]] = {
    "strike": ("drone", "missile", "glide_bomb", "aviation", "mixed", "unspecified"),
    "shelling": ("artillery", "mlrs", "mortar", "tank", "unspecified"),
    "explosion": ("debris", "secondary", "mine_ied", "accident", "cause_unstated"),
    "air_defence": ("drone", "missile", "aircraft", "mixed", "unspecified"),
    "clash": ("ground", "naval", "urban"),
    "advance": ("offensive", "gain", "pressure"),
    "repelled": ("repelled", "held"),
    "capture": ("captured", "recaptured", "aggregate"),
    "withdrawal": ("withdrawal", "encirclement", "surrender"),
    "control_status": ("held", "contested", "occupied", "encircled"),
    "casualties": ("incident", "cumulative", "qualitative", "explicit_zero"),
    "prisoners": ("captured", "exchanged", "released", "killed", "held", "mistreated"),
    "evacuation": ("ordered", "carried_out", "blocked"),
    "displacement": ("flight", "arrival", "return"),
    "access_restriction": ("closure", "curfew", "blockade", "alert"),
    "infrastructure_damage": (
        "energy", "water", "health", "education", "residential", "transport", "port", "industry", "military",
        "cultural", "other",
    ),
    "sabotage": ("assassination", "arson", "rail", "cyber", "other"),
    "attack_on_civilians": ("execution", "abduction", "abuse", "other"),
    "annexation": ("claimed", "referendum"),
    "diplomacy": ("talks", "visit", "agreement", "breakdown"),
    "aid": ("military", "humanitarian", "financial"),
    "sanction": ("imposed", "lifted"),
    "mobilisation": ("deployment", "call_up", "exercise"),
    "intent": ("aim", "threat", "plan"),
}  # fmt: skip

EVENT_TYPES: Final = tuple(SUBTYPES)
CONTEXT_TYPES: Final = ("annexation", "diplomacy", "aid", "sanction", "mobilisation", "intent")
CORE_TYPES: Final = tuple(name for name in EVENT_TYPES if name not in CONTEXT_TYPES)

SIDES: Final = ("RU", "UA", "other", "both", "unknown")
ATTRIBUTION_SIDES: Final = ("RU", "UA", "other", "none")
ATTRIBUTION_KINDS: Final = (
    "belligerent_official", "anonymous_official", "agency", "agency_eyewitness", "third_party", "media",
    "local_witness", "social_media", "analyst", "unattributed",
)  # fmt: skip
STATUSES: Final = ("claimed", "denied", "confirmed", "reported", "announced", "intended", "unverified")
TARGET_KINDS: Final = (
    "military", "military_industrial", "energy", "transport", "port", "residential", "health", "education",
    "government", "industry", "commercial", "agriculture", "cultural", "settlement", "civilians", "aid_workers",
    "journalists", "prisoners", "other", "unknown",
)  # fmt: skip
VICTIM_KINDS: Final = ("civilian", "military", "mixed", "unspecified")
COUNT_SCOPES: Final = ("incident", "period", "cumulative")
DATE_METHODS: Final = ("stated", "weekday", "relative", "news_day", "none")
DATE_SOURCES: Final = ("metadata", "manifest", "filename", "html", "dateline", "inferred", "unknown")
# elsewhere a place is known by its country alone
REGION_COUNTRIES: Final = ("UA", "RU", "BY", "MD", "PL", "RO")
GEO_PRECISIONS: Final = (1, 2, 3, 4, 5, 9)
GEO_METHODS: Final = (
    "unique_name", "near_region", "article_context", "distance_bearing", "largest", "region_name", "area_name",
    "country_name", "back_reference", "none",
)  # fmt: skip
ENTITY_KINDS: Final = ("place", "person", "organisation", "force", "weapon", "facility", "number", "date")
ENTITY_ROLES: Final = (
    "actor", "target", "attribution", "event_place", "reference_place", "origin", "destination", "dateline", "metonym",
    "other",
)  # fmt: skip
DATE_PRECISIONS: Final = (1, 2, 3, 4, 5, 9)
COUNT_STEMS: Final = ("killed", "injured", "captured", "missing", "displaced")
REJECT_STAGES: Final = ("ingest", "articles", "entities", "events")
