"""One UDP port for many vehicles: one socket, one reader; each vehicle is answered at its own address."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from vehicles.clock import now_s
from vehicles.mavlink.links.datagrams import Address, Received
from vehicles.mavlink.links.endpoint import Role, UdpEndpoint, parse_url
from vehicles.mavlink.links.link import Judge, Receive, refuse
from vehicles.mavlink.links.peer import Peer
from vehicles.mavlink.links.udp import bound, resolve
from vehicles.mavlink.links.udp_reader import UdpReader, reader
from vehicles.mavlink.wire.frames import MAGIC_V1, MAGIC_V2, systems_in
from vehicles.mavlink.wire.row import Row
from vehicles.vehicle import LinkError

_BURST_BYTES = 1 << 20
"""What the system keeps for us while we do something else: a thousand vehicles' half second."""
_LATELY_S = 30.0


class UdpPort:
    """The socket at `udpin:HOST:PORT`, open while one of its links is.

    Who is meant by a datagram is told by the MAVLink system id in its first bytes, before anything is
    checked; a datagram of several systems' frames goes to each of them.
    """

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, UdpEndpoint) or endpoint.role is not Role.IN:
            raise LinkError(f"{url}: vehicles can share a udpin: address only")
        self.name = url
        self._strangers: dict[int, float] = {}
        self._endpoint = endpoint
        self._opening = asyncio.Lock()
        self._socket: socket.socket | None = None
        self._reader: UdpReader | None = None
        self._open: dict[int, SharedUdpLink] = {}

    @property
    def port(self) -> int:
        """The local port, once open: what port 0 became."""
        return int(self._socket.getsockname()[1]) if self._socket else self._endpoint.port

    def link(self, system_id: int) -> SharedUdpLink:
        """The link of the vehicle with that system id."""
        return SharedUdpLink(self, system_id)

    async def join(self, link: SharedUdpLink) -> None:
        """Deliver to `link` from now on. Raises `LinkError`: the port is taken, or the system id is."""
        async with self._opening:
            if self._open.setdefault(link.system_id, link) is not link:
                raise LinkError(f"{self.name}: two vehicles there have the system id {link.system_id}")
            if self._socket is None:
                try:
                    await self._bind()
                finally:
                    if self._socket is None:
                        del self._open[link.system_id]

    async def _bind(self) -> None:
        family, address = await resolve(self.name, self._endpoint)
        self._socket = bound(self.name, family, address)
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BURST_BYTES)
        self._reader = reader()
        self._reader.add(self._socket, self._take)

    def leave(self, link: SharedUdpLink) -> None:
        """Deliver to `link` no more; the last to leave frees the port."""
        if self._open.get(link.system_id) is link:
            del self._open[link.system_id]
        if not self._open and self._socket is not None and self._reader is not None:
            self._reader.remove(self._socket)
            self._socket.close()
            self._socket = None

    def row(self, link: SharedUdpLink, component_id: int) -> Row | None:
        """Sift what comes for `link` from now on. None where that cannot be."""
        if self._socket is None or self._reader is None or self._open.get(link.system_id) is not link:
            return None
        return self._reader.row(self._socket, link.system_id, component_id)

    def send(self, datagram: bytes, to: Address) -> None:
        """Send to one vehicle's address."""
        if self._socket is not None and self._reader is not None:
            self._reader.said(datagram)
            with contextlib.suppress(OSError):  # a full or unreachable network loses datagrams
                self._socket.sendto(datagram, to)

    def strangers(self, at_s: float) -> list[int]:
        """System ids that were heard here lately and are no vehicle's."""
        return sorted(one for one, heard_at_s in self._strangers.items() if at_s - heard_at_s < _LATELY_S)

    def _take(self, received: Received, at_s: float) -> None:
        for datagram, sender in received:
            self._deliver(datagram, sender, at_s)
            if self._socket is None:
                return

    def _deliver(self, datagram: bytes, sender: Address, at_s: float) -> None:
        size = len(datagram)
        if size > 11 and datagram[0] == MAGIC_V2:
            first, length = datagram[5], datagram[1] + (25 if datagram[2] else 12)
        elif size > 7 and datagram[0] == MAGIC_V1:
            first, length = datagram[3], datagram[1] + 8
        else:
            first, length = 0, 0  # starts in the middle of something
        systems = (first,) if length == size else systems_in(datagram)
        for system_id in systems:
            link = self._open.get(system_id)
            if link is None:
                self._strangers[system_id] = at_s
            else:
                link.take(datagram, sender, at_s)


class SharedUdpLink:
    """One vehicle's part of a `UdpPort`: implements `link.Link` and `link.Sifting`."""

    def __init__(self, port: UdpPort, system_id: int) -> None:
        self.system_id = system_id
        self.name = port.name
        self._port = port
        self._peer = Peer(refuse)

    @property
    def trouble(self) -> str:
        """Another machine that says it is the vehicle; or, while it was never heard, who is there instead."""
        if self._peer.address is None and (others := self._port.strangers(now_s())):
            ids = ", ".join(map(str, others))
            return f"nothing comes from system {self.system_id}, but from {ids}, which no vehicle here has"
        return "" if self._peer.rival is None else self._peer.trouble(now_s())

    async def open(self, receive: Receive) -> None:
        """Join the others at the port."""
        self._peer = Peer(receive)
        await self._port.join(self)

    def sift(self, system_id: int, component_id: int) -> Row | None:
        """Keep in a row what that vehicle says and nobody need hear at once."""
        row = self._port.row(self, component_id) if system_id == self.system_id else None
        self._peer.sift(row)
        return row

    def take(self, datagram: bytes, sender: Address, at_s: float) -> None:
        """A datagram with frames of this vehicle's system id."""
        self._peer.take(datagram, sender, at_s)

    def guard(self, judge: Judge) -> None:
        """Have what comes from elsewhere than the vehicle judged."""
        self._peer.judge = judge

    def send(self, datagram: bytes) -> None:
        """Send to the address that the vehicle's frames come from."""
        if self._peer.address is not None:
            self._port.send(datagram, self._peer.address)

    def close(self) -> None:
        """Leave the port to the others."""
        if self._peer.row is not None:
            self._peer.row.leave()
            self._peer.row = None
        self._port.leave(self)
        self._peer = Peer(refuse)
