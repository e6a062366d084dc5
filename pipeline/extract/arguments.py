"""To what, with what, and where: the arguments of an event word.

Here: the clause of a trigger, the thing that is hit, the weapon, the places it is told of. Not here: who did it
(actors.py), numbers (counts.py), days (dating.py), who says so (voices.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import context_types
from pipeline.extract.back_references import SOURCE as BACK_REFERENCE
from pipeline.extract.rows import ATTACKS
from pipeline.extract.spans import ahead_of
from pipeline.gazetteer.kinds import RIVER, kind_of

# "the mayor said that two had died and police in X said that"
ANOTHER_SAYS: Final = (
    r" and (?:the )?(?:[a-z-]+ |[RU]=*(?:'s)? ){0,2}[VH]=*(?: (?:of|in|for|at) (?:the )?[PO]=*)? (?:said|says) "
)
_BREAKS: Final = (
    r"(?:;|, (?:and|but|while|as|after|where|which|who|with|when|before|because|although|though|despite|even as|adding) "
    r"| (?:while|but|after|before|because|although|whereas|as) | - | -- |, having "
    rf"|{ANOTHER_SAYS})"
)
# "with air, missile, and drone strikes" is one clause; as long as before, so that offsets stay true
_LISTED: Final = (r"=, and ([WK]=* )$", "== and ${1}")
_MAYORS: Final = 1500  # between the places of the clause and those of others
_OPENS_CLAUSE: Final = r"(?:^|[;:\"] |\b(?:that|said|while) )\"?(?:the )?(?:[a-z-]+ ){0,3}(?:of )?$"
_SET_APART: Final = r"^, [^.;]{3,110}, (?:also |again )?(?:was|were|has been|have been|had been|came) (?:[a-z]+ly |also |again )*(?:under )?$"
_COUNTRY_GAP: Final = 80  # characters between what was hit and the country that it stands in
_OBJECT_GAP: Final = 25  # characters between a verb and its object
# "drones damaged two bombers", "a glide bomb store": things that are hit, not used
_HARMS: Final = r"\b(?:damag|destroy|struck|hit|target|strik|burn|wreck|set fire to|cripp)[a-z]* [^,;]{0,45}$"
_USES: Final = r"\b(?:by|with|from|using|via|of) [^,;]{0,40}$"
_STORED: Final = r"^ (?:storage|repair|maintenance|production|assembly|training|F=)"
_OF_WAR: Final = (
    r"^(?: so far| already)?,? (?:in|during|since|after) (?:the |this |an? |R=*(?:'s)? |N=* |two |three |years? of |months of |start of |beginning of |full-scale )*"
    r"(?:war|invasion)\b(?:[^POA]=|[^POA]){0,40}(?:[.,;]|$)"
)
_TOLD_AGAIN: Final = ("strike", "shelling", "explosion")
_DEFINITE: Final = r"\b(?:the|that|this)(?: [a-z-]+| W=*| D=*(?:'s)?){0,2} $"
GROUND: Final = ("repelled", "advance", "capture", "withdrawal", "clash", "control_status")
_CAPITALS: Final = ("Kyiv", "Moscow")
_TAKEN_AWAY: Final = ("prisoners.moved", "prisoners.defenders_taken_to")
_LEAVING: Final = ("evacuation", "displacement", "withdrawal", "prisoners", "attack_on_civilians")

# who attacks, where the text does not say: the enemy of who holds the place
_HELD_BY_RUSSIA: Final = ("UA-43", "UA-40")


def find_clauses(triggers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `clause_start`, `clause_end` Int32 and `left`, `right`, `words`, `clause_left`, `clause_right` (masked text).

    `words` is the event word itself, which may hold a side ("under Russian control").
    """
    return (
        triggers.lazy()
        .join(sentences.lazy().select("sentence", "article", "mask", "paragraph"), on="sentence", how="left")
        .with_row_index("trigger")
        .with_columns(
            left=pl.col("mask").str.slice(0, pl.col("start")),
            right=pl.col("mask").str.slice(pl.col("end")),
            words=pl.col("mask").str.slice("start", pl.col("end") - pl.col("start")),
        )
        .with_columns(
            clause_left=pl.col("left").str.replace_all(*_LISTED).str.replace(rf"^.*{_BREAKS}", ""),
            clause_right=pl.col("right").str.replace(rf"{_BREAKS}.*$", ""),
        )
        .with_columns(
            clause_start=pl.col("start") - pl.col("clause_left").str.len_bytes().cast(pl.Int32),
            clause_end=pl.col("end") + pl.col("clause_right").str.len_bytes().cast(pl.Int32),
        )
        .drop("mask")
        .collect()
    )


