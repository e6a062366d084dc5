"""All that is read: the raw folders, the folders of `sources.toml`, and what was fetched.

Here: paths. Not here: walking them (ingest/discover.py).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.fetch.cards import read_sources
from pipeline.settings import Settings


def raw_paths(settings: Settings) -> tuple[Path, ...]:
    """Raw files and folders of an installation. Raises SourcesError where `sources.toml` cannot be used.

    A source's folder that is missing is left out: fetching reports it, and the others are read.
    """
    more = (*read_sources(settings.sources).folders, settings.fetched)
    return (*settings.raw, *(folder for folder in more if folder.is_dir()))
