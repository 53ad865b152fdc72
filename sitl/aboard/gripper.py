"""A gripper, or the lid of a compartment: it takes about a second to move, and may jam."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from sitl.motion.settings import Settings
from sitl.motion.steps import Release

_LOOKS_EVERY_S = 0.1
ACTUATION_S = Settings().gripper_s + _LOOKS_EVERY_S
"""Observed on PX4: without a switch it takes its gripper to have moved 1.1 s later, with PD_GRIPPER_TO 1."""

JAM_NOTICED_S = 3.0
"""So long after it was asked a gripper with a switch, which PX4's has not, that has not moved has failed."""


class Jaws(Enum):
    """Where the gripper stands."""

    OPEN = "open"
    CLOSED = "closed"


class Motion(Enum):
    """What came of the last order to move."""

    AT_REST = "at_rest"
    MOVING = "moving"
    JAMMED = "jammed"


@dataclass(slots=True)
class Gripper:
    """One gripper. `jaws` is where it stands; while moving it counts as where it was.

    How long it takes (PD_GRIPPER_TO) is looked up as it starts and not again, as PX4 does.
    `hands_over` is the step for which it opens; None when a command has it open.
    """

    settings: Settings = field(default_factory=Settings)
    hands_over: Release | None = None
    jaws: Jaws = Jaws.OPEN
    motion: Motion = Motion.AT_REST
    _towards: Jaws = Jaws.OPEN
    _since_s: float = 0.0
    _takes_s: float = 0.0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """As after a boot."""
        self._takes_s = self.settings.gripper_s + _LOOKS_EVERY_S

    def ask(self, jaws: Jaws, now_s: float, hands_over: Release | None = None) -> None:
        """Have it open or close; a newer order replaces an older one."""
        self.hands_over = hands_over
        if jaws is self.jaws and self.motion is not Motion.MOVING:
            self.motion = Motion.AT_REST
            return
        self.motion, self._towards, self._since_s = Motion.MOVING, jaws, now_s

    def tick(self, now_s: float, *, stuck: bool) -> None:
        """Let time pass; `stuck` keeps it from arriving."""
        if self.motion is not Motion.MOVING:
            return
        if stuck:
            if now_s - self._since_s >= JAM_NOTICED_S:
                self.motion = Motion.JAMMED
        elif now_s - self._since_s >= self._takes_s - 1e-6:
            self.jaws, self.motion = self._towards, Motion.AT_REST
