"""Who did it: the side that acts in each event, from the grammar of its clause and from what else the text tells.

Here: the mention that names the doer, what its pronoun or its victim tells, and what is believed where the sentence
names nobody. Not here: who says so (voices.py), the thing that is hit (arguments.py), who
acts in politics (context_types.py).
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract.arguments import side_of_place
from pipeline.extract.mask import expand, side_of_letter
from pipeline.extract.rows import ARMY_LOSSES, ATTACKS
from pipeline.extract.spans import opens
from pipeline.extract.speakers import foreign
from pipeline.text import for_ascii

_MODIFIED: Final = expand(r"([RUG]=*(?:'s?)? (?:[a-z\"-]+ |[WFDNA]=* ){0,4}\"?)$")
_DETERMINED: Final = r"(?:the |a |an |its |about |some |two |several |N=* )*(?:[a-z-]+ ){0,2}"
_BY: Final = rf"^([^.;]{{0,70}}?\b(?:by|blamed on|attributed to) {_DETERMINED})[RUG]=*"
_FROM: Final = rf"^((?: [a-z]+)? from {_DETERMINED})[RUG]=*"
# "the retreat of Russian forces"
_DEED: Final = r"^(?:withdrawal|retreat|pull-?back|pull-?out|advance|advances)$"
_DEED_OF: Final = rf"^( of {_DETERMINED})[RU]="
_SUBJECTS_OF_STATE: Final = (
    r"(?:(?:military )?(?:trainers|instructors|advisers)|citizens|nationals|diplomats|expatriates|embassy)\b"
)
_STATES_TELL: Final = (
    r"\b(?:G=*|nations|countries|states|embass(?:y|ies)) (?:[a-z]+ ){0,2}(?:told|tell|urg|advis|order|warn|ask)[a-z]* "
)
_BOTH_SIDES: Final = r"\b(?:both|the two|the warring|the opposing) (?:sides|armies|forces)\b|\beach side\b"
_PERSON: Final = (
    r"(H=* (?:(?:has|have|had|also|already|earlier|later|[a-z]+ly) )*(?:[a-z]+ (?:an?|the) (?:[a-z-]+ )*)?)$"
)
_AGENT_NEXT: Final = rf"^( {_DETERMINED})[RUG]="
_BLAMED: Final = r"\bblam(?:ed|es|ing|e) [^.;RUG]*$"
_BLAMED_ON: Final = rf"^([^.;]{{0,30}}? on {_DETERMINED})[RU]="
_SUBJECT: Final = r"([RUG][^RUG]*)$"
# sides that stand where no doer stands are blanked, at the same length, so that offsets stay true
_BLANKS: Final = (
    (r"^([^;:=]{2,30}(?:=+)?, )[RU](=* -)", "${1}=${2}"),  # "KYIV, Ukraine - "
    (r"\b(in|on|at|of|by|to) (which|whom|what)\b", "== ${2}"),
    # "at dawn Russian troops attacked": a time or a manner, no adjective
    (
        r"\b(?:in|at|by|on) (a row|turn|response|return|retaliation|addition|parallel|places|total|all|night|dawn|dusk|"
        r"midday|noon|once|first|last|times|least|part|fact|general|particular|reply|the morning|the evening|the night|"
        r"the afternoon|the past|the meantime) ",
        "== ${1} ",
    ),
    (r"\b(from|with|into) (which|whom|what)\b", "==== ${2}"),
    (
        r"\b(swarm|wave|waves|barrage|group|groups|column|columns|line|number|dozens|hundreds|thousands|series|hail|"
        r"handful|convoy|footage|videos?|images|photos|pictures|clips?|most|some|all|none|one|many|units|elements|detachment) of ",
        "${1} == ",
    ),
    (
        r"\b((?:of|in|on|against|into|from|with|near|across|to|towards|toward|at|over|by|between|inside|through|behind|beyond|past|outside|within|despite|amid) "
        r"(?:the |its |a |their )?(?:[a-z-]+ )?)[RU]=",
        "${1}==",
    ),
    (
        r"\b(told (?:the )?)[RU](=*(?:'s?)? (?:[a-z-]+ )?(?:tv|television|media|agency|news|radio|reporters|journalists|newspaper|V=))",
        "${1}=${2}",
    ),
    # "the air force said it detected nine drones targeting the port"
    (
        r"[RU](=*(?:'s)? [^RUG.;]{0,40}\b(?:detected|tracked|spotted|registered|observed|monitored|picked up) (?:[a-z]+ |N=* ){0,4}W=)",
        "=${1}",
    ),
    (r"\b(told (?:the )?)G=", "${1}=="),
    # whose weapons and men they are is not who uses them
    (
        r"\b((?:supplied|provided|donated|given|delivered|made|built|trained|armed|backed|funded|supported) by (?:the )?(?:[a-z-]+ )?)G=",
        "${1}==",
    ),
    # the object of another verb: "invaded Ukraine and controls"
    (
        r"\b((?:attack|invad|shell|bomb|pound|target|push|repell?|annex|occup|captur|seiz|clear|expell?|eject|surround|encircl|disarm|eliminat)(?:ed|es|s|ing|ied|e)? |"
        r"(?:hit|struck|fought|drove|stopped|beat) )((?:the |several |more than |at least |about |some |N=* )*)[RU]=",
        "${1}${2}==",
    ),
)
# towns and people do not attack: "Ukrainian cities", "Russian positions"
_INERT: Final = (
    r"[RU](={0,8}(?:'s?)? (?:[a-z-]+ ){0,2}(?:cit(?:y|ies)|towns?|villages?|regions?|territor(?:y|ies)|soil|borders?|"
    r"people|civilians|children|citizens|prisoners?|captives|detainees|pows|refugees|athletes|positions?|targets?|homes|"
    r"airspace|capital|economy|grain|generation|electricity|power|energy|grid|infrastructure|capacity|skies|waters|facilities|ports?|allies|partners|backers|supporters|ambassadors?|requests?|pleas?)\b)",
    "=${1}",
)
# what the victim of an attack does, as told between its name and the attack
_SUFFERS: Final = for_ascii(
    r"\b(?:under|suffer\w*|endur\w*|fac(?:e|ed|es|ing)|subjected|surviv\w*|experienc\w*|report(?:s|ed|ing)?|blam\w*|"
    r"condemn\w*|denounc\w*|fend\w*|withst\w*|weather\w*|recover\w*|brac\w*|repel\w*|repuls\w*|respon\w+ to|reel\w*|"
    r"victims? of|evidence of|accus\w*|after|amid|following|despite|prais\w*|battered|warn\w*|(?:were|was|been|being) (?:[a-z]+ )?(?:killed|wounded|injured|hurt)|died|perished)\b"
)
_OWN: Final = (
    r"^(.*)\b(?:we|our [a-z-]+|his (?:own )?(?:forces|troops|army|soldiers|men|fighters))\b[^RUG]*$",
    r"^(.*)\bour (?:[a-z-]+ ){0,2}$",
)
_ENEMY: Final = (
    r"^(.*)\b(?:enemy|adversary|aggressor)\b[^RUG]*$",
    r"^(.*)\benemy(?:'s)? (?:[a-z-]+ |[WFKDN]=* ){0,3}$",
)
_NOT_DOER: Final = r"\b(of|in|on|against|into|from|with|near|across|to|towards|at|over|by) ((?:the )?)(enemy|adversary|aggressor|our [a-z]+)"
_BY_ENEMY: Final = r"^[^.;]{0,40}\bby (?:the )?(?:enemy|adversary|aggressor)\b"
_ENEMY_NEXT: Final = r"^ (?:the |an? )?(?:enemy|hostile)\b"
_THEY: Final = r"(?:^|[ \"])they (?:[a-z']+ ){0,4}$"
_QUOTED_THEY: Final = r'[:,] ?" ?they (?:[a-z\']+ ){0,4}$'
# "It shot down 18 of them": the side that opens the sentence before
_PRONOUN_OPENS: Final = r"^(?:it|they|(?:its|their) (?:[a-z]+ )?(?:troops|forces|soldiers|men|units|fighters|marines|army)) (?:(?:also|later|then|has|have|had|again) )*$"
_OPENS: Final = 4  # characters before a name that still opens its sentence
_IS: Final = r"(?:have|had|has|were|was|are|is|been|being)"
_VICTIM_NEXT: Final = (
    r"(?: (?:the|an?|its|two|several|some|one|more|another|more than|at least|up to|about|over|nearly|almost|around|roughly|as many as|dozens of|hundreds of|N=*))*"
    r"(?: (?:russian|ukrainian|[a-z]{3,}(?:ed|al|ic|ive|ary|ern|ble)))? ([RU])="
)
_VICTIM_OF: Final = rf"^ (?:on|at|against|of|targeting){_VICTIM_NEXT}"
# "conducted nine air strikes on depots, positions and men of the Russian army"
_VICTIM_OF_SERIES: Final = (
    r"^ (?:[a-z-]+ |N=* |W=* ){0,4}(?:air ?strikes?|strikes?|raids?|attacks?) (?:on|at|against|targeting)"
    rf"(?: (?:(?:[a-z-]+|[FWKN]=*),? ){{1,6}}of)?{_VICTIM_NEXT}"
)
# "the toll of a Russian strike"
_OF_ATTACK: Final = r"^ (?:of|in|from) (?:the |an? |its )?[RU]=*(?:'s?)? (?:[a-z-]+ |[WK]=* ){0,3}(?:strikes?|attacks?|shelling|raids?|bombings?|bombardments?|barrages?|assaults?)\b"
_VICTIM_AIMED_AT: Final = rf"^[^.;,]{{0,45}} (?:at|on|against|into|towards){_VICTIM_NEXT}"
_VICTIM_AFTER: Final = rf"^{_VICTIM_NEXT}"
_VICTIM_BEFORE: Final = (
    rf"([RU]=*(?:'s?)? (?:[a-z-]+,? |[FWKNV]=*,? ){{0,6}}{_IS} (?:[a-z]+ly |also |been |being |again |N=* )*)$"
)
_IT_WAS: Final = r"^\W*(?:it|which) (?:was|were|had been|has been) (?:[a-z]+ly )?$"
_DIES: Final = r"([RU]=*(?:'s?)? (?:[a-z-]+ )?(?:(?:have|had|has|also) )*)$"

_OWN_MEN: Final = r"\b(?:(?:its|our|their) (?:own |N=* |[a-z]+ )?(?:men|troops|forces|soldiers|servicemen|units|fighters|paratroopers|V=*)|it|we) (?:is|are|was|were|had been|have been|has been|now|still) ?(?:now |still |also |taken )?$|(?:^|\bthat )(?:the )?(?:troops|forces|soldiers|units|fighters) (?:are|were|remain|remained) (?:now |still |also |firmly )?$"
_BY_OWN_MEN: Final = r"^ (?:by )?(?:our|its) (?:own )?(?:men|troops|forces|soldiers|units|fighters)"

# "the ministry announced the withdrawal of its troops"
_OWN_MEN_NEXT: Final = r"^ of (?:its|their) (?:own |remaining )?(?:troops|forces|men|soldiers|units|army)\b"
_ABUSE: Final = r"^(?:torture|rape|looting|sexual violence|executions|massacre|deportations?|abductions?|executing|summarily executing)$"
_OPENS_SENTENCE: Final = r"^\"?(?:after|before|since|while|by|having|upon) (?:[a-z]+ )?$"
_MAIN_SUBJECT: Final = r"^([^.;\"]{3,120}?, (?:the )?(?:[a-z-]+ )?)[RU]="
# heavy losses are suffered by whoever stands before them, unless they are called inflicted
_BEFORE_LOSSES: Final = r"([RU])=[^RU]*$"
_LOSSES_OF: Final = r"^ (?:the )?([RU])="
_INFLICTED: Final = for_ascii(r"\b(?:inflict|caus)\w* (?:[a-z]+ ){0,3}$")
_DISPUTED: Final = r"\btrad(?:ed|ing|e) (?:blame|accusations)\b|\b(?:blam|accus)(?:ed|ing|e) each other\b"
FAILED: Final = (
    "repelled.fell_back",
    "repelled.failed",
    "repelled.of_them",
    "repelled.after_losses",
    "repelled.tried_but",
)
# "a Russian attack was repelled": by the other
_ATTACK_OF: Final = (
    r"([RU])=*(?:'s?)? (?:[a-z-]+ ){0,2}(?:attacks?|assaults?|advances?|offensives?|attempts?|push|raids?|incursions?|"
    r"counterattacks?|breakthrough)\b[^RU]*$"
)
# what falls, or is occupied, is lost by its own country
_FALLEN: Final = (
    "capture.has_fallen", "capture.fall_to", "capture.denied_fall", "capture.denied_claims_of_fall", "capture.claims_of_fall", "capture.occupied_in", "capture.occupied_then",
)  # fmt: skip
_CAPTORS: Final = (
    r"^[^.;,]{0,25}\b(?:in|into|from) (?:the )?([RU])=*(?:'s?)? (?:captivity|prisons?|custody|jails?|hands|camps?|F=)"
)
# "Russian guards of the camp, where survivors were beaten"
_JAILERS: Final = r"([RU])=*[^RU]{0,60}\b(?:prison|jail|camp|colony|captivity|captors|guards)\b[^RU]*$"
_PRISONERS: Final = r"([RU]=*(?:'s?)? (?:[a-z-]+ ){0,2}(?:prisoners?|captives|pows|detainees|citizens|civilians|servicemen)\b[^RU]{0,40})$"
# they are told as the subject of what was done to them
_TAKEN: Final = ("prisoners.surrendered", "prisoners.were_captured", "prisoners.pleaded")
_BLASTS_ON_CAPTIVES: Final = ("prisoners.blast_killed", "prisoners.died_in_blast")
_TAKEN_ARE: Final = r"([RU]=*[^RU.;]{0,60})$"
# "Ukrainian medics are kept prisoner", by the Russians
_GIVEN_UP_TO: Final = r"^ to (?:the )?([RU])="
_KEPT_ARE: Final = r"([RU])=*(?:'s?)? ?(?:[a-z-]+ ){0,2}[^RU.,;]{0,25}$"
_KEPT_BY: Final = r"^[^.;,]{0,40}\bby (?:the )?([RU])="
_DEFENDERS: Final = r"\bdefen(?:ders|[cs]e forces)\b[^RU]*$"
_WEAPON_HITS: Final = ("shelling.weapon", "strike.hit", "strike.fell", "strike.appears")
_OWN_WEAPON: Final = r"(?:^|[^RU=] )[WK]=* (?:systems? |launchers? )?(?:(?:that|which|had|has|have|also|reportedly) )*$"
_FREED: Final = r"liberat|retak|retook|recaptur|reclaim|regain|won back|driven|expelled|ousted|dislodged"

# where the doer's side is looked for, best first; `near` is told in the clause itself, `far` elsewhere in the sentence
_SOURCES: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ATTACKS: (
        "disputed", "weapon_hits", "near", "victim", "deixis", "weapon", "far", "accused", "enemy_of_holder",
        "enemy_of_speaker",
    ),
    ("air_defence",): ("against", "holder", "near", "deixis", "far", "victim", "speaker"),
    ("clash",): ("both",),
    ("attack_on_civilians",): ("near", "deixis", "far", "enemy_of_country"),
    ("casualties", "infrastructure_damage", "sabotage"): (
        "mutual", "losses", "near", "deixis", "victim", "far", "killer", "war_toll", "razed", "accused", "enemy_of_holder",
    ),
    ("explosion",): ("downed",),
    ("evacuation",): ("blocker", "outsider", "mover", "holder", "near", "far"),
    # a blockade is the besieger's, a curfew the holder's
    ("access_restriction",): ("blockader", "holder", "near", "far"),
    ("displacement",): ("other",),
    ("repelled",): ("near", "deixis", "defenders", "repeller", "victim", "far", "speaker", "holder"),
    ("advance",): ("near", "deixis", "far", "told_of", "speaker", "enemy_of_holder"),
    ("capture",): ("fallen", "near", "denier", "liberator", "deixis", "far", "speaker", "enemy_of_country"),
    ("withdrawal",): ("outsider", "near", "deixis", "far", "speaker", "encircled", "holder"),
    ("control_status",): ("contested", "named", "encircler", "own", "occupier"),
    ("prisoners",): ("unexplained", "exchanged", "own_loss", "captors", "captive_of", "given_up_to", "near", "deixis", "jailer", "far", "victim", "speaker", "keeper", "taker"),
}  # fmt: skip


@cache
def _said() -> str:
    return "|".join(lexicon.table("speech_verbs")["verb"])


def _only_speaks(between: pl.Expr) -> pl.Expr:
    """Boolean: who is named says what another did ("Kyiv said two missiles hit"), not what it did itself."""
    said = rf"\b(?:{_said()})(?: (?:on|late|early|that|also|earlier|D=*))*"
    # quoted, "they" are others
    own = rf'{said} (?:it|they|its|their|to|having|he|she|his|her)\b|{said}[:,]? ?"?(?:we|our)\b'
    return between.str.contains(rf'{said}[:,]? "?[a-zA-Z]') & ~between.str.contains(own)


def _blank(text: pl.Expr) -> pl.Expr:
    """The text with these sides blanked; null where it names none."""
    text = pl.when(text.str.contains("[RUG]")).then(text)
    for pattern, blank in (*_BLANKS, _INERT):
        text = text.str.replace_all(pattern, blank)
    return text


def find_actors(triggers: pl.DataFrame, mentions: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds what the sentence tells of the doer.

    `actor_start`, `actor_end` Int32; `actor_told` (RU, UA, other; null where the sentence does not say); `is_near`
    Boolean, told in the clause; `is_direct` Boolean, told by the words of the event itself ("Russian shelling"); `deixis` (own, enemy: seen from the speaker; null where nothing says so);
    `victim_side` (RU, UA), whom it was done to.
    """
    start, form, event_type = pl.col("start"), pl.col("form"), pl.col("event_type")
    between = pl.col("left").str.slice

    def back(text: pl.Expr) -> pl.Expr:
        at = start - text.str.len_bytes().cast(pl.Int32)
        return pl.when(~_only_speaks(between(at)) | pl.col("right").str.contains(_OWN_MEN_NEXT)).then(at)

    def acting(text: pl.Expr) -> pl.Expr:
        return pl.when(~text.str.contains(_SUFFERS)).then(back(text))

    def ahead(text: pl.Expr) -> pl.Expr:
        return pl.col("end") + text.str.len_bytes().cast(pl.Int32)

    # what stands before the clause, where anything does
    beyond = pl.when(pl.col("clause_left") != pl.col("left")).then("left")
    modifier = pl.col("clause_left").str.replace_all(*_INERT).str.extract(_MODIFIED)
    # columns rather than expressions: each is used several times
    words = {
        "subject_words": _blank(pl.col("clause_left")).str.extract(_SUBJECT),
        "earlier_words": _blank(beyond).str.extract(_SUBJECT),
        # "at Ukraine in the biggest raid": what stands before a preposition is no modifier
        "modifier_words": pl.when(
            ~modifier.str.contains(r" (?:in|during|after|amid|with|since) (?:the|an?|its|his|their|one|some|what) ")
        ).then(modifier),
    }
    own_words, right = pl.col("words"), pl.col("clause_right")
    subject, earlier = pl.col("subject_words"), pl.col("earlier_words")
    by = ahead(right.str.extract(_BY))
    places = {
        "subject_at": pl.coalesce(back(subject), back(earlier)),
        "modified_at": acting(pl.col("modifier_words")),
        "attacker_at": pl.coalesce(acting(subject), acting(earlier)),
        "by_at": by,
        "agent_at": pl.coalesce(by, ahead(right.str.extract(_FROM))),
        # "in control of Ukraine's east": what is held, not who holds it
        "agent_next_at": pl.when(
            own_words.str.contains(r"\b(?:by|from|of|to|under)$") & ~own_words.str.contains("^in (?:[a-z]+ )?control")
        ).then(ahead(right.str.extract(_AGENT_NEXT))),
        "within_at": start + own_words.str.extract(r"^([^RU]*)[RU]=").str.len_bytes().cast(pl.Int32),
        "deed_of_at": pl.when(own_words.str.contains(_DEED)).then(ahead(right.str.extract(_DEED_OF))),
    }
    subject_at, modified, attacker, by, agent, agent_next, within, deed_of = (pl.col(name) for name in places)
    blamed = pl.when(pl.col("clause_left").str.contains(_BLAMED)).then(ahead(right.str.extract(_BLAMED_ON)))
    # "After capturing the town, Russian troops": who follows did both
    opening = pl.when(pl.col("left").str.contains(_OPENS_SENTENCE) & own_words.str.contains(r"^[a-z]+ing\b")).then(
        ahead(pl.col("right").str.extract(_MAIN_SUBJECT))
    )
    person = pl.when(event_type == "evacuation").then(back(pl.col("clause_left").str.extract(_PERSON)))
    is_done_to = pl.col("modifier_words").str.contains(r"\b(?:were|was|are|is|been|being)\b")
    position = (
        # "officials said two were killed": who says so did not do it
        pl.when((event_type == "casualties") | (event_type == "infrastructure_damage") & (form != "active"))
        .then(pl.coalesce(agent_next, agent))
        .when(form == "noun")
        .then(pl.coalesce(deed_of, blamed, modified, agent, attacker, person))
        .when(event_type == "control_status")
        .then(pl.coalesce(within, agent_next, agent, subject_at))
        # "carried out torture": the act as a noun
        .when((event_type == "attack_on_civilians") & pl.col("words").str.contains(_ABUSE))
        .then(pl.coalesce(agent_next, agent, modified, attacker))
        .when(pl.col("rule_id").is_in(_TAKEN))
        .then(pl.coalesce(agent_next, agent))
        .when(form == "passive")
        .then(
            pl.coalesce(
                # "in Russian captivity"
                pl.when(event_type == "prisoners").then(within),
                agent_next,
                agent,
                pl.when(~is_done_to.fill_null(False)).then(modified),
            )
        )
        # "beat off an attack by Russia": who attacked is no defender
        .when((event_type == "repelled") & ~pl.col("rule_id").is_in(FAILED))
        .then(subject_at)
        .otherwise(pl.coalesce(deed_of, subject_at, by, opening))
    )
    # of a pronoun and a name before the event word the nearer is the doer
    deixis, deixis_at = _deixis()
    is_deictic = deixis.is_not_null() & (deixis_at >= pl.col("actor_start")).fill_null(True)
    sides = mentions.lazy().select("sentence", actor_start="start", actor_end="end", actor_told="side")
    return (
        triggers.lazy()
        .with_columns(**words)
        .with_columns(**places)
        .with_columns(actor_start=position)
        .with_columns(deixis=pl.when(is_deictic).then(deixis), victim_side=_victim())
        .with_columns(actor_start=pl.when(pl.col("deixis").is_null()).then("actor_start"))
        .join(sides, on=["sentence", "actor_start"], how="left", maintain_order="left")
        .join(_spoken_of(mentions, sentences), on="sentence", how="left", maintain_order="left")
        .with_columns(is_pronoun=pl.col("left").str.contains(_PRONOUN_OPENS) & pl.col("actor_told").is_null())
        .with_columns(
            actor_told=pl.when("is_pronoun").then("spoken_of").otherwise("actor_told"),
            deixis=pl.when(pl.col("is_pronoun") & pl.col("spoken_of").is_not_null()).then(None).otherwise("deixis"),
            actor_start=pl.when(pl.col("is_pronoun") & pl.col("spoken_of").is_not_null())
            .then("clause_start")
            .otherwise("actor_start"),
        )
        .drop("is_pronoun", "spoken_of")
        .with_columns(
            is_near=pl.col("actor_start") >= pl.col("clause_start"),
            is_direct=(pl.col("actor_start") >= pl.col("end")) | (pl.col("actor_start") == modified).fill_null(False),
        )
        .drop(*words, *places)
        .collect()
    )


