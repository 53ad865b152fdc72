"""What an operator's word does to the running plan: what it costs, and who comes late by it. Pure.

Nothing is planned from the beginning: the running plan is improved a little, mended to keep to the word,
improved as long again, and compared with what it would be without. Some ten milliseconds, however many wait;
`pricing` searches at length for what every vehicle would mean.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from math import inf

from orchestrator.dispatch.horizon import Horizon, HorizonPlan, Wanted
from orchestrator.dispatch.trips.plan import plan_ahead, rounds_in
from vehicles.mission import ParcelId, VehicleId

ROUNDS = 60
_WITHIN_S = 0.006
"""Of a core, at most, for each of the four searches."""

_LATER_S = 1.0


@dataclass(frozen=True, slots=True)
class Consequence:
    """By how much all gets dearer, and whom it harms.

    `late_s`: how late those parcels are handed over that come in time without it, or less late. `left`: those
    that nobody is planned to carry any more; with one of them `extra_eur` tells nothing sensible.
    """

    extra_eur: float
    late_s: Mapping[ParcelId, float]
    left: tuple[ParcelId, ...]


def only(horizon: Horizon, parcel_ids: Collection[ParcelId], vehicle_id: VehicleId) -> Horizon:
    """The problem in which those parcels are that vehicle's or nobody's, whatever anybody wants."""
    barred = frozenset(one.vehicle_id for one in horizon.carriers if one.vehicle_id != vehicle_id)
    return _with(horizon, parcel_ids, lambda _: barred)


def never(horizon: Horizon, parcel_ids: Collection[ParcelId], vehicle_id: VehicleId) -> Horizon:
    """The problem in which that vehicle carries none of those parcels."""
    return _with(horizon, parcel_ids, lambda one: one.barred | {vehicle_id})


def _with(
    horizon: Horizon, parcel_ids: Collection[ParcelId], barred: Callable[[Wanted], frozenset[VehicleId]]
) -> Horizon:
    wanted = tuple(
        replace(one, barred=barred(one)) if one.parcel_id in parcel_ids else one for one in horizon.wanted
    )
    return replace(horizon, wanted=wanted)


def consequence(
    horizon: Horizon, wished: Horizon, plan: HorizonPlan, rounds: int | None = None
) -> Consequence:
    """What it means that `wished` is the problem from now on, and not `horizon`; `plan` is the running one.

    Each side goes on from what the other came to, so that neither looks dear for having been searched less.
    """
    if rounds is None:
        rounds = rounds_in(_WITHIN_S, horizon, ROUNDS)
    free = plan_ahead(horizon, plan, rounds)
    kept = plan_ahead(wished, free, rounds)
    free = _cheaper(free, plan_ahead(horizon, kept, rounds))
    kept = _cheaper(kept, plan_ahead(wished, free, rounds))
    before, after = _late_s(horizon, free), _late_s(horizon, kept)
    late_s = {name: late for name, late in after.items() if late > before.get(name, 0.0) + _LATER_S}
    left = tuple(name for name in kept.left if name not in free.left)
    return Consequence(kept.cost_eur - free.cost_eur, late_s, left)


def _late_s(horizon: Horizon, plan: HorizonPlan) -> dict[ParcelId, float]:
    """By how much each parcel that comes late does; one that is left out counts as endlessly late."""
    deadlines_s = {one.parcel_id: one.deadline_s for one in horizon.wanted}
    late_s = {name: at_s - deadlines_s[name] for name, (_, at_s) in plan.expected().items()}
    return {name: late for name, late in late_s.items() if late > 0.0} | dict.fromkeys(plan.left, inf)


def _cheaper(plan: HorizonPlan, other: HorizonPlan) -> HorizonPlan:
    return min(plan, other, key=lambda one: one.cost_eur)
