"""A gripper, or the lid of a compartment: it takes about a second to move, and may jam."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ACTUATION_S = 1.1
"""Observed on PX4: release acknowledged 1.1 s after IN_PROGRESS."""

JAM_NOTICED_S = 3.0
"""PX4's PD_GRIPPER_TO: a gripper with a feedback switch that has not moved by then has failed."""


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
    """One gripper. `jaws` is where it stands; while moving it counts as where it was."""

    jaws: Jaws = Jaws.OPEN
    motion: Motion = Motion.AT_REST
    _towards: Jaws = Jaws.OPEN
    _since_s: float = 0.0

    def ask(self, jaws: Jaws, now_s: float) -> None:
        """Have it open or close; a newer order replaces an older one."""
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
        elif now_s - self._since_s >= ACTUATION_S - 1e-6:
            self.jaws, self.motion = self._towards, Motion.AT_REST
