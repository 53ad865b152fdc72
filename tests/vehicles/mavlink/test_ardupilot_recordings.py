"""What real ArduPilot said to this driver on two deliveries, read again: no ArduPilot needed.

ArduCopter and Rover 4.7.0-dev (90700977), both directions, from closing the gripper to shutting down.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import all as dialect
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink.ardupilot_flights import HOME, drive, flight
from vehicles.mavlink.autopilots.ardupilot import ARDUPILOT
from vehicles.mavlink.autopilots.ardupilot_items import ardupilot_keeps, ardupilot_list
from vehicles.mavlink.autopilots.known import types_of
from vehicles.mavlink.exchanges.lists import Item, PlanPart, same_item
from vehicles.mavlink.links.tlog import Recording
from vehicles.mavlink.plans.encode import EncodedPlan, encode_plan
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mission import VehiclePlan
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Landed, Mode

QUERIES = (common.MAV_CMD_SET_MESSAGE_INTERVAL, common.MAV_CMD_REQUEST_MESSAGE)
FOLDER = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Delivery:
    """A recording, and the plan that was carried out in it."""

    name: str
    profile: VehicleProfile
    plan: VehiclePlan

    def frames(self) -> Recording:
        return Recording(FOLDER / f"ardupilot_{self.name}.tlog")

    def encoded(self) -> EncodedPlan:
        encoded = encode_plan(self.plan, self.profile, HOME)
        assert isinstance(encoded, EncodedPlan)
        return encoded


COPTER = Delivery("copter", DELIVERY_DRONE, flight())
DRIVEN = Delivery("rover", SIDEWALK_ROBOT, drive())
BOTH = [pytest.param(COPTER, id="copter"), pytest.param(DRIVEN, id="rover")]


@dataclass
class Reading:
    """Hears a recording as the craft would have: our plan is given when its mission is acknowledged."""

    delivery: Delivery
    states: list[tuple[Mode, bool, Landed, int]] = field(default_factory=list)
    readies: set[bool] = field(default_factory=set)
    at_s: float = 0.0

    def __post_init__(self) -> None:
        self.decoder = Decoder(ARDUPILOT, types_of(self.delivery.profile.airframe))
        self.receiver = Receiver(self._hear)

    def read(self) -> None:
        for recorded in self.delivery.frames():
            self.at_s = recorded.at_s
            self.receiver.feed(recorded.frame)

    def _hear(self, message: Message) -> None:
        self.decoder.hear(message, self.at_s)
        if message.get_type() == "MISSION_ACK" and message.mission_type == PlanPart.MISSION.value:
            self.decoder.expect(self.delivery.encoded().mission)
        seen = self.decoder.telemetry
        if seen is None:
            return
        self.readies.add(seen.health.ready)
        state = (seen.mode, seen.armed, seen.landed, seen.progress.legs_done)
        if not self.states or self.states[-1] != state:
            self.states.append(state)


def legs_seen(reading: Reading) -> list[int]:
    found = [done for *_, done in reading.states]
    return [done for n, done in enumerate(found) if n == 0 or found[n - 1] != done]


def test_a_flight_is_read_leg_by_leg_to_the_landing_that_ends_it() -> None:
    reading = Reading(COPTER)
    reading.read()
    assert legs_seen(reading) == [0, 1, 2, 3, 4, 5]
    assert reading.states[-1] == (Mode.MISSION, False, Landed.ON_GROUND, 5)
    assert [state for state in reading.states if state[1]][-1][3] == 4  # not over before it is disarmed
    assert reading.readies == {True}
    seen = reading.decoder.telemetry
    assert seen is not None
    assert seen.mode_text == "Auto"
    estimator = seen.parts().estimator
    assert estimator is not None
    assert estimator.position


def test_a_drive_is_read_leg_by_leg_held_and_shut_down() -> None:
    reading = Reading(DRIVEN)
    reading.read()
    assert [done for done in legs_seen(reading) if done != 4] == [0, 1, 2, 3, 5]
    assert (Mode.HOLD, True) in [state[:2] for state in reading.states]
    assert reading.states[-1] == (Mode.MISSION, False, Landed.ON_GROUND, 5)


@pytest.mark.parametrize("delivery", BOTH)
def test_nothing_in_a_recording_is_broken_or_unknown(delivery: Delivery) -> None:
    reading = Reading(delivery)
    reading.read()
    counts = reading.receiver.counts
    assert (counts.broken, counts.garbage_bytes) == (0, 0)
    assert counts.parsed > 1000


def said(delivery: Delivery) -> Iterator[tuple[int, Any]]:
    parser = dialect.MAVLink(None)
    for recorded in delivery.frames():
        message = parser.decode(bytearray(recorded.frame))
        yield message.get_srcSystem(), message


def items(delivery: Delivery, system_id: int) -> dict[PlanPart, dict[int, Item]]:
    found: dict[PlanPart, dict[int, Item]] = {part: {} for part in PlanPart}
    for source, message in said(delivery):
        if source == system_id and message.get_type() == "MISSION_ITEM_INT":
            params = (message.param1, message.param2, message.param3, message.param4)
            item = Item(message.command, message.frame, params, message.x, message.y, message.z)
            found[PlanPart(message.mission_type)][message.seq] = item
    return found


@pytest.mark.parametrize("delivery", BOTH)
def test_a_plan_is_sent_and_read_back_today_as_it_was_then(delivery: Delivery) -> None:
    sent, read = items(delivery, GCS_SYSTEM), items(delivery, 61 if delivery is COPTER else 62)
    for part in PlanPart:
        ours = delivery.encoded().items(part)
        listed, kept = ardupilot_list(part, ours), ardupilot_keeps(part, ours)
        assert len(listed) == len(sent[part]) == len(read[part])
        assert all(same_item(item, sent[part][seq], part) for seq, item in enumerate(listed))
        first = len(listed) - len(kept)
        assert all(same_item(item, read[part][seq], part) for seq, item in enumerate(kept, first))


def test_it_is_armed_before_the_mission_is_started_and_asked_each_thing_once() -> None:
    commands = [
        message.command
        for source, message in said(COPTER)
        if source == GCS_SYSTEM and message.get_type() == "COMMAND_LONG" and message.command not in QUERIES
    ]
    assert commands == [211, 176, 400, 300]  # gripper, Guided, arm, start
