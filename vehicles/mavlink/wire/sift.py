"""The compiled walk over all datagrams of a look at the sockets: see `sieve` for what it keeps and why.

Compiled by numba once a machine and kept beside this file, in whose one place all its kernels therefore are.
A datagram that is one plain MAVLink 2 frame of a known vehicle is dealt with here; every other is left.
Framing, checksum, truncated payloads: mavlink.io/en/guide/serialization.html.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import from_dtype, njit, types
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.frames import MAGIC_V2
from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.loss import EXPECTED, GOT, LATE, LOST, WINDOW
from vehicles.mavlink.wire.sieve import (
    ANY_SENDER,
    BEYOND,
    CLOSELY,
    IDS,
    KINDS,
    LAYOUTS,
    ROW,
    STATES,
    UNWANTED,
    VOUCHED,
)
from vehicles.mavlink.wire.wanted import WANTED, is_vehicle

_HEADER, _CHECKSUM = 10, 2


def _seed_of(message_id: int) -> int:
    known = layout(message_id)
    return 0 if known is None else known.seed[0]


_SIZES = np.array([one.size for one in LAYOUTS], np.int64)
_SEEDS = np.zeros(IDS, np.uint8)
for _number in (number for number in WANTED if number < IDS):
    _SEEDS[_number] = _seed_of(_number)
_VEHICLES = np.array([is_vehicle(number) for number in range(256)])
_STATES = len(STATES)
_SYSTEMS = 256
_TAKEN, _LEFT = 0, 1


def _table() -> Any:
    """CRC-16/MCRF4XX by bytes: the polynomial 0x1021 reflected."""
    made = np.zeros(256, np.uint16)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
        made[byte] = crc
    return made


_TABLE = _table()


@njit(error_model="numpy")
def _checksum(data: Any, begin: int, end: int, seed: int) -> Any:
    crc = np.uint16(0xFFFF)
    for at in range(begin, end):
        crc = np.uint16(crc >> 8) ^ _TABLE[(crc ^ data[at]) & 0xFF]
    return np.uint16(crc >> 8) ^ _TABLE[(crc ^ seed) & 0xFF]


@njit(error_model="numpy")
def _count(row: Any, sequence: int) -> None:
    """As `Loss.count`."""
    loss = row["loss"]
    loss[GOT] += 1
    ahead = (sequence - loss[EXPECTED]) & 0xFF if loss[EXPECTED] >= 0 else 0
    if ahead >= 256 - LATE:
        loss[LOST] = max(loss[LOST] - 1, 0)
        return
    if ahead < 128:
        loss[LOST] += ahead
    loss[EXPECTED] = (sequence + 1) & 0xFF
    while loss[GOT] + loss[LOST] > WINDOW:
        loss[GOT] //= 2
        loss[LOST] //= 2


@njit(error_model="numpy")
def _is_from(row: Any, name: Any) -> bool:
    if row["how"] & ANY_SENDER:
        return True
    size = row["sender_bytes"]
    if size == 0:
        return False
    sender = row["sender"]
    for at in range(size):
        if sender[at] != name[at]:
            return False
    return True


@njit(error_model="numpy")
def _write(slot: Any, payload: Any, size: int) -> bool:
    """Write a payload, its zeros with it; whether the slot held another one."""
    changed = False
    sent = min(len(payload), size)
    for at in range(size):
        byte = payload[at] if at < sent else np.uint8(0)
        if slot[at] != byte:
            changed = True
            slot[at] = byte
    return changed


@njit(error_model="numpy")
def _keep(row: Any, kind: int, payload: Any, at_s: float, ordinary: bool) -> int:
    """Keep a checked payload in its row, unless it is to be heard the ordinary way."""
    bit = np.uint32(1) << np.uint32(kind)
    slot = row["slots"][kind]
    if kind < _STATES:
        changed = _write(slot, payload, _SIZES[kind])
        if changed:
            row["fresh"] |= bit
        if changed or not row["known"] & bit or ordinary:
            row["known"] |= bit
            row["kept"] &= ~bit
            return _LEFT
    elif ordinary or (row["kept"] & bit and kind == _BATTERY and slot[_PACK] != _pack(payload)):
        return _LEFT
    else:
        _write(slot, payload, _SIZES[kind])
    row["kept"] |= bit
    row["at_s"][kind] = at_s
    row["heard_at_s"] = at_s
    row["counts"][kind] += 1
    return _TAKEN


@njit(error_model="numpy")
def _is_of_vehicle(beat: Any) -> bool:
    """As `is_autopilot`: what is not leaves the count of the vehicle's frames alone."""
    kind = beat[_TYPE] if len(beat) > _TYPE else np.uint8(0)
    autopilot = beat[_AUTOPILOT] if len(beat) > _AUTOPILOT else np.uint8(0)
    return bool(autopilot != MAV_AUTOPILOT_INVALID and _VEHICLES[kind])


