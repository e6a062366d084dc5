"""The gazetteer: right oblast, right homonyms, every spelling, no English words, a cache that repairs itself."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.gazetteer import NAMES_SCHEMA, PLACES_SCHEMA, Gazetteer, build, load_gazetteer
from pipeline.gazetteer.kinds import ISLAND, KINDS, RIVER
from pipeline.gazetteer.matching import kilometres, match_settlements
from pipeline.gazetteer.sources import GEONAMES_SCHEMA, read_geonames_dump
from pipeline.gazetteer.tables import read_table
from pipeline.text import fold_str

BOXES = {"UA": (44.3, 52.4, 22.1, 40.3), "RU": (41.1, 82.0, 19.6, 180.0)}


@pytest.fixture(scope="session")
def gazetteer(request: pytest.FixtureRequest) -> Gazetteer:
    """Compiled once per version and kept in pytest's own cache."""
    return load_gazetteer(Path(request.config.cache.mkdir("gazetteer")))


def called(gazetteer: Gazetteer, surface: str) -> pl.DataFrame:
    """Places that a surface can mean, short names of oblasts left out, the largest first."""
    names = gazetteer.names.filter(pl.col("surface") == surface, ~pl.col("is_short_region"))
    return names.join(gazetteer.places, on="place_idx").sort("population", descending=True)


def test_frames_are_what_they_say(gazetteer: Gazetteer) -> None:
    """Forbids a changed column: the extraction joins by these names and types."""
    assert gazetteer.places.schema == PLACES_SCHEMA
    assert gazetteer.names.schema == NAMES_SCHEMA
    assert gazetteer.places["place_idx"].to_list() == list(range(gazetteer.places.height))
    assert gazetteer.places["place_id"].is_unique().all()
    assert not gazetteer.names.select("surface", "place_idx", "is_short_region").is_duplicated().any()


def test_all_of_ukraine_is_in_it(gazetteer: Gazetteer) -> None:
    """Forbids dropping settlements that have no coordinates: most villages of the front have none."""
    ukraine = gazetteer.places.filter(pl.col("country_code") == "UA", pl.col("feature") == "settlement")
    assert ukraine.height > 29_700
    assert ukraine["region_code"].null_count() == 0
    assert ukraine["lat"].count() > 5_000


@pytest.mark.parametrize(
    ("surface", "region"),
    [
        ("Kyiv", "UA-30"), ("Kiev", "UA-30"), ("Kharkiv", "UA-63"), ("Kharkov", "UA-63"), ("Odessa", "UA-51"),
        ("Lugansk", "UA-09"), ("Dnipro", "UA-12"), ("Lviv", "UA-46"), ("Mykolaiv", "UA-48"), ("Zaporizhzhia", "UA-23"),
        ("Kropyvnytskyi", "UA-35"), ("Chernivtsi", "UA-77"), ("Sevastopol", "UA-40"), ("Simferopol", "UA-43"),
        ("Bakhmut", "UA-14"), ("Severodonetsk", "UA-09"), ("Starobilsk", "UA-09"), ("Bucha", "UA-32"), ("Chernobyl", "UA-32"),
        ("Uzhhorod", "UA-21"), ("Lutsk", "UA-07"), ("Sudzha", "RU-KRS"), ("Belgorod", "RU-BEL"), ("Rylsk", "RU-KRS"),
        ("Moscow", "RU-MOW"), ("St Petersburg", "RU-SPE"), ("Podolsk", "RU-MOS"), ("Gatchina", "RU-LEN"),
        ("Novorossiysk", "RU-KDA"), ("Taganrog", "RU-ROS"), ("Engels", "RU-SAR"), ("Kazan", "RU-TA"), ("Ufa", "RU-BA"),
        ("Grozny", "RU-CE"), ("Makhachkala", "RU-DA"), ("Mozdok", "RU-SE"), ("Klintsy", "RU-BRY"), ("Oryol", "RU-ORL"),
        ("Tula", "RU-TUL"), ("Kaluga", "RU-KLU"), ("Rzhev", "RU-TVE"), ("Velikiye Luki", "RU-PSK"), ("Ryazan", "RU-RYA"),
        ("Volgograd", "RU-VGG"), ("Borisoglebsk", "RU-VOR"), ("Yelets", "RU-LIP"), ("Vyazma", "RU-SMO"), ("Sochi", "RU-KDA"),
        ("Severomorsk", "RU-MUR"), ("Izhevsk", "RU-UD"), ("Saransk", "RU-MO"), ("Yoshkar-Ola", "RU-ME"), ("Elista", "RU-KL"),
        ("Nalchik", "RU-KB"), ("Cherkessk", "RU-KC"), ("Maykop", "RU-AD"), ("Magas", "RU-IN"), ("Cheboksary", "RU-CU"),
        ("Perm", "RU-PER"), ("Syktyvkar", "RU-KO"), ("Petrozavodsk", "RU-KR"), ("Yakutsk", "RU-SA"), ("Kyzyl", "RU-TY"),
        ("Abakan", "RU-KK"), ("Gorno-Altaysk", "RU-AL"), ("Barnaul", "RU-ALT"), ("Ulan-Ude", "RU-BU"), ("Chita", "RU-ZAB"),
        ("Vladivostok", "RU-PRI"), ("Anadyr", "RU-CHU"), ("Surgut", "RU-KHM"), ("Salekhard", "RU-YAN"), ("Birobidzhan", "RU-YEV"),
    ],
)  # fmt: skip
def test_well_known_places_lie_in_their_region(gazetteer: Gazetteer, surface: str, region: str) -> None:
    """Forbids taking GeoNames' or the codifier's region numbers for ISO codes (the codifier's 44 is ISO's 09)."""
    assert called(gazetteer, surface)["region_code"][0] == region


