"""What the fleet does next: a pure function of its state, what is seen of it, its surroundings, now.

A tick is a list of named steps. Each looks at vehicles or parcels that the others leave alone, so
that all may work from the same state.
"""

from __future__ import annotations

from collections.abc import Callable

from geofences.reason import Because, Reason
from orchestrator.operations.dispatching import dispatch_waiting
from orchestrator.operations.overrides import overridden_reason
from orchestrator.operations.popups import around_popups, open_what_is_over
from orchestrator.operations.readiness import Seen, fresh_for_s, unready
from orchestrator.operations.surroundings import Surroundings
from orchestrator.orders.lockers import COLLECT_WITHIN_S
from orchestrator.record.events import (
    CollectionExpired,
    Event,
    MissionWithdrawn,
    VehicleFaulted,
    VehicleMissing,
    VehicleReady,
)
from orchestrator.record.state import (
    BEFORE_START,
    ON_PAPER,
    FleetState,
    LinkState,
    MissionState,
    VehicleState,
)
from vehicles.mission import ParcelId

MISSING_AFTER_S = 60.0
"""How long past the expected end of its mission a silent vehicle may still turn up."""

RIDER_MISSING_AFTER_S = 3600.0
"""The same of a courier, who may be late with a dead phone."""

_STUCK_AFTER_S = 60.0
"""How long past its departure a mission that its session has not moved on is taken back."""

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
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        mission = _bound(state, vehicle)
        if mission is None or mission.phase not in ON_PAPER:
            continue
        reasons = _stopped(state, vehicle, mission, now_s)
        if reasons:
            found.append(MissionWithdrawn(vehicle_id, mission.plan.mission.mission_id, reasons))
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


def cancelled_reason(state: FleetState, mission: MissionState) -> Reason | None:
    """Why a mission is pointless: its orders were taken back while their parcels were still on their way.

    Before it starts one order of several is enough: the others are planned anew, without it. Under way
    it goes on for the others.
    """
    left = [
        state.orders[state.parcels[parcel_id].order_id]
        for parcel_id in mission.plan.parcel_ids
        if state.parcels[parcel_id].delivered_at_s is None and parcel_id not in mission.kept
    ]
    cancelled = [order for order in left if order.cancelled_by is not None]
    if not cancelled or (mission.phase not in BEFORE_START and len(cancelled) < len(left)):
        return None
    order_id = cancelled[0].order.order_id
    text = f"Order {order_id} was cancelled by {cancelled[0].cancelled_by}."
    return Reason(Because.OPERATOR, order_id, text)


def withheld(state: FleetState, mission: MissionState) -> tuple[ParcelId, ...]:
    """Parcels aboard whose orders were taken back while others of the mission are still wanted."""
    left = [
        state.parcels[parcel_id]
        for parcel_id in mission.plan.parcel_ids
        if state.parcels[parcel_id].delivered_at_s is None and parcel_id not in mission.kept
    ]
    cancelled = [one for one in left if state.orders[one.order_id].cancelled_by is not None]
    return tuple(one.parcel.parcel_id for one in cancelled) if len(cancelled) < len(left) else ()


def find_missing(
    state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float
) -> tuple[Event, ...]:
    """Vehicles silent past the end of their mission and a margin: what they carry counts as lost."""
    del surroundings
    found = []
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        mission = _bound(state, vehicle)
        if mission is None or vehicle.link is not LinkState.LOST:
            continue
        begun = mission.phase not in ON_PAPER
        if not begun or now_s <= mission.plan.end_at_s + _may_be_late_s(vehicle):
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
    return tuple(
        VehicleReady(vehicle_id)
        for vehicle_id, vehicle in sorted(state.vehicles.items())
        if vehicle.mission_id is None
        and not vehicle.ready
        and not unready(vehicle, seen.get(vehicle_id), now_s)
    )


def find_unfit(state: FleetState, seen: Seen, surroundings: Surroundings, now_s: float) -> tuple[Event, ...]:
    """Idle vehicles against which their own preflight holds something: told once, with the reasons.

    What is only not known yet (`Because.BUSY`) is none; a fault of another kind keeps its own words.
    """
    del surroundings
    found: list[Event] = []
    for vehicle_id, vehicle in sorted(state.vehicles.items()):
        look = seen.get(vehicle_id)
        if look is None or vehicle.mission_id is not None or now_s - look.heard_at_s > fresh_for_s(vehicle):
            continue
        against = tuple(reason for reason in look.health.findings if reason.because is not Because.BUSY)
        if against and (not vehicle.fault or set(against) < set(vehicle.fault)):
            found.append(VehicleFaulted(vehicle_id, against))
    return tuple(found)


def _bound(state: FleetState, vehicle: VehicleState) -> MissionState | None:
    return None if vehicle.mission_id is None else state.missions[vehicle.mission_id]


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
    find_missing,
    find_unfit,
    find_ready,
)
