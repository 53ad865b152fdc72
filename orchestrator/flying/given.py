"""What a flight is made from: files and places as the command line names them, read before anything flies."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from geofences.airspace import Airspace
from geofences.formats import city, qgc_plan, waypoints
from geofences.formats.plan_items import PlanFile
from geofences.formats.reading import FormatError
from geofences.position import GeoPoint, LocalFrame
from geofences.reason import sentences
from geofences.sidewalk import Footpaths
from geofences.zone import Zone
from orchestrator.ending import BadInput, Failed
from orchestrator.flying.from_file import examine, from_file
from orchestrator.flying.to_place import to_place
from orchestrator.flying.trip import Start, Trip, objections
from orchestrator.input_file import MAP_MIB, PLAN_MIB, read_file
from orchestrator.operations.surroundings import OwnReturnRule, Surroundings
from orchestrator.zone_files import Strictness, read_zones
from vehicles.clock import now_s
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Telemetry


@dataclass(frozen=True, slots=True)
class Given:
    """A plan file or a place to deliver to, and what is to be kept out of."""

    plan: PlanFile | None
    plan_name: str
    to: GeoPoint | None
    parcel_kg: float
    zones: tuple[Zone, ...]
    map: city.CityMap | None
    wind_mps: float


def read_given(  # noqa: PLR0917 - the command line's own
    plan: Path | None,
    to: GeoPoint | None,
    parcel_kg: float,
    zones: Sequence[Path],
    map_file: Path | None,
    wind_mps: float,
) -> Given:
    """Read the files. Raises `BadInput` naming the option, the field and what is wrong with it."""
    if (plan is None) is (to is None):
        raise BadInput("--plan, --to: one of the two is needed, and only one")
    return Given(
        plan=_read_plan(plan) if plan is not None else None,
        plan_name=str(plan),
        to=to,
        parcel_kg=parcel_kg,
        zones=read_zones(zones, Strictness.SAFE).zones,
        map=_read_map(map_file) if map_file is not None else None,
        wind_mps=wind_mps,
    )


def trip(given: Given, profile: VehicleProfile, seen: Telemetry) -> Trip:
    """A verified trip for a vehicle that stands as `seen`. Raises `BadInput` or `Failed`: there is none."""
    home = seen.home.position if seen.home is not None else seen.position
    ground_amsl_m = None if seen.alt_amsl_m is None else seen.alt_amsl_m - seen.height_agl_m
    start = Start(home, ground_amsl_m, seen.battery_frac, now_s())
    around = _surroundings(given, start)
    if given.plan is not None:
        return _from_file(given, given.plan, profile, start, around)
    if given.to is None:
        raise BadInput("--to: there is nowhere to go")
    on_a_map = given.map is not None
    made = to_place(given.to, given.parcel_kg, profile, start, around, on_a_map=on_a_map)
    if not isinstance(made, Trip):
        raise Failed(f"there is no safe way: {sentences(made)}")
    return made


def _from_file(
    given: Given, plan: PlanFile, profile: VehicleProfile, start: Start, around: Surroundings
) -> Trip:
    try:
        made = from_file(plan, profile, start)
    except FormatError as error:
        raise BadInput(f"--plan {given.plan_name}: {error}") from error
    against = objections(made.plan, profile, start, around)
    if against:
        raise Failed(f"the plan is not safe: {sentences(against)}")
    return made


def _surroundings(given: Given, start: Start) -> Surroundings:
    frame, read = LocalFrame(start.home), given.map
    buildings, footways, area = (read.buildings, read.footways, read.area) if read else ((), (), None)
    airspace = Airspace(frame, given.zones, buildings, start.ground_amsl_m or 0.0, area)
    footpaths = Footpaths(frame, footways)
    # whoever flies one vehicle is told of its own return as a finding, and decides
    return Surroundings(airspace, footpaths, wind_mps=given.wind_mps, own_return=OwnReturnRule.ANY)


def _read_map(file: Path) -> city.CityMap:
    try:
        return city.read(read_file(file, "--map", MAP_MIB))
    except FormatError as error:
        raise BadInput(f"--map {file}: {error}") from error


def _read_plan(file: Path) -> PlanFile:
    try:
        data = read_file(file, "--plan", PLAN_MIB).removeprefix(BOM_UTF8)
        plan = waypoints.read(data) if data.lstrip().startswith(b"QGC") else qgc_plan.read(data)
        examine(plan)
    except FormatError as error:
        raise BadInput(f"--plan {file}: {error}") from error
    return plan
