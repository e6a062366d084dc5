"""On which sign something is done: a refresh where a raw file is new, changed or gone; a message where a run failed.

Here: a cheap look at names, sizes and times; which runs are told of. Not here: reading the files (ingest/), what a
failed run leaves (failures.py).
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import dagster as dg

from pipeline.fetch.inputs import raw_paths
from pipeline.ingest.discover import discover
from pipeline.orchestration.failures import note_failure
from pipeline.orchestration.jobs import refresh
from pipeline.orchestration.partitions import all_days_tags
from pipeline.orchestration.resources import ClockResource, ProjectResource

SECONDS: Final = 60
RAW_TAG: Final = "sitrep/raw"  # of the runs asked for here: fingerprint of the raw files
ATTEMPTS: Final = 3


@dg.sensor(
    job=refresh,
    minimum_interval_seconds=SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Requests a refresh when a raw file is new, changed or gone, once the folder has been still for a tick.",
)
def new_raw_files(
    context: dg.SensorEvaluationContext, project: ProjectResource, clock: ClockResource
) -> dg.SensorResult | dg.SkipReason:
    """Compare the folder with the last look and with the last refresh; the cursor holds both fingerprints."""
    seen, _, refreshed = (context.cursor or " ").partition(" ")
    now = fingerprint(raw_paths(project.settings()))
    if now == refreshed and not is_to_be_tried_again(context.instance, now):
        return dg.SkipReason("No raw file is new.")
    if now != seen:
        # a file that is still being copied grows between two looks
        return dg.SensorResult(
            skip_reason="Raw files changed; waiting until they are still.", cursor=f"{now} {refreshed}"
        )
    tags = all_days_tags(clock.now()) | {RAW_TAG: now}
    return dg.SensorResult(run_requests=[dg.RunRequest(tags=tags)], cursor=f"{now} {now}")


def is_to_be_tried_again(instance: dg.DagsterInstance, raw: str) -> bool:
    """Whether the last refresh for these raw files failed or was killed, and has not been tried ATTEMPTS times."""
    runs = instance.get_runs(dg.RunsFilter(job_name=refresh.name, tags={RAW_TAG: raw}), limit=ATTEMPTS)
    return 0 < len(runs) < ATTEMPTS and runs[0].status == dg.DagsterRunStatus.FAILURE


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Records which run failed, and tells the webhook (SITREP_WEBHOOK) at which step and why.",
)
def failed_runs(context: dg.RunFailureSensorContext, project: ProjectResource) -> dg.SkipReason | None:
    """One row and one message a failed run; no message without a webhook."""
    settings = project.settings()
    run = context.dagster_run
    record = context.instance.get_run_record_by_id(run.run_id)
    why_not = note_failure(
        settings,
        run,
        context.get_step_failure_events(),
        started_at=record.create_timestamp if record else datetime.now(UTC),
    )
    if settings.webhook is None:
        return dg.SkipReason("SITREP_WEBHOOK names no webhook.")
    return dg.SkipReason(f"The webhook could not be told: {why_not}") if why_not else None


def fingerprint(raw: Sequence[Path]) -> str:
    """Digest of the path, size and modification time of every input and manifest; nothing is opened.

    Raises InputError (ingest/discover.py) where a raw path is missing.
    """
    found = discover(raw)
    manifests = [(path, status.st_size, status.st_mtime_ns) for path in found.manifests for status in [path.stat()]]
    files = [(file.path, file.size, file.mtime_ns) for file in found.files]
    lines = (f"{path}\0{size}\0{mtime_ns}\n" for path, size, mtime_ns in sorted(files + manifests))
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()[:16]
