"""What operators want of the dispatcher for an order."""

from __future__ import annotations

from dataclasses import dataclass

from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class Wishes:
    """What operators want of the dispatcher for an order. `by` is who said the last of it."""

    pinned_to: VehicleId | None = None
    forbidden: tuple[VehicleId, ...] = ()
    held: bool = False
    weight_frac: float = 1.0
    by: str = ""


NO_WISHES = Wishes()


def may_carry(vehicle_id: VehicleId, wishes: Wishes) -> bool:
    """Whether operators let a vehicle carry an order now."""
    pinned = wishes.pinned_to is None or wishes.pinned_to == vehicle_id
    return pinned and vehicle_id not in wishes.forbidden and not wishes.held
