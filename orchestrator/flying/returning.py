"""The autopilot's own return from a flight, held against what is to be kept out of: as this vehicle flies it.

How it returns it is asked itself (`OwnReturn`). Where it does not tell, all heights count that it may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geofences.homing import met_going_home
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from orchestrator.flying.trip import LeftToIt, Start, Trip
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.verifying.preflight_return import may_be, met_returning
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile

_NEAR_GOAL_M = 15.0
"""So near its goal a return may be as low as it begins: the most that the safe set lets RTL_MIN_DIST be."""


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
    if own is not None and own.unreckoned:
        return (f"Its own return was not looked at: {own.unreckoned}.",)
    ways = [
        one if own is None else replace(own, height_m=one.height_m) for one in may_be(profile, surroundings)
    ]
    met = {one.height_m: met_returning(timed, one, rally, profile, surroundings) for one in ways}
    crossed = next(filter(None, met.values()), None)
    if own is not None:
        crossed = met_returning(timed, own, rally, profile, surroundings)
    if crossed is None:
        return ()
    at, reason = crossed
    free = ", ".join(f"{height_m:.0f}" for height_m, found in met.items() if found is None)
    where = f"free only at a height of {free} m" if free else "free at no height that it may fly at"
    if own is None:
        return (f"Its own return, straight home, is {where}: {reason.text}",)
    begun = f"at {own.height_m:g} m ({own.name}), from {at.position}, {at.height_agl_m:.0f} m up"
    return (f"Its own return {begun}, {reason.text}. It is {where}.",)
