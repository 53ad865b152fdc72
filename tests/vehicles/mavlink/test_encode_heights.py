"""Heights of a plan over uneven ground as its items tell them: above home, or above the sea."""

from __future__ import annotations

from pymavlink.dialects.v20 import common

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from vehicles.handover import HOVER_RELEASE, Handover, LandAndRelease, PlaceOnGround
from vehicles.mavlink.plans.encode import EncodedPlan, encode_plan
from vehicles.mission import (
    Dock,
    DropOff,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
)
from vehicles.profiles import DELIVERY_DRONE

PARCEL = ParcelId("p1")
PAD = Waypoint(GeoPoint(42.5, 1.5), 0.0, 1000.0)
DOOR = Waypoint(destination(PAD.position, 40.0, 900.0), 8.0, 880.0)
HILL = Waypoint(destination(PAD.position, 40.0, 400.0), 50.0, 1110.0)


def up(at: Waypoint, height_m: float) -> Waypoint:
    return Waypoint(at.position, height_m, at.ground_amsl_m)


def sent(handover: Handover = HOVER_RELEASE, home_amsl_m: float | None = 1000.0) -> EncodedPlan:
    legs = (
        PickUp(PARCEL, 1.0, PAD, 6.0),
        Travel(Path((PAD, up(PAD, 45.0), HILL, up(DOOR, 45.0), DOOR)), 15.0),
        DropOff(PARCEL, 1.0, DOOR, 6.0, handover),
        Travel(Path((DOOR, up(DOOR, 45.0), HILL, up(PAD, 45.0), PAD)), 15.0),
        Dock(PAD),
    )
    mission = Mission(MissionId(9), VehicleId("d1"), legs)
    plan = VehiclePlan(mission, rally_points=(PAD, up(DOOR, 0.0)), home_amsl_m=home_amsl_m)
    encoded = encode_plan(plan, DELIVERY_DRONE, PAD.position)
    assert isinstance(encoded, EncodedPlan)
    return encoded


def heights(encoded: EncodedPlan) -> list[tuple[int, float]]:
    return [(item.frame, item.z) for item in encoded.mission.items if item.frame != common.MAV_FRAME_MISSION]


def test_heights_are_told_above_home_below_it_where_the_door_lies_lower() -> None:
    above_home = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    assert heights(sent()) == [
        (above_home, z) for z in (45.0, 160.0, -75.0, -112.0, -112.0, -75.0, 160.0, 45.0, 0.0)
    ]
    assert [(item.frame, item.z) for item in sent().rally] == [
        (common.MAV_FRAME_GLOBAL_RELATIVE_ALT, 0.0),
        (common.MAV_FRAME_GLOBAL_RELATIVE_ALT, -120.0),
    ]


def test_an_autopilot_that_takes_its_home_along_is_told_heights_above_the_sea() -> None:
    found = heights(sent(LandAndRelease()))
    assert {frame for frame, _ in found} == {common.MAV_FRAME_GLOBAL_INT}
    levels = [1045.0, 1160.0, 925.0, 888.0, 880.0, 888.0, 925.0, 1160.0, 1045.0, 1000.0]
    assert [z for _, z in found] == levels


def test_what_is_set_down_is_lowered_from_above_its_own_ground() -> None:
    placed = next(i for i in sent(PlaceOnGround(9.0)).mission.items if i.command == 94)
    assert (placed.z, placed.params[0]) == (-112.0, 9.0)
