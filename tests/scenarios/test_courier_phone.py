"""A courier's day by the phone alone: taps through the gateway's own code, sessions and journal as ever."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import replace
from functools import partial
from pathlib import Path

from geofences.reason import Because
from orchestrator.customers.hand_code import hand_code
from orchestrator.orders.custody import AtHub, OnVehicle, WithRecipient
from orchestrator.orders.order import DropOffKind, LockerId, Order, OrderId
from orchestrator.record.events import (
    Ask,
    BagTold,
    CourierReported,
    HandOverProved,
    MissionPlanned,
    MissionStarted,
    OfferDeclined,
    ParcelKept,
    ParcelReturned,
    ParcelTakenOff,
    Proof,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import LinkState, ParcelPhase
from tests.orchestrator.operations.town import H1, OTHER_DOOR, R1, START_S, order
from tests.scenarios.phones import SECRET, Phone, courier_at_work
from tests.scenarios.theatre import over, play
from vehicles.mission import ParcelId

O1, O2 = order("O1"), order("O2", door=OTHER_DOOR)
PICTURE = b64encode(b"\xff\xd8\xff\xe0 a picture").decode()


async def home(phone: Phone) -> None:
    await phone.done("back")
    await phone.until(lambda _: over(phone.stage.state))


def test_a_trip_from_offer_to_hub_with_every_tap_sent_twice(tmp_path: Path) -> None:
    async def scene() -> None:
        async with courier_at_work(photos=tmp_path, twice=True) as phone:
            await phone.stage.place(O1, O2)
            await phone.set_out()
            first, second = phone.trip.stops
            assert (first.state, second.state) == ("next", "later")
            await phone.done("arrived", order_id=first.order_id)
            assert phone.trip.stops[0].state == "arrived"
            code = hand_code(phone.stage.state.orders[O1.order_id].order, SECRET)
            one, other = ({"code": code}, {"photo": PICTURE})
            by_code_first = first.order_id == "O1"
            await phone.done("handed_over", order_id=first.order_id, **(one if by_code_first else other))
            await phone.done("arrived", order_id=second.order_id)
            await phone.done("handed_over", order_id=second.order_id, **(other if by_code_first else one))
            assert phone.trip.state == "homeward"
            await home(phone)
            proofs = {e.parcel_id: e.proof for e in phone.stage.events(HandOverProved)}
            assert proofs == {"O1-1": Proof.CODE, "O2-1": Proof.PHOTO}
            assert [len(phone.stage.events(kind)) for kind in (MissionStarted, HandOverProved)] == [1, 2]
            assert all(p.keeper == WithRecipient() for p in phone.stage.state.parcels.values())
            assert phone.view.trip is None

    play(scene)
    assert [file.suffix for file in tmp_path.iterdir()] == [".jpg"]


def test_what_shows_nothing_hands_nothing_over() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await phone.done("arrived", order_id="O1")
            said = [(await phone.tap("handed_over", order_id="O1")).text]
            wrong = f"{(int(hand_code(O1, SECRET)) + 1) % 10_000:04}"
            said += [(await phone.tap("handed_over", order_id="O1", code=wrong)).text for _ in range(6)]
            said += [(await phone.tap("handed_over", order_id="O1", code=hand_code(O1, SECRET))).text]
            assert said[0].startswith("Ask for the code")
            assert [text.split(":")[0] for text in said[1:6]] == [said[1]] * 5
            assert {text.split(":")[0] for text in said[6:]} == {"Too many wrong codes"}
            answer = await phone.tap("handed_over", order_id="O1", photo=PICTURE)
            assert "no folder" in answer.text
            answer = await phone.tap("handed_over", order_id="O1", photo="no base64")
            assert "did not come through" in answer.text
            assert phone.stage.state.parcels[ParcelId("O1-1")].keeper == OnVehicle(R1)
            assert not phone.stage.events(HandOverProved)

    play(scene)


def test_nobody_there_brings_it_back_and_it_is_handed_in() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await phone.done("arrived", order_id="O1")
            await phone.done("kept", order_id="O1", why="nobody was there")
            assert not (await phone.tap("handed_over", order_id="O1", code="0000")).done, "said and done"
            await phone.done("back")
            await phone.yes("give_back")
            await phone.stage.until(lambda state: state.vehicles[R1].mission_id is None, 60.0)
            (kept,) = phone.stage.events(ParcelKept)
            assert "nobody was there" in kept.reasons[0].text
            assert [e.parcel_id for e in phone.stage.events(ParcelReturned)] == ["O1-1"]
            assert phone.view.holds == ()

    play(scene)


def test_offers_may_be_declined_and_a_break_takes_none() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.done("no", card_id=await phone.card("offer"), text="Too far.")
            await phone.stage.until(lambda state: state.vehicles[R1].mission_id is None, 30.0)
            (declined,) = phone.stage.events(OfferDeclined)
            assert declined.reasons[0].text == "Too far."
            await phone.done("take_break")
            assert "break" in phone.view.pause
            await phone.stage.place(O2)
            await asyncio.sleep(60.0)
            assert phone.view.card is None
            assert phone.stage.state.parcels[ParcelId("O2-1")].phase is ParcelPhase.WAITING
            assert not phone.stage.state.alerts, "a break is no fault"
            await phone.done("begin_shift", until_s=START_S + 3600.0)
            await phone.card("offer")

    play(scene)


def test_a_phone_in_a_pocket_is_no_lost_vehicle_and_one_off_duty_is_not_missed() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await asyncio.sleep(600.0)
            assert phone.stage.state.vehicles[R1].link is LinkState.UP
            await asyncio.sleep(600.0)
            assert phone.stage.state.vehicles[R1].link is LinkState.LOST
            await phone.done("arrived", order_id="O1")
            await phone.stage.until(lambda state: state.vehicles[R1].link is LinkState.UP, 10.0)
            await phone.done("handed_over", order_id="O1", code=hand_code(O1, SECRET))
            await home(phone)
            await phone.done("end_shift")
            await asyncio.sleep(3600.0)
            assert phone.stage.state.vehicles[R1].link is LinkState.UP
            assert not [key for key in phone.stage.state.alerts if not key.startswith("late")]

    play(scene)


def test_a_cancelled_order_of_a_round_is_brought_back_and_the_other_served() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1, O2)
            await phone.set_out()
            first, second = (stop.order_id for stop in phone.trip.stops)
            await phone.stage.cancel(O1 if second == "O1" else O2)
            await phone.until(lambda view: view.trip is not None and view.trip.stops[1].state == "withdrawn")
            await phone.done("arrived", order_id=first)
            served = O1 if first == "O1" else O2
            await phone.done("handed_over", order_id=first, code=hand_code(served, SECRET))
            assert phone.trip.state == "homeward"
            assert not (await phone.tap("handed_over", order_id=second, code="1")).done
            await phone.done("back")
            await phone.yes("give_back")
            await phone.until(lambda _: over(phone.stage.state))
            phases = {p.order_id: p.phase for p in phone.stage.state.parcels.values()}
            assert phases == {first: ParcelPhase.DELIVERED, second: ParcelPhase.CANCELLED}

    play(scene)


def test_after_a_restart_the_phone_goes_on_where_it_was_and_a_proved_hand_over_stays_one() -> None:
    journal = MemoryJournal()

    async def first() -> str:
        async with courier_at_work(journal) as phone:
            await phone.stage.place(O1, O2)
            await phone.set_out()
            stop = phone.trip.stops[0].order_id
            await phone.done("arrived", order_id=stop)
            served = O1 if stop == "O1" else O2
            await phone.done("handed_over", order_id=stop, code=hand_code(served, SECRET))
            return stop  # before any session has looked: only the proof is in the journal

    async def second() -> None:
        async with courier_at_work(journal) as phone:
            assert phone.trip.stops[0].state == "handed_over"
            left = phone.trip.stops[1]
            assert left.state == "next"
            answer = await phone.tap("handed_over", order_id=phone.trip.stops[0].order_id, code="0000")
            assert answer.done, "told again: it is so"
            await phone.done("arrived", order_id=left.order_id)
            served = O1 if left.order_id == "O1" else O2
            await phone.done("handed_over", order_id=left.order_id, code=hand_code(served, SECRET))
            await home(phone)
            assert all(p.phase is ParcelPhase.DELIVERED for p in phone.stage.state.parcels.values())

    play(first)
    play(second, START_S + 900.0)


def test_a_shift_a_break_and_what_was_taken_before_setting_out_outlive_a_restart() -> None:
    journal, until_s = MemoryJournal(), START_S + 7200.0

    async def first() -> None:
        async with courier_at_work(journal) as phone:
            await phone.done("begin_shift", until_s=until_s)
            await phone.stage.place(O1, O2)
            await phone.yes("offer")
            await phone.until(lambda view: view.trip is not None and view.trip.state == "loading")
            await phone.done("took", parcel_id="O1-1")
            assert phone.stage.events(BagTold)[-1].parcel_ids == ("O1-1",)

    async def second() -> None:
        async with courier_at_work(journal, begins=False) as phone:
            assert phone.view.shift_until_s == until_s
            assert phone.view.holds == ("O1-1",)
            assert phone.trip.state == "loading"
            assert phone.trip.to_take == ("O2-1",)
            await phone.take_all()
            await phone.yes("set_out")
            await phone.stage.until_phase_of_any(60.0)
            assert {p.keeper for p in phone.stage.state.parcels.values()} == {OnVehicle(R1)}
            assert phone.stage.state.vehicles[R1].bag == ()

    play(first)
    play(second, START_S + 20.0)


def test_who_is_on_a_break_or_off_duty_is_so_after_a_restart() -> None:
    journal = MemoryJournal()

    async def tapped(kind: str) -> None:
        async with courier_at_work(journal) as phone:
            await phone.done("begin_shift", until_s=START_S + 7200.0)
            await phone.done(kind)

    async def then(pause: str) -> None:
        async with courier_at_work(journal, begins=False) as phone:
            await phone.stage.place(O1)
            await asyncio.sleep(30.0)
            assert pause in phone.view.pause
            assert phone.view.card is None

    play(lambda: tapped("take_break"))
    play(lambda: then("on a break"), START_S + 60.0)
    journal = MemoryJournal()
    play(lambda: tapped("end_shift"))
    play(lambda: then("has not begun a shift"), START_S + 60.0)


def test_five_wrong_codes_at_a_door_count_over_a_restart() -> None:
    journal = MemoryJournal()
    wrong = f"{(int(hand_code(O1, SECRET)) + 1) % 10_000:04}"

    async def first() -> None:
        async with courier_at_work(journal) as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await phone.done("arrived", order_id="O1")
            for _ in range(5):
                assert not (await phone.tap("handed_over", order_id="O1", code=wrong)).done

    async def second() -> None:
        async with courier_at_work(journal) as phone:
            answer = await phone.tap("handed_over", order_id="O1", code=hand_code(O1, SECRET))
            assert answer.text.startswith("Too many wrong codes")

    play(first)
    play(second, START_S + 900.0)


def test_called_back_the_courier_comes_home_with_what_is_left() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await phone.stage.ask(R1, Ask.RETURN)
            await phone.yes("hold")
            await phone.yes("change")
            await phone.until(lambda view: view.trip is not None and view.trip.state == "homeward")
            await phone.done("back")
            await phone.yes("give_back")
            await phone.stage.until(lambda state: state.vehicles[R1].mission_id is None, 60.0)
            assert phone.stage.state.parcels[ParcelId("O1-1")].phase is ParcelPhase.WAITING

    play(scene)


def test_a_problem_is_told_to_people_once_and_taken_back() -> None:
    async def scene() -> None:
        async with courier_at_work(twice=True) as phone:
            await phone.done("problem", text="Flat tyre")
            shown = [phone.view.problem]
            assert phone.stage.state.alerts["courier:R1"].text == "R1 needs help: Flat tyre"
            await phone.done("problem")
            assert [*shown, phone.view.problem] == ["Flat tyre", None]
            assert [e.text for e in phone.stage.events(CourierReported)] == ["Flat tyre", ""]
            assert {e.by for e in phone.stage.events(CourierReported)} == {"rita"}

    play(scene)


def at_locker(placed: Order) -> Order:
    place = replace(placed.drop_off, kind=DropOffKind.LOCKER, locker_id=LockerId("L1"))
    return replace(placed, drop_off=place)


def test_a_locker_shows_the_code_of_its_door_once_the_trip_is_taken_on() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(at_locker(O1))
            await phone.card("offer")
            assert phone.trip.stops[0].door_code is None
            await phone.set_out()
            stop = phone.trip.stops[0]
            assert (stop.needs, len(stop.door_code or "")) == ("locker", 6)
            early = await phone.tap("handed_over", order_id="O1")
            assert (early.done, early.text) == (False, "Say first that you have arrived at the locker.")
            assert not phone.stage.events(HandOverProved)
            await phone.done("arrived", order_id="O1")
            await phone.done("handed_over", order_id="O1")
            (proof,) = phone.stage.events(HandOverProved)
            assert proof.proof is Proof.LOCKER

    play(scene)


def test_an_order_cancelled_while_the_bag_is_filled_comes_off_and_the_rest_goes_on() -> None:
    """Taken already, being asked for, or not yet: it is put back, or left, and the trip is the same trip."""
    third = order("O3", door=OTHER_DOOR)

    async def scene(cancelled: int) -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1, O2, third)
            await phone.yes("offer")
            trip = phone.trip
            await phone.done("took", parcel_id=trip.to_take[0])
            asked = phone.view.card
            gone = trip.to_take[cancelled]
            await phone.stage.cancel(phone.stage.state.orders[OrderId(gone.removesuffix("-1"))].order)
            await phone.until(lambda view: len(view.trip.stops) == 2 if view.trip else False)
            left = [one for one in trip.to_take if one != gone]
            assert sorted(p for stop in phone.trip.stops for p in stop.parcel_ids) == sorted(left)
            if asked is not None and asked.parcel_id == gone:
                assert not (await phone.tap("yes", card_id=asked.id)).done, "it is not asked for any more"
            if cancelled > 0:
                assert (await phone.tap("took", parcel_id=gone)).text == f"{gone} is not of your trip."
            await phone.take_all()
            await asyncio.sleep(2.0)
            asked = phone.view.card
            assert asked is None or asked.kind != "take", "what came off is not asked for"
            if cancelled == 0:
                shown = await phone.until(
                    lambda view: view.card is not None and view.card.kind == "give_back"
                )
                assert shown.card is not None
                assert shown.card.parcel_id == gone
                await phone.yes("give_back")
            await phone.yes("set_out")
            await phone.until(lambda view: view.trip is not None and view.trip.state == "under_way")
            assert phone.trip.mission_id == trip.mission_id
            assert sorted(phone.view.holds) == sorted(left)
            while phone.trip.state != "homeward":
                stop = next(one for one in phone.trip.stops if one.state in ("next", "arrived"))
                await phone.done("arrived", order_id=stop.order_id)
                placed = phone.stage.state.orders[OrderId(stop.order_id)].order
                await phone.done("handed_over", order_id=stop.order_id, code=hand_code(placed, SECRET))
            await home(phone)
            (taken_off,) = phone.stage.events(ParcelTakenOff)
            assert taken_off.parcel_id == gone
            assert len(phone.stage.events(MissionPlanned)) == 1
            phases = {one.parcel.parcel_id: one.phase for one in phone.stage.state.parcels.values()}
            assert phases[ParcelId(gone)] is ParcelPhase.CANCELLED
            assert phone.stage.state.parcels[ParcelId(gone)].keeper == AtHub(H1)
            assert {phases[ParcelId(one)] for one in left} == {ParcelPhase.DELIVERED}
            assert broken_invariants(phone.stage.entries()) == ()

    for cancelled in range(3):
        play(partial(scene, cancelled))


def test_a_trip_of_which_nothing_is_wanted_any_more_is_taken_back_whole() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1, O2)
            await phone.yes("offer")
            await phone.take_all()
            await phone.stage.cancel(O1)
            await phone.until(lambda view: view.trip is not None and len(view.trip.stops) == 1)
            await phone.stage.cancel(O2)
            await phone.until(lambda view: view.trip is None)
            await phone.yes("give_back")
            assert phone.view.holds == ()
            assert not phone.stage.events(MissionStarted)
            assert broken_invariants(phone.stage.entries()) == ()

    play(scene)


def test_a_shift_ends_within_a_day_of_work() -> None:
    async def scene() -> None:
        async with courier_at_work(begins=False) as phone:
            far = await phone.tap("begin_shift", until_s=START_S + 90 * 86400.0)
            assert (far.done, far.text) == (False, "A shift ends within 16 hours.")
            assert phone.view.shift_until_s is None
            await phone.done("begin_shift", until_s=START_S + 16 * 3600.0 - 60.0)

    play(scene)


def test_back_at_the_hub_nothing_is_asked_any_more() -> None:
    """A card that stood on the phone, to wait or to ride another way, is over with the trip."""

    async def scene() -> None:
        async with courier_at_work() as phone:
            await phone.stage.place(O1)
            await phone.set_out()
            await phone.done("arrived", order_id="O1")
            await phone.done("handed_over", order_id="O1", code=hand_code(O1, SECRET))
            await phone.stage.ask(R1, Ask.HOLD)
            await phone.card("hold")
            await phone.done("back")
            assert (phone.view.card, phone.view.trip) == (None, None)
            await phone.until(lambda _: over(phone.stage.state))

    play(scene)


def test_why_a_courier_takes_nothing_is_said_alike_everywhere_and_anew_when_it_changes() -> None:
    async def scene() -> None:
        async with courier_at_work(begins=False) as phone:
            state = phone.stage.state

            def told() -> str:
                return " ".join(reason.text for reason in phone.stage.state.vehicles[R1].fault)

            await phone.until(lambda _: told() == f"{R1} has not begun a shift.")
            await phone.stage.place(O1)
            await asyncio.sleep(30.0)
            (reason,) = phone.stage.state.parcels[ParcelId("O1-1")].reasons
            assert reason.because is Because.SHIFT
            assert reason.text == f"{R1}: Off duty now: no shift, or a break."
            await phone.stage.cancel(O1)
            await phone.done("begin_shift", until_s=START_S + 1800.0)
            await phone.done("take_break")
            await phone.until(lambda _: "on a break" in told())
            await phone.until(lambda _: told() == f"The shift of {R1} is over.", 2400.0)
            assert not state.alerts

    play(scene)
