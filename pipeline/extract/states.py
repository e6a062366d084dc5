"""What has no day of its own: states, habits, sums of many days.

Here: telling from the words around an event that it is no event of one day. Not here: which day it has otherwise
(dating.py).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import polars as pl

from pipeline.extract.rows import ATTACKS
from pipeline.schemas.vocabulary import CONTEXT_TYPES
from pipeline.text import for_ascii

# "claimed on Friday to have taken it": the day of the saying, not of the news
TO_HAVE: Final = r"\bto have (?:[a-z]+ly |also )?$"
_ON_GOING: Final = (
    r"\b(?:frequent|repeated|regular|constant|incessant|relentless|persistent|continual|recurring|occasional|daily|near-daily|nightly|periodic)"
    r" (?:and )?(?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,3}$"
)
_LOSS: Final = r"^(?:withdrawal|retreat|capture|fall|seizure|loss|liberation|recapture|takeover)$"
_KNOWN_LOSS: Final = r"\b(?:following|after|since) (?:the |its |their )(?:[RU]=*(?:'s)? |[a-z-]+ ){0,3}$"
_AFTER_TAKING: Final = r"\b(?:after|since) (?:first |fully |finally )?$"
# "returned after the troops withdrew", "looted before they left": known before the news
_ONCE_DONE: Final = r"\b(?:after|since|before|until|once|when) (?:[RU]=*(?:'s)? |the |its |their |they |[POA]=*(?:'s)? |[HVG]=* |[a-z-]+ ){1,5}$"
# "the town, seized by the army in a day, is empty"
_DESCRIBED: Final = (
    r"[POA]=*, (?:(?:which|that) (?:was|were|had been|has been) )?(?:first |once |since |largely |partly )?$"
)
_LAND_THEY_TOOK: Final = (
    r"(?:territor(?:y|ies)|areas?|settlements|villages|towns|land|ground|[POA]=*) (?:that|which) "
    r"(?:[RU]=* (?:forces |troops )?|they |it )(?:has|have|had) (?:[a-z]+ )?$"
)
# what happened again and again happened on no one day
_MORE_THAN_ONCE: Final = for_ascii(
    r"^[^.;,]{0,40}\b(?:(?:several times|many times|N=* times|twice) before|(?:almost |nearly )?daily|repeatedly|regularly|routinely|frequently|more than once|again and again|time and again|many times|several times|on many occasions)\b"
)
_MANY_TIMES: Final = (
    r"\b(?:(?:has|have) (?:been )?(?:repeatedly|often|regularly|routinely|frequently|sometimes)"
    r"|(?:often|regularly|routinely|frequently|sometimes|occasionally|periodically|typically|usually)) (?:been |comes? |come |came |coming )?$"
)
# "a recent raid" was on no day that is told
_RECENT: Final = r"\brecent(?:ly)? (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,3}$"
_ANOTHER: Final = r"\b(?:previous|earlier|prior|past) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,2}$"
_FIRST_ONE: Final = r"\b(?:initial|original) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,2}$"
_A_DAY: Final = r"\bN=* (?:[a-z]+ |[RU]=* ){0,3}(?:a|per) (?:day|week|month)\b"
_NO_DAYS_DEAD: Final = r"^ (?:[a-z]+ ){0,3}in C=|^ (?:[a-z]+ |N=* ){0,4}(?:a|per|each|every) (?:day|week|month)\b"
_RATE: Final = r"^[^.;,]{0,40} (?:a|per|each|every) (?:day|week|month|night)\b|^[^.;,]{0,60} daily\b"
_FOR_WEEKS: Final = r"\b(?:days|weeks|months|years) of (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,4}$"
_AFTERWARDS: Final = r"\b(?:after|following) (?:the |a |an |its |their )?(?:[a-z-]+ ){0,2}$"
_MANY_HARMED: Final = (
    r"\b(?:many|multiple|numerous|countless|most|half|N=* per ?cent|N={7,}(?: of)?) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){1,6}(?:has|have) been "
    r"|\bN=* (?:[a-z-]+ |[A-Z]=*(?:'s)? ){1,6}(?:has|have) been [^.;,]{0,40} in (?:all of )?C=|\b(?:has|have) (?:[a-z]+ly )?"
    r"(?:destroyed|damaged|demolished|wrecked|razed|ruined) (?:[a-z]+ ){0,2}(?:many|multiple|numerous|countless|most|half|N={4}|N={7,}) "
    # how much of a town lies in ruins is a state
    r"|\b(?:N=*(?: ?%| per ?cent) of|(?:half|most|much|all) of|(?:huge|large|vast|great) (?:swathes|parts|areas|sections) of|whole|entire) "
    r"(?:the |its )?(?:[a-z-]+ ){0,2}(?:P=*|city|town|village|settlement|districts?|streets|neighbou?rhoods?|blocks)\b[^.;,]{0,30}\b"
    r"(?:has|have|had|was|were|is|are|lies?) "
)
_IN_ATTACK: Final = r"\b(?:attacks?|strikes?|shelling|raids?|blasts?|explosions?|barrage|bombardment)\b"
_SINCE_WAR: Final = for_ascii(
    r"^[^.;]{0,80}\bsince (?:the )?(?:[a-z-]+ |[RU]=*(?:'s)? |H=*(?:'s)? |D=* ){0,6}(?:invasion|invaded|war|aggression)\b"
)
_WORST_SINCE: Final = for_ascii(
    r"^[^.;]{0,60}\b(?:[a-z]{4,}est|most|worst|first|only|second|third)\b[^.;]{0,60}\bsince "
)
_WAR_IS_NEW: Final = dt.date(2022, 3, 20)  # until then what happened since it began is news


@cache
def tells_state() -> pl.Expr:
    """Boolean per trigger: what lasts, comes again and again or sums up many days; the news day is not its day."""
    perfect = pl.col("clause_left").str.contains(
        r"\b(?:has|have|having) (?:also |already |now |been |since |not |[a-z]+ed to have )*$"
    ) & ~pl.col("opens_in_quote")
    to_have = pl.col("clause_left").str.contains(TO_HAVE)
    return (
        (pl.col("event_type") == "control_status")
        | pl.col("is_timeless")
        | (pl.col("event_type").is_in(["displacement", "evacuation", "mobilisation", "aid", "sanction"]) & perfect)
        | pl.col("rule_id").is_in(
            [
                *("mobil.passive", "annex.verb", "clash.battle_of", "casualties.bodies", "capture.since_taking"),
                *("prisoners.kept_captive", "prisoners.keeps", "prisoners.in_the_hands_of"),
                *("prisoners.hardship", "strike.regular_target"),
            ]
        )
        | (pl.col("event_subtype").is_in(["cumulative", "blockade"]).fill_null(False))
        | ((pl.col("event_type") == "capture") & to_have)
        | ((pl.col("form") == "noun") & pl.col("clause_left").str.contains(_ON_GOING))
        | ((pl.col("rule_id") == "prisoners.held") & ~pl.col("words").str.contains("^(?:sentenced|convicted|jailed)"))
        # "has used drones to hit bridges" tells what it does
        | (
            pl.col("rule_id").is_in(["strike.used_to", "shelling.used_to"])
            & pl.col("clause_left").str.contains(r"\b(?:has|have) (?:[a-z]+ly )?$|\b(?:has|have) (?:[a-z]+ly )?used\b")
        )
        | ((pl.col("form") == "noun") & pl.col("clause_left").str.contains(_FOR_WEEKS))
        # "following the retreat from X", "the villages that they have seized": known before
        | pl.col("event_type").is_in(["withdrawal", "capture"])
        & (
            pl.col("clause_left").str.contains(_KNOWN_LOSS) & pl.col("words").str.contains(_LOSS)
            | pl.col("left").str.contains(_AFTER_TAKING) & pl.col("words").str.contains(r"^[a-z]+ing\b")
            | pl.col("left").str.contains(_LAND_THEY_TOOK)
            | pl.col("left").str.contains(_ONCE_DONE) & (pl.col("form") == "active")
            | pl.col("left").str.contains(_DESCRIBED)
        )
        | pl.col("event_type").is_in(ATTACKS)
        & (pl.col("clause_right").str.contains(_MORE_THAN_ONCE) | pl.col("clause_left").str.contains(_MANY_TIMES))
        | pl.col("clause_left").str.contains(_RECENT) & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        # "previous raids", "the initial advance"
        | (pl.col("form") == "noun")
        & (
            pl.col("event_type").is_in([*ATTACKS, "explosion", "advance", "clash"])
            & pl.col("clause_left").str.contains(_ANOTHER)
            | (pl.col("event_type") == "advance") & pl.col("clause_left").str.contains(_FIRST_ONE)
        )
        # "regroups after the battles for it", "inquiries into abductions"
        | ((pl.col("event_type") == "clash") & pl.col("left").str.contains(_AFTERWARDS))
        | ((pl.col("rule_id") == "shelling.rounds_fired") & pl.col("right").str.contains(_RATE))
        # "hundreds of schools have been destroyed": on many days
        | (
            (pl.col("event_type") == "infrastructure_damage")
            & (pl.col("clause_left") + pl.col("words") + pl.col("clause_right")).str.contains(_MANY_HARMED)
            & ~(pl.col("clause_left") + pl.col("clause_right")).str.contains(_IN_ATTACK)
        )
        # a number of dead in the whole country, or so many a day, is no news of a day
        | (
            (pl.col("event_type") == "casualties")
            & (pl.col("right").str.contains(_NO_DAYS_DEAD) | pl.col("clause_left").str.contains(_A_DAY))
        )
    )


@cache
def tells_of_the_war() -> pl.Expr:
    """Boolean per trigger: harm done in all the war so far ("nine have fled since the invasion")."""
    return (
        pl.col("event_type").is_in(["casualties", "displacement", "infrastructure_damage"])
        & pl.col("right").str.contains(_SINCE_WAR)
        # "killed in the worst raid since the invasion"
        & ~pl.col("right").str.contains(_WORST_SINCE)
        & (pl.col("published_date") > _WAR_IS_NEW)
    )
