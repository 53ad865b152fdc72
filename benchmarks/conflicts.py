"""Figures of 4D conflicts: 1,000 flights of 20 legs in an hour, all pairs and one new flight.

The peer is what one builds in an afternoon: shapely's STRtree on the boxes, then an exact test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks import Figure
from benchmarks.conflicts_peer import Boxes
from benchmarks.encounters import encounters
from benchmarks.timing import clocked, medians
from geofences.corridor import Volume4D
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.spacetime.nearness import Rows, rows
from orchestrator.traffic.departures import forbidden_delays
from orchestrator.traffic.reservations import Reservation
from vehicles.mission import VehicleId

_FLIGHTS, _LEGS, _NEW, _SEED, _TURNS = 1000, 20, 20, 4, 15
_AREA_M, _HOUR_S, _SPEED_MPS = 10_000.0, 3600.0, 15.0
_FRAME = LocalFrame(GeoPoint(60.0, 25.0))


def figures() -> Iterator[Figure]:
    """All of them; a quarter of a minute. Raises `ValueError` where ours and the peer's answers differ."""
    dice = np.random.default_rng(_SEED)
    flights = [_flight(dice) for _ in range(_FLIGHTS)]
    sky, owners = rows([v for flight in flights for v in flight]), np.repeat(np.arange(_FLIGHTS), _LEGS)
    held = tuple(Reservation(VehicleId(f"D{i}"), flight) for i, flight in enumerate(flights))
    new = [_flight(dice) for _ in range(_NEW)]
    peer = Boxes.of(sky)
    _check(encounters(sky, owners).tolist(), peer.pairs(owners).tolist())
    for one in new:
        _check(len(forbidden_delays(one, held, 0.0)), len(peer.met(rows(one))))
    yield _figure(
        f"4D conflicts among {_FLIGHTS:,} flights of {_LEGS} legs in an hour, all pairs",
        lambda: encounters(sky, owners),
        lambda: Boxes.of(sky).pairs(owners),
        "10 ms",
    )
    yield _figure(
        f"4D conflicts of one new flight with {_FLIGHTS:,}",
        lambda: [forbidden_delays(one, held, 0.0) for one in new],
        lambda: [peer.met(rows(one)) for one in new],
        "0.2 ms",
        pieces=(_NEW, _NEW),
    )
    yield _figure(
        f"one of {_FLIGHTS:,} flights replaced by another, and 4D conflicts of that one",
        lambda: [_replaced(held, i, one) for i, one in enumerate(new)],
        lambda: _made_anew(sky, 0, new[0]),
        "0.2 ms",
        pieces=(_NEW, 1),
    )


def _check(ours: object, theirs: object) -> None:
    if ours != theirs:
        raise ValueError(f"4D conflicts: {ours} found, and by the peer {theirs}")


def _replaced(held: tuple[Reservation, ...], i: int, one: tuple[Volume4D, ...]) -> object:
    new = Reservation(VehicleId("new"), one)
    return forbidden_delays(one, (*held[:i], new, *held[i + 1 :]), 0.0)


def _made_anew(sky: Rows, i: int, one: tuple[Volume4D, ...]) -> object:
    """Shapely's tree cannot be changed."""
    mine = rows(one)
    return Boxes.of(np.concatenate([sky[: i * _LEGS], mine, sky[(i + 1) * _LEGS :]])).met(mine)


def _figure(
    what: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    wanted: str,
    pieces: tuple[int, int] = (1, 1),
) -> Figure:
    took = medians({"ours": partial(_turn, ours, pieces[0]), "peer": partial(_turn, peer, pieces[1])}, _TURNS)
    return Figure(
        what=f"{what}; beside shapely's STRtree and an exact test",
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
