"""What PX4 needs of items beyond what they ask for: a height where it would take a 0 for the sea's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from tests.contracts.stands import HOME, MISSION, VEHICLE, plan
from vehicles.handover import LandAndRelease
from vehicles.mavlink.autopilots.known import ARDUPILOT, PX4
from vehicles.mavlink.autopilots.px4_items import px4_raised
from vehicles.mavlink.exchanges.lists import Item, PlanPart, same_item
from vehicles.mavlink.plans.encode import EncodedMission, encode_mission
from vehicles.mavlink.plans.items import act, place
from vehicles.mission import DropOff, Mission
from vehicles.profiles import DELIVERY_DRONE

DOOR = GeoPoint(60.17, 24.94)
HOME_AMSL_M = 480.0
WAYPOINT, LAND = common.MAV_CMD_NAV_WAYPOINT, common.MAV_CMD_NAV_LAND
OPENS = act(common.MAV_CMD_DO_GRIPPER, 1.0, 0.0)


def raised(*items: Item) -> tuple[float, ...]:
    return tuple(item.z for item in px4_raised(items, HOME_AMSL_M))


def test_a_gripper_has_the_height_of_the_place_before_it_above_the_sea() -> None:
    assert raised(place(WAYPOINT, DOOR, 8.0), OPENS) == (8.0, 488.0)
    assert raised(place(LAND, DOOR, 0.0), OPENS) == (0.0, 480.0)
    above_sea = place(WAYPOINT, DOOR, 490.0, frame=common.MAV_FRAME_GLOBAL_INT)
    assert raised(above_sea, OPENS) == (490.0, 490.0)


@pytest.mark.parametrize("command", [common.MAV_CMD_DO_WINCH, common.MAV_CMD_NAV_DELAY])
def test_so_has_whatever_is_waited_for(command: int) -> None:
    assert raised(place(WAYPOINT, DOOR, 8.0), act(command, 5.0)) == (8.0, 488.0)


def test_what_is_over_at_once_or_comes_before_any_place_stays_as_it_is() -> None:
    speed = act(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, 8.0, -1.0)
    assert raised(OPENS, place(WAYPOINT, DOOR, 8.0), speed) == (0.0, 8.0, 0.0)


def test_a_height_that_means_nothing_makes_no_other_item() -> None:
    assert same_item(OPENS, replace(OPENS, z=488.0), PlanPart.MISSION)
    waypoint = place(WAYPOINT, DOOR, 8.0)
    assert not same_item(waypoint, replace(waypoint, z=9.0), PlanPart.MISSION)


def test_others_are_given_none() -> None:
    items = (place(WAYPOINT, DOOR, 8.0), OPENS)
    assert PX4.plan.raised(items, HOME_AMSL_M) != items
    assert ARDUPILOT.plan.raised(items, HOME_AMSL_M) == items


def test_after_a_landing_it_may_stand_metres_beside_its_line_and_rises_all_the_same() -> None:
    legs = [
        replace(leg, handover=LandAndRelease()) if isinstance(leg, DropOff) else leg
        for leg in plan(DELIVERY_DRONE).mission.legs
    ]
    encoded = encode_mission(Mission(MISSION, VEHICLE, tuple(legs)), DELIVERY_DRONE, HOME)
    assert isinstance(encoded, EncodedMission)
    landed = next(n for n, item in enumerate(encoded.items) if item.command == LAND)
    assert encoded.items[landed + 1].command == OPENS.command
    assert encoded.items[landed + 2].params[1] == pytest.approx(5.0)
