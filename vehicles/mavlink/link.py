"""Links: one endpoint per vehicle that carries datagrams, over UDP or in memory.

A link knows nothing of MAVLink but one thing: it asks its receiver whether a datagram held a valid
frame of the vehicle, and only then learns from whom it came. Whoever else sends to the port is
never answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from vehicles.vehicle import LinkError

Receive = Callable[[bytes], bool]
"""Takes a datagram; tells whether it held a valid frame, so that its sender may be answered."""

Carry = Callable[[bytes], Sequence[tuple[float, bytes]]]
"""What becomes of a datagram under way: deliveries, each after so many seconds. Empty is a loss."""

_LARGEST_DATAGRAM = 4096
_DRAIN_AT_MOST = 64


class Link(Protocol):
    """A two-way carrier of datagrams between us and one vehicle. Nothing it does ever blocks."""

    @property
    def name(self) -> str:
        """How people know the endpoint, such as `udpin:127.0.0.1:14601`."""

    async def open(self, receive: Receive) -> None:
        """Start delivering to `receive`. Raises `LinkError` when the endpoint cannot be had."""

    def send(self, datagram: bytes) -> None:
        """Send to the vehicle if its address is known; lost without a word otherwise, as on the air."""

    def close(self) -> None:
        """Stop. Harmless when never opened."""


class Role(Enum):
    """Who speaks first on a UDP endpoint: `udpin` waits at an address, `udpout` sends to one."""

    IN = "udpin"
    OUT = "udpout"


@dataclass(frozen=True, slots=True)
class Address:
    """A UDP endpoint as in a link's URL."""

    role: Role
    host: str
    port: int


def parse_url(url: str) -> Address:
    """Read `udpin:HOST:PORT` or `udpout:HOST:PORT`. Raises `LinkError` naming what is wrong."""
    role, _, rest = url.partition(":")
    host, _, port = rest.removeprefix("//").rpartition(":")
    if role not in {kind.value for kind in Role}:
        raise LinkError(f"{url}: a link starts with udpin: or udpout:")
    if not host:
        raise LinkError(f"{url}: the host is missing; write {role}:HOST:PORT")
    if not (port.isascii() and port.isdigit() and 0 <= int(port) <= 65535):
        raise LinkError(f"{url}: the port {port!r} is not a number within 0..65535")
    return Address(Role(role), host.strip("[]"), int(port))


class UdpLink:
    """One UDP socket on the running loop, read by `add_reader` with a small buffer of its own.

    asyncio's own datagram transport allocates 256 KiB for each datagram; draining up to 64 at a
    time into 4 KiB costs a tenth of that.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._address = parse_url(url)
        self._buffer = memoryview(bytearray(_LARGEST_DATAGRAM))
        self._socket: socket.socket | None = None
        self._peer: tuple[object, ...] | None = None
        self._receive: Receive = _refuse
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def name(self) -> str:
        """The URL as given."""
        return self._url

    @property
    def port(self) -> int:
        """The local port, once open: what port 0 became."""
        return int(self._socket.getsockname()[1]) if self._socket else self._address.port

    async def open(self, receive: Receive) -> None:
        """Bind (udpin), or take a port of the system's choice (udpout), and start to read."""
        loop = asyncio.get_running_loop()
        try:
            family, target = await self._resolve(loop)
            self._socket = socket.socket(family, socket.SOCK_DGRAM)
            self._socket.setblocking(False)  # noqa: FBT003 - the signature is the library's
            if self._address.role is Role.IN:
                self._socket.bind(target)
            else:
                self._peer = target
                self._socket.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104
        except OSError as error:
            self.close()
            raise LinkError(f"{self._url}: {(error.strerror or str(error)).lower()}") from error
        self._receive = receive
        self._loop = loop
        loop.add_reader(self._socket.fileno(), self._drain, self._socket)

    async def _resolve(
        self, loop: asyncio.AbstractEventLoop
    ) -> tuple[socket.AddressFamily, tuple[object, ...]]:
        found = await loop.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_DGRAM)
        family, _, _, _, target = found[0]
        return family, target

    def _drain(self, source: socket.socket) -> None:
        for _ in range(_DRAIN_AT_MOST):
            try:
                size, sender = source.recvfrom_into(self._buffer)
            except OSError:  # nothing left, or an ICMP error of an earlier send: neither is ours to raise
                return
            valid = self._receive(bytes(self._buffer[:size]))
            if self._socket is None:
                return
            if valid and self._address.role is Role.IN:
                self._peer = sender

    def send(self, datagram: bytes) -> None:
        """Send to the peer that last sent a valid frame (udpin), or to the address (udpout)."""
        if self._socket is not None and self._peer is not None:
            with contextlib.suppress(OSError):  # a full or unreachable network loses datagrams
                self._socket.sendto(datagram, self._peer)

    def close(self) -> None:
        """Stop reading and free the port."""
        if self._socket is not None:
            if self._loop is not None:
                self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None


def _refuse(_: bytes) -> bool:
    return False


def at_once(datagram: bytes) -> Sequence[tuple[float, bytes]]:
    """A perfect carrier: everything arrives, undelayed."""
    return ((0.0, datagram),)


class MemoryLink:
    """One end of a pair made by `memory_pair`: datagrams within one process, on the loop's own time."""

    def __init__(self, name: str, carry: Carry) -> None:
        self.name = name
        self._carry = carry
        self._other: MemoryLink | None = None
        self._receive: Receive | None = None

    def join(self, other: MemoryLink) -> None:
        """Deliver to `other` from now on."""
        self._other = other

    async def open(self, receive: Receive) -> None:
        """Start to deliver what the other end sends."""
        self._receive = receive

    def send(self, datagram: bytes) -> None:
        """Hand to the carrier; it arrives in a later turn of the loop."""
        loop = asyncio.get_running_loop()
        for after_s, delivered in self._carry(datagram):
            if after_s > 0.0:
                loop.call_later(after_s, self._deliver, delivered)
            else:
                loop.call_soon(self._deliver, delivered)

    def _deliver(self, datagram: bytes) -> None:
        if self._other is not None and self._other._receive is not None:  # noqa: SLF001 - the same class
            self._other._receive(datagram)  # noqa: SLF001

    def close(self) -> None:
        """Stop delivering to this end."""
        self._receive = None


def memory_pair(
    name: str = "memory", *, to_vehicle: Carry = at_once, from_vehicle: Carry = at_once
) -> tuple[MemoryLink, MemoryLink]:
    """Two joined ends, ours and the vehicle's; the carriers say what is lost, late or doubled."""
    ours, theirs = MemoryLink(name, to_vehicle), MemoryLink(name, from_vehicle)
    ours.join(theirs)
    theirs.join(ours)
    return ours, theirs
