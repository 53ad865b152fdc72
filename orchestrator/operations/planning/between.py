"""Ways between a hub's drop-offs and pick-ups, for vehicles that take several parcels: found a few at a time.

A crowd of parcels has thousands of pairs of places, each of which takes milliseconds to find a way for, while
the event loop waits. So each look finds some, the shortest first, as those are the likeliest to be used; what
is not found yet is reckoned by how long the ways from the hub are for their distance. What is given is found
and checked in full.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

import numpy as np
from numpy.typing import NDArray

from geofences.path import NoPath, Waypoint
from geofences.position import LocalFrame
from orchestrator.dispatch.horizon import HUB, Way
from orchestrator.operations.planning.hops import Hop, hop, hop_key
from orchestrator.operations.planning.surroundings import Surroundings
from vehicles.profile import VehicleProfile

FOUND_AT_ONCE = 6
"""Ways that one look at a hub finds for each kind: some tens of milliseconds."""

FAR_WH = 1e12
"""The energy of a way that nobody has enough for."""

_DETOUR = 1.4


def fill_between(
    way: Way,
    points: Mapping[int, Waypoint],
    profile: VehicleProfile,
    surroundings: Surroundings,
    now_s: float,
) -> None:
    """Write into `way` what is between `points`, by their numbers in it; ways from the hub are in it already.

    Ways to and from the hub become hops as well where they are found, so that all are told by one measure.
    """
    numbers = np.array(list(points), np.int64)
    straight_m = _straight_m(list(points.values()))
    _reckon(way, numbers, straight_m)
    ways, places = surroundings.ways, list(points.values())
    ids = [ways.number(place) for place in places]
    prefix = hop_key(profile, surroundings, now_s)
    left = FOUND_AT_ONCE
    rows, columns = np.triu_indices(len(places), 1)
    shortest = np.argsort(straight_m[rows, columns], kind="stable")
    for a, b in zip(rows[shortest].tolist(), columns[shortest].tolist(), strict=True):
        key = (*prefix, ids[a], ids[b])
        found = ways.known(key)
        if found is None and left > 0:
            left -= 1
            found = hop(profile, surroundings, places[a], places[b], now_s)
        between = (int(numbers[a]), int(numbers[b]))
        if isinstance(found, Hop):
            _write(way, between, found.seconds_s, found.metres_m, found.energy_wh)
        elif isinstance(found, NoPath) and between[0] != HUB:
            _write(way, between, inf, 0.0, FAR_WH)


def _write(way: Way, between: tuple[int, int], seconds_s: float, metres_m: float, energy_wh: float) -> None:
    for pair in (between, between[::-1]):
        way.seconds_s[pair], way.metres_m[pair], way.energy_wh[pair] = seconds_s, metres_m, energy_wh


def _straight_m(places: list[Waypoint]) -> NDArray[np.float64]:
    """Straight distances between all of them."""
    frame = LocalFrame(places[0].position)
    deg = np.array([(place.position.lon_deg, place.position.lat_deg) for place in places])
    at = frame.to_local_array(deg)
    return np.hypot(at[:, None, 0] - at[None, :, 0], at[:, None, 1] - at[None, :, 1])


def _reckon(way: Way, numbers: NDArray[np.int64], straight_m: NDArray[np.float64]) -> None:
    """What ways between places take, by the ways from the hub: their detours, pace and energy."""
    from_hub = numbers[1:]
    known_m, flat_m = way.metres_m[HUB, from_hub].sum(), straight_m[0, 1:].sum()
    detour = known_m / flat_m if known_m > 0.0 and flat_m > 0.0 else _DETOUR
    per_m = max(known_m, 1.0)
    metres = straight_m[1:, 1:] * detour
    pairs = np.ix_(from_hub, from_hub)
    way.metres_m[pairs] = metres
    way.seconds_s[pairs] = metres * (way.seconds_s[HUB, from_hub].sum() / per_m)
    way.energy_wh[pairs] = metres * (way.energy_wh[HUB, from_hub].sum() / per_m)
