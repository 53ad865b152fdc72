"""What follows from events about a mission that does not move yet: planned, loaded, withdrawn."""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because
from geofences.zone import Medium
from orchestrator.orders.custody import AtHub, OnVehicle
from orchestrator.record.applying.check_plans import check_figures, check_parcels, check_times, free_vehicle
from orchestrator.record.applying.orders import waiting_again
from orchestrator.record.events import (
    DeparturePostponed,
    MissionPlanned,
    MissionWithdrawn,
    OfferDeclined,
    ParcelLoaded,
    ParcelTakenOff,
    PlanLoaded,
)
from orchestrator.record.illegal import IllegalEvent, bound_mission, known_parcel
from orchestrator.record.state import (
    BEFORE_START,
    ON_PAPER,
    FleetState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    VehicleState,
)
from orchestrator.traffic.intent import IntentState


def mission_planned(state: FleetState, event: MissionPlanned, at_s: float) -> FleetState:
    """The vehicle is bound, its parcels assigned; all must have been free for it."""
    mission = event.mission
    if mission.mission_id in state.missions:
        raise IllegalEvent(event, "mission.mission_id", f"{mission.mission_id} was used before")
    vehicle = free_vehicle(state, event)
    check_parcels(state, event, vehicle, at_s)
    check_figures(event)
    if vehicle.profile.medium is Medium.AIR and event.intent is None:
        raise IllegalEvent(event, "intent", f"{vehicle.vehicle_id} flies, so it must reserve its volumes")
    planned = MissionState(
        event, MissionPhase.PLANNED, at_s, None if event.intent is None else IntentState.ACCEPTED
    )
    parcels = state.parcels
    for parcel_id in event.parcel_ids:
        assigned = replace(
            parcels[parcel_id],
            phase=ParcelPhase.ASSIGNED,
            mission_id=mission.mission_id,
            reasons=(),
            diverted=next((d for d in event.diversions if d.parcel_id == parcel_id), None),
        )
        parcels = parcels.set(parcel_id, assigned)
    bound = replace(vehicle, mission_id=mission.mission_id, ready=False)
    return replace(
        state,
        missions=state.missions.set(mission.mission_id, planned),
        parcels=parcels,
        vehicles=state.vehicles.set(vehicle.vehicle_id, bound),
    )


def departure_postponed(state: FleetState, event: DeparturePostponed) -> FleetState:
    """New times and a new reservation for a mission that has not moved yet; only ever later ones."""
    _, mission = bound_mission(state, event, *BEFORE_START)
    if event.depart_at_s <= mission.plan.depart_at_s:
        raise IllegalEvent(event, "depart_at_s", "must be later than the departure planned so far")
    if (event.intent is None) != (mission.plan.intent is None):
        raise IllegalEvent(event, "intent", "an aircraft reserves its volumes, and nobody else does")
    check_times(event)
    plan = replace(
        mission.plan,
        intent=event.intent,
        depart_at_s=event.depart_at_s,
        handover_at_s=event.handover_at_s,
        end_at_s=event.end_at_s,
    )
    postponed = replace(mission, plan=plan)
    return replace(state, missions=state.missions.set(event.mission_id, postponed))


def plan_loaded(state: FleetState, event: PlanLoaded) -> FleetState:
    """May come before or after the parcel is aboard, and again when the vehicle had to be given it anew.

    One that takes nothing along from its hub may start then. Under way it comes for a mission that goes on
    from another.
    """
    changed = state.missions.get(event.mission_id)
    under_way = (MissionPhase.UNDER_WAY,) if changed is not None and changed.unloaded else ()
    _, mission = bound_mission(state, event, *BEFORE_START, *under_way)
    if mission.phase is MissionPhase.PLANNED:
        loaded = MissionPhase.LOADED if mission.loads else MissionPhase.PARCEL_ABOARD
        mission = replace(mission, phase=loaded)
    mission = replace(mission, unloaded=False)
    return replace(state, missions=state.missions.set(event.mission_id, mission))


def parcel_loaded(state: FleetState, event: ParcelLoaded) -> FleetState:
    """Custody passes from the hub to the vehicle; once all it is to carry is aboard, it may start."""
    vehicle, mission = bound_mission(state, event, *ON_PAPER)
    parcel = known_parcel(state, event)
    if parcel.mission_id != event.mission_id or event.parcel_id not in mission.loads:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not to be loaded for this mission")
    if parcel.keeper != AtHub(vehicle.hub_id):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not at {vehicle.hub_id}")
    bag = tuple(one for one in vehicle.bag if one != event.parcel_id)
    held = replace(vehicle, aboard=(*vehicle.aboard, event.parcel_id), bag=bag)
    complete = set(held.aboard) >= set(mission.loads)
    aboard = replace(mission, phase=MissionPhase.PARCEL_ABOARD) if complete else mission
    return replace(
        state,
        parcels=state.parcels.set(event.parcel_id, replace(parcel, keeper=OnVehicle(event.vehicle_id))),
        vehicles=state.vehicles.set(event.vehicle_id, held),
        missions=state.missions.set(event.mission_id, aboard),
    )


