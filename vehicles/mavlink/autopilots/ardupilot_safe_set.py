"""ArduPilot's safe set. Meanings and ranges from the documentation in its source; docs/ardupilot.md.

As with PX4, the lost-link path of a mission is the mission itself: it was verified, way home included, and
ArduPilot's own return was not. Names that changed with 4.7 stand here under both: each version does
without the other's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from vehicles.mavlink.autopilots.safe_set import Bits, Missing, Needs, OneOf, Safe, Within
from vehicles.mavlink.wire.addresses import GCS_SYSTEM
from vehicles.profile import Airframe


def ardupilot_safe_set(needs: Needs) -> tuple[Safe, ...]:
    """What ArduPilot's parameters must be on a vehicle of this kind."""
    match needs.airframe:
        case Airframe.MULTICOPTER:
            return (*_ANY, *_copter(needs))
        case Airframe.VTOL:
            return (*_ANY, *_quadplane(needs))
        case Airframe.ROVER:
            return (*_ANY, *_ROVER)
    assert_never(needs.airframe)


_CM = 100.0
_WATCH = "its own link watch listens to our heartbeat: it listens to one system's alone"
_US = OneOf((float(GCS_SYSTEM),))

_ANY = (
    Safe("MAV_GCS_SYSID", _US, float(GCS_SYSTEM), _WATCH, Missing.FINE),
    Safe("SYSID_MYGCS", _US, float(GCS_SYSTEM), _WATCH, Missing.FINE),
    Safe("FENCE_ENABLE", OneOf((1.0,)), 1.0, "it watches the fence of its plan"),
    Safe("MIS_RESTART", OneOf((0.0,)), 0.0, "a mission goes on where it was held"),
    Safe("ARMING_CHECK", OneOf((1.0,)), 1.0, "it checks everything before it arms", Missing.FINE),
    Safe("ARMING_SKIPCHK", OneOf((0.0,)), 0.0, "it checks everything before it arms", Missing.FINE),
)


def _copter(needs: Needs) -> tuple[Safe, ...]:
    low_m, high_m = needs.return_height_m, needs.highest_m
    at_m = needs.usual_return_height_m
    return (
        *_ceiling(needs),
        Safe(
            "MIS_OPTIONS", Bits(on=1 << 2, off=0), 4.0, "it takes off again after handing over on the ground"
        ),
        Safe("AUTO_OPTIONS", Bits(on=0, off=_ALLOW_ARMING), 0.0, "arming it alone does not set it off"),
        Safe("FS_GCS_ENABLE", OneOf((1.0,)), 1.0, "it comes home by itself when we are silent"),
        Safe(
            "FS_OPTIONS",
            Bits(on=_MISSION_GOES_ON, off=_RELEASE_GRIPPER),
            float(_MISSION_GOES_ON | _PILOT_GOES_ON),
            "a mission goes on along its verified way when we are silent, and no failsafe drops its parcel",
        ),
        Safe("FS_GCS_TIMEOUT", Within(5.0, 60.0), 10.0, "our silence is noticed, and a short gap is none"),
        Safe("FS_EKF_ACTION", OneOf((1.0, 3.0)), 1.0, "it lands when it no longer knows where it is"),
        Safe("FENCE_ACTION", OneOf((4.0,)), 4.0, "it stops at its fence, and does not return through it"),
        # Named, and in metres, since later in 4.7.
        Safe("RTL_ALT", Within(low_m * _CM, high_m * _CM), at_m * _CM, _RETURN_HEIGHT, Missing.FINE),
        Safe("RTL_ALT_M", Within(low_m, high_m), at_m, _RETURN_HEIGHT, Missing.FINE),
        Safe("RTL_ALT_FINAL", OneOf((0.0,)), 0.0, "a return ends in a landing", Missing.FINE),
        Safe("RTL_ALT_FINAL_M", OneOf((0.0,)), 0.0, "a return ends in a landing", Missing.FINE),
        Safe("BATT_FS_CRT_ACT", OneOf((1.0, 2.0)), 2.0, "a critical battery brings it down or home"),
        Safe("DISARM_DELAY", Within(1.0, 30.0), 10.0, "its motors stop after each landing"),
        *_pace(needs),
    )


_PACE = "it keeps the pace that its plans and the space reserved for them count on"


