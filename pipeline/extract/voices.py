"""Who says so: which voice tells each event, and how far a voice reaches over the sentences after it.

Here: the choice among a sentence's acts of saying, quotations that go on, speeches in full, hearsay. Not here: the acts and
their speakers (speech.py), and what the voice makes of a row's status (rows.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract.spans import carried
from pipeline.extract.speech import SPEAKER, VOICE_REACH
from pipeline.text import for_ascii

_HEARSAY: Final = (
    r"\b(?:was|were|been|is|are) (?:also |widely |now |previously )?(?:reported|believed|thought|understood|rumou?red)\b|"
    r"\b(?:is|are|was|were) (?:also )?said to\b|\b(?:was|were|been) accused\b|\breportedly\b|\breports of\b|\bunconfirmed\b|"
    r"\ballegedly\b"
)
_ALL_QUOTED: Final = r'^"[^"]*"?$'
_PART_QUOTED: Final = r'"[^"]{12,}"'
# indirect speech goes on: "Explosions had also been heard in ..."
_BACKSHIFTED: Final = r"\bhad (?:also |not |been |[a-z]+ly )*$"
_BACKSHIFTED_NOUN: Final = (
    r"^(?: [a-z-]+){0,2}? had (?:also |not |[a-z]+ly )*(?:been|occurred|happened|hit|struck|killed|damaged)\b"
)
_NOBODY: Final = -1
_FULL_TEXT: Final = r"\b(?:full|entire) (?:[a-z]+ )?(?:text|transcript|address|speech|statement|remarks)\b[^.]*:?$"
_FULL_TEXT_CHARS: Final = 120
# "he said: We will go on." opens a speech without quotation marks, as live blogs set them
_OPENS_SPEECH: Final = r'^[^:"]{0,80}: ?(?:[^" ][^"]*)?$'
# "..., the last town held by Kyiv": what a place is called by the way is the reporter's
_BY_THE_WAY: Final = for_ascii(
    r", (?:(?:the|a|an|one of|now|still|currently|mostly|largely|partly|most of which|which|where|home) [^,]{0,70})?$|"
    r"\b(?:which|where) [^,]{0,50}$|"
    r"(?:cit(?:y|ies)|towns?|villages?|regions?|areas?|territor(?:y|ies)|parts?|plant|province|[POAF]=*) that [^,]{0,50}$"
)

_APPEAL: Final = r"\b(?:called|calls|calling|urged|urges)$"
_MEANWHILE: Final = r'^([^"]*?) (?:as|after|amid|following) '


def voice_triggers(triggers: pl.DataFrame, speech: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds the voice of each trigger: `speaker_*`, `stance`, `voice_from` (the sentence that names it), `is_carried`,
    `is_definite`, `voice_before` (RU, UA, other: side of the last voice before whose side is known), `hearsay`.

    `triggers`: `trigger`, `sentence`, `start`, `event_type`, `left`, `clause_left`, `clause_right`. In a sentence the last act of
    saying before the event word has it, else one that stands behind it. A sentence that lies in a quotation has the voice of its
    paragraph, else the last before it in the article.
    """
    state = sentences.lazy().select(
        "sentence",
        is_quoted=pl.col("opens_in_quote") | pl.col("text").str.contains(_ALL_QUOTED),
        is_part_quoted=pl.col("text").str.contains(_PART_QUOTED),
        hearsay=pl.any_horizontal(pl.col("mask", "lower").str.contains(_HEARSAY)),
    )
    goes_on = pl.any_horizontal(
        pl.col("clause_left").str.contains(_BACKSHIFTED), pl.col("clause_right").str.contains(_BACKSHIFTED_NOUN)
    )
    reaching = pl.coalesce(
        pl.when("is_quoted").then(pl.coalesce("act_before", "act_behind", "act_last")),
        pl.when("is_part_quoted").then(pl.coalesce("act_before", "act_behind")),
        pl.when("is_full_text").then("act_of_text"),
        pl.col("act_of_speech"),
        pl.when(goes_on).then("act_before"),
    )
    in_quotes = pl.col("left").str.count_matches('"', literal=True) % 2 == 1
    is_by_the_way = (pl.col("event_type") == "control_status") & pl.col("left").str.contains(_BY_THE_WAY) & ~in_quotes
    told = speech.lazy().select(
        "act", "stance", "voice_from", *SPEAKER, "is_resolved", "is_definite", "voice_before", speech_form="form"
    )
    return (
        triggers.lazy()
        .join(_own(triggers, speech, sentences), on="trigger", how="left", maintain_order="left")
        .join(state, on="sentence", how="left", maintain_order="left")
        .join(_around(speech, sentences), on="sentence", how="left", maintain_order="left")
        .with_columns(own_act=pl.when(~is_by_the_way | pl.col("is_quoted")).then("own_act"))
        .with_columns(act=pl.coalesce("own_act", reaching), has_own=pl.col("own_act").is_not_null())
        .join(told, on="act", how="left", maintain_order="left")
        .with_columns(
            # "according to their organisation" names a speaker that no table knows
            speaker_side=pl.when((pl.col("speech_form") == "according") & pl.col("speaker_start").is_null())
            .then(pl.lit("other"))
            .otherwise("speaker_side"),
            is_carried=~pl.col("has_own") & pl.col("act").is_not_null() | pl.col("is_resolved").fill_null(False),
            # what one denies is the sentence's own content
            stance=pl.when("has_own").then("stance"),
        )
        .select(
            *triggers.columns,
            *SPEAKER,
            "stance",
            "voice_from",
            "is_carried",
            "is_definite",
            "voice_before",
            "hearsay",
        )
        .collect()
    )


