"""What an independent client sees is the same on the simulated autopilot and on a real PX4 (`autopilots`).

Also on ArduPilot, with what is its own as data (`expectations`).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geofences.position import GeoPoint, destination, distance_m
from tests.contracts.autopilots import HOME, Target, named, started
from tests.contracts.expectations import PX4
from tests.contracts.mavutil_client import Client, mavlink

ACCEPTED, TEMPORARILY_REJECTED, DENIED = 0, 1, 2
MISSION = 0x04040000
CUSTOM = 1.0
FENCE, RALLY = 1, 2
NO_MISSION = 1
E7 = 1e7
HEIGHT_WANDERS_M = 2.0
"""By how much a real PX4 misjudges its height while it stands: 1.6 m in a recording, 1.1 here."""

Item = tuple[int, int, int, int, float]


@pytest.fixture(scope="module", params=named())
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with started(request.param, tmp_path_factory.mktemp("autopilot")) as target:
        yield target


@pytest.fixture
def client(target: Target) -> Iterator[Client]:
    client = Client(target)
    yield client
    client.close()


@pytest.fixture
def ready(client: Client) -> Client:
    client.wait("HEARTBEAT", lambda beat: beat.system_status == mavlink.MAV_STATE_STANDBY, 240.0)
    if client.target.expected.checks_itself:
        client.wait_until_armable()
    return client


@pytest.fixture
def px4(ready: Client) -> Client:
    """Of what only PX4 has: nothing of the kind is expected of others."""
    if ready.target.expected is not PX4:
        pytest.skip("PX4's own")
    return ready


def point(command: int, away_m: float, height_m: float, frame: int = 6) -> Item:
    at = destination(HOME, 45.0, away_m)
    return command, frame, round(at.lat_deg * E7), round(at.lon_deg * E7), height_m


def ring(corners: int, away_m: float = 300.0) -> list[Item]:
    middle = destination(HOME, 200.0, away_m)
    around = [destination(middle, 360.0 * n / corners, 40.0) for n in range(corners)]
    return [(5002, 0, round(at.lat_deg * E7), round(at.lon_deg * E7), 0.0) for at in around]


def planned(client: Client, items: list[Item]) -> list[Item]:
    """A mission as the autopilot wants it."""
    return [point(16, 0.0, 0.0, frame=0), *items] if client.target.expected.home_first else items


TRIP = [point(22, 0.0, 12.0), point(16, 30.0, 12.0), point(21, 30.0, 0.0)]


def test_it_says_who_it_is_and_that_it_can_arm(ready: Client) -> None:
    beat = ready.wait("HEARTBEAT")
    assert (beat.type, beat.autopilot) == (mavlink.MAV_TYPE_QUADROTOR, ready.target.expected.autopilot)
    assert not beat.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    ready.ask(mavlink.MAV_CMD_REQUEST_MESSAGE, mavlink.MAVLINK_MSG_ID_AUTOPILOT_VERSION)
    version = ready.wait("AUTOPILOT_VERSION")
    assert version.capabilities & mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_INT
    assert version.capabilities & mavlink.MAV_PROTOCOL_CAPABILITY_MISSION_FENCE


def test_streams_come_as_they_are_asked_for(ready: Client) -> None:
    interval = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL
    attitude = mavlink.MAVLINK_MSG_ID_ATTITUDE
    assert ready.command(interval, attitude, -1.0) == ACCEPTED
    ready.seek("ATTITUDE", within_s=1.0)  # what was under way already
    assert ready.seek("ATTITUDE", within_s=4.0) is None
    assert ready.command(interval, attitude, 500_000.0) == ACCEPTED
    first = ready.wait("ATTITUDE", within_s=3.0)
    second = ready.wait("ATTITUDE", within_s=3.0)
    assert 300 <= second.time_boot_ms - first.time_boot_ms <= 700
    assert ready.command(interval, 60_000.0, 500_000.0) == ready.target.expected.answers["unknown-interval"]


@pytest.mark.parametrize(
    ("name", "command", "params"),
    [
        ("unknown-message", mavlink.MAV_CMD_REQUEST_MESSAGE, (60_000.0,)),
        ("pause", mavlink.MAV_CMD_DO_PAUSE_CONTINUE, (0.0,)),
        ("fence", mavlink.MAV_CMD_DO_FENCE_ENABLE, (0.0,)),
        ("servo", mavlink.MAV_CMD_DO_SET_SERVO, (1.0, 1500.0)),
        ("unknown", 31_999, ()),
        ("winch", mavlink.MAV_CMD_DO_WINCH, (1.0, 2.0)),
        ("disarm-disarmed", mavlink.MAV_CMD_COMPONENT_ARM_DISARM, (0.0,)),
        ("arm-2", mavlink.MAV_CMD_COMPONENT_ARM_DISARM, (2.0,)),
        ("mode-none", mavlink.MAV_CMD_DO_SET_MODE, (CUSTOM, 99.0)),
    ],
)
def test_a_command_is_answered_so(ready: Client, name: str, command: int, params: tuple[float, ...]) -> None:
    assert ready.command(command, *params) == ready.target.expected.answers[name]


def test_a_mode_is_what_the_heartbeat_says(ready: Client) -> None:
    assert ready.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, *ready.target.expected.hold) == ACCEPTED
    ready.wait("HEARTBEAT", lambda beat: beat.custom_mode == ready.target.expected.hold_mode, 3.0)


def test_the_gripper_is_slow_and_says_so(ready: Client) -> None:
    for action in (1.0, 0.0):  # grab, then release
        ready.command(mavlink.MAV_CMD_DO_GRIPPER, 1.0, action)
        ready.seek("COMMAND_ACK", within_s=4.0)
    ready.ask(mavlink.MAV_CMD_DO_GRIPPER, 1.0, 1.0)
    gripper = mavlink.MAV_CMD_DO_GRIPPER
    answers = [
        ready.wait("COMMAND_ACK", lambda ack: ack.command == gripper, 4.0).result
        for _ in ready.target.expected.gripper
    ]
    assert tuple(answers) == ready.target.expected.gripper
    assert ready.command(gripper, 1.0, 1.0) == ACCEPTED  # holds already


def test_parameters_are_read_set_and_unknown(ready: Client) -> None:
    def read(name: str) -> float | None:
        ready.send.param_request_read_send(ready.system_id, 1, name.encode(), -1)
        value = ready.seek("PARAM_VALUE", lambda one: one.param_id == name, 3.0)
        return None if value is None else float(value.param_value)

    name, other = ready.target.expected.return_height
    assert read(name) is not None
    ready.send.param_set_send(ready.system_id, 1, name.encode(), other, mavlink.MAV_PARAM_TYPE_REAL32)
    assert ready.wait("PARAM_VALUE", lambda one: one.param_id == name).param_value == other
    assert read(name) == other
    assert read("NO_SUCH_THING") is None


@pytest.mark.parametrize("kind", [0, FENCE, RALLY], ids=["mission", "fence", "rally"])
def test_a_list_reads_back_as_it_was_given(ready: Client, kind: int) -> None:
    given = {0: planned(ready, TRIP), FENCE: ring(6), RALLY: [point(5100, 20.0, 25.0, frame=3)]}[kind]
    assert ready.upload(given, kind) == mavlink.MAV_MISSION_ACCEPTED
    held = ready.download(kind)
    assert [command for command, _, _ in held] == [item[0] for item in given]
    whose = slice(1, None) if kind == 0 and ready.target.expected.home_first else slice(None)
    for (_, lat_e7, lon_e7), item in zip(held[whose], given[whose], strict=True):
        assert abs(lat_e7 - item[2]) <= 1
        assert abs(lon_e7 - item[3]) <= 1
    assert ready.upload([], kind) == mavlink.MAV_MISSION_ACCEPTED
    assert [command for command, _, _ in ready.download(kind)] in ([], [16])  # ArduPilot keeps home


@pytest.mark.parametrize(
    ("name", "kind", "items"),
    [
        ("65-corners", FENCE, ring(65)),
        ("2-corners", FENCE, ring(2)),
        ("33-rally-points", RALLY, [point(5100, 20.0, 25.0, frame=3)] * 33),
        ("gripper-in-frame-6", 0, [point(22, 0.0, 12.0), (211, 6, 0, 0, 0.0)]),
        ("frame-1", 0, [point(22, 0.0, 12.0, frame=1)]),
    ],
)
def test_a_list_it_cannot_take_is_refused(ready: Client, name: str, kind: int, items: list[Item]) -> None:
    assert ready.upload(items, kind) == ready.target.expected.refusals[name]
    assert ready.upload([], kind) == mavlink.MAV_MISSION_ACCEPTED


def test_a_mission_whose_take_off_is_not_its_first_place_is_taken_and_not_flyable(px4: Client) -> None:
    assert px4.upload([point(16, 30.0, 12.0), *TRIP]) == mavlink.MAV_MISSION_ACCEPTED
    assert px4.seek("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION, 3.0) is None
    assert px4.command(mavlink.MAV_CMD_MISSION_START, 0.0) in {DENIED, TEMPORARILY_REJECTED}
    assert px4.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_a_mission_without_a_take_off_is_flyable(px4: Client) -> None:
    assert px4.upload(TRIP[1:]) == mavlink.MAV_MISSION_ACCEPTED
    px4.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == 2, 5.0)
    assert px4.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_a_transfer_that_falls_silent_ends_and_keeps_the_old_list(ready: Client) -> None:
    plan = planned(ready, TRIP)
    assert ready.upload(plan) == mavlink.MAV_MISSION_ACCEPTED
    ready.send.mission_count_send(ready.system_id, 1, 9, 0)
    asked = [ready.wait(ready.target.expected.request, within_s=2.0).seq for _ in range(4)]
    assert asked == [0, 0, 0, 0]
    given_up = ready.seek("MISSION_ACK", within_s=8.0)
    assert (given_up is not None) is ready.target.expected.says_it_gave_up
    assert [command for command, _, _ in ready.download()][-3:] == [item[0] for item in plan][-3:]


def test_a_mission_is_flown_by_one_command_and_ends_disarmed_in_the_mode_last_chosen(px4: Client) -> None:
    assert px4.upload(TRIP) == mavlink.MAV_MISSION_ACCEPTED
    px4.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == 3, 5.0)
    assert px4.command(mavlink.MAV_CMD_MISSION_START, 0.0) == ACCEPTED
    armed = mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    px4.wait("HEARTBEAT", lambda beat: beat.base_mode & armed and beat.custom_mode == MISSION, 4.0)
    px4.wait("MISSION_CURRENT", lambda one: one.seq == 1, 40.0)
    assert px4.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0.0) == TEMPORARILY_REJECTED  # in the air
    px4.wait("MISSION_CURRENT", lambda one: one.seq == 2, 60.0)
    landed = px4.wait("HEARTBEAT", lambda beat: not beat.base_mode & armed, 90.0)
    assert landed.custom_mode == MISSION
    place = px4.wait("GLOBAL_POSITION_INT")
    there = destination(HOME, 45.0, 30.0)
    assert distance_m(GeoPoint(place.lat / E7, place.lon / E7), there) < 4.0
    assert px4.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_a_mission_is_flown_after_take_off_was_asked_for_apart(
    target: Target, request: pytest.FixtureRequest
) -> None:
    if not target.expected.home_first:
        pytest.skip("ArduPilot's own")
    ready: Client = request.getfixturevalue("ready")
    assert ready.upload(planned(ready, TRIP)) == mavlink.MAV_MISSION_ACCEPTED
    assert ready.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, 4.0) == ACCEPTED  # GUIDED
    assert ready.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == ACCEPTED
    assert ready.command(mavlink.MAV_CMD_NAV_TAKEOFF, 0, 0, 0, 0, 0, 0, 12.0) == ACCEPTED
    ready.seek("HEARTBEAT", lambda beat: beat.system_status != mavlink.MAV_STATE_ACTIVE, 12.0)
    assert ready.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, 3.0) == ACCEPTED  # AUTO
    assert ready.command(mavlink.MAV_CMD_MISSION_START, 0.0) == ACCEPTED
    armed = mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    ready.wait("HEARTBEAT", lambda beat: not beat.base_mode & armed, 120.0)
    ready.command(mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT, 200_000.0)
    place = ready.wait("GLOBAL_POSITION_INT")
    assert distance_m(GeoPoint(place.lat / E7, place.lon / E7), destination(HOME, 45.0, 30.0)) < 4.0
    assert ready.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_mavsdk_flies_a_mission(target: Target) -> None:
    if target.expected is not PX4:
        pytest.skip("MAVSDK's mission items are PX4's: they have no home")
    # From mission mode, where the flight before has left it, a mode set again would start nothing.
    before = Client(target)
    before.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, *PX4.hold)
    before.wait("HEARTBEAT", lambda beat: beat.custom_mode == PX4.hold_mode, 3.0)
    before.close()
    client = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).parents[1] / "sitl" / "mavsdk_client.py"),
            str(target.port),
            str(HOME.lat_deg),
            str(HOME.lon_deg),
        ],
        capture_output=True,
        text=True,
        timeout=120.0,
        check=False,
    )
    assert client.returncode == 0, client.stderr[-2000:]
    seen = json.loads(client.stdout.strip().splitlines()[-1])
    assert seen["held"] == [22, 16, 21]
    assert seen["progress"] == sorted(seen["progress"])
    assert seen["progress"][-1] == 3
    lat_deg, lon_deg, height_m = seen["end"]
    assert distance_m(GeoPoint(lat_deg, lon_deg), GeoPoint(HOME.lat_deg + 0.0003, HOME.lon_deg)) < 3.0
    assert abs(height_m) < HEIGHT_WANDERS_M
