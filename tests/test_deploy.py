"""The files of deploy/: they can be read by whom they are for, and what they start exists."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.cli import COMMANDS
from pipeline.commands.check import CHECKS
from pipeline.orchestration.schedules import nightly
from pipeline.settings import PROJECT_ROOT

DEPLOY = PROJECT_ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("sitrep-*"))
SETTINGS = ("SITREP_DATA", "SITREP_RAW", "SITREP_SOURCES", "SITREP_WEBHOOK", "SITREP_ALLOW_PRIVATE", "DAGSTER_HOME")


class Unit(configparser.RawConfigParser):
    """A unit file: names keep their letters, and may stand several times."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",))
        self.optionxform = str  # type: ignore[assignment,method-assign]
        self.read(path)
        self.lines = path.read_text().splitlines()

    def all(self, name: str) -> list[str]:
        return [line.partition("=")[2] for line in self.lines if line.startswith(f"{name}=")]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_reads_the_units(tmp_path: Path, name: str) -> None:
    """With the project's folder where the unit looks for it, since systemd looks at the programs too."""
    for path in DEPLOY.glob("sitrep-*"):
        text = path.read_text().replace("/opt/sitrep", str(tmp_path)).replace("User=sitrep", "User=root")
        (tmp_path / path.name).write_text(text)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for program in ("python", "sitrep", "dagster-daemon"):
        (programs / program).write_text("#!/bin/sh\n")
        (programs / program).chmod(0o755)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name in line]
    assert said == []


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_units_start_commands_that_exist_and_write_into_the_data_folder_only(name: str) -> None:
    unit = Unit(DEPLOY / name)
    commands = [line.removeprefix("-").split() for line in (*unit.all("ExecStartPre"), *unit.all("ExecStart"))]
    for program, *arguments in commands:
        assert program.startswith("/opt/sitrep/.venv/bin/")
        if program.endswith("/sitrep"):
            assert arguments[0] in COMMANDS
    assert unit["Service"]["ProtectSystem"] == "strict"
    assert unit["Service"]["User"] == "sitrep"
    assert {line.partition("=")[0] for line in unit.all("Environment")} <= set(SETTINGS)
    assert unit["Service"]["ReadWritePaths"].split() == ["/var/lib/sitrep", "/opt/sitrep/dbt"]


def test_the_timer_runs_when_the_schedule_does() -> None:
    timer = Unit(DEPLOY / "sitrep-nightly.timer")["Timer"]
    minute, hour, *rest = str(nightly.cron_schedule).split()
    assert rest == ["*"] * 3
    assert timer["OnCalendar"] == f"*-*-* {int(hour):02d}:{int(minute):02d}:00 {nightly.execution_timezone}"
    assert timer["Persistent"] == "true"


@pytest.fixture
def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def test_compose_starts_what_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert set(service["environment"]) <= set(SETTINGS)
        for volume in service["volumes"]:
            source = volume.rpartition(":/")[0]
            assert source in compose["volumes"] or source.startswith("${") or (DEPLOY / source).exists(), volume
    _, command, *arguments = compose["services"]["daemon"]["healthcheck"]["test"]
    assert (command, arguments[0]) == ("sitrep", "check")
    assert arguments[-1] in CHECKS


def test_the_ui_is_not_open_to_the_network(compose: dict[str, Any]) -> None:
    """Forbids publishing a page without a password on every address of the machine."""
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["ui"]["ports"])


@pytest.mark.skipif(not shutil.which("docker"), reason="needs docker")
def test_docker_reads_the_compose_file() -> None:
    done = subprocess.run(
        ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "unknown shorthand flag" in done.stderr or "is not a docker command" in done.stderr:
        pytest.skip("docker has no compose")
    assert done.returncode == 0, done.stderr


def test_the_image_is_built_from_the_lock_as_an_ordinary_user() -> None:
    lines = (DEPLOY / "Dockerfile").read_text()
    assert "--require-hashes" in lines
    assert re.search(r"^USER sitrep$", lines, re.MULTILINE)
    for copied in re.findall(r"^COPY (\S+) \./$", lines, re.MULTILINE):
        assert (PROJECT_ROOT / copied).exists()
