"""What a row of each table is: one pandera model a file, every column described once.

Here: dtypes, closed lists, cross-column rules, descriptions. Not here: how rows are made or loaded.
DuckDB comments, dbt docs and the data dictionary are made from these models.
"""

from pipeline.schemas import light_pandera as _light_pandera  # noqa: F401  # before any model
from pipeline.schemas.articles import Articles
from pipeline.schemas.entities import Entities
from pipeline.schemas.events import Events

__all__ = ["Articles", "Entities", "Events"]
