"""What follows from facts about the people who ride: shifts, bags, and codes that were none."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from orchestrator.orders.custody import AtHub
from orchestrator.record.events import (
    BagTold,
    CourierFact,
    CourierReported,
    HandCodeMistaken,
    ShiftTold,
    SignInGiven,
)
from orchestrator.record.illegal import IllegalEvent, check_instant, known_vehicle
from orchestrator.record.state import FleetState, VehicleState


def apply_courier_fact(state: FleetState, event: CourierFact) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow, or nobody rides."""
    vehicle = known_vehicle(state, event)
    if not vehicle.profile.ridden:
        raise IllegalEvent(event, "vehicle_id", f"nobody rides {event.vehicle_id}")
    match event:
        case SignInGiven():
            return state  # nothing but the line in the journal
        case CourierReported(vehicle_id, text):
            told = replace(vehicle, problem=text)
            return replace(state, vehicles=state.vehicles.set(vehicle_id, told))
        case ShiftTold():
            return shift_told(state, vehicle, event)
        case BagTold():
            return bag_told(state, vehicle, event)
        case HandCodeMistaken():
            return hand_code_mistaken(state, event)
        case _:
            assert_never(event)


def shift_told(state: FleetState, vehicle: VehicleState, event: ShiftTold) -> FleetState:
    """The newest word counts. There is no break outside a shift."""
    shift = event.shift
    if shift is None and event.on_break:
        raise IllegalEvent(event, "on_break", f"{event.vehicle_id} works no shift")
    if shift is not None:
        check_instant(event, "shift.from_s", shift.from_s)
        check_instant(event, "shift.until_s", shift.until_s)
        if shift.until_s <= shift.from_s:
            raise IllegalEvent(event, "shift.until_s", f"{shift.until_s} is not after {shift.from_s}")
    told = replace(vehicle, shift=shift, on_break=event.on_break)
    return replace(state, vehicles=state.vehicles.set(event.vehicle_id, told))


def bag_told(state: FleetState, vehicle: VehicleState, event: BagTold) -> FleetState:
    """Only what the books have on the shelf of the courier's hub: what is aboard is told otherwise."""
    for parcel_id in event.parcel_ids:
        parcel = state.parcels.get(parcel_id)
        if parcel is None or parcel.keeper != AtHub(vehicle.hub_id):
            raise IllegalEvent(event, "parcel_ids", f"{parcel_id} does not lie at {vehicle.hub_id}")
    if len(set(event.parcel_ids)) < len(event.parcel_ids):
        raise IllegalEvent(event, "parcel_ids", "one is told twice")
    told = replace(vehicle, bag=event.parcel_ids)
    return replace(state, vehicles=state.vehicles.set(event.vehicle_id, told))


def hand_code_mistaken(state: FleetState, event: HandCodeMistaken) -> FleetState:
    """Counted with the order, so that a restart gives no more guesses."""
    placed = state.orders.get(event.order_id)
    if placed is None:
        raise IllegalEvent(event, "order_id", f"no order {event.order_id} was placed")
    counted = replace(placed, mistaken_codes=placed.mistaken_codes + 1)
    return replace(state, orders=state.orders.set(event.order_id, counted))
