"""The place of an event whose sentence names none: told before, the speaker's own, or the country as a whole.

Here: the order of these. Not here: words that stand for a place, "the city" (back_references.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import context_types
from pipeline.extract.actors import opposite
from pipeline.extract.arguments import GROUND, is_toll_of_war, of_whole_country
from pipeline.extract.mask import side_of_letter
from pipeline.extract.parts import Parts
from pipeline.extract.rows import ARMY_LOSSES, ATTACKS, THE_ATTACK
from pipeline.extract.spans import ahead_of, carried

_REACH: Final = 4  # sentences over which a place told in another paragraph still holds
_TOPIC_SHARE: Final = 0.6  # of an article's places: then it is about that region
_PRISONERS_BETWEEN: Final = "UA"  # an exchange without a place is one between the two states

_FRONT: Final = ("UA-09", "UA-14", "UA-23", "UA-65", "UA-43", "UA-40")
_ALONG_FRONT: Final = (
    r"^[^.;]{0,40}\b(?:along|around|across) the (?:whole |entire )?(?:[a-z]+ )?front(?:[ -]?lines?)?\b"
)
_MANY_REGIONS: Final = r"^[^.;]{0,60}\b(?:in|over|across) (?:at least |some |about )?N=* (?:other )?(?:[RU]=* )?(?:regions|oblasts|provinces)\b"
# "officials in Moscow said" tells nothing of where troops fought
_CAPITAL_REGIONS: Final = ("UA-30", "RU-MOW")
_SETTLEMENTS: Final = r"^[^.;,]{0,40}\b(?:villages|settlements|hamlets|towns)\b|^ (?:the|these|those|this) "
_A_DAY: Final = r"\bN=* (?:[a-z-]+ |[RU]=* |N=* ){0,5}(?:a|per|each|every) day\b"
_ARMY_LOST: Final = r"^(?:[a-z]+ |D=*,? )*(?:the )?(?:[RU]=*|enemy|occupiers|invaders)(?: (?:army|forces|troops))? (?:has |have |had )?(?:also )?$"
_IN_A_DAY: Final = r"\b(?:over|in|during|for|within) the (?:past|last|previous) (?:day|24 hours)\b"
# "the health minister said that 40 were killed": of all the country, where nothing ties it to a place
_OF_STATE: Final = r"\b(?:presiden(?:t|cy|tial)|minist(?:er|ry)|prosecutor general|general staff|government|cabinet)\b"
_ALL_TARGETS: Final = r"\ball (?:of )?(?:the |its |their )?(?:designated|assigned|planned|intended) (?:targets|objects|facilities|sites)\b"
_BLASTS: Final = (*ATTACKS, "explosion")
_NATIONWIDE_TYPES: Final = (
    "strike", "shelling", "casualties", "air_defence", "infrastructure_damage", "repelled", "prisoners",
)  # fmt: skip
_OF_ALL: Final = r"\bN=* (?:out )?of (?:the |its |about |some |more than |over )*N=*(?: [a-z-]+| [RU]=*(?:'s)?){0,4} W="
# told without a place far behind the last one, these are of the one region that a short text is about
_OF_TOPIC: Final = ("casualties", "infrastructure_damage")
_SHORT: Final = 16  # sentences at most
_LEAVING: Final = r"\bevacuat|\bcorridors?\b"
_LOCAL_WORDS: Final = r"\b(?:city|town|village|region|district|here|there|area)\b"
_ON_CITIES: Final = ("strike", "shelling", "infrastructure_damage")
# "missiles at Ukrainian cities" hit the country, wherever the text was before
_CITIES_OF: Final = r"^[^.;,\":]{{0,70}}\b{0}=*(?:'s?)? (?:cities|towns|villages|settlements|soil|targets|territory)\b"
# "struck at the territory of our state"
_OUR_STATE: Final = (
    r"^[^.;,\":]{0,40}\b(?:territory of )?our (?:[a-z]+ )?(?:state|country|cities|towns|villages|soil|land|territory)\b"
)
# "taken out of the combat zone": wherever there is fighting
_WAR_ZONE: Final = (
    r"^[^.;,\":]{0,40}\b(?:(?:areas?|zones?|places|regions) of (?:the )?(?:active )?(?:hostilities|fighting|combat|war)|"
    r"(?:war|combat|conflict|battle) (?:zones?|areas?))\b"
)
_CITIES_ARE: Final = r"\bU=*(?:'s?)? (?:cities|towns|villages) (?:[a-z]+ ){0,4}$"
_ON_GRID: Final = (
    r"^ (?:on|against|at|of|targeting) (?:the )?(?:ukraine's|ukrainian|(?:the )?country's) (?:[a-z]+ ){0,2}(?:energy|power|electricity|gas|grid)\b|"
    r"^ (?:on|against) (?:the )?(?:energy|power|gas) (?:[a-z]+ ){1,2}(?:of|in|across) (?:ukraine|the country)\b"
)
# a town that no list knows is no other town
_UNKNOWN_TOWN: Final = r"^[^.;,\"]{0,60}\b(?:in|near|at|on|outside|for|of|around) (?:the )?(?:[a-z]+ )?(?:city|town|village|settlement) of [a-z]{4,}"
_PORTS_OF: Final = r"^ (?:of|on) (?:the )?U=*(?:'s?)? (?:[a-z-]+ ){0,3}(?:F=|coast|exports|grain|shipping)"
_FLYING_NUMBER: Final = r"N=*(?: (?:out )?of (?:the |its )?N=*)?(?: [a-z-]+| [RU]=*(?:'s)?){0,4} W="
_ROCKETS: Final = r"^ (?:[a-z]+ ){0,2}N=* (?:of (?:the |its )?)?(?:[a-z]+ )?X={5,6}(?:$|[ .,;])"
# "intercepted three missiles, but one fell on a house" tells more of the attack before it
_FEW_FLYING: Final = (
    r"\b(?:one|two|three|four|five|[1-5]|another|both|several|the (?:other|rest|remaining))(?: (?:more|others?|of them))?"
    r"(?: (?:russian|ukrainian|enemy|cruise|ballistic|incoming|hostile|attack|more|other))* "
    r"(?:missiles?|rockets?|drones?|(?:was|were|had been) (?:shot|brought|taken|downed|intercepted))"
)
# "35 missiles, 22 of which were shot down"
_OF_WHICH: Final = (
    r"([RU])=[^RU]*\b(?:N=* of (?:which|them)|of (?:which|them),? N=*) (?:were |was |had been |have been )?$"
)
# "the strikes", "two attacks" are ones told before; "strikes on civilians" are many, anywhere
_DEFINITE: Final = (
    r"\b(?:the|this|that|these|those|such|a|an|another|each|both|latest|N=*)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $"
)
# "arrived in Poland": states are no places elsewhere, but here
_INTO_STATE: Final = (
    r"\b(?:in|into|to|across|throughout|within|reached|reach|entered|for) (?:the |neighbou?ring |nearby |far-away )?$"
)
HOST_RULES: Final = ("displacement.took_in", "displacement.gave_shelter")
_HOST_REACH: Final = 90  # characters from the word of arrival
_UNIONS: Final = ("european-union",)


def place_elsewhere(triggers: pl.DataFrame, told: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Adds `mention` (null where nothing fits) and `region_of_speaker` (a region's or a country's code) to triggers.

    In this order: the state that refugees arrived in; the country for exchanges of prisoners and for numbers of drones and missiles; the speaker's own
    region, or the last place named before if it lies there; the last place of the paragraph; the country for attacks
    told in general and for what a national voice tells in an article about several regions; the last place of the
    sentences before; the region that the article is about. A place is passed over where the side that acts cannot have
    acted: its own country for an attack, the enemy's for a defence. "The strike", and victims, belong to the last attack
    before them that has a place. `told`: the triggers that have one, with `mention`.
    """
    places = parts.places.lazy().filter(~pl.col("is_container") | (pl.col("tag") == "O"))
    local = pl.coalesce("spoken_region", "region_of_speaker")
    in_wanted = (
        pl.col("wanted").is_null()
        | (pl.col("earlier_country") == pl.col("wanted"))
        # the front's own oblasts are fought over from both sides
        | (pl.col("wanted") == "RU")
        & (
            pl.col("earlier_region").is_in(_FRONT)
            | (pl.col("earlier_region").is_null() & (pl.col("earlier_country") == "UA"))
        )
        & (
            pl.col("is_same_paragraph")
            | pl.col("earlier_region").is_in(_FRONT)
            & pl.col("event_type").is_in(["capture", "repelled"])
            & pl.col("clause_right").str.contains(_SETTLEMENTS)
        )
    ).fill_null(False)
    is_known = pl.col("earlier").is_not_null() & in_wanted
    # what hits the occupied towns is told by Russian voices and done by Ukraine, and is not in Russia
    near_front = (
        pl.col("event_type").is_in([*ATTACKS, "casualties", "infrastructure_damage"])
        & pl.col("earlier_region").is_in(_FRONT)
        & ((pl.col("wanted") == "RU").fill_null(False) | pl.col("wanted").is_null() & (pl.col("speaker_side") == "RU"))
        & ~_is_roundup()
    ).fill_null(False)
    speaker_fits = pl.col("wanted").is_null() | (pl.coalesce("spoken_country", "speaker_country") == pl.col("wanted"))
    use_speaker = (
        local.is_not_null()
        & speaker_fits.fill_null(False)
        & ~(pl.col("event_type").is_in(GROUND) & local.is_in(_CAPITAL_REGIONS))
    )
    same = (pl.col("earlier_region") == local).fill_null(False)
    clause = pl.concat_str("clause_left", "clause_right")
    is_of_attack = pl.col("attacked").is_not_null() & (
        (pl.col("event_type").is_in(_BLASTS) & _is_definite()) | ((pl.col("event_type") == "casualties") & ~use_speaker)
    )
    is_rest_of_attack = (
        pl.col("attacked").is_not_null()
        & (pl.col("event_type") == "air_defence")
        & pl.col("lower")
        .str.slice("clause_start", pl.col("clause_end") - pl.col("clause_start"))
        .str.contains(_FEW_FLYING)
        & ~clause.str.contains(_OF_ALL)
    )
    is_attack_beaten = (
        pl.col("attacked").is_not_null()
        & (pl.col("event_type") == "repelled")
        & pl.col("clause_right").str.contains(THE_ATTACK)
    )
    is_of_attack = is_of_attack | is_rest_of_attack | is_attack_beaten
    in_unknown_town = pl.col("clause_right").str.contains(_UNKNOWN_TOWN) & (pl.col("event_type") != "casualties")
    whole_country = (
        pl.when(_is_roundup() & pl.col("spoken").is_null() & ~is_rest_of_attack)
        .then(
            pl.when(pl.col("event_type") == "air_defence")
            # only Ukraine tells how many of how many were downed
            .then(
                pl.coalesce(
                    pl.when(pl.col("speaker_side").is_in(["RU", "UA"])).then("speaker_side"),
                    "actor_told",
                    pl.when(pl.concat_str("clause_left", "clause_right").str.contains(_OF_ALL)).then(pl.lit("UA")),
                    opposite(side_of_letter(pl.col("left").str.extract(_OF_WHICH))),
                    pl.when(pl.col("rule_id") == "air.of_them").then(pl.lit("UA")),
                )
            )
            .otherwise(
                pl.coalesce(
                    opposite(pl.col("actor_told")),
                    pl.when(pl.col("clause_right").str.contains(_CITIES_OF.format("U"))).then(pl.lit("UA")),
                )
            )
        )
        .when(pl.col("event_subtype").is_in(["exchanged", "released"]))
        .then(pl.lit(_PRISONERS_BETWEEN))
        .when(pl.col("clause_right").str.contains(_ALONG_FRONT))
        .then(pl.lit("UA"))
        .when((pl.col("event_subtype") == "blockade") & pl.col("clause_right").str.contains(_PORTS_OF))
        .then(pl.lit("UA"))
        .when(pl.col("clause_right").str.contains(_MANY_REGIONS))
        .then("country")
        # so many dead a day are those of all the front
        .when(
            (pl.col("event_type") == "casualties")
            & pl.concat_str("clause_left", "clause_right").str.contains(_A_DAY)
            & pl.col("spoken").is_null()
        )
        .then(pl.lit("UA"))
        .when(
            pl.col("event_type").is_in(ATTACKS)
            & pl.col("lower").str.slice(pl.col("start") - 60, 60 + 110).str.contains(_ALL_TARGETS)
        )
        .then(opposite(pl.col("speaker_side")))
        .when(
            (pl.col("event_type") == "casualties")
            & (pl.col("of_state") | _is_national() & (pl.col("speaker_side") == "UA").fill_null(False))
            & pl.col("spoken").is_null()
            & pl.col("lower").str.contains(_IN_A_DAY)
        )
        .then(pl.lit("UA"))
        .when(is_toll_of_war() | _is_daily_loss() | pl.col("rule_id").is_in(ARMY_LOSSES))
        .then(pl.lit("UA"))
        .when((pl.col("event_type") == "evacuation") & pl.col("clause_right").str.contains(_WAR_ZONE))
        .then(pl.lit("UA"))
        .when(pl.col("event_type").is_in(ATTACKS) & pl.col("clause_right").str.contains(_OUR_STATE))
        .then(
            pl.coalesce(
                opposite(pl.col("actor_told")), pl.when(pl.col("speaker_side").is_in(["RU", "UA"])).then("speaker_side")
            )
        )
        .when(of_whole_country(pl.col("rule_id"), pl.col("right")))
        .then(pl.lit("UA"))
        .when(pl.col("event_type").is_in(_ON_CITIES) & pl.col("clause_right").str.contains(_CITIES_OF.format("U")))
        .then(pl.lit("UA"))
        .when(pl.col("event_type").is_in(_ON_CITIES) & pl.col("clause_right").str.contains(_CITIES_OF.format("R")))
        .then(pl.lit("RU"))
        .when(pl.col("event_type").is_in(_ON_CITIES) & pl.col("clause_left").str.contains(_CITIES_ARE))
        .then(pl.lit("UA"))
        .when(pl.col("event_type").is_in(ATTACKS) & pl.col("lower").str.slice("end", 90).str.contains(_ON_GRID))
        .then(pl.lit("UA"))
        .when(use_speaker | is_of_attack | (is_known & pl.col("is_same_paragraph")) | near_front)
        .then(None)
        .when(_is_general())
        .then("country")
        # what Ukraine says that it hit was as often on occupied land as in Russia
        .when(
            _is_national()
            & ~_is_definite()
            & pl.col("topic_of_country").is_null()
            & ~((pl.col("wanted") == "RU") & (pl.col("speaker_side") == "UA")).fill_null(False)
        )
        .then("country")
    )
    is_general = (
        pl.col("event_type").is_in(ATTACKS)
        & pl.col("country_told").is_not_null()
        & (
            pl.col("clause_right").str.contains(_OUR_STATE)
            | pl.any_horizontal([pl.col("clause_right").str.contains(_CITIES_OF.format(side)) for side in "RU"])
        )
    )
    # "they struck our cities. A depot was destroyed": somewhere there
    goes_on = (
        pl.col("event_type").is_in(_ON_CITIES)
        & pl.col("country_told").is_null()
        & (pl.col("general_at") > pl.col("earlier_at").fill_null(0)).fill_null(False)
        & ~use_speaker
    )
    return (
        triggers.lazy()
        .join(_earlier(parts, places), on="sentence", how="left", maintain_order="left")
        .join(_last_attack(parts, told), on="sentence", how="left", maintain_order="left")
        .join(_hosts(triggers, parts), on="trigger", how="left", maintain_order="left")
        .join(
            lexicon.table("actors").lazy().select(speaker_ref="actor_id", region_of_speaker="region_code"),
            on="speaker_ref",
            how="left",
            maintain_order="left",
        )
        .join(
            parts.regions.lazy().select(region_of_speaker="region_code", speaker_country="country_code"),
            on="region_of_speaker",
            how="left",
            maintain_order="left",
        )
        .join(parts.sentences.lazy().select("sentence", "lower"), on="sentence", how="left", maintain_order="left")
        .join(
            parts.sentences.lazy().select(voice_from="sentence", voice_words="lower"),
            on="voice_from",
            how="left",
            maintain_order="left",
        )
        .with_columns(of_state=_is_of_state())
        .with_columns(
            wanted=_wanted_country(), word=pl.col("lower").str.slice("start", pl.col("end") - pl.col("start"))
        )
        .with_columns(
            country=pl.coalesce(
                "wanted", pl.when(pl.col("speaker_side").is_in(["RU", "UA"])).then("speaker_side"), pl.lit("UA")
            )
        )
        .join(_topics(places), on=["article", "country"], how="left", maintain_order="left")
        .join(_only_topics(parts, places), on="article", how="left", maintain_order="left")
        .with_columns(country_told=whole_country)
        .with_columns(
            general_at=carried(pl.when(is_general).then("sentence"), "paragraph"),
            general_country=carried(pl.when(is_general).then("country_told"), "paragraph"),
        )
        .with_columns(country_told=pl.when(goes_on).then("general_country").otherwise("country_told"))
        .with_columns(
            mention=pl.when(pl.col("country_told").is_not_null())
            .then(None)
            .when(is_of_attack)
            .then("attacked")
            .when(use_speaker & same)
            .then("earlier")
            .when(use_speaker)
            .then("spoken")
            .when(is_known & (pl.col("is_same_paragraph") | ~_is_national()) | near_front)
            .then("earlier")
            .when(pl.col("wanted").is_not_null() | _is_national())
            .then(pl.coalesce("topic_of_country", pl.when(is_known).then("earlier")))
            .otherwise(pl.coalesce("earlier", pl.when(pl.col("event_type").is_in(_OF_TOPIC)).then("only_topic"))),
            region_of_speaker=pl.when(pl.col("country_told").is_not_null())
            .then("country_told")
            .when(use_speaker & ~same & pl.col("spoken").is_null() & ~is_of_attack)
            .then("region_of_speaker"),
        )
        .with_columns(
            mention=pl.when(
                ~context_types.is_country_only() & ~in_unknown_town & ~pl.col("is_hosted").fill_null(False)
            ).then("mention"),
            region_of_speaker=pl.when(pl.col("is_hosted"))
            .then("host")
            .when(context_types.is_country_only())
            .then(context_types.country())
            .when(pl.col("of_state") & (pl.col("event_type") == "casualties") & pl.col("mention").is_null())
            .then(pl.coalesce("region_of_speaker", pl.lit("UA")))
            .otherwise("region_of_speaker"),
        )
        .select(*triggers.columns, "mention", "region_of_speaker")
        .collect()
    )


