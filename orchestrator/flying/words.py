"""What a vehicle answers and says, in words for people."""

from __future__ import annotations

from typing import assert_never

from geofences.reason import sentences
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Outcome, Refused, Unanswered

SAID_AFTER_S = 0.8
"""A wait that is longer is told, within a second."""


def said(outcome: Outcome) -> str:
    """What came of a command, for people."""
    match outcome:
        case Accepted():
            return "it says that it did"
        case Refused(reasons):
            return sentences(reasons) or "it does not say why"
        case Unanswered(seen):
            return f"no answer; {seen}"
    assert_never(outcome)


def warned(seen: Telemetry) -> str:
    """What the vehicle itself says of it, after a colon; empty when nothing."""
    return f": {'; '.join(seen.health.warnings)}" if seen.health.warnings else ""
