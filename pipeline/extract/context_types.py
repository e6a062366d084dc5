"""What the context types of the codebook read in their own way: talks, aid, sanctions, mobilisation, aims, annexation.

Here: their doers, who are third states as often as the two sides; the country that receives aid or is struck by sanctions;
which places belong to talks; what is announced. Not here: the words that tell of them (the lexicon), and the core types.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline.extract.mask import expand
from pipeline.extract.spans import ahead_of
from pipeline.extract.speakers import foreign
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_BY: Final = expand(
    r"^([^.;]{0,70}?\b(?:by|from|between|involving|participation of) (?:the |a |an |its )?(?:[a-z-]+ ){0,2})[RUHG]="
)
_MODIFIER: Final = expand(r"([RUG]=*(?:'s?)?(?:-led|-backed|-brokered)? (?:[a-z\"-]+ |[WFDNVXM]=* ){0,5}\"?)$")
_FIRST_OF_TWO: Final = r"([RUHG]=*(?:'s?)?(?: V=*| H=*)?(?: and|,) (?:the |its )?(?:[a-z]+ |V=* ){0,2}[RUHG][^RUHG]*)$"
_BOTH: Final = r"(?:R=* and (?:the )?U=|U=* and (?:the )?R=)[^RUHG]*$"
_FIRST: Final = r"([RUHG].*)$"
_LAST: Final = r"([RUHG][^RUHG]*)$"
_BESIDE: Final = r"([RUHG]=*(?:'s?)?(?: (?:[a-z]+ |V=* )?)?)$"
_ACCUSED: Final = r"\b(?:accus\w+|suspect\w*) ([RUHG]=*(?:'s?)? (?:[a-z]+ |V=* )?of [^RUHG]*)$"
_TROOPS_OF: Final = r"^( (?:of )?(?:the |more |additional |N=* |[a-z]+ ){0,2})(?:[RU]={9}|[RU]=*(?:'s?)? (?:[a-z]+ ){0,2}(?:troops|army|military|units|soldiers|reserves|V=))"
# "drafted into the Russian army"
_INTO_ARMY: Final = r"^( (?:[a-z]+ |N=* |P=* ){0,6}(?:into|to) (?:the )?)[RU]={9}"
# "the risk of a Russian attack", "the aim of Russia"
_OF_DOER: Final = r"^( (?:an? |the |[a-z-]+ ){0,4})[RU]="
_SUBJECT_BEHIND: Final = (
    r"^((?: (?:the )?(?:[a-z]+ )?[GU]=*(?:'s)?)?[^,;.RUHG]{0,70}, (?:the )?(?:[a-z]+ |V=* ){0,2})[RUHG]="
)
_PREPOSITIONAL: Final = (
    r"(\b(?:told|urged|asked|invited|thanked|of|in|on|against|into|from|with|near|across|to|towards|at|over|by|between|inside|for|about|around) "
    r"(?:the |its |a |their |his |her )?(?:[a-z]+ |V=* )?)[RUHG]="
)
# "Ukraine's allies" and "the ambassador of Turkey" are not the state itself
_PARTNERS: Final = (
    r"^[RU]=*(?:'s?)? (?:[a-z-]+ ){0,2}(?:allies|partners|supporters|backers|donors|friends|counterparts?)\b"
)
_INVASION_OF: Final = r"\binvasion (?:of|into) (?:[a-z]+ )?[UCP]=[^RHG]{0,30}$"
_ATTACK_MAY: Final = r"\b(?:attack|invasion|assault|offensive|incursion) $"
_ENEMY: Final = r"\b(?:enemy|occupiers|invaders)\b[^RUHG]{0,30}$"
_OURS: Final = r"\b(?:i|we|our|us|my|he|she|his|her)\b"

# a place of talks is where they are held; other places in their sentence are what they are about
_VENUE: Final = r"\b(?:in|at|to|visit(?:ed|ing|s)?|toured|outside|near) (?:the |neighbou?ring |occupied )?(?:[a-z]+ (?:city|town|port|capital|resort|region) of |capital,? )?$"
# "a visit to Kyiv", "met in Geneva": the place stands right behind the event words, which are blotted out
_VENUE_BEHIND: Final = r"\| (?:the |neighbou?ring |occupied |central |western )?(?:(?:city|town|port|capital|resort|region) of |capital,? )?$"
_GOES_TO: Final = r"(?:\b(?:in|at|to|of|visit|toured)|visit\w+)$"
_TOPIC: Final = (
    r"\b(?:war|wars|invasion|situation|crisis|conflict|fighting|weapons?|arms|aid|support|peace|forces|troops|events|"
    r"influence|aggression|operation|damage|ceasefire|security|stability|assistance|exports?|access|end|return|sanctions|"
    r"ambassador|envoy|supplies|commitment|threat|response|according|due|refugees|people) (?:in|at|to) (?:the )?(?:[a-z]+ )?$"
)
_TO_RUSSIA: Final = r"\b(?:to|for|by|with|supply|supplied|supplying) (?:the |[a-z]+ )?R="
_ANNOUNCED: Final = expand(
    r"\b(?:announc\w+|pledg\w+|promis\w+|vowed|commit\w+ to|agreed to|plans? to|will|would|decided to|unveil\w*|decision)\b"
)
_PROMISE: Final = (
    r"\b(?:will|(?:it|he|she|they|we|country|government|[GRUH]=*) would)(?: [a-z]+ly| also| soon| now| continue to)? $"
)
_BORDER: Final = r"\b(?:borders?|frontier|bordering|(?:around|near|surrounding|close to) U=)"

# told as still to come, though no aim or threat
PLANNED: Final = (
    "diplomacy.planned_visit",
    "diplomacy.planned_talks",
    "diplomacy.planned_meeting",
    "sanction.planned",
    "sanction.coming",
    "aid.considered",
)
# an aim that is said not to be one
NO_AIMS: Final = ("intent.no_aim",)
# what one says of oneself only: "they vowed to hold the town"
OWN_WORDS: Final = ("intent.vow", "intent.no_surrender")
_NAMES_DOER_BEHIND: Final = ("intent.feared", "intent.aim", "intent.is_goal", "intent.expected")
# their word stands behind what is done, so that the doer opens the clause
_DOER_OPENS: Final = ("sanction.on_list", "diplo.membership", "diplo.by_phone", "mobil.alert")

# what such a row's sentence does not place, no other sentence does
NOWHERE_ELSE: Final = ("aid", "sanction", "diplomacy", "intent")

is_context: Final = pl.col("event_type").is_in(CONTEXT_TYPES)


def find_doers(triggers: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Sets `actor_start`, `actor_end`, `actor_told` of context types: the side, state, body or person that acts.

    The doer stands before the event word as its subject (of two that are joined the first), before a noun as its
    adjective, or behind *by*, *from* and *between*.
    """
    start = pl.col("start")

    def back(text: pl.Expr) -> pl.Expr:
        return start - text.str.len_bytes().cast(pl.Int32)

    blanked = {
        # lengths stay, so that offsets stay true
        name: pl.col(side).str.replace_all(_PREPOSITIONAL, "${1}==").str.replace_all(_PREPOSITIONAL, "${1}==")
        for name, side in (("clause_subjects", "clause_left"), ("subjects", "left"))
    }
    behind = pl.col("end") + pl.col("right").str.extract(_SUBJECT_BEHIND).str.len_bytes().cast(pl.Int32)
    troops = pl.when(pl.col("event_type") == "mobilisation").then(
        pl.col("end") + pl.col("right").str.extract(_TROOPS_OF).str.len_bytes().cast(pl.Int32)
    )
    modifier = back(pl.col("clause_left").str.extract(_MODIFIER))
    into_army = pl.when(pl.col("event_subtype") == "call_up").then(
        pl.col("end") + pl.col("right").str.extract(_INTO_ARMY).str.len_bytes().cast(pl.Int32)
    )
    of_doer = pl.when(
        pl.col("rule_id").is_in(_NAMES_DOER_BEHIND)
        & (
            pl.col("words").str.contains("(?:of|target)$")
            | pl.col("rule_id").is_in(["intent.is_goal", "intent.expected"])
        )
    ).then(pl.col("end") + pl.col("right").str.extract(_OF_DOER).str.len_bytes().cast(pl.Int32))
    subject = pl.coalesce(
        troops,
        into_army,
        of_doer,
        pl.when(pl.col("rule_id").is_in(_DOER_OPENS)).then(
            pl.when(pl.col("clause_left").str.contains(r"\b(?:is|was|were|been) (?:added|put|placed|included) "))
            .then(modifier)
            .otherwise(back(pl.col("clause_subjects").str.extract(_FIRST)))
        ),
        pl.when(pl.col("event_type").is_in(["intent", "mobilisation"])).then(
            back(pl.col("clause_left").str.extract(_BESIDE))
        ),
        back(pl.col("left").str.extract(_ACCUSED)),
        back(pl.col("clause_subjects").str.extract(_FIRST_OF_TWO)),
        back(pl.col("clause_subjects").str.extract(_LAST)),
        back(pl.col("subjects").str.extract(_LAST)),
        pl.when(pl.col("event_type") == "diplomacy").then(behind),
        # "half of Russia's fleet is deployed there"
        pl.when(pl.col("event_type") == "mobilisation").then(back(pl.col("clause_left").str.extract(_LAST))),
    )
    joint = pl.when(pl.col("event_type") == "mobilisation").then(
        back(pl.col("clause_subjects").str.extract(_FIRST_OF_TWO))
    )
    agent = pl.col("end") + pl.col("clause_right").str.extract(_BY).str.len_bytes().cast(pl.Int32)
    position = (
        pl.when(pl.col("form") == "noun")
        .then(pl.coalesce(of_doer, troops, joint, modifier, agent, subject))
        .when(pl.col("form") == "passive")
        .then(pl.coalesce(agent, subject))
        .otherwise(pl.coalesce(subject, agent))
    )
    sides = mentions.lazy().select("sentence", doer_start="start", doer_end="end", doer_side="side")
    doer = {"actor_start": "doer_start", "actor_end": "doer_end", "actor_told": "doer_side"}
    doers = (
        triggers.lazy()
        .filter(is_context)
        .with_columns(**blanked)
        .with_columns(doer_start=position)
        .join(sides, on=["sentence", "doer_start"], how="left", maintain_order="left")
        .with_columns(
            doer_side=pl.when(
                pl.col("event_type").is_in(["aid", "sanction", "diplomacy"])
                & (pl.concat_str("left", pl.lit("|")).str.slice("doer_start").str.contains(_PARTNERS)).fill_null(False)
            )
            .then(pl.lit("other"))
            .when((pl.col("event_type") == "diplomacy") & pl.col("clause_left").str.contains(_BOTH))
            .then(pl.lit("both"))
            .when(
                # "the agency said that troops were at the border" tells of the agency before
                (
                    pl.col("doer_side").is_null()
                    | (pl.col("doer_side") == "other") & (pl.col("doer_start") < pl.col("clause_start"))
                )
                & (pl.col("event_subtype") == "deployment")
                & (pl.col("words") + pl.col("right")).str.contains(_BORDER)
                & ~pl.col("clause_left").str.contains(_thirds())
            )
            .then(pl.lit("RU"))
            # who warns of an attack is not who would lead it
            .when(
                (
                    (pl.col("rule_id") == "intent.imminent")
                    | (pl.col("rule_id") == "intent.could") & pl.col("clause_left").str.contains(_ATTACK_MAY)
                )
                & (pl.col("doer_side").fill_null("other") == "other")
            )
            .then(pl.lit("RU"))
            .otherwise("doer_side")
        )
        .select("trigger", *doer.values())
    )
    by_pronoun = pl.col("event_type").is_in(["intent", "mobilisation"]) & pl.col("doer_start").is_null()
    return (
        triggers.lazy()
        .join(doers, on="trigger", how="left", maintain_order="left")
        .with_columns(
            **{
                name: pl.when(is_context)
                # "it has massed troops": who the sentence before it spoke of
                .then(pl.coalesce(own, pl.when(by_pronoun).then(name)))
                .otherwise(name)
                for name, own in doer.items()
            }
        )
        .drop(*doer.values())
        .collect()
    )


