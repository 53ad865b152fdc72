"""The autopilot's own fence: flat polygons and circles, without heights, as PX4 keeps them.

All inclusions must hold at once, and no exclusion may: PX4's rule. The test for a point in a polygon is the
even-odd rule (Franklin's pnpoly).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise
from math import hypot, inf, sqrt

from sitl.motion.body import Place


class Side(Enum):
    """Which side of a ring the vehicle has to stay on."""

    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Ring:
    """A closed polygon: east, north metres from home, at least 3 corners, the first not repeated."""

    side: Side
    corners: tuple[tuple[float, float], ...]
    _box: tuple[float, float, float, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        easts, norths = zip(*self.corners, strict=True)
        object.__setattr__(self, "_box", (min(easts), max(easts), min(norths), max(norths)))

    def holds(self, east_m: float, north_m: float) -> bool:
        """Whether a vehicle there is on the side where it has to be."""
        west_m, most_east_m, south_m, most_north_m = self._box
        if not (west_m <= east_m <= most_east_m and south_m <= north_m <= most_north_m):
            return self.side is Side.OUTSIDE  # far from most rings most of the time
        inside = False
        for (ax, ay), (bx, by) in pairwise((*self.corners, self.corners[0])):
            if (ay > north_m) != (by > north_m) and east_m < (bx - ax) * (north_m - ay) / (by - ay) + ax:
                inside = not inside
        return inside is (self.side is Side.INSIDE)

    def away_m(self, east_m: float, north_m: float) -> float:
        """How far a place is from the line, on whichever side."""
        least2 = inf
        for (ax, ay), (bx, by) in pairwise((*self.corners, self.corners[0])):
            along_x, along_y, to_x, to_y = bx - ax, by - ay, east_m - ax, north_m - ay
            length2 = along_x * along_x + along_y * along_y
            share = (to_x * along_x + to_y * along_y) / length2 if length2 > 0.0 else 0.0
            share = min(max(share, 0.0), 1.0)
            least2 = min(least2, (to_x - share * along_x) ** 2 + (to_y - share * along_y) ** 2)
        return sqrt(least2)


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle about a place."""

    side: Side
    east_m: float
    north_m: float
    radius_m: float

    def holds(self, east_m: float, north_m: float) -> bool:
        """Whether a vehicle there is on the side where it has to be."""
        away2 = (east_m - self.east_m) ** 2 + (north_m - self.north_m) ** 2
        return (away2 < self.radius_m**2) is (self.side is Side.INSIDE)

    def away_m(self, east_m: float, north_m: float) -> float:
        """How far a place is from the line, on whichever side."""
        return abs(hypot(east_m - self.east_m, north_m - self.north_m) - self.radius_m)


Bound = Ring | Disc


@dataclass(frozen=True, slots=True)
class Fence:
    """Bounds in force. An empty one allows everything."""

    bounds: tuple[Bound, ...] = ()

    @property
    def corners(self) -> int:
        """How many items it is made of: a ring's corners, a circle's one."""
        return sum(len(bound.corners) if isinstance(bound, Ring) else 1 for bound in self.bounds)

    def allows(self, place: Place) -> bool:
        """Whether a place keeps to every bound."""
        return self.holds(place.east_m, place.north_m)

    def holds(self, east_m: float, north_m: float) -> bool:
        """Whether a vehicle over that point keeps to every bound."""
        return all(bound.holds(east_m, north_m) for bound in self.bounds)


class FenceKept:
    """Whether a vehicle keeps to its fence: looked at anew when it has come as far as the nearest bound was.

    It is asked twice a second, and mostly far from every bound, or parked.
    """

    def __init__(self) -> None:
        self._fence: Fence | None = None
        self._east_m = self._north_m = self._clear_m = 0.0
        self._holds = True

    def clear_m(self, east_m: float, north_m: float) -> float:
        """How far from there what was said last stays true at the least."""
        return max(0.0, self._clear_m - hypot(east_m - self._east_m, north_m - self._north_m))

    def holds(self, fence: Fence, east_m: float, north_m: float) -> bool:
        """What `fence.holds` says."""
        gone_m = hypot(east_m - self._east_m, north_m - self._north_m)
        if fence is not self._fence or (gone_m >= self._clear_m and gone_m > 0.0):
            away_m = (bound.away_m(east_m, north_m) for bound in fence.bounds)
            self._fence, self._holds = fence, fence.holds(east_m, north_m)
            self._east_m, self._north_m = east_m, north_m
            self._clear_m = min(away_m, default=inf)
        return self._holds
