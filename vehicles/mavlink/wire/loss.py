"""Share of frames lost on a link, from gaps in MAVLink's sequence numbers."""

from __future__ import annotations

from array import array

WINDOW = 512
LATE = 32
"""A number this little behind is a frame overtaken by later ones; anything further is a fresh start."""
EXPECTED, GOT, LOST = 0, 1, 2
"""Places in `Loss.cells`."""

Cells = memoryview
"""Three whole numbers; those of vehicles that are sifted together lie beside each other (`rows`)."""


class Loss:
    """Counts the frames of one component on one link; old ones weigh less and less.

    The receiver's loop itself counts a frame that carries the expected number, and `sift` all that it
    takes; the others come to `count`.
    """

    __slots__ = ("cells",)

    def __init__(self) -> None:
        self.cells: Cells = memoryview(array("q", (-1, 0, 0)))

    def keep_in(self, cells: Cells) -> None:
        """Count there from now on."""
        for place in (EXPECTED, GOT, LOST):
            cells[place] = self.cells[place]
        self.cells = cells

    def count(self, sequence: int) -> None:
        """A frame with that sequence number (0..255) arrived."""
        cells = self.cells
        ahead = (sequence - cells[EXPECTED]) % 256 if cells[EXPECTED] >= 0 else 0
        cells[GOT] += 1
        if ahead >= 256 - LATE:
            cells[LOST] = max(cells[LOST] - 1, 0)  # it was taken for lost before
            return
        if ahead < 128:
            cells[LOST] += ahead
        cells[EXPECTED] = (sequence + 1) % 256
        self.forget()

    def forget(self) -> None:
        """Give what is older than about 500 frames half its weight."""
        cells = self.cells
        while cells[GOT] + cells[LOST] > WINDOW:
            cells[GOT], cells[LOST] = cells[GOT] // 2, cells[LOST] // 2

    def restart(self) -> None:
        """The sender counts anew."""
        self.cells[EXPECTED] = -1

    @property
    def frac(self) -> float:
        """In [0, 1]."""
        lost = self.cells[LOST]
        return lost / (self.cells[GOT] + lost) if lost else 0.0
