"""What must hold of stored rows: one blocking check a table, made from its pandera model.

Here: the factory. Not here: the rules (schemas/) or setting bad rows aside, which happens before they are stored
(schemas/validate.py): a check that fails means day files written by another version, or damaged.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import dagster as dg
import pandera.polars as pa
import polars as pl

from pipeline import layers as store
from pipeline.orchestration.assets.core import MODELS
from pipeline.orchestration.assets.raw import RAW_ARTICLES
from pipeline.orchestration.metadata import Metadata, markdown
from pipeline.orchestration.partitions import TIME_ZONE, days_of_run
from pipeline.orchestration.release import is_current
from pipeline.orchestration.resources import ClockResource, ProjectResource
from pipeline.schemas import Articles
from pipeline.schemas.validate import REJECTED_SCHEMA, split

CHECKED_MODELS: Final[dict[dg.AssetKey, type[pa.DataFrameModel]]] = {RAW_ARTICLES: Articles, **MODELS}
FILES_AT_ONCE: Final = 64
SHOWN_ROWS: Final = 5
STALE_DAYS: Final = 3


def check_from_model(key: dg.AssetKey, model: type[pa.DataFrameModel]) -> dg.AssetChecksDefinition:
    """A blocking check that the stored rows of `key` (layer `<table>`, the last part of the key) keep the model."""
    table = key.path[-1]

    @dg.asset_check(
        asset=key,
        name=f"{table}_keep_schema",
        blocking=True,
        description=f"Columns, dtypes and every rule of the model `{model.__name__}` hold in the stored rows.",
    )
    def keeps_schema(context: dg.AssetCheckExecutionContext, project: ProjectResource) -> dg.AssetCheckResult:
        settings, days = project.settings(), days_of_run(context)
        if days is None and is_current(settings):
            return dg.AssetCheckResult(
                passed=True, description="Unchanged since the last release, which kept the model."
            )
        return check_layer(settings.layers, table, model, days)

    return keeps_schema


def check_layer(
    layers: Path, table: str, model: type[pa.DataFrameModel], days: Sequence[str] | None
) -> dg.AssetCheckResult:
    """Hold the stored rows of `days` (None: every day) against the model; a few failing rows stand in the metadata."""
    expected = {name: column.dtype.type for name, column in model.to_schema().columns.items()}
    n_rows, failing, misfits = 0, REJECTED_SCHEMA.to_frame(), set[str]()
    for files in _day_files(layers, table, days):
        frames = {file.name: store.read_parquet(file) for file in files}
        misfits |= {name for name, rows in frames.items() if dict(rows.schema) != expected}
        if misfits:
            break
        frame = pl.concat(frames.values())
        n_rows += frame.height
        failing = pl.concat([failing, split(frame, model, stage=table, source=frame.columns[0]).rejected])
    passed = not misfits and failing.is_empty()
    metadata: Metadata = {
        "n_rows": n_rows,
        "n_failing": failing.height,
        "dtypes": dg.MetadataValue.json({name: str(dtype) for name, dtype in expected.items()}),
    }
    if not passed:
        metadata["next_step"] = f"Run `sitrep refresh --full`: the stored {table} were written by another version."
        metadata["failing_files"] = dg.MetadataValue.json(sorted(misfits))
        metadata["failing_rows"] = markdown(failing.select("source_file", "reason", "content"), SHOWN_ROWS)
    return dg.AssetCheckResult(passed=passed, metadata=metadata)


def _day_files(layers: Path, table: str, days: Sequence[str] | None) -> Iterator[list[Path]]:
    stored = store.days(layers, table)
    files = [store.day_file(layers, table, day) for day in stored if days is None or day in {*days, store.UNDATED}]
    for start in range(0, len(files), FILES_AT_ONCE):
        yield files[start : start + FILES_AT_ONCE]


@dg.asset_check(
    asset=RAW_ARTICLES,
    description=f"The newest day with articles is at most {STALE_DAYS} days old; a warning, since archives are welcome.",
)
def articles_are_recent(project: ProjectResource, clock: ClockResource) -> dg.AssetCheckResult:
    """Look at the names of the day files only."""
    dated = [day for day in store.days(project.settings().layers, "articles") if day != store.UNDATED]
    today = clock.now().astimezone(ZoneInfo(TIME_ZONE)).date()
    age = (today - date.fromisoformat(dated[-1])).days if dated else None
    return dg.AssetCheckResult(
        passed=age is not None and age <= STALE_DAYS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"newest_day": dated[-1] if dated else "none", "age_days": -1 if age is None else age},
    )


CHECKS: Final = [articles_are_recent, *(check_from_model(key, model) for key, model in CHECKED_MODELS.items())]
