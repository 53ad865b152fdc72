"""Parameters on the wire: a handful of PX4's, those that mean something here. Others: silence, as on PX4."""

from __future__ import annotations

import struct

from pymavlink.dialects.v20 import common

from sitl.autopilot.outgoing import Message, Outgoing
from sitl.settings import Settings

_REAL32 = common.MAV_PARAM_TYPE_REAL32
_INT32 = common.MAV_PARAM_TYPE_INT32

_FIELDS = {
    "BAT_CRIT_THR": "battery_critical_frac",
    "BAT_EMERGEN_THR": "battery_emergency_frac",
    "BAT_LOW_THR": "battery_low_frac",
    "COM_DISARM_LAND": "disarm_landed_s",
    "COM_DISARM_PRFLT": "disarm_idle_s",
    "COM_DL_LOSS_T": "link_loss_s",
    "COM_FAIL_ACT_T": "failsafe_hold_s",
    "COM_LOW_BAT_ACT": "battery_action",
    "GF_ACTION": "fence_action",
    "MIS_TAKEOFF_ALT": "take_off_height_m",
    "NAV_DLL_ACT": "link_loss_action",
    "RTL_RETURN_ALT": "return_height_m",
}
_AS_SHIPPED = {
    "COM_DLL_EXCEPT": 0.0,
    "COM_OBL_RC_ACT": 0.0,
    "COM_QC_ACT": 0.0,
    "COM_RC_IN_MODE": 1.0,
    "GF_PREDICT": 0.0,
    "NAV_FORCE_VT": 1.0,
    "NAV_RCL_ACT": 2.0,
    "PD_GRIPPER_TYPE": 0.0,
    "RTL_CONE_ANG": 45.0,
    "RTL_LAND_DELAY": 0.0,
    "RTL_TYPE": 0.0,
}
"""What ground stations ask for, as PX4's simulation ships it."""
_INTEGERS = frozenset(
    {
        *(name for name in _AS_SHIPPED if name != "RTL_LAND_DELAY"),
        "COM_DL_LOSS_T",
        "COM_LOW_BAT_ACT",
        "GF_ACTION",
        "MAV_SYS_ID",
        "MAV_TYPE",
        "NAV_DLL_ACT",
    }
)


class Parameters:
    """Reads, sets and lists `settings` under PX4's names. Integers travel bytewise as INT32."""

    def __init__(self, settings: Settings, out: Outgoing, mav_type: int) -> None:
        self._settings = settings
        self._out = out
        self._rest = {
            **_AS_SHIPPED,
            "MAV_SYS_ID": float(out.system_id),
            "MAV_TYPE": float(mav_type),
        }
        self._names = sorted((*_FIELDS, *self._rest))

    def hear(self, message: Message) -> None:
        """A message of the parameter protocol; any other is none of ours."""
        match message.get_type():
            case "PARAM_REQUEST_READ":
                self._read(message)
            case "PARAM_REQUEST_LIST":
                for name in self._names:
                    self._tell(name)
            case "PARAM_SET":
                self._set(message)

    def _read(self, message: Message) -> None:
        """PARAM_REQUEST_READ, by name or by index."""
        name = message.param_id
        if message.param_index >= 0:
            name = self._names[message.param_index] if message.param_index < len(self._names) else ""
        self._tell(name)

    def _set(self, message: Message) -> None:
        """PARAM_SET: any value of the right type is taken, ranges are not enforced; then it is told."""
        name = message.param_id
        if name not in self._names:
            return
        value = message.param_value
        if message.param_type == _INT32:
            (value,) = struct.unpack("<i", struct.pack("<f", value))
        if name in _FIELDS:
            is_whole = isinstance(getattr(self._settings, _FIELDS[name]), int)
            setattr(self._settings, _FIELDS[name], int(value) if is_whole else float(value))
        else:
            self._rest[name] = float(value)
        self._tell(name)

    def _tell(self, name: str) -> None:
        if name not in self._names:
            return
        value = getattr(self._settings, _FIELDS[name]) if name in _FIELDS else self._rest[name]
        kind = _REAL32
        if name in _INTEGERS:
            kind = _INT32
            (value,) = struct.unpack("<f", struct.pack("<i", int(value)))
        self._out.send(
            common.MAVLink_param_value_message(
                name.encode(), value, kind, len(self._names), self._names.index(name)
            )
        )
