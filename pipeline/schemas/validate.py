"""Split a frame into the rows that keep a model's rules and the rows that break one.

Here: applying models to collected frames. Not here: the rules themselves (the model files).
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import pandera.polars as pa
import polars as pl

MAX_CONTENT_CHARS: Final = 2_000  # of what was refused; enough to recognise it
REJECTED_SCHEMA: Final = pl.Schema(
    {"stage": pl.String, "source_file": pl.String, "reason": pl.String, "content": pl.String}
)


class Split(NamedTuple):
    """`good` keeps the model's schema; `rejected` has the columns of REJECTED_SCHEMA, one row per refused row."""

    good: pl.DataFrame
    rejected: pl.DataFrame


def empty(model: type[pa.DataFrameModel]) -> pl.DataFrame:
    """An empty frame with the model's columns and dtypes."""
    return pl.DataFrame(schema={name: column.dtype.type for name, column in model.to_schema().columns.items()})


def split(frame: pl.DataFrame, model: type[pa.DataFrameModel], *, stage: str, source: str) -> Split:
    """Validate all rows at once and set aside those that break a rule, with every rule that they break.

    A rule is told by its description, a column's by column and check; ``content`` is the row as JSON, cut short.
    ``source`` names the column that tells a rejected row's origin (`source_file`, `article_id`).
    Raises pandera's SchemaErrors when columns are missing or have the wrong dtype: that is a fault of the code,
    not of the data.
    """
    if keeps_every_rule(frame, model):
        return Split(frame, REJECTED_SCHEMA.to_frame())
    try:
        return Split(model.validate(frame, lazy=True), REJECTED_SCHEMA.to_frame())
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases
        if failures["index"].null_count():
            raise
    told = {check.name: check.description for check in model.to_schema().checks if check.description}
    reasons = (
        failures.lazy()
        .select(
            index=pl.col("index").cast(pl.UInt32),
            reason=pl.concat_str(
                pl.when(pl.col("schema_context") == "Column")
                .then(pl.concat_str("column", pl.lit(": ")))
                .otherwise(pl.lit("")),
                pl.col("check").replace(told),
            ),
        )
        .group_by("index")
        .agg(pl.col("reason").unique().sort().str.join("; "))
    )
    indexed = frame.lazy().with_row_index("index")
    good = indexed.join(reasons, on="index", how="anti").drop("index").collect()
    rejected = (
        indexed.join(reasons, on="index", how="inner")
        .sort("index")
        .select(
            stage=pl.lit(stage),
            source_file=pl.col(source),
            reason="reason",
            content=pl.struct(frame.columns).struct.json_encode().str.head(MAX_CONTENT_CHARS),
        )
        .collect()
    )
    return Split(model.validate(good, lazy=True), rejected)


def keeps_every_rule(frame: pl.DataFrame, model: type[pa.DataFrameModel]) -> bool:
    """Whether pandera would find nothing, in one pass over the frame; false also where that is in doubt.

    pandera collects each rule by itself, which on small frames takes far longer than the rules.
    """
    if frame.schema != empty(model).schema:
        return False
    if not frame.select(pl.all_horizontal(_column_rules(model))).item():
        return False
    lazy = frame.lazy()
    return all(check(lazy).check_passed.collect().item() for check in model.to_schema().checks)


@cache
def _column_rules(model: type[pa.DataFrameModel]) -> list[pl.Expr]:
    """One Boolean a rule of a column: whether all rows keep it; as the model's own pandera checks tell the rules."""
    rules = []
    for name, column in model.to_schema().columns.items():
        value = pl.col(name)
        if not column.nullable:
            rules.append(value.null_count() == 0)
            if column.dtype.type.is_float():
                rules.append(~value.is_nan().any())
        if column.unique:
            rules.append(value.n_unique() == pl.len())
        rules += [_holds(value, check).all() for check in column.checks]
    return rules


def _holds(value: pl.Expr, check: pa.Check) -> pl.Expr:
    """Boolean per row, null for null: whether a value keeps one of pandera's built-in checks; false for other checks."""
    match check.name, check.statistics:
        case "isin", {"allowed_values": allowed}:
            return value.is_in(list(allowed))
        case "greater_than_or_equal_to", {"min_value": least}:
            return value >= least
        case "in_range", {"min_value": least, "max_value": most, "include_min": True, "include_max": True}:
            return value.is_between(least, most)
        case "str_matches", {"pattern": str(pattern)} if pattern.startswith("^"):
            return value.str.contains(pattern)
    return pl.lit(False)
