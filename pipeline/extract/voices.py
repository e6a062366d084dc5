"""Who says so: the speaker of each sentence, how far the voice reaches, and what it does to a row's status.

Here: speech verbs and their speakers, "according to", pronouns and quotations that go on. Not here: what is said.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import expand
from pipeline.extract.spans import WordList, carried, find_pattern, find_words

_REACH: Final = 90  # characters over which a speaker and its verb belong together
_SUBJECT: Final = r"""([RUHGV][^RUHGV.;:"]{0,70} )$"""
_PRONOUN: Final = r"\b((?:he|she|they|it)(?: also| later| then| further| had| has| have)? )$"
_AFTER_QUOTE: Final = r"""[,"] $"""
_INVERTED: Final = r"^( (?:the |a |an |its |by )?(?:[a-z'-]+ |[RUPOA]=*(?:'s?)?,? ){0,4}?)[HGV]="
_ACCORDING: Final = (
    r"\baccording to (?:the |a |an |its |their )?(?:[a-z'-]+ |[POA]=*(?:'s?)? ){0,4}?"
    r"(?:[RUHGV]=*|organi[sz]ation|reports?)"
)
_BY_CONTEXT: Final = ("by_region", "by_adjective")
_AFTER_CONTENT: Final = expand(r'[,"] ?(?:the |a |an |its )?{w4}$')
_NO_CONTENT: Final = r'^(?: (?:late |early )?(?:on )?D=*)?(?:$|[.,;:"]| (?:in|on [a-z]+|via|to|during|at|as|from|through|who|citing|without|by) )'
_VOICE_REACH: Final = 6  # sentences over which a named speaker goes on
_LEAST_CONTENT: Final = 12  # characters that a speech verb at the end of a sentence must have before it


@cache
def _verbs() -> pl.Series:
    """Verbs of saying, longest first."""
    return pl.Series(sorted(lexicon.table("speech_verbs")["verb"], key=lambda verb: (-len(verb), verb)))


@cache
def _spoken() -> WordList:
    return WordList(_verbs())


def find_speech(sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Each act of saying: `sentence`, `start`, `end` Int32 of its words, `is_trailing` (it stands behind what it says),
    `stance` (says, confirms, denies), `is_pronoun`, and the speaker: `speaker_start`, `speaker_end`, `speaker_side`,
    `speaker_kind`, `speaker_source`. Speakers of pronouns are null here.
    """
    masks = pl.col("mask")
    left = masks.str.slice((pl.col("start") - _REACH).clip(0), pl.min_horizontal("start", pl.lit(_REACH)))
    said = (
        find_words(sentences, "lower", _spoken())
        .lazy()
        .with_columns(verb=pl.col("entry").replace_strict(dict(enumerate(_verbs())), return_dtype=pl.String))
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        .with_columns(left=left, right=masks.str.slice(pl.col("end"), _REACH))
        .with_columns(
            pronoun=pl.col("left").str.extract(_PRONOUN),
            subject=pl.col("left").str.extract(_SUBJECT),
            inverted=pl.when(pl.col("left").str.contains(_AFTER_QUOTE)).then(pl.col("right").str.extract(_INVERTED)),
        )
        .with_columns(
            form=pl.when(pl.col("pronoun").is_not_null())
            .then(pl.lit("pronoun"))
            .when(pl.col("inverted").is_not_null())
            .then(pl.lit("inverted"))
            .when(pl.col("subject").is_not_null())
            .then(pl.lit("subject"))
        )
        .filter(pl.col("form").is_not_null())
        .with_columns(
            speaker_start=pl.when(pl.col("form") == "inverted")
            .then(pl.col("end") + pl.col("inverted").str.len_bytes().cast(pl.Int32))
            .when(pl.col("form") == "subject")
            .then(pl.col("start") - pl.col("subject").str.len_bytes().cast(pl.Int32)),
        )
        .with_columns(
            start=pl.coalesce(pl.when(pl.col("form") == "subject").then("speaker_start"), "start"),
            surface=pl.when(pl.col("form") == "subject").then("left"),
        )
        .select("sentence", "start", "end", "form", "verb", "speaker_start", "surface")
    )
    according = (
        find_pattern(sentences, "mask", _ACCORDING)
        .lazy()
        .select(
            "sentence",
            "start",
            "end",
            form=pl.lit("according"),
            verb=pl.lit(None, pl.String),
            speaker_start=pl.when(pl.col("surface").str.contains(r"[RUHGV]=*$")).then(
                pl.col("end") - pl.col("surface").str.extract(r"([RUHGV]=*)$").str.len_bytes().cast(pl.Int32)
            ),
            surface="surface",
        )
    )
    found = pl.concat([said, according])
    # "Ukraine's defence ministry", "Russian officials": the side stands before the generic speaker
    adjective = (
        pl.col("surface")
        .str.extract(r"([RU])=*(?:'s?)? (?:[a-z-]+ |[POHGA]=*(?:'s?)? ){0,3}[VG]=*[^RUHGV]*$")
        .replace_strict({"R": "RU", "U": "UA"}, default=None, return_dtype=pl.String)
    )
    before = pl.col("mask").str.slice((pl.col("start") - 60).clip(0), pl.min_horizontal("start", pl.lit(60)))
    rest = pl.col("mask").str.slice(pl.col("end"))
    stances = lexicon.table("speech_verbs").lazy().select("verb", "stance")
    speakers = mentions.lazy().select(
        "sentence",
        speaker_start="start",
        speaker_end="end",
        speaker_side="side",
        speaker_kind="form",
        speaker_source="source",
        speaker_ref="ref",
    )
    return (
        found.with_columns(is_pronoun=pl.col("form") == "pronoun")
        .join(stances, on="verb", how="left")
        .join(speakers, on=["sentence", "speaker_start"], how="left")
        .filter(pl.col("is_pronoun") | pl.col("speaker_end").is_not_null() | (pl.col("form") == "according"))
        .with_columns(pl.col("stance").fill_null("says"))
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        # "the defence ministry in Moscow"
        .with_columns(
            behind=pl.col("speaker_end")
            + pl.col("mask")
            .str.slice("speaker_end", 12)
            .str.extract(r"^( (?:in|of) (?:the )?)[RUPC]")
            .str.len_bytes()
            .cast(pl.Int32)
        )
        .join(
            mentions.lazy()
            .filter(pl.col("side").is_in(["RU", "UA"]))
            .select("sentence", behind="start", side_behind="side"),
            on=["sentence", "behind"],
            how="left",
        )
        .with_columns(
            speaker_side=pl.when(pl.col("speaker_side").is_in(_BY_CONTEXT) | pl.col("speaker_side").is_null())
            .then(pl.coalesce(adjective, "side_behind", "speaker_side"))
            .otherwise("speaker_side"),
            is_trailing=pl.col("form").is_in(["inverted", "according"])
            | (
                pl.col("form").is_in(["subject", "pronoun"])
                & (pl.col("start") > _LEAST_CONTENT)
                & before.str.contains(_AFTER_CONTENT)
                & rest.str.contains(_NO_CONTENT)
            ),
        )
        .drop("mask", "surface", "verb", "behind", "side_behind")
        .unique(["sentence", "end"], keep="first", maintain_order=True)
        .sort("sentence", "start")
        .collect()
    )


def voice_triggers(triggers: pl.DataFrame, speech: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds the voice of each trigger: `speaker_*`, `stance`, `voice_from` (the sentence that names it), `is_carried`.

    `triggers`: `trigger`, `sentence`, `start`. In a sentence the last speech verb before the event word has it, else
    one that stands behind it. A sentence whose speaker is a pronoun, or that lies in a quotation, has the voice of the
    nearest speaker before it in the article (after it in the same paragraph where none came before).
    """
    carried = _carried(speech, sentences)
    columns = ["speaker_start", "speaker_end", "speaker_side", "speaker_kind", "speaker_source", "speaker_ref"]
    own = (
        triggers.lazy()
        .select("trigger", "sentence", at="start")
        .join(speech.lazy(), on="sentence", how="inner")
        .with_columns(before=pl.col("end") <= pl.col("at"))
        .filter(
            pl.col("before") & ~pl.col("is_trailing")
            | ~pl.col("before") & pl.col("is_trailing")
            | pl.col("before") & (pl.col("form") == "according")
        )
        .with_columns(
            distance=pl.when("before")
            .then(pl.col("at") - pl.col("end"))
            .otherwise(pl.col("start") - pl.col("at") + 200)
        )
        .sort("trigger", "distance")
        .group_by("trigger", maintain_order=True)
        .agg(
            pl.col(*columns, "stance", "is_pronoun").first(),
            speech_form=pl.col("form").first(),
            has_own=pl.lit(True).first(),
        )
    )
    inside_quote = sentences.lazy().select(
        "sentence",
        is_quoted=pl.col("opens_in_quote") | pl.col("text").str.contains(r'^"[^"]*"?$'),
        hearsay=pl.col("mask").str.contains(
            r"\b(?:was|were|been) (?:also )?reported\b|\breportedly\b|\breports of\b|\bwas accused\b|\bwere accused\b|\bunconfirmed\b"
        ),
    )
    wants = pl.col("is_pronoun").fill_null(False) | (pl.col("has_own").is_null() & pl.col("is_quoted"))
    return (
        triggers.lazy()
        .join(own, on="trigger", how="left", maintain_order="left")
        .join(inside_quote, on="sentence", how="left", maintain_order="left")
        .join(carried.lazy(), on="sentence", how="left", maintain_order="left")
        # "according to their organisation" names a speaker that no table knows
        .with_columns(
            speaker_side=pl.when((pl.col("speech_form") == "according") & pl.col("speaker_start").is_null())
            .then(pl.lit("other"))
            .otherwise("speaker_side"),
            is_carried=wants,
        )
        .with_columns(
            *[pl.when("is_carried").then(f"last_{name}").otherwise(name).alias(name) for name in columns],
            voice_from=pl.when("is_carried").then("last_sentence").otherwise("sentence"),
        )
        .drop(*[f"last_{name}" for name in columns], "last_sentence", "is_quoted", "has_own")
        .collect()
    )


def _carried(speech: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Per sentence, the last named speaker before it in the article, else the next one in its paragraph."""
    columns = ["speaker_start", "speaker_end", "speaker_side", "speaker_kind", "speaker_source", "speaker_ref"]
    named = (
        speech.lazy()
        .filter(~pl.col("is_pronoun") & pl.col("speaker_end").is_not_null())
        .group_by("sentence", maintain_order=True)
        .agg(pl.col(*columns).last())
    )
    named_in = pl.when(pl.col("named").is_not_null()).then("sentence")
    nearest = (
        sentences.lazy()
        .select("sentence", "article", "paragraph")
        .join(named.select("sentence", named=pl.lit(True)), on="sentence", how="left", maintain_order="left")
        .with_columns(past=carried(named_in, "article", reach=_VOICE_REACH))
        .reverse()
        # read from the end, what comes next is what came last
        .with_columns(next=carried(named_in, "paragraph"))
        .reverse()
        .select("sentence", last_sentence=pl.coalesce("past", "next"))
    )
    return nearest.join(
        named.rename({"sentence": "last_sentence"} | {name: f"last_{name}" for name in columns}),
        on="last_sentence",
        how="left",
        maintain_order="left",
    ).collect()
