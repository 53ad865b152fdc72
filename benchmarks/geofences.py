"""Figures of exact shortest paths, beside the peers in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

import sitl.city
from benchmarks import Figure
from benchmarks.geofences_peers import PEERS, Peer, length_m
from benchmarks.geofences_worlds import STEP_M, Place, Rings, ends, keep_outs
from geofences.airspace import Airspace
from geofences.airways.level import Level, level_of
from geofences.airways.sky import Sky, Walled, offset
from geofences.formats import city
from geofences.navmesh.mesh import Mesh, Nowhere
from geofences.outline import outline
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.zone import Medium, Polygon, Restriction, Volume, Zone, ZoneId

_SEED = 7
_QUERIES = 200
_PEERS_QUERIES = 10
_MARGIN_M = 5.0
_ZONE_MARGIN_M = 0.5
_CHANGES = 12
_MANY_CHANGES = 150
_WANTED = {50: ("10 ms", "0.02 ms"), 500: ("60 ms", "0.08 ms"), 5000: ("1,000 ms", "0.7 ms")}
_SAME_FRAC = 1e-9


def figures() -> Iterator[Figure]:
    """All of them; a minute or two. Raises `ValueError` where a peer finds another length than ours."""
    for count in _WANTED:
        yield from _world(count)
    yield from _one_zone(max(_WANTED))
    yield from _helsinki()


def _took_ms(work: Callable[[], object]) -> float:
    began_s = time.thread_time()
    work()
    return (time.thread_time() - began_s) * 1e3


def _world(count: int) -> Iterator[Figure]:
    """Ours, and the peers in the smallest world: they take minutes to prepare larger ones, or do not end."""
    rings = keep_outs(count, _SEED)
    name = f"{count} keep-outs, {sum(map(len, rings))} corners, 10 x 10 km"
    wanted_prepare, wanted_query = _WANTED[count]
    mesh = Mesh.of(rings)
    trips = [trip for trip in ends(_QUERIES, _SEED) if not isinstance(mesh.shortest(*trip), Nowhere)]
    prepare_ms = median(_took_ms(lambda: Mesh.of(rings)) for _ in range(5))
    query_ms = median(_query_ms(mesh, trips) for _ in range(5))
    change_ms = median([_took_ms(partial(mesh.changed, [ring], [])) for ring in rings[:20]])
    yield _figure(f"prepare: {name}", prepare_ms, None, wanted_prepare)
    yield _figure(f"a path: {name}", query_ms, None, wanted_query)
    yield _figure(f"one lone ring taken out of the mesh: {name}", change_ms, None, "20 ms at 50,000 corners")
    for peer_name, make in PEERS.items() if count == min(_WANTED) else ():
        try:
            peer_prepare_ms, peer = _made(make, rings)
        except ModuleNotFoundError:
            what = f"a path: {name}; {peer_name} is not here: pip install 'sanderling[bench]'"
            yield _figure(what, query_ms, None, wanted_query)
            continue
        our_ms, peer_ms = [], []
        for trip in trips[:_PEERS_QUERIES]:
            our_ms.append(_query_ms(mesh, [trip] * 20))
            peer_ms.append(_took_ms(partial(peer, *trip)))
            _check(mesh, trip, peer(*trip))
        yield _figure(f"prepare: {name}; beside {peer_name}", prepare_ms, peer_prepare_ms, wanted_prepare)
        yield _figure(f"a path: {name}; beside {peer_name}", median(our_ms), median(peer_ms), wanted_query)


def _one_zone(count: int) -> Iterator[Figure]:
    """The whole of it: a zone added to an airspace, or taken out, and a level ready to be asked."""
    frame = LocalFrame(GeoPoint(60.17, 24.94))
    zones = [_zone(frame, ring, str(i)) for i, ring in enumerate(keep_outs(count, _SEED))]
    airspace = Airspace(frame, zones[_CHANGES:], (), 0.0)
    _level(airspace)
    came_ms, went_ms = [], []
    for zone in zones[:_CHANGES]:
        came_ms.append(_took_ms(partial(_added, airspace, zone)))
        went_ms.append(_took_ms(partial(_taken_out, airspace.with_zone(zone), zone.zone_id)))
    name = f"an airspace of {count} zones, {10 * count} corners, level included"
    yield _figure(f"one zone added: {name}", median(came_ms), None, "20 ms")
    yield _figure(f"one zone taken out: {name}", median(went_ms), None, "20 ms")
    yield from _after_many(airspace, zones)


def _after_many(airspace: Airspace, zones: list[Zone]) -> Iterator[Figure]:
    """What a path costs after many changes, beside the same airspace made anew."""
    took_ms = []
    for away, back in zip(zones[_CHANGES:], zones[: _CHANGES + _MANY_CHANGES], strict=False):
        took_ms.append(_took_ms(partial(_taken_out, airspace, away.zone_id)))
        airspace = airspace.without_zone(away.zone_id)
        took_ms.append(_took_ms(partial(_added, airspace, back)))
        airspace = airspace.with_zone(back)
    changed, anew = _level(airspace).sky, Sky.of(_level(airspace).sky.solids)
    trips = [(LocalPoint(*a), LocalPoint(*b)) for a, b in np.array(ends(_QUERIES, _SEED)) * STEP_M - 5000.0]
    trips = [trip for trip in trips if anew.is_free(trip[0]) and anew.is_free(trip[1])]
    turns = [(_trips_ms(changed, trips), _trips_ms(anew, trips)) for _ in range(7)]
    ours_ms, anew_ms = np.median(turns, axis=0).tolist()
    name = f"{len(took_ms)} changes"
    yield _figure(f"one of {name} on end, the longest", max(took_ms), None, "-")
    yield _figure(f"a path after {name}, beside the same made anew", ours_ms, anew_ms, "0.7 ms")


def _trips_ms(sky: Sky, trips: list[tuple[LocalPoint, LocalPoint]]) -> float:
    return _took_ms(lambda: [sky.shortest(*trip) for trip in trips]) / len(trips)


def _added(airspace: Airspace, zone: Zone) -> Level:
    return _level(airspace.with_zone(zone))


def _taken_out(airspace: Airspace, zone_id: ZoneId) -> Level:
    return _level(airspace.without_zone(zone_id))


def _level(airspace: Airspace) -> Level:
    blocks = airspace.blocks_within(Medium.AIR, from_s=0.0, until_s=1e9, lower_agl_m=50.0, upper_agl_m=50.0)
    return level_of(airspace, blocks, _ZONE_MARGIN_M)


def _zone(frame: LocalFrame, ring: NDArray[np.int64], name: str) -> Zone:
    places = (ring * STEP_M - 5000.0).tolist()
    footprint = Polygon(tuple(frame.to_geo(LocalPoint(*place)) for place in places))
    return Zone(ZoneId(name), name, Restriction.PROHIBITED, (Volume(footprint, None, None),))


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
