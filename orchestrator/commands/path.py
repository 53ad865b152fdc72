"""`sanderling path`: plan one path among zones, and say what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

from geofences.airspace import Airspace
from geofences.formats import city
from geofences.formats.geojson import path_feature
from geofences.formats.reading import FormatError
from geofences.free_space import find_path
from geofences.obstacles import Obstacle
from geofences.path import NoPath, Path, Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.sidewalk import Footpaths
from geofences.zone import Kind, Medium, Polygon
from orchestrator.ending import BadInput
from orchestrator.operations.surroundings import Surroundings
from orchestrator.terminal import out
from orchestrator.zone_files import Strictness, read_zones
from vehicles.energy import mission_energy_wh
from vehicles.mission import Dock, Travel
from vehicles.profile import VehicleProfile
from vehicles.profiles import PROFILES
from vehicles.schedule import schedule

_WINDOW_S = 3600.0
"""A path is planned to hold for an hour from its start: the longest of our flights, with room."""


def parse_point(text: str, option: str) -> GeoPoint:
    """A point as people write it, LAT,LON in degrees. Raises `BadInput` naming the option."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != 2:
        raise BadInput(f"{option} {text!r}: must be LAT,LON in degrees, as 60.1699,24.9384")
    try:
        return GeoPoint(*numbers)
    except ValueError as error:
        raise BadInput(f"{option} {text!r}: {error}") from error


def parse_instant_s(text: str, option: str) -> float:
    """An instant in ISO 8601, UTC where no offset is given. Raises `BadInput` naming the option."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r}: must be ISO 8601, as 2026-06-01T09:00:00Z") from error
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()


def parse_profile(name: str) -> VehicleProfile:
    """A profile by name. Raises `BadInput` with the names there are."""
    if name not in PROFILES:
        raise BadInput(f"--profile {name!r}: unknown (known: {', '.join(PROFILES)})")
    return PROFILES[name]


def plan(
    zones: Sequence[File],
    start: GeoPoint,
    goal: GeoPoint,
    *,
    profile: VehicleProfile,
    height_agl_m: float | None,
    at_s: float,
    map_file: File | None,
) -> Path | NoPath:
    """Plan from `start` to `goal`, ground to ground, leaving at `at_s`. Raises `BadInput` for files."""
    buildings: tuple[Obstacle, ...] = ()
    area: Polygon | None = None
    frame = LocalFrame(start)
    footpaths = Footpaths(frame, ())
    if map_file is not None:
        read = _read_map(map_file)
        buildings, footpaths, area = read.buildings, Footpaths(frame, read.footways), read.area
    kind = Kind(profile.medium, mass_kg=profile.mass_kg + profile.max_payload_kg)
    binding = [zone for zone in read_zones(zones, Strictness.SAFE).zones if not zone.exempt.covers(kind)]
    airspace = Airspace(frame, binding, buildings, 0.0, area)
    margins = Surroundings(airspace, footpaths).margins_for(profile)
    if profile.medium is Medium.SIDEWALK:
        if map_file is None:
            raise BadInput(f"--map: a {profile.name} keeps to footpaths; name a map that has them")
        return footpaths.route(start, goal, airspace, at_s, at_s + _WINDOW_S, margins)
    return find_path(
        airspace,
        Waypoint(start),
        Waypoint(goal),
        cruise_height_agl_m=_cruise_height_agl_m(profile, height_agl_m),
        from_s=at_s,
        until_s=at_s + _WINDOW_S,
        margins=margins,
    )


def _cruise_height_agl_m(profile: VehicleProfile, asked_agl_m: float | None) -> float:
    if asked_agl_m is None:
        return profile.min_cruise_height_agl_m
    if not 0.0 < asked_agl_m <= profile.max_cruise_height_agl_m:
        raise BadInput(
            f"--height-m {asked_agl_m:g}: a {profile.name} flies above 0"
            f" and up to {profile.max_cruise_height_agl_m:g} m above ground"
        )
    return asked_agl_m


def _read_map(file: File) -> city.CityMap:
    try:
        return city.read(file.read_bytes())
    except OSError as error:
        raise BadInput(f"--map {file}: {error.strerror}") from error
    except FormatError as error:
        raise BadInput(f"--map {file}: {error}") from error


def document(path: Path | NoPath, profile: VehicleProfile, at_s: float, wind_mps: float) -> dict[str, Any]:
    """The JSON document of `path --json` (DESIGN.md section 10)."""
    if isinstance(path, NoPath):
        return {"no_path": [reason.text for reason in path.reasons]}
    legs = (Travel(path, profile.cruise_mps), Dock(path.waypoints[-1]))
    timed = schedule(profile, legs, at_s).timed
    return path_feature(
        path,
        {
            "duration_s": timed.ends_at_s - timed.starts_at_s,
            "energy_wh": mission_energy_wh(profile, legs, wind_mps),
            "height_datum": "AGL",
            "times_s": [point.at_s for point in timed.points],
        },
    )


def print_path(path: Path | NoPath, document: dict[str, Any]) -> None:
    """The same for people."""
    if isinstance(path, NoPath):
        for reason in path.reasons:
            out.print(f"no path: {reason.text}", markup=False)
        return
    for waypoint in path.waypoints:
        out.print(f"{waypoint.position}  {waypoint.height_agl_m:5.1f} m AGL", highlight=False)
    figures = document["properties"]
    out.print(
        f"{figures['length_m']:.0f} m, {figures['duration_s']:.0f} s, {figures['energy_wh']:.1f} Wh"
        + (f"; around {', '.join(path.avoided)}" if path.avoided else ""),
        markup=False,
    )
