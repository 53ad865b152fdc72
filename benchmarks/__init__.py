"""The project's figures: ours and the peer's, interleaved in one run. `sanderling bench NAME`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from orchestrator.ending import BadInput


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `ratio` tells how many times better than the `peer` ours is; above 1 is better.

    `what` says what was measured and beside whom; `wanted` is the target in words, never a condition.
    `peer` and `ratio` are None where there is no peer.
    """

    what: str
    ours: float
    peer: float | None
    ratio: float | None
    wanted: str
    unit: str


Bench = Callable[[float | None], Iterable[Figure]]
"""Measures, in a budget of seconds; None: in its usual time. Raises `BadInput` where it keeps none."""


def _of(module: str) -> Bench:
    """The `figures` of a module that is imported when it runs, for it imports its peers."""

    def figures(budget_s: float | None) -> Iterable[Figure]:
        if budget_s is not None:
            raise BadInput("--budget-s: this benchmark keeps no budget, only dispatch and dispatch-day do")
        found: Iterable[Figure] = import_module(f"benchmarks.{module}").figures()
        return found

    return figures


def _within(module: str) -> Bench:
    """The same of one that keeps a budget."""

    def figures(budget_s: float | None) -> Iterable[Figure]:
        named = import_module(f"benchmarks.{module}")
        found: Iterable[Figure] = named.figures(named.BUDGET_S if budget_s is None else budget_s)
        return found

    return figures


BENCHES: Mapping[str, Bench] = MappingProxyType(
    {
        "conflicts": _of("conflicts"),
        "dispatch": _within("dispatch"),
        "dispatch-day": _within("dispatch_day"),
        "dispatch-drones": _of("dispatch_drones"),
        "dispatch-electric": _of("dispatch_electric"),
        "dispatch-first": _of("dispatch_first"),
        "dispatch-meals": _of("dispatch_meals"),
        "fleet": _of("fleet"),
        "link": _of("link"),
        "paths": _of("geofences"),
        "virtual": _of("virtual"),
    }
)
"""By the name that `sanderling bench` takes; figures come one by one, as they are measured."""
