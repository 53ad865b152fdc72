"""The rows of all vehicles whose frames are sifted together, as the sieve and each `Row` read them."""

from __future__ import annotations

import numpy as np

from vehicles.mavlink.wire.rows import make_rows


class Shelf:
    """`rows`, and views of them by name: all are made anew when rows are added, so ask each time."""

    def __init__(self, count: int) -> None:
        self.rows = make_rows(count)
        self.sifts = False
        """Whether datagrams do go through `sift`: where vehicles are few, all is heard the ordinary way."""
        self.looks = 0
        """How often the sockets were looked at."""
        self.vouched = set[int]()
        """Rows of vehicles with a key."""
        self._see()

    def double(self) -> None:
        """Make room for as many again; what is kept stays where it was, counted from the first row."""
        former, self.rows = self.rows, make_rows(2 * len(self.rows))
        self.rows[: len(former)] = former
        self._see()

    def _see(self) -> None:
        # Views: an item of one is had in a third of the time that numpy takes.
        self.kept, self.how = self.rows["kept"].data, self.rows["how"].data
        self.fresh, self.link = self.rows["fresh"].data, self.rows["link"].data
        self.passed = self.rows["passed"].data
        self.heard_at_s = self.rows["heard_at_s"].data
        self.loss = self.rows["loss"].data
        self.stamp, self.limit = self.rows["stamp"].data, self.rows["limit"].data
        self.raw, self.instants = self.rows.view(np.uint8).data, self.rows.view(np.float64).data
