"""Against a real PX4: parameters, gripper, places, and what it does when we fall silent. Needs PX4_URL."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from geofences.path import Waypoint
from geofences.position import destination, distance_m
from tests.contracts.stands import living, until
from tests.vehicles.mavlink.test_real_px4 import MISSION, attend, delivery
from vehicles.mavlink.connect import connect
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges.upkeep import Care
from vehicles.mission import ParcelId, VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Mode
from vehicles.vehicle import Accepted, Grip, Hold, LetGo, Refused, Return, Start, Unanswered

URL = os.environ.get("PX4_URL", "")
SILENT_S = 25.0

pytestmark = pytest.mark.skipif(not URL, reason="PX4_URL (udpin:127.0.0.1:14540, say) names no PX4")


@asynccontextmanager
async def ready() -> AsyncIterator[Craft]:
    craft = connect(URL, VehicleId("px4"), DELIVERY_DRONE, care=Care.SET)
    async with craft, living(attend(craft)):
        await until(craft, lambda seen: seen.health.ready, 60.0)
        yield craft


async def test_parameters_are_set_and_told_back_and_what_is_unknown_is_not() -> None:
    async with ready() as craft:
        for value in (47.5, 60.0):
            assert await craft.set_parameters({"RTL_RETURN_ALT": value}) == Accepted()
            told = (await craft.read_parameters(["RTL_RETURN_ALT"]))["RTL_RETURN_ALT"]
            assert told is not None
            assert told.value == value
        assert isinstance(await craft.set_parameters({"NO_SUCH_ONE": 1.0}), Unanswered)
        assert isinstance(await craft.set_parameters({"NAV_DLL_ACT": 1.5}), Refused)
        assert await craft.set_parameters({"NAV_DLL_ACT": 2.0}) == Accepted()


async def test_the_gripper_moves_and_is_done_when_it_has() -> None:
    async with ready() as craft:
        for command in (LetGo(), Grip(ParcelId("p")), LetGo()):
            assert await craft.command(command) == Accepted()


async def test_a_mission_goes_on_while_we_are_silent_and_what_holds_comes_home() -> None:
    craft = connect(URL, VehicleId("px4"), DELIVERY_DRONE, care=Care.SET)
    async with craft:
        async with living(attend(craft)):
            home = (await until(craft, lambda seen: seen.health.ready, 60.0)).position
            assert await craft.load(delivery(home)) == Accepted()
            assert await craft.command(Start(MISSION)) == Accepted()
            await until(craft, lambda seen: seen.height_agl_m > 10.0)
        await asyncio.sleep(SILENT_S)
        assert craft.telemetry is not None
        assert craft.telemetry.mode is Mode.MISSION
        assert await craft.command(Hold()) == Accepted()
        await until(craft, lambda seen: seen.mode is Mode.RETURN, 20.0)
        landed = await until(craft, lambda seen: not seen.armed)
        assert distance_m(landed.position, home) < 20.0  # at home, or at the rally point of its plan


async def test_a_place_is_gone_to() -> None:
    async with ready() as craft:
        look = await until(craft, lambda _: True)
        there = destination(look.position, 90.0, 25.0)
        assert isinstance(await craft.go_to(Waypoint(there, 20.0)), Refused)
        assert await craft.load(delivery(look.position)) == Accepted()
        assert await craft.command(Start(MISSION)) == Accepted()
        await until(craft, lambda seen: seen.height_agl_m > 10.0)
        assert await craft.go_to(Waypoint(there, 20.0)) == Accepted()
        await until(craft, lambda seen: distance_m(seen.position, there) < 3.0, 60.0)
        held = await until(craft, lambda seen: abs(seen.height_agl_m - 20.0) < 1.5, 30.0)
        assert held.mode is Mode.HOLD
        assert await craft.command(Return()) == Accepted()
        await until(craft, lambda seen: not seen.armed)  # the next one finds it on the ground
