"""Planning trips: insertion by regret, then ruin and recreate, in machine code.

Regret: Potvin and Rousseau, EJOR 66(3), 1993. Ruin and recreate: Schrimpf et al., Journal of Computational
Physics 159(2), 2000, with the removal of what is related after Shaw, CP 1998. All chance comes from the seed,
so that equal tables give equal plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from orchestrator.dispatch.columns import P_DEADLINE_S, P_WEIGHT_FRAC, R_LEFT_EUR
from orchestrator.dispatch.compiled import allocating, compiled, entry
from orchestrator.dispatch.trips_kernel import INFINITE, Floats, Ints, best_place, put, row_eur

_MASK = 0xFFFFFFFF


@compiled
def _ask(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    plan: Any,  # noqa: ANN401 - rows, begins, sizes, costs
    carrier: int,
    missing: Ints,
    added: Floats,
    where: Ints,
    scratch: Any,  # noqa: ANN401 - a row, its flags, hand-overs
) -> None:
    """Where a vehicle would take each missing parcel, and for how much."""
    rows, begins, sizes, costs = plan
    row, flags, handovers = scratch
    for p in range(len(missing)):
        if missing[p] == 1:
            euros, at, mode = best_place(
                tables,
                carrier,
                rows[carrier],
                begins[carrier],
                sizes[carrier],
                costs[carrier],
                p,
                row,
                flags,
                handovers,
            )
            added[p, carrier], where[p, carrier, 0], where[p, carrier, 1] = euros, at, mode


@compiled
def _whose_turn(tables: Any, missing: Ints, added: Floats) -> tuple[int, int]:  # noqa: ANN401
    """The parcel that loses most if it is not put in now, and its best vehicle; -1 where none can be."""
    chosen, carrier, most = -1, -1, -INFINITE
    for p in range(len(missing)):
        if missing[p] == 0:
            continue
        first, second, at = INFINITE, INFINITE, -1
        for c in range(added.shape[1]):
            if added[p, c] < first - 1e-12:
                first, second, at = added[p, c], first, c
            elif added[p, c] < second:
                second = added[p, c]
        left = tables[3][R_LEFT_EUR] * tables[2][p, P_WEIGHT_FRAC]
        regret = min(second, first + left) - first - 1e-3 * first
        if at >= 0 and regret > most:
            chosen, carrier, most = p, at, regret
    return chosen, carrier


@allocating
def _insert_all(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    rows: Ints,
    begins: Ints,
    sizes: Ints,
    costs: Floats,
    missing: Ints,
    handovers: Floats,
) -> None:
    """Put in every missing parcel that can be: the one next that loses most if it is not its turn."""
    row, flags = np.zeros_like(rows[0]), np.zeros_like(begins[0])
    plan, scratch = (rows, begins, sizes, costs), (row, flags, handovers)
    added = np.full((len(missing), len(rows)), INFINITE)
    where = np.zeros((len(missing), len(rows), 2), np.int64)
    for c in range(len(rows)):
        _ask(tables, plan, c, missing, added, where, scratch)
    while True:
        p, c = _whose_turn(tables, missing, added)
        if p < 0:
            return
        put(rows[c], begins[c], sizes[c], p, where[p, c, 0], where[p, c, 1], row, flags)
        sizes[c] += 1
        for i in range(sizes[c]):
            rows[c, i], begins[c, i] = row[i], flags[i]
        costs[c] += added[p, c]
        missing[p] = 0
        _ask(tables, plan, c, missing, added, where, scratch)


@compiled
def _take_out(rows: Ints, begins: Ints, sizes: Ints, missing: Ints) -> None:
    """Drop from all plans what `missing` marks; the next parcel of a trip whose head is gone heads it."""
    for c in range(len(rows)):
        kept, heads = 0, 0
        for i in range(sizes[c]):
            heads = 1 if begins[c, i] == 1 else heads
            if missing[rows[c, i]] == 1:
                continue
            rows[c, kept], begins[c, kept] = rows[c, i], heads
            heads = 0
            kept += 1
        sizes[c] = kept


@compiled
def _next(state: int) -> int:
    """The next of a row of pseudo-random numbers of 32 bits (xorshift, Marsaglia 2003)."""
    state ^= (state << 13) & _MASK
    state ^= state >> 17
    state ^= (state << 5) & _MASK
    return state & _MASK


@allocating
def _ruin(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    rows: Ints,
    sizes: Ints,
    handovers: Floats,
    missing: Ints,
    count: int,
    seed: int,
    way: int,
) -> int:
    """Mark parcels to take out: those like a random one (0), a whole vehicle's (1), the latest ones (2)."""
    parcels = tables[2]
    inside = 0
    for p in range(len(missing)):
        inside += 1 - missing[p]
    if inside == 0:
        return seed
    seed = _next(seed)
    centre = _nth(missing, seed % inside)
    if way == 1:
        _mark_row_of(rows, sizes, centre, missing)
        return seed
    far = np.full(len(missing), INFINITE)
    for p in range(len(missing)):
        if missing[p] == 1:
            continue
        seed = _next(seed)
        chance = 0.6 + 0.8 * (seed / _MASK)
        if way == 2:
            far[p] = parcels[p, P_DEADLINE_S] - handovers[p]
        else:
            far[p] = chance * _unlike_m(tables, handovers, centre, p)
    for _ in range(min(count, inside)):
        nearest = 0
        for p in range(len(far)):
            nearest = p if far[p] < far[nearest] else nearest
        missing[nearest], far[nearest] = 1, INFINITE
    return seed