def _hosts(triggers: pl.DataFrame, parts: Parts) -> pl.LazyFrame:
    """`trigger`, `host` (country code; null for a union of states), `is_hosted` true: who takes in the people of an arrival."""
    states = (
        lexicon.table("actors")
        .lazy()
        .filter(pl.col("actor_id").str.starts_with("state-") | pl.col("actor_id").is_in(_UNIONS))
        .select(ref="actor_id", place_name=pl.col("name").replace({"Britain": "United Kingdom"}))
        .join(
            parts.regions.lazy().filter(pl.col("region_code").is_null()).select("place_name", host="country_code"),
            on="place_name",
            how="left",
        )
        .filter(pl.col("host").is_not_null() | pl.col("ref").is_in(_UNIONS))
        .select("ref", "host")
    )
    before = ahead_of(pl.col("lower"), "at", 30)
    reach = pl.col("at") - pl.col("start")
    hosting = pl.col("rule_id").is_in(HOST_RULES) & (pl.col("at") >= pl.col("clause_start")) & (reach < 0)
    return (
        triggers.lazy()
        .filter(pl.col("event_subtype") == "arrival")
        .select("trigger", "sentence", "rule_id", "start", "clause_start")
        .join(parts.mentions.lazy().select("sentence", "ref", at="start"), on="sentence", how="inner")
        .join(states, on="ref", how="inner")
        .join(parts.sentences.lazy().select("sentence", "lower"), on="sentence", how="left")
        .filter(hosting | reach.is_between(0, _HOST_REACH) & before.str.contains(_INTO_STATE))
        .sort("trigger", "at")
        .group_by("trigger", maintain_order=True)
        .agg(host=pl.col("host").first(), is_hosted=pl.lit(True))
    )


