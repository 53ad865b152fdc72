"""Another ground station on a vehicle of ours, over MAVLink: told, never fought, and no parcel miscounted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pymavlink.dialects.v20 import common

from orchestrator.orders.custody import AtHub, OnVehicle
from orchestrator.record.events import (
    Ask,
    MissionEnded,
    MissionFailed,
    MissionStarted,
    MissionWithdrawn,
    ParcelHandedOver,
    ParcelReturned,
    VehicleFaulted,
    VehicleTakenOver,
)
from orchestrator.record.state import MissionPhase, ParcelPhase
from sitl.autopilot.server import Autopilot
from tests.contracts.stands import living
from tests.orchestrator.operations.town import D1, H1, PADS, at, order, profile_of
from tests.scenarios.theatre import Stage, play, stage
from tests.sitl.station import SYSTEM
from tests.sitl.test_autopilot_missions import ACCEPTED, Planner
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import ParcelId
from vehicles.telemetry import Mode

P1 = ParcelId("O1-1")
_CUSTOM = 1.0
_HOLD, _MISSION = (4.0, 3.0), (4.0, 4.0)
_GO_ON_S = 90.0
ITS_OWN = tuple(
    (command, 6, round(place.lat_deg * 1e7), round(place.lon_deg * 1e7), height_m, 0.0)
    for command, place, height_m in (
        (22, at(0.0, 0.0), 30.0),
        (16, at(-60.0, 0.0), 30.0),
        (16, at(-60.0, 400.0), 30.0),
        (16, at(0.0, 0.0), 30.0),
        (21, at(0.0, 0.0), 0.0),
    )
)


@dataclass
class Scene:
    """Our fleet, the vehicle, and somebody else's ground station on a link of its own."""

    it: Stage[Craft]
    autopilot: Autopilot
    other: Planner

    @property
    def mode(self) -> Mode:
        return self.autopilot.flight.mode

    async def mode_to(self, main: float, sub: float) -> None:
        answers = await self.other.command(common.MAV_CMD_DO_SET_MODE, _CUSTOM, main, sub)
        assert answers == [0, 0], "as PX4: twice"

    async def under_way(self, into_s: float) -> None:
        await self.it.place(order("O1", door=at(500.0, -5.0)))
        await self.it.until_phase(D1, MissionPhase.UNDER_WAY)
        await asyncio.sleep(into_s)

    def words(self) -> str:
        return " ".join(alert.text for alert in self.it.state.alerts.values())


@asynccontextmanager
async def shared_vehicle() -> AsyncIterator[Scene]:
    ours, theirs = memory_pair()
    station_end, vehicle_end = memory_pair()
    profile = profile_of(D1)
    autopilot = Autopilot(theirs, profile, PADS[D1].at, SYSTEM, 5, more_links=(vehicle_end,))
    other = Planner(station_end)
    async with living(autopilot.run()), stage([over(ours, D1, profile)]) as it:
        await station_end.open(other.hear)
        async with living(other.beat_on()):
            yield Scene(it, autopilot, other)


def test_a_hold_by_somebody_else_is_told_and_kept_until_an_operator_decides() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.under_way(25.0)
            await it.mode_to(*_HOLD)
            await asyncio.sleep(_GO_ON_S)
            assert it.mode is Mode.HOLD, "it was not resumed against somebody's will"
            (taken,) = it.it.events(VehicleTakenOver)
            assert "another station stopped it" in taken.reasons[0].text
            assert it.it.state.alerts[f"taken_over:{D1}"].severity.value == "critical"
            assert it.it.events(VehicleFaulted) == []
            assert it.it.state.parcels[P1].keeper == OnVehicle(D1)
            await it.it.ask(D1, Ask.RESUME)
            await it.it.until(lambda state: f"taken_over:{D1}" not in state.alerts, 20.0)
            await it.it.until_over(900.0)
            assert it.it.state.parcels[P1].phase is ParcelPhase.DELIVERED
            assert it.it.events(MissionFailed) == []

    play(scene)


def test_another_mission_in_the_air_is_found_out_and_its_parcel_comes_back_to_the_books() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.under_way(25.0)
            await it.mode_to(*_HOLD)
            assert await it.other.upload(ITS_OWN) == [ACCEPTED]
            await it.mode_to(*_MISSION)
            await asyncio.sleep(45.0)
            (failed,) = it.it.events(MissionFailed)
            assert "a mission that somebody else gave it" in failed.reasons[0].text
            assert [taken.reasons for taken in it.it.events(VehicleTakenOver)] == [failed.reasons]
            assert it.mode is Mode.MISSION, "left to fly"
            assert it.it.state.parcels[P1].keeper == OnVehicle(D1)
            await it.it.until(lambda _: bool(it.it.events(MissionEnded)), 900.0)
            assert it.it.events(ParcelHandedOver) == []
            assert len(it.it.events(ParcelReturned)) == 1
            assert it.it.state.parcels[P1].keeper == AtHub(H1)

    play(scene)


def test_a_return_by_somebody_else_is_told_and_brings_the_parcel_back() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.under_way(25.0)
            await it.mode_to(4.0, 5.0)
            await it.it.until(lambda _: bool(it.it.events(MissionEnded)), 900.0)
            (failed,) = it.it.events(MissionFailed)
            assert "returns on nobody's order here" in failed.reasons[0].text
            assert len(it.it.events(ParcelReturned)) == 1

    play(scene)


def test_a_mission_changed_on_the_pad_is_not_started() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.it.place(order("O1", door=at(500.0, -5.0)))
            await it.it.until_phase(D1, MissionPhase.LOADED)
            assert await it.other.upload(ITS_OWN) == [ACCEPTED]
            await it.it.until(lambda _: bool(it.it.events(MissionWithdrawn)), 120.0)
            (withdrawn,) = it.it.events(MissionWithdrawn)
            assert "no longer holds mission" in withdrawn.reasons[0].text
            assert it.it.events(MissionStarted) == []
            assert not it.autopilot.flight.armed
            await it.it.until_over(1200.0)
            assert it.it.state.parcels[P1].phase is ParcelPhase.DELIVERED, "loaded anew, it is brought"

    play(scene)


def test_an_idle_vehicle_flown_by_somebody_else_gets_no_work_and_is_told() -> None:
    async def scene() -> None:
        async with shared_vehicle() as it:
            await it.it.until(lambda state: state.vehicles[D1].ready, 120.0)
            assert await it.other.upload(ITS_OWN) == [ACCEPTED]
            assert await it.other.command(common.MAV_CMD_MISSION_START) == [0]
            await asyncio.sleep(10.0)
            assert "moves although it was given no mission" in it.words()
            await it.it.place(order("O1", door=at(500.0, -5.0)))
            await asyncio.sleep(20.0)
            assert it.it.events(MissionStarted) == []
            await it.it.until_over(1200.0)
            assert it.it.state.parcels[P1].phase is ParcelPhase.DELIVERED, "once it stands on its pad again"

    play(scene)
