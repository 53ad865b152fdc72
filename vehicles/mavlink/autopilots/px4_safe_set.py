"""PX4's safe set. Meanings, ranges and defaults from its source (a70a558393); docs/parameters.md cites each.

The lost-link path of a mission is the mission itself: it was verified, way home included, and PX4's own
return was not. So a lost ground station does not interrupt a mission (COM_DLL_EXCEPT), and brings home
whatever holds or was left elsewhere (NAV_DLL_ACT).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from vehicles.handover import LETS_GO_S
from vehicles.mavlink.autopilots.safe_set import Missing, Needs, OneOf, Safe, Within
from vehicles.profile import Airframe
from vehicles.wing import lead_m as lead_m_of


def px4_safe_set(needs: Needs) -> tuple[Safe, ...]:
    """What PX4's parameters must be on a vehicle of this kind."""
    match needs.airframe:
        case Airframe.MULTICOPTER:
            return (*_ANY, *_battery(needs), *_air(needs), *_pace(needs))
        case Airframe.VTOL:
            return (*_ANY, *_battery(needs), *_air(needs), *_pace(needs), *_vtol(needs))
        case Airframe.ROVER:
            return (*_ANY, *_battery(needs), *_ROVER)
    assert_never(needs.airframe)


_LETS_GO = "it has let go of a parcel before it goes on"
_NO_STICKS = "nobody need hold a transmitter and none takes over unseen"

_ANY = (
    Safe("COM_DLL_EXCEPT", OneOf((1.0,)), 1.0, "a mission goes on along its verified way when we are silent"),
    Safe("COM_DL_LOSS_T", Within(5.0, 120.0), 10.0, "our silence is noticed, and a short gap is none"),
    Safe("COM_RC_IN_MODE", OneOf((1.0, 2.0, 3.0, 4.0, 5.0, 6.0)), 4.0, _NO_STICKS),
    Safe("COM_FAIL_ACT_T", Within(0.0, 10.0), 5.0, "a failsafe acts within ten seconds"),
    # From the factory it is 0: a mission goes on, and takes off, while the gripper still opens. How long that
    # takes, PX4 has from a parameter too.
    Safe("MIS_COMMAND_TOUT", Within(1.2, 5.0), LETS_GO_S, _LETS_GO, Missing.FINE, not_below="PD_GRIPPER_TO"),
    Safe("GF_ACTION", OneOf((2.0, 3.0)), 2.0, "it stops at its fence, and neither lands nor falls there"),
    Safe("GF_PREDICT", OneOf((0.0,)), 0.0, "no experimental fence flies it away", Missing.FINE),
)


def _battery(needs: Needs) -> tuple[Safe, ...]:
    # Ranges that do not overlap keep the three in order, which PX4 does not check.
    critical = Within(0.07, max(0.07, min(0.14, needs.reserve_frac - 0.01)))
    return (
        Safe("BAT_LOW_THR", Within(0.15, 0.5), 0.15, "a low battery is told before it is critical"),
        Safe("BAT_CRIT_THR", critical, 0.07, "no planned flight ends in a battery failsafe"),
        Safe("BAT_EMERGEN_THR", Within(0.03, 0.06), 0.05, "it lands before it falls, and not before it must"),
    )


def _air(needs: Needs) -> tuple[Safe, ...]:
    height = Within(needs.return_height_m, needs.highest_m)
    at_m = needs.usual_return_height_m
    return (
        Safe("RTL_RETURN_ALT", height, at_m, "a return flies above houses and below other traffic"),
        Safe("RTL_MIN_DIST", Within(0.5, 15.0), 10.0, "only over its own pad a return flies lower"),
        Safe("RTL_TYPE", OneOf((0.0,)), 0.0, "a return ends at home or at a rally point of its plan"),
        Safe("RTL_LAND_DELAY", Within(0.0, 60.0), 0.0, "a return ends in a landing"),
        Safe("NAV_DLL_ACT", OneOf((2.0,)), 2.0, "it comes home by itself when we are silent"),
        Safe("NAV_RCL_ACT", OneOf((2.0,)), 2.0, "it comes home when a transmitter falls silent"),
        Safe("COM_OBL_RC_ACT", OneOf((3.0,)), 3.0, "it comes home when a companion computer falls silent"),
        Safe("COM_LOW_BAT_ACT", OneOf((3.0,)), 3.0, "a critical battery brings it home"),
        Safe("COM_DISARM_LAND", Within(0.1, 10.0), 2.0, "its motors stop after each landing"),
        Safe("MIS_TAKEOFF_ALT", Within(2.0, 20.0), 2.5, "a take-off clears the pad"),
        Safe("PD_GRIPPER_TYPE", OneOf((0.0,)), 0.0, "its gripper works", Missing.FINE),
    )


_PACE = "it keeps the pace that its plans and the space reserved for them count on"


def _pace(needs: Needs) -> Iterator[Safe]:
    # The most that PX4's metadata allow, its default, the pace that is planned with. What limits comes first.
    for name, most_mps, default_mps, planned_mps in (
        ("MPC_XY_VEL_MAX", 20.0, 12.0, needs.rotor_mps),
        ("MPC_XY_CRUISE", 20.0, 5.0, needs.rotor_mps),  # of a return: PX4 forgets DO_CHANGE_SPEED for it
        ("MPC_Z_VEL_MAX_UP", 8.0, 3.0, needs.climb_mps),
        ("MPC_Z_VEL_MAX_DN", 4.0, 1.5, needs.descend_mps),
        ("MPC_Z_V_AUTO_UP", 8.0, 3.0, needs.climb_mps),
        ("MPC_Z_V_AUTO_DN", 4.0, 1.5, needs.descend_mps),
        ("MPC_TKO_SPEED", 5.0, 1.5, needs.climb_mps),
    ):
        least_mps = min(planned_mps, most_mps)
        yield Safe(name, Within(least_mps, most_mps), max(least_mps, default_mps), _PACE)


def _vtol(needs: Needs) -> tuple[Safe, ...]:
    lead_m = lead_m_of(needs.cruise_mps)
    turns = "its turns on the wing begin and lie where they were verified"
    fast = Within(needs.cruise_mps, max(40.0, needs.cruise_mps))
    return (
        Safe("NAV_FORCE_VT", OneOf((1.0,)), 1.0, "it takes off and lands upright"),
        Safe("COM_QC_ACT", OneOf((0.0,)), 0.0, "it comes home when its wing fails it", Missing.FINE),
        Safe("NAV_ACC_RAD", Within(0.9 * lead_m, 1.1 * lead_m), lead_m, turns),
        Safe("FW_AIRSPD_MAX", fast, needs.cruise_mps, _PACE),
    )


# A robot that returned would take the straight line, through houses and over roads: it stops instead.
_ROVER = (
    Safe(
        "NAV_DLL_ACT", OneOf((1.0,)), 1.0, "it stops when we are silent and it has no mission to go on with"
    ),
    Safe("NAV_RCL_ACT", OneOf((1.0,)), 1.0, "it stops when a transmitter falls silent"),
    Safe("COM_LOW_BAT_ACT", OneOf((0.0,)), 0.0, "a low battery does not send it home in a straight line"),
)
