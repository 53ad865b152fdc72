"""What follows from facts about fetching: a parcel passes from who kept it to the vehicle, or stays there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from immutables import Map

from geofences.reason import Reason
from orchestrator.orders.custody import InLocker, OnVehicle, WithSender
from orchestrator.record.applying.lockers import unboxed
from orchestrator.record.applying.orders import waiting_again
from orchestrator.record.facts.fetches import ParcelFetched, ParcelNotFetched
from orchestrator.record.illegal import IllegalEvent, bound_mission, known_parcel
from orchestrator.record.state import (
    MOVING,
    FleetState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    ParcelState,
)
from vehicles.mission import ParcelId

FETCH_AGAIN_S = 600.0
"""How long a parcel that was not given rests before somebody comes for it again: shops open."""

MOST_FETCHES = 3
"""After so many ways in vain nobody comes for it any more, and its order says why."""


def still_to_fetch(state: FleetState, mission: MissionState) -> tuple[ParcelId, ...]:
    """What a mission is to fetch yet, in that order."""
    own = mission.plan.mission.mission_id
    parcels = [state.parcels[leg.parcel_id] for leg in mission.plan.mission.fetches]
    return tuple(
        one.parcel.parcel_id
        for one in parcels
        if one.mission_id == own
        and one.phase is ParcelPhase.ASSIGNED
        and isinstance(one.keeper, WithSender | InLocker)
    )


def _not_taken(state: FleetState, mission: MissionState) -> list[ParcelId]:
    own = mission.plan.mission.mission_id
    parcels = [state.parcels[parcel_id] for parcel_id in mission.plan.parcel_ids]
    return [
        one.parcel.parcel_id
        for one in parcels
        if one.mission_id == own
        and one.phase is ParcelPhase.ASSIGNED
        and not isinstance(one.keeper, OnVehicle)
    ]


def parcel_fetched(state: FleetState, event: ParcelFetched) -> FleetState:
    """Custody passes from the sender or the locker to the vehicle, on its way; the compartment is free.

    Also when the mission was given up meanwhile and nobody else is to fetch it: whoever has it has it.
    """
    vehicle, mission = bound_mission(state, event, *MOVING)
    parcel = known_parcel(state, event)
    waits = parcel.phase is ParcelPhase.WAITING and isinstance(parcel.keeper, WithSender | InLocker)
    after_all = event.parcel_id in mission.missed and waits
    if not after_all:
        _check_awaited(state, event, mission)
    aboard = replace(
        parcel,
        keeper=OnVehicle(event.vehicle_id),
        phase=ParcelPhase.ON_THE_WAY,
        mission_id=event.mission_id,
        reasons=mission.reasons if after_all else (),
    )
    held = replace(vehicle, aboard=(*vehicle.aboard, event.parcel_id))
    missed = tuple(one for one in mission.missed if one != event.parcel_id)
    return replace(
        unboxed(state, parcel),
        parcels=state.parcels.set(event.parcel_id, aboard),
        vehicles=state.vehicles.set(event.vehicle_id, held),
        missions=state.missions.set(event.mission_id, replace(mission, missed=missed)),
    )


def parcel_not_fetched(state: FleetState, event: ParcelNotFetched, at_s: float) -> FleetState:
    """It stays with its keeper, and waits for another mission or for none; this one goes on.

    Where a locker was opened and it was not in there, its sender has it still: nobody comes again for it.
    """
    vehicle, mission = bound_mission(state, event, MissionPhase.UNDER_WAY)
    not_inside = event.parcel_id in out_of_lockers(state, mission)
    if not not_inside:
        _check_awaited(state, event, mission)
    parcel = state.parcels[event.parcel_id]
    if not_inside:
        parcel = replace(parcel, keeper=WithSender())
    left = _left_behind(state, parcel, event.reasons, at_s, for_good=event.for_good or not_inside)
    missed = replace(mission, missed=(*mission.missed, event.parcel_id))
    aboard = tuple(one for one in vehicle.aboard if one != event.parcel_id)
    return replace(
        state,
        missions=state.missions.set(event.mission_id, missed),
        vehicles=state.vehicles.set(event.vehicle_id, replace(vehicle, aboard=aboard)),
        parcels=state.parcels.set(event.parcel_id, left),
    )


def out_of_lockers(state: FleetState, mission: MissionState) -> tuple[ParcelId, ...]:
    """What a mission carries that came out of a locker, as was told when the locker was opened."""
    held = OnVehicle(mission.plan.mission.vehicle_id)
    fetched = [state.parcels[leg.parcel_id] for leg in mission.plan.mission.fetches]
    return tuple(
        one.parcel.parcel_id
        for one in fetched
        if one.keeper == held
        and one.proved is None
        and (place := state.orders[one.order_id].order.pick_up) is not None
        and place.locker_id is not None
    )


def _check_awaited(state: FleetState, event: ParcelFetched | ParcelNotFetched, mission: MissionState) -> None:
    known_parcel(state, event)
    if event.parcel_id not in still_to_fetch(state, mission):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not to be fetched by this mission")


def _left_behind(
    state: FleetState, parcel: ParcelState, reasons: tuple[Reason, ...], at_s: float, *, for_good: bool
) -> ParcelState:
    again = waiting_again(state, replace(parcel, reasons=reasons), at_s)
    tries = parcel.not_fetched + 1
    over = again.phase is ParcelPhase.WAITING and (for_good or tries >= MOST_FETCHES)
    phase = ParcelPhase.NOT_FETCHED if over else again.phase
    return replace(again, phase=phase, not_fetched=tries, not_before_s=at_s + FETCH_AGAIN_S)


def released(
    state: FleetState,
    mission: MissionState,
    reasons: tuple[Reason, ...],
    at_s: float,
    but: Collection[ParcelId] = (),
) -> tuple[Map[ParcelId, ParcelState], MissionState]:
    """A mission that will take up nothing any more, `but` this: the rest waits where it is for another one.

    That is what it was to fetch, and what it had not loaded yet when its vehicle was gone.
    """
    left = tuple(one for one in _not_taken(state, mission) if one not in but)
    parcels = state.parcels
    for parcel_id in left:
        parcel = replace(parcels[parcel_id], reasons=reasons)
        parcels = parcels.set(parcel_id, waiting_again(state, parcel, at_s))
    return parcels, replace(mission, missed=(*mission.missed, *left))
