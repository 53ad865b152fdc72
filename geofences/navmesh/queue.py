"""A queue of nodes in buckets of keys, for a search whose keys never fall: no comparing, no sifting.

R. Dial, "Algorithm 360: shortest-path forest with topological ordering", CACM 12 (1969), with buckets that
widen as keys grow, as in the radix heap (R. Ahuja, K. Mehlhorn, J. Orlin, R. Tarjan, JACM 37 (1990)): keys
are told apart by the first bits of how far they exceed the least possible key. Within a bucket the node that
came last is taken first. That order costs the search a hundredth more nodes; no path is lost by it, since it
ends only when no node is left in a bucket below or beside the best path's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import inlined
from geofences.navmesh.topology import NONE, Steps, as_float

BUCKETS = 1024
_BITS = 48
"""Of the 64 of a number: what is left are its powers of two and sixteenths between them."""
_LEAST_FRAC = 1e-4
"""The first bucket ends this much of the least key above it."""

CURSOR, LAST, UNTIL, ORIGIN = range(4)
"""In the queue's state: the bucket at work, the last in use, the last worth looking at, the least bits."""


@inlined
def _bits(value: float) -> int:
    found: int = as_float(value).view(np.int64)
    return found


@inlined
def queue_from(state: NDArray[np.int64], least: Steps) -> Steps:
    """Make the queue ready for keys of `least`, above 0, and more; gives what they are counted from."""
    state[CURSOR] = state[LAST] = 0
    state[UNTIL] = BUCKETS - 1
    state[ORIGIN] = _bits(least * _LEAST_FRAC)
    return least - least * _LEAST_FRAC


@inlined
def bucket(state: NDArray[np.int64], above: Steps) -> int:
    """Where a key belongs that exceeds by `above` what `queue_from` gave."""
    number = (_bits(above) - state[ORIGIN]) >> _BITS
    return min(max(number, state[CURSOR]), BUCKETS - 1)


@inlined
def next_bucket(heads: NDArray[np.int32], state: NDArray[np.int64]) -> bool:
    """Move on to the first bucket with a node in it; False where none is left that matters."""
    cursor, last = state[CURSOR], min(state[LAST], state[UNTIL])
    while cursor <= last and heads[cursor] == NONE:
        cursor += 1
    state[CURSOR] = cursor
    return cursor <= last
