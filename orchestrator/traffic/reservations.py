"""Who has reserved which air, and whether a new flight would meet it (invariant 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from geofences.corridor import Volume4D, first_meeting, sweep
from geofences.position import GeoPoint
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import VehicleId


@dataclass(frozen=True, slots=True)
class Reservation:
    """The 4D volumes that one of our own aircraft holds, from take-off to standing on its pad."""

    vehicle_id: VehicleId
    volumes: tuple[Volume4D, ...]


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


def first_clash(candidate: OperationalIntent, held: Sequence[Reservation]) -> Clash | None:
    """The earliest meeting of a candidate with the volumes held by others, or None when it is free.

    A parked aircraft holds nothing: its pad is its own, and nobody else's flight ends there.
    """
    mine = volumes(candidate)
    clashes = [
        Clash(other.vehicle_id, meeting.position, meeting.height_agl_m, meeting.at_s)
        for other in held
        if (meeting := first_meeting(mine, other.volumes)) is not None
    ]
    return min(clashes, key=lambda clash: (clash.at_s, clash.vehicle_id), default=None)