@cache
def _thirds() -> str:
    """A regex for the forces of third states as subject or adjective right before the event word."""
    return rf"(?:{foreign()}|\b(?:alliance|allied|allies|western)\b)[^.;,RUHG]{{0,40}}$"


def actor_side(event_type: pl.Expr, told: pl.Expr, speaker: pl.Expr, left: pl.Expr, others: pl.Expr) -> pl.Expr:
    """Side of the doer of a context type: as told, else the speaker's own where it speaks of itself, else the usual one.

    `speaker`: `attribution_side`; `left`: the masked clause before the event word; `others`: RU or UA where its subject
    makes it the deed of those whom the speaker calls "they".
    """
    own = pl.when(speaker.is_in(["RU", "UA"])).then(speaker)
    is_invasion = (event_type == "intent") & left.str.contains(r"\binvasion\b")
    speaks_of_itself = left.str.contains(_OURS)
    return (
        # who is given to does not give
        pl.when(event_type == "aid")
        .then(pl.when(told == "UA").then(pl.lit("other")).otherwise(pl.coalesce(told, pl.lit("other"))))
        .when(event_type == "sanction")
        .then(pl.coalesce(told, pl.when(speaks_of_itself).then(own), pl.lit("other")))
        .when(event_type == "diplomacy")
        .then(pl.coalesce(told, pl.when(speaks_of_itself).then(own), pl.lit("other")))
        .when(event_type == "annexation")
        .then(pl.coalesce(pl.when(told == "RU").then(told), pl.lit("RU")))
        .otherwise(
            pl.coalesce(
                pl.when(is_invasion & left.str.contains(_INVASION_OF)).then(pl.lit("RU")),
                pl.when(left.str.contains(_ENEMY)).then(
                    pl.when(speaker == "RU").then(pl.lit("UA")).otherwise(pl.lit("RU"))
                ),
                told,
                pl.when(is_invasion).then(pl.lit("RU")),
                pl.when(left.str.contains(_thirds())).then(pl.lit("other")),
                others,
                pl.when(speaks_of_itself & (speaker == "other")).then(pl.lit("other")),
                own,
                pl.lit("unknown"),
            )
        )
    )


