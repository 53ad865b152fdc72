"""When a vehicle is where: a mission's legs turned into a path with times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import assert_never

from geofences.path import TimedPath, TimedPoint, Waypoint
from vehicles.flight_pace import rise_s
from vehicles.handover import LandAndRelease, descent_m, stay_s
from vehicles.mission import Dock, DropOff, Leg, PickUp, Travel, Wait
from vehicles.pace import travel_s
from vehicles.profile import VehicleProfile
from vehicles.wing import LEAD_S, turns


@dataclass(frozen=True, slots=True)
class Schedule:
    """The timed path of a mission's moving part, and when each of its legs ends.

    Times are fleet time, UTC seconds. `timed` runs from take-off (or driving off) to standing
    docked. `leg_ends_at_s` has one entry for each leg; pick-ups before the first movement are
    over at the moment of departure.
    """

    timed: TimedPath
    leg_ends_at_s: tuple[float, ...]


def schedule(profile: VehicleProfile, legs: Sequence[Leg], depart_at_s: float) -> Schedule:
    """Time the legs of a mission that takes off (or drives off) at `depart_at_s`, UTC seconds.

    Each travel starts and ends at rest and slows for its corners (see `pace`); between two
    waypoints the timed path is uniform, which differs from the vehicle's own speeding up and
    slowing down by a few seconds, for which the volumes reserved around the path allow. A gap
    between where a leg ends and the next begins is travelled straight at cruise speed.
    Raises `ValueError` when no leg has a place, or the profile cannot move so.
    """
    points: list[TimedPoint] = []
    ends: list[float] = []
    now_s, rising = depart_at_s, False
    for leg in legs:
        here = points[-1].waypoint if points else None
        for waypoint, seconds in _moves(profile, leg, here, rising=rising):
            now_s += seconds
            points.append(TimedPoint(waypoint, now_s))
        service_s = _service_s(leg, moved=len(points) > 1)
        if service_s > 0.0 and points:
            points.append(TimedPoint(points[-1].waypoint, now_s + service_s))
        now_s += service_s
        for waypoint, seconds in _moves_after(profile, leg, points[-1].waypoint if points else None):
            now_s += seconds
            points.append(TimedPoint(waypoint, now_s))
        ends.append(now_s)
        rising = isinstance(leg, DropOff) and isinstance(leg.handover, LandAndRelease)
    if not points:
        raise ValueError("legs: none of them has a place")
    return Schedule(TimedPath(tuple(points)), tuple(ends))


def _moves(
    profile: VehicleProfile, leg: Leg, here: Waypoint | None, *, rising: bool
) -> list[tuple[Waypoint, float]]:
    """The waypoints that a leg passes, each with the seconds it takes to get there; `rising` as it begins."""
    match leg:
        case Travel(path=path):
            return _link(profile, here, path.waypoints[0]) + _along(profile, leg, rising=rising)
        case DropOff(at=at):
            arrive = _link(profile, here, at)
            low = _lowest(leg)
            return arrive if low == at else [*arrive, *_link(profile, at, low)]
        case PickUp(at=at) | Dock(at=at):
            return _link(profile, here, at)
        case Wait():
            return []
    assert_never(leg)


def _along(profile: VehicleProfile, leg: Travel, *, rising: bool) -> list[tuple[Waypoint, float]]:
    """A path as it is flown, turns on the wing included: each point with the seconds since the one before."""
    way = leg.path.waypoints
    seconds = travel_s(profile, way, leg.speed_mps, wing=leg.wing, rising=rising)
    bends = turns(profile, way, leg.speed_mps, wing=leg.wing)[1:]
    rows: list[tuple[Waypoint, float]] = []
    before_s = 0.0
    for at_s, passed in zip(accumulate(seconds), bends, strict=True):
        for number, waypoint in enumerate(passed):
            off_s = LEAD_S * (2.0 * number / (len(passed) - 1) - 1.0) if len(passed) > 1 else 0.0
            rows.append((waypoint, at_s + off_s - before_s))
            before_s = at_s + off_s
    return rows


def _moves_after(profile: VehicleProfile, leg: Leg, here: Waypoint | None) -> list[tuple[Waypoint, float]]:
    """Up again from where a parcel was set down; from the ground it climbs on without a stop."""
    if not isinstance(leg, DropOff):
        return []
    if isinstance(leg.handover, LandAndRelease):
        return [(leg.at, rise_s(profile, descent_m(leg.handover, leg.at.height_agl_m)))]
    return _link(profile, here, leg.at)


def _lowest(leg: DropOff) -> Waypoint:
    down_m = descent_m(leg.handover, leg.at.height_agl_m)
    return replace(leg.at, height_agl_m=leg.at.height_agl_m - down_m)


def _link(profile: VehicleProfile, here: Waypoint | None, to: Waypoint) -> list[tuple[Waypoint, float]]:
    if here is None:
        return [(to, 0.0)]
    if here == to:
        return []
    return [(to, travel_s(profile, (here, to), profile.cruise_mps)[0])]


def _service_s(leg: Leg, *, moved: bool) -> float:
    match leg:
        case PickUp(service_s=service_s):
            return service_s if moved else 0.0  # before the first movement it is done by departure
        case DropOff(service_s=service_s, handover=handover):
            return stay_s(handover, service_s)
        case Wait(service_s=service_s):
            return service_s
        case Travel() | Dock():
            return 0.0
    assert_never(leg)
