"""What somebody asks for: values of the right type, not yet checked against anything."""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.orders.order import DropOffPlace, HubId, Order, OrderId, PickUpPlace
from vehicles.cargo import ParcelSize, Skill, Temperature


@dataclass(frozen=True, slots=True)
class ParcelRequest:
    """A thing to be carried: kilograms, which compartments take it, how it is kept, for how many seconds."""

    mass_kg: float
    size: ParcelSize = ParcelSize.MEDIUM
    temperature: Temperature = Temperature.AMBIENT
    most_aboard_s: float | None = None


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """A wish. Its fields mean what those of an `Order` do; times are fleet time, UTC seconds."""

    order_id: OrderId
    hub_id: HubId
    parcels: tuple[ParcelRequest, ...]
    drop_off: DropOffPlace
    deadline_s: float
    placed_by: str
    alternatives: tuple[DropOffPlace, ...] = ()
    ready_at_s: float | None = None
    earliest_at_s: float | None = None
    skills: tuple[Skill, ...] = ()
    also_at: tuple[HubId, ...] = ()
    pick_up: PickUpPlace | None = None

    @property
    def hub_ids(self) -> tuple[HubId, ...]:
        """Every hub that it names."""
        return (self.hub_id, *self.also_at)

    @property
    def places(self) -> tuple[DropOffPlace, ...]:
        """Where it may go, the place that is asked for first."""
        return (self.drop_off, *self.alternatives)


def asked_for(order: Order) -> OrderRequest:
    """The wish that an order was taken in for: equal for two orders exactly when they ask for the same."""
    return OrderRequest(
        order_id=order.order_id,
        hub_id=order.hub_id,
        parcels=tuple(
            ParcelRequest(parcel.mass_kg, parcel.size, parcel.temperature, parcel.most_aboard_s)
            for parcel in order.parcels
        ),
        drop_off=order.drop_off,
        deadline_s=order.deadline_s,
        placed_by=order.placed_by,
        alternatives=order.alternatives,
        ready_at_s=order.ready_at_s,
        earliest_at_s=order.earliest_at_s,
        skills=order.skills,
        also_at=order.also_at,
        pick_up=order.pick_up,
    )
