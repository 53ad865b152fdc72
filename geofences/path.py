"""Geometry of a way: where it goes, and when. Heights are metres above ground (AGL).

Over uneven ground each point also tells how high the ground is there, so that whoever times, encodes or flies
the way needs no height model: see `Waypoint.level_m`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from geofences.position import GeoPoint, LocalFrame, LocalPoint, distance_m
from geofences.reason import Reason


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place to pass: WGS84 position and height above the ground there, metres (0 on the ground).

    `ground_amsl_m` is how high the ground is there, above mean sea level; 0 at every point of a way over flat
    ground, whose height above the sea no way depends on.
    """

    position: GeoPoint
    height_agl_m: float = 0.0
    ground_amsl_m: float = 0.0

    @property
    def level_m(self) -> float:
        """Height above what is level for the whole way: the sea, or flat ground."""
        return self.ground_amsl_m + self.height_agl_m


@dataclass(frozen=True, slots=True)
class Path:
    """A polyline of at least two waypoints. `avoided` names what it bends around, for explanation."""

    waypoints: tuple[Waypoint, ...]
    avoided: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.waypoints) < 2:
            raise ValueError("waypoints: a path needs at least two")

    @property
    def length_m(self) -> float:
        """Length over ground (horizontal), metres."""
        return sum(distance_m(a.position, b.position) for a, b in pairwise(self.waypoints))


@dataclass(frozen=True, slots=True)
class NoPath:
    """There is no way, and why: one reason for each thing that walls it off."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class TimedPoint:
    """A waypoint and the fleet time (UTC seconds) at which it is passed."""

    waypoint: Waypoint
    at_s: float


@dataclass(frozen=True, slots=True)
class TimedPath:
    """A path with times: at least one point, times never decreasing.

    Between points the motion is straight and uniform; two points at one place are a wait.
    """

    points: tuple[TimedPoint, ...]

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("points: a timed path needs at least one")
        if any(b.at_s < a.at_s for a, b in pairwise(self.points)):
            raise ValueError("points: times must not decrease")

    @property
    def starts_at_s(self) -> float:
        """Fleet time of the first point."""
        return self.points[0].at_s

    @property
    def ends_at_s(self) -> float:
        """Fleet time of the last point."""
        return self.points[-1].at_s

    def shifted(self, by_s: float) -> TimedPath:
        """The same path, every point `by_s` seconds later."""
        return TimedPath(tuple(TimedPoint(point.waypoint, point.at_s + by_s) for point in self.points))

    def since(self, at_s: float) -> TimedPath:
        """What is left of it from an instant on; its last point where that is past."""
        left = tuple(point for point in self.points if point.at_s >= at_s)
        gone = self.points[: len(self.points) - len(left)]
        if not gone or not left:
            return self if left else TimedPath(self.points[-1:])
        return TimedPath((_between(gone[-1], left[0], at_s), *left))

    @property
    def path(self) -> Path:
        """The geometry alone."""
        return Path(tuple(point.waypoint for point in self.points))


def _between(a: TimedPoint, b: TimedPoint, at_s: float) -> TimedPoint:
    share = (at_s - a.at_s) / (b.at_s - a.at_s)
    here, there, frame = a.waypoint, b.waypoint, LocalFrame(a.waypoint.position)
    to = frame.to_local(there.position)
    waypoint = Waypoint(
        frame.to_geo(LocalPoint(share * to.east_m, share * to.north_m)),
        here.height_agl_m + share * (there.height_agl_m - here.height_agl_m),
        here.ground_amsl_m + share * (there.ground_amsl_m - here.ground_amsl_m),
    )
    return TimedPoint(waypoint, at_s)
