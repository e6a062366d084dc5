"""Event rows: triggers with their arguments, voices, days and counts put together as the codebook writes them.

Here: one row per trigger and place, subtypes, sides, status. Not here: finding any of the parts.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.gazetteer.kinds import site_kind
from pipeline.schemas.vocabulary import TARGET_KINDS

ATTACKS: Final = ("strike", "shelling")
# behind "repelled": one that was told before
THE_ATTACK: Final = r"^ (?:the|this|that) (?:[RU]=*(?:'s)? |[a-z-]+ ){0,2}(?:attack|assault|raid|landing|strike)(?:$|[.,;]| (?:which|and|that|but|on D)\b)"
ARMY_LOSSES: Final = (
    "casualties.army_has",
    "casualties.army_of",
    "casualties.army_total",
    "casualties.suffers_daily",
)  # dead and wounded of an army in all the war

_WEAPON_SUBTYPE: Final = {
    "drone": "drone", "missile": "missile", "glide_bomb": "glide_bomb", "bomb": "aviation", "aircraft": "aviation",
    "helicopter": "aviation",
}  # fmt: skip
_SHELLING_SUBTYPE: Final = {"artillery": "artillery", "mlrs": "mlrs", "mortar": "mortar", "tank": "tank"}
_AIR_SUBTYPE: Final = {"drone": "drone", "missile": "missile", "aircraft": "aircraft", "helicopter": "aircraft"}


def subtype(
    event_type: pl.Expr, own: pl.Expr, weapon: pl.Expr, several: pl.Expr, target: pl.Expr, damage: pl.Expr
) -> pl.Expr:
    """The event's subtype: the pattern's own, else told by the weapon or the thing that was hit."""
    by_weapon = weapon.replace_strict(_WEAPON_SUBTYPE, default="unspecified", return_dtype=pl.String)
    by_gun = weapon.replace_strict(_SHELLING_SUBTYPE, default="unspecified", return_dtype=pl.String)
    in_air = weapon.replace_strict(_AIR_SUBTYPE, default="unspecified", return_dtype=pl.String)
    return (
        pl.when(own.is_not_null())
        .then(own)
        .when(event_type == "strike")
        .then(pl.when(several).then(pl.lit("mixed")).otherwise(by_weapon))
        .when(event_type == "shelling")
        .then(by_gun)
        .when(event_type == "air_defence")
        .then(pl.when(several).then(pl.lit("mixed")).otherwise(in_air))
        .when(event_type == "infrastructure_damage")
        .then(damage.fill_null("other"))
        .when(event_type == "sabotage")
        .then(pl.lit("other"))
        .otherwise(None)
    )


def control_subtype(own: pl.Expr, event_type: pl.Expr, side: pl.Expr, country: pl.Expr, many: pl.Expr) -> pl.Expr:
    """`event_subtype` by whose land it is: what is not its holder's own is occupied, what a state takes at home it retakes.

    `many`: Boolean, several settlements that are not named one by one are taken.
    """
    known = side.is_in(["RU", "UA"]) & country.is_in(["RU", "UA"])
    taken = (event_type == "capture") & (own == "captured")
    return (
        pl.when((event_type == "control_status") & (own == "held") & known & (side != country))
        .then(pl.lit("occupied"))
        .when(taken & many)
        .then(pl.lit("aggregate"))
        .when(taken & known & (side == country))
        .then(pl.lit("recaptured"))
        .otherwise(own)
    )


# a push towards a town is one at the town, ground gained somewhere is not
_AT_TOWNS: Final = ("advance.towards", "advance.trying", "advance.verb", "advance.pronged", "advance.close_to")


def target_kind(event_type: pl.Expr, told: pl.Expr, place_id: pl.Expr, tag: pl.Expr, rule: pl.Expr) -> pl.Expr:
    """Kind of thing that was hit: as told, else the site that the place is, else what the type implies."""
    site = site_kind(place_id)
    is_town = (tag == "P") & ~place_id.str.starts_with("region:")
    known = pl.coalesce(pl.when(told.is_in(TARGET_KINDS) & (told != "settlement")).then(told), site)
    people = pl.when(told.is_in(["military", "journalists", "aid_workers"])).then(told)
    return (
        pl.when(event_type.is_in(["repelled", "clash", "air_defence"]))
        .then(pl.when(event_type == "clash").then(None).otherwise(pl.lit("military")))
        .when(event_type == "capture")
        .then(pl.coalesce(known, pl.lit("settlement")))
        # an oblast or a country that is advanced in is nothing that is hit
        .when(event_type == "advance")
        .then(
            pl.coalesce(
                pl.when(told.is_in(["military", "settlement"])).then(told),
                pl.when(rule.is_in(_AT_TOWNS) & is_town).then(pl.coalesce(site, pl.lit("settlement"))),
            )
        )
        .when(event_type == "control_status")
        .then(
            pl.coalesce(
                pl.when(told.is_in(["energy", "industry", "health"])).then(told),
                site,
                pl.when(is_town).then(pl.lit("settlement")).otherwise(known),
            )
        )
        .when(event_type == "attack_on_civilians")
        .then(pl.coalesce(pl.when(told == "journalists").then(told), pl.lit("civilians")))
        # nothing is hit
        .when(event_type.is_in(["mobilisation", "annexation", "diplomacy", "aid"]))
        .then(None)
        .when((event_type == "intent") & (tag == "P"))
        .then(pl.lit("settlement"))
        .when(event_type == "casualties")
        .then(pl.coalesce(people, pl.lit("civilians")))
        .when(event_type.is_in(["evacuation", "displacement"]))
        .then(pl.lit("civilians"))
        .when(event_type == "withdrawal")
        .then(pl.lit("military"))
        .when(rule == "sabotage.assassination")
        .then(
            pl.coalesce(pl.when(told.is_in(["military", "journalists", "government"])).then(told), pl.lit("government"))
        )
        .when(event_type == "prisoners")
        .then(pl.lit("prisoners"))
        .when(event_type.is_in(ATTACKS))
        .then(
            pl.coalesce(
                known,
                pl.when(tag.is_in(["P", "O"]) | (told == "settlement")).then(pl.lit("settlement")),
                pl.lit("unknown"),
            )
        )
        .when(told == "settlement")
        .then(told)
        .otherwise(known)
    )


_ORDERS: Final = ("ordered", "closure", "curfew")


def status(
    event_type: pl.Expr,
    subtype_: pl.Expr,
    side: pl.Expr,
    kind: pl.Expr,
    stance: pl.Expr,
    actor: pl.Expr,
    negated: pl.Expr,
    announced: pl.Expr,
) -> pl.Expr:
    """How sure the text tells it (codebook section 7): the first that holds, else claimed."""
    is_official = kind.is_in(["belligerent_official", "third_party"])
    is_order = event_type.is_in(["evacuation", "access_restriction"]) & subtype_.is_in(_ORDERS)
    first = {
        "denied": negated | (stance == "denies"),
        "intended": event_type == "intent",
        "announced": announced | (is_order & is_official) | ((subtype_ == "ordered") & (kind == "agency")),
        "unverified": kind == "social_media",
        # a side that owns up to its own act, and what reporters saw
        "confirmed": (stance == "confirms") & (side == actor) | (kind == "agency_eyewitness"),
        # a side's own outlet speaks for it
        "reported": (side == "none") | kind.is_in(["agency", "media"]) & ~side.is_in(["RU", "UA"]),
    }
    return pl.coalesce(*[pl.when(holds).then(pl.lit(name)) for name, holds in first.items()], pl.lit("claimed"))
