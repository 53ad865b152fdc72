"""The autopilot's own return: straight home at one height, whatever stands there.

PX4 (RTL_TYPE 0) and ArduPilot (RTL) climb to a height that is a parameter, fly straight to home or a nearer
rally point, and land; neither looks at the fence on the way. The mission's own way home is verified, so
a lost link does not lead to this one (docs/parameters.md); an empty battery and a pilot still do. So a
flight is planned, and sent, only where some height lets it return through no zone, and the fleet itself
asks for a return only where every height does (docs/decisions/0027-own-returns.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from geofences.airspace import Airspace, Margins
from geofences.ground.terrain import Terrain
from geofences.homing import least_over_ground_m, met_going_home
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import LocalFrame, distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import between, is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.profile import VehicleProfile

_EVERY_M = 50.0
_LAYER_M = 15.0


@dataclass(frozen=True, slots=True)
class OwnReturn:
    """The heights above home that it may be flown at and meets nothing, from anywhere on the way.

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
    for height_m in heights(profile):
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
    nearer = [
        at for at in places(timed, surroundings.airspace.ground) if _away_m(at, place) < _away_m(at, home)
    ]
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
    for height_m in heights(profile):
        met = _met(timed, profile, surroundings, height_m)
        found = next((reason for reason in met if reason.because is Because.ZONE), None)
        if found is None:
            return None
        first = first or found
    return first and _told(first)


def hill_closing_return(
    timed: TimedPath, profile: VehicleProfile, surroundings: Surroundings
) -> Reason | None:
    """The ground, where a return by itself from a flight along `timed` would come too near to it.

    The verifier's question: at the least height that it may return at, from where `own_return` looks. Higher
    is always freer. None over flat ground.
    """
    airspace = surroundings.airspace
    if not is_uneven(airspace.ground):
        return None
    height_m = surroundings.return_height_for_m(profile)
    bare = Airspace(airspace.frame, (), (), airspace.ground)
    margins = Margins(0.0, surroundings.margins.vertical_m)
    home = timed.points[-1].waypoint
    for line in _lines(places(timed, airspace.ground), home, profile, height_m):
        for broken in bare.breaks(line, profile.medium, margins):
            where = f"{broken.reason.text} at {broken.position}"
            return _hill(f"{where}: {height_m:g} m above home is too low (area.return_height_m)")
    return None


def ground_on_return(
    way: Sequence[Waypoint], profile: VehicleProfile, surroundings: Surroundings
) -> Reason | None:
    """The planner's form of that: `way` ends at home. It tells how high would be high enough."""
    airspace = surroundings.airspace
    if not is_uneven(airspace.ground) or profile.medium is not Medium.AIR:
        return None
    height_m, margin_m = surroundings.return_height_for_m(profile), surroundings.margins.vertical_m
    least_m = least_over_ground_m(airspace, way, height_m)
    if least_m is None:
        return _hill("leads over ground whose height is not known")
    if least_m >= margin_m:
        return None
    enough_m = ceil(height_m + margin_m - least_m)
    text = f"comes within {margin_m:g} m of the ground at {height_m:g} m above home"
    return _hill(f"{text}; {enough_m} m would clear it (area.return_height_m)")


def _hill(text: str) -> Reason:
    return _told(Reason(Because.TERRAIN, "terrain", text))


def zones_on_return(
    way: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
    from_s: float,
    until_s: float,
) -> tuple[Reason | None, ...]:
    """For each height above home that it may be flown at, a zone that it meets from somewhere on `way`.

    None: it meets none. The planner's question, and that of whoever is about to ask for a return: `way` ends
    at home. Asked of all places at once and for the whole span (fleet time, UTC seconds), so never freer than
    the verifier's.
    """
    found = met_going_home(
        surroundings.airspace,
        way,
        tuple(heights(profile)),
        profile.medium,
        from_s=from_s,
        until_s=until_s + _return_s(way, profile),
        margins=surroundings.margins_for(profile),
    )
    return tuple(reason and _told(reason) for reason in found)


def heights(profile: VehicleProfile) -> Iterator[float]:
    """Heights above home that a vehicle of this kind may return at, every 15 m, the lowest first."""
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
    for line in _lines(
        places(timed, surroundings.airspace.ground), timed.points[-1].waypoint, profile, height_m
    ):
        for broken in surroundings.airspace.breaks(line, profile.medium, margins):
            yield broken.reason


def _lines(
    places: Iterable[TimedPoint], home: Waypoint, profile: VehicleProfile, height_m: float
) -> Iterator[TimedPath]:
    """From each place: up to `height_m` above home, level to over home, down."""
    for at in places:
        away_m = distance_m(at.waypoint.position, home.position)
        if away_m < 1.0:
            continue
        here = at.waypoint
        level_m = max(home.ground_amsl_m + height_m, here.level_m)
        up = replace(here, height_agl_m=level_m - here.ground_amsl_m)
        up_s = at.at_s + (up.height_agl_m - here.height_agl_m) / profile.climb_mps
        home_s = up_s + away_m / profile.cruise_mps
        over = replace(home, height_agl_m=level_m - home.ground_amsl_m)
        down_s = home_s + over.height_agl_m / profile.descend_mps
        down = replace(home, height_agl_m=0.0)
        yield TimedPath((at, TimedPoint(up, up_s), TimedPoint(over, home_s), TimedPoint(down, down_s)))


def places(timed: TimedPath, ground: Terrain | None) -> Iterator[TimedPoint]:
    """A way's corners and a place every 50 m between them, at the times it passes there, in order."""
    for a, b in pairwise(timed.points):
        frame = LocalFrame(a.waypoint.position)
        to = frame.to_local(b.waypoint.position)
        away_m = (to.east_m**2 + to.north_m**2) ** 0.5
        steps = max(1, int(away_m / _EVERY_M))
        for step in range(steps):
            share = step / steps
            at = between(ground, frame, (a.waypoint, b.waypoint), share)
            yield TimedPoint(at, a.at_s + share * (b.at_s - a.at_s))
    yield timed.points[-1]
