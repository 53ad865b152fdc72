"""All UDP sockets of an event loop behind one look at them.

A turn of the event loop for one datagram costs several times what is done with it. So while datagrams come
faster than `GATHER_S`, the sockets are left alone for that long and then looked at together. Whoever
waits for an answer waits that much longer at most, and only amid traffic.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Callable
from weakref import WeakKeyDictionary

from vehicles.mavlink.links.datagrams import AT_MOST, Datagrams, Received

GATHER_S = 0.004
"""What an answer may wait longer: little beside the 20 to 100 ms of a radio."""
_FAST = 4
"""So many wake-ups in a row, each within `GATHER_S` of the one before, are traffic."""
_WORTH_IT = 3
"""Fewer datagrams than this in `GATHER_S`: woken for each again."""
_BEFORE_OTHERS = 512
"""Datagrams taken, in some milliseconds, before whatever else the loop has to do has its turn."""

Take = Callable[[Received, float], None]
"""Takes datagrams, and when they were found, in the loop's time."""


class UdpReader:
    """Reads sockets for whoever gave them: one for each event loop, see `reader`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._sockets = selectors.DefaultSelector()
        self._datagrams: dict[socket.AddressFamily, Datagrams] = {}
        self._woken_at_s = 0.0
        self._fast = 0
        self._later: asyncio.Handle | None = None

    def add(self, source: socket.socket, take: Take) -> None:
        """Give what arrives at `source` to `take` from now on; closing it is still its owner's."""
        if source.family not in self._datagrams:
            self._datagrams[source.family] = Datagrams(source.family)
        first = not self._sockets.get_map()
        self._sockets.register(source, selectors.EVENT_READ, (self._datagrams[source.family], take))
        if first:
            self._loop.add_reader(self._sockets, self._woken)

    def remove(self, source: socket.socket) -> None:
        """Read it no more. To be called before it is closed."""
        self._sockets.unregister(source)
        if not self._sockets.get_map():
            self._loop.remove_reader(self._sockets)
            if self._later is not None:
                self._later.cancel()
            self._sockets.close()
            _READERS.pop(self._loop, None)

    def _woken(self) -> None:
        at_s = self._loop.time()
        self._fast = self._fast + 1 if at_s - self._woken_at_s < GATHER_S else 0
        self._woken_at_s = at_s
        self._look()
        if self._fast >= _FAST and self._sockets.get_map():
            self._loop.remove_reader(self._sockets)
            self._later = self._loop.call_later(GATHER_S, self._gathered)

    def _gathered(self) -> None:
        found, more = _WORTH_IT, False  # whatever a taker raises, the others are read on
        try:
            found, more = self._look()
        finally:
            if self._sockets.get_map():
                self._go_on(found, more=more)

    def _go_on(self, found: int, *, more: bool) -> None:
        if more:
            self._later = self._loop.call_soon(self._gathered)
        elif found >= _WORTH_IT:
            self._later = self._loop.call_later(GATHER_S, self._gathered)
        else:
            self._later, self._fast = None, 0
            self._loop.add_reader(self._sockets, self._woken)

    def _look(self) -> tuple[int, bool]:
        """Take what is there, from each socket its share: how many datagrams; whether more may be left."""
        at_s, ready = self._loop.time(), self._sockets.select(0)
        share = min(AT_MOST, 1 + _BEFORE_OTHERS // max(len(ready), 1))
        found, more = 0, False
        for key, _ in ready:
            datagrams, take = key.data
            received = datagrams.take(key.fileobj, share)
            found += len(received)
            more = more or len(received) == share
            take(received, at_s)
        return found, more


_READERS: WeakKeyDictionary[asyncio.AbstractEventLoop, UdpReader] = WeakKeyDictionary()


def reader() -> UdpReader:
    """The running event loop's. It lives while it has sockets."""
    loop = asyncio.get_running_loop()
    if loop not in _READERS:
        _READERS[loop] = UdpReader(loop)
    return _READERS[loop]
