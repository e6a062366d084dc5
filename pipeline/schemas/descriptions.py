"""What the models say of their tables and columns: docstrings and field descriptions, and an error where one is missing.

Here: reading them from a model. Not here: what is made of them (docs.py, reference_pages.py, the database's comments).
"""

from __future__ import annotations

import inspect

import pandera.polars as pa


class Undescribed(ValueError):
    """A public table or column has no description."""


def table_description(model: type[pa.DataFrameModel]) -> str:
    """The model's docstring, unindented; raises Undescribed where it has none of its own."""
    text = inspect.cleandoc(model.__dict__.get("__doc__") or "")
    if not text:
        raise Undescribed(f"{model.__name__} has no docstring: say in one what a row is.")
    return text


def column_descriptions(model: type[pa.DataFrameModel]) -> dict[str, str]:
    """Description of each column, in the model's order; raises Undescribed naming every column without one."""
    descriptions = {name: column.description for name, column in model.to_schema().columns.items()}
    missing = [name for name, text in descriptions.items() if not text]
    if missing:
        raise Undescribed(f"{model.__name__}: no description for {', '.join(missing)}: give each field one.")
    return {name: text for name, text in descriptions.items() if text}
