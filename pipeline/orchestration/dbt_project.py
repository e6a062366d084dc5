"""The dbt project as Dagster sees it: where its manifest is, when it is out of date, how dbt is called.

Here: paths, arguments, parsing. Not here: models (../../dbt/), assets (assets/marts.py).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from dagster_dbt import DbtCliResource, DbtProject

from pipeline.settings import PROJECT_ROOT, Settings

PROJECT_DIR: Final = PROJECT_ROOT / "dbt"
# not dbt's own folder: dagster-dbt copies what dbt remembers there, and a `dbt --project-dir dbt` by hand leaves
# paths that hold from its folder only
TARGET: Final = Path("target", "dagster")
# never --full-refresh: it would drop incident_history, which no input can bring back
# unit tests test the models, not the data: `make test` runs them
BUILD: Final = ("build", "--exclude-resource-type", "unit_test")
DBT: Final = str(Path(sys.executable).with_name("dbt"))
PARSED_FILES: Final = ("*.sql", "*.yml", "*.yaml", "*.csv", "*.md")


class DbtError(RuntimeError):
    """The dbt project is wrong; the message is dbt's."""


class ManifestMissing(RuntimeError):
    """The dbt project has not been parsed."""


def dbt_project(directory: Path = PROJECT_DIR) -> DbtProject:
    """The project, parsed or not."""
    return DbtProject(project_dir=directory, profiles_dir=directory, target_path=TARGET)


def manifest_path(project: DbtProject) -> Path:
    """The project's manifest; raises ManifestMissing where dbt has not been parsed yet."""
    if not project.manifest_path.exists():
        raise ManifestMissing(
            f"{project.manifest_path} is missing: the dbt project has not been parsed. Run `make dbt-manifest`."
        )
    return project.manifest_path


def dbt_resource(project: DbtProject) -> DbtCliResource:
    """dbt of this Python's environment, whether or not that is activated."""
    return DbtCliResource(project_dir=project, dbt_executable=DBT)


def is_outdated(project: DbtProject) -> bool:
    """Whether the manifest is missing or older than a file that it was made from."""
    if not project.manifest_path.exists():
        return True
    parsed_at = project.manifest_path.stat().st_mtime
    return any(file.stat().st_mtime > parsed_at for file in source_files(project.project_dir))


def source_files(directory: Path) -> Iterator[Path]:
    """Every file that dbt's manifest is made from."""
    for folder in (directory, PROJECT_ROOT / "seeds" / "reference"):
        for pattern in PARSED_FILES:
            yield from (file for file in folder.rglob(pattern) if "target" not in file.relative_to(folder).parts)


def parse(project: DbtProject, settings: Settings) -> None:
    """Write the manifest anew; raises DbtError with dbt's own words where the project is wrong."""
    with environment(settings):
        done = subprocess.run(
            [DBT, "--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats", "parse"],
            cwd=project.project_dir,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise DbtError(
            f"The dbt project in {project.project_dir} cannot be parsed. {done.stdout.strip() or done.stderr.strip()}"
        )


@contextmanager
def environment(settings: Settings) -> Iterator[None]:
    """Set what dbt and `dbt/profiles.yml` read from the environment, for the calls inside."""
    wanted = {"SITREP_WAREHOUSE": str(settings.warehouse), "DBT_TARGET_PATH": str(TARGET)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
