"""Facts about lockers in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.described import Described, order_with
from orchestrator.record.events import (
    CollectionExpired,
    CompartmentEmpty,
    LockerClosed,
    LockerCodeMistaken,
    LockerFact,
    LockerOpened,
    ParcelCollected,
    ParcelRecovered,
)
from orchestrator.record.state import FleetState, Severity


def of_locker(event: LockerFact, state: FleetState) -> Described:
    """A fact about a locker, in words."""
    match event:
        case LockerOpened(locker):
            return Described(Severity.INFO, f"Locker {locker.name} ({locker.locker_id}) is open.")
        case LockerClosed(locker_id):
            return Described(Severity.INFO, f"Locker {locker_id} takes part no more.")
        case LockerCodeMistaken(locker_id, by):
            return Described(Severity.INFO, f"A code that opens nothing was typed at {locker_id} ({by}).")
        case CompartmentEmpty(parcel_id, by):
            severity, text = Severity.WARNING, f"{parcel_id} was not in its compartment, says {by}."
        case ParcelCollected(parcel_id, by):
            severity, text = Severity.INFO, f"{parcel_id} was collected ({by})."
        case CollectionExpired(parcel_id):
            text = f"Nobody came for {parcel_id} in its locker: it is to be fetched back."
            severity = Severity.WARNING
        case ParcelRecovered(parcel_id, hub_id, by):
            severity, text = Severity.WARNING, f"{by} fetched {parcel_id} back to {hub_id}."
        case _:
            assert_never(event)
    return Described(severity, text, None, order_with(parcel_id, state))
