"""Which files are inputs, in which order, and which paths are refused before anything is opened.

Here: walking raw folders, names, endings, links. Not here: opening or reading (opening.py, readers/).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

MANIFEST: Final = "manifest.csv"
FORMATS: Final = {
    ".txt": "text",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
}
COMPRESSIONS: Final = {".gz": "gz", ".zst": "zst"}
READABLE: Final = ", ".join(f"*{ending}" for ending in FORMATS)


class InputError(ValueError):
    """A raw path that cannot be used at all; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """One input file, as it was when it was found.

    `root` is the raw folder (the parent where the raw path is itself a file), `name` the path below it with forward
    slashes; `format` is a value of FORMATS or empty where the ending is unknown; `size` in bytes.
    """

    root: Path
    path: Path
    name: str
    format: str
    compression: str
    size: int
    mtime_ns: int

    @property
    def key(self) -> str:
        """Stable name of this path for bookkeeping: 16 hex digits."""
        return path_key(self.path)

    @property
    def stem(self) -> str:
        """The file's name without the endings that tell format and compression."""
        return endings(self.name.rpartition("/")[2])[0]


@dataclass(frozen=True, slots=True)
class RefusedPath:
    """A path that is no input though it lies where inputs lie."""

    path: Path
    name: str
    reason: str


@dataclass(slots=True)
class Discovery:
    """What lies under the raw paths: files in reading order, folders that have a manifest, refused paths."""

    files: list[RawFile] = field(default_factory=list)
    refused: list[RefusedPath] = field(default_factory=list)
    manifests: dict[Path, str] = field(default_factory=dict)  # path of a manifest -> its name below its root
    roots: list[Path] = field(default_factory=list)
    filled_roots: list[Path] = field(default_factory=list)


def path_key(path: Path) -> str:
    """16 hex digits that stand for an absolute path in file names and in the ledger."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


@lru_cache(maxsize=1024)  # asked for each record of a file
def endings(name: str) -> tuple[str, str, str]:
    """Stem, format and compression of a file name; format is empty where the ending is unknown."""
    path, compression = Path(name), ""
    if path.suffix.lower() in COMPRESSIONS:
        path, compression = Path(path.stem), COMPRESSIONS[path.suffix.lower()]
    if path.suffix.lower() in FORMATS:
        return path.stem, FORMATS[path.suffix.lower()], compression
    return path.name, "", compression


def discover(paths: Sequence[Path]) -> Discovery:
    """Find every input under the raw files and folders, in an order that does not depend on the order of `paths`.

    Hidden files and folders, `manifest.csv` and `README*` are no inputs, unless a raw path names the file itself.
    A file that is reached twice is listed once. Links to files inside their raw folder are followed; links that
    lead out of it, and all links to folders, are refused. Raises InputError where a path is missing.
    """
    if not paths:
        raise InputError("No raw files or folders were given: name at least one with --raw or in SITREP_RAW.")
    found = Discovery()
    candidates: list[tuple[bool, RawFile]] = []
    for given in dict.fromkeys(paths):
        root = _existing(given)
        if root.is_dir():
            inside = _walk(root, found)
            found.roots.append(root)
            if inside:
                found.filled_roots.append(root)
            candidates += inside
        else:
            candidates += _stat_file(root.parent, root, found)
            beside = root.parent / MANIFEST
            if root.name != MANIFEST and beside.is_file() and not beside.is_symlink():
                found.manifests.setdefault(beside, MANIFEST)
    # a link counts for less than the file that it points to, so that the file keeps its own name
    ordered = sorted(candidates, key=lambda item: (item[0], item[1].name, os.fsencode(item[1].root)))
    unique: dict[Path, RawFile] = {}
    for _, file in ordered:
        unique.setdefault(file.path, file)
    found.files = sorted(unique.values(), key=lambda file: (file.name, os.fsencode(file.root)))
    return found


def _existing(given: Path) -> Path:
    try:
        return given.expanduser().resolve(strict=True)
    except FileNotFoundError:
        raise InputError(
            f"Raw path {given} does not exist: create it, or name another file or folder with --raw or in SITREP_RAW."
        ) from None
    except (OSError, RuntimeError) as error:
        raise InputError(f"Raw path {given} cannot be opened ({error}): check its permissions and links.") from error


def _walk(root: Path, found: Discovery) -> list[tuple[bool, RawFile]]:
    files: list[tuple[bool, RawFile]] = []

    def refuse_folder(error: OSError) -> None:
        folder = Path(error.filename)
        reason = f"folder cannot be listed ({error.strerror}): check its permissions"
        found.refused.append(RefusedPath(folder, _name(root, folder), reason))

    for place, folders, names in os.walk(root, onerror=refuse_folder):
        here = Path(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in [name for name in folders if (here / name).is_symlink()]:
            folders.remove(name)
            reason = "link to a folder: not followed; name the folder itself as a raw folder"
            found.refused.append(RefusedPath(here / name, _name(root, here / name), reason))
        for name in sorted(names):
            path = here / name
            if name == MANIFEST:
                if path.is_symlink():
                    reason = "manifest.csv is a link: not followed; copy the file itself into the folder"
                    found.refused.append(RefusedPath(path, _name(root, path), reason))
                elif not path.is_file():
                    reason = "manifest.csv is no regular file (a pipe, socket or device)"
                    found.refused.append(RefusedPath(path, _name(root, path), reason))
                else:
                    found.manifests[path] = _name(root, path)
            elif not name.startswith(".") and not name.lower().startswith("readme"):
                files += _stat_file(root, path, found)
    return files


def _stat_file(root: Path, path: Path, found: Discovery) -> list[tuple[bool, RawFile]]:
    """The one file, with whether it is a link; or nothing, and a refusal."""
    name = _name(root, path)

    def refuse(reason: str) -> list[tuple[bool, RawFile]]:
        found.refused.append(RefusedPath(path, name, reason))
        return []

    is_link = path.is_symlink()
    try:
        target = path.resolve(strict=True)
        about = target.stat()
    except (OSError, RuntimeError) as error:
        if is_link:
            return refuse("link that points to nothing: remove it or put the file itself here")
        return refuse(f"file cannot be looked at ({error}): check its permissions")
    if is_link and not target.is_relative_to(root):
        return refuse("link that leads out of the raw folder: copy the file in, or name its target as a raw path")
    if not stat.S_ISREG(about.st_mode):
        return refuse("no regular file (a pipe, socket or device)")
    _, format_, compression = endings(path.name)
    return [(is_link, RawFile(root, target, name, format_, compression, about.st_size, about.st_mtime_ns))]


def _name(root: Path, path: Path) -> str:
    """Path below the raw folder with forward slashes, printable whatever bytes the file system has."""
    relative = path.relative_to(root)
    below = relative.as_posix() if relative.parts else root.name
    return os.fsencode(below).decode("utf-8", "replace")
