"""On which sign a refresh runs: a file in the raw folders that is new, changed or gone.

Here: a cheap look at names, sizes and times. Not here: reading the files (ingest/).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dagster as dg

from pipeline.ingest.discover import discover
from pipeline.orchestration.jobs import refresh
from pipeline.orchestration.partitions import all_days_tags
from pipeline.orchestration.resources import ClockResource, ProjectResource

SECONDS: Final = 60


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
    now = fingerprint(project.settings().raw)
    if now == refreshed:
        return dg.SkipReason("No raw file is new.")
    if now != seen:
        # a file that is still being copied grows between two looks
        return dg.SensorResult(
            skip_reason="Raw files changed; waiting until they are still.", cursor=f"{now} {refreshed}"
        )
    return dg.SensorResult(run_requests=[dg.RunRequest(tags=all_days_tags(clock.now()))], cursor=f"{now} {now}")


def fingerprint(raw: Sequence[Path]) -> str:
    """Digest of the path, size and modification time of every input and manifest; nothing is opened.

    Raises InputError (ingest/discover.py) where a raw path is missing.
    """
    found = discover(raw)
    manifests = [(path, status.st_size, status.st_mtime_ns) for path in found.manifests for status in [path.stat()]]
    files = [(file.path, file.size, file.mtime_ns) for file in found.files]
    lines = (f"{path}\0{size}\0{mtime_ns}\n" for path, size, mtime_ns in sorted(files + manifests))
    return hashlib.sha256("".join(lines).encode(errors="surrogateescape")).hexdigest()[:16]
