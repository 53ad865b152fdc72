"""A fact in words: what it says, how grave it is, whom it is about; and words that many of them share."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.reason import Reason, sentences
from orchestrator.orders.order import OrderId
from orchestrator.record.state import FleetState, Severity
from vehicles.clock import time_of_day
from vehicles.mission import ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class Described:
    """A fact for people. `vehicle_id` and `order_id` say whom to show it with, None for nobody."""

    severity: Severity
    text: str
    vehicle_id: VehicleId | None = None
    order_id: OrderId | None = None


def order_with(parcel_id: ParcelId, state: FleetState) -> OrderId | None:
    """The order that a parcel is of; None where nobody knows it."""
    parcel = state.parcels.get(parcel_id)
    return None if parcel is None else parcel.order_id


def clock(at_s: float) -> str:
    """The time of day, UTC."""
    return time_of_day(at_s)


def count(number: int, thing: str) -> str:
    """So many of a thing."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def in_words(reasons: tuple[Reason, ...]) -> str:
    """Reasons as one run of sentences."""
    return sentences(reasons) or "No reason was given."
