"""When the refresh runs by the clock."""

from datetime import timedelta
from typing import Final

import dagster as dg

from pipeline.orchestration.jobs import fetch_and_refresh
from pipeline.orchestration.partitions import RANGE_END_TAG, RANGE_START_TAG, TIME_ZONE, trailing_window
from pipeline.orchestration.resources import ClockResource

WINDOW_DAYS: Final = 14
# after days asleep the daemon makes up for several nights; one run takes in all that is new, whichever day it is of
LATEST: Final = timedelta(hours=22)


@dg.schedule(
    job=fetch_and_refresh,
    cron_schedule="15 2 * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=f"Every night fetches what is new and does the last {WINDOW_DAYS} complete days, in one run, so that late articles are taken in.",
)
def nightly(context: dg.ScheduleEvaluationContext, clock: ClockResource) -> dg.RunRequest | dg.SkipReason:
    """One run over the trailing window of the tick's night; none for a night that a later one has followed."""
    if clock.now() - context.scheduled_execution_time > LATEST:
        return dg.SkipReason("This night was missed; the run of the last night takes in what came since.")
    first, last = trailing_window(context.scheduled_execution_time, WINDOW_DAYS)
    return dg.RunRequest(run_key=last, tags={RANGE_START_TAG: first, RANGE_END_TAG: last})
