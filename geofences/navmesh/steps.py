"""What follows from one node of the search (see `search`): through its door and on, or about its corner."""

from __future__ import annotations

import numpy as np

from geofences.compiled import inlined
from geofences.navmesh.queue import CURSOR, bucket
from geofences.navmesh.search import (
    BASE,
    BEND,
    DOOR,
    HAND,
    INTO,
    LEFT_E,
    LEFT_N,
    POINT,
    RAY_E,
    RAY_N,
    RIGHT_E,
    RIGHT_N,
    SHORTEST,
    Place,
    Search,
    Sight,
    arrive,
    bend_at,
    cross,
    from_bend,
    is_end,
    left_to_go,
    opened,
    put,
)
from geofences.navmesh.tiles import BEYOND, BLOCKED, MAY_BEND
from geofences.navmesh.tiles import POINT as TILE_POINT
from geofences.navmesh.topology import Steps, as_int, ccw, cw


@inlined
def seen_from(s: Search, t: int, k: int, bend: int) -> Place:
    """A corner of a tile as seen from a bend."""
    return from_bend(s, bend, s.tiles[t, 2 * k], s.tiles[t, 2 * k + 1])


@inlined
def key_of(s: Search, door: int, bend: int, goal: Place, edge: Sight, sight: Sight) -> Steps:
    """The key of a door as seen from a bend; infinite where it is blocked."""
    if door == BLOCKED:
        return np.inf
    return s.far[bend] + left_to_go(goal, edge, sight)


@inlined
def _bend(s: Search, t: int, k: int, bend: int, to: Place, ray: Place, hand: int) -> None:
    """Bend at one end of a door, where it is the farthest that is seen to that side."""
    if (s.tiles[t, MAY_BEND] >> k) & 1 and cross(ray[0], ray[1], to[0], to[1]) == 0:
        bend_at(s, t, s.tiles[t, TILE_POINT + k], bend, to, ray, hand)


@inlined
def follow(s: Search, n: int) -> None:
    """Go through a node's door, and on through what follows as long as its turn is now; queue all else."""
    node = s.nodes[n]
    bend, door = as_int(node[BEND]), as_int(node[DOOR])
    sight = (
        as_int(node[LEFT_E]),
        as_int(node[LEFT_N]),
        as_int(node[RIGHT_E]),
        as_int(node[RIGHT_N]),
    )
    goal = from_bend(s, bend, s.goal[0], s.goal[1])
    while door != BLOCKED:
        t, k = door >> 2, door & 3
        le, ln, re, rn = sight
        if is_end(s, t) and cross(le, ln, goal[0], goal[1]) <= 0 <= cross(re, rn, goal[0], goal[1]):
            arrive(s, bend)
            return
        left, right = seen_from(s, t, ccw(k), bend), seen_from(s, t, cw(k), bend)
        _bend(s, t, ccw(k), bend, left, (le, ln), 1)
        _bend(s, t, cw(k), bend, right, (re, rn), -1)
        door, sight = _next(s, t, k, bend, goal, left, right, sight)


@inlined
def _next(
    s: Search, t: int, k: int, bend: int, goal: Place, left: Place, right: Place, sight: Sight
) -> tuple[int, Sight]:
    """Of the doors seen through a door, the one whose turn is now, if any; the rest is queued."""
    le, ln, re, rn = sight
    e, n = seen_from(s, t, k, bend)
    left_door = right_door = as_int(BLOCKED)
    to_left, to_right = sight, sight
    if cross(le, ln, e, n) < 0:
        left_door, to_right = as_int(opened(s, s.tiles[t, BEYOND + cw(k)])), (e, n, re, rn)
    if cross(re, rn, e, n) > 0:
        right_door, to_left = as_int(opened(s, s.tiles[t, BEYOND + ccw(k)])), (le, ln, e, n)
    left_key = key_of(s, left_door, bend, goal, (left[0], left[1], e, n), to_left)
    right_key = key_of(s, right_door, bend, goal, (e, n, right[0], right[1]), to_right)
    if left_key <= right_key:
        put(s, right_door, bend, to_right, right_key)
        if _is_now(s, left_key):
            return left_door, to_left
        put(s, left_door, bend, to_left, left_key)
    else:
        put(s, left_door, bend, to_left, left_key)
        if _is_now(s, right_key):
            return right_door, to_right
        put(s, right_door, bend, to_right, right_key)
    return as_int(BLOCKED), sight


@inlined
def _is_now(s: Search, key: Steps) -> bool:
    return key < s.figures[SHORTEST] and bucket(s.state, key - s.figures[BASE]) == s.state[CURSOR]


@inlined
def fan(s: Search, bend: int) -> None:
    """Queue what is seen from a bend, to the side it bends to, from the ray on which it was reached.

    Goes round the corner from tile to tile until a wall, or half a turn.
    """
    row = s.bends[bend]
    p, t, hand, ray = row[POINT], as_int(row[INTO]), row[HAND], (as_int(row[RAY_E]), as_int(row[RAY_N]))
    goal = from_bend(s, bend, s.goal[0], s.goal[1])
    while True:
        k = 0 if s.tiles[t, TILE_POINT] == p else 1 if s.tiles[t, TILE_POINT + 1] == p else 2
        near, far = (ccw(k), cw(k)) if hand > 0 else (cw(k), ccw(k))
        a, b = seen_from(s, t, near, bend), seen_from(s, t, far, bend)
        a_side, b_side = hand * cross(ray[0], ray[1], a[0], a[1]), hand * cross(ray[0], ray[1], b[0], b[1])
        if b_side > 0:
            _through(s, t, k, bend, goal, a, b, ray if a_side < 0 else a, hand)
        elif a_side > 0:
            return
        if is_end(s, t):
            arrive(s, bend)
        door = opened(s, s.tiles[t, BEYOND + near])
        if door == BLOCKED:
            return
        t = as_int(door >> 2)


@inlined
def _through(
    s: Search, t: int, k: int, bend: int, goal: Place, a: Place, b: Place, near: Place, hand: int
) -> None:
    """Queue the door opposite corner `k`, from `a` to `b`, seen from `near` to `b`."""
    door = opened(s, s.tiles[t, BEYOND + k])
    if door == BLOCKED:
        return
    edge, sight = (b[0], b[1], a[0], a[1]), (b[0], b[1], near[0], near[1])
    if hand < 0:
        edge, sight = (a[0], a[1], b[0], b[1]), (near[0], near[1], b[0], b[1])
    put(s, door, bend, sight, key_of(s, door, bend, goal, edge, sight))
