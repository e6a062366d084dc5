"""Overlapping spans of a text to pieces that do not overlap.

Here: cutting. Not here: what a span means or looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `start` to `end` of an article: an entity's `kind`, `quote`, `evidence` or `aside` (no body text).

    `row` is the number of the event row that a quote or its evidence belongs to, `label` a word or two on the mark.
    """

    start: int
    end: int
    kind: str
    row: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one line under the same marks, the widest mark first."""

    start: int
    text: str
    marks: tuple[Mark, ...]

    def rows(self, kind: str) -> list[int]:
        """Numbers of the rows whose marks of this kind cover the piece, in order."""
        return sorted({mark.row for mark in self.marks if mark.kind == kind and mark.row is not None})

    @property
    def opening(self) -> list[int]:
        """Numbers of the rows whose quote begins with this piece."""
        return sorted(
            {mark.row for mark in self.marks if mark.kind == "quote" and mark.start == self.start and mark.row}
        )


def lines_of(text: str) -> Iterator[tuple[int, int]]:
    """First and last offset of each line that holds more than white space."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def cut(text: str, marks: Iterable[Mark]) -> list[tuple[tuple[int, int], list[Piece]]]:
    """Each line of the text with its pieces, which joined give the line. A mark that leaves its line goes on in the next."""
    waiting = sorted((mark for mark in marks if mark.start < mark.end), key=lambda mark: mark.start, reverse=True)
    active: list[Mark] = []
    lines = []
    for start, end in lines_of(text):
        while waiting and waiting[-1].start < end:
            active.append(waiting.pop())
        active = [mark for mark in active if mark.end > start]
        lines.append(((start, end), _pieces(text, start, end, active)))
    return lines


def _pieces(text: str, start: int, end: int, marks: list[Mark]) -> list[Piece]:
    borders = {start, end}
    for mark in marks:
        borders.update((max(mark.start, start), min(mark.end, end)))
    waiting = sorted(marks, key=lambda mark: mark.start, reverse=True)
    over: list[Mark] = []
    pieces = []
    for first, last in pairwise(sorted(borders)):
        while waiting and waiting[-1].start <= first:
            over.append(waiting.pop())
        over = [mark for mark in over if mark.end > first]
        widest_first = sorted(over, key=lambda mark: (mark.start - mark.end, mark.start, mark.kind, mark.row or 0))
        pieces.append(Piece(first, text[first:last], tuple(widest_first)))
    return pieces
