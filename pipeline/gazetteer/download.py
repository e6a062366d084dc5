"""One file from the network to the disk: retried, gone on with where it broke off, limited in time and size.

Here: HTTP. Not here: which files, and where they end up (dumps.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    import requests

ATTEMPTS: Final = 4
MAX_BYTES: Final = 2**30
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
_CHUNK: Final = 2**18
_PAUSE_SECONDS: Final = 1.0  # doubled after each failure
_WORTH_A_RETRY: Final = (429, 500, 502, 503, 504)

Advance = Callable[[int, int | None], None]


class DownloadError(RuntimeError):
    """A file that cannot be fetched; the message says why and what to do."""


class _Broken(Exception):
    """An attempt that failed and may go better next time."""


def download(url: str, target: Path, *, advance: Advance) -> None:
    """Fetch `url` into the new file `target`; `advance` is called with bytes so far and bytes in all (None: not told).

    Raises DownloadError when the server refuses, stays silent through all attempts or sends more than MAX_BYTES.
    """
    import requests

    reason = ""
    with requests.Session() as session, target.open("wb") as file:
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                _go_on(session, url, file, advance)
            except (
                _Broken,
                requests.ConnectionError,
                requests.Timeout,
                requests.exceptions.ChunkedEncodingError,
            ) as error:
                reason = str(error)
            except requests.RequestException as error:
                raise DownloadError(f"{url} cannot be fetched: {error}") from error
            else:
                return
    raise DownloadError(
        f"{url} could not be fetched in {ATTEMPTS} attempts ({reason}). Check the network; or fetch the file on another "
        "machine and name its folder: sitrep gazetteer update --from FOLDER"
    )


def _go_on(session: requests.Session, url: str, file: IO[bytes], advance: Advance) -> None:
    """Ask for what `file` does not hold yet, or for all of it where the server cannot give a part."""
    done = file.tell()
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
    with session.get(url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, READ_SECONDS)) as response:
        if response.status_code in _WORTH_A_RETRY:
            raise _Broken(f"the server answers {response.status_code} {response.reason}")
        if response.url.startswith("http://") and not url.startswith("http://"):
            raise DownloadError(
                f"{url} leads to {response.url}, which is not encrypted: name another address with --from."
            )
        if not response.ok:
            raise DownloadError(
                f"{url} cannot be fetched: the server answers {response.status_code} {response.reason}. Check the address that --from names."
            )
        if response.status_code != 206:
            done = file.seek(0)
            file.truncate()
        length = response.headers.get("Content-Length", "")
        total = done + int(length) if length.isdecimal() else None
        for chunk in response.iter_content(_CHUNK):
            done += file.write(chunk)
            if done > MAX_BYTES:
                raise DownloadError(f"{url} is larger than {MAX_BYTES:,} bytes, which no country file is.")
            advance(done, total)
        if total is not None and done < total:
            raise _Broken(f"the connection ended after {done:,} of {total:,} bytes")