def _pace(needs: Needs) -> Iterator[Safe]:
    # From the factory it climbs at 2.5 m/s, sinks at 1.5 and gains speed slowly: half a minute late over a
    # delivery. Under its names up to 4.6 in centimetres, since 4.7 in metres; the most that they allow, its
    # default, what is planned with.
    for old, new, most, default, planned in (
        ("WPNAV_SPEED", "WP_SPD", 20.0, 10.0, needs.rotor_mps),
        ("WPNAV_SPEED_UP", "WP_SPD_UP", 10.0, 2.5, needs.climb_mps),
        ("WPNAV_SPEED_DN", "WP_SPD_DN", 5.0, 1.5, needs.descend_mps),
        ("WPNAV_ACCEL", "WP_ACC", 5.0, 2.5, 3.0),
        ("WPNAV_ACCEL_Z", "WP_ACC_Z", 5.0, 1.0, 3.0),
        ("LAND_SPEED", "LAND_SPD_MS", 2.0, 0.5, 0.7),
    ):
        least = min(planned, most)
        value = max(least, default)
        yield Safe(old, Within(least * _CM, most * _CM), value * _CM, _PACE, Missing.FINE)
        yield Safe(new, Within(least, most), value, _PACE, Missing.FINE)
    yield Safe("WPNAV_JERK", Within(4.0, 20.0), 4.0, _PACE, Missing.FINE)
    yield Safe("WP_JERK", Within(4.0, 20.0), 4.0, _PACE, Missing.FINE)


def _ceiling(needs: Needs) -> tuple[Safe, ...]:
    # Of its own fences the ceiling: enabled with none at all it refuses to arm ("none selected") until
    # it has been given a plan. Not the circle around home, which would be a leash of FENCE_RADIUS.
    lowest_m = needs.highest_m + _CEILING_MARGIN_M
    return (
        Safe("FENCE_TYPE", OneOf((5.0,)), 5.0, "the fence of its plan, and a ceiling, are what it keeps to"),
        Safe("FENCE_ALT_MAX", Within(lowest_m, 1000.0), lowest_m, "that ceiling is above its ways"),
    )


_CEILING_MARGIN_M = 15.0
_ALLOW_ARMING = 1 << 0
_GOES_ON = "a mission goes on along its verified way when we are silent"
_RETURN_HEIGHT = "a return flies above houses and below other traffic"
_MISSION_GOES_ON = 1 << 1
_PILOT_GOES_ON = 1 << 4  # its own value from the factory
_RELEASE_GRIPPER = 1 << 5


def _quadplane(needs: Needs) -> tuple[Safe, ...]:
    low_m, high_m = needs.return_height_m, needs.highest_m
    at_m = needs.usual_return_height_m
    return (
        *_ceiling(needs),
        # With bit 2, as Copter has it, it was seen to take off again from the landing that ended its mission.
        Safe("MIS_OPTIONS", Bits(on=0, off=1 << 2), 0.0, "it stays on the ground where its mission ends"),
        Safe("FS_LONG_ACTN", OneOf((0.0,)), 0.0, _GOES_ON),
        Safe("Q_RTL_MODE", OneOf((1.0, 2.0, 3.0)), 1.0, "a return ends in an upright landing"),
        Safe("RTL_ALTITUDE", Within(low_m, high_m), at_m, _RETURN_HEIGHT, Missing.FINE),
        Safe("FENCE_ACTION", OneOf((1.0,)), 1.0, "it turns home at its fence"),
        Safe("BATT_FS_CRT_ACT", OneOf((1.0, 4.0, 6.0)), 1.0, "a critical battery brings it down or home"),
    )


# A robot that returned would take the straight line, through houses and over roads: it stops instead.
_ROVER = (
    Safe("FS_GCS_ENABLE", OneOf((2.0,)), 2.0, _GOES_ON),
    Safe("FS_ACTION", OneOf((2.0,)), 2.0, "it stops when a failsafe acts"),
    Safe("FENCE_ACTION", OneOf((2.0,)), 2.0, "it stops at its fence"),
    # A circle so wide that it is none: with no fence of its own it would not arm before it has a plan.
    Safe("FENCE_TYPE", OneOf((6.0,)), 6.0, "it keeps to the fence of its plan"),
    Safe("FENCE_RADIUS", Within(5000.0, 10000.0), 10000.0, "no circle around home is its fence"),
    Safe("BATT_FS_LOW_ACT", OneOf((0.0, 2.0)), 0.0, "a low battery does not send it home in a straight line"),
    Safe("BATT_FS_CRT_ACT", OneOf((0.0, 2.0)), 2.0, "a critical battery stops it where it is"),
)
