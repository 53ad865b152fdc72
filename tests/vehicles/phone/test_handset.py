"""A courier's phone: what it says of the courier, and which taps count."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from geofences.position import destination
from geofences.reason import Because
from sitl.loop import run_virtual
from tests.contracts import stands
from tests.contracts.stands import HOME, MISSION, START_UTC_S, VEHICLE
from vehicles.clock import now_s
from vehicles.courier import Errand, No, Offer, Yes
from vehicles.mission import DropOff, MissionId, ParcelId, VehiclePlan
from vehicles.phone.handset import OFFER_S, Handset
from vehicles.phone.ride import FAR_M
from vehicles.phone.trip import Here, Trip
from vehicles.profiles import COURIER
from vehicles.telemetry import Break, Mode, Shift
from vehicles.vehicle import Grip, Hold, Resume, Return, Start


def plan(number: int = MISSION) -> VehiclePlan:
    return stands.plan(COURIER, MissionId(number))


PARCEL = next(leg.parcel_id for leg in plan().mission.legs if isinstance(leg, DropOff))


def play(scene: Callable[[Handset], Awaitable[None]]) -> None:
    async def run() -> None:
        handset = Handset(VEHICLE, HOME)
        handset.begin_shift(now_s() + 3600.0)
        handset.called(None)
        await scene(handset)

    run_virtual(run(), START_UTC_S)


async def answered(handset: Handset, card: Offer | Errand, tap: Yes | No) -> Yes | No | None:
    """Show a card and tap it."""
    shown = asyncio.create_task(handset.show(card), name="card")
    await asyncio.sleep(1.0)
    if handset.cards.shown is not None:
        assert handset.answer(handset.cards.shown.card_id, tap) is None
    return await shown


async def under_way(handset: Handset) -> None:
    assert await answered(handset, Offer(plan()), Yes()) == Yes()
    assert handset.ride.took(PARCEL) is None
    assert await answered(handset, Errand(Start(MISSION)), Yes()) == Yes()


def test_a_card_that_nobody_taps_is_no_answer_and_leaves_the_phone() -> None:
    async def scene(handset: Handset) -> None:
        assert await handset.show(Offer(plan())) is None
        assert now_s() - START_UTC_S == pytest.approx(OFFER_S)
        assert (handset.cards.shown, handset.ride.trip) == (None, None)
        assert handset.answer(1, Yes()) == "This is no longer asked of you."

    play(scene)


def test_the_first_answer_counts_and_is_harmless_again() -> None:
    async def scene(handset: Handset) -> None:
        shown = asyncio.create_task(handset.show(Errand(Grip(PARCEL))), name="card")
        await asyncio.sleep(1.0)
        assert handset.cards.shown is not None
        card_id = handset.cards.shown.card_id
        assert handset.answer(card_id, Yes()) is None
        assert handset.answer(card_id, Yes()) is None
        assert handset.answer(card_id, No(Because.DECLINED, "No.")) == "You have answered this already."
        assert (await shown, handset.ride.holds) == (Yes(), (PARCEL,))

    play(scene)


def test_an_answer_from_before_a_restart_answers_nothing_else() -> None:
    async def scene(handset: Handset) -> None:
        first = asyncio.create_task(handset.show(Offer(plan())), name="card")
        await asyncio.sleep(1.0)
        assert handset.cards.shown is not None
        before = handset.cards.shown.card_id
        first.cancel()
        restarted = Handset(VEHICLE, HOME)
        restarted.begin_shift(now_s() + 3600.0)
        shown = asyncio.create_task(restarted.show(Errand(Grip(PARCEL))), name="card")
        await asyncio.sleep(1.0)
        assert restarted.answer(before, Yes()) == "This is no longer asked of you."
        assert restarted.ride.holds == ()
        shown.cancel()

    play(scene)


def test_a_card_taken_back_is_no_answer_and_ends_nobodys_task() -> None:
    async def scene(handset: Handset) -> None:
        shown = asyncio.create_task(handset.show(Offer(plan())), name="card")
        await asyncio.sleep(1.0)
        handset.cards.settle(None)
        assert await shown is None

    play(scene)


def test_what_is_tapped_twice_is_done_once() -> None:
    async def scene(handset: Handset) -> None:
        await under_way(handset)
        for _ in range(2):
            assert handset.ride.took(PARCEL) is None
            assert handset.ride.arrived(PARCEL) is None
        assert handset.ride.holds == (PARCEL,)
        for _ in range(2):
            assert handset.ride.handed_over(PARCEL) is None
        assert handset.ride.arrived(PARCEL) is None
        said = handset.said
        assert said is not None
        assert (said.holds, said.stops_done) == ((), 3)
        assert handset.ride.kept(PARCEL, "too late") == f"{PARCEL} is handed over already."
        assert handset.back() is None
        assert handset.back() is None
        assert handset.said is not None
        assert (handset.said.on_trip, handset.said.stops_done) == (False, len(plan().mission.legs))

    play(scene)


def test_what_cannot_be_changes_nothing_and_says_why() -> None:
    async def scene(handset: Handset) -> None:
        assert handset.ride.arrived(PARCEL) == "You are on no trip."
        assert await answered(handset, Offer(plan()), Yes()) == Yes()
        before = handset.said
        assert handset.ride.handed_over(PARCEL) == "Your trip has not begun."
        assert handset.ride.took(ParcelId("other")) == "other is not of your trip."
        assert handset.said == before
        await answered(handset, Errand(Start(MISSION)), Yes())
        assert handset.back() == f"{PARCEL} is still to be brought."
        assert handset.end_shift() is not None
        assert handset.begin_shift(now_s() - 1.0) == "A shift ends in the future."

    play(scene)


def test_nobody_is_back_from_far_away() -> None:
    async def scene(handset: Handset) -> None:
        await under_way(handset)
        assert handset.ride.handed_over(PARCEL) is None
        handset.called(Here(destination(HOME, 90.0, FAR_M + 100.0), 20.0))
        assert handset.back() == "Your phone is 0.6 km from the hub."
        handset.called(Here(destination(HOME, 90.0, FAR_M + 100.0), 200.0))
        assert handset.back() is None, "a phone that is in doubt by so much says nothing against it"

    play(scene)


def test_a_phone_near_the_hub_stands_on_the_pad_and_one_on_a_trip_is_where_it_is() -> None:
    async def scene(handset: Handset) -> None:
        near, far = destination(HOME, 0.0, 90.0), destination(HOME, 0.0, 900.0)
        handset.called(Here(near, 10.0, speed_mps=4.0, heading_deg=90.0))
        assert handset.said is not None
        assert (handset.said.position, handset.said.east_mps) == (HOME, 0.0)
        handset.called(Here(far, 10.0))
        assert handset.said.position == far
        handset.called(Here(near, 10.0, speed_mps=4.0, heading_deg=90.0))
        await under_way(handset)
        assert handset.said.position == near
        assert handset.said.east_mps == pytest.approx(4.0)

    play(scene)


def test_hold_and_return_show_and_a_change_taken_on_goes_on_by_itself() -> None:
    async def scene(handset: Handset) -> None:
        modes: list[Mode] = []
        await under_way(handset)
        assert await answered(handset, Errand(Hold()), Yes()) == Yes()
        modes.append(handset.ride.mode)
        assert await answered(handset, Offer(plan(99)), Yes()) == Yes()
        assert await handset.show(Errand(Resume(MissionId(99)))) == Yes(), "asked of nobody again"
        assert handset.ride.trip == Trip(plan(99), begun=True)
        modes.append(handset.ride.mode)
        assert await answered(handset, Errand(Return()), Yes()) == Yes()
        modes.append(handset.ride.mode)
        assert modes == [Mode.HOLD, Mode.MISSION, Mode.RETURN]
        assert handset.back() is None, "called back, with a hand-over still ahead"

    play(scene)


def test_off_duty_the_phone_declines_and_is_not_missed() -> None:
    async def scene(handset: Handset) -> None:
        handset.hours.take_break()
        assert isinstance(await handset.show(Offer(plan())), No)
        assert handset.end_shift() is None
        await asyncio.sleep(9999.0)
        assert handset.said is not None
        assert handset.said.heard_at_s == now_s()
        assert "has not begun" in handset.said.pause
        assert isinstance(await handset.show(Offer(plan())), No)

    play(scene)


def test_a_shift_that_is_over_takes_no_trip() -> None:
    async def scene(handset: Handset) -> None:
        assert handset.hours.pause == ""
        await asyncio.sleep(3600.0)
        assert handset.hours.pause == f"The shift of {VEHICLE} is over."

    play(scene)


def test_a_shift_has_its_break_until_it_was_had_and_one_that_ends_before_has_none() -> None:
    async def scene() -> None:
        handset = Handset(VEHICLE, HOME, Break(1000.0, 3000.0, 600.0))
        began_s = now_s()
        assert handset.begin_shift(began_s + 2000.0) is None
        assert handset.hours.shift == Shift(began_s, began_s + 2000.0)
        handset.begin_shift(began_s + 7200.0)
        due = Break(began_s + 1000.0, began_s + 3000.0, 600.0)
        assert handset.hours.shift == Shift(began_s, began_s + 7200.0, due)
        handset.hours.take_break()
        await asyncio.sleep(300.0)
        assert handset.said is not None
        assert handset.said.shift == Shift(began_s + 600.0, began_s + 7200.0), "back when it is over"
        handset.begin_shift(began_s + 7200.0)
        assert handset.hours.shift is not None
        assert handset.hours.shift.rest == due, "it was too short"
        handset.hours.take_break()
        await asyncio.sleep(600.0)
        handset.begin_shift(began_s + 7200.0)
        assert handset.hours.shift == Shift(began_s, began_s + 7200.0)
        handset.end_shift()
        handset.begin_shift(now_s() + 7200.0)
        assert handset.hours.shift is not None
        assert handset.hours.shift.rest is not None, "the next shift has one again"

    run_virtual(scene(), START_UTC_S)
