"""A plan file as a trip: each item is understood, so that where it leads can be verified, or refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from geofences.formats.plan_items import PlanFile, PlanItem, Side
from geofences.formats.reading import FormatError
from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, distance_m
from geofences.zone import Medium
from orchestrator.flying import wing_plan
from orchestrator.flying.item_limits import LOW_M, check_height, check_speed
from orchestrator.flying.plan_commands import (
    ABOVE_HOME,
    ABOVE_SEA,
    AIRBORNE,
    DELAY,
    GOES_THERE,
    LAND,
    LANDS,
    LOITER_TIME,
    PLACE,
    RETURN,
    SPEED,
    TAKEOFF,
    TRANSITION,
    VTOL_TAKEOFF,
    WAYPOINT,
    examine,
    name_of,
)
from orchestrator.flying.returning import left_to_it
from orchestrator.flying.trip import MISSION, PARCEL, VEHICLE, LeftToIt, Start, Trip
from vehicles.mavlink.autopilots.autopilot import AIRFRAMES
from vehicles.mission import (
    Dock,
    DropOff,
    FenceCircle,
    KeepIn,
    KeepOut,
    Leg,
    Mission,
    Travel,
    VehiclePlan,
    Wait,
)
from vehicles.profile import Airframe, VehicleProfile
from vehicles.schedule import schedule

FARTHEST_START_M = 900.0
"""PX4's MIS_DIST_1WP: a plan that begins further away is most likely one for another place."""

_ROTOR_MPS = 5.0  # PX4's MPC_XY_CRUISE, in force until a plan says another speed
_TO_WING = 4.0  # MAV_VTOL_STATE_FW


@dataclass(slots=True)
class _Reading:
    """Where the items read so far lead."""

    profile: VehicleProfile
    start: Start
    here: Waypoint
    speed_mps: float
    rally: tuple[Waypoint, ...]
    least_return_m: float
    returns: list[LeftToIt] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    way: list[Waypoint] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    low: bool = False
    """Whether way-points near the ground are meant."""
    wing: bool | None = None
    """What carries a VTOL now; None of everything else."""

    def go(self, *places: Waypoint) -> None:
        self.way += [place for place in places if place != (self.way[-1] if self.way else self.here)]

    def stop(self, leg: Leg | None) -> None:
        """End the way so far, and then do something in place."""
        if self.way:
            self.legs.append(Travel(Path((self.here, *self.way)), self.speed_mps, self.wing))
            self.here = self.way[-1]
            self.way = []
        if leg is not None:
            self.legs.append(leg)

    @property
    def now(self) -> Waypoint:
        return self.way[-1] if self.way else self.here


def from_file(
    file: PlanFile, profile: VehicleProfile, start: Start, least_m: float | None = None, *, low: bool = False
) -> Trip:
    """The trip that a file describes for a vehicle at `start`.

    Raises `FormatError` naming the item that cannot be verified. A plan that ends in the air is followed
    by the autopilot's own return, which a note says. Where it does not tell how it returns, its way is
    reckoned at the greatest height that it may be flown at; `returns` tells the least too: `least_m`
    above its goal, or the least that the profile cruises at where nobody says. `low`: low places are meant.
    """
    examine(file)
    flies = profile.medium is Medium.AIR
    speed_mps = _ROTOR_MPS if profile.airframe is Airframe.MULTICOPTER else profile.cruise_mps
    least_m = profile.min_cruise_height_agl_m if least_m is None else least_m
    pace_mps = min(speed_mps, profile.cruise_mps)
    read = _Reading(profile, start, Waypoint(start.home), pace_mps, file.rally_points, least_m)
    read.low, read.wing = low, False if profile.airframe is Airframe.VTOL else None
    for item in file.items:
        if read.wing is not None:
            wing_plan.check(profile, item, on_wing=read.wing)
        _take(read, item, flies=flies)
    if read.wing is not None:
        wing_plan.check_end(profile, read.now, len(file.items))
    notes = [f"{finding.field}: {finding.read_as}" for finding in file.findings] + read.notes
    if file.vehicle_type and AIRFRAMES.get(file.vehicle_type) is not profile.airframe:
        notes.append(
            f"vehicleType {file.vehicle_type}: planned for another kind of vehicle than {profile.name}."
        )
    if flies and read.now.height_agl_m > 0.0:
        notes.append("The plan ends in the air: it is brought home by its own return.")
        _go_home(read)
    read.stop(Dock(read.now))
    mission = Mission(MISSION, VEHICLE, tuple(read.legs))
    names = tuple(name_of(n, item) for n, item in enumerate(file.items))
    releases = tuple(n for n, item in enumerate(file.items) if item.releases)
    wing_plan.check_turns(profile, mission.legs)
    length_s = schedule(profile, mission.legs, 0.0).timed.ends_at_s
    return Trip(
        _plan(file, mission),
        names,
        releases,
        length_s,
        tuple(notes),
        tuple(read.returns),
        _datums_m(file, start),
    )


def _datums_m(file: PlanFile, start: Start) -> tuple[float | None, ...]:
    """What the heights of a file are told from: home, the sea, or both."""
    sea = {item.frame in ABOVE_SEA for item in file.items if item.command in GOES_THERE}
    return tuple(start.ground_amsl_m if above_sea else None for above_sea in sorted(sea))


