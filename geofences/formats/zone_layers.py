"""Vertical layers as ED-318 and ED-269 have them, read into limits.

Where something is missing or odd the layer is read larger, never smaller, and a note is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from geofences.formats.limit_words import FOOT_M, Unlimited, read_limit
from geofences.formats.notes import Notes
from geofences.zone import Datum, Limit, Unit

NO_LIMIT = 99_999.0
"""This and more is what real files write for "unlimited"."""
_NOWHERE_M = -500.0
"""Below all land (the Dead Sea's shore lies at -440 m): the -9999 of databases, not a height."""
_UNITS = {
    **dict.fromkeys(("M", "METERS", "METRES", "METER", "METRE"), Unit.M),
    **dict.fromkeys(("FT", "FEET", "FOOT"), Unit.FT),
}
_DATUMS = {"AGL": Datum.AGL, "AMSL": Datum.AMSL, "WGS84": Datum.WGS84}
_DATUM_ALIASES = {
    **dict.fromkeys(("MSL", "ASL", "ALT"), Datum.AMSL),
    **dict.fromkeys(("GND", "SFC", "ASFC", "HEI"), Datum.AGL),
    **dict.fromkeys(("W84", "WGS-84"), Datum.WGS84),
}
_Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Names:
    """What a standard calls the members of a layer, and the units it knows."""

    lower: str
    upper: str
    reference: str
    """The ending of the member that says the datum, after the side: `lowerReference`."""
    unit: str
    units: Mapping[str, Unit]


ED318 = Names("lower", "upper", "Reference", "uom", {"m": Unit.M, "ft": Unit.FT})
ED269 = Names("lowerLimit", "upperLimit", "VerticalReference", "uomDimensions", {"M": Unit.M, "FT": Unit.FT})


def limits(layer: object, names: Names, notes: Notes, where: str) -> tuple[Limit | None, Limit | None]:
    """The lower and the upper limit of a layer; None is no limit."""
    if not isinstance(layer, dict):
        notes.add(where, layer, "all heights")
        return None, None
    unit = length_unit(layer, names, notes, where)
    lower = _limit(layer, "lower", names, notes, where, unit=unit)
    upper = _limit(layer, "upper", names, notes, where, unit=unit)
    lower, upper = with_height(lower, upper, notes, where)
    if lower and upper and lower.datum is upper.datum and lower.value_m > upper.value_m:
        notes.add(where, f"{lower.value_m:g} m below {upper.value_m:g} m", "the other way round")
        return upper, lower
    if lower and upper and lower.datum is not upper.datum and lower.value_m > upper.value_m:
        found = f"{lower.value_m:g} m {lower.datum.value} to {upper.value_m:g} m {upper.datum.value}"
        notes.add(where, found, "all that lies between the two wherever the ground turns them over")
    return lower, upper


def with_height(
    lower: Limit | None, upper: Limit | None, notes: Notes, where: str
) -> tuple[Limit | None, Limit | None]:
    """The same limits; but no upper one where nothing above the ground lies below it.

    Files write 0 to 0, or a top of -9999, where they know none.
    """
    if upper is None or (upper.value_m > 0.0 if upper.datum is Datum.AGL else upper.value_m > _NOWHERE_M):
        return lower, upper
    found = f"a top of {upper.value_m:g} m {upper.datum.value}"
    notes.add(where, found, "no limit, since nothing above the ground lies below it")
    return lower, None


def length_unit(layer: _Json, names: Names, notes: Notes, where: str) -> Unit | None:
    """In what a layer's figures are; metres where nothing is said, None (noted) for an unknown unit."""
    other = ED269 if names is ED318 else ED318
    unit = notes.member(layer, names.unit, (other.unit, names.unit.upper()), where)
    if unit is None and names is ED318:
        return Unit.M
    if isinstance(unit, str) and unit in names.units:
        return names.units[unit]
    known = Unit.M if unit is None else _UNITS.get(unit.strip().upper()) if isinstance(unit, str) else None
    read_as = "all heights, since the unit is unknown" if known is None else f"unit {known.value}"
    notes.add(f"{where}.{names.unit}", unit, read_as)
    return known


def _limit(
    layer: _Json,
    side: Literal["lower", "upper"],
    names: Names,
    notes: Notes,
    where: str,
    *,
    unit: Unit | None,
) -> Limit | None:
    name = names.lower if side == "lower" else names.upper
    aliases = [alias for alias in (side, f"{side}Limit") if alias != name]
    found = notes.member(layer, name, aliases, where)
    if found is None and names is ED269 and name == "upperLimit" and name in layer:
        return None  # the standard's own way to say that there is none
    in_words = read_limit(found, top=side == "upper") if isinstance(found, str) else None
    if isinstance(in_words, Limit) and found != "0":
        notes.add(f"{where}.{name}", found, f"{in_words.value_m:g} m {in_words.datum.value}")
        return in_words
    value = notes.number(found, f"{where}.{name}")
    if isinstance(in_words, Unlimited) or value is None or abs(value) >= NO_LIMIT:
        notes.add(f"{where}.{name}", found, "no limit")
        return None
    references = [f"{side}Reference", f"{side}VerticalReference"]
    mine = f"{side}{names.reference}"
    reference = notes.member(layer, mine, [alias for alias in references if alias != mine], where)
    datum = datum_of(reference, notes, f"{where}.{mine}")
    if datum is None or unit is None:
        return None
    return Limit(value * FOOT_M, datum, Unit.FT) if unit is Unit.FT else Limit(value, datum)


def datum_of(reference: object, notes: Notes, where: str) -> Datum | None:
    """The datum that a word means; None (noted) where it means none that is known."""
    if isinstance(reference, str) and reference in _DATUMS:
        return _DATUMS[reference]
    plain = reference.strip().upper() if isinstance(reference, str) else ""
    datum = _DATUMS.get(plain) or _DATUM_ALIASES.get(plain)
    notes.add(where, reference, datum.value if datum else "no limit, since the datum is unknown")
    return datum
