"""Which day an event happened: the date words that belong to it, else the news day (codebook section 5).

Here: choosing among a sentence's dates and the days of the sentences around it. Not here: what the words of a date mean
(dates.py).
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

import polars as pl

from pipeline import lexicon
from pipeline.extract import context_types
from pipeline.extract.dates import CONNECTIVE, SINCE, undated
from pipeline.extract.rows import ATTACKS
from pipeline.extract.spans import ahead_of, carried
from pipeline.schemas.vocabulary import CONTEXT_TYPES
from pipeline.text import for_ascii

_BACKGROUND_DAYS: Final = 7
_SPOKEN_REACH: Final = 2  # sentences over which "a day earlier" counts from a day that was named
_HABIT_REACH: Final = 30  # characters between an event and the words that make it a habit
_SPAN_REACH: Final = 100
_OWNED: Final = "^(?:a|the) weekend(?:'s)?$|^the [0-9]{4}$"
_OTHER_EVENT: Final = r"\b(?:after|since|before|following|when|which|who|where|because|until|ahead of)\b"
# "hit a school in Izmail that was closed last year"
_OF_THING: Final = r"[PF]=* that (?:was|were|had) (?:[a-z]+ )*$"
_RANKED: Final = r"\b(?:[a-z]{3,}est|most|worst|first|only|biggest|latest|second|third|fourth|fifth|sixth|[0-9]+(?:st|nd|rd|th))\b[^,;.]{0,90}$"
_IN_PASSING: Final = (
    r", (?:(?:all|most|both|some|many|each|one) of (?:them|whom|which)|who|which|whose|where|"
    r"(?:captured|seized|taken|held|built|born|wounded|injured|killed|occupied|destroyed|liberated|retaken)) [^,]*$"
)
# "since the war began in February": the month of the war, not of what is told
_SINCE_OTHER: Final = r"\bsince (?:[a-z-]+ |[A-Z]=*(?:'s?)? )+$"
_FOLLOWING: Final = r"\b(?:after|following) (?:an?|the|its|their) (?:[a-z-]+ |[A-Z]=*(?:'s)? )+$"
_OPENS_AFTER: Final = r'^"?(?:after|following|despite|in response to) [^,]{12,}$'
_HELD_SINCE: Final = (
    r", (?:held|captured|imprisoned|jailed|occupied|built|born|abducted|in captivity|under [a-z ]{3,20}) (?:[a-z]+ )*$"
)
# "over six weeks they fought for the town, with hundreds killed"
_WITHAL: Final = r", (?:with|including|among them|killing|leaving|causing|resulting in|as well as|through|by) [^,;]*$"
_CONTRAST: Final = r"\b(?:while|whereas)\b|;"
_PAST_REACH: Final = 3  # sentences over which the month or year of a story holds
_OPENING: Final = 25  # characters from the start of a sentence within which a date sets the scene for all of it
_DATE_GAP: Final = 4  # characters between two dates of which the later explains the earlier
_AT_HEAD: Final = 12  # characters: what opens a sentence is the day of all its clauses
_ON_GOING: Final = (
    r"\b(?:frequent|repeated|regular|constant|incessant|relentless|persistent|continual|recurring|occasional|daily|near-daily|nightly|periodic)"
    r" (?:and )?(?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,3}$"
)
_LOSS: Final = r"^(?:withdrawal|retreat|capture|fall|seizure|loss|liberation|recapture|takeover)$"
_KNOWN_LOSS: Final = r"\b(?:following|after|since) (?:the |its |their )(?:[RU]=*(?:'s)? |[a-z-]+ ){0,3}$"
_AFTER_TAKING: Final = r"\b(?:after|since) (?:first |fully |finally )?$"
# "returned after the troops withdrew", "looted before they left": known before the news
_ONCE_DONE: Final = r"\b(?:after|since|before|until|once|when) (?:[RU]=*(?:'s)? |the |its |their |they |[POA]=*(?:'s)? |[HVG]=* |[a-z-]+ ){1,5}$"
# "the town, seized by the army in a day, is empty"
_DESCRIBED: Final = (
    r"[POA]=*, (?:(?:which|that) (?:was|were|had been|has been) )?(?:first |once |since |largely |partly )?$"
)
# in the reporter's own words: before what the text tells
_HAD_DONE: Final = r"\bhad (?:long |once |previously |[a-z]+ly )?(?:been )?(?:(?:managed|begun|started|gone on|been able|been forced) to )?(?:[a-z]+ly )?$"
_LAND_THEY_TOOK: Final = (
    r"(?:territor(?:y|ies)|areas?|settlements|villages|towns|land|ground|[POA]=*) (?:that|which) "
    r"(?:[RU]=* (?:forces |troops )?|they |it )(?:has|have|had) (?:[a-z]+ )?$"
)
# what happened again and again happened on no one day
_MORE_THAN_ONCE: Final = for_ascii(
    r"^[^.;,]{0,40}\b(?:(?:several times|many times|N=* times|twice) before|(?:almost |nearly )?daily|repeatedly|regularly|routinely|frequently|more than once|again and again|time and again|many times|several times|on many occasions)\b"
)
_MANY_TIMES: Final = (
    r"\b(?:(?:has|have) (?:been )?(?:repeatedly|often|regularly|routinely|frequently|sometimes)"
    r"|(?:often|regularly|routinely|frequently|sometimes|occasionally|periodically|typically|usually)) (?:been |comes? |come |came |coming )?$"
)
# "a recent raid" was on no day that is told
_RECENT: Final = r"\brecent(?:ly)? (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,3}$"
_ANOTHER: Final = r"\b(?:previous|earlier|prior|past) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,2}$"
_FIRST_ONE: Final = r"\b(?:initial|original) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,2}$"
_A_DAY: Final = r"\bN=* (?:[a-z]+ |[RU]=* ){0,3}(?:a|per) (?:day|week|month)\b"
_NO_DAYS_DEAD: Final = r"^ (?:[a-z]+ ){0,3}in C=|^ (?:[a-z]+ |N=* ){0,4}(?:a|per|each|every) (?:day|week|month)\b"
_RATE: Final = r"^[^.;,]{0,40} (?:a|per|each|every) (?:day|week|month|night)\b|^[^.;,]{0,60} daily\b"
_DEFINITE: Final = r"\b(?:the|this|these|those)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $"
_THE_ONE: Final = r"^\"?(?:the|that|this) (?:[a-z-]+ |W=* ){0,2}$"
_ONE_MORE: Final = r"\b(?:an?|another|new|fresh)(?: [a-z-]+| [A-Z]=*(?:'s)?){0,3} $"
_LONG: Final = 18  # sentences from which on a text that names no day is taken for a comment or a history
_FOR_WEEKS: Final = r"\b(?:days|weeks|months|years) of (?:[a-z-]+ |[A-Z]=*(?:'s)? ){0,4}$"
_AFTERWARDS: Final = r"\b(?:after|following) (?:the |a |an |its |their )?(?:[a-z-]+ ){0,2}$"
_GOES_ON: Final = r"\b(?:just|is|are|'s|'re|now|still|currently|continues?|keeps?|remains?)\b"
_GOES_ON_NEXT: Final = (
    r"^ (?:[a-z-]+ |[A-Z]=*(?:'s)?,? ){0,6}?(?:is|are|continues?|remains?|rages?|goes|go|intensif(?:y|ies))\b"
)
_TIMELINE: Final = r"^(?:here (?:is|are) |below (?:is|are) )?(?:a |an |the )?(?:[a-z]+ )?(?:timeline|chronology|key dates)\b[^.]{0,60}$"
_STILL: Final = r"^(?:[a-z]+ )?now,? |\bstill (?:[a-z]+ly )?(?:raging|going on|under way|underway|ongoing|taking place|continuing)\b"
_NOW: Final = r"\b(?:is|are) (?:(?:still|now|also|currently|constantly|[a-z]+ly) )*$"
_TIMELINE_REACH: Final = 3  # sentences over which the day of an entry holds
_NOT_IN_STORY: Final = r"\b(?:has|have|is|are|now|currently|again|still|continues?|remains?)\b"
_GOES_ON_BEHIND: Final = (
    r"^ (?:[a-z]+ ){0,2}?(?:is|are) (?:also |still |now |currently )*(?:[a-z]+ing|under way|underway)\b"
)
_MANY_HARMED: Final = (
    r"\b(?:many|multiple|numerous|countless|most|half|N=* per ?cent|N={7,}(?: of)?) (?:[a-z-]+ |[A-Z]=*(?:'s)? ){1,6}(?:has|have) been "
    r"|\bN=* (?:[a-z-]+ |[A-Z]=*(?:'s)? ){1,6}(?:has|have) been [^.;,]{0,40} in (?:all of )?C=|\b(?:has|have) (?:[a-z]+ly )?"
    r"(?:destroyed|damaged|demolished|wrecked|razed|ruined) (?:[a-z]+ ){0,2}(?:many|multiple|numerous|countless|most|half|N={4}|N={7,}) "
    # how much of a town lies in ruins is a state
    r"|\b(?:N=*(?: ?%| per ?cent) of|(?:half|most|much|all) of|(?:huge|large|vast|great) (?:swathes|parts|areas|sections) of|whole|entire) "
    r"(?:the |its )?(?:[a-z-]+ ){0,2}(?:P=*|city|town|village|settlement|districts?|streets|neighbou?rhoods?|blocks)\b[^.;,]{0,30}\b"
    r"(?:has|have|had|was|were|is|are|lies?) "
)
_IN_ATTACK: Final = r"\b(?:attacks?|strikes?|shelling|raids?|blasts?|explosions?|barrage|bombardment)\b"
_SINCE_WAR: Final = for_ascii(
    r"^[^.;]{0,80}\bsince (?:the )?(?:[a-z-]+ |[RU]=*(?:'s)? |H=*(?:'s)? |D=* ){0,6}(?:invasion|invaded|war|aggression)\b"
)
_WORST_SINCE: Final = for_ascii(
    r"^[^.;]{0,60}\b(?:[a-z]{4,}est|most|worst|first|only|second|third)\b[^.;]{0,60}\bsince "
)
_WAR_IS_NEW: Final = dt.date(2022, 3, 20)  # until then what happened since it began is news
_HARM_REACH: Final = 3  # sentences behind an attack over which its harm is told
_OF_THE_ATTACK: Final = r"\b(?:the|this|that) (?:[a-z-]+ |[RU]=*(?:'s)? |[WK]=* |D=* ){0,3}(?:attacks?|strikes?|shelling|raids?|bombings?|bombardment|barrage)\b"
_LATER_DEATH: Final = (
    r"\b(?:died|dies) (?:[a-z]+ )?(?:in|of|at|later)\b|\bsuccumbed\b|\btoll\b|\brisen\b|\brose\b|\bnumber of\b"
)
# "they also hit a depot": in the span of days that the sentence before told
_ALSO: Final = r'^"?(?:(?:they|it|he|she|we|there|[RUGVHTN]=*|the (?:[a-z-]+ |[RUV]=* )?[a-z]+)(?:,? [a-z=]+){0,3}? also|also|in addition|additionally)\b'
# "for eight years it has held them off. And rockets fell on this town": in those years
_AND: Final = r'^"?and '
_FOR_YEARS: Final = r"^for .*(?:years|decades)$"
_OWN_SHARE: Final = 0.2  # of the recent days named, from which on the day of publication is the news day


@cache
def _speech_date() -> str:
    verbs = "|".join(lexicon.table("speech_verbs")["verb"])
    verbs += "|(?:report|study|survey|statement|update|figures|data|statistics) (?:released|published|issued|out)"
    return rf"\b(?:{verbs})(?: [a-z]+){{0,3}}?(?: on| late on| early on| late| early| in a [a-z ]{{3,30}} on)? $"


@cache
def _says() -> str:
    return rf"\b(?:{'|'.join(lexicon.table('speech_verbs')['verb'])})\b"


@cache
def _said_that() -> str:
    return rf"{_says()} (?:that|it|he|she|they|its|their|[RUG]=*)\b"


def news_days(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """Per article the day that its news is about: `article`, `news_day` Date.

    The day of publication where the text names it now and then or names no recent day at all; else the recent day that
    the text names most often.
    """
    recent = (
        dates.lazy()
        .filter(pl.col("date_precision") == 1)
        .join(sentences.lazy().select("sentence", "article", "published_date"), on="sentence", how="inner")
        .filter(
            pl.col("date_start") <= pl.col("published_date"),
            pl.col("date_start") >= pl.col("published_date").dt.offset_by("-2d"),
            pl.col("date_method") != "relative",
        )
        .group_by("article", "date_start", "published_date")
        .len()
        .sort("len", "date_start", descending=True)
        .group_by("article", maintain_order=True)
        .agg(
            named_most=pl.col("date_start").first(),
            times=pl.col("len").first(),
            all_times=pl.col("len").sum(),
            own_times=pl.col("len").filter(pl.col("date_start") == pl.col("published_date")).sum(),
        )
    )
    return (
        sentences.lazy()
        .group_by("article", maintain_order=True)
        .agg(pl.col("published_date").first())
        .join(recent, on="article", how="left")
        .select(
            "article",
            news_day=pl.when(
                ((pl.col("times") >= 2) & (pl.col("own_times") < _OWN_SHARE * pl.col("all_times")))
                # a single day before that of publication, and no other
                | (pl.col("times") == pl.col("all_times"))
                & (pl.col("named_most") == pl.col("published_date").dt.offset_by("-1d"))
            )
            .then("named_most")
            .otherwise("published_date"),
        )
        .collect()
    )


def _of_day(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.Series:
    """The articles that are news: short, or naming a day of the week before they were published."""
    short = (
        sentences.group_by("article")
        .agg(pl.len())
        .filter(pl.col("len") < _LONG)
        .select("article")
        .cast(sentences.schema["article"])
    )
    named = (
        dates.lazy()
        .filter(pl.col("date_precision") <= 2)
        .join(sentences.lazy().select("sentence", "article", "published_date"), on="sentence", how="inner")
        .filter(
            pl.col("date_end") <= pl.col("published_date"),
            pl.col("date_end") >= pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d"),
            # "today" is nowadays too, and "the day before" is before anything
            pl.col("date_text") != "today",
            pl.col("counts_from") != "spoken",
        )
        .select("article")
        .unique()
        .collect()
    )
    return pl.concat([short, named])["article"]


def date_triggers(triggers: pl.DataFrame, dates: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """Adds `date_start`, `date_end` Date, `date_precision` Int8, `date_method`, `date_at`, `date_at_end`, `is_background`.

    `triggers`: `trigger`, `sentence`, `article`, `start`, `clause_start`, `clause_end`, `clause_left`, `event_type`.
    """
    days = news_days(sentences, dates)
    dates = _counted(dates.filter(~_explains_another()), sentences, days)
    told = _told(triggers, dates, sentences)
    carried = _carried(sentences, dates, triggers)
    past = _long_past(sentences, dates)
    story = _story(sentences, dates)
    after_history = _after_history(triggers, sentences, dates)
    also = _also(sentences, dates)
    published = sentences.lazy().select("sentence", "published_date", "opens_in_quote", "entry_day")
    of_day = pl.lit(triggers["article"].is_in(_of_day(sentences, dates).implode()))
    perfect = pl.col("clause_left").str.contains(
        r"\b(?:has|have|having) (?:also |already |now |been |since |not |[a-z]+ed to have )*$"
    ) & ~pl.col("opens_in_quote")
    to_have = pl.col("clause_left").str.contains(r"\bto have (?:[a-z]+ly |also )?$")
    is_state = (
        (pl.col("event_type") == "control_status")
        | pl.col("is_timeless")
        | (pl.col("event_type").is_in(["displacement", "evacuation", "mobilisation", "aid", "sanction"]) & perfect)
        | pl.col("rule_id").is_in(
            [
                *("mobil.passive", "annex.verb", "clash.battle_of", "casualties.bodies", "capture.since_taking"),
                *("prisoners.kept_captive", "prisoners.keeps", "prisoners.in_the_hands_of"),
                *("prisoners.hardship", "strike.regular_target"),
            ]
        )
        | (pl.col("event_subtype").is_in(["cumulative", "blockade"]).fill_null(False))
        | ((pl.col("event_type") == "capture") & to_have)
        | ((pl.col("form") == "noun") & pl.col("clause_left").str.contains(_ON_GOING))
        | ((pl.col("rule_id") == "prisoners.held") & ~pl.col("words").str.contains("^(?:sentenced|convicted|jailed)"))
        # "has used drones to hit bridges" tells what it does
        | (
            pl.col("rule_id").is_in(["strike.used_to", "shelling.used_to"])
            & pl.col("clause_left").str.contains(r"\b(?:has|have) (?:[a-z]+ly )?$|\b(?:has|have) (?:[a-z]+ly )?used\b")
        )
        | ((pl.col("form") == "noun") & pl.col("clause_left").str.contains(_FOR_WEEKS))
        # "following the retreat from X", "the villages that they have seized": known before
        | pl.col("event_type").is_in(["withdrawal", "capture"])
        & (
            pl.col("clause_left").str.contains(_KNOWN_LOSS) & pl.col("words").str.contains(_LOSS)
            | pl.col("left").str.contains(_AFTER_TAKING) & pl.col("words").str.contains(r"^[a-z]+ing\b")
            | pl.col("left").str.contains(_LAND_THEY_TOOK)
            | pl.col("left").str.contains(_ONCE_DONE) & (pl.col("form") == "active")
            | pl.col("left").str.contains(_DESCRIBED)
        )
        | pl.col("event_type").is_in(ATTACKS)
        & (pl.col("clause_right").str.contains(_MORE_THAN_ONCE) | pl.col("clause_left").str.contains(_MANY_TIMES))
        | pl.col("clause_left").str.contains(_RECENT) & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        # "previous raids", "the initial advance"
        | (pl.col("form") == "noun")
        & (
            pl.col("event_type").is_in([*ATTACKS, "explosion", "advance", "clash"])
            & pl.col("clause_left").str.contains(_ANOTHER)
            | (pl.col("event_type") == "advance") & pl.col("clause_left").str.contains(_FIRST_ONE)
        )
        # "regroups after the battles for it", "inquiries into abductions"
        | ((pl.col("event_type") == "clash") & pl.col("left").str.contains(_AFTERWARDS))
        | ((pl.col("rule_id") == "shelling.rounds_fired") & pl.col("right").str.contains(_RATE))
        # "hundreds of schools have been destroyed": on many days
        | (
            (pl.col("event_type") == "infrastructure_damage")
            & (pl.col("clause_left") + pl.col("words") + pl.col("clause_right")).str.contains(_MANY_HARMED)
            & ~(pl.col("clause_left") + pl.col("clause_right")).str.contains(_IN_ATTACK)
        )
        # a number of dead in the whole country, or so many a day, is no news of a day
        | (
            (pl.col("event_type") == "casualties")
            & (pl.col("right").str.contains(_NO_DAYS_DEAD) | pl.col("clause_left").str.contains(_A_DAY))
        )
    )
    # "nine have fled since the invasion": of all the war
    of_the_war = pl.col("event_type").is_in(["casualties", "displacement", "infrastructure_damage"]) & pl.col(
        "right"
    ).str.contains(_SINCE_WAR)
    # "killed in the worst raid since the invasion"
    of_the_war = of_the_war & ~pl.col("right").str.contains(_WORST_SINCE)
    of_the_war = of_the_war & (pl.col("published_date") > _WAR_IS_NEW)
    # who holds a town is told of the day named; what is decided is dated by the saying
    keeps_day = pl.col("event_type").is_in([*CONTEXT_TYPES, "control_status"])
    undated = pl.col("told_precision").is_null()
    is_same_attack = (
        pl.col("event_type").is_in(ATTACKS)
        & (pl.col("form") == "noun")
        & pl.col("clause_left").str.contains(_THE_ONE)
        & pl.col("after_past_attack")
    )
    is_told = (
        undated
        & ~pl.col("clause_left").str.contains(_NOT_IN_STORY)
        & ~((pl.col("form") == "noun") & pl.col("clause_right").str.contains(_GOES_ON_BEHIND))
        & ~pl.col("event_type").is_in(CONTEXT_TYPES)
    )
    in_story = is_told & pl.col("story_precision").is_not_null()
    also_told = (
        undated & pl.col("also_precision").is_not_null() & ~pl.col("event_type").is_in(CONTEXT_TYPES) & ~is_state
    ).fill_null(False)
    in_history = (is_told & (pl.col("is_after_history") | is_same_attack)).fill_null(False)
    is_this_month = (pl.col("date_start") >= pl.col("published_date").dt.month_start()).fill_null(False)
    # what goes on now does not go on on a day long past
    goes_on = pl.col("clause_left").str.contains(_NOW) | (pl.col("form") == "noun") & pl.concat_str(
        "clause_left", "clause_right"
    ).str.contains(_STILL)
    is_stale = goes_on & (
        pl.coalesce("carried_day", "day_of") < pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d")
    )
    # a comment looks back, on no day that it tells; what goes on, goes on as it is told
    looks_back = (
        ~of_day
        & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        & ~pl.col("clause_left").str.contains(_GOES_ON)
        & ~((pl.col("form") == "noun") & pl.col("clause_right").str.contains(_GOES_ON_NEXT))
    )
    # "Saturday's raid" is another one, unless "the raid" of the next sentence means it
    carried_day = pl.coalesce("carried_day", pl.when(pl.col("clause_left").str.contains(_DEFINITE)).then("day_of"))
    # what a timeline does not date is no news of the day
    fallback = pl.coalesce(
        pl.when(~is_stale.fill_null(False)).then(carried_day),
        pl.when(~pl.col("is_timeline").fill_null(False) & ~looks_back).then("news_day"),
    )
    # what is told as the past of the war has no day of the news
    is_recent = fallback >= pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d")
    # crimes come to light days or weeks after
    found_later = (pl.col("event_type") == "attack_on_civilians") & is_recent.fill_null(True)
    # "following the revolution of 2014, its forces took the peninsula"
    of_old_year = (
        pl.col("event_type").is_in(["capture", "withdrawal", "advance"]) & pl.col("is_long_past") & ~goes_on
    ).fill_null(False)
    of_history = (pl.col("is_history") | pl.col("in_history") | of_old_year) & is_recent.fill_null(True)
    had_happened = (
        pl.col("clause_left").str.contains(_HAD_DONE)
        & (pl.col("form") != "noun")
        & pl.all_horizontal(pl.col("stance", "speaker_side").is_null())
        & ~pl.col("left").str.contains(_says())
        & pl.col("carried_day").is_null()
    )
    inferred = (
        undated
        & ~is_state
        & ~had_happened.fill_null(False)
        & ~of_the_war
        & ~found_later
        & fallback.is_not_null()
        & ~of_history.fill_null(False)
    )
    return (
        triggers.lazy()
        .join(told.lazy(), on="trigger", how="left", maintain_order="left")
        .join(published, on="sentence", how="left", maintain_order="left")
        # the day of the saying does not date the past of the war
        .with_columns(
            pl.when(
                ~(pl.col("of_saying") & (pl.col("is_history") | is_state & ~keeps_day | of_the_war)).fill_null(False)
            )
            .then(name)
            .alias(name)
            for name in ("told_start", "told_end", "told_precision", "told_method")
        )
        .join(carried.lazy(), on="sentence", how="left", maintain_order="left")
        .join(days.lazy(), on="article", how="left", maintain_order="left")
        .join(past.lazy(), on="sentence", how="left", maintain_order="left")
        .join(story.lazy(), on="sentence", how="left", maintain_order="left")
        .join(after_history.lazy(), on="sentence", how="left", maintain_order="left")
        .join(also.lazy(), on="sentence", how="left", maintain_order="left")
        .with_columns(in_history=in_history)
        .with_columns(news_day=pl.coalesce("entry_day", "news_day"))
        .with_columns(
            told_start=pl.when(in_story).then("story_start").otherwise("told_start"),
            told_end=pl.when(in_story).then("story_end").otherwise("told_end"),
            told_precision=pl.when(in_story).then("story_precision").otherwise("told_precision"),
            told_method=pl.when(in_story).then(pl.lit("stated")).otherwise("told_method"),
        )
        .with_columns(
            told_start=pl.when(also_told).then("also_start").otherwise("told_start"),
            told_end=pl.when(also_told).then("also_end").otherwise("told_end"),
            told_precision=pl.when(also_told).then("also_precision").otherwise("told_precision"),
            told_method=pl.when(also_told).then(pl.lit("relative")).otherwise("told_method"),
        )
        .with_columns(
            date_start=pl.when(inferred).then(fallback).otherwise("told_start"),
            date_end=pl.when(inferred).then(fallback).otherwise("told_end"),
            date_precision=pl.when(inferred).then(1).otherwise(pl.col("told_precision").fill_null(9)).cast(pl.Int8),
            date_method=pl.when(inferred).then(pl.lit("news_day")).otherwise(pl.col("told_method").fill_null("none")),
        )
        .with_columns(
            is_background=(
                (pl.col("date_end") < pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d"))
                | (pl.col("date_precision").is_in([4, 5]) & ~is_this_month)
                | pl.col("is_long_past")
                | (pl.col("is_timeline") & pl.col("date_start").is_null())
                | pl.col("in_history")
                | of_the_war
            ).fill_null(False)
        )
        .drop(
            "told_start",
            "told_end",
            "told_precision",
            "told_method",
            "carried_day",
            "day_of",
            "news_day",
            "published_date",
            "opens_in_quote",
            "entry_day",
            "is_long_past",
            "is_timeline",
            "is_after_history",
            "after_past_attack",
            "also_start",
            "also_end",
            "also_precision",
            "in_history",
            "story_start",
            "story_end",
            "story_precision",
        )
        .collect()
    )


def told_before(rows: pl.DataFrame) -> pl.DataFrame:
    """Gives rows without a day of their own the day that the article has told of the same type of event at the same settlement.

    `rows`: `article`, `sentence`, `event_type`, `place_id`, `place_tag`, `date_start`, `date_end`, `date_precision`, `date_method`,
    `of_saying`, `is_background`. A day counts where the article gives that event one day only.
    """
    has_day = (
        pl.col("date_method").is_in(["stated", "weekday", "relative"])
        & ~pl.col("of_saying").fill_null(False)
        & (pl.col("date_precision") == 1)
        & (pl.col("place_tag") == "P")
        & ~pl.col("event_type").is_in(CONTEXT_TYPES)
        & ~pl.col("is_background")
    )
    days = (
        rows.lazy()
        .filter(has_day)
        .group_by("article", "event_type", "place_id")
        .agg(told_day=pl.col("date_start").unique(), told_in=pl.col("sentence").min())
        .filter(pl.col("told_day").list.len() == 1)
        .with_columns(pl.col("told_day").list.first())
    )
    takes = (
        (
            (pl.col("date_method") == "news_day")
            | pl.col("of_saying").fill_null(False) & (pl.col("is_backshifted") | pl.col("is_known"))
        )
        & (pl.col("sentence") > pl.col("told_in"))
    ).fill_null(False)
    return (
        rows.lazy()
        .with_columns(
            is_backshifted=pl.col("clause_left").str.contains(r"\bhad (?:also |[a-z]+ly )*$"),
            # "said on Monday that the attack was": the one told before
            is_known=(pl.col("form") == "noun") & pl.col("clause_left").str.contains(r"\bthe (?:[a-z-]+ |[WK]=* )?$"),
        )
        .join(days, on=["article", "event_type", "place_id"], how="left", maintain_order="left")
        .with_columns(
            date_start=pl.when(takes).then("told_day").otherwise("date_start"),
            date_end=pl.when(takes).then("told_day").otherwise("date_end"),
            date_method=pl.when(takes).then(pl.lit("relative")).otherwise("date_method"),
        )
        .pipe(_same_as_undated)
        .drop("told_day", "told_in", "is_backshifted", "is_known")
        .pipe(_harm_of_attack)
        .collect()
    )


def _same_as_undated(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Takes the day of the news from "the attack" on a place of which the article has told before, as of no day of its own, and
    of no other one."""
    same = ["article", "event_type", "place_id"]
    undated_before = (
        rows.filter(pl.col("place_id").is_not_null())
        .filter(pl.col("event_type").is_in(ATTACKS))
        .filter(~(pl.col("is_known").fill_null(False) & (pl.col("date_method") == "news_day")))
        .group_by(same)
        .agg(
            no_day=(pl.col("is_timeless") & pl.col("date_start").is_null()).all(),
            no_day_from=pl.col("sentence").min(),
        )
        .filter("no_day")
        .select(*same, "no_day_from")
    )
    joined = rows.join(undated_before, on=same, how="left", maintain_order="left")
    is_one = (
        (pl.col("date_method") == "news_day") & pl.col("is_known") & (pl.col("sentence") > pl.col("no_day_from"))
    ).fill_null(False)
    return joined.with_columns(**undated(is_one)).drop("no_day_from")


