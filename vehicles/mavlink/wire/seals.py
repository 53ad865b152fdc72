"""A frame's bounds, checksum, sender, stamp and sense, compiled: what `sift` believes a frame by.

Framing, CRC-16/MCRF4XX: mavlink.io/en/guide/serialization.html. Signatures, which `hashlib` checks before
`sift` looks at a frame: mavlink.io/en/guide/message_signing.html.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.compiled import BYTES, INTS, INTS_OF, ROWS, SHORTS, named
from vehicles.mavlink.wire.frames import MAGIC_V2
from vehicles.mavlink.wire.rows import IDS, KINDS, SYSTEMS, VOUCHED
from vehicles.mavlink.wire.sense import HEADING_AT, HEADING_UNKNOWN, NUMBERS_AT, PLACES_AT, is_place
from vehicles.mavlink.wire.wanted import is_vehicle

_HEADER, _CHECKSUM = 10, 2
_HEARTBEAT = KINDS.index(common.MAVLINK_MSG_ID_HEARTBEAT)
_TYPE, _AUTOPILOT = 4, 5
"""Where a HEARTBEAT's payload has them."""
_NO_AUTOPILOT = common.MAV_AUTOPILOT_INVALID
_VEHICLES = np.array([is_vehicle(number) for number in range(256)])
SIGNED = 13
"""Bytes that a signature adds: a link id, a stamp, and what vouches for both."""
_STAMP, _STAMP_BYTES = 12, 6
"""The stamp begins so far from the end."""
_is_place = njit(error_model="numpy")(is_place)
_PLACES_AT, _NUMBERS_AT = np.array(PLACES_AT, np.int64), np.array(NUMBERS_AT, np.int64)


def _crc_table() -> Any:
    """By bytes: the polynomial 0x1021 reflected."""
    made = np.zeros(256, np.uint16)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
        made[byte] = crc
    return made


_TABLE = _crc_table()


@njit(error_model="numpy")
def _checksum(data: Any, begin: int, end: int, seed: int) -> Any:
    """Of `data` from `begin` to `end`, and the message's own last byte."""
    crc = np.uint16(0xFFFF)
    for at in range(begin, end):
        crc = np.uint16(crc >> 8) ^ _TABLE[(crc ^ data[at]) & 0xFF]
    return np.uint16(crc >> 8) ^ _TABLE[(crc ^ seed) & 0xFF]


@njit(error_model="numpy")
def _is_of_vehicle(beat: Any) -> bool:
    """As `is_autopilot`: what is not leaves the count of the vehicle's frames alone."""
    kind = beat[_TYPE] if len(beat) > _TYPE else np.uint8(0)
    autopilot = beat[_AUTOPILOT] if len(beat) > _AUTOPILOT else np.uint8(0)
    return bool(autopilot != _NO_AUTOPILOT and _VEHICLES[kind])


@njit(error_model="numpy")
def is_sound(frame: Any, kind: int, seed: int) -> bool:
    """Whether its checksum is right, and a heartbeat a vehicle's."""
    end = len(frame) - _CHECKSUM
    if kind == _HEARTBEAT and not _is_of_vehicle(frame[_HEADER:end]):
        return False
    return bool(_checksum(frame, 1, end, seed) == frame[end] | frame[end + 1] << 8)


@njit(error_model="numpy")
def is_one(frame: Any) -> bool:
    """One MAVLink 2 frame, signed or not, and nothing else."""
    least = _HEADER + _CHECKSUM
    if len(frame) < least or frame[0] != MAGIC_V2:
        return False
    signed = SIGNED if frame[2] == 1 else 0
    return bool(frame[2] <= 1 and frame[1] + least + signed == len(frame))


@njit(error_model="numpy")
def stamp_of(row: Any, frame: Any) -> Any:
    """The stamp of a signed frame that may be taken here by it; else -1."""
    begin = len(frame) - _STAMP
    if not row["how"] & VOUCHED or frame[begin - 1] != row["link"]:
        return -1
    stamp: Any = 0
    for at in range(_STAMP_BYTES):
        stamp |= np.int64(frame[begin + at]) << (8 * at)
    return stamp if row["stamp"] < stamp <= row["limit"] else -1


@njit(error_model="numpy")
def byte_of(payload: Any, at: int) -> Any:
    """Of a payload that may have lost the zeros at its end."""
    return np.int64(payload[at]) if at < len(payload) else np.int64(0)


@njit(error_model="numpy")
def whole_of(payload: Any, at: int) -> Any:
    """32 bits with a sign, from there on."""
    bits = np.int64(0)
    for byte in range(4):
        bits |= byte_of(payload, at + byte) << (8 * byte)
    return bits - (np.int64(1) << 32) if bits >> 31 else bits


@njit(error_model="numpy")
def heads(payload: Any) -> bool:
    """Whether a position comes with a heading."""
    return bool(byte_of(payload, HEADING_AT) | byte_of(payload, HEADING_AT + 1) << 8 != HEADING_UNKNOWN)


@njit(error_model="numpy")
def says(kind: int, payload: Any) -> bool:
    """As `sense.SAYS`. A float is none where its exponent is all ones (IEEE 754)."""
    lat_at = _PLACES_AT[kind, 0]
    if lat_at >= 0 and not _is_place(whole_of(payload, lat_at), whole_of(payload, _PLACES_AT[kind, 1])):
        return False
    for at in _NUMBERS_AT[kind]:
        if at >= 0 and byte_of(payload, at + 3) & 0x7F == 0x7F and byte_of(payload, at + 2) & 0x80:
            return False
    return True


@njit(
    types.int64(BYTES, types.int64, INTS_OF, INTS, INTS, ROWS, SHORTS, types.int64, INTS),
    cache=True,
    error_model="numpy",
)
@named
def signed(
    data: Any,
    stride: int,
    sizes: Any,
    ports: Any,
    row_of: Any,
    rows: Any,
    kind_of: Any,
    count: int,
    found: Any,
) -> int:  # fmt: skip
    """The numbers of datagrams that could be kept if their signatures are right go to `found`: how many."""
    finding = 0
    for number in range(count):
        frame = data[number * stride : number * stride + sizes[number]]
        if not is_one(frame) or not frame[2]:
            continue
        message_id = frame[7] | frame[8] << 8 | frame[9] << 16
        index = row_of[ports[number] * SYSTEMS + frame[5]]
        if index >= 0 and message_id < IDS and kind_of[message_id] >= 0 and stamp_of(rows[index], frame) >= 0:
            found[finding] = number
            finding += 1
    return finding
