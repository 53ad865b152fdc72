"""Whether more waits at a hub than its vehicles bring in time: told once it is plain, not order by order."""

from __future__ import annotations

from collections.abc import Container, Sequence

from orchestrator.dispatch.horizon import HorizonPlan
from orchestrator.orders.order import HubId
from orchestrator.record.events import HubBehind
from orchestrator.record.state import FleetState, ParcelState

_LATE_S = 60.0
"""What is expected later than its deadline by less than this may still come in time."""

_MANY = 5
_SHARE = 0.1
"""A hub is behind when so many are expected late, and such a share of what waits."""

_FEW = 2
"""And no longer when no more than so many are."""

_NEWS = 2.0
"""That they are so many times as many, or as few, is told anew."""


def overload(
    state: FleetState, hub_id: HubId, waiting: Sequence[ParcelState], planned: HorizonPlan
) -> tuple[HubBehind, ...]:
    """What is news of how a hub keeps up, by the plan for all of what waits there."""
    expected = planned.expected()
    unplanned, by_s = 0, []
    for parcel in waiting:
        if (one := expected.get(parcel.parcel.parcel_id)) is None:
            unplanned += 1
        else:
            by_s.append(one[1] - state.orders[parcel.order_id].order.deadline_s)
    late = sum(one > _LATE_S for one in by_s)
    told = state.behind.get(hub_id)
    if told is not None and late <= _FEW:
        return (_kept_up(hub_id),)
    many = late >= _MANY and late >= _SHARE * len(waiting)
    if many if told is None else not told.late / _NEWS < late < told.late * _NEWS:
        return (HubBehind(hub_id, len(waiting), late, unplanned, round(max(by_s), 1)),)
    return ()


def caught_up(state: FleetState, waiting: Container[HubId]) -> tuple[HubBehind, ...]:
    """Hubs that were behind and at which nothing waits any more."""
    return tuple(_kept_up(hub_id) for hub_id in sorted(state.behind) if hub_id not in waiting)


def _kept_up(hub_id: HubId) -> HubBehind:
    return HubBehind(hub_id, 0, 0, 0, 0.0)
