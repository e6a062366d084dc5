"""Speakers that no table knows: people whom the text names, and nouns for people, each with what the text calls them.

Here: who stands beside a verb of saying without being a known name, with side and kind from the words that introduce
them in the article. Not here: speakers of the lexicon (names.py), and what they say (speech.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import side_of_letter
from pipeline.extract.spans import ahead_of, find_pattern, tail, without_overlaps

_NAME: Final = r"(?:[A-Z][a-z]+[A-Za-z'-]*|Mc[A-Z][a-z]+)(?: (?:de |von |van |al-|bin )?[A-Z][A-Za-z'-]+){0,3}"
_TITLE: Final = r"(?:(?:Dr|Mr|Mrs|Ms|Gen|Col|Lt|Maj|Prof)\. )?"
_AUXILIARY: Final = r"(?:(?:has|have|had|also|later|earlier|then|further|on [A-Z][a-z]+|[A-Z][a-z]+day|[a-z]+ly) )*"
# capitalised because they begin a sentence
_NO_NAME: Final = (
    r"^(?:The|A|An|But|And|Or|He|She|They|It|We|You|In|On|At|As|If|So|This|That|These|Those|One|Some|Many|Others|Both|"
    r"Meanwhile|However|Also|When|While|After|Before|Later|Earlier|According|Who|What|There|Here|His|Her|Their|Its|Our|My|"
    r"Mr|Mrs|Ms|Dr|Today|Yesterday|Now|Still|Then|Yet|Not|No|All|Most|Another|Several|Two|Three|Four|Five|To|For|From|"
    r"With|By|Since|Because|Although|Though|Reports|Statement|Films?|Videos?|Footage|Images?|Photos?|Pictures|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
PLAIN_SAYING: Final = (
    "said",
    "says",
    "say",
    "told",
    "tells",
    "added",
    "adds",
    "wrote",
    "explained",
    "explains",
    "recalled",
)
_PLAIN: Final = "|".join(PLAIN_SAYING)
_NOUN: Final = r"(?:[a-z][a-z-]+ ){0,3}[a-z][a-z-]+"
# what stands for a voice that was named before
BACK_NOUNS: Final = (
    r"(?:statement|report|post|message|update|bulletin|briefing|document|agency|company|group|organi[sz]ation|body|"
    r"institute|institution|think ?tank|watchdog|charity|mission|office|paper|newspaper|outlet|channel|broadcaster|network|"
    r"department|service|operator|firm|regulator|court|union|bloc|alliance|team)"
)
_FIGHTS: Final = (
    r"\b(?:soldier|fighter|officer|general|colonel|commander|major|captain|lieutenant|sergeant|serviceman|pilot|marine|"
    r"lawmaker|mp|deputy|senator|politician|minister|diplomat|ambassador|head|chief|secretary|aide|negotiator)\b"
)
_AGED: Final = r"^, (?:aged )?(?:N=*|[0-9]{2})(?:,|\.|$)"
_WRITES: Final = r"\b(?:reporter|journalist|correspondent|editor|columnist)\b"
_SEES_AFAR: Final = (
    r"\b(?:analyst|expert|researcher|professor|think ?tank|fellow|academic|historian|economist|specialist|scholar)\b"
)


@cache
def _verbs() -> str:
    return "|".join(sorted(lexicon.table("speech_verbs")["verb"], key=lambda verb: (-len(verb), verb)))


@cache
def foreign() -> str:
    """A regex for the adjectives of third states, lower case."""
    return rf"\b(?:{'|'.join(lexicon.table('demonyms')['word'])})\b"


def find_speakers(sentences: pl.DataFrame, mentions: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """Unknown speakers in the shape of `mentions`: `sentence`, `start`, `end`, `source` (voice), `ref` null, `tag` H,
    `side`, `form` (their `attribution_kind`).

    `sentences`: `sentence`, `article`, `text`, `mask`; `spoken`: those of them that hold a verb of saying. A name that
    lies in a known span is none.
    """
    names = _free(_named(sentences, spoken), sentences)
    told = _introduced(names, sentences, mentions)
    nouns = _free(_nouns(spoken), sentences).select(
        "sentence", "start", "end", side=pl.lit("by_region"), form=pl.lit("local_witness")
    )
    every = pl.concat([told.with_columns(priority=pl.lit(0)), nouns.with_columns(priority=pl.lit(1))])
    return (
        without_overlaps(every.unique(["sentence", "start"], keep="first", maintain_order=True), "priority")
        .select(
            "sentence",
            "start",
            "end",
            source=pl.lit("voice"),
            ref=pl.lit(None, pl.String),
            tag=pl.lit("H"),
            side="side",
            form="form",
        )
        .sort("sentence", "start")
    )


def _named(sentences: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `start`, `end` of capitalised words that speak."""
    before_verb = rf"\b{_NAME}(?:, [0-9]{{2}})?(?:, [^,.;:\"]{{2,90}},)? {_AUXILIARY}(?:{_verbs()})\b"
    behind_verb = rf"(?:[,\"!?]|-) (?:{_verbs()}) (?:[a-z' -]{{0,40}} )?{_TITLE}{_NAME}"
    according = rf"\b[Aa]ccording to (?:[a-z' -]{{0,40}} )?{_TITLE}{_NAME}"
    first = find_pattern(spoken, "text", before_verb).with_columns(
        name=pl.col("surface").str.extract(rf"^({_NAME})"), at="start"
    )
    last = [
        find_pattern(told, "text", pattern).with_columns(name=pl.col("surface").str.extract(rf"({_NAME})$"))
        for told, pattern in ((spoken, behind_verb), (sentences, according))
    ]
    last = [frame.with_columns(at=pl.col("end") - pl.col("name").str.len_bytes().cast(pl.Int32)) for frame in last]
    # "But Larsen said": the sentence's first word is no part of the name
    opening = pl.col("name").str.extract(rf"({_NO_NAME} )").str.len_bytes().fill_null(0).cast(pl.Int32)
    return (
        pl.concat([frame.select("sentence", "name", "at") for frame in (first, *last)])
        .lazy()
        .with_columns(opening=opening)
        .with_columns(name=pl.col("name").str.slice("opening"), start=pl.col("at") + pl.col("opening"))
        .filter(
            pl.col("name").str.len_bytes() > 2,
            ~pl.col("name").str.contains(_NO_NAME),
            ~pl.col("name").str.to_lowercase().str.contains(foreign()),
            # "Explosions reported", "Economists say"
            (pl.col("start") > 0) | ~pl.col("name").str.contains("^[A-Z][a-z]+(?:s|ing)$"),
        )
        .select(
            "sentence", "start", end=pl.col("start") + pl.col("name").str.len_bytes().cast(pl.Int32), surface="name"
        )
        .collect()
    )


