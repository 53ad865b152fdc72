"""Facts about hubs, orders and waiting parcels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.reason import Reason
from orchestrator.orders.order import DropOffPlace, Hub, HubId, Order, OrderId
from vehicles.mission import ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class HubOpened:
    """A hub takes part from now on."""

    hub: Hub


@dataclass(frozen=True, slots=True)
class HubClosed:
    """A hub takes part no more: the configuration has it no longer."""

    hub_id: HubId


@dataclass(frozen=True, slots=True)
class HubBehind:
    """More waits at a hub than its vehicles bring in time; with nothing late, it keeps up again.

    Of `waiting` parcels `late` are expected after their deadline, the worst by `by_s`, and `unplanned` by
    nobody so far.
    """

    hub_id: HubId
    waiting: int
    late: int
    unplanned: int
    by_s: float


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
class ParcelExpected:
    """Who is to carry a waiting parcel, and when it is to be handed over, as things stand (UTC seconds).

    Journaled when that is news: another vehicle, or a hand-over some minutes earlier or later.
    """

    parcel_id: ParcelId
    vehicle_id: VehicleId
    handover_at_s: float


@dataclass(frozen=True, slots=True)
class OrderSourced:
    """An order that may come from several hubs is brought from `hub_id` from now on, and why.

    Of the first choice and of every later one; what was taken off a shelf once stays where it is.
    """

    order_id: OrderId
    hub_id: HubId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PlaceChosen:
    """Somebody, its recipient as a rule, would have an order go to this one of the places that will do."""

    order_id: OrderId
    place: DropOffPlace
    by: str


class Wish(Enum):
    """What an operator may want of the dispatcher for an order, or take back again."""

    PIN = "pin"
    FORBID = "forbid"
    HOLD = "hold"
    PRIORITISE = "prioritise"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class DispatchOverridden:
    """A person decided about an order's dispatch: until taken back, the dispatcher keeps to it.

    PIN: `vehicle_id` and no other; FORBID: not that one; HOLD: nobody, for now; PRIORITISE: it counts
    `weight_frac` times as much as others; RELEASE: everything said of the order before is taken back.
    """

    order_id: OrderId
    wish: Wish
    by: str
    vehicle_id: VehicleId | None = None
    weight_frac: float = 1.0


@dataclass(frozen=True, slots=True)
class ParcelReturned:
    """A parcel that could not be handed over is back on its hub's shelf."""

    parcel_id: ParcelId
    hub_id: HubId


OrderFact = (
    HubOpened
    | HubClosed
    | HubBehind
    | OrderPlaced
    | OrderCancelled
    | ParcelDeferred
    | ParcelExpected
    | DispatchOverridden
    | OrderSourced
    | ParcelReturned
    | PlaceChosen
)
