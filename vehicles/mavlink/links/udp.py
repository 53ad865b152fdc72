"""UDP: a socket of a vehicle's own, read by `add_reader`.

asyncio's datagram transport asks for 256 KiB for each datagram; draining up to 64 at a time into
buffers of a datagram's size costs a tenth of that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket

from vehicles.mavlink.links.endpoint import Role, UdpEndpoint, parse_url
from vehicles.mavlink.links.link import Receive, refuse
from vehicles.mavlink.links.peer import Peer
from vehicles.vehicle import LinkError

LARGEST_DATAGRAM = 4096
DRAIN_AT_MOST = 64


class UdpLink:
    """One UDP socket for one vehicle. `udpin` answers whoever sends valid frames of it."""

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, UdpEndpoint):
            raise LinkError(f"{url}: not UDP")
        self.name = url
        self._endpoint = endpoint
        self._peer = Peer()
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._receive: Receive = refuse

    @property
    def trouble(self) -> str:
        """Another machine that says it is the vehicle."""
        return self._peer.trouble(self._loop.time()) if self._loop else ""

    @property
    def port(self) -> int:
        """The local port, once open: what port 0 became."""
        return int(self._socket.getsockname()[1]) if self._socket else self._endpoint.port

    async def open(self, receive: Receive) -> None:
        """Bind (udpin), or take a port of the system's choice (udpout), and start to read."""
        family, target = await resolve(self.name, self._endpoint)
        outwards = self._endpoint.role is Role.OUT
        self._peer = Peer()
        self._peer.address = target if outwards else None
        self._receive = receive
        self._socket = bound(self.name, family, any_port(family) if outwards else target)
        self._loop = loop = asyncio.get_running_loop()
        if outwards:
            loop.add_reader(self._socket, self._drain_out, self._socket)
        else:
            loop.add_reader(self._socket, self._drain_in, self._socket, loop)

    def _drain_in(self, source: socket.socket, loop: asyncio.AbstractEventLoop) -> None:
        receive, peer, at_s = self._receive, self._peer, loop.time()
        for _ in range(DRAIN_AT_MOST):
            try:
                datagram, sender = source.recvfrom(LARGEST_DATAGRAM)
            except OSError:  # nothing left, or an ICMP error of an earlier send: neither is ours to raise
                return
            if peer.admits(sender, at_s) and receive(datagram):
                peer.heard(sender, at_s)
            if self._socket is None:
                return

    def _drain_out(self, source: socket.socket) -> None:
        receive = self._receive
        for _ in range(DRAIN_AT_MOST):
            try:
                datagram = source.recv(LARGEST_DATAGRAM)
            except OSError:
                return
            receive(datagram)
            if self._socket is None:
                return

    def send(self, datagram: bytes) -> None:
        """Send to the peer that sends valid frames (udpin), or to the address (udpout)."""
        if self._socket is not None and self._peer.address is not None:
            with contextlib.suppress(OSError):  # a full or unreachable network loses datagrams
                self._socket.sendto(datagram, self._peer.address)

    def close(self) -> None:
        """Stop reading and free the port."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
        self._socket = None


async def resolve(name: str, endpoint: UdpEndpoint) -> tuple[socket.AddressFamily, tuple[object, ...]]:
    """The address behind a host's name. Raises `LinkError` when there is none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise LinkError(f"{name}: {words(error)}") from error
    family, _, _, _, target = found[0]
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
