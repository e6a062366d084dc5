"""Who says so: the speaker of each sentence, how far the voice reaches, and what it does to a row's status.

Here: speech verbs and their speakers, "according to", pronouns and quotations that go on. Not here: what is said.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import expand
from pipeline.extract.spans import find_pattern

_SPEAKER: Final = "[RUHGV]"
_REACH: Final = r"""[^.;:"]{0,70}?"""


_BY_CONTEXT: Final = ("by_region", "by_adjective")
_AFTER_CONTENT: Final = expand(r'[,"] ?(?:the |a |an |its )?{w4}$')
_NO_CONTENT: Final = (
    r'^(?: (?:late |early )?(?:on )?D=*)?(?:$|[.,;:"]| (?:in|on [a-z]+|via|to|during|at|as|from|through|who|citing|without|by) )'
)
_LEAST_CONTENT: Final = 12  # characters that a speech verb at the end of a sentence must have before it


@cache
def _verbs() -> str:
    return "(?:" + "|".join(lexicon.table("speech_verbs")["verb"]) + ")"


def find_speech(sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Each act of saying: `sentence`, `start`, `end` Int32 of its words, `is_trailing` (it stands behind what it says),
    `stance` (says, confirms, denies), `is_pronoun`, and the speaker: `speaker_start`, `speaker_end`, `speaker_side`,
    `speaker_kind`, `speaker_source`. Speakers of pronouns are null here.
    """
    verbs = _verbs()
    subject = rf"{_SPEAKER}=*(?:'s?)?{_REACH}[ ]{verbs}\b"
    inverted = rf"""[,"] {verbs} (?:the |a |an |its |by )?(?:[a-z'-]+ |[A-Z]=*(?:'s?)?,? ){{0,4}}?[HGV]="""
    according = rf"\baccording to (?:the |a |an |its |their )?(?:[a-z'-]+ |[POA]=*(?:'s?)? ){{0,4}}?(?:{_SPEAKER}=*|organi[sz]ation|reports?)"
    pronoun = rf"\b(?:he|she|they|it)(?: also| later| then| further| had| has| have)? {verbs}\b"
    found = pl.concat(
        [
            find_pattern(sentences, "mask", pattern).with_columns(form=pl.lit(form))
            for form, pattern in (
                ("subject", subject),
                ("inverted", inverted),
                ("according", according),
                ("pronoun", pronoun),
            )
        ]
    )
    # the speaker is the last class letter before the verb: "Voronezh governor Gusev wrote" is Gusev's
    last = pl.col("surface").str.extract(rf"({_SPEAKER}[^RUHGV]*)$")
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
        found.lazy()
        .with_columns(
            verb=pl.col("surface").str.extract(rf"\b({verbs})\b"),
            speaker_start=pl.col("end") - last.str.len_bytes().cast(pl.Int32),
            is_pronoun=pl.col("form") == "pronoun",
        )
        .join(stances, on="verb", how="left")
        .join(speakers, on=["sentence", "speaker_start"], how="left")
        .filter(pl.col("is_pronoun") | pl.col("speaker_end").is_not_null() | (pl.col("form") == "according"))
        .with_columns(pl.col("stance").fill_null("says"))
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        # "the defence ministry in Moscow"
        .with_columns(
            behind=pl.col("speaker_end")
            + pl.col("mask").str.slice("speaker_end", 12).str.extract(r"^( (?:in|of) (?:the )?)[RUPC]").str.len_bytes().cast(pl.Int32)
        )
        .join(
            mentions.lazy().filter(pl.col("side").is_in(["RU", "UA"])).select("sentence", behind="start", side_behind="side"),
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
        .filter(pl.col("before") & ~pl.col("is_trailing") | ~pl.col("before") & pl.col("is_trailing") | pl.col("before") & (pl.col("form") == "according"))
        .with_columns(distance=pl.when("before").then(pl.col("at") - pl.col("end")).otherwise(pl.col("start") - pl.col("at") + 200))
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
        hearsay=pl.col("mask").str.contains(r"\b(?:was|were|been) (?:also )?reported\b|\breportedly\b|\breports of\b|\bwas accused\b|\bwere accused\b|\bunconfirmed\b"),
    )
    wants = pl.col("is_pronoun").fill_null(False) | (pl.col("has_own").is_null() & pl.col("is_quoted"))
    return (
        triggers.lazy()
        .join(own, on="trigger", how="left", maintain_order="left")
        .join(inside_quote, on="sentence", how="left", maintain_order="left")
        .join(carried.lazy(), on="sentence", how="left", maintain_order="left")
        # "according to their organisation" names a speaker that no table knows
        .with_columns(
            speaker_side=pl.when((pl.col("speech_form") == "according") & pl.col("speaker_start").is_null()).then(pl.lit("other")).otherwise("speaker_side"),
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
        .with_columns(named_sentence="sentence")
    )
    filled = [*columns, "named_sentence"]
    return (
        sentences.lazy()
        .select("sentence", "article", "paragraph")
        .join(named, on="sentence", how="left", maintain_order="left")
        .with_columns(
            **{f"past_{name}": pl.col(name).shift(1).forward_fill(limit=6).over("article") for name in filled},
            **{f"next_{name}": pl.col(name).backward_fill().over("paragraph") for name in filled},
        )
        .with_columns(has_past=pl.col("past_named_sentence").is_not_null())
        .select(
            "sentence",
            *[
                pl.when("has_past").then(f"past_{name}").otherwise(f"next_{name}").alias(f"last_{name}")
                for name in columns
            ],
            last_sentence=pl.when("has_past").then("past_named_sentence").otherwise("next_named_sentence"),
        )
        .collect()
    )
