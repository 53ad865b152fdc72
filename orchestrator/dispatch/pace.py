"""How a search spends its time: in turns of about equal length, up to its end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from orchestrator.dispatch.routing.solution import Until

TURN_S = 0.05
"""How long a kernel works between two looks at the clock, about."""

_FIRST, _FIXED = 8, 64

_SEARCHED = 0.995
"""How much of the time is searched in; the rest is for writing down what was found."""

Share: TypeAlias = float
"""Of all that there is to do: 0 at the begin, 1 at the end."""


@dataclass(slots=True)
class Pace:
    """Hands out turns of some rounds each, until `end`.

    With a clock a turn has as many rounds as took `TURN_S` before; without one always as many, so that
    equal searches go the same way anywhere.
    """

    _end: Until
    _begun_at_s: float
    _rounds: int = 0
    _turn: int = 0
    _turn_at_s: float = field(default=0.0)
    _within: Share = 1.0
    _whole: Pace | None = None

    @staticmethod
    def until(end: Until) -> Pace:
        """From now on."""
        return Pace(end, end.clock() if end.at_s < float("inf") else 0.0)

    def part(self, share: Share) -> Pace:
        """The first `share` of what there is: what is done there counts in the whole, too."""
        return replace(self, _within=share, _whole=self)

    def next_turn(self) -> int:
        """How many rounds to do now; 0 when it is over."""
        timed = self._end.at_s < float("inf")
        now_s = self._end.clock() if timed else 0.0
        self._count(self._turn)
        if self._done(now_s) >= self._within:
            return 0
        if not timed:
            self._turn = _FIXED
        elif self._turn:
            took_s = max(now_s - self._turn_at_s, 1e-6)
            left_s = self._begun_at_s + self._within * _SEARCHED * (self._end.at_s - self._begun_at_s) - now_s
            wanted = self._turn * min(TURN_S, left_s) / took_s
            self._turn = max(1, min(4 * self._turn, int(wanted)))
        else:
            self._turn = _FIRST
        if self._end.rounds is not None:
            self._turn = max(1, min(self._turn, round(self._within * self._end.rounds) - self._rounds))
        self._turn_at_s = now_s
        return self._turn

    def _count(self, rounds: int) -> None:
        self._rounds += rounds
        if self._whole is not None:
            self._whole._count(rounds)  # noqa: SLF001 - another of its kind

    def done(self) -> Share:
        """How much is over."""
        return self._done(self._end.clock() if self._end.at_s < float("inf") else 0.0)

    def done_after(self, rounds: int) -> Share:
        """How much will be over after so many rounds more, at the pace so far."""
        now = self.done()
        timed = self._end.at_s < float("inf")
        turn = TURN_S / max(self._end.at_s - self._begun_at_s, TURN_S) if timed else 0.0
        by_rounds = rounds / self._end.rounds if self._end.rounds else 0.0
        return min(1.0, now + max(turn, by_rounds))

    def _done(self, now_s: float) -> Share:
        share = 0.0
        if self._end.at_s < float("inf"):
            whole_s = self._end.at_s - self._begun_at_s
            share = 1.0 if whole_s <= 0 else (now_s - self._begun_at_s) / (_SEARCHED * whole_s)
        if self._end.rounds is not None:
            share = max(share, 1.0 if self._end.rounds == 0 else self._rounds / self._end.rounds)
        return min(1.0, share)
