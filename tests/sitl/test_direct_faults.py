"""The simulated vehicle in process, when its link or its parts fail."""

from __future__ import annotations

import asyncio

from sitl.direct.vehicle import DirectVehicle
from sitl.faults import Fault, Kind
from tests.sitl.trip import (
    ID,
    PARCEL,
    START_S,
    flight_legs,
    look_at,
    plan_of,
    until,
    with_vehicle,
)
from vehicles.clock import now_s
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Mode
from vehicles.vehicle import (
    Grip,
    Hold,
    Refused,
    Start,
    Unanswered,
)


def test_silence_freezes_the_sample_and_leaves_commands_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(plan_of(flight_legs()))
        await vehicle.command(Start(ID))
        await asyncio.sleep(60.0)
        frozen = look_at(vehicle)
        assert isinstance(await vehicle.command(Hold()), Unanswered)
        await asyncio.sleep(30.0)
        assert look_at(vehicle) == frozen
        assert now_s() - frozen.heard_at_s > 30.0
        await until(vehicle, lambda look: look.heard_at_s > frozen.heard_at_s)
        assert look_at(vehicle).mode is Mode.MISSION, "it flew on by itself"
        await until(vehicle, lambda look: not look.armed)
        assert look_at(vehicle).progress.legs_done == 5

    with_vehicle(DELIVERY_DRONE, act, Fault(Kind.SILENT, 40.0, 120.0))


def test_a_lossy_link_leaves_some_commands_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> list[bool]:
        return [isinstance(await vehicle.command(Hold()), Unanswered) for _ in range(40)]

    unanswered = with_vehicle(DELIVERY_DRONE, act, Fault(Kind.LOSSY, 0.0, value=0.3))
    assert 8 < sum(unanswered) < 32


def test_falling_silent_in_the_middle_of_a_load_leaves_it_unanswered() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        assert isinstance(await vehicle.load(plan_of(flight_legs())), Unanswered)
        assert look_at(vehicle).heard_at_s <= START_S + 5.6
        assert look_at(vehicle).progress.mission_id is None

    with_vehicle(DELIVERY_DRONE, act, Fault(Kind.SILENT, 5.6))


def test_a_stuck_gripper_and_a_failing_check_are_refusals() -> None:
    async def act(vehicle: DirectVehicle) -> None:
        await vehicle.load(plan_of(flight_legs()))
        assert isinstance(await vehicle.command(Grip(PARCEL)), Refused)
        assert isinstance(await vehicle.command(Start(ID)), Refused)
        assert not look_at(vehicle).health.ready

    with_vehicle(DELIVERY_DRONE, act, Fault(Kind.STUCK_GRIPPER, 0.0), Fault(Kind.NO_ARM, 0.0))
