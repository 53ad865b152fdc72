"""Asks an autopilot every command and every message there is, all parameters zero; notes what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tests.contracts.mavutil_client import Client, mavlink
from vehicles.clock import machine_now_s

Answers = tuple[int, ...]
"""The results of the acknowledgements to one question, in order; empty: silence."""

CUSTOM, AUTO, HOLD = 1.0, 4.0, 3.0
_PAUSE_S = 0.06
"""Of the machine's, between two questions: PX4 loses all but 4 of those that come at once."""
_SECOND_S = 0.02
_LATE_S = 1.2
_PRECISION_LAND = 23
_FIGURE_EIGHT, _NAV_DELAY, _STANDARD_MODE = 35, 93, 262

STARTS_SOMETHING = frozenset(
    {
        mavlink.MAV_CMD_MISSION_START,
        mavlink.MAV_CMD_DO_LAND_START,  # PX4 arms for it and flies
        mavlink.MAV_CMD_DO_AUTOTUNE_ENABLE,  # writes MC_AT_START
        mavlink.MAV_CMD_PREFLIGHT_STORAGE,  # reads all parameters anew
        mavlink.MAV_CMD_PREFLIGHT_CALIBRATION,
        mavlink.MAV_CMD_FIXED_MAG_CAL_YAW,
        43003,  # EXTERNAL_POSITION_ESTIMATE moves the estimate to 0 N 0 E
        mavlink.MAV_CMD_DO_GRIPPER,  # slow, and told apart
        mavlink.MAV_CMD_DO_SET_MODE,  # told apart: its second answer may come late
    }
)
"""Asked apart, or not at all: the answers to the others would depend on their order."""
CHANGES_MODE = frozenset(
    {
        mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH,
        mavlink.MAV_CMD_NAV_LAND,
        _PRECISION_LAND,
        mavlink.MAV_CMD_NAV_TAKEOFF,
        mavlink.MAV_CMD_NAV_VTOL_TAKEOFF,
        mavlink.MAV_CMD_DO_ORBIT,
        _FIGURE_EIGHT,
        _STANDARD_MODE,
        mavlink.MAV_CMD_DO_REPOSITION,
        mavlink.MAV_CMD_DO_CHANGE_ALTITUDE,
    }
)
"""Asked last, and the vehicle held again after each."""
COMMANDS = tuple(
    sorted(
        (set(mavlink.enums["MAV_CMD"]) | {0, _FIGURE_EIGHT, _NAV_DELAY, _STANDARD_MODE, 31_999})
        - STARTS_SOMETHING
        - {mavlink.MAV_CMD_ENUM_END}
    )
)
MESSAGES = tuple(sorted({*mavlink.mavlink_map, 60_000}))


def commands(client: Client, asked: Iterable[int] = COMMANDS) -> Mapping[int, Answers]:
    """What it answers to each of those commands."""
    asked = sorted(asked, key=lambda number: (number in CHANGES_MODE, number))
    heard: dict[int, list[int]] = {number: [] for number in asked}
    for number in asked:
        client.ask(number)
        _note(client, heard, _PAUSE_S)
        if number in CHANGES_MODE:
            _note(client, heard, _PAUSE_S)
            client.ask(mavlink.MAV_CMD_DO_SET_MODE, CUSTOM, AUTO, HOLD)
            _note(client, {}, 2 * _PAUSE_S)
    _note(client, heard, _LATE_S)
    return MappingProxyType({number: tuple(results) for number, results in heard.items()})


def messages(client: Client, asked: Iterable[int] = MESSAGES) -> Mapping[int, Answers]:
    """What REQUEST_MESSAGE answers for each of those messages."""
    request = mavlink.MAV_CMD_REQUEST_MESSAGE
    found: dict[int, Answers] = {}
    for number in asked:
        client.ask(request, float(number))
        ack = client.seek("COMMAND_ACK", lambda one: one.command == request, 0.6 * client.target.speed)
        heard: dict[int, list[int]] = {request: [] if ack is None else [int(ack.result)]}
        _note(client, heard, _SECOND_S)
        found[number] = tuple(heard[request])
    return MappingProxyType(found)


def _note(client: Client, heard: Mapping[int, list[int]], during_s: float) -> None:
    """Note acknowledgements for so many seconds of the machine's."""
    until_s = machine_now_s() + during_s
    while (left_s := until_s - machine_now_s()) > 0.0:
        ack = client.seek("COMMAND_ACK", within_s=left_s * client.target.speed)
        if ack is not None and ack.command in heard:
            heard[ack.command].append(int(ack.result))
