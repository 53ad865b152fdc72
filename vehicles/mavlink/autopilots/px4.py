"""PX4, as data. Numbers from its source (a70a558393), behaviour as observed: docs/mavlink.md."""

from __future__ import annotations

from types import MappingProxyType

from pymavlink.dialects.v20 import common

from vehicles.mavlink.autopilots.autopilot import (
    Arming,
    Autopilot,
    FirstItem,
    ModeNumbers,
    NamedMode,
    PlanIds,
    PlanQuirks,
    Starting,
    Values,
)
from vehicles.mavlink.autopilots.own_returns import PX4_NAMES, px4_return
from vehicles.mavlink.autopilots.px4_items import px4_cannot, px4_keeps, px4_raised
from vehicles.mavlink.autopilots.px4_safe_set import px4_safe_set
from vehicles.mavlink.wire.wanted import PARTS_HZ
from vehicles.profile import Airframe
from vehicles.telemetry import Mode

_AUTO = 4
# Main and sub modes: src/modules/commander/px4_custom_mode.h.
_MODES = {
    (1, 0): NamedMode(Mode.MANUAL, "Manual"),
    (2, 0): NamedMode(Mode.MANUAL, "Altitude"),
    (3, 0): NamedMode(Mode.MANUAL, "Position"),
    (3, 1): NamedMode(Mode.OTHER, "Orbit"),
    (3, 2): NamedMode(Mode.MANUAL, "Position slow"),
    (5, 0): NamedMode(Mode.MANUAL, "Acro"),
    (6, 0): NamedMode(Mode.OTHER, "Offboard"),
    (7, 0): NamedMode(Mode.MANUAL, "Stabilized"),
    (8, 0): NamedMode(Mode.MANUAL, "Rattitude"),
    (10, 0): NamedMode(Mode.OTHER, "Termination"),
    (11, 0): NamedMode(Mode.MANUAL, "Altitude cruise"),
    (_AUTO, 1): NamedMode(Mode.OTHER, "Ready"),
    (_AUTO, 2): NamedMode(Mode.TAKE_OFF, "Takeoff"),
    (_AUTO, 3): NamedMode(Mode.HOLD, "Hold"),
    (_AUTO, 4): NamedMode(Mode.MISSION, "Mission"),
    (_AUTO, 5): NamedMode(Mode.RETURN, "Return"),
    (_AUTO, 6): NamedMode(Mode.LAND, "Land"),
    (_AUTO, 8): NamedMode(Mode.OTHER, "Follow target"),
    (_AUTO, 9): NamedMode(Mode.LAND, "Precision land"),
    (_AUTO, 10): NamedMode(Mode.TAKE_OFF, "VTOL takeoff"),
    **{(_AUTO, 10 + n): NamedMode(Mode.OTHER, f"External {n}") for n in range(1, 9)},
}
_NAMED = MappingProxyType({main << 16 | sub << 24: named for (main, sub), named in _MODES.items()})
_ORDERS = MappingProxyType(
    {
        Mode.HOLD: ModeNumbers(_AUTO, 3),
        Mode.MISSION: ModeNumbers(_AUTO, 4),
        Mode.RETURN: ModeNumbers(_AUTO, 5),
        Mode.LAND: ModeNumbers(_AUTO, 6),
    }
)


PX4 = Autopilot(
    name="PX4",
    mav_autopilot=common.MAV_AUTOPILOT_PX4,
    modes=MappingProxyType(dict.fromkeys(Airframe, _NAMED)),
    orders=MappingProxyType(dict.fromkeys(Airframe, _ORDERS)),
    starting=MappingProxyType(dict.fromkeys(Airframe, Starting(Arming.BY_MISSION_START))),
    streams_hz=MappingProxyType(
        {
            common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 5.0,
            common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 2.0,
            common.MAVLINK_MSG_ID_MISSION_CURRENT: 2.0,
            common.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
            common.MAVLINK_MSG_ID_ESTIMATOR_STATUS: 0.5,
            common.MAVLINK_MSG_ID_WIND_COV: 0.2,
            **PARTS_HZ,
        }
    ),
    complaints=("Geofence", "Mission rejected", "No valid mission", "RTL: unsupported"),
    release_failures=("Gripper failed", "Gripper is stuck"),
    values=Values.BYTEWISE,
    safe_set=px4_safe_set,
    plan=PlanQuirks(FirstItem.MISSION, PlanIds.ECHOED, kept=px4_keeps, cannot=px4_cannot, raised=px4_raised),
    disarms=frozenset({Airframe.MULTICOPTER, Airframe.VTOL}),
    return_names=PX4_NAMES,
    own_return=px4_return,
    speed_limits=MappingProxyType(
        {
            Airframe.MULTICOPTER: "MPC_XY_VEL_MAX",
            Airframe.VTOL: "FW_AIRSPD_MAX",
            Airframe.ROVER: "RO_SPEED_LIM",
        }
    ),
    rechecks=("Mission start denied! No valid mission",),
    climbs_above_m=0.8,  # NAV_MC_ALT_RAD
)
