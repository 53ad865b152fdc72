"""Ids of the lists that an autopilot holds, as it tells them and as they can be reckoned beforehand.

PX4's id of a list is a checksum of the items as it received them. Reckoned here from what was sent, an
equal id proves that every item arrived unchanged, without reading one back. The ids are extension
fields (`opaque_id` of MISSION_ACK; `mission_id`, `fence_id`, `rally_points_id` of MISSION_CURRENT) that
pymavlink's common dialect does not know: they are taken from the payload behind what it knows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick

_HEADER = 10  # bytes of a MAVLink 2 frame before its payload
_IN_ACK = 4
_IN_CURRENT = 6


class Item(Protocol):
    """What of a list's item goes into its id (`lists.Item`)."""

    @property
    def command(self) -> int:
        """MAV_CMD."""

    @property
    def frame(self) -> int:
        """MAV_FRAME."""

    @property
    def params(self) -> tuple[float, float, float, float]:
        """Parameters 1 to 4."""

    @property
    def lat_e7(self) -> int:
        """Degrees * 1e7, or parameter 5."""

    @property
    def lon_e7(self) -> int:
        """Degrees * 1e7, or parameter 6."""

    @property
    def z(self) -> float:
        """Metres in the frame's datum, or parameter 7."""


@dataclass(frozen=True, slots=True)
class ListIds:
    """Ids of mission, fence and rally list as a vehicle tells them; 0 is an empty list."""

    mission: int
    fence: int
    rally: int


_list_ids = quick(ListIds)


def px4_plan_id(items: Iterable[Item]) -> int:
    """The id that PX4 gives a list sent as MISSION_ITEM_INT with autocontinue 1; 0 for an empty one.

    Source: PX4 `mavlink_mission.cpp`, `crc32_for_mission_item` (2025-08): CRC-32 without inversion over
    frame, command, autocontinue, the four parameters, x, y and z of each item, packed.
    """
    crc = 0
    for item in items:
        place = (item.lat_e7, item.lon_e7, item.z)
        packed = struct.pack("<BHB4fiif", item.frame, item.command, 1, *item.params, *place)
        crc = zlib.crc32(packed, crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
    return crc


def ack_plan_id(message: Message) -> int:
    """`opaque_id` of a MISSION_ACK, 0 where there is none."""
    known = getattr(message, "opaque_id", None)
    if known is not None:
        return int(known)
    return _extension(message, _IN_ACK, 1)[0]


def list_ids_of(message: Message) -> ListIds | None:
    """The ids in a MISSION_CURRENT; None where the vehicle tells none (all of them 0)."""
    if getattr(message, "mission_id", None) is not None:
        ids: tuple[int, ...] = (message.mission_id, message.fence_id, message.rally_points_id)
    else:
        ids = _extension(message, _IN_CURRENT, 3)
    return _list_ids(*ids) if any(ids) else None


def _extension(message: Message, at: int, count: int) -> tuple[int, ...]:
    """32-bit fields behind the known payload; trailing zeros are cut off on the wire."""
    frame = message.get_msgbuf() if hasattr(message, "get_msgbuf") else None
    if not frame or frame[0] != 0xFD:
        return (0,) * count
    payload = bytes(frame[_HEADER : _HEADER + frame[1]])[at:].ljust(4 * count, b"\0")
    return struct.unpack_from(f"<{count}I", payload)
