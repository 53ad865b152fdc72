"""What is known of all vehicles whose frames are sifted together: a row of numbers for each.

Most of what a vehicle says repeats what it said, or is out of date before anybody looks. So `sift`,
compiled, takes all datagrams of a look at the sockets, checks each frame and keeps it in its vehicle's row;
a message is read when a sample is asked for. Two kinds of message may be kept:

- a state (mode, landed, current item): kept only when it says what it said before. A change is news and goes
  the ordinary way at once, in its order.
- a value (position, attitude, charge): the newest one counts.

Everything else goes the ordinary way too: what answers us, texts, events, what is signed or oddly framed,
other senders, unknown vehicles, and all of a vehicle to which somebody listens closely (`Row.listen`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from operator import itemgetter

import numpy as np
from pymavlink.dialects.v20 import common

from vehicles.mavlink.wire import layouts
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.layouts import Layout
from vehicles.mavlink.wire.loss import Cells, Loss
from vehicles.mavlink.wire.wanted import WANTED

STATES = (
    common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE,
    layouts.MISSION_CURRENT,
    layouts.CURRENT_MODE,
    common.MAVLINK_MSG_ID_HEARTBEAT,
)
VALUES = (
    common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT,
    common.MAVLINK_MSG_ID_ATTITUDE,
    common.MAVLINK_MSG_ID_GPS_RAW_INT,
    common.MAVLINK_MSG_ID_SYS_STATUS,
    common.MAVLINK_MSG_ID_BATTERY_STATUS,
    common.MAVLINK_MSG_ID_HOME_POSITION,
    common.MAVLINK_MSG_ID_ESTIMATOR_STATUS,
    common.MAVLINK_MSG_ID_WIND_COV,
    layouts.EKF_STATUS_REPORT,
    layouts.WIND,
)
KINDS = (*STATES, *VALUES)
"""Messages that may be kept, in the order in which those of one look are heard: states first."""
SLOT_BYTES = 64
IDS = 512
"""Message ids below this are told apart here; rarer ones go the ordinary way."""
BEYOND = frozenset(number for number in WANTED if number >= IDS)
UNWANTED, ORDINARY = -1, -2
"""In `Sieve.kind_of`, for what nobody reads and for what is read the ordinary way."""
ANY_SENDER, CLOSELY, VOUCHED = 1, 2, 4
"""Bits of a row's `how`: its sender does not matter; states are heard at once; only what is signed counts."""
NAME_BYTES = 28
NEVER_S = -np.inf

ROW = np.dtype(
    [
        ("how", np.uint8),
        ("component", np.uint8),
        ("sender_bytes", np.uint8),
        ("sender", np.uint8, (NAME_BYTES,)),
        ("kept", np.uint32),  # a bit for each kind that was kept and not read yet
        ("known", np.uint32),  # a bit for each state whose words the slot holds
        ("fresh", np.uint32),  # a bit for each state whose words changed since they were read here
        ("look", np.int64),  # the look that last brought something to be heard the ordinary way
        ("heard_at_s", np.float64),
        ("loss", np.int64, (3,)),
        ("at_s", np.float64, (len(KINDS),)),
        ("counts", np.uint32, (len(KINDS),)),
        ("slots", np.uint8, (len(KINDS), SLOT_BYTES)),
        ("unwanted", np.uint32, (IDS,)),
    ],
    align=True,
)
_SLOTS_AT = ROW.fields["slots"][1] if ROW.fields else 0
_FIRST_ROWS, _FIRST_PORTS = 16, 4
_SYSTEMS = 256


def _layout(message_id: int) -> Layout:
    found = layouts.layout(message_id)
    if found is None or found.size > SLOT_BYTES:
        raise ValueError(f"message {message_id} is unknown, or longer than a slot")
    return found


LAYOUTS = tuple(_layout(message_id) for message_id in KINDS)


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
        self.row_of = np.full(_FIRST_PORTS * _SYSTEMS, -1, np.int32)
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
        self.row_of[port * _SYSTEMS : (port + 1) * _SYSTEMS] = -1
        self._ports[port] = False

    def row(self, port: int, system_id: int, component_id: int) -> Row | None:
        """A row for one more vehicle; None where its system id does not fit in a byte, or has one there."""
        at = port * _SYSTEMS + system_id
        if system_id >= _SYSTEMS or self.row_of[at] >= 0:
            return None
        if all(self._handles):
            self._grow()
        index = self._handles.index(None)
        self.rows[index] = np.zeros((), ROW)
        self.rows[index]["component"] = component_id
        self.rows[index]["heard_at_s"] = NEVER_S
        self.row_of[at] = index
        self.count += 1
        made = self._handles[index] = Row(self, index, at)
        return made

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
        self.fresh = self.rows["fresh"].data
        self.heard_at_s = self.rows["heard_at_s"].data
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
        self.moved()

    def moved(self) -> None:
        """The rows lie elsewhere now."""
        row = self._sieve.rows[self._index]
        self._at_s = row["at_s"].data
        self._slots_at = self._index * ROW.itemsize + _SLOTS_AT
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
        """Whether `sift` has seen to the sequence number of this plain frame, left though it was."""
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

    def vouch(self, *, signed: bool) -> None:
        """Signed: whatever carries no signature is not taken here."""
        self._set(VOUCHED, on=signed)

    def forget(self) -> None:
        """Something was heard that `sift` knows nothing of: the next of each state is news."""
        self._sieve.rows[self._index]["known"] = 0

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
        counts = self._sieve.rows[self._index]["unwanted"]
        ids = np.flatnonzero(counts)
        return dict(zip(ids.tolist(), counts[ids].tolist(), strict=True))

    def leave(self) -> None:
        """The vehicle goes; its losses are counted elsewhere from now on."""
        if self._loss is not None:
            self._loss.keep_in(Loss().cells)
        self._sieve.free(self._index, self._at)
