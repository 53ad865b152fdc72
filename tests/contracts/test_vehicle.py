"""The contract of `vehicles.vehicle.Vehicle`, for every implementation and both media."""

from __future__ import annotations

import asyncio

import pytest

from geofences.path import Path, Waypoint
from geofences.position import destination, distance_m
from geofences.reason import Because
from geofences.zone import Medium
from sitl.faults import Fault, Kind
from tests.contracts.stands import HOME, MISSION, PARCEL, STANDS, VEHICLE, Stand, plan, ready, until
from vehicles.clock import now_s
from vehicles.mission import Dock, KeepOut, Mission, MissionId, Travel, VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Landed, MissionProgress, Mode
from vehicles.vehicle import (
    Accepted,
    Grip,
    Hold,
    Land,
    Refused,
    Resume,
    Return,
    ShutDown,
    Start,
    Unanswered,
    Vehicle,
    Wired,
)

LEGS = 5


@pytest.fixture(params=STANDS)
def stand(request: pytest.FixtureRequest) -> Stand:
    return STANDS[request.param]


@pytest.fixture(params=[DELIVERY_DRONE, SIDEWALK_ROBOT], ids=["drone", "robot"])
def profile(request: pytest.FixtureRequest) -> VehicleProfile:
    kind: VehicleProfile = request.param
    return kind


async def loaded(vehicle: Vehicle, mission_id: MissionId = MISSION) -> None:
    await ready(vehicle)
    assert await vehicle.command(Grip(PARCEL)) == Accepted()
    assert await vehicle.load(plan(vehicle.profile, mission_id)) == Accepted()


async def under_way(vehicle: Vehicle) -> None:
    await loaded(vehicle)
    assert await vehicle.command(Start(MISSION)) == Accepted()
    await until(vehicle, lambda seen: seen.landed is Landed.IN_MOTION, 20.0)
    await asyncio.sleep(8.0)


def subjects(refused: object) -> set[Because]:
    assert isinstance(refused, Refused), refused
    assert all(reason.text for reason in refused.reasons)
    return {reason.because for reason in refused.reasons}


