"""What a place does in its sentence: where something happened, was said, began, ended, or is measured from.

Here: roles, containers ("Toretsk in the Donetsk region"), coordinations ("A, B and C"). Not here: which place a name
means (homonyms.py).
"""

from __future__ import annotations

import polars as pl

from pipeline.extract.back_references import SOURCE as BACK_REFERENCE
from pipeline.extract.spans import ahead_of, opens
from pipeline.text import for_ascii

_IN_REGION = (
    r"^(?:,? (?:[a-z-]+ |F=* ){0,4}(?:in|of|inside) (?:the |[RU]=*(?:'s)? )?(?:[a-z-]+ ){0,3}|, (?:the )?(?:[a-z-]+ )?| \()$"
    # "Orikhiv, a town of some 14,000 people in the Zaporizhzhia region"
    r"|^, (?:an?|the) (?:[a-z-]+ ){0,3}(?:city|town|village|settlement|hub|suburb|port) [^.;,\"]{0,45} in (?:the )?(?:[a-z-]+ ){0,2}$"
    # "Lyman and Siversk to the north, the two towns in the Donetsk region"
    r"|^(?:,? (?:(?:further|farther|to the|in the) )?(?:north|south|east|west)[a-z-]*)?, (?:the|both|one of the) (?:[a-z-]+ |N=* ){0,3}"
    r"(?:cities|towns|villages|settlements|strongholds|city|town|village|settlement|stronghold) (?:in|of) (?:the )?(?:[a-z-]+ ){0,2}$"
)
# "33 drones: 20 over A, ten over B"
_FIRST_SHARE = (
    r"(?::| -) N=*(?: of (?:them|these|those)| W=*)? (?:over|above|in|near|off) (?:the )?(?:territory of (?:the )?)?$"
)
_COORDINATED = (
    r"^(?: (?:regions?|oblasts?|districts?|provinces?))?(?:,|,? and|,? or|, as well as| and also)(?:(?: another| a further| at least| some| about)? N=*(?: people| others| more| (?:[a-z]+ )?W=*)?)?(?: near| in| at| on| around| outside| over| above)?(?: (?:parts?|half|most|much|the outskirts|the suburbs) of)?(?: the)?(?: [RU]=*(?:'s)?)?(?: [a-z-]+){0,2}?"
    r"(?: (?:towns?|villages?|cities|settlements?|city|regions?|oblasts?|districts?|communit(?:y|ies)) of)? ?$"
)
# "in A, B, C and D" where no table knows B
_UNKNOWN_BETWEEN = r"^, (?:[A-Z][a-z'-]+(?: [A-Z][a-z'-]+)?(?:, and |, | and )){1,3}$"
_UNKNOWN_BETWEEN += r"|^(?:,|,? and) the (?:villages|towns|settlements) of (?:[A-Z][a-z'-]+(?:, and |, | and )){1,3}$"
# "hit a depot in A, a school in B and two hangars near C"
_NEXT_TARGET = (
    r"^(?:,|[,;]? and|;|,? as well as)(?: also)? (?:an?|the|another|some|several|N=*) (?:[a-z-]+ |[RUFW]=*(?:'s)? ){0,5}"
    r"(?:in|near|at|outside|around) (?:the )?(?:[a-z-]+ ){0,2}(?:(?:towns?|villages?|cities|city|port|district|region) of )?$"
    r"|^,? and F=* (?:in|near|at|outside|around) (?:the )?(?:[a-z-]+ ){0,2}$"
)
# a ship bears the name of the town: "sank the Novocherkassk at its berth", "the Novocherkassk landing ship"
_SHIP_BEFORE = (
    r"\b(?:sank|sunk|sinking of|scuttled|torpedoed|(?:ship|cruiser|submarine|frigate|corvette|flagship|vessel),?) the $"
)
_SHIP_AFTER = r"^ (?:[a-z]+-class\b|landing ships?\b|F=* (?:was sunk|sank))"
_ALL_IN = r"^, (?:all|both|most|mostly|mainly|most of (?:them|it)|all of (?:them|it)) in (?:the )?(?:(?:city|town|village) of )?$"
# "from A and struck B": B is told of by a verb of its own
_NEW_VERB = r"\b(?:hit|hits|struck|strikes|shelled|bombed|attacked|targeted|damaged|destroyed|captured|took|seized|entered|reached|crossed|fell)\b"
_MEASURE = r"(?:km|kms|kilomet(?:re|er)s?|miles?)(?: \([^)]*\))?(?: (?:to the |due )?(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west)(?:ern|wards?)?)?"
_REFERENCE = for_ascii(
    rf"(?:{_MEASURE} (?:of|from|off|outside|away from)|(?:road|way|route|highway|railway|line)s? (?:to|from|between|linking)|"
    r"capital of|(?:is|as|be) part of|borders|bordering|border (?:with|between)|known as|formerly|opposite|native of|born in|"
    r"forces in|hub of|based in|branch in|talks in|meeting in|summit in|conference in|told .{0,20} in|ambassador (?:in|to)|"
    r"\b(?:signs?|signals?|messages?|statements?|orders|pressure|reactions?|response|permission|approval|denials?|comments?|word) from|"
    r"\b(?:behind|away from)|"
    r"\b(?:worst|deadliest|largest|biggest|heaviest|longest|first) [^.;]{0,45} since [^.;,]{3,25} in|"
    r"\b(?:worries|worry|fears|concerns?|alarm|anger|hopes?|unease|anxiety|suspicions?) (?:(?:is|are|was|were|has|have|been|also) )*(?:grow\w*|grew|ris(?:e|es|ing|en)|rose|mount\w*) in|"
    r"invasion of|invaded|war in|war on|war against|support for|aid to|assistance to|president of|government of|"
    r", (?:an?|the) (?:[a-z-]+ ){0,3}(?:city|town|village|port|settlement|suburb|F=*|district|region) (?:[a-z-]+ ){0,2}(?:close to|near|bordering|not far from|north of|south of|east of|west of|outside)|"
    r"sovereignty of|\b(?:[Aa]ddressing|[Ss]peaking|speech|address|remarks) [^,;]{0,40}(?:in|from|at)|(?:government|regime|leadership|ministry|allies|partners|officials loyal to the government) in|army of|armed forces of|people of|as far as) (?:the |[RU]=*(?:'s)? )?(?:[a-z-]+ ){0,4}(?:of )?$"
)
_ORIGIN = (
    r"(?:\bfrom|launched from|flew from|coming from) (?:the |[RU]=*(?:'s)? )?(?:[a-z-]+ ){0,4}(?:of )?$"
    r"|\b(?:launch|fir)(?:ed|ing|es) [^.;,]{0,40}\bfrom (?:an? |the )?F=* (?:in|near|at|outside) (?:the )?(?:[a-z-]+ ){0,4}(?:of )?$"
)
# "pushed them back north and east from X": around X
_AWAY = for_ascii(
    r"\b(?:push\w*|advanc\w*|driv\w*|drove|moved?|moving|attack\w*|forc\w*|fought|fighting) (?:[a-z]+ |[RU]=* ){0,5}"
    r"(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west|away|back)(?:wards?)? from "
    r"(?:the )?(?:[a-z-]+ ){0,3}(?:of )?$"
)
# "came within six kilometres of X": near X
_WITHIN = rf"\bwithin (?:[a-z]+ )?N=* ?{_MEASURE} of (?:the )?(?:[a-z-]+ ){{0,3}}(?:of )?$"
# "said Olha, 63, from the village of X"
_INHABITANT = r"(?:\bsa(?:id|ys) [^.;\"]{0,40}, |, (?:N=*|[0-9]{1,3}), |\b(?:resident|pensioner|farmer|teacher|nurse|woman|man|mother|villager) )from (?:the )?(?:[a-z-]+ ){0,3}(?:of )?$"
# "from the north on the city of X": X is told of by the later preposition
_LATER_PREPOSITION = r"\bfrom (?:the |[RU]=*(?:'s)? )?(?:[a-z-]+ ){0,3}(?:on|onto|to|into|in|at|near|against|towards?|over|across|by) (?:[a-z-]+ ){0,4}(?:of )?$"
_DESTINATION = r"(?:(?:evacuated|fled|flee|moved|taken|transferred|brought|transported|travell?ed|returned|going|delivered|sent|travell?ing|driving) (?:(?:[a-z]+|[PO]=*) ){0,3}to|bound for|arrived in|en route to) (?:the )?(?:[a-z-]+ ){0,4}(?:of )?$"
_WAR_BROUGHT = r"\b(?:war|battle|fight|fighting|conflict) (?:[a-z]+ )?to (?:the )?$"
_NEAR = (
    r"(?:near|around|outside|close to|north of|south of|east of|west of|north-?east of|north-?west of|south-?east of|"
    r"south-?west of|vicinity of|direction of|outskirts of|approaches to|towards?|surrounding|suburbs? of|"
    r"in the direction of|area of|surroundings of|beyond|just off|off) (?:the )?(?:[a-z-]+ ){0,4}(?:of )?$"
)
# around a city that is a region of its own lies the next one
_OUTSIDE = (
    r"(?:near|outside|close to|north of|south of|east of|west of|north-?east of|north-?west of|south-?east of|south-?west of|"
    r"not far from|surrounding|suburbs? of|satellite towns? of|beyond|just off|around) (?:the )?(?:[a-z-]+ ){0,2}(?:of )?$"
)
# "in the west of the capital" is in it
_INSIDE = r"\b(?:in|across|over|on) the (?:far )?(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west) of (?:the )?(?:[a-z-]+ |[RU]=* ){0,2}$"
_SPEAKER_AFTER = (
    r"^(?:'s?)?(?: (?:region|oblast|province|regional|city|district|military))?(?:'s?)? ?(?:acting |regional |deputy |city )?"
    r"(?:governor|mayor|military administration|authorities|officials|prosecutors|police|administration|V=*|H=*|G=*)"
)
_SPEAKER_BEFORE = for_ascii(
    r"(?:governor|mayor|head|chief|administration|council|authorities|leader|prosecutors|police|spokes\w+|V=*)"
    r"(?: for| of| in) (?:the |[RU]=*(?:'s)? )?(?:[a-z-]+ ){0,4}$"
)
_FILED = r"^,? (?:reports?|writes|wrote|has more|has the story|sends this)\b"
_DIRECTION = r"(?:north|south|east|west|north-?east|north-?west|south-?east|south-?west) of (?:the )?(?:[a-z-]+ ){0,2}$"
# "in A (just north of B)"
_IN_BRACKETS = rf"^ \((?:[a-z]+ ){{0,3}}(?:{_DIRECTION}|(?:near|outside|close to) (?:the )?$)"
_TWIN = r"^'s? (?:twin|sister|neighbou?ring|nearby) "
_COAST_OF = r"^ (?:river )?(?:ports?|port (?:city|town)|city|town|harbou?r|resort) (?:of )?P=|^ (?:port|resort) (?:city|town)\b|^ P=|^ (?:islands?|peninsula|fleet|grain|initiative)\b"
_SEAT = r"\b(?:government|regime|leadership|ministry|general staff|authorities|rulers|allies) in $"
_NAMED_CAPITAL = r"\b(?:regional|provincial) capital of $"
_REPORTS = r"^ (?:V=*|reports?|reported|said|says)\b"
_CITY_BEFORE = r"\b(?:city|centre|center|outskirts|suburbs|streets) of $|\b(?:central|downtown) $"
_CITY_AFTER = r"^(?:'s)? (?:(?:city|airport|cent(?:re|er)|mayor|suburbs|residents)\b|(?:also |again )?c(?:o|a)mes? under (?:[a-z]+ )?(?:fire|shelling|attack))"
_BESIDE = r"^, (?:just |right )?(?:near|close to|not far from|next to) (?:the )?$"
_BESIDE_TOO = r"\b(?:near|close to|not far from|next to|within) (?:the )?(?:[a-z-]+ ){0,2}$"
_BY_PREPOSITION = rf"^,? ?(?:and )?(?:near|within|around|{_DIRECTION})"
_DISTRICT_AFTER = r"^(?:,? (?:and|or) P=*)?(?:'s)? districts?\b"
_VILLAGE_BEFORE = r"\b(?:village|hamlet|farm|rural settlement) of (?:the )?$"
_OBLAST_BEFORE = r"\b(?:regions?|oblasts?|provinces?|governors? of)(?: of)? (?:the )?$"
_OBLASTS_BEFORE = r"\b(?:regions|oblasts|provinces)(?: of)? (?:the )?$"
_OBLAST_AFTER = (
    r"^(?:'s?)?(?:,? (?:and|or|,) [PO]=*)?(?:,? and [PO]=*)? (?:governor|regions|oblasts|provinces|regional)\b"
)
_OBLASTS_AFTER = r"^ (?:regions|oblasts|provinces)\b"
_DATELINE = r"^[A-Z][A-Za-z ,/.-]{2,40}(?:\([A-Za-z ]+\) ?)?-+ "


