"""Orders and parcels as the record has them: where each stands, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from immutables import Map

from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.orders.custody import Keeper
from orchestrator.orders.order import DropOffPlace, HubId, Order, OrderId, Parcel
from orchestrator.record.events import Diversion, HandOverProved
from orchestrator.record.states.wishes import NO_WISHES, Wishes
from vehicles.mission import MissionId, VehicleId


class ParcelPhase(Enum):
    """Where a parcel stands on its way; the last five are ends."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNCOLLECTED = "uncollected"
    NOT_FETCHED = "not_fetched"


@dataclass(frozen=True, slots=True)
class Expected:
    """Who is to bring a waiting parcel, when, and the latest that was ever told (UTC seconds)."""

    vehicle_id: VehicleId
    handover_at_s: float
    told_until_s: float


@dataclass(frozen=True, slots=True)
class Doubt:
    """Nobody knows whether a parcel is still aboard: since when (UTC seconds), and where it last surely was.

    `seen_aboard_by`: who has looked and found it there; empty until then.
    """

    position: GeoPoint
    at_s: float
    seen_aboard_by: str = ""


@dataclass(frozen=True, slots=True)
class ParcelState:
    """One parcel, its one keeper, and why it waits where it does.

    `not_before_s`: after a mission for it came to nothing, it is not assigned again before then;
    `came_to_nothing` counts those missions. `declined_at_s`: who did not want it, and when (UTC seconds).
    `expected` is who is planned to bring it while it waits; `diverted` where it goes instead, and why.
    `proved` is what shows that it was handed over; `expired_at_s` since when it lies in a locker too long.
    `not_fetched` counts ways to its sender in vain; `came_back`: it was on its way once, and is no stock now.
    `absent_by`: who says that it was not in the compartment it was to be collected from. `doubt`: its vehicle
    did not say any more that it holds it.
    """

    parcel: Parcel
    order_id: OrderId
    keeper: Keeper
    phase: ParcelPhase
    mission_id: MissionId | None = None
    delivered_at_s: float | None = None
    reasons: tuple[Reason, ...] = ()
    not_before_s: float = 0.0
    came_to_nothing: int = 0
    declined_at_s: Map[VehicleId, float] = Map()  # noqa: RUF009 - it cannot be changed
    expected: Expected | None = None
    diverted: Diversion | None = None
    proved: HandOverProved | None = None
    expired_at_s: float | None = None
    not_fetched: int = 0
    came_back: bool = False
    absent_by: str = ""
    doubt: Doubt | None = None

    @property
    def in_doubt(self) -> bool:
        """Whether a person is to look for it."""
        return self.doubt is not None and not self.doubt.seen_aboard_by


@dataclass(frozen=True, slots=True)
class Sourced:
    """The one of several hubs that an order is brought from, since when (UTC seconds), and why."""

    hub_id: HubId
    at_s: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The one of its places that the recipient wants, and the missions that were planned before."""

    place: DropOffPlace
    not_by: tuple[MissionId, ...]


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order as placed, whether somebody took it back, and what operators decided about its dispatch.

    `mistaken_codes` counts what was shown for it at the door and was not its code.
    """

    order: Order
    cancelled_by: str | None = None
    wishes: Wishes = NO_WISHES
    mistaken_codes: int = 0
    sourced: Sourced | None = None
    chosen: Chosen | None = None

    @property
    def places(self) -> tuple[DropOffPlace, ...]:
        """Where it may go, the most welcome first: as its recipient chose, else as was asked for."""
        asked = self.order.places
        if self.chosen is None:
            return asked
        first = self.chosen.place
        return (first, *(place for place in asked if place != first))

    @property
    def drop_off(self) -> DropOffPlace:
        """Where it goes, if anybody can come there."""
        return self.places[0]

    @property
    def hub_id(self) -> HubId:
        """The hub whose vehicles bring it, and where it comes back to."""
        return self.order.hub_id if self.sourced is None else self.sourced.hub_id
