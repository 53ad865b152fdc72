"""Which vehicle carries which parcel: one exact matching over predicted hand-over times.

As many parcels as possible are served; among all ways to do that, the one of least cost, where a
parcel that must wait costs what it loses by waiting. Among equal ones it is always the same.
Solved as a linear sum assignment (the shortest augmenting path method of D. F. Crouse, "On
implementing 2D rectangular assignment algorithms", IEEE Trans. Aerospace and Electronic Systems
52(4), 2016, as scipy has it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from geofences.reason import Reason
from orchestrator.dispatch.offers import AllAnswers, Offer
from orchestrator.dispatch.reasons import why_not
from vehicles.mission import ParcelId, VehicleId

LATE_WEIGHT = 10.0
"""What a second of lateness costs, in seconds of plain waiting: a broken promise before a long wait."""

ENERGY_WEIGHT_S_PER_WH = 0.1
"""What a watt-hour costs, in seconds: decides between vehicles that would arrive at about the same time."""


WAIT_S = 600.0
"""How much later a parcel left over now is reckoned to arrive: about one mission of another vehicle."""

URGENCY = 0.01
"""What a second of earlier deadline is worth, in seconds: among equals the oldest promise goes first,
so that no parcel starves."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who carries what, and for every other parcel why it waits. Both in the order of parcel ids."""

    pairs: tuple[tuple[ParcelId, VehicleId], ...]
    waiting: Mapping[ParcelId, tuple[Reason, ...]]


def cost_s(handover_at_s: float, offer: Offer) -> float:
    """The cost of a hand-over at `handover_at_s` for the parcel of `offer`, in seconds.

    Time counts once, lateness `LATE_WEIGHT` times, energy as `ENERGY_WEIGHT_S_PER_WH`; 0 is a hand-over
    at the deadline for no energy, early ones are below it.
    """
    past_s = handover_at_s - offer.deadline_s
    return past_s + (LATE_WEIGHT - 1.0) * max(past_s, 0.0) + ENERGY_WEIGHT_S_PER_WH * offer.energy_wh


def waiting_cost_s(offers: Iterable[Offer]) -> float:
    """The cost of leaving a parcel with these offers, at least one, over for now."""
    best = min(offers, key=lambda offer: cost_s(offer.handover_at_s, offer))
    return cost_s(best.handover_at_s + WAIT_S, best) - URGENCY * best.deadline_s


def assign(answers: AllAnswers) -> Assignment:
    """The best matching of parcels and vehicles: one parcel a vehicle, one vehicle a parcel.

    The outcome does not depend on the order of either mapping. A parcel left over although somebody
    offered to carry it waits because those vehicles serve others; any other waits for the reasons given.
    """
    parcels = sorted(answers)
    vehicles = sorted({vehicle_id for row in answers.values() for vehicle_id in row})
    chosen = _match(_costs(answers, parcels, vehicles))
    pairs = tuple((parcels[row], vehicles[column]) for row, column in chosen)
    served = {parcel_id for parcel_id, _ in pairs}
    waiting = {parcel_id: why_not(answers[parcel_id]) for parcel_id in parcels if parcel_id not in served}
    return Assignment(pairs, waiting)


def _costs(
    answers: AllAnswers, parcels: Sequence[ParcelId], vehicles: Sequence[VehicleId]
) -> NDArray[np.float64]:
    """What each pair costs beyond leaving the parcel over; infinite where the vehicle cannot."""
    costs = np.full((len(parcels), len(vehicles)), np.inf)
    column_of = {vehicle_id: column for column, vehicle_id in enumerate(vehicles)}
    for row, parcel_id in enumerate(parcels):
        offers = {v: answer for v, answer in answers[parcel_id].items() if isinstance(answer, Offer)}
        left_s = waiting_cost_s(offers.values()) if offers else 0.0
        for vehicle_id, offer in offers.items():
            costs[row, column_of[vehicle_id]] = cost_s(offer.handover_at_s, offer) - left_s
    return costs


def _match(costs: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Rows and columns of a matching of most possible pairs, and of least cost among those, by row.

    An impossible pair is priced above any matching of possible ones, so that the solver takes one only
    where nothing else is left; those are then dropped.
    """
    possible = np.isfinite(costs)
    if not possible.any():
        return []
    lowest = float(costs[possible].min())
    spread = float(costs[possible].max()) - lowest
    impossible = spread * min(costs.shape) + 1.0
    priced = np.where(possible, costs - lowest, impossible)
    rows, columns = linear_sum_assignment(priced)
    return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if possible[r, c]]
