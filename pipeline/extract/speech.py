"""Acts of saying: speech verbs and "according to", each with the speaker that it names or refers back to.

Here: one sentence at a time, who says something in it and on which side of the verb the content stands; then pronouns
and joined verbs ("and added", "noting") resolved to the speaker before them. Not here: which event a voice tells
(voices.py), and speakers without a name in any table (speakers.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import mask_sentences, side_of_letter
from pipeline.extract.spans import Joined, WordList, carried, find_pattern, find_words, tail
from pipeline.extract.speakers import BACK_NOUNS, PLAIN_SAYING, find_speakers, foreign
from pipeline.text import for_ascii

SPEAKER: Final = ("speaker_start", "speaker_end", "speaker_side", "speaker_kind", "speaker_source", "speaker_ref")
VOICE_REACH: Final = 6  # sentences over which a named speaker goes on
_REACH: Final = 220  # characters over which a speaker and its verb belong together
_LEAST_CONTENT: Final = 12  # characters that a speech verb at the end of a sentence must have before it

_AUXILIARY: Final = (
    r"(?:(?:has|have|had|is|was|were|also|later|earlier|then|further|again|both|all|once|already|since|now|first|on|"
    r"late|early|quoted as|reported as|cited as|as|himself|herself|itself|themselves|separately|meanwhile|afterwards|"
    r"last week|this week|[a-z]+ly) |D=* )*"
)
_WORD: Final = r"(?:[a-z][a-z'-]*|[RUPOACDNGXM]=*(?:'s?|-based)?),? "
# "an adviser to the president said", "the office of the prosecutor said": who stands behind a plain noun
_OF_OFFICE: Final = rf"\b(?:of|for|to) (?:the )?((?:[RU]=*(?:'s)? )?[VGHRU]=* {_AUXILIARY})$"
_PRONOUN: Final = rf"\b((?:he|she|they|it|who) {_AUXILIARY})$"
_REPORTED_HIM: Final = r"\b(?:reported|quoted|cited) ((?:him|her|them|it) (?:as )?)$"
_BACK_NOUN: Final = rf"\b(?:the|its|his|her|their|that|this) ((?:[a-z-]+ )?{BACK_NOUNS} {_AUXILIARY})$"
# "the command added": no person
_BODY: Final = rf"\b[Tt]he (?:[a-z-]+ )?(?:command|ministry|staff|military|administration|directorate|headquarters|{BACK_NOUNS}) {_AUXILIARY}$"
# "the lawyer added": somebody who was introduced before
_DEFINITE: Final = r"\b[Tt]he ((?:[a-z-]+ ){1,3})$"
# "a report from the agency showed": whose report it is, in the text with its phrases
_OF_REPORT: Final = (
    rf"\b(?:reports?|statements?|posts?|updates?|bulletins?|footage|videos?|images|photos|pictures|data) "
    rf"(?:from|by|in|of|published by|released by) (?:the )?([GVHRU]=* {_AUXILIARY})$"
)
_SUBJECTS: Final = tuple(
    for_ascii(words)
    for words in (
        rf"([HGV]=*[^.;\":]{{0,80}}, who {_AUXILIARY})$",
        rf"(H=*,? {_AUXILIARY})$",
        # "Ivanenko, the region's governor has written": without its second comma
        rf"(H=*, (?:the |its |an? )?(?:[a-z]+(?:'s)? |[POA]=*(?:'s)? ){{0,3}}V=* {_AUXILIARY})$",
        rf"(H=*(?:'s?)?, [^,\";:]{{3,140}},(?: [^,\";:]{{3,90}},)? {_AUXILIARY})$",
        rf"([VGRU]=*(?: (?:of|in|for|at) [^,;\":]{{1,50}})?, [^,\";:]{{3,140}}, {_AUXILIARY})$",
        rf"([VGRUH]=*(?: (?:of|in|for|at|on) [^,;\":]{{1,50}})? -{{1,2}} [^;\":-]{{3,140}} -{{1,2}} {_AUXILIARY})$",
        rf"([RUHGV][^RUHGV.;:\"]{{0,60}} {_AUXILIARY})$",
        r"([RUHGV][^RUHGV.;:\"]{0,70} )$",
    )
)
# between a speaker and its verb these begin another clause, or make what is told the subject
_NO_GAP: Final = r"\b(?:that|which|where|when|if|how|would|will|could|can|may|might|must|should|are|be|being|than|because|not|never)\b"
_PASSIVE: Final = r"\b(?:is|are|was|were|been|be|being)(?: also| [a-z]+ly)? $"
_PERSONAL: Final = r"\b(?:he|she|they|it)\b"
_RELATIVE: Final = r"[HGV]=*[^.;\":]{0,80}, who [a-z ]*$"
# these say something only where a speaker, no state or person, is their subject ("footage showed")
_WEAK: Final = (
    "appear to show",
    "appeared to show",
    "appears to show",
    "showed",
    "shows",
    "depicted",
    "suggested",
    "indicated",
    "described",
    "counted",
    "recorded",
    "shared",
)
# "troops continued artillery strikes", but "the mayor continued that"
_GOES_ON: Final = r"^ (?:[a-su-zA-Z0-9]|t(?:[a-gi-z]|he |his |hese |heir ))"
_AFTER_QUOTE: Final = r"\"['\"]* (?:-{1,2} )?$"
_AFTER_COMMA: Final = r"(?:[,!?]| -{1,2}) $"
# what follows a speaker behind its verb, where no quotation mark tells that the content is over
_SPEAKER_ENDS: Final = r"^[^=]*=*(?:$|[.,;:\"]| -| D=| (?:in|on|at|via|during|after|who|to|of)\b)"
_INVERTED: Final = (
    rf"^( (?:{_WORD}|V=*,? ){{0,9}}?)H=",
    rf"^( (?:{_WORD}){{0,8}}?)[HGV]=",
    r"^( (?:the |a |an )?(?:[a-z-]+ ){0,2})[RU]=",
)
_NO_INVERTED: Final = (
    r"\b(?:in|on|at|via|during|to|from|by|through|that|he|she|it|they|as|when|after|while|but|and|there|had|was|were|is|are|"
    r"who|with)\b"
)
_BY: Final = rf"^( by (?:{_WORD}){{0,5}}?)[HGVRU]="
_UNBROKEN: Final = r"(?:[a-z][a-z'-]*|[RUPOACDNGXM]=*(?:'s?|-based)?) "
# "an intelligence update released by the ministry": the ministry's
_REPORT_OF: Final = r"(?:updates?|reports?|assessments?|briefings?|estimates?|bulletins?|data) (?:released |published |issued )?(?:by|from|of) (?:the )?"
# behind a comma another clause may begin ("according to two doctors, Russian troops")
_ACCORDING: Final = (
    rf"\b(?:according to|citing|as reported by|quoting) (?:(?:{_WORD}){{0,4}}?V=* {_REPORT_OF}[HGV]=*|(?:{_WORD}){{0,8}}?[HGV]=*|(?:{_UNBROKEN}){{0,8}}?(?:[RU]=*|organi[sz]ation|reports?\b|"
    r"(?:doctors?|survivors?|relatives|eyewitness(?:es)?|residents?|neighbou?rs?|volunteers?|workers?|people|men|women|man|woman|soldiers?|estimates|witness(?:es)?|documents?)\b))"
)
_ASKED: Final = r"\b(?:(?:interviewed|contacted|quoted|cited|reached|asked) by|(?:spoke|spoken|speaking|talked|talking) (?:to|with)) "
_ACCORDING_BACK: Final = rf"\baccording to (?:him|her|them|it|(?:the|this|that) (?:same )?{BACK_NOUNS})\b"
# "fighting went on, with officials in X saying"
_WITH_SUBJECT: Final = (
    rf"\bwith (?:the |[a-z-]+ |[RU]=*(?:'s)? ){{0,3}}([VG]=*(?: (?:in|of|at|from) [^,.;:\"]{{1,50}})? {_AUXILIARY})$"
)
_JOINED: Final = rf"(?:\b(?:and|but|or|then|while|before),? {_AUXILIARY})$"
_OWN_PARTICIPLE: Final = r"[VGHRU]=* (?:is |are |was |were )?$|\b(?:quoted|cited|reported) as $"
# a participle that is an adjective ("the reported attack")
_ADJECTIVE: Final = r"(?:\b(?:an?|the|its|his|her|their|this|that|these|of|with|by|for|most|some)|'s) $"
_PREPOSITIONS: Final = r"of|in|on|against|into|from|with|near|across|to|towards|toward|at|over|between|inside|for|about"
_DETERMINER: Final = r"(?:(?:the|a|an|its|their|his|her) (?:[a-z-]+ )?)?"
_NEGATED: Final = r"(?:\b(?:not|never|nobody|none|no one|declined to|refused to)|n't)(?: yet| immediately)? $"
_AFTER_CONTENT: Final = r"""(?:[,"!?]| -) ?(?:["']?(?:[a-z][a-z'-]*|[A-Z]=*(?:'s?|-based)?)["',]? ){0,9}$"""
# a date that opens a sentence is no content
_AFTER_DATE: Final = r"^(?:(?:[a-z]+ )?(?:on|in|at) )?(?:the )?(?:[a-z]+ (?:of|on) )?D=*,? [^,;.\"]{0,60}$"
_CONTENT_FOLLOWS: Final = r"^[^,;.\"]{0,120}?\b(?:that|whether|how|why)\b"
_NO_CONTENT: Final = (
    r'^(?: (?:late |early |later )?(?:on )?D=*)?(?:$|[.,;:"]| - | on (?:[a-z]+|[GVXM]=*)[ .,;:]| (?:in|via|to|during|at|as|from|through|who|'
    r"citing|without|by|after|while|when|later|earlier|last|this|today) )"
)
_COLON: Final = r'^: "?[a-zA-Z]'
_COLON_QUOTE: Final = r'\b[HV]=*: "'  # 'The mayor, Ivanenko: "It burned."'
# "an official told the newspaper, but"
_TO_WHOM: Final = r"^ (?:the |a |an )?(?:(?:[a-z-]+|[A-Z]=*(?:'s)?) ){0,2}(?:[a-z-]+|[A-Z]=*)(?:$|[.,;])"
_REPORTERS: Final = r"^(?:'s)? (?:journalists?|reporters?|correspondents?|photographers?)\b"
# "defence intelligence specialists" are no officials
_STUDENTS: Final = r"^ (?:analysts?|experts?|specialists?|researchers?)\b"
_BY_CONTEXT: Final = ("by_region", "by_adjective")


@cache
def _verbs() -> pl.Series:
    """Verbs of saying, longest first."""
    return pl.Series(sorted(lexicon.table("speech_verbs")["verb"], key=lambda verb: (-len(verb), verb)))


@cache
def _verb_list() -> WordList:
    return WordList(_verbs())


def find_speech(sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Each act of saying: `act`, `sentence`, `article`, `paragraph`, `start`, `end` Int32 of its words, `form`, `stance`
    (says, confirms, denies), `is_trailing` (it stands behind what it says), and its speaker: `voice_from` (sentence that
    names it), `speaker_start`, `speaker_end`, `speaker_side`, `speaker_kind`, `speaker_source`, `speaker_ref`; null where nothing
    names one. `voice_before`: side of the last speaker before whose side is known. `is_resolved` Boolean: the speaker was named before. `is_definite` Boolean: it is called "the ministry" or the like.

    `sentences`: `sentence`, `article`, `paragraph`, `text`, `lower`, `mask`; `mentions` as names.py gives them.
    """
    verbs = find_words(Joined.of(sentences, "lower"), _verb_list())
    unknown = find_speakers(
        sentences, mentions, sentences.filter(pl.col("sentence").is_in(verbs["sentence"].implode()))
    )
    people = pl.concat([mentions.select(unknown.columns), unknown])
    masks = mask_sentences(sentences.select("sentence", lower="mask"), unknown).select("sentence", "mask")
    marked = sentences.drop("mask").join(masks, on="sentence", how="left", maintain_order="left")
    acts = pl.concat([_spoken(verbs, marked), _according(marked)]).pipe(_named, people, marked)
    return _resolved(acts)


