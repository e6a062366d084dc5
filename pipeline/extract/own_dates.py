"""The date of an event among those of its own sentence.

Here: which date belongs to the event and which to the saying, a thing or another event. Not here: the sentences around
it (carried_dates.py), what the words of a date mean (dates.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import context_types
from pipeline.extract.dates import CONNECTIVE, SINCE
from pipeline.extract.spans import ahead_of
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_HABIT_REACH: Final = 30  # characters between an event and the words that make it a habit
_SPAN_REACH: Final = 100
OWNED: Final = "^(?:a|the) weekend(?:'s)?$|^the [0-9]{4}$"
_OTHER_EVENT: Final = r"\b(?:after|since|before|following|when|which|who|where|because|until|ahead of)\b"
# "hit a school in Izmail that was closed last year"
_OF_THING: Final = r"[PF]=* that (?:was|were|had) (?:[a-z]+ )*$"
_RANKED: Final = r"\b(?:[a-z]{3,}est|most|worst|first|only|biggest|latest|second|third|fourth|fifth|sixth|[0-9]+(?:st|nd|rd|th))\b[^,;.]{0,90}$"
_IN_PASSING: Final = (
    r", (?:(?:all|most|both|some|many|each|one) of (?:them|whom|which)|who|which|whose|where|"
    r"(?:captured|seized|taken|held|built|born|wounded|injured|killed|occupied|destroyed|liberated|retaken)) [^,]*$"
)
# "men captured on Monday were filmed": the day on which they were captured
_CAPTURED: Final = r"\b(?:captured|detained|arrested) (?:[a-z'-]+ |[A-Z]=*(?:'s?)? ){1,8}$"
_ARE: Final = "^ (?:have|has|had|are|is|were|was) "
# "since the war began in February": the month of the war, not of what is told
SINCE_OTHER: Final = r"\bsince (?:[a-z-]+ |[A-Z]=*(?:'s?)? )+$"
_FOLLOWING: Final = r"\b(?:after|following) (?:an?|the|its|their) (?:[a-z-]+ |[A-Z]=*(?:'s)? )+$"
_OPENS_AFTER: Final = r'^"?(?:after|following|despite|in response to) [^,]{12,}$'
_HELD_SINCE: Final = (
    r", (?:held|captured|imprisoned|jailed|occupied|built|born|abducted|in captivity|under [a-z ]{3,20}) (?:[a-z]+ )*$"
)
# "over six weeks they fought for the town, with hundreds killed"
_WITHAL: Final = r", (?:with|including|among them|killing|leaving|causing|resulting in|as well as|through|by) [^,;]*$"
_CONTRAST: Final = r"\b(?:while|whereas)\b|;"
_AT_HEAD: Final = 12  # characters: what opens a sentence is the day of all its clauses


@cache
def speech_date() -> str:
    """Regex of the words ahead of a date that make it the day of the saying: "said on"."""
    verbs = "|".join(lexicon.table("speech_verbs")["verb"])
    verbs += "|(?:report|study|survey|statement|update|figures|data|statistics) (?:released|published|issued|out)"
    return rf"\b(?:{verbs})(?: [a-z]+){{0,3}}?(?: on| late on| early on| late| early| in a [a-z ]{{3,30}} on)? $"


@cache
def says() -> str:
    """Regex of a verb of speech."""
    return rf"\b(?:{'|'.join(lexicon.table('speech_verbs')['verb'])})\b"


@cache
def _said_that() -> str:
    return rf"{says()} (?:that|it|he|she|they|its|their|[RUG]=*)\b"


def own_dates(triggers: pl.DataFrame, dates: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The date of the trigger's own sentence: in its clause before elsewhere, of the event before of the saying."""
    before = ahead_of(pl.col("mask"), "date_at", 90)
    in_clause = (pl.col("date_at") >= pl.col("clause_start")) & (pl.col("date_at_end") <= pl.col("clause_end"))
    gap = pl.max_horizontal(pl.col("date_at") - pl.col("end"), pl.col("start") - pl.col("date_at_end"))
    behind = pl.col("date_at") >= pl.col("end")
    # a date may stand inside the words of the event, with nothing between them
    until_trigger = pl.col("mask").str.slice("date_at_end", (pl.col("start") - pl.col("date_at_end")).clip(0))
    until_date = pl.col("mask").str.slice("end", (pl.col("date_at") - pl.col("end")).clip(0))
    return (
        triggers.lazy()
        .select("trigger", "sentence", "start", "end", "clause_start", "clause_end", "event_type", "rule_id")
        .join(dates.lazy().rename({"start": "date_at", "end": "date_at_end"}), on="sentence", how="inner")
        .join(sentences.lazy().select("sentence", "mask", "published_date"), on="sentence", how="left")
        .with_columns(
            of_saying=before.str.contains(speech_date())
            # "on Monday the spokesman said that the strike", "on Monday Moscow admitted it had struck"
            | (pl.col("date_at") < _AT_HEAD) & until_trigger.str.contains(_said_that()),
            between=pl.when(behind).then(until_date).otherwise(until_trigger),
        )
        # a day in another clause is another event's
        .filter(
            pl.col("of_saying")
            | in_clause
            | ~pl.when(behind)
            .then(pl.col("between").str.contains(_OTHER_EVENT))
            .otherwise(pl.col("between").str.contains(_CONTRAST) & (pl.col("date_at") >= _AT_HEAD))
        )
        .filter(~(behind & pl.col("between").str.contains(f"{SINCE_OTHER}|{_OF_THING}")))
        # "intensified following a pause in July": the month of the pause
        .filter(~(behind & pl.col("date_precision").is_between(3, 5) & pl.col("between").str.contains(_FOLLOWING)))
        # what happens again and again has no day, where the words stand beside it
        .filter((pl.col("date_precision") < 9) | (gap <= _HABIT_REACH))
        # "a week after the town fell": the town's day
        .filter(~(behind & pl.col("date_text").str.contains(CONNECTIVE)))
        # "now, two years later, it goes on"
        .filter(
            ~(
                pl.col("date_text").str.ends_with(" later")
                & before.str.contains(r"\b(?:now|today|still),? (?:[a-z]+ ){0,3}$")
            )
        )
        # "the men, captured last year, were freed": a day in passing
        .filter(
            pl.when(behind)
            .then(~pl.col("between").str.contains(_HELD_SINCE))
            .otherwise(
                (~before.str.contains(_IN_PASSING) | ~pl.col("between").str.starts_with(","))
                & (~before.str.contains(_CAPTURED) | ~pl.col("between").str.contains(_ARE))
            )
        )
        # "after the town fell on Friday, it ..." dates the fall
        .filter(
            behind
            | ~pl.col("mask").str.slice(0, "date_at").str.contains(_OPENS_AFTER)
            | ~pl.col("between").str.contains(",")
        )
        # "the court's order of 3 May" dates the order
        .filter((pl.col("date_precision") != 1) | ~pl.col("date_text").str.starts_with("of ") | (gap <= _HABIT_REACH))
        # "a weekend raid", "the 2022 siege": their own day
        .filter(
            ~pl.col("date_text").str.contains(OWNED)
            | (~pl.col("between").str.contains("[,;]") & ~behind & (gap <= _HABIT_REACH))
        )
        # and a vague span belongs to what stands near it
        .filter(~pl.col("date_precision").is_between(3, 5) | (gap <= _SPAN_REACH))
        # "the heaviest raid since the war began" ranks it, and says not when it was
        .filter(
            ~(
                (pl.col("date_precision") >= 4)
                & before.str.contains(_RANKED)
                & (
                    pl.col("date_text").str.contains(
                        "^(?:since|for|in (?:recent|the past|the last|several|weeks|months|years))"
                    )
                    | pl.col("between").str.contains(r"\bsince [^,;.]{0,50}$") & behind
                )
            )
        )
        .with_columns(
            cost=gap
            + pl.when(in_clause).then(0).otherwise(300)
            + pl.when("of_saying").then(1000).otherwise(0)
            # "a week before the town fell in May" tells when it fell
            + pl.when(pl.col("date_text").str.contains(CONNECTIVE) & pl.col("date_start").is_null())
            .then(200)
            .otherwise(0)
            # a vague span elsewhere in the sentence says less than the day of the saying
            + pl.when(
                ~in_clause
                & (pl.col("date_precision") > 2)
                & ~pl.col("date_text").str.contains(CONNECTIVE)
                & (behind | pl.col("date_start").is_null() | ~pl.col("between").str.contains(_WITHAL))
            )
            .then(2000)
            .otherwise(0)
        )
        .filter(pl.col("cost") < 2000)
        # what has happened happened no later than it was told
        .filter(
            pl.col("event_type").is_in(CONTEXT_TYPES)
            | (pl.col("date_start") <= pl.col("published_date")).fill_null(True)
        )
        # an aim is dated by the saying, not by what it is set for
        .filter(
            (pl.col("event_type") != "intent")
            | ((pl.col("date_precision") <= 3) & (pl.col("date_start") <= pl.col("published_date"))).fill_null(False)
        )
        # nor is a visit that is still to come by its own day
        .filter(~pl.col("rule_id").is_in(context_types.PLANNED) | pl.col("of_saying"))
        # who holds a place is no news of a day
        .filter((pl.col("event_type") != "control_status") | (pl.col("date_method") == "stated"))
        .sort("trigger", "cost", "date_at")
        .group_by("trigger", maintain_order=True)
        .agg(
            told_start=pl.col("date_start").first(),
            told_end=pl.col("date_end").first(),
            told_precision=pl.col("date_precision").first(),
            told_method=pl.col("date_method").first(),
            date_at=(pl.col("date_at") - SINCE * pl.col("date_text").str.starts_with("since ").cast(pl.Int32)).first(),
            date_at_end=pl.col("date_at_end").first(),
            of_saying=pl.col("of_saying").first(),
        )
        .collect()
    )
