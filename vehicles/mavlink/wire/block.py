"""What a vehicle last said of each value: one block of bytes, read in one step.

A sample is mostly made after a second, when nothing of its vehicle is in the processor's cache any more: what
was kept as a hundred Python objects took longer to come back than to be read. A block has, for each kind
(`rows.KINDS`), when it was heard and its payload. Where the vehicle is sifted its block lies in its row: what
the walk keeps is in the next sample, and nobody has to hear it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.rows import (
    BLOCK_BYTES,
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


CURRENT_AT, BEAT_AT = 0, 1
"""Where in what `Block.read` gives the times of the current item and of the heartbeat are."""
BOOT = slice(len(_DATED) + len(_READ), len(_DATED) + len(_READ) + 2)
"""Where in what `Block.read` gives the time since boot is, as it was told last, and when that came."""
_BOOT_AT, _BOOT = 8 * len(KINDS), struct.Struct("<I4xd")


def _parts() -> Mapping[str, Part]:
    parts, begin = {}, BOOT.stop
    for number, kind in enumerate(_READ, start=len(_DATED)):
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
    return struct.Struct(f"<{instants}I4xd{SLOTS_IN_BLOCK - _BOOT_AT - _BOOT.size}x{slots}")


PARTS = _parts()
_WHOLE = _whole()
_SLOTS = {
    LAYOUTS[kind].name: (kind * 8, SLOTS_IN_BLOCK + kind * SLOT_BYTES, struct.Struct("<" + _slot(kind)))
    for kind in _READ
}


class Block:
    """One vehicle's, with bytes of its own until it is given a place in a row."""

    __slots__ = ("_begin", "_bytes")

    def __init__(self) -> None:
        self._bytes, self._begin = memoryview(bytearray(BLOCK_BYTES)), 0
        for kind in (*_DATED, *_READ):
            _INSTANT.pack_into(self._bytes, kind * 8, NEVER_S)

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
        _INSTANT.pack_into(self._bytes, self._begin + 8 * KINDS.index(message_id), at_s)

    def read(self) -> tuple[Any, ...]:
        """Everything, as `PARTS` says; a time of `rows.NEVER_S` is that of a value that never came."""
        return _WHOLE.unpack_from(self._bytes, self._begin)

    def move(self, room: memoryview, begin: int) -> None:
        """Lie there from now on."""
        room[begin : begin + BLOCK_BYTES] = self._bytes[self._begin : self._begin + BLOCK_BYTES]
        self._bytes, self._begin = room, begin

    def leave(self) -> None:
        """Lie in bytes of its own again."""
        self.move(memoryview(bytearray(BLOCK_BYTES)), 0)
