"""What an independent client sees is the same on the simulated autopilot and on a real PX4 (`autopilots`)."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from geofences.position import GeoPoint, destination, distance_m
from tests.contracts.autopilots import HOME, Target, named, started
from tests.contracts.mavutil_client import Client, mavlink

ACCEPTED, TEMPORARILY_REJECTED, DENIED, UNSUPPORTED, FAILED, IN_PROGRESS = 0, 1, 2, 3, 4, 5
HOLD, MISSION = 0x03040000, 0x04040000
CUSTOM = 1.0
FENCE, RALLY = 1, 2
NO_MISSION = 1
SILENT = -1
E7 = 1e7

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
    client.wait("HEARTBEAT", lambda beat: beat.system_status == mavlink.MAV_STATE_STANDBY, 60.0)
    return client


def point(command: int, away_m: float, height_m: float, frame: int = 6) -> Item:
    at = destination(HOME, 45.0, away_m)
    return command, frame, round(at.lat_deg * E7), round(at.lon_deg * E7), height_m


def ring(corners: int, away_m: float = 300.0) -> list[Item]:
    middle = destination(HOME, 200.0, away_m)
    around = [destination(middle, 360.0 * n / corners, 40.0) for n in range(corners)]
    return [(5002, 0, round(at.lat_deg * E7), round(at.lon_deg * E7), 0.0) for at in around]


TRIP = [point(22, 0.0, 12.0), point(16, 30.0, 12.0), point(21, 30.0, 0.0)]


def test_it_says_who_it_is_and_that_it_can_arm(ready: Client) -> None:
    beat = ready.wait("HEARTBEAT")
    assert (beat.type, beat.autopilot) == (mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_PX4)
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
    assert ready.command(interval, 60_000.0, 500_000.0) == FAILED


@pytest.mark.parametrize(
    ("command", "params", "result"),
    [
        (mavlink.MAV_CMD_REQUEST_MESSAGE, (60_000.0,), DENIED),
        (mavlink.MAV_CMD_DO_PAUSE_CONTINUE, (0.0,), UNSUPPORTED),
        (mavlink.MAV_CMD_DO_FENCE_ENABLE, (1.0,), UNSUPPORTED),
        (mavlink.MAV_CMD_DO_SET_SERVO, (1.0, 1500.0), UNSUPPORTED),
        (31_999, (), UNSUPPORTED),
        (mavlink.MAV_CMD_DO_WINCH, (1.0, 2.0), SILENT),
        (mavlink.MAV_CMD_COMPONENT_ARM_DISARM, (0.0,), ACCEPTED),
        (mavlink.MAV_CMD_COMPONENT_ARM_DISARM, (2.0,), SILENT),
    ],
    ids=["unknown-message", "pause", "fence", "servo", "unknown", "winch", "disarm-disarmed", "arm-2"],
)
def test_a_command_is_answered_so(
    ready: Client, command: int, params: tuple[float, ...], result: int
) -> None:
    assert ready.command(command, *params) == result


def test_a_mode_is_what_the_heartbeat_says(ready: Client) -> None:
    assert ready.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, 4.0, 3.0) == ACCEPTED
    ready.wait("HEARTBEAT", lambda beat: beat.custom_mode == HOLD, 3.0)


def test_the_gripper_is_slow_and_says_so(ready: Client) -> None:
    for action in (1.0, 0.0):  # grab, then release
        ready.command(mavlink.MAV_CMD_DO_GRIPPER, 1.0, action)
        ready.seek("COMMAND_ACK", within_s=4.0)
    ready.ask(mavlink.MAV_CMD_DO_GRIPPER, 1.0, 1.0)
    gripper = mavlink.MAV_CMD_DO_GRIPPER
    answers = [ready.wait("COMMAND_ACK", lambda ack: ack.command == gripper, 4.0).result for _ in range(2)]
    assert answers == [IN_PROGRESS, ACCEPTED]
    assert ready.command(gripper, 1.0, 1.0) == ACCEPTED  # holds already


def test_parameters_are_read_set_and_unknown(ready: Client) -> None:
    def read(name: str) -> float | None:
        ready.send.param_request_read_send(ready.system_id, 1, name.encode(), -1)
        value = ready.seek("PARAM_VALUE", lambda one: one.param_id == name, 3.0)
        return None if value is None else float(value.param_value)

    height_m = read("RTL_RETURN_ALT")
    assert height_m == pytest.approx(60.0) or height_m is not None
    ready.send.param_set_send(ready.system_id, 1, b"RTL_RETURN_ALT", 47.5, mavlink.MAV_PARAM_TYPE_REAL32)
    assert ready.wait("PARAM_VALUE", lambda one: one.param_id == "RTL_RETURN_ALT").param_value == 47.5
    assert read("RTL_RETURN_ALT") == 47.5
    assert read("NO_SUCH_THING") is None


@pytest.mark.parametrize("kind", [0, FENCE, RALLY], ids=["mission", "fence", "rally"])
def test_a_list_reads_back_as_it_was_given(ready: Client, kind: int) -> None:
    given = {0: TRIP, FENCE: ring(6), RALLY: [point(5100, 20.0, 25.0, frame=3)]}[kind]
    assert ready.upload(given, kind) == mavlink.MAV_MISSION_ACCEPTED
    held = ready.download(kind)
    assert [command for command, _, _ in held] == [item[0] for item in given]
    for (_, lat_e7, lon_e7), item in zip(held, given, strict=True):
        assert abs(lat_e7 - item[2]) <= 1
        assert abs(lon_e7 - item[3]) <= 1
    assert ready.upload([], kind) == mavlink.MAV_MISSION_ACCEPTED
    assert ready.download(kind) == []


@pytest.mark.parametrize(
    ("kind", "items", "result"),
    [
        (FENCE, ring(65), mavlink.MAV_MISSION_NO_SPACE),
        (FENCE, ring(2), mavlink.MAV_MISSION_ERROR),
        (RALLY, [point(5100, 20.0, 25.0, frame=3)] * 33, mavlink.MAV_MISSION_NO_SPACE),
        (0, [point(22, 0.0, 12.0), (211, 6, 0, 0, 0.0)], mavlink.MAV_MISSION_UNSUPPORTED),
        (0, [point(22, 0.0, 12.0, frame=1)], mavlink.MAV_MISSION_UNSUPPORTED_FRAME),
    ],
    ids=["65-corners", "2-corners", "33-rally-points", "gripper-in-frame-6", "frame-1"],
)
def test_a_list_it_cannot_take_is_refused(ready: Client, kind: int, items: list[Item], result: int) -> None:
    assert ready.upload(items, kind) == result
    assert ready.upload([], kind) == mavlink.MAV_MISSION_ACCEPTED


def test_a_mission_whose_take_off_is_not_its_first_place_is_taken_and_not_flyable(ready: Client) -> None:
    assert ready.upload([point(16, 30.0, 12.0), *TRIP]) == mavlink.MAV_MISSION_ACCEPTED
    assert ready.seek("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION, 3.0) is None
    assert ready.command(mavlink.MAV_CMD_MISSION_START, 0.0) in {DENIED, TEMPORARILY_REJECTED}
    assert ready.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_a_mission_without_a_take_off_is_flyable(ready: Client) -> None:
    assert ready.upload(TRIP[1:]) == mavlink.MAV_MISSION_ACCEPTED
    ready.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == 2, 5.0)
    assert ready.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_a_transfer_that_falls_silent_ends_without_an_answer_and_keeps_the_old_list(ready: Client) -> None:
    assert ready.upload(TRIP) == mavlink.MAV_MISSION_ACCEPTED
    ready.send.mission_count_send(ready.system_id, 1, 9, 0)
    asked = [ready.wait("MISSION_REQUEST_INT", within_s=2.0).seq for _ in range(4)]
    assert asked == [0, 0, 0, 0]
    assert ready.seek("MISSION_ACK", within_s=8.0) is None
    assert [command for command, _, _ in ready.download()] == [22, 16, 21]


def test_a_mission_is_flown_by_one_command_and_ends_disarmed_in_the_mode_last_chosen(ready: Client) -> None:
    assert ready.upload(TRIP) == mavlink.MAV_MISSION_ACCEPTED
    ready.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == 3, 5.0)
    assert ready.command(mavlink.MAV_CMD_MISSION_START, 0.0) == ACCEPTED
    armed = mavlink.MAV_MODE_FLAG_SAFETY_ARMED
    ready.wait("HEARTBEAT", lambda beat: beat.base_mode & armed and beat.custom_mode == MISSION, 4.0)
    ready.wait("MISSION_CURRENT", lambda one: one.seq == 1, 40.0)
    assert ready.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0.0) == TEMPORARILY_REJECTED  # in the air
    ready.wait("MISSION_CURRENT", lambda one: one.seq == 2, 60.0)
    landed = ready.wait("HEARTBEAT", lambda beat: not beat.base_mode & armed, 90.0)
    assert landed.custom_mode == MISSION
    place = ready.wait("GLOBAL_POSITION_INT")
    there = destination(HOME, 45.0, 30.0)
    assert distance_m(GeoPoint(place.lat / E7, place.lon / E7), there) < 4.0
    assert ready.upload([]) == mavlink.MAV_MISSION_ACCEPTED


def test_mavsdk_flies_a_mission(target: Target) -> None:
    # From mission mode, where the flight before has left it, a mode set again would start nothing.
    before = Client(target)
    before.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, 4.0, 3.0)
    before.wait("HEARTBEAT", lambda beat: beat.custom_mode == HOLD, 3.0)
    before.close()
    client = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.sitl.mavsdk_client",
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
    assert abs(height_m) < 1.0
