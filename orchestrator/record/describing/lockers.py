"""Facts about lockers in words."""

from __future__ import annotations

from typing import assert_never

from orchestrator.orders.custody import InLocker
from orchestrator.orders.lockers import MOST_WRONG_CODES
from orchestrator.orders.order import LockerId
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
from vehicles.mission import ParcelId


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


def of_uncollected(state: FleetState, parcel_id: ParcelId) -> str:
    """What lies in a locker too long, and what to do about it."""
    keeper = state.parcels[parcel_id].keeper
    where = keeper.locker_id if isinstance(keeper, InLocker) else "its locker"
    return f"Nobody came for {parcel_id} in locker {where}: have it fetched back."


def of_locked(locker_id: LockerId) -> str:
    """A locker at which somebody tries codes."""
    return (
        f"{MOST_WRONG_CODES} wrong codes in a row at locker {locker_id}: it takes none until somebody says"
        " what was collected there."
    )
