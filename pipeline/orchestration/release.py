"""Whether the published file is up to date with everything that it is made from.

Here: a fingerprint of the layers, the dbt project and the code that loads and publishes, kept beside the layers. Not
here: what is stale within the layers (ingest/, extraction.py).
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from pipeline import __version__
from pipeline import layers as store
from pipeline.orchestration.dbt_project import source_files
from pipeline.settings import PROJECT_ROOT, Settings


def is_current(settings: Settings) -> bool:
    """Whether nothing has changed since the last release, so that building it again would give the same."""
    stamp = _stamp(settings)
    return settings.published.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint(settings)


def mark_current(settings: Settings) -> None:
    """Remember what the release was made from; call it when the release is in place."""
    _stamp(settings).write_text(fingerprint(settings), encoding="ascii")


def fingerprint(settings: Settings) -> str:
    """Digest of the layers' files by name, size and time, and of code and dbt project by content."""
    digest = hashlib.sha256(__version__.encode())
    for table in store.TABLES:
        for day in store.days(settings.layers, table):
            status = store.day_file(settings.layers, table, day).stat()
            digest.update(f"{table}/{day} {status.st_size} {status.st_mtime_ns}\n".encode())
    for file in sorted(_code(settings)):
        digest.update(f"{file.relative_to(PROJECT_ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _code(settings: Settings) -> Iterator[Path]:
    yield from source_files(settings.dbt_project)
    for package in ("schemas", "warehouse"):
        yield from (PROJECT_ROOT / "pipeline" / package).glob("*.py")


def _stamp(settings: Settings) -> Path:
    return settings.layers / "released.txt"
