"""A fleet mission as the steps of a simulated vehicle, and back: which leg does a step belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame
from geofences.zone import Medium
from sitl.aboard.fence import Bound, Disc, Ring, Side
from sitl.motion.body import Place
from sitl.motion.steps import GoTo, LandAt, Release, Stay, Step, TakeOff
from vehicles.handover import LandAndRelease, WinchDown, descent_m, one_way_s
from vehicles.mission import Dock, DropOff, Mission, ParcelId, PickUp, Travel, VehiclePlan, Wait

_SAME_M = 0.05
_UPRIGHT_M = 1.0
_ON_GROUND_M = 0.5
_LEAST_TAKE_OFF_M = 2.5  # PX4's MIS_TAKEOFF_ALT


@dataclass(frozen=True, slots=True)
class Itinerary:
    """A mission's steps; `legs[i]` is the index of the leg to which step i belongs.

    `loads` are the parcels that the session puts aboard on the pad, and their masses in kilograms.
    """

    mission: Mission
    steps: tuple[Step, ...]
    legs: tuple[int, ...]
    loads: tuple[tuple[ParcelId, float], ...]

    def legs_done(self, index: int) -> int:
        """How many legs are complete while step `index` is under way; pick-ups on the pad are."""
        return self.legs[index]


def place(frame: LocalFrame, at: Waypoint, home_amsl_m: float | None = None) -> Place:
    """A waypoint in the vehicle's own frame; `home_amsl_m` as `VehiclePlan` has it."""
    local = frame.to_local(at.position)
    return Place(local.east_m, local.north_m, at.level_m - (home_amsl_m or 0.0))


def bounds(frame: LocalFrame, plan: VehiclePlan) -> tuple[Bound, ...]:
    """A plan's fence in the vehicle's own frame."""
    outer = [_ring(frame, Side.INSIDE, keep_in.corners) for keep_in in plan.keep_ins]
    inner = [_ring(frame, Side.OUTSIDE, keep_out.corners) for keep_out in plan.keep_outs]
    discs = []
    for circle in plan.circles:
        centre = frame.to_local(circle.centre)
        discs.append(Disc(Side(circle.side.value), centre.east_m, centre.north_m, circle.radius_m))
    return (*outer, *inner, *discs)


def _ring(frame: LocalFrame, side: Side, corners: Sequence[GeoPoint]) -> Ring:
    local = [frame.to_local(corner) for corner in corners]
    return Ring(side, tuple((point.east_m, point.north_m) for point in local))


def itinerary(
    mission: Mission, frame: LocalFrame, medium: Medium, home_amsl_m: float | None = None
) -> Itinerary:
    """Break a mission down into steps for a vehicle whose home is the origin of `frame`.

    `home_amsl_m` as `VehiclePlan` has it.
    """
    steps: list[Step] = []
    legs: list[int] = []
    loads: list[tuple[ParcelId, float]] = []
    for number, leg in enumerate(mission.legs):
        here = _last_place(steps)
        match leg:
            case PickUp(parcel_id=parcel_id, mass_kg=mass_kg):
                if not steps:
                    loads.append((parcel_id, mass_kg))
                more: Sequence[Step] = ()
            case Travel(path=path, speed_mps=speed_mps):
                to_dock = number + 1 < len(mission.legs) and isinstance(mission.legs[number + 1], Dock)
                lands = to_dock and path.waypoints[-1].height_agl_m < _ON_GROUND_M
                way = [place(frame, waypoint, home_amsl_m) for waypoint in path.waypoints]
                more = _travel(way, speed_mps, here, medium, lands=lands)
            case DropOff():
                more = _drop_off(place(frame, leg.at, home_amsl_m), leg, here, medium)
            case Wait(service_s=service_s):
                more = (Stay(service_s),)
            case Dock(at=at):
                more = (LandAt(place(frame, at, home_amsl_m)),)
            case _:
                assert_never(leg)
        steps.extend(more)
        legs.extend([number] * len(more))
    return Itinerary(mission, tuple(steps), tuple(legs), tuple(loads))


def _last_place(steps: Sequence[Step]) -> Place | None:
    return next((step.place for step in reversed(steps) if isinstance(step, GoTo)), None)


def _travel(
    way: list[Place], speed_mps: float, here: Place | None, medium: Medium, *, lands: bool
) -> list[Step]:
    """A path as steps: a take-off first where the vehicle stands; the way down to a pad is the landing's."""
    steps: list[Step] = []
    if medium is Medium.AIR and here is None:
        upright = abs(way[1].east_m - way[0].east_m) + abs(way[1].north_m - way[0].north_m) < _UPRIGHT_M
        steps.append(TakeOff(way[1].height_agl_m if upright else _LEAST_TAKE_OFF_M))
        way = way[2:] if upright else way[1:]
    elif here is not None and _gap_m(here, way[0]) < _SAME_M:
        way = way[1:]
    if medium is Medium.AIR and lands and way:
        way = way[:-1]
    steps.extend(GoTo(point, speed_mps) for point in way)
    return steps


def _drop_off(at: Place, leg: DropOff, here: Place | None, medium: Medium) -> list[Step]:
    """A drone lets go and then stays to see it settle; a robot waits for the recipient, then opens."""
    arrive: list[Step] = [] if here is not None and _gap_m(here, at) < _SAME_M else [GoTo(at)]
    if medium is not Medium.AIR:
        return [*arrive, Stay(leg.service_s), Release(leg.mass_kg)]
    stay = Stay(leg.service_s)
    down_m = descent_m(leg.handover, leg.at.height_agl_m)
    if isinstance(leg.handover, LandAndRelease):
        return [*arrive, LandAt(at), Release(leg.mass_kg), GoTo(at)]
    if isinstance(leg.handover, WinchDown):
        reel = Stay(one_way_s(leg.handover))
        return [*arrive, reel, Release(leg.mass_kg), stay, reel]
    if down_m > 0.0:
        low = Place(at.east_m, at.north_m, at.height_agl_m - down_m)
        return [*arrive, GoTo(low), Release(leg.mass_kg), stay, GoTo(at)]
    return [*arrive, Release(leg.mass_kg), stay]


def _gap_m(a: Place, b: Place) -> float:
    return max(abs(a.east_m - b.east_m), abs(a.north_m - b.north_m), abs(a.height_agl_m - b.height_agl_m))
