"""A moving body in the flat frame about its home, and the straight line it is told to follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, sqrt

from sitl.motion.state import Cell

FULL_STOP_MPS = 0.0
"""Speed at the end of a line where the vehicle must come to rest."""


class Body:
    """Where a simulated vehicle is and how it moves: metres and m/s, east, north and up from home.

    A window on its numbers, among those of a flock. `height_agl_m` is above the ground at home. `heading_deg`
    is clockwise from true north. Only its movement and its airframe write to it.
    """

    __slots__ = ("_cells", "_index")

    def __init__(self, cells: Sequence[Cell], index: int) -> None:
        self._cells = cells
        self._index = index

    @property
    def east_m(self) -> float:
        """Metres east of home."""
        return self._cells[self._index].east_m

    @property
    def north_m(self) -> float:
        """Metres north of home."""
        return self._cells[self._index].north_m

    @property
    def height_agl_m(self) -> float:
        """Metres above the ground at home."""
        return self._cells[self._index].height_m

    @property
    def east_mps(self) -> float:
        """Speed over ground towards east."""
        return self._cells[self._index].east_mps

    @property
    def north_mps(self) -> float:
        """Speed over ground towards north."""
        return self._cells[self._index].north_mps

    @property
    def up_mps(self) -> float:
        """Speed upwards."""
        return self._cells[self._index].up_mps

    @property
    def heading_deg(self) -> float:
        """Where the nose points, in [0, 360)."""
        return self._cells[self._index].heading_deg

    @property
    def speed_mps(self) -> float:
        """Speed over ground."""
        return hypot(self.east_mps, self.north_mps)

    @property
    def place(self) -> Place:
        """Where it is, as a value."""
        return Place(self.east_m, self.north_m, self.height_agl_m)

    def stopping_place(self, braking_mps2: float, after_s: float) -> Place:
        """Where it is told to come to rest: it brakes so hard, and not at once. A height is kept as it is."""
        brake_s = 0.5 * self.speed_mps / braking_mps2 + after_s
        return Place(
            self.east_m + self.east_mps * brake_s,
            self.north_m + self.north_mps * brake_s,
            self.height_agl_m,
        )

    def put(self, place: Place) -> None:
        """Be somewhere else at once, and at rest."""
        cell = self._cells[self._index]
        cell.east_m, cell.north_m, cell.height_m = place.east_m, place.north_m, place.height_agl_m
        self.stop()

    def stop(self) -> None:
        """Stand still at once: on the ground, or clamped."""
        cell = self._cells[self._index]
        cell.east_mps = cell.north_mps = cell.up_mps = 0.0
        cell.gain_east_mps2 = cell.gain_north_mps2 = cell.gain_up_mps2 = 0.0
        cell.slip_east_mps = cell.slip_north_mps = cell.lag_east_m = cell.lag_north_m = 0.0
        cell.asked_mps = cell.turn_degps = 0.0
        cell.push_east_mps2 = cell.push_north_mps2 = cell.thrust_east_mps2 = cell.thrust_north_mps2 = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """A point in the vehicle's frame: metres east and north of home, and above the ground there."""

    east_m: float
    north_m: float
    height_agl_m: float

    def away_m(self, body: Body | Place) -> float:
        """Straight-line distance to a body or another place."""
        return sqrt(
            (self.east_m - body.east_m) ** 2
            + (self.north_m - body.north_m) ** 2
            + (self.height_agl_m - body.height_agl_m) ** 2
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line to follow to `end`, at `speed_mps` over ground, leaving its end at `exit_mps`.

    `unit_*` is its direction; of a line without length, straight up. Its end counts as reached `radius_m`
    before it, or as early as the way on from there allows: `early_m`.
    """

    start: Place
    end: Place
    speed_mps: float
    exit_mps: float
    length_m: float
    unit_east: float
    unit_north: float
    unit_up: float
    radius_m: float = 0.0
    exit_up_mps: float = 0.0
    early_m: float = 0.0

    @classmethod
    def between(
        cls, start: Place, end: Place, speed_mps: float, exit_mps: float, radius_m: float = 0.0
    ) -> Line:
        """The line from `start` to `end`."""
        east, north = end.east_m - start.east_m, end.north_m - start.north_m
        up = end.height_agl_m - start.height_agl_m
        length_m = sqrt(east * east + north * north + up * up)
        if length_m < 1e-6:
            return cls(start, end, speed_mps, FULL_STOP_MPS, 0.0, 0.0, 0.0, 1.0, radius_m)
        units = (east / length_m, north / length_m, up / length_m)
        return cls(start, end, speed_mps, exit_mps, length_m, *units, radius_m)

    def left_m(self, body: Body | Place) -> float:
        """How much of the line lies ahead of a body (negative beyond its end)."""
        return (
            (self.end.east_m - body.east_m) * self.unit_east
            + (self.end.north_m - body.north_m) * self.unit_north
            + (self.end.height_agl_m - body.height_agl_m) * self.unit_up
        )

    def turn_cos(self, after: Line) -> float:
        """Cosine of the angle by which `after` bends away from this line."""
        return (
            self.unit_east * after.unit_east
            + self.unit_north * after.unit_north
            + self.unit_up * after.unit_up
        )
