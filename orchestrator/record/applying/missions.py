"""What follows from facts about missions, above all those under way."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from immutables import Map

from orchestrator.orders.custody import OnVehicle
from orchestrator.record.applying.changes import air_taken, mission_changed
from orchestrator.record.applying.fetches import parcel_fetched, parcel_not_fetched, released, still_to_fetch
from orchestrator.record.applying.lockers import boxed, keeper_there
from orchestrator.record.applying.plans import (
    departure_postponed,
    mission_planned,
    mission_withdrawn,
    offer_declined,
    parcel_loaded,
    parcel_taken_off,
    plan_loaded,
)
from orchestrator.record.events import (
    AirTaken,
    BackOnPath,
    DeparturePostponed,
    HandOverProved,
    LegDone,
    LowEnergy,
    MayMeet,
    MissionChanged,
    MissionEnded,
    MissionFact,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    OffPath,
    ParcelFetched,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelNotFetched,
    ParcelTakenOff,
    PlanLoaded,
    WayClosed,
)
from orchestrator.record.illegal import IllegalEvent, bound_mission, known_parcel
from orchestrator.record.state import (
    MOVING,
    Closed,
    FleetState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    VehicleState,
)
from orchestrator.traffic.intent import IntentState

MOST_LESSONS = 120
"""Of how many last hand-overs of each kind of vehicle it is remembered how long they took."""


def apply_mission_fact(  # noqa: C901, PLR0911, PLR0912
    state: FleetState, event: MissionFact, at_s: float
) -> FleetState:
    """The state after a fact of this topic. Raises `IllegalEvent` when it cannot follow."""
    # one case per fact of a closed union; mypy holds it complete
    match event:
        case MissionPlanned():
            return mission_planned(state, event, at_s)
        case DeparturePostponed():
            return departure_postponed(state, event)
        case PlanLoaded():
            return plan_loaded(state, event)
        case ParcelLoaded():
            return parcel_loaded(state, event)
        case ParcelTakenOff():
            return parcel_taken_off(state, event, at_s)
        case MissionWithdrawn():
            return mission_withdrawn(state, event, at_s)
        case OfferDeclined():
            return offer_declined(state, event, at_s)
        case ParcelKept():
            return parcel_kept(state, event)
        case MissionStarted():
            return mission_started(state, event, at_s)
        case LegDone():
            return leg_done(state, event)
        case ParcelHandedOver():
            return parcel_handed_over(state, event, at_s)
        case MissionFailed():
            return mission_failed(state, event, at_s)
        case MissionEnded():
            return mission_ended(state, event, at_s)
        case OffPath() | BackOnPath() | LowEnergy():
            return conformance(state, event)
        case WayClosed() | MayMeet():
            return way_barred(state, event)
        case AirTaken():
            return air_taken(state, event)
        case MissionChanged():
            return mission_changed(state, event, at_s)
        case HandOverProved():
            return hand_over_proved(state, event)
        case ParcelFetched():
            return parcel_fetched(state, event)
        case ParcelNotFetched():
            return parcel_not_fetched(state, event, at_s)
        case _:
            assert_never(event)


def intent_in(mission: MissionState, intent_state: IntentState) -> MissionState:
    """`mission` with its operational intent, if it has one, in another state of ASTM F3548."""
    return mission if mission.intent_state is None else replace(mission, intent_state=intent_state)


def mission_started(state: FleetState, event: MissionStarted, at_s: float) -> FleetState:
    """What it is to take along must be aboard: nobody flies off with an empty gripper."""
    _, mission = bound_mission(state, event, MissionPhase.PARCEL_ABOARD)
    started = replace(mission, phase=MissionPhase.UNDER_WAY, started_at_s=at_s)
    parcels = state.parcels
    for parcel_id in mission.loads:
        parcels = parcels.set(parcel_id, replace(parcels[parcel_id], phase=ParcelPhase.ON_THE_WAY))
    return replace(
        state,
        missions=state.missions.set(event.mission_id, intent_in(started, IntentState.ACTIVATED)),
        parcels=parcels,
    )


def way_barred(state: FleetState, event: WayClosed | MayMeet) -> FleetState:
    """An area or another aircraft bars the way of a mission whose parcel is aboard: the newest counts."""
    _, mission = bound_mission(state, event, MissionPhase.PARCEL_ABOARD, *MOVING)
    closed = replace(mission, closed=Closed(state.seq + 1, event.reasons))
    return replace(state, missions=state.missions.set(event.mission_id, closed))


def leg_done(state: FleetState, event: LegDone) -> FleetState:
    """Legs are done in order; a later one done says that all before it are. On the pad, only loading."""
    _, mission = bound_mission(state, event, MissionPhase.PARCEL_ABOARD, *MOVING)
    legs = mission.plan.mission.legs
    if not mission.legs_done <= event.leg_index < len(legs):
        span = f"{mission.legs_done}..{len(legs) - 1}"
        raise IllegalEvent(event, "leg_index", f"{event.leg_index} is not within {span}")
    loaded = event.leg_index < len(mission.plan.mission.loads)
    if mission.phase is MissionPhase.PARCEL_ABOARD and not loaded:
        raise IllegalEvent(event, "leg_index", f"mission {event.mission_id} has not started")
    done = replace(mission, legs_done=event.leg_index + 1)
    return replace(state, missions=state.missions.set(event.mission_id, done))


def parcel_handed_over(state: FleetState, event: ParcelHandedOver, at_s: float) -> FleetState:
    """Custody passes from the vehicle to the recipient or the locker, once."""
    vehicle, mission = bound_mission(state, event, *MOVING)
    parcel = known_parcel(state, event)
    if parcel.phase is ParcelPhase.DELIVERED:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} was delivered before")
    if parcel.keeper != OnVehicle(event.vehicle_id):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not aboard {event.vehicle_id}")
    keeper = keeper_there(state, event, parcel)
    delivered = replace(
        parcel,
        keeper=keeper,
        phase=ParcelPhase.DELIVERED,
        delivered_at_s=at_s,
        reasons=(),
    )
    left = tuple(p for p in vehicle.aboard if p != event.parcel_id)
    return replace(
        boxed(state, event.parcel_id, keeper),
        parcels=state.parcels.set(event.parcel_id, delivered),
        vehicles=state.vehicles.set(event.vehicle_id, replace(vehicle, aboard=left)),
        paces=_lesson(state, vehicle, mission, event, at_s),
    )


def hand_over_proved(state: FleetState, event: HandOverProved) -> FleetState:
    """Of what the vehicle still holds, once; its start may not be noted yet."""
    bound_mission(state, event, MissionPhase.PARCEL_ABOARD, *MOVING)
    parcel = known_parcel(state, event)
    if parcel.keeper != OnVehicle(event.vehicle_id):
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not aboard {event.vehicle_id}")
    if parcel.proved is not None:
        raise IllegalEvent(event, "parcel_id", f"the hand-over of {event.parcel_id} is proved")
    return replace(state, parcels=state.parcels.set(event.parcel_id, replace(parcel, proved=event)))


def _lesson(
    state: FleetState, vehicle: VehicleState, mission: MissionState, event: ParcelHandedOver, at_s: float
) -> Map[str, tuple[float, ...]]:
    """By how much it took longer than planned to this hand-over, kept with the last ones of its kind."""
    plan, name = mission.plan, vehicle.profile.name
    due_s = plan.handovers_at_s.get(event.parcel_id)
    if due_s is None or due_s - plan.depart_at_s < 1.0:
        return state.paces
    longer_frac = round((at_s - due_s) / (due_s - plan.depart_at_s), 4)
    return state.paces.set(name, (*state.paces.get(name, ())[1 - MOST_LESSONS :], longer_frac))


def parcel_kept(state: FleetState, event: ParcelKept) -> FleetState:
    """It stays in the vehicle's keeping; the mission goes on."""
    _, mission = bound_mission(state, event, *MOVING)
    parcel = known_parcel(state, event)
    if parcel.keeper != OnVehicle(event.vehicle_id) or event.parcel_id in mission.kept:
        raise IllegalEvent(event, "parcel_id", f"{event.parcel_id} is not aboard to be handed over")
    kept = replace(mission, kept=(*mission.kept, event.parcel_id))
    return replace(
        state,
        missions=state.missions.set(event.mission_id, kept),
        parcels=state.parcels.set(event.parcel_id, replace(parcel, reasons=event.reasons)),
    )


