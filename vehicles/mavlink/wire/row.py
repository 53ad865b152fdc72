"""One vehicle's row in the sieve: what was kept there is taken, and what may be kept is said. See `sieve`."""

from __future__ import annotations

import hashlib
import hmac
import sys
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import Any

import numpy as np

from vehicles.mavlink.wire.block import PACKS, Block
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.loss import GOT, LOST, Cells, Loss
from vehicles.mavlink.wire.rows import (
    ANY_SENDER,
    BEYOND,
    BLOCK_AT,
    CLOSELY,
    INSTANTS_AT,
    LAYOUTS,
    NEVER_BOOTED_MS,
    NO_STAMP,
    READERS,
    ROW,
    SLOT_BYTES,
    SLOTS_AT,
    STATES,
    TAPED,
    VOUCHED,
)
from vehicles.mavlink.wire.shelf import Shelf

_SIGNATURE_BYTES = 6
_STATE_BITS = (1 << len(STATES)) - 1
Kept = tuple[float, str, Any]
"""What was kept: when it came, its name, and a state's message or a value's fields (`rows.VALUES`)."""
_AT_S = itemgetter(0)


_Part = tuple[int, str, Callable[[memoryview, int], Any], int]


@cache
def _parts(bits: int, first: int) -> tuple[_Part, ...]:
    """For each kind from `first` on whose bit is set: itself, its name and reader, where its slot is."""
    kinds = (first + bit for bit in range(bits.bit_length()) if bits >> bit & 1)
    return tuple((kind, LAYOUTS[kind].name, READERS[kind], kind * SLOT_BYTES) for kind in kinds)