_HEARTBEAT = KINDS.index(common.MAVLINK_MSG_ID_HEARTBEAT)
_TYPE, _AUTOPILOT = 4, 5
MAV_AUTOPILOT_INVALID = common.MAV_AUTOPILOT_INVALID
_BATTERY = KINDS.index(common.MAVLINK_MSG_ID_BATTERY_STATUS)
_PACK = 32
"""BATTERY_STATUS: where the number of the pack is, of which a vehicle may have several."""


@njit(error_model="numpy")
def _pack(payload: Any) -> int:
    return payload[_PACK] if len(payload) > _PACK else 0


@njit(error_model="numpy")
def _is_sound(frame: Any, kind: int, seed: int) -> bool:
    """Whether its checksum is right, and a heartbeat a vehicle's."""
    end = len(frame) - _CHECKSUM
    if kind == _HEARTBEAT and not _is_of_vehicle(frame[_HEADER:end]):
        return False
    return bool(_checksum(frame, 1, end, seed) == frame[end] | frame[end + 1] << 8)


_BEYOND = np.array(sorted(BEYOND), np.int64)


@njit(error_model="numpy")
def _is_beyond(message_id: int) -> bool:
    """Whether it is wanted, and can be checked the ordinary way only."""
    for number in _BEYOND:
        if number == message_id:
            return True
    return False


@njit(error_model="numpy")
def _pass_over(row: Any, frame: Any, message_id: int) -> int:
    """Nobody reads it: it is counted, and not even checked. Large numbers have no count here."""
    if _is_beyond(message_id):
        return _LEFT
    _count(row, frame[4])
    if message_id >= IDS:
        return _LEFT
    row["unwanted"][message_id] += 1
    return _TAKEN


@njit(error_model="numpy")
def _take(row: Any, frame: Any, name: Any, kind_of: Any, at_s: float, look: int) -> int:
    """One plain frame with the row's system id: what becomes of it."""
    message_id = frame[7] | frame[8] << 8 | frame[9] << 16
    if frame[6] != row["component"] or not _is_from(row, name):
        return _LEFT
    kind = kind_of[message_id] if message_id < IDS else UNWANTED
    if kind == UNWANTED:
        return _pass_over(row, frame, message_id)
    if row["how"] & VOUCHED or not _is_sound(frame, kind, _SEEDS[message_id]):
        return _LEFT
    _count(row, frame[4])
    if kind < 0:
        return _LEFT
    ordinary = row["look"] == look or row["how"] & CLOSELY != 0
    return _keep(row, kind, frame[_HEADER : len(frame) - _CHECKSUM], at_s, ordinary)


@njit(error_model="numpy")
def _is_plain(frame: Any) -> bool:
    """One MAVLink 2 frame, unsigned, and nothing else."""
    least = _HEADER + _CHECKSUM
    if len(frame) < least or frame[0] != MAGIC_V2:
        return False
    return bool(frame[2] == 0 and frame[1] + least == len(frame))


_BYTES, _INTS = types.uint8[::1], types.int32[::1]


@njit(
    types.int64(
        _BYTES, types.int64, types.int32[:], _BYTES, types.int64, _INTS,  # what came
        _INTS, from_dtype(ROW)[::1], types.int16[::1],  # the sieve
        types.int64, types.float64, types.int64, _INTS,
    ),
    cache=True,
    error_model="numpy",
)  # fmt: skip
def sift(
    data: Any,
    stride: int,
    sizes: Any,
    names: Any,
    name_bytes: int,
    ports: Any,
    row_of: Any,
    rows: Any,
    kind_of: Any,
    count: int,
    at_s: float,
    look: int,
    left: Any,
) -> int:
    """Keep what can be kept of `count` datagrams; the numbers of the others go to `left`: how many."""
    leaving, dirty_port = 0, -1
    for number in range(count):
        size, at, port = sizes[number], number * stride, ports[number]
        frame = data[at : at + size]
        index = -1
        if _is_plain(frame):
            index = row_of[port * _SYSTEMS + frame[5]]
        else:
            dirty_port = port  # whatever is in it, what follows is heard after it
        if index >= 0:
            if port == dirty_port:
                rows[index]["look"] = look
            name = names[number * name_bytes : (number + 1) * name_bytes]
            if _take(rows[index], frame, name, kind_of, at_s, look) == _TAKEN:
                continue
            rows[index]["look"] = look
        left[leaving] = number
        leaving += 1
    return leaving
