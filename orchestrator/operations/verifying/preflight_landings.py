"""The independent check of where else a flight may land: a known place, a free way there, energy for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geofences.airways.relief import as_flown
from geofences.path import TimedPath, Waypoint
from geofences.position import LocalFrame, LocalPoint, distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.record.events import MissionPlanned
from orchestrator.record.state import VehicleState
from vehicles.energy import mission_energy_wh
from vehicles.handover import HOVER_RELEASE
from vehicles.mission import Alternate, Dock, DropOff, LandingPlace, Leg, Travel
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_OFF_M = 1.0
"""Two places so near each other, and heights, are the same."""
_TO_KEEP_FRAC = 0.5
"""Of the reserve, where it lands because it cannot go on."""


def landing_reasons(
    planned: MissionPlanned,
    timed: TimedPath,
    vehicle: VehicleState,
    battery_frac: float,
    surroundings: Surroundings,
) -> Iterator[Reason]:
    """What speaks against the alternates of a mission that flies along `timed`.

    All of its parcels count as aboard: where it turns aside, it may not have handed them over.
    """
    profile, legs = vehicle.profile, planned.mission.legs
    places = (*surroundings.rally, LandingPlace("home", vehicle.pad.at))
    lasts_s = max(1e-9, timed.ends_at_s - timed.starts_at_s)
    start_wh = (battery_frac - _TO_KEEP_FRAC * profile.reserve_frac) * profile.battery_wh
    aboard = [leg for leg in legs if isinstance(leg, DropOff)]
    for one in planned.alternates:
        at_s, there = timed.starts_at_s + one.dearest_after_s, one.path.waypoints[-1]
        way: list[Leg] = [
            Travel(one.path, profile.cruise_mps),
            *(replace(leg, at=there, service_s=0.0, handover=HOVER_RELEASE) for leg in aboard),
            Dock(there),
        ]
        against = [
            *_elsewhere(one, _place_at(timed, at_s), places),
            *_broken(way, at_s, profile, surroundings),
        ]
        left_wh = start_wh - planned.energy_wh * one.dearest_after_s / lasts_s
        if mission_energy_wh(profile, way, surroundings.air_for(profile)) > left_wh:
            against.append("takes more than the battery holds then")
        for text in against:
            yield Reason(Because.ZONE, one.name, f"The way to landing place {one.name} {text}.")


def _elsewhere(one: Alternate, here: Waypoint, places: Sequence[LandingPlace]) -> Iterator[str]:
    begins, ends = one.path.waypoints[0], one.path.waypoints[-1]
    if not _same(begins, here):
        yield "does not begin where the flight is then"
    if not any(_same(ends, place.at) and _same(one.at, place.at) for place in places):
        yield "ends where nobody keeps a place to land free"


def _same(a: Waypoint, b: Waypoint) -> bool:
    return distance_m(a.position, b.position) <= _OFF_M and abs(a.height_agl_m - b.height_agl_m) <= _OFF_M


def _broken(
    way: Sequence[Leg], at_s: float, profile: VehicleProfile, surroundings: Surroundings
) -> Iterator[str]:
    """Flown from then, or as much later as the flight may be."""
    airspace, margins = surroundings.airspace, surroundings.margins_for(profile)
    for later_s in (0.0, surroundings.volumes.late_s):
        flown = as_flown(schedule(profile, way, at_s + later_s).timed, airspace.ground)
        yield from (found.reason.text for found in airspace.breaks(flown, Medium.AIR, margins))


def _place_at(timed: TimedPath, at_s: float) -> Waypoint:
    """Where a flight is at an instant, its height above what it flies level over."""
    n = min(max(1, bisect_left([point.at_s for point in timed.points], at_s)), len(timed.points) - 1)
    a, b = timed.points[n - 1], timed.points[n]
    share = (at_s - a.at_s) / max(1e-9, b.at_s - a.at_s)
    frame = LocalFrame(a.waypoint.position)
    to = frame.to_local(b.waypoint.position)
    height_m = a.waypoint.height_agl_m + share * (b.waypoint.height_agl_m - a.waypoint.height_agl_m)
    return Waypoint(frame.to_geo(LocalPoint(share * to.east_m, share * to.north_m)), height_m)
