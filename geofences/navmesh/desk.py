"""Room for a search to work in, kept for the next: each thread has a desk of its own."""

from __future__ import annotations

from threading import local
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh.queue import BUCKETS
from geofences.navmesh.search import BEND_WIDTH, NODE_WIDTH, STATE_WIDTH
from geofences.navmesh.topology import NONE

_LEAST = 4096


class Desk(NamedTuple):
    """The arrays of a search that it writes (see `search.Search`); the path that comes of it is the first."""

    path: NDArray[np.int64]
    ends: NDArray[np.int32]
    nodes: NDArray[np.int32]
    heads: NDArray[np.int32]
    bends: NDArray[np.int32]
    far: NDArray[np.float64]
    reached: NDArray[np.float64]
    state: NDArray[np.int64]
    figures: NDArray[np.float64]


_OWN = local()


def desk_for(points: int) -> Desk:
    """This thread's desk, with room for a mesh of so many points."""
    desk: Desk | None = getattr(_OWN, "desk", None)
    if desk is None or len(desk.reached) < points:
        desk = _OWN.desk = _desk(_LEAST if desk is None else len(desk.nodes), points)
    return desk


def larger_desk(desk: Desk) -> Desk:
    """A desk with four times the room for a search, which is this thread's from now on."""
    _OWN.desk = _desk(4 * len(desk.nodes), len(desk.reached))
    larger: Desk = _OWN.desk
    return larger


def _desk(room: int, points: int) -> Desk:
    return Desk(
        path=np.empty(room, np.int64),
        ends=np.empty(room, np.int32),
        nodes=np.empty((room, NODE_WIDTH), np.int32),
        heads=np.full(BUCKETS, NONE, np.int32),
        bends=np.empty((room, BEND_WIDTH), np.int32),
        far=np.empty(room),
        reached=np.full((points, 2), np.inf),
        state=np.zeros(STATE_WIDTH, np.int64),
        figures=np.empty(2),
    )
