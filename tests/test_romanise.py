"""Romanisation: every system's example, and the spellings that English-language texts use."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.gazetteer.romanise import (
    is_cyrillic,
    language_of,
    letters,
    romanised,
    russified,
    spellings,
    spellings_of,
    systems,
)
from pipeline.gazetteer.tables import read_table

MAX_SPELLINGS = 24


@pytest.mark.parametrize(
    ("system", "cyrillic", "latin"),
    read_table("romanisation_systems").select("system", "example_cyrillic", "example_latin").rows(),
)
def test_each_system_spells_its_own_example(system: str, cyrillic: str, latin: str) -> None:
    """Forbids a letter table whose documented example it does not give."""
    assert pl.select(romanised(pl.lit(cyrillic), system)).item() == latin


@pytest.mark.parametrize(
    ("ukrainian", "russian"), read_table("russification").select("example_uk", "example_ru").rows()
)
def test_each_russification_rule_gives_its_example(ukrainian: str, russian: str) -> None:
    """Forbids a rule that an earlier rule makes dead."""
    assert pl.select(russified(pl.lit(ukrainian))).item() == russian.lower()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Сергіївка", {"Serhiivka", "Serhiyivka", "Sergiivka", "Serguiivka", "Sergeevka", "Sergeyevka"}),
        ("Часів Яр", {"Chasiv Yar", "Chasov Yar", "Chassiv Iar"}),
        ("Вугледар", {"Vuhledar", "Ugledar", "Vougledar"}),
        ("Кривий Ріг", {"Kryvyi Rih", "Kryvy Rih", "Kryvyy Rih"}),
        ("Слов’янськ", {"Sloviansk", "Slovyansk", "Slov'yansk", "Slov'yans'k", "Slavyansk", "Slaviansk"}),
        ("Нью-Йорк", {"Niu-York", "Niu York"}),
        ("Київ", {"Kyiv", "Kiev"}),
        ("Знам'янка", {"Znamianka", "Znamyanka"}),
        ("Згурівка", {"Zghurivka"}),
    ],
)
def test_a_ukrainian_name_has_the_spellings_of_the_press(name: str, expected: set[str]) -> None:
    """Forbids knowing a place by its official spelling only."""
    assert expected <= set(spellings_of(name, "uk"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Русское Поречное", {"Russkoye Porechnoye", "Russkoe Porechnoe"}),
        ("Старый Оскол", {"Stary Oskol", "Staryy Oskol"}),
        ("Орёл", {"Oryol", "Orel"}),
        ("Новороссийск", {"Novorossiysk", "Novorossiisk"}),
        ("Елец", {"Yelets", "Elets"}),
    ],
)
def test_a_russian_name_has_the_spellings_of_the_press(name: str, expected: set[str]) -> None:
    """Forbids spelling Russian names by the Ukrainian tables, or by one table only."""
    assert expected <= set(spellings_of(name, "ru"))


def test_first_system_is_the_official_one() -> None:
    """Forbids an order of systems that changes what a place is called."""
    assert systems("uk")[0] == "uk_national"
    assert pl.select(romanised(pl.lit("Запоріжжя"), systems("uk")[0])).item() == "Zaporizhzhia"


def test_longer_letters_come_first() -> None:
    """Forbids matching `з` before `зг`, which would make Zghurivka Zhurivka."""
    lengths = [len(key) for key in letters("uk_national")]
    assert lengths == sorted(lengths, reverse=True)


def test_the_number_of_spellings_is_bounded() -> None:
    """Forbids systems that multiply: the list of names to search for would grow with them."""
    long_names = pl.DataFrame(
        {
            "cyrillic": [
                "Новогригорівка-Перша",
                "Червоногригорівка",
                "Ново-Переволочна",
                "Щасливцеве",
                "Юр'ївка-Мар'їнська",
            ],
            "language": ["uk"] * 5,
        }
    )
    counts = spellings(long_names).group_by("cyrillic").len()
    assert counts["len"].max() <= MAX_SPELLINGS


def test_language_is_told_by_its_letters() -> None:
    """Forbids reading a Russian name as Ukrainian where a letter tells them apart."""
    names = pl.DataFrame({"name": ["Сергіївка", "Рыльск", "Бахмут"]})
    assert names.select(found=language_of(pl.col("name"), "ru"))["found"].to_list() == ["uk", "ru", "ru"]


def test_other_alphabets_are_refused() -> None:
    """Forbids romanising Serbian or Belarusian spellings as if they were Russian."""
    names = pl.DataFrame({"name": ["Кијев", "Кіеў", "Київ", "Kyiv", "Мар’їнка"]})
    assert names.select(found=is_cyrillic(pl.col("name")))["found"].to_list() == [False, False, True, False, True]