def is_place_of(in_clause: pl.Expr, after: pl.Expr) -> pl.Expr:
    """Boolean: whether a place of its sentence is one that a context row is told of.

    Columns of the pair: `event_type`, `words`, `left`, `right`, `start`, `end`, `place_start`, `tag`, `role`. Aid and sanctions
    have the country that receives them or is struck, and no other place.
    """
    clause = pl.concat_str("left", pl.lit("|").repeat_by(pl.col("end") - pl.col("start")).list.join(""), "right")
    gap = ahead_of(clause, "place_start", 50)
    told = pl.col("role") == "other"
    reached = pl.col("role").is_in(["destination", "reference_place"])
    return (
        pl.when(pl.col("event_type") == "diplomacy")
        .then(
            (told | reached)
            & in_clause
            & (gap.str.contains(_VENUE) | gap.str.contains(_VENUE_BEHIND) & pl.col("words").str.contains(_GOES_TO))
            & ~gap.str.contains(_TOPIC)
        )
        .when(pl.col("event_type") == "intent")
        .then((after | (pl.col("rule_id") == "intent.is_goal")) & ((in_clause & reached) | told))
        .when(pl.col("event_type") == "mobilisation")
        .then((told | (pl.col("role") == "destination")) & in_clause)
        .otherwise((pl.col("event_type") == "annexation") & (told | reached))
    )


