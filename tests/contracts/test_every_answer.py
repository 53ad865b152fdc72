"""Every command and every message, asked of the simulated autopilot and of a real PX4: the same answers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pytest

from tests.contracts import px4_answers, survey
from tests.contracts.autopilots import Target, named, started
from tests.contracts.mavutil_client import Client, mavlink
from tests.contracts.survey import AUTO, CUSTOM, HOLD, Answers
from tests.contracts.test_conformance import MISSION, NO_MISSION, TRIP, point

pytestmark = pytest.mark.slow
KINDS = [kind for kind in named() if kind != "ardupilot"]
_ARMED = mavlink.MAV_MODE_FLAG_SAFETY_ARMED
_LAND = 6.0


@pytest.fixture(scope="module", params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with started(request.param, tmp_path_factory.mktemp("autopilot")) as target:
        yield target


@pytest.fixture
def ready(target: Target) -> Iterator[Client]:
    """Disarmed, in Hold, without a mission."""
    client = Client(target)
    client.wait("HEARTBEAT", lambda beat: beat.system_status == mavlink.MAV_STATE_STANDBY, 240.0)
    client.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, AUTO, HOLD)
    assert client.upload([]) == mavlink.MAV_MISSION_ACCEPTED
    yield client
    client.close()


@pytest.fixture
def planned(ready: Client) -> Client:
    """... with a mission."""
    assert ready.upload(TRIP) == mavlink.MAV_MISSION_ACCEPTED
    ready.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == len(TRIP), 5.0)
    return ready


@pytest.fixture
def flying(planned: Client) -> Iterator[Client]:
    """... holding in the air."""
    assert planned.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == 0
    nowhere = (0.0, 0.0, 0.0, math.nan, math.nan, math.nan)
    assert planned.command(mavlink.MAV_CMD_NAV_TAKEOFF, *nowhere, 40.0) == 0
    planned.wait("GLOBAL_POSITION_INT", lambda one: one.relative_alt > 27_000, 40.0)
    planned.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, AUTO, HOLD)
    yield planned
    end(planned)


def end(client: Client) -> None:
    client.command(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, AUTO, _LAND)
    client.wait("HEARTBEAT", lambda beat: not beat.base_mode & _ARMED, 120.0)


def expected(client: Client, state: Mapping[int, Answers]) -> dict[int, Answers]:
    own = px4_answers.NOT_SIMULATED if client.target.kind == "simulated" else {}
    known = {**px4_answers.COMMANDS, **state, **own}
    return {number: known.get(number, px4_answers.OTHERS) for number in survey.COMMANDS}


def other_answers(
    found: Mapping[int, Answers], wanted: Mapping[int, Answers]
) -> dict[int, tuple[Answers, Answers]]:
    built = px4_answers.AS_BUILT
    return {
        number: (wanted[number], answers)
        for number, answers in found.items()
        if answers != wanted[number] and answers not in built.get(number, ())
    }


def test_every_command_is_answered_so_without_a_mission(ready: Client) -> None:
    assert other_answers(survey.commands(ready), expected(ready, {})) == {}


def test_every_command_is_answered_so_with_a_mission(planned: Client) -> None:
    assert other_answers(survey.commands(planned), expected(planned, {})) == {}


def test_every_command_is_answered_so_in_the_air(flying: Client) -> None:
    assert other_answers(survey.commands(flying), expected(flying, px4_answers.IN_FLIGHT)) == {}


def test_every_message_is_sent_or_refused_so(planned: Client) -> None:
    found = survey.messages(planned)
    simulated = planned.target.kind == "simulated"
    own = px4_answers.NEVER_SIMULATED
    for number in px4_answers.SENT - (own if simulated else set()):
        assert found[number] == (0,), number
    loose = px4_answers.SENT | px4_answers.SENT_WHEN_NEW | (set() if simulated else own)
    assert {number: found[number] for number in found if number not in loose and found[number] != (2,)} == {}


def test_do_land_start_is_refused_without_a_landing_and_with_one_it_arms_and_starts(ready: Client) -> None:
    assert ready.command(mavlink.MAV_CMD_DO_LAND_START) == 6  # CANCELLED
    plan = [TRIP[0], TRIP[1], (mavlink.MAV_CMD_DO_LAND_START, 2, 0, 0, 0.0), point(16, 60.0, 12.0), TRIP[2]]
    assert ready.upload(plan) == mavlink.MAV_MISSION_ACCEPTED
    ready.wait("MISSION_CURRENT", lambda one: one.mission_state != NO_MISSION and one.total == len(plan), 5.0)
    assert ready.command(mavlink.MAV_CMD_DO_LAND_START) == 0
    ready.wait("HEARTBEAT", lambda beat: beat.base_mode & _ARMED and beat.custom_mode == MISSION, 10.0)
    ready.wait("MISSION_CURRENT", lambda one: one.seq in {2, 3}, 10.0)
    end(ready)


def test_the_message_set_mode_is_acknowledged_once_and_a_refusal_names_the_mode(ready: Client) -> None:
    assert ready.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1.0) == 0
    ready.send.set_mode_send(ready.system_id, 1, MISSION)
    ready.wait("STATUSTEXT", lambda one: one.text.startswith("Switching to Mission is currently not"), 3.0)
    ready.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0.0)


def test_what_makes_no_sense_in_the_mission_protocol_is_told(planned: Client) -> None:
    planned.send.mission_request_list_send(planned.system_id, 1, 0)
    planned.wait("MISSION_COUNT")
    planned.send.mission_request_int_send(planned.system_id, 1, 77, 0)
    assert planned.wait("MISSION_ACK").type == mavlink.MAV_MISSION_ERROR
    planned.wait("STATUSTEXT", lambda one: one.text.startswith("WPM: REJ. CMD: Req. WP was unexpected"))
    planned.send.mission_request_int_send(planned.system_id, 1, 0, 0)
    assert planned.seek("MISSION_ACK", within_s=2.0) is None
    planned.send.mission_set_current_send(planned.system_id, 1, 9)
    planned.wait("STATUSTEXT", lambda one: one.text.startswith("WPM: WP CURR CMD: Not in list"))


def test_a_parameter_of_the_wrong_type_is_passed_over(ready: Client) -> None:
    ready.send.param_set_send(ready.system_id, 1, b"RTL_RETURN_ALT", 33.0, mavlink.MAV_PARAM_TYPE_INT32)
    assert ready.seek("PARAM_VALUE", lambda one: one.param_id == "RTL_RETURN_ALT", 2.0) is None
