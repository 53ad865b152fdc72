"""A courier fetches at a shop and at a locker, for a door, a locker and the hub: by the phone alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial

from geofences.path import Waypoint
from orchestrator.customers.eta import Etas
from orchestrator.customers.hand_code import hand_code
from orchestrator.customers.look import Look
from orchestrator.customers.tracking import Stage as Told
from orchestrator.customers.tracking import tracking
from orchestrator.dispatch.horizon import Act
from orchestrator.gateway.acts.collecting import Collecting
from orchestrator.gateway.contract.courier_views import CourierStopView
from orchestrator.gateway.door.principals import LockerSystem
from orchestrator.operations.planning.draft import Job
from orchestrator.operations.planning.rounds import Call, plan_round
from orchestrator.orders.custody import AtHub, InLocker, OnVehicle, WithRecipient, WithSender
from orchestrator.orders.order import (
    Compartments,
    DropOffKind,
    DropOffPlace,
    Locker,
    LockerId,
    Order,
    PickUpKind,
    PickUpPlace,
)
from orchestrator.record.events import (
    Ask,
    LockerOpened,
    MissionPlanned,
    OrderPlaced,
    ParcelFetched,
    ParcelNotFetched,
    ParcelReturned,
    Proof,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import ParcelPhase
from tests.orchestrator.operations.town import CENTRE, H1, OTHER_DOOR, PADS, R1, START_S, at, order
from tests.scenarios.phones import SECRET, Phone, courier_at_work
from tests.scenarios.theatre import over, play
from vehicles.cargo import ParcelSize
from vehicles.clock import now_s
from vehicles.mission import MissionId, ParcelId
from vehicles.profiles import COURIER

SHOP = PickUpPlace(at(300.0, -30.0), PickUpKind.SHOP, "Bakery")
STATION = Locker(LockerId("L1"), "Station", at(150.0, 230.0), Compartments(medium=2))
KIOSK = Locker(LockerId("L2"), "Kiosk", OTHER_DOOR, Compartments(medium=1))
OUT_OF_STATION = PickUpPlace(STATION.position, PickUpKind.LOCKER, "Station", STATION.locker_id)
COUNTER = DropOffPlace(CENTRE, DropOffKind.HUB, "Market hub", hub_id=H1)
THE_STATION = LockerSystem("station")


def sent(name: str, pick_up: PickUpPlace | None, drop_off: DropOffPlace | None = None) -> Order:
    placed = replace(order(name, deadline_s=START_S + 7200.0), pick_up=pick_up)
    return placed if drop_off is None else replace(placed, drop_off=drop_off)


TO_DOOR = sent("O1", SHOP)
TO_LOCKER = sent("O2", None, KIOSK.drop_off)
RETURNED = sent("O3", OUT_OF_STATION, COUNTER)
ALL = (TO_DOOR, TO_LOCKER, RETURNED)


async def placed(phone: Phone, *orders: Order) -> None:
    """All of them on one trip: what is loaded, then what is fetched, then the hand-overs, the hub's last."""
    await phone.stage.writer.facts(LockerOpened(STATION), LockerOpened(KIOSK))
    await phone.stage.until(lambda state: state.vehicles[R1].ready, 60.0)
    fetches = [call(one, Act.FETCH) for one in orders if one.pick_up is not None]
    given = sorted(orders, key=lambda one: one.drop_off.kind is DropOffKind.HUB)
    calls = [*fetches, *(call(one, Act.HAND_OVER) for one in given)]
    planned = plan_round(calls, MissionId(int(START_S)), phone.stage.around, now_s=now_s())
    assert isinstance(planned, MissionPlanned), planned
    await phone.stage.writer.facts(*(OrderPlaced(one) for one in orders), planned)


def call(placed: Order, act: Act) -> Call:
    (parcel,) = placed.parcels
    job = Job(R1, COURIER, PADS[R1], parcel, placed.drop_off, 1.0, pick_up=placed.pick_up)
    place = placed.pick_up if act is Act.FETCH and placed.pick_up is not None else placed.drop_off
    return Call(job, Waypoint(place.position), act)


def next_stop(phone: Phone) -> CourierStopView:
    return next(stop for stop in phone.trip.stops if stop.state in ("next", "arrived"))


