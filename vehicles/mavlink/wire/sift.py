"""The compiled walk over all datagrams of a look at the sockets: see `sieve` for what it keeps and why.

A datagram that is one MAVLink 2 frame of a known vehicle is dealt with here; every other is left.
Framing, checksum, truncated payloads: mavlink.io/en/guide/serialization.html.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire.compiled import BYTES, INTS, INTS_OF, ROWS, SHORTS, named
from vehicles.mavlink.wire.copies import began_anew
from vehicles.mavlink.wire.layouts import layout
from vehicles.mavlink.wire.loss import EXPECTED, GOT, LATE, LOST, WINDOW
from vehicles.mavlink.wire.rows import (
    ANY_SENDER,
    BEYOND,
    CLOSELY,
    IDS,
    KINDS,
    LAYOUTS,
    NEVER_BOOTED_MS,
    STATES,
    SYSTEMS,
    TAPED,
    TIMED,
    UNWANTED,
    VOUCHED,
)
from vehicles.mavlink.wire.seals import SIGNED, heads, is_one, is_sound, says, stamp_of, whole_of
from vehicles.mavlink.wire.wanted import WANTED

_HEADER, _CHECKSUM = 10, 2


def _seed_of(message_id: int) -> int:
    known = layout(message_id)
    return 0 if known is None else known.seed[0]


_SIZES = np.array([one.size for one in LAYOUTS], np.int64)
_SEEDS = np.zeros(IDS, np.uint8)
for _number in (number for number in WANTED if number < IDS):
    _SEEDS[_number] = _seed_of(_number)
_STATES = len(STATES)
_TAKEN, _LEFT = 0, 1


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
    elif _is_news(row, kind, payload, at_s) or ordinary:
        return _LEFT
    else:
        _write(slot, payload, _SIZES[kind])
        if _DATED[kind]:
            row["booted_ms"], row["booted_at_s"] = row["boot_ms"], at_s
    row["kept"] |= bit
    row["at_s"][kind] = at_s
    row["heard_at_s"] = at_s
    row["parsed"] += 1
    return _TAKEN


@njit(error_model="numpy")
def _is_news(row: Any, kind: int, payload: Any, at_s: float) -> bool:
    """Whether a value must not be lost to the next, or push out the last: a restart, no sense, a pack."""
    if _DATED[kind]:
        boot_ms = whole_of(payload, 0) & 0xFFFFFFFF
        before_ms, before_at_s = np.int64(row["boot_ms"]), row["boot_at_s"]
        row["boot_ms"], row["boot_at_s"] = boot_ms, at_s
        if _began_anew(boot_ms, at_s, before_ms, before_at_s):
            return True
    if kind == _PLACE and not heads(payload):
        return True
    if kind == _BATTERY:
        kept = row["kept"] & (np.uint32(1) << np.uint32(kind))
        if kept and row["slots"][kind][_PACK] != _pack(payload):
            return True
    return not says(kind, payload)


_began_anew: Any = njit(error_model="numpy")(began_anew)
_PLACE = KINDS.index(common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT)
_DATED = np.array([one.name in TIMED for one in LAYOUTS])
"""Those that begin with the time since boot."""
_BATTERY = KINDS.index(common.MAVLINK_MSG_ID_BATTERY_STATUS)
_PACK = 32
"""BATTERY_STATUS: where the number of the pack is, of which a vehicle may have several."""


@njit(error_model="numpy")
def _pack(payload: Any) -> int:
    return payload[_PACK] if len(payload) > _PACK else 0


_BEYOND = np.array(sorted(BEYOND), np.int64)


@njit(error_model="numpy")
def _is_beyond(message_id: int) -> bool:
    """Whether it is wanted, and can be checked the ordinary way only."""
    for number in _BEYOND:
        if number == message_id:
            return True
    return False


@njit(error_model="numpy")
def _pass_over(row: Any, frame: Any, message_id: int, ordinary: bool) -> int:
    """Nobody reads it: it is counted, and not even checked. Large numbers have no count here."""
    signed = frame[2] != 0
    if _is_beyond(message_id) or (signed and (ordinary or message_id >= IDS)):
        return _LEFT
    if row["how"] & VOUCHED and not signed:
        return _LEFT
    _count(row, frame[4])
    if message_id >= IDS or (ordinary and row["how"] & TAPED):  # recorded in the order in which it came
        return _LEFT
    row["unwanted"][message_id] += 1
    row["passed"] += 1
    return _TAKEN


@njit(error_model="numpy")
def _take_signed(
    row: Any, frame: Any, kind: int, seed: int, at_s: float, ordinary: bool, genuine: bool
) -> int:
    """One signed frame: kept if it is genuine and new. Where it is left, nothing of it is counted."""
    end = len(frame) - SIGNED
    stamp = stamp_of(row, frame)
    if kind < 0:
        return _LEFT
    if stamp < 0 or not genuine or not is_sound(frame[:end], kind, seed):
        if kind < _STATES:
            row["known"] &= ~(np.uint32(1) << np.uint32(kind))  # the ordinary way may believe it
        elif _DATED[kind]:
            row["boot_ms"] = NEVER_BOOTED_MS  # so the next is news: it may show a restart
        return _LEFT
    what = _keep(row, kind, frame[_HEADER : end - _CHECKSUM], at_s, ordinary)
    if what == _TAKEN:
        row["stamp"] = stamp
        _count(row, frame[4])
    return what


@njit(error_model="numpy")
def _take(row: Any, frame: Any, name: Any, kind_of: Any, at_s: float, look: int, genuine: bool) -> int:
    """One frame with the row's system id: what becomes of it."""
    message_id = frame[7] | frame[8] << 8 | frame[9] << 16
    if frame[6] != row["component"] or not _is_from(row, name):
        return _LEFT
    kind = kind_of[message_id] if message_id < IDS else UNWANTED
    ordinary = row["look"] == look
    if kind == UNWANTED:
        return _pass_over(row, frame, message_id, ordinary)
    ordinary = ordinary or row["how"] & CLOSELY != 0
    if frame[2]:
        return _take_signed(row, frame, kind, _SEEDS[message_id], at_s, ordinary, genuine)
    if row["how"] & VOUCHED or not is_sound(frame, kind, _SEEDS[message_id]):
        return _LEFT
    _count(row, frame[4])
    if kind < 0:
        return _LEFT
    return _keep(row, kind, frame[_HEADER : len(frame) - _CHECKSUM], at_s, ordinary)


