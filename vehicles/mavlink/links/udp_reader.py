"""All UDP sockets of an event loop behind one look at them.

A turn of the event loop costs as much as reading ten datagrams. So while they come fast, the sockets are
left alone until about `_ENOUGH` have come, `LONGEST_S` at most, and then looked at together. Whoever has just
said something may wait for an answer: then looks come each `ANSWER_S` first, and an answer that took
longer is read a quarter later at most. While few come, each wakes us.

Where many vehicles are read, `sift` first takes out of a look what need not be heard before it is asked for
(`sieve`); the rest goes to the sockets' owners.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from vehicles.clock import now_s
from vehicles.mavlink.links.datagrams import AT_MOST, AT_ONCE, Datagrams, Received
from vehicles.mavlink.wire.row import Row
from vehicles.mavlink.wire.sieve import Sieve

if TYPE_CHECKING:
    from vehicles.mavlink.links.walk import Walk

LONGEST_S = 0.08
"""How old telemetry may grow by it, unknown to its time: little beside the 0.4 to 1 s between two looks of a
decision, 1.2 m at 15 m/s."""
ANSWER_S = 0.01
"""How much later an answer may be read amid traffic: little beside the 20 to 100 ms of a radio. Of a thousand
vehicles one always owes an answer: then this is how often is looked."""
_SHORTEST_S = 0.002
_LATER_FRAC = 0.25
_ENOUGH = 192
_OFTEN_S = 0.004
_OFTEN = 4
"""So many wake-ups in a row, each within `_OFTEN_S` of the one before, are traffic."""
_WORTH_IT = 2
"""Fewer datagrams than this in one look: woken for each again."""
_SOCKETS = 128
_HEARTBEAT = bytes(3)
"""Its id, where a MAVLink 2 frame has it."""
_BEFORE_OTHERS = 512
"""Datagrams taken, in some milliseconds, before whatever else the loop has to do has its turn."""

WORTH_SIFTING = 8
"""Vehicles from which on `sift` is had: compiled code takes a second and 60 MB to be there."""

Take = Callable[[Received, float], None]
"""Takes datagrams, and when they were found, in fleet time."""


@dataclass(slots=True)
class _Source:
    """A socket that is read, its number in the sieve, and who takes what is left over."""

    socket: socket.socket
    descriptor: int
    datagrams: Datagrams
    port: int
    take: Take | None


class UdpReader:
    """Reads sockets for whoever gave them: one for each event loop, see `reader`."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, worth_sifting: int = WORTH_SIFTING) -> None:
        self._loop = loop
        self._worth_sifting = worth_sifting
        self._sockets = selectors.DefaultSelector()
        self._sources: dict[int, _Source] = {}
        self._datagrams: dict[socket.AddressFamily, Datagrams] = {}
        self._ready: list[_Source] = []
        self._over: deque[tuple[_Source, Received]] = deque()
        self._sieve = Sieve()
        self._walk: Walk | None = None
        self._looked_at_s = 0.0
        self._said_at_s = -LONGEST_S / _LATER_FRAC
        self._often = 0
        self.datagrams = 0
        """How many came until now, whatever is in them."""
        self._later: asyncio.Handle | None = None

    def add(self, source: socket.socket, take: Take) -> None:
        """Give what arrives at `source` to `take` from now on; closing it is still its owner's."""
        if source.family not in self._datagrams:
            self._datagrams[source.family] = Datagrams(source.family)
        first = not self._sources
        made = _Source(source, source.fileno(), self._datagrams[source.family], self._sieve.port(), take)
        self._sources[made.port] = made
        self._sockets.register(source, selectors.EVENT_READ, made)
        if first:
            self._loop.add_reader(self._sockets, self._woken)

    def row(self, source: socket.socket, system_id: int, component_id: int) -> Row | None:
        """Sift what comes from that vehicle at `source`. None where that cannot be."""
        made = self._sieve.row(self._sockets.get_key(source).data.port, system_id, component_id)
        if self._walk is None and self._sieve.count >= self._worth_sifting:
            from vehicles.mavlink.links.walk import Walk  # noqa: PLC0415 - not where there is nothing to sift

            self._walk = Walk(self._sieve)
        return made

    def remove(self, source: socket.socket) -> None:
        """Read it no more. To be called before it is closed."""
        gone = self._sockets.unregister(source).data
        del self._sources[gone.port]
        gone.take = None
        self._sieve.leave(gone.port)
        if not self._sources:
            self._loop.remove_reader(self._sockets)
            if self._later is not None:
                self._later.cancel()
            self._sockets.close()
            _READERS.pop(self._loop, None)

    def said(self, datagram: bytes) -> None:
        """That was sent: what answers it should not wait long. Nobody answers a heartbeat."""
        if datagram[7:10] == _HEARTBEAT:
            return
        self._said_at_s = at_s = self._loop.time()
        waiting = self._later
        if isinstance(waiting, asyncio.TimerHandle) and waiting.when() > at_s + ANSWER_S:
            waiting.cancel()
            self._later = self._loop.call_later(ANSWER_S, self._gathered)

    def _woken(self) -> None:
        self._often = self._often + 1 if self._loop.time() - self._looked_at_s < _OFTEN_S else 0
        self._look()
        if self._often >= _OFTEN and self._sources:
            self._loop.remove_reader(self._sockets)
            self._later = self._loop.call_later(_SHORTEST_S, self._gathered)

    def _gathered(self) -> None:
        before_s, found, more = self._looked_at_s, _WORTH_IT, False
        try:
            found, more = self._look()
        finally:  # whatever a taker raises, the others are read on
            if self._sources:
                self._go_on(found, self._looked_at_s - before_s, more=more)

    def _go_on(self, found: int, in_s: float, *, more: bool) -> None:
        if more:
            self._later = self._loop.call_soon(self._gathered)
        elif found >= _WORTH_IT:
            answer_s = max((self._looked_at_s - self._said_at_s) * _LATER_FRAC, ANSWER_S)
            wait_s = max(min(in_s * _ENOUGH / found, answer_s, LONGEST_S), _SHORTEST_S)
            self._later = self._loop.call_later(wait_s, self._gathered)
        else:
            self._later, self._often = None, 0
            self._loop.add_reader(self._sockets, self._woken)

    def _look(self) -> tuple[int, bool]:
        """Take what is there, from each socket its share: how many datagrams; whether more may be left."""
        self._looked_at_s = self._loop.time()
        at_s = now_s()
        ready = self._ready or [key.data for key, _ in self._sockets.select(0)]
        turn, self._ready = ready[:_SOCKETS], ready[_SOCKETS:]
        share = min(AT_MOST, 1 + _BEFORE_OTHERS // max(len(turn), 1))
        found, more = 0, bool(self._ready)
        for datagrams in self._datagrams.values():
            sources = [one for one in turn if one.datagrams is datagrams and one.take is not None]
            received, left = self._fill(datagrams, sources, share)
            found, more = found + received, more or left
            self._sort_out(datagrams, at_s)
        self.datagrams += found
        self._hand_out(at_s)
        return found, more

    def _fill(self, datagrams: Datagrams, sources: list[_Source], share: int) -> tuple[int, bool]:
        if self._walk is not None and AT_ONCE:
            descriptors, ports = [one.descriptor for one in sources], [one.port for one in sources]
            return self._walk.fill(datagrams, descriptors, ports, share)
        received = [datagrams.fill(one.socket, share, one.port) for one in sources]
        return sum(received), share in received

    def _hand_out(self, at_s: float) -> None:
        try:
            while self._over:
                source, left = self._over.popleft()
                if source.take is not None:
                    source.take(left, at_s)
        finally:  # whatever an owner raises, the others have theirs
            if self._over:
                self._loop.call_soon(self._hand_out, at_s)

    def _sort_out(self, datagrams: Datagrams, at_s: float) -> None:
        """Sift what came, and put together what each socket's owner has to hear."""
        count, datagrams.count = datagrams.count, 0
        if not count:
            return
        self._sieve.sifts = self._walk is not None
        numbers = range(count) if self._walk is None else self._walk.take(datagrams, count, at_s)
        last = None
        for number in numbers:
            source = self._sources[datagrams.port(number)]
            if source is not last:
                self._over.append((source, []))
                last = source
            self._over[-1][1].append(datagrams.one(number))


_READERS: WeakKeyDictionary[asyncio.AbstractEventLoop, UdpReader] = WeakKeyDictionary()


def reader() -> UdpReader:
    """The running event loop's. It lives while it has sockets."""
    loop = asyncio.get_running_loop()
    if loop not in _READERS:
        _READERS[loop] = UdpReader(loop)
    return _READERS[loop]
