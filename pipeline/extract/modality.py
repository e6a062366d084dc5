"""What is told as having happened, and what is only possible, wished, to come or denied.

Here: words around a trigger that make it unreal, negate it or set it in the past of the war; the wider contexts are
the lexicon's (contexts.toml). Not here: the status of a row (rows.py), dates (dating.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import context_types
from pipeline.extract.mask import expand
from pipeline.extract.rows import ATTACKS
from pipeline.text import END, before_end

_UNREAL: Final = (
    r"\b(?:if|would|could|might|should|will|may|can|cannot|to|unless|able to|ready to|want(?:s|ed)? to|about to|going to)"
    r"(?: (?:also|not|be|soon|then|again|have|been|now|help|try to))*(?: [a-z]+ly)? $"
)
_REAL_AFTER_TO: Final = r"\bto (?:daily|nightly|weekly|hourly|deadly) $|\b(?:first|only|last|latest|largest|biggest|second) (?:[a-z]+ ){0,2}(?:city|town|village|settlement|capital|port) to (?:be )?$|\bto have (?:[a-z]+ly |also )?$|\b(?:believed|thought|understood|known|reported|appears?|appeared|seems?|seemed) to (?:be )?(?:[a-z]+ly )?$|\b(?:continu\w+|began|begun|begin|begins|beginning|start(?:ed|ing|s)|managed|proceeded|kept on|went on|goes on|turned|taken|took|resorted|(?:prompt|forc|caus|lead)(?:ed|ing) [^,;]{1,40}|(?:was|were) (?:able|forced|compelled|obliged)|us(?:ed|ing|es) [^,;]{1,60}) to (?:[a-z]+ly )?$"
_PROMISED: Final = r"\b(?:will|would|won't|could|going to|hop(?:e|es|ed|ing) to|until (?:we|they)) [^.;,]{0,60}$"
_AS_DATE: Final = r"\b(?:since|before|until) (?:the |its |their )?(?:[a-z-]+ |[RU]=*(?:'s)? ){0,5}$"
# "shelled the liberated Kherson" tells of no capture
_ATTRIBUTED: Final = r"\b(?:the|in|into|near|from|to) (?:recently |newly |now |formerly |once |the )?$"
DENIALS: Final = ("strike.denied", "strike.nothing_to_do", "abuse.denied_killings")  # who did it speaks, and denies it
_NEGATED: Final = (
    r"\b(?:not|never|denied|denies|deny|no|(?:did|do|does|had|has|have|was|were|is|are)n't) (?:[a-z'-]+ ){0,3}$"
    r"|\bno (?:[RUCH]=* )?(?:[a-z'-]+ |F=* ){0,4}(?:is|are|was|were|has|have|had) (?:[a-z]+ ){0,2}$"
)

# "the toll of the strike rose to nine" tells of the toll
_TOLL_OF: Final = (
    r"\b(?:toll|number of (?:[a-z]+ ){0,3}(?:killed|dead|victims|deaths|casualties|injured|wounded)) "
    r"(?:of|from|in|after|following|as a result of|because of|caused by|due to) (?:[a-z0-9'-]+ |[A-Z]=*(?:'s?)? ){0,6}$"
)
_TOLL_RESULT: Final = r"\bnumber of (?:[a-z]+ ){0,3}(?:killed|dead|victims|deaths|casualties|injured|wounded) as a result of (?:[a-z0-9'-]+ |[A-Z]=*(?:'s?)? ){0,6}$"
# "two nurses were among those wounded in the strike" tells of the two
_AMONG_VICTIMS: Final = (
    r"\bamong (?:those|the|the people) (?:[a-z]+ )?(?:killed|dead|wounded|injured|victims) (?:in|by|during) "
    r"(?:the|this|that) (?:[a-z'-]+ |[A-Z]=*(?:'s?)? ){0,3}$"
)
_NEW_TOLL: Final = r"^[^.;]{0,90}\b(?:rose|risen|rising|climbed|reached|stood|stands|grew|grown|increased|has|had) "

_AIMED_AT: Final = ("strike", "shelling", "advance", "capture", "clash", "annexation", "diplomacy")
_AIM_REACH: Final = 60  # characters from an aim to what it aims at


_NOT_MEANT: Final = ("casualties", "intent", "diplomacy", "aid", "sanction", "mobilisation", "annexation")


_SIDES: Final = ("left", "right")


@cache
def _contexts(effect: str) -> list[tuple[str, tuple[str, ...], list[pl.Expr]]]:
    """Contexts of this effect: what each applies to, the event types that it may mean (none: all), and its conditions over
    `left`, `right` and `words`, of which the first is met by few."""
    told = []
    for context in lexicon.contexts():
        if context["effect"] != effect:
            continue
        met = [pl.col(side).str.contains(before_end(expand(context[side]))) for side in _SIDES if side in context]
        met += [
            ~pl.col(side).str.contains(before_end(expand(context[f"not_{side}"])))
            for side in _SIDES
            if f"not_{side}" in context
        ]
        if "words" in context:
            met.append(pl.col("words").str.contains(context["words"]))
        told.append((context["applies_to"], tuple(sorted(context.get("event_types", ()))), met))
    return told


def _in_context(triggers: pl.DataFrame, effect: str) -> pl.Series:
    """Boolean per trigger: some context of the lexicon with this effect surrounds it, and may mean its kind of event."""
    # only what may be meant is searched: the searches are many
    every = triggers.filter(~pl.col("event_type").is_in(_NOT_MEANT) | (pl.col("event_type") == "casualties")).select(
        "trigger",
        "form",
        "words",
        "event_type",
        # quotation marks inside a phrase change nothing of what it tells
        *[
            (
                pl.col(f"clause_{side}" if effect == "unreal" else side).str.replace_all('"', "", literal=True) + END
            ).alias(side)
            for side in _SIDES
        ],
    )
    # a toll is unreal only in contexts that say so
    meant = every.filter((pl.col("event_type") != "casualties") | (effect != "unreal"))
    applies = {"every": every, "any": meant, "noun": meant.filter(pl.col("form") == "noun")}
    candidates = []
    for applies_to, types, conditions in _contexts(effect):
        rows = applies[applies_to].lazy()
        if types:
            rows = rows.filter(pl.col("event_type").is_in(types))
        candidates.append((rows.filter(conditions[0]), conditions[1:]))
    found = pl.collect_all([rows for rows, _ in candidates])
    # the others only where the first is met
    left_over = [
        rows.filter(others)["trigger"] if others else rows["trigger"]
        for rows, (_, others) in zip(found, candidates, strict=True)
    ]
    return triggers["trigger"].is_in(pl.concat(left_over).implode())


def real(triggers: pl.DataFrame) -> pl.DataFrame:
    """Without what is only possible, wished or to come; intents are kept, for that is what they are.

    Adds Booleans `negated`, `is_history` (told as the past of the war, which no date needs to say) and `is_timeless` (told as a
    state, a habit or the sum of many days: no news of a day).
    """
    # a quotation may begin between the words: 'went on "to destroy homes"'
    before = pl.col("clause_left").str.replace_all('"', "", literal=True)
    unreal = (
        (before.str.contains(_UNREAL) & (pl.col("rule_id") != "strike.used_to"))
        & ~before.str.contains(_REAL_AFTER_TO)
        & (pl.col("event_type") != "intent")
        & ~context_types.is_promise(pl.col("event_type"), pl.col("clause_left"))
        # an order to leave and a ban from tomorrow on are news already
        & ((pl.col("event_type") != "evacuation") | pl.col("clause_left").str.contains(_PROMISED))
        & ~pl.col("rule_id").is_in(["access.closure", "access.curfew", "access.no_entry", "intent.aim"])
    )
    attribute = (
        pl.col("words").str.contains("^[a-z]+(?:ed|en)$")
        & pl.col("clause_left").str.contains(_ATTRIBUTED)
        & pl.col("right").str.contains(r"^ (?:(?:city|town|village|port) of )?P=")
    )
    gerund = (pl.col("left").str.len_bytes() < 4) & pl.col("right").str.contains(
        r"^[^.;]{3,90} (?:would|could|might|aims|hopes|wants|seeks|plans) "
    )
    # "since the start of the invasion" dates something else
    as_date = (
        pl.col("clause_left").str.contains(_AS_DATE)
        & (pl.col("event_type") == "advance")
        & ~pl.col("rule_id").str.starts_with("invasion")
    )
    hypothetical = (
        as_date
        | gerund
        | pl.col("left").str.contains(r"(?:^|[,;:\"] )(?:if|unless|should) [^,]{0,80}$|\b(?:if|unless) [^,;]{0,60}$")
        & (pl.col("event_type") != "intent")
    )
    of_toll = (
        pl.col("event_type").is_in(ATTACKS)
        # "from a rocket hitting a house"
        & ((pl.col("form") == "noun") | pl.col("words").str.contains(r"ing\b"))
        & (
            (pl.col("clause_left").str.contains(_TOLL_OF) | pl.col("left").str.contains(_TOLL_RESULT))
            & pl.col("clause_right").str.contains(_NEW_TOLL)
            | pl.col("clause_left").str.contains(_AMONG_VICTIMS)
        )
    )
    told = triggers.filter(~_is_aim_of_intent(triggers)).filter(~unreal & ~attribute & ~of_toll & ~hypothetical)
    told = told.filter(~_in_context(told, "unreal"))
    return told.with_columns(
        is_history=_in_context(told, "background"),
        is_timeless=_in_context(told, "undated"),
        negated=(pl.col("clause_left").str.contains(_NEGATED) & (pl.col("event_type") != "casualties"))
        | pl.col("rule_id").str.starts_with("capture.denied")
        | pl.col("rule_id").is_in([*DENIALS, *context_types.NO_AIMS]),
    )


def _is_aim_of_intent(triggers: pl.DataFrame) -> pl.Series:
    """Boolean per trigger: an attack or gain that an aim, plan or threat before it in its clause speaks of."""
    intents = (
        triggers.lazy()
        .filter(pl.col("event_type") == "intent")
        .select("sentence", "clause_end", intent_start="start", intent_end="end", between="right")
    )
    reach = pl.col("start") - pl.col("intent_end")
    aims = (
        triggers.lazy()
        .filter(pl.col("event_type").is_in(_AIMED_AT))
        .select("trigger", "sentence", "start")
        .join(intents, on="sentence", how="inner")
        .filter(
            reach >= 0,
            reach <= _AIM_REACH,
            pl.col("start") < pl.col("clause_end"),
            ~pl.col("between").str.slice(0, reach.clip(0)).str.contains("[,;]"),
        )
        .select("trigger")
        .unique()
        .collect()
    )
    return triggers["trigger"].is_in(aims["trigger"].implode())
