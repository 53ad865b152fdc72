"""Figures of exact shortest paths: DESIGN section 9, beside the peers in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

import sitl.city
from benchmarks import Figure
from benchmarks.geofences_peers import PEERS, Peer, length_m
from benchmarks.geofences_worlds import STEP_M, Place, Rings, ends, keep_outs
from geofences.formats import city
from geofences.navmesh.mesh import Mesh, Nowhere
from geofences.outline import outline
from geofences.position import LocalFrame, LocalPoint
from geofences.sky import Sky, Walled, offset
from orchestrator.ending import Failed

_SEED = 7
_QUERIES = 200
_PEERS_QUERIES = 10
_MARGIN_M = 5.0
_WANTED = {50: ("10 ms", "0.02 ms"), 500: ("60 ms", "0.08 ms"), 5000: ("1,000 ms", "0.7 ms")}
_SAME_FRAC = 1e-9


def figures() -> Iterator[Figure]:
    """All of them; about a minute. Raises `ValueError` where a peer finds another length than ours."""
    for count in _WANTED:
        yield from _world(count)
    yield from _helsinki()
    yield from _beside_peers(min(_WANTED))  # they take minutes to prepare larger ones, or do not end


def _took_ms(work: Callable[[], object]) -> float:
    began_s = time.thread_time()
    work()
    return (time.thread_time() - began_s) * 1e3


def _world(count: int) -> Iterator[Figure]:
    rings = keep_outs(count, _SEED)
    name = f"{count} keep-outs, {sum(map(len, rings))} corners, 10 x 10 km"
    wanted_prepare, wanted_query = _WANTED[count]
    mesh = Mesh.of(rings)
    trips = [trip for trip in ends(_QUERIES, _SEED) if not isinstance(mesh.shortest(*trip), Nowhere)]
    prepare_ms = median(_took_ms(lambda: Mesh.of(rings)) for _ in range(5))
    change_ms = median([_took_ms(partial(mesh.changed, [ring], [])) for ring in rings[:20]])
    yield _figure(f"prepare: {name}", prepare_ms, None, wanted_prepare)
    yield _figure(f"a path: {name}", _query_ms(mesh, trips), None, wanted_query)
    yield _figure(f"one lone ring taken out of the mesh: {name}", change_ms, None, "20 ms at 50,000 corners")


def _beside_peers(count: int) -> Iterator[Figure]:
    rings = keep_outs(count, _SEED)
    name = f"{count} keep-outs, {sum(map(len, rings))} corners, 10 x 10 km"
    wanted_prepare, wanted_query = _WANTED[count]
    mesh = Mesh.of(rings)
    trips = [trip for trip in ends(_QUERIES, _SEED) if not isinstance(mesh.shortest(*trip), Nowhere)]
    prepare_ms = median(_took_ms(lambda: Mesh.of(rings)) for _ in range(5))
    for peer_name, make in PEERS.items():
        try:
            peer_prepare_ms, peer = _made(make, rings)
        except ModuleNotFoundError as error:
            raise Failed(f"{error}: the peers come with pip install 'sanderling[bench]'") from error
        our_ms, peer_ms = [], []
        for trip in trips[:_PEERS_QUERIES]:
            our_ms.append(_query_ms(mesh, [trip] * 20))
            peer_ms.append(_took_ms(partial(peer, *trip)))
            _check(mesh, trip, peer(*trip))
        yield _figure(f"prepare: {name}; beside {peer_name}", prepare_ms, peer_prepare_ms, wanted_prepare)
        yield _figure(f"a path: {name}; beside {peer_name}", median(our_ms), median(peer_ms), wanted_query)


def _made(make: Callable[[Rings], Peer], rings: Rings) -> tuple[float, Peer]:
    began_s = time.thread_time()
    peer = make(rings)
    return (time.thread_time() - began_s) * 1e3, peer


def _query_ms(mesh: Mesh, trips: list[tuple[Place, Place]]) -> float:
    def all_of_them() -> None:
        for start, goal in trips:
            mesh.shortest(start, goal)

    return _took_ms(all_of_them) / len(trips)


def _check(mesh: Mesh, trip: tuple[Place, Place], theirs_m: float) -> None:
    bends = mesh.shortest(*trip)
    ours_m = np.inf if isinstance(bends, Nowhere) else length_m(np.array([trip[0], *bends, trip[1]]) * STEP_M)
    if not abs(ours_m - theirs_m) <= _SAME_FRAC * ours_m:
        raise ValueError(f"{trip}: {ours_m} m, and the peer's {theirs_m} m")


def _helsinki() -> Iterator[Figure]:
    town = city.read((Path(sitl.city.__path__[0]) / "helsinki.geojson.gz").read_bytes())
    frame = LocalFrame(town.centre)
    areas = {i: outline(b.footprint, frame).area for i, b in enumerate(town.buildings)}
    name = f"Helsinki's {len(areas)} buildings with a margin of {_MARGIN_M:g} m"
    prepare_ms = median(
        _took_ms(lambda: Sky.of({i: offset(area, _MARGIN_M) for i, area in areas.items()})) for _ in range(3)
    )
    sky = Sky.of({i: offset(area, _MARGIN_M) for i, area in areas.items()})
    places = np.random.default_rng(_SEED).uniform((-480, -780), (480, 780), (_QUERIES, 2)).tolist()
    free = [place for place in (LocalPoint(*at) for at in places) if sky.is_free(place)]
    trips = [(a, b) for a, b in zip(free[::2], free[1::2], strict=False)]
    trips = [trip for trip in trips if not isinstance(sky.shortest(*trip), Walled)]
    query_ms = _took_ms(lambda: [sky.shortest(*trip) for trip in trips]) / len(trips)
    yield _figure(f"prepare, offsets and merging included: {name}", prepare_ms, None, "-")
    yield _figure(f"a path: {name}", query_ms, None, "-")


def _figure(what: str, ours_ms: float, peer_ms: float | None, wanted: str) -> Figure:
    ratio = None if peer_ms is None else peer_ms / ours_ms
    return Figure(what, ours_ms, peer_ms, ratio, wanted, "ms of one core")
