"""What the verifier has said already, remembered for it alone: nothing in here is the planner's.

A departure asks what its plan asked, mostly of the very same airspace, and an answer takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from geofences.path import Waypoint
from geofences.reason import Reason
from vehicles.mission import Leg
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile

_MOST = 5_000
"""Missions: more than are on their way at any time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an answer rests on besides the surroundings: who flies what, when, how early and how late.

    `own` is how it returns by itself, `given` where else its autopilot may land.
    """

    profile: VehicleProfile
    legs: tuple[Leg, ...]
    depart_at_s: float
    early_s: float
    late_s: float
    own: OwnReturn | None
    given: tuple[Waypoint, ...]


@dataclass(slots=True)
class Verdicts:
    """Answers in one `Surroundings`. Forgetting any of them changes none."""

    _said: dict[Asked, tuple[Reason, ...]] = field(default_factory=dict)

    def recall(self, asked: Asked, judge: Callable[[], tuple[Reason, ...]]) -> tuple[Reason, ...]:
        """What was said when the same was asked; judged first where it is new."""
        known = self._said.get(asked)
        if known is None:
            known = judge()
            if len(self._said) >= _MOST:
                self._said.clear()
            self._said[asked] = known
        return known
