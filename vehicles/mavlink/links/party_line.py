"""One carrier with several vehicles on it: a radio for many, a router behind one address."""

from __future__ import annotations

import asyncio

from vehicles.mavlink.links.link import Guarded, Judge, Link, Receive, refuse
from vehicles.mavlink.wire.frames import frame_at, next_magic
from vehicles.vehicle import LinkError


class PartyLine:
    """Hands each frame that a link brings to the vehicle whose it is; open while one of them is."""

    def __init__(self, carrier: Link) -> None:
        self.carrier = carrier
        self._opening = asyncio.Lock()
        self._open: dict[int, PartyLink] = {}

    def link(self, system_id: int) -> PartyLink:
        """The link of the vehicle with that system id."""
        return PartyLink(self, system_id)

    async def join(self, link: PartyLink) -> None:
        """Deliver to `link` from now on. Raises `LinkError`: from the carrier, or the system id is taken."""
        async with self._opening:
            if self._open.setdefault(link.system_id, link) is not link:
                raise LinkError(f"{link.name}: two vehicles there have the system id {link.system_id}")
            if len(self._open) == 1:
                try:
                    await self.carrier.open(self._deliver)
                    if isinstance(self.carrier, Guarded):
                        self.carrier.guard(self._judge)
                except LinkError:
                    self._open.clear()
                    raise

    def leave(self, link: PartyLink) -> None:
        """Deliver to `link` no more; the last to leave closes the carrier."""
        if self._open.get(link.system_id) is link:
            del self._open[link.system_id]
            if not self._open:
                self.carrier.close()

    def _judge(self, datagram: bytes) -> None:
        for link in self._open.values():
            link.judge(datagram)

    def _deliver(self, datagram: bytes) -> bool:
        if len(self._open) == 1:
            return next(iter(self._open.values())).receive(datagram)
        valid, at = False, 0
        while at < len(datagram):
            frame = frame_at(datagram, at)
            link = None if frame is None else self._open.get(frame.system_id)
            if frame is None or link is None:  # a false beginning may hide a true frame: look inside it
                at = next_magic(datagram, at + 1)
            else:
                valid = link.receive(frame.data) or valid
                at += len(frame.data)
        return valid


class PartyLink:
    """One vehicle's part of a `PartyLine`: implements `link.Link`."""

    def __init__(self, line: PartyLine, system_id: int) -> None:
        self.system_id = system_id
        self.receive: Receive = refuse
        self.judge: Judge = lambda _: None
        self._line = line

    @property
    def name(self) -> str:
        """The carrier's."""
        return self._line.carrier.name

    @property
    def trouble(self) -> str:
        """The carrier's."""
        return self._line.carrier.trouble

    async def open(self, receive: Receive) -> None:
        """Join the others."""
        self.receive = receive
        await self._line.join(self)

    def guard(self, judge: Judge) -> None:
        """Have judged what the carrier keeps out."""
        self.judge = judge

    def send(self, datagram: bytes) -> None:
        """Send: the others are told by the target in the frame that it is not for them."""
        self._line.carrier.send(datagram)

    def close(self) -> None:
        """Leave the line to the others."""
        self._line.leave(self)