def _spoken_of(mentions: pl.DataFrame, sentences: pl.DataFrame) -> pl.LazyFrame:
    """`sentence`, `spoken_of` (RU, UA): the side that opens the sentence before it in its paragraph."""
    opening = (
        mentions.lazy()
        .filter(pl.col("side").is_in(["RU", "UA"]), pl.col("tag").is_in(["R", "U", "G"]), pl.col("start") <= _OPENS)
        .sort("sentence", "start")
        .group_by("sentence", maintain_order=True)
        .agg(spoken_of=pl.col("side").first())
    )
    before = pl.when(~opens("paragraph")).then(pl.col("sentence").shift(1))
    return (
        sentences.lazy()
        .select("sentence", before=before)
        .join(opening.rename({"sentence": "before"}), on="before", how="inner")
        .select("sentence", "spoken_of")
    )


def _deixis() -> tuple[pl.Expr, pl.Expr]:
    """Whose deed it is as seen from the speaker (own, enemy), and where its word stands (Int32)."""
    text = pl.col("clause_left").str.replace_all(_NOT_DOER, "${1} ${2}==")
    as_noun = pl.col("form") == "noun"

    def at(patterns: tuple[str, str]) -> pl.Expr:
        active, noun = (text.str.extract(pattern).str.len_bytes().cast(pl.Int32) for pattern in patterns)
        found = pl.when(as_noun).then(noun).when(pl.col("form") == "active").then(active)
        return pl.col("clause_start") + found

    own, enemy = at(_OWN), at(_ENEMY)
    is_quoted = pl.col("left").str.contains(_QUOTED_THEY)
    they = pl.when(
        ~as_noun & pl.col("left").str.contains(_THEY) & (is_quoted | ~pl.col("left").str.contains("[RU]="))
    ).then(-1)
    by_enemy = pl.when(
        pl.col("clause_right").str.contains(_BY_ENEMY)
        # "wounded by enemy shelling"
        | pl.col("words").str.contains(r" (?:by|in)$") & pl.col("clause_right").str.contains(_ENEMY_NEXT)
    ).then("start")
    kind = (
        pl.when(pl.col("event_type").is_in(["casualties", "infrastructure_damage"]) & by_enemy.is_null())
        .then(None)
        .when(by_enemy.is_not_null() | (enemy > own.fill_null(-1)).fill_null(False))
        .then(pl.lit("enemy"))
        .when(own.is_not_null())
        .then(pl.lit("own"))
        .when(they.is_not_null())
        .then(pl.lit("enemy"))
    )
    return kind, pl.coalesce(by_enemy, pl.max_horizontal(own, enemy), they)


