"""MAVLink frames: cut out of datagrams, checked, parsed; and packed for sending.

Framing, checksum and truncation follow mavlink.io/en/guide/serialization.html. pymavlink parses
and packs; the cut looks at the header only, so that a frame nobody wants costs no parsing.
"""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pymavlink.dialects.v20 import common

MAGIC_V1 = 0xFE
MAGIC_V2 = 0xFD
_SIGNED = 0x01
_HEADER_V1 = 6
_HEADER_V2 = 10
_CHECKSUM = 2
_SIGNATURE = 13

Message = Any
"""A message as pymavlink parses it. It stays within this package."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame by its header; nothing in it is checked yet."""

    message_id: int
    sequence: int
    system_id: int
    component_id: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes of a datagram that cannot be part of a frame."""

    size: int


def split(datagram: bytes) -> Iterator[Frame | Garbage]:
    """Cut a datagram into frames, resynchronising on the next magic byte after anything else."""
    at = 0
    while at < len(datagram):
        frame = _frame_at(datagram, at)
        if frame is not None:
            yield frame
            at += len(frame.data)
            continue
        restart = _next_magic(datagram, at + 1)
        yield Garbage(restart - at)
        at = restart


def _next_magic(datagram: bytes, start: int) -> int:
    found = [at for magic in (MAGIC_V1, MAGIC_V2) if (at := datagram.find(magic, start)) >= 0]
    return min(found, default=len(datagram))


def _frame_at(datagram: bytes, at: int) -> Frame | None:
    left = len(datagram) - at
    if datagram[at] == MAGIC_V2 and left >= _HEADER_V2 + _CHECKSUM:
        flags = datagram[at + 2]
        if flags & ~_SIGNED:
            return None  # an incompatibility flag nobody knows: the guide says to drop the frame
        size = _HEADER_V2 + datagram[at + 1] + _CHECKSUM + (_SIGNATURE if flags else 0)
        message_id = int.from_bytes(datagram[at + 7 : at + 10], "little")
        sequence, system_id, component_id = datagram[at + 4 : at + 7]
    elif datagram[at] == MAGIC_V1 and left >= _HEADER_V1 + _CHECKSUM:
        size = _HEADER_V1 + datagram[at + 1] + _CHECKSUM
        sequence, system_id, component_id, message_id = datagram[at + 2 : at + 6]
    else:
        return None
    if size > left:
        return None
    return Frame(message_id, sequence, system_id, component_id, datagram[at : at + size])


_PARSER = common.MAVLink(None)


def parse(frame: Frame) -> Message | None:
    """The message in a frame, or None where its checksum, length or content is wrong or unknown."""
    try:
        message = _PARSER.decode(bytearray(frame.data))
    except (common.MAVError, struct.error, ValueError, TypeError):
        return None
    return None if message.get_msgId() < 0 or message.get_type().startswith("UNKNOWN") else message


class Packer:
    """Packs messages of one MAVLink system, counting sequence numbers per component as the guide asks."""

    def __init__(self, system_id: int) -> None:
        self._mav = common.MAVLink(None, srcSystem=system_id)
        self._sequences: defaultdict[int, int] = defaultdict(int)

    def pack(self, message: Message, component_id: int) -> bytes:
        """The frame of `message` sent by `component_id`."""
        self._mav.srcComponent = component_id
        self._mav.seq = self._sequences[component_id]
        self._sequences[component_id] = (self._mav.seq + 1) % 256
        return bytes(message.pack(self._mav))