def test_a_vehicle_nobody_has_heard_is_refused_by_its_link(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        assert vehicle.telemetry is None
        assert subjects(await vehicle.command(Start(MISSION))) == {Because.LINK}
        assert subjects(await vehicle.load(plan(vehicle.profile))) == {Because.LINK}

    stand(DELIVERY_DRONE, body)


def test_it_is_heard_ready_at_home(stand: Stand, profile: VehicleProfile) -> None:
    async def body(vehicle: Vehicle) -> None:
        seen = await ready(vehicle)
        assert distance_m(seen.position, HOME) < 2.0
        assert abs(seen.height_agl_m) < 1.0
        assert (seen.mode, seen.armed, seen.landed) == (Mode.HOLD, False, Landed.ON_GROUND)
        assert seen.progress == MissionProgress(None, 0)
        assert seen.battery_frac > 0.98
        assert not seen.health.failsafe
        assert now_s() - seen.heard_at_s < 1.5

    stand(profile, body)


def test_a_delivery_from_grip_to_dock(stand: Stand, profile: VehicleProfile) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        told = vehicle.telemetry
        assert told is not None
        assert told.progress == MissionProgress(MISSION, 0)
        assert told.carrying is True
        assert await vehicle.command(Start(MISSION)) == Accepted()
        started = vehicle.telemetry
        assert started is not None
        assert (started.armed, started.mode) == (True, Mode.MISSION)
        done = []
        for leg in range(1, LEGS + 1):
            seen = await until(vehicle, lambda seen, leg=leg: seen.progress.legs_done >= leg)  # type: ignore[misc]
            done.append((seen.progress.legs_done, seen.carrying))
            if leg == 2:
                there = destination(HOME, 45.0, 60.0)
                assert distance_m(seen.position, there) < 4.0
        assert done[:4] == [(1, True), (2, True), (3, False), (4, False)] or done[3] == (5, False)
        assert seen.progress == MissionProgress(MISSION, LEGS)
        assert distance_m(seen.position, HOME) < 4.0
        if profile.medium is Medium.AIR:
            assert not seen.armed
            await until(
                vehicle, lambda seen: seen.landed is Landed.ON_GROUND, 3.0
            )  # said in a message of its own
        else:
            await until(vehicle, lambda seen: seen.landed is Landed.ON_GROUND, 10.0)
            assert await vehicle.command(ShutDown()) == Accepted()
            assert not (await until(vehicle, lambda seen: not seen.armed, 3.0)).armed

    stand(profile, body)


def test_only_the_mission_that_was_loaded_can_be_started(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        assert subjects(await vehicle.command(Start(MISSION))) == {Because.INPUT}
        await loaded(vehicle)
        assert subjects(await vehicle.command(Start(MissionId(8)))) == {Because.INPUT}
        seen = vehicle.telemetry
        assert seen is not None
        assert not seen.armed

    stand(DELIVERY_DRONE, body)


def test_starting_twice_sets_off_once(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        before = vehicle.telemetry
        assert await vehicle.command(Start(MISSION)) == Accepted()
        await asyncio.sleep(2.0)
        after = vehicle.telemetry
        assert before is not None
        assert after is not None
        assert after.progress.legs_done >= before.progress.legs_done
        assert distance_m(after.position, HOME) >= distance_m(before.position, HOME) - 1.0

    stand(DELIVERY_DRONE, body)


def test_hold_stops_it_and_resume_goes_on(stand: Stand, profile: VehicleProfile) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        assert await vehicle.command(Hold()) == Accepted()
        await asyncio.sleep(8.0)
        held = vehicle.telemetry
        await asyncio.sleep(3.0)
        still = vehicle.telemetry
        assert held is not None
        assert still is not None
        assert held.mode is Mode.HOLD
        assert distance_m(held.position, still.position) < 2.0
        assert still.progress.mission_id == MISSION
        assert await vehicle.command(Resume(MISSION)) == Accepted()
        await until(vehicle, lambda seen: seen.progress.legs_done == LEGS)

    stand(profile, body)


def test_resumed_on_a_slope_it_keeps_to_its_line(stand: Stand) -> None:
    there = destination(HOME, 0.0, 150.0)
    low_m, high_m = 20.0, 50.0
    way = Path((Waypoint(HOME), Waypoint(HOME, low_m), Waypoint(there, high_m), Waypoint(HOME, high_m)))
    mission = Mission(MISSION, VEHICLE, (Travel(way, 8.0), Dock(Waypoint(HOME))))

    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        assert await vehicle.load(VehiclePlan(mission)) == Accepted()
        assert await vehicle.command(Start(MISSION)) == Accepted()
        await until(vehicle, lambda seen: distance_m(seen.position, HOME) > 40.0, 60.0)
        assert await vehicle.command(Hold()) == Accepted()
        await asyncio.sleep(6.0)
        assert await vehicle.command(Resume(MISSION)) == Accepted()
        off_m = 0.0
        while (seen := await until(vehicle, lambda _: True)) and distance_m(seen.position, HOME) < 140.0:
            line_m = low_m + (high_m - low_m) * distance_m(seen.position, HOME) / 150.0
            off_m = max(off_m, abs(seen.height_agl_m - line_m))
            await asyncio.sleep(0.2)
        assert off_m < 6.0, "PX4 by itself climbs straight up first, by 18 m here"
        assert await vehicle.command(Return()) == Accepted()

    stand(DELIVERY_DRONE, body)


def test_it_keeps_its_height_while_it_hands_over(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        assert await vehicle.command(Start(MISSION)) == Accepted()
        seen = await until(vehicle, lambda seen: seen.progress.legs_done == 2, 120.0)
        lowest_m = seen.height_agl_m
        while seen.progress.legs_done == 2:
            lowest_m = min(lowest_m, seen.height_agl_m)
            await asyncio.sleep(0.1)
            seen = await until(vehicle, lambda _: True)
        assert lowest_m > DELIVERY_DRONE.handover_height_agl_m - 2.0, "by itself PX4 sank by 3 m"
        assert seen.carrying is False

    stand(DELIVERY_DRONE, body)


def test_return_brings_it_home_without_finishing_the_mission(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        assert await vehicle.command(Return()) == Accepted()
        home = await until(vehicle, lambda seen: not seen.armed)
        assert distance_m(home.position, HOME) < 4.0
        assert home.progress.legs_done < LEGS
        assert home.carrying is True

    stand(DELIVERY_DRONE, body)


def test_land_brings_it_down_where_it_is(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        at = vehicle.telemetry
        assert await vehicle.command(Land()) == Accepted()
        down = await until(vehicle, lambda seen: not seen.armed)
        assert at is not None
        assert distance_m(down.position, at.position) < 40.0
        assert down.landed is Landed.ON_GROUND
        assert down.progress.legs_done < LEGS

    stand(DELIVERY_DRONE, body)


def test_what_stands_disarmed_is_down_already_and_stays_as_it_is(stand: Stand) -> None:
    """PX4 takes the mode of a landing or a return on the ground as well, and cannot be armed in it."""

    async def body(vehicle: Vehicle) -> None:
        before = (await ready(vehicle)).mode
        assert await vehicle.command(Land()) == Accepted()
        refused = await vehicle.command(Return())
        assert isinstance(refused, Refused)
        assert refused.reasons[0].because is Because.BUSY
        await asyncio.sleep(3.0)
        seen = vehicle.telemetry
        assert seen is not None
        assert (seen.mode, seen.armed) == (before, False)
        await under_way(vehicle)

    stand(DELIVERY_DRONE, body)


def test_what_must_not_be_done_in_motion_is_refused_and_changes_nothing(
    stand: Stand, profile: VehicleProfile
) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        for outcome in (
            await vehicle.command(ShutDown()),
            await vehicle.command(Grip(PARCEL)),
            await vehicle.load(plan(profile, MissionId(8))),
        ):
            assert subjects(outcome) == {Because.BUSY}
        seen = vehicle.telemetry
        assert seen is not None
        assert (seen.armed, seen.mode) == (True, Mode.MISSION)
        assert seen.progress.mission_id == MISSION

    stand(profile, body)


def test_loading_the_mission_it_has_under_way_changes_nothing(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        assert await vehicle.load(plan(vehicle.profile)) == Accepted()
        seen = vehicle.telemetry
        assert seen is not None
        assert (seen.armed, seen.mode) == (True, Mode.MISSION)
        assert seen.progress == MissionProgress(MISSION, 1)

    stand(DELIVERY_DRONE, body)


def test_a_second_plan_replaces_the_first(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        assert await vehicle.load(plan(vehicle.profile, MissionId(8))) == Accepted()
        seen = await until(vehicle, lambda seen: seen.progress.mission_id == 8, 3.0)
        assert seen.progress.legs_done == 0
        assert subjects(await vehicle.command(Start(MISSION))) == {Because.INPUT}
        assert await vehicle.command(Start(MissionId(8))) == Accepted()

    stand(DELIVERY_DRONE, body)


def test_the_same_plan_flies_again_after_it_is_done(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        for _ in range(2):
            await loaded(vehicle)
            assert await vehicle.command(Start(MISSION)) == Accepted()
            high = await until(vehicle, lambda seen: seen.height_agl_m > 15.0, 30.0)
            assert high.progress.legs_done < LEGS
            await until(
                vehicle,
                lambda seen: seen.progress.legs_done == LEGS and seen.landed is Landed.ON_GROUND,
            )

    stand(DELIVERY_DRONE, body)


def test_a_held_vehicle_takes_another_plan_and_resumes_on_it(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await under_way(vehicle)
        assert await vehicle.command(Hold()) == Accepted()
        home = plan(vehicle.profile, MissionId(8)).mission
        assert await vehicle.load(VehiclePlan(type(home)(MissionId(8), home.vehicle_id, home.legs[3:]))) == (
            Accepted()
        )
        assert await vehicle.command(Resume(MissionId(8))) == Accepted()
        end = await until(vehicle, lambda seen: seen.progress == MissionProgress(MissionId(8), 2))
        assert distance_m(end.position, HOME) < 4.0
        assert end.carrying is True

    stand(DELIVERY_DRONE, body)


def test_a_plan_the_vehicle_will_not_obey_is_refused_whole(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        around_home = KeepOut(
            "z1", tuple(destination(HOME, bearing, 30.0) for bearing in (0.0, 120.0, 240.0))
        )
        refused = await vehicle.load(VehiclePlan(plan(vehicle.profile).mission, (around_home,)))
        assert subjects(refused) == {Because.AUTOPILOT}
        seen = await until(vehicle, lambda seen: seen.progress == MissionProgress(None, 0), 3.0)
        assert not seen.armed
        assert subjects(await vehicle.command(Start(MISSION))) == {Because.INPUT}
        await loaded(vehicle)  # nothing of the refused plan is left: neither mission nor fence

    stand(DELIVERY_DRONE, body)


def test_a_vehicle_that_may_not_arm_says_why(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        await asyncio.sleep(30.0 - 2.0)
        outcome = await vehicle.command(Start(MISSION))
        assert subjects(outcome) == {Because.AUTOPILOT}
        seen = vehicle.telemetry
        assert seen is not None
        assert not seen.armed
        assert not (await until(vehicle, lambda seen: not seen.health.ready, 3.0)).health.ready

        held = await until(vehicle, lambda seen: seen.mode is Mode.HOLD, 5.0)
        assert not held.armed, "in Mission, where PX4 is by now, whoever armed it would send it off"

    stand(DELIVERY_DRONE, body, [Fault(Kind.NO_ARM, 20.0)])


def test_a_gripper_that_sticks_holds_nothing(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        assert not isinstance(await vehicle.command(Grip(PARCEL)), Accepted)
        assert vehicle.telemetry is not None
        assert vehicle.telemetry.carrying is not True

    stand(DELIVERY_DRONE, body, [Fault(Kind.STUCK_GRIPPER, 0.0)])


def test_silence_is_no_answer_and_no_exception(stand: Stand, profile: VehicleProfile) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        await until(vehicle, lambda _: now_s() - entered_s[0] > 32.0)
        heard_at_s = vehicle.telemetry.heard_at_s if vehicle.telemetry else 0.0
        for outcome in (
            await vehicle.command(Start(MISSION)),
            await vehicle.command(Hold()),
            await vehicle.load(plan(profile, MissionId(8))),
        ):
            assert isinstance(outcome, Unanswered)
            assert outcome.seen
        seen = vehicle.telemetry
        assert seen is not None
        assert seen.heard_at_s == heard_at_s
        assert now_s() - seen.heard_at_s > 5.0

    entered_s: list[float] = []

    async def timed(vehicle: Vehicle) -> None:
        entered_s.append(now_s())
        await body(vehicle)

    stand(profile, timed, [Fault(Kind.SILENT, 30.0)])


def test_a_cancelled_load_leaves_it_fit_for_the_next(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        loading = asyncio.create_task(vehicle.load(plan(vehicle.profile)))
        await asyncio.sleep(0.02)
        loading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await loading
        await loaded(vehicle, MissionId(8))

    stand(DELIVERY_DRONE, body)


def test_a_lossy_link_delays_and_does_not_confuse(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await ready(vehicle)
        for _ in range(8):
            if isinstance(await vehicle.load(plan(vehicle.profile)), Accepted):
                break
        for _ in range(8):
            seen = vehicle.telemetry
            if seen is not None and seen.armed:
                break
            await vehicle.command(Start(MISSION))
        end = await until(vehicle, lambda seen: seen.progress == MissionProgress(MISSION, LEGS))
        assert distance_m(end.position, HOME) < 4.0
        if isinstance(vehicle, Wired):
            assert vehicle.links[0].loss_frac > 0.05

    stand(DELIVERY_DRONE, body, [Fault(Kind.LOSSY, 0.0, value=0.15)])


def test_a_gripper_that_jams_keeps_its_parcel_and_the_mission_goes_on_home(stand: Stand) -> None:
    async def body(vehicle: Vehicle) -> None:
        await loaded(vehicle)
        assert await vehicle.command(Start(MISSION)) == Accepted()
        past_it = await until(vehicle, lambda seen: seen.progress.legs_done >= 3)
        assert past_it.carrying is True
        docked = await until(vehicle, lambda seen: seen.progress.legs_done == LEGS)
        assert docked.carrying is True
        assert distance_m(docked.position, HOME) < 4.0

    stand(DELIVERY_DRONE, body, [Fault(Kind.STUCK_GRIPPER, 20.0)])
