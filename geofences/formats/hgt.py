"""SRTM height tiles (.hgt, or one in a .zip): NASA's "SRTM Topography", 2.0 Documentation.

Big-endian signed 16-bit metres above the EGM96 geoid (AMSL), rows from north to south, 1,201 or 3,601 to
a side, -32768 for a void. The file's name alone says where it lies: N42E001 is its southwest corner.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib

import numpy as np

from geofences.formats.reading import FormatError
from geofences.ground.terrain import Tile

_SIDES = {1201 * 1201 * 2: 1201, 3601 * 3601 * 2: 3601}
_LARGEST = max(_SIDES)
_VOID = -32768
_NAME = re.compile(r"([NS])(\d{2})([EW])(\d{3})(?!\d)", re.IGNORECASE)


def read(data: bytes, name: str) -> Tile:
    """Read a tile; `name` is the file's. Raises `FormatError` naming what is wrong with which."""
    if data[:4] == b"PK\x03\x04":
        name, data = _unzipped(data, name)
    side = _SIDES.get(len(data))
    if side is None:
        raise FormatError("size", f"{len(data)} bytes is no square of 1201 or 3601 two-byte heights")
    south_deg, west_deg = _corner(name)
    heights_m = np.frombuffer(data, dtype=">i2").reshape(side, side).astype(np.float32)
    heights_m[heights_m == _VOID] = np.nan
    heights_m.setflags(write=False)
    return Tile(south_deg, west_deg, heights_m)


def _corner(name: str) -> tuple[int, int]:
    found = _NAME.search(name)
    if found is None:
        raise FormatError("name", f"{name!r} says no corner, as N42E001 does")
    south_deg = int(found[2]) * (1 if found[1] in "Nn" else -1)
    west_deg = int(found[4]) * (1 if found[3] in "Ee" else -1)
    if not (-90 <= south_deg <= 89 and -180 <= west_deg <= 179):
        raise FormatError("name", f"{name!r} is no corner on Earth")
    return south_deg, west_deg


def _unzipped(data: bytes, name: str) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            tiles = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".hgt")]
            if len(tiles) != 1:
                raise FormatError("zip", f"holds {len(tiles)} .hgt files, not one")
            with archive.open(tiles[0]) as file:
                held = file.read(_LARGEST + 1)  # never more, whatever it says of itself
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise FormatError("zip", f"cannot be unpacked: {error}") from error
    inner = tiles[0].filename.rsplit("/", 1)[-1]
    return (inner if _NAME.search(inner) else name), held
