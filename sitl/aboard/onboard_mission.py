"""The mission that a simulated autopilot holds: its steps, how far it has come, and whether it may fly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from geofences.zone import Medium
from sitl.aboard.feasibility import objection
from sitl.aboard.fence import Fence
from sitl.aboard.said import Said
from sitl.motion.body import Place
from sitl.motion.steps import Step
from vehicles.telemetry import Mode

VALIDATION_S = 0.1
"""Observed on PX4: so long after an upload it knows whether a mission may fly, if it knows its fence."""

_CORNER_READ_S = 0.11
"""Observed on PX4: so long for each corner of a new fence, from 7 (0.9 s) to 64 (7.7 s)."""

_UNPLACED_S = 1.2

IN_MISSION_MODE = frozenset({Mode.MISSION, Mode.LAND, Mode.TAKE_OFF})
"""Modes in which PX4 calls its mission active (mission_mode 1), armed or not."""


class MissionState(IntEnum):
    """MAVLink's MISSION_STATE."""

    NONE = 1
    NOT_STARTED = 2
    ACTIVE = 3
    PAUSED = 4
    COMPLETE = 5


class Finish(Enum):
    """What ended a mission, if anything. PX4 says COMPLETE after landings that were none of the mission's."""

    NOT_YET = "not_yet"
    BY_MISSION = "by_mission"
    BY_OTHER_LANDING = "by_other_landing"


@dataclass(slots=True)
class OnboardMission:
    """Steps and progress. `index` is the step under way or next; ages are seconds since start.

    `reached`: whether an item was reached since the mission was last taken up.
    """

    steps: tuple[Step, ...] = ()
    index: int = 0
    finish: Finish = Finish.NOT_YET
    reached: bool = False
    objection: Said | None = None
    """Why it may not fly."""
    landing: int | None = None
    """The step with which its landing begins."""
    valid_from_age_s: float = 0.0
    _placed_from_age_s: float = 0.0
    _fence_from_age_s: float = 0.0
    _told: MissionState = MissionState.NOT_STARTED

    def replace(self, steps: tuple[Step, ...], current: int | None, age_s: float) -> None:
        """Take new steps. Without a `current` item the old index is kept, and an old end too, as PX4 does."""
        if current is not None:
            self.index, self.finish = current, Finish.NOT_YET
            self.reached = False
        self.index = max(0, min(self.index, len(steps) - 1))
        self.steps = steps
        self.valid_from_age_s = max(age_s + VALIDATION_S, self._fence_from_age_s)
        self._placed_from_age_s = age_s + _UNPLACED_S if current is None else age_s

    def await_fence(self, corners: int, age_s: float) -> None:
        """A new fence is being read, one corner after the other: a mission that comes now waits for it."""
        reading_s = _CORNER_READ_S * corners
        self._fence_from_age_s = age_s + reading_s

    @property
    def is_over(self) -> bool:
        """Whether it was ended by anything."""
        return self.finish is not Finish.NOT_YET

    @property
    def offered(self) -> tuple[tuple[Step, ...], int, int | None]:
        """What a return may follow: the steps, the one under way, and where the landing begins."""
        return (self.steps, self.index, self.landing) if self.objection is None else ((), 0, None)

    def index_told(self, age_s: float) -> int:
        """The item that others are told: -1 while a mission without a `current` item is checked."""
        return -1 if age_s < self._placed_from_age_s else max(0, self.index)

    def jump(self, index: int) -> None:
        """Go on with another item."""
        self.index, self.finish = index, Finish.NOT_YET

    @property
    def refused(self) -> str | None:
        """Why it may not fly, in words."""
        return None if self.objection is None else self.objection.text

    def check(self, medium: Medium, fence: Fence, home: Place, *, on_ground: bool) -> None:
        """Work out again whether it may fly: after an upload of a mission or of a fence."""
        self.objection = None
        if self.steps:
            self.objection = objection(self.steps, medium, fence, home, on_ground=on_ground)

    def checked_in_s(self, age_s: float) -> float:
        """How much longer its checking takes, and that of the fence before it."""
        return max(0.0, self.valid_from_age_s - age_s)

    def may_fly(self, age_s: float) -> bool:
        """Whether the mission is there, checked and flyable."""
        return bool(self.steps) and self.refused is None and age_s >= self.valid_from_age_s

    def state(self, age_s: float, mode: Mode) -> MissionState:
        """Its state as PX4 would say it: what it said last stays where no rule fits."""
        if not self.may_fly(age_s):
            self._told = MissionState.NONE
        elif self.finish is not Finish.NOT_YET:
            self._told = MissionState.COMPLETE
        elif mode in IN_MISSION_MODE:
            self._told = MissionState.ACTIVE
        elif self.reached:
            self._told = MissionState.PAUSED
        elif self.index < 1 or self._told is MissionState.NONE:
            self._told = MissionState.NOT_STARTED
        return self._told
