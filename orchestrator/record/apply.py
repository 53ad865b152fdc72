"""What follows from an event: the one pure function that the fleet's state comes from.

No clock, no random numbers, no input or output: the same entries give the same state, always.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from orchestrator.record.alerts import alerts_after
from orchestrator.record.applying.clock import apply_clock_fact, sets_back
from orchestrator.record.applying.couriers import apply_courier_fact
from orchestrator.record.applying.custody import apply_custody_fact
from orchestrator.record.applying.lockers import apply_locker_fact
from orchestrator.record.applying.missions import apply_mission_fact
from orchestrator.record.applying.orders import apply_order_fact
from orchestrator.record.applying.vehicles import apply_vehicle_fact
from orchestrator.record.applying.zones import apply_zone_fact
from orchestrator.record.events import (
    ClockFact,
    ControlFact,
    CourierFact,
    CustodyFact,
    Entry,
    LockerFact,
    MissionFact,
    OrderFact,
    VehicleFact,
    ZoneFact,
)
from orchestrator.record.illegal import IllegalEvent, check_instant
from orchestrator.record.state import FleetState

__all__ = ["RULES_VERSION", "IllegalEvent", "apply"]

RULES_VERSION = 5
"""Grows when other conclusions are drawn from the same entries; a state kept by other rules proves nothing.

A field that is new and empty for old entries is no other conclusion. 0: kept before rules were counted.
"""


def apply(state: FleetState, entry: Entry) -> FleetState:  # noqa: C901 - one case a topic
    """The state after `entry`. Raises `IllegalEvent` when it cannot follow from `state`.

    Custody is kept here (invariant 5): a parcel changes hands only from its keeper, and is
    delivered at most once.
    """
    if entry.seq != state.seq + 1:
        raise IllegalEvent(entry, "seq", f"{entry.seq} does not follow {state.seq}")
    check_instant(entry, "at_s", entry.at_s)
    event = entry.event
    if entry.at_s < state.at_s and not sets_back(state, event, entry.at_s):
        raise IllegalEvent(entry, "at_s", f"{entry.at_s} lies before {state.at_s}")
    if isinstance(event, OrderFact):
        after = apply_order_fact(state, event, entry.at_s)
    elif isinstance(event, MissionFact):
        after = apply_mission_fact(state, event, entry.at_s)
    elif isinstance(event, VehicleFact):
        after = apply_vehicle_fact(state, event, entry.at_s)
    elif isinstance(event, CourierFact):
        after = apply_courier_fact(state, event)
    elif isinstance(event, ZoneFact):
        after = apply_zone_fact(state, event)
    elif isinstance(event, ClockFact):
        after = apply_clock_fact(state, event, entry.at_s)
    elif isinstance(event, LockerFact):
        after = apply_locker_fact(state, event, entry.at_s)
    elif isinstance(event, CustodyFact):
        after = apply_custody_fact(state, event, entry.at_s)
    elif isinstance(event, ControlFact):
        after = replace(state, undecided=event.error)
    else:
        assert_never(event)
    return replace(after, seq=entry.seq, at_s=entry.at_s, alerts=alerts_after(state, after, entry))