def test_every_region_has_settlements(gazetteer: Gazetteer) -> None:
    """Forbids a region whose number in GeoNames is mistyped."""
    regions = read_table("regions")
    assert regions.filter(pl.col("country_code") == "UA").height == 27
    assert regions.filter(pl.col("country_code") == "RU").height == 83
    settled = gazetteer.places.filter(pl.col("feature") == "settlement")["region_code"].unique()
    assert set(regions["region_code"]) <= set(settled)


@pytest.mark.parametrize(
    ("surface", "region"),
    [
        ("Donetsk region", "UA-14"), ("Lugansk province", "UA-09"), ("Kyiv region", "UA-32"), ("Kursk border region", "RU-KRS"),
        ("region of Voronezh", "RU-VOR"), ("Kherson oblast", "UA-65"), ("Crimea", "UA-43"), ("Krasnodar Krai", "RU-KDA"),
        ("Republic of Tatarstan", "RU-TA"), ("Zaporizhia Oblast", "UA-23"), ("Moscow region", "RU-MOS"),
        ("Transcarpathia", "UA-21"), ("Dnipropetrovsk Oblast", "UA-12"), ("Chechnya", "RU-CE"),
    ],
)  # fmt: skip
def test_oblasts_are_found_by_their_forms(gazetteer: Gazetteer, surface: str, region: str) -> None:
    """Forbids reading "Donetsk region" as the city of Donetsk."""
    found = called(gazetteer, surface)
    assert [("region", region)] == found.filter(pl.col("feature") == "region").select("feature", "region_code").rows()
    assert found["precision"].max() == 3


def test_a_short_region_name_is_flagged_and_no_homonym(gazetteer: Gazetteer) -> None:
    """Forbids letting the oblast compete with its city for the bare name."""
    sumy = gazetteer.names.filter(pl.col("surface") == "Sumy")
    assert sorted(sumy["is_short_region"].to_list()) == [False, True]
    assert sumy["n_homonyms"].to_list() == [1, 1]


def test_homonyms_are_counted(gazetteer: Gazetteer) -> None:
    """Forbids a count of rows instead of places: spellings of one place are no homonyms."""
    pokrovsk = called(gazetteer, "Pokrovsk")
    assert pokrovsk["region_code"].to_list() == ["UA-14", "RU-SA"]
    assert pokrovsk["n_homonyms"].to_list() == [2, 2]


def test_namesake_villages_of_the_front_have_coordinates(gazetteer: Gazetteer) -> None:
    """Forbids knowing only the larger Kalynove: the one some 25 km southeast of Pokrovsk must be among them."""
    pokrovsk = called(gazetteer, "Pokrovsk").row(0, named=True)
    for surface in ("Kalynove", "Serhiivka", "Serguiivka"):
        near = (
            called(gazetteer, surface)
            .filter(pl.col("region_code") == "UA-14")
            .with_columns(pokrovsk_lat=pl.lit(pokrovsk["lat"]), pokrovsk_lon=pl.lit(pokrovsk["lon"]))
        )
        assert near.select(kilometres("lat", "lon", "pokrovsk_lat", "pokrovsk_lon").min()).item() < 28


def test_villages_without_coordinates_are_placed_roughly(gazetteer: Gazetteer) -> None:
    """Forbids publishing a guess: `lat` stays null, only the choice among homonyms may use the neighbourhood."""
    unknown = gazetteer.places.filter(pl.col("place_id").str.starts_with("katottg:"), pl.col("lat").is_null())
    assert unknown.height > 20_000
    assert unknown["near_lat"].count() > 0.99 * unknown.height


