"""All datagrams of a look at the sockets through the compiled walk (`wire.sift`); signatures by `hashlib`."""

from __future__ import annotations

import numpy as np

from vehicles.mavlink.links.datagrams import AT_ONCE, HEADER_BYTES, ROOM, STRIDE, Datagrams
from vehicles.mavlink.wire.seals import signed
from vehicles.mavlink.wire.sieve import Sieve
from vehicles.mavlink.wire.sift import sift

if AT_ONCE:
    from vehicles.mavlink.links.gather import gather


class Walk:
    """Keeps what can be kept in a sieve's rows: one for each event loop."""

    def __init__(self, sieve: Sieve) -> None:
        self._sieve = sieve
        self._genuine = np.zeros(ROOM, np.bool_)
        self._left, self._taped = np.zeros(ROOM, np.int32), np.zeros(ROOM, np.int32)

    def fill(
        self, datagrams: Datagrams, descriptors: list[int], ports: list[int], share: int
    ) -> tuple[int, bool]:
        """Read sockets, up to `share` from each: how many came; whether more may be left.

        Only where the system has `recvmmsg` (`AT_ONCE`).
        """
        found: tuple[int, bool] = gather(
            np.array(descriptors, np.int32), np.array(ports, np.int32), share,
            datagrams.headers_at, HEADER_BYTES, ROOM, datagrams.ports,
        )  # fmt: skip
        datagrams.count = found[0]
        return found

    def take(self, datagrams: Datagrams, count: int, at_s: float) -> list[int]:
        """Walk over so many that came at `at_s`; what is kept is recorded too. The numbers of the others."""
        sieve = self._sieve
        sieve.looks += 1
        if sieve.vouched:
            self._check(datagrams, count)
        left, taped = sift(
            datagrams.data, STRIDE, datagrams.sizes, datagrams.names, datagrams.name_bytes, datagrams.ports,
            sieve.row_of, sieve.rows, sieve.kind_of,
            count, at_s, sieve.looks, self._genuine, self._left, self._taped,
        )  # fmt: skip
        if taped:
            self._record(datagrams, self._taped[:taped].tolist())
        numbers: list[int] = self._left[:left].tolist()
        return numbers

    def _check(self, datagrams: Datagrams, count: int) -> None:
        """Before anything of a signed frame is kept: else a forged one would push out a genuine one."""
        sieve, numbers = self._sieve, self._left
        self._genuine[:] = False
        found = signed(
            datagrams.data, STRIDE, datagrams.sizes, datagrams.ports,
            sieve.row_of, sieve.rows, sieve.kind_of, count, numbers,
        )  # fmt: skip
        for number in numbers[:found].tolist():
            frame = datagrams.view(number)
            row = sieve.whose(datagrams.port(number), frame[5])
            self._genuine[number] = row is not None and row.signed(frame)

    def _record(self, datagrams: Datagrams, numbers: list[int]) -> None:
        for number in numbers:
            datagram, _ = datagrams.one(number)
            row = self._sieve.whose(datagrams.port(number), datagram[5])
            if row is not None and row.tape is not None:
                row.tape(datagram)
