"""What becomes of a frame on its way to or from a simulated vehicle whose link is disturbed on purpose."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sitl.faults import Faults, Kind

_OVERTAKEN_S = 0.2

Deliveries = Sequence[tuple[float, bytes]]
"""Frames that arrive, each after so many seconds. Empty: lost."""


class Wire:
    """Both directions of one link. `seed` decides which frames are hit."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self._faults = faults
        self._dice = random.Random(seed)  # noqa: S311  # which frames get lost, not secrets

    def up(self, frame: bytes, age_s: float) -> Deliveries:
        """Towards the vehicle."""
        return () if self._faults.active(Kind.DEAF, age_s) else self._carry(frame, age_s)

    def down(self, frame: bytes, age_s: float) -> Deliveries:
        """From the vehicle."""
        return () if self._faults.active(Kind.MUTE, age_s) else self._carry(frame, age_s)

    def _carry(self, frame: bytes, age_s: float) -> Deliveries:
        faults = self._faults
        if not faults:
            return ((0.0, frame),)
        if age_s >= faults.off_s or faults.active(Kind.SILENT, age_s) or self._hits(Kind.LOSSY, age_s):
            return ()
        after_s = faults.value(Kind.LATE, age_s)
        if self._hits(Kind.REORDERED, age_s):
            after_s += self._dice.uniform(0.0, _OVERTAKEN_S)
        if self._hits(Kind.CORRUPT, age_s):
            frame = self._spoil(frame)
        if self._hits(Kind.DOUBLED, age_s):
            return ((after_s, frame), (after_s + self._dice.uniform(0.0, _OVERTAKEN_S), frame))
        return ((after_s, frame),)

    def _hits(self, kind: Kind, age_s: float) -> bool:
        share = self._faults.value(kind, age_s)
        return share > 0.0 and self._dice.random() < share

    def _spoil(self, frame: bytes) -> bytes:
        at = self._dice.randrange(len(frame))
        return frame[:at] + bytes((frame[at] ^ self._dice.randrange(1, 256),)) + frame[at + 1 :]
