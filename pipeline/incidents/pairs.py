"""Which of two rows' features agree, and what that is worth.

Here: the level of each feature of a pair, their sum, the rule that names the link. Not here: which rows are compared (blocks.py),
what follows for groups of rows (clusters.py). The weights stand in levels.toml and type_pairs.csv.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pipeline.incidents.blocks import SHOWN_DAYS
from pipeline.incidents.tables import features, levels, type_pairs, weights

ATTACKS: Final = ("strike", "shelling", "sabotage")
LINKS_SCHEMA: Final = pl.Schema(
    {"event_a": pl.String, "event_b": pl.String, "rule": pl.String, "score": pl.Float64, "evidence": pl.String}
)
EARTH_DIAMETER_KM: Final = 12742
WEEK: Final = 7
LARGE_TOLL: Final = 5
LEAST_TOLL: Final = 3  # a lower toll that rises may as well be another attack's
TOLL_DAYS: Final = 7
ONCE_DAYS: Final = 7
REFERENCE_SENTENCES: Final = 3  # how far back "the strike" may be told
MOST_RISE: Final = 3
RUNNING_TIMES: Final = 10  # a running toll that much higher, and that high, is of more than the attack
RUNNING_LEAST: Final = 100
BATCH: Final = 1_000_000

_NUMBERS: Final = ("launched_uav", "launched_missile", "intercepted_uav", "intercepted_missile")


def score_pairs(rows: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are linked, LINKS_SCHEMA: `event_a` before `event_b`, `score` 0.5 to 1, `evidence` the levels that count.

    ``rows`` as :func:`~pipeline.incidents.features.link_rows` makes them, ``candidates`` index them (`a`, `b`).
    """
    batches = [_score(rows, candidates.slice(start, BATCH)) for start in range(0, candidates.height, BATCH)]
    return pl.concat([LINKS_SCHEMA.to_frame(), *batches])


def pair_levels(rows: pl.DataFrame, candidates: pl.DataFrame) -> pl.LazyFrame:
    """`a`, `b`, the columns of both rows (`_a`, `_b`), `type_weight`, and a column per feature with its level.

    Pairs of types that can't be one incident are left out.
    """
    left = rows.lazy().rename({name: f"{name}_a" for name in rows.columns}).with_row_index("a")
    right = rows.lazy().rename({name: f"{name}_b" for name in rows.columns}).with_row_index("b")
    return (
        candidates.lazy()
        .join(left, on="a")
        .join(right, on="b")
        .join(type_pairs().lazy(), left_on=["kind_a", "kind_b"], right_on=["type_a", "type_b"], how="inner")
        .with_columns(
            is_one_article=pl.col("article_id_a") == pl.col("article_id_b"),
            km=_kilometres(),
            gap=_days_between(),
        )
        .with_columns(risen=_toll_goes_on(), refers=_refers())
        .with_columns(
            place=_place(),
            day=_day(),
            actor=_actor(),
            target=_target(),
            weapon=_weapon(),
            killed=_count("killed"),
            injured=_count("injured"),
            volley=_volley(),
            distance=_distance(),
            scope=pl.when(pl.col("is_summary_a") == pl.col("is_summary_b"))
            .then(pl.lit("same_scope"))
            .otherwise(pl.lit("one_summary")),
            reference=pl.when("refers").then(pl.lit("refers_back")).otherwise(pl.lit("no_reference")),
            background=pl.when(pl.col("is_background_a") == pl.col("is_background_b"))
            .then(pl.lit("both_news"))
            .otherwise(pl.lit("one_background")),
        )
    )


