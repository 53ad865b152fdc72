"""Facts about hubs, orders and waiting parcels."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.reason import Reason
from orchestrator.orders.order import Hub, HubId, Order, OrderId
from vehicles.mission import ParcelId


@dataclass(frozen=True, slots=True)
class HubOpened:
    """A hub takes part from now on."""

    hub: Hub


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order passed intake: from now on it is delivered, or it says why not."""

    order: Order


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """A person took an order back. Parcels already aboard come back to the hub."""

    order_id: OrderId
    by: str


@dataclass(frozen=True, slots=True)
class ParcelDeferred:
    """A parcel still waits, and why. Journaled when that is news: other lasting reasons, or late by now."""

    parcel_id: ParcelId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ParcelReturned:
    """A parcel that could not be handed over is back on its hub's shelf."""

    parcel_id: ParcelId
    hub_id: HubId


OrderFact = HubOpened | OrderPlaced | OrderCancelled | ParcelDeferred | ParcelReturned
