"""Ruin and recreate with simulated annealing, and with fewer vehicles (see `ruining` for the source)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.draws import Stream, draw
from orchestrator.dispatch.electric.fleet import (
    NOBODY,
    Fleet,
    copy_changes,
    copy_route,
    refresh,
    whole_way,
)
from orchestrator.dispatch.electric.inserting import TRIED_AGAIN, Spots, insert
from orchestrator.dispatch.electric.placing import Labels, labels_for
from orchestrator.dispatch.electric.problem import Quantity
from orchestrator.dispatch.electric.ruining import could_save, replace_stations, ruin
from orchestrator.dispatch.electric.tables import Tables
from orchestrator.dispatch.kernels import compiled, entry

BUILD, DROP, SHORTEN = 0, 1, 2


class Fleets(NamedTuple):
    """The solution that is worked on, the one that was last accepted, and the best one."""

    work: Fleet
    kept: Fleet
    best: Fleet


class Desk(NamedTuple):
    """Room to work in.

    - `labels`, `spots`: see there
    - `touched`, `best_changed` (vehicles): marks
    - `waiting`, `keys` (customers + 1): who is to be put back, and in what order
    - `misses` (customers + 1): how often each was left over
    """

    labels: Labels
    spots: Spots
    touched: NDArray[np.int64]
    best_changed: NDArray[np.int64]
    waiting: NDArray[np.int64]
    keys: NDArray[np.float64]
    misses: NDArray[np.float64]


def desk_for(vehicles: int, length: int, customers: int) -> Desk:
    """Room for fleets of this size."""
    return Desk(
        labels=labels_for(length),
        spots=Spots(np.full(TRIED_AGAIN, np.inf), np.zeros((TRIED_AGAIN, 2), np.int64)),
        touched=np.zeros(vehicles, np.int64),
        best_changed=np.zeros(vehicles, np.int64),
        waiting=np.zeros(customers + 1, np.int64),
        keys=np.zeros(customers + 1),
        misses=np.zeros(customers + 1),
    )


@compiled
def _waiting(tables: Tables, fleet: Fleet, desk: Desk) -> int:
    """Collect the customers that nobody keeps; how many."""
    n = 0
    for c in range(1, tables.customers + 1):
        if fleet.keeper[c] == NOBODY:
            desk.waiting[n] = c
            n += 1
    return n


@compiled
def _key(tables: Tables, c: int, way: int, rng: Stream) -> Quantity:
    """What customers are sorted by: at random, by demand, far or near, narrow windows, early or late ones."""
    if way < 4:
        return draw(rng)
    if way < 8:
        return -tables.demand[c]
    if way < 10:
        return -tables.way[0, c]
    if way < 11:
        return tables.way[0, c]
    if way < 13:
        return tables.due[c] - tables.ready[c]
    return tables.ready[c] if way < 15 else -tables.due[c]


@compiled
def _sort(tables: Tables, desk: Desk, n: int, rng: Stream) -> None:
    way = int(draw(rng) * 17)
    for x in range(n):
        c = desk.waiting[x]
        key = _key(tables, c, way, rng)
        y = x
        while y > 0 and desk.keys[y - 1] > key:
            desk.keys[y], desk.waiting[y] = desk.keys[y - 1], desk.waiting[y - 1]
            y -= 1
        desk.keys[y], desk.waiting[y] = key, c


@compiled
def _new_vehicle(tables: Tables, fleet: Fleet) -> bool:
    """One more vehicle, empty, where there is room for it."""
    v = fleet.used[0]
    if v >= len(fleet.length):
        return False
    fleet.stops[v, 0], fleet.stops[v, 1], fleet.length[v] = 0, 0, 2
    fleet.used[0] = v + 1
    return refresh(tables, fleet, v)


@compiled
def _drop_vehicle(fleet: Fleet, v: int) -> None:
    """One vehicle less: the last takes the row of `v`, whose customers nobody keeps."""
    last = fleet.used[0] - 1
    for c in range(1, len(fleet.keeper)):
        if fleet.keeper[c] == v:
            fleet.keeper[c] = NOBODY
        elif fleet.keeper[c] == last:
            fleet.keeper[c] = v
    if v != last:
        copy_route(fleet, last, fleet, v)
    fleet.changed[v], fleet.changed[last] = 1, 1
    fleet.used[0] = last


@compiled
def _place_anew(tables: Tables, fleet: Fleet, desk: Desk, below: Quantity) -> None:
    way = whole_way(fleet)
    for v in range(fleet.used[0]):
        if fleet.changed[v] == 1:
            way -= could_save(tables, fleet, v)
    for v in range(fleet.used[0]):
        if fleet.changed[v] == 1 and way < below:
            way += could_save(tables, fleet, v)
            before = fleet.way[v]
            replace_stations(tables, fleet, desk.labels, v)
            way += fleet.way[v] - before


@compiled
def _recreate(tables: Tables, fleet: Fleet, desk: Desk, grow: int, below: Quantity, rng: Stream) -> int:
    """Put back who waits, with more vehicles if it may `grow`; how many are left over.

    Stations are placed anew where that could bring the distance below `below`.
    """
    n = _waiting(tables, fleet, desk)
    _sort(tables, desk, n, rng)
    left = 0
    for x in range(n):
        c = desk.waiting[x]
        done = insert(tables, fleet, desk.labels, desk.spots, c, rng)
        if not done and grow == 1 and _new_vehicle(tables, fleet):
            done = insert(tables, fleet, desk.labels, desk.spots, c, rng)
            if not done:
                _drop_vehicle(fleet, fleet.used[0] - 1)
        if not done:
            desk.waiting[left] = c
            left += 1
    _place_anew(tables, fleet, desk, below)
    if left == 0:
        for v in range(fleet.used[0] - 1, -1, -1):
            if fleet.length[v] == 2:
                _drop_vehicle(fleet, v)
    return left


@compiled
def _missed(fleet: Fleet, desk: Desk) -> Quantity:
    """How often those whom nobody keeps were left over, in all."""
    total = 0.0
    for c in range(1, len(fleet.keeper)):
        if fleet.keeper[c] == NOBODY:
            total += desk.misses[c]
    return total


@compiled
def _easiest(fleet: Fleet, desk: Desk) -> int:
    """The vehicle whose customers were left over least often."""
    best, least = 0, np.inf
    for v in range(fleet.used[0]):
        total = 0.0
        for c in range(1, len(fleet.keeper)):
            if fleet.keeper[c] == v:
                total += desk.misses[c]
        if total < least:
            best, least = v, total
    return best


@compiled
def _keep_best(work: Fleet, best: Fleet, desk: Desk) -> bool:
    """Remember `work`, which serves all, if it is the best yet; whether it is."""
    fewer = work.used[0] < best.used[0]
    if fewer or (work.used[0] == best.used[0] and whole_way(work) < whole_way(best) - 1e-9):
        desk.best_changed[: max(work.used[0], best.used[0])] = 1
        copy_changes(work, best, desk.best_changed)
        return True
    return False


@compiled
def _build(tables: Tables, fleets: Fleets, desk: Desk, rng: Stream) -> None:
    """A first solution, with as many vehicles as it takes; who cannot be served even alone is left over."""
    _recreate(tables, fleets.work, desk, 1, np.inf, rng)
    for v in range(fleets.work.used[0]):
        desk.best_changed[v] = 1
    copy_changes(fleets.work, fleets.best, desk.best_changed)
    copy_changes(fleets.work, fleets.kept, fleets.work.changed)


@compiled
def _round(
    tables: Tables, fleets: Fleets, desk: Desk, rng: Stream, heat: Quantity
) -> tuple[int, Quantity, Quantity]:
    """Ruin and recreate `work`: how many are left over, its distance, and what would be accepted below."""
    below = whole_way(fleets.kept) - heat * np.log(1.0 - draw(rng))
    ruin(tables, fleets.work, desk.labels, desk.touched, rng)
    left = _recreate(tables, fleets.work, desk, 0, below, rng)
    return left, whole_way(fleets.work), below


@compiled
def _shorten(
    tables: Tables, fleets: Fleets, desk: Desk, rng: Stream, rounds: int, hot: Quantity, cold: Quantity
) -> None:
    """Towards less distance (and fewer vehicles by chance), cooling from `hot` to `cold`."""
    work, kept = fleets.work, fleets.kept
    lost = _waiting(tables, kept, desk)
    for done in range(rounds):
        heat = hot * (cold / hot) ** ((done + 1.0) / rounds)
        left, way, below = _round(tables, fleets, desk, rng, heat)
        if left <= lost and (work.used[0] < kept.used[0] or way < below):
            copy_changes(work, kept, work.changed)
            _keep_best(work, fleets.best, desk)
        else:
            copy_changes(kept, work, work.changed)


@compiled
def _drop(tables: Tables, fleets: Fleets, desk: Desk, rng: Stream, rounds: int, heat: Quantity) -> None:
    """Towards one vehicle less than `best` has; ends when that is found."""
    work, kept = fleets.work, fleets.kept
    if kept.used[0] >= fleets.best.used[0]:
        _drop_vehicle(work, _easiest(work, desk))
        copy_changes(work, kept, work.changed)
    for _ in range(rounds):
        left, way, below = _round(tables, fleets, desk, rng, heat)
        was, missed = _missed(kept, desk), _missed(work, desk)
        for x in range(left):
            desk.misses[desk.waiting[x]] += 1.0
        if missed < was or left == 0 or (missed <= was and way < below):
            copy_changes(work, kept, work.changed)
            if left == 0 and _keep_best(work, fleets.best, desk):
                return
        else:
            copy_changes(kept, work, work.changed)


@entry
def search(
    tables: Tables,
    fleets: Fleets,
    desk: Desk,
    rng: Stream,
    rounds: int,
    heats: tuple[Quantity, Quantity],
    aim: int,
) -> None:
    """Work for so many rounds on the `aim`: BUILD, DROP a vehicle, or SHORTEN between two temperatures."""
    if aim == BUILD:
        _build(tables, fleets, desk, rng)
    elif aim == DROP:
        _drop(tables, fleets, desk, rng, rounds, heats[0])
    else:
        _shorten(tables, fleets, desk, rng, rounds, heats[0], heats[1])
