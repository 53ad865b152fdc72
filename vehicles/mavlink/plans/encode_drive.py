"""A drive as mission items."""

from __future__ import annotations

from typing import assert_never

from geofences.path import Waypoint
from geofences.position import GeoPoint, distance_m
from vehicles.mavlink.plans.items import Draft, on_the_pad_only
from vehicles.mission import Dock, DropOff, Mission, PickUp, Travel, Wait

STANDS_THERE_M = 5.0
"""A rover this near to the start of its path needs no waypoint there."""


def drive(draft: Draft, mission: Mission, number: int, here: GeoPoint | None) -> None:
    """Add the items of one leg. Raises `CannotSayError` where there are none that say it."""
    leg = mission.legs[number]
    match leg:
        case PickUp():
            on_the_pad_only(draft)
        case Travel(path, speed_mps):
            draft.set_speed(speed_mps)
            points = _without_start(path.waypoints, here) if draft.here is None else path.waypoints
            for waypoint in points:
                draft.go_on(_ground(waypoint), 0.0)
        case DropOff(at=at, service_s=service_s):
            draft.go_on(_ground(at), 0.0)
            draft.wait(service_s)
            draft.release()
        case Wait(service_s):
            draft.wait(service_s)
        case Dock(at):
            draft.go_on(_ground(at), 0.0)
        case _:
            assert_never(leg)


def _without_start(waypoints: tuple[Waypoint, ...], here: GeoPoint | None) -> tuple[Waypoint, ...]:
    if here is not None and distance_m(waypoints[0].position, here) <= STANDS_THERE_M:
        return waypoints[1:]
    return waypoints


def _ground(waypoint: Waypoint) -> Waypoint:
    return Waypoint(waypoint.position, 0.0)
