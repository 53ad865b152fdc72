"""Zone files from disk: read whole or refused whole, unless somebody asks for less."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from geofences.formats import ed318
from geofences.formats.reading import FormatError, Reading
from orchestrator.ending import BadInput


class Strictness(Enum):
    """How far a deviation from the standard is put up with."""

    STRICT = "strict"
    """Any finding refuses the file."""

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
    readings = [_read(file) for file in files]
    for file, reading in zip(files, readings, strict=True):
        if reading.refused and strictness is not Strictness.LENIENT:
            refused = reading.refused[0]
            raise BadInput(
                f"{file}: zone {refused.zone_id!r}, {refused.field}: {refused.reason}"
                f" ({len(reading.refused)} of the file's zones cannot be read;"
                " a dropped zone opens closed airspace, so the file is refused whole)"
            )
        if reading.findings and strictness is Strictness.STRICT:
            finding = reading.findings[0]
            raise BadInput(f"{file}: zone {finding.zone_id!r}, {finding.field}: found {finding.found}")
    return Reading(
        format="ed318",
        zones=tuple(zone for reading in readings for zone in reading.zones),
        findings=tuple(finding for reading in readings for finding in reading.findings),
        refused=tuple(refused for reading in readings for refused in reading.refused),
    )


def _read(file: Path) -> Reading:
    try:
        return ed318.read(file.read_bytes())
    except OSError as error:
        raise BadInput(f"{file}: {error.strerror}") from error
    except FormatError as error:
        raise BadInput(f"{file}: {error}") from error
