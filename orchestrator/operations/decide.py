"""What the fleet does next: a pure function of its state, what is seen of it, its surroundings, now.

A tick is a list of named steps. Each looks at vehicles or parcels that the others leave alone, so
that all may work from the same state.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from geofences.reason import Because, Reason
from orchestrator.operations.dispatching.dispatcher import dispatch_waiting
from orchestrator.operations.dispatching.overrides import overridden_reason
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import around_popups, open_what_is_over
from orchestrator.operations.watching.readiness import Seen, unready
from orchestrator.operations.watching.strays import clear_of_strays
from orchestrator.orders.lockers import COLLECT_WITHIN_S
from orchestrator.record.alert_keys import alert_key
from orchestrator.record.events import (
    AirspaceRead,
    CollectionExpired,
    CustodyTold,
    Event,
    MissionEnded,
    MissionWithdrawn,
    OrderPlaced,
    ParcelReturned,
    ParcelTakenOff,
    PlaceChosen,
    VehicleMissing,
    VehicleReady,
    ZoneAdded,
    ZoneRemoved,
)
from orchestrator.record.state import (
    BEFORE_START,
    ON_PAPER,
    FleetState,
    LinkState,
    MissionPhase,
    MissionState,
    VehicleState,
)
from orchestrator.record.taken_back import cancelled_reason, taken_back, withdrawal, withheld

DUE = (
    OrderPlaced
    | PlaceChosen
    | ParcelReturned
    | CustodyTold
    | MissionEnded
    | MissionWithdrawn
    | VehicleReady
    | ZoneAdded
    | ZoneRemoved
    | AirspaceRead
)
"""Facts after which something is to be decided at once."""

MISSING_AFTER_S = 60.0
"""How long past the expected end of its mission, and since it fell silent, a vehicle may still turn up."""

RIDER_MISSING_AFTER_S = 3600.0
"""The same of a courier, who may be late with a dead phone."""

_STUCK_AFTER_S = 60.0
"""How long past its departure a mission that its session has not moved on is taken back."""

_by_id = attrgetter("vehicle_id")

Step = Callable[[FleetState, Seen, Surroundings, float], tuple[Event, ...]]


def decide(
    state: FleetState,
    seen: Seen,
    surroundings: Surroundings,
    now_s: float,
    dispatch: Step = dispatch_waiting,
) -> tuple[Event, ...]:
    """The facts that the fleet brings about at `now_s` (fleet time, UTC seconds); mostly none."""
    surroundings = around_popups(surroundings, state.zones)
    return tuple(event for step in (*STEPS, dispatch) for event in step(state, seen, surroundings, now_s))


def withdraw_stopped(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Missions that are still paper take no asking: cancelled, faulted, unheard, or stuck, they end here.

    Once the parcel is aboard the vehicle may be starting; then only its session, which commands
    it, withdraws.
    """
    del seen, surroundings
    found = []
    for vehicle, mission in _bound(state):
        reasons = _stopped(state, vehicle, mission, now_s) if mission.phase in ON_PAPER else ()
        if reasons:
            found.append(withdrawal(state, mission, reasons))
    return tuple(found)


def _stopped(
    state: FleetState, vehicle: VehicleState, mission: MissionState, now_s: float
) -> tuple[Reason, ...]:
    cancelled = cancelled_reason(state, mission)
    if cancelled is not None:
        return (cancelled,)
    overridden = overridden_reason(state, mission)
    if overridden is not None:
        return (overridden,)
    if vehicle.fault:
        return vehicle.fault
    name = vehicle.vehicle_id
    if vehicle.link is not LinkState.UP:
        return (Reason(Because.LINK, name, f"{name} is not heard."),)
    if now_s > mission.plan.depart_at_s + _STUCK_AFTER_S:
        return (Reason(Because.LINK, name, f"{name} did not get ready for its departure."),)
    return ()


