"""Recordings in the ecosystem's own form (.tlog): each frame after its time in microseconds, big-endian.

What QGroundControl, MAVProxy and pymavlink's mavlogdump.py write and read; frames of both directions.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2, frame_at, parse
from vehicles.mavlink.wire.framing import frame_size

STAMP = struct.Struct(">Q")
_READ_AT_ONCE_BYTES = 1 << 16
_LARGEST_FRAME_BYTES = 280


class TlogError(Exception):
    """A file is no .tlog, or cannot be read. The text names it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One frame as it was recorded; `at_s` is UTC."""

    at_s: float
    frame: bytes


def read_tlog(file: Path) -> Generator[Recorded, None, None]:
    """All frames of a recording, in order. What is torn or dirty in it is passed over.

    Raises `TlogError` when the file cannot be read or holds no frame at all whose checksum fits.
    """
    try:
        with file.open("rb") as source:
            heard = False
            for recorded in _frames(source):
                heard = heard or _is_genuine(recorded.frame)
                yield recorded
    except OSError as error:
        raise TlogError(f"{file}: {error.strerror}") from error
    if not heard:
        raise TlogError(f"{file}: no MAVLink frame is in it")


def _is_genuine(data: bytes) -> bool:
    frame = frame_at(data, 0)
    return frame is not None and parse(frame) is not None


def _frames(source: BinaryIO) -> Iterator[Recorded]:
    data, at, ended = b"", 0, False
    while True:
        if len(data) - at < STAMP.size + _LARGEST_FRAME_BYTES and not ended:
            more = source.read(_READ_AT_ONCE_BYTES)
            data, at, ended = data[at:] + more, 0, not more
            continue
        size = _size(data, at + STAMP.size)
        if size is not None:
            (at_us,) = STAMP.unpack_from(data, at)
            start = at + STAMP.size
            yield Recorded(at_us / 1e6, data[start : start + size])
            at = start + size
        elif len(data) - at <= STAMP.size:
            return
        else:
            at += 1  # torn: look for the next stamp that a frame follows


def _size(data: bytes, at: int) -> int | None:
    """The size of the whole frame that begins exactly there, if one does."""
    if at >= len(data) or data[at] not in {MAGIC_V1, MAGIC_V2}:
        return None
    size = frame_size(data, at)
    return size if size is not None and at + size <= len(data) else None
