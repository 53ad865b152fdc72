"""How often a simulated autopilot sends what, by default: in Hz, by message id.

`LIGHT` is what an operator's screen needs: PX4's own 24 kB/s, times ten vehicles at ten times real time,
would be all that a small machine does. `PX4_OFFBOARD` and `PX4_GCS` are PX4's own links, as recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sitl.autopilot import shapes

Rates = Mapping[int, float]

MOST_HZ = 100.0

_SLOW = {
    shapes.HEARTBEAT.number: 1.0,
    shapes.MISSION_CURRENT.number: 1.0,
    shapes.MISSION_ITEM_REACHED.number: 1.0,
    shapes.BATTERY_STATUS.number: 0.5,
    shapes.HOME_POSITION.number: 0.5,
    shapes.CURRENT_MODE.number: 0.5,
}

LIGHT: Rates = MappingProxyType(
    {
        **_SLOW,
        shapes.SYS_STATUS.number: 1.0,
        shapes.GPS_RAW_INT.number: 1.0,
        shapes.ATTITUDE.number: 2.0,
        shapes.LOCAL_POSITION_NED.number: 1.0,
        shapes.GLOBAL_POSITION_INT.number: 5.0,
        shapes.VFR_HUD.number: 1.0,
        shapes.EXTENDED_SYS_STATE.number: 1.0,
        shapes.ESTIMATOR_STATUS.number: 0.5,
        shapes.SYSTEM_TIME.number: 0.5,
        shapes.ALTITUDE.number: 0.5,
    }
)

_PX4 = {
    **_SLOW,
    shapes.SYSTEM_TIME.number: 1.0,
    shapes.PING.number: 1.0,
    shapes.ESTIMATOR_STATUS.number: 1.0,
    shapes.VIBRATION.number: 0.5,
    shapes.TIME_ESTIMATE_TO_TARGET.number: 0.5,
    shapes.TIMESYNC.number: 10.0,
    shapes.ALTITUDE.number: 10.0,
    shapes.VFR_HUD.number: 10.0,
}

PX4_OFFBOARD: Rates = MappingProxyType(
    {
        **_PX4,
        shapes.ATTITUDE.number: 100.0,
        shapes.ATTITUDE_QUATERNION.number: 50.0,
        shapes.GLOBAL_POSITION_INT.number: 50.0,
        shapes.LOCAL_POSITION_NED.number: 30.0,
        shapes.GPS_RAW_INT.number: 8.0,
        shapes.SYS_STATUS.number: 5.0,
        shapes.EXTENDED_SYS_STATE.number: 5.0,
    }
)

PX4_GCS: Rates = MappingProxyType(
    {
        **_PX4,
        shapes.ATTITUDE.number: 50.0,
        shapes.GLOBAL_POSITION_INT.number: 50.0,
        shapes.LOCAL_POSITION_NED.number: 50.0,
        shapes.GPS_RAW_INT.number: 5.0,
        shapes.SYS_STATUS.number: 1.0,
        shapes.EXTENDED_SYS_STATE.number: 1.0,
    }
)

NAMED: Mapping[str, Rates] = MappingProxyType(
    {"light": LIGHT, "px4-offboard": PX4_OFFBOARD, "px4-gcs": PX4_GCS}
)
"""Every table by its name on the command line."""
