from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pymavlink.dialects.v20 import common

from vehicles.mavlink.exchanges.incoming import to_heard
from vehicles.mavlink.exchanges.lists import Item, PlanPart, same_item
from vehicles.mavlink.exchanges.messages import Answer, Current, Ended, Heard, Requested
from vehicles.mavlink.exchanges.outgoing import to_message
from vehicles.mavlink.exchanges.sayings import (
    SayCommand,
    SayCount,
    SayCurrent,
    SayEnd,
    Saying,
    SayItem,
    SayList,
    SayRequest,
)
from vehicles.mavlink.wire.frames import Frame, Packer, parse, split

NAN = float("nan")
PLACE = Item(16, 6, (0.0, 2.0, 0.0, NAN), 601700000, 249400000, 50.0)


def on_the_wire(saying: Saying) -> Any:  # noqa: ANN401
    (frame,) = split(Packer(253).pack(to_message(saying, 7), 25))
    assert isinstance(frame, Frame)
    message = parse(frame)
    assert message is not None
    if message.get_type() != "HEARTBEAT":
        assert (message.target_system, message.target_component) == (7, 1)
    return message


@pytest.mark.parametrize(("part", "seq", "current"), [("MISSION", 0, 1), ("MISSION", 1, 0), ("FENCE", 0, 0)])
def test_the_first_item_of_a_mission_alone_is_current(part: str, seq: int, current: int) -> None:
    assert on_the_wire(SayItem(PlanPart[part], seq, PLACE)).current == current


def test_an_item_survives_the_wire() -> None:
    message = on_the_wire(SayItem(PlanPart.MISSION, 3, PLACE))
    assert (message.seq, message.command, message.frame, message.autocontinue) == (3, 16, 6, 1)
    assert (message.x, message.y, message.z) == (601700000, 249400000, 50.0)
    assert message.param2 == 2.0


@pytest.mark.parametrize(
    ("saying", "name"),
    [
        (SayCommand(300, (0.0,) * 7, 1), "COMMAND_LONG"),
        (SayCount(PlanPart.RALLY, 2), "MISSION_COUNT"),
        (SayList(PlanPart.FENCE), "MISSION_REQUEST_LIST"),
        (SayRequest(PlanPart.FENCE, 4), "MISSION_REQUEST_INT"),
        (SayEnd(PlanPart.MISSION, 15), "MISSION_ACK"),
        (SayCurrent(5), "MISSION_SET_CURRENT"),
    ],
)
def test_each_saying_is_its_message(saying: Saying, name: str) -> None:
    message = on_the_wire(saying)
    assert message.get_type() == name
    assert getattr(message, "confirmation", 1) == 1


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        (common.MAVLink_command_ack_message(176, 0, 0, 0, 253, 27), Answer(27, 176, 0)),
        (common.MAVLink_mission_request_int_message(253, 27, 4, 1), Requested(27, PlanPart.FENCE, 4)),
        (common.MAVLink_mission_request_message(253, 27, 4, 0), Requested(27, PlanPart.MISSION, 4)),
        (common.MAVLink_mission_ack_message(253, 27, 5, 2), Ended(27, PlanPart.RALLY, 5)),
        (common.MAVLink_mission_ack_message(253, 27, 5, 255), None),
        (common.MAVLink_mission_current_message(3, 9, 4, 1), Current(3, 9, 4)),
        (common.MAVLink_attitude_message(1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), None),
    ],
)
def test_what_is_heard(message: Any, heard: Heard | None) -> None:  # noqa: ANN401
    assert to_heard(message) == heard


def test_an_item_read_back_is_the_same_through_the_autopilots_own_forms() -> None:
    assert same_item(PLACE, replace(PLACE, frame=6, lat_e7=601699999), PlanPart.MISSION)
    assert same_item(replace(PLACE, frame=3), PLACE, PlanPart.RALLY)
    corner = Item(5002, 0, (3.0, 0.0, 0.0, 0.0), 1, 2)
    assert same_item(corner, replace(corner, frame=5, z=7.0), PlanPart.FENCE)


@pytest.mark.parametrize(
    "changed",
    [
        replace(PLACE, command=21),
        replace(PLACE, lat_e7=601700002),
        replace(PLACE, lon_e7=249400002),
        replace(PLACE, z=50.1),
        replace(PLACE, frame=0),
        replace(PLACE, params=(1.0, 2.0, 0.0, NAN)),
        replace(PLACE, params=(0.0, 2.0, 0.0, 0.0)),
    ],
)
def test_an_item_read_back_changed_is_noticed(changed: Item) -> None:
    assert not same_item(PLACE, changed, PlanPart.MISSION)
