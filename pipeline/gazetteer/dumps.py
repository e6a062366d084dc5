"""The country files of GeoNames that a user has fetched: which are in use, putting new ones in their place, taking them away.

Here: the folder and its states. One folder per set of files, named by their contents; the file `current` names the one
in use and is replaced last, so that an update that is cut short changes nothing. Not here: what the files add (enrich.py).
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pipeline.gazetteer.download import MAX_BYTES, download
from pipeline.gazetteer.sources import FULL_COUNTRIES, NEIGHBOURS, read_geonames_dump
from pipeline.locking import exclusive

GEONAMES: Final = "https://download.geonames.org/export/dump/"
COUNTRIES: Final = (*FULL_COUNTRIES, *NEIGHBOURS)
_POINTER: Final = "current"
_MANIFEST: Final = "manifest.json"
_INCOMING: Final = ".incoming"
_STATE: Final = re.compile("[0-9a-f]{16}")

_ADVICE: Final = "run `sitrep gazetteer reset`, then `sitrep gazetteer update` again."

Advance = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Dump:
    """A country file: its name, what it weighs, what it holds, and where and when (ISO 8601, UTC) it came from."""

    name: str
    sha256: str
    n_bytes: int
    n_places: int
    source: str
    fetched_at: str


class DumpError(ValueError):
    """Country files that cannot be taken or used; the message says which and what to do."""


def dump_files(folder: Path) -> tuple[Path, ...]:
    """The country files in use, sorted by name; none where nothing was fetched."""
    return tuple(folder / _current(folder) / dump.name for dump in read_dumps(folder))


def read_dumps(folder: Path) -> list[Dump]:
    """What is known of the country files in use. Raises DumpError where `folder` was meddled with."""
    state = _current(folder)
    if not state:
        return []
    try:
        rows = json.loads((folder / state / _MANIFEST).read_text(encoding="utf-8"))
        dumps = [Dump(**row) for row in rows]
        missing = [dump.name for dump in dumps if not (folder / state / dump.name).is_file()]
    except (OSError, ValueError, TypeError) as error:
        raise DumpError(f"{folder / state} is damaged ({error}): {_ADVICE}") from error
    if missing:
        raise DumpError(f"{folder / state} lacks {', '.join(missing)}: {_ADVICE}")
    return dumps


def damaged(folder: Path) -> list[str]:
    """Names of the country files in use that are no longer what was fetched."""
    state = _current(folder)
    return [dump.name for dump in read_dumps(folder) if _sha256(folder / state / dump.name) != dump.sha256]


def update(
    folder: Path,
    source: str | Path,
    *,
    now: datetime,
    countries: Collection[str] = (),
    sha256: Mapping[str, str] | None = None,
    advance: Advance = lambda _name, _done, _total: None,
    check: Callable[[tuple[Path, ...]], object] = lambda _files: None,
) -> list[Dump]:
    """Fetch country files from `source` (a URL or a folder) and use them; countries that are not asked for stay.

    ``countries``: two-letter codes; by default COUNTRIES, of a folder those that it has. ``sha256``: what files, by
    name, must have. ``check`` is called with all files before they are put in place, and may refuse them by raising.
    Raises DumpError, DownloadError, ValueError (no country file) or Busy, and then all is as it was.
    """
    with exclusive(folder, wait=False), _incoming(folder) as incoming:
        taken = [
            _take(name, source, incoming, now=now, wanted=(sha256 or {}).get(name), advance=advance)
            for name in _names(source, countries, sha256 or {})
        ]
        kept = _kept(folder, {dump.name[:2] for dump in taken})
        for dump in kept:
            shutil.copyfile(folder / _current(folder) / dump.name, incoming / dump.name)
        dumps = sorted([*taken, *kept], key=lambda dump: dump.name)
        (incoming / _MANIFEST).write_text(json.dumps([asdict(dump) for dump in dumps], indent=1), encoding="utf-8")
        check(tuple(incoming / dump.name for dump in dumps))
        before, state = _current(folder), _state(dumps)
        if state != before or damaged(folder):
            shutil.rmtree(folder / state, ignore_errors=True)
            incoming.rename(folder / state)
            _point_to(folder, state)
            _tidy(folder, {state, before})
    return dumps


def reset(folder: Path) -> bool:
    """Use the built-in gazetteer alone again; False where that is so already."""
    with exclusive(folder, wait=False):
        was_used = (folder / _POINTER).exists()
        (folder / _POINTER).unlink(missing_ok=True)
        _tidy(folder, set())
    return was_used


def _kept(folder: Path, fetched: Collection[str]) -> list[Dump]:
    """What is in use of countries that were not fetched anew."""
    kept = [dump for dump in read_dumps(folder) if dump.name[:2] not in fetched]
    if broken := sorted({dump.name for dump in kept} & set(damaged(folder))):
        raise DumpError(
            f"{', '.join(broken)} in {folder} changed since it was fetched: fetch it too, or run `sitrep gazetteer reset`."
        )
    return kept


def _current(folder: Path) -> str:
    """Name of the state in use; empty for none."""
    try:
        state = (folder / _POINTER).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    if not _STATE.fullmatch(state):
        raise DumpError(f"{folder / _POINTER} is damaged: {_ADVICE}")
    return state


def _names(source: str | Path, countries: Collection[str], sha256: Mapping[str, str]) -> list[str]:
    """Names of the files to take."""
    wrong = [code for code in countries if not re.fullmatch("[A-Z]{2}", code)]
    if wrong:
        raise DumpError(f"{', '.join(wrong)}: no two-letter country code such as UA.")
    names = [f"{code}.zip" for code in countries or COUNTRIES]
    if isinstance(source, Path):
        if not source.is_dir():
            raise DumpError(f"{source} is no folder: name one that holds UA.zip, RU.zip and the like, or a URL.")
        names = [name if (source / name).exists() else name.replace(".zip", ".txt") for name in names]
        missing = [name for name in names if not (source / name).is_file()]
        if missing and (countries or len(missing) == len(names)):
            raise DumpError(f"{source} holds no {', '.join(name.replace('.txt', '.zip') for name in missing)}.")
        names = [name for name in names if name not in missing]
    if unknown := sorted(sha256.keys() - set(names)):
        raise DumpError(f"--sha256 names {', '.join(unknown)}, but these are fetched: {', '.join(names)}.")
    return names


def _take(
    name: str, source: str | Path, incoming: Path, *, now: datetime, wanted: str | None, advance: Advance
) -> Dump:
    target = incoming / name
    if isinstance(source, Path):
        if (size := (source / name).stat().st_size) > MAX_BYTES:
            raise DumpError(f"{source / name} is larger than {MAX_BYTES:,} bytes, which no country file is.")
        shutil.copyfile(source / name, target)
        advance(name, size, size)
    else:
        download(f"{source.rstrip('/')}/{name}", target, advance=lambda done, total: advance(name, done, total))
    sha256 = _sha256(target)
    if wanted and wanted.lower() != sha256:
        raise DumpError(f"{name} has the SHA-256 {sha256}, not {wanted.lower()} as asked for: it is not used.")
    try:
        n_places = read_geonames_dump(target).height
    except ValueError as error:
        raise DumpError(str(error).replace(str(target), f"{name} from {source}")) from error
    return Dump(name, sha256, target.stat().st_size, n_places, str(source), now.isoformat(timespec="seconds"))


@contextmanager
def _incoming(folder: Path) -> Iterator[Path]:
    """An empty folder for what comes in; what an interrupted update left goes, and so does all that stays in it."""
    incoming = folder / _INCOMING
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir()
    try:
        yield incoming
    finally:
        shutil.rmtree(incoming, ignore_errors=True)


def _state(dumps: Collection[Dump]) -> str:
    digest = hashlib.sha256("".join(f"{dump.name} {dump.sha256}\n" for dump in dumps).encode())
    return digest.hexdigest()[:16]


def _point_to(folder: Path, state: str) -> None:
    beside = folder / f".{_POINTER}"
    with beside.open("w", encoding="ascii") as file:
        file.write(state)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / _POINTER)


def _tidy(folder: Path, keep: Collection[str]) -> None:
    """Remove states that are in use no more; the one before stays for readers that have just begun."""
    for path in folder.iterdir():
        if _STATE.fullmatch(path.name) and path.name not in keep:
            shutil.rmtree(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
