"""A plan for a problem, and the one-method port of whatever makes plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Protocol

from orchestrator.dispatch.routing.problem import Problem, Visit
from vehicles.clock import machine_steady_s


@dataclass(frozen=True, slots=True)
class Solution:
    """One route a vehicle, in the problem's order; an empty one is a vehicle not used.

    `left_out`: the tasks, by position and ascending, that nobody does.
    """

    routes: tuple[tuple[Visit, ...], ...]
    left_out: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Until:
    """When a search ends: at `at_s` on `clock`, or after `rounds` of it, whichever is first.

    With rounds alone no clock is read: the same problem, seed and start then give the same plan anywhere.
    Raises `ValueError` when it would never end.
    """

    at_s: float = inf
    rounds: int | None = None
    clock: Callable[[], float] = machine_steady_s

    def __post_init__(self) -> None:
        if self.rounds is None and not self.at_s < inf:
            raise ValueError("at_s, rounds: neither ends the search")
        if self.rounds is not None and self.rounds < 0:
            raise ValueError(f"rounds: {self.rounds} is below 0")

    @staticmethod
    def after(limit_s: float) -> Until:
        """Until so many seconds from now, of the machine's steady clock."""
        return Until(machine_steady_s() + limit_s)


class Solver(Protocol):
    """What makes plans (see `check.figures` for what a plan must keep)."""

    def solve(self, problem: Problem, until: Until, seed: int, start: Solution | None = None) -> Solution:
        """The best plan found in time; `start` is a plan to begin from, and never bettered by a worse one.

        Tasks that cannot be done, or cost more than their price, are left out. Visits of `start` that the
        problem no longer knows or allows are dropped, not refused.
        """
