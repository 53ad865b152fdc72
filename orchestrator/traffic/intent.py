"""An operational intent: the 4D volumes one flight has reserved (ASTM F3548-21 states)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.path import TimedPath


class IntentState(Enum):
    """States of ASTM F3548-21, section 4.4."""

    ACCEPTED = "Accepted"
    ACTIVATED = "Activated"
    NONCONFORMING = "Nonconforming"
    CONTINGENT = "Contingent"
    ENDED = "Ended"


@dataclass(frozen=True, slots=True)
class OperationalIntent:
    """The timed path of a whole flight, take-off to landing, widened on every side.

    Its volumes are `geofences.corridor.sweep(timed, ...)` of these figures; storing the path and
    the margins instead of the volumes keeps the journal small and the volumes exact.
    """

    timed: TimedPath
    radius_m: float
    half_height_m: float
    early_s: float
    late_s: float
    state: IntentState = IntentState.ACCEPTED
