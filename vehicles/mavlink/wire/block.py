"""What a vehicle last said of each value: one block of bytes, read in one step.

A sample is mostly made after a second, when nothing of its vehicle is in the processor's cache any more:
what was kept as a hundred Python objects took longer to come back than to be read. A block tells when
anything was heard, and of each kind (`rows.KINDS`) when it was, and its payload. That of a vehicle which is
sifted lies in its row: what the walk keeps is in the next sample. Nobody has to hear it but packs, of which
each counts.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.rows import (
    BLOCK_AT,
    BLOCK_BYTES,
    INSTANTS_AT,
    KINDS,
    LAYOUTS,
    NEVER_S,
    SLOT_BYTES,
    SLOTS_IN_BLOCK,
    VALUES,
)

_INSTANT = struct.Struct("<d")
_APART = common.MAVLINK_MSG_ID_BATTERY_STATUS
"""There may be several packs, of which each counts: they are heard one by one."""
_READ = [kind for kind, message_id in enumerate(KINDS) if message_id in VALUES and message_id != _APART]
_DATED = [KINDS.index(each) for each in (layouts.MISSION_CURRENT, common.MAVLINK_MSG_ID_HEARTBEAT)]
"""States of which it counts when they were said last, though they say the same."""


class Part(NamedTuple):
    """Where in what `Block.read` gives a value's time and its fields (`rows.VALUES`) are."""

    at: int
    said: slice


HEARD_AT, CURRENT_AT, BEAT_AT = range(3)
"""Where in what `Block.read` gives the times of anything, of the current item and of the heartbeat are."""
KEPT = 3 + len(_READ)
"""Where in it a bit stands for each kind that was kept: the packs' tells that they are to be heard."""
PACKS = 1 << KINDS.index(_APART)
BOOT = slice(KEPT + 1, KEPT + 3)
"""Where in it the time since boot is, as it was told last, and when that came."""
_FIRST = INSTANTS_AT - BLOCK_AT
_KEPT, _KEPT_AT = struct.Struct("<I"), _FIRST + 8 * len(KINDS)
_BOOT, _BOOT_AT = struct.Struct("<Id"), _KEPT_AT + _KEPT.size


def _parts() -> Mapping[str, Part]:
    parts, begin = {}, BOOT.stop
    for number, kind in enumerate(_READ, start=3):
        end = begin + len(VALUES[KINDS[kind]])
        parts[LAYOUTS[kind].name] = Part(number, slice(begin, end))
        begin = end
    return MappingProxyType(parts)


def _slot(kind: int) -> str:
    """A slot as `struct` has it, with what is read of it."""
    form = LAYOUTS[kind].form_of(*VALUES[KINDS[kind]]) if kind in _READ else ""
    return f"{form}{SLOT_BYTES - struct.calcsize('<' + form)}x"


def _whole() -> struct.Struct:
    instants = "".join("d" if kind in (*_DATED, *_READ) else "8x" for kind in range(len(KINDS)))
    slots = "".join(_slot(kind) for kind in range(len(KINDS)))
    return struct.Struct(f"<d{instants}IId{SLOTS_IN_BLOCK - _BOOT_AT - _BOOT.size}x{slots}")


PARTS = _parts()
_WHOLE = _whole()
_SLOTS = {
    LAYOUTS[kind].name: (
        _FIRST + kind * 8,
        SLOTS_IN_BLOCK + kind * SLOT_BYTES,
        struct.Struct("<" + _slot(kind)),
    )
    for kind in _READ
}


class Block:
    """One vehicle's, with bytes of its own until it is given a place in a row.

    While it is not in a row it says that packs are kept: whatever is kept of the vehicle lies elsewhere.
    """

    __slots__ = ("_begin", "_bytes")

    def __init__(self) -> None:
        self._bytes, self._begin = memoryview(bytearray(BLOCK_BYTES)), 0
        self._mark(PACKS)
        for at in (0, *[_FIRST + kind * 8 for kind in (*_DATED, *_READ)]):
            _INSTANT.pack_into(self._bytes, at, NEVER_S)

    def hear(self, at_s: float) -> None:
        """Anything of the vehicle was heard."""
        if at_s > _INSTANT.unpack_from(self._bytes, self._begin)[0]:
            _INSTANT.pack_into(self._bytes, self._begin, at_s)

    def put(self, name: str, said: tuple[Any, ...], at_s: float) -> None:
        """A value was heard."""
        at, slot, form = _SLOTS[name]
        _INSTANT.pack_into(self._bytes, self._begin + at, at_s)
        form.pack_into(self._bytes, self._begin + slot, *said)

    def boot(self, boot_ms: int, at_s: float) -> None:
        """The time since boot was heard."""
        _BOOT.pack_into(self._bytes, self._begin + _BOOT_AT, boot_ms, at_s)

    def date(self, message_id: int, at_s: float) -> None:
        """A heartbeat or the current item was heard."""
        _INSTANT.pack_into(self._bytes, self._begin + _FIRST + 8 * KINDS.index(message_id), at_s)

    def read(self) -> tuple[Any, ...]:
        """Everything, as `PARTS` says; a time of `rows.NEVER_S` is that of a value that never came."""
        return _WHOLE.unpack_from(self._bytes, self._begin)

    def enter(self, room: memoryview, begin: int) -> None:
        """Lie there from now on, in a row where nothing is kept yet."""
        self.move(room, begin)
        self._mark(0)

    def move(self, room: memoryview, begin: int) -> None:
        """Lie there from now on: its row was moved."""
        room[begin : begin + BLOCK_BYTES] = self._bytes[self._begin : self._begin + BLOCK_BYTES]
        self._bytes, self._begin = room, begin

    def leave(self) -> None:
        """Lie in bytes of its own again."""
        self.move(memoryview(bytearray(BLOCK_BYTES)), 0)
        self._mark(PACKS)

    def _mark(self, kept: int) -> None:
        _KEPT.pack_into(self._bytes, self._begin + _KEPT_AT, kept)
