"""Recordings in the ecosystem's own form (.tlog): each frame after its time in microseconds, big-endian.

What QGroundControl, MAVProxy and pymavlink's mavlogdump.py write and read; frames of both directions.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fastcrc.crc16 import mcrf4xx

from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2, frame_at
from vehicles.mavlink.wire.layouts import layout

STAMP = struct.Struct(">Q")
_READ_AT_ONCE_BYTES = 1 << 16
_LARGEST_FRAME_BYTES = 280
_LARGEST_RECORD_BYTES = STAMP.size + _LARGEST_FRAME_BYTES


class TlogError(Exception):
    """A file is no .tlog, or cannot be read. The text names it."""


_LATEST_S, _ASTRAY_S = 4_102_444_800.0, 60.0
"""The year 2100; and how far records of one file may be out of order."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame as it was recorded; `at_s` is UTC."""

    at_s: float
    frame: bytes


_DIRT_BYTES = 2**20
"""What begins with more than this of anything else is no recording: it may be a device, without an end."""


class Recording:
    """A file's frames, in order, each time it is iterated. What is torn or dirty is skipped, and counted.

    A frame counts when its checksum fits. That of a message which nobody here knows cannot be told: it
    counts when another record, or the end of the file, follows it. A stamp that no clock tells, or that is
    far from those before and after it, is taken for damaged: its frame has the time before.
    `skipped_bytes`, `skips` (places) and `bad_stamps` are of the newest iteration, as far as it has come.
    Iterating raises `TlogError` when the file cannot
    be read or holds no frame at all whose checksum fits.
    """

    def __init__(self, file: Path) -> None:
        self.skipped_bytes = 0
        self.skips = 0
        self.bad_stamps = 0
        self._file = file

    def __iter__(self) -> Iterator[Recorded]:
        self.skipped_bytes = self.skips = self.bad_stamps = 0
        genuine = False
        try:
            with self._file.open("rb") as source:
                for recorded, known in self._records(source):
                    genuine = genuine or known
                    yield recorded
        except OSError as error:
            raise TlogError(f"{self._file}: {error.strerror}") from error
        if not genuine:
            raise TlogError(f"{self._file}: no MAVLink frame is in it")

    def _records(self, source: BinaryIO) -> Iterator[tuple[Recorded, bool]]:
        """Each record, and whether its message is known."""
        data, at, ended, skipping = b"", 0, False, False
        last_s: float | None = None
        while True:
            if len(data) - at < 2 * _LARGEST_RECORD_BYTES and not ended:
                more = source.read(_READ_AT_ONCE_BYTES)
                data, at, ended = data[at:] + more, 0, not more
                continue
            if at == len(data):
                return
            found = _record_at(data, at)
            if found is not None:
                recorded, known = found
                at += STAMP.size + len(recorded.frame)
                if _is_damaged(recorded.at_s, last_s, data, at):
                    self.bad_stamps += 1
                    if last_s is None:  # nothing to go by yet: the next one tells
                        continue
                    recorded = Recorded(last_s, recorded.frame)
                last_s = recorded.at_s
                yield recorded, known
            elif last_s is None and self.skipped_bytes > _DIRT_BYTES:
                return
            else:  # torn: look for the next stamp that a frame follows
                self.skips += not skipping
                self.skipped_bytes += 1
                at += 1
            skipping = found is None


def _record_at(data: bytes, at: int) -> tuple[Recorded, bool] | None:
    start = at + STAMP.size
    if not _may_begin(data, start):
        return None
    frame = frame_at(data, start)
    if frame is None:
        return None
    known = layout(frame.message_id)
    if known is not None:
        genuine = mcrf4xx(frame.checked + known.seed) == frame.checksum
    else:
        end = start + len(frame.data)
        genuine = end == len(data) or _may_begin(data, end + STAMP.size)
    if not genuine:
        return None
    (at_us,) = STAMP.unpack_from(data, at)
    return Recorded(at_us / 1e6, frame.data), known is not None


def _is_damaged(at_s: float, last_s: float | None, data: bytes, end: int) -> bool:
    if at_s > _LATEST_S:
        return True
    if not _may_begin(data, end + STAMP.size):
        return False
    next_s = STAMP.unpack_from(data, end)[0] / 1e6
    if next_s > _LATEST_S:  # damaged itself
        return False
    if at_s > next_s + _ASTRAY_S:
        return last_s is None or last_s <= next_s + _ASTRAY_S
    return last_s is not None and at_s < last_s - _ASTRAY_S and next_s >= last_s - _ASTRAY_S


def _may_begin(data: bytes, at: int) -> bool:
    return at < len(data) and data[at] in {MAGIC_V1, MAGIC_V2}
