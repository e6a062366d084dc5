"""A refresh that is killed, has no room, may not write or is not alone: the next one gives what an undisturbed one gives.

`make survive` tries 30 moments of kill -9 (SITREP_KILLS says how many) and the rest; `make test` a few of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from survival import FIRST_NEWS, MORE_NEWS, Digest, Installation, KillPoint, kill_rounds, watched

from pipeline.orchestration import dbt_project
from pipeline.settings import PROJECT_ROOT, settings

N_KILLS = int(os.environ.get("SITREP_KILLS", "0"))
by_command = pytest.mark.skipif(not N_KILLS, reason="takes minutes: `make survive`")
SOME_KILLS = [KillPoint("extract", 0.9, with_children=True), KillPoint("dbt", 0.6, with_children=False)]


class Disturbed(NamedTuple):
    """An installation with news to take in; what it published last and what it is to publish next."""

    installation: Installation
    before: Digest
    after: Digest
    durations: dict[str, float]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Disturbed:
    project = dbt_project.dbt_project()
    if dbt_project.is_outdated(project):
        dbt_project.parse(project, settings())
    installation = Installation(tmp_path_factory.mktemp("survival"))
    installation.write(FIRST_NEWS)
    code, said = installation.refresh()
    assert code == 0, said
    installation.keep()
    before = installation.published()
    installation.write(MORE_NEWS)
    (installation.raw / "2024-09-08-beta.txt").unlink()
    code, said = installation.refresh()
    assert code == 0, said
    after = installation.published()
    assert before["articles"] != after["articles"]
    return Disturbed(installation, before, after, installation.durations)


@pytest.fixture
def disturbed(prepared: Disturbed) -> Iterator[Disturbed]:
    prepared.installation.restore()
    yield prepared
    for path in prepared.installation.data.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)


def assert_as_undisturbed(disturbed: Disturbed) -> None:
    installation = disturbed.installation
    code, said = installation.refresh()
    assert code == 0, said
    assert installation.published() == disturbed.after
    assert installation.exports_are_the_snapshot()
    assert installation.leftovers() == []


@pytest.mark.slow
@pytest.mark.parametrize("points", kill_rounds(N_KILLS) or [SOME_KILLS])
def test_after_kill_9_the_next_refresh_gives_the_same_tables(disturbed: Disturbed, points: list[KillPoint]) -> None:
    with watched(disturbed.installation, [disturbed.before, disturbed.after]) as seen:
        for point in points:
            code = disturbed.installation.refresh_killed_at(point, disturbed.durations)
            print(f"killed in {point.step} at {point.share:.0%}: {code}")
            assert disturbed.installation.published() in (disturbed.before, disturbed.after)
        assert_as_undisturbed(disturbed)
    assert seen == []


def without_room(kibibytes: int) -> list[str]:
    """No file may grow above so much: to a program the same as a disk that is full at that moment."""
    return ["sh", "-c", f'ulimit -f {kibibytes * 2}; exec "$@"', "sh"]


@pytest.mark.slow
@pytest.mark.parametrize("kibibytes", [4, 40, 400, 1500, 2500, 3500] if N_KILLS else [1500])
def test_without_room_nothing_published_changes_and_the_next_refresh_is_whole(
    disturbed: Disturbed, kibibytes: int
) -> None:
    code, said = disturbed.installation.refresh(prefix=without_room(kibibytes))
    assert code == 1
    assert "Traceback" not in said
    assert disturbed.installation.published() == disturbed.before
    assert_as_undisturbed(disturbed)


@pytest.mark.slow
@by_command
def test_a_data_folder_that_is_read_only_is_told_and_stays_as_it_is(disturbed: Disturbed) -> None:
    data = disturbed.installation.data
    for path in (data, *(path for path in data.rglob("*") if path.is_dir())):
        path.chmod(0o555)
    prefix = []
    if os.geteuid() == 0:  # whom no permission stops, unless it gives this power away
        if not shutil.which("setpriv"):
            pytest.skip("as root only with setpriv")
        powers = "-dac_override,-dac_read_search"
        prefix = ["setpriv", "--bounding-set", powers, "--inh-caps", powers]
    code, said = disturbed.installation.refresh(prefix=prefix)
    assert code == 1
    assert str(data) in said
    assert "Traceback" not in said
    for path in (data, *(path for path in data.rglob("*") if path.is_dir())):
        path.chmod(0o755)
    assert disturbed.installation.published() == disturbed.before
    assert_as_undisturbed(disturbed)


DAEMON_RUN = """
import sys
from pathlib import Path
import dagster as dg
from pipeline.orchestration.build import build_defs
from pipeline.orchestration.jobs import run_all_days
from pipeline.orchestration.resources import ProjectResource
defs = build_defs(resources={"project": ProjectResource(raw=[sys.argv[1]], data=sys.argv[2])})
with dg.DagsterInstance.ephemeral() as instance:
    sys.exit(not run_all_days(defs, instance, log_level="CRITICAL").success)
"""


@pytest.mark.slow
def test_two_refreshes_at_once_one_of_them_the_daemons(disturbed: Disturbed) -> None:
    """The command refuses a second command; a run of the daemon's goes step by step between those of the first."""
    installation = disturbed.installation
    first, second = installation.start(), installation.start()
    command = [sys.executable, "-c", DAEMON_RUN, str(installation.raw), str(installation.data)]
    third = subprocess.run(command, cwd=PROJECT_ROOT, check=False, capture_output=True, text=True)
    said = [process.communicate()[1] for process in (first, second)]
    assert sorted([first.returncode, second.returncode]) == [0, 1], said
    assert any("is at work on" in words for words in said)
    assert third.returncode == 0, third.stderr
    assert_as_undisturbed(disturbed)


@pytest.mark.slow
@by_command
def test_a_damaged_warehouse_is_rebuilt_by_a_full_refresh(disturbed: Disturbed) -> None:
    """Into what a full refresh gives where nothing is damaged: it drops what a file no longer says."""
    installation = disturbed.installation
    warehouse: Path = installation.data / "warehouse.duckdb"
    warehouse.write_bytes(b"no database" * 1000)
    code, said = installation.refresh()
    assert code == 1
    assert "sitrep refresh --full" in said
    assert installation.published() == disturbed.before
    code, said = installation.refresh("--full")
    assert code == 0, said
    rebuilt = installation.published()
    installation.restore()
    code, said = installation.refresh("--full")
    assert code == 0, said
    assert rebuilt == installation.published()
    assert installation.exports_are_the_snapshot()
