"""One flight at many departures against what others hold: the tracks are compared once, not once a departure.

Where two tracks come near each other does not depend on when they are flown. So each place of nearness
is found once, with the two windows of time in which it is held; a delay moves one of the windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from geofences.corridor import Volume4D, first_meeting
from orchestrator.traffic.reservations import Reservation
from vehicles.mission import VehicleId

_SLACK_M = 0.01
"""Added to the boxes of volumes when they are compared, so that rounding loses no pair."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """A piece of a flight comes near a piece that `vehicle_id` holds: each with its window (fleet time)."""

    vehicle_id: VehicleId
    from_s: float
    until_s: float
    held_from_s: float
    held_until_s: float

    def met_at_s(self, delay_s: float) -> float:
        """When both are held first if the flight departs `delay_s` later; infinity when never."""
        begins_at_s = max(self.from_s + delay_s, self.held_from_s)
        return begins_at_s if begins_at_s <= min(self.until_s + delay_s, self.held_until_s) else inf


def nearnesses(flight: Sequence[Volume4D], held: Iterable[Reservation]) -> tuple[Nearness, ...]:
    """Every pair of a piece of `flight` and a held one that share a place and a height, at whatever times.

    A pair that is over before the flight could be there is left out: a flight is delayed, never advanced.
    """
    theirs = [(other.vehicle_id, volume) for other in held for volume in other.volumes]
    if not flight or not theirs:
        return ()
    frame = flight[0].frame
    local = [(by, volume) for by, volume in theirs if volume.frame == frame]
    elsewhere = [(by, volume) for by, volume in theirs if volume.frame != frame]
    pairs = [(mine, *local[column]) for mine, column in _touching(flight, [volume for _, volume in local])]
    pairs += [(mine, by, volume) for mine in flight for by, volume in elsewhere]
    return tuple(
        Nearness(by, mine.from_s, mine.until_s, other.from_s, other.until_s)
        for mine, by, other in pairs
        if first_meeting((_timeless(mine),), (_timeless(other),)) is not None
    )


def first_partner(near: Iterable[Nearness], delay_s: float) -> VehicleId | None:
    """Whom the flight would meet first, departing `delay_s` later than it was compared; None when nobody."""
    meetings = [(at_s, one.vehicle_id) for one in near if (at_s := one.met_at_s(delay_s)) < inf]
    return min(meetings)[1] if meetings else None


def _touching(flight: Sequence[Volume4D], held: Sequence[Volume4D]) -> list[tuple[Volume4D, int]]:
    """Pieces of the flight, each with the index of a held one (same frame) that it may meet by its box."""
    if not held:
        return []
    mine, theirs = _boxes(flight)[:, None], _boxes(held)[None, :]
    touch = (mine[..., :4] <= theirs[..., 4:]).all(axis=-1) & (theirs[..., :3] <= mine[..., 4:7]).all(axis=-1)
    return [(flight[row], int(column)) for row, column in np.argwhere(touch)]


def _boxes(volumes: Sequence[Volume4D]) -> NDArray[np.float64]:
    """For each volume its lower corner with the beginning of its window, then the upper with the end."""
    return np.array(list(map(_box, volumes)))


def _box(volume: Volume4D) -> tuple[float, ...]:
    start, end, reach_m = volume.start, volume.end, volume.radius_m + _SLACK_M
    return (
        min(start.east_m, end.east_m) - reach_m,
        min(start.north_m, end.north_m) - reach_m,
        volume.lower_agl_m - _SLACK_M,
        volume.from_s,
        max(start.east_m, end.east_m) + reach_m,
        max(start.north_m, end.north_m) + reach_m,
        volume.upper_agl_m + _SLACK_M,
        volume.until_s,
    )


def _timeless(volume: Volume4D) -> Volume4D:
    return replace(volume, from_s=-inf, until_s=inf)
