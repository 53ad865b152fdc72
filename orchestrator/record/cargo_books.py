"""What each parcel asked of whoever carries it, and whether that was kept to: for the check of a journal."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestrator.orders.order import Order, Parcel
from orchestrator.record.events import (
    Entry,
    OrderPlaced,
    ParcelFetched,
    ParcelHandedOver,
    ParcelLoaded,
    VehicleJoined,
)
from vehicles.cargo import SIZES
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile

_OFF_S = 60.0
"""A vehicle may run so far ahead of its plan."""


@dataclass(slots=True)
class CargoBooks:
    """Shares no code with the planner, nor with the verifier."""

    broken: list[str] = field(default_factory=list)
    asked: dict[ParcelId, tuple[Order, Parcel]] = field(default_factory=dict)
    kinds: dict[VehicleId, VehicleProfile] = field(default_factory=dict)

    def enter(self, entry: Entry) -> None:
        """Book one entry, noting what it breaks."""
        said = f"entry {entry.seq}:"
        match entry.event:
            case OrderPlaced(order):
                self.asked |= {parcel.parcel_id: (order, parcel) for parcel in order.parcels}
            case VehicleJoined(vehicle_id, profile):
                self.kinds[vehicle_id] = profile
            case ParcelLoaded(vehicle_id, _, parcel_id) | ParcelFetched(vehicle_id, _, parcel_id):
                self._take(said, vehicle_id, parcel_id, entry.at_s)
            case ParcelHandedOver(vehicle_id, _, parcel_id):
                self._hand_over(said, vehicle_id, parcel_id, entry.at_s)
            case _:
                pass

    def _take(self, said: str, vehicle_id: VehicleId, parcel_id: ParcelId, at_s: float) -> None:
        kind, known = self.kinds.get(vehicle_id), self.asked.get(parcel_id)
        if kind is None or known is None:
            return
        order, parcel = known
        if parcel.temperature not in kind.temperatures:
            self.broken.append(f"{said} {vehicle_id} does not keep {parcel_id} {parcel.temperature.value}")
        if SIZES.index(parcel.size) > SIZES.index(kind.largest):
            self.broken.append(f"{said} {parcel_id} is larger than what {vehicle_id} takes")
        if order.ready_at_s is not None and at_s < order.ready_at_s - _OFF_S:
            self.broken.append(f"{said} {vehicle_id} has {parcel_id} before it was ready")

    def _hand_over(self, said: str, vehicle_id: VehicleId, parcel_id: ParcelId, at_s: float) -> None:
        kind, known = self.kinds.get(vehicle_id), self.asked.get(parcel_id)
        if kind is None or known is None:
            return
        order, _ = known
        if not set(order.skills) <= set(kind.skills):
            self.broken.append(f"{said} {vehicle_id} handed over {parcel_id} without the skill for it")
        if order.earliest_at_s is not None and at_s < order.earliest_at_s - _OFF_S:
            self.broken.append(f"{said} {parcel_id} was handed over before its window")