def _earlier(parts: Parts, places: pl.LazyFrame) -> pl.LazyFrame:
    """Per sentence: its `paragraph`, `spoken`, the place of a speaker in it, and `earlier`, the first place of the last
    sentence that has one (`earlier_at`)."""
    leaving = parts.sentences.lazy().filter(pl.col("lower").str.contains(_LEAVING)).select("sentence", is_left=True)
    usable = places.join(leaving, on="sentence", how="left", maintain_order="left").filter(
        # where people are brought out of is where that goes on
        ((pl.col("role") == "other") | (pl.col("role") == "origin") & pl.col("is_left").fill_null(False))
        & (pl.col("tag") != "C")
    )

    def first(frame: pl.LazyFrame, name: str) -> pl.LazyFrame:
        return frame.group_by("sentence", maintain_order=True).agg(
            pl.col("mention").first().alias(name),
            pl.col("region_code").first().alias(f"{name}_region"),
            pl.col("country_code").first().alias(f"{name}_country"),
        )

    spoken, told = first(places.filter(pl.col("role") == "attribution"), "spoken"), first(usable, "told")
    names = ["told", "told_region", "told_country"]
    # where nothing else is named, a text is about where its local speakers are from
    local = spoken.filter(pl.col("spoken_country") == "UA", ~pl.col("spoken_region").is_in(_CAPITAL_REGIONS)).rename(
        {f"spoken{part}": f"told{part}" for part in ("", "_region", "_country")}
    )
    told = pl.concat([told, local.join(told, on="sentence", how="anti")])
    named_in = pl.when(pl.col("told").is_not_null()).then("sentence")
    return (
        parts.sentences.lazy()
        .select("sentence", "entry", "paragraph")
        .join(told, on="sentence", how="left", maintain_order="left")
        .join(spoken, on="sentence", how="left", maintain_order="left")
        .with_columns(in_paragraph=carried(named_in, "paragraph"), in_article=carried(named_in, "entry", reach=_REACH))
        .with_columns(
            earlier_sentence=pl.coalesce("in_paragraph", "in_article"),
            is_same_paragraph=pl.col("in_paragraph").is_not_null(),
        )
        .drop("entry", "in_paragraph", "in_article", *names)
        .join(
            told.rename({"sentence": "earlier_sentence"} | {name: name.replace("told", "earlier") for name in names}),
            on="earlier_sentence",
            how="left",
            maintain_order="left",
        )
        .rename({"earlier_sentence": "earlier_at"})
    )


