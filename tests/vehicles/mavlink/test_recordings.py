"""Our own reading beside pymavlink's, on all the real traffic there is."""

from __future__ import annotations

from typing import Any

import pytest
from pymavlink.dialects.v20 import all as dialect

from tests.vehicles.mavlink import recordings
from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.wanted import WANTED, is_autopilot

ADDED = {410, 411, 380, 8}
"""Messages in the recordings that pymavlink does not know."""


def fields(message: Any, names: list[str]) -> dict[str, str]:  # noqa: ANN401
    return {name: repr(getattr(message, name)) for name in names}  # repr: nan is nan


MOST = [pytest.param(name, marks=pytest.mark.slow) for name in recordings.NAMES if not name.startswith("c_")]


@pytest.mark.parametrize("name", ["c_rover_mission", *MOST])
def test_a_recording_reads_as_pymavlink_reads_it(name: str) -> None:
    ours: list[Any] = []
    theirs: list[Any] = []
    receiver = Receiver(ours.append)
    parser = dialect.MAVLink(None)
    foreign = 0
    for frame in recordings.frames(name):
        receiver.feed(frame)
        message = parser.decode(bytearray(frame))
        if frame[6 if frame[0] == 0xFD else 4] != 1:
            foreign += 1
        elif not theirs and (message.get_msgId() != 0 or not is_autopilot(message)):
            continue  # before the first heartbeat
        elif message.get_msgId() in WANTED:
            theirs.append(message)
    assert (receiver.counts.broken, receiver.counts.garbage_bytes) == (0, 0)
    assert receiver.counts.foreign >= foreign > 10
    assert receiver.counts.parsed == len(ours)
    ours = [message for message in ours if message.get_type() != "EVENT"]  # pymavlink knows none
    assert [message.get_type() for message in ours] == [message.get_type() for message in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        assert fields(mine, other.fieldnames) == fields(other, other.fieldnames)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a_quad_delivery", "g_quad_mavsdk41"])
def test_every_message_of_a_recording_has_the_same_fields(name: str) -> None:
    parser = dialect.MAVLink(None)
    compared = set()
    for frame in recordings.frames(name):
        message = parser.decode(bytearray(frame))
        if message.get_msgId() in ADDED or message.get_type().startswith("UNKNOWN"):
            continue
        known = layout(message.get_msgId())
        assert known is not None
        mine = known.read(frame[10:-2])
        assert fields(mine, message.fieldnames) == fields(message, message.fieldnames)
        compared.add(message.get_msgId())
    assert len(compared) > 40


def test_the_events_of_a_delivery_are_read_though_pymavlink_knows_none() -> None:
    events: list[Any] = []
    receiver = Receiver(lambda message: events.append(message) if message.get_type() == "EVENT" else None)
    for frame in recordings.frames("a_quad_delivery"):
        receiver.feed(frame)
    assert len(events) > 20
    assert {event.id >> 24 for event in events} == {1}


def test_plan_ids_of_a_real_mission_are_read() -> None:
    ids = set()
    receiver = Receiver(
        lambda message: ids.add(message.mission_id) if message.get_type() == "MISSION_CURRENT" else None
    )
    for frame in recordings.frames("a_quad_delivery"):
        receiver.feed(frame)
    assert len(ids) > 1
