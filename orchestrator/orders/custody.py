"""Who holds a parcel now. A parcel has exactly one keeper at every instant (invariant 5)."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from orchestrator.orders.order import HubId, LockerId
from vehicles.cargo import ParcelSize
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class WithSender:
    """With whoever sends it, at a shop or a door, until somebody fetches it."""


@dataclass(frozen=True, slots=True)
class AtHub:
    """On a hub's shelf: to be carried on, or, delivered, for whoever is to have it there."""

    hub_id: HubId


@dataclass(frozen=True, slots=True)
class OnVehicle:
    """Aboard a vehicle."""

    vehicle_id: VehicleId


@dataclass(frozen=True, slots=True)
class InLocker:
    """In a locker compartment: for the recipient, delivered as far as the fleet goes; or still to be fetched.

    `compartment` is the size of the one it lies in, where the locker's are known.
    """

    locker_id: LockerId
    compartment: ParcelSize | None = None


@dataclass(frozen=True, slots=True)
class WithRecipient:
    """Handed over."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Aboard a vehicle that nobody has heard of for too long; where and when it was last heard."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_heard_at_s: float


Keeper = WithSender | AtHub | OnVehicle | InLocker | WithRecipient | Lost
