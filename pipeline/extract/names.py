"""Names and nouns that the lexicon and the gazetteer know, found in the text, each with its class.

Here: which words are known, and where they stand. Not here: which of several homonyms is meant (places.py), and
numbers and dates (numbers.py, dates.py).

Each class has one capital letter, which the masked sentence shows (mask.py):

    R, U  a side by itself (Russia, Kyiv's) or forces of a side     P  settlement or site      O  oblast
    H     person         G  organisation                             A  area of several oblasts C  country
    W     what flies and hits, or is shot down                       K  guns, rocket launchers, tanks
    V     generic speaker (governor, officials)                      F  thing or people hit
    X     known words without a side or place ("Ukrainian-held")     N  number                  D  date
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import thing_tag, weapon_tag
from pipeline.extract.spans import Joined, WordList, ahead_of, find_words, without_overlaps
from pipeline.gazetteer.build import Gazetteer

_PRIORITY: Final = {"side": 0, "actor": 1, "place": 2, "facility_name": 2, "weapon": 3, "facility": 4, "voice": 5}
# what befalls people who do not speak, before the next verb
_HIT: Final = r"\b(?:was|were|been|be|being|killed|wounded|injured|captured|by|under)\b"
_PLACE_TAGS: Final = {"region": "O", "area": "A", "continent": "A", "country": "C", "water": "A"}

_LISTED = r"^(?:,|,? and) $"
_LIST_GOES_ON = r"^(?:$|[.;]|, [a-z0-9' -]{2,25}(?:,| and )|,? and [a-z]{4,}|,? as well as| (?:they|he|she|it|we|overnight|early|late|during|regions|oblasts|were (?:hit|struck|attacked|targeted|shelled|bombed))\b)"
# a capital or a state's name is the place itself after these words, else it stands for its side
_AS_PLACE = r"(?:\b(?:in|across|on|near|over|towards|toward|around|inside|outside|into|from|at|throughout|reached|of central|of northern|of western|central|capital|city of|cities of|hit|struck|north of|south of|east of|west of|outskirts of|(?:parts?|most|much|half|all|rest|whole) of|(?:cent(?:re|er)|heart|suburbs?|streets|districts?|residents|areas?|regions?|sk(?:y|ies)|siege|shelling|bombardment|bombing|defen[cs]e|battle) of|(?:strikes?|attacks?|assaults?|advance|march|raids?|missiles) on|battle for|above|targeted|targeting|shelled|bombed|attacked|shelling|bombing|attacking|striking|hitting|pounding|bombarding|bombarded|pounded|rocked|shook|(?:cities|towns|regions|areas|places|locations|targets),? (?:including|such as)|(?:headed|heading|bound) for|left|leave|leaving|fled|flee|fleeing|out of|visited|visiting|visits|visit|to) (?:the )?(?:capital,? )?(?:city of )?)$"
# "an assurance from Moscow", "arms to Kyiv": what states say, want and give to each other is not at the place
_OF_STATES = (
    r"\b(?:responses?|repl(?:y|ies)|reactions?|comments?|statements?|assurances?|guarantees?|promises?|pledges?|commitments?|signals?|"
    r"permission|approval|orders?|instructions?|confirmation|explanations?|justifications?|denials?|complaints?|criticism|"
    r"condemnation|concessions?|demands?|requests?|appeals?|pleas?|calls?|threats?|warnings?|pressure|backing|support|funding|"
    r"money|gas|oil|aid|help|deals?|proposals?|letters?|words?|messages?|independence|puppets|interest) from $"
    r"|\b(?:arms|weapons?|weaponry|ammunition|munitions|tanks|jets|missiles|systems|vehicles|equipment|aid|assistance|help|loans?|"
    r"money|funds|funding|supplies|deliver(?:y|ies)|transfers?|shipments?|support|backing|commitments?|pledges?|guarantees?|ties|"
    r"concessions?|ambassador|envoy|relations|links|close|closer|closest|loyal|loyalty|allegiance|subservient|sympathetic|friendly|hostile|favou?rable|allied|opposed|"
    r"available|according|responses?|repl(?:y|ies)|blow|threats?|warnings?|messages?|signals?) to $"
)
_CITY_PART = r"^'s (?:[a-z-]+ ){0,2}(?:districts?|suburbs?|outskirts|cent(?:re|er)|streets?|airport|station|metro|neighbou?rhoods?|sky|skies|left bank|right bank)\b"
# "Kyiv came under a drone attack": the city is what is hit
_CITY_HIT = r"^ (?:(?:was|has been|had been|is being) (?:[a-z]+ ){0,2}(?:hit|struck|attacked|targeted|shelled|bombed|bombarded|pounded|rocked|shaken|without)|(?:has |had )?c(?:a|o)mes? under (?:[a-z]+ ){0,5}(?:attacks?|fire|bombardment|shelling|strikes?)|woke|suffered (?:[a-z]+ ){0,4}(?:attacks?|strikes?|blackouts?|outages?))\b"
_STATE_AS_PLACE = r"(?:\b(?:in|across|over|inside|into|throughout|through|within|all of|most of|much of|half of|whole of|fifth of|third of|quarter of|rest of|per cent of|percent of|% of|fled|flee|fleeing|left|leave|leaving|out of|entered|re-entered|returned to|returning to|return to|back to|moved to|taken to|bused to|transferred to|eastern|western|southern|northern|central|parts of|areas of|regions of|part of|outside|from) )$"

# "launched 60 missiles at Ukraine overnight", "missiles fired at Ukraine", but "an air strike on Ukraine school"
_STATE_HIT = r"\b(?:missiles?|drones?|bombs?|rockets?|shaheds?|(?:air|missile|drone|rocket|mass|massive) ?(?:strikes?|attacks?|raids?|barrages?))(?: (?:(?:were|was|had been|have been|being) )?(?:fired|launched|aimed|sent|unleashed))? (?:on|at|against) $"
_GOES_ON = r"^(?:$|[.,;:)]| (?:over|on|in|since|overnight|with|and|from|during|after|by|this|last|that|which|as|using|to|have|has|was|were|for|early|late|yesterday|today|every|each)\b)"


@dataclass(frozen=True)
class Names:
    """The compiled word lists: `names` are matched as they are, `nouns` in lower case.

    `entries`: `surface` of each name, then of each noun, and what it stands for: `source` (side, actor, place, weapon, facility, voice),
    `ref` (id in its table; for places UInt32 text of the surface's number), `tag`, `side`, `form`, `priority`.
    `place_surfaces`: `surface_no`, `place_idx` (list of all places of that name); `short_regions`: the oblasts among them.
    """

    names: WordList
    nouns: WordList
    entries: pl.DataFrame
    place_surfaces: pl.DataFrame
    short_regions: pl.DataFrame


def compile_names(gazetteer: Gazetteer) -> Names:
    """Put lexicon and gazetteer into the two lists that are searched for."""
    sides = lexicon.table("sides").select(
        "surface",
        source=pl.lit("side"),
        ref=pl.lit(None, pl.String),
        tag=pl.col("side").replace_strict({"RU": "R", "UA": "U"}, default="X"),
        side=pl.when(pl.col("side") != "none").then("side"),
        form="form",
    )
    actors = lexicon.aliases("actors").select(
        "surface",
        source=pl.lit("actor"),
        ref="actor_id",
        tag=pl.when((pl.col("kind") == "force") & pl.col("side").is_in(["RU", "UA"]))
        .then(pl.col("side").replace_strict({"RU": "R", "UA": "U"}, default="X"))
        .when(pl.col("kind") == "person")
        .then(pl.lit("H"))
        .otherwise(pl.lit("G")),
        side="side",
        form="kind",
    )
    surfaces = (
        gazetteer.names.lazy()
        .join(gazetteer.places.lazy().select("place_idx", "feature"), on="place_idx", how="left")
        .group_by("surface")
        .agg(
            place_idx=pl.col("place_idx").unique().sort(),
            short=pl.col("place_idx").filter("is_short_region").unique().sort(),
            tag=pl.col("feature")
            .filter(~pl.col("is_short_region"))
            .replace_strict(_PLACE_TAGS, default="P")
            .mode()
            .sort()
            .first(),
        )
        # the bare name of an oblast that no settlement bears is known by other words only
        .filter(pl.col("tag").is_not_null())
        .sort("surface")
        .with_row_index("surface_no")
        .collect()
    )
    places = surfaces.select(
        "surface",
        source=pl.lit("place"),
        ref=pl.col("surface_no").cast(pl.String),
        tag="tag",
        side=pl.lit(None, pl.String),
        form=pl.lit(None, pl.String),
    )
    weapons = lexicon.aliases("weapons").select(
        "surface",
        source=pl.lit("weapon"),
        ref="weapon_id",
        tag=weapon_tag(),
        side=pl.lit(None, pl.String),
        form="weapon_class",
    )
    facilities = lexicon.aliases("facilities").select(
        "surface",
        source=pl.when(pl.col("is_named") == "true").then(pl.lit("facility_name")).otherwise(pl.lit("facility")),
        ref="facility_id",
        tag=thing_tag(),
        side=pl.lit(None, pl.String),
        form="target_kind",
    )
    voices = lexicon.table("voices").select(
        surface="pattern",
        source=pl.lit("voice"),
        ref=pl.lit(None, pl.String),
        tag=pl.lit("V"),
        side="side",
        form="kind",
    )
    is_name = pl.col("surface").str.contains("[A-Z]")
    every = pl.concat([sides, actors, places, weapons, facilities, voices])
    known, nouns = _distinct(every.filter(is_name)), _distinct(every.filter(~is_name))
    return Names(
        names=WordList(known["surface"]),
        nouns=WordList(nouns["surface"]),
        entries=pl.concat([known, nouns]),
        place_surfaces=surfaces.select("surface_no", "place_idx"),
        short_regions=surfaces.select("surface_no", place_idx="short", is_short=pl.lit(True)).explode(
            "place_idx", empty_as_null=False
        ),
    )


def _distinct(entries: pl.DataFrame) -> pl.DataFrame:
    """Of one surface in two tables the one that ranks first."""
    return (
        entries.with_columns(priority=pl.col("source").replace_strict(_PRIORITY, return_dtype=pl.Int8))
        .sort("priority", maintain_order=True)
        .unique("surface", keep="first", maintain_order=True)
    )


def find_names(sentences: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Every known name and noun: `sentence`, `start`, `end`, `source`, `ref`, `tag`, `side`, `form`; no overlaps.

    `sentences` holds `sentence`, `text`, `lower`. Names of states and capitals become places (`source` place, tag P or
    C) where the words before them say so, and sides elsewhere.
    """
    texts = Joined.of(sentences, "text")
    nouns = find_words(texts.lower(), names.nouns)
    found = pl.concat([find_words(texts, names.names), nouns.with_columns(pl.col("entry") + len(names.names))])
    kept = without_overlaps(found.with_columns(priority=names.entries["priority"].gather(found["entry"])), "priority")
    kept = kept.drop("entry", "priority").hstack(names.entries.drop("surface", "priority")[kept["entry"]])
    return _metonyms(_speakers(kept, sentences), sentences)


def _speakers(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Words for people who are hit as often as they speak ("officials", "residents"): speakers before a verb of saying only."""
    verbs = "|".join(lexicon.table("speech_verbs")["verb"])
    behind = pl.col("lower").str.slice(pl.col("end"), 60)
    voices = (
        lexicon.table("voices")
        .lazy()
        .select(
            word="pattern", voice_source=pl.lit("voice"), voice_tag=pl.lit("V"), voice_side="side", voice_form="kind"
        )
    )
    speaking = (
        found.lazy()
        .filter(pl.col("source").is_in(["voice", "facility"]))
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="left")
        .with_columns(word=pl.col("lower").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
        .join(voices, on="word", how="inner")
        .filter((pl.col("source") == "facility") | (pl.col("form") == "local_witness"))
        .with_columns(
            between=behind.str.extract(
                rf"^((?: (?:in|of|at|from|loyal|close)(?: [a-z-]+){{1,7}}?|(?: [a-z-]+){{0,4}}?)) (?:{verbs})\b"
            )
        )
        .filter(~pl.col("between").str.contains(_HIT))
        .select("sentence", "start", "^voice_.*$")
    )
    columns = ("source", "tag", "side", "form")
    silent = (pl.col("source") == "voice") & (pl.col("form") == "local_witness") & pl.col("voice_source").is_null()
    return (
        found.lazy()
        .join(speaking, on=["sentence", "start"], how="left", maintain_order="left")
        .filter(~silent)
        .with_columns(
            ref=pl.when(pl.col("voice_source").is_null()).then("ref"),
            **{name: pl.coalesce(f"voice_{name}", name) for name in columns},
        )
        .select(found.columns)
        .collect()
    )


def _metonyms(found: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    before = ahead_of(pl.col("lower"), "start", 32)
    after = pl.col("lower").str.slice(pl.col("end"), 3)
    possessive = after.str.starts_with("'s") | after.str.starts_with("' ")
    behind = pl.col("lower").str.slice(pl.col("end"), 70)
    is_part = behind.str.contains(_CITY_PART) | behind.str.contains(_CITY_HIT)
    # "in Odesa, Kyiv and Kharkiv"
    gap = pl.col("lower").str.slice("passed", pl.col("start") - pl.col("passed"))
    is_listed = pl.col("after_place") & gap.str.contains(_LISTED) & behind.str.contains(_LIST_GOES_ON) & ~possessive
    of_states = before.str.contains(_OF_STATES)
    at_place = before.str.contains(_AS_PLACE) & ~of_states
    place_tag = (
        pl.when((pl.col("form") == "capital") & ((at_place & ~possessive) | is_part | is_listed))
        .then(pl.lit("P"))
        .when(
            (pl.col("form") == "state")
            & (
                before.str.contains(_STATE_AS_PLACE) & ~of_states & ~possessive
                | before.str.contains(_STATE_HIT) & behind.str.contains(_GOES_ON)
            )
        )
        .then(pl.lit("C"))
    )
    numbered = found.lazy().sort("sentence", "start", maintain_order=True).with_row_index("row")
    follows = pl.col("sentence") == pl.col("sentence").shift(1)
    numbered = numbered.with_columns(
        passed=pl.when(follows).then(pl.col("end").shift(1)),
        after_place=(
            follows & (pl.col("source").shift(1) == "place") & pl.col("tag").shift(1).is_in(["P", "O"])
        ).fill_null(False),
    )
    places = (
        numbered.filter(pl.col("form").is_in(["capital", "state"]))
        .join(sentences.lazy().select("sentence", "lower"), on="sentence", how="left", maintain_order="left")
        .select("row", place_tag=place_tag)
        .drop_nulls()
    )
    return (
        numbered.join(places, on="row", how="left", maintain_order="left")
        .with_columns(
            tag=pl.coalesce("place_tag", "tag"),
            source=pl.when(pl.col("place_tag").is_not_null()).then(pl.lit("metonym_place")).otherwise("source"),
        )
        .drop("row", "place_tag", "passed", "after_place")
        .collect()
    )
