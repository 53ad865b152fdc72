"""A vehicle's parameters are held to the safe set over the wire: checked, set on the ground only, told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from geofences.path import Waypoint
from sitl.autopilot.server import Autopilot
from sitl.loop import run_virtual
from sitl.motion.settings import LinkLossAction
from tests.contracts import stands
from vehicles.mavlink.connect import over
from vehicles.mavlink.craft import Craft
from vehicles.mavlink.exchanges.upkeep import AGAIN_AFTER_S, Care
from vehicles.mavlink.links.link import memory_pair
from vehicles.mission import VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Telemetry
from vehicles.vehicle import Accepted, Start, Vehicle

Body = Callable[[Craft, Autopilot], Awaitable[None]]


def kept(
    care: Care,
    body: Body,
    profile: VehicleProfile = DELIVERY_DRONE,
    *,
    silent: bool = False,
    in_air: bool = False,
) -> None:
    """A vehicle in that care, of a simulated autopilot with factory settings; `silent` about parameters."""

    async def main() -> None:
        ours, theirs = memory_pair()
        autopilot = Autopilot(theirs, profile, Waypoint(stands.HOME), 3, 5)
        if silent:
            setattr(autopilot.parameters, "hear", _deaf)  # noqa: B010 - for the type checker
        async with stands.living(autopilot.run()):
            if in_air:
                await _set_off(over(ours, VehicleId("d1"), profile))
            async with over(ours, VehicleId("d1"), profile, care=care) as vehicle, attended(vehicle):
                await body(vehicle, autopilot)

    run_virtual(main(), 1_790_000_000.0)


def _deaf(*_: Any) -> None:  # noqa: ANN401
    pass


@contextlib.asynccontextmanager
async def attended(vehicle: Vehicle) -> AsyncIterator[None]:
    async def attend() -> None:
        while True:
            vehicle.attend()
            await asyncio.sleep(0.5)

    async with stands.living(attend()):
        yield


async def _set_off(drone: Craft) -> None:
    async with drone, attended(drone):
        await stands.ready(drone)
        assert await drone.load(stands.plan(DELIVERY_DRONE)) == Accepted()
        assert await drone.command(Start(stands.MISSION)) == Accepted()
        await stands.until(drone, lambda seen: seen.height_agl_m > 5.0)


def found(seen: Telemetry) -> set[str]:
    return {reason.subject for reason in seen.health.findings}


def test_factory_settings_are_found_named_with_reason_and_the_vehicle_is_not_ready() -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        first = await stands.until(vehicle, lambda _: True)
        assert found(first) == {"parameters"}  # nobody knows yet
        seen = await stands.until(vehicle, lambda seen: "NAV_DLL_ACT" in found(seen), 10.0)
        assert not seen.health.ready
        (reason,) = [one for one in seen.health.findings if one.subject == "NAV_DLL_ACT"]
        assert reason.text == (
            "NAV_DLL_ACT is 0 and must be 2, so that it comes home by itself when we are silent."
        )
        assert autopilot.flight.settings.link_loss_action == LinkLossAction.NONE

    kept(Care.CHECK, body)


@pytest.mark.parametrize(
    ("profile", "action"),
    [(DELIVERY_DRONE, LinkLossAction.RETURN), (SIDEWALK_ROBOT, LinkLossAction.HOLD)],
    ids=["drone", "robot"],
)
def test_they_are_set_on_the_ground_and_then_it_is_ready(
    profile: VehicleProfile, action: LinkLossAction
) -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        seen = await stands.until(vehicle, lambda seen: seen.health.ready, 20.0)
        assert seen.health.findings == ()
        assert autopilot.flight.settings.link_loss_action == action

    kept(Care.SET, body, profile)


@pytest.mark.parametrize(("gripper_s", "wait_s"), [(1.0, 1.5), (3.0, 3.0), (9.0, 0.0)])
def test_its_missions_are_set_to_wait_for_its_gripper_as_long_as_that_takes(
    gripper_s: float, wait_s: float
) -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        autopilot.parameters.change("PD_GRIPPER_TO", gripper_s)
        seen = await stands.until(vehicle, lambda seen: "parameters" not in found(seen), 20.0)
        assert autopilot.flight.settings.command_wait_s == wait_s
        assert ("MIS_COMMAND_TOUT" in found(seen)) is (wait_s < gripper_s), "no wait is long enough"

    kept(Care.SET, body)


def test_a_wait_shorter_than_its_gripper_takes_is_found_with_both_values() -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        autopilot.parameters.change("PD_GRIPPER_TO", 4.0)
        autopilot.parameters.change("MIS_COMMAND_TOUT", 1.5)
        seen = await stands.until(vehicle, lambda seen: "MIS_COMMAND_TOUT" in found(seen), 20.0)
        assert not seen.health.ready
        (reason,) = [one for one in seen.health.findings if one.subject == "MIS_COMMAND_TOUT"]
        assert "1.5" in reason.text
        assert "PD_GRIPPER_TO, which is 4" in reason.text

    kept(Care.CHECK, body)


def test_left_alone_nothing_is_asked_or_held_against_it() -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        seen = await stands.until(vehicle, lambda seen: seen.health.ready, 20.0)
        assert seen.health.findings == ()
        assert autopilot.flight.settings.link_loss_action == LinkLossAction.NONE

    kept(Care.LEAVE, body)


def test_in_the_air_nothing_is_set_and_after_the_landing_it_is() -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        seen = await stands.until(vehicle, lambda seen: "NAV_DLL_ACT" in found(seen), 20.0)
        assert seen.armed
        armed_until = await stands.until(vehicle, lambda seen: not seen.armed)
        assert "NAV_DLL_ACT" in found(armed_until)
        assert autopilot.flight.settings.link_loss_action == LinkLossAction.NONE
        await stands.until(vehicle, lambda seen: not found(seen), AGAIN_AFTER_S + 10.0)
        assert autopilot.flight.settings.link_loss_action == LinkLossAction.RETURN

    kept(Care.SET, body, in_air=True)


def test_what_a_person_mended_meanwhile_is_noticed() -> None:
    async def body(vehicle: Craft, autopilot: Autopilot) -> None:
        await stands.until(vehicle, lambda seen: "NAV_DLL_ACT" in found(seen), 10.0)
        autopilot.flight.settings.link_loss_action = LinkLossAction.RETURN
        await asyncio.sleep(AGAIN_AFTER_S + 5.0)
        assert vehicle.telemetry is not None
        assert "NAV_DLL_ACT" not in found(vehicle.telemetry)
        assert "COM_DLL_EXCEPT" in found(vehicle.telemetry)

    kept(Care.CHECK, body)


def test_a_vehicle_that_tells_nothing_is_one_finding_not_twenty() -> None:
    async def body(vehicle: Craft, _: Autopilot) -> None:
        await asyncio.sleep(20.0)
        assert vehicle.telemetry is not None
        (reason,) = vehicle.telemetry.health.findings
        assert "does not tell its parameters" in reason.text
        assert not vehicle.telemetry.health.ready

    kept(Care.SET, body, silent=True)
