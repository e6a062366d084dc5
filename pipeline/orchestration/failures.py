"""What is done about a run that failed: its row in `pipeline_runs`, and the message to the webhook.

Here: both, for a run of the command and of the daemon alike. Not here: when (sensors.py, commands/refresh.py), the
message's words and sending (alerts.py).
"""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import dagster as dg
import duckdb

from pipeline import __version__
from pipeline.alerts import failure_message, tell
from pipeline.settings import Settings
from pipeline.warehouse.publish import RunRecord, record_run
from pipeline.warehouse.sql import WarehouseError

_log: Final = logging.getLogger(__name__)


def note_failure(
    settings: Settings, run: dg.DagsterRun, failed: Iterable[dg.DagsterEvent], *, started_at: datetime
) -> str | None:
    """Record and tell that `run` failed at the steps `failed`; the reason where telling failed, else null.

    The next release publishes the row. `started_at` is aware. Neither a locked or damaged database nor a webhook that
    does not answer raises an error.
    """
    errors = {str(event.step_key): reason(event) for event in failed}
    _record(settings, run.run_id, started_at, next(iter(errors), None))
    return tell(settings, failure_message(run_id=run.run_id, job=run.job_name, errors=errors, home=str(settings.data)))


def reason(event: dg.DagsterEvent) -> str:
    """The error that a failed step ended with, in its own words: not Dagster's around it, nor what it was caused by."""
    error = event.step_failure_data.error
    if error is None:
        return event.message or "no reason told"
    while error.cause is not None and error.cls_name == dg.DagsterExecutionStepExecutionError.__name__:
        error = error.cause
    return error.message.strip()


def _record(settings: Settings, run_id: str, started_at: datetime, step: str | None) -> None:
    finished_at = datetime.now(UTC)
    record = RunRecord(
        run_id=run_id,
        started_at=started_at,
        finished_at=finished_at,
        seconds=(finished_at - started_at).total_seconds(),
        sitrep_version=__version__,
        # the step only: an error may name folders of this machine, and the table is published
        status=f"failed at {step}" if step else "failed before its first step",
    )
    try:
        record_run(settings.warehouse, record)
    except (WarehouseError, duckdb.Error, OSError) as error:
        _log.warning("A failed run could not be recorded: %s", error)
