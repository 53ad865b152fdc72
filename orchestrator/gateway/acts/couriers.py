"""What a courier taps, carried out: proofs are journaled first, then the phone's own state moves on.

A tap that is sent again counts once: its answer is remembered by its id, and after a restart, when nobody
remembers, the handset finds that what it says is so already. A phone that gives up on a call sends its taps
again while the first call may still be waiting for the disk, so each courier's calls have their turns.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from typing import assert_never

from geofences.position import GeoPoint
from geofences.reason import Because
from orchestrator.gateway.acts.courier_stops import at_this_stop, each, next_of
from orchestrator.gateway.acts.fetching import Fetching
from orchestrator.gateway.acts.proving import Proving
from orchestrator.gateway.contract.courier_requests import (
    AnswerTap,
    ArrivedTap,
    BackTap,
    CallWanted,
    FetchedTap,
    HandedOverTap,
    KeptTap,
    NotFetchedTap,
    PlainTap,
    ProblemTap,
    ShiftTap,
    Tap,
    TookTap,
)
from orchestrator.gateway.contract.courier_views import CalledView, PhoneView, TapAnswer
from orchestrator.gateway.door.principals import Rider
from orchestrator.gateway.service import Service
from orchestrator.gateway.showing.courier import Pocket
from orchestrator.operations.phones import tidy, untold
from orchestrator.record.events import CourierReported, Event
from orchestrator.record.state import FleetState
from vehicles.clock import now_s
from vehicles.courier import No, Yes
from vehicles.mission import DropOff, ParcelId, VehicleId
from vehicles.phone.handset import Handset
from vehicles.phone.trip import Here

_REMEMBERED = 500


class Couriers:
    """The couriers' side of the gateway."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._proving = Proving(service)
        self._fetching = Fetching(service)
        self._answered: defaultdict[VehicleId, OrderedDict[str, TapAnswer]] = defaultdict(OrderedDict)
        self._turns: defaultdict[VehicleId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def call(self, by: Rider, wanted: CallWanted) -> CalledView:
        """Take in what the phone sends, and tell what it shows. Raises `JournalError`: send it again then."""
        vehicle_id = by.rides
        handset = self._service.handsets[vehicle_id]
        handset.called(_where(wanted))
        tidy(self._service.writer.state, vehicle_id, handset)
        answers: list[TapAnswer] = []
        if wanted.taps:
            async with self._turns[vehicle_id]:
                answers = [await self._answer(handset, by, tap) for tap in wanted.taps]
            tidy(self._service.writer.state, vehicle_id, handset)
            self._service.wake(vehicle_id)
        await self._keep(handset, by)
        return CalledView(phone=self.view(vehicle_id), answers=tuple(answers))

    async def _keep(self, handset: Handset, by: Rider) -> None:
        """Shift and bag are in the journal before the phone is told that they count."""
        if untold(self._service.writer.state, by.rides, handset, by.name):
            await self._service.writer.write(lambda state: untold(state, by.rides, handset, by.name))

    async def _answer(self, handset: Handset, by: Rider, tap: Tap) -> TapAnswer:
        """What came of a tap, now or when it was first sent."""
        known = self._answered[by.rides]
        if tap.id not in known:
            why_not = await self._do(handset, by, tap)
            known[tap.id] = TapAnswer(id=tap.id, done=why_not is None, text=why_not or "")
            while len(known) > _REMEMBERED:
                known.popitem(last=False)
        return known[tap.id]

    def view(self, vehicle_id: VehicleId) -> PhoneView:
        """What the phone shows. Raises `KeyError` when there is no such courier."""
        state, handset = self._service.writer.state, self._service.handsets[vehicle_id]
        tidy(state, vehicle_id, handset)
        pocket = Pocket(state, handset, self._service.tracking_secret)
        return pocket.view(state.vehicles[vehicle_id], now_s())

    async def _do(  # noqa: C901, PLR0911 - one case a tap of a closed union
        self, handset: Handset, by: Rider, tap: Tap
    ) -> str | None:
        """Carry one tap out; why it does not count."""
        match tap:
            case AnswerTap(kind=kind, card_id=card_id, text=text):
                said: dict[str, Yes | No] = {"yes": Yes(), "no": No(Because.DECLINED, text)}
                return handset.answer(card_id, said[kind])
            case TookTap(parcel_id=parcel_id):
                return handset.ride.took(ParcelId(parcel_id))
            case ArrivedTap(order_id=order_id):
                return each(
                    handset.ride.arrived, next_of(self._service.writer.state, handset.ride.trip, order_id)
                )
            case FetchedTap(order_id=order_id):
                return await self._fetching.fetched(handset, by, order_id)
            case NotFetchedTap():
                return await self._fetching.not_fetched(handset, by, tap)
            case HandedOverTap():
                return await self._hand_over(handset, by, tap)
            case KeptTap(order_id=order_id, why=why):
                here = at_this_stop(self._service.writer.state, handset.ride.trip, DropOff, order_id)
                return each(lambda one: handset.ride.kept(one, why), here)
            case BackTap():
                return handset.back()
            case ShiftTap(until_s=until_s):
                return handset.begin_shift(until_s)
            case PlainTap(kind=kind):
                return {"take_break": handset.hours.take_break, "end_shift": handset.end_shift}[kind]()
            case ProblemTap(text=text):
                await self._report(by, text or "")
                return None
        assert_never(tap)

    async def _hand_over(self, handset: Handset, by: Rider, tap: HandedOverTap) -> str | None:
        trip = handset.ride.trip
        carried = at_this_stop(self._service.writer.state, trip, DropOff, tap.order_id)
        if not carried or trip is None:
            return f"{tap.order_id} is not of your trip."
        after = trip.past(carried[0], handed_over=True, holds=carried[0] in handset.ride.holds)
        if isinstance(after, str):
            return after
        if not self._proving.stands_there(trip, carried[0]):
            return "Say first that you have arrived at the locker."
        held = [one for one in carried if one in handset.ride.holds]
        return await self._proving.prove(by, tap, held) or each(handset.ride.handed_over, carried)

    async def _report(self, by: Rider, text: str) -> None:
        def decide(state: FleetState) -> Sequence[Event]:
            known = state.vehicles[by.rides].problem
            return () if text == known else (CourierReported(by.rides, text, by.name),)

        await self._service.writer.write(decide)


def _where(wanted: CallWanted) -> Here | None:
    here = wanted.here
    if here is None:
        return None
    return Here(GeoPoint(here.lat_deg, here.lon_deg), here.accuracy_m, here.speed_mps, here.heading_deg)
