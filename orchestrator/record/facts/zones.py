"""Facts about areas that people close and open again while the fleet works."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from geofences.zone import Medium, ZoneId


@dataclass(frozen=True, slots=True)
class PopUpZone:
    """An area that a person closed: nobody of `binds` may be in it between its heights while it applies.

    `corners` are those of a ring, open; a single one is the centre of a circle of `radius_m` metres.
    Heights are metres above ground, instants fleet time (UTC seconds); None: until it is opened again.
    """

    zone_id: ZoneId
    name: str
    corners: tuple[GeoPoint, ...]
    radius_m: float
    lower_agl_m: float
    upper_agl_m: float
    from_s: float
    until_s: float | None
    binds: tuple[Medium, ...] = (Medium.AIR,)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ZoneAdded:
    """A person closed an area."""

    zone: PopUpZone
    by: str


@dataclass(frozen=True, slots=True)
class ZoneRemoved:
    """An area that had been closed is open again: somebody said so, or its time is over."""

    zone_id: ZoneId
    by: str


@dataclass(frozen=True, slots=True)
class AirspaceRead:
    """The airspace of the files is another than before, at a start or since: what it is made of, as marks.

    Each stands for a zone as published; one for all that stands on the ground (`geofences.marks`).
    """

    marks: tuple[str, ...]


ZoneFact = ZoneAdded | ZoneRemoved | AirspaceRead
