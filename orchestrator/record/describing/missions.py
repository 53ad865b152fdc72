"""Facts about missions in words."""

from __future__ import annotations

from typing import assert_never

from geofences.reason import Reason
from orchestrator.orders.order import OrderId
from orchestrator.record.describing.described import Described, clock, count, in_words, order_with
from orchestrator.record.events import (
    AirTaken,
    BackOnPath,
    DeparturePostponed,
    FetchFact,
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
from orchestrator.record.facts.ways import WayFact
from orchestrator.record.locker_rooms import place_of
from orchestrator.record.state import FleetState, Severity
from vehicles.mission import Dock, DropOff, Leg, MissionId, ParcelId, PickUp, Travel, Wait


def of_mission(event: MissionFact, state: FleetState) -> Described:
    """A fact about a mission, in words."""
    severity, text = _told(event, state)
    vehicle_id = event.mission.vehicle_id if isinstance(event, MissionPlanned) else event.vehicle_id
    return Described(severity, text, vehicle_id, _order_of(event, state))


def _told(event: MissionFact, state: FleetState) -> tuple[Severity, str]:  # noqa: C901, PLR0911, PLR0912
    # one case per fact of a closed union; mypy holds it complete
    match event:
        case MissionPlanned(mission, parcel_id):
            more = len(event.parcel_ids) - 1
            where = f"{parcel_id} to {_address(parcel_id, state)}" + (f" and {more} more" if more else "")
            when = f"hand-over at {clock(event.handover_at_s)}"
            waits = f" It sets out at {clock(event.depart_at_s)}: {in_words(event.waits_for)}."
            text = f"{mission.vehicle_id} will carry {where}: {when}, {_took(event)}."
            return Severity.INFO, text + (waits if event.waits_for else "")
        case DeparturePostponed(vehicle_id):
            when = f"hand-over at {clock(event.handover_at_s)}"
            return Severity.INFO, f"{vehicle_id} sets out later, by the same way: {when}."
        case PlanLoaded(vehicle_id):
            return Severity.INFO, f"{vehicle_id} holds the plan."
        case ParcelLoaded(vehicle_id, _, parcel_id):
            return Severity.INFO, f"{parcel_id} is aboard {vehicle_id}."
        case HandOverProved() | ParcelFetched() | ParcelNotFetched() | ParcelTakenOff():
            return _at_a_stop(event)
        case MissionStarted(vehicle_id, mission_id):
            return Severity.INFO, f"{vehicle_id} set off{_towards(mission_id, state)}."
        case LegDone(vehicle_id, mission_id, leg_index):
            return Severity.INFO, f"{vehicle_id} {_did(_leg(mission_id, leg_index, state))}."
        case ParcelHandedOver(vehicle_id, _, parcel_id):
            return Severity.INFO, f"{vehicle_id} handed {parcel_id} over at {_address(parcel_id, state)}."
        case MissionEnded(vehicle_id):
            return Severity.INFO, f"{vehicle_id} is back on its pad: {_took(event)}."
        case ParcelKept(vehicle_id, _, parcel_id, reasons):
            return Severity.WARNING, f"{vehicle_id} brings {parcel_id} back: {in_words(reasons)}"
        case OfferDeclined(vehicle_id, _, reasons):
            return Severity.INFO, f"{vehicle_id} declined: {in_words(reasons)}"
        case MissionWithdrawn(vehicle_id, _, reasons):
            return Severity.WARNING, f"{vehicle_id} will not set out: {in_words(reasons)}"
        case MissionFailed(vehicle_id, _, reasons):
            return Severity.WARNING, f"{vehicle_id} gave its mission up: {in_words(reasons)}"
        case OffPath(vehicle_id, _, by_m):
            return Severity.WARNING, f"{vehicle_id} is {by_m:.0f} m outside the space reserved for it."
        case BackOnPath(vehicle_id):
            return Severity.INFO, f"{vehicle_id} is back in the space reserved for it."
        case LowEnergy(vehicle_id, _, left_frac, needed_frac):
            left = f"{left_frac:.0%} of its battery left and needs {needed_frac:.0%}"
            return Severity.CRITICAL, f"{vehicle_id} has {left}."
        case MissionChanged(vehicle_id, _, plan, _, _, reasons):
            when = f"hand-over at {clock(plan.handover_at_s)}, {_took(plan)}"
            return Severity.WARNING, f"{vehicle_id} goes on by another way, {when}: {in_words(reasons)}"
        case WayClosed() | AirTaken() | MayMeet():
            return _of_way(event)
        case _:
            assert_never(event)


def _of_way(event: WayFact) -> tuple[Severity, str]:
    match event:
        case WayClosed(vehicle_id, _, zone_id, reasons):
            return Severity.WARNING, f"{vehicle_id} is planned anew around {zone_id}: {_why_closed(reasons)}"
        case AirTaken(vehicle_id, _, intent):
            until = clock(intent.timed.ends_at_s)
            return Severity.INFO, f"{vehicle_id} takes other air than was planned, until {until}."
        case MayMeet(vehicle_id, _, _, reasons):
            return Severity.WARNING, f"{vehicle_id} is planned anew: {in_words(reasons)}"
    assert_never(event)


def _at_a_stop(event: HandOverProved | FetchFact) -> tuple[Severity, str]:
    match event:
        case HandOverProved(_, _, parcel_id, proof, by):
            return Severity.INFO, f"{by} proved the hand-over of {parcel_id}: {proof.value}."
        case ParcelFetched(vehicle_id, _, parcel_id):
            return Severity.INFO, f"{vehicle_id} fetched {parcel_id}."
        case ParcelNotFetched(vehicle_id, _, parcel_id, reasons):
            return Severity.WARNING, f"{vehicle_id} did not get {parcel_id}: {in_words(reasons)}"
        case ParcelTakenOff(vehicle_id, _, parcel_id, reasons):
            return Severity.INFO, f"{vehicle_id} leaves {parcel_id} behind: {in_words(reasons)}"
    assert_never(event)


def _why_closed(reasons: tuple[Reason, ...]) -> str:
    return in_words(reasons) if reasons else "it is on its way home"


def _did(leg: Leg | None) -> str:
    match leg:
        case PickUp(parcel_id):
            return f"took {parcel_id}"
        case Travel():
            return "arrived"
        case DropOff(parcel_id):
            return f"finished the hand-over of {parcel_id}"
        case Wait():
            return "waited as planned"
        case Dock():
            return "docked"
        case None:
            return "finished a leg"
    assert_never(leg)


def _leg(mission_id: MissionId, leg_index: int, state: FleetState) -> Leg | None:
    mission = state.missions.get(mission_id)
    return None if mission is None else mission.plan.mission.legs[leg_index]


def _towards(mission_id: MissionId, state: FleetState) -> str:
    mission = state.missions.get(mission_id)
    if mission is None:
        return ""
    more = len(mission.plan.parcel_ids) - 1
    first = f" for {_address(mission.plan.parcel_id, state)}"
    return f"{first} and {count(more, 'further stop')}" if more else first


def _address(parcel_id: ParcelId, state: FleetState) -> str:
    order_id = order_with(parcel_id, state)
    return "the drop-off" if order_id is None else place_of(state, state.parcels[parcel_id]).label


_OF_ONE_PARCEL = (
    MissionPlanned
    | ParcelLoaded
    | ParcelTakenOff
    | ParcelFetched
    | ParcelNotFetched
    | ParcelHandedOver
    | ParcelKept
    | HandOverProved
)


def _order_of(event: MissionFact, state: FleetState) -> OrderId | None:
    if isinstance(event, _OF_ONE_PARCEL):
        return order_with(event.parcel_id, state)
    mission = state.missions.get(event.mission_id)
    return None if mission is None else order_with(mission.plan.parcel_id, state)


def _took(event: MissionPlanned | MissionEnded) -> str:
    return f"{event.distance_m / 1000.0:.1f} km, {event.energy_wh:.0f} Wh"
