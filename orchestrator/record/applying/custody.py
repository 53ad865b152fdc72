"""What follows when nobody knows who holds a parcel, and when a person has looked."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from geofences.reason import Because, Reason
from orchestrator.orders.custody import Lost, OnVehicle
from orchestrator.record.applying.orders import parcel_returned
from orchestrator.record.facts.custody import CustodyDoubted, CustodyFact, CustodyTold, Found
from orchestrator.record.facts.orders import ParcelReturned
from orchestrator.record.illegal import IllegalEvent, known_parcel
from orchestrator.record.state import Doubt, FleetState, ParcelPhase, ParcelState


def apply_custody_fact(state: FleetState, event: CustodyFact, at_s: float) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    match event:
        case CustodyDoubted():
            return custody_doubted(state, event, at_s)
        case CustodyTold():
            return custody_told(state, event, at_s)
    assert_never(event)


def custody_doubted(state: FleetState, event: CustodyDoubted, at_s: float) -> FleetState:
    """It stays in the vehicle's keeping: custody moves when somebody knows that it has."""
    parcel = known_parcel(state, event)
    if parcel.keeper != OnVehicle(event.vehicle_id):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not aboard {event.vehicle_id}")
    if parcel.doubt is not None:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is in doubt already")
    return _with(state, replace(parcel, doubt=Doubt(event.position, at_s), reasons=event.reasons))


def custody_told(state: FleetState, event: CustodyTold, at_s: float) -> FleetState:
    """A person's word settles the doubt; what was lost may be found on the shelf."""
    parcel = known_parcel(state, event)
    doubt, keeper = parcel.doubt, parcel.keeper
    if event.found is Found.SHELF and (doubt is not None or isinstance(keeper, Lost)):
        return parcel_returned(state, ParcelReturned(event.parcel_id, event.hub_id), at_s)
    if doubt is None or not isinstance(keeper, OnVehicle):
        raise IllegalEvent(event, "parcel_id", f"nobody doubts where {event.parcel_id} is")
    if event.found is Found.ABOARD:
        return _with(state, replace(parcel, doubt=replace(doubt, seen_aboard_by=event.by), reasons=()))
    text = f"{event.by} looked for {event.parcel_id} and did not find it."
    lost = replace(
        parcel,
        keeper=Lost(keeper.vehicle_id, doubt.position, doubt.at_s),
        phase=ParcelPhase.LOST,
        reasons=(Reason(Because.OPERATOR, event.parcel_id, text),),
        doubt=None,
    )
    vehicle = state.vehicles[keeper.vehicle_id]
    left = replace(vehicle, aboard=tuple(one for one in vehicle.aboard if one != event.parcel_id))
    return replace(_with(state, lost), vehicles=state.vehicles.set(vehicle.vehicle_id, left))


def _with(state: FleetState, parcel: ParcelState) -> FleetState:
    return replace(state, parcels=state.parcels.set(parcel.parcel.parcel_id, parcel))
