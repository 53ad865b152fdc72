"""How far a flight is from the way that was verified: beside it, above it and below it.

Nothing is ordered for it: the plan that the vehicle flies is the only way back to where it was verified. Who
reads it learns that the flight was, for a while, where nobody had looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf

import numpy as np
from numpy.typing import NDArray

from geofences.path import TimedPath
from geofences.position import LocalFrame, distance_m
from geofences.zone import Medium
from orchestrator.flying.trip import Trip
from orchestrator.operations.planning.surroundings import Volumes
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule
from vehicles.telemetry import Telemetry

_LASTS_S = 3.0
"""One odd sample is none."""
Floats = NDArray[np.float64]
_MOVES_MPS = 1.0
_MOVED_M = 10.0
"""A home that is set anew where it takes off differs by an error of position."""
_BACK_M, _AHEAD_M = 20.0, 60.0
"""So far before and beyond where it was last seen its way is looked at: it may come by twice."""


@dataclass(frozen=True, slots=True)
class Off:
    """How far a vehicle was from its way at most, metres; all of them 0 or more."""

    beside_m: float = 0.0
    above_m: float = 0.0
    below_m: float = 0.0

    def with_(self, beside_m: float, above_m: float) -> Off:
        """The most of these and of one more look; `above_m` is below 0 where it was lower."""
        return Off(max(self.beside_m, beside_m), max(self.above_m, above_m), max(self.below_m, -above_m))


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A way in a plane: corners (east, north, level, metres), and how far along each lies.

    A vehicle within `beside_m` and `high_m` of it is where it was verified: as much as a fleet reserves.
    """

    frame: LocalFrame
    corners: Floats
    along_m: Floats
    beside_m: float
    high_m: float

    def nearest(
        self, seen: Telemetry, level_m: float, from_m: float, until_m: float
    ) -> tuple[float, float, float]:
        """How far along the nearest place of a stretch is, and how far beside and above it a vehicle is.

        A part that is flown the other way does not count while it moves: it may come back as it went.
        """
        at, scale = self.frame.to_local(seen.position), np.array([self.beside_m, self.beside_m, self.high_m])
        begins_m, long_m = self.along_m[:-1], np.diff(self.along_m)
        ways, begins = np.diff(self.corners, axis=0) / scale, self.corners[:-1] / scale
        off = np.array([at.east_m, at.north_m, level_m]) / scale - begins
        share = (off * ways).sum(axis=1) / (ways**2).sum(axis=1)
        share = np.clip(share, np.clip((from_m - begins_m) / long_m, 0.0, 1.0), 1.0)
        share = np.minimum(share, np.clip((until_m - begins_m) / long_m, 0.0, 1.0))
        left = off - share[:, None] * ways
        away = np.linalg.norm(left, axis=1)
        away[(begins_m + long_m < from_m) | (begins_m > until_m)] = inf
        velocity = np.array([seen.east_mps, seen.north_mps, -seen.down_mps])
        if np.linalg.norm(velocity) > _MOVES_MPS:
            other = np.diff(self.corners, axis=0) @ velocity < 0.0
            away = away if np.isinf(away[~other]).all() else np.where(other, inf, away)
        n = int(away.argmin())
        east_m, north_m, above_m = (left[n] * scale).tolist()
        return float(begins_m[n] + share[n] * long_m[n]), hypot(east_m, north_m), above_m


def course(timed: TimedPath, profile: VehicleProfile) -> Course:
    """The course of a timed path of an aircraft."""
    frame, allowed = LocalFrame(timed.points[0].waypoint.position), Volumes()
    corners: list[tuple[float, float, float]] = []
    for waypoint in timed.path.waypoints:
        at = frame.to_local(waypoint.position)
        corner = (at.east_m, at.north_m, waypoint.level_m)
        if not corners or corner != corners[-1]:  # a wait is no way
            corners.append(corner)
    placed = np.array(corners)
    along_m = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(placed, axis=0), axis=1))))
    beside_m = profile.radius_m + profile.nav_error_m + allowed.lateral_m
    return Course(frame, placed, along_m, beside_m, allowed.vertical_m)


