"""The autopilot's own return: straight home at one height, whatever stands there.

PX4 (RTL_TYPE 0) and ArduPilot (RTL) climb to a height that is a parameter, fly straight to home or a nearer
rally point, and land; neither looks at the fence on the way. The mission's own way home is verified and this
is not, so a lost link does not lead to it (docs/parameters.md); an empty battery and a pilot still do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import LocalFrame, LocalPoint, distance_m
from geofences.reason import Reason
from orchestrator.operations.surroundings import Surroundings
from vehicles.profile import VehicleProfile

_EVERY_M = 50.0
_LAYER_M = 15.0


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """The heights above ground that it may be flown at and meets nothing, from anywhere on the way.

    `crosses` is what it meets at another one; None when all are free.
    """

    free_agl_m: tuple[float, ...]
    crosses: Reason | None


def own_return(timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings) -> OwnReturn:
    """Whether the autopilot's own return may be left to itself on a flight along `timed`, and how high.

    Looked at from the way's corners and every 50 m between them, at the time it passes there, at heights
    every 15 m from the least that the profile cruises at to the most.
    """
    free_agl_m: list[float] = []
    crosses: Reason | None = None
    for layer in range(
        int((profile.max_cruise_height_agl_m - profile.min_cruise_height_agl_m) / _LAYER_M) + 1
    ):
        height_m = profile.min_cruise_height_agl_m + layer * _LAYER_M
        found = _met(timed, profile, surroundings, height_m)
        if found is None:
            free_agl_m.append(height_m)
        crosses = crosses or found
    return OwnReturn(tuple(free_agl_m), crosses)


def _met(
    timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings, height_m: float
) -> Reason | None:
    margins = surroundings.margins_for(profile)
    for line in _lines(timed, profile, height_m):
        broken = surroundings.airspace.breaks(line, profile.medium, margins)
        if broken:
            return broken[0].reason
    return None


def _lines(timed: TimedPath, profile: VehicleProfile, height_m: float) -> Iterator[TimedPath]:
    """From each place of the way: up, level to over home, down."""
    home = timed.points[-1].waypoint
    for at in _places(timed):
        away_m = distance_m(at.waypoint.position, home.position)
        if away_m < 1.0:
            continue
        up = Waypoint(at.waypoint.position, max(height_m, at.waypoint.height_agl_m))
        up_s = at.at_s + (up.height_agl_m - at.waypoint.height_agl_m) / profile.climb_mps
        home_s = up_s + away_m / profile.cruise_mps
        over = Waypoint(home.position, up.height_agl_m)
        down_s = home_s + over.height_agl_m / profile.descend_mps
        yield TimedPath(
            (at, TimedPoint(up, up_s), TimedPoint(over, home_s), TimedPoint(Waypoint(home.position), down_s))
        )


def _places(timed: TimedPath) -> Iterator[TimedPoint]:
    for a, b in pairwise(timed.points):
        frame = LocalFrame(a.waypoint.position)
        to = frame.to_local(b.waypoint.position)
        away_m = (to.east_m**2 + to.north_m**2) ** 0.5
        steps = max(1, int(away_m / _EVERY_M))
        for step in range(steps):
            share = step / steps
            height_m = a.waypoint.height_agl_m + share * (b.waypoint.height_agl_m - a.waypoint.height_agl_m)
            place = frame.to_geo(LocalPoint(share * to.east_m, share * to.north_m))
            yield TimedPoint(Waypoint(place, height_m), a.at_s + share * (b.at_s - a.at_s))
    yield timed.points[-1]
