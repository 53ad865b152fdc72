"""The place where a fleet works, read from its files: map, zones, and what plans are made against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geofences.airspace import Airspace
from geofences.formats.city import CityMap
from geofences.ground.terrain import Terrain
from geofences.position import LocalFrame
from geofences.sidewalk import Footpaths
from geofences.verifying.heights import is_uneven
from orchestrator.ending import BadInput
from orchestrator.files.maps import read_map_as_shipped
from orchestrator.files.zones import Strictness, read_zones
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.orders.order import Locker
from vehicles.mission import LandingPlace
from vehicles.wind import Wind


@dataclass(frozen=True, slots=True)
class Site:
    """A place: its map as shipped (gzipped GeoJSON) and as read, and the surroundings of every plan."""

    map_gz: bytes
    city: CityMap
    surroundings: Surroundings


def read_site(
    map_file: Path,
    zone_files: Sequence[Path],
    *,
    ground: Terrain | float,
    wind_mps: float,
    lockers: Sequence[Locker] = (),
    own_return: OwnReturnRule = OwnReturnRule.CLEAR,
    rally: Sequence[LandingPlace] = (),
    return_height_m: float | None = None,
    home_tolerance_m: float | None = None,
    aloft: Wind | None = None,
    above_isa_k: float = 0.0,
) -> Site:
    """Read the files of a place; `ground` is a height model, or the height of flat ground above the sea.

    Raises `BadInput` naming the file and what is wrong with it. A zone that cannot be read
    refuses its whole file: a dropped zone opens closed airspace.
    """
    map_gz, read = read_map_as_shipped(map_file, "map")
    zones = read_zones(zone_files, Strictness.SAFE).zones
    across = read.area.corners[0].lon_deg > read.area.corners[2].lon_deg
    if across and not isinstance(ground, int | float) and is_uneven(ground):
        raise BadInput(f"map {map_file}: lies across the antimeridian, where no terrain is reckoned with")
    frame = LocalFrame(read.centre)
    surroundings = Surroundings(
        airspace=Airspace(frame, zones, read.buildings, ground, read.area),
        footpaths=Footpaths(frame, read.footways),
        wind_mps=wind_mps,
        lockers=tuple(lockers),
        own_return=own_return,
        rally=tuple(rally),
        return_height_m=return_height_m,
        aloft=aloft,
        above_isa_k=above_isa_k,
        home_tolerance_m=home_tolerance_m,
    )
    return Site(map_gz, read, surroundings)