async def do_next(phone: Phone) -> str:
    """What the phone says is next, as it says; which order that was."""
    stop = next_stop(phone)
    await phone.done("arrived", order_id=stop.order_id)
    if stop.does == "hand_over":
        code = hand_code(phone.stage.state.orders[stop.order_id].order, SECRET)  # type: ignore[index]
        proof = {"code": code} if stop.needs == "code_or_photo" else {}
        await phone.done("handed_over", order_id=stop.order_id, **proof)
    elif stop.needs == "locker":
        await open_by_code(phone, stop)
    else:
        await phone.done("fetched", order_id=stop.order_id)
    return stop.order_id


async def open_by_code(phone: Phone, stop: CourierStopView) -> None:
    """The locker's own system tells that the courier's code opened it; its lost answer is asked for again."""
    collecting = Collecting(phone.couriers._service)
    opened = await collecting.by_code(STATION.locker_id, stop.door_code or "", THE_STATION)
    again = await collecting.by_code(STATION.locker_id, stop.door_code or "", THE_STATION)
    assert opened.parcel_ids == again.parcel_ids == ("O3-1",)
    assert opened.compartments == ("medium",)
    await phone.until(lambda _: next_stop(phone) != stop)


def test_from_shop_and_locker_to_door_locker_and_hub_with_a_restart_in_the_middle() -> None:
    journal = MemoryJournal()

    async def first() -> None:
        async with courier_at_work(journal, twice=True) as phone:
            await placed(phone, *ALL)
            keepers = {p.order_id: p.keeper for p in phone.stage.state.parcels.values()}
            assert keepers["O1"] == WithSender()  # type: ignore[index]
            assert keepers["O3"] == InLocker(STATION.locker_id, ParcelSize.MEDIUM)  # type: ignore[index]
            await phone.set_out()
            look = Look(phone.stage.state, {}, START_S)
            assert tracking(look, TO_DOOR.order_id, Etas()).stage is Told.BEING_FETCHED
            while not phone.stage.events(ParcelFetched):
                await do_next(phone)

    async def second() -> None:
        async with courier_at_work(journal, twice=True) as phone:
            while phone.trip.state != "homeward":
                await do_next(phone)
            await phone.done("back")
            await phone.until(lambda _: over(phone.stage.state))
            parcels = {p.order_id: p for p in phone.stage.state.parcels.values()}
            assert {one: p.keeper for one, p in parcels.items()} == {
                "O1": WithRecipient(),
                "O2": InLocker(KIOSK.locker_id, ParcelSize.MEDIUM),
                "O3": AtHub(H1),
            }
            proofs = {one: p.proved.proof for one, p in parcels.items() if p.proved}
            assert proofs == {"O1": Proof.CODE, "O2": Proof.LOCKER, "O3": Proof.COUNTER}
            assert sorted(e.parcel_id for e in phone.stage.events(ParcelFetched)) == ["O1-1", "O3-1"]
            assert phone.stage.state.boxed[STATION.locker_id] == ()
            assert not phone.stage.events(ParcelReturned)
            assert broken_invariants(phone.stage.entries()) == ()

    play(first)
    play(second, START_S + 900.0)


def test_what_is_not_given_waits_again_and_in_the_end_says_why() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await placed(phone, TO_DOOR, TO_LOCKER)
            await phone.set_out()
            while next_stop(phone).does != "fetch":
                await do_next(phone)
            await phone.done("not_fetched", order_id="O1", why="closed")
            assert not (await phone.tap("fetched", order_id="O1")).done, "said and done"
            assert all(stop.order_id != "O1" or stop.does == "fetch" for stop in phone.trip.stops)
            while phone.trip.state != "homeward":
                await do_next(phone)
            await phone.done("back")
            await phone.until(lambda _: phone.stage.state.vehicles[R1].mission_id is None)
            waiting = phone.stage.state.parcels[ParcelId("O1-1")]
            assert (waiting.phase, waiting.keeper) == (ParcelPhase.WAITING, WithSender())
            await phone.until(lambda view: view.card is not None and view.card.kind == "offer", 1200.0)
            await phone.set_out()
            await phone.done("not_fetched", order_id="O1", why="refused", text="not paid")
            refused = phone.stage.state.parcels[ParcelId("O1-1")]
            assert refused.phase is ParcelPhase.NOT_FETCHED
            assert "would not give it (not paid)" in refused.reasons[0].text
            assert [e.for_good for e in phone.stage.events(ParcelNotFetched)] == [False, True]
            assert "stuck:O1-1" in phone.stage.state.alerts

    play(scene)


