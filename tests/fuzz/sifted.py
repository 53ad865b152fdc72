"""A vehicle behind the compiled walk, without a socket: what the fuzzers shake beside the ordinary ear."""

from __future__ import annotations

import socket
from typing import Any

import numpy as np

from vehicles.mavlink.autopilots.known import AIRCRAFT, PX4
from vehicles.mavlink.links.datagrams import LARGEST_DATAGRAM, ROOM, STRIDE, Datagrams, name_of
from vehicles.mavlink.links.walk import Walk
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mavlink.wire.receiver import Receiver
from vehicles.mavlink.wire.sieve import Sieve
from vehicles.mavlink.wire.signing import Signer
from vehicles.telemetry import Parts, Telemetry

_A_LOOK = 3


class Sifted:
    """Its datagrams go through `sift`, few in a look as most are dirt, and its row is read when asked."""

    def __init__(self, signer: Signer | None = None) -> None:
        self.decoder = Decoder(PX4, AIRCRAFT, battery_wh=100.0)
        self._buffers = Datagrams(socket.AF_INET)
        self._buffers.names[:] = np.frombuffer(name_of(("127.0.0.1", 4000)) * ROOM, np.uint8)
        self._sieve = Sieve()
        self._sieve.sifts = True
        row = self._sieve.row(self._sieve.port(), 1, 1)
        assert row is not None
        self.row = row
        self.row.expect(None)
        self.row.keep_in(self.decoder.block)
        self.ear = Receiver(self._hear, signer)
        self.ear.system_id, self.ear.row = 1, row
        self._walk = Walk(self._sieve)
        self._at_s = 0.0

    def bring(self, datagram: bytes, at_s: float) -> None:
        """One more has come."""
        number, datagram = self._buffers.count, datagram[:LARGEST_DATAGRAM]
        at = number * STRIDE
        self._buffers.data[at : at + len(datagram)] = np.frombuffer(datagram, np.uint8)
        self._buffers.sizes[number] = len(datagram)
        self._buffers.count += 1
        if self._buffers.count == _A_LOOK:
            self._look(at_s)

    def _look(self, at_s: float) -> None:
        """Sift what has come; hear what is left."""
        buffers, self._at_s = self._buffers, at_s
        for number in self._walk.take(buffers, buffers.count, at_s):
            self.ear.feed(buffers.one(number)[0])
        buffers.count = 0

    @property
    def telemetry(self) -> tuple[Telemetry, Parts] | None:
        """The newest sample, with what is made only when it is asked for."""
        self._catch_up()
        made = self.decoder.telemetry
        return None if made is None else (made, made.parts())

    def _catch_up(self) -> None:
        if self.row.kept:
            self.decoder.hear_kept(self.row.take())

    def _hear(self, message: Any) -> None:  # noqa: ANN401
        self._catch_up()
        self.decoder.hear(message, self._at_s)