@compiled
def _nth(missing: Ints, n: int) -> int:
    """The n-th parcel that is in the plan."""
    for p in range(len(missing)):
        if missing[p] == 0:
            if n == 0:
                return p
            n -= 1
    return -1


@compiled
def _mark_row_of(rows: Ints, sizes: Ints, parcel: int, missing: Ints) -> None:
    for c in range(len(rows)):
        held = False
        for i in range(sizes[c]):
            held = held or rows[c, i] == parcel
        if held:
            for i in range(sizes[c]):
                missing[rows[c, i]] = 1


@compiled
def _unlike_m(tables: Any, handovers: Floats, a: int, b: int) -> float:  # noqa: ANN401
    """How little two parcels have to do with each other: metres apart, and time between hand-overs."""
    near_m: float = 2000.0
    for k in range(len(tables[0])):
        near_m = min(near_m, _apart_m(tables, k, a, b))
    unlike_m: float = near_m + 0.3 * abs(handovers[a] - handovers[b])
    return unlike_m


@compiled
def _apart_m(tables: Any, k: int, a: int, b: int) -> float:  # noqa: ANN401
    """Metres from one parcel's place to another's by a kind that can serve both, else infinite."""
    there, here = tables[7][k, a], tables[7][k, b]
    if there < 0 or here < 0:
        return np.inf
    apart_m: float = tables[5][k, there, here]
    return apart_m


@compiled
def _total_eur(tables: Any, costs: Floats, missing: Ints) -> float:  # noqa: ANN401
    """What a whole plan costs, euros, parcels left out included."""
    cost_eur: float = costs.sum()
    for p in range(len(missing)):
        if missing[p] == 1:
            cost_eur += tables[3][R_LEFT_EUR] * tables[2][p, P_WEIGHT_FRAC]
    return cost_eur


@entry
def plan_trips(  # noqa: PLR0917
    tables: Any,  # noqa: ANN401
    rows: Ints,
    begins: Ints,
    sizes: Ints,
    missing: Ints,
    rounds: int,
    seed: int,
) -> tuple[Floats, Floats]:
    """Complete and improve a plan in place, `rounds` times; the cost of each row, and all hand-overs."""
    handovers = np.zeros(len(missing))
    costs = np.zeros(len(rows))
    for c in range(len(rows)):
        costs[c] = row_eur(tables, c, rows[c], begins[c], sizes[c], handovers)
        if costs[c] == INFINITE:  # what it held cannot be done any more: all of it is planned anew
            for i in range(sizes[c]):
                missing[rows[c, i]] = 1
            sizes[c], costs[c] = 0, 0.0
    _insert_all(tables, rows, begins, sizes, costs, missing, handovers)
    best = _total_eur(tables, costs, missing)
    for n in range(rounds):
        new_rows, new_begins, new_sizes = rows.copy(), begins.copy(), sizes.copy()
        out = missing.copy()
        for c in range(len(rows)):
            row_eur(tables, c, rows[c], begins[c], sizes[c], handovers)
        seed = _next(seed)
        seed = _ruin(tables, rows, sizes, handovers, out, 2 + seed % 6, seed, n % 3)
        _take_out(new_rows, new_begins, new_sizes, out)
        new_costs = np.zeros(len(rows))
        for c in range(len(rows)):
            new_costs[c] = row_eur(tables, c, new_rows[c], new_begins[c], new_sizes[c], handovers)
        _insert_all(tables, new_rows, new_begins, new_sizes, new_costs, out, handovers)
        euros = _total_eur(tables, new_costs, out)
        if euros < best - 1e-6:
            best = euros
            rows[:], begins[:], sizes[:], missing[:], costs[:] = (
                new_rows,
                new_begins,
                new_sizes,
                out,
                new_costs,
            )
    for c in range(len(rows)):
        costs[c] = row_eur(tables, c, rows[c], begins[c], sizes[c], handovers)
    return costs, handovers
