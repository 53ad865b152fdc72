"""Vertical limits written as words: "500 ft AGL", "FL 95", "1000M MSL", "GND", "UNL"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from geofences.zone import Datum, Limit, Unit

FOOT_M = 0.3048
LEVEL_M = 30.48
_LONGEST = 80
_GROUND = frozenset({"GND", "SFC", "GROUND", "SURFACE", "SOL", "0", "GND AGL", "SFC AGL"})
_UNLIMITED = frozenset({"UNL", "UNL FT", "UNLIM", "UNLIMITED", "UNLTD", "INF", "NONE"})
_LEVEL = re.compile(r"F\.?L\.?\s*(\d+(?:\.\d+)?)(?:\s*(?:STD|FL))?")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:[ ,']\d{3})+)(?![\d,])")
_DOTTED = re.compile(r"(?<![\d.,])(\d{1,3})\.(\d{3})(?![\d.,])")
_HEIGHT = re.compile(
    r"([+-]?\d+(?:[.,]\d+)?)\s*(FT|FEET|'|(?:F|M|MT|MTR|METERS|METRES)(?=AGL|A?MSL|ASL|GND|SFC|[^A-Z]|$))?"
    r"\s*\.?\s*([A-Z][A-Z0-9 /]*)?"
)
_FEET = frozenset({"FT", "FEET", "F", "'"})
_DATUMS = {
    **dict.fromkeys(("AGL", "GND", "SFC", "ASFC", "AGND", "ASF"), Datum.AGL),
    **dict.fromkeys(("MSL", "AMSL", "ALT", "ASL", "QNH"), Datum.AMSL),
    **dict.fromkeys(("WGS84", "W84", "HAE"), Datum.WGS84),
}


@dataclass(frozen=True, slots=True)
class Unlimited:
    """The words say that there is no limit."""


@dataclass(frozen=True, slots=True)
class Bare:
    """A height whose datum the words do not say. `unit` is None where they do not say that either."""

    value: float
    unit: Unit | None


def read_limit(text: str, unsaid: Unit = Unit.FT, *, top: bool = False) -> Limit | Unlimited | Bare | None:
    """What a limit in words says; None for what is no limit that can be known (BYNOTAM, "FL").

    `unsaid` is the unit of a height with a datum and no unit: feet in aviation's own formats. A `top` of
    2.500 is one of 2500, since some part thousands so; a floor is not, since that would raise it.
    """
    if len(text) > _LONGEST:
        return None
    plain = without_thousands(" ".join(text.upper().split()).strip(" .,;:·-"))
    plain = _DOTTED.sub(r"\1\2", plain) if top else plain
    if plain in _GROUND:
        return Limit(0.0, Datum.AGL)
    if plain in _UNLIMITED:
        return Unlimited()
    level, height = _LEVEL.fullmatch(plain), _HEIGHT.fullmatch(plain)
    if level:
        return Limit(float(level[1]) * LEVEL_M, Datum.AMSL, Unit.FL)
    return None if height is None else _height(height, unsaid)


def without_thousands(text: str) -> str:
    """The text with 10,000 and 10 000 as 10000: a comma before three digits parts thousands, not decimals."""
    return _THOUSANDS.sub(lambda found: found[1] + re.sub(r"\D", "", found[2]), text)


def _height(found: re.Match[str], unsaid: Unit) -> Limit | Bare | None:
    value, unit, word = float(found[1].replace(",", ".")), found[2], (found[3] or "").strip()
    if not word:
        return Bare(value, None if unit is None else (Unit.FT if unit in _FEET else Unit.M))
    feet = unsaid is Unit.FT if unit is None else unit in _FEET
    if word == "STD":  # a height in the standard atmosphere is a flight level by another name
        return Limit(value * FOOT_M if feet else value, Datum.AMSL, Unit.FL)
    datum = _DATUMS.get(word)
    if datum is None:
        return None
    return Limit(value * FOOT_M, datum, Unit.FT) if feet else Limit(value, datum)
