"""How many were killed, injured and missing: which numbers of a sentence count victims.

Here: finding those numbers. Not here: what a number means by itself (numbers.py), whose victims they are (tolls.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.mask import expand
from pipeline.extract.spans import ahead_of, find_pattern

_BOUNDS: Final = ("low", "best", "high")
_WORD: Final = r"(?:[a-z][a-z'-]*|[0-9]+-[a-z-]+|[A-JLO-VY-Z]=*(?:'s)?)"  # neither weapon nor number
_BOUND: Final = (
    r"(?:at|least|no|fewer|less|than|more|over|up|to|about|some|around|nearly|almost|another|a further|further|as many as|the|an estimated|"
    r"roughly|approximately|only|just|all|both|what|were|was) "
)
_BE: Final = (
    r"(?:were|was|has|have|had|are|is|be|been|being|also|reportedly|reported|confirmed|believed|known|thought|presumed|feared|said|to|left|"
    r"found|seriously|lightly|badly|severely|critically|slightly|fatally|mortally|either|now|already|later|shot|instantly|immediately)"
)
_KILLED: Final = (
    r"(?:killed|dead|died|dies|dying|fatalit(?:y|ies)|deaths?|slain|perished|lost (?:their|his|her) (?:lives|life)|murdered|burned to death|"
    r"burnt to death|beaten to death|eliminated|liquidated|shot (?:dead )?by)"
)
_INJURED: Final = r"(?:wounded|injured|hurt|maimed|injuries|hospitali[sz]ed|concussed|(?:sent|taken|rushed|brought|admitted) to (?:an? |the )?(?:[a-z]+ )?hospitals?)"
_CARE: Final = (
    r"(?:suffered|sustained|received|have|has|had|got|with|suffering|sustaining|receiving|suffering from) (?:[a-z-]+ |[KWX]=* ){0,4}?"
    r"(?:injur(?:y|ies)|wounds?|burns?|concussions?|contusions?|fractures?)"
    r"|(?:asked for|sought|needed|required|received|requested|given|seeking) (?:[a-z]+ ){0,2}medical (?:help|attention|care|treatment|assistance|aid)"
    r"|(?:remain|remains|remained|are|is|were|was) (?:still )?in (?:the |a )?(?:[a-z]+ )?hospitals?"
    r"|(?:are|is|were|was|remain|remains|being) (?:being )?treated"
)
_TRAPPED: Final = r"(?:under|beneath) (?:the )?(?:rubble|debris|slabs|ruins|wreckage)"
_ASIDE: Final = (
    rf"(?: including (?:{_BOUND})*N=*(?: (?:[a-z-]+|[A-Z]=*)){{1,3}}?)?"
    r"(?:, (?:he|she|it|they|[HGV]=*) (?:later |also )?(?:wrote|said|added|reported)(?: (?:on|in) [A-Za-z=]+)?,)?"
    r"(?:, (?:N=* of (?:them|whom)|including|among them|all|most of them|mostly|both|aged) [^,.;]{1,60},| \([^)]{1,60}\)|, [0-9]{1,3},)?"
)
_AGE: Final = r"(?:,? (?:aged|of) (?:[0-9]{1,3}|N=*)(?:(?:,| and|, and| to) (?:[0-9]{1,3}|N=*))*,?|, [0-9]{1,3},?)?"
_TOLL: Final = r"(?:death toll|toll|number of (?:the )?(?:dead|deaths|victims|fatalities|[a-z]+ killed|killed|people who died)|body count)"
_WOUNDED: Final = r"number of (?:the )?(?:injured|wounded|hurt|injuries|[a-z]+ (?:injured|wounded|hurt))"
_REACHED: Final = (
    r"(?:to|at|of|was|is|reached|reaches|hit|passed|exceeded|stood at|stands at|climbed to|rose to|risen to)"
)
# "were killed or wounded" and "two people and wounded" count neither, "were tortured and killed" counts the killed
_EITHER: Final = r" or [a-z]+$|\b(?:killed|injured|wounded|hurt|dead) and [a-z]+$"
_DIED_LATER: Final = r"^ (?:in|by|during|when|on|after) [^.;,]{3,70} (?:has |had |have |later )?(?:died|dies)\b"
_OR: Final = r"\b(?:kill(?:ed|s|ing)?|dead|injured|wounded) or $"
_WAS_OF_AGE: Final = r"^[a-z]+ was N"
_DIED_OF: Final = r"\b(?:die|dies|died|dying|dead|succumbed) (?:of|from|to) "
_NEXT_VERB: Final = r" (?:and|then) [a-z]+$"
_DID: Final = r" (?:killed|wounded|injured|hurt|maimed)$"
_KILLED_AND: Final = r" (?:killed|died|dead),? (?:and|while|but) (?:an?|the|his|her|their|its|another) "
_HURT_AND: Final = r" (?:injured|wounded|hurt),? (?:and|while|but) (?:an?|the|his|her|their|its|another) "
_SO_MANY: Final = rf"^ (?:{_BOUND})*N"
_PASSIVE: Final = r" (?:were|was|been|being|are) "
_NOBODY: Final = r"\b(?:no[ -]one|nobody|none|no (?:people|civilians|residents|persons|passengers|personnel|staff|workers|servicemen|soldiers))(?: else)?(?: of [a-z ]{3,25})?(?: (?:is|was|were|has|have|had|got|been|reportedly|reported|seriously|also)){0,3}"
_NONE_HURT: Final = r"(?:injured|hurt|wounded|harmed)"
# somebody with a name; known names of places and bodies have other words behind them
_NAMED: Final = (
    r"\b(?:[A-Z][a-z]+\.? ){1,3}[A-Z][a-z'-]+(?:, (?:aged )?[0-9]{1,3},)?(?:, (?:a|an|the|who) [^,.;]{3,60})?,? (?:was|had been|has been) "
    r"(?:[a-z]+ly |also |later )?(?:killed|shot dead|wounded|injured|murdered)\b"
)
_ZERO: Final = {
    "killed": (
        rf"\b(?:killed|killing) (?:no[ -]one|nobody)\b|"
        rf"{_NOBODY} (?:{_NONE_HURT} (?:or|nor|and) )?(?:killed|died)\b|\bno (?:(?:reported|known|confirmed) )?"
        r"(?:injuries or |wounded or |injured or |(?:damage|destructions?|fires?) (?:or|and|nor) )?(?:casualties|deaths|fatalities|victims|dead|killed)\b|\b(?:without|avoided|avoiding) (?:any )?(?:human )?"
        r"(?:casualties|victims|deaths|fatalities|loss of life)\b|\bcasualties were avoided\b|\bno (?:immediate )?reports of (?:any )?(?:casualties|deaths|fatalities|victims)\b"
    ),
    "injured": (
        rf"\b(?:hurt|injured|wounded|harmed|hurting|injuring|wounding) (?:or killed |or killing )?(?:no[ -]one|nobody)\b|"
        rf"{_NOBODY} (?:killed (?:or|nor|and) )?{_NONE_HURT}\b|\bno (?:(?:reported|known|confirmed) )?"
        r"(?:(?:deaths|fatalities|dead|killed|damage|destructions?|fires?) (?:or|and|nor) )?(?:casualties|injuries|victims|wounded|injured)\b|\b(?:without|avoided|avoiding) (?:any )?(?:human )?"
        r"(?:casualties|victims|injuries)\b|\bcasualties were avoided\b|\bno (?:immediate )?reports of (?:any )?(?:casualties|injuries|victims|(?:deaths|damage|destruction) or (?:injuries|casualties))\b"
        r"|\bwithout (?:hurting|injuring|harming) (?:anyone|anybody)\b|\b(?:unhurt|unharmed|unscathed|uninjured)\b|\bnot (?:injured|hurt)\b"
    ),
}


# how the words begin of which each pattern here holds one: other sentences need not be searched
_OF_HARM: Final = (
    r"\b(?:un|re)?(?:kill|dead|die|dying|fatal|death|slain|perish|murder|slaughter|execut|burn|beaten|eliminat|liquidat|shot|gunned|"
    r"wound|injur|hurt|harm|maim|scath|hospital|concuss|contus|fractur|treat|medical|rubble|debris|slab|ruin|wreck|toll|bod(?:y|ies)|"
    r"lives|life|lost|los(?:e|ing)|claim|cost|miss|accounted|whereabouts|fate|casualt|victim)"
)


@cache
def _nouns() -> tuple[str, str, str]:
    """Alternatives of nouns for people: singular, singular of roles ("the driver"), and both numbers."""
    table = lexicon.table("people")

    def either(words: pl.Series) -> str:
        return "|".join(sorted(words.to_list(), key=len, reverse=True))

    singular, roles = table["singular"], table.filter(pl.col("is_role") == "true")["singular"]
    return either(singular), either(roles), either(pl.concat([singular, table["plural"]]))


def _single_people(sentences: pl.DataFrame) -> pl.DataFrame:
    """The article of "a woman", "a 62-year-old man" as the number one, of "a couple" as two; columns as `find_numbers`.

    "His brother was killed" and "Petro Hrushko, 24, was killed" are one each.
    """
    singular = _nouns()[0]
    nth = (
        r"(?:a (?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)|another) (?:was|is|has|had|died|remains)"
    )
    pattern = rf"\b(?:(?:an?|another) (?:[a-z0-9-]+ |[RUGC]=*(?:'s?)? ){{0,3}}?(?:{singular}|couple)|{nth}|an? [0-9]{{1,3}}-year-old)\b"
    own = rf"\b(?:his|her|their|my|our|whose) (?:[a-z0-9-]+ ){{0,2}}?(?:{singular})(?:, [^,.;]{{2,40}},)? (?:was|had been|has been|died)\b"
    named = (
        find_pattern(sentences, "text", _NAMED)
        .with_columns(
            length=pl.col("surface").str.extract(r"^((?:[A-Z][A-Za-z.'-]+ ?)+)").str.strip_chars_end().str.len_bytes()
        )
        .select("sentence", "start", end=pl.col("start") + pl.col("length").cast(pl.Int32), low=1.0, best=1.0, high=1.0)
    )
    number = pl.when(pl.col("surface").str.ends_with("couple")).then(2.0).otherwise(1.0)
    determiner = pl.col("surface").str.extract(r"^([a-z]+)").str.len_bytes().cast(pl.Int32)
    noun_at = pl.col("start") + pl.col("surface").str.strip_chars_end("=").str.len_bytes().cast(pl.Int32) - 1
    unnamed = (
        find_pattern(sentences, "mask", expand(pattern))
        # "a number of people", "a group of soldiers", "a dozen soldiers" are not one
        .filter(
            ~pl.col("surface")
            .str.replace(rf"(?:{singular}|couple)$", "")
            .str.contains(
                r" (?:of|by|and|for|in|to|with|that|dozen|hundred|thousand|million|few|where|when|on|at|from) "
            )
        )
        # the mask shows "a charity" as it shows "a nurse"
        .join(sentences.select("sentence", "lower"), on="sentence", how="left")
        .filter(
            ~pl.col("surface").str.contains("[FV]=*$")
            | pl.col("lower").str.slice(noun_at, 40).str.contains(rf"^(?:[a-z-]+ ){{0,2}}(?:{singular})\b")
        )
        .select("sentence", "start", end=pl.col("start") + determiner, low=number, best=number, high=number)
    )
    relatives = find_pattern(sentences, "mask", own).select(
        "sentence", "start", end=pl.col("start") + determiner, low=1.0, best=1.0, high=1.0
    )
    # "wounded their daughter"
    hurt = find_pattern(
        sentences,
        "mask",
        rf"\b(?:killed|killing|wounded|wounding|injured|injuring|hurt) (?:his|her|their) (?:[a-z0-9-]+ ){{0,2}}?(?:{singular})\b",
    ).with_columns(verb=pl.col("surface").str.extract(r"^([a-z]+ )").str.len_bytes().cast(pl.Int32))
    objects = hurt.select(
        "sentence",
        start=pl.col("start") + pl.col("verb"),
        end=pl.col("start") + pl.col("verb") + 3,
        low=1.0,
        best=1.0,
        high=1.0,
    )
    return pl.concat([unnamed, relatives, objects, named]).unique(
        ["sentence", "start"], keep="first", maintain_order=True
    )


def find_victims(sentences: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """Numbers of victims: `sentence`, `stem` (killed, injured, missing), `start`, `at` (of the number), `low`, `best`,
    `high`, `is_total` (a toll that "rose to" so many).

    People told one after the other ("two women and a boy") are one number.
    """
    sentences = sentences.filter(pl.col("lower").str.contains(_OF_HARM))
    single = _single_people(sentences)
    sentences = _as_numbers(sentences, single)
    numbers = pl.concat([numbers, single])
    groups = _groups(sentences, numbers)
    sentences = _as_numbers(sentences, groups)
    numbers = pl.concat([numbers, groups]).drop("end").unique(["sentence", "start"], keep="last", maintain_order=True)
    numbered = sentences.filter(pl.col("mask").str.contains("N", literal=True))
    told = [
        find_pattern(numbered, "mask", pattern)
        .select(
            "sentence",
            stem=pl.lit(stem),
            start="start",
            end="end",
            surface="surface",
            is_total=pl.lit(is_total),
            # the number is the last of what ends with it ("those hurt in the raid by two jets rose to nine"), else the first
            at=pl.col("start")
            + pl.when(pl.col("surface").str.ends_with("N"))
            .then(pl.col("surface").str.len_bytes() - 1)
            .otherwise(pl.col("surface").str.find("N", literal=True))
            .cast(pl.Int32),
        )
        for stem, pattern, is_total in _patterns()
    ]  # fmt: skip
    counted = (
        pl.concat(told)
        .lazy()
        # "280 were killed or wounded" counts neither
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        .filter(
            ~pl.col("mask")
            .str.slice(pl.col("end"), 14)
            .str.contains(r"^ (?:or (?:wounded|injured|hurt|killed)|bod|end|zone)"),
            # "two blasts killed nine": what killed is no victim
            ~(
                pl.col("surface").str.starts_with("N")
                & pl.col("surface").str.contains(_DID)
                & ~pl.col("surface").str.contains(_PASSIVE)
                & pl.col("mask").str.slice(pl.col("end"), 24).str.contains(_SO_MANY)
            ),
            # "two were killed and the minister was hurt": those of the first verb
            ~(
                pl.col("surface").str.starts_with("N")
                & (
                    (pl.col("stem") == "injured") & pl.col("surface").str.contains(_KILLED_AND)
                    | (pl.col("stem") == "killed") & pl.col("surface").str.contains(_HURT_AND)
                )
            ),
            # drones that went out of sight
            ~(pl.col("surface").str.ends_with("unaccounted for") & pl.col("mask").str.contains(r"\bW=")),
            ~(pl.col("surface").str.starts_with("N") & pl.col("surface").str.contains(_EITHER)),
            # "no one can say how many died"
            pl.col("mask").str.slice((pl.col("start") - 3).clip(0), 3) != "no ",
            ~((pl.col("stem") == "injured") & pl.col("surface").str.contains(_DIED_OF)),
            # "a woman wounded in the raid died", "bodies of three with wounds"
            ~(
                (pl.col("stem") == "injured")
                & (
                    pl.col("mask").str.slice("end", 100).str.contains(_DIED_LATER)
                    | ahead_of(pl.col("mask"), "start", 12).str.contains(r"bod(?:y|ies) of $")
                )
            ),
            # "the man who was killed was 48"
            ~(
                pl.col("surface").str.contains(_WAS_OF_AGE)
                & ahead_of(pl.col("mask"), "start", 9).str.contains(r"\bwho (?:was )?$")
            ),
            ~(~pl.col("surface").str.starts_with("N") & ahead_of(pl.col("mask"), "start", 14).str.contains(_OR)),
            ~(
                pl.col("surface").str.starts_with("N")
                & pl.col("surface").str.contains(_NEXT_VERB)
                & ~pl.col("surface").str.contains(_PASSIVE)
            ),
        )
        .drop("mask", "end", "surface")
        .join(numbers.lazy().rename({"start": "at"}), on=["sentence", "at"], how="inner")
        .sort("sentence", "at", "is_total", descending=[False, False, True])
        .unique(["sentence", "stem", "at"], keep="first", maintain_order=True)
        .select("sentence", "stem", "start", "at", *_BOUNDS, "is_total")
        .collect()
    )
    counted = pl.concat([counted, _elided(sentences, numbers, counted)])
    zero = [
        find_pattern(sentences, "lower", pattern).select(
            "sentence",
            stem=pl.lit(stem),
            start="start",
            at="start",
            **{bound: pl.lit(0.0) for bound in _BOUNDS},
            is_total=pl.lit(False),
        )
        for stem, pattern in _ZERO.items()
    ]
    return (
        pl.concat([counted, *zero])
        .unique(["sentence", "stem", "at"], keep="first", maintain_order=True)
        # one number counts one thing: "killed and wounded 20" aside, the first reading stays
        .sort("sentence", "at", "stem", descending=[False, False, True])
    )


@cache
def _patterns() -> list[tuple[str, str, bool]]:
    """What counts victims: stem, regex over the mask with the number as its first `N`, and whether it is a toll's total."""

    def before(verbs: str) -> str:
        # "two people, a nurse and her son, were killed": told one after the other, with a comma left over
        aside = rf"(?:{_ASIDE}|, (?:was|were|had been|have been|has been))"
        return rf"\bN=*(?: {_WORD}){{0,8}}?{_AGE}{aside}(?: {_BE}){{0,6}} {verbs}\b"

    def after(verbs: str) -> str:
        return rf"\b{verbs} (?:{_BOUND})*N"

    bring = r"\b(?:bring\w*|brought|rais\w*|tak\w+|took|push\w*) (?:{bound})*N=* (?:the )?(?:{what})"
    rose = r"\b{what}\b[^.;N]{{0,110}}? {reached} (?:{bound})*N"
    grew = r"\b{what}\b[^.;]{{0,110}}? (?:risen|rose|rises|increased|increases|grown|grew|climbed|jumped|gone up) to (?:{bound})*N"
    put = r"\bput (?:the )?{what} at (?:{bound})*N"
    parts: list[tuple[str, str, bool]] = []
    for stem, what in (("killed", _TOLL), ("injured", _WOUNDED)):
        parts += [
            (stem, bring.format(bound=_BOUND, what=what), True),
            (stem, rose.format(what=what, reached=_REACHED, bound=_BOUND), True),
            (stem, put.format(what=what, bound=_BOUND), True),
            (stem, grew.format(what=what, bound=_BOUND), True),
        ]
    bodies = r"(?:dead |lifeless |charred )?bod(?:y|ies)"
    found = r"(?:found|recovered|pulled|retrieved|discovered|dug|exhumed|unearthed|lay|lying)"
    parts += [
        ("killed", before(_KILLED), False),
        (
            "killed",
            rf"\b(?:lost|losing|lose|loses) (?:{_BOUND})*N=*(?: {_WORD}){{0,3}}? (?:servicemen|soldiers|men|troops|personnel|fighters|people|officers|generals|marines)\b",
            False,
        ),
        (
            "killed",
            after(
                r"(?:killed|killing|kills|kill|(?:killing|murder|execution|slaughter)s? of|claim(?:ed|s|ing) the (?:life|lives) of|t(?:ook|aken|aking|akes) the (?:life|lives) of|deaths? of|claimed|"
                r"eliminated|eliminating|liquidated|executed|shot dead|gunned down|murdered|shot and killed)"
            ),
            False,
        ),
        ("killed", rf"\b(?:claimed|claiming|took|taking|cost) (?:{_BOUND})*N=* lives\b", False),
        ("killed", r"\bN=* (?:life|lives) (?:was|were|has been|have been|had been) (?:also )?lost\b", False),
        ("killed", rf"\bN=*(?: {_WORD}){{0,6}}? (?:was|were|is|are) among (?:the |those )?(?:dead|killed|victims|fatalities)\b", False),
        ("injured", rf"\bN=*(?: {_WORD}){{0,6}}? (?:was|were|is|are) among (?:the |those )?(?:injured|wounded|hurt|casualties)\b", False),
        ("killed", rf"\bamong (?:the |those )?(?:dead|killed|victims|fatalities)[^.;N]{{0,30}} (?:is|are|was|were) (?:{_BOUND})*N", False),
        ("injured", rf"\bamong (?:the |those )?(?:injured|wounded|hurt|hospitali[sz]ed)[^.;N]{{0,30}} (?:is|are|was|were) (?:{_BOUND})*N", False),
        ("killed", rf"\bkilled and (?:wounded|injured) (?:{_BOUND})*N", False),
        ("killed", rf"\bbod(?:y|ies) of (?:{_BOUND})*N", False),
        ("killed", rf"\bN=* (?:more |further |other )?{bodies}(?: (?:{_BE}|of {_WORD}(?: {_WORD})?)){{0,4}} {found}\b", False),
        ("killed", rf"\b{found} (?:out )?(?:{_BOUND})*N=* (?:more |further |other )?{bodies}\b", False),
        ("injured", before(_INJURED), False),
        ("injured", rf"\bN=*(?: (?:more|other|others|of them))?(?: {_WORD}){{0,4}}?{_AGE},? \"?(?:{_CARE})\b", False),
        (
            "injured",
            after(r"(?:injured|injuring|injures|injure|wounded|wounding|wounds|wound|hurting|hurt|maimed|maiming|injur(?:y|ies) to)"),
            False,
        ),
        ("missing", before("(?:missing|unaccounted for)"), False),
        ("missing", rf"\b(?:whereabouts|fate) of (?:{_BOUND})*N", False),
        ("missing", rf"\bN=*(?: {_WORD}){{0,6}}? (?:trapped )?{_TRAPPED}\b", False),
    ]  # fmt: skip
    return [(stem, expand(pattern), is_total) for stem, pattern, is_total in parts]


