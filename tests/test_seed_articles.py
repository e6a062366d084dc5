"""The sample articles keep the promises that `seeds/README.md` makes.

Here: form, dates, coverage and figures of the texts, read with the standard library and polars only. Not here: what the
pipeline makes of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from pipeline.schemas.vocabulary import CONTEXT_TYPES, CORE_TYPES, SUBTYPES

SEEDS: Final = Path(__file__).resolve().parent.parent / "seeds"
ARTICLES: Final = SEEDS / "articles"
FIRST_DAY, LAST_DAY = date(2024, 8, 19), date(2024, 9, 8)
MANIFEST_COLUMNS: Final = ["file", "published_at", "source", "url", "title", "language", "author"]
RECORD_COLUMNS: Final = ["file", "day", "source", "url", "language", "text"]

# Incident -> file -> the words with which that article tells it.
TOLD_BY_SEVERAL: Final[dict[str, dict[str, str]]] = {
    "Kharkiv apartment block": {
        "2024-08-22-sloboda-glide-bomb-saltivka.txt": "Two people were killed and 21 were injured",
        "2024-08-23-meridian-kharkiv-toll-five.txt": "rose to five late on Thursday",
        "2024-08-24-dnipro-wire-independence-day.txt": "bringing the number of dead from Thursday's bombing to seven",
    },
    "Millerovo depot": {
        "2024-08-21-dnipro-wire-millerovo.txt": "struck an oil depot near the town of Millerovo",
        "2024-08-21-oskol-vestnik-drones-millerovo.txt": "fragments of a downed drone fell on the grounds",
        "2024-08-23-meridian-kharkiv-toll-five.txt": "the oil depot near Millerovo burned for a second day",
    },
    "Shebekino": {
        "2024-08-25-oskol-vestnik-shebekino.txt": "Four civilians were killed and thirteen wounded",
        "2024-08-25-meridian-weekend-border.txt": "bringing to five the number of people killed",
        "2024-08-27-sloboda-vovchansk-kupiansk.txt": "the column that was struck in Shebekino on Saturday",
    },
    "night of 27 to 28 August": {
        "2024-08-28/0710-dnipro-wire-barrage-first-take.txt": "killing at least three people",
        "2024-08-28/1230-meridian-barrage-wrap.txt": "94 of 110 missiles and 79 of 89 drones",
        "2024-08-28/oskol-vestnik-massive-strike.txt": "delivered a massive overnight strike",
        "2024-08-28/1845-pokuttia-line-west.txt": "three dead in the town and six hurt",
        "2024-08-29-dnipro-wire-after-barrage.txt": "112 missiles, of which 97 were downed",
    },
    "Konotop hospital": {
        "2024-08-29-dnipro-wire-after-barrage.txt": "one patient had died and that at least ten people were injured",
        "north/konotop-hospital.txt": "Two patients and a nurse were killed",
        "2024-08-31-porubizhna-khvylia-konotop.txt": "Загинули двоє пацієнтів і медсестра",
    },
    "Mykolaivka": {
        "2024-08-30-oskol-vestnik-mykolaivka.txt": "completed the liberation of the settlement of Nikolayevka",
        "2024-08-30-meridian-pokrovsk-denial.txt": "denied that Russian troops had captured Mykolaivka",
    },
    "Odesa port": {
        "2024-08-31-estuary-port-missile.txt": "killing a docker and wounding five other workers",
        "web/school-bells-in-shelters.md": "taking the death toll to three",
    },
    "battle off Crimea": {
        "web/black-sea-night.html": "four uncrewed boats had been destroyed",
        "2024-09-02-azov-ledger-occupied-coast.txt": 'a dozen UAVs and "several" sea drones',
    },
    "Myrhorod college": {
        "2024-09-04-dnipro-wire-myrhorod.txt": "At least eleven people were killed and more than 60 wounded",
        "2024-09-05-westgate-myrhorod-voronezh.txt": "Fifteen people are now known to have died",
        "2024-09-06-meridian-prisoner-swap.txt": "bringing the toll of Wednesday's missile strike to 19",
        "briefs.jsonl#brief-0907-dnipro": "21 dead and 107 injured",
    },
    "Rossosh depot": {
        "2024-09-05-westgate-myrhorod-voronezh.txt": "two villages were being evacuated",
        "2024-09-05-oskol-vestnik-rossosh-fire.txt": "430 people from two villages have been taken",
    },
    "prisoner exchange": {
        "2024-09-06-meridian-prisoner-swap.txt": "exchanged 184 prisoners of war on Friday, ninety-two from each side",
        "2024-09-06-oskol-vestnik-exchange.txt": "In return, 92 Ukrainian prisoners of war were handed over",
    },
}

# Codebook type -> words of the samples that tell one, at least two each.
TYPE_EXAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "strike/drone": (
        "A Russian drone dropped an explosive on a minibus",
        "came under attack by a drone outside Karyzh",
    ),
    "strike/missile": (
        "An Iskander missile exploded between two warehouses",
        "a missile slammed into a hospital in Konotop",
    ),
    "strike/glide_bomb": ("dropped glide bombs on Ukraine's second city", "Zaporizhzhia was hit by glide bombs"),
    "strike/aviation": ("Russian aircraft bombed Velyka Pysarivka", "an air strike with two guided bombs"),
    "strike/mixed": ("dozens of missiles and more than 80 drones", "salvoes of missiles and drones"),
    "strike/unspecified": (
        "Russia attacked ten settlements of the region 371 times",
        "Russian attacks on the Donetsk region killed",
    ),
    "shelling/artillery": ("shelled Antonivka with mortars and artillery", "came under artillery fire"),
    "shelling/mlrs": (
        "shelled twice from the Kinburn Spit with a Grad launcher",
        "shells fired from a rocket launcher",
    ),
    "shelling/mortar": ("fired 23 mortar rounds", "mortar fire on the village of Sushany"),
    "shelling/tank": ("a Russian tank fired on a street", "A shell from a tank landed in the yard"),
    "shelling/unspecified": ("shelled nine times", "Nikopol had been shelled seven times"),
    "explosion/debris": ("Debris came down on a private house", "Debris of a drone had fallen on the grounds"),
    "explosion/secondary": ("The secondary detonations lasted until morning", "explosions went on until dawn"),
    "explosion/mine_ied": ("tractor drove over an anti-tank mine", "a tractor driver hit a mine"),
    "explosion/accident": ("a household gas explosion", "caused by a short circuit"),
    "explosion/cause_unstated": ('heard "several loud explosions"', "at least ten explosions counted before sunrise"),
    "air_defence/drone": ("shot down 58 of 67 Shahed drones", "destroyed 20 of the drones"),
    "air_defence/missile": ("Air defence destroyed seven missiles", "two Tochka-U missiles were intercepted"),
    "air_defence/aircraft": ("Ka-52 helicopter was shot down", "Su-25 ground attack aircraft was brought down"),
    "air_defence/unspecified": ("Anti-aircraft fire was heard", "air defence was working over the town"),
    "air_defence/mixed": ("Seven out of nine Shaheds and two missiles were shot down", "two of three cruise missiles"),
    "clash/ground": ("Fighting continues in the western part of Mykolaivka", "the fighting for Vodiane"),
    "clash/naval": ("night-time battle off the western coast of Crimea", "heard gunfire from the sea"),
    "clash/urban": (
        "street fighting went on in the ruins of Chassiv Iar",
        "fighting for the mining town street by street",
    ),
    "advance/offensive": ("storm Ukrainian positions near Vuhledar", "Russian army attacked 16 times on Monday"),
    "advance/gain": ("had gained 700 to 900 metres", "gained up to a kilometre and a half"),
    "advance/pressure": ("edging towards Pokrovsk", "pressed on towards the Oskil river"),
    "repelled/repelled": ("beat off two assaults near Robotyne", "repelled assaults near Korenevo"),
    "repelled/held": ("Ukrainian troops held their positions near Hrodivka", "held Selydove against repeated assaults"),
    "capture/captured": ("took Prechistovka", "captured neighbouring Niu-York"),
    "capture/recaptured": ("recaptured part of Niu-York", "regained control of the hamlet of Krasnooktyabrskoye"),
    "capture/aggregate": ("liberated four settlements", "held 84 settlements"),
    "withdrawal/withdrawal": (
        "withdrew from positions in the eastern part of Pishchane",
        "have left Memryk and Kalynove",
    ),
    "withdrawal/encirclement": ("a Ukrainian unit was encircled", "About twenty are still cut off"),
    "withdrawal/surrender": ("seventeen of its men surrendered", "Nine soldiers laid down their arms and surrendered"),
    "control_status/held": ("Russia holds nearly all of the Luhansk region", "remains under Ukrainian control"),
    "control_status/contested": ("is contested", "what remains is a grey zone"),
    "control_status/occupied": (
        "Kamianka was occupied by Russian troops",
        "has been in Russian hands since March 2022",
    ),
    "control_status/encircled": ("denied that the town is surrounded", "We have been encircled by drones"),
    "casualties/incident": ("a caretaker was killed", "Fifty-nine people were wounded"),
    "casualties/cumulative": (
        "A total of 209 civilians have died",
        "Seventeen people have been killed and 140 wounded",
    ),
    "casualties/qualitative": ("heavy losses", "We have losses"),
    "casualties/explicit_zero": ("There are no dead or injured", "Nobody was injured"),
    "prisoners/captured": ("taken at least 15 of them prisoner", "took 58 Ukrainian servicemen prisoner"),
    "prisoners/exchanged": ("ninety-two from each side", "were handed over"),
    "prisoners/released": ("Moscow released two gravely ill civilians", "have come home, one with broken ribs"),
    "prisoners/killed": ("killing of three Ukrainian soldiers who had laid down their arms", "had died in captivity"),
    "prisoners/held": ("still being held in Sumy region", "held in a pre-trial detention centre"),
    "prisoners/mistreated": ("Several spoke of beatings and of hunger", "guards had beaten him"),
    "evacuation/ordered": (
        "ordered families with children to leave Pokrovsk",
        "ordered the compulsory evacuation of 3,200",
    ),
    "evacuation/carried_out": (
        "a further 1,750 residents had been moved out",
        "have been taken to temporary accommodation",
    ),
    "evacuation/blocked": ("the van had to turn back", "four families refused to get on the bus"),
    "displacement/flight": ("More than 121,000 people have left", "people go on leaving"),
    "displacement/arrival": ("took in 160 arrivals in two days", "took in the largest groups"),
    "displacement/return": ("Fifteen families returned this week to Snovsk", "returned to Kherson and Mykolaiv"),
    "access_restriction/closure": ("The ferry crossing at Orlivka was closed", "is closed to everyone but residents"),
    "access_restriction/curfew": ("A curfew that until now began at 9pm", "introduced a curfew from 7 p.m."),
    "access_restriction/blockade": ("without regular supplies since Tuesday", "Russia refuses to open one"),
    "access_restriction/alert": ("Air raid alerts were declared in the capital", "The air raid alert went out"),
    "infrastructure_damage/energy": ("The Burshtyn thermal plant", "left 23 settlements dark"),
    "infrastructure_damage/water": ("no running water on the right bank", "water comes for two hours a day"),
    "infrastructure_damage/health": ("only half of its windows", "damaged an outpatient clinic"),
    "infrastructure_damage/education": ("Windows were blown out in a lyceum", "Three schools nearby were damaged"),
    "infrastructure_damage/residential": ("14 houses are gone", "Fourteen apartment buildings"),
    "infrastructure_damage/transport": ("Trains ran late", "because signals had failed"),
    "infrastructure_damage/port": ("Two cranes, a conveyor and a grain dome", "in a warehouse for sunflower oil"),
    "infrastructure_damage/industry": ("a grain dryer burnt down", "a warehouse of paints and solvents caught fire"),
    "infrastructure_damage/military": ("the radar of an S-300 battery there had been destroyed", "A Su-27 crashed"),
    "infrastructure_damage/cultural": ("A church from 1806 burned out", "A music school lost its roof"),
    "sabotage/assassination": ("a bomb went off under his car", "was shot dead at his gate"),
    "sabotage/arson": ("burnt four relay cabinets", "partisans who set fire to two army lorries"),
    "sabotage/rail": ("Nineteen wagons of a freight train left the rails", "suspected explosive device on the track"),
    "sabotage/cyber": ("massive cyberattack from abroad", "its specialists had had a hand in it"),
    "attack_on_civilians/execution": ("executed by Russian soldiers in May", "the shooting of five villagers"),
    "attack_on_civilians/abduction": ("took two school heads from their homes", "taken away to Belgorod with a bag"),
    "attack_on_civilians/abuse": ("He was beaten during questioning", "two were found in a well"),
    "annexation": ("were proclaimed parts of Russia", "declared it annexed"),
    "diplomacy": ("offered to host talks", "met the prime minister"),
    "aid": ("promised several thousand rocket motors", "will send 500 generators"),
    "sanction": ("imposed sanctions on 23 shipping firms", "Switzerland lifted restrictions"),
    "mobilisation": ("A mechanised brigade was moved in", "started a two-week exercise"),
    "intent": ("the aim was to carve out a buffer zone", "remained his army’s first objective"),
}

SPELLINGS: Final = (
    ("Kharkiv", "Kharkov"),
    ("Kyiv", "Kiev"),
    ("Chassiv Iar", "Bakhmut"),
    ("Zaporizhzhia", "Zaporizhia", "Zaporozhye"),
    ("Zelenskiy", "Zelenskyy", "Zelensky "),
    ("Mykolaivka", "Nikolayevka"),
    ("Vuhledar", "Ugledar"),
    ("Pokrovsk", "Krasnoarmeysk"),
    ("Odesa", "Odessa"),
    ("Mykolaiv ", "Nikolayev"),
    ("Luhansk", "Lugansk"),
    ("Yunakivka", "Yunakovka"),
    ("Lviv", "Lvov"),
    ("Prechystivka", "Prechistovka"),
)

OBLASTS_UA: Final = (
    "Kharkiv",
    "Sumy",
    "Chernihiv",
    "Dnipropetrovsk",
    "Zaporizhzhia",
    "Kherson",
    "Mykolaiv",
    "Odesa",
    "Donetsk",
    "Luhansk",
    "Poltava",
    "Lviv",
    "Kyiv",
    "Ivano-Frankivsk",
    "Khmelnytskyi",
    "Rivne",
    "Ternopil",
    "Crimea",
    "Volyn",
)
REGIONS_RU: Final = ("Kursk", "Belgorod", "Bryansk", "Voronezh", "Rostov", "Krasnodar", "Tula", "Kaluga", "Ryazan")
REAL_OUTLETS: Final = (
    "AFP",
    "Reuters",
    "Guardian",
    "BBC",
    "Associated Press",
    "TASS",
    "RIA Novosti",
    "Ukrinform",
    "Interfax",
)


class _VisibleText(HTMLParser):
    """Text of a page as a reader sees it, and its `article:published_time`."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.published: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "meta" and named.get("property") == "article:published_time":
            self.published = named.get("content")
        self._hidden += tag in ("style", "script", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def _day(published_at: str | None) -> date | None:
    if not published_at:
        return None
    moment = datetime.fromisoformat(published_at)
    return moment.astimezone(ZoneInfo("Europe/Kyiv")).date() if moment.tzinfo else moment.date()


def _day_in_name(name: str) -> date | None:
    found = re.match(r"\d{4}-\d\d-\d\d", name)
    return date.fromisoformat(found.group()) if found else None


def _read_manifest(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def _records() -> Iterator[dict[str, object]]:
    for manifest in ARTICLES.rglob("manifest.csv"):
        for row in _read_manifest(manifest).iter_rows(named=True):
            path = manifest.parent / row["file"]
            yield row | {
                "file": path.relative_to(ARTICLES).as_posix(),
                "day": _day(row["published_at"]) or _day_in_name(row["file"]),
                "text": path.read_text(encoding="utf-8"),
            }
    for path in ARTICLES.rglob("*.md"):
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        fields = {key: value.strip('"') for key, value in re.findall(r"^(\w+): (.+)$", front, flags=re.M)}
        yield fields | {
            "file": path.relative_to(ARTICLES).as_posix(),
            "day": _day(fields["published_at"]),
            "text": text,
        }
    for path in ARTICLES.rglob("*.html"):
        page = _VisibleText()
        page.feed(path.read_text(encoding="utf-8"))
        file = path.relative_to(ARTICLES).as_posix()
        yield {
            "file": file,
            "day": _day(page.published),
            "source": "Meridian Wire",
            "url": None,
            "language": "en",
            "text": " ".join(page.parts),
        }
    for path in ARTICLES.rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            yield record | {
                "file": f"{path.relative_to(ARTICLES).as_posix()}#{record['id']}",
                "day": _day(record["published_at"]),
            }


@cache
def articles() -> pl.DataFrame:
    """All samples: file, day (null if unknown), source, url, language, text, with white space folded."""
    schema = pl.Schema({name: pl.Date if name == "day" else pl.String for name in RECORD_COLUMNS})
    rows = [{name: record.get(name) for name in RECORD_COLUMNS} for record in _records()]
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col("text").str.replace_all(r"\s+", " ").str.strip_chars())


def _told(words: str) -> bool:
    """True if a sample has these words."""
    return articles()["text"].str.contains(words, literal=True).any()


def test_manifests_list_every_text_file_of_their_folder_and_nothing_else() -> None:
    """Forbids adding a text without its manifest row, or leaving the row of a removed one."""
    for folder in {path.parent for path in ARTICLES.rglob("*.txt")}:
        manifest = _read_manifest(folder / "manifest.csv")
        assert manifest.columns == MANIFEST_COLUMNS
        assert sorted(manifest["file"]) == sorted(path.name for path in folder.glob("*.txt"))


def test_nothing_but_articles_and_manifests_lies_there() -> None:
    """Forbids a README among the raw texts: it would be read as an article."""
    others = {
        path.name
        for path in ARTICLES.rglob("*")
        if path.is_file() and path.suffix not in {".txt", ".md", ".html", ".jsonl"}
    }
    assert others == {"manifest.csv"}
    assert not [path for path in ARTICLES.rglob("*") if path.name.upper().startswith("README")]
    assert (SEEDS / "README.md").exists()


def test_number_and_length_of_the_articles() -> None:
    """Forbids shrinking the samples to a stub or padding one beyond a wire story."""
    counted = articles().with_columns(
        words=pl.col("text").str.split(" ").list.len(), short=pl.col("file").str.contains("#")
    )
    assert counted.filter(~pl.col("short")).height in range(36, 41)
    assert counted.filter("short").height in range(4, 7)
    shortest = pl.when("short").then(60).otherwise(100)
    assert counted.filter(~pl.col("words").is_between(shortest, 500)).select("file", "words").rows() == []


def test_three_consecutive_weeks_with_several_sources_on_most_days() -> None:
    """Forbids gaps that would leave the daily tables empty or one-voiced."""
    by_day = articles().drop_nulls("day").group_by("day").agg(n_sources=pl.col("source").n_unique()).sort("day")
    every_day = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    assert by_day["day"].to_list() == every_day
    assert by_day.filter(pl.col("n_sources") >= 2).height >= 18
    assert articles()["source"].n_unique() >= 10


def test_some_articles_have_no_date_outside_their_text() -> None:
    """Forbids filling in the dates that test the reading of datelines and the honest 'unknown'."""
    undated = articles().filter(pl.col("day").is_null())
    assert undated.height >= 3
    assert undated.filter(pl.col("text").str.contains(r"\b20\d\d\b|\b(?i:aug|sept)\w*\b").not_()).height >= 1
    assert (
        undated.filter(
            pl.col("text").str.contains(r"^[A-Z]+, Ukraine, (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day --")
        ).height
        == 1
    )


def test_some_dates_stand_in_the_name_only() -> None:
    """Forbids a manifest so complete that no file name is ever read for a date."""
    manifest = _read_manifest(ARTICLES / "manifest.csv")
    assert (
        manifest.filter(pl.col("published_at").is_null() & pl.col("file").str.contains(r"^\d{4}-\d\d-\d\d-")).height
        >= 2
    )
    assert (
        manifest.filter(pl.col("published_at").is_not_null() & pl.col("file").str.contains(r"^\d").not_()).height >= 1
    )
    assert manifest["published_at"].drop_nulls().str.len_chars().n_unique() >= 3


def test_a_time_zone_moves_one_article_to_the_next_day_in_kyiv() -> None:
    """Forbids taking the UTC day for the publication day."""
    late = articles().filter(pl.col("file") == "2024-08-23-meridian-kharkiv-toll-five.txt")
    assert late["day"].to_list() == [date(2024, 8, 23)]


def test_exactly_one_syndicated_copy() -> None:
    """Forbids two copies that differ in a comma, which would not be duplicates."""
    copies = articles().group_by("text").agg("source", "url", n=pl.len()).filter(pl.col("n") > 1)
    assert copies["n"].to_list() == [2]
    assert copies["source"].list.n_unique().to_list() == [2]
    assert copies["url"].list.n_unique().to_list() == [2]


def test_one_article_in_another_language() -> None:
    """Forbids samples that never leave English, and a language told by the manifest alone."""
    foreign = articles().filter(~pl.col("language").is_in(["en"]) & pl.col("language").is_not_null())
    assert foreign["language"].to_list() == ["uk"]
    assert foreign["text"].str.contains(r"[А-ЯІЇЄҐа-яіїєґ]{5}").all()
    assert articles().filter(pl.col("language").is_null()).height >= 1


def test_one_text_carries_web_litter() -> None:
    """Forbids tidying the page whose litter must be masked."""
    litter = articles().filter(pl.col("file") == "steppe-courier-zaporizhzhia-bulletin.txt")["text"].item()
    assert [
        words
        for words in ("cookies", "Share:", "READ MORE", "newsletter", "All rights reserved")
        if words not in litter
    ] == []


def test_web_folder_has_a_page_and_a_front_matter_file() -> None:
    """Forbids losing the metadata that HTML and Markdown carry themselves."""
    web = articles().filter(pl.col("file").str.starts_with("web/"))
    assert sorted(Path(file).suffix for file in web["file"]) == [".html", ".md"]
    assert sorted(web["day"]) == [date(2024, 9, 1), date(2024, 9, 2)]


def test_addresses_and_outlets_are_invented() -> None:
    """Forbids putting invented words into the mouth of a real outlet, or linking to one."""
    assert articles()["url"].drop_nulls().str.starts_with("https://example.org/").all()
    named = "|".join(rf"\b{name}\b" for name in REAL_OUTLETS)
    assert articles().filter(pl.concat_str("text", "source", separator=" ").str.contains(named))["file"].to_list() == []


@pytest.mark.parametrize("incident", TOLD_BY_SEVERAL)
def test_incident_is_told_by_several_sources(incident: str) -> None:
    """Forbids changing one version of an incident without the others, or leaving it to one source."""
    versions = pl.DataFrame(list(TOLD_BY_SEVERAL[incident].items()), schema=["file", "words"], orient="row")
    told = versions.join(articles(), on="file", how="left")
    assert (
        told.filter(~pl.col("text").str.contains(pl.col("words"), literal=True).fill_null(False))["file"].to_list()
        == []
    )
    assert told["source"].n_unique() >= 2


def test_every_codebook_type_is_told_at_least_twice() -> None:
    """Forbids dropping the only example of a type, so that it would vanish from what a newcomer sees."""
    wanted = {f"{kind}/{sub}" for kind in CORE_TYPES for sub in SUBTYPES[kind] if sub != "other"} | set(CONTEXT_TYPES)
    assert set(TYPE_EXAMPLES) == wanted
    assert all(len(examples) >= 2 for examples in TYPE_EXAMPLES.values())
    assert [(kind, words) for kind, examples in TYPE_EXAMPLES.items() for words in examples if not _told(words)] == []


def test_places_are_spelled_in_several_ways() -> None:
    """Forbids evening out the spellings that linking has to bring together."""
    assert [name for names in SPELLINGS for name in names if not _told(name)] == []


def test_both_countries_are_covered() -> None:
    """Forbids samples that tell one side's geography only."""
    assert [name for name in (*OBLASTS_UA, *REGIONS_RU) if not _told(name)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bat least (\d+|eleven|ten|three)\b",
        r"\bup to \d+",
        r"\bdozens of\b",
        r"\bbetween five and eight\b",
        r"\bpast 24 hours\b",
        r"\bthe night of 27 to 28 August\b",
        r"\bovernight\b",
        r"\byesterday\b",
        r"\bearlier in the day\b",
        r"(?i)\bsince .{0,40}full-scale invasion",
        r"full-scale invasion .{0,20}February 2022",
        r"^[A-Z]+ - ",
        r"\bBy our correspondent",
        r"\bsome \d+ km (south|north)(east|west) of\b",
        r"\baccording to\b",
        r", (he|she|it) said\.",
        r"\bcould not be (verified|checked)\b",
        r"\bdenied\b",
        r"\bhalf a dozen\b",
        r"\bTwo people\b",
    ],
)
def test_wordings_of_counts_dates_and_voices_occur(pattern: str) -> None:
    """Forbids samples that only know digits, calendar dates and one way to attribute."""
    assert articles()["text"].str.contains(pattern).any()
