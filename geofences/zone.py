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


class Unit(Enum):
    """In what a vertical limit was published.

    A flight level is a pressure: 1,013.25 hPa at its zero, wherever the sea happens to be. `Limit` gives it
    in metres AMSL of a standard day; `limits.band` allows for the days that are not.
    """

    M = "m"
    FT = "ft"
    FL = "FL"


@dataclass(frozen=True, slots=True)
class Limit:
    """A vertical limit: metres above `datum`, whatever `unit` it was published in."""

    value_m: float
    datum: Datum
    unit: Unit = Unit.M


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


class DayEvent(Enum):
    """An event of the sun's day (ED-318 `daylightEventType`); see `sun`."""

    BMCT = "BMCT"
    """Beginning of morning civil twilight: the sun's centre climbs past 6 degrees below the horizon."""
    SR = "SR"
    """Sunrise."""
    SS = "SS"
    """Sunset."""
    EECT = "EECT"
    """End of evening civil twilight."""


@dataclass(frozen=True, slots=True)
class Daylight:
    """The zone applies on `days` (0 = Monday) between two times of the day, at least one told by the sun.

    `starts` and `ends` are an event or minutes of the UTC day; where the end is not after the start it is
    the next one. Days are those of the sun at the zone, from midnight to midnight of local solar time.
    `places` are the outermost corners of the zone: it applies while it does at any of them.
    """

    days: frozenset[int]
    starts: DayEvent | int
    ends: DayEvent | int
    span: Interval
    places: tuple[GeoPoint, ...]


Applicability = Always | Interval | Weekly | Daylight


class Purpose(Enum):
    """What an authority is there for (ED-318 `authorityRole`)."""

    AUTHORIZATION = "AUTHORIZATION"
    NOTIFICATION = "NOTIFICATION"
    INFORMATION = "INFORMATION"


@dataclass(frozen=True, slots=True)
class Authority:
    """Whom to ask or tell, how, and how long before: `interval_before` is an ISO 8601 duration, "P5D"."""

    name: str = ""
    service: str = ""
    contact_name: str = ""
    site_url: str = ""
    email: str = ""
    phone: str = ""
    purpose: Purpose | None = None
    interval_before: str = ""


class UasClass(Enum):
    """Class identification label of an unmanned aircraft (Regulation (EU) 2019/945)."""

    C0 = "C0"
    C1 = "C1"
    C2 = "C2"
    C3 = "C3"
    C4 = "C4"
    C5 = "C5"
    C6 = "C6"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a zone asks of a vehicle to know whether it binds it. None: not known, so nothing exempts it."""

    medium: Medium
    uas_class: UasClass | None = None
    mass_kg: float | None = None
    """At take-off, parcel included."""


@dataclass(frozen=True, slots=True)
class Exempt:
    """Which vehicles a zone does not bind: those of the classes, and those lighter than `below_kg`."""

    classes: frozenset[UasClass] = frozenset()
    below_kg: float = 0.0

    def covers(self, kind: Kind) -> bool:
        """Whether a vehicle is exempt. What is not known of it never exempts it."""
        light = kind.mass_kg is not None and kind.mass_kg < self.below_kg
        return light or kind.uas_class in self.classes


NOBODY = Exempt()


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone as published. `applicability` is a union: it applies when any entry does.

    `reason` is the published codes, a comma between them; `conditions` says under what conditions one
    may fly where the restriction is CONDITIONAL or an authorisation is needed.
    """

    zone_id: ZoneId
    name: str
    restriction: Restriction
    volumes: tuple[Volume, ...]
    applicability: tuple[Applicability, ...] = (Always(),)
    binds: frozenset[Medium] = frozenset({Medium.AIR})
    reason: str = ""
    message: str = ""
    authorities: tuple[Authority, ...] = ()
    country: str = ""
    conditions: str = ""
    reason_info: str = ""
    exempt: Exempt = NOBODY

    @property
    def authority(self) -> str:
        """The names of the authorities, for a line on a screen."""
        return "; ".join(dict.fromkeys(one.name for one in self.authorities if one.name))
