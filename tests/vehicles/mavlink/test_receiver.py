from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import common

from tests.vehicles.mavlink import wire
from vehicles.mavlink.wire.frames import Frame, Garbage, Packer, parse, split
from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.loss import Loss
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.wanted import WANTED

RECORDINGS = Path(__file__).parents[4] / "shared" / "px4"


def heard(wanted: frozenset[int] = WANTED) -> tuple[Receiver, list[Any]]:
    messages: list[Any] = []
    return Receiver(messages.append, wanted=wanted), messages


def test_the_first_autopilot_heartbeat_names_the_system_and_pins_it() -> None:
    receiver, messages = heard()
    assert receiver.feed(wire.Sender(7).frame(wire.heartbeat()))
    assert not receiver.feed(wire.Sender(8).frame(wire.heartbeat()))
    assert receiver.system_id == 7
    assert receiver.counts.foreign_autopilots == {8}
    assert len(messages) == 1


@pytest.mark.parametrize(
    ("system_id", "component_id", "kind", "autopilot"),
    [(255, 190, 6, 8), (255, 1, 6, 8), (1, 100, 30, 8), (51, 68, 0, 8), (1, 1, 6, 12), (1, 154, 26, 12)],
)
def test_ground_stations_radios_and_cameras_are_not_the_vehicle(
    system_id: int, component_id: int, kind: int, autopilot: int
) -> None:
    receiver, messages = heard()
    sender = wire.Sender(system_id, component_id)
    assert not receiver.feed(sender.frame(wire.heartbeat(kind=kind, autopilot=autopilot)))
    assert receiver.system_id is None
    assert messages == []


def test_a_ground_stations_heartbeat_under_the_vehicles_own_id_does_not_disarm_it() -> None:
    receiver, messages = heard()
    receiver.feed(wire.Sender().frame(wire.heartbeat(armed=True)))
    assert not receiver.feed(wire.Sender().frame(wire.heartbeat(kind=wire.GCS, autopilot=wire.INVALID)))
    assert len(messages) == 1


def test_nothing_is_taken_before_an_autopilot_was_met() -> None:
    receiver, messages = heard()
    assert not receiver.feed(wire.Sender().frame(wire.position()))
    assert messages == []


def test_an_unwanted_message_is_counted_and_not_parsed() -> None:
    receiver, messages = heard()
    sender = wire.Sender()
    receiver.feed(sender.frame(wire.heartbeat()))
    assert not receiver.feed(sender.frame(common.MAVLink_vibration_message(1, 0.0, 0.0, 0.0, 0, 0, 0)))
    assert receiver.counts.unwanted == {241: 1}
    assert len(messages) == 1


def test_several_frames_in_one_datagram_with_dirt_between() -> None:
    receiver, messages = heard()
    sender = wire.Sender()
    frames = [sender.frame(message) for message in (wire.heartbeat(), wire.position(), wire.status())]
    assert receiver.feed(b"\x00dirt\xfd".join(frames) + frames[0][:9])
    assert [message.get_type() for message in messages] == ["HEARTBEAT", "GLOBAL_POSITION_INT", "SYS_STATUS"]
    assert receiver.counts.garbage_bytes == 2 * 6 + 9


def test_a_version_1_frame_is_understood() -> None:
    receiver, messages = heard()
    mav = common.MAVLink(None, srcSystem=3, srcComponent=1)
    assert receiver.feed(wire.heartbeat().pack(mav, force_mavlink1=True))
    assert receiver.system_id == 3
    assert messages


@given(st.integers(0, 20), st.integers(1, 255))
def test_any_flipped_byte_is_noticed(at: int, flip: int) -> None:
    receiver, messages = heard()
    frame = bytearray(wire.Sender().frame(wire.heartbeat()))
    frame[at] ^= flip
    assert not receiver.feed(bytes(frame))
    assert messages == []


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_garbage_of_any_kind_is_survived_and_counted(pieces: list[bytes]) -> None:
    receiver, messages = heard()
    good = wire.Sender().frame(wire.heartbeat())
    receiver.feed(good)
    for piece in pieces:
        receiver.feed(piece)
    receiver.feed(good)
    assert len(messages) == 2
    for piece in pieces:
        cut = list(split(piece))
        assert sum(part.size if isinstance(part, Garbage) else len(part.data) for part in cut) == len(piece)


@given(st.integers(0, 70_000), st.binary(max_size=255))
def test_any_payload_under_any_id_with_a_right_checksum_is_survived(message_id: int, payload: bytes) -> None:
    receiver, _ = heard(frozenset(range(70_000)))
    receiver.feed(wire.Sender().frame(wire.heartbeat()))
    frame = framed(message_id, payload)
    (cut,) = split(frame)
    assert isinstance(cut, Frame)
    parse(cut)
    receiver.feed(frame)


def framed(message_id: int, payload: bytes, system_id: int = 1) -> bytes:
    known = layout(message_id)
    header = struct.pack("<BBBBBB", len(payload), 0, 0, 0, system_id, 1)
    body = header + message_id.to_bytes(3, "little") + payload
    crc = common.x25crc(body + (known.seed if known else b"\0")).crc
    return bytes(b"\xfd" + body + struct.pack("<H", crc))


