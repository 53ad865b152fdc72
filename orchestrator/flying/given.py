"""What a flight is made from: files and places as the command line names them, read before anything flies."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from geofences.airspace import Airspace
from geofences.formats import qgc_plan, waypoints
from geofences.formats.city import CityMap
from geofences.formats.plan_items import PlanFile
from geofences.formats.reading import FormatError
from geofences.path import TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, LocalFrame, distance_m
from geofences.reason import sentences
from geofences.sidewalk import Footpaths
from geofences.zone import Medium, Zone
from orchestrator.ending import BadInput, Failed
from orchestrator.files.maps import read_map
from orchestrator.files.whole import read_file
from orchestrator.files.zones import Strictness, read_zones
from orchestrator.flying.from_file import from_file
from orchestrator.flying.plan_commands import ABOVE_SEA, examine
from orchestrator.flying.returning import return_notes, return_objections
from orchestrator.flying.to_place import to_place
from orchestrator.flying.trip import Start, Trip, objections
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
from orchestrator.operations.watching.grounding import HOME_OFF_M
from vehicles.clock import now_s
from vehicles.own_return import OwnReturn
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule
from vehicles.telemetry import Telemetry
from vehicles.vehicle import SpeedLimit

_AT_HOME_M = 1.0
_PLAN_MIB = 16
"""The largest plan: some 60,000 items, more than any autopilot holds."""


@dataclass(frozen=True, slots=True)
class Given:
    """A plan file or a place to deliver to, and what is to be kept out of."""

    plan: PlanFile | None
    plan_name: str
    to: GeoPoint | None
    parcel_kg: float
    zones: tuple[Zone, ...]
    map: CityMap | None
    wind_mps: float
    above_isa_k: float = 0.0
    ground_amsl_m: float | None = None
    low: bool = False


def read_given(  # noqa: PLR0917 - the command line's own
    plan: Path | None,
    to: GeoPoint | None,
    parcel_kg: float,
    zones: Sequence[Path],
    map_file: Path | None,
    wind_mps: float,
    *,
    above_isa_k: float = 0.0,
    ground_amsl_m: float | None = None,
    low: bool = False,
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
        map=read_map(map_file, "--map") if map_file is not None else None,
        wind_mps=wind_mps,
        above_isa_k=above_isa_k,
        ground_amsl_m=ground_amsl_m,
        low=low,
    )


def trip(
    given: Given,
    profile: VehicleProfile,
    seen: Telemetry,
    own: OwnReturn | None = None,
    *,
    limit: SpeedLimit | None = None,
    as_it_is: bool = False,
) -> Trip:
    """A verified trip for a vehicle that stands as `seen`. Raises `BadInput` or `Failed`: there is none.

    `own` is how it returns by itself; None: it does not tell. Then, with its parameters left `as_it_is`, it
    may return as low as it is. `limit` is how fast its autopilot lets it go.
    """
    home = seen.home.position if seen.home is not None else seen.position
    ground_amsl_m = None if seen.alt_amsl_m is None else seen.alt_amsl_m - seen.height_agl_m
    if profile.medium is Medium.AIR:
        _check_home(given, ground_amsl_m)
    start = Start(home, ground_amsl_m, seen.battery_frac, now_s(), own, limit)
    around = _surroundings(given, start)
    if given.plan is not None:
        return _from_file(given, given.plan, profile, start, around, as_it_is=as_it_is)
    if given.to is None:
        raise BadInput("--to: there is nowhere to go")
    on_a_map = given.map is not None
    made = to_place(given.to, given.parcel_kg, profile, start, around, on_a_map=on_a_map)
    if not isinstance(made, Trip):
        raise Failed(f"there is no safe way: {sentences(made)}")
    return made


def _check_home(given: Given, told_m: float | None) -> None:
    """Raises `Failed` where the vehicle takes its home to be far from where its ground is known to be.

    By `--ground-m`; or by a plan file's own home, where heights of it are told from the sea.
    """
    ground_m, whose = given.ground_amsl_m, "--ground-m has"
    plan = given.plan
    if ground_m is None and plan is not None and any(item.frame in ABOVE_SEA for item in plan.items):
        ground_m, whose = plan.home_amsl_m, f"{given.plan_name} plans from"
    if told_m is not None and ground_m is not None and abs(told_m - ground_m) > HOME_OFF_M:
        raise Failed(
            f"it takes its home to be {told_m:.0f} m above the sea, and {whose} {ground_m:.0f} m:"
            f" more than {HOME_OFF_M:g} m apart. Set right whichever is wrong: that, or the vehicle's height"
            " (its satellites, its barometer, where it was set up)"
        )


def _from_file(
    given: Given,
    plan: PlanFile,
    profile: VehicleProfile,
    start: Start,
    around: Surroundings,
    *,
    as_it_is: bool,
) -> Trip:
    try:
        made = from_file(plan, profile, start, 0.0 if as_it_is else None, low=given.low)
    except FormatError as error:
        raise BadInput(f"--plan {given.plan_name}: {error}") from error
    left = return_objections(made, profile, start, around)
    against = left or objections(made.plan, profile, start, around)
    if against:
        raise Failed(f"the plan is not safe: {sentences(against)}")
    if profile.medium is not Medium.AIR:
        return made
    timed = schedule(profile, made.plan.mission.legs, start.at_s).timed
    if distance_m(timed.points[-1].waypoint.position, start.home) > _AT_HOME_M:
        timed = TimedPath((*timed.points, TimedPoint(Waypoint(start.home), timed.ends_at_s)))
    return replace(
        made, notes=(*made.notes, *return_notes(timed, profile, around, start.own, plan.rally_points))
    )


def _surroundings(given: Given, start: Start) -> Surroundings:
    frame, read = LocalFrame(start.home), given.map
    buildings, footways, area = (read.buildings, read.footways, read.area) if read else ((), (), None)
    ground_m = start.ground_amsl_m if given.ground_amsl_m is None else given.ground_amsl_m
    airspace = Airspace(frame, given.zones, buildings, ground_m or 0.0, area)
    footpaths = Footpaths(frame, footways)
    # whoever flies one vehicle is told of its own return as a finding, and decides
    return Surroundings(
        airspace,
        footpaths,
        wind_mps=given.wind_mps,
        above_isa_k=given.above_isa_k,
        own_return=OwnReturnRule.ANY,
    )


def _read_plan(file: Path) -> PlanFile:
    try:
        data = read_file(file, _PLAN_MIB, "--plan").removeprefix(BOM_UTF8)
        plan = waypoints.read(data) if data.lstrip().startswith(b"QGC") else qgc_plan.read(data)
        examine(plan)
    except FormatError as error:
        raise BadInput(f"--plan {file}: {error}") from error
    return plan
