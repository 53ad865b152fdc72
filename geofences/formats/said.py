"""What people write beside an area: properties under the many names that they give the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from geofences.formats import zone_members
from geofences.formats.limit_words import FOOT_M, Bare, Unlimited, read_limit
from geofences.formats.notes import Notes, shown
from geofences.formats.zone_layers import NO_LIMIT, datum_of
from geofences.formats.zone_times import instant_s
from geofences.zone import Always, Applicability, Datum, Interval, Limit, Medium, Restriction, Unit

_NAMES = {
    "id": ("id", "identifier", "zoneid", "code", "fid", "objectid", "gmlid"),
    "name": ("name", "title", "zonename", "nom", "nome", "nimi"),
    "restriction": ("restriction", "restrictiontype", "type", "zonetype", "kind", "class", "category"),
    "lower": ("lower", "lowerm", "lowerlimit", "lowerlimitm", "floor", "minheight", "minaltitude", "base"),
    "upper": ("upper", "upperm", "upperlimit", "upperlimitm", "ceiling", "maxheight", "maxaltitude", "top"),
    "lower_datum": ("lowerdatum", "lowerreference", "lowerverticalreference", "lowerlimitreference", "datum"),
    "upper_datum": ("upperdatum", "upperreference", "upperverticalreference", "upperlimitreference", "datum"),
    "unit": ("unit", "uom", "uomdimensions", "units"),
    "radius": ("radiusm", "radius", "radiusmeters", "radiusmetres"),
    "from": ("from", "startdatetime", "validfrom", "start", "begin"),
    "until": ("until", "enddatetime", "validuntil", "validto", "end"),
    "message": ("message", "description", "remarks", "remark", "info"),
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
    unit = _unit(said, notes)
    lower, upper = _limit(said, "lower", unit, notes), _limit(said, "upper", unit, notes)
    if lower and upper and lower.datum is upper.datum and lower.value_m > upper.value_m:
        notes.add("properties", f"{lower.value_m:g} m below {upper.value_m:g} m", "the other way round")
        return upper, lower
    return lower, upper


def _unit(said: Said, notes: Notes) -> Unit | None:
    name, value = said.find("unit")
    known = {"m": Unit.M, "metres": Unit.M, "meters": Unit.M, "ft": Unit.FT, "feet": Unit.FT}
    found = known.get(value.strip().lower()) if isinstance(value, str) else Unit.M if value is None else None
    if found is None:
        notes.add(f"properties.{name}", value, "all heights, since the unit is unknown")
    return found


def _limit(said: Said, side: str, unit: Unit | None, notes: Notes) -> Limit | None:
    name, value = said.find(side)
    where = f"properties.{name}"
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
