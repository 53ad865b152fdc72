"""What `sanderling path` is asked: words and files of the command line, each refused by its own name."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File

from geofences.formats import population
from geofences.formats.reading import FormatError
from geofences.ground.population import Population
from geofences.ground.terrain import FlatGround, SrtmTiles, Terrain
from geofences.position import GeoPoint, distance_m
from orchestrator.ending import BadInput
from orchestrator.files.terrain import TILE, read_tile, tile_name
from orchestrator.files.whole import read_file
from vehicles.atmosphere import Atmosphere
from vehicles.profile import VehicleProfile
from vehicles.wind import Wind, WindAt

_WIND = re.compile(r"(?:(?P<height>[^:@]+):)?(?P<speed>[^:@]+)@(?P<from>[^:@]+)")
_MOST_WIND_MPS = 60.0
_RISK_MIB = 512
"""The most cells that are read, 8 bytes each, and a little."""
_FURTHEST_M = 100_000.0


@dataclass(frozen=True, slots=True)
class Files:
    """Zone files, and the tiles of a height model."""

    zones: tuple[File, ...]
    tiles: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class RiskFile:
    """Where people are, and what keeping away from them is worth (see `best_path.Risk`)."""

    file: File
    weight_wh: float


@dataclass(frozen=True, slots=True)
class Question:
    """A path that is asked for, in `air` whose level nobody knows yet.

    Raises `BadInput` naming the option where figures do not go together.
    """

    start: GeoPoint
    goal: GeoPoint
    files: Files
    ground_amsl_m: float | None
    profile: VehicleProfile
    height_agl_m: float | None
    at_s: float
    latest_s: float | None
    air: Atmosphere
    map_file: File | None
    risk: RiskFile | None = None
    rally: tuple[GeoPoint, ...] = ()

    def __post_init__(self) -> None:
        far_m = distance_m(self.start, self.goal)
        if far_m > _FURTHEST_M:
            raise BadInput(
                f"--to {self.goal}: is {far_m / 1000:.0f} km from --from; paths are planned up to"
                f" {_FURTHEST_M / 1000:.0f} km. Latitude comes first"
            )
        if self.ground_amsl_m is not None and self.files.tiles:
            raise BadInput("--ground-m, --terrain: choose one")
        if self.latest_s is not None and self.latest_s <= self.at_s:
            raise BadInput("--latest: is not after --at")

    def population(self) -> Population | None:
        """Where people are. Raises `BadInput` for a file that cannot be read, or says nothing of an end."""
        if self.risk is None:
            return None
        try:
            found = population.read(read_file(self.risk.file, _RISK_MIB, "--risk"))
        except FormatError as error:
            raise BadInput(f"--risk {self.risk.file}: {error}") from error
        for option, place in (("--from", self.start), ("--to", self.goal)):
            if not found.has(place):
                raise BadInput(f"--risk {self.risk.file}: says nothing about {option} {place}")
        return found

    def terrain(self) -> Terrain | None:
        """The ground, where it is known. Raises `BadInput` for a tile that cannot be read or is missing."""
        if self.ground_amsl_m is not None:
            return FlatGround(self.ground_amsl_m)
        if not self.files.tiles:
            return None
        tiles = [read_tile(file, "--terrain") for file in self.files.tiles]
        known = {(tile.south_deg, tile.west_deg) for tile in tiles}
        for option, place in (("--from", self.start), ("--to", self.goal)):
            corner = math.floor(place.lat_deg), math.floor(place.lon_deg)
            if corner not in known:
                raise BadInput(f"--terrain: no tile has {option} {place}; {tile_name(place)} is missing")
        return SrtmTiles(tiles)


def sort_files(zones: Sequence[File], tiles: Sequence[File], more: Sequence[File]) -> Files:
    """Further files are tiles where their names say so."""
    more_tiles = [file for file in more if TILE.search(file.name)]
    return Files((*zones, *(file for file in more if file not in more_tiles)), (*tiles, *more_tiles))


def parse_ground_amsl_m(ground_amsl_m: float | None) -> float | None:
    """The height of flat ground above the sea. Raises `BadInput` for one that Earth has not."""
    if ground_amsl_m is not None and not -500.0 <= ground_amsl_m <= 9000.0:
        raise BadInput(f"--ground-m {ground_amsl_m:g}: is not within -500 to 9000 m above the sea")
    return ground_amsl_m


def parse_risk(file: File | None, weight_wh: float | None) -> RiskFile | None:
    """The file and the weight, both or none. Raises `BadInput`."""
    if file is None and weight_wh is None:
        return None
    if file is None or weight_wh is None:
        raise BadInput("--risk, --risk-weight: one needs the other")
    if not 0.0 <= weight_wh < math.inf:
        raise BadInput(f"--risk-weight {weight_wh:g}: is not a finite number of 0 or more")
    return RiskFile(file, weight_wh)


def parse_wind(texts: Sequence[str], headwind_mps: float) -> float | Wind:
    """Winds by height, HEIGHT:MPS@DEG (or MPS@DEG for all heights); or the headwind. Raises `BadInput`."""
    if not 0.0 <= headwind_mps <= _MOST_WIND_MPS:
        raise BadInput(f"--wind-mps {headwind_mps}: is not within 0 to {_MOST_WIND_MPS:g}")
    if not texts:
        return headwind_mps
    if headwind_mps > 0.0:
        raise BadInput("--wind, --wind-mps: choose one")
    try:
        layers = sorted((_parse_wind_at(text) for text in texts), key=lambda layer: layer.height_agl_m)
        return Wind(tuple(layers))
    except ValueError as error:
        raise BadInput(f"--wind {' '.join(texts)}: {error}") from error


def _parse_wind_at(text: str) -> WindAt:
    found = _WIND.fullmatch(text.strip())
    if found is None:
        raise ValueError("must be HEIGHT:SPEED@FROM, as 100:8.5@270 (metres, m/s, degrees)")
    height_m, speed_mps, from_deg = (float(found[name] or "0") for name in ("height", "speed", "from"))
    if speed_mps > _MOST_WIND_MPS:
        raise ValueError(f"speed_mps: {speed_mps:g} is over {_MOST_WIND_MPS:g}")
    if not 0.0 <= from_deg <= 360.0:
        raise ValueError(f"from_deg: {from_deg:g} is not within 0 to 360")
    return WindAt(height_m, speed_mps, from_deg)
