"""What was found in one batch of articles, before it is put together.

Here: the frames that the later stages share. Not here: finding them (cascade.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Parts:
    """Frames keyed by `sentence`; offsets count characters within the sentence.

    ``sentences``: `sentence`, `article`, `sentence_no`, `paragraph`, `offset`, `text`, `lower`, `mask`, `original`,
    `is_body`, `opens_in_quote`, `published_date`, `entry_day`, `entry` (dates.py). ``mentions``, ``places``, ``numbers``, ``dates``, ``triggers``: as
    names.py, places.py, numbers.py, dates.py and triggers.py describe them. ``regions``: oblasts and states with
    the columns of a place.
    """

    sentences: pl.DataFrame
    mentions: pl.DataFrame
    places: pl.DataFrame
    numbers: pl.DataFrame
    dates: pl.DataFrame
    triggers: pl.DataFrame
    regions: pl.DataFrame