def _last_attack(parts: Parts, told: pl.DataFrame) -> pl.LazyFrame:
    """Per sentence: `attacked`, the first place of the last attack before it."""
    attacks = (
        told.lazy()
        .filter(pl.col("event_type").is_in(_BLASTS))
        .sort("sentence", "start", "place_start")
        .group_by("sentence", maintain_order=True)
        .agg(place=pl.col("mention").first())
    )
    return (
        parts.sentences.lazy()
        .select("sentence", "entry")
        .join(attacks, on="sentence", how="left", maintain_order="left")
        .select("sentence", attacked=carried(pl.col("place"), "entry", reach=_REACH))
    )


def _topics(places: pl.LazyFrame) -> pl.LazyFrame:
    """`article`, `country`, `topic_of_country`: a mention of the one region of a country that an article is about."""
    return (
        places.filter(pl.col("region_code").is_not_null() & (pl.col("role") != "dateline"))
        .group_by("article", "country_code", "region_code", maintain_order=True)
        .agg(n=pl.len(), topic=pl.col("mention").sort_by(pl.col("tag") == "O", descending=True).first())
        .with_columns(share=pl.col("n") / pl.col("n").sum().over("article", "country_code"))
        .filter(pl.col("share") >= _TOPIC_SHARE, pl.col("n") > 1)
        .select("article", country="country_code", topic_of_country="topic")
    )


