"""An instance as the arrays that the kernels read. Node 0 is the depot, then customers, then stations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orchestrator.dispatch.electric.problem import Electric, Kind, Place, Quantity, Refill

NEAR_STATIONS = 12
"""How many stations are tried between two nodes, those of the least detour."""

LONGEST = 512
"""Nodes in a route at most, the depot at both ends and all charging included."""


class Tables(NamedTuple):
    """What the kernels know of an instance.

    - `way`, `time`, `energy` (nodes, nodes): of the drive from one node to another
    - `ready`, `due`, `service`, `demand` (nodes)
    - `filled_at`, `filled_to`: the points of the charge curve
    - `near_stations` (nodes, nodes, k): the stations of least detour between two nodes, best first
    - `near` (customers + 1, customers - 1): for each customer the others, nearest first
    - `customers`, `stations`: how many there are; `load`: a vehicle's capacity; `partial`: 1 or 0
    """

    way: NDArray[np.float64]
    time: NDArray[np.float64]
    energy: NDArray[np.float64]
    ready: NDArray[np.float64]
    due: NDArray[np.float64]
    service: NDArray[np.float64]
    demand: NDArray[np.float64]
    filled_at: NDArray[np.float64]
    filled_to: NDArray[np.float64]
    near_stations: NDArray[np.int64]
    near: NDArray[np.int64]
    customers: int
    stations: int
    load: Quantity
    partial: int


def nodes_of(problem: Electric) -> tuple[Place, ...]:
    """The places in the order of the arrays."""
    return (problem.depot, *problem.of_kind(Kind.CUSTOMER), *problem.of_kind(Kind.STATION))


def tables_of(problem: Electric) -> Tables:
    """The arrays of an instance."""
    nodes = nodes_of(problem)
    xy = np.array([(node.x, node.y) for node in nodes], np.float64).reshape(-1, 2)
    way = np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1])
    customers = len(problem.of_kind(Kind.CUSTOMER))
    order = np.argsort(way[: customers + 1, 1 : customers + 1], axis=1, kind="stable") + 1
    near = np.array([row[row != k] for k, row in enumerate(order) if k] or np.empty((0, 0)), np.int64)
    first = np.zeros((1, max(customers - 1, 0)), np.int64)
    points = np.array(problem.curve.points, np.float64)
    return Tables(
        way=way,
        time=way / problem.velocity,
        energy=way * problem.consumption,
        ready=np.array([node.ready for node in nodes], np.float64),
        due=np.array([min(node.due, 1e18) for node in nodes], np.float64),
        service=np.array([node.service for node in nodes], np.float64),
        demand=np.array([node.demand for node in nodes], np.float64),
        filled_at=points[:, 0].copy(),
        filled_to=points[:, 1].copy(),
        near_stations=_near_stations(way, customers),
        near=np.vstack([first, near.reshape(customers, -1)]),
        customers=customers,
        stations=len(nodes) - 1 - customers,
        load=float(problem.load_capacity),
        partial=int(problem.refill is Refill.PARTIAL),
    )


def _near_stations(way: NDArray[np.float64], customers: int) -> NDArray[np.int64]:
    stations = np.arange(customers + 1, len(way))
    kept = min(len(stations), NEAR_STATIONS)
    near = np.zeros((len(way), len(way), kept), np.int64)
    for i in range(len(way)):
        detour = way[i, stations][None, :] + way[:, stations]
        near[i] = stations[np.argsort(detour, axis=1, kind="stable")[:, :kept]]
    return near
