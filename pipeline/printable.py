"""Text of unknown origin on a terminal. Here: making it harmless. Not here: HTML, which its template escapes."""

from __future__ import annotations


def printable(text: str, *, keep: str = "") -> str:
    """The text with control and other unprintable characters as escapes, so that it cannot steer a terminal."""
    return "".join(
        char if char.isprintable() or char in keep else char.encode("unicode_escape").decode("ascii") for char in text
    )
