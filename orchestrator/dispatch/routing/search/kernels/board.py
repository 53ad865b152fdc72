"""The search's board: what never changes in one problem (`Facts`), and the plan that it changes (`Plan`).

Nodes are the stops of all ways of all tasks, then one start and one end for each vehicle. A vehicle's route
is a chain of nodes from its start to its end. Costs, times, loads and watt-hours are as in the `Problem`.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]
Real: TypeAlias = NDArray[np.float64]

Number: TypeAlias = float
"""Of what the kernels reckon with, in the units of the `Problem`."""

NONE = -1
AT, TASK, WAY, KIND = range(4)
PICKUP, DROPOFF, ALONE, BOUND = range(4)
"""Kinds of nodes: a pick-up; a drop-off after it; one that is aboard from the start; one picked up before."""
OPENS, CLOSES, SERVICE, BEGINS, LATEST, ARC_COST, ARC_S, DUE = range(8)
NEXT, PREV, ROUTE = range(3)
FIRST_WAY, LAST_WAY, BOUND_TO, MUST = range(4)
PRICE, ABOARD = range(2)
KIND_OF, ALIKE, ANCHOR, STARTS_AT, ENDS_AT = range(5)
FIXED, PER_S, BATTERY, CHARGE_W, SWAP, CHARGE, START = range(7)
AFTER, PEAK_BEFORE, PEAK_AFTER = range(3)
SIZE, OPEN, TOUCHED, SAVED_FROM, SAVED_TO, MARK, HOLE = range(7)
SEEDS, ABSENT, ABSENT_BEFORE, TOUCHES, ROUND, ORDER, RANDOM, TIMED, FLEET, BESIDE, LACKING, WHOLE = range(12)
MUST_COST = 1e9
"""What a missing task that must be done counts in a plan's cost, unless FORGONE says less for a while."""
TOTAL, BEST, TOTAL_BEFORE, TEMPERATURE, COOLING, BLINK, STRINGS, LONGEST, FOUND, FORGONE, TAILS = range(11)


class Facts(NamedTuple):
    """What the search reads.

    - `cost`, `time` (types, places, places) and the same transposed; `energy`. The last place is nowhere: the
      way to it is free, for vehicles that end at their last stop
    - `node` (nodes, 4): its place, task, way and kind. `late` (nodes): what a second after DUE costs
    - `ways` (ways, 2): the nodes of pick-up and drop-off, NONE where there is none
    - `task` (tasks, 4): its ways from, to; the vehicle that has it aboard; whether it must be done
    - `worth` (tasks, 2): price of leaving it out, longest time aboard. `load` (tasks, dimensions)
    - `allowed` (tasks, vehicles). `capacity` (types, dimensions). `charging` (places)
    - `vehicle` (vehicles, 5): type, the first vehicle like it, last frozen node, start node, end node
    - `figures` (vehicles, 7): fixed cost, cost of a second, battery, charger, swap, charge, start
    - `rank` (tasks, 5): orders in which tasks are inserted, least first; see `recreate`
    - `near` (2, nodes, n): the nearest nodes of other tasks, in way, and in way and time. `seeds`: nodes
      where ruin may begin. `before`, `behind` (nodes, n): the nearest, in way and wait, of those that may
      come right before or behind a node. `sealed` (nodes): whether nothing may come right behind it
    - `hub` (nodes): at a place with many stops, where no string of a ruin goes. `loose` (nodes): a pick-up
      without a service time or an end of its window, so that its turn among others at its place is the same
    """

    cost: NDArray[np.float64]
    cost_to: NDArray[np.float64]
    time: NDArray[np.float64]
    time_to: NDArray[np.float64]
    energy: NDArray[np.float64]
    node: Whole
    late: Real
    ways: Whole
    task: Whole
    worth: Real
    load: Real
    allowed: NDArray[np.bool_]
    capacity: Real
    charging: NDArray[np.bool_]
    vehicle: Whole
    figures: Real
    rank: Real
    near: NDArray[np.int64]
    seeds: Whole
    before: Whole
    behind: Whole
    sealed: NDArray[np.bool_]
    hub: NDArray[np.bool_]
    loose: NDArray[np.bool_]


class Plan(NamedTuple):
    """What the search writes.

    - `chain` (nodes, 3): next and previous node, vehicle; NONE off the routes
    - `stop` (nodes, 8): window, service, begin, latest begin, cost and time to the next, due
    - `aboard` (nodes, 3, dimensions): load after it, highest load up to it, highest load from it on
    - `way` (tasks): the way in which it is done, NONE when absent
    - `route` (vehicles, 7): stops, open or not, round of last touch, saved chain, a mark; behind which
      node the last ruin took a string out
    - `spent`, `spent_before` (vehicles): each route's cost, now and before the round. `tried`: room
    - `shape` (vehicles): a hash of its chain
    - `known_shape`, `known_cost` (tasks, vehicles), `known_place` (tasks, vehicles, 3): best insertion into
      the route of that shape: way, after which node pick-up and drop-off go
    - `absent`, `absent_before` (tasks): who is not in the plan; how many stands in `state`
    - `missed` (tasks): how often it was absent. `touched`, `saved`, `walk`, `keys`: room to work in
    - `need`, `left_at` (nodes): room for watt-hours and times of a route that is tried
    - `best_next` (nodes), `best_way` (tasks): the best plan so far; LACKING of its tasks must be done and are
      not, which its cost is without
    - `found` (4): vehicle, way, after which node pick-up and drop-off go, of the best place found for a task;
      FOUND is its cost. `spots`, `least` (vehicles): room
    - `state`, `level`: numbers of the search (SEEDS ..., TOTAL ...)
    """

    chain: Whole
    stop: Real
    aboard: NDArray[np.float64]
    way: Whole
    route: Whole
    spent: Real
    spent_before: Real
    tried: Whole
    shape: Whole
    known_shape: Whole
    known_cost: Real
    known_place: NDArray[np.int32]
    absent: Whole
    absent_before: Whole
    missed: Real
    touched: Whole
    saved: Whole
    walk: Whole
    keys: Real
    need: Real
    left_at: Real
    best_next: Whole
    best_way: Whole
    found: Whole
    spots: Whole
    least: Real
    state: Whole
    level: Real
