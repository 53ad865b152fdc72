"""From the record and a courier's handset to what the phone shows. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from orchestrator.customers.hand_code import door_code
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.courier_views import (
    CardKind,
    CardView,
    CourierHubView,
    CourierStopState,
    CourierStopView,
    CourierTripState,
    CourierTripView,
    PhoneView,
)
from orchestrator.orders.order import OrderId
from orchestrator.record.alerts import alert_key
from orchestrator.record.apply_lockers import place_of
from orchestrator.record.state import FleetState, VehicleState
from vehicles.courier import Ask, Card, Offer
from vehicles.handset import Handset
from vehicles.handset_trip import Trip
from vehicles.mission import DropOff, Mission, Travel
from vehicles.telemetry import Mode
from vehicles.vehicle import Command, Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start

_Hand = tuple[int, DropOff]


@dataclass(frozen=True, slots=True)
class Pocket:
    """What a phone's view is made from: the record, the handset, and the key that codes come from."""

    state: FleetState
    handset: Handset
    secret: TrackingSecret

    def view(self, vehicle: VehicleState, now_s: float) -> PhoneView:
        """What the courier's phone shows at `now_s` (fleet time)."""
        alert = self.state.alerts.get(alert_key("courier", vehicle.vehicle_id))
        home, shift = vehicle.pad.at.position, self.handset.shift
        return PhoneView(
            now_s=now_s,
            vehicle_id=vehicle.vehicle_id,
            hub=CourierHubView(
                name=self.state.hubs[vehicle.hub_id].name, lat_deg=home.lat_deg, lon_deg=home.lon_deg
            ),
            shift_until_s=None if shift is None else shift.until_s,
            pause=self.handset.pause,
            problem=None if alert is None else alert.text.partition(": ")[2],
            holds=self.handset.holds,
            card=_card_view(self.handset),
            trip=self._trip(),
        )

    def _trip(self) -> CourierTripView | None:
        trip, shown = self.handset.trip, self.handset.shown
        if shown is not None and isinstance(shown.card, Offer) and not (trip and trip.begun):
            return self._trip_view(Trip(shown.card.plan), "offered")
        if trip is None or (not trip.begun and trip.legs_done > 0):
            return None  # none, or over
        if not trip.begun:
            return self._trip_view(trip, "loading")
        homeward = not trip.left or self.handset.mode is Mode.RETURN
        return self._trip_view(trip, "homeward" if homeward else "under_way")

    def _trip_view(self, trip: Trip, how: CourierTripState) -> CourierTripView:
        mission = self.state.missions.get(trip.mission_id)
        plan = None if mission is None else mission.plan
        travels = [leg for leg in trip.plan.mission.legs if isinstance(leg, Travel)]
        carried = [leg.parcel_id for _, leg in trip.stops]
        return CourierTripView(
            mission_id=trip.mission_id,
            state=how,
            depart_at_s=None if plan is None else plan.depart_at_s,
            end_at_s=None if plan is None else plan.end_at_s,
            distance_m=sum(leg.path.length_m for leg in travels),
            mass_kg=sum(leg.mass_kg for _, leg in trip.stops),
            to_take=() if trip.begun else tuple(p for p in carried if p not in self.handset.holds),
            stops=tuple(self._stops(trip, how)),
            path=_path(trip.plan.mission),
        )

    def _stops(self, trip: Trip, how: CourierTripState) -> Iterator[CourierStopView]:
        """One for each order's hand-overs that follow each other."""
        parcels = self.state.parcels
        known = [(n, leg) for n, leg in trip.stops if leg.parcel_id in parcels]
        mission = self.state.missions.get(trip.mission_id)
        due = {} if mission is None else mission.plan.handovers_at_s
        for order_id, some in groupby(known, key=lambda hand: parcels[hand[1].parcel_id].order_id):
            hands = list(some)
            first = hands[0][1]
            order = self.state.orders[order_id].order
            place = place_of(self.state, parcels[first.parcel_id])
            locker = place.locker_id is not None
            yield CourierStopView(
                order_id=order_id,
                parcel_ids=tuple(leg.parcel_id for _, leg in hands),
                address=place.label,
                kind=place.kind.value,
                lat_deg=first.at.position.lat_deg,
                lon_deg=first.at.position.lon_deg,
                due_at_s=due.get(first.parcel_id),
                deadline_s=order.deadline_s,
                state=self._state(trip, order_id, hands),
                needs="locker" if locker else "code_or_photo",
                door_code=door_code(first.parcel_id, self.secret) if locker and how != "offered" else None,
                instead_of=None if place == order.drop_off else order.drop_off.label,
            )

    def _state(self, trip: Trip, order_id: OrderId, hands: list[_Hand]) -> CourierStopState:
        if hands[-1][0] < trip.legs_done:
            held = any(leg.parcel_id in self.handset.holds for _, leg in hands)
            return "kept" if held else "handed_over"
        if self.state.orders[order_id].cancelled_by is not None:
            return "withdrawn"
        if not trip.begun or trip.left[0][0] < hands[0][0]:
            return "later"
        return "arrived" if trip.arrived else "next"


def _card_view(handset: Handset) -> CardView | None:
    shown = handset.shown
    if shown is None:
        return None
    kind = _kind(shown.card, under_way=handset.trip is not None and handset.trip.begun)
    command = shown.card.command if isinstance(shown.card, Ask) else None
    parcel_id = command.parcel_id if isinstance(command, Grip) else None
    return CardView(id=shown.card_id, kind=kind, parcel_id=parcel_id, until_s=shown.until_s)


def _kind(card: Card, *, under_way: bool) -> CardKind:
    match card:
        case Offer():
            return "change" if under_way else "offer"
        case Ask(command):
            return _asked(command)
    assert_never(card)


def _asked(command: Command) -> CardKind:  # noqa: PLR0911 - one answer a command
    match command:
        case Grip():
            return "take"
        case LetGo():
            return "give_back"
        case Start():
            return "set_out"
        case Hold():
            return "hold"
        case Resume():
            return "resume"
        case Return():
            return "return"
        case Land():
            return "stop"
        case ShutDown():
            return "end"
    assert_never(command)


def _path(mission: Mission) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    for leg in mission.legs:
        for waypoint in leg.path.waypoints if isinstance(leg, Travel) else ():
            point = round(waypoint.position.lon_deg, 6), round(waypoint.position.lat_deg, 6)
            if not points or points[-1] != point:
                points.append(point)
    return tuple(points)
