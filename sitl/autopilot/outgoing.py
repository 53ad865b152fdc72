"""What leaves a simulated autopilot on one link: MAVLink 2 frames, numbered in order of sending."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from fastcrc.crc16 import mcrf4xx
from pymavlink.dialects.v20 import all as dialect

from sitl.autopilot.shapes import Shape
from sitl.autopilot.signing import SIGNED_FLAG, Seal
from sitl.autopilot.voice import Voice
from vehicles.clock import now_s

Message = Any
"""A message as pymavlink parses it. It stays within this package."""

AUTOPILOT_COMPONENT = dialect.MAV_COMP_ID_AUTOPILOT1

_MAGIC = 0xFD
_HEADER = struct.Struct("<BBBBBBBHB")
_CHECKSUM = struct.Struct("<H")


class Outgoing:
    """Frames messages of one system and hands them to `carry`. `link_id` is the link's, for signatures."""

    def __init__(self, system_id: int, carry: Callable[[bytes], None], link_id: int = 0) -> None:
        self.system_id = system_id
        self.link_id = link_id
        self.seal: Seal | None = None
        self.voice: Voice | None = None
        """Who numbers its frames, where a chorus sends some of them."""
        self._carry = carry
        self._sequence = 0

    def send(self, shape: Shape, *values: object) -> None:
        """Pack a message's values (in wire order) and send it."""
        self.send_packed(shape, shape.layout.pack(*values))

    def send_packed(self, shape: Shape, payload: bytes) -> None:
        """Send a payload. Zeros at its end are left off, but for the first byte, as MAVLink 2 wants it."""
        payload = payload.rstrip(b"\0") or b"\0"
        sequence = self._sequence if self.voice is None else self.voice.next_sequence()
        self._sequence = (sequence + 1) & 0xFF
        number = shape.number
        flags = SIGNED_FLAG if self.seal else 0
        head = _HEADER.pack(
            _MAGIC,
            len(payload),
            flags,
            0,
            sequence,
            self.system_id,
            AUTOPILOT_COMPONENT,
            number & 0xFFFF,
            number >> 16,
        )
        frame = head + payload
        checksum = mcrf4xx(frame[1:] + bytes((shape.crc_extra,)))
        frame += _CHECKSUM.pack(checksum)
        if self.seal:
            frame = self.seal.sign(frame, self.link_id, now_s())
        self._carry(frame)
