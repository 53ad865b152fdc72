"""One autopilot's part in a `chorus`: what it leaves to it, and how its own frames are numbered with it."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from sitl.autopilot import shapes

NEVER_S = inf


class Voice:
    """`row` is its part of the chorus's numbers; `kinds` has the place of each message there, by id."""

    def __init__(self, row: Any, kinds: dict[int, int]) -> None:  # noqa: ANN401 - a record of numpy's
        self._row = row
        self._kinds = kinds
        self.silent = False
        """It sends all itself for now: it has faults, or a key."""

    def sings(self, number: int) -> bool:
        """Whether the chorus sends that message."""
        return number in self._kinds and not self.silent

    def rest(self) -> None:
        """Send nothing any more, but the number of its newest event every three seconds."""
        row = self._row
        row["interval_s"], row["due_age_s"] = NEVER_S, NEVER_S
        self.set(shapes.CURRENT_EVENT_SEQUENCE.number, 3.0, 0.0)

    def set(self, number: int, interval_s: float, due_age_s: float) -> None:
        """Send that message so often, from that age on; 0: never."""
        kind = self._kinds.get(number)
        if kind is None:
            return
        row = self._row
        row["interval_s"][kind] = interval_s or NEVER_S
        row["due_age_s"][kind] = due_age_s if interval_s else NEVER_S
        row["next_age_s"] = min(row["next_age_s"], due_age_s)

    def tell(
        self, words: Sequence[bytes | None], health: int, up_since_age_s: float, home_above_m: float
    ) -> None:
        """What it says from now on, word by word; which sensors are well; when it last booted; its home."""
        row = self._row
        for number, word in enumerate(words):
            if word is not None:
                row["words"][number, : len(word)] = memoryview(word)
                row["word_bytes"][number] = len(word)
        row["health"], row["up_since_age_s"], row["sings"] = health, up_since_age_s, not self.silent
        row["home_above_m"] = home_above_m

    def next_sequence(self) -> int:
        """The number of the frame that is sent next."""
        sequence = int(self._row["sequence"])
        self._row["sequence"] = (sequence + 1) & 0xFF
        return sequence
