"""The Dagster code location `sitrep` (workspace.yaml, `[tool.dg]`): `dagster dev -w workspace.yaml` loads this module.

Here: the call. Not here: the parts (orchestration/build.py).
"""

from pipeline.orchestration.build import build_defs

defs = build_defs()
