"""What is known of all vehicles whose frames are sifted together: a row of numbers for each.

Most of what a vehicle says repeats what it said, or is out of date before anybody looks. So `sift`,
compiled, takes all datagrams of a look at the sockets, checks each frame and keeps it in its vehicle's row;
a message is read when a sample is asked for. Two kinds of message may be kept:

- a state (mode, landed, current item): kept only when it says what it said before. A change is news and goes
  the ordinary way at once, in its order.
- a value (position, attitude, charge): the newest one counts; a position that shows a restart is news.

Everything else goes the ordinary way too: what answers us, texts, events, what is oddly framed, other
senders, unknown vehicles, and all of a vehicle to which somebody listens closely (`Row.listen`). Of a vehicle
with a key only what is signed with it is kept, its stamps rising within what `Stamps` allows.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from vehicles.mavlink.wire.row import Row
from vehicles.mavlink.wire.rows import (
    IDS,
    KINDS,
    NEVER_BOOTED_MS,
    NEVER_S,
    ORDINARY,
    ROW,
    SYSTEMS,
    UNWANTED,
)
from vehicles.mavlink.wire.shelf import Shelf
from vehicles.mavlink.wire.wanted import WANTED

_FIRST_ROWS, _FIRST_PORTS = 16, 4


class Sieve(Shelf):
    """The rows of one event loop's vehicles, and which datagrams are whose."""

    def __init__(self) -> None:
        super().__init__(_FIRST_ROWS)
        self.row_of = np.full(_FIRST_PORTS * SYSTEMS, -1, np.int32)
        """By port (a socket's number here) * 256 + system id; -1 is nobody's."""
        self.kind_of = np.full(IDS, UNWANTED, np.int16)
        self.kind_of[[one for one in WANTED if one < IDS]] = ORDINARY
        self.kind_of[list(KINDS)] = np.arange(len(KINDS))
        self.count = 0
        """How many vehicles it holds."""
        self._handles: list[Row | None] = [None] * _FIRST_ROWS
        self._ports = [False] * _FIRST_PORTS

    def port(self) -> int:
        """A number for one more socket."""
        if all(self._ports):
            self._ports += [False] * len(self._ports)
            self.row_of = np.concatenate([self.row_of, np.full_like(self.row_of, -1)])
        port = self._ports.index(False)
        self._ports[port] = True
        return port

    def leave(self, port: int) -> None:
        """That socket is closed."""
        self.row_of[port * SYSTEMS : (port + 1) * SYSTEMS] = -1
        self._ports[port] = False

    def row(self, port: int, system_id: int, component_id: int) -> Row | None:
        """A row for one more vehicle; None where its system id does not fit in a byte, or has one there."""
        at = port * SYSTEMS + system_id
        if system_id >= SYSTEMS or self.row_of[at] >= 0:
            return None
        if all(self._handles):
            self._grow()
        index = self._handles.index(None)
        self.rows[index] = np.zeros((), ROW)
        self.rows[index]["component"] = component_id
        self.rows[index]["heard_at_s"], self.rows[index]["boot_ms"] = NEVER_S, NEVER_BOOTED_MS
        self.row_of[at] = index
        self.count += 1
        made = self._handles[index] = Row(self, index, partial(self._free, index, at))
        return made

    def whose(self, port: int, system_id: int) -> Row | None:
        """The row of the vehicle with that system id at that socket."""
        index = self.row_of[port * SYSTEMS + system_id]
        return None if index < 0 else self._handles[index]

    def _free(self, index: int, at: int) -> None:
        """That row is nobody's any more."""
        if self.row_of[at] == index:
            self.row_of[at] = -1
        self._handles[index] = None
        self.count -= 1

    def _grow(self) -> None:
        self.double()
        self._handles += [None] * len(self._handles)
        for row in self._handles:
            if row is not None:
                row.moved()
