"""Which vehicles and orders look different after a fact, so that only those are sent again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.orders.order import OrderId
from orchestrator.record.events import Entry, MissionPlanned, OrderPlaced
from orchestrator.record.state import FleetState
from vehicles.mission import MissionId, ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class Touched:
    """What to send again, in order of id."""

    vehicle_ids: tuple[VehicleId, ...]
    order_ids: tuple[OrderId, ...]


class _Gathering:
    """Follows who belongs to whom: order, parcel, mission, vehicle. Errs on the side of too much."""

    def __init__(self) -> None:
        self.vehicles: set[VehicleId] = set()
        self.orders: set[OrderId] = set()

    def vehicle(self, state: FleetState, vehicle_id: VehicleId) -> None:
        found = state.vehicles.get(vehicle_id)
        if found is None:
            return
        self.vehicles.add(vehicle_id)
        for parcel_id in found.aboard:
            self.orders.add(state.parcels[parcel_id].order_id)
        if found.mission_id is not None:
            self.mission(state, found.mission_id)

    def mission(self, state: FleetState, mission_id: MissionId) -> None:
        found = state.missions.get(mission_id)
        if found is not None:
            self.vehicles.add(found.plan.mission.vehicle_id)
            self.orders.update(state.parcels[parcel_id].order_id for parcel_id in found.plan.parcel_ids)

    def parcel(self, state: FleetState, parcel_id: ParcelId) -> None:
        found = state.parcels.get(parcel_id)
        if found is None:
            return
        self.orders.add(found.order_id)
        if found.mission_id is not None:
            self.mission(state, found.mission_id)

    def order(self, state: FleetState, order_id: OrderId) -> None:
        found = state.orders.get(order_id)
        if found is None:
            return
        self.orders.add(order_id)
        for parcel in found.order.parcels:
            self.parcel(state, parcel.parcel_id)


def touched(before: FleetState, after: FleetState, entries: Iterable[Entry]) -> Touched:
    """What the entries, which led from `before` to `after`, may have changed the looks of."""
    gathering = _Gathering()
    for entry in entries:
        event = entry.event
        for state in (before, after):  # whoever was bound before may not be any more
            if isinstance(event, OrderPlaced):
                gathering.order(state, event.order.order_id)
            elif isinstance(event, MissionPlanned):
                gathering.vehicle(state, event.mission.vehicle_id)
                for parcel_id in event.parcel_ids:
                    gathering.parcel(state, parcel_id)
            else:
                _by_name(gathering, state, event)
    return Touched(tuple(sorted(gathering.vehicles)), tuple(sorted(gathering.orders)))


def _by_name(gathering: _Gathering, state: FleetState, event: object) -> None:
    """All other facts name whom they are about in fields of these names."""
    vehicle_id = getattr(event, "vehicle_id", None)
    mission_id = getattr(event, "mission_id", None)
    parcel_id = getattr(event, "parcel_id", None)
    order_id = getattr(event, "order_id", None)
    if vehicle_id is not None:
        gathering.vehicle(state, vehicle_id)
    if mission_id is not None:
        gathering.mission(state, mission_id)
    if parcel_id is not None:
        gathering.parcel(state, parcel_id)
    if order_id is not None:
        gathering.order(state, order_id)
