"""Parquet files between the steps: one file per table and publication day, `<layers>/<table>/<day>.parquet`.

Here: naming, reading and atomically replacing those files, in one piece or batch by batch; naming a damaged one. Not
here: what stands in them (schemas/) or who makes them. A day is an ISO date, or `undated` for articles whose publication day is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import polars as pl

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

UNDATED: Final = "undated"
TABLES: Final = ("articles", "entities", "events", "rejected_rows")
ROW_GROUP_BYTES: Final = 2**24  # in memory, of a file that is written batch by batch


class LayerDamaged(RuntimeError):
    """A Parquet file of the layers cannot be read, or has other columns than its model; the message names it."""


def day_expr() -> pl.Expr:
    """Name of the day file that an article row belongs to, from `published_date`."""
    return pl.col("published_date").dt.strftime("%Y-%m-%d").fill_null(UNDATED)


def day_file(layers: Path, table: str, day: str) -> Path:
    """Path of one day's file of one table."""
    return layers / table / f"{day}.parquet"


def days(layers: Path, table: str) -> list[str]:
    """Days that have a file, in order, `undated` last; none where the layer does not exist."""
    return sorted(path.stem for path in (layers / table).glob("*.parquet"))


def read_days(layers: Path, table: str, wanted: Iterable[str], schema: pl.Schema) -> pl.DataFrame:
    """Rows of the wanted days; an empty frame of `schema` where none has a file. Raises LayerDamaged."""
    files = [file for day in wanted if (file := day_file(layers, table, day)).exists()]
    frames = [read_parquet(file) for file in files]
    for file, frame in zip(files, frames, strict=True):
        check_columns(file, frame.schema, schema)
    return pl.concat(frames) if frames else schema.to_frame()


def read_parquet(path: Path) -> pl.DataFrame:
    """All rows of one file. Raises LayerDamaged where it is none that can be read."""
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise damaged(path, error) from error


def check_columns(path: Path, found: pl.Schema, expected: pl.Schema) -> None:
    """Raise LayerDamaged where a file has other columns or dtypes than its model."""
    if found != expected:
        differing = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
        raise LayerDamaged(
            f"{path} was written by another version of the program: columns {', '.join(differing)} are missing, new, of "
            "another type or in another order. Run `sitrep refresh --full` to make it anew."
        )


@contextmanager
def naming_damage(files: Sequence[Path]) -> Iterator[None]:
    """Where reading many files at once fails inside, raise LayerDamaged for the first that cannot be read alone."""
    try:
        yield
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError):
        for file in files:
            read_parquet(file)
        raise


def damaged(path: Path, error: BaseException) -> LayerDamaged:
    """What is wrong with a file of the layers, and what to do."""
    return LayerDamaged(
        f"{path} is no readable Parquet file: {error}. Run `sitrep refresh --full`, which sets it aside and makes it anew."
    )


def write_day(layers: Path, table: str, day: str, frame: pl.DataFrame) -> Path:
    """Replace one day's file as a whole, so that a reader sees the old rows or the new ones."""
    path = day_file(layers, table, day)
    replace_parquet(path, frame)
    return path


def replace_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write beside `path`, flush to disk, then rename over it."""
    with replacing(path) as file:
        frame.write_parquet(file, compression="zstd")


def replace_text(path: Path, text: str) -> None:
    """Replace a small file as a whole, like :func:`replace_parquet`."""
    with replacing(path) as file:
        file.write(text.encode())


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` that takes its place, flushed to disk, when the block ends; none is left where it raises."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def clear_leftovers(layers: Path) -> None:
    """Remove what :func:`replacing` left beside its files when its process was killed; call it under the lock."""
    for path in layers.rglob(".*.tmp"):
        path.unlink(missing_ok=True)


class Appending:
    """A Parquet file that is written batch by batch."""

    def __init__(self, writer: ParquetWriter) -> None:
        self._writer = writer
        self._waiting: list[pa.Table] = []
        self.n_rows = 0

    def append(self, rows: pa.Table) -> None:
        """Add rows (:func:`as_arrow`) below those that are there; they wait until they make a row group."""
        self._waiting.append(rows)
        self.n_rows += rows.num_rows
        if sum(waiting.nbytes for waiting in self._waiting) >= ROW_GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait."""
        from pyarrow import concat_tables, default_memory_pool

        if self._waiting:
            self._writer.write_table(concat_tables(self._waiting))
            self._waiting = []
            default_memory_pool().release_unused()  # a tenth of what this process would hold


@contextmanager
def appending(folder: Path, schemas: Mapping[str, pl.Schema]) -> Iterator[dict[str, Appending]]:
    """One file a table, `<folder>/<table>.parquet`, that take the places of the old ones together at the end.

    Where the block raises or the process dies, the old files stay. One process at a time may do this in a folder.
    """
    from pyarrow.parquet import ParquetWriter

    beside = {table: folder / f".{table}.parquet.tmp" for table in schemas}
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            files = {}
            for table, schema in schemas.items():
                file = stack.enter_context(beside[table].open("wb"))
                columns = as_arrow(schema.to_frame()).schema
                writer = stack.enter_context(ParquetWriter(file, columns, compression="zstd"))
                files[table] = (file, writer, Appending(writer))
            yield {table: target for table, (_, _, target) in files.items()}
            for file, writer, target in files.values():
                target.flush()
                writer.close()
                file.flush()
                os.fsync(file.fileno())
        for table, path in beside.items():
            path.replace(folder / f"{table}.parquet")
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)


def as_arrow(frame: pl.DataFrame) -> pa.Table:
    """The frame with Arrow's plain types, which every reader of Parquet knows."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