def _take(read: _Reading, item: PlanItem, *, flies: bool) -> None:
    if item.command in AIRBORNE and not flies:
        raise FormatError(item.field, f"is for an aircraft: a {read.profile.name} stays on the ground")
    if item.command in GOES_THERE or item.command in LANDS:
        _go(read, item, flies=flies)
    elif item.command == RETURN:
        if not flies:
            raise FormatError(
                item.field, "a ground vehicle's own return is a straight line that nobody verified"
            )
        _go_home(read)
    elif item.command == SPEED and item.params[1] > 0.0:
        _set_speed(read, item)
    elif item.command == TRANSITION and read.wing is not None:
        _carry(read, wing=item.params[0] == _TO_WING)
    elif item.command == DELAY:
        if not item.params[0] > 0.0:
            raise FormatError(item.field, "waits until a time of day: how long it takes is not known")
        read.stop(Wait(item.params[0]))
    if item.releases:
        parcel_kg = 0.5 * read.profile.max_payload_kg
        read.stop(DropOff(PARCEL, parcel_kg, read.now, 2.0))


def _set_speed(read: _Reading, item: PlanItem) -> None:
    check_speed(item, item.params[1], read.profile, read.start.limit)
    read.stop(None)
    read.speed_mps = item.params[1]


def _land(read: _Reading, place: GeoPoint) -> None:
    """There as high as it is, then down; a VTOL turns to its rotors there, or on a short line to it."""
    if read.wing and distance_m(read.now.position, place) < wing_plan.shortest_m(read.profile):
        _carry(read, wing=False)
    read.go(Waypoint(place, read.now.height_agl_m))
    if read.wing is not None:
        _carry(read, wing=False)
    read.go(Waypoint(place))


def _go(read: _Reading, item: PlanItem, *, flies: bool) -> None:
    height_m = _height_m(read, item) if flies else 0.0
    place = item.position
    if place is None and item.command not in {LAND, TAKEOFF}:
        raise FormatError(item.field, "has no place to go to")
    at = Waypoint(place or read.now.position, height_m)
    if (
        len(read.legs) == 0
        and not read.way
        and (far_m := distance_m(at.position, read.start.home)) > FARTHEST_START_M
    ):
        raise FormatError(
            item.field, f"is {far_m:,.0f} m from where the vehicle stands: a plan for another place"
        )
    if not flies:
        read.go(at)
        return
    if item.command in LANDS:
        if read.now.height_agl_m == 0.0:
            raise FormatError(item.field, "lands, and it stands on the ground by then")
        _land(read, at.position)
        return
    if (
        item.command == PLACE and height_m == 0.0 and read.now.height_agl_m > 0.0
    ):  # as QGroundControl writes it
        read.go(Waypoint(at.position, read.now.height_agl_m), at)
        return
    if height_m <= 0.0:
        raise FormatError(item.field, f"leads to {height_m:.0f} m above home: into the ground")
    _judge_height(read, item, height_m)
    if read.now.height_agl_m == 0.0:
        read.go(Waypoint(read.now.position, height_m))  # it climbs first, whatever comes first
    if item.command == VTOL_TAKEOFF and read.wing is not None:
        _carry(read, wing=True)
    read.go(at)
    _stay(read, item)


def _stay(read: _Reading, item: PlanItem) -> None:
    """What a way-point's hold time, or a loiter's, adds."""
    stays = item.command in {WAYPOINT, LOITER_TIME} and isfinite(item.params[0])
    if stays and item.params[0] > 0.0:
        read.stop(Wait(item.params[0]))


def _carry(read: _Reading, *, wing: bool) -> None:
    """From here on it flies on its wing, or on its rotors."""
    if read.wing is not wing:
        read.stop(None)
        read.wing = wing


def _judge_height(read: _Reading, item: PlanItem, height_m: float) -> None:
    """One that the kind of vehicle does not fly at is refused; a low one, where it is meant, is told."""
    check_height(item, height_m, read.profile, low=read.low)
    if height_m < LOW_M:
        read.notes.append(f"{item.field}: leads to {height_m:g} m above home, where people and trees may be.")


def _height_m(read: _Reading, item: PlanItem) -> float:
    z_m = item.params[6]
    if not isfinite(z_m):
        raise FormatError(item.field, "has no height")
    if item.frame in ABOVE_HOME:
        return z_m
    if item.frame in ABOVE_SEA:
        if read.start.ground_amsl_m is None:
            raise FormatError(item.field, "is above the sea, and the vehicle does not say how high it stands")
        return z_m - read.start.ground_amsl_m
    raise FormatError(item.field, f"is in frame {item.frame}, whose heights cannot be verified")


def _go_home(read: _Reading) -> None:
    """The autopilot's own return: up, straight over the nearest of home and the rally points, down."""
    ends = read.now, Waypoint(read.start.home)
    returns, way = left_to_it(read.start.own, ends, read.rally, read.profile, read.least_return_m)
    read.returns += returns
    read.go(*way)


def _plan(file: PlanFile, mission: Mission) -> VehiclePlan:
    return VehiclePlan(
        mission,
        keep_outs=tuple(
            KeepOut(ring.field, ring.corners) for ring in file.rings if ring.side is Side.OUTSIDE
        ),
        rally_points=file.rally_points,
        keep_ins=tuple(KeepIn(ring.field, ring.corners) for ring in file.rings if ring.side is Side.INSIDE),
        circles=tuple(FenceCircle(disc.field, disc.side, disc.centre, disc.radius_m) for disc in file.discs),
        script=file.items,
    )
