"""Couriers' phones and the record: what it has of their trips is what they go on with after a restart."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.orders.custody import AtHub, OnVehicle
from orchestrator.record.events import BagTold, Event, ShiftTold
from orchestrator.record.state import MOVING, FleetState, MissionPhase, MissionState, VehicleState
from vehicles.courier import Courier, Offer
from vehicles.mission import DropOff, ParcelId, PickUp, VehicleId, VehiclePlan
from vehicles.phone.handset import Handset
from vehicles.phone.trip import Stop, Trip
from vehicles.telemetry import Shift
from vehicles.vehicle import Vehicle

WORKS_ON_S = 3600.0
"""How long past its trip a shift is taken to last that the record does not have: older journals keep none."""

_TAKEN_ON = (MissionPhase.LOADED, MissionPhase.PARCEL_ABOARD, *MOVING)


def handsets_of(vehicles: Mapping[VehicleId, Vehicle]) -> dict[VehicleId, Handset]:
    """The phones of those couriers that are reached by their page."""
    return {
        vehicle_id: vehicle.phone
        for vehicle_id, vehicle in vehicles.items()
        if isinstance(vehicle, Courier) and isinstance(vehicle.phone, Handset)
    }


def tidy(state: FleetState, vehicle_id: VehicleId, handset: Handset) -> None:
    """What is no longer meant leaves the phone; what nobody wants any more is not handed over."""
    bound, trip, shown = state.vehicles[vehicle_id].mission_id, handset.ride.trip, handset.cards.shown
    if trip is None or not trip.begun:
        offered = shown.card.plan if shown is not None and isinstance(shown.card, Offer) else None
        if offered is not None and offered.mission.mission_id != bound:
            handset.cards.settle(None)
        if trip is not None and bound is None:
            handset.ride.forget()
        mission = None if trip is None else state.missions.get(trip.mission_id)
        for parcel_id in () if mission is None else mission.missed:
            handset.ride.leave(parcel_id)
        return
    while (going := handset.ride.trip) is not None and going.left:
        if not _passed_by(state, handset, going.left[0][1]):
            return


def _passed_by(state: FleetState, handset: Handset, stop: Stop) -> bool:
    """Whether the next stop is none any more: somebody else said that it is over, or nobody wants it."""
    parcel_id = stop.parcel_id
    parcel = state.parcels.get(parcel_id)
    if parcel is None:
        return False
    by = state.orders[parcel.order_id].cancelled_by
    why = f"order {parcel.order_id} was cancelled by {by}"
    if isinstance(stop, DropOff):
        return by is not None and handset.ride.kept(parcel_id, why) is None
    if parcel.keeper == OnVehicle(handset.vehicle_id):
        return handset.ride.fetched(parcel_id) is None
    bound = state.vehicles[handset.vehicle_id].mission_id
    if by is None and (bound is None or parcel.mission_id == bound):
        return False
    return (
        handset.ride.missed(parcel_id, why if by is not None else "it is not for this trip any more") is None
    )


def untold(state: FleetState, vehicle_id: VehicleId, handset: Handset, by: str) -> tuple[Event, ...]:
    """What a phone knows of shift and bag that the record does not have yet, as `by` says."""
    vehicle = state.vehicles[vehicle_id]
    facts: list[Event] = []
    if (handset.hours.shift, handset.hours.on_break) != (vehicle.shift, vehicle.on_break):
        facts.append(ShiftTold(vehicle_id, handset.hours.shift, handset.hours.on_break, by))
    bag = tuple(one for one in handset.ride.holds if _lies_at_hub(state, vehicle, one))
    if bag != vehicle.bag:
        facts.append(BagTold(vehicle_id, bag, by))
    return tuple(facts)


def _lies_at_hub(state: FleetState, vehicle: VehicleState, parcel_id: ParcelId) -> bool:
    parcel = state.parcels.get(parcel_id)
    return parcel is not None and parcel.keeper == AtHub(vehicle.hub_id)


def take_up(state: FleetState, vehicle_id: VehicleId, handset: Handset) -> None:
    """Tell a phone when its courier works, and what they had taken on; without either it is as new."""
    vehicle = state.vehicles.get(vehicle_id)
    if vehicle is None:
        return
    mission = None if vehicle.mission_id is None else state.missions[vehicle.mission_id]
    aboard = tuple(one for one in vehicle.aboard if state.parcels[one].proved is None)
    shift, trip = vehicle.shift, None
    if mission is not None and mission.phase in _TAKEN_ON:
        begun = mission.phase in MOVING
        done = _legs_done(state, vehicle, mission) if begun else 0
        trip = Trip(VehiclePlan(mission.plan.mission), begun, done, mission.missed)
        shift = shift or Shift(mission.planned_at_s, mission.plan.end_at_s + WORKS_ON_S)
    handset.take_up(trip, (*aboard, *vehicle.bag), shift, on_break=vehicle.on_break)


def _legs_done(state: FleetState, vehicle: VehicleState, mission: MissionState) -> int:
    """What was proved or fetched is over, also where no session had noted that before the restart."""
    done = mission.legs_done
    proved = {one for one in vehicle.aboard if state.parcels[one].proved is not None}
    settled = {*vehicle.aboard, *mission.missed}
    for n, leg in enumerate(mission.plan.mission.legs):
        given = isinstance(leg, DropOff) and leg.parcel_id in proved
        taken = isinstance(leg, PickUp) and leg in mission.plan.mission.fetches and leg.parcel_id in settled
        if given or taken:
            done = max(done, n + 1)
    return done
