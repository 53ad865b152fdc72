"""Couriers' phones after a restart: what the record has of their trips is what they go on with."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.record.state import MOVING, FleetState, MissionState, VehicleState
from vehicles.courier import Courier
from vehicles.handset import Handset
from vehicles.handset_trip import Trip
from vehicles.mission import DropOff, VehicleId, VehiclePlan
from vehicles.telemetry import Shift
from vehicles.vehicle import Vehicle

WORKS_ON_S = 3600.0
"""How long past its trip a shift is taken to last, until the courier says: the record keeps no shifts."""


def handsets_of(vehicles: Mapping[VehicleId, Vehicle]) -> dict[VehicleId, Handset]:
    """The phones of those couriers that are reached by their page."""
    return {
        vehicle_id: vehicle.phone
        for vehicle_id, vehicle in vehicles.items()
        if isinstance(vehicle, Courier) and isinstance(vehicle.phone, Handset)
    }


def take_up(state: FleetState, vehicle_id: VehicleId, handset: Handset) -> None:
    """Tell a phone what its courier had taken on; one with nothing under way or in the bag is as new."""
    vehicle = state.vehicles.get(vehicle_id)
    mission = None if vehicle is None or vehicle.mission_id is None else state.missions[vehicle.mission_id]
    if vehicle is None or mission is None or not vehicle.aboard:
        return
    plan = mission.plan
    shift = Shift(mission.planned_at_s, plan.end_at_s + WORKS_ON_S)
    holds = tuple(one for one in vehicle.aboard if state.parcels[one].proved is None)
    begun = mission.phase in MOVING
    trip = Trip(VehiclePlan(plan.mission), begun, _legs_done(state, vehicle, mission) if begun else 0)
    handset.take_up(trip, holds, shift)


def _legs_done(state: FleetState, vehicle: VehicleState, mission: MissionState) -> int:
    """Proved hand-overs are over, also those that no session had noted before the restart."""
    legs, done = mission.plan.mission.legs, mission.legs_done
    proved = {one for one in vehicle.aboard if state.parcels[one].proved is not None}
    for n, leg in enumerate(legs):
        if isinstance(leg, DropOff) and leg.parcel_id in proved:
            done = max(done, n + 1)
    return done
