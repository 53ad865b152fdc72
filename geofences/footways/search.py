"""The cheapest way between two places on a graph that lies in the plane: A*.

P. E. Hart, N. J. Nilsson, B. Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost
Paths", IEEE Trans. Syst. Sci. Cybern. 4, 1968. No edge costs less than it is long, so what is left is at
least the straight line: nodes away from the goal are mostly never looked at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import compiled, entry

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NOBODY = -1


@compiled
def _push(keys_m: Floats, nodes: Ints, count: int, key_m: float, node: int) -> None:
    """Into a binary heap of `count` entries."""
    at = count
    while at > 0 and keys_m[(at - 1) >> 1] > key_m:
        keys_m[at], nodes[at] = keys_m[(at - 1) >> 1], nodes[(at - 1) >> 1]
        at = (at - 1) >> 1
    keys_m[at], nodes[at] = key_m, node


@compiled
def _pop(keys_m: Floats, nodes: Ints, count: int) -> None:
    """Take the first of `count` entries out of a binary heap."""
    key_m, node, at, last = keys_m[count - 1], nodes[count - 1], 0, count - 1
    while True:
        below = 2 * at + 1
        if below >= last:
            break
        if below + 1 < last and keys_m[below + 1] < keys_m[below]:
            below += 1
        if keys_m[below] >= key_m:
            break
        keys_m[at], nodes[at] = keys_m[below], nodes[below]
        at = below
    keys_m[at], nodes[at] = key_m, node


@compiled
def _left_m(at_m: Floats, node: int, goals: Ints, goals_m: Floats) -> float:
    """What is left from a node at the least."""
    least_m = np.inf
    for k in range(len(goals)):
        east_m = at_m[node, 0] - at_m[goals[k], 0]
        north_m = at_m[node, 1] - at_m[goals[k], 1]
        least_m = min(least_m, np.sqrt(east_m * east_m + north_m * north_m) + goals_m[k])
    return least_m


@entry(
    "int64(float64[:,::1], int64[::1], int64[::1], float64[::1],"
    "int64[::1], float64[::1], int64[::1], float64[::1], float64, int64[::1])"
)
def cheapest(  # noqa: PLR0917 - compiled code takes its arguments by place
    at_m: Floats,
    first: Ints,
    ends: Ints,
    cost_m: Floats,
    sources: Ints,
    sources_m: Floats,
    goals: Ints,
    goals_m: Floats,
    most_m: float,
    way: Ints,
) -> int:
    """Write the nodes from a goal back to a source into `way`, where that costs less than `most_m`: how many.

    The edges that begin at node n are `first[n]` to before `first[n + 1]`, each with the node where it ends
    and its cost. `sources_m` and `goals_m`: what it costs to get to each source, and on from each goal.
    """
    count = len(at_m)
    far_m, before = np.full(count, np.inf), np.full(count, _NOBODY)
    keys_m, nodes = np.empty(len(ends) + len(sources)), np.empty(len(ends) + len(sources), np.int64)
    queued, last = 0, _NOBODY
    for k in range(len(sources)):
        if sources_m[k] < far_m[sources[k]]:
            far_m[sources[k]] = sources_m[k]
            key_m = sources_m[k] + _left_m(at_m, sources[k], goals, goals_m)
            _push(keys_m, nodes, queued, key_m, sources[k])
            queued += 1
    while queued > 0 and keys_m[0] < most_m:
        node, key_m = nodes[0], keys_m[0]
        _pop(keys_m, nodes, queued)
        queued -= 1
        here_m = far_m[node]
        if key_m > here_m + _left_m(at_m, node, goals, goals_m):
            continue  # it was reached on a cheaper way since
        for k in range(len(goals)):
            if goals[k] == node and here_m + goals_m[k] < most_m:
                most_m, last = here_m + goals_m[k], node
        for edge in range(first[node], first[node + 1]):
            there, there_m = ends[edge], here_m + cost_m[edge]
            if there_m < far_m[there]:
                far_m[there], before[there] = there_m, node
                _push(keys_m, nodes, queued, there_m + _left_m(at_m, there, goals, goals_m), there)
                queued += 1
    size = 0
    while last != _NOBODY:
        way[size] = last
        size += 1
        last = before[last]
    return size