def test_cancelled_before_it_is_fetched_it_stays_and_afterwards_it_comes_to_the_hub() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            late = sent("O4", SHOP)
            await placed(phone, TO_DOOR, late)
            await phone.set_out()
            first = await do_next(phone)
            other = TO_DOOR if first == "O4" else late
            await phone.stage.cancel(other)
            taken = TO_DOOR if first == "O1" else late
            fetched = {e.parcel_id for e in phone.stage.events(ParcelFetched)}
            await phone.stage.cancel(taken)
            await phone.until(lambda view: view.trip is not None and view.trip.state == "homeward")
            await phone.done("back")
            await phone.yes("give_back")
            await phone.until(lambda _: over(phone.stage.state))
            for parcel_id, parcel in phone.stage.state.parcels.items():
                keeper = AtHub(H1) if parcel_id in fetched else WithSender()
                assert (parcel.phase, parcel.keeper) == (ParcelPhase.CANCELLED, keeper)
            assert broken_invariants(phone.stage.entries()) == ()

    play(scene)


def test_a_courier_called_back_brings_what_was_fetched_to_the_hub_and_it_goes_on_from_there() -> None:
    async def scene() -> None:
        async with courier_at_work() as phone:
            await placed(phone, TO_DOOR)
            await phone.set_out()
            await do_next(phone)
            await phone.stage.ask(R1, Ask.RETURN)
            await phone.yes("hold")
            await phone.yes("change")
            await phone.until(lambda view: view.trip is not None and view.trip.state == "homeward")
            await phone.done("back")
            await phone.yes("give_back")
            await phone.until(lambda _: phone.stage.state.vehicles[R1].mission_id is None)
            assert phone.stage.state.parcels[ParcelId("O1-1")].keeper == AtHub(H1)
            await asyncio.sleep(60.0)
            await phone.set_out()
            planned = phone.stage.events(MissionPlanned)[-1]
            assert planned.loads == ("O1-1",), "from the hub, not from the shop again"
            assert await do_next(phone) == "O1"
            await phone.done("back")
            await phone.until(lambda _: over(phone.stage.state))
            assert phone.stage.state.parcels[ParcelId("O1-1")].keeper == WithRecipient()

    play(scene)


def test_an_empty_compartment_is_told_after_its_code_opened_it() -> None:
    """The locker told that it was taken out; whoever looked inside says otherwise. The trip goes on."""

    async def scene(*, restarted: bool) -> None:
        journal = MemoryJournal()

        async def opens(phone: Phone) -> None:
            await placed(phone, TO_DOOR, RETURNED)
            await phone.set_out()
            while not any(fact.parcel_id == "O3-1" for fact in phone.stage.events(ParcelFetched)):
                await do_next(phone)
            assert phone.stage.state.parcels[ParcelId("O3-1")].keeper == OnVehicle(R1)

        async def tells(phone: Phone) -> None:
            closed = await phone.tap("not_fetched", order_id="O3", why="closed")
            assert not closed.done, "its door was open"
            await phone.done("not_fetched", order_id="O3", why="not_there")
            await phone.done("not_fetched", order_id="O3", why="not_there")
            parcel = phone.stage.state.parcels[ParcelId("O3-1")]
            assert (parcel.keeper, parcel.phase) == (WithSender(), ParcelPhase.NOT_FETCHED)
            assert "stuck:O3-1" in phone.stage.state.alerts
            assert "O3-1" not in phone.view.holds
            assert [stop.order_id for stop in phone.trip.stops if stop.does == "hand_over"] == ["O1"]
            while phone.trip.state != "homeward":
                await do_next(phone)
            await phone.done("back")
            await phone.until(lambda _: phone.stage.state.vehicles[R1].mission_id is None)
            assert phone.stage.state.parcels[ParcelId("O1-1")].phase is ParcelPhase.DELIVERED
            assert len(phone.stage.events(ParcelNotFetched)) == 1
            assert broken_invariants(phone.stage.entries()) == ()

        async with courier_at_work(journal, twice=True) as phone:
            await opens(phone)
            if not restarted:
                await tells(phone)
        if restarted:
            async with courier_at_work(journal, twice=True) as phone:
                await tells(phone)

    play(partial(scene, restarted=False))
    play(partial(scene, restarted=True))
