"""One writer at a time: a lock on a file that the operating system frees when its holder ends.

Here: waiting for the lock, or refusing. Not here: what is done under it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Busy(RuntimeError):
    """Another process holds the lock; the message says which."""


@contextmanager
def exclusive(folder: Path, name: str = ".lock", *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file `name` in `folder`; without ``wait`` raise :class:`Busy` if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise Busy(f"Process {holder} is at work on {folder}. Wait until it has ended, then try again.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
