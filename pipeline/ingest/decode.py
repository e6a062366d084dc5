"""Bytes to text: byte order marks first, then UTF-8, then a declared encoding, then the likeliest of the region's.

Here: encodings, and what is no text at all. Not here: formats; nothing of the text is edited.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import BinaryIO, Final

# what English, Ukrainian and Russian texts come in; among all encodings short texts become Chinese, and nothing tells
# Central European letters from Western ones
LIKELY: Final = ["cp1251", "koi8_u", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic", "cp1252"]
SAMPLE_BYTES: Final = 2**18
MAX_CONTROL_SHARE: Final = 0.005
MAX_ACCENTED_SHARE: Final = 0.1  # fewer foreign bytes are accents and quotes of a Western text, not another alphabet

# codecs of Python that no file is written in; UTF-7 makes tags of plain letters
_NO_CHARSETS: Final = frozenset(
    ("utf-7", "idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem")
)

_CONTROL: Final = bytes([*range(0x01, 0x09), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class NotText(ValueError):
    """Bytes that are no text; the message says how that shows."""


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of all the bytes, without its byte order mark.

    `declared` is what the file says of itself (an HTML `charset`); UTF-8 that is valid wins over it. Raises NotText
    for NUL bytes without a byte order mark, for control characters by the dozen, and where no encoding fits.
    """
    if marked := byte_order_mark(data):
        return data.decode(marked, "replace")
    if b"\0" in data:
        raise NotText("no text: it holds NUL bytes (a binary file, or UTF-16 without a byte order mark)")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode(_known(declared) or guess(data), "replace")
        data = text.encode()
    _refuse_binary(data, len(text))
    return text


def byte_order_mark(data: bytes) -> str | None:
    """Encoding that the bytes' byte order mark tells, null where they have none."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)


def guess(data: bytes) -> str:
    """The likeliest single-byte encoding of bytes that are not UTF-8. Raises NotText where none fits."""
    from charset_normalizer import from_bytes

    if sum(byte > 127 for byte in data[:SAMPLE_BYTES]) < MAX_ACCENTED_SHARE * len(data[:SAMPLE_BYTES]):
        return "cp1252"
    if best := from_bytes(data[:SAMPLE_BYTES], cp_isolation=LIKELY).best():
        return best.encoding
    raise NotText("no text: no encoding fits its bytes")


def stream_encoding(opened: Callable[[], BinaryIO]) -> str:
    """Encoding of a whole file that is too large to hold, by reading it once. Raises NotText and what reading raises.

    `opened` opens the file anew.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")()
    with opened() as stream:
        block = stream.read(2**20)
        if marked := byte_order_mark(block):
            return marked
        is_utf8 = True
        foreign = b""
        while block:
            if b"\0" in block:
                raise NotText("no text: it holds NUL bytes (a binary file, or UTF-16 without a byte order mark)")
            if is_utf8:
                try:
                    utf8.decode(block)
                except UnicodeDecodeError:
                    is_utf8, foreign = False, block
            block = stream.read(2**20)
    return "utf-8" if is_utf8 else guess(foreign)


def _known(encoding: str | None) -> str | None:
    """Python's name of a declared character set; null where it is none."""
    try:
        name = codecs.lookup(encoding.strip()).name if encoding else ""
        b" ".decode(name)  # raises for codecs between bytes, such as base64
    except (LookupError, UnicodeError, ValueError):
        return None
    return name if name and name not in _NO_CHARSETS else None


def _refuse_binary(data: bytes, n_chars: int) -> None:
    """Count the control characters of UTF-8, which are single bytes of it."""
    controls = len(data) - len(data.translate(None, _CONTROL))
    if controls > 1 and controls > MAX_CONTROL_SHARE * n_chars:
        raise NotText(f"no text: {controls} control characters among {n_chars} (a binary file)")
