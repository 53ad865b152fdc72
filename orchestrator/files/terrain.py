"""Tiles of a height model, from files and folders of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import floor
from pathlib import Path

from geofences.formats import hgt
from geofences.formats.reading import FormatError
from geofences.ground.terrain import SrtmTiles, Tile
from geofences.position import GeoPoint
from orchestrator.ending import BadInput
from orchestrator.files.whole import read_file

TILE = re.compile(r"\.hgt(\.zip)?$", re.IGNORECASE)
_MOST_MIB = 32
"""A tile of one second has 25."""


def read_tile(file: Path, field: str) -> Tile:
    """One tile (.hgt, or zipped). Raises `BadInput` naming `field`, the file and what is wrong with it."""
    try:
        return hgt.read(read_file(file, _MOST_MIB, field), file.name)
    except FormatError as error:
        raise BadInput(f"{field} {file}: {error}") from error


def tile_name(place: GeoPoint) -> str:
    """What the tile is called in which a place lies: N42E001.hgt."""
    south_deg, west_deg = floor(place.lat_deg), floor(place.lon_deg)
    north, east = "N" if south_deg >= 0 else "S", "E" if west_deg >= 0 else "W"
    return f"{north}{abs(south_deg):02d}{east}{abs(west_deg):03d}.hgt"


def read_terrain(
    paths: Sequence[Path], field: str, places: Iterable[tuple[str, GeoPoint]]
) -> SrtmTiles | None:
    """The ground of tiles and of folders of tiles; None where none is named.

    Of a folder those tiles are read that some of `places`, each with what it is called, lie in or beside.
    Raises `BadInput` naming the file that cannot be read, or the place on ground that is not known.
    """
    if not paths:
        return None
    named = list(places)
    wanted = {
        tile_name(GeoPoint(_lat_deg(at.lat_deg + north), _lon_deg(at.lon_deg + east))).lower()
        for _, at in named
        for north in (-_BESIDE_DEG, 0.0, _BESIDE_DEG)
        for east in (-_BESIDE_DEG, 0.0, _BESIDE_DEG)
    }
    ground = SrtmTiles([read_tile(file, field) for path in paths for file in _files(path, field, wanted)])
    for what, at in named:
        if ground.height_amsl_m(at) is None:
            raise BadInput(f"{field}: {what} at {at} is on ground that is not known; {tile_name(at)} has it")
    return ground


_BESIDE_DEG = 0.2
"""A vehicle of ours does not get further than that from its places."""


def _lat_deg(lat_deg: float) -> float:
    return max(-90.0, min(89.999, lat_deg))


def _lon_deg(lon_deg: float) -> float:
    return (lon_deg + 180.0) % 360.0 - 180.0


def _files(path: Path, field: str, wanted: set[str]) -> list[Path]:
    try:
        if not path.is_dir():
            return [path]
        tiles = [file for file in sorted(path.iterdir()) if TILE.search(file.name)]
    except OSError as error:
        raise BadInput(f"{field} {path}: {error.strerror}") from error
    if not tiles:
        raise BadInput(f"{field} {path}: there is no .hgt tile in this folder")
    return [file for file in tiles if file.name.lower().removesuffix(".zip") in wanted]