_FORCE_NAME: Final = r"\b(?:military|army|command|navy|fleet|air defen[cs]e|defen[cs]e ministry)$"
_THING_OF_FORCE: Final = (
    r"^( (?:posts?|cent(?:re|er)s?|installations?|facilit(?:y|ies)|sites?|objects?|bases?|depots?|warehouses?|stores?|hardware|"
    r"systems?|headquarters|infrastructure|targets?|buildings?|compounds?|hubs?|points?|batter(?:y|ies)))\b"
)


def find_targets(triggers: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `target_start`, `target_end` Int32, `target_kind`, `target_ref`: the known thing that the event word hits.

    `target_tag`: F for things; `is_object` Boolean: it is what an active verb hits, not who was hurt by that.

    Within the clause the nearest one behind the word (before it in the passive); things rather than people, and a
    named kind rather than a mere settlement.
    """
    things = (
        mentions.lazy()
        .filter(
            pl.col("source").is_in(["facility", "facility_name"])
            | ((pl.col("source") == BACK_REFERENCE) & (pl.col("tag") == "F"))
        )
        .select(
            "sentence", target_start="start", target_end="end", target_kind="form", target_ref="ref", target_tag="tag"
        )
    )
    things = pl.concat([things, _of_forces(mentions, sentences)])
    after = pl.col("target_start") >= pl.col("end")
    gap = pl.when(after).then(pl.col("target_start") - pl.col("end")).otherwise(pl.col("start") - pl.col("target_end"))
    expected = pl.when(pl.col("form") == "passive").then(~after).otherwise(after)
    chosen = (
        triggers.lazy()
        .select("trigger", "sentence", "start", "end", "clause_start", "clause_end", "form")
        .join(things, on="sentence", how="inner")
        .filter(pl.col("target_start") >= pl.col("clause_start"), pl.col("target_end") <= pl.col("clause_end"))
        .with_columns(
            cost=gap
            + pl.when(expected).then(0).otherwise(60)
            + pl.when(pl.col("target_tag") == "F").then(0).otherwise(40)
            + pl.when(pl.col("target_kind") == "settlement").then(40).otherwise(0)
            # of a shop and the flats above it, the flats
            + pl.when(pl.col("target_kind").is_in(["commercial", "other"])).then(30).otherwise(0),
            is_object=(pl.col("form") == "active") & after & (gap <= _OBJECT_GAP),
        )
        .sort("trigger", "cost", "target_start")
        .group_by("trigger", maintain_order=True)
        .agg(pl.col("target_start", "target_end", "target_kind", "target_ref", "target_tag", "is_object").first())
    )
    return triggers.lazy().join(chosen, on="trigger", how="left", maintain_order="left").collect()


def _of_forces(mentions: pl.DataFrame, sentences: pl.DataFrame) -> pl.LazyFrame:
    """What the name of a force makes a military thing: "a Russian command post". As `find_targets` takes things."""
    name = pl.col("lower").str.slice("start", pl.col("end") - pl.col("start"))
    noun = pl.col("lower").str.slice("end", 24).str.extract(_THING_OF_FORCE)
    return (
        mentions.lazy()
        .filter(pl.col("side").is_in(["RU", "UA"]))
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="inner")
        .filter(name.str.contains(_FORCE_NAME))
        .with_columns(noun=noun)
        .filter(pl.col("noun").is_not_null())
        .select(
            "sentence",
            target_start="start",
            target_end=(pl.col("end") + pl.col("noun").str.len_bytes()).cast(pl.Int32),
            target_kind=pl.lit("military"),
            target_ref=pl.lit("military-target"),
            target_tag=pl.lit("F"),
        )
    )


def find_weapons(triggers: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Adds `weapon_start`, `weapon_end`, `weapon_class`: the weapon nearest to the event word in its sentence's clause.

    `weapon_side`: RU or UA where only one side has it. A rocket of no named launcher is a missile where it strikes.
    """
    owners = lexicon.table("weapons").lazy().select(ref="weapon_id", weapon_side="side")
    weapons = (
        mentions.lazy()
        .filter((pl.col("source") == "weapon") & (pl.col("tag").is_in(["W", "K"]) | (pl.col("ref") == "rocket")))
        .join(owners, on="ref", how="left")
        .select(
            "sentence",
            "weapon_side",
            weapon_start="start",
            weapon_end="end",
            weapon_class=pl.when(pl.col("ref") == "rocket").then(pl.lit("missile")).otherwise("form"),
        )
    )
    near = (
        triggers.lazy()
        .select(
            "trigger",
            "sentence",
            "event_type",
            "start",
            "end",
            "clause_start",
            "clause_end",
            mask=pl.concat_str("left", "words", "right"),
        )
        .join(weapons, on="sentence", how="inner")
        .filter(pl.col("weapon_start") >= pl.col("clause_start"), pl.col("weapon_end") <= pl.col("clause_end"))
        .filter(~_is_hit())
        .with_columns(
            gap=pl.max_horizontal(pl.col("weapon_start") - pl.col("end"), pl.col("start") - pl.col("weapon_end"))
        )
        .sort("trigger", "gap", "weapon_start")
        .group_by("trigger", maintain_order=True)
        .agg(
            pl.col("weapon_start", "weapon_end", "weapon_class", "weapon_side").first(),
            weapon_classes=pl.col("weapon_class").unique().sort(),
        )
    )
    return triggers.lazy().join(near, on="trigger", how="left", maintain_order="left").collect()


def _is_hit() -> pl.Expr:
    """Boolean per attack and weapon: the weapon is what the attack hits."""
    before = pl.col("mask").str.slice(0, "weapon_start").str.tail(70)
    is_aircraft = pl.col("weapon_class").is_in(["aircraft", "helicopter"])
    is_stored = pl.col("mask").str.slice("weapon_end", 12).str.contains(_STORED)
    is_object = is_aircraft & before.str.contains(_HARMS) & ~before.str.contains(_USES)
    return (pl.col("event_type") == "strike") & (is_object | is_stored)


def find_event_places(triggers: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """One row per trigger and place that it is told of: `trigger`, `mention`; none where the sentence names no place.

    The places of the clause after the event word come first, then those before it, then the rest of the sentence; the
    whole coordination ("near A and the villages of B and C") follows its nearest member. Places that only say where
    something was measured, launched from or taken to are passed over; the town of a mayor who speaks comes before the
    places of other clauses.
    """
    usable = (
        places.lazy()
        .filter(
            pl.col("role").is_in(["other", "origin", "destination", "reference_place"])
            # the governor of a region whose city bears its name is no mayor
            | ((pl.col("role") == "attribution") & (pl.col("tag") == "P") & (pl.col("precision") < 3).fill_null(True))
        )
        .select(
            "sentence",
            "mention",
            "group",
            "tag",
            "role",
            "place_id",
            "place_name",
            "country_code",
            place_start="start",
            place_end="end",
        )
    )
    after = pl.col("place_start") >= pl.col("end")
    in_clause = (pl.col("place_start") >= pl.col("clause_start")) & (pl.col("place_end") <= pl.col("clause_end"))
    gap = pl.when(after).then(pl.col("place_start") - pl.col("end")).otherwise(pl.col("start") - pl.col("place_end"))
    # what is held or beaten off is the subject: it stands before "held by"
    is_subject = (pl.col("form") == "passive") & pl.col("event_type").is_in(["control_status", "repelled"])
    is_antecedent = (
        pl.col("left")
        .str.slice("place_end", (pl.col("clause_start") - pl.col("place_end")).clip(0))
        .str.contains(r"^,? where $")
    )
    is_own_fall = (
        (pl.col("event_type") == "capture")
        & pl.col("words").str.contains("^(?:capture|fall|loss|seizure|liberation|recapture)$")
        & pl.col("left").str.contains(r"\b(?:its|their) (?:[a-z]+ )?$")
    )
    # "a village west of X, which was taken by": X
    is_relative = (
        (pl.col("event_type") == "capture")
        & (pl.col("form") == "passive")
        & pl.col("left")
        .str.slice("place_end", (pl.col("start") - pl.col("place_end")).clip(0))
        .str.contains(r"^,? (?:which|that) (?:was|were|had been|has been) (?:[a-z]+ly )?$")
    )
    # "X, across the river from Y, was shelled": X
    is_set_apart = (
        (pl.col("form") == "passive")
        & pl.col("event_type").is_in([*ATTACKS, "infrastructure_damage"])
        & ~after
        & ahead_of(pl.col("left"), "place_start", 40).str.contains(_OPENS_CLAUSE)
        & pl.col("left")
        .str.slice("place_end", (pl.col("start") - pl.col("place_end")).clip(0))
        .str.contains(_SET_APART)
    )
    # prisoners are held where they are taken to, were it a country
    is_taken_there = (pl.col("role") == "destination") & pl.col("rule_id").is_in(_TAKEN_AWAY)
    rank = (
        pl.when(is_taken_there)
        .then(-4000)
        .when(is_set_apart)
        .then(-3000)
        .when(pl.col("role") == "attribution")
        .then(_MAYORS)
        .when(in_clause & (after != is_subject))
        .then(0)
        .when(is_relative)
        .then(-2000)
        # "in X, where six were killed"
        .when(is_antecedent)
        .then(500)
        .when(in_clause)
        .then(1000)
        .otherwise(2000)
        + gap
        # "X was the last town in the Y region, and its fall": X fell
        + pl.when(is_own_fall & (pl.col("tag") != "P")).then(1500).otherwise(0)
        # the country is told of only where nothing nearer is, an area or a sea after the towns of other clauses
        + pl.when(pl.col("tag") == "C")
        .then(3000)
        # a river only where nothing else is told
        .when((pl.col("tag") == "A") & (kind_of(pl.col("place_id")) == RIVER))
        .then(2500)
        .when((pl.col("tag") == "A") & (~in_clause | (pl.col("place_name") == "front line")))
        .then(800)
        # "repelled attacks in the east, south of X": X
        .when((pl.col("tag") == "A") & after & pl.col("event_type").is_in(["repelled", "clash", "advance"]))
        .then(50)
        .otherwise(0)
    )
    pairs = (
        triggers.lazy()
        # Ukraine's own incursions have places of their own
        .filter(
            ~of_whole_country(pl.col("rule_id"), pl.col("right")) | (pl.col("actor_told") == "UA").fill_null(False),
            ~is_toll_of_war(),
        )
        .select(
            "trigger",
            "sentence",
            "start",
            "end",
            "clause_start",
            "clause_end",
            "form",
            "event_type",
            "event_subtype",
            "rule_id",
            "actor_told",
            "left",
            "right",
            "words",
        )
        .join(usable, on="sentence", how="inner")
        # "the strike caused anger in Ukraine" was told of a place before
        .filter(
            (pl.col("tag") != "C")
            | ~pl.col("event_type").is_in(_TOLD_AGAIN)
            | (pl.col("form") != "noun")
            | in_clause & pl.col("right").str.contains(r"^ (?:on|in|against|across|at) ")
            | ~pl.col("left").str.contains(_DEFINITE)
        )
        # "the block was hit in the second wave of strikes on targets across Ukraine"
        .filter(
            (pl.col("tag") != "C")
            | (pl.col("form") != "passive")
            | ~pl.col("event_type").is_in(_TOLD_AGAIN)
            | (gap <= _COUNTRY_GAP)
        )
        # who flees or withdraws does so where they were; who fires from a place does not hit it
        .filter(
            pl.when(context_types.is_context)
            .then(context_types.is_place_of(in_clause, after))
            .otherwise(
                pl.col("role").is_in(["other", "attribution"])
                | is_relative
                | (
                    (pl.col("role") == "origin")
                    & (
                        pl.col("event_type").is_in(_LEAVING)
                        # "suspended flights from the airport of X"
                        | (pl.col("rule_id") == "access.shut")
                        | (pl.col("rule_id") == "capture.driven_out")
                    )
                )
                | ((pl.col("role") == "destination") & pl.col("event_subtype").is_in(["arrival", "return"]))
                | is_taken_there
            )
        )
        # "hit a depot in Tula, and its air defences downed nine drones": not over Tula
        .filter(
            (pl.col("event_type") != "air_defence")
            | (pl.col("actor_told") != "UA").fill_null(True)
            | after & in_clause
            | (pl.col("country_code") != "RU").fill_null(True)
        )
        # "officials in Moscow said the landing was repelled": not there
        .filter(
            (pl.col("role") != "attribution")
            | ~pl.col("event_type").is_in(GROUND)
            | ~pl.col("place_name").is_in(_CAPITALS)
        )
        # "its fall lets them turn to X": the place was named before
        .filter(~is_own_fall | ~after | pl.col("right").str.contains("^ (?:of|in) "))
        .with_columns(rank=rank)
        .with_columns(best=pl.col("rank").min().over("trigger"))
        .with_columns(best_group=pl.col("group").filter(pl.col("rank") == pl.col("best")).first().over("trigger"))
        .filter(pl.col("group") == pl.col("best_group"), (pl.col("tag") != "C") | (pl.col("rank") == pl.col("best")))
        .sort("trigger", "place_start")
        .select("trigger", "mention")
    )
    return pairs.collect()


def of_whole_country(rule_id: pl.Expr, right: pl.Expr) -> pl.Expr:
    """Boolean: the event is the invasion of Ukraine, and no part of it is told."""
    part = r"^(?: of| into| in)? (?:the )?(?:[a-z-]+ ){0,2}(?:U=* |P=* and )?[POA]="
    return rule_id.str.starts_with("invasion") & ~right.str.contains(part)


def is_toll_of_war() -> pl.Expr:
    """Boolean: the dead are those of all the war, wherever else the sentence goes on to."""
    return (
        (pl.col("event_type") == "casualties")
        & pl.col("clause_right").str.contains(_OF_WAR)
        & ~pl.col("clause_left").str.contains("[POA]=")
    )


def side_of_place(region: pl.Expr, country: pl.Expr) -> pl.Expr:
    """RU or UA: who holds the place as far as its code tells; null elsewhere."""
    return (
        pl.when(region.is_in(_HELD_BY_RUSSIA))
        .then(pl.lit("RU"))
        .when(country.is_in(["RU", "UA"]))
        .then(country)
        .otherwise(None)
    )