def test_the_codifier_wins_over_geonames(gazetteer: Gazetteer) -> None:
    """Forbids GeoNames' oblast where it is wrong: this Sofiivka lies in Dnipropetrovsk Oblast."""
    sofiivka = called(gazetteer, "Sofiivka").filter(
        pl.col("lat").is_between(48.0, 48.1), pl.col("lon").is_between(33.0, 33.9)
    )
    assert set(sofiivka["region_code"]) == {"UA-12"}


@pytest.mark.parametrize(
    "surface", ["Mayor", "Vladimir", "Volodymyr", "Lavrov", "Our", "Police", "Never", "Nice", "Maria"]
)
def test_words_and_people_are_no_places(gazetteer: Gazetteer, surface: str) -> None:
    """Forbids tagging a president's given name as a town."""
    assert called(gazetteer, surface).is_empty()


def test_a_name_with_the_word_for_settlement_stays(gazetteer: Gazetteer) -> None:
    """Forbids losing the villages that bear a surname."""
    assert "UA-14" in called(gazetteer, "village of Shevchenko")["region_code"].to_list()
    assert called(gazetteer, "city of Vladimir")["region_code"][0] == "RU-VLA"


def test_a_former_name_does_not_hide_a_village(gazetteer: Gazetteer) -> None:
    """Forbids reading every Oleksiivka as Chystiakove, and Shevchenko as a quarter of Poltava for its size."""
    assert "Chystiakove" not in called(gazetteer, "Alekseyevka")["name"].to_list()
    quarter = gazetteer.places.filter(
        pl.col("name") == "Shevchenko", pl.col("region_code") == "UA-53", pl.col("lat").is_not_null()
    )
    assert quarter["population"].max() == 0


@pytest.mark.parametrize(
    ("surface", "name"),
    [
        ("Artyomovsk", "Bakhmut"),
        ("Krasnoarmeysk", "Pokrovsk"),
        ("Dzerzhinsk", "Toretsk"),
        ("Severodonetsk", "Sievierodonetsk"),
    ],
)
def test_old_names_that_texts_use_are_kept(gazetteer: Gazetteer, surface: str, name: str) -> None:
    """Forbids losing a town that one side still calls by its Soviet name, though a Russian town has it too."""
    assert name in called(gazetteer, surface)["name"].to_list()


def test_surfaces_can_stand_in_folded_text(gazetteer: Gazetteer) -> None:
    """Forbids surfaces that no folded text can contain, and small letters at the start but for curated names."""
    names = gazetteer.names
    assert names["surface"].str.contains(r"^[\x20-\x7d]+$").all()
    assert names["surface"].str.len_bytes().min() >= 2
    assert all(fold_str(surface) == surface for surface in names["surface"].unique().to_list())
    small = names.filter(pl.col("surface").str.contains("^[a-z]"))
    assert not small.filter(pl.col("kind").is_in(["romanised"])).height
    assert small["surface"].str.contains(" ").sum() > 0.9 * small.height


@pytest.mark.parametrize(
    ("surface", "feature", "precision", "region"),
    [
        ("Donbas", "area", 4, None), ("eastern Ukraine", "area", 4, None), ("Black Sea", "water", 9, None),
        ("Kerch Bridge", "site", 1, "UA-43"), ("Zaporizhzhia nuclear power plant", "site", 1, "UA-23"),
        ("Snake Island", "site", 1, "UA-51"), ("Engels airbase", "site", 1, "RU-SAR"), ("Pokrovsk district", "district", 2, "UA-14"),
        ("Germany", "country", 5, None), ("New York", "settlement", 5, None), ("Russia", "country", 5, None),
    ],
)  # fmt: skip
def test_precision_says_what_the_place_is(
    gazetteer: Gazetteer, surface: str, feature: str, precision: int, region: str | None
) -> None:
    """Forbids a region code for an area of several oblasts, and a village's precision for a country."""
    found = called(gazetteer, surface).row(0, named=True)
    assert (found["feature"], found["precision"], found["region_code"]) == (feature, precision, region)


@pytest.mark.parametrize("table", ["areas", "villages"])
def test_tables_of_places_are_plausible(table: str) -> None:
    """Forbids a swapped or mistyped coordinate, and a region that does not exist."""
    rows = read_table(table).with_columns(country=pl.col("region_code").str.head(2))
    assert set(rows["region_code"].drop_nulls()) <= set(read_table("regions")["region_code"])
    assert rows.select((pl.col("lat").is_null() == pl.col("lon").is_null()).all()).item()
    for country, (south, north, west, east) in BOXES.items():
        located = rows.filter(pl.col("country") == country).drop_nulls("lat")
        assert located["lat"].is_between(south, north).all()
        assert located["lon"].is_between(west, east).all()


