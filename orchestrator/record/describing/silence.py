"""Vehicles that are not heard, or heard without a place, in words."""

from __future__ import annotations

from geofences.zone import Medium
from orchestrator.record.describing.described import in_words
from orchestrator.record.describing.halts import of_halt
from orchestrator.record.events import PlaceLost
from orchestrator.record.locker_rooms import place_of
from orchestrator.record.state import MOVING, FleetState, MissionPhase, ParcelPhase
from vehicles.clock import time_of_day
from vehicles.mission import DropOff, PickUp, VehicleId


def of_silence(state: FleetState, vehicle_id: VehicleId, heard_at_s: float) -> str:
    """Since when (UTC seconds) a vehicle is not heard, and what it does meanwhile."""
    return f"{vehicle_id} is silent since {time_of_day(heard_at_s)}; {_goes_on(state, vehicle_id)}."


def of_place_lost(state: FleetState, event: PlaceLost) -> str:
    """Why nobody knows where a vehicle is, where and when it was known last, and on what way."""
    last = f"last at {event.last_position} at {time_of_day(event.last_placed_at_s)}"
    way = _way_of(state, event.vehicle_id)
    return f"{in_words(event.reasons).rstrip('.')}; {last}{way}."


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


def _way_of(state: FleetState, vehicle_id: VehicleId) -> str:
    vehicle = state.vehicles.get(vehicle_id)
    if vehicle is None or vehicle.mission_id is None:
        return ""
    mission = state.missions[vehicle.mission_id]
    if mission.phase is not MissionPhase.UNDER_WAY:
        return " on its way home"
    legs = mission.plan.mission.legs
    stop = next((leg for leg in legs[mission.legs_done :] if isinstance(leg, DropOff | PickUp)), None)
    if stop is None:
        return " on its way home"
    return f" on its way to {place_of(state, state.parcels[stop.parcel_id]).label}"


def _with_it(state: FleetState, vehicle_id: VehicleId) -> str:
    lost = [p for p in state.vehicles[vehicle_id].aboard if state.parcels[p].phase is ParcelPhase.LOST]
    return f", with {', '.join(lost)} aboard" if lost else ""