_TWO: Any = types.UniTuple(types.int64, 2)  # type: ignore[no-untyped-call]
_SIGNATURE = _TWO(
    BYTES, types.int64, INTS_OF, BYTES, types.int64, INTS,  # what came
    INTS, ROWS, SHORTS,  # the sieve
    types.int64, types.float64, types.int64, types.boolean[::1], INTS, INTS,
)  # fmt: skip


@njit(_SIGNATURE, cache=True, error_model="numpy")  # type: ignore[untyped-decorator]
@named
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
    genuine: Any,
    left: Any,
    taped: Any,
) -> tuple[int, int]:
    """Keep what can be kept of `count` datagrams; the numbers of the others go to `left`: how many.

    `genuine` says of each of those that `signed` found whether its signature is right.
    Those that were kept and are to be recorded go to `taped`: how many.
    """
    leaving, taping, dirty_port = 0, 0, -1
    for number in range(count):
        size, at, port = sizes[number], number * stride, ports[number]
        frame = data[at : at + size]
        index = -1
        if is_one(frame):
            index = row_of[port * SYSTEMS + frame[5]]
        else:
            dirty_port = port  # whatever is in it, what follows is heard after it
        if index >= 0:
            if port == dirty_port:
                rows[index]["look"] = look
            name = names[number * name_bytes : (number + 1) * name_bytes]
            if _take(rows[index], frame, name, kind_of, at_s, look, genuine[number]) == _TAKEN:
                if rows[index]["how"] & TAPED:
                    taped[taping] = number
                    taping += 1
                continue
            rows[index]["look"] = look
        left[leaving] = number
        leaving += 1
    return leaving, taping
