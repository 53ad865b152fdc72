"""What the journal teaches about time: by how much trips outlast their plans, at a quantile."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

SURE_FRAC = 0.8
"""Plans reckon with times that four of five hand-overs keep to: means are late half of the time."""

FEWEST = 20
"""Fewer hand-overs than this teach nothing yet."""

BEFORE_FRAC = 0.1
"""By how much they are taken to outlast their plans until something is learned."""

MOST_FRAC = 1.0


def later_frac(longer: Sequence[float]) -> float:
    """The share by which a trip is reckoned to take longer to its hand-over than planned, not below 0.

    `longer` has that share of the last hand-overs of a kind of vehicle, below 0 where they were quicker.
    """
    if len(longer) < FEWEST:
        return BEFORE_FRAC
    ordered = sorted(longer)
    return min(MOST_FRAC, max(0.0, ordered[ceil(SURE_FRAC * len(ordered)) - 1]))
