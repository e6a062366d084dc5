"""The parts that a test, a command or a deployment swaps: settings, clock, extractor, progress.

Here: Dagster resources, thin. Not here: paths (settings.py) or work (extraction.py).
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from pipeline.extraction import Extractor, extractor_version, load_extractor
from pipeline.settings import Settings, settings


class ProjectResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Where raw texts come from and where everything is written; what is not given comes from the environment."""

    raw: list[str] | None = None
    data: str | None = None

    def settings(self) -> Settings:
        """The settings of this run."""
        found = settings()
        if self.raw is not None:
            found = replace(found, raw=tuple(Path(path).expanduser().resolve() for path in self.raw))
        if self.data is not None:
            found = replace(found, data=Path(self.data).expanduser().resolve())
        return found


class ClockResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The time of a run, UTC; fixed for tests."""

    fixed: str | None = None

    def now(self) -> datetime:
        """The present moment, UTC."""
        return datetime.fromisoformat(self.fixed).astimezone(UTC) if self.fixed else datetime.now(UTC)


class Progress:
    """Where steps say how far they are; silent here, drawn as bars by `sitrep refresh`."""

    def step(self, title: str, total: int | None = None) -> None:
        """A step begins; `total` is in the units that :meth:`advance` counts, None where unknown."""

    def advance(self, n: int = 1) -> None:
        """So much more of the step is done."""


class ExtractorResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The extractor and the fingerprint that tells stored rows of another version apart."""

    def version(self, settings: Settings) -> str:
        """Changes with every change of code, lexicon or gazetteer."""
        return extractor_version(settings.gazetteer)

    def load(self, settings: Settings) -> Extractor:
        """A function from articles to entities and events; compiled data is kept in the cache."""
        return load_extractor(settings.cache, settings.gazetteer)
