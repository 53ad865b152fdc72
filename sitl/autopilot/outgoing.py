"""What leaves a simulated autopilot: packed frames, and plan ids, which pymavlink's dialect does not know."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from pymavlink.dialects.v20 import common

Message = Any
"""A message as pymavlink makes and parses it. It stays within this package."""

AUTOPILOT_COMPONENT = common.MAV_COMP_ID_AUTOPILOT1


class Outgoing:
    """Packs messages of one system and hands the frames to `send`."""

    def __init__(self, system_id: int, send: Callable[[bytes], None]) -> None:
        self._mav = common.MAVLink(None, srcSystem=system_id, srcComponent=AUTOPILOT_COMPONENT)
        self._send = send

    @property
    def system_id(self) -> int:
        """The sender's MAVLink system id."""
        return int(self._mav.srcSystem)

    def send(self, message: Message) -> None:
        """Pack a message and send it."""
        frame = message.pack(self._mav)
        self._mav.seq = (self._mav.seq + 1) % 256
        self._send(frame)

    def send_extended(self, message: Message, *extension: int) -> None:
        """Send a message with 32-bit extension fields behind those that the dialect knows (MAVLink 2)."""
        values = [getattr(message, name) for name in message.ordered_fieldnames]
        payload = message.unpacker.pack(*values) + struct.pack(f"<{len(extension)}I", *extension)
        frame = message._pack(self._mav, message.crc_extra, payload)  # noqa: SLF001  # the only way to extend
        self._mav.seq = (self._mav.seq + 1) % 256
        self._send(frame)
