"""What a fact means to people: one plain sentence, how grave it is, and whom it is about."""

from __future__ import annotations

from typing import assert_never

from orchestrator.record.describing.clock import of_clock
from orchestrator.record.describing.control import of_control
from orchestrator.record.describing.couriers import of_courier
from orchestrator.record.describing.custody import of_custody
from orchestrator.record.describing.described import Described
from orchestrator.record.describing.lockers import of_locker
from orchestrator.record.describing.missions import of_mission
from orchestrator.record.describing.orders import of_order
from orchestrator.record.describing.vehicles import of_vehicle
from orchestrator.record.describing.zones import of_zone
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
from orchestrator.record.state import FleetState


def describe(entry: Entry, state: FleetState) -> Described:  # noqa: PLR0911 - one answer a topic
    """`entry` in words. `state` is any state from `entry` on; it is asked for names only."""
    event = entry.event
    if isinstance(event, OrderFact):
        return of_order(event, state)
    if isinstance(event, MissionFact):
        return of_mission(event, state)
    if isinstance(event, VehicleFact):
        return of_vehicle(event, state)
    if isinstance(event, CourierFact):
        return of_courier(event)
    if isinstance(event, LockerFact):
        return of_locker(event, state)
    if isinstance(event, ZoneFact):
        return of_zone(event)
    if isinstance(event, ClockFact):
        return of_clock(event)
    if isinstance(event, CustodyFact):
        return of_custody(event, state)
    if isinstance(event, ControlFact):
        return of_control(event)
    assert_never(event)
