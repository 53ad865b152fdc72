from __future__ import annotations

import math
from dataclasses import replace

import pytest

from geofences.formats.plan_items import PlanItem, Side
from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from vehicles.handover import Handover, HoverRelease, LandAndRelease, PlaceOnGround, WinchDown
from vehicles.mavlink.autopilots.autopilot import Winching
from vehicles.mavlink.autopilots.known import ARDUPILOT, PX4
from vehicles.mavlink.plans.able import unable
from vehicles.mavlink.plans.encode import (
    EncodedMission,
    EncodedPlan,
    encode_fence,
    encode_mission,
    encode_plan,
    encode_rally,
)
from vehicles.mission import (
    Dock,
    DropOff,
    FenceCircle,
    KeepIn,
    KeepOut,
    Leg,
    Mission,
    MissionId,
    ParcelId,
    PickUp,
    Travel,
    VehicleId,
    VehiclePlan,
    Wait,
)
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, DELIVERY_VTOL, SIDEWALK_ROBOT
from vehicles.vehicle import Refused

TAKEOFF, WAYPOINT, LAND, DELAY, SPEED, GRIPPER = 22, 16, 21, 93, 178, 211
HOME = GeoPoint(60.17, 24.94)
FAR = destination(HOME, 40.0, 300.0)
PARCEL = ParcelId("p1")


def at(position: GeoPoint, height_agl_m: float = 0.0) -> Waypoint:
    return Waypoint(position, height_agl_m)


def mission(*legs: Leg) -> Mission:
    return Mission(MissionId(9), VehicleId("d1"), legs)


def delivery(cruise_m: float = 50.0, hand_m: float = 8.0) -> Mission:
    there = Path((at(HOME), at(HOME, cruise_m), at(FAR, cruise_m), at(FAR, hand_m)))
    back = Path((at(FAR, hand_m), at(FAR, cruise_m), at(HOME, cruise_m), at(HOME)))
    return mission(
        PickUp(PARCEL, 1.0, at(HOME), 6.0),
        Travel(there, 15.0),
        DropOff(PARCEL, 1.0, at(FAR, hand_m), 6.0),
        Travel(back, 15.0),
        Dock(at(HOME)),
    )


def flown(told: Mission) -> EncodedMission:
    encoded = encode_mission(told, DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedMission)
    return encoded


def driven(told: Mission, here: GeoPoint | None = HOME) -> EncodedMission:
    encoded = encode_mission(told, SIDEWALK_ROBOT, here)
    assert isinstance(encoded, EncodedMission)
    return encoded


def test_a_delivery_flight_item_by_item() -> None:
    encoded = flown(delivery())
    assert [(item.command, item.frame, item.z) for item in encoded.items] == [
        (TAKEOFF, 6, 50.0),
        (SPEED, 2, 0.0),
        (WAYPOINT, 6, 50.0),
        (WAYPOINT, 6, 8.0),
        (GRIPPER, 2, 0.0),
        (WAYPOINT, 6, 8.0),
        (WAYPOINT, 6, 50.0),
        (WAYPOINT, 6, 50.0),
        (LAND, 6, 0.0),
    ]
    assert encoded.leg_of_item == (1, 1, 1, 1, 2, 2, 3, 3, 4)
    assert encoded.drop_offs == ((2, PARCEL),)
    assert encoded.leg_count == 5
    assert encoded.lands


def test_the_hand_over_releases_and_then_hovers_for_its_time() -> None:
    release, hover = flown(delivery()).items[4:6]
    assert release.params == (1.0, 0.0, 0.0, 0.0)
    assert hover.params[0] == 6.0
    assert math.isnan(hover.params[3])
    assert (hover.lat_e7, hover.lon_e7) == (round(FAR.lat_deg * 1e7), round(FAR.lon_deg * 1e7))


def test_speed_is_set_once_where_it_does_not_change() -> None:
    slower = Travel(Path((at(FAR, 30.0), at(HOME, 30.0))), 8.0)
    first = Travel(Path((at(HOME), at(HOME, 30.0), at(FAR, 30.0))), 15.0)
    speeds = [i.params[1] for i in flown(mission(first, slower, Dock(at(HOME)))).items if i.command == SPEED]
    assert speeds == [15.0, 8.0]


def test_a_mission_given_in_flight_has_no_take_off() -> None:
    home = Travel(Path((at(FAR, 50.0), at(HOME, 50.0), at(HOME))), 15.0)
    commands = [item.command for item in flown(mission(home, Dock(at(HOME)))).items]
    assert commands == [SPEED, WAYPOINT, WAYPOINT, LAND]


