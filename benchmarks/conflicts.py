"""Figures of 4D conflicts: 1,000 flights of 20 legs in an hour, all pairs and one new flight.

The peer is what one builds in an afternoon: shapely's STRtree on the boxes, then the same exact test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks import Figure
from benchmarks.timing import clocked, medians
from geofences.corridor import Volume4D
from geofences.encounters import encounters
from geofences.nearness import FROM, UNTIL, Rows, bounds, near_rows, rows
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from orchestrator.traffic.departures import TakenAir
from orchestrator.traffic.reservations import Reservation
from vehicles.mission import VehicleId

_FLIGHTS, _LEGS, _NEW, _SEED, _TURNS = 1000, 20, 20, 4, 15
_AREA_M, _HOUR_S, _SPEED_MPS = 10_000.0, 3600.0, 15.0
_FRAME = LocalFrame(GeoPoint(60.0, 25.0))


def figures() -> Iterator[Figure]:
    """Both; a quarter of a minute. Raises `AssertionError` where ours and the peer's answers differ."""
    dice = np.random.default_rng(_SEED)
    flights = [_flight(dice) for _ in range(_FLIGHTS)]
    sky, owners = rows([v for flight in flights for v in flight]), np.repeat(np.arange(_FLIGHTS), _LEGS)
    held = [Reservation(VehicleId(f"D{i}"), flight) for i, flight in enumerate(flights)]
    new = [_flight(dice) for _ in range(_NEW)]
    taken, peer = TakenAir(held, _FRAME), _Boxes.of(sky)
    assert [*map(tuple, encounters(sky, owners))] == [*map(tuple, _Boxes.of(sky).pairs(owners))]  # noqa: S101
    assert all(len(taken.forbidden_delays(one, 0.0)) == len(peer.met(rows(one))) for one in new)  # noqa: S101
    yield _figure(
        f"4D conflicts among {_FLIGHTS:,} flights of {_LEGS} legs in an hour, all pairs",
        lambda: encounters(sky, owners),
        lambda: _Boxes.of(sky).pairs(owners),
        "10 ms",
    )
    yield _figure(
        f"4D conflicts of one new flight with {_FLIGHTS:,}",
        lambda: [taken.forbidden_delays(one, 0.0) for one in new],
        lambda: [peer.met(rows(one)) for one in new],
        "0.2 ms",
        pieces=_NEW,
    )


def _figure(
    what: str, ours: Callable[[], object], peer: Callable[[], object], wanted: str, pieces: int = 1
) -> Figure:
    took = medians({"ours": partial(_turn, ours, pieces), "peer": partial(_turn, peer, pieces)}, _TURNS)
    return Figure(
        what=f"{what}; beside shapely's STRtree and the same exact test",
        ours=took["ours"] / 1e3,
        peer=took["peer"] / 1e3,
        ratio=took["peer"] / took["ours"],
        wanted=wanted,
        unit="ms of the processor",
    )


def _turn(work: Callable[[], object], pieces: int) -> tuple[float, int]:
    return clocked(lambda: (work(), None)[1]), pieces


def _flight(dice: np.random.Generator) -> tuple[Volume4D, ...]:
    """A wandering flight at about one height, legs of 100 to 500 m."""
    at_s = float(dice.uniform(0.0, _HOUR_S - _LEGS * 500.0 / _SPEED_MPS))
    place, height_m = dice.uniform(0.0, _AREA_M, 2), float(dice.uniform(30.0, 120.0))
    heading_rad, legs = float(dice.uniform(0.0, 2.0 * np.pi)), []
    for _ in range(_LEGS):
        heading_rad += float(dice.normal(0.0, 0.6))
        length_m = float(dice.uniform(100.0, 500.0))
        there = place + length_m * np.array([np.cos(heading_rad), np.sin(heading_rad)])
        until_s = at_s + length_m / _SPEED_MPS
        ends = (LocalPoint(float(place[0]), float(place[1])), LocalPoint(float(there[0]), float(there[1])))
        legs.append(Volume4D(_FRAME, *ends, 15.0, height_m - 5.0, height_m + 5.0, at_s - 2.0, until_s + 2.0))
        place, at_s = there, until_s
    return tuple(legs)


@dataclass(frozen=True, slots=True)
class _Boxes:
    """The peer: boxes over the ground in an STRtree."""

    sky: Rows
    tree: shapely.STRtree

    @staticmethod
    def of(sky: Rows) -> _Boxes:
        return _Boxes(sky, shapely.STRtree(_drawn(sky)))

    def pairs(self, owners: NDArray[np.intp]) -> NDArray[np.intp]:
        i, j = self.tree.query(self.tree.geometries)
        i, j = (side[(i < j) & (owners[i] != owners[j])] for side in (i, j))
        found = np.stack([i, j], axis=1)[_meet(self.sky[i], self.sky[j])]
        ordered: NDArray[np.intp] = found[np.lexsort((found[:, 1], found[:, 0]))]
        return ordered

    def met(self, flight: Rows) -> NDArray[np.intp]:
        i, j = self.tree.query(_drawn(flight))
        met: NDArray[np.intp] = np.stack([i, j], axis=1)[_meet(flight[i], self.sky[j])]
        return met


def _drawn(pieces: Rows) -> NDArray[np.object_]:
    lows, highs = bounds(pieces)
    boxes: NDArray[np.object_] = shapely.box(lows[:, 0], lows[:, 1], highs[:, 0], highs[:, 1])
    return boxes


def _meet(a: Rows, b: Rows) -> NDArray[np.bool_]:
    (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
    meet = np.asarray(((a_low <= b_high) & (b_low <= a_high)).all(axis=1))
    meet &= (a[:, FROM] <= b[:, UNTIL]) & (b[:, FROM] <= a[:, UNTIL])
    near = np.flatnonzero(meet)
    meet[near] = near_rows(a[near], b[near])
    return meet
