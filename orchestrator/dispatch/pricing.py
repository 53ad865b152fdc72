"""What it costs that a vehicle brings a parcel: the best plan with it there beside the best without. Pure.

One insertion into a plan tells too much: what the vehicle was to carry may go to others, which may pass on
theirs. So both plans are searched for alike, each from what the other came to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from orchestrator.dispatch.consequences import only
from orchestrator.dispatch.horizon import NOTHING_PLANNED, Carrier, Horizon, HorizonPlan
from orchestrator.dispatch.trips.plan import plan_ahead, rounds_in
from vehicles.mission import ParcelId, VehicleId

ROUNDS = 400
"""From a hundred on costs hardly move where a dozen parcels wait; some hundreds hold for forty."""

_WITHIN_S = 1.0
"""Of a core, for all vehicles of a hub."""

_MOST_TOLD = 8
"""Vehicles unlike each other for which `added` is told."""

_ANY = VehicleId("")


@dataclass(frozen=True, slots=True)
class Price:
    """When a vehicle would hand the parcel over (UTC seconds), and by how much all gets dearer with it."""

    handover_at_s: float
    cost_eur: float


def without(horizon: Horizon, parcel_id: ParcelId) -> Horizon:
    """The problem in which nobody wants that parcel."""
    return replace(horizon, wanted=tuple(one for one in horizon.wanted if one.parcel_id != parcel_id))


def prices(
    horizon: Horizon, parcel_id: ParcelId, vehicle_ids: Sequence[VehicleId]
) -> Mapping[VehicleId, Price]:
    """What each of these vehicles would mean for the parcel; those that cannot beside the rest are left out.

    `horizon` has the parcel, and vehicles that may still be given something.
    """
    rounds = rounds_in(_WITHIN_S / (2 * len(vehicle_ids) + 3), horizon, ROUNDS)
    rest, found = without(horizon, parcel_id), dict[VehicleId, HorizonPlan]()
    least = plan_ahead(rest, NOTHING_PLANNED, rounds)
    for _ in range(2):
        for name in vehicle_ids:
            plan = plan_ahead(only(horizon, (parcel_id,), name), least, rounds)
            if parcel_id in plan.expected() and len(plan.left) <= len(least.left):
                found[name] = _cheaper(plan, found.get(name, plan))
        if not found:
            return {}
        best = min(found.values(), key=_cost_eur)
        least = _cheaper(least, plan_ahead(rest, best, rounds))
    least_eur = min(least.cost_eur, *(plan_ahead(rest, plan, 0).cost_eur for plan in found.values()))
    return {
        name: Price(plan.expected()[parcel_id][1], plan.cost_eur - least_eur) for name, plan in found.items()
    }


def added(
    horizon: Horizon, plan: HorizonPlan, parcel_id: ParcelId, vehicle_ids: Iterable[VehicleId]
) -> Mapping[VehicleId, float]:
    """By how many euros each vehicle's own trips are dearer with the parcel, all others' as they are planned.

    Of the one that `plan` gives it to, with it and without; of another, with it put where it fits best. Left
    out are those that it does not fit, and of a crowd those named last: this is told beside each decision, at
    some tenths of a millisecond for each vehicle that is not like another. `prices` searches at length.
    """
    carriers = {one.vehicle_id: one for one in horizon.carriers}
    wanted = {one.parcel_id: one for one in horizon.wanted}
    alike, found = dict[Carrier, float](), dict[VehicleId, float]()
    for name in vehicle_ids:
        if name not in carriers or parcel_id not in wanted or name in wanted[parcel_id].barred:
            continue
        names = [one for trip in plan.trips.get(name, ()) for one in trip.parcel_ids if one in wanted]
        one, wear_eur = carriers[name], 0.0
        if not names:  # it would make one trip more, which is as dear for all that have nothing to do
            one, wear_eur = replace(one, vehicle_id=_ANY, wear_eur=0.0), one.wear_eur
        if one not in alike and len(alike) < _MOST_TOLD:
            theirs = tuple(wanted[each] for each in dict.fromkeys((*names, parcel_id)))
            alike[one] = _more_eur(replace(horizon, carriers=(one,), wanted=theirs), plan, parcel_id)
        if alike.get(one, inf) < inf:
            found[name] = alike[one] + wear_eur
    return found


def _more_eur(horizon: Horizon, plan: HorizonPlan, parcel_id: ParcelId) -> float:
    """What the parcel adds to what is planned, or best is added to it; infinite where it does not fit."""
    there, rest = plan_ahead(horizon, plan, 0), plan_ahead(without(horizon, parcel_id), plan, 0)
    return there.cost_eur - rest.cost_eur if len(there.left) <= len(rest.left) else inf


def _cost_eur(plan: HorizonPlan) -> float:
    return plan.cost_eur


def _cheaper(plan: HorizonPlan, other: HorizonPlan) -> HorizonPlan:
    return min(plan, other, key=_cost_eur)
