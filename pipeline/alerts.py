"""Telling somebody that a run failed: one message to an address that the user names.

Here: the message and its sending. Not here: when it is sent (orchestration/sensors.py, commands/refresh.py). A message
that cannot be sent never makes anything else fail.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Final

from pipeline import __version__
from pipeline.fetch.cards import Limits
from pipeline.fetch.http import Client, FetchError, shown
from pipeline.settings import Settings

MAX_ERROR_CHARS: Final = 2_000
LIMITS: Final = Limits(connect_seconds=5, read_seconds=10, total_seconds=15)
_log: Final = logging.getLogger(__name__)


def failure_message(*, run_id: str, job: str, errors: Mapping[str, str], home: str) -> dict[str, object]:
    """The message as docs/nightly.md describes it; `errors` by step, the first that failed first."""
    steps = [{"step": step, "error": error[:MAX_ERROR_CHARS]} for step, error in errors.items()]
    first = f": step {steps[0]['step']}: {steps[0]['error']}" if steps else " before its first step"
    return {
        "event": "run_failed",
        "text": f"sitrep: {job} failed{first}. What was published before is unchanged.",
        "job": job,
        "run_id": run_id,
        "steps": steps,
        "data": home,
        "sitrep_version": __version__,
    }


def tell(settings: Settings, message: Mapping[str, object]) -> str | None:
    """Send the message to the webhook, where there is one; the reason where that failed, else null."""
    if settings.webhook is None:
        return None
    client = Client(LIMITS, allow_private=settings.allow_private)
    try:
        client.post(settings.webhook, json.dumps(message).encode(), kind="application/json")
    except FetchError as error:
        reason = str(error).replace(shown(settings.webhook), "the webhook")  # whose path may be a secret
        _log.warning("A failed run could not be told: %s", reason)
        return reason
    return None
