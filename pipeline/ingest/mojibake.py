"""Text that was decoded wrongly before it came here: `â€œheldâ€` back to the quotation marks that were written.

Here: lines whose characters only a wrong decoding makes, repaired by ftfy. Not here: bytes (decode.py); quotes, entities
and ligatures, which stay as the source has them. The repaired text is the one that is stored, so offsets count it.
"""

from __future__ import annotations

import re
from typing import Final

# first halves of UTF-8 letters read as Windows-1252, Latin-1 or cp1251, before a second half; ftfy looks at the rest
_SUSPECT: Final = re.compile(
    "[\xc2-\xcf\xd0\xd1\xe2\xef\u0420\u0421\u0432][\x80-\xbf\u0152-\u017e\u02c6\u02dc\u2013-\u203a\u20ac\u2122\u0400-\u045f\u0490\u0491]"
)
MAX_LINE_CHARS: Final = 20_000  # ftfy tries many readings of a line


def repaired(text: str) -> str:
    """The text with each wrongly decoded line as it was written; the same object where there is none."""
    if text.isascii() or not _SUSPECT.search(text):
        return text
    return "\n".join(_repaired_line(line) for line in text.split("\n"))


def _repaired_line(line: str) -> str:
    if len(line) > MAX_LINE_CHARS or line.isascii() or not _SUSPECT.search(line):
        return line
    from ftfy import fix_encoding

    return fix_encoding(line)