def in_context(sentences: pl.DataFrame, mentions: pl.DataFrame) -> pl.DataFrame:
    """Place mentions with their role, their group and the oblast that stands beside them."""
    before = ahead_of(pl.col("mask"), "start", 70)
    after = pl.col("mask").str.slice(pl.col("end"), 60)
    passed = pl.when(~opens("sentence")).then(pl.col("end").shift(1))  # no length below 0, which is an error
    gap = pl.col("mask").str.slice(passed, pl.col("start") - passed)
    previous_tag = pl.col("tag").shift(1)
    is_container = (
        pl.col("tag").is_in(["O", "A", "C"])
        & previous_tag.is_in(["P", "O"])
        & pl.col("gap").str.contains(_IN_REGION)
        # "in X and in the Y region", "in the X region, in the Y region" are two places
        & ~pl.col("gap").str.contains(r"^,? (?:and|or|but|while) ")
        & ~((pl.col("tag") == "O") & (previous_tag == "O") & pl.col("gap").str.contains("^, in "))
    )
    # "A, north of B" places A, "north of A, west of B" tells of both
    measured = pl.col("gap").str.contains(rf"^,? (?:just |lying |due )?{_DIRECTION}") & ~pl.col("by_direction").shift(1)
    # the place before the one before is told as a sector: "south of A, in B, west of C"
    after_sector = (pl.col("gap").shift(1).is_not_null() & pl.col("by_direction").shift(2)).fill_null(False)
    # "on A, near the plant of B", but "advanced within A, near B" and "south of A, near B, west of C" are lists
    beside = (
        pl.col("gap").str.contains(_BESIDE)
        & ~pl.col("before").shift(1).str.contains(_BESIDE_TOO)
        & ~pl.col("by_direction").shift(1)
        & ~pl.col("by_preposition").shift(1).fill_null(False)
        & ~after_sector
        & ~pl.col("by_preposition").shift(-1).fill_null(False)
    )
    in_brackets = pl.col("gap").str.contains(_IN_BRACKETS).fill_null(False)
    measured = measured.fill_null(False) & ~after_sector | beside.fill_null(False) | in_brackets
    is_ship = (
        (pl.col("tag") == "P")
        & (pl.col("source") == "place")
        & (
            pl.col("before").str.contains(_SHIP_BEFORE) & pl.col("before").str.ends_with(" the ")
            | pl.col("after").str.contains(_SHIP_AFTER)
        )
    )
    words_before = ahead_of(pl.col("text"), "start", 25)
    # "Jane Smith in Kyiv reported that"
    by_reporter = (
        pl.col("after").str.contains(_REPORTS)
        & words_before.str.contains(r"[A-Z][a-z]+ in $")
        & ~pl.col("before").str.contains(r"V=* in $")
    )
    # "in the X region, all in Y" tells of Y
    all_in = pl.col("gap").str.contains(_ALL_IN) & (pl.col("tag") == "P") & previous_tag.is_in(["O", "A"])
    next_all_in = (all_in.shift(-1) & ~opens("sentence").shift(-1)).fill_null(False)
    # "the bridge at A, the main crossing in B" is one target, unless a list goes on
    listed = ~pl.col("gap").str.starts_with(", the ") | pl.col("gap").shift(-1).str.contains("^,? (?:and|as well as) ")
    next_target = (
        pl.col("gap").str.contains(_NEXT_TARGET)
        & pl.col("gap").str.contains("F|^,? and another ")
        & listed.fill_null(False)
    )
    coordinated = (
        (
            pl.col("gap").str.contains(_COORDINATED)
            | next_target
            | pl.col("text").str.slice(passed, pl.col("start") - passed).str.contains(_UNKNOWN_BETWEEN)
        )
        & ~pl.col("gap").str.contains(_NEW_VERB)
        & ~pl.col("gap").str.contains(
            r"^,? (?:and )?(?:which|who|where|that|when|while|since|after|before|because|having)\b|^, (?:just |right )?(?:across|opposite|overlooking|facing) "
        )
        & ~measured.fill_null(False)
        & ~all_in.fill_null(False)
    )
    joins = coordinated | pl.col("is_container")
    # "along the Inhulets in Kherson province" is told of the oblast
    in_oblast = (
        (pl.col("tag") == "A")
        & (pl.col("tag").shift(-1) == "O")
        & (pl.col("sentence").shift(-1) == pl.col("sentence"))
        & pl.col("gap")
        .shift(-1)
        .str.contains(r"^,? in (?:the |[RU]=*(?:'s)? )?(?:(?:southern|eastern|northern|western) )?$")
    ).fill_null(False)
    happens_there = pl.col("before").str.contains(_AWAY) & ~pl.col("after").str.contains(
        "^ (?:to|into|towards?) "
    ) | pl.col("before").str.contains(_WITHIN)
    follower = pl.col("text").str.slice(pl.col("end"), 24).str.contains(r"^ [A-Z][a-z]+")
    known_next = (pl.col("start").shift(-1) == pl.col("end") + 1) & (pl.col("sentence").shift(-1) == pl.col("sentence"))
    # "Seredyno-Buda" is no Buda
    behind_hyphen = ahead_of(pl.col("text"), "start", 12).str.contains(r"[A-Z][a-z]+-$") & (
        (pl.col("end").shift(1) != pl.col("start") - 1) | opens("sentence")
    ).fill_null(True)
    # "the governor, Olha Lys": a first name that a village bears too
    is_first_name = pl.col("is_person_next") & before.str.contains(r"(?:^|[,.;:\"] |V=* )$")
    return (
        mentions.with_row_index("mention")
        .lazy()
        .with_columns(is_known_next=known_next.fill_null(False), is_person_next=(pl.col("tag").shift(-1) == "H").fill_null(False))
        .filter(pl.col("source").is_in(["place", "metonym_place", BACK_REFERENCE]))
        .sort("sentence", "start")
        .join(sentences.lazy().select("sentence", "article", "text", "mask"), on="sentence", how="left", maintain_order="left")
        .with_columns(is_fragment=(follower & (~pl.col("is_known_next") | is_first_name)) | behind_hyphen, gap=gap, before=before, after=after)
        .with_columns(is_container=is_container.fill_null(False) & ~behind_hyphen.shift(1).fill_null(False) & ~is_ship.shift(1).fill_null(False))
        .with_columns(by_direction=pl.col("before").str.contains(_DIRECTION), by_preposition=pl.col("gap").str.contains(_BY_PREPOSITION))
        .with_columns(joins=joins.fill_null(False), next_all_in=next_all_in)
        .with_columns(group=(~pl.col("joins")).cast(pl.UInt32).cum_sum())
        .with_columns(
            outside=pl.col("before").str.contains(_OUTSIDE) & ~pl.col("before").str.contains(_INSIDE)
            | pl.col("after").str.starts_with("-area "),
            near=pl.col("before").str.contains(_NEAR) | happens_there | (pl.col("form") == "area").fill_null(False),
            role=pl.when((pl.col("start") < 3) & pl.col("text").str.contains(_DATELINE))
            .then(pl.lit("dateline"))
            # "our correspondent in Kyiv reports"
            .when(pl.col("before").str.ends_with(" in ") & pl.col("after").str.contains(_FILED) | by_reporter)
            .then(pl.lit("dateline"))
            .when(pl.col("is_container") | in_oblast | pl.col("next_all_in"))
            .then(pl.lit("reference_place"))
            .when(is_ship)
            .then(pl.lit("reference_place"))
            # "loyal to the government in Moscow"
            .when((pl.col("source") == "metonym_place") & words_before.str.contains(_SEAT))
            .then(pl.lit("reference_place"))
            .when(pl.col("after").str.contains(_SPEAKER_AFTER) | pl.col("before").str.contains(_SPEAKER_BEFORE))
            .then(pl.lit("attribution"))
            # "Kyiv's twin city of X", "X, north of Kyiv"
            .when(pl.col("after").str.contains(_TWIN) | measured.fill_null(False))
            .then(pl.lit("reference_place"))
            # "the Danube port of X"
            .when((pl.col("tag") == "A") & pl.col("after").str.contains(_COAST_OF))
            .then(pl.lit("reference_place"))
            # "Europe's largest plant"
            .when(pl.col("tag").is_in(["A", "C"]) & pl.col("after").str.starts_with("'s"))
            .then(pl.lit("reference_place"))
            .when(
                pl.col("before").str.contains(_REFERENCE)
                & ~pl.col("before").str.contains(_NAMED_CAPITAL)
                & ~happens_there
            )
            .then(pl.lit("reference_place"))
            .when(pl.col("before").str.contains(_INHABITANT))
            .then(pl.lit("attribution"))
            .when(pl.col("before").str.contains(_DESTINATION) & ~pl.col("before").str.contains(_WAR_BROUGHT))
            .then(pl.lit("destination"))
            .when(
                pl.col("before").str.contains(_ORIGIN)
                & ~pl.col("before").str.contains(_LATER_PREPOSITION)
                & ~happens_there
            )
            .then(pl.lit("origin"))
            .otherwise(pl.lit("other")),
        )
        # what binds the first of "A, B and C" binds them all
        .with_columns(
            near=pl.col("near").first().over("group") | pl.col("near"),
            role=pl.when(~pl.col("is_container") & (pl.col("role") == "other"))
            .then(pl.col("role").first().over("group"))
            .otherwise("role"),
            as_oblast=pl.col("before").str.contains(_OBLAST_BEFORE)
            # the mask has "governor" as a speaker
            | ahead_of(pl.col("text"), "start", 16).str.contains(r"(?i)governor (?:of|in) (?:the )?$")
            | pl.col("before").str.contains(_OBLASTS_BEFORE).first().over("group")
            | pl.col("after").str.contains(_OBLAST_AFTER)
            # "over A region, ten over B and six over C", "A, B and C regions"
            | ((pl.col("tag") == "O").any().over("group") & pl.col("gap").str.contains("N").fill_null(False) & pl.col("joins"))
            | pl.col("after").str.contains(_OBLASTS_AFTER).last().over("group"),
            as_oblasts=pl.col("before").str.contains(_OBLASTS_BEFORE).first().over("group")
            | pl.col("after").str.contains(_OBLASTS_AFTER).last().over("group"),
            as_district=pl.col("after").str.contains(_DISTRICT_AFTER),
            as_village=pl.col("before").str.contains(_VILLAGE_BEFORE),
            as_city=pl.col("before").str.contains(_CITY_BEFORE) | pl.col("after").str.contains(_CITY_AFTER),
            number_at=pl.when(pl.col("joins") & pl.col("gap").str.contains("N"))
            .then(pl.col("start") - pl.col("gap").str.extract(r"(N=*[^N]*)$").str.len_bytes().cast(pl.Int32))
            .when(pl.col("before").str.contains(_FIRST_SHARE))
            .then(pl.col("start") - pl.col("before").str.extract(r"(N=*[^N]*)$").str.len_bytes().cast(pl.Int32)),
        )
        .select(
            "mention", "sentence", "article", "start", "end", "tag", "source", "ref", "side", "group", "role", "near",
            "is_container", "as_oblast", "as_oblasts", "as_village", "as_district", "as_city", "number_at", "is_fragment", "text", "form", "outside",
        )
        .collect()
    )  # fmt: skip
