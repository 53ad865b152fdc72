"""Links: what carries datagrams between us and one vehicle. The pair in memory; the others have modules.

A link knows nothing of MAVLink but one thing: it asks its receiver whether a datagram held a valid
frame of the vehicle, and only then learns from whom it came. Whoever else sends to a port is
never answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol, runtime_checkable

from vehicles.mavlink.wire.row import Row

Receive = Callable[[bytes], bool]
"""Takes a datagram of whole frames; tells whether one was valid, so that its sender may be answered."""


Judge = Callable[[bytes], None]
"""Counts what in a datagram is said in the vehicle's name, and its key rules out. Nothing of it is heard."""


def refuse(_: bytes) -> bool:
    """What a link does with datagrams that nobody asked for."""
    return False


Carry = Callable[[bytes], Sequence[tuple[float, bytes]]]
"""What becomes of a datagram under way: deliveries, each after so many seconds. Empty is a loss."""


class Side(Enum):
    """Whose end of a link it is, where the two ends differ (MQTT topics)."""

    GROUND = "ground"
    VEHICLE = "vehicle"


class Link(Protocol):
    """A two-way carrier of datagrams between us and one vehicle. Nothing it does ever blocks.

    A link that fails after it was opened (cable pulled, peer or broker gone) tries again by itself
    with growing patience, and says what is the matter in `trouble`.
    """

    @property
    def name(self) -> str:
        """How people know the endpoint, such as `udpin:127.0.0.1:14601`."""

    @property
    def trouble(self) -> str:
        """Why it carries nothing just now, as a half sentence; empty while all is well."""

    async def open(self, receive: Receive) -> None:
        """Start delivering to `receive`. Raises `LinkError` when our own end cannot be had."""

    def send(self, datagram: bytes) -> None:
        """Send to the vehicle if it can be reached; lost without a word otherwise, as on the air."""

    def close(self) -> None:
        """Stop. Harmless when never opened; it can be opened again."""


@runtime_checkable
class Sifting(Protocol):
    """A link whose datagrams can be sifted together with those of others: see `wire.sieve`."""

    def sift(self, system_id: int, component_id: int) -> Row | None:
        """Keep in a row what that vehicle says and nobody need hear at once, until it is closed.

        None where that cannot be, and while the link is not open.
        """


@runtime_checkable
class Guarded(Protocol):
    """A link that keeps out who sends as the vehicle from elsewhere: see `peer`."""

    def guard(self, judge: Judge) -> None:
        """Have what is kept out judged, from when it is opened until it is closed."""


def at_once(datagram: bytes) -> Sequence[tuple[float, bytes]]:
    """A perfect carrier: everything arrives, undelayed."""
    return ((0.0, datagram),)


class MemoryLink:
    """One end of a pair made by `memory_pair`: datagrams within one process, on the loop's own time."""

    def __init__(self, name: str, carry: Carry) -> None:
        self.name = name
        self.trouble = ""
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
