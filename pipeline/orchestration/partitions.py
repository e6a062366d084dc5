"""Days: the partitions of articles, entities and events, and which days a run is about.

Here: the partitions definition and its reading from a run. Not here: which days have changed (ingest/, extraction.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import dagster as dg

FIRST_DAY: Final = "2022-01-01"
TIME_ZONE: Final = "Europe/Kyiv"
DAY_FORMAT: Final = "%Y-%m-%d"

# end_offset: the day that has begun is a partition too, so that today's news has a place
DAYS: Final = dg.DailyPartitionsDefinition(start_date=FIRST_DAY, timezone=TIME_ZONE, end_offset=1, fmt=DAY_FORMAT)

# Dagster's store takes 8 to 20 ms an event; what a run leaves unmarked the next one marks
REPORTED_DAYS: Final = 100

PARTITION_TAG: Final = "dagster/partition"
RANGE_START_TAG: Final = "dagster/asset_partition_range_start"
RANGE_END_TAG: Final = "dagster/asset_partition_range_end"
ALL_DAYS_TAG: Final = "sitrep/days"


class NoDays(ValueError):
    """A run that names no days."""


def all_days_tags(now: datetime) -> dict[str, str]:
    """Tags of a run over whatever is new, all days.

    Dagster runs partitioned assets under a partition only: today's stands for the run, :func:`report_days` adds the
    days that changed.
    """
    today = now.astimezone(ZoneInfo(TIME_ZONE)).strftime(DAY_FORMAT)
    return {PARTITION_TAG: today, ALL_DAYS_TAG: "all"}


def takes_all_days(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> bool:
    """Whether the run is over whatever is new (:func:`all_days_tags`)."""
    return context.run.tags.get(ALL_DAYS_TAG) == "all"


def days_of_run(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> list[str] | None:
    """The days that the run was asked for; None for a run over whatever is new, all days.

    Read from the run's tags, because an unpartitioned asset of the same run (the load) needs the days as well.
    Unpartitioned assets that run alone, as the daemon's backfills do it, take all days.
    """
    if takes_all_days(context):
        return None
    tags = context.run.tags
    key = tags.get(PARTITION_TAG)
    first, last = (key, key) if key else (tags.get(RANGE_START_TAG), tags.get(RANGE_END_TAG))
    if first and last:
        return list(DAYS.get_partition_keys_in_range(dg.PartitionKeyRange(first, last)))
    return None


def require_days(context: dg.AssetExecutionContext) -> list[str] | None:
    """:func:`days_of_run` for partitioned assets; raises NoDays where the run names no partitions."""
    if not context.has_partition_key and not context.has_partition_key_range:
        raise NoDays("This run names no day. Choose partitions in the UI, or run `sitrep refresh` for all that is new.")
    return days_of_run(context)


def is_partition(day: str) -> bool:
    """Whether a day file's name is one of the partitions: not `undated`, not before FIRST_DAY, not in the future."""
    return DAYS.has_partition_key(day)


def report_days(
    context: dg.AssetExecutionContext, key: dg.AssetKey, changed: Iterable[str], stored: Iterable[str]
) -> None:
    """Mark the days that a run did besides its own as done, so that the UI shows them; its own Dagster marks."""
    done = context.instance.get_materialized_partitions(key)
    own = set(context.partition_keys)
    for day in days_to_report(changed, stored, done):
        if day not in own:
            context.log_event(dg.AssetMaterialization(key, partition=day))


def days_to_report(changed: Iterable[str], stored: Iterable[str], done: Collection[str]) -> list[str]:
    """Days to mark: those that changed and those that were never marked, the newest REPORTED_DAYS of them."""
    wanted = {*changed, *(day for day in stored if day not in done)}
    return sorted(filter(is_partition, wanted), reverse=True)[:REPORTED_DAYS]


def trailing_window(now: datetime, n_days: int) -> tuple[str, str]:
    """First and last of the `n_days` complete days before `now` (a time in TIME_ZONE)."""
    last = now.date() - timedelta(days=1)
    return (last - timedelta(days=n_days - 1)).isoformat(), last.isoformat()
