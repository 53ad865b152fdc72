"""An order delivered by winch over MAVLink, end to end; a line that jams or is too short brings it home."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from orchestrator.orders.custody import WithRecipient
from orchestrator.record.events import MissionFailed, MissionWithdrawn, ParcelHandedOver, ParcelReturned
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot import winch as device
from sitl.autopilot.server import Autopilot
from sitl.faults import Fault, Kind
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, PADS, at, order, profile_of
from tests.scenarios.theatre import Stage, play, stage
from vehicles.handover import By
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair

KIND = replace(profile_of(D1), handover=By.WINCH.from_height(profile_of(D1).handover_height_agl_m))
DELIVERY = order("O1", door=at(500.0, -5.0))


@asynccontextmanager
async def with_winch(faults: Sequence[Fault] = ()) -> AsyncIterator[tuple[Autopilot, Stage[Craft]]]:
    ours, theirs = memory_pair()
    autopilot = Autopilot(theirs, KIND, PADS[D1].at, 7, 5, faults=faults, has_winch=True)
    async with living(autopilot.run()), stage([over(ours, D1, KIND)]) as it:
        await it.place(DELIVERY)
        yield autopilot, it


def test_an_order_is_delivered_by_winch_from_a_hover() -> None:
    async def scene() -> None:
        async with with_winch() as (autopilot, it):
            await it.until(lambda _: bool(it.events(ParcelHandedOver)), 900.0)
            assert not autopilot.flight.carrying
            assert autopilot.flight.airframe.body.height_agl_m > 7.0, "it never came down for it"
            await it.until_over(900.0)
            assert [parcel.keeper for parcel in it.state.parcels.values()] == [WithRecipient()]
            assert it.events(MissionFailed) == []

    play(scene)


@pytest.mark.slow
def test_a_winch_that_jams_brings_the_parcel_home_and_delivers_it_another_time() -> None:
    async def scene() -> None:
        async with with_winch([Fault(Kind.STUCK_WINCH, 25.0, 300.0)]) as (autopilot, it):
            await it.until(
                lambda state: any(m.phase is MissionPhase.ENDED for m in state.missions.values()), 900.0
            )
            (failed,) = it.events(MissionFailed)
            assert "did not let go" in failed.reasons[0].text
            assert it.events(ParcelHandedOver) == []
            assert len(it.events(ParcelReturned)) == 1
            await it.until_over(2400.0)
            assert [parcel.phase for parcel in it.state.parcels.values()] == [ParcelPhase.DELIVERED]
            assert not autopilot.flight.carrying

    play(scene)


@pytest.mark.slow
def test_a_line_that_never_reaches_the_ground_lets_go_of_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with with_winch() as (autopilot, it):
            await it.until(lambda _: bool(it.events(MissionFailed)), 900.0)
            assert autopilot.flight.carrying
            await it.until(lambda _: bool(it.events(ParcelReturned)), 900.0)
            assert it.events(ParcelHandedOver) == []

    monkeypatch.setattr(device, "MOST_LINE_M", 5.0)
    play(scene)


def test_a_vehicle_without_a_winch_is_given_no_plan_that_needs_one() -> None:
    async def scene() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, KIND, PADS[D1].at, 7, 5)
        async with living(autopilot.run()), stage([over(ours, D1, KIND)]) as it:
            await it.place(DELIVERY)
            await it.until(lambda _: bool(it.events(MissionWithdrawn)), 60.0)
            text = it.events(MissionWithdrawn)[0].reasons[0].text
            assert "by winch" in text
            assert "PX4" in text
            assert not autopilot.flight.mission.steps

    play(scene)
