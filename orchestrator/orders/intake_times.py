"""What intake has against the instants of a wish by themselves, whoever would carry it."""

from __future__ import annotations

from math import isfinite

from geofences.reason import Because, Reason
from orchestrator.orders.request import OrderRequest

FURTHEST_DEADLINE_S = 7 * 86_400.0
"""How far ahead a deadline may lie: a later one is a slip of the pen, or an order for another day."""


def about_times(request: OrderRequest, now_s: float) -> tuple[Reason, ...]:
    """Against a deadline that is no instant, is over or too far; and what may not lie behind it."""
    ahead_s = request.deadline_s - now_s
    if not isfinite(ahead_s):
        return (_wrong("deadline_s", f"{request.deadline_s} is not a point in time.", Because.INPUT),)
    found = []
    if ahead_s <= 0.0:
        found.append(_wrong("deadline_s", f"The deadline has passed, {abs(ahead_s):.0f} s ago."))
    if ahead_s > FURTHEST_DEADLINE_S:
        days = f"{ahead_s / 86_400.0:.0f} days ahead, more than {FURTHEST_DEADLINE_S / 86_400.0:.0f}"
        found.append(_wrong("deadline_s", f"The deadline lies {days}."))
    for field, at_s, what in (
        ("ready_at_s", request.ready_at_s, "The parcels are ready"),
        ("earliest_at_s", request.earliest_at_s, "The window opens"),
    ):
        if at_s is None:
            continue
        if not isfinite(at_s):
            found.append(_wrong(field, f"{at_s} is not a point in time.", Because.INPUT))
        elif at_s >= request.deadline_s:
            after_s = at_s - request.deadline_s
            late = f"{after_s:.0f} s after the deadline" if after_s else "at the deadline itself"
            found.append(_wrong(field, f"{what} only {late}."))
    return tuple(found)


def _wrong(field: str, text: str, because: Because = Because.TIME_WINDOW) -> Reason:
    return Reason(because, field, text)
