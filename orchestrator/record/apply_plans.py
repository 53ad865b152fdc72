"""What follows from events about a mission that does not move yet: planned, loaded, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from geofences.reason import Because
from geofences.zone import Medium
from orchestrator.orders.custody import AtHub, OnVehicle
from orchestrator.orders.lockers import LockerRoom
from orchestrator.orders.order import LockerId
from orchestrator.record.apply_lockers import room_of
from orchestrator.record.apply_orders import waiting_again
from orchestrator.record.events import (
    DeparturePostponed,
    MissionPlanned,
    MissionWithdrawn,
    OfferDeclined,
    ParcelLoaded,
    PlanLoaded,
)
from orchestrator.record.illegal import IllegalEvent, bound_mission, check_instant, known_parcel
from orchestrator.record.state import (
    BEFORE_START,
    ON_PAPER,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    VehicleState,
)
from orchestrator.traffic.intent import IntentState
from vehicles.mission import DropOff, PickUp


def mission_planned(state: FleetState, event: MissionPlanned, at_s: float) -> FleetState:
    """The vehicle is bound, its parcels assigned; all must have been free for it."""
    mission = event.mission
    if mission.mission_id in state.missions:
        raise IllegalEvent(event, "mission.mission_id", f"{mission.mission_id} was used before")
    vehicle = _free_vehicle(state, event)
    _check_parcels(state, event, vehicle, at_s)
    _check_figures(event)
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


def _free_vehicle(state: FleetState, event: MissionPlanned) -> VehicleState:
    vehicle_id = event.mission.vehicle_id
    field = "mission.vehicle_id"
    vehicle = state.vehicles.get(vehicle_id)
    if vehicle is None:
        raise IllegalEvent(event, field, f"no vehicle {vehicle_id} has joined")
    if vehicle.mission_id is not None:
        raise IllegalEvent(event, field, f"{vehicle_id} is bound to mission {vehicle.mission_id}")
    if vehicle.aboard:
        raise IllegalEvent(event, field, f"{vehicle_id} still holds {', '.join(vehicle.aboard)}")
    if vehicle.link is not LinkState.UP:
        raise IllegalEvent(event, field, f"the link to {vehicle_id} is {vehicle.link.value}")
    if not vehicle.ready:
        raise IllegalEvent(event, field, f"{vehicle_id} is not ready")
    return vehicle


def _check_parcels(state: FleetState, event: MissionPlanned, vehicle: VehicleState, at_s: float) -> None:
    """Each waits at the vehicle's hub, is picked up and then handed over once, and there is room for all."""
    known_parcel(state, event)
    drop_offs = [leg for leg in event.mission.legs if isinstance(leg, DropOff)]
    pick_ups = [leg for leg in event.mission.legs if isinstance(leg, PickUp)]
    wanted = event.parcel_ids
    if sorted(leg.parcel_id for leg in pick_ups) != sorted(wanted):
        raise IllegalEvent(event, "mission.legs", f"needs one PickUp for each of {', '.join(wanted)}")
    if not wanted or wanted[0] != event.parcel_id or len(set(wanted)) != len(wanted):
        raise IllegalEvent(event, "mission.legs", f"needs one DropOff a parcel, {event.parcel_id}'s first")
    if len(event.further_after_s) != len(wanted) - 1:
        raise IllegalEvent(event, "further_after_s", f"needs one for each of {len(wanted) - 1} more parcels")
    if len(wanted) > vehicle.profile.compartments:
        room = f"{vehicle.vehicle_id} has room for {vehicle.profile.compartments}"
        raise IllegalEvent(event, "mission.legs", f"{len(wanted)} parcels, and {room}")
    if event.mission.legs[: len(pick_ups)] != tuple(pick_ups):
        raise IllegalEvent(event, "mission.legs", "every PickUp comes before the first movement")
    _check_diversions(state, event)
    stops: list[PickUp | DropOff] = [*drop_offs, *pick_ups]
    for leg in stops:
        _check_parcel(state, event, leg, vehicle, at_s)
    _check_lockers(state, event)


def _check_diversions(state: FleetState, event: MissionPlanned) -> None:
    """Only to places that the customer accepts."""
    for diversion in event.diversions:
        parcel = state.parcels.get(diversion.parcel_id)
        if parcel is None or diversion.parcel_id not in event.parcel_ids:
            raise IllegalEvent(event, "diversions", f"{diversion.parcel_id} is not carried")
        if diversion.place not in state.orders[parcel.order_id].order.alternatives:
            place = f"{diversion.place.label} is none of its customer's alternatives"
            raise IllegalEvent(event, "diversions", f"{diversion.parcel_id}: {place}")


def _check_lockers(state: FleetState, event: MissionPlanned) -> None:
    """Every parcel for a locker is promised a compartment: there is one for each."""
    places = {diversion.parcel_id: diversion.place for diversion in event.diversions}
    rooms: dict[LockerId, LockerRoom] = {}
    for parcel_id in event.parcel_ids:
        parcel = state.parcels[parcel_id]
        locker_id = places.get(parcel_id, state.orders[parcel.order_id].order.drop_off).locker_id
        room = None if locker_id is None else rooms.get(locker_id) or room_of(state, locker_id)
        if locker_id is None or room is None:
            continue
        after = room.promising(parcel.parcel.size)
        if after is None:
            raise IllegalEvent(event, "mission.legs", room.full(parcel.parcel.size).text)
        rooms[locker_id] = after


