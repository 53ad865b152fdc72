"""Who has reserved which air, and whether a new flight would meet it (invariant 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from geofences.corridor import Volume4D, first_meeting, sweep
from geofences.position import GeoPoint
from geofences.spacetime.nearness import rows
from orchestrator.traffic.intent import OperationalIntent
from orchestrator.traffic.taken import Reservation, met
from vehicles.mission import VehicleId

__all__ = ["Clash", "Reservation", "first_clash", "reservation", "volumes"]

_BESIDE = np.array([0.0, 0.0, 0.0, 0.0, 0.01, -0.01, 0.01, -0.01, 0.01])
"""How much wider than they are flights are looked for; whether those found meet is worked out one by one."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Where and when (fleet time) a flight would first be inside the volumes held by `vehicle_id`."""

    vehicle_id: VehicleId
    position: GeoPoint
    height_agl_m: float
    at_s: float


@lru_cache(maxsize=4096)
def volumes(intent: OperationalIntent) -> tuple[Volume4D, ...]:
    """The volumes of an intent: its timed path, widened on every side by its own figures."""
    return sweep(
        intent.timed,
        radius_m=intent.radius_m,
        half_height_m=intent.half_height_m,
        early_s=intent.early_s,
        late_s=intent.late_s,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """An intent, compared by identity: whole paths are slow to hash."""

    intent: OperationalIntent

    def __hash__(self) -> int:
        return id(self.intent)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.intent is self.intent


def reservation(vehicle_id: VehicleId, intent: OperationalIntent) -> Reservation:
    """What a vehicle holds by its intent; the same object for the same intent as long as it is remembered."""
    return _reservation(vehicle_id, _Same(intent))


@lru_cache(maxsize=4096)
def _reservation(vehicle_id: VehicleId, same: _Same) -> Reservation:
    return Reservation(vehicle_id, volumes(same.intent))


def first_clash(candidate: OperationalIntent, held: Sequence[Reservation]) -> Clash | None:
    """The earliest meeting of a candidate with the volumes held by others, or None when it is free.

    A parked aircraft holds nothing: its pad is its own, and nobody else's flight ends there.
    """
    mine = volumes(candidate)
    clashes = [
        Clash(other.vehicle_id, meeting.position, meeting.height_agl_m, meeting.at_s)
        for other in _near(mine, held)
        if (meeting := first_meeting(mine, other.volumes)) is not None
    ]
    return min(clashes, key=lambda clash: (clash.at_s, clash.vehicle_id), default=None)


def _near(mine: tuple[Volume4D, ...], held: Sequence[Reservation]) -> list[Reservation]:
    if not held:
        return []
    _, near, _ = met(rows(mine) + _BESIDE, mine[0].frame, held)
    return list({id(other): other for other in near}.values())
