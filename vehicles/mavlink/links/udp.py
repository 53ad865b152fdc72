"""UDP: a socket of a vehicle's own; `udp_reader` reads them all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

from vehicles.clock import now_s
from vehicles.mavlink.links.datagrams import Received
from vehicles.mavlink.links.endpoint import Role, UdpEndpoint, parse_url
from vehicles.mavlink.links.link import Judge, Receive, refuse
from vehicles.mavlink.links.peer import Peer
from vehicles.mavlink.links.udp_reader import UdpReader, reader
from vehicles.mavlink.wire.row import Row
from vehicles.vehicle import LinkError


class UdpLink:
    """One UDP socket for one vehicle. `udpin` answers whoever sends valid frames of it."""

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, UdpEndpoint):
            raise LinkError(f"{url}: not UDP")
        self.name = url
        self._endpoint = endpoint
        self._peer = Peer(refuse)
        self._socket: socket.socket | None = None
        self._reader: UdpReader | None = None
        self._receive: Receive = refuse

    @property
    def trouble(self) -> str:
        """Another machine that says it is the vehicle."""
        return "" if self._peer.rival is None else self._peer.trouble(now_s())

    @property
    def port(self) -> int:
        """The local port, once open: what port 0 became."""
        return int(self._socket.getsockname()[1]) if self._socket else self._endpoint.port

    async def open(self, receive: Receive) -> None:
        """Bind (udpin), or take a port of the system's choice (udpout), and start to read."""
        family, target = await resolve(self.name, self._endpoint)
        outwards = self._endpoint.role is Role.OUT
        self._peer = Peer(receive)
        self._peer.address = target if outwards else None
        self._receive = receive
        self._socket = bound(self.name, family, any_port(family) if outwards else target)
        self._reader = reader()
        self._reader.add(self._socket, self._take_out if outwards else self._take_in)

    def sift(self, system_id: int, component_id: int) -> Row | None:
        """Keep in a row what that vehicle says and nobody need hear at once."""
        row = None
        if self._socket is not None and self._reader is not None:
            row = self._reader.row(self._socket, system_id, component_id)
        self._peer.sift(row)
        if row is not None and self._endpoint.role is Role.OUT:
            row.expect(None)
        return row

    def guard(self, judge: Judge) -> None:
        """Have what comes from elsewhere than the vehicle judged."""
        self._peer.judge = judge

    def _take_in(self, received: Received, at_s: float) -> None:
        for datagram, sender in received:
            self._peer.take(datagram, sender, at_s)
            if self._socket is None:
                return

    def _take_out(self, received: Received, _at_s: float) -> None:
        for datagram, _ in received:
            self._receive(datagram)
            if self._socket is None:
                return

    def send(self, datagram: bytes) -> None:
        """Send to the peer that sends valid frames (udpin), or to the address (udpout)."""
        if self._socket is not None and self._reader is not None and self._peer.address is not None:
            self._reader.said(datagram)
            with contextlib.suppress(OSError):  # a full or unreachable network loses datagrams
                self._socket.sendto(datagram, self._peer.address)

    def close(self) -> None:
        """Stop reading and free the port."""
        if self._peer.row is not None:
            self._peer.row.leave()
            self._peer.row = None
        if self._socket is not None and self._reader is not None:
            self._reader.remove(self._socket)
            self._socket.close()
        self._socket = None


async def resolve(name: str, endpoint: UdpEndpoint) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    """The address behind a host's name. Raises `LinkError` when there is none.

    IPv4 where it has one: `localhost` is ::1 first on many machines, where an autopilot seldom listens, and
    nothing tells a UDP sender so.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise LinkError(f"{name}: {words(error)}") from error
    family, _, _, _, target = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, target


def any_port(family: socket.AddressFamily) -> tuple[object, ...]:
    """An address of ours, the port of the system's choice."""
    return ("::" if family == socket.AF_INET6 else "0.0.0.0", 0)  # noqa: S104 - nothing listens there unasked


def bound(name: str, family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    """A socket at an address of ours. Raises `LinkError` when it cannot be had."""
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        made.setblocking(False)  # noqa: FBT003 - the signature is the library's
        made.bind(address)
    except OSError as error:
        made.close()
        raise LinkError(f"{name}: {words(error)}") from error
    return made


def words(error: OSError) -> str:
    """What the system says of it, in small letters."""
    said = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
    return said.lower()
