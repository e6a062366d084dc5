"""Bytes of an input file: decompressed, bounded, hashed.

Here: files to bytes. Not here: bytes to text (decode.py), which files there are (discover.py).
"""

from __future__ import annotations

import gzip
import hashlib
import sys
import zlib
from io import BufferedIOBase, BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.ingest.discover import RawFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from typing_extensions import Buffer as WriteableBuffer

DAMAGED: Final = (EOFError, zlib.error, zstd.ZstdError, gzip.BadGzipFile)  # what damaged compressed files raise


class _Unpacked(RawIOBase):
    """A packed stream that gives what it has as soon as it has it, so that damage costs nothing that came before it."""

    def __init__(self, packed: BufferedIOBase) -> None:
        self._packed = packed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        with memoryview(buffer).cast("B") as target:
            data = self._packed.read1(len(target))
            target[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._packed.close()
        super().close()


class TooLarge(ValueError):
    """An input that is larger than what one text may be."""


def open_bytes(file: RawFile) -> BufferedReader:
    """The file's bytes as a stream, decompressed. Raises OSError; reading raises one of DAMAGED."""
    match file.compression:
        case "gz":
            return BufferedReader(_Unpacked(gzip.GzipFile(file.path, "rb")))
        case "zst":
            return BufferedReader(_Unpacked(zstd.ZstdFile(file.path, "rb")))
        case _:
            return file.path.open("rb")


def read_bytes(file: RawFile, limit: int) -> bytes:
    """All bytes of the file, decompressed. Raises TooLarge above `limit` bytes, without reading further."""
    with open_bytes(file) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise TooLarge(f"larger than {limit:,} bytes: one text may not be; split it into records (*.jsonl)")
    return data


def sha256_of(path: Path) -> str:
    """SHA-256 of the file as it lies on disk. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
