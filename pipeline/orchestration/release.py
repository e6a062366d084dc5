"""Whether the published file is up to date with everything that it is made from.

Here: a fingerprint of the layers, the dbt project and the code that loads and publishes, kept beside the layers and
handed on from step to step: what was loaded, what the tables were built from, what was published. Not here: what is
stale within the layers (ingest/, extraction.py).

Steps of two refreshes may come in any order between one another. So each step marks what it made with the mark of what
it was made from, never with what lies in the layers when it ends. All of these are called under the layers' lock.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipeline import __version__
from pipeline import layers as store
from pipeline.linking import code_files
from pipeline.orchestration.dbt_project import source_files
from pipeline.orchestration.partitions import takes_all_days
from pipeline.settings import PROJECT_ROOT, Settings

LOADED = "loaded.txt"
BUILT = "built.txt"
RELEASED = "released.txt"


class NotBuilt(RuntimeError):
    """The tables are not those of one whole build."""


def is_current(settings: Settings) -> bool:
    """Whether nothing has changed since the last release, so that building it again would give the same."""
    return settings.published.exists() and _read(settings, RELEASED) == fingerprint(settings)


def has_nothing_to_do(context: dg.AssetExecutionContext, settings: Settings, *, full: bool) -> bool:
    """Whether a step over all days may leave everything as it was released; ``full`` asks for all of it anew."""
    if full or not takes_all_days(context) or not is_current(settings):
        return False
    context.log.info("Nothing has changed since the last release: nothing to link, load, build or publish.")
    return True


@contextmanager
def loading(settings: Settings) -> Iterator[None]:
    """Around the load: a load that fails leaves no mark."""
    mark = fingerprint(settings)
    _remove(settings, LOADED)
    yield
    _write(settings, LOADED, mark)


@contextmanager
def building(settings: Settings, *, whole: bool) -> Iterator[None]:
    """Around dbt's build: tables that were half built, or some of them from another load, leave no mark."""
    loaded, built = _read(settings, LOADED), _read(settings, BUILT)
    _remove(settings, BUILT)
    yield
    if loaded and (whole or built == loaded):
        _write(settings, BUILT, loaded)


@contextmanager
def releasing(settings: Settings) -> Iterator[None]:
    """Around publishing: what is published is marked with what it was built from. Raises NotBuilt."""
    built = _read(settings, BUILT)
    if not built:
        raise NotBuilt(
            "The tables were not built as a whole since the last load: another refresh failed or was stopped between. "
            "The last release is unchanged. Run `sitrep refresh` again."
        )
    _remove(settings, RELEASED)
    yield
    _write(settings, RELEASED, built)


def fingerprint(settings: Settings) -> str:
    """Digest of the layers' files by name, size and time, and of `sources.toml`, code and dbt project by content."""
    digest = hashlib.sha256(__version__.encode())
    for table in store.TABLES:
        for day in store.days(settings.layers, table):
            status = store.day_file(settings.layers, table, day).stat()
            digest.update(f"{table}/{day} {status.st_size} {status.st_mtime_ns}\n".encode())
    if settings.sources.is_file():
        digest.update(settings.sources.read_bytes())
    for file in sorted(_code(settings)):
        digest.update(f"{file.relative_to(PROJECT_ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _code(settings: Settings) -> Iterator[Path]:
    yield from source_files(settings.dbt_project)
    yield from code_files()
    for package in ("schemas", "warehouse", "exports"):
        yield from (file for file in (PROJECT_ROOT / "pipeline" / package).iterdir() if file.suffix in {".py", ".csv"})


def _read(settings: Settings, name: str) -> str:
    path = settings.layers / name
    return path.read_text(encoding="ascii", errors="replace") if path.exists() else ""


def _write(settings: Settings, name: str, mark: str) -> None:
    store.replace_text(settings.layers / name, mark)


def _remove(settings: Settings, name: str) -> None:
    (settings.layers / name).unlink(missing_ok=True)
