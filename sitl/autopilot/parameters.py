"""Parameters on the wire: PX4's full set under its own names; those in `_FIELDS` change what it does.

Integers travel bytewise as INT32, as PX4 sends them. An unknown name gets silence; ranges are not enforced.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path

from pymavlink.dialects.v20 import common

from sitl.autopilot import shapes
from sitl.autopilot.outgoing import Message, Outgoing
from sitl.motion.settings import Settings
from vehicles.profile import Airframe, VehicleProfile

_REAL32: int = common.MAV_PARAM_TYPE_REAL32
_INT32: int = common.MAV_PARAM_TYPE_INT32
_UINT32: int = common.MAV_PARAM_TYPE_UINT32
_HASH = "_HASH_CHECK"
_NO_INDEX = 65535

_AT_A_TIME = 90
"""Of a list, in a tenth of a second: a real one was seen to tell 909 in 0.9 s."""

_FILES = {
    Airframe.MULTICOPTER: "px4_multicopter.params",
    Airframe.VTOL: "px4_vtol.params",
    Airframe.ROVER: "px4_rover.params",
}

_FIELDS = {
    "BAT_CRIT_THR": "battery_critical_frac",
    "BAT_EMERGEN_THR": "battery_emergency_frac",
    "BAT_LOW_THR": "battery_low_frac",
    "COM_DISARM_LAND": "disarm_landed_s",
    "COM_DISARM_PRFLT": "disarm_idle_s",
    "COM_DLL_EXCEPT": "link_loss_spares",
    "COM_DL_LOSS_T": "link_loss_s",
    "COM_FAIL_ACT_T": "failsafe_hold_s",
    "COM_HOME_EN": "homes_by_itself",
    "COM_LOW_BAT_ACT": "battery_action",
    "COM_OF_LOSS_T": "offboard_loss_s",
    "COM_SPOOLUP_TIME": "spool_up_s",
    "GF_ACTION": "fence_action",
    "GF_MAX_HOR_DIST": "fence_most_away_m",
    "GF_MAX_VER_DIST": "fence_most_height_m",
    "LNDMC_TRIG_TIME": "landed_after_s",
    "MIS_COMMAND_TOUT": "command_wait_s",
    "MIS_TAKEOFF_ALT": "take_off_height_m",
    "MPC_ACC_DOWN_MAX": "down_mps2",
    "MPC_ACC_HOR": "level_mps2",
    "MPC_ACC_UP_MAX": "up_mps2",
    "MPC_JERK_AUTO": "jerk_mps3",
    "MPC_LAND_ALT1": "land_slows_at_m",
    "MPC_LAND_ALT2": "land_slow_below_m",
    "MPC_LAND_SPEED": "land_mps",
    "MPC_TILTMAX_AIR": "lean_deg",
    "MPC_TILTMAX_LND": "lean_low_deg",
    "MPC_TKO_RAMP_T": "take_off_ramp_s",
    "MPC_TKO_SPEED": "take_off_mps",
    "MPC_XY_CRUISE": "cruise_mps",
    "MPC_XY_VEL_MAX": "most_mps",
    "MPC_Z_VEL_MAX_DN": "most_descend_mps",
    "MPC_Z_VEL_MAX_UP": "most_climb_mps",
    "MPC_Z_V_AUTO_DN": "descend_mps",
    "MPC_Z_V_AUTO_UP": "climb_mps",
    "NAV_ACC_RAD": "acceptance_m",
    "NAV_DLL_ACT": "link_loss_action",
    "NAV_MC_ALT_RAD": "upright_radius_m",
    "PD_GRIPPER_TO": "gripper_s",
    "RTL_CONE_ANG": "return_cone_deg",
    "RTL_DESCEND_ALT": "return_descends_to_m",
    "RTL_LAND_DELAY": "return_waits_s",
    "RTL_MIN_DIST": "return_near_m",
    "RTL_RETURN_ALT": "return_height_m",
    "RTL_TYPE": "return_kind",
    "SIH_KDV": "drag_per_s",
}
"""PX4's name: the setting it is."""

_ROVER_FIELDS = {
    **{name: field for name, field in _FIELDS.items() if not name.startswith(("MPC_", "SIH_"))},
    "CA_AIRFRAME": "frame",
    "RO_SPEED_LIM": "cruise_mps",
}
"""The same of a rover: it knows nothing of climbing, and has a name of its own for its speed."""

_ON_THE_SPOT = 6.0  # a sidewalk robot's drive: differential
_LARGE_WH = 500.0
_MOST_CELLS = 14


def made_for(profile: VehicleProfile) -> dict[str, float]:
    """What the maker of a vehicle sets so that it flies as its profile says; the rest is PX4's own."""
    cells = {"BAT1_N_CELLS": 12.0 if profile.battery_wh > _LARGE_WH else 6.0}
    if profile.airframe is Airframe.ROVER:
        return {**cells, "RO_SPEED_LIM": profile.cruise_mps, "CA_AIRFRAME": _ON_THE_SPOT}
    up_mps, down_mps = profile.climb_mps, profile.descend_mps
    upright = {"MPC_Z_V_AUTO_UP": up_mps, "MPC_Z_VEL_MAX_UP": up_mps, "MPC_TKO_SPEED": up_mps}
    downward = {"MPC_Z_V_AUTO_DN": down_mps, "MPC_Z_VEL_MAX_DN": down_mps}
    level = {"MPC_XY_CRUISE": profile.cruise_mps, "MPC_XY_VEL_MAX": max(12.0, profile.cruise_mps)}
    return {**cells, **upright, **downward, **level, "SIH_KDV": 0.0}