class Row:
    """One link of one vehicle, sifted."""

    def __init__(self, shelf: Shelf, index: int, free: Callable[[], None]) -> None:
        self._shelf = shelf
        self._free = free
        self._index = index
        self._since = sys.maxsize  # the look after which it is known from where the vehicle sends
        self._said: list[Message | None] = [None] * len(STATES)
        self._loss: Loss | None = None
        self._passed, self._unwanted = 0, dict[int, int]()
        self._seal = hashlib.sha256()
        self._block: Block | None = None
        self._taking = sys.maxsize
        self.tape: Callable[[bytes], None] | None = None
        """Takes each datagram that is kept, where the link is recorded."""
        self.moved()

    def moved(self) -> None:
        """The rows lie elsewhere now."""
        self._instants_at = (self._index * ROW.itemsize + INSTANTS_AT) // 8
        self._slots_at = self._index * ROW.itemsize + SLOTS_AT
        if self._block is not None:
            self._block.move(self._shelf.raw, self._block_at)
        if self._loss is not None:
            self._loss.keep_in(self._cells())

    def _cells(self) -> Cells:
        cells: Cells = self._shelf.rows[self._index]["loss"].data
        return cells

    def keep_in(self, block: Block) -> None:
        """Keep values where that block is read: they are heard by it, and not to be taken."""
        self._block, self._taking = block, PACKS
        block.enter(self._shelf.raw, self._block_at)

    @property
    def _block_at(self) -> int:
        return self._index * ROW.itemsize + BLOCK_AT

    @property
    def kept(self) -> bool:
        """Whether anything was kept that is to be taken."""
        return self._shelf.kept[self._index] & self._taking != 0

    @property
    def heard_at_s(self) -> float:
        """When anything was kept last; minus infinity before the first time."""
        return self._shelf.heard_at_s[self._index]

    @property
    def loss_frac(self) -> float:
        """As `Loss.frac`, of what is counted here."""
        cells, index = self._shelf.loss, self._index
        lost: int = cells[index, LOST]
        return lost / (cells[index, GOT] + lost) if lost else 0.0

    def take(self) -> list[Kept]:
        """What was kept since it was taken last, in the order of its times, but for what a block holds.

        A state that was said again is the very value that it was before.
        """
        shelf, index, said = self._shelf, self._index, self._said
        slots_at, instants_at = self._slots_at, self._instants_at
        raw, instants, kept, fresh = shelf.raw, shelf.instants, shelf.kept[index], shelf.fresh[index]
        shelf.kept[index], shelf.fresh[index] = 0, fresh & ~kept
        taken: list[Kept] = []
        if not (kept := kept & self._taking):
            return taken
        for kind, name, read, offset in _parts(kept & _STATE_BITS, 0):
            if (message := said[kind]) is None or fresh >> kind & 1:
                message = said[kind] = read(raw, slots_at + offset)
            taken.append((instants[instants_at + kind], name, message))
        for kind, name, read, offset in _parts(kept >> len(STATES), len(STATES)):
            taken.append((instants[instants_at + kind], name, read(raw, slots_at + offset)))
        taken.sort(key=_AT_S)
        return taken

    def count_in(self, loss: Loss) -> None:
        """Frames that are taken here count there too."""
        self._loss = loss
        loss.keep_in(self._cells())

    def counted(self, frame: bytes) -> bool:
        """Whether `sift` has seen this frame, left though it was: its number if unsigned, a state's words."""
        known = self._shelf.sifts and self._shelf.looks > self._since
        return known and int.from_bytes(frame[7:10], "little") not in BEYOND

    def expect(self, name: bytes | None) -> None:
        """Only what comes from that sender, a `sockaddr`, is taken; None: from any."""
        row = self._shelf.rows[self._index]
        row["sender_bytes"] = 0 if name is None else len(name)
        row["sender"][: len(name or b"")] = np.frombuffer(name or b"", np.uint8)
        self._set(ANY_SENDER, on=name is None)
        self._since = self._shelf.looks
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
        self._shelf.limit[self._index] = NO_STAMP
        self._set(VOUCHED, on=key is not None)
        (self._shelf.vouched.discard if key is None else self._shelf.vouched.add)(self._index)

    def signed(self, frame: memoryview) -> bool:
        """Whether a frame ends with the signature that the key gives it: as `signing` has it."""
        seal = self._seal.copy()
        seal.update(frame[:-_SIGNATURE_BYTES])
        return hmac.compare_digest(seal.digest()[:_SIGNATURE_BYTES], frame[-_SIGNATURE_BYTES:])

    @property
    def stamp(self) -> int:
        """The newest stamp of a signature that was taken here, or that it was told of."""
        return self._shelf.stamp[self._index]

    def trust(self, link_id: int, stamp: int, limit: int) -> None:
        """Take signed frames with that link id here, whose stamps rise from `stamp` to `limit`."""
        shelf, index = self._shelf, self._index
        shelf.link[index], shelf.stamp[index], shelf.limit[index] = link_id, stamp, limit

    def forget(self) -> None:
        """Something was heard that `sift` knows nothing of: the next of each state is news, and position."""
        row = self._shelf.rows[self._index]
        row["known"], row["boot_ms"] = 0, NEVER_BOOTED_MS

    def _set(self, bit: int, *, on: bool) -> None:
        how = self._shelf.how
        how[self._index] = how[self._index] | bit if on else how[self._index] & ~bit

    @property
    def parsed(self) -> int:
        """How many frames were kept until now."""
        return int(self._shelf.rows[self._index]["parsed"])

    @property
    def unwanted(self) -> dict[int, int]:
        """By message id, how many came that nobody here reads."""
        passed = self._shelf.passed[self._index]
        if passed != self._passed:  # looked at each second, and mostly nothing was
            counts = self._shelf.rows[self._index]["unwanted"]
            ids = np.flatnonzero(counts)
            self._passed, self._unwanted = passed, dict(zip(ids.tolist(), counts[ids].tolist(), strict=True))
        return dict(self._unwanted)

    def leave(self) -> None:
        """The vehicle goes; its losses are counted elsewhere from now on."""
        if self._loss is not None:
            self._loss.keep_in(Loss().cells)
        if self._block is not None:
            self._block.leave()
        self._shelf.vouched.discard(self._index)
        self._free()
