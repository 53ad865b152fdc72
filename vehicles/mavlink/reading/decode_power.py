"""What SYS_STATUS and BATTERY_STATUS tell of batteries and sensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pymavlink.dialects.v20 import common

from vehicles.mavlink.reading.meter import Meter
from vehicles.telemetry import Battery

_UNKNOWN_MV = 65535
_UNKNOWN_CDEG_C = 32767
_UNKNOWN_CA = (-1, -100)
"""-1 by the message's definition, and PX4's own -1 A, which it sends as -100."""
_MOST_PACKS = 16
_CELLS, _CURRENT, _NUMBER, _MORE = slice(3, 13), 13, 14, slice(16, 20)
"""Where in a BATTERY_STATUS's fields they are: voltages, the current, the pack's number, further voltages."""
_HIGHEST_CELL_MV = 5000
"""A "cell" above this is the voltage of a whole pack that cannot measure its cells."""
_FAULTS = {
    common.MAV_BATTERY_FAULT_DEEP_DISCHARGE: "deeply discharged",
    common.MAV_BATTERY_FAULT_SPIKES: "voltage spikes",
    common.MAV_BATTERY_FAULT_CELL_FAIL: "a cell failed",
    common.MAV_BATTERY_FAULT_OVER_CURRENT: "over-current",
    common.MAV_BATTERY_FAULT_OVER_TEMPERATURE: "too hot",
    common.MAV_BATTERY_FAULT_UNDER_TEMPERATURE: "too cold",
    common.MAV_BATTERY_FAULT_INCOMPATIBLE_VOLTAGE: "wrong voltage",
    common.MAV_BATTERY_FAULT_INCOMPATIBLE_FIRMWARE: "wrong firmware",
    common.BATTERY_FAULT_INCOMPATIBLE_CELLS_CONFIGURATION: "wrong number of cells",
}
_SENSORS = {
    common.MAV_SYS_STATUS_SENSOR_3D_GYRO: "gyro",
    common.MAV_SYS_STATUS_SENSOR_3D_GYRO2: "second gyro",
    common.MAV_SYS_STATUS_SENSOR_3D_ACCEL: "accelerometer",
    common.MAV_SYS_STATUS_SENSOR_3D_ACCEL2: "second accelerometer",
    common.MAV_SYS_STATUS_SENSOR_3D_MAG: "compass",
    common.MAV_SYS_STATUS_SENSOR_3D_MAG2: "second compass",
    common.MAV_SYS_STATUS_SENSOR_ABSOLUTE_PRESSURE: "barometer",
    common.MAV_SYS_STATUS_SENSOR_DIFFERENTIAL_PRESSURE: "airspeed sensor",
    common.MAV_SYS_STATUS_SENSOR_GPS: "GPS",
    common.MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS: "motor outputs",
    common.MAV_SYS_STATUS_AHRS: "attitude estimate",
    common.MAV_SYS_STATUS_TERRAIN: "terrain data",
    common.MAV_SYS_STATUS_LOGGING: "logging",
    common.MAV_SYS_STATUS_SENSOR_BATTERY: "battery",
    common.MAV_SYS_STATUS_SENSOR_PROXIMITY: "proximity sensor",
    common.MAV_SYS_STATUS_SENSOR_PROPULSION: "propulsion",
}
"""Those that say something about the machine; the other bits are states, such as of a fence."""


Said = tuple[Any, ...]
"""The fields of a message, in the order in which `wire.rows.VALUES` names them."""


class Pack(NamedTuple):
    """What is told of one pack, or of several as one; None is unknown, and -1 of what is left."""

    heard_at_s: float = 0.0
    left: int = -1
    current_a: float | None = None
    voltage_v: float | None = None
    cells_v: tuple[float, ...] = ()
    temperature_deg_c: float | None = None
    used_wh: float | None = None
    faults: tuple[str, ...] = ()


Charge = tuple[float | None, bool, tuple[str, ...]]
"""What decisions rest on: the share that is left, None when nobody knows; whether the autopilot's own checks
before arming fail, as far as it tells; parts that are unhealthy, by SYS_STATUS and the packs' own faults."""