def is_country_only() -> pl.Expr:
    """Boolean: a context row that the sentences around it give no place: it has :func:`country` or none at all."""
    return is_context & (country().is_not_null() | pl.col("event_type").is_in(NOWHERE_ELSE))


def country() -> pl.Expr:
    """RU or UA: the country of a context row whose sentence names no place of its own (codebook section 4).

    Aid: who receives it; sanctions: who is struck; an aim: whom it is about; troops at a border: theirs.
    """
    event_type = pl.col("event_type")
    left, right, actor = pl.col("left"), pl.col("right"), pl.col("actor_told")
    both = pl.concat_str("left", pl.lit("|"), "right")
    names_ukraine = both.str.contains(r"U=|C=")
    return (
        pl.when(event_type == "aid")
        .then(
            pl.when(right.str.contains(_TO_RUSSIA) & ~right.str.contains(r"\bU="))
            .then(pl.lit("RU"))
            .when(names_ukraine | ~both.str.contains("P="))
            .then(pl.lit("UA"))
        )
        .when(event_type == "sanction")
        .then(
            pl.when(right.str.contains(r"\b(?:on|against) (?:[a-z]+ )?U=") | (left.str.contains(r"\bR=[^,;]{0,30}$")))
            .then(None)
            .otherwise(pl.lit("RU"))
        )
        .when(event_type == "intent")
        .then(pl.when(actor.is_in(["RU", "UA"])).then(pl.lit("UA")))
        .when((event_type == "mobilisation") & (actor.fill_null("RU") == "RU") & right.str.contains(_BORDER))
        .then(pl.lit("RU"))
        .when(event_type == "mobilisation")
        .then(pl.when((pl.col("event_subtype") == "call_up") & actor.is_in(["RU", "UA"])).then(actor))
        .when((event_type == "diplomacy") & right.str.contains("^ (?:the )?U=") & (pl.col("event_subtype") == "visit"))
        .then(pl.lit("UA"))
    )


