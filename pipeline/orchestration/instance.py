"""Where Dagster keeps its history, and its limits: `dagster.yaml` in the data folder.

Here: writing the configuration and opening the instance. Not here: what runs. `python -m pipeline.orchestration.instance`
prepares the folder for `dagster dev`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import dagster as dg

from pipeline.settings import settings

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


if __name__ == "__main__":
    prepare(settings().dagster_home)
