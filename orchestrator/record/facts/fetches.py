"""Facts about parcels that are fetched away from hubs, or left behind there."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from geofences.reason import Reason
from vehicles.mission import MissionId, ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class ParcelFetched:
    """The vehicle took a parcel from its sender or a locker. `by` says so; empty: the vehicle itself."""

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    position: GeoPoint
    by: str = ""


@dataclass(frozen=True, slots=True)
class ParcelNotFetched:
    """Where it was to be fetched a parcel was not given, and why: it stays there, and the mission goes on.

    It waits for another mission; `for_good`: for none any more, the sender does not give it.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    reasons: tuple[Reason, ...]
    for_good: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class ParcelTakenOff:
    """A parcel comes off a mission that has not begun, for `reasons`: it stays, or lies again, where it was.

    The mission goes on without it. Only who can pass a stop by has that: a person.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    reasons: tuple[Reason, ...]


FetchFact = ParcelFetched | ParcelNotFetched | ParcelTakenOff
