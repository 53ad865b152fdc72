"""An order of a round is taken back on the way: its parcel is not handed over, the others are served."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.orders.custody import AtHub, WithRecipient
from orchestrator.record.describe import describe
from orchestrator.record.events import (
    LegDone,
    MissionChanged,
    MissionFailed,
    MissionPlanned,
    ParcelHandedOver,
    ParcelReturned,
)
from orchestrator.record.invariants import broken_invariants
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.direct.vehicle import DirectVehicle
from tests.orchestrator.operations.town import DOOR, H1, OTHER_DOOR, PADS, R1, START_S, at, order
from tests.scenarios.theatre import Outliving, Stage, play, stage
from vehicles.mission import ParcelId
from vehicles.profiles import CHEST_ROBOT

ORDERS = [
    order(name, door=door, deadline_s=START_S + 7200.0)
    for name, door in (("O1", DOOR), ("O2", OTHER_DOOR), ("O3", at(480.0, 225.0)))
]


def robot() -> Outliving:
    return Outliving(DirectVehicle(R1, CHEST_ROBOT, PADS[R1].at, 7))


async def all_aboard(it: Stage[Outliving]) -> tuple[ParcelId, ...]:
    """R1 is on its way with all three; what it carries, in the order of its stops."""
    await it.place(*ORDERS)
    await it.until_phase(R1, MissionPhase.UNDER_WAY, 1200.0)
    (planned,) = it.events(MissionPlanned)
    assert len(planned.parcel_ids) == 3
    return planned.parcel_ids


def placed(parcel_id: ParcelId) -> int:
    return next(n for n, one in enumerate(ORDERS) if one.parcels[0].parcel_id == parcel_id)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_the_cancelled_one_comes_back_and_the_others_are_served(which: int) -> None:
    async def scene() -> None:
        async with stage([robot()]) as it:
            parcel_id = (await all_aboard(it))[which]
            await asyncio.sleep(60.0)
            await it.cancel(ORDERS[placed(parcel_id)])
            await it.until_over(7200.0)
            given = {event.parcel_id for event in it.events(ParcelHandedOver)}
            assert given == {one.parcels[0].parcel_id for one in ORDERS} - {parcel_id}
            back = it.state.parcels[parcel_id]
            assert (back.keeper, back.phase) == (AtHub(H1), ParcelPhase.CANCELLED)
            assert [event.parcel_id for event in it.events(ParcelReturned)] == [parcel_id]
            assert it.events(MissionFailed) == []
            (changed,) = it.events(MissionChanged)
            assert parcel_id not in changed.plan.parcel_ids
            said = [describe(entry, it.state).text for entry in it.entries() if entry.event == changed]
            assert f"Order {back.order_id} was cancelled by shop." in said[0]
            assert broken_invariants(it.entries()) == ()

    play(scene)


def test_two_taken_back_one_after_the_other() -> None:
    async def scene() -> None:
        async with stage([robot()]) as it:
            first, second, third = await all_aboard(it)
            await it.cancel(ORDERS[placed(third)])
            await it.until(lambda _: len(it.events(MissionChanged)) == 1, 120.0)
            await asyncio.sleep(30.0)
            await it.cancel(ORDERS[placed(first)])
            await it.until_over(7200.0)
            assert [event.parcel_id for event in it.events(ParcelHandedOver)] == [second]
            assert {event.parcel_id for event in it.events(ParcelReturned)} == {first, third}
            assert it.state.parcels[second].keeper == WithRecipient()
            assert it.events(MissionFailed) == []
            assert broken_invariants(it.entries()) == ()

    play(scene)


def test_in_the_midst_of_a_hand_over_it_is_finished_first() -> None:
    async def scene() -> None:
        async with stage([robot()]) as it:
            first, second, third = await all_aboard(it)

            def at_the_door(_: object) -> bool:
                return any(event.leg_index == 3 for event in it.events(LegDone))

            await it.until(at_the_door, 1800.0)
            await it.cancel(ORDERS[placed(second)])
            await it.until_over(7200.0)
            assert [event.parcel_id for event in it.events(ParcelHandedOver)] == [first, third]

    play(scene)