def _score(rows: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    first = [feature for feature in features() if feature != "words"]
    base = levels()["base"]
    return (
        pair_levels(rows, candidates)
        .with_columns(total=base + pl.col("type_weight") + pl.sum_horizontal(weight_of(name) for name in first))
        .filter(pl.col("total") + max(weights("words").values()) >= 0)
        .with_columns(words=words_level())
        .with_columns(total=pl.col("total") + weight_of("words"))
        .filter(pl.col("total") >= 0)
        .select(
            event_a="event_id_a",
            event_b="event_id_b",
            rule=_rule(),
            score=(1 / (1 + (-pl.col("total")).exp())).round(3),
            evidence=_evidence(),
        )
        .collect()
    )


def weight_of(feature: str) -> pl.Expr:
    """What the level of a feature is worth."""
    return pl.col(feature).replace_strict(weights(feature), return_dtype=pl.Float64)


def _evidence() -> pl.Expr:
    told = [
        pl.when(weight_of(name) != 0).then(pl.format(f"{name} {{}} {{}}", pl.col(name), weight_of(name)))
        for name in features()
    ]
    types = pl.format("types {}", "type_weight")
    return pl.concat_str([types, *told], separator=", ", ignore_nulls=True)


def _rule() -> pl.Expr:
    return (
        pl.when(pl.col("day") == "later_toll")
        .then(pl.lit("later_toll"))
        .when(pl.col("distance") == "same_sentence")
        .then(pl.lit("same_sentence"))
        .when(pl.col("distance").is_in(["next_sentence", "same_passage"]))
        .then(pl.lit("same_passage"))
        .when("is_one_article")
        .then(pl.lit("same_article"))
        .when(pl.col("words") == "same_words")
        .then(pl.lit("same_words"))
        .when(pl.col("place").is_in(["same_place", "same_stretch"]))
        .then(pl.lit("same_place"))
        .when(pl.col("place") == "near")
        .then(pl.lit("near_place"))
        .when(pl.col("place").is_in(["in_region", "in_taken_region"]))
        .then(pl.lit("in_region"))
        .otherwise(pl.lit("same_region"))
    )


def _kilometres() -> pl.Expr:
    lat_a, lon_a, lat_b, lon_b = (pl.col(name).radians() for name in ("lat_a", "lon_a", "lat_b", "lon_b"))
    haversine = ((lat_b - lat_a) / 2).sin() ** 2 + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2).sin() ** 2
    return EARTH_DIAMETER_KM * haversine.sqrt().arcsin()


def _place() -> pl.Expr:
    spots = pl.col("is_spot_a") & pl.col("is_spot_b")
    same = pl.col("place_a") == pl.col("place_b")
    settlements = pl.col("is_settlement_a") & pl.col("is_settlement_b")
    points = pl.any_horizontal("is_settlement_a", "is_site_a")
    taken = pl.col("once_a") | pl.col("once_b")
    regions_differ = pl.col("region_code_a") != pl.col("region_code_b")
    countries_differ = pl.col("country_code_a") != pl.col("country_code_b")
    vague = pl.col("country_code_a").is_null() | pl.col("country_code_b").is_null()
    one_vague = pl.col("region_code_a").is_null() != pl.col("region_code_b").is_null()
    one_article = pl.col("is_one_article")
    reach = pl.col("radius_km_a") + pl.col("radius_km_b")
    return (
        pl.when(spots & same)
        .then(pl.when(points).then(pl.lit("same_place")).otherwise(pl.lit("same_stretch")))
        .when(spots & (settlements | (pl.col("km") > reach).fill_null(True)))
        .then(pl.lit("other_place"))
        .when(spots)
        .then(pl.lit("near"))
        .when(regions_differ | countries_differ)
        .then(pl.lit("other_place"))
        .when(vague)
        .then(pl.when(one_article).then(pl.lit("no_place")).otherwise(pl.lit("too_vague")))
        .when(one_vague)
        .then(pl.when(one_article).then(pl.lit("in_country")).otherwise(pl.lit("too_vague")))
        .when(pl.col("region_code_a").is_null())
        .then(pl.when(same | one_article).then(pl.lit("same_area")).otherwise(pl.lit("too_vague")))
        .when(pl.col("is_spot_a") | pl.col("is_spot_b"))
        .then(pl.when(taken).then(pl.lit("in_taken_region")).otherwise(pl.lit("in_region")))
        .otherwise(pl.lit("same_region"))
    )


def _days_between() -> pl.Expr:
    first = pl.max_horizontal("first_day_a", "first_day_b")
    last = pl.min_horizontal("last_day_a", "last_day_b")
    return (first - last).dt.total_days()


def _refers() -> pl.Expr:
    """Whether the later row of one passage speaks of the attack as told before ("the strike")."""
    apart = pl.col("sentence_no_b").cast(pl.Int32) - pl.col("sentence_no_a").cast(pl.Int32)
    later_refers = pl.when(apart > 0).then("refers_back_b").otherwise("refers_back_a")
    near = apart.abs().is_between(1, REFERENCE_SENTENCES)
    days = pl.all_horizontal(pl.col("dating_a", "dating_b") != "period")
    return (pl.col("is_one_article") & near & later_refers & days & (pl.col("family_a") == "attack")).fill_null(False)