def _groups(sentences: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """People told one after the other as one number: `sentence`, `start`, `end`, `low`, `best`, `high`.

    "The driver" alone, who has no number, is one too.
    """
    singular, roles, nouns = _nouns()
    own = rf"(?:the|his|her|their|its) (?:[a-z0-9-]+ ){{0,2}}?(?:{singular})"
    one = rf"(?:(?:{_BOUND})*(?:(?:his|her|their|its) )?N=*(?: (?:[a-z][a-z-]*|[0-9]+-[a-z-]+|[RUF]=*)){{0,3}}? (?:{nouns}|V=*)|{own}){_AGE}"
    several = rf"\b(?:N=*|{one})(?:, {one})*,? and {one}\b"
    alone = rf"\bthe (?:{roles})\b"
    spans = (
        pl.concat([find_pattern(sentences, "mask", expand(pattern)) for pattern in (several, alone)])
        .lazy()
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left")
        # "killed two men and a woman was hurt" are two clauses
        .filter(
            ~(
                ahead_of(pl.col("mask"), "start", 40).str.contains(
                    r"\b(?:killed|killing|injured|injuring|wounded|wounding|hurt|hurting|bod(?:y|ies) of)(?: [a-z]+){0,3} $"
                )
                & pl.col("mask")
                .str.slice(pl.col("end"), 60)
                .str.contains(
                    r"^(?:, (?:among|including|most|all|some) [^.;]{3,40},)? (?:was|were|died|had|has|suffered|have)\b"
                )
            )
        )
        .drop("mask")
        .unique(["sentence", "start"], keep="first", maintain_order=True)
        .sort("sentence", "start")
        # "two passengers and the policeman": the policeman alone is one of them
        .filter((pl.col("start") >= pl.col("end").cum_max().shift(1).over("sentence")).fill_null(True))
        .with_row_index("group")
        .collect()
    )
    units = (
        find_pattern(
            # "the driver and one of the passengers" are two
            spans.select(
                sentence="group", mask=pl.col("surface").str.replace_all(" of the ", " of *** ", literal=True)
            ),
            "mask",
            r"\bN=*|\b(?:the|his|her|their|its) [a-z0-9]",
        )
        .rename({"sentence": "group", "start": "unit"})
        .lazy()
        .join(spans.lazy().select("group", "sentence", "start", "end"), on="group", how="left", suffix="_group")
        .with_columns(at=pl.col("start") + pl.col("unit"), is_one=~pl.col("surface").str.starts_with("N"))
        .join(
            numbers.lazy().select("sentence", at="start", **{f"n_{bound}": bound for bound in _BOUNDS}),
            on=["sentence", "at"],
            how="left",
        )
        .with_columns(
            **{bound: pl.when("is_one").then(1.0).otherwise(pl.col(f"n_{bound}")) for bound in _BOUNDS},
        )
        .sort("group", "unit")
    )

    def summed(bound: str) -> pl.Expr:
        value = pl.col(bound)
        first = value.first()
        # "three people, two women and a man" are three
        apposed = (pl.len() > 2) & (first == value.sum() - first)
        return (
            pl.when(value.null_count() > 0)
            .then(None)
            .otherwise(pl.when(apposed).then(first).otherwise(value.sum()))
            .alias(bound)
        )

    return (
        units.group_by("group", maintain_order=True)
        .agg(pl.col("sentence", "start", "end_group").first(), *[summed(bound) for bound in _BOUNDS])
        .select("sentence", "start", pl.col("end_group").alias("end"), *_BOUNDS)
        .filter(pl.any_horizontal(pl.col(*_BOUNDS).is_not_null()))
        .collect()
    )


def _as_numbers(sentences: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `lower`, and `mask` with each span written as one number."""
    pieces = (
        spans.lazy()
        .sort("sentence", "start")
        .join(sentences.lazy().select("sentence", "mask"), on="sentence", how="left", maintain_order="left")
        .with_columns(done=pl.col("end").shift(1).over("sentence").fill_null(0))
        .select(
            "sentence",
            "end",
            piece=pl.concat_str(
                pl.col("mask").str.slice("done", pl.col("start") - pl.col("done")),
                pl.lit("N"),
                pl.lit("=" * 400).str.slice(0, pl.col("end") - pl.col("start") - 1),
            ),
        )
        .group_by("sentence", maintain_order=True)
        .agg(head=pl.col("piece").str.join(""), done=pl.col("end").last())
    )
    return (
        sentences.lazy()
        .select("sentence", "lower", "mask")
        .join(pieces, on="sentence", how="left", maintain_order="left")
        .with_columns(
            mask=pl.when(pl.col("done").is_null())
            .then("mask")
            .otherwise(pl.concat_str("head", pl.col("mask").str.slice(pl.col("done"))))
        )
        .drop("head", "done")
        .collect()
    )


def _elided(sentences: pl.DataFrame, numbers: pl.DataFrame, victims: pl.DataFrame) -> pl.DataFrame:
    """Numbers whose verb stands earlier ("killed 55 in Poltava, and seven in Lviv"); columns as `find_victims`."""
    found = find_pattern(
        sentences,
        "mask",
        expand(
            rf"(?:,|;| and|, and|, while) (?:{_BOUND})*N=* (?:[a-z]+ ){{0,2}}?(?:in|near|at|around|outside) (?:the )?(?:[a-z-]+ ){{0,4}}[PO]="
        ),
    )
    return (
        found.lazy()
        .with_columns(at=pl.col("start") + pl.col("surface").str.find("N", literal=True).cast(pl.Int32))
        .join(numbers.lazy().rename({"start": "at"}), on=["sentence", "at"], how="inner")
        .sort("sentence", "at")
        .join(
            victims.lazy().select("sentence", "stem", verb_at="at").sort("sentence", "verb_at"),
            on="sentence",
            how="inner",
        )
        .filter(pl.col("verb_at") < pl.col("at"))
        .group_by("sentence", "at", maintain_order=True)
        .last()
        .select("sentence", "stem", "start", "at", *_BOUNDS, is_total=pl.lit(False))
        .collect()
    )
