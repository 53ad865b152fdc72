"""Who is at the other end of a port, UDP or TCP: one machine at a time."""

from __future__ import annotations

from vehicles.mavlink.links.datagrams import Address, name_of
from vehicles.mavlink.links.link import Judge, Receive
from vehicles.mavlink.wire.row import Row

MOVES_AFTER_S = 3.0
"""A vehicle's modem may get another address: it is believed when the former one was silent for so long."""
_TELL_FOR_S = 30.0


class Peer:
    """The address that sends a vehicle's frames. A second machine that says the same of itself is kept out.

    Otherwise two vehicles that were given one system id would be taken for one that is in two places.
    What that one sends is judged all the same: a forger beside a vehicle that signs is to be known of.
    `row` keeps what comes from the address and need not be heard at once, where there is one.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.judge: Judge = lambda _: None
        self.address: Address | None = None
        self.row: Row | None = None
        self._heard_at_s = 0.0
        self.rival: Address | None = None
        """Another machine that was heard to say that it is the vehicle."""
        self._rival_at_s = 0.0

    def take(self, datagram: bytes, sender: Address, at_s: float) -> None:
        """A datagram came from `sender`."""
        if not self._admits(sender, at_s):
            self.judge(datagram)
        elif self._receive(datagram):
            self._heard(sender, at_s)

    def _admits(self, sender: Address, at_s: float) -> bool:
        """Whether what `sender` sends may be the vehicle's."""
        if sender == self.address or self.address is None:
            return True
        last_at_s = self._heard_at_s if self.row is None else max(self._heard_at_s, self.row.heard_at_s)
        if at_s - last_at_s >= MOVES_AFTER_S:
            return True
        self.rival, self._rival_at_s = sender, at_s
        return False

    def _heard(self, sender: Address, at_s: float) -> None:
        """A valid frame of the vehicle came from `sender`: it is answered there."""
        if sender != self.address and self.row is not None:
            self.row.expect(name_of(sender))
        self.address, self._heard_at_s = sender, at_s
        if sender == self.rival:  # it was no rival: the vehicle has moved
            self.rival = None

    def sift(self, row: Row | None) -> None:
        """What comes from the address is kept in that row from now on; None: it is not sifted."""
        self.row = row
        if row is not None and self.address is not None:
            row.expect(name_of(self.address))

    def trouble(self, at_s: float) -> str:
        """What is odd about it; empty when nothing is."""
        if self.rival is None or at_s - self._rival_at_s > _TELL_FOR_S:
            return ""
        return f"{self.rival[0]}:{self.rival[1]} sends as this vehicle too, and is not listened to"
