"""Which of several links to a vehicle is the best one: fresh, little lost, and not another each second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SILENT_S = 1.5
"""A best link that brought nothing for so long is given up when another one did: with a look each
0.25 s the other takes over within 2 s. A link as it should be brings eight messages a second."""
LIVES_S = 2.5
"""A spare link carries a heartbeat a second, of which one may be lost."""
STEADY_S = 10.0
"""A link must be better for so long before one that works is left for it."""
_FRESHER_S = 0.5
_MUCH_FRAC = 0.2
_LITTLE_FRAC = 0.05


@dataclass(frozen=True, slots=True)
class Standing:
    """How a link does: when it last brought the vehicle's words (None: never), the share it lost."""

    heard_at_s: float | None
    loss_frac: float


class BestLink:
    """Chooses among links in their configured order, the preferred first. Pure: told times, no clock."""

    def __init__(self) -> None:
        self.index = 0
        self._better_since_s: dict[int, float] = {}

    def look(self, standings: Sequence[Standing], at_s: float) -> bool:
        """Choose again at `at_s`. Tells whether another link is now the best."""
        best = standings[self.index]
        if best.heard_at_s is None or at_s - best.heard_at_s >= SILENT_S:
            found = self._instead_of_silent(standings, best.heard_at_s, at_s)
        else:
            found = self._long_better(standings, best, at_s)
        if found is None:
            return False
        self.index = found
        self._better_since_s.clear()
        return True

    def _instead_of_silent(
        self, standings: Sequence[Standing], silent_since_s: float | None, at_s: float
    ) -> int | None:
        """The least lossy of those heard well after the best one fell silent.

        When the vehicle itself falls silent on all links, none was, and there is no reason to change.
        """
        after_s = -float("inf") if silent_since_s is None else silent_since_s + _FRESHER_S
        usable = [
            index
            for index, one in enumerate(standings)
            if index != self.index
            and one.heard_at_s is not None
            and at_s - one.heard_at_s < LIVES_S
            and one.heard_at_s >= after_s
        ]
        return min(usable, key=lambda index: (standings[index].loss_frac, index), default=None)

    def _long_better(self, standings: Sequence[Standing], best: Standing, at_s: float) -> int | None:
        for index, one in enumerate(standings):
            lives = one.heard_at_s is not None and at_s - one.heard_at_s < LIVES_S
            much_better = one.loss_frac < best.loss_frac - _MUCH_FRAC
            preferred = index < self.index and one.loss_frac <= best.loss_frac + _LITTLE_FRAC
            if index != self.index and lives and (much_better or preferred):
                if at_s - self._better_since_s.setdefault(index, at_s) >= STEADY_S:
                    return index
            else:
                self._better_since_s.pop(index, None)
        return None