def take_off_cancelled(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Parcels that nobody wants any more come off couriers' trips that have not begun; the rest goes on."""
    del seen, surroundings
    found = []
    for vehicle, mission in _bound(state):
        if mission.phase not in BEFORE_START or not vehicle.profile.ridden:
            continue
        if mission.phase in ON_PAPER and _stopped(state, vehicle, mission, now_s):
            continue  # all of it is withdrawn
        for parcel_id in withheld(state, mission):
            why = taken_back(state.orders[state.parcels[parcel_id].order_id])
            off = ParcelTakenOff(vehicle.vehicle_id, mission.plan.mission.mission_id, parcel_id, (why,))
            found.append(off)
    return tuple(found)


def find_missing(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Vehicles silent for a margin, past the end of their mission too: what they carry counts as lost."""
    del surroundings
    found = []
    for vehicle, mission in (*_bound(state), *_withdrawn_from(state)):
        if vehicle.link is not LinkState.LOST or mission.phase in ON_PAPER:
            continue
        vehicle_id = vehicle.vehicle_id
        told = state.alerts.get(alert_key("link", vehicle_id))
        silent_s = 0.0 if told is None else told.raised_at_s  # its last word may be from before a restart
        if now_s <= max(mission.ended_at_s or mission.plan.end_at_s, silent_s) + _may_be_late_s(vehicle):
            continue
        last = seen.get(vehicle_id)
        position = vehicle.pad.at.position if last is None else last.position
        heard_at_s = mission.planned_at_s if last is None else last.heard_at_s
        found.append(VehicleMissing(vehicle_id, position, heard_at_s))
    return tuple(found)


def _may_be_late_s(vehicle: VehicleState) -> float:
    return RIDER_MISSING_AFTER_S if vehicle.profile.ridden else MISSING_AFTER_S


def open_areas(state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float) -> tuple[Event, ...]:
    """Areas that were closed until a while ago are open again."""
    del seen, surroundings
    return open_what_is_over(state, now_s)


def find_ready(state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float) -> tuple[Event, ...]:
    """Idle vehicles that stand on their pad, healthy, charged and heard."""
    del surroundings
    asked = (one for one in state.vehicles.values() if one.mission_id is None and not one.ready)
    return tuple(
        VehicleReady(vehicle.vehicle_id)
        for vehicle in sorted(asked, key=_by_id)
        if not unready(vehicle, seen.get(vehicle.vehicle_id), now_s)
    )


def _bound(state: FleetState) -> list[tuple[VehicleState, MissionState]]:
    """Vehicles that have a mission, and that; in the order of their ids."""
    bound = [
        (vehicle, state.missions[vehicle.mission_id])
        for vehicle in state.vehicles.values()
        if vehicle.mission_id is not None
    ]
    return sorted(bound, key=lambda pair: pair[0].vehicle_id)


def _withdrawn_from(state: FleetState) -> list[tuple[VehicleState, MissionState]]:
    """Vehicles without a mission that hold parcels still of one that was withdrawn, and it; by id.

    What is in doubt waits for a person as it is; after any other end there was nothing to give back.
    """
    found = []
    for _, vehicle in sorted(state.vehicles.items()):
        parcels = [] if vehicle.mission_id is not None else [state.parcels[one] for one in vehicle.aboard]
        of = [one.mission_id for one in parcels if not one.in_doubt and one.mission_id is not None]
        missions = (state.missions[one] for one in dict.fromkeys(of))
        found += [(vehicle, one) for one in missions if one.phase is MissionPhase.WITHDRAWN][-1:]
    return found


def expire_collections(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Parcels that nobody came for in a locker: told once, for people to fetch them."""
    del seen, surroundings
    inside = (state.parcels[one] for ids in state.boxed.values() for one in ids)
    return tuple(
        CollectionExpired(parcel.parcel.parcel_id)
        for parcel in sorted(inside, key=lambda one: one.parcel.parcel_id)
        if parcel.expired_at_s is None
        and parcel.delivered_at_s is not None
        and now_s > parcel.delivered_at_s + COLLECT_WITHIN_S
    )


STEPS: tuple[Step, ...] = (
    expire_collections,
    open_areas,
    withdraw_stopped,
    take_off_cancelled,
    clear_of_strays,
    find_missing,
    find_ready,
)