def _toll_goes_on() -> pl.Expr:
    """Whether the later report repeats or raises the toll of one settlement: of a toll, or of an attack dated by the day of its news."""
    a_first = (pl.col("published_date_a") < pl.col("published_date_b")) | (
        (pl.col("published_date_a") == pl.col("published_date_b")) & (pl.col("last_day_a") <= pl.col("last_day_b"))
    )
    before = pl.when(a_first).then("killed_a").otherwise("killed_b")
    after = pl.when(a_first).then("killed_b").otherwise("killed_a")
    a_is_later = pl.col("first_day_a") > pl.col("last_day_b")
    later_is_inferred = pl.when(a_is_later).then("dating_a").otherwise("dating_b") == "inferred"
    is_toll = (
        pl.any_horizontal(pl.col("event_type_a", "event_type_b") == "casualties")
        | later_is_inferred
        | ((before == after) & (after >= LARGE_TOLL))
    )
    same_place = (pl.col("place_a") == pl.col("place_b")) & pl.col("is_spot_a") & pl.col("is_spot_b")
    return (
        same_place
        & is_toll
        & (before >= LEAST_TOLL)
        & after.is_between(before, before * MOST_RISE)
        & ((pl.col("gap") <= TOLL_DAYS) | (before == after))
    ).fill_null(False)


def _taken_once() -> pl.Expr:
    """Whether both rows tell that one side took one settlement, or left it to that side, within days."""
    same_place = (pl.col("place_a") == pl.col("place_b")) & pl.col("is_spot_a") & pl.col("is_spot_b")
    same_side = (pl.col("attacker_a") == pl.col("attacker_b")).fill_null(False)
    return pl.col("once_a") & pl.col("once_b") & same_place & same_side & (pl.col("gap") <= ONCE_DAYS)


def _shown_later() -> pl.Expr:
    """Whether the later day is that of pictures, which show what was done before."""
    return pl.when(pl.col("first_day_a") > pl.col("first_day_b")).then("shown_later_a").otherwise("shown_later_b")


def _one_night() -> pl.Expr:
    """Whether a row is told of a night; of two attacks in one article each has its own day."""
    return pl.any_horizontal("at_night_a", "at_night_b") & ~(pl.col("is_one_article") & _two_attacks())


def _two_attacks() -> pl.Expr:
    return pl.all_horizontal(pl.col("event_type_a", "event_type_b").is_in(ATTACKS))


def _day() -> pl.Expr:
    dating = pl.col("dating_a", "dating_b")
    n_periods = pl.sum_horizontal(dating == "period")
    one_article = pl.col("is_one_article")
    goes_on = pl.col("goes_on_a") & pl.col("goes_on_b")
    is_week = pl.all_horizontal(
        (pl.col(f"last_day_{s}") - pl.col(f"first_day_{s}")).dt.total_days() <= WEEK for s in "ab"
    )
    same_period = (pl.col("first_day_a") == pl.col("first_day_b")) & (pl.col("last_day_a") == pl.col("last_day_b"))
    background = pl.col("is_background_a") | pl.col("is_background_b")
    return (
        pl.when(pl.any_horizontal(dating == "undated"))
        .then(
            pl.when(one_article)
            .then(pl.lit("undated"))
            .when((pl.col("gap") <= 1) & ~background)
            .then(pl.lit("undated_news"))
            .otherwise(pl.lit("other_day"))
        )
        .when((n_periods == 2) & same_period)
        .then(pl.when(is_week).then(pl.lit("same_week")).otherwise(pl.lit("same_period")))
        .when((n_periods == 0) & (pl.col("gap") <= 0))
        .then(pl.lit("same_day"))
        .when(_taken_once())
        .then(pl.lit("taken_once"))
        .when((n_periods >= 1) & (pl.col("gap") <= 0))
        .then(pl.lit("in_period"))
        .when((n_periods == 0) & (pl.col("gap") == 1) & goes_on & ~one_article)
        .then(pl.lit("next_day_again"))
        .when((n_periods == 0) & (pl.col("gap") == 1) & _one_night() & ~goes_on)
        .then(pl.lit("one_night"))
        .when((n_periods == 0) & (pl.col("gap") == 1) & pl.any_horizontal(dating == "inferred") & ~one_article)
        .then(pl.lit("next_day_inferred"))
        .when((n_periods == 0) & pl.col("gap").is_between(1, SHOWN_DAYS) & _shown_later() & ~goes_on)
        .then(pl.lit("shown_later"))
        .when((n_periods == 0) & (pl.col("gap") == 1) & one_article & _two_attacks())
        .then(pl.lit("next_day_told"))
        .when((n_periods == 0) & (pl.col("gap") == 1))
        .then(pl.lit("next_day"))
        .when("risen")
        .then(pl.lit("later_toll"))
        .otherwise(pl.lit("other_day"))
    )


def _actor() -> pl.Expr:
    same = pl.col("attacker_a") == pl.col("attacker_b")
    blames = [
        (pl.concat_str(f"attacker_{side}", f"attribution_side_{side}").is_in(["RUUA", "UARU"])).fill_null(False)
        for side in "ab"
    ]
    attacks = pl.all_horizontal(pl.col(f"family_{side}") == "attack" for side in "ab")
    return (
        pl.when(same.is_null())
        .then(pl.lit("actor_unknown"))
        .when(same)
        .then(pl.lit("same_actor"))
        .when(attacks & pl.all_horizontal(blames))
        .then(pl.lit("each_blames_other"))
        .otherwise(pl.lit("other_actor"))
    )


