"""Vehicles that are not heard, in words."""

from __future__ import annotations

from geofences.zone import Medium
from orchestrator.record.describing.halts import of_halt
from orchestrator.record.state import MOVING, FleetState, ParcelPhase
from vehicles.clock import time_of_day
from vehicles.mission import VehicleId


def of_silence(state: FleetState, vehicle_id: VehicleId, heard_at_s: float) -> str:
    """Since when (UTC seconds) a vehicle is not heard, and what it does meanwhile."""
    return f"{vehicle_id} is silent since {time_of_day(heard_at_s)}; {_goes_on(state, vehicle_id)}."


def of_missing(state: FleetState, vehicle_id: VehicleId, heard_at_s: float) -> str:
    """That it did not turn up, when it was heard last (UTC seconds), and what it has aboard."""
    last = f"last heard at {time_of_day(heard_at_s)}"
    return f"{vehicle_id} is missing, {last}{_with_it(state, vehicle_id)}."


def _goes_on(state: FleetState, vehicle_id: VehicleId) -> str:
    vehicle = state.vehicles[vehicle_id]
    if vehicle.mission_id is None:
        return "it has no mission"
    if state.missions[vehicle.mission_id].phase not in MOVING:
        return "it stood on its pad when it was last heard, its mission not begun"
    if vehicle.halt is not None:
        how = of_halt(vehicle.halt)
        return f"last known: {how[0].lower()}{how[1:]}"
    return (
        "it flies on by its own plan"
        if vehicle.profile.medium is Medium.AIR
        else "it drives on by its own plan"
    )


def _with_it(state: FleetState, vehicle_id: VehicleId) -> str:
    lost = [p for p in state.vehicles[vehicle_id].aboard if state.parcels[p].phase is ParcelPhase.LOST]
    return f", with {', '.join(lost)} aboard" if lost else ""