@cache
def _stock(airframe: Airframe) -> tuple[tuple[str, int, float], ...]:
    """Name, type and value of every parameter of a stock vehicle, by name."""
    rows = Path(__file__).with_name(_FILES[airframe]).read_text().splitlines()
    fields = (row.split() for row in rows if not row.startswith("#"))
    return tuple((name, int(kind), float(value)) for name, kind, value in fields)


class Parameters:
    """Reads, sets and lists one vehicle's parameters; `settings` follows those that it knows.

    `changed` are set as if by its maker. Raises `ValueError` for one of those that there is not.
    """

    def __init__(self, airframe: Airframe, system_id: int, changed: Mapping[str, float]) -> None:
        self.settings = Settings()
        stock = (*_stock(airframe), ("MAV_SYS_ID", _INT32, float(system_id)))
        self._kinds = {name: kind for name, kind, _ in sorted(stock)}
        self._values = {name: value for name, _, value in stock}
        self._order = {name: index for index, name in enumerate(self._kinds)}
        self._names = tuple(self._kinds)
        self._fields = _ROVER_FIELDS if airframe is Airframe.ROVER else _FIELDS
        self._listing: dict[Outgoing, Iterator[str]] = {}
        self.changed: Callable[[], None] = lambda: None
        for name in self._fields.keys() & self._values.keys():
            self.change(name, self._values[name])
        for name, value in changed.items():
            if name not in self._kinds:
                raise ValueError(f"parameters: {name!r} is none of PX4's")
            self.change(name, value)

    @property
    def cells(self) -> int:
        """How many cells its battery has in series, as far as messages can tell them."""
        return max(1, min(_MOST_CELLS, int(self.value("BAT1_N_CELLS"))))

    def value(self, name: str) -> float:
        """A parameter's value. Raises `KeyError` for one that there is not."""
        if name in self._fields:
            return float(getattr(self.settings, self._fields[name]))
        return self._values[name]

    def change(self, name: str, value: float) -> None:
        """Set one. Raises `KeyError` for one that there is not."""
        if name not in self._kinds:
            raise KeyError(name)
        if name in self._fields:
            field = self._fields[name]
            is_whole = isinstance(getattr(self.settings, field), int)
            setattr(self.settings, field, int(value) if is_whole else float(value))
            self.changed()
        else:
            self._values[name] = float(value)

    def hear(self, message: Message, out: Outgoing) -> None:
        """A message of the parameter protocol; any other is none of ours."""
        match message.get_type():
            case "PARAM_REQUEST_READ":
                self._read(message, out)
            case "PARAM_REQUEST_LIST":
                self._listing[out] = iter(self._names)
            case "PARAM_SET":
                self._set(message, out)

    @property
    def busy(self) -> bool:
        """Whether a list is being told."""
        return bool(self._listing)

    def tick(self) -> None:
        """Go on with the lists that were asked for: as many at a time as PX4 has a client take."""
        for out, names in tuple(self._listing.items()):
            told = tuple(islice(names, _AT_A_TIME))
            for name in told:
                self._tell(name, out)
            if len(told) < _AT_A_TIME:
                self._tell_hash(out)
                del self._listing[out]

    def _read(self, message: Message, out: Outgoing) -> None:
        """PARAM_REQUEST_READ, by name or by index."""
        name = message.param_id
        if message.param_index >= 0:
            name = self._names[message.param_index] if message.param_index < len(self._names) else ""
        if name == _HASH:
            self._tell_hash(out)
        elif name in self._kinds:
            self._tell(name, out)

    def _set(self, message: Message, out: Outgoing) -> None:
        """PARAM_SET: a value of the right type is taken and told; of a wrong one: silence, as of no name."""
        name = message.param_id
        if message.param_type != self._kinds.get(name):
            return
        value = message.param_value
        if message.param_type == _INT32:
            (value,) = struct.unpack("<i", struct.pack("<f", value))
        self.change(name, value)
        self._tell(name, out)

    def _tell(self, name: str, out: Outgoing) -> None:
        kind, value = self._kinds[name], self.value(name)
        if kind == _INT32:
            (value,) = struct.unpack("<f", struct.pack("<i", int(value)))
        values = (value, len(self._names), self._order[name], name.encode(), kind)
        out.send(shapes.PARAM_VALUE, *values)

    def _tell_hash(self, out: Outgoing) -> None:
        """PX4's checksum over all names and values, by which clients know that their copy is still right."""
        crc = 0
        for name in self._names:
            layout = "<i" if self._kinds[name] == _INT32 else "<f"
            value = self.value(name)
            crc = zlib.crc32(
                struct.pack(layout, int(value) if layout == "<i" else value), zlib.crc32(name.encode(), crc)
            )
        (value,) = struct.unpack("<f", struct.pack("<I", crc & 0xFFFFFFFF))
        out.send(shapes.PARAM_VALUE, value, len(self._names), _NO_INDEX, _HASH.encode(), _UINT32)