def test_a_take_off_stands_first() -> None:
    assert flown(delivery()).items[0].command == TAKEOFF


def test_a_drive_follows_every_corner_waits_and_then_opens() -> None:
    corner = destination(HOME, 0.0, 40.0)
    there, back = Path((at(HOME), at(corner), at(FAR))), Path((at(FAR), at(corner), at(HOME)))
    told = mission(
        PickUp(PARCEL, 1.0, at(HOME), 6.0),
        Travel(there, 1.6),
        DropOff(PARCEL, 1.0, at(FAR), 20.0),
        Travel(back, 1.6),
        Dock(at(HOME)),
    )
    encoded = driven(told)
    assert [item.command for item in encoded.items] == [
        SPEED,
        WAYPOINT,
        WAYPOINT,
        DELAY,
        GRIPPER,
        WAYPOINT,
        WAYPOINT,
    ]
    assert encoded.leg_of_item == (1, 1, 1, 2, 2, 3, 3)
    assert all(item.z == 0.0 for item in encoded.items)
    assert not encoded.lands


def test_a_rover_elsewhere_is_first_led_to_where_its_path_begins() -> None:
    told = mission(Travel(Path((at(HOME), at(FAR))), 1.6), Dock(at(FAR)))
    assert len(driven(told, FAR).items) == len(driven(told, HOME).items) + 1


@pytest.mark.parametrize(
    ("legs", "leg", "word"),
    [
        ((Travel(Path((at(HOME), at(FAR))), 9.0), Dock(at(FAR))), 0, "leave the ground"),
        (
            (
                Travel(Path((at(HOME), at(HOME, 30.0), at(FAR, 30.0))), 9.0),
                DropOff(PARCEL, 1.0, at(FAR), 1.0),
                Dock(at(FAR)),
            ),
            1,
            "in the air",
        ),
        ((Wait(3.0), Dock(at(HOME))), 0, "a way must come first"),
        (
            (
                Travel(Path((at(HOME), at(HOME, 30.0), at(FAR, 30.0))), 9.0),
                PickUp(PARCEL, 1.0, at(FAR), 1.0),
                Dock(at(FAR)),
            ),
            1,
            "on the pad only",
        ),
        (
            (Travel(Path((at(HOME), at(HOME, 30.0), at(FAR), at(FAR, 30.0))), 9.0), Dock(at(FAR))),
            0,
            "touches the ground",
        ),
    ],
)
def test_what_a_drone_cannot_be_told_is_refused_by_leg(legs: tuple[Leg, ...], leg: int, word: str) -> None:
    refused = encode_mission(mission(*legs), DELIVERY_DRONE, HOME)
    assert isinstance(refused, Refused)
    (reason,) = refused.reasons
    assert reason.subject == f"legs[{leg}]"
    assert word in reason.text


def test_keep_outs_become_exclusion_polygons() -> None:
    ring = (HOME, FAR, destination(HOME, 90.0, 200.0))
    items = encode_fence([KeepOut("z1", ring), KeepOut("z2", ring)])
    assert not isinstance(items, Refused)
    assert [(item.command, item.params[0]) for item in items] == [(5002, 3.0)] * 6
    assert items[0].lat_e7 == 601700000


def test_a_keep_out_that_is_no_ring_is_refused_by_name() -> None:
    refused = encode_fence([KeepOut("z1", (HOME, FAR))])
    assert isinstance(refused, Refused)
    assert refused.reasons[0].subject == "z1"


def test_rally_points_use_the_frame_that_px4_can_return_to() -> None:
    (item,) = encode_rally([at(FAR, 30.0)])
    assert (item.command, item.frame, item.z) == (5100, 3, 30.0)


def handed_over(
    handover: Handover, profile: VehicleProfile = DELIVERY_DRONE
) -> list[tuple[int, float, float]]:
    """Command, first parameter and height of the items of a delivery done so."""
    legs = [replace(leg, handover=handover) if isinstance(leg, DropOff) else leg for leg in delivery().legs]
    encoded = encode_mission(mission(*legs), profile, HOME)
    assert isinstance(encoded, EncodedMission)
    return [(item.command, item.params[0], item.z) for item in encoded.items]


def test_a_drone_that_lands_to_hand_over_is_sent_up_again_by_its_mission() -> None:
    items = handed_over(LandAndRelease())
    release = [command for command, _, _ in items].index(GRIPPER)
    assert [(command, z) for command, _, z in items[release - 1 : release + 2]] == [
        (LAND, 0.0),
        (GRIPPER, 0.0),
        (WAYPOINT, 8.0),
    ]