class Straying:
    """Holds a flight to its course; `datums_m` are what its heights are told from.

    None is home, and a figure the sea: how high home was above it when the plan was read. A plan that has
    both is held to the one that it is nearer to: home's own height is corrected in flight, by some metres.
    """

    def __init__(self, way: Course, cruise_mps: float, datums_m: Sequence[float | None]) -> None:
        self.most = Off()
        self._way = way
        self._cruise_mps = cruise_mps
        self._datums_m = datums_m
        self._along_m = 0.0
        self._seen_at_s: float | None = None
        self._since_s: dict[str, float] = {}
        self._told: set[str] = set()
        self._home_is_moved = False
        self.texts: list[str] = []
        """All that was told so far."""

    def look(self, seen: Telemetry) -> tuple[str, ...]:
        """What is to be told of a sample of a vehicle on its way, once for each direction; mostly nothing."""
        at_s = seen.heard_at_s
        if at_s == self._seen_at_s:
            return ()
        ahead_m = _AHEAD_M + 2.0 * self._cruise_mps * (at_s - (self._seen_at_s or at_s))
        self._seen_at_s = at_s
        stretch = self._along_m - _BACK_M, self._along_m + ahead_m
        found = [self._way.nearest(seen, level_m, *stretch) for level_m in self._levels_m(seen)]
        along_m, beside_m, above_m = min(found, key=lambda one: abs(one[2]))
        self._along_m = max(self._along_m, along_m)  # down to a door and up again is one line twice
        self.most = self.most.with_(beside_m, above_m)
        news = [*self._tell(seen, beside_m, above_m), *self._moved_home(seen)]
        self.texts += news
        return tuple(news)

    def in_the_end(self) -> tuple[str, ...]:
        """How far it was out at most, of what was told."""
        most = {"beside": self.most.beside_m, "above": self.most.above_m, "below": self.most.below_m}
        return tuple(
            f"At most it was {most[where]:.0f} m {where} its planned {_noun(where)}."
            for where in sorted(self._told)
        )

    def _moved_home(self, seen: Telemetry) -> list[str]:
        """Somebody set it elsewhere: its own return, and heights above home, go by what nobody verified."""
        if seen.home is None or self._home_is_moved:
            return []
        by_m = distance_m(seen.home.position, self._way.frame.origin)
        self._home_is_moved = by_m > _MOVED_M
        text = f"Its home was moved by {by_m:.0f} m, to {seen.home.position}: its own return leads there."
        return [text] if self._home_is_moved else []

    def _levels_m(self, seen: Telemetry) -> list[float]:
        amsl_m = seen.alt_amsl_m
        levels = [amsl_m - sea_m for sea_m in self._datums_m if not (sea_m is None or amsl_m is None)]
        return [seen.height_agl_m, *levels] if None in self._datums_m or not levels else levels

    def _tell(self, seen: Telemetry, beside_m: float, above_m: float) -> list[str]:
        way, at_s, texts = self._way, seen.heard_at_s, []
        looks = (
            ("beside", beside_m, way.beside_m),
            ("above", above_m, way.high_m),
            ("below", -above_m, way.high_m),
        )
        for where, off_m, allowed_m in looks:
            if off_m <= allowed_m:
                self._since_s.pop(where, None)
            elif at_s - self._since_s.setdefault(where, at_s) >= _LASTS_S and where not in self._told:
                self._told.add(where)
                place = f"at {seen.position}, {seen.height_agl_m:.0f} m above home"
                texts.append(f"It is {off_m:.0f} m {where} its planned {_noun(where)}, {place}.")
        return texts


def straying(trip: Trip, profile: VehicleProfile) -> Straying | None:
    """What holds a flight of that trip to its way; None for what does not fly."""
    if profile.medium is not Medium.AIR:
        return None
    timed = schedule(profile, trip.plan.mission.legs, 0.0).timed
    return Straying(course(timed, profile), profile.cruise_mps, trip.datums_m)


def _noun(where: str) -> str:
    return "way" if where == "beside" else "height"