def _victim() -> pl.Expr:
    """Side of the thing or person that the event word hits, where its name stands beside it."""
    left, right, form = pl.col("clause_left"), pl.col("clause_right"), pl.col("form")
    before = pl.when(form == "passive").then(
        pl.coalesce(
            left.str.extract(_VICTIM_BEFORE),
            # "a Russian ship sank after it was hit"
            pl.when(left.str.contains(_IT_WAS)).then(pl.col("left").str.extract(_VICTIM_BEFORE)),
        )
    )
    dies = pl.when(pl.col("words").str.contains(r"^(?:die|dying|dead|perish|lost|lose|losing)")).then(
        left.str.extract(_DIES)
    )
    is_toll = pl.col("event_type") == "casualties"
    # "has killed ten soldiers": who did it
    kills = pl.col("words").str.contains(r"^(?:kill|wound|injur)ed") & left.str.contains(
        r"\b(?:has|have|had) (?:also |[a-z]+ly )?$"
    )
    toll = pl.when(is_toll & ~kills).then(pl.coalesce(left.str.extract(_VICTIM_BEFORE), dies))
    held = pl.when(pl.col("event_type") == "prisoners").then(left.str.extract(_PRISONERS))
    taken = pl.when(pl.col("rule_id").is_in(_TAKEN)).then(pl.col("left").str.extract(_TAKEN_ARE))
    named_before = pl.coalesce(before, toll, held)
    letter = pl.coalesce(
        pl.when(~_only_speaks(named_before)).then(named_before.str.slice(0, 1)),
        pl.when(~_only_speaks(taken)).then(taken.str.slice(0, 1)),
        pl.when(
            ((form == "noun") & ~(is_toll & right.str.contains(_OF_ATTACK))) | (pl.col("event_type") == "prisoners")
        ).then(right.str.extract(_VICTIM_OF)),
        pl.when((form == "active") | is_toll).then(right.str.extract(_VICTIM_AFTER)),
        pl.when(pl.col("rule_id") == "strike.carried_out").then(right.str.extract(_VICTIM_OF_SERIES)),
        pl.when((form == "passive") & pl.col("event_type").is_in(ATTACKS)).then(right.str.extract(_VICTIM_AIMED_AT)),
    )
    return side_of_letter(letter)