def test_the_vehicle_may_be_given_from_the_start() -> None:
    receiver, messages = heard()
    receiver.system_id = 9
    assert not receiver.feed(wire.Sender(1).frame(wire.heartbeat()))
    assert receiver.feed(wire.Sender(9).frame(wire.position()))
    assert [message.get_type() for message in messages] == ["GLOBAL_POSITION_INT"]
    assert receiver.counts.foreign_autopilots == {1}


def test_a_frame_after_a_lie_about_length_is_found() -> None:
    receiver, messages = heard()
    good = wire.Sender().frame(wire.heartbeat())
    receiver.feed(good)
    position = wire.Sender().frame(wire.position())
    lying = bytearray(position[:12])
    lying[1] = 40  # says that it goes on into what follows
    assert receiver.feed(bytes(lying) + good + position)
    assert [message.get_type() for message in messages[1:]] == ["HEARTBEAT", "GLOBAL_POSITION_INT"]
    assert receiver.counts.broken == 1


def test_an_unwanted_frame_whose_length_leads_nowhere_does_not_swallow_what_follows() -> None:
    receiver, messages = heard()
    sender = wire.Sender()
    good = sender.frame(wire.heartbeat())
    receiver.feed(good)
    lying = bytearray(sender.frame(common.MAVLink_vibration_message(1, 0.0, 0.0, 0.0, 1, 2, 3)))
    lying[1] += 3
    assert receiver.feed(bytes(lying) + good)
    assert len(messages) == 2
    assert receiver.counts.unwanted == {}


def test_any_number_of_invented_message_ids_takes_no_memory() -> None:
    receiver, _ = heard()
    receiver.feed(wire.Sender().frame(wire.heartbeat()))
    for message_id in range(20_000, 40_000):
        receiver.feed(framed(message_id, b"\1"))
    assert 0 < len(receiver.counts.unwanted) < 1000


def test_a_signed_frame_of_a_vehicle_without_a_key_counts_as_a_plain_one() -> None:
    receiver, messages = heard()
    mav = common.MAVLink(None, srcSystem=1, srcComponent=1)
    mav.signing.secret_key = bytes(32)
    mav.signing.sign_outgoing = True
    assert receiver.feed(bytes(wire.heartbeat().pack(mav)))
    assert len(messages) == 1


def test_a_frame_with_a_flag_nobody_knows_is_dropped_whatever_its_checksum() -> None:
    receiver, messages = heard()
    frame = bytearray(wire.Sender().frame(wire.heartbeat()))
    frame[2] = 0x02
    frame[-2:] = struct.pack("<H", common.x25crc(frame[1:-2] + bytes([50])).crc)
    assert not receiver.feed(bytes(frame))
    assert messages == []
    assert receiver.counts.garbage_bytes == len(frame)


def test_loss_is_the_share_of_missing_sequence_numbers() -> None:
    loss = Loss()
    for n in range(400):
        if n % 10:
            loss.count(n % 256)
    assert loss.frac == pytest.approx(0.1, abs=0.01)


def test_a_frame_overtaken_is_no_loss() -> None:
    loss = Loss()
    for sequence in (254, 255, 1, 0, 2):
        loss.count(sequence)
    assert loss.frac == 0.0


@pytest.mark.parametrize("first", [3, 100, 200])
def test_after_a_restart_counting_goes_on_from_the_new_number(first: int) -> None:
    loss = Loss()
    for sequence in (10, 11, 12):
        loss.count(sequence)
    loss.restart()
    for sequence in range(first, first + 50):
        loss.count(sequence)
    assert loss.frac == 0.0


def test_old_loss_is_forgotten_though_no_frame_is_lost_any_more() -> None:
    receiver, _ = heard()
    beat = common.MAVLink(None, srcSystem=1, srcComponent=1)
    for n in range(3000):
        if n < 1000 and n % 2:
            continue
        beat.seq = n % 256
        receiver.feed(bytes(wire.heartbeat().pack(beat)))
    assert receiver.loss.frac < 0.1


def test_sequence_numbers_count_per_component() -> None:
    packer = Packer(253)
    first, other, second = (packer.pack(wire.heartbeat(), component) for component in (25, 26, 25))
    assert [first[4], other[4], second[4]] == [0, 0, 1]


def test_what_is_sent_again_and_again_is_numbered_on_and_pymavlink_reads_it() -> None:
    packer, theirs, beat = Packer(253), common.MAVLink(None), wire.heartbeat()
    for n in range(300):
        if n == 200:
            packer.pack(wire.position(boot_ms=n), 190)
            continue
        (message,) = theirs.parse_buffer(packer.again(beat, 190))
        assert message.get_type() == "HEARTBEAT"
        assert (message.get_srcComponent(), message.get_seq()) == (190, n % 256)
    other = wire.heartbeat(mode=7)
    (message,) = theirs.parse_buffer(packer.again(other, 190))
    assert (message.custom_mode, message.get_seq()) == (7, 300 % 256)
    assert theirs.parse_buffer(packer.again(other, 25))[0].get_srcComponent() == 25
