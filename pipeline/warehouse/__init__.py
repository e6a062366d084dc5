"""Parquet layers -> private DuckDB -> (dbt) -> public snapshot and exports.

Here: loading, publishing and the SQL helpers that both need. Not here: transformations (they are dbt models, `dbt/`)
and the rows' meaning (schemas/). Only this package and dbt open the private database.
"""
