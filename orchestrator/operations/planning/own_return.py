"""The autopilot's own return: straight home at one height, whatever stands there.

PX4 (RTL_TYPE 0) and ArduPilot (RTL) climb to a height that is a parameter, fly straight to home or a nearer
rally point, and land; neither looks at the fence on the way. The mission's own way home is verified, so
a lost link does not lead to this one (docs/parameters.md); an empty battery and a pilot still do. So a
flight is planned, and sent, only where the vehicle's own height lets it return through no zone; where it does
not tell, where some height does, and the fleet itself asks for a return only where every height does
(docs/decisions/0027-own-returns.md, 0065).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from geofences.homing import least_over_ground_m, met_going_home
from geofences.path import TimedPath, Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.verifying.heights import is_uneven
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile

_LAYER_M = 15.0


def may_be_given(
    place: Waypoint,
    timed: TimedPath,
    profile: VehicleProfile,
    surroundings: Surroundings,
    own: OwnReturn | None,
) -> bool:
    """Whether an autopilot may have a rally point: it goes there by itself wherever that is nearer than home.

    At every height that it may return at the way there has to be free.
    """
    way = [point.waypoint for point in timed.points]
    for a, b in pairwise(way):
        if min(_nearer_m(a, place, way[-1]), _nearer_m(b, place, way[-1])) >= 0.0:
            continue
        part, until_s = (a, b, place), timed.ends_at_s
        met = zones_on_return(part, profile, surroundings, timed.starts_at_s, until_s, own=own)
        if any(met) or ground_on_return(part, profile, surroundings, own):
            return False
    return True


def _nearer_m(at: Waypoint, place: Waypoint, home: Waypoint) -> float:
    return distance_m(at.position, place.position) - distance_m(at.position, home.position)


def ground_on_return(
    way: Sequence[Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
    own: OwnReturn | None,
) -> Reason | None:
    """The ground that it comes too near to from somewhere on `way`, at the least height that it may have.

    `way` ends at home. It tells how high would be high enough. None over flat ground.
    """
    airspace = surroundings.airspace
    if not is_uneven(airspace.ground) or profile.medium is not Medium.AIR:
        return None
    height_m, margin_m = next(heights(profile, surroundings, own)), surroundings.margins.vertical_m
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
    *,
    own: OwnReturn | None,
) -> tuple[Reason | None, ...]:
    """For each height above home that it may be flown at, a zone that it meets from somewhere on `way`.

    None: it meets none. The planner's question, and that of whoever is about to ask for a return: `way` ends
    at home. Asked of all places at once and for the whole span (fleet time, UTC seconds).
    """
    found = met_going_home(
        surroundings.airspace,
        way,
        tuple(heights(profile, surroundings, own)),
        profile.medium,
        from_s=from_s,
        until_s=until_s + _return_s(way, profile),
        margins=surroundings.margins_for(profile),
    )
    return tuple(reason and _told(reason) for reason in found)


def heights(profile: VehicleProfile, surroundings: Surroundings, own: OwnReturn | None) -> Iterator[float]:
    """Heights above home that it may return at, the lowest first: every 15 m, where it does not tell."""
    if own is not None:
        yield own.height_m
        return
    lowest_m = surroundings.return_height_for_m(profile)
    for layer in range(int(max(0.0, profile.max_cruise_height_agl_m - lowest_m) / _LAYER_M) + 1):
        yield lowest_m + layer * _LAYER_M


def _told(reason: Reason) -> Reason:
    return Reason(reason.because, reason.subject, f"Its own return, straight home, {reason.text}.")


def _return_s(way: Sequence[Waypoint], profile: VehicleProfile) -> float:
    """Seconds in which the longest of the returns is over."""
    away_m = max(distance_m(point.position, way[-1].position) for point in way)
    rates = 1.0 / profile.climb_mps + 1.0 / profile.descend_mps
    return away_m / profile.cruise_mps + profile.max_cruise_height_agl_m * rates
