"""Two deliveries that real ArduPilot made with this driver: flown again where there is one, or read back."""

from __future__ import annotations

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from vehicles.mission import (
    Dock,
    DropOff,
    KeepOut,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
)

HOME = GeoPoint(47.397742, 8.545594)
HOME_AMSL_M = 488.0
PARCEL, MISSION, OTHER_MISSION = ParcelId("p1"), MissionId(77), MissionId(78)
CRUISE_M, HANDOVER_M = 30.0, 8.0
CORNER = destination(HOME, 30.0, 60.0)
DOOR = destination(CORNER, 100.0, 40.0)
KERB = destination(destination(HOME, 60.0, 30.0), 150.0, 20.0)
_VEHICLE = VehicleId("ardupilot")
_BESIDE = KeepOut("beside", tuple(destination(HOME, bearing, 80.0) for bearing in (250.0, 260.0, 270.0)))


def flight(mission_id: MissionId = MISSION) -> VehiclePlan:
    """Over a corner to a door, down, released, and home."""
    top, home = Waypoint(HOME, CRUISE_M), Waypoint(HOME)
    corner, over, down = Waypoint(CORNER, CRUISE_M), Waypoint(DOOR, CRUISE_M), Waypoint(DOOR, HANDOVER_M)
    legs = (
        PickUp(PARCEL, 1.0, home, 6.0),
        Travel(Path((home, top, corner, over, down)), 10.0),
        DropOff(PARCEL, 1.0, down, 5.5),
        Travel(Path((down, over, corner, top, home)), 10.0),
        Dock(home),
    )
    rally = Waypoint(destination(HOME, 200.0, 10.0), 20.4)
    return VehiclePlan(Mission(mission_id, _VEHICLE, legs), (_BESIDE,), (rally,))


def homeward(here: Waypoint) -> VehiclePlan:
    """From the air straight home."""
    legs = (
        Travel(Path((here, Waypoint(HOME, 35.0), Waypoint(HOME))), 8.0),
        Dock(Waypoint(HOME)),
    )
    plan = flight()
    return VehiclePlan(Mission(OTHER_MISSION, _VEHICLE, legs), plan.keep_outs, plan.rally_points)


def drive() -> VehiclePlan:
    """Round a corner to a kerb, waited, released, and home."""
    home, kerb = Waypoint(HOME), Waypoint(KERB)
    corner = Waypoint(destination(HOME, 60.0, 30.0))
    legs = (
        PickUp(PARCEL, 1.0, home, 6.0),
        Travel(Path((home, corner, kerb)), 1.5),
        DropOff(PARCEL, 1.0, kerb, 5.5),
        Travel(Path((kerb, corner, home)), 1.5),
        Dock(home),
    )
    return VehiclePlan(Mission(MISSION, _VEHICLE, legs), (_BESIDE,), (Waypoint(KERB),))