def _target() -> pl.Expr:
    voices = pl.concat_str("attribution_side_a", "attribution_side_b")
    both_sides = voices.is_in(["RUUA", "UARU"])
    attacks = _two_attacks()
    one_site = pl.col("is_site_a") & (pl.col("place_a") == pl.col("place_b")).fill_null(False)
    return (
        pl.when((pl.col("targets_a") == 0) | (pl.col("targets_b") == 0))
        .then(pl.lit("target_unknown"))
        .when((pl.col("targets_a") & pl.col("targets_b")) != 0)
        .then(pl.lit("same_target"))
        .when(attacks & both_sides)
        .then(pl.lit("disputed_target"))
        .when(attacks & (one_site | pl.col("refers")))
        .then(pl.lit("other_part"))
        .when(attacks)
        .then(pl.lit("other_target"))
        .otherwise(pl.lit("other_damage"))
    )


def _weapon() -> pl.Expr:
    same = pl.col("weapon_class_a") == pl.col("weapon_class_b")
    return (
        pl.when(same.is_null())
        .then(pl.lit("weapon_unknown"))
        .when(same)
        .then(pl.lit("same_weapon"))
        .otherwise(pl.lit("other_weapon"))
    )


def _count(stem: str) -> pl.Expr:
    a, b = pl.col(f"{stem}_a"), pl.col(f"{stem}_b")
    later_a = pl.col("published_date_a") > pl.col("published_date_b")
    later_b = pl.col("published_date_b") > pl.col("published_date_a")
    risen = (later_a & a.is_between(b, MOST_RISE * b)) | (later_b & b.is_between(a, MOST_RISE * a))
    is_toll = pl.any_horizontal(pl.col("event_type_a", "event_type_b") == "casualties") & pl.col("risen")
    of_period = pl.any_horizontal(pl.col("dating_a", "dating_b") == "period")
    least, most = pl.min_horizontal(a, b), pl.max_horizontal(a, b)
    is_running = pl.when(a < b).then("is_running_b").otherwise("is_running_a")
    return (
        pl.when(a.is_null() | b.is_null())
        .then(pl.lit(f"{stem}_unknown"))
        .when(is_running & (most > RUNNING_TIMES * least) & (most >= RUNNING_LEAST))
        .then(pl.lit("other_toll"))
        .when((a == b) & (a >= LARGE_TOLL))
        .then(pl.lit("same_large"))
        .when(a == b)
        .then(pl.lit("same_small"))
        .when((risen.fill_null(False) | is_toll) & (least > 0) & ~of_period)
        .then(pl.lit("risen"))
        .otherwise(pl.lit("differ"))
    )


def _volley() -> pl.Expr:
    same = [pl.col(f"{name}_a") == pl.col(f"{name}_b") for name in _NUMBERS]
    return (
        pl.when(pl.any_horizontal(one.eq(False).fill_null(False) for one in same))
        .then(pl.lit("other_volley"))
        .when(pl.any_horizontal(one.fill_null(False) for one in same))
        .then(pl.lit("same_volley"))
        .otherwise(pl.lit("volley_unknown"))
    )


def _distance() -> pl.Expr:
    sentences = (pl.col("sentence_no_a") - pl.col("sentence_no_b")).abs()
    return (
        pl.when(~pl.col("is_one_article"))
        .then(pl.lit("other_article"))
        .when(sentences == 0)
        .then(pl.lit("same_sentence"))
        .when(sentences == 1)
        .then(pl.lit("next_sentence"))
        .when(sentences <= 4)
        .then(pl.lit("same_passage"))
        .otherwise(pl.lit("same_article"))
    )


def words_level() -> pl.Expr:
    """Level of `words`: how many of the words of both quotes are in each."""
    both = pl.col("words_a").list.set_intersection("words_b").list.len()
    either = pl.col("words_a").list.len() + pl.col("words_b").list.len() - both
    share = both / either
    one_sentence = (pl.col("char_start_a") < pl.col("char_end_b")) & (pl.col("char_start_b") < pl.col("char_end_a"))
    return (
        pl.when(pl.col("is_one_article") & one_sentence)
        .then(pl.lit("other_words"))
        .when((share >= 0.7) & (both >= 4))
        .then(pl.lit("same_words"))
        .when((share >= 0.35) & (both >= 4))
        .then(pl.lit("like_words"))
        .when((share >= 0.2) & (both >= 3))
        .then(pl.lit("few_words"))
        .otherwise(pl.lit("other_words"))
    )
