"""A winch, where the airframe has one: DO_WINCH answered, WINCH_STATUS sent. Without one: silence, as on PX4.

https://mavlink.io/en/messages/common.html#MAV_CMD_DO_WINCH: lengths in metres, rates in m/s, both positive
when line is let out. PX4 has no winch of its own; this is the device that answers beside it.
"""

from __future__ import annotations

from math import isfinite

from pymavlink.dialects.v20 import common

from sitl.autopilot import shapes
from sitl.autopilot.acks import ACCEPTED, CANCELLED, DENIED, IN_PROGRESS, acknowledge
from sitl.autopilot.channel import Peer
from sitl.autopilot.onboard import Onboard
from sitl.autopilot.outgoing import Outgoing
from sitl.steps import Reel, Step

COMPONENT: int = common.MAV_COMP_ID_WINCH

_COMMAND: int = common.MAV_CMD_DO_WINCH
_RELATIVE, _RATE, _RETRACT = 1, 2, 6
_STOPS = frozenset({common.WINCH_RELAXED, common.WINCH_LOCK, 5})
_MOST_LINE_M, _RATE_MPS = 30.0, 1.0
_HEALTHY, _RETRACTED, _MOVING, _LOCKED = 1, 2, 4, 16
_EVERY_S = 1.0
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
        self._asker = peer if self._line_m != self._goal_m else None
        acknowledge(peer, _COMMAND, ACCEPTED if self._asker is None else IN_PROGRESS)

    def _wanted_m(self, action: int, length_m: float, rate_mps: float) -> float | None:
        if action in _STOPS:
            return self._line_m
        if action == _RELATIVE and isfinite(length_m):
            return self._line_m + length_m
        if action == _RATE and isfinite(rate_mps):
            return _MOST_LINE_M if rate_mps > 0.0 else 0.0
        return 0.0 if action == _RETRACT else None

    def _set(self, goal_m: float, rate_mps: float) -> None:
        self._goal_m = max(0.0, min(_MOST_LINE_M, goal_m))
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
        self._line_m += max(-most_m, min(most_m, self._goal_m - self._line_m))

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
        moving = self._line_m != self._goal_m
        state = _HEALTHY | (_MOVING if moving else _LOCKED) | (_RETRACTED if self._line_m == 0.0 else 0)
        speed_mps = self._rate_mps if moving else 0.0
        values = (self._onboard.clock_us, self._line_m, speed_mps, _NAN, _NAN, _NAN, state, 32767)
        out.send(shapes.WINCH_STATUS, *values)

    def due(self) -> bool:
        """Whether its state is to be told now."""
        age_s = self._onboard.age_s
        if not self._onboard.has_winch or age_s < self._due_age_s:
            return False
        self._due_age_s = age_s + _EVERY_S
        return True
