"""Polyanya: the exact shortest any-angle path through a triangulation.

M. Cui, D. Harabor, A. Grastien, "Compromise-free Pathfinding on a Navigation Mesh", IJCAI 2017. A node
of the search is a door about to be gone through, as far as it can be seen from a root: the start, or the
corner at which the path bent last. Its key is the length of the shortest path through what is seen of
the door, were there no walls beyond. Unlike in the paper, what is seen is not kept as two places on the
edge, which would have to be rounded, but as the two directions in which the root sees it. These are
differences of grid points: every decision is exact, and rounding touches nothing but the keys.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geofences.compiled import inlined
from geofences.navmesh.queue import LAST, UNTIL, bucket
from geofences.navmesh.tiles import BLOCKED, DEAD, SINCE, Tiles, Turns
from geofences.navmesh.tiles import UNTIL as RUN_UNTIL
from geofences.navmesh.topology import NONE, Steps

DOOR, BEND, LEFT_E, LEFT_N, RIGHT_E, RIGHT_N, NEXT = range(7)
NODE_WIDTH = 8
POINT, BEFORE, INTO, HAND, EAST, NORTH, RAY_E, RAY_N = range(8)
BEND_WIDTH = 8
NODES, BENDS, REFUSED, LAST_BEND, ENDS = range(4, 9)
STATE_WIDTH = 9
SHORTEST, BASE = 0, 1
APART, CLOSED, FULL = -1, -2, -3
"""No path: the ends lie in different parts of free space; one lies in a solid. Or no room for the search."""
_ROUNDING = 1e-12

Place: TypeAlias = tuple[int, int]
Sight: TypeAlias = tuple[int, int, int, int]
"""Directions, or places as seen from a root: east and north of the left one, then of the right one."""


class Search(NamedTuple):
    """All that one search reads and writes. Lengths are in grid steps.

    - `goal`, and `ends`, the tiles that touch it
    - `nodes` (n, 8): the door, or `NONE` for a bend whose sight was not looked at yet; the last bend; the
      directions from there to what is seen farthest left and right; the next node of the same bucket
    - `heads`: the first node of each bucket of the queue
    - `bends` (n, 8): a point; the bend before; the tile in which it was reached, and bent about to the left
      (1) or right (-1); the point's place; the ray on which it was reached. The first is the start.
    - `far`: how far along the path each bend is
    - `reached` (points, 2): the least such figure of each point for bends to the right and to the left
    - `state`: the queue's, how many nodes and bends there are, whether one found no room, the last bend of
      the shortest path so far, how many `ends`
    - `figures`: the length of the shortest path so far, and what keys are counted from
    """

    tiles: Tiles
    turns: Turns
    goal: Place
    ends: NDArray[np.int32]
    nodes: NDArray[np.int32]
    heads: NDArray[np.int32]
    bends: NDArray[np.int32]
    far: NDArray[np.float64]
    reached: NDArray[np.float64]
    state: NDArray[np.int64]
    figures: NDArray[np.float64]


@inlined
def cross(east: int, north: int, other_east: int, other_north: int) -> int:
    """Above 0 where the other direction lies to the left. Exact."""
    return east * other_north - north * other_east


@inlined
def length(east: Steps, north: Steps) -> Steps:
    """Of a vector."""
    found: Steps = np.sqrt(east * east + north * north)
    return found


@inlined
def from_bend(s: Search, bend: int, e: int, n: int) -> Place:
    """A place as seen from a bend."""
    return e - s.bends[bend, EAST], n - s.bends[bend, NORTH]


@inlined
def is_end(s: Search, t: int) -> bool:
    """Whether a tile touches the goal."""
    for i in range(s.state[ENDS]):
        if s.ends[i] == t:
            return True
    return False


@inlined
def opened(s: Search, door: int) -> int:
    """A door that leads on, or to the goal in the dead end behind it; else `BLOCKED`."""
    if door >= BLOCKED:
        return door
    door = DEAD - door
    t = door >> 2
    for i in range(s.state[ENDS]):
        if s.tiles[t, SINCE] <= s.tiles[s.ends[i], SINCE] < s.tiles[t, RUN_UNTIL]:
            return door
    return BLOCKED


@inlined
def left_to_go(goal: Place, edge: Sight, sight: Sight) -> Steps:
    """Length of the shortest line from the root through what it sees of an edge to the goal.

    A goal on the root's side of the edge is mirrored in it: no way there through the edge is shorter.
    """
    edge_e, edge_n = float(edge[2] - edge[0]), float(edge[3] - edge[1])
    goal_e, goal_n = float(goal[0]), float(goal[1])
    above = edge_e * (goal_n - edge[1]) - edge_n * (goal_e - edge[0])
    if above < 0.0:
        far = 2.0 * above / (edge_e * edge_e + edge_n * edge_n)
        goal_e, goal_n = goal_e + far * edge_n, goal_n - far * edge_e
    left_e, left_n, right_e, right_n = float(sight[0]), float(sight[1]), float(sight[2]), float(sight[3])
    if left_e * goal_n - left_n * goal_e > 0.0:
        share = 1.0
        if sight[0] != edge[0] or sight[1] != edge[1]:
            share = float(cross(edge[0], edge[1], edge[2], edge[3])) / (left_e * edge_n - left_n * edge_e)
        return _by_way_of(share * left_e, share * left_n, goal_e, goal_n)
    if right_e * goal_n - right_n * goal_e < 0.0:
        share = 1.0
        if sight[2] != edge[2] or sight[3] != edge[3]:
            share = float(cross(edge[0], edge[1], edge[2], edge[3])) / (right_e * edge_n - right_n * edge_e)
        return _by_way_of(share * right_e, share * right_n, goal_e, goal_n)
    return length(goal_e, goal_n)


@inlined
def _by_way_of(east: Steps, north: Steps, goal_e: Steps, goal_n: Steps) -> Steps:
    return length(east, north) + length(goal_e - east, goal_n - north)


@inlined
def put(s: Search, door: int, bend: int, sight: Sight, key: Steps) -> None:
    """Queue a node, unless no path through it is shorter than the shortest so far."""
    if key >= s.figures[SHORTEST]:
        return
    n = s.state[NODES]
    if n == len(s.nodes):
        s.state[REFUSED] = 1
        return
    s.state[NODES] = n + 1
    node, b = s.nodes[n], bucket(s.state, key - s.figures[BASE])
    node[DOOR], node[BEND], node[NEXT] = door, bend, s.heads[b]
    node[LEFT_E], node[LEFT_N], node[RIGHT_E], node[RIGHT_N] = sight
    s.heads[b] = n
    s.state[LAST] = max(s.state[LAST], b)


@inlined
def arrive(s: Search, bend: int) -> None:
    """Take the straight line from a bend to the goal, if no path there is shorter."""
    e, n = from_bend(s, bend, s.goal[0], s.goal[1])
    far = s.far[bend] + length(float(e), float(n))
    if far < s.figures[SHORTEST]:
        s.figures[SHORTEST], s.state[LAST_BEND] = far, bend
        s.state[UNTIL] = bucket(s.state, far - s.figures[BASE])


@inlined
def bend_at(s: Search, t: int, p: int, before: int, to: Place, ray: Place, hand: int) -> None:
    """Bend at a point, seen from a bend along a ray, left (1) or right (-1) about its solid.

    Not where the wall there turns the other way, a shorter path came to that corner, or one as short was bent
    to that side. What is seen from there is looked at when the node's turn comes.
    """
    side = (1 + hand) >> 1
    if hand * cross(ray[0], ray[1], s.turns[p, 2 * side], s.turns[p, 2 * side + 1]) <= 0:
        return
    far = s.far[before] + length(float(to[0]), float(to[1]))
    if far > s.reached[p, 1 - side] * (1.0 + _ROUNDING) or far >= s.reached[p, side] * (1.0 - _ROUNDING):
        return
    bend = s.state[BENDS]
    if bend == len(s.bends):
        s.state[REFUSED] = 1
        return
    s.state[BENDS] = bend + 1
    s.reached[p, side] = s.far[bend] = far
    e, n = to[0] + s.bends[before, EAST], to[1] + s.bends[before, NORTH]
    row = s.bends[bend]
    row[POINT], row[BEFORE], row[INTO], row[HAND], row[EAST], row[NORTH] = p, before, t, hand, e, n
    row[RAY_E], row[RAY_N] = ray
    put(s, NONE, bend, (0, 0, 0, 0), far + length(float(s.goal[0] - e), float(s.goal[1] - n)))


@inlined
def outdated(s: Search, bend: int) -> bool:
    """Whether a shorter path to a bend has been found since."""
    if bend == 0:
        return False
    p = s.bends[bend, POINT]
    return s.far[bend] > min(s.reached[p, 0], s.reached[p, 1]) * (1.0 + _ROUNDING)
