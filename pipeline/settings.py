"""Where everything lies. All paths and environment variables are read here and nowhere else.

Nothing is created, opened or read at import; call :func:`settings` at run time.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Paths of one installation: where raw texts come from and where the pipeline writes; whom it may call."""

    raw: tuple[Path, ...]
    data: Path
    sources: Path = PROJECT_ROOT / "sources.toml"
    webhook: str | None = None
    allow_private: bool = False

    @property
    def fetched(self) -> Path:
        """Pages from feeds and sitemaps, as they were sent: raw files, read like those of the raw folders."""
        return self.data / "fetched"

    @property
    def layers(self) -> Path:
        """Parquet layers between the steps: articles, entities, events, rejected."""
        return self.data / "layers"

    @property
    def warehouse(self) -> Path:
        """Private DuckDB file; only loading, dbt and publishing open it."""
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        """Public DuckDB snapshot, replaced as a whole by each refresh."""
        return self.data / "sitrep.duckdb"

    @property
    def export(self) -> Path:
        """Exports of the present release: one Parquet file per public table, other layouts, metadata."""
        return self.data / "export"

    @property
    def dagster_home(self) -> Path:
        """Dagster's run history, schedules and logs."""
        return self.data / "dagster"

    @property
    def cache(self) -> Path:
        """Derived files that can be deleted at any time (the compiled gazetteer)."""
        return self.data / "cache"

    @property
    def gazetteer(self) -> Path:
        """GeoNames country files that were fetched; the gazetteer works without any."""
        return self.data / "gazetteer"

    @property
    def dbt_project(self) -> Path:
        """The dbt project that builds the marts."""
        return PROJECT_ROOT / "dbt"

    @property
    def reference(self) -> Path:
        """Reference tables that dbt loads as seeds."""
        return PROJECT_ROOT / "seeds" / "reference"


def settings() -> Settings:
    """Read the settings from the environment.

    ``SITREP_DATA``: folder for everything the pipeline writes, default ``data/`` in the project.
    ``SITREP_RAW``: raw files and folders, separated by the system's path separator, default ``seeds/articles/``.
    ``SITREP_SOURCES``: feeds, sitemaps and folders with their cards, default ``sources.toml`` in the project.
    ``SITREP_WEBHOOK``: address that is told when a run failed, default none.
    ``SITREP_ALLOW_PRIVATE``: ``1`` where sources and the webhook may lie inside the own network.
    """
    raw = os.environ.get("SITREP_RAW") or str(PROJECT_ROOT / "seeds" / "articles")
    data = os.environ.get("SITREP_DATA") or str(PROJECT_ROOT / "data")
    sources = os.environ.get("SITREP_SOURCES") or str(PROJECT_ROOT / "sources.toml")
    return Settings(
        raw=tuple(Path(part).expanduser().resolve() for part in raw.split(os.pathsep) if part),
        data=Path(data).expanduser().resolve(),
        sources=Path(sources).expanduser().resolve(),
        webhook=os.environ.get("SITREP_WEBHOOK") or None,
        allow_private=os.environ.get("SITREP_ALLOW_PRIVATE") == "1",
    )
