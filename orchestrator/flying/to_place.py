"""A delivery to a place and back, planned around what is given, for a vehicle that stands at home."""

from __future__ import annotations

from dataclasses import replace

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint
from geofences.reason import Reason
from geofences.zone import Medium
from orchestrator.flying.returning import return_notes
from orchestrator.flying.trip import MISSION, PARCEL, VEHICLE, Start, Trip, objections
from orchestrator.operations.planning.draft import Infeasible, Job
from orchestrator.operations.planning.fence import vehicle_plan
from orchestrator.operations.planning.plan import plan
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.orders.order import DropOffKind, DropOffPlace, Pad, PadId, Parcel
from vehicles.mission import Dock, DropOff, Leg, Mission, PickUp, Travel, VehiclePlan, Wait
from vehicles.profile import VehicleProfile
from vehicles.schedule import schedule

_PREPARING_S = 30.0
"""From planning until take-off, with the upload between: zones are looked at from then on."""


def to_place(
    goal: GeoPoint,
    parcel_kg: float,
    profile: VehicleProfile,
    start: Start,
    surroundings: Surroundings,
    *,
    on_a_map: bool,
) -> Trip | tuple[Reason, ...]:
    """A verified trip there and back, or the reasons why there is none.

    Without a map a ground vehicle is led there straight, which a note says.
    """
    begins_s = start.at_s + _PREPARING_S
    if profile.medium is Medium.SIDEWALK and not on_a_map:
        made = _straight(goal, parcel_kg, profile, start)
    else:
        job = Job(
            VEHICLE,
            profile,
            Pad(PadId("home"), Waypoint(start.home)),
            Parcel(PARCEL, parcel_kg),
            DropOffPlace(goal, DropOffKind.DOORSTEP, "the place asked for"),
            start.battery_frac,
        )
        planned = plan(job, MISSION, surroundings, (), now_s=begins_s)
        if isinstance(planned, Infeasible):
            return planned.reasons
        made = vehicle_plan(planned, profile, surroundings)
    against = objections(made, profile, replace(start, at_s=begins_s), surroundings)
    notes: tuple[str, ...] = () if on_a_map else ("No map was given: it drives in a straight line.",)
    if profile.medium is Medium.AIR:
        timed = schedule(profile, made.mission.legs, begins_s).timed
        notes = return_notes(timed, profile, surroundings, start.own, made.rally_points)
    if against:
        return against
    legs = made.mission.legs
    releases = tuple(n for n, leg in enumerate(legs) if isinstance(leg, DropOff))
    length_s = schedule(profile, legs, 0.0).timed.ends_at_s
    return Trip(made, tuple(_names(legs)), releases, length_s, notes)


def _straight(goal: GeoPoint, parcel_kg: float, profile: VehicleProfile, start: Start) -> VehiclePlan:
    home, there = Waypoint(start.home), Waypoint(goal)
    legs = (
        PickUp(PARCEL, parcel_kg, home, profile.load_s),
        Travel(Path((home, there)), profile.cruise_mps),
        DropOff(PARCEL, parcel_kg, there, profile.handover_s, profile.handover),
        Travel(Path((there, home)), profile.cruise_mps),
        Dock(home),
    )
    return VehiclePlan(Mission(MISSION, VEHICLE, legs))


def _names(legs: tuple[Leg, ...]) -> list[str]:
    names, handed_over = [], False
    for leg in legs:
        match leg:
            case PickUp():
                names.append("load")
            case Travel():
                names.append("go home" if handed_over else "go there")
            case DropOff():
                names.append("hand over")
                handed_over = True
            case Wait():
                names.append("wait")
            case Dock():
                names.append("land")
    return names
