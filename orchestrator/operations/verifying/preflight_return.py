"""The independent check of an autopilot's own return: from anywhere on a way, as this vehicle flies it.

How it returns it tells itself (`OwnReturn`, from its parameters); where it does not, each height counts that
it may have. Looked at from places so near each other that no zone hides between two of the lines: twice the
distance that is kept from zones. The planner asks of triangles instead (`geofences.homing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import ceil

from geofences.ground.terrain import Terrain
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import LocalFrame, distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import between, is_uneven
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile

_OVER_IT_M = 1.0
_LAYER_M = 15.0


def return_reasons(
    ways: Iterable[TimedPath],
    own: OwnReturn | None,
    rally: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
) -> tuple[Reason, ...]:
    """Why a vehicle must not be left alone on one of `ways`, which end at home; empty when it may.

    Zones and hills count: buildings are what the height is for. Where it does not tell its height, some
    height has to be free of zones, and the least free of hills, for higher is always freer.
    """
    if own is not None and own.unreckoned:
        return (Reason(Because.HEALTH, own.name, f"Its own return cannot be reckoned: {own.unreckoned}."),)
    ways, airspace = tuple(ways), surroundings.airspace.without_obstacles()
    if not airspace.blocks and not is_uneven(airspace.ground):
        return ()
    first: list[Reason] = []
    for one in (own,) if own is not None else may_be(profile, surroundings):
        lines = [line for way in ways for _, line in _lines(way, one, rally, profile, surroundings)]
        met = airspace.any_breaks(lines, profile.medium, surroundings.margins_for(profile)) if lines else ()
        found = [b.reason for b in met if b.reason.because in {Because.ZONE, Because.TERRAIN}]
        hills = [reason for reason in found if reason.because is Because.TERRAIN]
        if not first and hills:
            low = f"{hills[0].text}: {one.height_m:g} m above home is too low ({one.name})"
            return (_told(replace(hills[0], text=low), own),)
        if not found:
            return ()
        first = first or found
    return (_told(first[0], own),)


def met_returning(
    way: TimedPath,
    own: OwnReturn,
    rally: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
) -> tuple[Waypoint, Reason] | None:
    """The first place on a way, and what its own return from there meets, buildings too."""
    airspace, margins = surroundings.airspace, surroundings.margins_for(profile)
    for at, line in _lines(way, own, rally, profile, surroundings):
        met = airspace.breaks(line, profile.medium, margins)
        if met:
            return at, met[0].reason
    return None


def may_be(profile: VehicleProfile, surroundings: Surroundings) -> Iterator[OwnReturn]:
    """Straight home at each height that the safe set lets it have, every 15 m, the lowest first."""
    least_m = surroundings.return_height_for_m(profile)
    for layer in range(int(max(0.0, profile.max_cruise_height_agl_m - least_m) / _LAYER_M) + 1):
        yield OwnReturn("area.return_height_m", least_m + layer * _LAYER_M, above_home=True)


def _told(reason: Reason, own: OwnReturn | None) -> Reason:
    how = "straight home" if own is None else f"at {own.height_m:g} m ({own.name})"
    return Reason(reason.because, reason.subject, f"Its own return, {how}, {reason.text}.")


def _lines(
    way: TimedPath,
    own: OwnReturn,
    rally: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
) -> Iterator[tuple[Waypoint, TimedPath]]:
    """Its own return from all along the way: up, level to over its goal, down."""
    every_m, ground = surroundings.margins_for(profile).lateral_m, surroundings.airspace.ground
    home = way.points[-1].waypoint
    elsewhere = [place for place in rally if distance_m(place.position, home.position) > _OVER_IT_M]
    for at in _places(way, 2.0 * every_m, ground):
        for goal in own.goals(at.waypoint, home, elsewhere):
            if distance_m(at.waypoint.position, goal.position) > _OVER_IT_M:
                yield at.waypoint, _timed(at, own.way(at.waypoint, goal, home), profile, own.hovers_s)


def _places(way: TimedPath, every_m: float, ground: Terrain | None) -> Iterator[TimedPoint]:
    """Its corners, and between them as many as it takes."""
    for a, b in pairwise(way.points):
        frame = LocalFrame(a.waypoint.position)
        count = max(1, ceil(distance_m(a.waypoint.position, b.waypoint.position) / every_m))
        yield a
        for n in range(1, count):
            place = between(ground, frame, (a.waypoint, b.waypoint), n / count)
            yield TimedPoint(place, a.at_s + n / count * (b.at_s - a.at_s))
    yield way.points[-1]


def _timed(
    at: TimedPoint, way: tuple[Waypoint, Waypoint, Waypoint], profile: VehicleProfile, hovers_s: float
) -> TimedPath:
    up, over, down = way
    up_s = at.at_s + (up.level_m - at.waypoint.level_m) / profile.climb_mps
    over_s = up_s + distance_m(up.position, over.position) / profile.cruise_mps
    down_s = over_s + hovers_s + max(0.0, over.level_m - down.level_m) / profile.descend_mps
    points = (at, TimedPoint(up, up_s), TimedPoint(over, over_s), TimedPoint(over, over_s + hovers_s))
    return TimedPath((*points, TimedPoint(down, down_s)))
