"""How far to charge at each station of a route: to full, or as far as the way to the next one asks."""

from __future__ import annotations

import numpy as np

from orchestrator.dispatch.electric.fleet import Fleet
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.tables import Tables


def charged_to(tables: Tables, fleet: Fleet, v: int) -> tuple[Quantity, ...]:
    """The energy in the battery of vehicle `v` as it leaves each of its stations."""
    n = int(fleet.length[v])
    stops, followed = fleet.stops[v, :n], fleet.states[v, :n, 1]
    stations = [k for k in range(1, n - 1) if stops[k] > tables.customers]
    if tables.partial == 0:
        return tuple(float(tables.filled_to[-1]) for _ in stations)
    levels = []
    for k, end in zip(stations, [*stations, n - 1][1:], strict=True):
        if end == n - 1:
            level = np.interp(followed[end], tables.filled_at, tables.filled_to)
        else:
            used = tables.energy[stops[k:end], stops[k + 1 : end + 1]].sum()
            level = np.interp(followed[end], tables.filled_at, tables.filled_to) + used
        levels.append(min(float(level), float(tables.filled_to[-1])))
    return tuple(levels)
