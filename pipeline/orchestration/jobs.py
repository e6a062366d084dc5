"""What runs together: all but the network, all of that anew, or all.

Here: selections. Not here: when they run (schedules.py, sensors.py).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import dagster as dg

from pipeline.orchestration.assets.core import core_tables
from pipeline.orchestration.assets.fetched import FETCHED
from pipeline.orchestration.assets.incidents import incident_links
from pipeline.orchestration.assets.raw import raw_articles
from pipeline.orchestration.assets.warehouse import warehouse_tables
from pipeline.orchestration.instance import COMMAND_TAG
from pipeline.orchestration.partitions import all_days_tags

# everything is read, extracted, linked and loaded again, changed or not
FULL_STEPS: Final = (raw_articles, core_tables, incident_links, warehouse_tables)
FULL_CONFIG: Final = {"ops": {step.op.name: {"config": {"full": True}} for step in FULL_STEPS}}

# a refresh calls nobody: what it gives depends on the raw folders only
OFFLINE: Final = dg.AssetSelection.all() - dg.AssetSelection.assets(FETCHED)

refresh = dg.define_asset_job(
    "refresh",
    selection=OFFLINE,
    description="Read, extract, load, build and publish what is new: all days, or the days of the chosen partitions.",
)

full_refresh = dg.define_asset_job(
    "full_refresh",
    selection=OFFLINE,
    config=FULL_CONFIG,
    description="Read and extract everything anew, changed or not.",
)

fetch_and_refresh = dg.define_asset_job(
    "fetch_and_refresh",
    selection=dg.AssetSelection.all(),
    description="Fetch what is new from the feeds and sitemaps of sources.toml, then refresh.",
)

JOBS: Final = (refresh, full_refresh, fetch_and_refresh)


def run_all_days(
    defs: dg.Definitions, instance: dg.DagsterInstance, *, full: bool = False, log_level: str = "INFO"
) -> dg.ExecuteInProcessResult:
    """Run a refresh over whatever is new, all days, in this process; a step that fails ends the run, not the caller."""
    tags = all_days_tags(datetime.now(UTC)) | {COMMAND_TAG: "true"}
    config = {**(FULL_CONFIG if full else {}), "loggers": {"console": {"config": {"log_level": log_level}}}}
    return defs.resolve_job_def((full_refresh if full else refresh).name).execute_in_process(
        run_config=config, instance=instance, tags=tags, raise_on_error=False
    )
