"""A UDP port where everybody is heard and answered: to find out who is there, not to command anyone."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from vehicles.mavlink.links.endpoint import UdpEndpoint
from vehicles.mavlink.links.link import Receive
from vehicles.mavlink.links.peer import Address
from vehicles.mavlink.links.udp import DRAIN_AT_MOST, LARGEST_DATAGRAM, bound, resolve

_MOST = 1000


class UdpEveryone:
    """Implements `link.Link`: what is sent goes to every address that valid frames came from."""

    def __init__(self, url: str, endpoint: UdpEndpoint) -> None:
        self.name = url
        self.trouble = ""
        self._endpoint = endpoint
        self._addresses: set[Address] = set()
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self, receive: Receive) -> None:
        """Bind and start to read. Raises `LinkError` when the address cannot be had."""
        family, address = await resolve(self.name, self._endpoint)
        self._socket = bound(self.name, family, address)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._drain, self._socket, receive)

    def _drain(self, source: socket.socket, receive: Receive) -> None:
        for _ in range(DRAIN_AT_MOST):
            try:
                datagram, sender = source.recvfrom(LARGEST_DATAGRAM)
            except OSError:
                return
            if receive(datagram) and len(self._addresses) < _MOST:
                self._addresses.add(sender)

    def send(self, datagram: bytes) -> None:
        """Send to everybody."""
        for address in self._addresses:
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.sendto(datagram, address)

    def close(self) -> None:
        """Free the port."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
        self._socket = None