def parcel_taken_off(state: FleetState, event: ParcelTakenOff, at_s: float) -> FleetState:
    """Whoever had it has it again: the shelf, its sender. The last one takes the mission with it."""
    vehicle, mission = bound_mission(state, event, *BEFORE_START)
    parcel = known_parcel(state, event)
    if event.parcel_id not in mission.carried:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not of mission {event.mission_id}")
    if not vehicle.profile.ridden:
        raise IllegalEvent(event, "vehicle_id", f"nobody rides {event.vehicle_id}: it passes no stop by")
    if len(mission.carried) == 1:
        raise IllegalEvent(event, "parcel_id", f"nothing is left of mission {event.mission_id} without it")
    left = replace(mission, missed=(*mission.missed, event.parcel_id))
    aboard = tuple(one for one in vehicle.aboard if one != event.parcel_id)
    complete = set(aboard) >= set(left.loads) and (left.loads or left.phase is MissionPhase.LOADED)
    if left.phase in ON_PAPER and complete:  # with nothing to load, all the rest is fetched on the way
        left = replace(left, phase=MissionPhase.PARCEL_ABOARD)
    again = waiting_again(state, replace(parcel, reasons=event.reasons), at_s)
    return replace(
        state,
        missions=state.missions.set(event.mission_id, left),
        vehicles=state.vehicles.set(event.vehicle_id, replace(vehicle, aboard=aboard)),
        parcels=state.parcels.set(event.parcel_id, again),
    )


def mission_withdrawn(state: FleetState, event: MissionWithdrawn, at_s: float) -> FleetState:
    """The vehicle is free again (not ready until it says so); on the shelf is what it does not hold."""
    vehicle, mission = bound_mission(state, event, *BEFORE_START)
    parcels = state.parcels
    for parcel_id in event.aboard:
        if parcel_id not in vehicle.aboard:
            raise IllegalEvent(event, "aboard", f"{parcel_id} is not aboard {event.vehicle_id}")
    for parcel_id in mission.carried:
        parcel = replace(parcels[parcel_id], reasons=event.reasons)
        left = parcel if parcel_id in event.aboard else waiting_again(state, parcel, at_s)
        parcels = parcels.set(parcel_id, left)
    return replace(_freed(state, vehicle, mission, event, at_s), parcels=parcels)


def offer_declined(state: FleetState, event: OfferDeclined, at_s: float) -> FleetState:
    """As withdrawn, but nothing failed: the parcels wait again at once, and know who declined."""
    vehicle, mission = bound_mission(state, event, *ON_PAPER)
    parcels = state.parcels
    for parcel_id in mission.carried:
        before = parcels[parcel_id]
        again = waiting_again(state, replace(before, reasons=event.reasons), at_s)
        again = replace(
            again,
            not_before_s=before.not_before_s,
            came_to_nothing=before.came_to_nothing,
            declined_at_s=before.declined_at_s.set(event.vehicle_id, at_s),
        )
        parcels = parcels.set(parcel_id, again)
    return replace(_freed(state, vehicle, mission, event, at_s), parcels=parcels)


def _freed(
    state: FleetState,
    vehicle: VehicleState,
    mission: MissionState,
    event: MissionWithdrawn | OfferDeclined,
    at_s: float,
) -> FleetState:
    """The vehicle without its mission, which never began; it is remembered when that is its own doing."""
    withdrawn = replace(
        mission,
        phase=MissionPhase.WITHDRAWN,
        ended_at_s=at_s,
        reasons=event.reasons,
        intent_state=None if mission.intent_state is None else IntentState.ENDED,
    )
    return replace(
        state,
        missions=state.missions.set(event.mission_id, withdrawn),
        vehicles=state.vehicles.set(event.vehicle_id, _less_trusted(vehicle, event, at_s)),
    )


_ITS_OWN_DOING = frozenset({Because.AUTOPILOT, Because.HEALTH, Because.LINK})


def _less_trusted(
    vehicle: VehicleState, event: MissionWithdrawn | OfferDeclined, at_s: float
) -> VehicleState:
    """Free, and empty but for what it holds still; one more refusal in a row when it refused, else none."""
    refused = isinstance(event, MissionWithdrawn) and any(r.because in _ITS_OWN_DOING for r in event.reasons)
    return replace(
        vehicle,
        mission_id=None,
        aboard=event.aboard if isinstance(event, MissionWithdrawn) else (),
        refusals=vehicle.refusals + 1 if refused else 0,
        refused_at_s=at_s if refused else vehicle.refused_at_s,
    )
