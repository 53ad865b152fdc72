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

import hashlib
import hmac
import sys
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

import numpy as np

from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.loss import Cells, Loss
from vehicles.mavlink.wire.rows import (
    ANY_SENDER,
    BEYOND,
    CLOSELY,
    IDS,
    KINDS,
    LAYOUTS,
    NEVER_BOOTED_MS,
    NEVER_S,
    NO_STAMP,
    ORDINARY,
    ROW,
    SLOT_BYTES,
    SLOTS_AT,
    STATES,
    SYSTEMS,
    TAPED,
    UNWANTED,
    VOUCHED,
)
from vehicles.mavlink.wire.wanted import WANTED

_FIRST_ROWS, _FIRST_PORTS = 16, 4
_SIGNATURE_BYTES = 6
Kept = tuple[float, str, Message]
"""What was kept: when it came, the message's name, and itself."""
_AT_S = itemgetter(0)


@lru_cache(maxsize=4096)
def _parts(kept: int) -> tuple[tuple[int, int, str, Callable[[memoryview, int], Message], int], ...]:
    """For each kind whose bit is set: itself, its bit if it is a state, name, reader, its slot's place."""
    return tuple(
        (
            kind,
            1 << kind if kind < len(STATES) else 0,
            LAYOUTS[kind].name,
            LAYOUTS[kind].read_whole,
            kind * SLOT_BYTES,
        )
        for kind in range(len(KINDS))
        if kept >> kind & 1
    )


class Sieve:
    """The rows of one event loop's vehicles, and which datagrams are whose."""

    def __init__(self) -> None:
        self.rows = np.zeros(_FIRST_ROWS, ROW)
        self.row_of = np.full(_FIRST_PORTS * SYSTEMS, -1, np.int32)
        """By port (a socket's number here) * 256 + system id; -1 is nobody's."""
        self.kind_of = np.full(IDS, UNWANTED, np.int16)
        self.kind_of[[one for one in WANTED if one < IDS]] = ORDINARY
        self.kind_of[list(KINDS)] = np.arange(len(KINDS))
        self.count = 0
        """How many vehicles it holds."""
        self.sifts = False
        """Whether datagrams do go through `sift`: where vehicles are few, all is heard the ordinary way."""
        self.looks = 0
        self._handles: list[Row | None] = [None] * _FIRST_ROWS
        self._ports = [False] * _FIRST_PORTS
        self._see()

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
        made = self._handles[index] = Row(self, index, at)
        return made

    def whose(self, port: int, system_id: int) -> Row | None:
        """The row of the vehicle with that system id at that socket."""
        index = self.row_of[port * SYSTEMS + system_id]
        return None if index < 0 else self._handles[index]

    def free(self, index: int, at: int) -> None:
        """That row is nobody's any more."""
        if self.row_of[at] == index:
            self.row_of[at] = -1
        self._handles[index] = None
        self.count -= 1

    def _grow(self) -> None:
        self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        self._handles += [None] * len(self._handles)
        self._see()
        for row in self._handles:
            if row is not None:
                row.moved()

    def _see(self) -> None:
        # Views: an item of one is had in a third of the time that numpy takes.
        self.kept, self.how = self.rows["kept"].data, self.rows["how"].data
        self.fresh, self.link = self.rows["fresh"].data, self.rows["link"].data
        self.passed = self.rows["passed"].data
        self.heard_at_s = self.rows["heard_at_s"].data
        self.stamp, self.limit = self.rows["stamp"].data, self.rows["limit"].data
        self.raw = self.rows.view(np.uint8).data