def mission_failed(state: FleetState, event: MissionFailed, at_s: float) -> FleetState:
    """The vehicle stays bound until it is docked, and fetches nothing; a second failure adds its reasons."""
    _, mission = bound_mission(state, event, MissionPhase.PARCEL_ABOARD, *MOVING)
    news = tuple(reason for reason in event.reasons if reason not in mission.reasons)
    failed = replace(mission, phase=MissionPhase.GIVEN_UP, reasons=(*mission.reasons, *news))
    parcels, failed = released(state, failed, failed.reasons, at_s)
    for parcel_id in failed.carried:
        parcel = parcels[parcel_id]
        if parcel.mission_id == event.mission_id and parcel.phase is not ParcelPhase.DELIVERED:
            coming_back = replace(parcel, phase=ParcelPhase.ON_THE_WAY, reasons=failed.reasons)
            parcels = parcels.set(parcel_id, coming_back)
    return replace(
        state,
        missions=state.missions.set(event.mission_id, intent_in(failed, IntentState.CONTINGENT)),
        parcels=parcels,
    )


def mission_ended(state: FleetState, event: MissionEnded, at_s: float) -> FleetState:
    """The vehicle is free (not ready until it says so). A parcel still aboard stays its own to keep."""
    vehicle, mission = bound_mission(state, event, *MOVING)
    for parcel_id in still_to_fetch(state, mission):
        raise IllegalEvent(event, "mission_id", f"{parcel_id} is still to be fetched")
    for field in ("distance_m", "energy_wh"):
        value = getattr(event, field)
        if not 0.0 <= value < float("inf"):
            raise IllegalEvent(event, field, f"{value} is not a finite number of 0 or more")
    ended = replace(
        mission,
        phase=MissionPhase.ENDED,
        ended_at_s=at_s,
        distance_m=event.distance_m,
        energy_wh=event.energy_wh,
        energy_from=event.energy_from,
    )
    return replace(
        state,
        missions=state.missions.set(event.mission_id, intent_in(ended, IntentState.ENDED)),
        vehicles=state.vehicles.set(event.vehicle_id, _rested(vehicle)),
    )


def _rested(vehicle: VehicleState) -> VehicleState:
    return replace(vehicle, mission_id=None, refusals=0, trips=vehicle.trips + 1, halt=None)


def conformance(state: FleetState, event: OffPath | BackOnPath | LowEnergy) -> FleetState:
    """Off and back on path move the intent between Nonconforming and Activated; Contingent stays."""
    _, mission = bound_mission(state, event, *MOVING)
    match event:
        case LowEnergy():
            return state
        case OffPath():
            before, after = IntentState.ACTIVATED, IntentState.NONCONFORMING
        case BackOnPath():
            before, after = IntentState.NONCONFORMING, IntentState.ACTIVATED
        case _:
            assert_never(event)
    if mission.intent_state is not before:
        return state
    return replace(state, missions=state.missions.set(event.mission_id, replace(mission, intent_state=after)))
