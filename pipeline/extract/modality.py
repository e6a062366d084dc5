"""What is told as having happened, and what is only possible, wished, to come or denied.

Here: words around a trigger that make it unreal or negate it. Not here: the status of a row (rows.py).
"""

from __future__ import annotations

from typing import Final

import polars as pl

_UNREAL: Final = (
    r"\b(?:if|would|could|might|should|will|may|can|cannot|to|unless|able to|ready to|want(?:s|ed)? to|about to|going to)"
    r"(?: (?:also|not|be|soon|then|again|have|been|now|help|try to))*(?: [a-z]+ly)? $"
)
_REAL_AFTER_TO: Final = r"\bto have (?:[a-z]+ly |also )?$|\b(?:continu\w+|began|begun|begin|started|managed|proceeded|kept on|able|us(?:ed|ing|es) [^,;]{1,60}) to (?:[a-z]+ly )?$"
_AS_DATE: Final = r"\b(?:since|before|until) (?:the |its |their )?(?:[a-z-]+ |[RU]=*(?:'s)? ){0,5}$"
_NEGATED: Final = r"\b(?:not|never|denied|denies|deny|did not|didn't|has not|have not|no) (?:[a-z'-]+ ){0,3}$"


def real(triggers: pl.DataFrame) -> pl.DataFrame:
    """Without what is only possible, wished or to come; intents are kept, for that is what they are."""
    unreal = (
        (pl.col("clause_left").str.contains(_UNREAL) & (pl.col("rule_id") != "strike.used_to"))
        & ~pl.col("clause_left").str.contains(_REAL_AFTER_TO)
        & (pl.col("event_type") != "intent")
        & ~pl.col("rule_id").is_in(["evacuation.ordered", "evacuation.done", "access.closure", "intent.aim"])
    )
    gerund = (pl.col("left").str.len_bytes() < 3) & pl.col("right").str.contains(r"^[^.;]{3,90} (?:would|could|might) ")
    # "since the start of the invasion" dates something else
    as_date = pl.col("clause_left").str.contains(_AS_DATE) & (pl.col("event_type") == "advance")
    hypothetical = (
        as_date
        | gerund
        | pl.col("left").str.contains(r"(?:^|[,;:\"] )(?:if|unless|should) [^,]{0,80}$")
        & (pl.col("event_type") != "intent")
    )
    return triggers.filter(~unreal & ~hypothetical).with_columns(
        negated=(pl.col("clause_left").str.contains(_NEGATED) & (pl.col("event_type") != "casualties"))
        | pl.col("rule_id").str.starts_with("capture.denied")
    )
