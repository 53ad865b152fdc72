"""The helm of a simulated vehicle: which line its body is given, and how fast that is begun and left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf, sqrt

from geofences.zone import Medium
from sitl.motion.body import FULL_STOP_MPS, Body, Line, Place
from sitl.motion.flock import Flock
from sitl.motion.ground import Ground, level_m
from sitl.motion.limits import LIFT_SHARE, aloft_frac, is_reached, limit, stopping_place
from sitl.motion.settings import Settings
from sitl.motion.state import Cell
from sitl.motion.stepping import ARRIVED_M
from sitl.motion.steps import ChangeSpeed, GoTo, Lift, Step
from vehicles.profile import VehicleProfile

_PARKING_MPS = 0.7


class Helm:
    """Gives a body its lines. Its pilot says for which `step`, and what comes `then`. Times are ages."""

    def __init__(
        self, flock: Flock, number: int, body: Body, profile: VehicleProfile, settings: Settings
    ) -> None:
        self.flies = profile.medium is Medium.AIR
        self.step: Step | None = None
        self.then: Sequence[Step] = ()
        self.asked_mps: float | None = None  # over ground, by a mission or a command; None: the usual one
        self.lift: Lift | None = None
        """What it was told to be carried by; None: the wing wherever it is fast enough for that."""
        self.ground: Ground = level_m
        self.settings = settings
        self.body = body
        self._flock = flock
        self._number = number
        self._built = profile
        self.line = self._still(body.place)

    @property
    def cell(self) -> Cell:
        """Its body's numbers, wherever they are now."""
        return self._flock.cells[self._number]

    @property
    def cruise_mps(self) -> float:
        """Speed over ground in force."""
        if self.asked_mps is None:
            return self._profile.cruise_mps
        return min(self.asked_mps, self.settings.most_mps, self._built.cruise_mps)

    @property
    def _profile(self) -> VehicleProfile:
        """What it can do, as far as its parameters let it."""
        return self.settings.paced(self._built)

    def let_go(self, done: Sequence[Step]) -> None:
        """Give up its line and come to rest; what was `done` says how fast to go from here."""
        asked = (step.speed_mps for step in reversed(done) if isinstance(step, ChangeSpeed))
        self.asked_mps = next(asked, None)
        cell = self.cell
        cell.rises_age_s, cell.lifts_age_s, cell.leans_age_s, cell.free = 0.0, inf, 0.0, True
        self.follow(self._still(stopping_place(self.body, self.settings, flies=self.flies)))

    def spool_up(self) -> None:
        """Its motors are started first."""
        self.cell.rises_age_s += self.settings.spool_up_s
        self.cell.lifts_age_s += self.settings.spool_up_s
        self.cell.leans_age_s += self.settings.spool_up_s

    def rest(self) -> None:
        """Stay at the end of the line."""
        self.follow(self._still(self.line.end))

    def repace(self) -> None:
        """The speeds that it may fly have changed: from now on, on the line under way too."""
        line = self.line
        if isinstance(self.step, GoTo) and self.step.speed_mps is None:
            exit_mps = min(self.cruise_mps, line.exit_mps)
            line = replace(line, speed_mps=self.cruise_mps, exit_mps=exit_mps)
        self.follow(line)

    def shift(self, start: Place, height_m: float | None, wait_s: float) -> None:
        """Have the line be at another height, where what is waited for without a place says so."""
        if self.flies and height_m is not None and wait_s > 0.0:
            self.follow(self._still(Place(start.east_m, start.north_m, height_m)))

    def stands_beside(self, start: Place, end: Place) -> bool:
        """Whether it stands further from a line than is near: PX4 then wants the nearest place on it first.

        That is below it, or beside it at its own height, and it never takes off.
        """
        if not (self.flies and self.cell.grounded):
            return False
        line, here = Line.between(start, end, self.cruise_mps, FULL_STOP_MPS), self.body.place
        to = here.east_m - start.east_m, here.north_m - start.north_m, here.height_agl_m - start.height_agl_m
        along_m = to[0] * line.unit_east + to[1] * line.unit_north + to[2] * line.unit_up
        off_m = sqrt(max(0.0, sum(part * part for part in to) - along_m * along_m))
        radius_m = self._radius_m(self.step.radius_m if isinstance(self.step, GoTo) else None)
        return line.length_m > 0.0 and off_m > radius_m

    def change(self, to: Lift) -> None:
        """Be carried by something else, where that was ever told."""
        if self.lift is not None:
            self.lift = to

    def rise(self, start: Place, height_m: float, now_s: float) -> None:
        """Straight up; what rolls has no height to go to."""
        top_m = max(height_m, start.height_agl_m) if self.flies else 0.0
        self.go(start, Place(start.east_m, start.north_m, top_m), None)
        self.start_motors(now_s)

    def climb(self, start: Place, height_m: float, now_s: float) -> None:
        """Straight up, and no further."""
        top = Place(start.east_m, start.north_m, height_m)
        line = Line.between(start, top, self.cruise_mps, FULL_STOP_MPS, self._radius_m(None))
        self.follow(self._flock.movement.joined(line, None, self._profile, self.settings))
        self.start_motors(now_s)

    def start_motors(self, now_s: float) -> None:
        """What stands rises only when its motors have their thrust; before, it takes itself to fly."""
        cell, ramp_s = self.cell, self.settings.take_off_ramp_s
        if self.flies and cell.grounded:
            cell.rises_age_s, cell.lifts_age_s = now_s + ramp_s, now_s + LIFT_SHARE * ramp_s
            cell.leans_age_s = cell.rises_age_s + ramp_s * aloft_frac(cell.take_off_mps)

    def go(self, start: Place, end: Place, speed_mps: float | None) -> None:
        """Along a line to `end`, leaving it as fast as the corner to the next step allows."""
        speed_mps = self.cruise_mps if speed_mps is None else min(speed_mps, self._built.cruise_mps)
        if self.lift is Lift.ROTORS:
            speed_mps = min(speed_mps, self._profile.rotor_mps)
        radius_m = self._radius_m(self.step.radius_m if isinstance(self.step, GoTo) else None)
        line = Line.between(start, end, speed_mps, FULL_STOP_MPS, radius_m)
        after = self._after(end, speed_mps)
        self.follow(self._flock.movement.joined(line, after, self._profile, self.settings))

    def go_over(self, start: Place, place: Place | None) -> bool:
        """Towards a place to land at, at the present height; False when it is over it already."""
        here = self.body.place
        away_m = 0.0 if place is None else Place(place.east_m, place.north_m, here.height_agl_m).away_m(here)
        if place is None or away_m <= (self.settings.acceptance_m if self.flies else ARRIVED_M):
            return False
        over = Place(place.east_m, place.north_m, start.height_agl_m)
        line = Line.between(start, over, self.cruise_mps, FULL_STOP_MPS, self._radius_m(None))
        self.follow(self._flock.movement.joined(line, None, self._profile, self.settings))
        return True

    def go_down(self, place: Place | None) -> None:
        """To the ground at a place, or where it comes to rest; what rolls is there already, and parks."""
        over = place or stopping_place(self.body, self.settings, flies=self.flies)
        self.change(Lift.ROTORS)
        ground_m = self.cell.ground_m = self.ground(over.east_m, over.north_m)
        height_m = ground_m if self.flies else self.body.height_agl_m
        down = Place(over.east_m, over.north_m, height_m)
        speed_mps = self.cruise_mps if self.flies else _PARKING_MPS
        self.follow(Line.between(self.body.place, down, speed_mps, FULL_STOP_MPS))

    def follow(self, line: Line) -> None:
        """Have the body follow a line from now on."""
        self.line, cell = line, self.cell
        cell.end_east_m, cell.end_north_m = line.end.east_m, line.end.north_m
        cell.end_height_m = line.end.height_agl_m
        cell.unit_east, cell.unit_north, cell.unit_up = line.unit_east, line.unit_north, line.unit_up
        cell.length_m, cell.exit_mps, cell.early_m = line.length_m, line.exit_mps, line.early_m
        cell.limit_mps = self._flock.movement.limit_mps(line, self._profile)
        if self.flies:
            limit(cell, line, self.settings, self._profile, self.step)
        cell.arrived = is_reached(self.body, line, cell)

    def _radius_m(self, wanted_m: float | None) -> float:
        """Within which a place is reached; what rolls goes there."""
        if not self.flies:
            return 0.0
        return self.settings.acceptance_m if wanted_m is None else wanted_m

    def _after(self, end: Place, speed_mps: float) -> Line | None:
        """What the step after this one goes along, if it does not wait here."""
        if isinstance(self.step, GoTo) and self.step.hold_s > 0.0:
            return None
        passed = self._flock.movement.goes_on_with
        after = next((one for one in self.then if not isinstance(one, passed)), None)
        return Line.between(end, after.place, speed_mps, FULL_STOP_MPS) if isinstance(after, GoTo) else None

    def _still(self, place: Place) -> Line:
        return Line.between(place, place, self.cruise_mps, FULL_STOP_MPS)