def test_kinds_of_places_are_known_and_only_of_what_has_one() -> None:
    """Forbids a kind that no rule knows, and a river among the sites."""
    of_kind = read_table("areas").drop_nulls("kind")
    assert set(of_kind["kind"]) <= set(KINDS)
    features = {RIVER: {"water"}, ISLAND: {"site"}}
    for kind, rows in of_kind.group_by("kind"):
        assert set(rows["feature"]) <= features.get(str(kind[0]), {"site"}), kind


@pytest.mark.parametrize("table", ["areas", "not_places"])
def test_examples_show_the_name(table: str) -> None:
    """Forbids an example that does not hold what it is an example of."""
    rows = read_table(table).rename({"surface": "name"}, strict=False)
    assert rows.select(pl.col("example").str.contains(pl.col("name"), literal=True).all()).item()
    assert rows["name"].is_unique().all()


def test_namesakes_go_to_the_nearest_community() -> None:
    """Forbids giving a point to the first settlement of that name in the oblast."""
    settlements = pl.DataFrame(
        {
            "katottg_id": ["a1", "a2", "b1", "b2"],
            "name_uk": ["Перше", "Калинове", "Друге", "Калинове"],
            "category": ["C"] * 4,
            "key": ["перше", "калинове", "друге", "калинове"],
            "region_code": ["UA-14"] * 4,
            "district_id": ["d"] * 4,
            "community_id": ["a", "a", "b", "b"],
            "district_uk": ["Покровський"] * 4,
        }
    )
    points = pl.DataFrame(
        {
            "point_id": ["p1", "p2", "p3"],
            "name": ["Pershe", "Druhe", "Kalynove"],
            "cyrillic": [["Перше"], ["Друге"], ["Калинове", "Калиново"]],
            "lat": [48.0, 48.5, 48.45],
            "lon": [37.0, 37.5, 37.45],
            "region_code": ["UA-14"] * 3,
        }
    )
    matched = dict(match_settlements(settlements, points).select("katottg_id", "point_id").rows())
    assert matched == {"a1": "p1", "a2": None, "b1": "p2", "b2": "p3"}


def test_a_geonames_dump_is_read(tmp_path: Path) -> None:
    """Forbids keeping abandoned places and quarters, or guessing at a file of another form."""
    line = "{id}\t{name}\t{name}\t{name},Калинове\t48.13\t37.41\tP\t{code}\tUA\t\t05\t\t\t\t627\t\t180\tEurope/Kyiv\t2024-01-01"
    dump = tmp_path / "UA.txt"
    rows = [line.format(id=1, name="Kalynove", code="PPL"), line.format(id=2, name="Gone", code="PPLQ")]
    dump.write_text("\n".join(rows) + "\n", encoding="utf-8")
    frame = read_geonames_dump(dump)
    assert frame.schema == GEONAMES_SCHEMA
    assert frame.select("name", "lat", "population").rows() == [("Kalynove", 48.13, 627)]
    assert frame["alternate_names"].to_list() == [["Kalynove", "Калинове"]]


def test_another_file_is_no_geonames_dump(tmp_path: Path) -> None:
    """Forbids an error that does not name the file and what to do."""
    other = tmp_path / "UA.txt"
    other.write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"UA\.txt.*GeoNames dump"):
        read_geonames_dump(other)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replaces the compilation by one that is empty and counts its calls."""
    calls: list[int] = []

    def compile_nothing(dumps: Path | None = None) -> Gazetteer:
        calls.append(1)
        return Gazetteer(places=PLACES_SCHEMA.to_frame(), names=NAMES_SCHEMA.to_frame())

    monkeypatch.setattr(build, "compile_gazetteer", compile_nothing)
    return calls


def test_it_is_compiled_once(tmp_path: Path, tiny: list[int]) -> None:
    """Forbids parsing the sources at every start."""
    load_gazetteer(tmp_path)
    load_gazetteer(tmp_path)
    assert len(tiny) == 1


def test_a_damaged_cache_is_built_again(tmp_path: Path, tiny: list[int]) -> None:
    """Forbids failing for good after a crash or a full disk."""
    load_gazetteer(tmp_path)
    for file in tmp_path.glob("*.parquet"):
        file.write_bytes(b"PAR1")
    load_gazetteer(tmp_path)
    load_gazetteer(tmp_path)
    assert len(tiny) == 2


def test_a_changed_table_makes_another_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forbids an edited table that has no effect until somebody deletes the cache."""
    before = build.fingerprint()
    table = tmp_path / "villages.csv"
    table.write_text("name\n", encoding="utf-8")
    monkeypatch.setattr(build, "table_files", lambda: [table])
    assert build.fingerprint() != before
