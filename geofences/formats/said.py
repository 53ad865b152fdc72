"""What people write beside an area: properties under the many names that they give the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from geofences.formats import zone_members
from geofences.formats.notes import Notes, shown
from geofences.formats.zone_times import instant_s
from geofences.zone import Always, Applicability, Interval, Medium, Restriction, Unit

SUFFIXES = {"": None, "m": Unit.M, "metres": Unit.M, "meters": Unit.M, "ft": Unit.FT, "feet": Unit.FT}
HEIGHTS = {
    "lower": ("lower", "lowerlimit", "floor", "minheight", "minaltitude", "base", "lowerval", "lowerceiling"),
    "upper": (
        *("upper", "upperlimit", "ceiling", "ceil", "maxheight", "maxaltitude", "top", "tops", "upperval"),
        "upperceiling",
    ),
}
"""Names of limits, each also with its unit behind it: `floor_m`, `ceilingFt`."""
_NAMES = {
    **{side: tuple(f"{n}{s}" for n in names for s in SUFFIXES) for side, names in HEIGHTS.items()},
    "id": ("id", "identifier", "zoneid", "code", "fid", "objectid", "gmlid"),
    "name": ("name", "title", "zonename", "nameofarea", "nom", "nome", "nimi"),
    "restriction": ("restriction", "restrictiontype", "type", "zonetype", "kind", "class", "category"),
    "lower_datum": (
        *("lowerdatum", "lowerreference", "lowerverticalreference", "lowerlimitreference"),
        *("lowerref", "lowercode", "floordatum", "datum"),
    ),
    "upper_datum": (
        *("upperdatum", "upperreference", "upperverticalreference", "upperlimitreference"),
        *("upperref", "uppercode", "ceilingdatum", "datum"),
    ),
    "unit": ("unit", "uom", "uomdimensions", "units"),
    "lower_unit": ("loweruom",),
    "upper_unit": ("upperuom",),
    "radius": ("radiusm", "radiusmeters", "radiusmetres", "radiusnm", "radiuskm", "radius"),
    "from": ("from", "startdatetime", "validfrom", "start", "begin"),
    "until": ("until", "enddatetime", "validuntil", "validto", "end"),
    "message": ("message", "messageen", "msgen", "msg", "description", "remarks", "remark", "info"),
    "reason": ("reason", "reasons"),
    "conditions": ("conditions", "restrictionconditions"),
    "country": ("country",),
    "binds": ("binds",),
}
_DRAWN = frozenset(
    {
        *("fill", "fillopacity", "stroke", "strokewidth", "strokeopacity", "markercolor", "styleurl"),
        *("active", "when", "text", "visibility", "tessellate", "extrude", "altitudemode", "stylehash"),
    }
)
_KNOWN = frozenset(name for names in _NAMES.values() for name in names) | _DRAWN
_NAUTICAL_MILE_M = 1852.0
_SMALLEST_M = 20.0
"""A radius without a unit below this is none in metres: NOTAM and AIP write nautical miles."""
_MEDIA = {medium.value: medium for medium in Medium}


def plain_name(name: str) -> str:
    """A name without case, underscores or blanks."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


_IN_TABLES = (
    "restriction",
    "lower",
    "upper",
    "lower_datum",
    "upper_datum",
    "unit",
    "conditions",
    "reason",
    "country",
)


def told_in_tables(name: str) -> bool:
    """Whether a row of that name in a table says what data say; others may be about anything."""
    return any(plain_name(name) in _NAMES[what] for what in _IN_TABLES)


class Said:
    """Properties by their plain names: without case, underscores or blanks."""

    def __init__(self, properties: Mapping[str, object]) -> None:
        self._held = {
            plain_name(name): (name, value) for name, value in properties.items() if value is not None
        }

    def find(self, what: str) -> tuple[str, object]:
        """The name under which something is said, and what; its usual name and None where it is not."""
        held = (self._held[name] for name in _NAMES[what] if name in self._held)
        return next(held, (_NAMES[what][0], None))

    def value(self, what: str) -> object:
        """What is said, or None."""
        return self.find(what)[1]

    @property
    def grants_heights(self) -> bool:
        """Whether it is of the FAA's UAS facility maps, whose CEILING is up to where one may ask to fly."""
        return "ceiling" in self._held and bool({"mapeff", "apt1faaid", "apt1icao"} & self._held.keys())

    @property
    def is_notam(self) -> bool:
        """Whether it is a NOTAM, whose limits (item Q) are flight levels, 999 for no limit."""
        return "fir" in self._held and bool({"series", "qcode", "scope"} & self._held.keys())

    def radius_m(self, notes: Notes) -> float | None:
        """The radius of a circle about a point, metres; None where none is said."""
        name, value = self.find("radius")
        number = notes.number(value, f"properties.{name}")
        if number is None:
            return None
        plain = plain_name(name)
        if plain == "radius":
            plain = "radiusnm" if number < _SMALLEST_M else "radiusm"
            notes.add(f"properties.{name}", value, f"{number:g} {'NM' if plain == 'radiusnm' else 'm'}")
        return number * {"radiusnm": _NAUTICAL_MILE_M, "radiuskm": 1000.0}.get(plain, 1.0)

    def text(self, what: str) -> str:
        """What is said, as a text."""
        value = self.value(what)
        return value.strip() if isinstance(value, str) else "" if value is None else shown(value)

    def identifier(self, outer: object = None) -> str:
        """The first of the identifier, one from outside, and the name; or nothing."""
        for value in (self.value("id"), outer, self.value("name")):
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    def note_unknown(self, notes: Notes) -> None:
        """Name all that has no meaning here."""
        for plain, (name, value) in self._held.items():
            if plain not in _KNOWN:
                notes.add(f"properties.{name}", value, "nothing")


def restriction(said: Said, notes: Notes) -> Restriction:
    """How the zone restricts; PROHIBITED where nobody says."""
    name, value = said.find("restriction")
    own = {found.value: found for found in Restriction}
    return zone_members.restriction(value, own, notes, f"properties.{name}")


def applicability(said: Said, notes: Notes) -> Iterator[Applicability]:
    """From when until when; always where neither is said."""
    starts, ends = said.find("from"), said.find("until")
    from_s = instant_s(starts[1], notes, f"properties.{starts[0]}", ends=False)
    until_s = instant_s(ends[1], notes, f"properties.{ends[0]}", ends=True)
    if from_s is not None and until_s is not None and until_s <= from_s:
        notes.add(f"properties.{ends[0]}", ends[1], "always, since it ends before it begins")
        from_s = until_s = None
    yield Always() if from_s is None and until_s is None else Interval(from_s, until_s)


def binds(said: Said, notes: Notes) -> frozenset[Medium]:
    """Whom the zone binds: aircraft, or as `binds` says, a list of air and sidewalk."""
    value = said.value("binds")
    if value is None:
        return frozenset({Medium.AIR})
    names = value if isinstance(value, list) else str(value).split(",")
    known = [_MEDIA.get(name.strip().lower()) if isinstance(name, str) else None for name in names]
    found = frozenset(medium for medium in known if medium is not None)
    if None in known or not found:
        notes.add("properties.binds", value, "all vehicles")
        return frozenset(Medium)
    return found
