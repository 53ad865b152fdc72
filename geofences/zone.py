"""A UAS geographical zone: where, how high, when, for whom, and how strict (ED-318 words)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from geofences.position import GeoPoint

ZoneId = NewType("ZoneId", str)


class Medium(Enum):
    """Where a vehicle moves, and so which zones bind it."""

    AIR = "air"
    SIDEWALK = "sidewalk"


class Restriction(Enum):
    """How a zone restricts (ED-318 `UASZoneType`)."""

    PROHIBITED = "PROHIBITED"
    REQ_AUTHORISATION = "REQ_AUTHORISATION"
    CONDITIONAL = "CONDITIONAL"
    NO_RESTRICTION = "NO_RESTRICTION"


class Datum(Enum):
    """What a vertical limit is measured from."""

    AGL = "AGL"
    AMSL = "AMSL"
    WGS84 = "WGS84"


@dataclass(frozen=True, slots=True)
class Limit:
    """A vertical limit: metres above `datum`."""

    value_m: float
    datum: Datum


@dataclass(frozen=True, slots=True)
class Polygon:
    """A footprint ring and its holes, open (the first corner is not repeated), any winding."""

    corners: tuple[GeoPoint, ...]
    holes: tuple[tuple[GeoPoint, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Circle:
    """A geodesic circle."""

    centre: GeoPoint
    radius_m: float


@dataclass(frozen=True, slots=True)
class Volume:
    """One layer of a zone. A limit of None is unbounded on that side."""

    footprint: Polygon | Circle
    lower: Limit | None
    upper: Limit | None


@dataclass(frozen=True, slots=True)
class Always:
    """The zone applies at all times."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The zone applies from `from_s` to before `until_s` (UTC seconds; None is unbounded)."""

    from_s: float | None
    until_s: float | None


@dataclass(frozen=True, slots=True)
class Weekly:
    """The zone applies on `days` (0 = Monday) from `from_min` to before `until_min`, minutes of the day.

    Read in `time_zone` (an IANA name), within the bounds of `span`. `until_min` may be 1440.
    """

    days: frozenset[int]
    from_min: int
    until_min: int
    time_zone: str
    span: Interval


Applicability = Always | Interval | Weekly


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as published. `applicability` is a union: it applies when any entry does."""

    zone_id: ZoneId
    name: str
    restriction: Restriction
    volumes: tuple[Volume, ...]
    applicability: tuple[Applicability, ...] = (Always(),)
    binds: frozenset[Medium] = frozenset({Medium.AIR})
    reason: str = ""
    message: str = ""
    authority: str = ""
    country: str = ""