def find_aid(triggers: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Sets `event_subtype` of aid by the words of its clause; adds `announced` Boolean: aid or sanctions still to come."""
    clause = pl.col("lower").str.slice(pl.col("clause_start"), pl.col("clause_end") - pl.col("clause_start"))
    return (
        triggers.lazy()
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="left", maintain_order="left")
        .with_columns(
            event_subtype=pl.when(pl.col("event_type") == "aid").then(_kind_of_aid(clause)).otherwise("event_subtype"),
            announced=pl.col("event_type").is_in(["aid", "sanction"]) & clause.str.contains(_ANNOUNCED),
        )
        .drop("lower")
        .collect()
    )


def _kind_of_aid(text: pl.Expr) -> pl.Expr:
    return (
        pl.when(
            text.str.contains(
                r"weapon|\barms\b|military|missile|howitzer|tank|ammunition|munition|artillery|rocket|drone|defen[cs]e|"
                r"\bjets?\b|vehicles|shells|himars|patriot|security assistance|battery|troops|armou?r"
            )
        )
        .then(pl.lit("military"))
        .when(
            text.str.contains(
                r"humanitarian|food|medic|relief|shelter|refugees|generators|civilians|water|grain|clothes"
            )
        )
        .then(pl.lit("humanitarian"))
        .when(text.str.contains(r"financ|economic|loan|grant|budget|fund|\bimf\b|macro|reconstruction|bonds"))
        .then(pl.lit("financial"))
        .otherwise(pl.lit("military"))
    )


def is_long_known() -> pl.Expr:
    """Boolean: the annexation of Crimea, which no text of this war tells as news."""
    return ((pl.col("event_type") == "annexation") & pl.col("region_code").is_in(["UA-43", "UA-40"])).fill_null(False)


def is_promise(event_type: pl.Expr, left: pl.Expr) -> pl.Expr:
    """Boolean: what is told as to come is told as decided, and is a row of its type all the same."""
    return event_type.is_in(["aid", "sanction"]) & left.str.contains(_PROMISE)
