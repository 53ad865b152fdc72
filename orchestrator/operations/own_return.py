"""The autopilot's own return: straight home at one height, whatever stands there.

PX4 (RTL_TYPE 0) and ArduPilot (RTL) climb to a height that is a parameter, fly straight to home or a nearer
rally point, and land; neither looks at the fence on the way. The mission's own way home is verified, so
a lost link does not lead to this one (docs/parameters.md); an empty battery and a pilot still do. So a
flight is planned, and sent, only where some height lets it return through no zone, and the fleet itself
asks for a return only where every height does (docs/decisions/0027-own-returns.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geofences.homing import met_going_home
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import LocalFrame, LocalPoint, distance_m
from geofences.reason import Because, Reason
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
    for height_m in _heights(profile):
        found = next(_met(timed, profile, surroundings, height_m), None)
        if found is None:
            free_agl_m.append(height_m)
        crosses = crosses or found
    return OwnReturn(tuple(free_agl_m), crosses)


def may_be_given(
    place: Waypoint, timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> bool:
    """Whether an autopilot may have a rally point: it goes there by itself wherever that is nearer than home.

    At every height at which the way home is free the way there has to be too.
    """
    home = timed.points[-1].waypoint
    nearer = [at for at in _places(timed) if _away_m(at, place) < _away_m(at, home)]
    margins = surroundings.margins_for(profile)
    return not any(
        surroundings.airspace.breaks(line, profile.medium, margins)
        for height_m in own_return(timed, profile, surroundings).free_agl_m
        for line in _lines(nearer, place, profile, height_m)
    )


def _away_m(at: TimedPoint, place: Waypoint) -> float:
    return distance_m(at.waypoint.position, place.position)


def zone_closing_return(
    timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> Reason | None:
    """A zone for whose sake no height lets the vehicle return by itself on a flight along `timed`.

    The verifier's question, asked of lines and instants as `own_return` is. None: there is such a height.
    """
    first: Reason | None = None
    for height_m in _heights(profile):
        met = _met(timed, profile, surroundings, height_m)
        found = next((reason for reason in met if reason.because is Because.ZONE), None)
        if found is None:
            return None
        first = first or found
    return first and _told(first)


def zones_on_return(
    way: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
    from_s: float,
    until_s: float,
) -> tuple[Reason | None, ...]:
    """For each height that it may be flown at, a zone that it meets from somewhere on `way`; None: free.

    The planner's question, and that of whoever is about to ask for a return: `way` ends at home. Asked of
    all places at once and for the whole span (fleet time, UTC seconds), so never freer than the verifier's.
    """
    found = met_going_home(
        surroundings.airspace,
        way,
        tuple(_heights(profile)),
        profile.medium,
        from_s=from_s,
        until_s=until_s + _return_s(way, profile),
        margins=surroundings.margins_for(profile),
    )
    return tuple(reason and _told(reason) for reason in found)


def _heights(profile: VehicleProfile) -> Iterator[float]:
    lowest_m = profile.min_cruise_height_agl_m
    for layer in range(int((profile.max_cruise_height_agl_m - lowest_m) / _LAYER_M) + 1):
        yield lowest_m + layer * _LAYER_M


def _told(reason: Reason) -> Reason:
    return Reason(reason.because, reason.subject, f"Its own return, straight home, {reason.text}.")


def _return_s(way: Sequence[Waypoint], profile: VehicleProfile) -> float:
    """Seconds in which the longest of the returns is over."""
    away_m = max(distance_m(point.position, way[-1].position) for point in way)
    rates = 1.0 / profile.climb_mps + 1.0 / profile.descend_mps
    return away_m / profile.cruise_mps + profile.max_cruise_height_agl_m * rates


def _met(
    timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings, height_m: float
) -> Iterator[Reason]:
    margins = surroundings.margins_for(profile)
    for line in _lines(_places(timed), timed.points[-1].waypoint, profile, height_m):
        for broken in surroundings.airspace.breaks(line, profile.medium, margins):
            yield broken.reason


def _lines(
    places: Iterable[TimedPoint], home: Waypoint, profile: VehicleProfile, height_m: float
) -> Iterator[TimedPath]:
    """From each place: up, level to over home, down."""
    for at in places:
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
