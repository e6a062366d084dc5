"""Options that several subcommands share, and what they make of the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from pipeline.settings import Settings, settings

raw_option: Final = click.option(
    "--raw",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Raw file or folder; may be repeated. Default: SITREP_RAW, else seeds/articles/.",
)
data_option: Final = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for everything that is written. Default: SITREP_DATA, else data/.",
)


def chosen_settings(*, raw: tuple[Path, ...] = (), data: Path | None = None, sources: Path | None = None) -> Settings:
    """The settings of the environment, with what the command line says instead."""
    found = settings()
    if raw:
        found = replace(found, raw=tuple(path.expanduser().resolve() for path in raw))
    if data:
        found = replace(found, data=data.expanduser().resolve())
    if sources:
        found = replace(found, sources=sources.expanduser().resolve())
    return found
