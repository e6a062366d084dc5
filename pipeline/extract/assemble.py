"""From the parts of an article to its event rows.

Here: the order in which a trigger gets its arguments, and the row's texts and ids. Not here: any of the choices.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipeline.extract import actors, arguments, context_types, dating, speech, voices
from pipeline.extract.coding import coded, with_holder
from pipeline.extract.measures import with_measures
from pipeline.extract.modality import real
from pipeline.extract.parts import Parts
from pipeline.extract.placing import once_per_place, placed
from pipeline.extract.retold_dates import told_before
from pipeline.extract.tolls import one_toll_each, with_casualties
from pipeline.extract.triggers import rules
from pipeline.extract.victims import find_victims


def event_frames(parts: Parts) -> pl.DataFrame:
    """One row per trigger and place with every argument; offsets still within the sentence."""
    triggers = parts.triggers.join(rules(), on="rule", how="left", maintain_order="left")
    triggers = real(arguments.find_clauses(triggers, parts.sentences))
    telling = parts.sentences.filter(pl.col("sentence").is_in(triggers["sentence"].implode()))
    tolls = find_victims(telling, parts.numbers)
    triggers = one_toll_each(triggers, tolls)
    triggers = context_types.find_aid(actors.find_actors(triggers, parts.mentions, parts.sentences), telling)
    triggers = context_types.find_doers(triggers, parts.mentions)
    triggers = arguments.find_targets(triggers, parts.mentions, telling)
    triggers = arguments.find_weapons(triggers, parts.mentions)
    triggers = voices.voice_triggers(triggers, speech.find_speech(parts.sentences, parts.mentions), parts.sentences)
    triggers = dating.date_triggers(triggers, parts.dates, parts.sentences)
    rows = told_before(once_per_place(placed(triggers, parts)))
    return with_measures(with_casualties(rows, tolls, telling), replace(parts, sentences=telling))


def to_events(frames: pl.DataFrame, parts: Parts, articles: pl.DataFrame) -> pl.DataFrame:
    """Frames as rows of the `events` table. `articles`: `article`, `article_id`."""
    mapped = coded(with_holder(frames, parts))
    start = pl.col("offset") + pl.col("clause_start")
    end = pl.col("offset") + pl.col("clause_end")
    spans = (
        mapped.lazy()
        .join(
            parts.sentences.lazy().select("sentence", "sentence_no", "offset", "lower", "original"),
            on="sentence",
            how="left",
        )
        .join(articles.lazy().select("article", "article_id"), on="article", how="left")
        .with_columns(
            clause=pl.col("lower").str.slice(pl.col("clause_start"), pl.col("clause_end") - pl.col("clause_start"))
        )
        .with_columns(
            lead=(
                pl.col("clause").str.len_bytes() - pl.col("clause").str.strip_chars_start(" ,;:-").str.len_bytes()
            ).cast(pl.Int32),
            tail=(
                pl.col("clause").str.len_bytes() - pl.col("clause").str.strip_chars_end(" ,;:-").str.len_bytes()
            ).cast(pl.Int32),
        )
        .with_columns(char_start=start + pl.col("lead"), char_end=end - pl.col("tail"))
        .sort("article", "char_start", "start", "rule", "place_start")
        .with_columns(
            n=pl.int_range(1, pl.len() + 1).over("article", "char_start", "event_type"),
        )
        .with_columns(
            event_id=pl.format("{}:{}:{}:{}", "article_id", "char_start", "event_type", "n"),
            **{
                name: pl.col("original").str.slice(pl.col(first), pl.col(last) - pl.col(first))
                for name, first, last in (
                    ("actor_name", "actor_start", "actor_end"),
                    ("target_name", "target_start", "target_end"),
                    ("weapon", "weapon_start", "weapon_end"),
                    ("date_text", "date_at", "date_at_end"),
                )
            },
            quote=pl.col("original").str.slice(
                pl.col("clause_start") + pl.col("lead"), pl.col("char_end") - pl.col("char_start")
            ),
        )
        .collect()
    )
    return _texts_elsewhere(spans, parts)


def evidence(events: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """The words that each row of :func:`to_events` rests on, those in other sentences too.

    One row per event and part: `event_id`, `part` (trigger, actor, target, weapon, date, place, voice), `char_start`,
    `char_end` Int32 in the article.
    """
    own = {
        "trigger": ("start", "end"),
        "actor": ("actor_start", "actor_end"),
        "target": ("target_start", "target_end"),
        "weapon": ("weapon_start", "weapon_end"),
        "date": ("date_at", "date_at_end"),
    }
    mentioned = parts.places.select("mention", at="sentence", first="start", last="end")
    spans = pl.concat(
        [
            *(
                events.select("event_id", "sentence", part=pl.lit(part), start=first, end=last)
                for part, (first, last) in own.items()
            ),
            events.join(mentioned, on="mention").select(
                "event_id", sentence="at", part=pl.lit("place"), start="first", end="last"
            ),
            events.select(
                "event_id", sentence="voice_from", part=pl.lit("voice"), start="speaker_start", end="speaker_end"
            ),
        ]
    )
    offset = pl.col("offset")
    return (
        spans.drop_nulls()
        .join(parts.sentences.select("sentence", "offset"), on="sentence", how="inner")
        .select("event_id", "part", char_start=offset + pl.col("start"), char_end=offset + pl.col("end"))
        .sort("event_id", "char_start", "part")
    )


def _texts_elsewhere(events: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """`place_text` and `attribution_text`, which may stand in another sentence than the event."""
    texts = parts.sentences.lazy().select("sentence", "original")
    where = (
        parts.places.lazy()
        .join(texts, on="sentence", how="left")
        .select("mention", place_text=pl.col("original").str.slice("start", pl.col("end") - pl.col("start")))
    )
    voices_text = texts.rename({"sentence": "voice_from", "original": "voice_original"})
    return (
        events.lazy()
        .join(where, on="mention", how="left", maintain_order="left")
        .join(voices_text, on="voice_from", how="left", maintain_order="left")
        .with_columns(
            attribution_text=pl.col("voice_original").str.slice(
                "speaker_start", pl.col("speaker_end") - pl.col("speaker_start")
            )
        )
        .drop("voice_original")
        .collect()
    )
