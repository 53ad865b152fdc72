"""Planning trips: insertion by regret, then ruin and recreate, in machine code.

Regret: Potvin and Rousseau, EJOR 66(3), 1993. Ruin and recreate: Schrimpf et al., Journal of Computational
Physics 159(2), 2000. All chance comes from the seed, so that equal tables give equal plans.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orchestrator.dispatch.kernels import allocating, compiled, entry
from orchestrator.dispatch.trips.costs import INFINITE, row_eur
from orchestrator.dispatch.trips.insert import Plan, Scratch, Spot, best_place, put_in, row_of
from orchestrator.dispatch.trips.ruin import Ruin, next_chance, ruin
from orchestrator.dispatch.trips.tables import Floats, Ints, Tables


class Bids(NamedTuple):
    """For each missing parcel and each vehicle: euros that it adds there (infinite: cannot), and where."""

    missing: Ints
    added: Floats
    where: Ints
    """Parcels by vehicles by place, mode and place of the hand-over, as in `Spot`."""


@compiled
def _ask(t: Tables, plan: Plan, carrier: int, bids: Bids, s: Scratch) -> None:
    """Where a vehicle would take each missing parcel, and for how much."""
    for p in range(len(bids.missing)):
        if bids.missing[p] == 1:
            euros, spot = best_place(t, plan, carrier, p, s)
            bids.added[p, carrier] = euros
            where = bids.where[p, carrier]
            where[0], where[1], where[2] = spot.at, spot.mode, spot.to


@compiled
def _whose_turn(t: Tables, bids: Bids) -> tuple[int, int]:
    """The parcel that loses most if it is not put in now, and its best vehicle; -1 where none can be."""
    added = bids.added
    chosen, carrier, most = -1, -1, -INFINITE
    for p in range(len(bids.missing)):
        if bids.missing[p] == 0:
            continue
        first, second, at = INFINITE, INFINITE, -1
        for c in range(added.shape[1]):
            if added[p, c] < first - 1e-12:
                first, second, at = added[p, c], first, c
            elif added[p, c] < second:
                second = added[p, c]
        left = t.rates[0].left_eur * t.parcels[p].weight_frac
        regret = min(second, first + left) - first - 1e-3 * first
        if at >= 0 and regret > most:
            chosen, carrier, most = p, at, regret
    return chosen, carrier


@allocating
def _insert_all(t: Tables, plan: Plan, missing: Ints, times: Floats) -> None:
    """Put in every missing parcel that can be: the one next that loses most if it is not its turn."""
    carriers, width = plan.rows.shape
    s = Scratch(
        np.zeros(width, np.int64),
        np.zeros(width, np.int64),
        np.zeros(width, np.int64),
        np.zeros(width, np.int64),
        times,
    )
    added = np.full((len(missing), carriers), INFINITE)
    bids = Bids(missing, added, np.zeros((len(missing), carriers, 3), np.int64))
    for c in range(carriers):
        _ask(t, plan, c, bids, s)
    while True:
        p, c = _whose_turn(t, bids)
        if p < 0:
            return
        at = bids.where[p, c]
        plan.sizes[c] = put_in(t, plan, c, Spot(p, at[0], at[1], at[2]), s)
        for i in range(plan.sizes[c]):
            plan.rows[c, i], plan.begins[c, i] = s.row[i], s.begins[i]
        plan.costs_eur[c] += added[p, c]
        missing[p] = 0
        _ask(t, plan, c, bids, s)


@compiled
def _take_out(plan: Plan, missing: Ints) -> None:
    """Drop from all rows what `missing` marks; the next node of a trip whose head is gone heads it."""
    for c in range(len(plan.sizes)):
        kept, heads = 0, 0
        for i in range(plan.sizes[c]):
            heads = 1 if plan.begins[c, i] == 1 else heads
            if missing[plan.rows[c, i] % len(missing)] == 1:
                continue
            plan.rows[c, kept], plan.begins[c, kept] = plan.rows[c, i], heads
            heads = 0
            kept += 1
        plan.sizes[c] = kept


@compiled
def _reckon(t: Tables, plan: Plan, times: Floats) -> None:
    """Work out each row's cost, and all times."""
    for c in range(len(plan.sizes)):
        plan.costs_eur[c] = row_eur(t, c, row_of(plan, c), INFINITE, times)


@compiled
def _total_eur(t: Tables, plan: Plan, missing: Ints) -> float:
    """What a whole plan costs, euros, parcels left out included."""
    cost_eur: float = plan.costs_eur.sum()
    for p in range(len(missing)):
        if missing[p] == 1:
            cost_eur += t.rates[0].left_eur * t.parcels[p].weight_frac
    return cost_eur


@allocating
def _become(plan: Plan, missing: Ints, other: Plan, out: Ints) -> None:
    """Make the plan another one."""
    plan.rows[:], plan.begins[:], plan.sizes[:] = other.rows, other.begins, other.sizes
    plan.costs_eur[:], missing[:] = other.costs_eur, out


@entry
def plan_trips(t: Tables, plan: Plan, missing: Ints, rounds: int, seed: int) -> Floats:
    """Complete and improve a plan in place, `rounds` times; the time of each node."""
    times = np.zeros(2 * len(missing))
    _reckon(t, plan, times)
    for c in range(len(plan.sizes)):
        if plan.costs_eur[c] == INFINITE:  # what it held cannot be done any more: all of it is planned anew
            for i in range(plan.sizes[c]):
                missing[plan.rows[c, i] % len(missing)] = 1
            plan.sizes[c], plan.costs_eur[c] = 0, 0.0
    _insert_all(t, plan, missing, times)
    best = _total_eur(t, plan, missing)
    for n in range(rounds):
        new = Plan(plan.rows.copy(), plan.begins.copy(), plan.sizes.copy(), plan.costs_eur.copy())
        out = missing.copy()
        _reckon(t, plan, times)
        seed = next_chance(seed)
        seed = ruin(t, plan, times, out, Ruin(2 + seed % 6, n % 3, seed))
        _take_out(new, out)
        _reckon(t, new, times)
        _insert_all(t, new, out, times)
        euros = _total_eur(t, new, out)
        if euros < best - 1e-6:
            best = euros
            _become(plan, missing, new, out)
    _reckon(t, plan, times)
    return times