def _harm_of_attack(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Gives harm that "the attack" did the day of the last attack before it whose day is told, where it has none of its own."""
    numbered = rows.with_row_index("told_no")
    days = (
        rows.filter(
            pl.col("event_type").is_in(["strike", "shelling"]),
            pl.col("date_method").is_in(["stated", "weekday", "relative"]),
            ~pl.col("of_saying").fill_null(False),
            pl.col("date_precision") == 1,
            ~pl.col("is_background"),
        )
        .group_by("article", "sentence")
        .agg(attack_day=pl.col("date_start").last())
        .with_columns(attacked_in="sentence")
        .sort("sentence")
    )
    words = pl.concat_str("clause_left", "clause_right", separator=" ")
    harmed = (
        numbered.filter(
            pl.col("event_type").is_in(["casualties", "infrastructure_damage", "explosion"]),
            pl.col("date_method") == "news_day",
            words.str.contains(_OF_THE_ATTACK),
            ~words.str.contains(_LATER_DEATH),
        )
        .select("told_no", "article", "sentence")
        .sort("sentence")
        .join_asof(
            days,
            on="sentence",
            by="article",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter(pl.col("sentence") - pl.col("attacked_in") <= _HARM_REACH)
        .select("told_no", "attack_day")
    )
    takes = pl.col("attack_day").is_not_null()
    return (
        numbered.join(harmed, on="told_no", how="left", maintain_order="left")
        .with_columns(
            date_start=pl.when(takes).then("attack_day").otherwise("date_start"),
            date_end=pl.when(takes).then("attack_day").otherwise("date_end"),
            date_method=pl.when(takes).then(pl.lit("relative")).otherwise("date_method"),
        )
        .drop("told_no", "attack_day")
    )


def _explains_another() -> pl.Expr:
    """Boolean over dates in text order: it dates the words of the date before it ("since the war began" in February)."""
    follows = (pl.col("sentence") == pl.col("sentence").shift(1)) & (
        pl.col("start") - pl.col("end").shift(1) <= _DATE_GAP
    )
    return (follows & pl.col("date_text").shift(1).str.starts_with("since ")).fill_null(False)


def _long_past(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `is_long_past` True: sentences that name a year long past and no recent day."""
    old = (pl.col("date_precision") == 5) & (pl.col("date_end") < pl.col("published_date").dt.offset_by("-180d"))
    return (
        dates.lazy()
        .join(sentences.lazy().select("sentence", "published_date"), on="sentence", how="left")
        .group_by("sentence")
        .agg(is_long_past=old.any() & ~(pl.col("date_precision") == 1).any())
        .filter(pl.col("is_long_past").fill_null(False))
        .collect()
    )


def _story(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `story_start`, `story_end` Date, `story_precision`: the past month or year in which a sentence plays.

    A month or year that is over, named at the start of the sentence itself or in one shortly before it in its paragraph,
    holds until another date is named.
    """
    is_over = pl.col("date_precision").is_between(2, 5) & (
        pl.col("date_end") < pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d")
    )
    last = (
        dates.lazy()
        .join(
            sentences.lazy().select("sentence", "published_date", "mask"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .filter(~ahead_of(pl.col("mask"), "start", 60).str.contains(_SINCE_OTHER))
        .filter(~pl.col("date_text").str.contains(_OWNED))
        .with_columns(
            over=is_over.fill_null(False),
            opens=pl.col("start") < _OPENING,
        )
        .group_by("sentence", maintain_order=True)
        .agg(
            story=pl.struct("date_start", "date_end", "date_precision", "over").last(),
            own=pl.struct("date_start", "date_end", "date_precision", "over").first(),
            opens=pl.col("opens").first() & (pl.len() == 1),
            named_in=pl.col("sentence").first(),
        )
    )
    held = (
        sentences.lazy()
        .select("sentence", "paragraph")
        .join(last, on="sentence", how="left", maintain_order="left")
        .with_columns(
            before=carried(pl.col("story"), "paragraph"), named_in_before=carried(pl.col("named_in"), "paragraph")
        )
    )
    near = pl.col("sentence") - pl.col("named_in_before") <= _PAST_REACH
    return (
        held.with_columns(story=pl.when(pl.col("named_in").is_null() & near).then("before").when("opens").then("own"))
        .filter(pl.col("story").struct.field("over").fill_null(False))
        .select(
            "sentence",
            story_start=pl.col("story").struct.field("date_start"),
            story_end=pl.col("story").struct.field("date_end"),
            story_precision=pl.col("story").struct.field("date_precision"),
        )
        .collect()
    )


def _also(sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `also_start`, `also_end` Date, `also_precision`: sentences without a date that go on telling ("they also
    hit") what happened in the days or weeks which the sentence before names last."""
    spans = (
        dates.lazy()
        .group_by("sentence", maintain_order=True)
        .agg(span=pl.struct("date_start", "date_end", "date_precision").last())
        .filter(
            pl.col("span").struct.field("date_precision").is_between(2, 4),
            pl.col("span").struct.field("date_start").is_not_null(),
        )
    )
    before = pl.col("before").struct
    return (
        sentences.lazy()
        .select("sentence", "paragraph", goes_on=pl.col("mask").str.contains(_ALSO))
        .join(spans, on="sentence", how="left", maintain_order="left")
        .with_columns(before=carried(pl.col("span"), "paragraph", reach=1))
        .filter(pl.col("goes_on") & pl.col("before").is_not_null())
        .join(dates.lazy().select("sentence").unique(), on="sentence", how="anti")
        .select(
            "sentence",
            also_start=before.field("date_start"),
            also_end=before.field("date_end"),
            also_precision=before.field("date_precision"),
        )
        .collect()
    )


def _after_history(triggers: pl.DataFrame, sentences: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    """Sentences without a date: `sentence`, `is_after_history` (shortly behind one of their paragraph that tells history),
    `after_past_attack` (right behind a sentence that tells an attack of the past)."""
    history = (
        triggers.lazy()
        .filter(pl.col("is_history") & (pl.col("event_type") != "control_status"))
        .group_by("sentence")
        .agg(past=pl.col("sentence").first(), tells_attack=pl.col("event_type").is_in(ATTACKS).any())
    )
    for_years = (
        dates.lazy()
        .filter(pl.col("date_text").str.contains(_FOR_YEARS))
        .select("sentence", in_years=pl.col("sentence"))
        .unique()
    )
    goes_on = pl.col("mask").str.contains(_AND)
    return (
        sentences.lazy()
        .select("sentence", "article", "paragraph", "mask")
        .join(history, on="sentence", how="left", maintain_order="left")
        .join(for_years, on="sentence", how="left", maintain_order="left")
        .with_columns(
            last=pl.coalesce(
                carried(pl.col("past"), "paragraph"), pl.when(goes_on).then(carried(pl.col("in_years"), "article"))
            ),
            after_past_attack=carried(pl.when("tells_attack").then(True), "article", reach=1).fill_null(False),
        )
        .with_columns(is_after_history=(pl.col("sentence") - pl.col("last") <= _PAST_REACH).fill_null(False))
        .filter(pl.col("is_after_history") | pl.col("after_past_attack"))
        .join(dates.lazy().select("sentence").unique(), on="sentence", how="anti")
        .select("sentence", "is_after_history", "after_past_attack")
        .collect()
    )


def _told(triggers: pl.DataFrame, dates: pl.DataFrame, sentences: pl.DataFrame) -> pl.DataFrame:
    """The date of the trigger's own sentence: in its clause before elsewhere, of the event before of the saying."""
    before = ahead_of(pl.col("mask"), "date_at", 90)
    in_clause = (pl.col("date_at") >= pl.col("clause_start")) & (pl.col("date_at_end") <= pl.col("clause_end"))
    gap = pl.max_horizontal(pl.col("date_at") - pl.col("end"), pl.col("start") - pl.col("date_at_end"))
    behind = pl.col("date_at") >= pl.col("end")
    # a date may stand inside the words of the event, with nothing between them
    until_trigger = pl.col("mask").str.slice("date_at_end", (pl.col("start") - pl.col("date_at_end")).clip(0))
    until_date = pl.col("mask").str.slice("end", (pl.col("date_at") - pl.col("end")).clip(0))
    return (
        triggers.lazy()
        .select("trigger", "sentence", "start", "end", "clause_start", "clause_end", "event_type", "rule_id")
        .join(dates.lazy().rename({"start": "date_at", "end": "date_at_end"}), on="sentence", how="inner")
        .join(sentences.lazy().select("sentence", "mask", "published_date"), on="sentence", how="left")
        .with_columns(
            of_saying=before.str.contains(_speech_date())
            # "on Monday the spokesman said that the strike", "on Monday Moscow admitted it had struck"
            | (pl.col("date_at") < _AT_HEAD) & until_trigger.str.contains(_said_that()),
            between=pl.when(behind).then(until_date).otherwise(until_trigger),
        )
        # a day in another clause is another event's
        .filter(
            pl.col("of_saying")
            | in_clause
            | ~pl.when(behind)
            .then(pl.col("between").str.contains(_OTHER_EVENT))
            .otherwise(pl.col("between").str.contains(_CONTRAST) & (pl.col("date_at") >= _AT_HEAD))
        )
        .filter(~(behind & pl.col("between").str.contains(f"{_SINCE_OTHER}|{_OF_THING}")))
        # "intensified following a pause in July": the month of the pause
        .filter(~(behind & pl.col("date_precision").is_between(3, 5) & pl.col("between").str.contains(_FOLLOWING)))
        # what happens again and again has no day, where the words stand beside it
        .filter((pl.col("date_precision") < 9) | (gap <= _HABIT_REACH))
        # "a week after the town fell": the town's day
        .filter(~(behind & pl.col("date_text").str.contains(CONNECTIVE)))
        # "now, two years later, it goes on"
        .filter(
            ~(
                pl.col("date_text").str.ends_with(" later")
                & before.str.contains(r"\b(?:now|today|still),? (?:[a-z]+ ){0,3}$")
            )
        )
        # "the men, captured last year, were freed": a day in passing
        .filter(
            pl.when(behind)
            .then(~pl.col("between").str.contains(_HELD_SINCE))
            .otherwise(~before.str.contains(_IN_PASSING) | ~pl.col("between").str.starts_with(","))
        )
        # "after the town fell on Friday, it ..." dates the fall
        .filter(
            behind
            | ~pl.col("mask").str.slice(0, "date_at").str.contains(_OPENS_AFTER)
            | ~pl.col("between").str.contains(",")
        )
        # "the court's order of 3 May" dates the order
        .filter((pl.col("date_precision") != 1) | ~pl.col("date_text").str.starts_with("of ") | (gap <= _HABIT_REACH))
        # "a weekend raid", "the 2022 siege": their own day
        .filter(
            ~pl.col("date_text").str.contains(_OWNED)
            | (~pl.col("between").str.contains("[,;]") & ~behind & (gap <= _HABIT_REACH))
        )
        # and a vague span belongs to what stands near it
        .filter(~pl.col("date_precision").is_between(3, 5) | (gap <= _SPAN_REACH))
        # "the heaviest raid since the war began" ranks it, and says not when it was
        .filter(
            ~(
                (pl.col("date_precision") >= 4)
                & before.str.contains(_RANKED)
                & (
                    pl.col("date_text").str.contains(
                        "^(?:since|for|in (?:recent|the past|the last|several|weeks|months|years))"
                    )
                    | pl.col("between").str.contains(r"\bsince [^,;.]{0,50}$") & behind
                )
            )
        )
        .with_columns(
            cost=gap
            + pl.when(in_clause).then(0).otherwise(300)
            + pl.when("of_saying").then(1000).otherwise(0)
            # "a week before the town fell in May" tells when it fell
            + pl.when(pl.col("date_text").str.contains(CONNECTIVE) & pl.col("date_start").is_null())
            .then(200)
            .otherwise(0)
            # a vague span elsewhere in the sentence says less than the day of the saying
            + pl.when(
                ~in_clause
                & (pl.col("date_precision") > 2)
                & ~pl.col("date_text").str.contains(CONNECTIVE)
                & (behind | pl.col("date_start").is_null() | ~pl.col("between").str.contains(_WITHAL))
            )
            .then(2000)
            .otherwise(0)
        )
        .filter(pl.col("cost") < 2000)
        # what has happened happened no later than it was told
        .filter(
            pl.col("event_type").is_in(CONTEXT_TYPES)
            | (pl.col("date_start") <= pl.col("published_date")).fill_null(True)
        )
        # an aim is dated by the saying, not by what it is set for
        .filter(
            (pl.col("event_type") != "intent")
            | ((pl.col("date_precision") <= 3) & (pl.col("date_start") <= pl.col("published_date"))).fill_null(False)
        )
        # nor is a visit that is still to come by its own day
        .filter(~pl.col("rule_id").is_in(context_types.PLANNED) | pl.col("of_saying"))
        # who holds a place is no news of a day
        .filter((pl.col("event_type") != "control_status") | (pl.col("date_method") == "stated"))
        .sort("trigger", "cost", "date_at")
        .group_by("trigger", maintain_order=True)
        .agg(
            told_start=pl.col("date_start").first(),
            told_end=pl.col("date_end").first(),
            told_precision=pl.col("date_precision").first(),
            told_method=pl.col("date_method").first(),
            date_at=(pl.col("date_at") - SINCE * pl.col("date_text").str.starts_with("since ").cast(pl.Int32)).first(),
            date_at_end=pl.col("date_at_end").first(),
            of_saying=pl.col("of_saying").first(),
        )
        .collect()
    )


def _counted(dates: pl.DataFrame, sentences: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Dates that count from another day than that of publication ("today" in yesterday's news, "a day earlier"), moved there."""
    is_day = (
        (pl.col("date_precision") == 1) & (pl.col("counts_from") == "published") & pl.col("date_start").is_not_null()
    )
    in_order = (
        dates.lazy()
        .join(
            sentences.lazy().select("sentence", "article", "published_date", "entry_day"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .join(days.lazy(), on="article", how="left", maintain_order="left")
        .with_columns(news_day=pl.coalesce("entry_day", "news_day"))
        .sort("sentence", "start")
        .with_columns(named=pl.when(is_day).then("date_start"), named_in=pl.when(is_day).then("sentence"))
        .with_columns(spoken=carried(pl.col("named"), "article"), spoken_in=carried(pl.col("named_in"), "article"))
    )
    near = (pl.col("sentence") - pl.col("spoken_in") <= _SPOKEN_REACH).fill_null(False)
    counted_from = (
        pl.when(pl.col("counts_from") == "news")
        .then("news_day")
        .when(pl.col("counts_from") == "spoken")
        .then(pl.coalesce(pl.when(near).then("spoken"), "news_day"))
        .otherwise("published_date")
    )
    # "two years since": a year is one, from whichever day of a week it counts
    # "the next morning" of a day that is not told
    lies_ahead = ((pl.col("counts_from") == "spoken") & (pl.col("date_start") > pl.col("published_date"))).fill_null(
        False
    )
    shift = pl.when(pl.col("date_precision") <= 3).then(pl.col("published_date") - counted_from)
    return (
        in_order.with_columns(pl.col("date_start", "date_end") - shift.fill_null(pl.duration(days=0)))
        .with_columns(**undated(lies_ahead))
        .select(dates.columns)
        .collect()
    )


def _carried(sentences: pl.DataFrame, dates: pl.DataFrame, triggers: pl.DataFrame) -> pl.DataFrame:
    """`sentence`, `carried_day`, `day_of`: the last day named before it in its paragraph; for `day_of` as that of a thing
    ("Saturday's raid")."""
    telling = (
        triggers.lazy()
        .filter(~pl.col("event_type").is_in(CONTEXT_TYPES))
        .select("sentence", tells=pl.lit(True))
        .unique()
    )
    another = (
        triggers.lazy()
        .filter(
            pl.col("event_type").is_in(ATTACKS),
            pl.col("form") == "noun",
            pl.col("clause_left").str.contains(_ONE_MORE),
        )
        .select("sentence", tells_another=pl.lit(True))
        .unique()
    )
    named = (
        dates.lazy()
        .join(
            sentences.lazy().select("sentence", "published_date", "mask"),
            on="sentence",
            how="left",
            maintain_order="left",
        )
        .filter(pl.col("date_precision") == 1, (pl.col("date_start") <= pl.col("published_date")).fill_null(True))
        .filter(pl.col("date_start").is_not_null())
        # a day of talks or of a deal is not the day of the fighting told next
        .join(telling, on="sentence", how="left", maintain_order="left")
        .filter(
            pl.col("tells").fill_null(False)
            | (pl.col("start") < _OPENING)
            | (pl.col("date_start") < pl.col("published_date").dt.offset_by(f"-{_BACKGROUND_DAYS}d"))
            | ahead_of(pl.col("mask"), "start", 60).str.contains(_speech_date())
        )
        .with_columns(is_owner=pl.col("mask").str.slice("end", 2) == "'s")
        .group_by("sentence", maintain_order=True)
        .agg(
            day=pl.col("date_start").filter(~pl.col("is_owner")).last(),
            day_of=pl.col("date_start").filter("is_owner").last(),
        )
    )
    return (
        sentences.lazy()
        .select("sentence", "article", "paragraph", is_timeline=pl.col("mask").str.contains(_TIMELINE))
        .join(named, on="sentence", how="left", maintain_order="left")
        .join(another, on="sentence", how="left", maintain_order="left")
        .with_columns(is_timeline=carried(pl.when("is_timeline").then(True), "article").fill_null(False))
        .select(
            "sentence",
            "is_timeline",
            # "the strike" behind "another strike" is that one
            day_of=carried(
                pl.when(pl.col("day_of").is_not_null() | pl.col("tells_another")).then(pl.struct("day_of")), "paragraph"
            ).struct.field("day_of"),
            carried_day=pl.when("is_timeline")
            .then(carried(pl.col("day"), "article", reach=_TIMELINE_REACH))
            .otherwise(carried(pl.col("day"), "paragraph")),
        )
        .collect()
    )
