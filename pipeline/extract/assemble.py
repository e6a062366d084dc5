"""From the parts of an article to its event rows.

Here: which place, count and voice each trigger gets, and which triggers tell the same thing. Not here: the codebook's
choice of a column's value (rows.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.extract import arguments, counts, dating, rows, voices
from pipeline.extract.triggers import rules
from pipeline.schemas.vocabulary import CONTEXT_TYPES

_ATTACKS: Final = ("strike", "shelling")
_HARM: Final = ("strike", "shelling", "explosion", "attack_on_civilians", "sabotage", "prisoners", "infrastructure_damage", "casualties")
_NATIONAL: Final = r"ministry|general staff|air force|army|military|navy|command|security service|armed forces"
_OWN_DEEDS: Final = ("capture", "advance", "repelled", "evacuation", "access_restriction", "withdrawal", "air_defence")
_UNREAL: Final = (
    r"\b(?:if|would|could|might|should|will|may|can|cannot|to|unless|able to|ready to|want(?:s|ed)? to|about to|going to)"
    r"(?: (?:also|not|be|soon|then|again|have|been|now|help|try to))*(?: [a-z]+ly)? $"
)
_REAL_AFTER_TO: Final = r"\bto have (?:[a-z]+ly |also )?$|\b(?:continu\w+|began|begun|begin|started|managed|proceeded|kept on|able|us(?:ed|ing|es) [^,;]{1,60}) to (?:[a-z]+ly )?$"
_NEGATED: Final = r"\b(?:not|never|denied|denies|deny|did not|didn't|has not|have not|no) (?:[a-z'-]+ ){0,3}$"
_RUNNING: Final = r"\bsince (?:the |february|march|april|may|june|july|august|early|late|[0-9]|D=|russia|R=)|\bso far\b|\bin total\b|\bsince D="
_RATE: Final = r"\b(?:every|each|per|a) (?:day|week|month)\b|\bdaily\b"
_MASS: Final = 1000
_VAGUE_PLACE: Final = 4  # sentences over which a place told earlier still holds


class Parts:
    """What was found in one batch of articles: frames keyed by `sentence`, offsets within the sentence."""

    def __init__(
        self,
        sentences: pl.DataFrame,
        mentions: pl.DataFrame,
        places: pl.DataFrame,
        numbers: pl.DataFrame,
        dates: pl.DataFrame,
        triggers: pl.DataFrame,
        regions: pl.DataFrame,
    ) -> None:
        self.sentences, self.mentions, self.places, self.regions = sentences, mentions, places, regions
        self.numbers, self.dates, self.triggers = numbers, dates, triggers


def event_frames(parts: Parts) -> pl.DataFrame:
    """One row per trigger and place with every argument; offsets still within the sentence."""
    triggers = parts.triggers.join(rules(), on="rule", how="left", maintain_order="left")
    triggers = _real(arguments.find_clauses(triggers, parts.sentences))
    casualties = _casualties(parts)
    triggers = _one_toll_each(triggers, casualties)
    triggers = arguments.find_actors(triggers, parts.mentions)
    triggers = arguments.find_targets(triggers, parts.mentions)
    triggers = arguments.find_weapons(triggers, parts.mentions)
    triggers = voices.voice_triggers(triggers, voices.find_speech(parts.sentences, parts.mentions), parts.sentences)
    triggers = dating.date_triggers(triggers, parts.dates, parts.sentences)
    placed = _placed(triggers, parts)
    placed = _once_per_place(placed)
    placed = _with_casualties(placed, casualties)
    return _with_measures(placed, parts)


def _real(triggers: pl.DataFrame) -> pl.DataFrame:
    """Without what is only possible, wished or to come; intents are kept, for that is what they are."""
    unreal = (
        (pl.col("clause_left").str.contains(_UNREAL) & (pl.col("rule_id") != "strike.used_to"))
        & ~pl.col("clause_left").str.contains(_REAL_AFTER_TO)
        & (pl.col("event_type") != "intent")
        & ~pl.col("rule_id").is_in(["evacuation.ordered", "evacuation.done", "access.closure", "intent.aim"])
    )
    gerund = (pl.col("left").str.len_bytes() < 3) & pl.col("right").str.contains(r"^[^.;]{3,90} (?:would|could|might) ")
    hypothetical = gerund | pl.col("left").str.contains(r"(?:^|[,;:\"] )(?:if|unless|should) [^,]{0,80}$") & (pl.col("event_type") != "intent")
    return triggers.filter(~unreal & ~hypothetical).with_columns(
        negated=(pl.col("clause_left").str.contains(_NEGATED) & (pl.col("event_type") != "casualties"))
        | (pl.col("rule_id") == "capture.denied")
    )


def _casualties(parts: Parts) -> pl.DataFrame:
    told = counts.find_casualties(parts.sentences, parts.numbers)
    return pl.concat([told, counts.find_elided(parts.sentences, parts.numbers, told)]).unique(
        ["sentence", "stem", "at"], keep="first", maintain_order=True
    )


def _one_toll_each(triggers: pl.DataFrame, casualties: pl.DataFrame) -> pl.DataFrame:
    """Tolls are rows of their own only in sentences that tell of no attack; and only where they count something."""
    counted = casualties.select("sentence").unique().with_columns(has_count=pl.lit(True))
    zero = casualties.filter(pl.col("high") == 0).select("sentence").unique().with_columns(is_zero=pl.lit(True))
    is_toll = pl.col("event_type") == "casualties"
    attack = pl.col("event_type").is_in(["strike", "shelling", "explosion", "attack_on_civilians", "sabotage"]) & (
        pl.col("event_subtype").fill_null("") != "debris"
    )
    prisoners = pl.col("rule_id") == "prisoners.killed"
    return (
        triggers.lazy()
        .join(counted.lazy(), on="sentence", how="left", maintain_order="left")
        .join(zero.lazy(), on="sentence", how="left", maintain_order="left")
        .with_columns(
            attack_told=(attack | prisoners).any().over("sentence"),
            running=pl.concat_str("left", pl.lit(" "), "right").str.contains(_RUNNING),
            toll_no=pl.when(is_toll).then(is_toll.cast(pl.Int32).cum_sum().over("sentence")),
        )
        .filter(
            ~is_toll
            | (
                pl.col("has_count").fill_null(False)
                & (~pl.col("attack_told") | pl.col("running") | pl.col("is_zero").fill_null(False))
                & (pl.col("toll_no") == 1)
            )
        )
        .with_columns(
            event_subtype=pl.when(is_toll & pl.col("is_zero").fill_null(False))
            .then(pl.lit("explicit_zero"))
            .when(is_toll & pl.col("running"))
            .then(pl.lit("cumulative"))
            .otherwise("event_subtype")
        )
        .drop("has_count", "is_zero", "attack_told", "toll_no")
        .collect()
    )


_PLACE_COLUMNS: Final = (
    "mention", "start", "end", "tag", "near", "place_id", "place_name", "lat", "lon", "region_code", "country_code",
    "precision", "geo_method", "n_homonyms", "number_at",
)  # fmt: skip


def _placed(triggers: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Triggers × their places.

    Where the sentence names none: the speaker's own region, or the last place named before it if it lies there; else
    the last place named in the paragraph or the sentences before, if the side that acts can have acted there; else the
    oblast that the article names most on the other side of the front.
    """
    named = arguments.find_event_places(triggers, parts.places).lazy()
    places = parts.places.lazy().select(_PLACE_COLUMNS).rename({"start": "place_start", "end": "place_end", "tag": "place_tag"})
    told = triggers.lazy().join(named, on="trigger", how="inner", maintain_order="left").join(places, on="mention", how="left", maintain_order="left")
    lacking = triggers.lazy().join(named, on="trigger", how="anti").collect()
    found = _place_elsewhere(lacking, parts).lazy().join(places, on="mention", how="left", maintain_order="left")
    regions = parts.regions.lazy().select(
        region_of_speaker=pl.coalesce("region_code", "country_code"), **{f"r_{name}": pl.col(name) for name in _REGION_COLUMNS}
    )
    by_region = found.join(regions, on="region_of_speaker", how="left", maintain_order="left").with_columns(
        [pl.coalesce(name, f"r_{name}").alias(name) for name in _REGION_COLUMNS],
        place_tag=pl.coalesce(
            "place_tag", pl.when(pl.col("r_region_code").is_not_null()).then(pl.lit("O")).when(pl.col("r_place_id").is_not_null()).then(pl.lit("C"))
        ),
        geo_method=pl.lit("back_reference"),
    )
    columns = told.collect_schema().names()
    return pl.concat(
        [
            told.with_columns(is_back_reference=pl.lit(False)),
            by_region.select(*columns, is_back_reference=pl.lit(True)),
        ]
    ).collect()


