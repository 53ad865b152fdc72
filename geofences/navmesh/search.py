"""Polyanya: the exact shortest any-angle path through a triangulation.

M. Cui, D. Harabor, A. Grastien, "Compromise-free Pathfinding on a Navigation Mesh", IJCAI 2017. A node
of the search is an edge about to be crossed, as far as it can be seen from a root: the start, or the
corner at which the path bent last. Its key is the length of the shortest path through what is seen of
the edge, were there no walls beyond. Unlike in the paper, what is seen is not kept as two places on the
edge, which would have to be rounded, but as the two directions in which the root sees it. These are
differences of grid points: every decision is exact, and rounding touches nothing but the keys.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh.compiled import compiled
from geofences.navmesh.faces import Corners
from geofences.navmesh.queue import Items, Keys, heap_put, heap_take
from geofences.navmesh.topology import (
    ACROSS,
    NONE,
    WALLS,
    Points,
    Rows,
    Steps,
    ccw,
    corner_of,
    cw,
    side_to,
    walled,
)

INTO, ENTRY, BEND, ROOT_E, ROOT_N, LEFT_E, LEFT_N, RIGHT_E, RIGHT_N = range(9)
NODE_WIDTH = 9
GOAL_E, GOAL_N, ENDS, NODES, QUEUED, BENDS, REFUSED, LAST_BEND, HELD = range(9)
STATE_WIDTH = 9
HELD_KEY = 1
APART, CLOSED, FULL = -1, -2, -3
"""No path: the ends lie in different parts of free space; one lies in a solid. Or no room for the search."""
ALL_WALLS = 7
_ROUNDING = 1e-12

Place: TypeAlias = tuple[int, int]
Sight: TypeAlias = tuple[int, int, int, int]
"""Directions: east and north of the left one, then of the right one."""


class Search(NamedTuple):
    """All that one search reads and writes. Lengths are in grid steps.

    - `state`: the goal, how many triangles touch it, how many nodes, queued ones and bends there are,
      whether a node found no room, the last bend of the shortest path so far, the node that is held
    - `ends`: the triangles that touch the goal
    - `nodes` (n, 9): the triangle that is entered, its corner opposite the edge it is entered by, the last
      bend, the root's coordinates, the directions from there to what is seen farthest left and right
    - `keys`, `items`: the queue of nodes
    - `bends` (n, 2): a point, and the bend before it; the first is the start. `far`: how far along the path
    - `reached` (points, 2): the least such figure of each point for bends to the right and to the left
    - `shortest`: the length of the shortest path to the goal so far, and the key of the node that is held
    """

    points: Points
    rows: Rows
    corners: Corners
    state: NDArray[np.int64]
    ends: NDArray[np.int64]
    nodes: NDArray[np.int64]
    keys: Keys
    items: Items
    bends: NDArray[np.int64]
    far: NDArray[np.float64]
    reached: NDArray[np.float64]
    shortest: NDArray[np.float64]


@compiled
def cross(east: int, north: int, other_east: int, other_north: int) -> int:
    """Above 0 where the other direction lies to the left. Exact."""
    return east * other_north - north * other_east


@compiled
def length(east: Steps, north: Steps) -> Steps:
    """Of a vector."""
    found: Steps = np.sqrt(east * east + north * north)
    return found


@compiled
def push(s: Search, out_of: int, k: int, bend: int, root: Place, sight: Sight) -> None:
    """Queue the edge `k` of a triangle, seen from a root, unless it is a wall or leads nowhere else.

    The node with the least key of all that are waiting is held, not queued, as long as it can be.
    """
    t = s.rows[out_of, ACROSS + k]
    if t == NONE or walled(s.rows, out_of, k):
        return
    j = side_to(s.rows, t, out_of)
    if s.rows[t, WALLS] | (1 << j) == ALL_WALLS and not is_end(s, t):
        return
    n = s.state[NODES]
    if n == len(s.nodes):
        s.state[REFUSED] = 1
        return
    node = s.nodes[n]
    node[INTO], node[ENTRY], node[BEND] = t, j, bend
    node[ROOT_E], node[ROOT_N] = root
    node[LEFT_E], node[LEFT_N], node[RIGHT_E], node[RIGHT_N] = sight
    s.state[NODES] = n + 1
    key = s.far[bend] + _left_to_go(s, t, j, root, sight)
    if s.state[HELD] == NONE:
        s.state[HELD], s.shortest[HELD_KEY] = n, key
        return
    if key < s.shortest[HELD_KEY]:
        key, s.shortest[HELD_KEY] = s.shortest[HELD_KEY], key
        n, s.state[HELD] = s.state[HELD], n
    heap_put(s.keys, s.items, s.state[QUEUED], n, key)
    s.state[QUEUED] += 1


@compiled
def next_node(s: Search) -> int:
    """Take the waiting node with the least key; NONE where none is shorter than the shortest path so far."""
    queued, held = s.state[QUEUED], s.state[HELD]
    if held != NONE and (queued == 0 or s.shortest[HELD_KEY] <= s.keys[0]):
        s.state[HELD] = NONE
        return held if s.shortest[HELD_KEY] < s.shortest[0] else NONE
    if queued == 0 or s.keys[0] >= s.shortest[0]:
        return NONE
    s.state[QUEUED] = queued - 1
    return heap_take(s.keys, s.items, queued)


@compiled
def _left_to_go(s: Search, t: int, k: int, root: Place, sight: Sight) -> Steps:
    """Length of the shortest line from the root through what it sees of the edge to the goal.

    A goal on the root's side of the edge is mirrored in it: no way there through the edge is shorter.
    """
    left, right = s.rows[t, ccw(k)], s.rows[t, cw(k)]
    le, ln = s.points[left, 0] - root[0], s.points[left, 1] - root[1]
    re, rn = s.points[right, 0] - root[0], s.points[right, 1] - root[1]
    edge_e, edge_n = float(re - le), float(rn - ln)
    area = float(cross(le, ln, re, rn))
    goal_e, goal_n = float(s.state[GOAL_E] - root[0]), float(s.state[GOAL_N] - root[1])
    above = edge_e * (goal_n - ln) - edge_n * (goal_e - le)
    if above < 0.0:
        far = 2.0 * above / (edge_e * edge_e + edge_n * edge_n)
        goal_e, goal_n = goal_e + far * edge_n, goal_n - far * edge_e
    a_e, a_n, b_e, b_n = float(le), float(ln), float(re), float(rn)
    if cross(sight[0], sight[1], le, ln) > 0:
        share = area / (sight[0] * edge_n - sight[1] * edge_e)
        a_e, a_n = share * sight[0], share * sight[1]
    if cross(sight[2], sight[3], re, rn) < 0:
        share = area / (sight[2] * edge_n - sight[3] * edge_e)
        b_e, b_n = share * sight[2], share * sight[3]
    if a_e * goal_n - a_n * goal_e > 0.0:
        return length(a_e, a_n) + length(goal_e - a_e, goal_n - a_n)
    if b_e * goal_n - b_n * goal_e < 0.0:
        return length(b_e, b_n) + length(goal_e - b_e, goal_n - b_n)
    return length(goal_e, goal_n)


@compiled
def is_end(s: Search, t: int) -> bool:
    """Whether a triangle touches the goal."""
    for i in range(s.state[ENDS]):
        if s.ends[i] == t:
            return True
    return False


@compiled
def arrive(s: Search, bend: int, east: int, north: int) -> None:
    """Take the straight line from a place, which lies that far from the goal, if no path there is shorter."""
    far = s.far[bend] + length(float(east), float(north))
    if far < s.shortest[0]:
        s.shortest[0], s.state[LAST_BEND] = far, bend


@compiled
def bends_at(s: Search, p: int, ray: Place, hand: int) -> bool:
    """Whether a path that comes along a ray may bend at a point: left (1) or right (-1) about a solid."""
    wall = s.corners[p, (1 + hand) >> 1]
    if wall == NONE:
        return False
    e, n = s.points[wall, 0] - s.points[p, 0], s.points[wall, 1] - s.points[p, 1]
    return hand * cross(ray[0], ray[1], e, n) > 0


@compiled
def bend_at(s: Search, p: int, before: int, root: Place, hand: int) -> int:
    """A new bend; NONE where a shorter path came to that corner, or one as short was bent to that side."""
    far = s.far[before] + length(float(s.points[p, 0] - root[0]), float(s.points[p, 1] - root[1]))
    side = (1 + hand) >> 1
    if far > s.reached[p, 1 - side] * (1.0 + _ROUNDING) or far >= s.reached[p, side] * (1.0 - _ROUNDING):
        return NONE
    s.reached[p, side] = far
    bend = s.state[BENDS]
    s.bends[bend, 0], s.bends[bend, 1], s.far[bend] = p, before, far
    s.state[BENDS] = bend + 1
    return bend


@compiled
def fan(s: Search, t: int, p: int, bend: int, ray: Place, hand: int) -> None:
    """Queue what is seen from corner `p` left (1) or right (-1) of the ray on which it was reached.

    Goes round the corner from triangle to triangle until a wall, or half a turn.
    """
    near, far = (1, 2) if hand > 0 else (2, 1)
    e, n = s.points[p, 0], s.points[p, 1]
    while True:
        k = corner_of(s.rows, t, p)
        a, b = s.rows[t, (k + near) % 3], s.rows[t, (k + far) % 3]
        a_e, a_n, b_e, b_n = s.points[a, 0] - e, s.points[a, 1] - n, s.points[b, 0] - e, s.points[b, 1] - n
        a_side, b_side = hand * cross(ray[0], ray[1], a_e, a_n), hand * cross(ray[0], ray[1], b_e, b_n)
        if b_side > 0:
            if a_side < 0:
                a_e, a_n = ray
            if hand > 0:
                push(s, t, k, bend, (e, n), (b_e, b_n, a_e, a_n))
            else:
                push(s, t, k, bend, (e, n), (a_e, a_n, b_e, b_n))
        elif a_side > 0:
            return
        if is_end(s, t):
            arrive(s, bend, s.state[GOAL_E] - e, s.state[GOAL_N] - n)
        if walled(s.rows, t, (k + near) % 3):
            return
        t = s.rows[t, ACROSS + (k + near) % 3]


@compiled
def outdated(s: Search, bend: int) -> bool:
    """Whether a shorter path to a bend has been found since."""
    p = s.bends[bend, 0]
    return p != NONE and s.far[bend] > min(s.reached[p, 0], s.reached[p, 1]) * (1.0 + _ROUNDING)
