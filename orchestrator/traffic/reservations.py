"""Who has reserved which air, and whether a new flight would meet it (invariant 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from geofences.corridor import Volume4D, first_meeting, sweep
from geofences.nearness import Extent, Rows, apart, extent, rows
from geofences.position import GeoPoint
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import VehicleId

_NOBODY = VehicleId("")
"""Holder of what is not reserved yet."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """The 4D volumes that one of our own aircraft holds, from take-off to standing on its pad.

    At least one volume, all in one frame. `rows` are the same as an array, `reach` the box around them
    all (see `geofences.nearness`).
    """

    vehicle_id: VehicleId
    volumes: tuple[Volume4D, ...]
    rows: Rows = field(init=False, compare=False, repr=False)
    reach: Extent = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", rows(self.volumes))
        object.__setattr__(self, "reach", extent(self.rows))

    def apart(self, flight: Reservation) -> bool:
        """Whether the two cannot meet, by their boxes alone."""
        return self.volumes[0].frame == flight.volumes[0].frame and apart(self.reach, flight.reach)


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
    mine = Reservation(_NOBODY, volumes(candidate))
    clashes = [
        Clash(other.vehicle_id, meeting.position, meeting.height_agl_m, meeting.at_s)
        for other in held
        if not other.apart(mine) and (meeting := first_meeting(mine.volumes, other.volumes)) is not None
    ]
    return min(clashes, key=lambda clash: (clash.at_s, clash.vehicle_id), default=None)
