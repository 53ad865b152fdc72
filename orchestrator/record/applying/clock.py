"""What follows from facts about the clock, above all from one that says that time was told wrongly before."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.record.facts.clock import ClockDiffers
from orchestrator.record.state import FleetState

_ROUNDING_S = 1.0


def sets_back(state: FleetState, event: object, at_s: float) -> bool:
    """Whether a fact may be dated before the last one: it says by how much that lay in the future."""
    ahead_s = state.at_s - at_s
    return isinstance(event, ClockDiffers) and abs(event.journal_ahead_s - ahead_s) <= _ROUNDING_S


def apply_clock_fact(state: FleetState, event: ClockDiffers, at_s: float) -> FleetState:
    """The state after it. Where it sets time back, what rests until a wrong time rests as long from now."""
    ahead_s = state.at_s - at_s
    if ahead_s <= 0.0:
        return replace(state, clock=event)
    parcels, vehicles = state.parcels, state.vehicles
    for parcel_id, parcel in state.parcels.items():
        if parcel.not_before_s > at_s:
            parcels = parcels.set(parcel_id, replace(parcel, not_before_s=parcel.not_before_s - ahead_s))
    for vehicle_id, vehicle in state.vehicles.items():
        if vehicle.refused_at_s > at_s:
            vehicles = vehicles.set(vehicle_id, replace(vehicle, refused_at_s=vehicle.refused_at_s - ahead_s))
    return replace(state, clock=event, parcels=parcels, vehicles=vehicles, ahead_until_s=state.at_s)
