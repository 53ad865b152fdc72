"""What is torn out of a plan to be put in anew, in machine code.

The removal of what is related is Shaw's (CP 1998).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orchestrator.dispatch.kernels import allocating, compiled
from orchestrator.dispatch.trips.costs import INFINITE
from orchestrator.dispatch.trips.insert import Plan
from orchestrator.dispatch.trips.tables import Floats, Ints, Tables

_MASK = 0xFFFFFFFF

RELATED, OF_ONE, LATEST = 0, 1, 2
"""Ways to ruin: parcels like a random one, all of one vehicle's, those that are latest."""


class Ruin(NamedTuple):
    """How many parcels to tear out, in which way, and the state of chance."""

    parcels: int
    way: int
    seed: int


@compiled
def next_chance(state: int) -> int:
    """The next of a row of pseudo-random numbers of 32 bits (xorshift, Marsaglia 2003)."""
    state ^= (state << 13) & _MASK
    state ^= state >> 17
    state ^= (state << 5) & _MASK
    return state & _MASK


@allocating
def ruin(t: Tables, plan: Plan, times: Floats, missing: Ints, how: Ruin) -> int:
    """Mark parcels to take out as missing; the state of chance after that."""
    inside = len(missing) - missing.sum()
    if inside == 0:
        return how.seed
    seed = next_chance(how.seed)
    centre = _nth(missing, seed % inside)
    if how.way == OF_ONE:
        _mark_row_of(plan, centre, missing)
        return seed
    far = np.full(len(missing), INFINITE)
    for p in range(len(missing)):
        if missing[p] == 1:
            continue
        seed = next_chance(seed)
        chance = 0.6 + 0.8 * (seed / _MASK)
        if how.way == LATEST:
            far[p] = t.parcels[p].deadline_s - times[p]
        else:
            far[p] = chance * _unlike_m(t, times, centre, p)
    for _ in range(min(how.parcels, inside)):
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
def _mark_row_of(plan: Plan, parcel: int, missing: Ints) -> None:
    for c in range(len(plan.sizes)):
        held = False
        for i in range(plan.sizes[c]):
            held = held or plan.rows[c, i] == parcel
        if held:
            for i in range(plan.sizes[c]):
                missing[plan.rows[c, i] % len(missing)] = 1


@compiled
def _unlike_m(t: Tables, times: Floats, a: int, b: int) -> float:
    """How little two parcels have to do with each other: metres apart, and time between hand-overs."""
    near_m: float = 2000.0
    for k in range(len(t.kinds)):
        near_m = min(near_m, _apart_m(t, k, a, b))
    unlike_m: float = near_m + 0.3 * abs(times[a] - times[b])
    return unlike_m


@compiled
def _apart_m(t: Tables, k: int, a: int, b: int) -> float:
    """Metres from one parcel's place to another's by a kind that can serve both, else infinite."""
    there, here = t.place[k, a], t.place[k, b]
    if there < 0 or here < 0:
        return np.inf
    apart_m: float = t.metres_m[k, there, here]
    return apart_m