def _only_topics(parts: Parts, places: pl.LazyFrame) -> pl.LazyFrame:
    """`article`, `only_topic`: the first mention of the one region that a short article names places of."""
    short = parts.sentences.lazy().group_by("article").len().filter(pl.col("len") <= _SHORT).select("article")
    return (
        places.filter(pl.col("region_code").is_not_null() & (pl.col("role") != "dateline"))
        .group_by("article", maintain_order=True)
        .agg(n_regions=pl.col("region_code").n_unique(), only_topic=pl.col("mention").first())
        .filter(pl.col("n_regions") == 1)
        .join(short, on="article", how="semi")
        .select("article", "only_topic")
    )


def _wanted_country() -> pl.Expr:
    """Where the side that acts can have acted; null where the type does not tell."""
    return (
        pl.when(pl.col("event_type").is_in(["strike", "shelling", "advance", "capture", "prisoners"]))
        .then(opposite(pl.col("actor_told")))
        .when(pl.col("event_type") == "repelled")
        .then(pl.when(pl.col("actor_told").is_in(["RU", "UA"])).then("actor_told"))
    )


def _is_roundup() -> pl.Expr:
    """ "shot down 24 of 28 drones overnight" without a place speaks of the whole country."""
    clause = pl.concat_str("clause_left", "clause_right")
    return (
        pl.col("event_type").is_in(["air_defence", "strike"])
        & (
            # "six strikes on depots, three drones were shot down" counts no drones that struck
            pl.when(pl.col("event_type") == "strike")
            .then(pl.concat_str("clause_left", pl.col("clause_right").str.extract("^([^,]*)")))
            .otherwise(clause)
            .str.contains(_FLYING_NUMBER)
            | pl.col("left").str.contains(_OF_WHICH)
            | (pl.col("rule_id") == "air.of_them")
            | (pl.col("event_type") == "air_defence") & pl.col("clause_right").str.contains(_ROCKETS)
        )
        & ~clause.str.contains(_LOCAL_WORDS)
        # "hit it with two bombs": what was told before
        & ~pl.col("clause_right").str.contains(r"^ (?:it|them|us)\b")
    )


