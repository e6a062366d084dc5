"""Text as the patterns see it: the same characters folded to ASCII, one for one.

Here: folding only. Each character becomes exactly one ASCII character, so a byte offset in the folded text is a
character offset in the article: patterns see plain quotes, dashes and unaccented letters, and their spans still
reproduce the original words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

import polars as pl

UNKNOWN: Final = "~"  # stands for a character that has no ASCII likeness, such as a Cyrillic letter

_PARTS: Final = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|\.|\$")
_BEYOND_ASCII: Final = r"\x{80}-\x{10FFFF}"
END: Final = "\n"  # stands behind a text in which `before_end` searches; no sentence holds one

_GROUPS: Final = {
    "'": "‘’‚‛ʼʹʻʽˈ′´`＇",
    '"': "“”„‟«»″〝〞＂",
    "-": "‐‑‒–—―−﹘－",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\t\x0b\x0c\r\u200b\u200c\u200d\u2060\ufeff\u00ad",
    ".": "…",
    "*": "•‣◦·∙●▪■►",
    "$": "€£¥₴₽",
    "\n": "\u0085\u2028\u2029",
}
_LETTERS: Final = {
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i", "ß": "s", "æ": "a",
    "Æ": "A", "œ": "o", "Œ": "O", "þ": "t", "Þ": "T", "ħ": "h", "Ħ": "H", "ŋ": "n", "ə": "e",
}  # fmt: skip


@cache
def fold_table() -> dict[str, str]:
    """Every character that folds to an ASCII likeness, with the one character that it becomes."""
    table = {chr(code): " " for code in (*range(9), *range(14, 32), 127)}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[:1]
        if base.isascii() and base.isalpha():
            table[chr(code)] = base
    table |= _LETTERS
    table |= {char: ascii_char for ascii_char, chars in _GROUPS.items() for char in chars}
    return table


def fold(text: pl.Expr) -> pl.Expr:
    """The text in ASCII, character for character: ``len_bytes`` of it is ``len_chars`` of the original."""
    table = fold_table()
    folded = text.str.replace_many(list(table), list(table.values()))
    return folded.str.replace_all(r"[^\x00-\x7f]", UNKNOWN)


def for_ascii(pattern: str) -> str:
    """The same regex (Rust's) for texts in ASCII, which it reads in a fraction of the time.

    A negated class or a dot stands for a million characters otherwise, and for far more states where it is repeated.
    Classes are plain: no class inside a class, and a bracket inside one has its backslash.
    """
    return _PARTS.sub(_part_for_ascii, pattern)


def before_end(pattern: str) -> str:
    """A regex of :func:`for_ascii` for texts with END behind them, which its `$` stands for.

    The search then begins at the words with which the pattern begins, which are rare. With a `$` it begins at the end
    of every text, and goes back over all that may stand between: many times as long where that is much.
    """
    return _PARTS.sub(_part_before_end, pattern)


def _part_before_end(part: re.Match[str]) -> str:
    found = part.group()
    if found.startswith("[^"):
        return "[^" + END + found.removeprefix("[^")
    return END if found == "$" else found


def _part_for_ascii(part: re.Match[str]) -> str:
    found = part.group()
    if found in {r"\b", r"\d", r"\s", r"\w"}:
        return f"(?-u:{found})"
    if found == r"\W":
        return f"[^0-9A-Za-z_{_BEYOND_ASCII}]"
    if found.startswith("[^"):
        return "[^" + _BEYOND_ASCII + found.removeprefix("[^")
    return rf"[^\n{_BEYOND_ASCII}]" if found == "." else found


def fold_str(text: str) -> str:
    """:func:`fold` for one string; for building lexicons."""
    table = fold_table()
    return "".join(char if char.isascii() and char not in table else table.get(char, UNKNOWN) for char in text)