def _spoken(verbs: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Acts by `verbs` of saying, as find_words gives them: `sentence`, `start`, `end`, `form`, `verb`, `speaker_start`, `own_subject`, `surface` (words of the act)."""
    left = tail(pl.col("head"), _REACH)
    right = pl.col("mask").str.slice(pl.col("end"), _REACH)
    said = (
        verbs.lazy()
        .with_columns(verb=pl.col("entry").replace_strict(dict(enumerate(_verbs())), return_dtype=pl.String))
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        # a verb within a known name ("been reported") is none
        .filter(~pl.col("mask").str.slice("start", pl.col("end") - pl.col("start")).str.contains("="))
        .with_columns(head=pl.col("mask").str.slice(0, pl.col("start")))
        .with_columns(left=left, right=right, bare=_without_phrases(left))
    )
    is_participle = pl.col("verb").str.ends_with("ing")
    is_passive = pl.col("left").str.contains(_PASSIVE) & ~pl.col("verb").is_in(["saying", "reporting"])
    # "Moscow's claim that ..."
    is_claim = pl.col("verb").is_in(["claim", "claims"]) & pl.col("right").str.contains("^ (?:that|of) ")
    is_other = (
        pl.col("left").str.contains(_NEGATED)
        | (pl.col("left").str.contains(_ADJECTIVE) & ~is_participle & ~is_claim)
        | (
            pl.col("verb").str.contains("^call")
            & ~pl.col("right").str.contains(r"^ (?:(?:again |also |[a-z]+ )?D=* |again |also )?(?:on|for|upon)\b")
        )
        | (pl.col("verb").str.contains("^continue") & pl.col("right").str.contains(_GOES_ON))
    )
    # the clause's own subject, where verbs are joined to it
    opening = (
        _without_phrases(pl.col("head"))
        .str.replace_all(r"[RUHC](=*'s?[ ,])", "=${1}")
        .str.extract(r"^([^HGVRU]*)[HGVRU]=")
    )
    own_subject = pl.when(~opening.str.contains(_PERSONAL)).then(opening.str.len_bytes()).cast(pl.Int32)
    told_behind = pl.coalesce(
        *[
            pl.when(~words.str.contains(_NO_INVERTED) & (words.str.count_matches(",") <= 1)).then(words)
            for words in [pl.col("right").str.extract(speaker) for speaker in _INVERTED]
        ]
    )
    ends_there = pl.col("right").str.slice(pl.col("behind").str.len_bytes()).str.contains(_SPEAKER_ENDS)
    # an apposition may hold anything
    gap = pl.col("subject").str.strip_chars_start("RUHGV=").str.replace(r", .*, | - .* - ", ", ")
    is_weak = pl.col("verb").is_in(_WEAK) & ~pl.col("subject").str.contains("^[VG]")
    with_subject = pl.col("left").str.extract(_WITH_SUBJECT)
    forms = {
        "by": pl.col("by").is_not_null(),
        "subject_verb": is_participle & with_subject.is_not_null(),
        "joined": is_participle
        & ~pl.col("left").str.contains(rf"{_OWN_PARTICIPLE}|{_REPORTED_HIM}")
        & ~pl.col("right").str.contains(r"^ to\b"),
        "pronoun": pl.col("pronoun").is_not_null() & ~is_passive & ~pl.col("left").str.contains(_RELATIVE),
        "joined_verb": pl.col("left").str.contains(_JOINED),
        "inverted": pl.col("inverted").is_not_null(),
        "subject": pl.col("subject").is_not_null() & ~gap.str.contains(_NO_GAP) & ~is_passive & ~is_weak,
    }
    form = pl.coalesce(
        *[pl.when(condition & ~is_other).then(pl.lit(name.removesuffix("_verb"))) for name, condition in forms.items()]
    )
    is_subject = pl.col("form") == "subject"
    return (
        said.with_columns(
            by=pl.when(pl.col("left").str.contains(rf"{_PASSIVE}|\bas $")).then(pl.col("right").str.extract(_BY)),
            pronoun=pl.coalesce(
                pl.col("left").str.extract(_PRONOUN),
                pl.col("left").str.extract(_REPORTED_HIM),
                pl.col("left").str.extract(_BACK_NOUN),
                pl.when(pl.col("verb").is_in(PLAIN_SAYING)).then(pl.col("left").str.extract(_DEFINITE)),
            ),
            subject=pl.coalesce(
                pl.when(is_participle).then(with_subject),
                pl.when(is_claim).then(pl.col("left").str.extract(r"([RUHGV]=*(?:'s?)? )$")),
                pl.col("left").str.extract(_OF_REPORT),
                *[pl.col("bare").str.extract(words) for words in _SUBJECTS],
                pl.col("left").str.extract(_OF_OFFICE),
            ),
            behind=told_behind,
        )
        .with_columns(
            inverted=pl.when(
                pl.col("left").str.contains(_AFTER_QUOTE) | (pl.col("left").str.contains(_AFTER_COMMA) & ends_there)
            ).then("behind")
        )
        .with_columns(form=form)
        .filter(pl.col("form").is_not_null())
        .with_columns(
            speaker_start=pl.when(pl.col("form") == "inverted")
            .then(pl.col("end") + pl.col("inverted").str.len_bytes().cast(pl.Int32))
            .when(pl.col("form") == "by")
            .then(pl.col("end") + pl.col("by").str.len_bytes().cast(pl.Int32))
            .when(is_subject)
            .then(pl.col("start") - pl.col("subject").str.len_bytes().cast(pl.Int32)),
            own_subject=pl.when(pl.col("form") == "joined").then(own_subject),
        )
        .select(
            "sentence",
            start=pl.when(is_subject).then("speaker_start").otherwise("start"),
            end="end",
            form="form",
            verb="verb",
            speaker_start="speaker_start",
            own_subject="own_subject",
            surface=pl.when(is_subject).then("left"),
        )
        .collect()
    )


def _according(sentences: pl.DataFrame) -> pl.DataFrame:
    """Acts without a verb, as `_spoken` gives them: "according to" and the like, a name before a colon and a quotation."""
    named = find_pattern(sentences, "mask", _ACCORDING).with_columns(
        # "according to a resident interviewed by an agency": the agency only asked
        speaker_start=pl.when(
            pl.col("surface").str.contains(r"[RUHGV]=*$") & ~pl.col("surface").str.contains(_ASKED)
        ).then(pl.col("end") - pl.col("surface").str.extract(r"([RUHGV]=*)$").str.len_bytes().cast(pl.Int32)),
        form=pl.lit("according"),
    )
    back = find_pattern(sentences, "mask", _ACCORDING_BACK).with_columns(
        speaker_start=pl.lit(None, pl.Int32), form=pl.lit("back")
    )
    spoken = find_pattern(sentences, "mask", _COLON_QUOTE).with_columns(
        end=pl.col("end") - len(': "'), speaker_start="start", form=pl.lit("subject")
    )
    return pl.concat([named, back, spoken], how="diagonal").select(
        "sentence",
        "start",
        "end",
        "form",
        verb=pl.lit(None, pl.String),
        speaker_start="speaker_start",
        own_subject=pl.lit(None, pl.Int32),
        surface="surface",
    )


def _named(acts: pl.DataFrame, people: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `stance`, `is_trailing`, `is_definite`, article, paragraph and the speaker's columns to acts."""
    # "Ukraine's defence ministry", "Russian officials": the side stands before the generic speaker
    adjective = side_of_letter(
        pl.col("surface").str.extract(
            r"([RU])=*(?:'s?)? (?:[a-z-]+ |[POHGA]=*(?:'s?)? ){0,3}[VG]=*(?: to (?:the )?[RUG]=*)?[^RUHGV]*$"
        )
    )
    ahead = tail(pl.col("mask").str.slice(0, "speaker_start"), 40)
    before = tail(pl.col("mask").str.slice(0, "start"), 60)
    rest = pl.col("mask").str.slice(pl.col("end"))
    own_words = pl.col("mask").str.slice("start", pl.col("end") - pl.col("start"))
    rest_says_him = own_words.str.contains(r"\b(?:him|her)$").fill_null(False)
    speakers = people.lazy().select(
        "sentence",
        speaker_start="start",
        speaker_end="end",
        speaker_side="side",
        speaker_kind="form",
        speaker_source="source",
        speaker_ref="ref",
        speaker_tag="tag",
    )
    behind_words = r"^( (?:in|of|for|to) (?:the )?(?:[a-z-]+ )?)[RUPCAGHV]"
    behind = pl.col("speaker_end") + pl.col("mask").str.slice("speaker_end", 40).str.extract(
        behind_words
    ).str.len_bytes().cast(pl.Int32)
    is_generic = pl.col("speaker_side").is_in(_BY_CONTEXT) | pl.col("speaker_side").is_null()
    # "Turkey's foreign minister", "a German officer"
    is_foreign = (
        ahead.str.extract(r"([^,.;:\"]*)$").str.contains(rf"{foreign()}(?: [a-z-]+){{0,2}} $")
        | (pl.col("foreign_ahead").is_not_null() & ahead.str.contains(r"[GC]=*(?:'s?)? (?:[a-z-]+ ){0,2}$"))
    ).fill_null(False)
    stances = lexicon.table("speech_verbs").lazy().select("verb", "stance")
    third = people.lazy().filter(pl.col("ref").str.starts_with("state-")).select("sentence", third_end="end")
    numbered = (
        acts.lazy()
        .with_columns(
            speaker_start=pl.coalesce("speaker_start", "own_subject"), is_inherited=pl.col("speaker_start").is_null()
        )
        .sort("sentence", "end", "start", "form", "speaker_start", "verb")
        .with_row_index("act")
    )
    # the nearest third state that ends before the speaker
    foreign_ahead = (
        numbered.select("act", "sentence", "speaker_start")
        .join(third, on="sentence", how="inner")
        .filter(pl.col("speaker_start") - pl.col("third_end") <= 30, pl.col("third_end") < pl.col("speaker_start"))
        .group_by("act")
        .agg(foreign_ahead=pl.col("third_end").max())
    )
    sides_behind = people.lazy().filter(pl.col("side").is_in(["RU", "UA", "other"]))
    return (
        numbered.join(stances, on="verb", how="left", maintain_order="left")
        .join(speakers, on=["sentence", "speaker_start"], how="left", maintain_order="left")
        .filter((pl.col("form") != "subject") & (pl.col("form") != "inverted") | pl.col("speaker_end").is_not_null())
        .join(
            sentences.lazy().select("sentence", "article", "paragraph", "mask"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .with_columns(behind=behind)
        .join(
            sides_behind.select("sentence", behind="start", side_behind="side"),
            on=["sentence", "behind"],
            how="left",
            maintain_order="left",
        )
        .join(foreign_ahead, on="act", how="left", maintain_order="left")
        .with_columns(
            stance=pl.col("stance").fill_null("says"),
            speaker_side=pl.when(is_generic)
            .then(pl.coalesce(adjective, pl.when(is_foreign).then(pl.lit("other")), "side_behind", "speaker_side"))
            .otherwise("speaker_side"),
            is_person=before.str.contains(r"\b(?:he|she|him|her|who|the [a-z-]+) [^.,;\"]*$")
            & ~before.str.contains(_BODY)
            | rest_says_him,
            sees_itself=(
                (pl.col("speaker_source") == "actor")
                & (pl.col("speaker_side") == "other")
                & pl.col("mask").str.slice("speaker_end", 40).str.contains(_REPORTERS)
            ).fill_null(False),
            is_studious=(pl.col("speaker_source") == "voice")
            & pl.col("mask").str.slice("speaker_end", 20).str.contains(_STUDENTS),
            is_definite=ahead.str.contains(r"\b(?:the|other|its|same) (?:[a-z-]+ )?$|C=*'s $").fill_null(False),
            is_trailing=pl.col("form").is_in(["inverted", "according", "by"])
            | (
                pl.col("form").is_in(["subject", "pronoun"])
                & (pl.col("start") > _LEAST_CONTENT)
                & before.str.contains(_AFTER_CONTENT)
                & ~before.str.contains(_AFTER_DATE)
                & rest.str.contains(_NO_CONTENT)
                # "in its report the staff said: Troops shelled the town"
                & (~rest.str.contains(_COLON) | before.str.contains('"', literal=True))
                & ~rest.str.contains(_CONTENT_FOLLOWS)
                | pl.col("form").is_in(["subject", "pronoun"])
                & (pl.col("start") > _LEAST_CONTENT)
                & before.str.contains(_AFTER_CONTENT)
                & ~before.str.contains(_AFTER_DATE)
                & own_words.str.contains(r"\btold$")
                & rest.str.contains(_TO_WHOM)
            ),
        )
        .with_columns(
            speaker_side=pl.when(pl.col("is_studious") & pl.col("speaker_side").is_in(_BY_CONTEXT))
            .then(pl.lit("other"))
            .otherwise("speaker_side"),
            speaker_kind=pl.when("sees_itself")
            .then(pl.lit("agency_eyewitness"))
            .when("is_studious")
            .then(pl.lit("analyst"))
            .when(
                (pl.col("speaker_source") == "voice")
                & (pl.col("speaker_side") == "other")
                & (pl.col("speaker_kind") == "belligerent_official")
            )
            .then(pl.lit("third_party"))
            .otherwise("speaker_kind"),
            # an agency's own people are no actor of the table
            speaker_source=pl.when("sees_itself").then(pl.lit("voice")).otherwise("speaker_source"),
        )
        .drop(
            "mask",
            "surface",
            "verb",
            "behind",
            "side_behind",
            "foreign_ahead",
            "own_subject",
            "act",
            "sees_itself",
            "is_studious",
        )
        .unique(["sentence", "end"], keep="first", maintain_order=True)
        .sort("sentence", "start", "end")
        .with_row_index("act")
        .collect()
    )


def _resolved(acts: pl.DataFrame) -> pl.DataFrame:
    """Gives acts that name nobody the speaker of the act before them: in the sentence where verbs are joined, else near."""
    names_one = ~pl.col("is_inherited") & pl.col("speaker_end").is_not_null()
    refers = pl.col("form").is_in(["pronoun", "back"])
    known = pl.when(names_one).then(pl.col("act").cast(pl.Int64))
    # "he" is a person, whatever state or body spoke last
    person = pl.when(names_one & pl.col("speaker_tag").is_in(["H", "V"])).then(pl.col("act").cast(pl.Int64))
    in_sentence = acts.with_columns(known=known).with_columns(
        joined=carried(pl.when(names_one | refers).then(pl.col("act").cast(pl.Int64)), "sentence"),
        voice_before=carried(
            pl.when(names_one & pl.col("speaker_side").is_in(["RU", "UA", "other"])).then("speaker_side"), "article"
        ),
        last=pl.when("is_person").then(carried(person, "article")).otherwise(carried(pl.col("known"), "article")),
    )
    # a joined verb after "he said" has his voice
    source = (
        pl.when(names_one)
        .then(pl.col("act").cast(pl.Int64))
        .when(refers)
        .then("last")
        # "according to their organisation": a speaker, but nobody known
        .when(pl.col("form") == "according")
        .then(pl.col("act").cast(pl.Int64))
        .when(pl.col("joined").is_not_null())
        .then(pl.when(pl.col("joined_names")).then("joined").otherwise("last"))
        .when(pl.col("speaker_end").is_not_null())
        .then(pl.col("act").cast(pl.Int64))
        .otherwise("last")
    )
    named = acts.lazy().select(*SPEAKER, "is_definite", source=pl.col("act").cast(pl.Int64), voice_from="sentence")
    return (
        in_sentence.lazy()
        .join(
            acts.lazy().select(pl.col("act").cast(pl.Int64).alias("joined"), joined_names=names_one),
            on="joined",
            how="left",
            maintain_order="left",
        )
        .with_columns(source=source)
        .drop(*SPEAKER, "is_definite", "speaker_tag")
        .join(named, on="source", how="left", maintain_order="left")
        .with_columns(
            is_near=(pl.col("sentence").cast(pl.Int64) - pl.col("voice_from").cast(pl.Int64) <= VOICE_REACH).fill_null(
                False
            )
        )
        .with_columns(
            *[pl.when("is_near").then(name).alias(name) for name in (*SPEAKER, "voice_from")],
            is_resolved=(pl.col("source") != pl.col("act").cast(pl.Int64)).fill_null(False),
        )
        .drop("known", "joined", "last", "joined_names", "source", "is_near", "is_inherited", "is_person")
        .collect()
    )


def _without_phrases(mask: pl.Expr) -> pl.Expr:
    """The masked text with the names of prepositional phrases blanked, length unchanged: they are no subjects."""
    first = rf"(\b(?:{_PREPOSITIONS}) {_DETERMINER})[RUHGVC]="
    second = rf"(\b(?:{_PREPOSITIONS}) {_DETERMINER}==*(?:'s?)? (?:[a-z-]+ )?)[RUHGV]="
    return mask.str.replace_all(first, "${1}==").str.replace_all(second, "${1}==")
