"""TCP: to a vehicle or a bridge that listens, or waiting for the one that calls us."""

from __future__ import annotations

import asyncio
import socket

from vehicles.mavlink.links.datagrams import Address
from vehicles.mavlink.links.endpoint import Role, TcpEndpoint, parse_url
from vehicles.mavlink.links.link import Judge, Receive, refuse
from vehicles.mavlink.links.peer import Peer
from vehicles.mavlink.links.redial import redial
from vehicles.mavlink.links.udp import words
from vehicles.mavlink.wire.framing import Framing
from vehicles.vehicle import LinkError

_CONNECT_WITHIN_S = 5.0
_UNACKNOWLEDGED_MS = 10_000
"""A peer whose cable was pulled says nothing: our heartbeats that nobody confirms tell, after so long."""
_UNSENT_BYTES = 16_384
"""A peer that reads no more loses what is said to it, as on the air, rather than fill our memory."""
_CALLERS = 8
"""More at a time are not kept: the one that called first and is not the vehicle makes room."""


class Caller(asyncio.Protocol):
    """One connection: bytes in, whole frames to its link."""

    def __init__(self, link: TcpLink) -> None:
        self._link = link
        self._framing = Framing()
        self._transport: asyncio.Transport | None = None
        self.address: Address = ()
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self.address = tuple(transport.get_extra_info("peername") or ())
        plug = transport.get_extra_info("socket")
        if plug is not None and hasattr(socket, "TCP_USER_TIMEOUT"):
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        self._link.connected(self)

    def data_received(self, data: bytes) -> None:
        """Some bytes came, cut anywhere."""
        if frames := self._framing.take(data):
            self._link.take(frames, self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Disconnected, by whomever."""
        if not self.ended.done():
            self.ended.set_result(words(exc) if isinstance(exc, OSError) else "the other end hung up")
        self._link.lost(self)

    def send(self, datagram: bytes) -> None:
        """Send unless too much waits to be sent already."""
        if self._transport is not None and self._transport.get_write_buffer_size() < _UNSENT_BYTES:
            self._transport.write(datagram)

    def hang_up(self) -> None:
        """End the connection, unsent bytes or not."""
        if self._transport is not None:
            self._transport.abort()


class TcpLink:
    """Implements `link.Link` over TCP. Of several callers the one that sends valid frames is answered."""

    def __init__(self, url: str) -> None:
        endpoint = parse_url(url)
        if not isinstance(endpoint, TcpEndpoint):
            raise LinkError(f"{url}: not TCP")
        self.name = url
        self._endpoint = endpoint
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._callers: dict[Address, Caller] = {}
        self._peer = Peer(refuse)
        self._absence = ""

    @property
    def trouble(self) -> str:
        """Why nobody is connected; or who else poses as the vehicle."""
        if not self._callers:
            return self._absence
        return self._peer.trouble(self._loop.time()) if self._loop else ""

    @property
    def port(self) -> int:
        """The local port of a server, once open: what port 0 became."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._endpoint.port

    async def open(self, receive: Receive) -> None:
        """Listen (tcpin: raises `LinkError` when the address cannot be had), or begin to call (tcpout)."""
        self._loop = loop = asyncio.get_running_loop()
        self._peer = Peer(receive)
        if self._endpoint.role is Role.OUT:
            self._absence = "not connected yet"
            self._dialling = loop.create_task(redial(self._attempt, self._tell), name=f"calling {self.name}")
            return
        try:
            self._server = await loop.create_server(self._make, self._endpoint.host, self._endpoint.port)
        except OSError as error:
            raise LinkError(f"{self.name}: {words(error)}") from error
        self._absence = "nobody has called yet"

    def _make(self) -> Caller:
        return Caller(self)

    async def _attempt(self) -> str:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_CONNECT_WITHIN_S):
                _, caller = await loop.create_connection(self._make, self._endpoint.host, self._endpoint.port)
        except TimeoutError:
            return "no answer"
        except OSError as error:
            return words(error)
        return await caller.ended

    def _tell(self, why: str) -> None:
        self._absence = why

    def connected(self, caller: Caller) -> None:
        """A connection was made."""
        if len(self._callers) >= _CALLERS:  # the vehicle may be the one that calls now
            idle = next(address for address in self._callers if address != self._peer.address)
            self._callers.pop(idle).hang_up()
        self._callers[caller.address] = caller
        if self._endpoint.role is Role.OUT:
            self._peer.address = caller.address

    def take(self, frames: bytes, caller: Caller) -> None:
        """Frames came over a connection."""
        at_s = self._loop.time() if self._loop else 0.0
        self._peer.take(frames, caller.address, at_s)

    def guard(self, judge: Judge) -> None:
        """Have what comes from elsewhere than the vehicle judged."""
        self._peer.judge = judge

    def lost(self, caller: Caller) -> None:
        """A connection has ended."""
        if self._callers.get(caller.address) is caller:
            del self._callers[caller.address]
            self._absence = caller.ended.result()
        if self._peer.address == caller.address:
            self._peer.address = None

    def send(self, datagram: bytes) -> None:
        """Send to the connection that carries the vehicle's frames."""
        caller = self._callers.get(self._peer.address) if self._peer.address is not None else None
        if caller is not None:
            caller.send(datagram)

    def close(self) -> None:
        """Hang up, and stop calling or listening."""
        if self._dialling is not None:
            self._dialling.cancel()
            self._dialling = None
        if self._server is not None:
            self._server.close()
            self._server = None
        for caller in tuple(self._callers.values()):
            caller.hang_up()
        self._callers.clear()
        self._peer = Peer(refuse)
