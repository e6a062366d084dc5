"""What several test files share: a small raw folder, a data folder of its own for each test, the extraction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipeline.extract.cascade import Extractor

TEXTS = {
    "2024-09-07-alpha.txt": (
        "KYIV - Russian drones struck an energy facility in the city of Kharkiv on Saturday, the governor said.\n\n"
        "At least three people were injured in the attack.\n"
    ),
    "2024-09-08-beta.txt": (
        "Ukrainian forces repelled four assaults near the town of Toretsk on Sunday, the general staff said.\n"
    ),
    "gamma.txt": "Officials have ordered the evacuation of children from Pokrovsk.\n",
}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with two dated texts and one whose day nobody tells."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, which the environment names too, so that no test writes into the project."""
    folder = tmp_path / "data"
    monkeypatch.setenv("SITREP_DATA", str(folder))
    monkeypatch.delenv("SITREP_RAW", raising=False)
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return folder


@pytest.fixture(scope="session")
def gazetteer_cache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder where the gazetteer is kept from run to run, in pytest's own cache."""
    try:
        cache = Path(request.config.cache.mkdir("gazetteer"))
        (cache / "writable").touch()
    except (AttributeError, OSError):  # pytest runs without its cache, or may not write into the project
        cache = tmp_path_factory.mktemp("gazetteer")
    return cache


@pytest.fixture(scope="session")
def extractor(gazetteer_cache: Path) -> Extractor:
    """The extraction, compiled once per run."""
    from pipeline.extract.cascade import Extractor
    from pipeline.gazetteer import load_gazetteer

    return Extractor(load_gazetteer(gazetteer_cache))
