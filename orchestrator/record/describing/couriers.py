"""Facts about the people who ride, in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.described import Described, clock
from orchestrator.record.events import (
    BagTold,
    CourierFact,
    CourierReported,
    HandCodeMistaken,
    ShiftTold,
    SignInGiven,
)
from orchestrator.record.state import Severity


def of_courier(event: CourierFact) -> Described:
    """A fact about someone who rides, in words."""
    severity, text = _told(event)
    order_id = event.order_id if isinstance(event, HandCodeMistaken) else None
    return Described(severity, text, event.vehicle_id, order_id)


def _told(event: CourierFact) -> tuple[Severity, str]:  # noqa: PLR0911 - one case a fact
    match event:
        case CourierReported(vehicle_id, "", by):
            return Severity.INFO, f"{by} needs no help any more ({vehicle_id})."
        case CourierReported(vehicle_id, text, by):
            return Severity.WARNING, f"{by} needs help ({vehicle_id}): {text}"
        case SignInGiven(vehicle_id, by, until_s):
            return Severity.INFO, f"{by} let {vehicle_id} sign in by a link, until {clock(until_s)}."
        case ShiftTold(vehicle_id, None):
            return Severity.INFO, f"The shift of {vehicle_id} is over."
        case ShiftTold(vehicle_id, on_break=True):
            return Severity.INFO, f"{vehicle_id} is on a break."
        case ShiftTold(vehicle_id, shift):
            until = "" if shift is None else f" until {clock(shift.until_s)}"
            return Severity.INFO, f"{vehicle_id} works{until}."
        case BagTold(vehicle_id, ()):
            return Severity.INFO, f"{vehicle_id} has handed in what was in the bag."
        case BagTold(vehicle_id, parcel_ids):
            return Severity.INFO, f"{vehicle_id} has {', '.join(parcel_ids)} in the bag."
        case HandCodeMistaken(vehicle_id, order_id):
            return Severity.INFO, f"{vehicle_id} was told a code that is not that of order {order_id}."
        case _:
            assert_never(event)
