"""When the refresh runs by the clock."""

from typing import Final

import dagster as dg

from pipeline.orchestration.jobs import refresh
from pipeline.orchestration.partitions import RANGE_END_TAG, RANGE_START_TAG, TIME_ZONE, trailing_window

WINDOW_DAYS: Final = 14


@dg.schedule(
    job=refresh,
    cron_schedule="15 2 * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=f"Every night the last {WINDOW_DAYS} complete days, in one run, so that late articles are taken in.",
)
def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run over the trailing window of the tick's night."""
    first, last = trailing_window(context.scheduled_execution_time, WINDOW_DAYS)
    return dg.RunRequest(run_key=last, tags={RANGE_START_TAG: first, RANGE_END_TAG: last})
