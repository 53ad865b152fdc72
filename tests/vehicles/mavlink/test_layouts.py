from __future__ import annotations

import random
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymavlink.dialects.v20 import all as dialect

from vehicles.mavlink.wire.layouts import CURRENT_EVENT_SEQUENCE, EVENT, Layout, layout

ALL = sorted(dialect.mavlink_map)


def of(message_id: int) -> Layout:
    found = layout(message_id)
    assert found is not None
    return found


def theirs(message_id: int, payload: bytes) -> Any:  # noqa: ANN401
    kind = dialect.mavlink_map[message_id]
    header = struct.pack("<BBBBBB", len(payload), 0, 0, 0, 1, 1) + message_id.to_bytes(3, "little")
    crc = dialect.x25crc(header + payload + bytes([kind.crc_extra])).crc
    return dialect.MAVLink(None).decode(bytearray(b"\xfd" + header + payload + struct.pack("<H", crc)))


def same(message_id: int, payload: bytes) -> None:
    mine, other = of(message_id).read(payload), theirs(message_id, payload)
    assert mine.get_type() == other.get_type()
    for name in other.fieldnames:
        assert repr(getattr(mine, name)) == repr(getattr(other, name)), name


@pytest.mark.parametrize("message_id", ALL)
def test_every_message_unpacks_as_pymavlink_unpacks_it(message_id: int) -> None:
    dice = random.Random(message_id)  # noqa: S311
    size = of(message_id).size
    for length in (size, min(size, 255), 1, max(size // 2, 1), min(size + 7, 255)):
        same(message_id, dice.randbytes(min(length, 255)))


@given(st.sampled_from(ALL), st.binary(min_size=1, max_size=255))
def test_any_payload_of_any_length_unpacks_as_pymavlink_unpacks_it(message_id: int, payload: bytes) -> None:
    same(message_id, payload)


def test_the_seeds_of_the_added_messages_are_those_real_autopilots_use() -> None:
    assert of(EVENT).seed == bytes([160])
    assert of(CURRENT_EVENT_SEQUENCE).seed == bytes([106])


def test_a_seed_is_reckoned_as_mavlink_reckons_it() -> None:
    assert all(of(message_id).seed[0] == dialect.mavlink_map[message_id].crc_extra for message_id in ALL)


@pytest.mark.parametrize("message_id", [8, 16_000_000, -1])
def test_a_message_nobody_knows_has_no_layout(message_id: int) -> None:
    assert layout(message_id) is None


@pytest.mark.parametrize("message_id", ALL)
def test_fields_are_picked_as_the_whole_message_has_them(message_id: int) -> None:
    dice, made = random.Random(message_id), of(message_id)  # noqa: S311
    payload = dice.randbytes(made.size)
    names = [field.name for field in made.fields if dice.random() < 0.6] or [made.fields[0].name]
    whole, got = made.read(payload), made.picker(*names)(b"..." + payload, 3)
    asked = [getattr(whole, name) for name in names]
    flat = [one for each in asked for one in (each if isinstance(each, list) else [each])]
    texts = [one.split(b"\0")[0].decode("ascii", "replace") if isinstance(one, bytes) else one for one in got]
    assert repr(texts) == repr(flat)


def test_fields_are_picked_in_the_order_of_the_payload() -> None:
    with pytest.raises(ValueError, match="HEARTBEAT"):
        of(0).picker("type", "custom_mode")


def test_plan_ids_follow_what_pymavlink_knows_and_are_zero_from_older_autopilots() -> None:
    current = of(42).read(struct.pack("<HHBBIII", 3, 9, 3, 1, 77, 88, 99))
    assert (current.seq, current.total, current.mission_state) == (3, 9, 3)
    assert (current.mission_id, current.fence_id, current.rally_points_id) == (77, 88, 99)
    assert of(42).read(b"\3").mission_id == 0
    assert of(44).read(struct.pack("<HBBBI", 5, 1, 1, 1, 1234)).opaque_id == 1234
    assert of(47).read(struct.pack("<BBBBI", 1, 1, 0, 2, 4321)).opaque_id == 4321