def _own(triggers: pl.DataFrame, speech: pl.DataFrame, sentences: pl.DataFrame) -> pl.LazyFrame:
    """`trigger`, `own_act`: the act of the trigger's sentence that tells it."""
    before = pl.col("end") <= pl.col("at")
    distance = pl.when(before).then(pl.col("at") - pl.col("end")).otherwise(pl.col("start") - pl.col("at") + 200)
    # "the mayor called on people to leave as shells fell": those are told, not said
    appeals = (pl.col("form") != "joined") & pl.col("lower").str.slice(pl.col("end") - 7, 7).str.contains(_APPEAL)
    aside = pl.col("lower").str.slice("end").str.extract(_MEANWHILE).str.len_bytes().cast(pl.Int32)
    # "Reuters reported, citing the governor": he says so
    source = (pl.col("form") == "according") & pl.col("lower").str.slice("start", 6).is_in(["citing", "quotin"])
    acts = (
        speech.lazy()
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="left", maintain_order="left")
        .select(
            "act",
            "sentence",
            "start",
            "end",
            "form",
            "is_trailing",
            is_source=source,
            aside=pl.when(appeals).then(pl.col("end") + aside),
        )
    )
    return (
        triggers.lazy()
        .select("trigger", "sentence", at="start")
        .join(acts, on="sentence", how="inner")
        .filter(
            ~(before & (pl.col("at") > pl.col("aside")).fill_null(False)),
            before & (~pl.col("is_trailing") | pl.col("form").is_in(["according", "back"]))
            | ~before & (pl.col("is_trailing") | (pl.col("form") == "back")),
        )
        .sort("trigger", pl.when(pl.col("is_source") & ~before).then(0).otherwise(distance), "act")
        .group_by("trigger", maintain_order=True)
        .agg(own_act=pl.col("act").first())
    )


def _around(speech: pl.DataFrame, sentences: pl.DataFrame) -> pl.LazyFrame:
    """Per sentence the acts around it: `act_before`, `act_behind` (of its paragraph), `act_last` (of the article, near), in a
    text that is given in full behind an announcement (`is_full_text`) the one before it, however far (`act_of_text`), and
    the one that opens a speech without quotation marks (`act_of_speech`).
    """
    named = speech.lazy().filter(pl.col("speaker_end").is_not_null())
    acts = named.group_by("sentence", maintain_order=True).agg(
        act=pl.col("act").last(), first_act=pl.col("act").first()
    )
    openings = (
        named.join(sentences.lazy().select("sentence", "lower"), on="sentence", how="inner", maintain_order="left")
        .filter(pl.col("lower").str.slice("end").str.contains(_OPENS_SPEECH))
        .group_by("sentence", maintain_order=True)
        .agg(opened=pl.col("act").last())
    )
    # a quotation mark, or somebody else who speaks, is the reporter's text again
    ends = pl.col("act").is_not_null() | pl.col("text").str.contains('"', literal=True)
    speech_state = (
        pl.when(pl.col("opened").is_not_null()).then(pl.col("opened").cast(pl.Int64)).when(ends).then(pl.lit(_NOBODY))
    )
    open_paragraph = pl.when(pl.col("opened").is_not_null()).then(
        pl.col("paragraph") + pl.col("lower").str.ends_with(":").cast(pl.UInt32)
    )
    opens_text = pl.col("lower").str.contains(_FULL_TEXT) & (pl.col("lower").str.len_bytes() < _FULL_TEXT_CHARS)
    return (
        sentences.lazy()
        .join(acts, on="sentence", how="left", maintain_order="left")
        .join(openings, on="sentence", how="left", maintain_order="left")
        .with_columns(
            act_of_speech=pl.when(~ends & (carried(open_paragraph, "article") == pl.col("paragraph"))).then(
                carried(speech_state, "article")
            ),
            act_before=carried(pl.col("act"), "paragraph"),
            act_last=carried(pl.col("act"), "article", reach=VOICE_REACH),
            last_or_own=pl.coalesce("act", carried(pl.col("act"), "article")),
            is_full_text=carried(pl.when(opens_text).then(True), "article").fill_null(False),
        )
        .with_columns(act_of_text=carried(pl.when(opens_text).then("last_or_own"), "article"))
        .reverse()
        # read from the end, what comes next is what came last
        .with_columns(act_behind=carried(pl.col("first_act"), "paragraph"))
        .reverse()
        .select(
            "sentence",
            "act_before",
            "act_behind",
            "act_last",
            "act_of_text",
            "is_full_text",
            act_of_speech=pl.when(pl.col("act_of_speech") != _NOBODY).then("act_of_speech").cast(pl.UInt32),
        )
    )