def _is_of_state() -> pl.Expr:
    """A voice without a name that speaks for Ukraine as a whole ("the health minister")."""
    words = pl.col("voice_words").str.slice("speaker_start", pl.col("speaker_end") - pl.col("speaker_start"))
    return (
        (pl.col("speaker_side") == "UA") & (pl.col("speaker_source") == "voice") & words.str.contains(_OF_STATE)
    ).fill_null(False)


def _is_daily_loss() -> pl.Expr:
    """The men whom the whole of an army lost in a day, as a general staff tells them."""
    return (
        (pl.col("event_type") == "casualties")
        & pl.col("clause_left").str.contains(_ARMY_LOST)
        & pl.col("lower").str.slice("end", 110).str.contains(_IN_A_DAY)
    )


def _is_definite() -> pl.Expr:
    one = pl.col("left").str.contains(r"\bthat $") & ~pl.col("word").str.ends_with("s")
    # "the block of flats had been hit"
    subject = (pl.col("form") == "passive") & pl.col("left").str.contains(
        r"\b(?:the|this|these|those)(?: [a-z-]+| [A-Z]=*(?:'s)?){1,4} (?:had been|has been|have been|was|were) (?:[a-z]+ly )?$"
    )
    return (
        one
        | subject
        | pl.col("left").str.contains(r"\b(?:the|this|these|those|D=*'s)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $")
    )


def _is_general() -> pl.Expr:
    """Attacks on Ukraine in the plural, a noun without an article or a number."""
    return (
        pl.col("event_type").is_in(ATTACKS)
        & (pl.col("country") == "UA")
        & (pl.col("form") == "noun")
        & pl.col("word").str.ends_with("s")
        & ~pl.col("left").str.contains(_DEFINITE)
    )


def _is_national() -> pl.Expr:
    """The speaker is a side itself or one of its offices without a region."""
    in_camp = (pl.col("event_type") == "prisoners") & pl.col("event_subtype").is_in(["killed", "mistreated"])
    return (
        pl.col("event_type").is_in(_NATIONWIDE_TYPES)
        & ~in_camp
        & pl.col("speaker_side").is_in(["RU", "UA"])
        & ((pl.col("speaker_source") == "side") | pl.col("speaker_ref").is_not_null())
        & pl.col("region_of_speaker").is_null()
    )
