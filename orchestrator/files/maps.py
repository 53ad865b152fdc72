"""Maps of a district: buildings and footpaths, as they are shipped (gzipped GeoJSON)."""

from __future__ import annotations

from pathlib import Path

from geofences.formats import city
from geofences.formats.city import CityMap
from geofences.formats.reading import FormatError
from orchestrator.ending import BadInput
from orchestrator.files.whole import read_file

_MOST_MIB = 256


def read_map(file: Path, field: str) -> CityMap:
    """A map. Raises `BadInput` naming `field`, the file and what is wrong with it."""
    return read_map_as_shipped(file, field)[1]


def read_map_as_shipped(file: Path, field: str) -> tuple[bytes, CityMap]:
    """The same, with the bytes that it was read from. Raises as `read_map`."""
    data = read_file(file, _MOST_MIB, field)
    try:
        return data, city.read(data)
    except FormatError as error:
        raise BadInput(f"{field} {file}: {error}") from error
