"""What a simulated autopilot sends by itself, how often, and on request.

PX4 sends 24 kB/s by default; at ten times real time ten such vehicles would be all that two processors
do. The defaults here are what an operator's screen needs. SET_MESSAGE_INTERVAL changes them as on PX4, up
to `MOST_HZ`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pymavlink.dialects.v20 import common

from sitl.autopilot import messages
from sitl.autopilot.outgoing import Message

if TYPE_CHECKING:
    from sitl.autopilot.server import Autopilot

MOST_HZ = 50.0

_BUILDERS: dict[int, tuple[float, Callable[[Autopilot], Message | None]]] = {
    common.MAVLINK_MSG_ID_HEARTBEAT: (1.0, messages.heartbeat),
    common.MAVLINK_MSG_ID_SYS_STATUS: (1.0, messages.sys_status),
    common.MAVLINK_MSG_ID_GPS_RAW_INT: (1.0, messages.gps_raw_int),
    common.MAVLINK_MSG_ID_ATTITUDE: (2.0, messages.attitude),
    common.MAVLINK_MSG_ID_LOCAL_POSITION_NED: (1.0, messages.local_position_ned),
    common.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: (5.0, messages.global_position_int),
    common.MAVLINK_MSG_ID_MISSION_CURRENT: (1.0, messages.mission_current),
    common.MAVLINK_MSG_ID_VFR_HUD: (1.0, messages.vfr_hud),
    common.MAVLINK_MSG_ID_BATTERY_STATUS: (0.5, messages.battery_status),
    common.MAVLINK_MSG_ID_HOME_POSITION: (0.5, messages.home_position),
    common.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: (1.0, messages.extended_sys_state),
    common.MAVLINK_MSG_ID_MISSION_ITEM_REACHED: (1.0, messages.mission_item_reached),
    common.MAVLINK_MSG_ID_AUTOPILOT_VERSION: (0.0, messages.autopilot_version),
}
"""Message id: default rate in Hz (0: on request only) and how it is made."""

_EXTENDED = frozenset({common.MAVLINK_MSG_ID_MISSION_CURRENT})


class Streams:
    """Which messages are due."""

    def __init__(self, autopilot: Autopilot) -> None:
        self._autopilot = autopilot
        self._interval_s = {number: 1.0 / rate_hz for number, (rate_hz, _) in _BUILDERS.items() if rate_hz}
        self._due_age_s = dict.fromkeys(self._interval_s, 0.0)

    @property
    def shortest_s(self) -> float:
        """The shortest interval between two messages of one kind."""
        return min(self._interval_s.values(), default=1.0)

    def set_interval(self, number: int, interval_us: float) -> bool:
        """SET_MESSAGE_INTERVAL: -1 is off, 0 the default. False when there is no such message."""
        if number not in _BUILDERS:
            return False
        default_hz = _BUILDERS[number][0]
        interval_s = max(1.0 / MOST_HZ, interval_us / 1e6)
        if interval_us == 0.0:
            interval_s = 1.0 / default_hz if default_hz else 0.0
        if interval_us < 0.0 or interval_s == 0.0:
            self._interval_s.pop(number, None)
            self._due_age_s.pop(number, None)
        else:
            self._interval_s[number] = interval_s
            self._due_age_s[number] = self._autopilot.age_s
        return True

    def interval_us(self, number: int) -> int | None:
        """The interval in force, -1 when off; None when there is no such message."""
        if number not in _BUILDERS:
            return None
        interval_s = self._interval_s.get(number)
        return -1 if interval_s is None else round(interval_s * 1e6)

    def send_now(self, number: int) -> bool:
        """REQUEST_MESSAGE. False when there is no such message or nothing to say."""
        built = _BUILDERS.get(number)
        message = built[1](self._autopilot) if built else None
        if message is None:
            return False
        if number in _EXTENDED:
            self._autopilot.out.send_extended(message, *self._autopilot.transfers.plan_ids())
        else:
            self._autopilot.out.send(message)
        return True

    def tick(self) -> None:
        """Send what is due."""
        age_s = self._autopilot.age_s + 1e-6
        for number, due_s in self._due_age_s.items():
            if due_s <= age_s:
                interval_s = self._interval_s[number]
                behind_s = age_s - due_s
                self._due_age_s[number] = due_s + interval_s if behind_s < interval_s else age_s + interval_s
                self.send_now(number)
