"""Facts about parcels of which nobody knows any more who holds them, and what a person found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.orders.order import HubId
from vehicles.mission import ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class CustodyDoubted:
    """A vehicle does not say any more that it holds a parcel: it counts as aboard until a person has looked.

    `position` is where the vehicle last said that it holds it, as far as that is known; else where it stands.
    """

    vehicle_id: VehicleId
    parcel_id: ParcelId
    position: GeoPoint
    reasons: tuple[Reason, ...]


class Found(Enum):
    """Where a person found a parcel, or did not."""

    SHELF = "shelf"
    """On its hub's shelf."""

    ABOARD = "aboard"
    """Still aboard the vehicle."""

    LOST = "lost"
    """Nowhere."""


@dataclass(frozen=True, slots=True)
class CustodyTold:
    """Where a parcel of `hub_id` is that was in doubt or lost, as `by` says, who has looked."""

    parcel_id: ParcelId
    found: Found
    hub_id: HubId
    by: str


CustodyFact = CustodyDoubted | CustodyTold
