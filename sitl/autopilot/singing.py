"""What many simulated autopilots send by themselves, framed by machine code: see `chorus`.

Framing and checksum: mavlink.io/en/guide/serialization.html.
"""

from __future__ import annotations

from math import exp, sqrt
from typing import Any

import numpy as np
from pymavlink.dialects.v20 import all as dialect

from sitl.autopilot.singer import CLOCK_AT, HEADER_BYTES, STRIDE, SUNG, VALUES, WORDS
from sitl.autopilot.sung import tell
from sitl.motion.compiled import compiled
from sitl.motion.maths import gaussians

_NUMBERS = np.array([shape.number for shape in SUNG], np.int64)
_SEEDS = np.array([shape.crc_extra for shape in SUNG], np.int64)
_CLOCKS = np.array([CLOCK_AT.get(shape, -1) for shape in WORDS], np.int64)
_MAGIC, _COMPONENT = 0xFD, dialect.MAV_COMP_ID_AUTOPILOT1
_LASTS_S = np.array([8.0, 8.0, 25.0, 1.0, 1.0, 1.0])
"""As `estimate` has it: how long an error of its place, its height and its speeds lasts."""
_FRESH_S = 0.05
_VALUES = len(VALUES)
_NEVER_S = 1e9
_SAME_S = 1e-6


def _crc_table() -> np.ndarray:
    """By bytes: the polynomial 0x1021 reflected."""
    made = np.zeros(256, np.uint16)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
        made[byte] = crc
    return made


_TABLE = _crc_table()


@compiled
def _frame(out: Any, singer: Any, kind: int, size: int) -> int:
    """Frame a payload of so many bytes that lies where it belongs; the frame's bytes."""
    while size > 1 and out[HEADER_BYTES + size - 1] == 0:
        size -= 1
    number = _NUMBERS[kind]
    out[0], out[1], out[2], out[3] = _MAGIC, size, 0, 0
    out[4], out[5], out[6] = singer["sequence"], singer["system"], _COMPONENT
    out[7], out[8], out[9] = number & 0xFF, number >> 8 & 0xFF, number >> 16
    singer["sequence"] = (singer["sequence"] + 1) & 0xFF
    crc = np.uint16(0xFFFF)
    for at in range(1, HEADER_BYTES + size):
        crc = np.uint16(crc >> 8) ^ _TABLE[(crc ^ out[at]) & 0xFF]
    crc = np.uint16(crc >> 8) ^ _TABLE[(crc ^ _SEEDS[kind]) & 0xFF]
    out[HEADER_BYTES + size], out[HEADER_BYTES + size + 1] = crc & 0xFF, crc >> 8
    return HEADER_BYTES + size + 2


@compiled
def _wander(singer: Any, age_s: float) -> None:
    """Let the estimate of its place go on up to that age, as `Estimate.go_on` does with satellites."""
    dt_s = age_s - singer["walk_age_s"]
    if dt_s < _FRESH_S:
        return
    singer["walk_age_s"] = age_s
    for pair in range(3):
        first, second = gaussians(singer["seed"], singer["drawn"])
        singer["drawn"] += 1.0
        for walk, number in ((2 * pair, first), (2 * pair + 1, second)):
            kept_frac = exp(-dt_s / _LASTS_S[walk])
            singer["walk"][walk] = (
                singer["walk"][walk] * kept_frac + sqrt(1.0 - kept_frac * kept_frac) * number
            )


@compiled
def _copied(draft: Any, out: Any) -> int:
    for at in range(len(draft)):
        out[HEADER_BYTES + at] = draft[at]
    return len(draft)


@compiled
def _say(word: int, singer: Any, clock_us: int, out: Any) -> int:
    """Write a word, with the clock of now; its bytes."""
    size, clock_at, left = singer["word_bytes"][word], _CLOCKS[word], np.uint64(clock_us)
    for at in range(size):
        out[HEADER_BYTES + at] = singer["words"][word, at]
    if clock_at >= 0:
        for at in range(8):
            out[HEADER_BYTES + clock_at + at] = left & np.uint64(0xFF)
            left >>= np.uint64(8)
    return int(size)


def sing(cells: Any, singers: Any, first: int, at_s: float, paper: Any, frames: Any) -> tuple[int, int]:
    """Frame all that is due at fleet time `at_s`, from singer `first` on: how many frames, who is next.

    `paper`: a draft of each payload, and its bytes; `frames`: bytes, sizes and ports of what is made. A
    singer's messages are begun only where there is room for all of them.
    """
    (drafts, raw), (out, sizes, ports), made = paper, frames, 0
    for number in range(first, len(singers)):
        singer = singers[number]
        cell = cells[singer["cell"]]
        age_s = at_s - cell["boot_at_s"]
        if not singer["sings"] or age_s + _SAME_S < singer["next_age_s"]:
            continue
        if made + len(_NUMBERS) > len(sizes):
            return made, number
        _wander(singer, age_s)
        clock_us = int(max(0.0, age_s - singer["up_since_age_s"]) * 1e6)
        soonest_s = _NEVER_S
        for kind in range(len(_NUMBERS)):
            due_s, interval_s = singer["due_age_s"][kind], singer["interval_s"][kind]
            if due_s <= age_s + _SAME_S:
                due_s += interval_s
                if due_s <= age_s + _SAME_S:
                    due_s = age_s + _SAME_S + interval_s  # too far behind to catch up
                singer["due_age_s"][kind] = due_s
                frame = out[made * STRIDE : (made + 1) * STRIDE]
                if kind < _VALUES:
                    tell(kind, cell, singer, clock_us, at_s, drafts)
                    size = _copied(raw[kind], frame)
                else:
                    size = _say(kind - _VALUES, singer, clock_us, frame)
                sizes[made], ports[made] = _frame(frame, singer, kind, size), singer["port"]
                made += 1
            soonest_s = min(soonest_s, due_s)
        singer["next_age_s"] = soonest_s
    return made, len(singers)
