"""A UDP port where everybody is heard and answered: to find out who is there, not to command anyone."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from vehicles.mavlink.links.datagrams import Address, Received
from vehicles.mavlink.links.endpoint import UdpEndpoint
from vehicles.mavlink.links.link import Receive, refuse
from vehicles.mavlink.links.udp import bound, resolve
from vehicles.mavlink.links.udp_reader import UdpReader, reader

_MOST = 1000


class UdpEveryone:
    """Implements `link.Link`: what is sent goes to every address that valid frames came from.

    `sender` is told each datagram's address before it is delivered.
    """

    def __init__(self, url: str, endpoint: UdpEndpoint, sender: Callable[[Address], None]) -> None:
        self.name = url
        self.trouble = ""
        self._endpoint = endpoint
        self._sender = sender
        self._addresses: set[Address] = set()
        self._socket: socket.socket | None = None
        self._reader: UdpReader | None = None
        self._receive: Receive = refuse

    async def open(self, receive: Receive) -> None:
        """Bind and start to read. Raises `LinkError` when the address cannot be had."""
        family, address = await resolve(self.name, self._endpoint)
        self._socket = bound(self.name, family, address)
        self._receive = receive
        self._reader = reader()
        self._reader.add(self._socket, self._take)

    def _take(self, received: Received, _at_s: float) -> None:
        for datagram, sender in received:
            self._sender(sender)
            if self._receive(datagram) and len(self._addresses) < _MOST:
                self._addresses.add(sender)

    def send(self, datagram: bytes) -> None:
        """Send to everybody."""
        for address in self._addresses:
            if self._socket is not None:
                with contextlib.suppress(OSError):
                    self._socket.sendto(datagram, address)

    def close(self) -> None:
        """Free the port."""
        if self._socket is not None and self._reader is not None:
            self._reader.remove(self._socket)
            self._socket.close()
        self._socket = None
