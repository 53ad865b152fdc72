"""Facts about ways that cannot be flown as planned any more: what bars them, and the way home instead."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from geofences.reason import Reason
from geofences.zone import ZoneId
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import MissionId, VehicleId


@dataclass(frozen=True, slots=True)
class WayClosed:
    """An area that was closed bars the way of a mission with its parcel aboard or under way.

    `position` and `at_s` tell where and when it would first come in; None for a vehicle that is on its way
    home already, since the mission was given up: where that leads is planned from where it is.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    zone_id: ZoneId
    reasons: tuple[Reason, ...]
    position: GeoPoint | None = None
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class AirTaken:
    """A flight that was given up takes other air than it had reserved: noted before it is sent there.

    Its way home, or to a landing besides, verified like any plan and free of other flights where that was to
    be had; the straight line of its autopilot's own return, at any height; or where it hovers.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    intent: OperationalIntent


@dataclass(frozen=True, slots=True)
class MayMeet:
    """Another of our own aircraft, which does not keep to its plan, may be in a flight's way: it goes around.

    `position` and `at_s` (fleet time) tell where and when the two could first share a place.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    other_id: VehicleId
    reasons: tuple[Reason, ...]
    position: GeoPoint
    at_s: float


WayFact = WayClosed | AirTaken | MayMeet
