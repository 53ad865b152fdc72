"""The pilot of a simulated vehicle: carries out a list of steps, one after the other."""

from __future__ import annotations

from math import sqrt
from typing import assert_never

from geofences.zone import Medium
from sitl import copter, robot
from sitl.body import FULL_STOP_MPS, Body, Line, Place
from sitl.copter import Air
from sitl.gripper import Gripper, Jaws, Motion
from sitl.steps import ChangeSpeed, GoHome, GoTo, Grab, LandAt, Release, Skip, Stay, Step, TakeOff
from vehicles.profile import VehicleProfile

TOUCH_DOWN_MPS = 0.7
"""PX4's MPC_LAND_SPEED."""

_ARRIVED_M = 0.5
_AT_REST_MPS = 0.3
_GROUND_M = 0.02


class Pilot:
    """Moves a body along steps. Owns no time: `tick` says what time it is (seconds, any origin)."""

    def __init__(self, body: Body, profile: VehicleProfile, gripper: Gripper) -> None:
        self.steps: tuple[Step, ...] = ()
        self.index = 0
        self.cruise_mps = profile.cruise_mps
        self._body = body
        self._profile = profile
        self._gripper = gripper
        self._flies = profile.medium is Medium.AIR
        self._until_s: float | None = None
        self._line = self._still(body.place)

    @property
    def step(self) -> Step | None:
        """The step under way; None when all are done."""
        return self.steps[self.index] if self.index < len(self.steps) else None

    @property
    def is_landing(self) -> bool:
        """Whether the vehicle is on its last way down (or, on the ground, parking for good)."""
        return isinstance(self.step, LandAt)

    def is_steady(self, now_s: float, for_s: float) -> bool:
        """Whether nothing but steady motion along a line, or waiting, is due in the next `for_s` seconds."""
        if self._until_s is not None:
            return self._until_s - now_s > for_s
        body, line = self._body, self._line
        if not isinstance(self.step, GoTo | TakeOff) or line.length_m == 0.0:
            return False
        speed = sqrt(body.east_mps**2 + body.north_mps**2 + body.up_mps**2)
        brake_m = speed * speed / (2.0 * (copter.BRAKING_MPS2 if self._flies else robot.BRAKING_MPS2))
        return line.left_m(body) > brake_m + 2.0 * speed * for_s + _ARRIVED_M

    def engage(self, steps: tuple[Step, ...], index: int, now_s: float) -> None:
        """Carry out `steps` from `index` on, starting where the vehicle is; no steps: stop and stay."""
        self.steps, self.index = steps, index
        self._line = self._still(self._stopping_place())
        if self.steps[index:]:
            self._enter(self._body.place, now_s)

    def tick(self, now_s: float, gust: Air, dt_s: float) -> list[int]:
        """Move for `dt_s` seconds up to `now_s`; the indices of the steps that are done by now."""
        if self._flies:
            copter.step_copter(self._body, self._line, self._profile, gust, dt_s)
        else:
            robot.step_robot(self._body, self._line, dt_s)
        reached: list[int] = []
        while self.step is not None and self._is_done(now_s, dt_s):
            reached.append(self.index)
            self.index += 1
            if self.index < len(self.steps):
                self._enter(self._line.end, now_s)
            else:
                self._line = self._still(self._line.end)
        return reached

    def _enter(self, start: Place, now_s: float) -> None:
        """Begin the step under way; `start` is where its line begins."""
        step = self.step
        self._until_s = None
        match step:
            case TakeOff(height_agl_m=height):
                top = max(height, start.height_agl_m) if self._flies else 0.0
                self._line = self._to(start, Place(start.east_m, start.north_m, top), None)
            case GoTo(place=place, speed_mps=speed_mps):
                self._line = self._to(start, place, speed_mps)
            case Stay(seconds=seconds):
                self._until_s = now_s + seconds
            case Release():
                self._gripper.ask(Jaws.OPEN, now_s)
            case Grab():
                self._gripper.ask(Jaws.CLOSED, now_s)
            case ChangeSpeed(speed_mps=speed_mps):
                self.cruise_mps = speed_mps
            case LandAt(place=place):
                self._approach(start, place)
            case GoHome() | Skip() | None:
                pass
            case _:
                assert_never(step)

    def _is_done(self, now_s: float, dt_s: float) -> bool:
        step = self.step
        waited = self._until_s is not None and now_s >= self._until_s
        match step:
            case TakeOff():
                done = self._at_end(dt_s)
            case GoTo(hold_s=hold_s):
                if self._until_s is None and self._at_end(dt_s):
                    self._until_s = now_s + hold_s
                done = self._until_s is not None and now_s >= self._until_s
            case Stay():
                done = waited
            case Release() | Grab():
                done = self._gripper.motion is not Motion.MOVING
            case LandAt():
                done = self._has_landed(dt_s)
            case GoHome():
                done = False  # the flight changes its mode instead
            case ChangeSpeed() | Skip() | None:
                done = True
            case _:
                assert_never(step)
        return done

    def _approach(self, start: Place, place: Place | None) -> None:
        """First over the landing place at the present height, unless there already; then down."""
        here = self._body.place
        over = here if place is None else Place(place.east_m, place.north_m, start.height_agl_m)
        if over.away_m(self._body) > _ARRIVED_M + abs(over.height_agl_m - here.height_agl_m):
            self._line = Line.between(start, over, self.cruise_mps, FULL_STOP_MPS)
        else:
            self._descend(over)

    def _descend(self, over: Place) -> None:
        down = Place(over.east_m, over.north_m, 0.0 if self._flies else over.height_agl_m)
        self._line = Line.between(self._body.place, down, self.cruise_mps, TOUCH_DOWN_MPS)

    def _has_landed(self, dt_s: float) -> bool:
        on_ground = self._body.height_agl_m <= _GROUND_M
        if self._flies and self._line.end.height_agl_m > 0.0:
            if self._at_end(dt_s):
                self._descend(self._line.end)
            return False
        return on_ground and (self._flies or self._at_end(dt_s))

    def _at_end(self, dt_s: float) -> bool:
        """Whether the line is done: passed, for one that is flown through; else stopped at its end."""
        left_m = self._line.left_m(self._body)
        if self._line.exit_mps > FULL_STOP_MPS:
            return left_m <= max(0.1, self._line.exit_mps * dt_s)
        at_rest = self._body.speed_mps < _AT_REST_MPS and abs(self._body.up_mps) < _AT_REST_MPS
        return at_rest and self._line.end.away_m(self._body) < _ARRIVED_M

    def _to(self, start: Place, end: Place, speed_mps: float | None) -> Line:
        """A line to `end`, leaving it as fast as the corner to the next step allows."""
        speed_mps = self.cruise_mps if speed_mps is None else min(speed_mps, self._profile.cruise_mps)
        line = Line.between(start, end, speed_mps, FULL_STOP_MPS)
        step = self.step
        after = self.steps[self.index + 1] if self.index + 1 < len(self.steps) else None
        if not isinstance(after, GoTo) or (isinstance(step, GoTo) and step.hold_s > 0.0):
            return line
        next_line = Line.between(end, after.place, speed_mps, FULL_STOP_MPS)
        corner_mps = (copter if self._flies else robot).corner_mps(line, next_line)
        return Line.between(start, end, speed_mps, min(speed_mps, corner_mps))

    def _stopping_place(self) -> Place:
        """Where the vehicle comes to rest when it brakes now."""
        body = self._body
        brake_s = max(body.speed_mps, abs(body.up_mps)) / (2.0 * copter.ACCELERATION_MPS2)
        return Place(
            body.east_m + body.east_mps * brake_s,
            body.north_m + body.north_mps * brake_s,
            max(0.0, body.height_agl_m + body.up_mps * brake_s),
        )

    def _still(self, place: Place) -> Line:
        return Line.between(place, place, self.cruise_mps, FULL_STOP_MPS)
