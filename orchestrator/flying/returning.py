"""The autopilot's own return from a flight, held against what is to be kept out of: as this vehicle flies it.

How it returns it is asked itself (`OwnReturn`). Where it does not tell, all heights count that it may have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from geofences.homing import met_going_home
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from orchestrator.flying.trip import LeftToIt, Start, Trip
from orchestrator.operations.planning.own_return import heights, own_return, places
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile

_NEAR_GOAL_M = 15.0
"""So near its goal a return may be as low as it begins: the most that the safe set lets RTL_MIN_DIST be."""
_OVER_IT_M = 1.0


def left_to_it(
    own: OwnReturn | None,
    ends: tuple[Waypoint, Waypoint],
    rally: Sequence[Waypoint],
    profile: VehicleProfile,
    least_m: float,
) -> tuple[tuple[LeftToIt, ...], tuple[Waypoint, ...]]:
    """The returns that it may fly between `ends` (from here, home), and the way of the likeliest.

    Where its height is not known it is `least_m` above its goal at least; both ends of what it may be are
    kept in mind, and the way is the highest.
    """
    here, home = ends
    if own is not None and not own.unreckoned:
        ways = [own.way(here, goal, home) for goal in own.goals(here, home, rally)]
        chosen = min(ways, key=lambda way: distance_m(way[-1].position, here.position))
        return tuple(LeftToIt((up, over), up.height_agl_m) for up, over, _ in ways), chosen
    goal = min((home, *rally), key=lambda one: distance_m(one.position, here.position))
    near = distance_m(goal.position, here.position) <= _NEAR_GOAL_M
    low_m = max(here.height_agl_m, 0.0 if near else goal.height_agl_m + least_m)
    high_m = max(here.height_agl_m, goal.height_agl_m + profile.max_cruise_height_agl_m)
    low = Waypoint(here.position, low_m), Waypoint(goal.position, low_m)
    way = Waypoint(here.position, high_m), Waypoint(goal.position, high_m), Waypoint(goal.position)
    return (LeftToIt(low, high_m),), way


def return_objections(
    trip: Trip, profile: VehicleProfile, start: Start, surroundings: Surroundings
) -> tuple[Reason, ...]:
    """Why the returns that a trip leaves to the autopilot must not be flown; empty when they may.

    Held against zones at every height between the least and the greatest that they may be flown at, for as
    long as the trip lasts; against buildings at the least, above which there are only fewer.
    """
    own = start.own
    if trip.returns and own is not None and own.unreckoned:
        return (Reason(Because.HEALTH, own.name, f"It is left to its own return, and {own.unreckoned}."),)
    margins, airspace = surroundings.margins_for(profile), surroundings.airspace
    until_s = start.at_s + trip.length_s + surroundings.volumes.late_s + (own.hovers_s if own else 0.0)
    seen: list[Reason] = []
    for left in trip.returns:
        zones = met_going_home(
            airspace,
            left.low,
            (left.high_m,),
            profile.medium,
            from_s=start.at_s,
            until_s=until_s,
            margins=margins,
        )
        line = TimedPath((TimedPoint(left.low[0], start.at_s), TimedPoint(left.low[1], until_s)))
        found = [broken.reason for broken in airspace.breaks(line, profile.medium, margins)]
        seen += [reason for reason in zones if reason is not None]
        seen += [reason for reason in found if reason.because is not Because.ZONE]
    how = "in a straight line" if own is None else f"at {own.height_m:g} m ({own.name})"
    return tuple(
        Reason(reason.because, reason.subject, f"Its own return, {how}, {reason.text}.")
        for reason in dict.fromkeys(seen)
    )


def return_notes(
    timed: TimedPath,
    profile: VehicleProfile,
    surroundings: Surroundings,
    own: OwnReturn | None,
    rally: Sequence[Waypoint] = (),
) -> tuple[str, ...]:
    """What whoever may have it return by itself from its way must know: nobody verifies that line.

    `timed` ends at home.
    """
    if own is None:
        found = own_return(timed, profile, surroundings)
        if found.crosses is None:
            return ()
        where = _where(found.free_agl_m)
        return (f"Its own return, straight home, is free {where}: {found.crosses.text}",)
    if own.unreckoned:
        return (f"Its own return was not looked at: {own.unreckoned}.",)
    met = next(_met(timed, profile, surroundings, own, rally), None)
    if met is None:
        return ()
    at, reason = met
    free_m = [
        height_m
        for height_m in heights(profile)
        if next(_met(timed, profile, surroundings, replace(own, height_m=height_m), rally), None) is None
    ]
    begun = f"from {at.position}, {at.height_agl_m:.0f} m up"
    what = f"Its own return at {own.height_m:g} m ({own.name}), {begun}, {reason.text}."
    return (f"{what} It is free {_where(free_m)}.",)


def _where(free_m: Sequence[float]) -> str:
    named = ", ".join(f"{height_m:.0f}" for height_m in free_m)
    return f"only at a height of {named} m" if named else "at no height that it may fly at"


def _met(
    timed: TimedPath,
    profile: VehicleProfile,
    surroundings: Surroundings,
    own: OwnReturn,
    rally: Sequence[Waypoint],
) -> Iterator[tuple[Waypoint, Reason]]:
    """From where a return meets what, all along the way."""
    margins, home = surroundings.margins_for(profile), timed.points[-1].waypoint
    for at in places(timed, surroundings.airspace.ground):
        for goal in own.goals(at.waypoint, home, rally):
            if distance_m(at.waypoint.position, goal.position) > _OVER_IT_M:
                line = _timed(at, own.way(at.waypoint, goal, home), profile, own.hovers_s)
                for broken in surroundings.airspace.breaks(line, profile.medium, margins):
                    yield at.waypoint, broken.reason


def _timed(
    at: TimedPoint, way: tuple[Waypoint, Waypoint, Waypoint], profile: VehicleProfile, hovers_s: float
) -> TimedPath:
    up, over, down = way
    up_s = at.at_s + (up.level_m - at.waypoint.level_m) / profile.climb_mps
    over_s = up_s + distance_m(up.position, over.position) / profile.cruise_mps
    down_s = over_s + hovers_s + max(0.0, over.level_m - down.level_m) / profile.descend_mps
    points = (at, TimedPoint(up, up_s), TimedPoint(over, over_s), TimedPoint(over, over_s + hovers_s))
    return TimedPath((*points, TimedPoint(down, down_s)))
