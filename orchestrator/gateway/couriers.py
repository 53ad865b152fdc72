"""What a courier taps, carried out: proofs are journaled first, then the phone's own state moves on.

A tap that is sent again counts once: its answer is remembered by its id, and after a restart, when nobody
remembers, the handset finds that what it says is so already. A phone that gives up on a call sends its taps
again while the first call may still be waiting for the disk, so each courier's calls have their turns.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Sequence
from typing import assert_never

from geofences.position import GeoPoint
from geofences.reason import Because
from orchestrator.gateway.access import Principal
from orchestrator.gateway.courier_requests import (
    AnswerTap,
    ArrivedTap,
    BackTap,
    CallWanted,
    HandedOverTap,
    KeptTap,
    PlainTap,
    ProblemTap,
    ShiftTap,
    Tap,
    TookTap,
)
from orchestrator.gateway.courier_views import CalledView, PhoneView, TapAnswer
from orchestrator.gateway.proving import Proving
from orchestrator.gateway.service import Service
from orchestrator.gateway.show_courier import Pocket
from orchestrator.record.alerts import alert_key
from orchestrator.record.events import CourierReported, Event
from orchestrator.record.state import FleetState
from vehicles.clock import now_s
from vehicles.courier import No, Offer, Yes
from vehicles.handset import Handset
from vehicles.handset_trip import Here
from vehicles.mission import ParcelId, VehicleId

_REMEMBERED = 500


class Couriers:
    """The couriers' side of the gateway."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._proving = Proving(service)
        self._answered: defaultdict[VehicleId, OrderedDict[str, TapAnswer]] = defaultdict(OrderedDict)
        self._turns: defaultdict[VehicleId, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def call(self, vehicle_id: VehicleId, by: Principal, wanted: CallWanted) -> CalledView:
        """Take in what the phone sends, and tell what it shows. Raises `JournalError`: send it again then."""
        handset = self._service.handsets[vehicle_id]
        handset.called(_where(wanted))
        self._tidy(vehicle_id, handset)
        answers: list[TapAnswer] = []
        if wanted.taps:
            async with self._turns[vehicle_id]:
                answers = [await self._answer(vehicle_id, handset, by, tap) for tap in wanted.taps]
            self._tidy(vehicle_id, handset)
            self._service.wake(vehicle_id)
        return CalledView(phone=self.view(vehicle_id), answers=tuple(answers))

    async def _answer(self, vehicle_id: VehicleId, handset: Handset, by: Principal, tap: Tap) -> TapAnswer:
        """What came of a tap, now or when it was first sent."""
        known = self._answered[vehicle_id]
        if tap.id not in known:
            why_not = await self._do(vehicle_id, handset, by, tap)
            known[tap.id] = TapAnswer(id=tap.id, done=why_not is None, text=why_not or "")
            while len(known) > _REMEMBERED:
                known.popitem(last=False)
        return known[tap.id]

    def view(self, vehicle_id: VehicleId) -> PhoneView:
        """What the phone shows. Raises `KeyError` when there is no such courier."""
        state, handset = self._service.writer.state, self._service.handsets[vehicle_id]
        pocket = Pocket(state, handset, self._service.tracking_secret)
        return pocket.view(state.vehicles[vehicle_id], now_s())

    def _tidy(self, vehicle_id: VehicleId, handset: Handset) -> None:
        """What is no longer meant leaves the phone; what nobody wants any more is not handed over."""
        state = self._service.writer.state
        bound, trip, shown = state.vehicles[vehicle_id].mission_id, handset.trip, handset.shown
        if trip is None or not trip.begun:
            offered = shown.card.plan if shown is not None and isinstance(shown.card, Offer) else None
            if offered is not None and offered.mission.mission_id != bound:
                handset.drop_card()
            if trip is not None and bound is None:
                handset.forget_trip()
            return
        for _, leg in trip.left:
            parcel = state.parcels.get(leg.parcel_id)
            by = None if parcel is None else state.orders[parcel.order_id].cancelled_by
            if parcel is None or by is None:
                return
            handset.kept(leg.parcel_id, f"order {parcel.order_id} was cancelled by {by}")

    async def _do(  # noqa: C901, PLR0911 - one case a tap of a closed union
        self, vehicle_id: VehicleId, handset: Handset, by: Principal, tap: Tap
    ) -> str | None:
        """Carry one tap out; why it does not count."""
        match tap:
            case AnswerTap(kind="yes", card_id=card_id):
                return handset.answer(card_id, Yes())
            case AnswerTap(card_id=card_id, text=text):
                return handset.answer(card_id, No(Because.DECLINED, text))
            case TookTap(parcel_id=parcel_id):
                return handset.took(ParcelId(parcel_id))
            case ArrivedTap(order_id=order_id):
                return _each(handset.arrived, self._proving.carried(handset, order_id)[:1])
            case HandedOverTap():
                return await self._hand_over(vehicle_id, handset, by, tap)
            case KeptTap(order_id=order_id, why=why):
                carried = self._proving.carried(handset, order_id)
                return _each(lambda one: handset.kept(one, why), carried)
            case BackTap():
                return handset.back()
            case ShiftTap(until_s=until_s):
                return handset.begin_shift(until_s)
            case PlainTap(kind="take_break"):
                return handset.take_break()
            case PlainTap():
                return handset.end_shift()
            case ProblemTap(text=text):
                await self._report(vehicle_id, by, text or "")
                return None
        assert_never(tap)

    async def _hand_over(
        self, vehicle_id: VehicleId, handset: Handset, by: Principal, tap: HandedOverTap
    ) -> str | None:
        carried, trip = self._proving.carried(handset, tap.order_id), handset.trip
        if not carried or trip is None:
            return f"{tap.order_id} is not of your trip."
        after = trip.past(carried[0], handed_over=True, holds=carried[0] in handset.holds)
        if isinstance(after, str):
            return after
        held = [one for one in carried if one in handset.holds]
        return await self._proving.prove(vehicle_id, by, tap, held) or _each(handset.handed_over, carried)

    async def _report(self, vehicle_id: VehicleId, by: Principal, text: str) -> None:
        def decide(state: FleetState) -> Sequence[Event]:
            nothing = not text and alert_key("courier", vehicle_id) not in state.alerts
            return () if nothing else (CourierReported(vehicle_id, text, by.name),)

        await self._service.writer.write(decide)


def _where(wanted: CallWanted) -> Here | None:
    here = wanted.here
    if here is None:
        return None
    return Here(GeoPoint(here.lat_deg, here.lon_deg), here.accuracy_m, here.speed_mps, here.heading_deg)


def _each(do: Callable[[ParcelId], str | None], parcel_ids: Sequence[ParcelId]) -> str | None:
    """Do it for each; why it cannot be, for the first for which it cannot."""
    if not parcel_ids:
        return "That order is not of your trip."
    return next((why_not for one in parcel_ids if (why_not := do(one)) is not None), None)