def actor_side() -> pl.Expr:
    """Side of who did it (RU, UA, other, both, unknown), from the columns of a row; see `_SOURCES`.

    Reads `event_type`, `event_subtype`, `rule_id`, `form`, `words`, `clause_left`, `actor_told`, `is_near`, `deixis`, `victim_side`, `weapon_side`,
    `holder`, `attribution_side`, `leading_side`, `place_name`, `region_code`, `country_code`.
    """
    told, holder = pl.col("actor_told"), pl.col("holder")
    speaker = pl.when(pl.col("attribution_side").is_in(["RU", "UA"])).then("attribution_side")
    we = pl.coalesce(speaker, "leading_side")
    # who failed to advance was repelled by the other
    failed = pl.col("rule_id").is_in(FAILED)
    named = pl.when(told.is_in(["RU", "UA", "both"])).then(told)
    seen = (
        pl.when(pl.col("deixis") == "own")
        .then(we)
        .when(pl.col("deixis") == "enemy")
        .then(opposite(pl.coalesce(we, pl.lit("UA"))))
    )
    # who holds the place is told of as attacked, not as attacking it, unless the attack is called its own
    by_law = side_of_place(pl.col("region_code"), pl.col("country_code"))
    attacked = (
        pl.col("event_type").is_in(ATTACKS)
        & (pl.col("form") == "noun")
        & ~pl.col("is_direct")
        & (named == holder)
        & (holder == by_law)
    ).fill_null(False)
    belligerent = pl.when(failed).then(opposite(named)).when(~attacked).then(named)
    deixis = pl.when(failed).then(opposite(seen)).otherwise(seen)
    losing = side_of_letter(
        pl.coalesce(
            pl.when(pl.col("rule_id") == "casualties.army_of").then(pl.col("clause_right").str.extract(_LOSSES_OF)),
            pl.col("clause_left").str.extract(_BEFORE_LOSSES),
        )
    )
    is_near, subtype = pl.col("is_near").fill_null(False), pl.col("event_subtype")
    sources = {
        "near": pl.when(is_near).then(belligerent),
        "far": belligerent,
        "named": told,
        "deixis": deixis,
        "weapon": pl.when(pl.col("weapon_side").is_in(["RU", "UA"])).then("weapon_side"),
        # "Himars rockets hit" are fired by who has them, whoever is named before
        "weapon_hits": pl.when(
            pl.col("rule_id").is_in(_WEAPON_HITS) & pl.col("clause_left").str.contains(_OWN_WEAPON)
        ).then(pl.when(pl.col("weapon_side").is_in(["RU", "UA"])).then("weapon_side")),
        "victim": opposite(pl.col("victim_side")),
        "holder": holder,
        "speaker": speaker,
        "enemy_of_holder": opposite(holder),
        "enemy_of_speaker": opposite(speaker),
        "accused": pl.when(pl.col("place_name").is_in(lexicon.table("accused_over")["place_name"].implode())).then(
            pl.coalesce(opposite(speaker), pl.lit("unknown"))
        ),
        "enemy_of_country": opposite(pl.col("country_code")),
        # a city laid in ruins was so by who came to take it, whoever holds the ruins
        "razed": pl.when(
            (pl.col("event_type") == "infrastructure_damage")
            & pl.col("words").str.contains("^(?:reduced|razed|levell?ed|flattened|ruined|in ruins|wiped|erased|swept)")
            & pl.col("place_tag").is_in(["P", "O"])
        ).then(opposite(pl.col("country_code"))),
        # "ten generals were eliminated", says who eliminated them
        "killer": pl.when(pl.col("words").str.contains(r"^(?:eliminat|liquidat|neutrali)")).then(speaker),
        # the civilians of a country who died in all the war, whoever holds the town by now
        "war_toll": pl.when(
            # the toll of one attack is its attacker's
            (subtype == "cumulative")
            & (pl.col("rule_id") != "casualties.toll")
            & (pl.col("target_kind").fill_null("civilians") == "civilians")
        ).then(opposite(pl.col("country_code"))),
        # "the offensive" is the enemy's, "troops advanced" are the speaker's
        "told_of": pl.when(pl.col("form") == "noun").then(
            pl.when(pl.col("words").str.starts_with("counter")).then(by_law).otherwise(opposite(holder))
        ),
        # what is freed is freed by its own country
        "liberator": pl.when(pl.col("words").str.contains(_FREED)).then(
            pl.coalesce(speaker, pl.when(pl.col("country_code").is_in(["RU", "UA"])).then("country_code"))
        ),
        "against": pl.when(is_near & (opposite(pl.col("victim_side")) == told)).then(belligerent),
        "defenders": pl.when(pl.col("clause_left").str.contains(_DEFENDERS)).then(by_law),
        "repeller": pl.when(pl.col("form") == "passive").then(
            opposite(side_of_letter(pl.col("clause_left").str.extract(_ATTACK_OF)))
        ),
        "fallen": pl.when(
            pl.col("rule_id").is_in(_FALLEN)
            | (pl.col("rule_id") == "capture.fall_of")
            & pl.col("words").str.contains("fall of")
            & ~pl.col("clause_right").str.contains(r"^ [^.;]{0,40}\bto (?:the )?[RU]=")
        ).then(opposite(pl.col("country_code"))),
        "denier": pl.when(pl.col("rule_id").str.starts_with("capture.denied")).then(opposite(speaker)),
        # fragments are those of what the enemy sent
        "downed": pl.when(subtype == "debris").then(opposite(holder)),
        "mutual": pl.when(
            (pl.col("event_type") == "casualties") & pl.col("clause_left").str.contains(_BOTH_SIDES)
        ).then(pl.lit("both")),
        "losses": pl.when(pl.col("rule_id").is_in(["casualties.heavy", *ARMY_LOSSES])).then(
            pl.when(pl.col("clause_left").str.contains(_INFLICTED)).then(losing).otherwise(opposite(losing))
        ),
        "contested": pl.when(subtype == "contested").then(pl.lit("both")),
        "own": pl.when(
            pl.col("clause_left").str.contains(_OWN_MEN) | pl.col("clause_right").str.contains(_BY_OWN_MEN)
        ).then(we),
        # "held in Russian prisons"
        "captors": side_of_letter(pl.col("clause_right").str.extract(_CAPTORS)),
        "occupier": pl.when(pl.col("words").str.contains("occup")).then(opposite(pl.col("country_code"))),
        "given_up_to": pl.when(pl.col("rule_id") == "prisoners.surrendered").then(
            side_of_letter(pl.col("clause_right").str.extract(_GIVEN_UP_TO))
        ),
        # "170 people are still kept captive": those of the country, by who came to take it
        "captive_of": pl.when(pl.col("rule_id") == "prisoners.tried_there")
        .then(pl.lit("RU"))
        .when(pl.col("rule_id") == "prisoners.kept_captive")
        .then(
            pl.coalesce(
                pl.when(pl.col("words").str.contains("russian")).then(pl.lit("RU")),
                side_of_letter(pl.col("clause_right").str.extract(_KEPT_BY)),
                opposite(side_of_letter(pl.col("clause_left").str.extract(_KEPT_ARE))),
                pl.when(pl.col("country_code") == "UA").then(pl.lit("RU")),
            )
        ),
        # held, tried or condemned by who holds the town
        "keeper": pl.when(subtype.is_in(["held", "mistreated"])).then(holder),
        # "a Dane who was captured near Kherson": by who came to take the country
        "taker": pl.when(
            (subtype == "captured") & (pl.col("country_code") == "UA") & ~pl.col("left").str.contains("[RU]=")
        ).then(pl.lit("RU")),
        "jailer": pl.when(subtype == "mistreated").then(side_of_letter(pl.col("left").str.extract(_JAILERS))),
        # nobody says who set it off
        "unexplained": pl.when(pl.col("rule_id").is_in(_BLASTS_ON_CAPTIVES)).then(pl.lit("unknown")),
        "own_loss": pl.when(pl.col("clause_left").str.contains(_OWN_MEN)).then(opposite(speaker)),
        # the people of a third state, or of an aid group, are moved by those
        "outsider": pl.when(
            is_near & (told == "other")
            | (subtype == "ordered") & pl.col("clause_left").str.contains(_STATES_TELL)
            | pl.concat_str("clause_left", "clause_right").str.contains(rf"{foreign()} {_SUBJECTS_OF_STATE}")
        ).then(pl.lit("other")),
        "mover": pl.when(
            (pl.col("form") == "active")
            & (subtype == "carried_out")
            & pl.col("clause_left").str.contains(r"[RU]=*(?:'s?)? (?:[a-z]+ |V=* ){0,3}$")
        ).then(belligerent),
        "blocker": pl.when(subtype == "blocked").then(belligerent),
        "blockader": pl.when(subtype == "blockade").then(
            pl.coalesce(belligerent, opposite(pl.col("victim_side")), opposite(holder))
        ),
        "encircled": pl.when(subtype == "encirclement").then(holder),
        "encircler": pl.when(subtype == "encircled").then(opposite(holder)),
        "exchanged": pl.when(subtype == "exchanged").then(pl.lit("both")),
        "disputed": pl.when(pl.col("clause_left").str.contains(_DISPUTED)).then(pl.lit("unknown")),
        "both": pl.lit("both"),
        "other": pl.lit("other"),
    }
    side = pl.lit(None, pl.String)
    for types, names in _SOURCES.items():
        known = pl.coalesce(*[sources[name] for name in names], pl.lit("unknown"))
        side = pl.when(pl.col("event_type").is_in(types)).then(known).otherwise(side)
    return pl.coalesce(side, told, pl.lit("unknown"))


def opposite(side: pl.Expr) -> pl.Expr:
    """The other belligerent; null for any other side."""
    return side.replace_strict({"RU": "UA", "UA": "RU"}, default=None, return_dtype=pl.String)
