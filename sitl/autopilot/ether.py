"""Links in memory between a fleet and vehicles in its own process, all that the vehicles say sifted together.

What a shared UDP port is to a fleet of real vehicles (`vehicles.mavlink.links.udp_port`), without sockets:
frames of one turn of the loop arrive in the next, in their order, and what nobody need hear before it is
asked for stays in the rows of a sieve (`vehicles.mavlink.wire.sieve`).
"""

from __future__ import annotations

import asyncio

import numpy as np
from numpy.typing import NDArray

from sitl.autopilot.singer import STRIDE
from vehicles.clock import now_s
from vehicles.mavlink.links.link import Receive, refuse
from vehicles.mavlink.wire.row import Row
from vehicles.mavlink.wire.sieve import Sieve
from vehicles.mavlink.wire.sift import sift

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
_AT_ONCE = 1024
_NOBODY = np.zeros(0, np.uint8)


class Ether:
    """All links of one event loop's simulated vehicles."""

    def __init__(self) -> None:
        self.sieve = Sieve()
        self.sieve.sifts = True
        self._said: list[tuple[EtherLink, bytes]] = []
        self._links: dict[int, EtherLink] = {}
        self._genuine = np.zeros(_AT_ONCE, np.bool_)  # nothing is signed here
        self._left, self._taped = np.zeros(_AT_ONCE, np.int32), np.zeros(_AT_ONCE, np.int32)

    def pair(self, name: str) -> tuple[EtherLink, VehicleEnd]:
        """Two joined ends, ours and a vehicle's."""
        ours = EtherLink(name, self)
        self._links[ours.port] = ours
        return ours, ours.theirs

    def say(self, link: EtherLink, frame: bytes) -> None:
        """A vehicle sends: it arrives in the next turn of the loop."""
        if not self._said:
            asyncio.get_running_loop().call_soon(self._deliver)
        self._said.append((link, frame))

    def spread(self, data: Bytes, sizes: Ints, ports: Ints, count: int, at_s: float) -> None:
        """So many frames of vehicles, `STRIDE` bytes apart, arrive now, after all that was sent before."""
        self._deliver()
        for number in self._sifted(data, sizes, ports, count, at_s):
            begin = number * STRIDE
            self._links[ports[number]].receive(data[begin : begin + sizes[number]].tobytes())

    def _deliver(self) -> None:
        said, self._said = self._said, []
        at_s = now_s()
        for begin in range(0, len(said), _AT_ONCE):
            some = said[begin : begin + _AT_ONCE]
            for number in self._sift(some, at_s):
                link, frame = some[number]
                link.receive(frame)

    def _sift(self, said: list[tuple[EtherLink, bytes]], at_s: float) -> list[int]:
        """Keep what can be kept; the numbers of the others."""
        data = np.frombuffer(bytearray(b"").join([frame.ljust(STRIDE, b"\0") for _, frame in said]), np.uint8)
        sizes = np.array([len(frame) for _, frame in said], np.int32)
        ports = np.array([link.port for link, _ in said], np.int32)
        return self._sifted(data, sizes, ports, len(said), at_s)

    def _sifted(self, data: Bytes, sizes: Ints, ports: Ints, count: int, at_s: float) -> list[int]:
        sieve = self.sieve
        sieve.looks += 1
        left, _ = sift(
            data, STRIDE, sizes, _NOBODY, 0, ports,
            sieve.row_of, sieve.rows, sieve.kind_of,
            count, at_s, sieve.looks, self._genuine, self._left, self._taped,
        )  # fmt: skip
        numbers: list[int] = self._left[:left].tolist()
        return numbers


class EtherLink:
    """Our end: implements `link.Link` and `link.Sifting`."""

    def __init__(self, name: str, ether: Ether) -> None:
        self.name = name
        self.trouble = ""
        self.port = ether.sieve.port()
        self.receive: Receive = refuse
        self.theirs = VehicleEnd(self, ether)
        self._ether = ether
        self._row: Row | None = None

    async def open(self, receive: Receive) -> None:
        """Start to deliver what the vehicle sends."""
        self.receive = receive

    def sift(self, system_id: int, component_id: int) -> Row | None:
        """Keep in a row what that vehicle says and nobody need hear at once."""
        self._row = self._ether.sieve.row(self.port, system_id, component_id)
        if self._row is not None:
            self._row.expect(None)
        return self._row

    def send(self, datagram: bytes) -> None:
        """To the vehicle, in a later turn of the loop."""
        asyncio.get_running_loop().call_soon(self.theirs.receive, datagram)

    def close(self) -> None:
        """Stop delivering to this end."""
        if self._row is not None:
            self._row.leave()
            self._row = None
        self.receive = refuse


class VehicleEnd:
    """A vehicle's end: implements `link.Link`."""

    def __init__(self, ours: EtherLink, ether: Ether) -> None:
        self.name = ours.name
        self.trouble = ""
        self.receive: Receive = refuse
        self.port = ours.port
        self._ours = ours
        self._ether = ether

    async def open(self, receive: Receive) -> None:
        """Start to deliver what the fleet sends."""
        self.receive = receive

    def send(self, datagram: bytes) -> None:
        """To the fleet."""
        self._ether.say(self._ours, datagram)

    def close(self) -> None:
        """Stop delivering to this end."""
        self.receive = refuse
