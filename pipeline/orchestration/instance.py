"""Where Dagster keeps its history, and its limits: `dagster.yaml` in the data folder.

Here: writing the configuration, opening the instance, and ending runs in the history whose process has died: the daemon
starts no run while one seems to be under way. Not here: what runs. `python -m pipeline.orchestration.instance` prepares
the folder for the daemon, before each of its starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import dagster as dg

from pipeline.locking import Busy, exclusive
from pipeline.settings import Settings, settings

_LIMITS: Final = """\
# Written by the pipeline before each start; edit pipeline/orchestration/instance.py instead.
telemetry:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    default_limit: 1  # pool duckdb: the private database has one writer
    granularity: run
run_monitoring:
  enabled: true
  start_timeout_seconds: 300
  max_runtime_seconds: 43200  # a run that hangs gives way to the next night's
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: 7
"""
# `sitrep refresh` draws its own progress bars: nothing may capture its output
_QUIET: Final = """\
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
UNDER_WAY: Final = (dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING)
COMMAND_TAG: Final = "sitrep/by_command"  # of runs that `sitrep refresh` makes, under its lock
COMMAND_LOCK: Final = ".refresh.lock"
CONFIG: Final = "dagster.yaml"
IN_PROCESS_CONFIG: Final = "in_process.yaml"


def prepare(home: Path) -> Path:
    """Make the folder and write its configuration; returns the folder."""
    home.mkdir(parents=True, exist_ok=True)
    (home / CONFIG).write_text(_LIMITS, encoding="utf-8")
    (home / IN_PROCESS_CONFIG).write_text(_LIMITS + _QUIET, encoding="utf-8")
    return home


def open_instance(home: Path) -> dg.DagsterInstance:
    """The instance for a run in this process; the UI shows the same history."""
    return dg.DagsterInstance.from_config(str(prepare(home)), IN_PROCESS_CONFIG)


def end_dead_runs(instance: dg.DagsterInstance, *, by_command: Iterable[bool]) -> list[str]:
    """Mark runs that seem to be under way as failed: those of the command, those of the daemon, or both; their ids.

    To be called only while no such run can be alive: under the command's lock, before the daemon starts.
    """
    ended = []
    for run in instance.get_runs(dg.RunsFilter(statuses=list(UNDER_WAY))):
        if (COMMAND_TAG in run.tags) in by_command:
            instance.report_run_failed(run, "The process of this run has died; the next run makes good what it left.")
            ended.append(run.run_id)
    return ended


def before_the_daemon(found: Settings) -> None:
    """Prepare the folder, and end the runs of a daemon or command that was killed."""
    prepare(found.dagster_home)
    with open_instance(found.dagster_home) as instance:
        try:
            with exclusive(found.data, COMMAND_LOCK, wait=False):
                end_dead_runs(instance, by_command=(True, False))
        except Busy:  # a command is at work: its run is alive
            end_dead_runs(instance, by_command=(False,))


if __name__ == "__main__":
    before_the_daemon(settings())
