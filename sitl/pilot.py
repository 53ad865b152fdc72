"""The pilot of a simulated vehicle: carries out a list of steps, one after the other."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, inf
from typing import assert_never

from geofences.zone import Medium
from sitl.body import FULL_STOP_MPS, Body, Line, Place
from sitl.flock import Flock
from sitl.gripper import Gripper, Jaws, Motion
from sitl.ground import Ground, level_m
from sitl.limits import LIFT_SHARE, Touchdown, is_reached, limit, stopping_place
from sitl.settings import Settings
from sitl.stepping import ARRIVED_M
from sitl.steps import (
    Change,
    ChangeSpeed,
    GoHome,
    GoTo,
    Grab,
    LandAt,
    Lift,
    Release,
    Skip,
    Stay,
    Step,
    TakeOff,
    WingTakeOff,
)
from vehicles.profile import VehicleProfile

_GROUND_M, _PARKING_MPS = 0.02, 0.7


class Pilot:
    """Gives a body its lines, and says when it wants to be asked again. Times are ages in seconds."""

    def __init__(
        self,
        flock: Flock,
        number: int,
        body: Body,
        profile: VehicleProfile,
        gripper: Gripper,
        *,
        settings: Settings,
    ) -> None:
        self.steps: tuple[Step, ...] = ()
        self.index = 0
        self.asked_mps: float | None = None  # over ground, by a mission or a command; None: the usual one
        self._settings = settings
        self.lift: Lift | None = None
        """What it was told to be carried by; None: the wing wherever it is fast enough for that."""
        self._flock = flock
        self._number = number
        self._body = body
        self._built = profile
        self._gripper = gripper
        self._flies = profile.medium is Medium.AIR
        self._until_s: float | None = None
        self._early_m = 0.0
        self._touchdown = Touchdown()
        self.ground: Ground = level_m
        self._line = self._still(body.place)

    @property
    def step(self) -> Step | None:
        """The step under way; None when all are done."""
        return self.steps[self.index] if self.index < len(self.steps) else None

    @property
    def cruise_mps(self) -> float:
        """Speed over ground in force."""
        if self.asked_mps is None:
            return self._profile.cruise_mps
        return min(self.asked_mps, self._settings.most_mps, self._built.cruise_mps)

    @property
    def _profile(self) -> VehicleProfile:
        """What it can do, as far as its parameters let it."""
        return self._settings.paced(self._built)

    @property
    def is_landing(self) -> bool:
        """Whether the vehicle is on its last way down (or, on the ground, parking for good)."""
        return isinstance(self.step, LandAt)

    def engage(self, steps: tuple[Step, ...], index: int, now_s: float) -> None:
        """Carry out `steps` from `index` on, starting where the vehicle is; no steps: stop and stay."""
        self.steps, self.index = steps, index
        asked = (step.speed_mps for step in reversed(steps[:index]) if isinstance(step, ChangeSpeed))
        self.asked_mps = next(asked, None)
        self._until_s, self._early_m, self._touchdown = None, 0.0, Touchdown()
        self._line = self._still(stopping_place(self._body, self._settings, flies=self._flies))
        cell = self._flock.cells[self._number]
        cell.rises_age_s, cell.lifts_age_s = 0.0, inf
        if self.steps[index:]:
            self._enter(self._body.place, now_s)
            cell.rises_age_s += self._settings.spool_up_s  # its motors are started first
            cell.lifts_age_s += self._settings.spool_up_s
        cell.free = True
        self._set_out(self._line)
        self._wait()

    def repace(self) -> None:
        """The speeds that it may fly have changed: from now on, on the line under way too."""
        if isinstance(self.step, GoTo) and self.step.speed_mps is None:
            exit_mps = min(self.cruise_mps, self._line.exit_mps)
            self._line = replace(self._line, speed_mps=self.cruise_mps, exit_mps=exit_mps)
        self._set_out(self._line)

    def attend(self, now_s: float) -> list[int]:
        """Begin the next step if one is done; the indices of the steps that are done by now."""
        reached, cell = list[int](), self._flock.cells[self._number]
        while self.step is not None and self._is_done(now_s):
            reached.append(self.index)
            self.index += 1
            before, cell.free = self._line, False
            if self.index < len(self.steps):
                self._enter(self._line.end, now_s)
            else:
                self._line = self._still(self._line.end)
            if self._line is not before:
                self._set_out(self._line)
        self._wait()
        return reached

    def _set_out(self, line: Line) -> None:
        """Have the body follow a line from now on."""
        cell = self._flock.cells[self._number]
        cell.end_east_m, cell.end_north_m = line.end.east_m, line.end.north_m
        cell.end_height_m = line.end.height_agl_m
        cell.unit_east, cell.unit_north, cell.unit_up = line.unit_east, line.unit_north, line.unit_up
        cell.length_m, cell.exit_mps, cell.early_m = line.length_m, line.exit_mps, self._early_m
        cell.limit_mps = self._flock.movement.limit_mps(line, self._profile)
        if self._flies:
            limit(cell, line, self._settings, self._profile, self.step)
        cell.arrived = is_reached(self._body, line, cell)

    def _wait(self) -> None:
        """Say when to be asked again: at the end of the line, at a time, or after the next step already."""
        cell, step = self._flock.cells[self._number], self.step
        cell.awaiting = isinstance(step, TakeOff | WingTakeOff | GoTo | LandAt) and self._until_s is None
        if self._until_s is not None:
            cell.timer_age_s = self._until_s
        else:
            cell.timer_age_s = inf if step is None or cell.awaiting else -inf

    def _enter(self, start: Place, now_s: float) -> None:
        """Begin the step under way; `start` is where its line begins."""
        step = self.step
        self._until_s, self._early_m, self._touchdown = None, 0.0, Touchdown()
        match step:
            case TakeOff(height_agl_m=height) | WingTakeOff(height_agl_m=height):
                top_m = max(height, start.height_agl_m) if self._flies else 0.0
                self._line = self._to(start, Place(start.east_m, start.north_m, top_m), None)
                self._start_motors(now_s)
            case GoTo(place=place, speed_mps=speed_mps):
                self._line = self._to(start, place, speed_mps)
                self._start_motors(now_s)
            case Stay(seconds=seconds):
                self._until_s = now_s + seconds
            case Release():
                self._gripper.ask(Jaws.OPEN, now_s)
            case Grab():
                self._gripper.ask(Jaws.CLOSED, now_s)
            case ChangeSpeed(speed_mps=speed_mps):
                self.asked_mps = speed_mps
            case LandAt(place=place):
                self._approach(start, place)
            case Change(to=to):
                self.change(to)
            case GoHome() | Skip() | None:
                pass
            case _:
                assert_never(step)

    def change(self, to: Lift) -> None:
        """Be carried by something else, where that was ever told."""
        if self.lift is not None:
            self.lift = to

    def _is_done(self, now_s: float) -> bool:
        step = self.step
        waited = self._until_s is not None and now_s >= self._until_s
        match step:
            case TakeOff():
                done = self._at_end()
            case WingTakeOff(place=place):
                done = self._has_gone_up_to(place)
            case GoTo(hold_s=hold_s):
                if self._until_s is None and self._at_end():
                    self._until_s = now_s + hold_s
                done = self._until_s is not None and now_s >= self._until_s
            case Stay():
                done = waited
            case Release() | Grab():
                done = self._gripper.motion is not Motion.MOVING
            case LandAt():
                done = self._has_landed(now_s)
            case GoHome():
                done = False  # the flight changes its mode instead
            case Change() | ChangeSpeed() | Skip() | None:
                done = True
            case _:
                assert_never(step)
        return done

    def _has_gone_up_to(self, place: Place) -> bool:
        """First the climb, then the way to the place, on the wing."""
        if not self._at_end():
            return False
        end = self._line.end
        if end.away_m(place) <= ARRIVED_M or self._line.unit_up < 1.0:
            return True
        self.change(Lift.WING)
        self._line = self._to(end, Place(place.east_m, place.north_m, end.height_agl_m), None)
        self._set_out(self._line)
        return False

    def _start_motors(self, now_s: float) -> None:
        """What stands rises only when its motors have their thrust; before, it takes itself to fly."""
        cell, ramp_s = self._flock.cells[self._number], self._settings.take_off_ramp_s
        if self._flies and cell.grounded:
            cell.rises_age_s, cell.lifts_age_s = now_s + ramp_s, now_s + LIFT_SHARE * ramp_s

    def _approach(self, start: Place, place: Place | None) -> None:
        """First over the landing place at the present height, unless there already; then down."""
        here = self._body.place
        over = stopping_place(self._body, self._settings, flies=self._flies)
        over = over if place is None else Place(place.east_m, place.north_m, here.height_agl_m)
        radius_m = self._settings.acceptance_m if self._flies else ARRIVED_M
        if place is not None and hypot(over.east_m - here.east_m, over.north_m - here.north_m) > radius_m:
            over = Place(over.east_m, over.north_m, start.height_agl_m)
            self._line = Line.between(start, over, self.cruise_mps, FULL_STOP_MPS, self._radius_m(None))
            self._early_m = self._flock.movement.early_m(self._line, None, self._profile)
        else:
            self._descend(over)

    def _descend(self, over: Place) -> None:
        """To the ground; what rolls is there already, and parks."""
        self.change(Lift.ROTORS)
        self._early_m = 0.0
        ground_m = self._flock.cells[self._number].ground_m = self.ground(over.east_m, over.north_m)
        down = Place(over.east_m, over.north_m, ground_m if self._flies else over.height_agl_m)
        speed_mps = self.cruise_mps if self._flies else _PARKING_MPS
        self._line = Line.between(self._body.place, down, speed_mps, FULL_STOP_MPS)

    def _has_landed(self, now_s: float) -> bool:
        """What flies has landed when it has been on the ground for so long that PX4 believes it."""
        if not self._flies:
            return self._body.height_agl_m <= _GROUND_M and self._at_end()
        cell = self._flock.cells[self._number]
        if not cell.lands:
            if self._at_end():
                self._descend(self._line.end)
                self._set_out(self._line)
            return False
        stands = self._body.height_agl_m - cell.ground_m <= _GROUND_M
        return self._touchdown.believed(self._settings, now_s, stands=stands)

    def _radius_m(self, wanted_m: float | None) -> float:
        """Within which a place is reached; what rolls goes there."""
        if not self._flies:
            return 0.0
        return self._settings.acceptance_m if wanted_m is None else wanted_m

    def _at_end(self) -> bool:
        """Whether the line is done, as the last step of motion has left it."""
        return self._flock.cells[self._number].arrived

    def _to(self, start: Place, end: Place, speed_mps: float | None) -> Line:
        """A line to `end`, leaving it as fast as the corner to the next step allows."""
        speed_mps = self.cruise_mps if speed_mps is None else min(speed_mps, self._built.cruise_mps)
        if self.lift is Lift.ROTORS:
            speed_mps = min(speed_mps, self._profile.rotor_mps)
        step = self.step
        radius_m = self._radius_m(step.radius_m if isinstance(step, GoTo) else None)
        line = Line.between(start, end, speed_mps, FULL_STOP_MPS, radius_m)
        movement, next_line = self._flock.movement, self._next_line(end, speed_mps)
        self._early_m = movement.early_m(line, next_line, self._profile)
        if next_line is None:
            return line
        corner_mps, up_mps = movement.corner_mps(line, next_line, self._profile, self._settings)
        return replace(line, exit_mps=min(speed_mps, corner_mps), exit_up_mps=up_mps)

    def _next_line(self, end: Place, speed_mps: float) -> Line | None:
        """What the step after this one goes along, if it does not wait here."""
        if isinstance(self.step, GoTo) and self.step.hold_s > 0.0:
            return None
        rest = self.steps[self.index + 1 :]
        after = next((one for one in rest if not isinstance(one, self._flock.movement.goes_on_with)), None)
        if isinstance(after, GoTo):
            return Line.between(end, after.place, speed_mps, FULL_STOP_MPS)
        return None

    def _still(self, place: Place) -> Line:
        return Line.between(place, place, self.cruise_mps, FULL_STOP_MPS)
