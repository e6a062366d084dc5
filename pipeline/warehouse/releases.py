"""Where releases lie and how a new one takes the last one's place, all its files at once.

Here: folders and links. Not here: what a release holds (publish.py), how it is called (versions.py).

    data/releases/1.4.0/sitrep.duckdb, export/   one release, never changed
    data/release -> releases/1.4.0               the present one: the only link that a refresh moves
    data/sitrep.duckdb -> release/sitrep.duckdb  the names that people use
    data/export -> release/export

A reader who wants many files of one release, while the next one may come, resolves `data/release` once. The release
before the present one stays for readers who have just done so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SNAPSHOT: Final = "sitrep.duckdb"
EXPORT: Final = "export"
RELEASES: Final = "releases"
PRESENT: Final = "release"
_UNFINISHED: Final = ".unfinished"


@contextmanager
def building(published: Path) -> Iterator[Path]:
    """An empty folder for a new release; what is left of it when the block ends or fails is taken away."""
    folder = published.parent / RELEASES / _UNFINISHED
    shutil.rmtree(folder, ignore_errors=True)  # of a run that was killed
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, name: str, *, published: Path, export: Path) -> None:
    """Flush the new release's files to disk, let the links point to them, and delete all but the last two releases.

    ``folder`` becomes `releases/<name>`. A file or folder in a link's place, as earlier versions wrote them, is replaced.
    """
    data = published.parent
    releases = data / RELEASES
    for path in [*folder.rglob("*"), folder]:
        _sync(path)
    before = (data / PRESENT).resolve()
    target = releases / name
    shutil.rmtree(target, ignore_errors=True)  # one that was never pointed to
    folder.rename(target)
    _sync(releases)
    _point(data / PRESENT, Path(RELEASES, name))
    _point(published, Path(PRESENT, SNAPSHOT))
    _point(export, Path(PRESENT, EXPORT))
    _sync(data)
    for old in releases.iterdir():
        if old not in (target, before):
            shutil.rmtree(old, ignore_errors=True)


def _point(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    beside = link.with_name(f".{link.name}.tmp")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    os.replace(beside, link)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