_REGION_COLUMNS: Final = ("place_id", "place_name", "lat", "lon", "region_code", "country_code", "precision")


def _place_elsewhere(triggers: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Adds `mention` (null where nothing fits) and `region_of_speaker` to triggers whose sentence names no place."""
    from pipeline import lexicon

    places = parts.places.lazy().filter(~pl.col("is_container") | (pl.col("tag") == "O"))
    usable = places.filter((pl.col("role") == "other") & (pl.col("tag") != "C"))

    def first(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
        return frame.group_by("sentence", maintain_order=True).agg(
            pl.col("mention").first().alias(name),
            pl.col("region_code").first().alias(f"{name}_region"),
            pl.col("country_code").first().alias(f"{name}_country"),
        )

    spoken, told = first(places.filter(pl.col("role") == "attribution"), "spoken"), first(usable, "told")
    names = ["told", "told_region", "told_country"]
    earlier = (
        parts.sentences.lazy()
        .select("sentence", "article", "paragraph")
        .join(told, on="sentence", how="left", maintain_order="left")
        .join(spoken, on="sentence", how="left", maintain_order="left")
        .with_columns(
            [
                pl.coalesce(
                    pl.col(name).shift(1).forward_fill().over("paragraph"),
                    pl.col(name).shift(1).forward_fill(limit=_VAGUE_PLACE).over("article"),
                ).alias(name.replace("told", "earlier"))
                for name in names
            ]
        )
        .drop("article", "paragraph", *names)
    )
    topics = (
        places.filter(pl.col("region_code").is_not_null() & (pl.col("role") != "dateline"))
        .group_by("article", "country_code", "region_code", maintain_order=True)
        .agg(n=pl.len(), topic=pl.col("mention").sort_by(pl.col("tag") == "O", descending=True).first())
        .sort("article", "n", descending=[False, True], maintain_order=True)
        .group_by("article", "country_code", maintain_order=True)
        .agg(pl.col("topic").first())
    )
    actors = lexicon.table("actors").lazy().select(speaker_ref="actor_id", region_of_speaker="region_code")
    known_regions = parts.regions.lazy().select(region_of_speaker="region_code", speaker_country="country_code")
    wanted = (
        pl.when(pl.col("event_type").is_in(["strike", "shelling", "advance", "capture", "prisoners"]))
        .then(arguments.opposite(pl.col("actor_told")))
        .when(pl.col("event_type") == "repelled")
        .then(pl.when(pl.col("actor_told").is_in(["RU", "UA"])).then("actor_told"))
    )
    # "shot down 24 of 28 drones overnight" without a place speaks of the whole country
    is_roundup = pl.col("event_type").is_in(["air_defence", "strike"]) & pl.concat_str("clause_left", "clause_right").str.contains(
        r"N=*(?: (?:out )?of (?:the |its )?N=*)?(?: [a-z-]+| [RU]=*(?:'s)?){0,4} W="
    ) & ~pl.concat_str("clause_left", "clause_right").str.contains(r"\b(?:city|town|village|region|district|here|there|area)\b")
    country = pl.when(pl.col("event_type") == "air_defence").then("actor_told").otherwise(arguments.opposite(pl.col("actor_told")))
    local = pl.coalesce("spoken_region", "region_of_speaker")
    fits = (pl.col("wanted").is_null() | (pl.col("earlier_country") == pl.col("wanted"))).fill_null(False)
    speaker_fits = pl.col("wanted").is_null() | (pl.coalesce("spoken_country", "speaker_country") == pl.col("wanted"))
    use_speaker = local.is_not_null() & speaker_fits.fill_null(False)
    same = pl.col("earlier_region") == local
    return (
        triggers.lazy()
        .join(earlier, on="sentence", how="left", maintain_order="left")
        .join(actors, on="speaker_ref", how="left", maintain_order="left")
        .join(known_regions, on="region_of_speaker", how="left", maintain_order="left")
        .with_columns(wanted=wanted)
        .join(topics.rename({"country_code": "wanted"}), on=["article", "wanted"], how="left", maintain_order="left")
        .with_columns(
            mention=pl.when(use_speaker & same.fill_null(False))
            .then("earlier")
            .when(use_speaker & pl.col("spoken").is_not_null())
            .then("spoken")
            .when(use_speaker)
            .then(None)
            .when(fits & pl.col("earlier").is_not_null())
            .then("earlier")
            .otherwise(pl.coalesce("topic", "earlier")),
            region_of_speaker=pl.when(use_speaker & ~same.fill_null(False) & pl.col("spoken").is_null()).then("region_of_speaker"),
        )
        .with_columns(country_told=pl.when(is_roundup & pl.col("spoken").is_null()).then(country))
        .with_columns(
            mention=pl.when(pl.col("country_told").is_null()).then("mention"),
            region_of_speaker=pl.coalesce("country_told", "region_of_speaker"),
        )
        .select(*triggers.columns, "mention", "region_of_speaker")
        .collect()
    )


def _once_per_place(placed: pl.DataFrame) -> pl.DataFrame:
    """Words of one type in one sentence about one place tell one thing; what goes with an attack is part of it."""
    place = pl.col("place_id").fill_null("")
    attacked = (pl.col("event_type").is_in(_ATTACKS) | (pl.col("rule_id") == "prisoners.killed")).any().over("sentence")
    part_of_attack = pl.col("event_type").is_in(["explosion", "infrastructure_damage"]) & attacked & ~pl.col(
        "event_subtype"
    ).fill_null("").is_in(["debris", "secondary"])
    driven_back = (pl.col("event_type") == "repelled").any().over("sentence", "clause_start")
    return (
        placed.with_columns(place_key=place)
        .filter(~part_of_attack, ~((pl.col("event_type") == "advance") & driven_back))
        .sort("sentence", "start", "place_start")
        .with_columns(
            clause_key=pl.when(pl.col("event_type").is_in([*_ATTACKS, "explosion", "casualties"])).then(0).otherwise("clause_start")
        )
        .unique(["sentence", "event_type", "place_key", "clause_key"], keep="first", maintain_order=True)
        .drop("clause_key")
    )


def _with_casualties(placed: pl.DataFrame, casualties: pl.DataFrame) -> pl.DataFrame:
    """Each number goes to one row: the nearest trigger that can have victims, and of its places the next one after it."""
    rank = pl.col("event_type").replace_strict({name: n for n, name in enumerate(_HARM)}, default=None, return_dtype=pl.Int32)
    carriers = (
        placed.lazy()
        .with_row_index("row")
        .with_columns(carrier_rank=rank)
        .filter(pl.col("carrier_rank").is_not_null())
        .select("row", "trigger", "sentence", "start", "carrier_rank", "place_start", "event_type", "rule_id")
    )
    gap = (pl.col("at") - pl.col("start")).abs()
    ahead = pl.when(pl.col("place_start") >= pl.col("at")).then(pl.col("place_start") - pl.col("at")).otherwise(
        1000 + pl.col("at") - pl.col("place_start")
    )
    given = (
        casualties.lazy()
        .select("sentence", "stem", "at", "low", "best", "high")
        .join(carriers, on="sentence", how="inner")
        .with_columns(
            cost=pl.when(pl.col("event_type") == "casualties").then(pl.when(pl.col("high") == 0).then(-500).otherwise(0)).otherwise(pl.when(pl.col("high") == 0).then(500).otherwise(0))
            + gap
            + pl.when((pl.col("rule_id") != "prisoners.killed") & pl.col("event_type").is_in(["prisoners", "infrastructure_damage"]))
            .then(200)
            .otherwise(0),
            ahead=ahead.fill_null(5000),
        )
        .sort("sentence", "stem", "at", "cost", "ahead")
        .group_by("sentence", "stem", "at", maintain_order=True)
        .agg(pl.col("row", "low", "best", "high").first())
        .group_by("row", "stem", maintain_order=True)
        .agg(pl.col("low", "best", "high").first())
        .collect()
    )
    out = placed.with_row_index("row")
    for stem in ("killed", "injured", "missing"):
        own = given.filter(pl.col("stem") == stem).select(
            "row", *[pl.col(bound).cast(pl.Int32).alias(f"{stem}_{bound}") for bound in ("low", "best", "high")]
        )
        out = out.join(own, on="row", how="left", maintain_order="left")
    counted = pl.any_horizontal(
        [pl.col(f"{stem}_{bound}").is_not_null() for stem in ("killed", "injured", "missing") for bound in ("low", "high")]
    )
    # a toll over several places stands once
    return out.filter((pl.col("event_type") != "casualties") | counted)


def _with_measures(placed: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Drones, missiles, people moved or taken, settlements and kilometres of the trigger's clause."""
    weapons = counts.find_weapon_numbers(parts.sentences, parts.numbers, parts.mentions)
    measures = counts.find_measures(parts.sentences, parts.numbers)
    clause = placed.lazy().unique("trigger").select("trigger", "sentence", "event_type", "start", "clause_start", "clause_end", "rule_id")
    inside = (pl.col("at") >= pl.col("clause_start")) & (pl.col("at") < pl.col("clause_end"))
    by_class = {"uav": ["drone"], "missile": ["missile"]}
    flown = (
        clause.filter(pl.col("event_type").is_in(["strike", "air_defence"]))
        .join(weapons.lazy(), on="sentence", how="inner")
        .filter(inside)
        .group_by("trigger")
        .agg(
            *[
                pl.col("n").filter(pl.col("weapon_class").is_in(classes)).sum().alias(f"n_{name}")
                for name, classes in by_class.items()
            ],
            *[
                pl.col("of").filter(pl.col("weapon_class").is_in(classes)).sum().alias(f"of_{name}")
                for name, classes in by_class.items()
            ],
        )
    )
    taken = (
        clause.join(measures.lazy(), on="sentence", how="inner")
        .filter(inside)
        .sort("trigger", "at")
        .group_by("trigger", "measure", maintain_order=True)
        .first()
    )
    moved = (
        clause.filter(pl.col("event_type").is_in(["evacuation", "displacement", "prisoners"]))
        .join(_people(parts).lazy(), on="sentence", how="inner")
        .filter(inside)
        .with_columns(gap=(pl.col("at") - pl.col("start")).abs())
        .sort("trigger", "gap")
        .group_by("trigger", maintain_order=True)
        .agg(people_low=pl.col("low").first(), people_best=pl.col("best").first(), people_high=pl.col("high").first())
    )

    def measure(name: str) -> pl.LazyFrame:
        return taken.filter(pl.col("measure") == name).select(
            "trigger", *[pl.col(bound).alias(f"{name}_{bound}") for bound in ("low", "best", "high")]
        )

    own = parts.numbers.lazy().select("sentence", number_at="start", own_number=pl.coalesce("best", "low", "high").cast(pl.Int32))
    first = (pl.col("place_start") == pl.col("place_start").min().over("trigger")).fill_null(True)
    placed = (
        placed.lazy()
        .join(own, on=["sentence", "number_at"], how="left", maintain_order="left")
        .with_columns(is_first_place=first)
        .collect()
    )
    out = placed.lazy().join(flown, on="trigger", how="left", maintain_order="left").join(moved, on="trigger", how="left", maintain_order="left")
    for name in ("settlements", "advance_km", "area_km2"):
        out = out.join(measure(name), on="trigger", how="left", maintain_order="left")
    return out.collect()


def _people(parts: Parts) -> pl.DataFrame:
    """Numbers of people who move or are taken: `sentence`, `at`, `low`, `best`, `high`."""
    from pipeline.extract.spans import find_pattern

    pattern = r"N=*(?: of)?(?: [a-z-]+| [RU]=*(?:'s)?){0,3}? (?:people|residents|civilians|children|families|persons|soldiers|servicemen|prisoners|troops|fighters|refugees|evacuees|locals|inhabitants|captives|individuals|pows|defenders|commanders|men|women|ukrainians|russians|F=)"
    return (
        find_pattern(parts.sentences, "mask", pattern)
        .select("sentence", at="start")
        .join(parts.numbers.rename({"start": "at"}).drop("end"), on=["sentence", "at"], how="inner")
    )


def to_events(frames: pl.DataFrame, parts: Parts, articles: pl.DataFrame) -> pl.DataFrame:
    """Frames as rows of the `events` table. `articles`: `article`, `article_id`."""
    mapped = _coded(_with_holder(frames, parts), parts)
    start = pl.col("offset") + pl.col("clause_start")
    end = pl.col("offset") + pl.col("clause_end")
    spans = (
        mapped.lazy()
        .join(parts.sentences.lazy().select("sentence", "sentence_no", "offset", "lower", "original"), on="sentence", how="left")
        .join(articles.lazy().select("article", "article_id"), on="article", how="left")
        .with_columns(clause=pl.col("lower").str.slice(pl.col("clause_start"), pl.col("clause_end") - pl.col("clause_start")))
        .with_columns(
            lead=(pl.col("clause").str.len_bytes() - pl.col("clause").str.strip_chars_start(" ,;:-").str.len_bytes()).cast(pl.Int32),
            tail=(pl.col("clause").str.len_bytes() - pl.col("clause").str.strip_chars_end(" ,;:-").str.len_bytes()).cast(pl.Int32),
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


def _leading_sides(frames: pl.DataFrame) -> pl.DataFrame:
    """`article`, `leading_side`: the side whose officials the article quotes most by name."""
    return (
        frames.lazy()
        .filter(pl.col("speaker_side").is_in(["RU", "UA"]))
        .group_by("article", "speaker_side")
        .len()
        .sort("len", "speaker_side", descending=True)
        .group_by("article", maintain_order=True)
        .agg(leading_side=pl.col("speaker_side").first())
        .collect()
    )


def _with_holder(frames: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Adds `holder` (RU, UA; null elsewhere): who held the place on the day of publication, as far as the lexicon knows."""
    from pipeline import lexicon

    known = lexicon.table("holders").lazy().select(
        "place_name", "region_code", "held_by", pl.col("from_day", "to_day").str.to_date()
    )
    held = (pl.col("published_date") >= pl.col("from_day")) & (
        pl.col("to_day").is_null() | (pl.col("published_date") < pl.col("to_day"))
    )
    return (
        frames.lazy()
        .join(parts.sentences.lazy().select("sentence", "published_date"), on="sentence", how="left", maintain_order="left")
        .join(_leading_sides(frames).lazy(), on="article", how="left", maintain_order="left")
        .join(
            parts.sentences.lazy().select(voice_from="sentence", voice_text="lower"),
            on="voice_from",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            is_national=pl.col("voice_text")
            .str.slice("speaker_start", pl.col("speaker_end") - pl.col("speaker_start"))
            .str.contains(_NATIONAL)
            .fill_null(False)
        )
        .join(known, on=["place_name", "region_code"], how="left", maintain_order="left")
        .with_columns(
            holder=pl.coalesce(
                pl.when(held.fill_null(False)).then("held_by"),
                arguments.side_of_place(pl.col("region_code"), pl.col("country_code")),
            )
        )
        .drop("held_by", "from_day", "to_day", "published_date", "voice_text")
        .collect()
    )


def _coded(frames: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Frames with every coded column of the codebook."""
    abroad = ~pl.col("country_code").is_in(["UA", "RU", "BY", "MD", "PL", "RO"])
    precision = (
        pl.when(pl.col("place_id").is_null())
        .then(9)
        .when(abroad.fill_null(False) | (pl.col("precision") == 5))
        .then(5)
        .when(pl.col("near") & (pl.col("precision") == 1))
        .then(2)
        .otherwise("precision")
    )
    # a defence ministry or an army that is not called anybody's is that of the voice before it, else of who acts
    holder = pl.col("holder")
    acting = pl.when(pl.col("actor_told").is_in(["RU", "UA"]) & pl.col("event_type").is_in(_OWN_DEEDS)).then("actor_told")
    decided = pl.col("speaker_start").is_null() & pl.col("rule_id").is_in(["evacuation.ordered", "access.closure", "access.curfew"])
    speaker_side = (
        pl.when(pl.col("speaker_side").is_in(["RU", "UA", "other"]))
        .then("speaker_side")
        .when(pl.col("speaker_side").is_in(["by_region", "by_adjective"]))
        .then(pl.coalesce(acting, pl.when(pl.col("is_national") & pl.col("event_type").is_in(_ATTACKS)).then("leading_side"), holder, pl.lit("other")))
        .when(pl.col("speaker_start").is_not_null())
        .then(pl.lit("other"))
        .when(decided)
        .then(pl.coalesce(acting, pl.lit("none")))
        .otherwise(pl.lit("none"))
    )
    kind = (
        pl.when(pl.col("speaker_source") == "side")
        .then(pl.lit("belligerent_official"))
        .when(pl.col("speaker_source") == "voice")
        .then("speaker_kind")
        .when(pl.col("speaker_source") == "actor")
        .then(pl.coalesce("speaks_as", pl.lit("third_party")))
        .when(pl.col("speaker_source").is_not_null() | (pl.col("attribution_side") == "other"))
        .then(pl.lit("third_party"))
        .when(pl.col("attribution_side") != "none")
        .then(pl.lit("belligerent_official"))
        .when(pl.col("hearsay"))
        .then(pl.lit("unattributed"))
        .otherwise(pl.lit("agency"))
    )
    is_toll = pl.col("event_type") == "casualties"
    # no single incident of this war killed a thousand: such a figure is the war's, or another war's
    is_mass = (is_toll & (pl.max_horizontal("killed_low", "killed_high") >= _MASS)).fill_null(False)
    has_people = pl.any_horizontal(pl.col("killed_low", "killed_high", "injured_low", "injured_high").is_not_null())
    several = pl.col("weapon_classes").list.set_intersection(["drone", "missile", "aircraft", "bomb", "glide_bomb"]).list.len() > 1
    single = pl.col("clause_right").str.contains(r"^[^,.;]{0,40}\b(?:village|town|settlement|city)\b") & ~pl.col("clause_right").str.contains(r"^[^,.;]{0,40}\b(?:villages|towns|settlements)\b")
    from pipeline import lexicon

    speaks = lexicon.table("actors").lazy().select(speaker_ref="actor_id", speaks_as="speaks_as")
    damage = lexicon.table("facilities").lazy().select(target_ref="facility_id", damage="damage_subtype")

    def people(stem: str, types: list[str]) -> list[pl.Expr]:
        return [
            pl.when(pl.col("event_type").is_in(types) & pl.col("is_first_place")).then(pl.col(f"people_{bound}")).cast(pl.Int32).alias(f"{stem}_{bound}")
            for bound in ("low", "best", "high")
        ]

    def flown(kind_: str, event_type: str, column: str) -> pl.Expr:
        # the number of a list's member is its own; a number told of several places stands once
        told = pl.when("is_first_place").then(pl.col(f"{column}_{kind_}")).otherwise("own_number" if column == "n" else None)
        return pl.when((pl.col("event_type") == event_type) & (pl.col(f"{column}_{kind_}") > 0)).then(told).cast(pl.Int32)

    return (
        frames.lazy()
        .join(speaks, on="speaker_ref", how="left", maintain_order="left")
        .join(damage, on="target_ref", how="left", maintain_order="left")
        .with_columns(
            geo_precision=precision.cast(pl.Int8),
            attribution_side=speaker_side,
            event_subtype=rows.subtype(pl.col("event_type"), pl.col("event_subtype"), pl.col("weapon_class"), several.fill_null(False), pl.col("target_kind"), pl.col("damage")),
            geo_method=pl.when(pl.col("place_id").is_null()).then(pl.lit("none")).when("is_back_reference").then(pl.lit("back_reference")).otherwise("geo_method"),
        )
        .with_columns(
            attribution_kind=kind,
            region_code=pl.when(pl.col("geo_precision") <= 3).then("region_code"),
            lat=pl.when(pl.col("geo_precision") <= 3).then("lat"),
            lon=pl.when(pl.col("geo_precision") <= 3).then("lon"),
        )
        .with_columns(
            actor_side=rows.actor_side(pl.col("event_type"), pl.col("actor_told"), pl.col("attribution_side"), pl.col("holder")),
            target_kind=rows.target_kind(pl.col("event_type"), pl.col("target_kind"), pl.col("place_tag")),
        )
        .with_columns(
            target_side=pl.when(pl.col("event_type").is_in(["evacuation", "displacement", "access_restriction", "casualties", "infrastructure_damage", "explosion"]))
            .then("holder")
            .otherwise(arguments.opposite(pl.col("actor_side"))),
            status=rows.status(pl.col("event_type"), pl.col("event_subtype"), pl.col("attribution_side"), pl.col("attribution_kind"), pl.col("stance").fill_null("says"), pl.col("actor_side"), pl.col("negated")),
            attribution_kind=pl.when((pl.col("attribution_kind") == "agency") & pl.col("hearsay")).then(pl.lit("unattributed")).otherwise("attribution_kind"),
            *people("displaced", ["evacuation", "displacement"]),
            *people("captured", ["prisoners"]),
            launched_uav=pl.coalesce(flown("uav", "strike", "n"), flown("uav", "air_defence", "of")),
            launched_missile=pl.coalesce(flown("missile", "strike", "n"), flown("missile", "air_defence", "of")),
            intercepted_uav=flown("uav", "air_defence", "n"),
            intercepted_missile=flown("missile", "air_defence", "n"),
            settlements=pl.when(pl.col("event_type").is_in(["capture", "evacuation", "access_restriction"]))
            .then(
                pl.coalesce(
                    pl.coalesce("settlements_best", "settlements_low").cast(pl.Int32),
                    pl.when((pl.col("event_type") == "capture") & ((pl.col("place_tag") == "P") & ~pl.col("is_back_reference") | single)).then(pl.lit(1, pl.Int32)),
                )
            ),
            advance_km_low=pl.when(pl.col("event_type") == "advance").then("advance_km_low"),
            advance_km_high=pl.when(pl.col("event_type") == "advance").then("advance_km_high"),
            area_km2=pl.when(pl.col("event_type").is_in(["advance", "capture", "control_status"])).then(pl.coalesce("area_km2_best", "area_km2_low")),
            victim_kind=pl.when(has_people).then(pl.when(pl.col("target_kind").is_in(["civilians", "residential", "settlement", "health", "education"])).then(pl.lit("civilian")).when(pl.col("target_kind") == "military").then(pl.lit("military")).otherwise(pl.lit("unspecified"))),
            event_subtype=pl.when(is_mass).then(pl.lit("cumulative")).otherwise("event_subtype"),
            is_background=pl.col("is_background") | is_mass,
            count_scope=pl.when(is_mass | (is_toll & (pl.col("event_subtype") == "cumulative")))
            .then(pl.lit("cumulative"))
            .when(has_people & pl.col("clause_right").str.contains(_RATE))
            .then(pl.lit("period"))
            .when(has_people & pl.col("date_precision").is_in([2, 3, 4, 5]))
            .then(pl.lit("period"))
            .when(has_people)
            .then(pl.lit("incident")),
        )
        .with_columns(confidence=_confidence())
        # other countries' wars and accidents are not this war, unless one of its sides acts there
        .filter(
            ~abroad.fill_null(False)
            | pl.col("event_type").is_in(CONTEXT_TYPES)
            | pl.col("actor_told").is_in(["RU", "UA"]).fill_null(False)
        )
        .collect()
    )


def _confidence() -> pl.Expr:
    """How sure the row is: less for each part that was inferred rather than told."""
    return (
        pl.lit(0.9)
        - 0.1 * pl.col("is_back_reference").cast(pl.Float64)
        - 0.15 * (pl.col("geo_precision") == 9).cast(pl.Float64)
        - 0.1 * (pl.col("geo_method") == "largest").cast(pl.Float64)
        - 0.05 * pl.col("is_carried").cast(pl.Float64)
        - 0.05 * (pl.col("date_method") == "news_day").cast(pl.Float64)
        - 0.1 * (pl.col("actor_side") == "unknown").cast(pl.Float64)
    ).clip(0.05, 0.95)
