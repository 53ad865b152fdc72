"""Whether the fleet decides: told once when it fails, and once when that is over."""

from __future__ import annotations

from orchestrator.record.facts.control import DecidingFailed
from orchestrator.record.state import FleetState

CALM_S = 10.0
"""A failure is over once none came for so long, fleet time: one at each second tick is one failure."""


class Control:
    """What a process remembers of its decisions; what was told of them is in the state."""

    def __init__(self) -> None:
        self._failed_at_s: float | None = None
        self._told = False

    def failed(self, state: FleetState, error: str, now_s: float) -> tuple[DecidingFailed, ...]:
        """What is to be told of a decision that failed at `now_s`: nothing while that is known."""
        self._failed_at_s = now_s
        return () if state.undecided and self._told else (DecidingFailed(error),)

    def kept(self) -> None:
        """What `failed` wanted told is in the journal."""
        self._told = True

    def went_well(self, state: FleetState, now_s: float) -> tuple[DecidingFailed, ...]:
        """What is to be told with a decision that came about at `now_s`: that a failure is over."""
        calm = self._failed_at_s is None or now_s - self._failed_at_s >= CALM_S
        return (DecidingFailed(""),) if state.undecided and calm else ()
