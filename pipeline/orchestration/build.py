"""Puts the code location together from its parts.

Here: the list of parts. Not here: the parts. Nothing is read but the dbt manifest; paths are read when a step runs.
"""

from __future__ import annotations

from typing import Any

import dagster as dg

from pipeline.orchestration.assets.core import core_tables
from pipeline.orchestration.assets.fetched import fetched_pages
from pipeline.orchestration.assets.incidents import incident_links
from pipeline.orchestration.assets.marts import build_marts
from pipeline.orchestration.assets.public import build_public
from pipeline.orchestration.assets.raw import raw_articles
from pipeline.orchestration.assets.warehouse import warehouse_tables
from pipeline.orchestration.checks import CHECKS
from pipeline.orchestration.dbt_project import dbt_project, dbt_resource
from pipeline.orchestration.jobs import JOBS
from pipeline.orchestration.resources import ClockResource, ExtractorResource, Progress, ProjectResource
from pipeline.orchestration.schedules import nightly
from pipeline.orchestration.sensors import failed_runs, new_raw_files
from pipeline.orchestration.volume_checks import VOLUME_CHECKS


def build_defs(*, resources: dict[str, object] | None = None, **overrides: Any) -> dg.Definitions:
    """Fresh definitions of the code location.

    ``resources`` replaces single resources (`project`, `clock`, `extractor`, `progress`, `dbt`), ``overrides`` whole parts of
    :class:`dagster.Definitions`, so that a test swaps one without patching. Raises ManifestMissing where the dbt
    project has not been parsed.
    """
    parsed = dbt_project()
    marts = build_marts(parsed)
    parts: dict[str, Any] = {
        "assets": [
            fetched_pages,
            raw_articles,
            core_tables,
            incident_links,
            warehouse_tables,
            marts,
            build_public(marts),
        ],
        "asset_checks": [*CHECKS, *VOLUME_CHECKS],
        "jobs": JOBS,
        "schedules": [nightly],
        "sensors": [new_raw_files, failed_runs],
        "resources": {
            "project": ProjectResource(),
            "clock": ClockResource(),
            "extractor": ExtractorResource(),
            "progress": Progress(),
            "dbt": dbt_resource(parsed),
            **(resources or {}),
        },
        # steps take seconds, a process of its own would cost each as much again
        "executor": dg.in_process_executor,
    }
    return dg.Definitions(**{**parts, **overrides})
