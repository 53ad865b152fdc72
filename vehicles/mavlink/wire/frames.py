"""MAVLink frames: cut out of datagrams, checked, parsed; and packed for sending.

Framing, checksum and truncation follow mavlink.io/en/guide/serialization.html. pymavlink parses
and packs; the cut looks at the header only, so that a frame nobody wants costs no parsing.
"""

from __future__ import annotations

import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import common

MAGIC_V1 = 0xFE
MAGIC_V2 = 0xFD
SIGNED = 0x01
_MAGIC = re.compile(bytes((ord("["), MAGIC_V1, MAGIC_V2, ord("]"))))
_HEADER_V1 = 6
_HEADER_V2 = 10
_CHECKSUM = 2
_SIGNATURE = 13

Message = Any
"""A message as pymavlink parses it. It stays within this package."""


class Frame(NamedTuple):
    """One frame by its header; nothing in it is checked yet.

    A tuple: one is made for every frame of a byte stream.
    """

    message_id: int
    sequence: int
    system_id: int
    component_id: int
    data: bytes

    @property
    def signed(self) -> bool:
        """Whether a signature follows the checksum."""
        return self.data[0] == MAGIC_V2 and bool(self.data[2] & SIGNED)

    @property
    def checked(self) -> bytes:
        """What the checksum is over, but for the message's own last byte: the header and the payload."""
        return self.data[1 : -(_CHECKSUM + (_SIGNATURE if self.signed else 0))]

    @property
    def payload(self) -> bytes:
        """The payload as sent: its trailing zeros may be missing."""
        return self.checked[(_HEADER_V2 if self.data[0] == MAGIC_V2 else _HEADER_V1) - 1 :]

    @property
    def checksum(self) -> int:
        """As sent."""
        at = len(self.checked) + 1
        return self.data[at] | self.data[at + 1] << 8


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes of a datagram that cannot be part of a frame."""

    size: int


def split(datagram: bytes) -> Iterator[Frame | Garbage]:
    """Cut a datagram into frames, resynchronising on the next magic byte after anything else."""
    at = 0
    while at < len(datagram):
        frame = frame_at(datagram, at)
        if frame is not None:
            yield frame
            at += len(frame.data)
            continue
        restart = next_magic(datagram, at + 1)
        yield Garbage(restart - at)
        at = restart


def systems_in(datagram: bytes) -> tuple[int, ...]:
    """The system ids of all frames in a datagram, each once."""
    return tuple(dict.fromkeys(piece.system_id for piece in split(datagram) if isinstance(piece, Frame)))


def next_magic(datagram: bytes, start: int) -> int:
    """Where the next frame may begin, from `start` on; the datagram's end when nowhere."""
    found = _MAGIC.search(datagram, start)  # whichever is nearer, and no look at what lies beyond it
    return len(datagram) if found is None else found.start()


def frame_at(datagram: bytes, at: int) -> Frame | None:
    """The frame whose header stands at `at`, or None when none can begin there or it is cut off."""
    left = len(datagram) - at
    if datagram[at] == MAGIC_V2 and left >= _HEADER_V2 + _CHECKSUM:
        flags = datagram[at + 2]
        if flags & ~SIGNED:
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


class Signs(Protocol):
    """What the packer needs of `signing.Signer`."""

    def sign(self, frame: bytes) -> bytes:
        """The frame, whose header says that it is signed, with its signature."""


class Packer:
    """Packs messages of one MAVLink system, counting sequence numbers per component as the guide asks.

    With a `signer` every frame is signed.
    """

    def __init__(self, system_id: int, signer: Signs | None = None) -> None:
        self._signer = signer
        self._mav = common.MAVLink(None, srcSystem=system_id)
        self._sequences: defaultdict[int, int] = defaultdict(int)
        self._again: tuple[Message, int, bytes] | None = None

    @property
    def signer(self) -> Signs | None:
        """What signs its frames."""
        return self._signer

    @signer.setter
    def signer(self, signer: Signs | None) -> None:
        self._signer, self._again = signer, None

    def again(self, message: Message, component_id: int) -> bytes:
        """As `pack`, for a message that is sent over and over: packed once, then numbered and summed anew."""
        if self._again is None or self._again[0] is not message or self._again[1] != component_id:
            packed = self.pack(message, component_id)
            self._again = (message, component_id, packed)
            return packed
        packed, sequence = self._again[2], self._sequences[component_id]
        self._sequences[component_id] = (sequence + 1) % 256
        end = -_CHECKSUM if self._signer is None else -(_CHECKSUM + _SIGNATURE)
        body = packed[1:4] + bytes((sequence,)) + packed[5:end]
        summed = mcrf4xx(body + bytes((message.crc_extra,)))
        frame = packed[:1] + body + summed.to_bytes(_CHECKSUM, "little")
        return frame if self._signer is None else self._signer.sign(frame)

    def pack(self, message: Message, component_id: int) -> bytes:
        """The frame of `message` sent by `component_id`."""
        self._mav.srcComponent = component_id
        self._mav.seq = self._sequences[component_id]
        self._sequences[component_id] = (self._mav.seq + 1) % 256
        packed = bytes(message.pack(self._mav))
        return packed if self._signer is None else self._signer.sign(_flagged(packed, message.crc_extra))


def _flagged(packed: bytes, seed: int) -> bytes:
    body = packed[1:2] + bytes([SIGNED]) + packed[3:-_CHECKSUM]
    return packed[:1] + body + struct.pack("<H", mcrf4xx(body + bytes([seed])))