class Power:
    """Keeps what each pack said last; `whole` is all of them as one."""

    __slots__ = ("_meters", "_packs", "capacity_wh", "whole")

    def __init__(self, capacity_wh: float | None = None) -> None:
        self.capacity_wh = capacity_wh
        self.whole = Pack()
        self._packs: dict[int, Pack] = {}
        self._meters: dict[int, Meter] = {}

    def hear_pack(self, said: Said, at_s: float, told_mv: Callable[[], int]) -> None:
        """BATTERY_STATUS; `told_mv` is the voltage of all that SYS_STATUS told last, 0 when nothing did."""
        number = said[_NUMBER]
        if number >= _MOST_PACKS:
            return
        meter = self._meters.get(number) or self._meters.setdefault(number, Meter())
        pack = self._packs[number] = _pack_of(said, at_s, meter, lambda: _voltage_v(told_mv()))
        self.whole = pack if len(self._packs) == 1 else _together(list(self._packs.values()), at_s)

    def charge(self, status: Said) -> Charge:
        """By the newest SYS_STATUS."""
        present, enabled, healthy, _, _, told_left = status
        whole = self.whole
        unhealthy, checks_fail = whole.faults, False
        if amiss := present & enabled & ~healthy:
            unhealthy = (*[name for bit, name in _SENSORS.items() if amiss & bit], *unhealthy)
            # ArduPilot tells so that it would not arm; PX4 has no such bit enabled.
            checks_fail = bool(amiss & common.MAV_SYS_STATUS_PREARM_CHECK)
        return _left_frac(told_left, whole), checks_fail, unhealthy


def battery_of(status: Said, status_at_s: float, whole: Pack, capacity_wh: float | None) -> Battery:
    """All packs as one, by the newest SYS_STATUS and what they told themselves."""
    _, _, _, told_mv, told_ca, told_left = status
    left_frac = _left_frac(told_left, whole)
    return Battery(
        heard_at_s=max(status_at_s, whole.heard_at_s),
        left_frac=left_frac,
        left_wh=None if left_frac is None or capacity_wh is None else left_frac * capacity_wh,
        current_a=_current_a(told_ca) if whole.current_a is None else whole.current_a,
        voltage_v=_voltage_v(told_mv) or whole.voltage_v,
        cells_v=whole.cells_v,
        temperature_deg_c=whole.temperature_deg_c,
        used_wh=whole.used_wh,
    )


def _left_frac(told_left: int, whole: Pack) -> float | None:
    """The autopilot's own sum, else the emptiest pack's."""
    left = told_left if told_left >= 0 else whole.left
    return min(left / 100.0, 1.0) if left >= 0 else None


def _voltage_v(told_mv: int) -> float | None:
    """The autopilot's own word for the voltage of all."""
    return None if told_mv in (0, _UNKNOWN_MV) else told_mv / 1000.0


def _current_a(told_ca: int) -> float | None:
    return None if told_ca in _UNKNOWN_CA else told_ca / 100.0


def _pack_of(said: Said, at_s: float, meter: Meter, told_v: Callable[[], float | None]) -> Pack:
    used_mah, used_hj, temperature_cdeg_c = said[:3]
    current_ca, _, left = said[_CURRENT : _CURRENT + 3]
    more_mv, fault_bits = said[_MORE], said[-1]
    cells_mv = [mv for mv in said[_CELLS] if mv != _UNKNOWN_MV]
    sum_v = sum(cells_mv) / 1000.0 if cells_mv else None
    if sum_v is not None and any(more_mv):
        sum_v += sum(more_mv) / 1000.0
        cells_mv += [mv for mv in more_mv if mv]
    are_cells = not cells_mv or max(cells_mv) <= _HIGHEST_CELL_MV
    meter.hear(used_mah, used_hj, current_ca, sum_v or told_v())
    return Pack(
        at_s,
        left,
        _current_a(current_ca),
        sum_v,
        tuple([mv / 1000.0 for mv in cells_mv]) if are_cells else (),
        None if temperature_cdeg_c == _UNKNOWN_CDEG_C else temperature_cdeg_c / 100.0,
        meter.used_wh,
        _faults(fault_bits) if fault_bits else (),
    )


def _faults(bits: int) -> tuple[str, ...]:
    return tuple(f"battery: {words}" for bit, words in _FAULTS.items() if bits & bit)


def _together(packs: list[Pack], at_s: float) -> Pack:
    """Several packs as one: the charge of the emptiest, the heat of the hottest; all must have a meter."""
    currents_a = [pack.current_a for pack in packs if pack.current_a is not None]
    used_wh = [pack.used_wh for pack in packs if pack.used_wh is not None]
    return Pack(
        at_s,
        min([pack.left for pack in packs if pack.left >= 0], default=-1),
        sum(currents_a) if currents_a else None,
        next((pack.voltage_v for pack in packs if pack.voltage_v is not None), None),
        tuple([v for pack in packs for v in pack.cells_v]),
        max([one for pack in packs if (one := pack.temperature_deg_c) is not None], default=None),
        sum(used_wh) if len(used_wh) == len(packs) else None,
        tuple(dict.fromkeys(fault for pack in packs for fault in pack.faults)),
    )