def _check_parcel(
    state: FleetState, event: MissionPlanned, leg: PickUp | DropOff, vehicle: VehicleState, at_s: float
) -> None:
    parcel_id = leg.parcel_id
    parcel = state.parcels.get(parcel_id)
    if parcel is None:
        raise IllegalEvent(event, "parcel_id", f"no order holds a parcel {parcel_id}")
    if parcel.phase is not ParcelPhase.WAITING:
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is {parcel.phase.value}")
    if parcel.keeper != AtHub(vehicle.hub_id):
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} is not at {vehicle.hub_id}")
    if at_s < parcel.not_before_s:
        raise IllegalEvent(event, "parcel_id", f"{parcel_id} rests until {parcel.not_before_s}")
    if leg.mass_kg != parcel.parcel.mass_kg:
        raise IllegalEvent(event, "mission.legs", f"{parcel_id} has {parcel.parcel.mass_kg} kg")


def _check_figures(event: MissionPlanned) -> None:
    _check_times(event)
    for field in ("distance_m", "energy_wh"):
        value = getattr(event, field)
        if not isfinite(value) or value < 0.0:
            raise IllegalEvent(event, field, f"{value} is not a finite number of 0 or more")


def _check_times(event: MissionPlanned | DeparturePostponed) -> None:
    for field in ("depart_at_s", "handover_at_s", "end_at_s"):
        check_instant(event, field, getattr(event, field))
    if not event.depart_at_s <= event.handover_at_s <= event.end_at_s:
        raise IllegalEvent(event, "handover_at_s", "must lie between depart_at_s and end_at_s")


def departure_postponed(state: FleetState, event: DeparturePostponed) -> FleetState:
    """New times and a new reservation for a mission that has not moved yet; only ever later ones."""
    _, mission = bound_mission(state, event, *BEFORE_START)
    if event.depart_at_s <= mission.plan.depart_at_s:
        raise IllegalEvent(event, "depart_at_s", "must be later than the departure planned so far")
    if (event.intent is None) != (mission.plan.intent is None):
        raise IllegalEvent(event, "intent", "an aircraft reserves its volumes, and nobody else does")
    _check_times(event)
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

    Under way it comes for a mission that goes on from another.
    """
    changed = state.missions.get(event.mission_id)
    under_way = (MissionPhase.UNDER_WAY,) if changed is not None and changed.unloaded else ()
    _, mission = bound_mission(state, event, *BEFORE_START, *under_way)
    if mission.phase is MissionPhase.PLANNED:
        mission = replace(mission, phase=MissionPhase.LOADED)
    mission = replace(mission, unloaded=False)
    return replace(state, missions=state.missions.set(event.mission_id, mission))


def parcel_loaded(state: FleetState, event: ParcelLoaded) -> FleetState:
    """Custody passes from the hub to the vehicle; once all it is to carry is aboard, it may start."""
    vehicle, mission = bound_mission(state, event, *ON_PAPER)
    parcel = known_parcel(state, event)
    if parcel.mission_id != event.mission_id or event.parcel_id not in mission.plan.parcel_ids:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not assigned to this mission")
    if parcel.keeper != AtHub(vehicle.hub_id):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not at {vehicle.hub_id}")
    held = replace(vehicle, aboard=(*vehicle.aboard, event.parcel_id))
    complete = set(held.aboard) >= set(mission.plan.parcel_ids)
    aboard = replace(mission, phase=MissionPhase.PARCEL_ABOARD) if complete else mission
    return replace(
        state,
        parcels=state.parcels.set(event.parcel_id, replace(parcel, keeper=OnVehicle(event.vehicle_id))),
        vehicles=state.vehicles.set(event.vehicle_id, held),
        missions=state.missions.set(event.mission_id, aboard),
    )


def mission_withdrawn(state: FleetState, event: MissionWithdrawn, at_s: float) -> FleetState:
    """The vehicle is free again (not ready until it says so) and its parcels are on the shelf."""
    vehicle, mission = bound_mission(state, event, *BEFORE_START)
    parcels = state.parcels
    for parcel_id in mission.plan.parcel_ids:
        parcel = replace(parcels[parcel_id], reasons=event.reasons)
        parcels = parcels.set(parcel_id, waiting_again(state, parcel, at_s))
    return replace(_freed(state, vehicle, mission, event, at_s), parcels=parcels)


def offer_declined(state: FleetState, event: OfferDeclined, at_s: float) -> FleetState:
    """As withdrawn, but nothing failed: the parcels wait again at once, and know who declined."""
    vehicle, mission = bound_mission(state, event, *ON_PAPER)
    parcels = state.parcels
    for parcel_id in mission.plan.parcel_ids:
        before = parcels[parcel_id]
        again = waiting_again(state, replace(before, reasons=event.reasons), at_s)
        known = tuple(v for v in before.declined_by if v != event.vehicle_id)
        again = replace(
            again,
            not_before_s=before.not_before_s,
            came_to_nothing=before.came_to_nothing,
            declined_by=(*known, event.vehicle_id),
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
    """Free and empty; one more refusal in a row when it refused, else none."""
    refused = isinstance(event, MissionWithdrawn) and any(r.because in _ITS_OWN_DOING for r in event.reasons)
    return replace(
        vehicle,
        mission_id=None,
        aboard=(),
        refusals=vehicle.refusals + 1 if refused else 0,
        refused_at_s=at_s if refused else vehicle.refused_at_s,
    )
