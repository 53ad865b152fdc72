"""What a recording tells: made ones, and the real ones where they are at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.mavlink.links.tlog import Recorded, Recording
from vehicles.mavlink.links.tlog_facts import facts

RECORDINGS = Path(__file__).parents[4] / "shared" / "px4"


def told(*said: tuple[float, wire.Sender, Any]) -> list[str]:
    recording = [Recorded(at_s, sender.frame(message)) for at_s, sender, message in said]
    return [f"{fact.at_s:g} {fact.system_id} {fact.text}" for fact in facts(recording)]


def test_changes_are_told_once_with_their_times() -> None:
    drone = wire.Sender(7)
    lines = told(
        (1.0, drone, wire.heartbeat()),
        (2.0, drone, wire.heartbeat()),
        (3.0, drone, wire.heartbeat(armed=True, mode=wire.MISSION)),
        (3.5, drone, wire.landed(2)),
        (60.0, drone, wire.heartbeat(armed=True, mode=wire.MISSION, status=5)),
        (61.0, drone, wire.text("Takeoff detected")),
        (62.0, drone, wire.status(79)),
        (63.0, drone, wire.status(78)),
    )
    assert lines == [
        "1 7 is heard: PX4, quadrotor",
        "1 7 mode Hold",
        "1 7 disarmed",
        "3 7 mode Mission",
        "3 7 armed",
        "3.5 7 landed state in_air",
        "60 7 is heard again after 57.0 s of silence",
        "60 7 state critical",
        "61 7 says (warning): Takeoff detected",
        "62 7 battery at 79 %",
    ]


def test_questions_and_answers_name_both_sides() -> None:
    drone, ground = wire.Sender(7), wire.Sender(253, 190)
    mode = common.MAVLink_command_long_message(7, 1, 176, 1, 1.0, 4.0, 4.0, 0.0, 0.0, 0.0, 0.0)
    lines = told(
        (1.0, ground, mode),
        (2.0, drone, common.MAVLink_command_ack_message(176, 1, 0, 0, 253, 190)),
        (3.0, ground, common.MAVLink_mission_count_message(7, 1, 12, 1)),
        (4.0, drone, common.MAVLink_mission_ack_message(253, 190, 0, 1)),
        (5.0, drone, common.MAVLink_mission_current_message(3, 12, 3)),
        (6.0, drone, common.MAVLink_mission_item_reached_message(3)),
        (7.0, drone, common.MAVLink_mission_item_reached_message(3)),
        (8.0, ground, common.MAVLink_command_long_message(7, 1, 9999, 0, *[0.0] * 7)),
    )
    assert lines == [
        "1 253 asks 7/1: do_set_mode(1, 4, 4), sent again (1)",
        "2 7 answers 253/190: do_set_mode temporarily_rejected",
        "3 253 tells 7/1: fence of 12 items",
        "4 7 answers 253/190: fence accepted",
        "5 7 mission item 3 of 12",
        "6 7 mission item 3 reached",
        "8 253 asks 7/1: cmd 9999()",
    ]


def lines_of(name: str) -> list[str]:
    path = RECORDINGS / f"{name}.tlog"
    if not path.exists():
        pytest.skip(f"the recording {path} is not on this machine")
    return [f"{fact.system_id} {fact.text}" for fact in facts(Recording(path))]


def in_order(lines: Sequence[str], wanted: Sequence[str]) -> bool:
    found = iter(lines)
    return all(any(want in line for line in found) for want in wanted)


def test_a_real_fence_breach_is_told_as_it_was() -> None:
    lines = lines_of("d_quad_fence_breach")
    assert in_order(lines, ["1 is heard: PX4, quadrotor", "1 armed", "1 state critical"])


def test_a_real_rover_mission_is_told_as_it_was() -> None:
    lines = lines_of("c_rover_mission")
    assert in_order(lines, ["1 is heard: PX4, ground_rover", "mission accepted", "1 armed", "mission item"])
