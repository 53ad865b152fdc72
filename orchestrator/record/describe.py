"""What a fact means to people: one plain sentence, how grave it is, and whom it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from geofences.reason import Reason
from orchestrator.orders.order import OrderId
from orchestrator.record.describe_clock import of_clock
from orchestrator.record.describe_vehicle import in_words, of_vehicle
from orchestrator.record.events import (
    BackOnPath,
    ClockDiffers,
    ClockFact,
    CollectionExpired,
    DeparturePostponed,
    DispatchOverridden,
    Entry,
    HandOverProved,
    HubClosed,
    HubOpened,
    LegDone,
    LockerClosed,
    LockerFact,
    LockerOpened,
    LowEnergy,
    MissionChanged,
    MissionEnded,
    MissionFact,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OfferDeclined,
    OffPath,
    OrderCancelled,
    OrderFact,
    OrderPlaced,
    ParcelCollected,
    ParcelDeferred,
    ParcelExpected,
    ParcelHandedOver,
    ParcelKept,
    ParcelLoaded,
    ParcelRecovered,
    ParcelReturned,
    PlanLoaded,
    VehicleFact,
    WayClosed,
    Wish,
    ZoneAdded,
    ZoneFact,
    ZoneRemoved,
)
from orchestrator.record.state import FleetState, Severity
from vehicles.clock import iso
from vehicles.mission import Dock, DropOff, Leg, MissionId, ParcelId, PickUp, Travel, VehicleId, Wait


@dataclass(frozen=True, slots=True)
class Described:
    """A fact for people. `vehicle_id` and `order_id` say whom to show it with, None for nobody."""

    severity: Severity
    text: str
    vehicle_id: VehicleId | None = None
    order_id: OrderId | None = None


def describe(entry: Entry, state: FleetState) -> Described:
    """`entry` in words. `state` is any state from `entry` on; it is asked for names only."""
    event = entry.event
    if isinstance(event, OrderFact):
        return _of_order(event, state)
    if isinstance(event, MissionFact):
        severity, text = _of_mission(event, state)
        vehicle_id = event.mission.vehicle_id if isinstance(event, MissionPlanned) else event.vehicle_id
        return Described(severity, text, vehicle_id, _order_of(event, state))
    if isinstance(event, VehicleFact):
        severity, text, vehicle_of = of_vehicle(event, state)
        return Described(severity, text, vehicle_of)
    if isinstance(event, LockerFact):
        return _of_locker(event, state)
    if isinstance(event, ZoneFact):
        return Described(Severity.WARNING, _of_zone(event))
    if isinstance(event, ClockFact):
        severity = Severity.INFO if event == ClockDiffers() else Severity.CRITICAL
        return Described(severity, of_clock(event, entry.at_s))
    assert_never(event)


def _of_locker(event: LockerFact, state: FleetState) -> Described:
    match event:
        case LockerOpened(locker):
            return Described(Severity.INFO, f"Locker {locker.name} ({locker.locker_id}) is open.")
        case LockerClosed(locker_id):
            return Described(Severity.INFO, f"Locker {locker_id} takes part no more.")
        case ParcelCollected(parcel_id, by):
            severity, text = Severity.INFO, f"{parcel_id} was collected from its locker ({by})."
        case CollectionExpired(parcel_id):
            text = f"Nobody came for {parcel_id} in its locker: it is to be fetched back."
            severity = Severity.WARNING
        case ParcelRecovered(parcel_id, hub_id, by):
            severity, text = Severity.WARNING, f"{by} fetched {parcel_id} back to {hub_id}."
        case _:
            assert_never(event)
    return Described(severity, text, None, _order_with(parcel_id, state))


def _of_zone(event: ZoneFact) -> str:
    match event:
        case ZoneAdded(zone, by):
            until = "until it is opened again" if zone.until_s is None else f"until {_clock(zone.until_s)}"
            span = f"{zone.lower_agl_m:g} to {zone.upper_agl_m:g} m, from {_clock(zone.from_s)} {until}"
            return f"{by} closed {zone.zone_id} ({zone.name}): {span}."
        case ZoneRemoved(zone_id, by):
            return f"{by} opened {zone_id} again."
    assert_never(event)


def _of_order(event: OrderFact, state: FleetState) -> Described:  # noqa: PLR0911 - one case a fact
    match event:
        case HubOpened(hub):
            return Described(Severity.INFO, f"{hub.name} ({hub.hub_id}) is open with {len(hub.pads)} pads.")
        case HubClosed(hub_id):
            return Described(Severity.INFO, f"Hub {hub_id} takes part no more.")
        case OrderPlaced(order):
            what = _count(len(order.parcels), "parcel")
            due = f"due {_clock(order.deadline_s)}"
            text = f"{order.placed_by} ordered {what} from {order.hub_id} to {order.drop_off.label}, {due}."
            return Described(Severity.INFO, text, None, order.order_id)
        case OrderCancelled(order_id, by):
            return Described(Severity.INFO, f"{by} cancelled order {order_id}.", None, order_id)
        case ParcelDeferred(parcel_id, reasons):
            text = f"{parcel_id} waits: {in_words(reasons)}"
            return Described(Severity.INFO, text, None, _order_with(parcel_id, state))
        case ParcelExpected(parcel_id, vehicle_id, handover_at_s):
            text = f"{vehicle_id} is to bring {parcel_id}, at about {_clock(handover_at_s)}."
            return Described(Severity.INFO, text, vehicle_id, _order_with(parcel_id, state))
        case DispatchOverridden(order_id, wish, by, vehicle_id):
            said = _wished(wish, order_id, vehicle_id)
            return Described(Severity.INFO, f"{by} {said}.", vehicle_id, order_id)
        case ParcelReturned(parcel_id, hub_id):
            text = f"{parcel_id} is back on the shelf at {hub_id}."
            return Described(Severity.WARNING, text, None, _order_with(parcel_id, state))
        case _:
            assert_never(event)


def _wished(wish: Wish, order_id: OrderId, vehicle_id: VehicleId | None) -> str:
    match wish:
        case Wish.PIN:
            return f"pinned order {order_id} to {vehicle_id}"
        case Wish.FORBID:
            return f"forbade {vehicle_id} to carry order {order_id}"
        case Wish.HOLD:
            return f"holds order {order_id} back"
        case Wish.PRIORITISE:
            return f"changed the priority of order {order_id}"
        case Wish.RELEASE:
            return f"left order {order_id} to the dispatcher again"
    assert_never(wish)


def _of_mission(event: MissionFact, state: FleetState) -> tuple[Severity, str]:  # noqa: C901, PLR0911, PLR0912
    # one case per fact of a closed union; mypy holds it complete
    match event:
        case MissionPlanned(mission, parcel_id):
            more = len(event.parcel_ids) - 1
            where = f"{parcel_id} to {_address(parcel_id, state)}" + (f" and {more} more" if more else "")
            when = f"hand-over at {_clock(event.handover_at_s)}"
            waits = f" It sets out at {_clock(event.depart_at_s)}: {in_words(event.waits_for)}."
            text = f"{mission.vehicle_id} will carry {where}: {when}, {_took(event)}."
            return Severity.INFO, text + (waits if event.waits_for else "")
        case DeparturePostponed(vehicle_id):
            when = f"hand-over at {_clock(event.handover_at_s)}"
            return Severity.INFO, f"{vehicle_id} sets out later, by the same way: {when}."
        case PlanLoaded(vehicle_id):
            return Severity.INFO, f"{vehicle_id} holds the plan."
        case ParcelLoaded(vehicle_id, _, parcel_id):
            return Severity.INFO, f"{parcel_id} is aboard {vehicle_id}."
        case MissionStarted(vehicle_id, mission_id):
            return Severity.INFO, f"{vehicle_id} set off{_towards(mission_id, state)}."
        case LegDone(vehicle_id, mission_id, leg_index):
            return Severity.INFO, f"{vehicle_id} {_did(_leg(mission_id, leg_index, state))}."
        case HandOverProved(_, _, parcel_id, proof, by):
            return Severity.INFO, f"{by} proved the hand-over of {parcel_id}: {proof.value}."
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
            when = f"hand-over at {_clock(plan.handover_at_s)}, {_took(plan)}"
            return Severity.WARNING, f"{vehicle_id} goes on by another way, {when}: {in_words(reasons)}"
        case WayClosed(vehicle_id, _, zone_id, reasons):
            return Severity.WARNING, f"{vehicle_id} is planned anew around {zone_id}: {_why_closed(reasons)}"
        case _:
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
    return f"{first} and {_count(more, 'further stop')}" if more else first


def _address(parcel_id: ParcelId, state: FleetState) -> str:
    order_id = _order_with(parcel_id, state)
    return "the drop-off" if order_id is None else state.orders[order_id].order.drop_off.label


def _order_with(parcel_id: ParcelId, state: FleetState) -> OrderId | None:
    parcel = state.parcels.get(parcel_id)
    return None if parcel is None else parcel.order_id


def _order_of(event: MissionFact, state: FleetState) -> OrderId | None:
    if isinstance(event, MissionPlanned | ParcelLoaded | ParcelHandedOver | ParcelKept | HandOverProved):
        return _order_with(event.parcel_id, state)
    mission = state.missions.get(event.mission_id)
    return None if mission is None else _order_with(mission.plan.parcel_id, state)


def _took(event: MissionPlanned | MissionEnded) -> str:
    return f"{event.distance_m / 1000.0:.1f} km, {event.energy_wh:.0f} Wh"


def _clock(at_s: float) -> str:
    return f"{iso(at_s)[11:16]} UTC"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
