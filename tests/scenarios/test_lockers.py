"""Lockers through the whole chain: a full one sends parcels to the customer's other places, and says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from geofences.reason import Because
from orchestrator.orders.custody import InLocker, Keeper, WithRecipient
from orchestrator.orders.lockers import COLLECT_WITHIN_S
from orchestrator.orders.order import Compartments, DropOffKind, DropOffPlace, Locker, LockerId, Order
from orchestrator.record.events import (
    CollectionExpired,
    LockerOpened,
    MissionPlanned,
    MissionWithdrawn,
    ParcelCollected,
    PlaceChosen,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.courier import SimulatedPhone
from sitl.courier_trip import Manner
from tests.orchestrator.operations.town import (
    D1,
    D2,
    DOOR,
    OTHER_DOOR,
    PADS,
    R1,
    START_S,
    order,
    surroundings,
)
from tests.scenarios.theatre import over, play, stage, vehicle
from vehicles.cargo import ParcelSize, Temperature
from vehicles.courier import Courier
from vehicles.mission import ParcelId
from vehicles.profiles import COURIER

L1 = LockerId("L1")
STATION = Locker(L1, "Station", DOOR, Compartments(medium=1))
ELSEWHERE = DropOffPlace(OTHER_DOOR, DropOffKind.DOORSTEP, "Bulevardi 2")


def to_locker(name: str, *alternatives: DropOffPlace, size: ParcelSize = ParcelSize.MEDIUM) -> Order:
    placed = order(name, deadline_s=START_S + 7200.0)
    (parcel,) = placed.parcels
    return replace(
        placed,
        drop_off=STATION.drop_off,
        alternatives=alternatives,
        parcels=(replace(parcel, size=size),),
    )


def a_courier() -> Courier:
    """Who declines nothing, and finds everybody at home."""
    ideal = Manner(declines_frac=0.0, nobody_home_frac=0.0, not_given_frac=0.0)
    return Courier(R1, COURIER, SimulatedPhone(R1, COURIER, PADS[R1].at.position, 7, manner=ideal))


def test_two_parcels_for_one_compartment_go_to_the_locker_and_to_the_other_place() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1), vehicle(D2)]) as it:
            await it.writer.facts(LockerOpened(STATION))
            await it.place(to_locker("O1", ELSEWHERE), to_locker("O2", ELSEWHERE))
            await it.until_over()
            keepers = {p.order_id: p.keeper for p in it.state.parcels.values()}
            assert keepers == {"O1": InLocker(L1, ParcelSize.MEDIUM), "O2": WithRecipient()}
            (diversion,) = [d for plan in it.events(MissionPlanned) for d in plan.diversions]
            assert (diversion.parcel_id, diversion.place) == ("O2-1", ELSEWHERE)
            assert diversion.reasons[0].text.startswith("No room in Station: 1 compartment for")
            assert broken_invariants(it.entries()) == ()

    play(scene)


def test_without_another_place_it_waits_until_the_locker_is_emptied_and_says_for_what() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.writer.facts(LockerOpened(STATION))
            await it.place(to_locker("O1"))
            await it.until_over()
            await it.place(to_locker("O2"))
            await asyncio.sleep(600.0)
            waiting = it.state.parcels[ParcelId("O2-1")]
            assert waiting.phase is ParcelPhase.WAITING
            assert "No room in Station: 1 compartment for a medium parcel, 1 taken" in waiting.reasons[0].text
            await it.writer.facts(ParcelCollected(ParcelId("O1-1"), "station"))
            await it.until(over, 1800.0)
            assert it.state.parcels[ParcelId("O2-1")].keeper == InLocker(L1, ParcelSize.MEDIUM)

    play(scene)


def test_what_nobody_comes_for_in_a_day_is_told_once() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.writer.facts(LockerOpened(STATION))
            await it.place(to_locker("O1"))
            await it.until_over()
            await asyncio.sleep(COLLECT_WITHIN_S - 1800.0)
            assert not it.events(CollectionExpired)
            await asyncio.sleep(3600.0)
            assert it.events(CollectionExpired) == [CollectionExpired(ParcelId("O1-1"))]
            assert "uncollected:O1-1" in it.state.alerts

    play(scene)


def test_what_a_locker_cools_no_more_goes_to_the_other_place_and_says_why() -> None:
    chilled = to_locker("O1", ELSEWHERE)
    (parcel,) = chilled.parcels
    chilled = replace(chilled, parcels=(replace(parcel, temperature=Temperature.CHILLED),))

    async def scene(station: Locker) -> tuple[list[MissionPlanned], Keeper]:
        around = replace(surroundings(), lockers=(station,))
        async with stage([a_courier()], around=around) as it:
            await it.writer.facts(LockerOpened(station))
            await it.place(chilled)
            await it.until_over()
            return it.events(MissionPlanned), it.state.parcels[ParcelId("O1-1")].keeper

    plans, keeper = play(lambda: scene(replace(STATION, temperatures=(Temperature.CHILLED,))))
    assert keeper == InLocker(L1, ParcelSize.MEDIUM)
    plans, keeper = play(lambda: scene(STATION))
    assert keeper == WithRecipient()
    (diversion,) = plans[0].diversions
    assert [reason.text for reason in diversion.reasons] == ["Locker Station keeps nothing chilled."]


def test_what_its_recipient_would_have_elsewhere_is_planned_anew_until_it_is_aboard() -> None:
    async def scene() -> None:
        async with stage([vehicle(D1)]) as it:
            await it.writer.facts(LockerOpened(STATION))
            wanted = replace(to_locker("O1"), drop_off=ELSEWHERE, alternatives=(STATION.drop_off,))
            await it.place(wanted)
            await it.until_phase(D1, MissionPhase.LOADED)
            await it.writer.facts(PlaceChosen(wanted.order_id, STATION.drop_off, "its recipient"))
            await it.until_over()
            (withdrawn,) = it.events(MissionWithdrawn)
            assert [(one.because, one.text) for one in withdrawn.reasons] == [
                (Because.RECIPIENT, f"It is wanted at {STATION.drop_off.label}.")
            ]
            first, second = it.events(MissionPlanned)
            assert (first.diversions, second.diversions) == ((), ()), "that is no diversion"
            assert it.state.parcels[ParcelId("O1-1")].keeper == InLocker(L1, ParcelSize.MEDIUM)
            assert broken_invariants(it.entries()) == ()

    play(scene)
