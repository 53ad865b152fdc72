"""From the record and a courier's handset to what the phone shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from orchestrator.customers.hand_code import door_code
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.contract.courier_views import (
    CardKind,
    CardView,
    CourierHubView,
    CourierStopState,
    CourierStopView,
    CourierTripState,
    CourierTripView,
    PhoneView,
    RestView,
)
from orchestrator.gateway.contract.views import TemperatureName
from orchestrator.orders.order import OrderId, Parcel
from orchestrator.record.locker_rooms import place_of
from orchestrator.record.state import FleetState, VehicleState
from vehicles.cargo import Skill, Temperature
from vehicles.courier import Card, Errand, Offer
from vehicles.mission import DropOff, Mission, PickUp, Travel
from vehicles.phone.handset import Handset
from vehicles.phone.trip import Stop, Trip
from vehicles.telemetry import Mode, Shift
from vehicles.vehicle import Command, Grip, Hold, Land, LetGo, Resume, Return, ShutDown, Start

_Hand = tuple[int, Stop]


@dataclass(frozen=True, slots=True)
class Pocket:
    """What a phone's view is made from: the record, the handset, and the key that codes come from."""

    state: FleetState
    handset: Handset
    secret: TrackingSecret

    def view(self, vehicle: VehicleState, now_s: float) -> PhoneView:
        """What the courier's phone shows at `now_s` (fleet time)."""
        home, shift = vehicle.pad.at.position, self.handset.hours.shift
        return PhoneView(
            now_s=now_s,
            vehicle_id=vehicle.vehicle_id,
            hub=CourierHubView(
                name=self.state.hubs[vehicle.hub_id].name, lat_deg=home.lat_deg, lon_deg=home.lon_deg
            ),
            shift_until_s=None if shift is None else shift.until_s,
            pause=self.handset.hours.pause,
            rest=_rest_view(shift),
            problem=vehicle.problem or None,
            holds=self.handset.ride.holds,
            card=_card_view(self.handset),
            trip=self._trip(),
        )

    def _trip(self) -> CourierTripView | None:
        trip, shown = self.handset.ride.trip, self.handset.cards.shown
        if shown is not None and isinstance(shown.card, Offer) and not (trip and trip.begun):
            return self._trip_view(Trip(shown.card.plan), "offered")
        if trip is None or (not trip.begun and trip.legs_done > 0):
            return None  # none, or over
        if not trip.begun:
            return self._trip_view(trip, "loading")
        homeward = not trip.left or self.handset.ride.mode is Mode.RETURN
        return self._trip_view(trip, "homeward" if homeward else "under_way")

    def _trip_view(self, trip: Trip, how: CourierTripState) -> CourierTripView:
        mission = self.state.missions.get(trip.mission_id)
        plan = None if mission is None else mission.plan
        travels = [leg for leg in trip.plan.mission.legs if isinstance(leg, Travel)]
        return CourierTripView(
            mission_id=trip.mission_id,
            state=how,
            depart_at_s=None if plan is None else plan.depart_at_s,
            end_at_s=None if plan is None else plan.end_at_s,
            distance_m=sum(leg.path.length_m for leg in travels),
            mass_kg=sum(leg.mass_kg for _, leg in trip.stops if isinstance(leg, DropOff)),
            to_take=() if trip.begun else tuple(p for p in trip.loads if p not in self.handset.ride.holds),
            stops=tuple(self._stops(trip, how)),
            path=_path(trip.plan.mission),
        )

    def _stops(self, trip: Trip, how: CourierTripState) -> Iterator[CourierStopView]:
        """One for each order's fetches, or hand-overs, that follow each other."""
        parcels = self.state.parcels
        known = [(n, leg) for n, leg in trip.stops if leg.parcel_id in parcels]
        mission = self.state.missions.get(trip.mission_id)
        due = {} if mission is None else mission.plan.handovers_at_s
        for (order_id, fetch), some in groupby(known, key=self._sort):
            hands = list(some)
            first = hands[0][1]
            order, wanted = self.state.orders[order_id].order, self.state.orders[order_id].drop_off
            goes = place_of(self.state, parcels[first.parcel_id])
            place = order.pick_up if fetch and order.pick_up is not None else goes
            locker = place.locker_id is not None
            yield CourierStopView(
                order_id=order_id,
                parcel_ids=tuple(leg.parcel_id for _, leg in hands),
                does="fetch" if fetch else "hand_over",
                address=place.label,
                kind=place.kind.value,
                lat_deg=first.at.position.lat_deg,
                lon_deg=first.at.position.lon_deg,
                due_at_s=None if fetch else due.get(first.parcel_id),
                earliest_at_s=None if fetch else order.earliest_at_s,
                deadline_s=order.deadline_s,
                temperatures=_kept(parcels[leg.parcel_id].parcel for _, leg in hands),
                check_age=not fetch and goes.hub_id is None and Skill.CHECK_AGE in order.skills,
                state=self._state(trip, order_id, hands),
                needs="locker" if locker else "tap" if fetch or goes.hub_id else "code_or_photo",
                door_code=door_code(first.parcel_id, self.secret) if locker and how != "offered" else None,
                instead_of=None if place in (wanted, order.pick_up) else wanted.label,
            )

    def _sort(self, hand: _Hand) -> tuple[OrderId, bool]:
        """Whose stop it is, and whether it is one to fetch at."""
        _, leg = hand
        return self.state.parcels[leg.parcel_id].order_id, isinstance(leg, PickUp)

    def _state(self, trip: Trip, order_id: OrderId, hands: list[_Hand]) -> CourierStopState:
        last, leg = hands[-1]
        if last < trip.legs_done and isinstance(leg, PickUp):
            return "missed" if leg.parcel_id in trip.missed else "fetched"
        if last < trip.legs_done:
            held = any(one.parcel_id in self.handset.ride.holds for _, one in hands)
            return "kept" if held else "handed_over"
        if self.state.orders[order_id].cancelled_by is not None:
            return "withdrawn"
        if not trip.begun or trip.left[0][0] < hands[0][0]:
            return "later"
        return "arrived" if trip.arrived else "next"


def _kept(parcels: Iterable[Parcel]) -> tuple[TemperatureName, ...]:
    """How they are to be kept, in the order of the classes."""
    kept = {parcel.temperature for parcel in parcels}
    return tuple(one.value for one in Temperature if one in kept and one is not Temperature.AMBIENT)


def _rest_view(shift: Shift | None) -> RestView | None:
    rest = None if shift is None else shift.rest
    return None if rest is None else RestView(from_s=rest.from_s, until_s=rest.until_s, lasts_s=rest.lasts_s)


def _card_view(handset: Handset) -> CardView | None:
    shown = handset.cards.shown
    if shown is None:
        return None
    kind = _kind(shown.card, under_way=handset.ride.on_trip)
    command = shown.card.command if isinstance(shown.card, Errand) else None
    parcel_id = command.parcel_id if isinstance(command, Grip | LetGo) else None
    return CardView(id=shown.card_id, kind=kind, parcel_id=parcel_id, until_s=shown.until_s)


def _kind(card: Card, *, under_way: bool) -> CardKind:
    match card:
        case Offer():
            return "change" if under_way else "offer"
        case Errand(command):
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
