"""A winch, where the airframe has one: DO_WINCH answered, WINCH_STATUS sent. Without one: silence, as on PX4.

https://mavlink.io/en/messages/common.html#MAV_CMD_DO_WINCH: lengths in metres, rates in m/s, both positive
when line is let out. PX4 has no winch of its own; this is the device that answers beside it. Its hook lets
go by itself once what hangs on it stands on the ground, and never before.
"""

from __future__ import annotations

from math import isfinite

from pymavlink.dialects.v20 import common

from sitl.aboard.gripper import Jaws
from sitl.autopilot import shapes
from sitl.autopilot.acks import ACCEPTED, CANCELLED, DENIED, IN_PROGRESS, acknowledge
from sitl.autopilot.channel import Peer
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing
from sitl.faults import Kind
from sitl.motion.steps import Reel, Step

COMPONENT: int = common.MAV_COMP_ID_WINCH
MOST_LINE_M = 30.0

_COMMAND: int = common.MAV_CMD_DO_WINCH
_RELATIVE, _RATE, _DELIVER, _RETRACT = 1, 2, 4, 6
_STOPS = frozenset({common.WINCH_RELAXED, common.WINCH_LOCK, 5})
_RATE_MPS = 1.0
_HEALTHY, _RETRACTED, _MOVING, _LOCKED, _GROUND_SENSE = 1, 2, 4, 16, 128
_EVERY_S = 1.0
_STANDS_S = 2.0
"""How long the line stays slack on the ground before it is reeled in."""
_IN_THE_AIR_M = 0.5
_NAN = float("nan")


class Winch:
    """How much line is out, and where to. Moves while the vehicle lives; a mission's item moves it too."""

    def __init__(self, onboard: Onboard) -> None:
        self._onboard = onboard
        self._line_m = 0.0
        self._goal_m = 0.0
        self._rate_mps = _RATE_MPS
        self._asker: Peer | None = None
        self._item: Step | None = None
        self._delivers = False
        self._stands_until_age_s = 0.0
        self._moved_age_s = 0.0
        self._due_age_s = 0.0

    def ask(self, params: tuple[float, ...], peer: Peer) -> None:
        """DO_WINCH: IN_PROGRESS until the line is where it should be; a newer order cancels an older one."""
        if not self._onboard.has_winch:
            return
        self.move()
        action, length_m, rate_mps = int(params[1]), params[2], params[3]
        goal_m = self._wanted_m(action, length_m, rate_mps)
        if goal_m is None:
            acknowledge(peer, _COMMAND, DENIED)
            return
        if self._asker is not None:
            acknowledge(self._asker, _COMMAND, CANCELLED)
        self._set(goal_m, rate_mps)
        self._delivers = action == _DELIVER
        self._asker = peer if self._line_m != self._goal_m else None
        acknowledge(peer, _COMMAND, ACCEPTED if self._asker is None else IN_PROGRESS)

    def deliver(self) -> None:
        """Lower until the load stands, or all line is out; then reel in (WINCH_DELIVER)."""
        self.move()
        self._set(MOST_LINE_M, _RATE_MPS)
        self._delivers = True

    def _wanted_m(self, action: int, length_m: float, rate_mps: float) -> float | None:
        if action in _STOPS:
            return self._line_m
        if action == _RELATIVE and isfinite(length_m):
            return self._line_m + length_m
        if action == _RATE and isfinite(rate_mps):
            return MOST_LINE_M if rate_mps > 0.0 else 0.0
        if action == _DELIVER:
            return MOST_LINE_M
        return 0.0 if action == _RETRACT else None

    def _set(self, goal_m: float, rate_mps: float) -> None:
        self._delivers = False
        self._stands_until_age_s = 0.0
        self._goal_m = max(0.0, min(MOST_LINE_M, goal_m))
        self._rate_mps = abs(rate_mps) if isfinite(rate_mps) and rate_mps else _RATE_MPS

    def move(self) -> None:
        """Let line out or take it in, up to the present age of the flight."""
        flight = self._onboard.flight
        step = flight.airframe.pilot.step
        if step is not self._item:
            self._item = step
            if isinstance(step, Reel):
                self._set(self._line_m + step.length_m, step.length_m / step.seconds)
        most_m = self._rate_mps * (flight.age_s - self._moved_age_s)
        self._moved_age_s = flight.age_s
        if flight.age_s < self._stands_until_age_s or flight.faults.active(Kind.STUCK_WINCH, flight.age_s):
            return
        self._line_m += max(-most_m, min(most_m, self._goal_m - self._line_m))
        if self._on_ground and self._goal_m >= self._line_m:
            self._touch_down()
        elif self._delivers and self._line_m == self._goal_m:
            self._set(0.0, self._rate_mps)

    @property
    def _on_ground(self) -> bool:
        height_m = self._onboard.flight.airframe.over_ground_m
        return self._line_m >= height_m > _IN_THE_AIR_M

    def _touch_down(self) -> None:
        """The hook lets go. A delivery reels in after a moment; else the line goes on as it was told."""
        airframe = self._onboard.flight.airframe
        if airframe.payload_kg > 0.0:
            airframe.payload_kg = 0.0
            airframe.gripper.jaws = Jaws.OPEN
        if self._delivers:
            self._set(0.0, self._rate_mps)
            self._stands_until_age_s = self._moved_age_s + _STANDS_S

    def tick(self) -> None:
        """Move, acknowledge what is done, and tell the state once a second."""
        if not self._onboard.has_winch:
            return
        self.move()
        if self._asker is not None and self._line_m == self._goal_m:
            acknowledge(self._asker, _COMMAND, ACCEPTED)
            self._asker = None

    def tell(self, out: Outgoing) -> None:
        """Send WINCH_STATUS."""
        age_s = self._moved_age_s
        standing = age_s < self._stands_until_age_s
        stuck = self._onboard.flight.faults.active(Kind.STUCK_WINCH, age_s)
        moving = self._line_m != self._goal_m and not standing and not stuck
        state = _HEALTHY | (_MOVING if moving else _LOCKED) | (_RETRACTED if self._line_m == 0.0 else 0)
        state |= _GROUND_SENSE if self._on_ground else 0
        towards = 1.0 if self._goal_m > self._line_m else -1.0
        speed_mps = towards * self._rate_mps if moving else 0.0
        hangs_kg = 0.0 if self._on_ground else self._onboard.flight.airframe.payload_kg
        values = (self._onboard.clock_us, self._line_m, speed_mps, hangs_kg, _NAN, _NAN, state, 32767)
        out.send(shapes.WINCH_STATUS, *values)

    def due(self) -> bool:
        """Whether its state is to be told now."""
        age_s = self._onboard.age_s
        if not self._onboard.has_winch or age_s < self._due_age_s:
            return False
        self._due_age_s = age_s + _EVERY_S
        return True
