"""One flight at any departure against what others hold: the tracks are compared once, not once a departure.

Each place where two tracks come near each other is found once, with the two windows of time in which
it is held. A delay moves one of the windows, so each such place forbids one interval of delays, and
the first free departure is the first gap between those intervals: exact, whatever the delay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geofences.corridor import Volume4D
from geofences.spacetime.columns import FROM, UNTIL
from geofences.spacetime.nearness import rows
from orchestrator.traffic.taken import Reservation, met
from vehicles.mission import VehicleId

CLEAR_S = 0.1
"""Touching counts as meeting: a departure is free this long after the one that touches."""


@dataclass(frozen=True, slots=True, order=True)
class Forbidden:
    """Departing so much later, both bounds included, the flight would meet what `vehicle_id` holds."""

    from_delay_s: float
    until_delay_s: float
    vehicle_id: VehicleId


def forbidden_delays(
    flight: Sequence[Volume4D], held: Sequence[Reservation], longest_s: float
) -> tuple[Forbidden, ...]:
    """Every interval of delays within 0 to `longest_s` at which `flight` meets something held, in order."""
    mine = rows(flight)
    pieces, whose, theirs = met(mine, flight[0].frame, held, longest_s)
    first_s = theirs[:, FROM] - mine[pieces, UNTIL]
    last_s = theirs[:, UNTIL] - mine[pieces, FROM]
    found = zip(first_s.tolist(), last_s.tolist(), whose, strict=True)
    return tuple(sorted(Forbidden(since_s, until_s, other.vehicle_id) for since_s, until_s, other in found))


def first_free_delay_s(forbidden: Iterable[Forbidden]) -> float:
    """The least delay, 0 or more, that none of the intervals (in order) forbids."""
    delay_s = 0.0
    for one in forbidden:
        if one.from_delay_s > delay_s:
            break
        delay_s = max(delay_s, one.until_delay_s + CLEAR_S)
    return delay_s
