"""What one vehicle is asked to do, independent of any protocol.

A `Mission` is a list of legs done in order. It always ends with a `Dock`: a mission carries its
own way home, so that a vehicle that nobody can reach any more still comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint

VehicleId = NewType("VehicleId", str)
ParcelId = NewType("ParcelId", str)
MissionId = NewType("MissionId", int)
"""1 to 2**32 - 1, so that it fits MAVLink's `opaque_id`. Unique within a journal."""


@dataclass(frozen=True, slots=True)
class PickUp:
    """Take a parcel aboard at a hub: the vehicle stands on its pad or dock for `service_s` seconds."""

    parcel_id: ParcelId
    mass_kg: float
    at: Waypoint
    service_s: float


@dataclass(frozen=True, slots=True)
class Travel:
    """Follow a path at `speed_mps` over ground; climbs and descents are part of the path."""

    path: Path
    speed_mps: float


@dataclass(frozen=True, slots=True)
class DropOff:
    """Hand a parcel over at `at` (a hover height for drones, ground for robots), taking `service_s`."""

    parcel_id: ParcelId
    mass_kg: float
    at: Waypoint
    service_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay where the vehicle is for `service_s` seconds."""

    service_s: float


@dataclass(frozen=True, slots=True)
class Dock:
    """Land on, or drive onto, the pad or dock at `at`, and shut down (disarmed) there."""

    at: Waypoint


Leg = PickUp | Travel | DropOff | Wait | Dock


@dataclass(frozen=True, slots=True)
class Mission:
    """Legs for one vehicle, in order, at least one, the last one a `Dock`.

    Raises `ValueError` for an id out of range or a mission that does not end docked.
    """

    mission_id: MissionId
    vehicle_id: VehicleId
    legs: tuple[Leg, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.mission_id < 2**32:
            raise ValueError(f"mission_id: {self.mission_id} is not within 1..2**32-1")
        if not self.legs or not isinstance(self.legs[-1], Dock):
            raise ValueError("legs: a mission must end with a Dock")


@dataclass(frozen=True, slots=True)
class KeepOut:
    """A ring the autopilot's own fence must not let the vehicle into: at least 3 corners, open."""

    zone_id: str
    corners: tuple[GeoPoint, ...]


@dataclass(frozen=True, slots=True)
class VehiclePlan:
    """What a vehicle is given as one transaction: mission, fence and rally points (heights AGL)."""

    mission: Mission
    keep_outs: tuple[KeepOut, ...] = ()
    rally_points: tuple[Waypoint, ...] = ()
