"""`sanderling bench`: print figures, each beside its peer and its target."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from orchestrator.ending import BadInput, Failed
from orchestrator.terminal import err, out


class Figure(Protocol):
    """What `benchmarks.Figure` is; this room may not reach up to it."""

    @property
    def what(self) -> str:
        """What was measured, and beside whom."""

    @property
    def ours(self) -> float:
        """Ours, in `unit`."""

    @property
    def peer(self) -> float | None:
        """The peer's, in `unit`; None without one."""

    @property
    def ratio(self) -> float | None:
        """How many times better ours is; None without a peer."""

    @property
    def wanted(self) -> str:
        """The target, in words."""

    @property
    def unit(self) -> str:
        """What the numbers are."""


Benches = Mapping[str, Callable[[float | None], Iterable[Figure]]]


def run(
    name: str, benches: Benches, tell: Callable[[Figure], None], budget_s: float | None = None
) -> list[dict[str, object]]:
    """Measure, in the budget if one is given; `tell` each figure as it is known; give all as JSON objects.

    A missed target is no failure: it is printed beside the figure. Raises `BadInput` for an unknown
    name or a budget that cannot be, `Failed` when a figure could not be computed.
    """
    if name not in benches:
        raise BadInput(f"{name}: no such benchmark; there are {', '.join(sorted(benches))}")
    if budget_s is not None and not 0.0 < budget_s < math.inf:
        raise BadInput(f"--budget-s: {budget_s:g} is not above 0 and finite")
    found: list[dict[str, object]] = []
    for figure in benches[name](budget_s):
        if not all(
            math.isfinite(number) for number in (figure.ours, figure.peer, figure.ratio) if number is not None
        ):
            raise Failed(f"{figure.what}: not computed")
        tell(figure)
        found.append(
            {
                "what": figure.what,
                "ours": figure.ours,
                "peer": figure.peer,
                "ratio": figure.ratio,
                "wanted": figure.wanted,
                "unit": figure.unit,
            }
        )
    if not found:
        raise Failed(f"{name}: no figure was computed")
    return found


def print_figure(figure: Figure) -> None:
    """One line on standard output."""
    beside = "" if figure.peer is None else f", peer {told(figure.peer)}"
    ratio = "" if figure.ratio is None else f": {figure.ratio:.3g} x"
    line = f"{figure.what}\n    {told(figure.ours)} {figure.unit}{beside}{ratio}  (wanted {figure.wanted})"
    out.print(line, markup=False, highlight=False, soft_wrap=True)


def told(number: float) -> str:
    """A figure for people: three digits that count, and all before the point."""
    return f"{number:,.0f}" if abs(number) >= 999.5 else f"{number:.3g}"


def note_progress(figure: Figure) -> None:
    """On a terminal, say on standard error which figure is done; nothing in a pipe."""
    if err.is_terminal:
        err.print(f"measured: {figure.what}", markup=False, highlight=False, soft_wrap=True)
