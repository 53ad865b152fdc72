"""A binary heap in two arrays: keys, and what they stand for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geofences.navmesh.compiled import compiled
from geofences.navmesh.topology import Steps

Keys = NDArray[np.float64]
Items = NDArray[np.int64]


@compiled
def heap_put(keys: Keys, items: Items, count: int, item: int, key: Steps) -> None:
    """Put in `item` when `count` are in."""
    i = count
    while i:
        above = (i - 1) >> 1
        if keys[above] <= key:
            break
        keys[i], items[i] = keys[above], items[above]
        i = above
    keys[i], items[i] = key, item


@compiled
def heap_take(keys: Keys, items: Items, count: int) -> int:
    """Take out the item with the least key, when `count` are in."""
    taken: int = items[0]
    last = count - 1
    key, item = keys[last], items[last]
    i = 0
    while True:
        below = 2 * i + 1
        if below >= last:
            break
        if below + 1 < last and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[i], items[i] = keys[below], items[below]
        i = below
    keys[i], items[i] = key, item
    return taken
