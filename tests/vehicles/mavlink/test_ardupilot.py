"""ArduPilot's ways, as data and small functions: every number here was read on the wire of a real one."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from vehicles.mavlink.autopilots.ardupilot import ARDUPILOT
from vehicles.mavlink.autopilots.ardupilot_items import ardupilot_keeps, ardupilot_list
from vehicles.mavlink.autopilots.ardupilot_safe_set import ardupilot_safe_set
from vehicles.mavlink.autopilots.autopilot import Ending
from vehicles.mavlink.autopilots.known import PX4
from vehicles.mavlink.autopilots.safe_set import judge, needs_of
from vehicles.mavlink.exchanges.command import Request
from vehicles.mavlink.exchanges.deeds import stand_by, stand_down
from vehicles.mavlink.exchanges.incoming import current_of
from vehicles.mavlink.exchanges.lists import Item, PlanPart
from vehicles.mavlink.exchanges.messages import Current, Ended, Requested
from vehicles.mavlink.exchanges.outgoing import to_message
from vehicles.mavlink.exchanges.sayings import SayClear, SayCurrent, SayItem
from vehicles.mavlink.plans.encode import EncodedMission
from vehicles.mavlink.plans.items import act, place
from vehicles.mavlink.plans.progress import Progress
from vehicles.mavlink.plans.transfer import Declined, Upload, Uploaded
from vehicles.mavlink.reading.decode import Decoder
from vehicles.mission import MissionId
from vehicles.profile import Airframe
from vehicles.profiles import DELIVERY_DRONE
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry

QUAD, PLANE, ROVER = (
    common.MAV_TYPE_QUADROTOR,
    common.MAV_TYPE_VTOL_QUADROTOR,
    common.MAV_TYPE_GROUND_ROVER,
)
HERE = GeoPoint(47.3981464, 8.5465149)
OURS, ASKER = MissionId(77), 25
ON_GROUND = Telemetry(
    heard_at_s=10.0,
    position=HERE,
    height_agl_m=0.0,
    north_mps=0.0,
    east_mps=0.0,
    down_mps=0.0,
    heading_deg=0.0,
    battery_frac=1.0,
    armed=False,
    landed=Landed.ON_GROUND,
    mode=Mode.HOLD,
    progress=MissionProgress(OURS, 0),
    health=Health(ready=True, failsafe=False),
)


@pytest.mark.parametrize(
    ("mav_type", "custom_mode", "mode", "text"),
    [
        (QUAD, 0, Mode.MANUAL, "Stabilize"),
        (QUAD, 3, Mode.MISSION, "Auto"),
        (QUAD, 4, Mode.HOLD, "Guided"),
        (QUAD, 5, Mode.MANUAL, "Loiter"),
        (QUAD, 6, Mode.RETURN, "RTL"),
        (QUAD, 9, Mode.LAND, "Land"),
        (QUAD, 17, Mode.HOLD, "Brake"),
        (QUAD, 21, Mode.RETURN, "Smart RTL"),
        (ROVER, 4, Mode.HOLD, "Hold"),
        (ROVER, 10, Mode.MISSION, "Auto"),
        (ROVER, 11, Mode.RETURN, "RTL"),
        (PLANE, 4, Mode.MANUAL, "Acro"),
        (PLANE, 10, Mode.MISSION, "Auto"),
        (PLANE, 20, Mode.LAND, "QLand"),
        (QUAD, 99, Mode.OTHER, "0x00000063"),
    ],
    ids=str,
)
def test_each_program_counts_its_modes_anew(mav_type: int, custom_mode: int, mode: Mode, text: str) -> None:
    assert ARDUPILOT.mode(custom_mode, mav_type) is mode
    assert ARDUPILOT.mode_text(custom_mode, mav_type) == text


def test_a_mission_begins_with_home_and_waits_in_whole_seconds() -> None:
    hover = place(common.MAV_CMD_NAV_WAYPOINT, HERE, 8.0, radius_m=1.0, stay_s=5.5)
    home, given = ardupilot_list(PlanPart.MISSION, (hover,))
    assert (home.command, home.lat_e7, home.lon_e7) == (common.MAV_CMD_NAV_WAYPOINT, 0, 0)
    assert given == replace(hover, params=(6.0, *hover.params[1:]))
    assert ardupilot_list(PlanPart.MISSION, ()) == ()  # an empty list clears: there is no home to send
    assert ardupilot_list(PlanPart.FENCE, (hover,)) == (hover,)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (
            place(common.MAV_CMD_NAV_WAYPOINT, HERE, 20.0, radius_m=2.0),
            Item(16, 3, (0.0, 0.0, 0.0, 0.0), 473981464, 85465149, 20.0),
        ),
        (
            place(common.MAV_CMD_NAV_WAYPOINT, HERE, 8.0, radius_m=1.0, stay_s=4.0),
            Item(16, 3, (4.0, 0.0, 0.0, 0.0), 473981464, 85465149, 8.0),
        ),
        (
            place(common.MAV_CMD_NAV_LAND, HERE, 0.0),
            Item(21, 3, (0.0, 0.0, 0.0, 1.0), 473981464, 85465149, 0.0),
        ),
        (act(common.MAV_CMD_DO_CHANGE_SPEED, 1.0, 8.0, -1.0), Item(178, 0, (1.0, 8.0, -1.0, 0.0), 0, 0, 0.0)),
        (act(common.MAV_CMD_DO_GRIPPER, 1.0, 0.0), Item(211, 0, (1.0, 0.0, 0.0, 0.0), 0, 0, 0.0)),
        (
            act(common.MAV_CMD_NAV_DELAY, 4.0, -1.0, -1.0, -1.0),
            Item(93, 0, (4.0, -1.0, -1.0, -1.0), 0, 0, 0.0),
        ),
    ],
    ids=["waypoint", "hover", "land", "speed", "gripper", "delay"],
)
def test_a_mission_reads_back_as_its_storage_holds_it(sent: Item, read: Item) -> None:
    assert ardupilot_keeps(PlanPart.MISSION, (sent,)) == (read,)


def test_heights_are_cut_to_centimetres_and_those_of_rally_points_rounded_up_to_metres() -> None:
    (waypoint,) = ardupilot_keeps(PlanPart.MISSION, (place(common.MAV_CMD_NAV_WAYPOINT, HERE, 12.3456),))
    assert waypoint.z == 12.34
    rally = Item(5100, common.MAV_FRAME_GLOBAL_RELATIVE_ALT, (0.0, 0.0, 0.0, 0.0), 1, 2, 20.4)
    assert [item.z for item in ardupilot_list(PlanPart.RALLY, (rally,))] == [21.0]
    assert [item.z for item in ardupilot_keeps(PlanPart.RALLY, (rally,))] == [21.0]


def test_after_a_landing_on_the_way_it_is_told_to_take_off_for_nothing_else_goes_on() -> None:
    land, release = place(common.MAV_CMD_NAV_LAND, HERE, 0.0), act(common.MAV_CMD_DO_GRIPPER, 1.0, 0.0)
    hover = place(common.MAV_CMD_NAV_WAYPOINT, HERE, 20.0)
    given = ardupilot_list(PlanPart.MISSION, (hover, land, release, hover, hover, land))
    assert [item.command for item in given[1:]] == [16, 21, 211, 22, 16, 21]
    assert given[4].z == 20.0


def test_a_delivery_by_winch_is_refused_for_it_would_be_passed_over() -> None:
    deliver, lower = act(42600, 1.0, 4.0, 5.0, 1.0), act(42600, 1.0, 1.0, 5.0, 1.0)
    assert "winch" in ARDUPILOT.plan.cannot((lower, deliver))
    assert ARDUPILOT.plan.cannot((lower,)) == ""
    assert PX4.plan.cannot((deliver,)) == ""


def test_a_quadplane_is_given_no_mission_for_it_does_not_keep_to_its_way() -> None:
    up = place(common.MAV_CMD_NAV_VTOL_TAKEOFF, HERE, 30.0)
    assert "corners" in ARDUPILOT.plan.cannot((up,))
    assert PX4.plan.cannot((up,)) == ""


def test_its_first_mission_item_is_number_one() -> None:
    said = common.MAVLink_mission_current_message(4, 10, common.MISSION_STATE_ACTIVE, 1)
    first = ARDUPILOT.plan.first_item.mission_seq
    assert current_of(said, first) == Current(3, 10, common.MISSION_STATE_ACTIVE, None)
    none = common.MAVLink_mission_current_message(0, 10, common.MISSION_STATE_NOT_STARTED, 0)
    assert current_of(none, first).seq == 0
    assert to_message(SayCurrent(3), 1, 1, first).seq == 4
    assert to_message(SayClear(PlanPart.FENCE), 1).mission_type == PlanPart.FENCE.value
    assert PX4.plan.first_item.mission_seq == 0


ITEMS = tuple(act(common.MAV_CMD_NAV_DELAY, float(n), -1.0, -1.0, -1.0) for n in range(3))


def under_way(*asked: int) -> Upload:
    quirks = ARDUPILOT.plan
    upload = Upload(PlanPart.MISSION, ITEMS, quirks.calling_off, quirks.passing)
    upload.start(0.0)
    for seq in asked:
        upload.receive(Requested(ASKER, PlanPart.MISSION, seq), 0.1)
    return upload


def test_a_second_copy_of_an_item_does_not_end_an_upload() -> None:
    upload = under_way(0, 1)
    upload.receive(Ended(ASKER, PlanPart.MISSION, common.MAV_MISSION_INVALID_SEQUENCE, 0), 0.2)
    assert upload.tick(1.1) == ()  # it asks again after a second
    assert upload.outcome is None
    said = upload.receive(Requested(ASKER, PlanPart.MISSION, 2), 1.2)
    assert said == (SayItem(PlanPart.MISSION, 2, ITEMS[2]),)
    upload.receive(Ended(ASKER, PlanPart.MISSION, common.MAV_MISSION_ACCEPTED, 0), 1.3)
    assert upload.outcome == Uploaded()


def test_an_offer_denied_while_another_upload_is_not_over_is_made_again() -> None:
    upload = under_way()
    at_s = 0.0
    while upload.outcome is None and at_s < 60.0:
        upload.receive(Ended(ASKER, PlanPart.MISSION, common.MAV_MISSION_DENIED, 0), at_s)
        at_s = upload.wake_at_s
        upload.tick(at_s)
    assert at_s > 7.0  # the other one is forgotten after 8 s of silence, of which some have gone by
    assert upload.outcome == Declined(common.MAV_MISSION_DENIED)


def test_an_upload_is_called_off_by_clearing_for_an_acknowledgement_is_not_heard() -> None:
    assert under_way(0).cancel() == (SayClear(PlanPart.MISSION),)


MISSION = EncodedMission(
    OURS,
    (*ITEMS, place(common.MAV_CMD_NAV_LAND, HERE, 0.0)),
    leg_of_item=(0, 1, 1, 2),
    leg_count=3,
    drop_offs=(),
)
LANDING = Current(3, 4, common.MISSION_STATE_ACTIVE, None)
AGAIN = Current(0, 4, common.MISSION_STATE_ACTIVE, None)


def beat(progress: Progress, mode: Mode, *, armed: bool, on_ground: bool) -> int:
    progress.hear_mode(mode, armed=armed, on_ground=on_ground, ending=Ending.DISARMED)
    return progress.value.legs_done


def at_the_landing() -> Progress:
    progress = Progress()
    progress.expect(MISSION)
    beat(progress, Mode.MISSION, armed=True, on_ground=False)
    progress.hear_current(LANDING)
    assert beat(progress, Mode.MISSION, armed=True, on_ground=False) == 2
    return progress


def test_a_mission_is_over_when_it_disarms_on_the_ground_at_its_last_item() -> None:
    progress = at_the_landing()
    assert beat(progress, Mode.MISSION, armed=True, on_ground=True) == 2
    progress.hear_current(AGAIN)  # as it disarms it stands at the first item, and calls that active
    assert beat(progress, Mode.MISSION, armed=False, on_ground=True) == 3


def test_a_mission_is_not_over_when_it_disarms_in_the_air_or_has_left_the_mission() -> None:
    progress = at_the_landing()
    assert beat(progress, Mode.MISSION, armed=False, on_ground=False) == 2
    progress = at_the_landing()
    beat(progress, Mode.RETURN, armed=True, on_ground=False)
    assert beat(progress, Mode.MISSION, armed=False, on_ground=True) == 2


def test_disarmed_in_its_mission_it_is_taken_out_of_it_before_another_is_given() -> None:
    landed = replace(ON_GROUND, mode=Mode.MISSION)
    (asked,) = stand_by(landed, ARDUPILOT, Airframe.MULTICOPTER)
    assert (asked.command, asked.params[:2]) == (common.MAV_CMD_DO_SET_MODE, (1.0, 4.0))
    assert asked.shown_by is not None
    assert asked.shown_by(ON_GROUND)
    assert not asked.shown_by(landed)
    assert stand_by(ON_GROUND, ARDUPILOT, Airframe.MULTICOPTER) == ()
    assert stand_by(replace(landed, armed=True), ARDUPILOT, Airframe.MULTICOPTER) == ()
    assert stand_by(landed, PX4, Airframe.MULTICOPTER) == ()


def test_armed_for_a_start_that_did_not_come_about_it_is_disarmed() -> None:
    armed = replace(ON_GROUND, armed=True)
    (asked,) = stand_down(ON_GROUND, armed)
    assert isinstance(asked, Request)
    assert (asked.command, asked.params[0]) == (common.MAV_CMD_COMPONENT_ARM_DISARM, 0.0)
    assert stand_down(armed, armed) == ()  # somebody else had armed it
    assert stand_down(ON_GROUND, replace(armed, mode=Mode.MISSION)) == ()  # it is under way after all
    assert stand_down(ON_GROUND, replace(armed, landed=Landed.IN_MOTION)) == ()
    assert stand_down(ON_GROUND, None) == ()


SENSORS = common.MAV_SYS_STATUS_PREARM_CHECK | common.MAV_SYS_STATUS_SENSOR_GPS
NO_CHECKS = common.MAV_SYS_STATUS_SENSOR_GPS
POSITION = common.ESTIMATOR_POS_HORIZ_ABS


@pytest.mark.parametrize(
    ("enabled", "healthy", "flags", "ready"),
    [
        (SENSORS, SENSORS, POSITION, True),
        (SENSORS, NO_CHECKS, POSITION, False),
        (SENSORS, SENSORS, 0, False),
        (NO_CHECKS, SENSORS, POSITION, True),
    ],
    ids=["ready", "checks fail", "position unknown", "checks switched off"],
)
def test_it_is_ready_when_its_checks_pass_and_it_knows_where_it_is(
    enabled: int, healthy: int, flags: int, *, ready: bool
) -> None:
    decoder = Decoder(ARDUPILOT, frozenset({QUAD}))
    standby = common.MAV_STATE_STANDBY
    decoder.hear(common.MAVLink_heartbeat_message(QUAD, 3, 0x51, 0, standby, 3), 1.0)
    lat_e7, lon_e7 = round(HERE.lat_deg * 1e7), round(HERE.lon_deg * 1e7)
    decoder.hear(common.MAVLink_global_position_int_message(1000, lat_e7, lon_e7, 488000, 0, 0, 0, 0, 0), 1.0)
    status = (SENSORS, enabled, healthy, 0, 12600, 0, 100, 0, 0, 0, 0, 0, 0)
    decoder.hear(common.MAVLink_sys_status_message(*status), 1.0)
    decoder.hear(common.MAVLink_estimator_status_message(0, flags, *([0.0] * 8)), 1.0)
    assert decoder.telemetry is not None
    assert decoder.telemetry.health.ready is ready


def test_only_a_multicopter_may_go_on_after_a_landing_a_quadplane_was_seen_to_take_off_again() -> None:
    def options(airframe: Airframe) -> float:
        needs = replace(needs_of(DELIVERY_DRONE), airframe=airframe)
        return next(safe.value for safe in ardupilot_safe_set(needs) if safe.name == "MIS_OPTIONS")

    assert (options(Airframe.MULTICOPTER), options(Airframe.VTOL)) == (4.0, 0.0)


def test_options_that_drop_a_parcel_or_bring_a_mission_home_at_silence_are_findings() -> None:
    safe_set = [safe for safe in ardupilot_safe_set(needs_of(DELIVERY_DRONE)) if safe.name == "FS_OPTIONS"]
    (options,) = safe_set
    assert [options.allows(float(value)) for value in (18, 2, 16, 34, 0)] == [True, True, False, False, False]
    assert not options.allows(math.nan)
    assert not options.allows(2.5)
    (found,) = judge(safe_set, {"FS_OPTIONS": 16.0})
    assert "bit 1 set, bit 5 clear" in found.text
