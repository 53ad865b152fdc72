"""Vertical limits among what people write beside an area: figures and words, under whichever names.

Where a unit or a datum is not said, each limit is taken in the one that makes the zone larger.
"""

from __future__ import annotations

from collections.abc import Mapping

from geofences.formats.limit_words import FOOT_M, LEVEL_M, Bare, Unlimited, read_limit
from geofences.formats.notes import Notes
from geofences.formats.said import HEIGHTS, SUFFIXES, Said, plain_name
from geofences.formats.zone_layers import NO_LIMIT, datum_of, with_height
from geofences.zone import Datum, Limit, Unit

_UNLIMITED_LEVEL = 999


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


_UNSAID = {"lower": Unit.FT, "upper": Unit.M}
"""For a figure without one: tables of aviation have feet, others metres; whichever makes the zone larger."""


def _unit(said: Said, side: str, notes: Notes) -> Unit | None:
    """The unit in the limit's own name, else one for that side, else for both; `_UNSAID` where none is said.

    None (noted) is one that is not known.
    """
    name, value = said.find(side)
    plain = plain_name(name)
    for base in HEIGHTS[side]:
        own = SUFFIXES.get(plain.removeprefix(base)) if plain.startswith(base) else None
        if own is not None:
            return own
    told, unit = said.find(f"{side}_unit")
    if unit is None:
        told, unit = said.find("unit")
    if unit in (None, "") and said.is_notam:
        return Unit.FL
    if unit in (None, ""):
        if value not in (None, 0, "0"):
            notes.add(f"properties.{name}", value, f"in {_UNSAID[side].value}, which makes the zone larger")
        return _UNSAID[side]
    found = SUFFIXES.get(unit.strip().lower()) if isinstance(unit, str) else None
    if found is None:
        notes.add(f"properties.{told}", unit, "all heights, since the unit is unknown")
    return found


def _limit(said: Said, side: str, notes: Notes) -> Limit | None:
    name, value = said.find(side)
    where = f"properties.{name}"
    if isinstance(value, dict):
        value = _in_words(value)
    found = read_limit(value, _UNSAID[side], top=side == "upper") if isinstance(value, str) else None
    if isinstance(found, Limit) and value != "0":
        if found != read_limit(str(value)):
            notes.add(where, value, f"{found.value_m:g} m, the reading that makes the zone larger")
        return found
    if isinstance(found, Unlimited):
        return None
    unit = found.unit if isinstance(found, Bare) else None
    if isinstance(found, Bare) and unit is not None:
        value = found.value
    else:
        unit = _unit(said, side, notes)
    number = notes.number(value, where)
    if number is None or abs(number) >= NO_LIMIT or unit is None:
        notes.add(where, value, "no limit")
        return None
    if unit is Unit.FL:
        return None if number >= _UNLIMITED_LEVEL else Limit(number * LEVEL_M, Datum.AMSL, Unit.FL)
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
