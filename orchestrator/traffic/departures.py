"""One flight at any departure against what others hold: the tracks are compared once, not once a departure.

Each place where two tracks come near each other is found once, with the two windows of time in which
it is held. A delay moves one of the windows, so each such place forbids one interval of delays, and
the first free departure is the first gap between those intervals: exact, whatever the delay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geofences.corridor import Volume4D, placed
from geofences.nearness import FROM, UNTIL, Rows, bounds, near_pairs, rows
from geofences.position import LocalFrame
from orchestrator.traffic.reservations import Reservation
from vehicles.mission import VehicleId

CLEAR_S = 0.1
"""Touching counts as meeting: a departure is free this long after the one that touches."""


@dataclass(frozen=True, slots=True, order=True)
class Forbidden:
    """Departing so much later, both bounds included, the flight would meet what `vehicle_id` holds."""

    from_delay_s: float
    until_delay_s: float
    vehicle_id: VehicleId


class TakenAir:
    """Everything that is held, as one array in one frame: made once, asked by each candidate."""

    def __init__(self, held: Iterable[Reservation], frame: LocalFrame) -> None:
        parts: list[Rows] = []
        self._owners: list[VehicleId] = []
        for other in held:
            here = other.volumes[0].frame == frame
            parts.append(other.rows if here else rows([placed(volume, frame) for volume in other.volumes]))
            self._owners += [other.vehicle_id] * len(other.volumes)
        self._rows = np.concatenate(parts) if parts else rows(())
        lows, highs = bounds(self._rows)
        self._lows, self._highs = (np.ascontiguousarray(side.T) for side in (lows, highs))

    def forbidden_delays(self, flight: Sequence[Volume4D], longest_s: float) -> tuple[Forbidden, ...]:
        """Every interval of delays within 0 to `longest_s` at which `flight` meets something held, in order.

        `flight` is in the frame that was asked for.
        """
        mine = rows(flight)
        some = self._about(mine, longest_s)
        theirs = self._rows[some]
        pairs = near_pairs(mine, theirs, longest_s)
        ours, others = mine[pairs[:, 0]], theirs[pairs[:, 1]]
        first_s, last_s = others[:, FROM] - ours[:, UNTIL], others[:, UNTIL] - ours[:, FROM]
        found = zip(first_s.tolist(), last_s.tolist(), some[pairs[:, 1]].tolist(), strict=True)
        return tuple(
            sorted(Forbidden(since_s, until_s, self._owners[row]) for since_s, until_s, row in found)
        )

    def _about(self, flight: Rows, longest_s: float) -> NDArray[np.intp]:
        """Which rows share a box with the whole flight while it may be under way."""
        lows, highs = bounds(flight)
        lower, upper = lows.min(axis=0), highs.max(axis=0)
        upper[-1] += longest_s
        shares = np.ones(len(self._rows), dtype=np.bool_)
        for low, high, least, most in zip(self._lows, self._highs, lower, upper, strict=True):
            shares &= low <= most
            shares &= high >= least
        return np.flatnonzero(shares)


def first_free_delay_s(forbidden: Iterable[Forbidden]) -> float:
    """The least delay, 0 or more, that none of the intervals (in order) forbids."""
    delay_s = 0.0
    for one in forbidden:
        if one.from_delay_s > delay_s:
            break
        delay_s = max(delay_s, one.until_delay_s + CLEAR_S)
    return delay_s
