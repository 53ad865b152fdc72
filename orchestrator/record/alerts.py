"""Alerts: what of all that happened a human should know now. Derived from events, nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from immutables import Map

from geofences.position import GeoPoint
from orchestrator.orders.custody import OnVehicle
from orchestrator.orders.lockers import MOST_WRONG_CODES
from orchestrator.orders.order import LockerId, OrderId
from orchestrator.record.alert_keys import CLOCK, DECIDING, VehicleAlert, alert_key
from orchestrator.record.describing.clock import of_clock
from orchestrator.record.describing.control import of_control
from orchestrator.record.describing.described import in_words
from orchestrator.record.describing.halts import of_going_on, of_landing, of_waiting
from orchestrator.record.describing.lockers import of_locked
from orchestrator.record.describing.orders import of_behind
from orchestrator.record.describing.silence import of_missing, of_place_lost, of_silence
from orchestrator.record.events import (
    Ask,
    AskAnswered,
    BackOnPath,
    ClockDiffers,
    CollectionExpired,
    CompartmentEmpty,
    CourierReported,
    CustodyDoubted,
    CustodyTold,
    DecidingFailed,
    Entry,
    Event,
    HubBehind,
    HubClosed,
    LandingMissed,
    LinkLost,
    LinkUp,
    LockerCodeMistaken,
    LowEnergy,
    MayMeet,
    MissionEnded,
    MissionFailed,
    MissionPlanned,
    MissionStarted,
    MissionWithdrawn,
    OffPath,
    OperatorAsked,
    OrderCancelled,
    ParcelCollected,
    ParcelDeferred,
    ParcelExpected,
    ParcelHandedOver,
    ParcelNotFetched,
    ParcelRecovered,
    ParcelReturned,
    PlaceFound,
    PlaceLost,
    VehicleFaulted,
    VehicleLanded,
    VehicleLeft,
    VehicleMissing,
    VehicleNoticed,
    VehicleReady,
    VehicleTakenOver,
    VehicleWentOn,
    WayClosed,
)
from orchestrator.record.facts.vehicles import off_duty
from orchestrator.record.parcel_alerts import late, nobody, stuck, uncollected
from orchestrator.record.state import Alert, FleetState, Pause, Severity, parcels_of
from vehicles.mission import VehicleId

_OF_A_MISSION: tuple[VehicleAlert, ...] = ("off_path", "energy", "taken_over", "held", "landed", "ask")
_OF_A_VEHICLE: tuple[VehicleAlert, ...] = get_args(VehicleAlert)


def alerts_after(before: FleetState, after: FleetState, entry: Entry) -> Map[str, Alert]:
    """The alerts once `entry` has led from `before` to `after`.

    A repeat of an alert keeps since when it stands, and its acknowledgement unless it became worse.
    """
    alerts = after.alerts
    for key in (*_cleared(after, entry), *_unlocked(before, after)):
        alerts = alerts.delete(key) if key in alerts else alerts
    for alert in _raised(after, entry):
        standing = before.alerts.get(alert.key)
        kept = alert
        if standing is not None:
            seen_by = standing.acknowledged_by if standing.severity is alert.severity else None
            kept = replace(alert, raised_at_s=standing.raised_at_s, acknowledged_by=seen_by)
        alerts = alerts.set(kept.key, kept)
    return alerts


def _cleared(  # noqa: C901, PLR0911, PLR0912 - one case per fact
    state: FleetState, entry: Entry
) -> tuple[str, ...]:
    match entry.event:
        case VehicleLeft(vehicle_id):
            return tuple(alert_key(kind, vehicle_id) for kind in _OF_A_VEHICLE)
        case LinkUp(vehicle_id):
            return (alert_key("link", vehicle_id), alert_key("missing", vehicle_id))
        case PlaceFound(vehicle_id):
            return (alert_key("place", vehicle_id),)
        case VehicleMissing(vehicle_id):
            return (alert_key("link", vehicle_id),)
        case BackOnPath(vehicle_id):
            return (alert_key("off_path", vehicle_id),)
        case MissionEnded(vehicle_id):
            return tuple(alert_key(kind, vehicle_id) for kind in _OF_A_MISSION)
        case AskAnswered(vehicle_id, done=True):
            keys = alert_key("taken_over", vehicle_id), alert_key("held", vehicle_id)
            return (*keys, *_landed_no_more(state, vehicle_id))
        case VehicleWentOn(vehicle_id):
            return tuple(alert_key(kind, vehicle_id) for kind in ("taken_over", "held", "landed"))
        case VehicleReady(vehicle_id):
            return tuple(alert_key(kind, vehicle_id) for kind in ("fault", "failed", "ask"))
        case OperatorAsked(vehicle_id) | MissionStarted(vehicle_id):
            return (alert_key("ask", vehicle_id),)
        case VehicleNoticed(vehicle_id, ()):
            return (alert_key("notice", vehicle_id),)
        case CourierReported(vehicle_id, ""):
            return (alert_key("courier", vehicle_id),)
        case ClockDiffers(0.0, 0.0):
            return (CLOCK,)
        case DecidingFailed(""):
            return (DECIDING,)
        case HubBehind(hub_id, late=0) | HubClosed(hub_id):
            return (alert_key("behind", hub_id),)
        case MissionPlanned() as planned:
            return tuple(alert_key(kind, one) for one in planned.parcel_ids for kind in ("late", "nobody"))
        case ParcelDeferred(parcel_id) | ParcelExpected(parcel_id):
            return (alert_key("nobody", parcel_id),)
        case ParcelHandedOver(parcel_id=parcel_id):
            return (alert_key("late", parcel_id), alert_key("stuck", parcel_id))
        case ParcelCollected(parcel_id) | ParcelRecovered(parcel_id):
            return (alert_key("uncollected", parcel_id), alert_key("absent", parcel_id))
        case CustodyTold(parcel_id):
            return (alert_key("custody", parcel_id),)
        case OrderCancelled(order_id):
            held = [parcel.parcel_id for parcel in state.orders[order_id].order.parcels]
            return tuple(alert_key(kind, one) for one in held for kind in ("late", "stuck", "nobody"))
        case _:
            return ()


def _landed_no_more(state: FleetState, vehicle_id: VehicleId) -> tuple[str, ...]:
    """What was asked of one that stands switched off: it still does, unless it was sent home."""
    halt = state.vehicles[vehicle_id].halt
    stands = halt is not None and halt.pause is Pause.LANDED
    return () if stands else (alert_key("landed", vehicle_id),)


def _unlocked(before: FleetState, after: FleetState) -> tuple[str, ...]:
    """Lockers whose mistaken codes are counted from the start again."""
    if after.mistaken is before.mistaken:
        return ()
    return tuple(alert_key("codes", one) for one in before.mistaken if one not in after.mistaken)


def _raised(  # noqa: C901, PLR0911, PLR0912 - one case a fact
    state: FleetState, entry: Entry
) -> tuple[Alert, ...]:
    at_s = entry.at_s
    match entry.event:
        case MissionPlanned() as planned:
            times = planned.handovers_at_s.items()
            return tuple(a for p, due_s in times for a in late(state, state.parcels[p], due_s, at_s))
        case ParcelDeferred(parcel_id, reasons):
            return (*late(state, state.parcels[parcel_id], at_s, at_s), *nobody(parcel_id, reasons, at_s))
        case OrderCancelled(order_id):
            return _waiting(state, at_s, *_carriers(state, order_id))
        case WayClosed(vehicle_id) | MayMeet(vehicle_id) | AskAnswered(vehicle_id, Ask.HOLD, done=True):
            return _waiting(state, at_s, vehicle_id)
        case MissionWithdrawn(mission_id=mission_id):
            carried = state.missions[mission_id].plan.parcel_ids
            return tuple(alert for p in carried for alert in stuck(state.parcels[p], at_s))
        case CollectionExpired(parcel_id):
            return uncollected(state, parcel_id, at_s)
        case CompartmentEmpty(parcel_id, by):
            text = f"{parcel_id} was not in its compartment, says {by}: look for it."
            return (Alert(alert_key("absent", parcel_id), Severity.WARNING, text, at_s),)
        case CustodyDoubted(vehicle_id, parcel_id, position, reasons):
            text = f"{in_words(reasons)} Have somebody look, and say where it is."
            key = alert_key("custody", parcel_id)
            return (Alert(key, Severity.WARNING, text, at_s, vehicle_id, position),)
        case LockerCodeMistaken(locker_id):
            return _locked(state, locker_id, at_s)
        case CustodyTold(parcel_id) | ParcelReturned(parcel_id) | ParcelNotFetched(parcel_id=parcel_id):
            return stuck(state.parcels[parcel_id], at_s)
        case ClockDiffers() as told if told != ClockDiffers():
            return (Alert(CLOCK, Severity.CRITICAL, of_clock(told).text, at_s),)
        case DecidingFailed(error) as told if error:
            return (Alert(DECIDING, Severity.CRITICAL, of_control(told).text, at_s),)
        case HubBehind(hub_id) as told if told.late:
            return (Alert(alert_key("behind", hub_id), Severity.WARNING, of_behind(told, state), at_s),)
        case _:
            return tuple(
                Alert(alert_key(kind, vehicle_id), severity, text, at_s, vehicle_id, position)
                for kind, severity, text, vehicle_id, position in _about_vehicle(state, entry.event)
            )


def _waiting(state: FleetState, at_s: float, *vehicle_ids: VehicleId) -> tuple[Alert, ...]:
    """Of those that are held: what they will do when they are resumed, where that is not to go on."""
    told = ((vehicle_id, of_waiting(state, vehicle_id)) for vehicle_id in vehicle_ids)
    return tuple(
        Alert(alert_key("held", one), Severity.WARNING, text, at_s, one) for one, text in told if text
    )


def _carriers(state: FleetState, order_id: OrderId) -> tuple[VehicleId, ...]:
    """Who has parcels of an order aboard."""
    keepers = (parcel.keeper for parcel in parcels_of(state, order_id))
    return tuple(dict.fromkeys(one.vehicle_id for one in keepers if isinstance(one, OnVehicle)))


_Row = tuple[VehicleAlert, Severity, str, VehicleId, GeoPoint | None]


def _about_vehicle(  # noqa: C901, PLR0912 - one case a fact
    state: FleetState, event: Event
) -> tuple[_Row, ...]:
    row: _Row
    match event:
        case LinkLost(vehicle_id, position, heard_at_s):
            text = of_silence(state, vehicle_id, heard_at_s)
            row = ("link", Severity.WARNING, text, vehicle_id, position)
        case PlaceLost(vehicle_id, position) as lost:
            row = ("place", Severity.CRITICAL, of_place_lost(state, lost), vehicle_id, position)
        case VehicleMissing(vehicle_id, position, heard_at_s):
            text = of_missing(state, vehicle_id, heard_at_s)
            row = ("missing", Severity.CRITICAL, text, vehicle_id, position)
        case MissionFailed(vehicle_id, _, reasons):
            text = f"{vehicle_id} gave its mission up: {in_words(reasons)}"
            row = ("failed", Severity.WARNING, text, vehicle_id, None)
        case VehicleFaulted(vehicle_id, reasons) if not off_duty(reasons):
            idle = state.vehicles[vehicle_id].mission_id is None
            text = f"{vehicle_id} {'cannot work' if idle else 'needs help'}: {in_words(reasons)}"
            row = ("fault", Severity.WARNING if idle else Severity.CRITICAL, text, vehicle_id, None)
        case VehicleTakenOver(vehicle_id, reasons):
            row = ("taken_over", Severity.CRITICAL, in_words(reasons), vehicle_id, None)
        case VehicleLanded(vehicle_id, position):
            text = of_landing(state, vehicle_id, position)
            row = ("landed", Severity.CRITICAL, text, vehicle_id, position)
        case VehicleWentOn(vehicle_id, _, by) if by:
            row = ("held", Severity.CRITICAL, of_going_on(event), vehicle_id, None)
        case LandingMissed(vehicle_id, reasons):
            text = f"{vehicle_id} has not landed: {in_words(reasons)}"
            row = ("landed", Severity.CRITICAL, text, vehicle_id, None)
        case OffPath(vehicle_id, _, by_m, position):
            text = f"{vehicle_id} is {by_m:.0f} m outside the space reserved for it."
            row = ("off_path", Severity.WARNING, text, vehicle_id, position)
        case LowEnergy(vehicle_id, _, left_frac, needed_frac):
            text = f"{vehicle_id} has {left_frac:.0%} of its battery left and needs {needed_frac:.0%}."
            row = ("energy", Severity.CRITICAL, text, vehicle_id, None)
        case VehicleNoticed(vehicle_id, notices) if notices:
            row = ("notice", Severity.WARNING, f"{vehicle_id}: {'. '.join(notices)}.", vehicle_id, None)
        case CourierReported(vehicle_id, text) if text:
            row = ("courier", Severity.WARNING, f"{vehicle_id} needs help: {text}", vehicle_id, None)
        case AskAnswered(vehicle_id, ask, done=False, text=said) if not state.vehicles[vehicle_id].ready:
            row = ("ask", Severity.WARNING, f"{vehicle_id} did not {ask.value}: {said}", vehicle_id, None)
        case _:
            return ()
    return (row,)


def _locked(state: FleetState, locker_id: LockerId, at_s: float) -> tuple[Alert, ...]:
    if state.mistaken[locker_id] < MOST_WRONG_CODES:
        return ()
    return (Alert(alert_key("codes", locker_id), Severity.WARNING, of_locked(locker_id), at_s),)