class Row:
    """One link of one vehicle, sifted."""

    def __init__(self, sieve: Sieve, index: int, at: int) -> None:
        self._sieve = sieve
        self._index = index
        self._at = at
        self._since = sys.maxsize  # the look after which it is known from where the vehicle sends
        self._said: list[Message | None] = [None] * len(STATES)
        self._loss: Loss | None = None
        self._passed, self._unwanted = 0, dict[int, int]()
        self._seal = hashlib.sha256()
        self.tape: Callable[[bytes], None] | None = None
        """Takes each datagram that is kept, where the link is recorded."""
        self.moved()

    def moved(self) -> None:
        """The rows lie elsewhere now."""
        row = self._sieve.rows[self._index]
        self._at_s = row["at_s"].data
        self._slots_at = self._index * ROW.itemsize + SLOTS_AT
        if self._loss is not None:
            self._loss.keep_in(self._cells())

    def _cells(self) -> Cells:
        cells: Cells = self._sieve.rows[self._index]["loss"].data
        return cells

    @property
    def kept(self) -> bool:
        """Whether anything was kept and not read yet."""
        return self._sieve.kept[self._index] != 0

    @property
    def heard_at_s(self) -> float:
        """When anything was kept last; minus infinity before the first time."""
        return self._sieve.heard_at_s[self._index]

    def take(self) -> list[Kept]:
        """What was kept since it was taken last, in the order of its times.

        A state that was said again is the very value that it was before.
        """
        sieve, index, at_s, said, slots_at = self._sieve, self._index, self._at_s, self._said, self._slots_at
        raw, kept, fresh = sieve.raw, sieve.kept[index], sieve.fresh[index]
        sieve.kept[index], sieve.fresh[index] = 0, fresh & ~kept
        taken: list[Kept] = []
        for kind, state, name, read, offset in _parts(kept):
            if not state:
                message = read(raw, slots_at + offset)
            elif (message := said[kind]) is None or fresh & state:
                message = said[kind] = read(raw, slots_at + offset)
            taken.append((at_s[kind], name, message))
        taken.sort(key=_AT_S)
        return taken

    def count_in(self, loss: Loss) -> None:
        """Frames that are taken here count there too."""
        self._loss = loss
        loss.keep_in(self._cells())

    def counted(self, frame: bytes) -> bool:
        """Whether `sift` has seen this frame, left though it was: its number if unsigned, a state's words."""
        known = self._sieve.sifts and self._sieve.looks > self._since
        return known and int.from_bytes(frame[7:10], "little") not in BEYOND

    def expect(self, name: bytes | None) -> None:
        """Only what comes from that sender, a `sockaddr`, is taken; None: from any."""
        row = self._sieve.rows[self._index]
        row["sender_bytes"] = 0 if name is None else len(name)
        row["sender"][: len(name or b"")] = np.frombuffer(name or b"", np.uint8)
        self._set(ANY_SENDER, on=name is None)
        self._since = self._sieve.looks
        self.forget()

    def listen(self, *, closely: bool) -> None:
        """Closely: everything wanted is heard at once, as somebody waits for what it may show."""
        self._set(CLOSELY, on=closely)

    def record(self, tape: Callable[[bytes], None]) -> None:
        """Give `tape` each datagram that is kept."""
        self.tape = tape
        self._set(TAPED, on=True)

    def vouch(self, key: bytes | None) -> None:
        """Take nothing here but what is signed with this key, and that only once it is `trust`ed."""
        self._seal = hashlib.sha256(key or b"")
        self._sieve.limit[self._index] = NO_STAMP
        self._set(VOUCHED, on=key is not None)

    def signed(self, frame: memoryview) -> bool:
        """Whether a frame ends with the signature that the key gives it: as `signing` has it."""
        seal = self._seal.copy()
        seal.update(frame[:-_SIGNATURE_BYTES])
        return hmac.compare_digest(seal.digest()[:_SIGNATURE_BYTES], frame[-_SIGNATURE_BYTES:])

    @property
    def stamp(self) -> int:
        """The newest stamp of a signature that was taken here, or that it was told of."""
        return self._sieve.stamp[self._index]

    def trust(self, link_id: int, stamp: int, limit: int) -> None:
        """Take signed frames with that link id here, whose stamps rise from `stamp` to `limit`."""
        sieve, index = self._sieve, self._index
        sieve.link[index], sieve.stamp[index], sieve.limit[index] = link_id, stamp, limit

    def forget(self) -> None:
        """Something was heard that `sift` knows nothing of: the next of each state is news, and position."""
        row = self._sieve.rows[self._index]
        row["known"], row["boot_ms"] = 0, NEVER_BOOTED_MS

    def _set(self, bit: int, *, on: bool) -> None:
        how = self._sieve.how
        how[self._index] = how[self._index] | bit if on else how[self._index] & ~bit

    @property
    def parsed(self) -> int:
        """How many frames were kept until now."""
        return int(self._sieve.rows[self._index]["counts"].sum())

    @property
    def unwanted(self) -> dict[int, int]:
        """By message id, how many came that nobody here reads."""
        passed = self._sieve.passed[self._index]
        if passed != self._passed:  # looked at each second, and mostly nothing was
            counts = self._sieve.rows[self._index]["unwanted"]
            ids = np.flatnonzero(counts)
            self._passed, self._unwanted = passed, dict(zip(ids.tolist(), counts[ids].tolist(), strict=True))
        return dict(self._unwanted)

    def leave(self) -> None:
        """The vehicle goes; its losses are counted elsewhere from now on."""
        if self._loss is not None:
            self._loss.keep_in(Loss().cells)
        self._sieve.free(self._index, self._at)
