"""What people write beside an area: properties under the many names that they give the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from geofences.formats import zone_members
from geofences.formats.limit_words import FOOT_M, Bare, Unlimited, read_limit
from geofences.formats.notes import Notes, shown
from geofences.formats.zone_layers import NO_LIMIT, datum_of, with_height
from geofences.formats.zone_times import instant_s
from geofences.zone import Always, Applicability, Datum, Interval, Limit, Medium, Restriction, Unit

_SUFFIXES = {"": None, "m": Unit.M, "metres": Unit.M, "meters": Unit.M, "ft": Unit.FT, "feet": Unit.FT}
_HEIGHTS = {
    "lower": ("lower", "lowerlimit", "floor", "minheight", "minaltitude", "base", "lowerval", "lowerceiling"),
    "upper": (
        *("upper", "upperlimit", "ceiling", "ceil", "maxheight", "maxaltitude", "top", "tops", "upperval"),
        "upperceiling",
    ),
}
"""Names of limits, each also with its unit behind it: `floor_m`, `ceilingFt`."""
_NAMES = {
    **{side: tuple(f"{n}{s}" for n in names for s in _SUFFIXES) for side, names in _HEIGHTS.items()},
    "id": ("id", "identifier", "zoneid", "code", "fid", "objectid", "gmlid"),
    "name": ("name", "title", "zonename", "nom", "nome", "nimi"),
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
_MEDIA = {medium.value: medium for medium in Medium}


def _plain(name: str) -> str:
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
    return any(_plain(name) in _NAMES[what] for what in _IN_TABLES)


class Said:
    """Properties by their plain names: without case, underscores or blanks."""

    def __init__(self, properties: Mapping[str, object]) -> None:
        self._held = {_plain(name): (name, value) for name, value in properties.items() if value is not None}

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

    def radius_m(self, notes: Notes) -> float | None:
        """The radius of a circle about a point, metres; None where none is said."""
        name, value = self.find("radius")
        number = notes.number(value, f"properties.{name}")
        per_unit = {"radiusnm": 1852.0, "radiuskm": 1000.0}.get(_plain(name), 1.0)
        if number is not None and _plain(name) == "radius":
            notes.add(f"properties.{name}", value, f"{number:g} metres")
        return None if number is None else number * per_unit

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


def limits(said: Said, notes: Notes) -> tuple[Limit | None, Limit | None]:
    """The lower and the upper limit; None (noted) for none."""
    if said.grants_heights:
        notes.add(
            "properties.CEILING", said.value("upper"), "all heights: it says up to where one may ask to fly"
        )
        return None, None
    lower, upper = _limit(said, "lower", notes), _limit(said, "upper", notes)
    lower, upper = with_height(lower, upper, notes, "properties")
    if lower and upper and lower.datum is upper.datum and lower.value_m > upper.value_m:
        notes.add("properties", f"{lower.value_m:g} m below {upper.value_m:g} m", "the other way round")
        return upper, lower
    return lower, upper


def _unit(said: Said, side: str, notes: Notes) -> Unit | None:
    """The unit in the limit's own name, else one for that side, else for both; metres where none is said."""
    plain = _plain(said.find(side)[0])
    for base in _HEIGHTS[side]:
        own = _SUFFIXES.get(plain.removeprefix(base)) if plain.startswith(base) else None
        if own is not None:
            return own
    name, value = said.find(f"{side}_unit")
    if value is None:
        name, value = said.find("unit")
    known = {"m": Unit.M, "metres": Unit.M, "meters": Unit.M, "ft": Unit.FT, "feet": Unit.FT}
    found = known.get(value.strip().lower()) if isinstance(value, str) else Unit.M if value is None else None
    if found is None:
        notes.add(f"properties.{name}", value, "all heights, since the unit is unknown")
    return found


def _limit(said: Said, side: str, notes: Notes) -> Limit | None:
    name, value = said.find(side)
    where = f"properties.{name}"
    if isinstance(value, dict):
        value = _in_words(value)
    unit = _unit(said, side, notes)
    found = read_limit(value) if isinstance(value, str) else None
    if isinstance(found, Limit) and value != "0":
        return found
    if isinstance(found, Unlimited):
        return None
    if isinstance(found, Bare) and found.unit is not None:
        unit, value = found.unit, found.value
    number = notes.number(value, where)
    if number is None or abs(number) >= NO_LIMIT or unit is None:
        notes.add(where, value, "no limit")
        return None
    datum = _datum(said, side, number, notes)
    if datum is None:
        return None
    return Limit(number * FOOT_M, datum, Unit.FT) if unit is Unit.FT else Limit(number, datum)


def _in_words(limit: Mapping[str, object]) -> object:
    """The limits of openAIP, a figure with codes for unit and datum, as words; what they are not as it is."""
    unit = {"M": "M", "FT": "FT", "FL": "FL", "0": "M", "1": "FT", "6": "FL"}.get(str(limit.get("unit")))
    datum = {"GND": "GND", "MSL": "MSL", "STD": "STD", "0": "GND", "1": "MSL", "2": "STD"}.get(
        str(limit.get("referenceDatum"))
    )
    value = limit.get("value")
    if unit is None or datum is None or isinstance(value, bool) or not isinstance(value, int | float):
        return limit
    return f"FL {value:g}" if unit == "FL" else f"{value:g} {unit} {datum}"


def _datum(said: Said, side: str, value: float, notes: Notes) -> Datum | None:
    name, reference = said.find(f"{side}_datum")
    if reference is not None:
        return datum_of(reference, notes, f"properties.{name}")
    datum = Datum.AMSL if side == "lower" and value != 0.0 else Datum.AGL
    notes.add(f"properties.{side}_datum", None, f"{datum.value}, which makes the zone larger")
    return datum


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
