"""Share of frames lost on a link, from gaps in MAVLink's sequence numbers."""

from __future__ import annotations

_WINDOW = 512
_LATE = 32
"""A number this little behind is a frame overtaken by later ones; anything further is a fresh start."""


class Loss:
    """Counts the frames of one component on one link; old ones weigh less and less.

    The receiver's loop itself counts a frame that carries `expected`; all others come to `count`.
    """

    __slots__ = ("_lost", "expected", "got")

    def __init__(self) -> None:
        self.expected = -1
        self.got = 0
        self._lost = 0

    def count(self, sequence: int) -> None:
        """A frame with that sequence number (0..255) arrived."""
        ahead = (sequence - self.expected) % 256 if self.expected >= 0 else 0
        self.got += 1
        if ahead >= 256 - _LATE:
            self._lost = max(self._lost - 1, 0)  # it was taken for lost before
            return
        if ahead < 128:
            self._lost += ahead
        self.expected = (sequence + 1) % 256
        self.forget()

    def forget(self) -> None:
        """Give what is older than about 500 frames half its weight."""
        while self.got + self._lost > _WINDOW:
            self.got, self._lost = self.got // 2, self._lost // 2

    def restart(self) -> None:
        """The sender counts anew."""
        self.expected = -1

    @property
    def frac(self) -> float:
        """In [0, 1]."""
        heard = self.got + self._lost
        return self._lost / heard if heard else 0.0
