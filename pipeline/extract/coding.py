"""Every coded column of the codebook, from the arguments of a row.

Here: sides, kinds, and scopes as columns. Not here: the choice of a single value (rows.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import actors, arguments, context_types, rows
from pipeline.extract.dates import undated
from pipeline.extract.mask import GUNS
from pipeline.extract.modality import DENIALS
from pipeline.extract.parts import Parts
from pipeline.extract.unnamed_places import HOST_RULES
from pipeline.gazetteer.tables import read_table
from pipeline.schemas.vocabulary import CONTEXT_TYPES, REGION_COUNTRIES

_NATIONAL: Final = r"ministry|general staff|air force|army|military|navy|command|security service|armed forces"
# called so without another word, these are of the state by law: occupiers' men are called installed or the like
_REGIONAL: Final = r"governor|mayor|regional|oblast|prosecutor"
_OWN_DEEDS: Final = ("capture", "advance", "repelled", "evacuation", "access_restriction", "withdrawal", "air_defence")
_RATE: Final = r"\b(?:every|each|per|a) (?:day|week|month)\b|\bdaily\b"
_ARMY: Final = r"[RU]={10,}|\b(?:forces|army|troops|soldiers?|servicem[ae]n|fighters?|pilots?|marines|brigade|losses|combat|in action)\b"
_CIVILIANS: Final = (
    r"\b(?:civilians?|people|residents?|child(?:ren)?|wom[ae]n|girls?|boys?|victims|passengers|workers?|families)\b"
)
_MASS: Final = 1000
_HARMS: Final = ("casualties", "attack_on_civilians", "prisoners")  # whose side is told by whom they befell
_TAKEN: Final = ("industry", "transport", "energy")


@cache
def _continents() -> list[str]:
    return read_table("areas").filter(pl.col("feature") == "continent")["name"].to_list()


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


def with_holder(frames: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """Adds `holder` (RU, UA; null elsewhere): who held the place on the day of the event, as far as the lexicon knows;
    Booleans of the words: `is_rate` ("100 a day"), `is_national`, `is_regional` (of the speaker).
    """

    known = (
        lexicon.table("holders")
        .lazy()
        .select("place_name", "region_code", "held_by", pl.col("from_day", "to_day").str.to_date())
    )
    day = pl.coalesce("date_start", "published_date")
    # on the day of its capture a place is still told of as its defenders'
    held = (day > pl.col("from_day")) & (pl.col("to_day").is_null() | (day < pl.col("to_day")))
    return (
        frames.lazy()
        .with_row_index("told_no")
        .join(
            parts.sentences.lazy().select("sentence", "published_date", "lower"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            is_rate=pl.col("lower")
            .str.slice("clause_start", pl.col("clause_end") - pl.col("clause_start"))
            .str.contains(_RATE)
        )
        .join(_leading_sides(frames).lazy(), on="article", how="left", maintain_order="left")
        .join(
            parts.sentences.lazy().select(voice_from="sentence", voice_text="lower"),
            on="voice_from",
            how="left",
            maintain_order="left",
        )
        .with_columns(
            spoken_by=pl.col("voice_text").str.slice("speaker_start", pl.col("speaker_end") - pl.col("speaker_start"))
        )
        .with_columns(
            is_national=pl.col("spoken_by").str.contains(_NATIONAL).fill_null(False),
            is_regional=pl.col("spoken_by").str.contains(_REGIONAL).fill_null(False),
        )
        # a district is held with its city
        .with_columns(held_place=pl.col("place_name").str.replace("^.+ district of ", ""))
        .join(
            known.rename({"place_name": "held_place"}),
            on=["held_place", "region_code"],
            how="left",
            maintain_order="left",
        )
        .with_columns(held_by=pl.when(held).then("held_by"))
        # a place that changed hands more than once has a line for each time
        .sort("told_no", pl.col("held_by").is_null(), maintain_order=True)
        .unique("told_no", keep="first", maintain_order=True)
        .with_columns(
            holder=pl.coalesce(
                "held_by",
                arguments.side_of_place(pl.col("region_code"), pl.col("country_code")),
            )
        )
        .drop(
            "told_no",
            "held_by",
            "held_place",
            "from_day",
            "to_day",
            "published_date",
            "lower",
            "voice_text",
            "spoken_by",
        )
        .collect()
    )


def coded(frames: pl.DataFrame) -> pl.DataFrame:
    """Frames with every coded column of the codebook."""
    abroad = ~pl.col("country_code").is_in(REGION_COUNTRIES)
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
    by_law = arguments.side_of_place(pl.col("region_code"), pl.col("country_code"))
    generic = pl.col("speaker_side").is_in(["by_region", "by_adjective"])
    acting = pl.when(pl.col("actor_told").is_in(["RU", "UA"]) & pl.col("event_type").is_in(_OWN_DEEDS)).then(
        "actor_told"
    )
    decided = pl.col("speaker_start").is_null() & (
        ((pl.col("event_type") == "evacuation") & (pl.col("event_subtype") == "ordered"))
        | ((pl.col("event_type") == "access_restriction") & pl.col("event_subtype").is_in(["closure", "curfew"]))
    )
    speaker_side = (
        pl.when(pl.col("speaker_side").is_in(["RU", "UA", "other"]))
        .then("speaker_side")
        .when((pl.col("speaker_side") == "none") | generic & (pl.col("speaker_kind") == "social_media"))
        .then(pl.lit("none"))
        .when(generic & (pl.col("speaker_side") == "by_region"))
        .then(pl.coalesce(pl.when("is_regional").then(by_law), holder, "voice_before", pl.lit("other")))
        .when(generic)
        .then(
            pl.coalesce(
                # "the ministry", "other officials" are of the side that spoke before
                pl.when(
                    pl.when("is_national")
                    # "the ministry" after "Britain's defence ministry"
                    .then(
                        pl.col("voice_before").is_in(["RU", "UA"])
                        | (pl.col("voice_before") == "other") & pl.col("is_definite").fill_null(False)
                    )
                    .otherwise(pl.col("is_definite").fill_null(False))
                ).then("voice_before"),
                acting,
                pl.when(pl.col("is_national") & pl.col("event_type").is_in(rows.ATTACKS)).then("leading_side"),
                holder,
                pl.lit("other"),
            )
        )
        .when(pl.col("speaker_start").is_not_null())
        .then(pl.lit("other"))
        .when(decided)
        .then(pl.coalesce(acting, pl.lit("none")))
        .when(pl.col("rule_id").is_in(DENIALS))
        .then(pl.coalesce("actor_told", pl.lit("none")))
        .otherwise(pl.lit("none"))
    )
    speaks_as = pl.coalesce("speaks_as", pl.lit("third_party"))
    # a cited outlet of a third country takes no side
    speaker_side = (
        pl.when(
            (speaker_side == "other") & (pl.col("speaker_source") == "actor") & speaks_as.is_in(["agency", "media"])
            | (speaker_side == "other") & (pl.col("speaker_source") == "voice") & (pl.col("speaker_kind") == "media")
        )
        .then(pl.lit("none"))
        .otherwise(speaker_side)
    )
    kind = (
        pl.when(pl.col("speaker_source") == "side")
        .then(pl.lit("belligerent_official"))
        .when(
            (pl.col("speaker_source") == "voice")
            & (pl.col("attribution_side") == "other")
            & (pl.col("speaker_kind") == "belligerent_official")
            & pl.col("is_national")
        )
        .then(pl.lit("third_party"))
        .when(pl.col("speaker_source") == "voice")
        .then("speaker_kind")
        .when(pl.col("speaker_source") == "actor")
        .then(speaks_as)
        .when(pl.col("speaker_source").is_not_null() | (pl.col("attribution_side") == "other"))
        .then(pl.lit("third_party"))
        .when(pl.col("attribution_side") != "none")
        .then(pl.lit("belligerent_official"))
        .when(pl.col("hearsay"))
        .then(pl.lit("unattributed"))
        .otherwise(pl.lit("agency"))
    )
    is_toll = pl.col("event_type") == "casualties"
    is_army_loss = pl.col("rule_id").is_in(rows.ARMY_LOSSES)
    around = pl.concat_str("clause_left", pl.lit(" "), "clause_right").str.replace_all(r"\bby (?:the )?[RU]=+", "")
    dies_in_army = (
        is_toll & pl.col("target_kind").is_null() & around.str.contains(_ARMY) & ~around.str.contains(_CIVILIANS)
    ).fill_null(False)
    # no single incident of this war killed a thousand: such a figure is the war's, or another war's
    is_mass = (pl.max_horizontal("killed_low", "killed_high") >= _MASS).fill_null(False)
    is_dated_by_news = (pl.col("date_method") == "news_day") | pl.col("of_saying").fill_null(False)
    has_people = pl.any_horizontal(pl.col("killed_low", "killed_high", "injured_low", "injured_high").is_not_null())
    several = (
        pl.col("weapon_classes")
        .list.set_intersection(["drone", "missile", "aircraft", "bomb", "glide_bomb"])
        .list.len()
        > 1
    )
    single = pl.col("clause_right").str.contains(r"^[^,.;]{0,40}\b(?:village|town|settlement|city)\b") & ~pl.col(
        "clause_right"
    ).str.contains(r"^[^,.;]{0,40}\b(?:villages|towns|settlements)\b")

    speaks = lexicon.table("actors").lazy().select(speaker_ref="actor_id", speaks_as="speaks_as")
    damage = lexicon.table("facilities").lazy().select(target_ref="facility_id", damage="damage_subtype")

    def people(stem: str, types: list[str]) -> list[pl.Expr]:
        return [
            pl.when(pl.col("event_type").is_in(types) & pl.col("is_first_place"))
            .then(pl.col(f"people_{bound}"))
            .cast(pl.Int32)
            .alias(f"{stem}_{bound}")
            for bound in ("low", "best", "high")
        ]

    def flown(kind_: str, event_type: str, column: str) -> pl.Expr:
        # the number of a list's member is its own; a number told of several places stands once
        told = (
            pl.when(pl.col("is_first_place") & (pl.col("own_number").is_null() | (column == "of")))
            .then(pl.col(f"{column}_{kind_}"))
            .otherwise("own_number" if column == "n" else None)
        )
        return (
            pl.when((pl.col("event_type") == event_type) & (pl.col(f"{column}_{kind_}") > 0)).then(told).cast(pl.Int32)
        )

    return (
        frames.lazy()
        .join(speaks, on="speaker_ref", how="left", maintain_order="left")
        .join(damage, on="target_ref", how="left", maintain_order="left")
        .with_columns(
            geo_precision=precision.cast(pl.Int8),
            attribution_side=speaker_side,
            event_subtype=rows.subtype(
                pl.col("event_type"),
                pl.col("event_subtype"),
                # an air strike without a weapon is one of aircraft
                pl.when(pl.col("rule_id") == "strike.air")
                .then(
                    pl.coalesce(pl.when(~pl.col("weapon_class").is_in(GUNS)).then("weapon_class"), pl.lit("aircraft"))
                )
                .otherwise("weapon_class"),
                several.fill_null(False),
                pl.col("target_kind"),
                pl.col("damage"),
            ),
            geo_method=pl.when(pl.col("place_id").is_null())
            .then(pl.lit("none"))
            .when("is_back_reference")
            .then(pl.lit("back_reference"))
            .otherwise("geo_method"),
        )
        .with_columns(
            attribution_kind=kind,
            region_code=pl.when(pl.col("geo_precision") <= 3).then("region_code"),
            lat=pl.when(pl.col("geo_precision") <= 3).then("lat"),
            lon=pl.when(pl.col("geo_precision") <= 3).then("lon"),
        )
        .with_columns(
            actor_side=pl.when(context_types.is_context)
            .then(
                context_types.actor_side(
                    pl.col("event_type"),
                    pl.col("actor_told"),
                    pl.col("attribution_side"),
                    pl.col("clause_left"),
                    pl.when(
                        (pl.col("deixis") == "enemy") & ~pl.col("rule_id").is_in(context_types.OWN_WORDS)
                        | (pl.col("rule_id") == "intent.massing_to")
                        & pl.col("clause_left").str.contains(r"\bthey (?:are|have)\b")
                    ).then(pl.when(pl.col("attribution_side") == "RU").then(pl.lit("UA")).otherwise(pl.lit("RU"))),
                )
            )
            .otherwise(actors.actor_side()),
            target_kind=rows.target_kind(
                pl.col("event_type"),
                # losses are an army's where the text does not say whose
                pl.when(
                    ((pl.col("event_subtype") == "qualitative") | is_army_loss | dies_in_army)
                    & (pl.col("target_kind").fill_null("") != "civilians")
                    & ~pl.col("rule_id").is_in(
                        ["casualties.bodies", "casualties.uncounted", "casualties.suffered_injuries"]
                    )
                )
                .then(pl.lit("military"))
                .otherwise(_hit_kind()),
                pl.col("place_id"),
                pl.col("place_tag"),
                pl.col("rule_id"),
            ),
        )
        .with_columns(
            *people("displaced", ["evacuation", "displacement"]),
            *people("captured", ["prisoners"]),
            target_side=pl.when(
                pl.col("event_type").is_in(
                    [
                        "evacuation",
                        "displacement",
                        "access_restriction",
                        "casualties",
                        "infrastructure_damage",
                        "explosion",
                    ]
                )
            )
            .then("holder")
            .otherwise(actors.opposite(pl.col("actor_side"))),
            status=rows.status(
                pl.when(pl.col("rule_id").is_in(context_types.PLANNED)).then(pl.lit("intent")).otherwise("event_type"),
                pl.col("event_subtype"),
                pl.col("attribution_side"),
                pl.col("attribution_kind"),
                pl.col("stance").fill_null("says"),
                pl.col("actor_side"),
                pl.col("negated"),
                pl.col("announced"),
            ),
            attribution_kind=pl.when((pl.col("attribution_kind") == "agency") & pl.col("hearsay"))
            .then(pl.lit("unattributed"))
            .otherwise("attribution_kind"),
            **undated((is_mass & is_toll | is_army_loss) & is_dated_by_news),
            launched_uav=pl.coalesce(flown("uav", "strike", "n"), flown("uav", "air_defence", "of")),
            launched_missile=pl.coalesce(flown("missile", "strike", "n"), flown("missile", "air_defence", "of")),
            intercepted_uav=flown("uav", "air_defence", "n"),
            intercepted_missile=flown("missile", "air_defence", "n"),
            settlements=pl.when(pl.col("event_type").is_in(["capture", "evacuation", "access_restriction"])).then(
                pl.coalesce(
                    pl.coalesce("settlements_best", "settlements_low").cast(pl.Int32),
                    pl.when(
                        (pl.col("event_type") == "capture")
                        & ((pl.col("place_tag") == "P") & ~pl.col("is_back_reference") | single)
                    ).then(pl.lit(1, pl.Int32)),
                )
            ),
            advance_km_low=pl.when(pl.col("event_type") == "advance").then("advance_km_low"),
            advance_km_high=pl.when(pl.col("event_type") == "advance").then("advance_km_high"),
            area_km2=pl.when(pl.col("event_type").is_in(["advance", "capture", "control_status"])).then(
                pl.coalesce("area_km2_best", "area_km2_low")
            ),
            victim_kind=pl.when(has_people).then(
                pl.when(pl.col("target_kind").is_in(["civilians", "residential", "settlement", "health", "education"]))
                .then(pl.lit("civilian"))
                .when(pl.col("target_kind") == "military")
                .then(pl.lit("military"))
                .otherwise(pl.lit("unspecified"))
            ),
            event_subtype=pl.when(is_mass & is_toll)
            .then(pl.lit("cumulative"))
            .otherwise(
                rows.control_subtype(
                    pl.col("event_subtype"),
                    pl.col("event_type"),
                    pl.col("actor_side"),
                    pl.col("country_code"),
                    (pl.coalesce("settlements_best", "settlements_low") > 2).fill_null(False)
                    & (pl.col("place_tag") != "P"),
                )
            ),
            is_background=pl.col("is_background") | pl.col("is_history") | is_mass | context_types.is_long_known(),
            count_scope=pl.when(is_mass | (is_toll & (pl.col("event_subtype") == "cumulative")))
            .then(pl.lit("cumulative"))
            .when(has_people & pl.col("is_rate"))
            .then(pl.lit("period"))
            .when(has_people & pl.col("date_precision").is_in([2, 3, 4, 5]))
            .then(pl.lit("period"))
            .when(has_people)
            .then(pl.lit("incident")),
        )
        # other countries' wars and accidents are not this war, unless one of its sides acts there
        .filter(
            ~abroad.fill_null(False)
            | pl.col("event_type").is_in(CONTEXT_TYPES)
            # refugees from this war
            | (pl.col("event_type") == "displacement") & (pl.col("place_tag") == "C").fill_null(False)
            | pl.col("actor_told").is_in(["RU", "UA"]).fill_null(False)
        )
        # a vote without a place is another country's
        .filter((pl.col("rule_id") != "annex.referendum") | pl.col("place_id").is_not_null())
        # what befalls Russia's own people at home is not done by the enemy, unless the text says so
        .filter(
            (pl.col("event_type") != "attack_on_civilians")
            | (pl.col("country_code") != "RU").fill_null(True)
            | pl.col("actor_told").is_in(["RU", "UA"]).fill_null(False)
        )
        # the battles of Stalingrad and Leningrad were another war's
        .filter(
            (pl.col("rule_id") != "clash.battle_of")
            | (pl.col("country_code") != "RU").fill_null(True)
            | pl.col("region_code").is_in(["RU-KRS", "RU-BEL", "RU-BRY"])
        )
        # a continent is no place of this war, but for covert acts
        .filter(
            ~pl.col("place_name").is_in(_continents()).fill_null(False)
            | pl.col("event_type").is_in([*CONTEXT_TYPES, "sabotage", "displacement"])
        )
        # without a place, two of doer, day, voice, victims and thing that is hit must be told for the row to be news of an event
        .filter(
            (pl.col("geo_precision") < 9)
            | pl.col("event_type").is_in(CONTEXT_TYPES)
            | (
                pl.sum_horizontal(
                    pl.col("actor_told").is_in(["RU", "UA"]).fill_null(False),
                    pl.col("date_method").is_in(["stated", "weekday", "relative"]),
                    pl.col("attribution_side") != "none",
                    has_people
                    | pl.col("people_low").is_not_null()
                    & ((pl.col("event_type") != "displacement") | pl.col("rule_id").is_in(HOST_RULES))
                    | (pl.col("rule_id") == "casualties.either"),
                    pl.col("event_type").is_in(_HARMS)
                    & (
                        pl.col("victim_side").is_not_null()
                        | pl.col("clause_right").str.contains("^[^.;]{0,60}U=")
                        & (pl.col("actor_told") == "RU").fill_null(False)
                        | pl.col("clause_right").str.contains("^[^.;]{0,60}R=")
                        & (pl.col("actor_told") == "UA").fill_null(False)
                    ),
                    pl.col("event_type").is_in([*rows.ATTACKS, "withdrawal"])
                    & (pl.col("form") == "active")
                    & pl.col("is_object").fill_null(False),
                )
                >= 2
            )
        )
        .collect()
    )


# "struck two howitzers", "strikes against an S-300 battery", "the strike damaged a Su-34"
_ARMS_HIT: Final = (
    r"^ (?:(?:have |has |had )?(?:[a-z]+ly )?(?:damaged|destroyed|hit|disabled) |(?:on|against) )?"
    r"(?:(?:an?|the|at|least|about|some|several|up|to|one|two|three|four|five|six|more|than|enemy|another|its|their|N=*|[RU]=*(?:'s)?) ){0,4}[XKW]="
)
# "strikes on the Russian-held town", "launched two missiles"
_NO_ARMS_HIT: Final = r"^[^.;,]{0,60}X=* (?:[POAF]=|(?:[a-z]+ )?(?:towns?|cit(?:y|ies)|villages?|areas?|regions?|territor(?:y|ies)|settlements?|parts?|side|peninsula)\b)"
_LAUNCHES: Final = r"launch|joined|used_to"


def _hit_kind() -> pl.Expr:
    """`target_kind` as told; null for people who were hurt by an attack rather than aimed at, and for officials.

    Arms that are hit are military.
    """
    people = (pl.col("target_tag") != "F") & pl.col("target_kind").is_in(["civilians", "government", "industry"])
    aimed_at = pl.col("is_object") | ~pl.col("event_type").is_in([*rows.ATTACKS, "explosion", "infrastructure_damage"])
    # of what stands near a capture only the site that is taken: "seized the airport"
    taken = pl.col("is_object") & pl.col("target_kind").is_in(_TAKEN)
    beside = (pl.col("event_type") == "capture") & ~taken.fill_null(False) | (
        # "the forces marched towards": who marches
        (pl.col("event_type") == "advance") & (pl.col("form") == "active") & (pl.col("target_end") <= pl.col("start"))
    ).fill_null(False)
    told = pl.when(~(people & ~aimed_at).fill_null(False) & ~beside).then("target_kind")
    is_arms = (
        (pl.col("event_type") == "strike")
        & (pl.col("form") != "passive")
        & (told.is_null() | (told == "settlement"))
        & pl.col("right").str.contains(_ARMS_HIT)
        & ~pl.col("right").str.contains(_NO_ARMS_HIT)
        & ~pl.col("rule_id").str.contains(_LAUNCHES)
    )
    return pl.when(is_arms).then(pl.lit("military")).otherwise(told)
