"""At which item a mission is taken up again in the air, so that PX4 does not climb off its line first."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint, destination
from vehicles.mavlink.exchanges.lists import Item
from vehicles.mavlink.plans.items import act, e7
from vehicles.mavlink.plans.taking_up import place_before
from vehicles.mission import MissionId
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry

HERE = GeoPoint(60.17, 24.94)
BEHIND, AHEAD = destination(HERE, 180.0, 60.0), destination(HERE, 0.0, 60.0)
HELD = Telemetry(
    heard_at_s=100.0,
    position=HERE,
    height_agl_m=30.0,
    north_mps=0.0,
    east_mps=0.0,
    down_mps=0.0,
    heading_deg=0.0,
    battery_frac=1.0,
    armed=True,
    landed=Landed.IN_MOTION,
    mode=Mode.HOLD,
    progress=MissionProgress(MissionId(7), 0),
    health=Health(ready=True, failsafe=False),
    alt_amsl_m=40.0,
)
TAKE_OFF, WAYPOINT, LAND = (
    common.MAV_CMD_NAV_TAKEOFF,
    common.MAV_CMD_NAV_WAYPOINT,
    common.MAV_CMD_NAV_LAND,
)
ABOVE_HOME, ABOVE_SEA = common.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT, common.MAV_FRAME_GLOBAL_INT
SPEED = act(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, 8.0, -1.0)


def item(command: int, at: GeoPoint, z: float, frame: int = ABOVE_HOME) -> Item:
    return Item(command, frame, (0.0, 2.0, 0.0, 0.0), e7(at.lat_deg), e7(at.lon_deg), z)


UP_A_SLOPE = (item(TAKE_OFF, BEHIND, 20.0), SPEED, item(WAYPOINT, AHEAD, 40.0))


def before(
    items: tuple[Item, ...], seq: int, look: Telemetry = HELD, above_m: float | None = 0.8
) -> int | None:
    return place_before(items, seq, look, above_m)


@pytest.mark.parametrize("seq", [1, 2])
def test_on_a_slope_upwards_it_is_the_place_that_it_came_from(seq: int) -> None:
    assert before(UP_A_SLOPE, seq) == 0


def test_an_autopilot_that_never_climbs_first_goes_on_where_it_was() -> None:
    assert before(UP_A_SLOPE, 2, above_m=None) is None


@pytest.mark.parametrize("ahead_m", [30.5, 20.0])
def test_where_the_next_place_is_no_higher_it_goes_on_where_it_was(ahead_m: float) -> None:
    assert before((UP_A_SLOPE[0], item(WAYPOINT, AHEAD, ahead_m)), 1) is None


def test_straight_up_is_its_way() -> None:
    assert before((UP_A_SLOPE[0], item(WAYPOINT, HERE, 60.0)), 1) is None


def test_it_never_goes_back_to_a_landing_nor_to_a_place_above_it_nor_before_the_first() -> None:
    climbs = item(WAYPOINT, AHEAD, 60.0)
    assert before((item(LAND, BEHIND, 0.0), climbs), 1) is None
    assert before((item(WAYPOINT, BEHIND, 45.0), climbs), 1) is None
    assert before((climbs,), 0) is None


def test_heights_above_the_sea_are_held_against_the_vehicles_own() -> None:
    low, high = item(WAYPOINT, BEHIND, 35.0, ABOVE_SEA), item(WAYPOINT, AHEAD, 45.0, ABOVE_SEA)
    assert before((low, high), 1) == 0
    assert before((low, high), 1, replace(HELD, alt_amsl_m=50.0)) is None
    assert before((low, high), 1, replace(HELD, alt_amsl_m=None)) is None