def test_a_winch_delivers_and_the_drone_stays_for_as_long_as_the_line_takes() -> None:
    items = handed_over(WinchDown(length_m=7.0, rate_mps=0.5))
    winch = next(n for n, (command, _, _) in enumerate(items) if command == 42600)
    assert items[winch + 1] == (WAYPOINT, 2.0 * 7.0 / 0.5 + 2.0 * 5.0 + 6.0, 8.0)


def test_a_winch_that_is_told_lengths_lowers_and_reels_in_and_nothing_opens_in_the_air() -> None:
    legs = [
        replace(leg, handover=WinchDown(length_m=7.0, rate_mps=0.5)) if isinstance(leg, DropOff) else leg
        for leg in delivery().legs
    ]
    encoded = encode_mission(mission(*legs), DELIVERY_DRONE, HOME, winching=Winching.BY_LENGTH)
    assert isinstance(encoded, EncodedMission)
    assert [item.params[1:] for item in encoded.items if item.command == 42600] == [
        (1.0, 7.0, 0.5),
        (1.0, -7.0, 0.5),
    ]
    assert GRIPPER not in {item.command for item in encoded.items}
    assert encoded.lowered == ((encoded.drop_offs[0][0], 7.0),)


def test_a_payload_that_is_placed() -> None:
    assert (94, 5.0, 8.0) in handed_over(PlaceOnGround(most_m=5.0))


def test_placing_asks_for_no_heading_for_ardupilot_refuses_the_item_with_one_left_open() -> None:
    legs = [
        replace(leg, handover=PlaceOnGround(5.0)) if isinstance(leg, DropOff) else leg
        for leg in delivery().legs
    ]
    encoded = encode_mission(mission(*legs), DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedMission)
    assert [item.params for item in encoded.items if item.command == 94] == [(5.0, 0.0, 0.0, 0.0)]


def test_px4_is_given_no_plan_that_places_and_the_refusal_says_so() -> None:
    legs = [
        replace(leg, handover=PlaceOnGround(5.0)) if isinstance(leg, DropOff) else leg
        for leg in delivery().legs
    ]
    encoded = encode_mission(mission(*legs), DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedMission)
    refused = unable(encoded, PX4, None)
    assert refused is not None
    assert "PX4 cannot place" in refused.reasons[0].text
    assert unable(encoded, ARDUPILOT, None) is None


def test_a_vtol_hovers_for_the_hand_over_and_flies_far_on_its_wing() -> None:
    commands = [command for command, _, _ in handed_over(HoverRelease(), DELIVERY_VTOL)]
    to_rotors, to_wing = 3.0, 4.0
    states = [first for command, first, _ in handed_over(HoverRelease(), DELIVERY_VTOL) if command == 3000]
    assert (commands[0], commands[-1]) == (84, 85)
    assert states[:2] == [to_rotors, to_wing]


def test_inclusions_and_circles_of_the_fence() -> None:
    ring = (HOME, FAR, destination(HOME, 90.0, 200.0))
    items = encode_fence([KeepIn("in", ring), FenceCircle("round", Side.OUTSIDE, FAR, 25.0)])
    assert not isinstance(items, Refused)
    assert [(item.command, item.params[0]) for item in items] == [(5001, 3.0)] * 3 + [(5004, 25.0)]


@pytest.mark.parametrize("side", [Side.INSIDE, Side.OUTSIDE])
def test_a_fence_that_would_not_be_enforced_where_it_stands_is_not_sent(side: Side) -> None:
    centre = FAR if side is Side.INSIDE else HOME
    told = VehiclePlan(delivery(), circles=(FenceCircle("round", side, centre, 30.0),))
    refused = encode_plan(told, DELIVERY_DRONE, HOME)
    assert isinstance(refused, Refused)
    assert refused.reasons[0].subject == "round"


def test_a_plan_file_is_said_as_it_stands_item_by_item() -> None:
    nan = math.nan
    script = (
        PlanItem("a", 22, 3, (0.0, 0.0, 0.0, nan, 60.17, 24.94, 30.0)),
        PlanItem("b", 211, 2, (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)),
        PlanItem("c", 203, 2, (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)),
    )
    encoded = encode_plan(VehiclePlan(delivery(), script=script), DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedPlan)
    items = encoded.mission.items
    assert [(item.command, item.frame, item.lat_e7, item.z) for item in items] == [
        (22, 3, 601700000, 30.0),
        (211, 2, 0, 0.0),
        (203, 2, 1, 0.0),
    ]
    assert encoded.mission.leg_of_item == (0, 1, 2)
    assert encoded.mission.drop_offs == ((1, PARCEL),)