def _nouns(spoken: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `start`, `end` of plain nouns with an article that speak ("a shopkeeper said")."""
    determiner = r"(?:a|an|one|another|some|many|several)"
    behind = rf"\b{determiner} {_NOUN} (?:{_PLAIN})\b"
    before = rf"\" (?:{_PLAIN}) (?:the|{determiner}) [a-z][a-z-]+\b"
    noun = pl.col("surface").str.replace(rf" (?:{_PLAIN})$", "").str.extract(rf"((?:the|{determiner}) {_NOUN})$")
    found = pl.concat([find_pattern(spoken, "mask", pattern) for pattern in (behind, before)]).with_columns(
        noun=noun.str.replace(r"^[a-z]+ ", ""), inner=pl.col("surface").str.find(noun, literal=True).cast(pl.Int32)
    )
    shift = noun.str.len_bytes().cast(pl.Int32) - pl.col("noun").str.len_bytes().cast(pl.Int32)
    return (
        found.filter(
            pl.col("noun").is_not_null(),
            ~pl.col("noun").str.contains(rf"\b{BACK_NOUNS}$"),
            ~pl.col("noun").str.contains(
                r"\b(?:it|he|she|they|who|which|that|to|of|was|were|is|are|be|been|has|had)\b"
            ),
        )
        .with_columns(start=pl.col("start") + pl.col("inner") + shift)
        .select(
            "sentence", "start", end=pl.col("start") + pl.col("noun").str.len_bytes().cast(pl.Int32), surface="noun"
        )
    )


def _free(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Spans over which the mask shows no known name."""
    covered = pl.col("mask").str.slice(pl.col("start"), pl.col("end") - pl.col("start"))
    # "the West", "a Republican"; nouns have lost their own article
    is_name = pl.col("surface").str.contains("^[A-Z]")
    ahead = pl.when(is_name).then(tail(pl.col("mask").str.slice(0, "start"), 6)).otherwise(pl.lit(""))
    return (
        found.lazy()
        .join(sentences.lazy().select("sentence", "article", "mask"), on="sentence", how="left", maintain_order="left")
        .filter(~covered.str.contains("[A-Z=]"), ~ahead.str.contains(r"\b(?:the|a|an) $"))
        .drop("mask")
        .collect()
    )


def _introduced(names: pl.DataFrame, sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Adds `side` and `form` to names, from the words beside the first mention of the surname in the article."""
    surname = pl.col("surface").str.extract(r"([^ ]+)$")
    wanted = names.lazy().with_columns(surname=surname)
    position = pl.col("text").str.find(pl.col("surname"), literal=True).cast(pl.Int32)
    after = pl.col("at") + pl.col("surname").str.len_bytes().cast(pl.Int32)
    behind = pl.col("mask").str.slice(after, 110)
    ahead = ahead_of(pl.col("mask"), "at", 90)
    apposition = behind.str.extract(r"^(?:'s?)?(?: \([^)]*\))?((?:,| of| at| from| with) (?:N=*, )?[^,.;:\"]{3,100})")
    title = ahead.str.extract(
        r"((?:\b(?:[a-z][a-z'-]+|[RUPOACGXNM]=*(?:'s?)?) ){0,5}[VG]=*(?: of (?:[RUPOACG]=*(?:'s?)? ?)+)?,? (?:[a-z][a-z'-]+ )?)$"
    )
    first = (
        wanted.select("article", "surname")
        .unique()
        .join(sentences.lazy().select("sentence", "article", "text", "mask"), on="article", how="inner")
        .with_columns(at=position)
        .filter(pl.col("at").is_not_null())
        .sort("article", "surname", "sentence")
        .with_columns(apposition=apposition, title=title, aged=behind.str.contains(_AGED))
        # the first mention that says who it is
        .sort(
            "article",
            "surname",
            pl.coalesce("apposition", "title").str.contains("[VGRU]=").fill_null(False),
            "sentence",
            descending=[False, False, True, False],
        )
        .group_by("article", "surname", maintain_order=True)
        .agg(
            pl.col("sentence", "apposition", "title", "at").first().name.prefix("first_"),
            after=after.first(),
            aged=pl.col("aged").any(),
        )
        .with_columns(
            is_apposition=pl.col("first_apposition").str.contains(rf"[VGRU]=|{_FIGHTS}|{_SEES_AFAR}").fill_null(False)
        )
        .with_columns(
            words=pl.when("is_apposition").then("first_apposition").otherwise("first_title"),
            begin=pl.when("is_apposition")
            .then("after")
            .otherwise(pl.col("first_at") - pl.col("first_title").str.len_bytes().cast(pl.Int32)),
        )
        # the speaker's office or house within those words
        .with_columns(
            office_at=pl.col("begin") + pl.col("words").str.extract("^([^VG]*)[VG]=").str.len_bytes().cast(pl.Int32)
        )
    )
    offices = mentions.lazy().select(
        first_sentence="sentence", office_at="start", office_side="side", office_kind="form", office_ref="ref"
    )
    speaks = lexicon.table("actors").lazy().select(office_ref="actor_id", house_speaks="speaks_as")
    words = pl.col("words")
    adjective = side_of_letter(
        pl.when("is_apposition")
        .then(words.str.extract("([RU])="))
        .otherwise(words.str.extract(r"([RU])=*(?:'s?)? (?:[a-z-]+ ){0,3}[VG]="))
    )
    is_foreign = words.str.contains(foreign()).fill_null(False)
    return (
        wanted.join(first, on=["article", "surname"], how="left", maintain_order="left")
        .join(offices, on=["first_sentence", "office_at"], how="left", maintain_order="left")
        .join(speaks, on="office_ref", how="left", maintain_order="left")
        .with_columns(
            side=pl.when(is_foreign & adjective.is_null())
            .then(pl.lit("other"))
            .otherwise(
                pl.coalesce(adjective, pl.when(pl.col("office_side") != "none").then("office_side"), pl.lit("other"))
            ),
            form=pl.when(pl.col("office_ref").is_not_null() & ~pl.col("house_speaks").is_in(["agency", "media"]))
            .then("house_speaks")
            .when(pl.col("office_ref").is_not_null() & words.str.contains(_WRITES))
            .then(pl.lit("media"))
            .when(
                pl.col("office_kind").is_not_null()
                & ~pl.col("office_kind").is_in(["organisation", "force", "person", "unattributed"])
            )
            .then("office_kind")
            .when(words.str.contains(_SEES_AFAR))
            .then(pl.lit("analyst"))
            .when(words.str.contains(_FIGHTS) & adjective.is_not_null())
            .then(pl.lit("belligerent_official"))
            .when(adjective.is_not_null())
            .then(pl.lit("local_witness")),
        )
        # of whom the text tells only how old they are, they are people of the place
        .with_columns(
            is_resident=pl.col("form").is_null() & pl.col("aged").fill_null(False) & ~is_foreign,
        )
        .with_columns(
            side=pl.when("is_resident").then(pl.lit("by_region")).otherwise("side"),
            form=pl.when("is_resident").then(pl.lit("local_witness")).otherwise("form"),
        )
        .with_columns(
            form=pl.when((pl.col("side") == "other") & pl.col("form").is_in(["belligerent_official"]))
            .then(pl.lit("third_party"))
            .otherwise(pl.col("form").fill_null("third_party"))
        )
        .select(
            "sentence",
            "start",
            "end",
            side=pl.when(pl.col("form") == "third_party").then(pl.lit("other")).otherwise("side"),
            form="form",
        )
        .collect()
    )
