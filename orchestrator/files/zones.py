"""Zone files from disk: read whole or refused whole, unless somebody asks for less."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from geofences.formats import any_zones
from geofences.formats.reading import FormatError, Reading, RefusedZone
from geofences.formats.zone_document import LARGEST_BYTES
from orchestrator.ending import BadInput


class Strictness(Enum):
    """How far a deviation from the standard is put up with."""

    STRICT = "strict"
    """What the format's official schema does not accept refuses the file; without a schema, any finding."""

    SAFE = "safe"
    """A deviation with one safe reading is read so; a zone that cannot be read refuses the file."""

    LENIENT = "lenient"
    """Zones that cannot be read are listed and left out."""

    @classmethod
    def of(cls, *, strict: bool, lenient: bool) -> Strictness:
        """The level that the command line's words mean. Raises `BadInput` for both at once."""
        if strict and lenient:
            raise BadInput("--strict, --lenient: choose one")
        return cls.STRICT if strict else cls.LENIENT if lenient else cls.SAFE


def read_zones(files: Sequence[Path], strictness: Strictness) -> Reading:
    """All zones of all files. Raises `BadInput` naming the file, zone, field and reason."""
    readings = []
    for file in files:
        try:
            reading = _read(file, strictness)
        except FormatError as error:
            raise BadInput(f"{file}: {error}") from error
        if reading.refused and strictness is not Strictness.LENIENT:
            raise BadInput(f"{file}: {why_refused(reading, strictness)}")
        readings.append(reading)
    return any_zones.together(readings)


@dataclass(frozen=True, slots=True)
class Look:
    """What files hold and all that is wrong with them; `why_not` says why they are refused, if they are."""

    reading: Reading
    why_not: str | None


def look_at_zones(files: Sequence[Path], strictness: Strictness) -> Look:
    """The same as `read_zones` for somebody who wants to see all: refusals are told, not raised.

    A file refused whole leaves no zones behind. Raises `BadInput` only for what cannot be opened.
    """
    readings, why_not = [], None
    for file in files:
        try:
            reading = _read(file, strictness)
        except FormatError as error:
            why_not = why_not or f"{file}: {error}"
            reading = Reading("unknown", (), (), (RefusedZone("", error.field, error.reason),))
        else:
            if reading.refused and strictness is not Strictness.LENIENT:
                why_not = why_not or f"{file}: {why_refused(reading, strictness)}"
                reading = replace(reading, zones=())
        readings.append(reading)
    return Look(any_zones.together(readings), why_not)


def why_refused(reading: Reading, strictness: Strictness) -> str:
    """Why a file is refused: the first thing that is wrong with it, and how many more there are."""
    first, count = reading.refused[0], len(reading.refused)
    whose = f"zone {first.zone_id!r}, " if first.zone_id else ""
    if strictness is Strictness.STRICT:
        return f"{whose}{first.field}: {first.reason} (the first of {count} things that --strict refuses)"
    return (
        f"{whose}{first.field}: {first.reason} ({count} of {reading.features_count} features cannot be read;"
        " a dropped zone opens closed airspace, so the file is refused whole)"
    )


def _read(file: Path, strictness: Strictness) -> Reading:
    """One file. Raises `FormatError` for what is no zone file, `BadInput` for what cannot be opened."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)  # a device has no end: the readers refuse the byte more
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from error
    if strictness is not Strictness.STRICT:
        return any_zones.read(data)
    reading, violations = any_zones.read_strictly(data)
    refused = tuple(RefusedZone("", violation.field, violation.reason) for violation in violations)
    return replace(reading, refused=refused)
