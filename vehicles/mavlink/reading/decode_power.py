"""What SYS_STATUS and BATTERY_STATUS tell of batteries and sensors."""

from __future__ import annotations

from typing import NamedTuple

from pymavlink.dialects.v20 import common

from vehicles.mavlink.reading.meter import Meter
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.telemetry import Battery

_battery_of = quick(Battery)
_UNKNOWN_MV = 65535
_UNKNOWN_CDEG_C = 32767
_UNKNOWN_CA = (-1, -100)
"""-1 by the message's definition, and PX4's own -1 A, which it sends as -100."""
_MOST_PACKS = 16
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


def _amiss(status: Message) -> int:
    """The bits of what SYS_STATUS calls present, enabled and not healthy."""
    enabled: int = status.onboard_control_sensors_present & status.onboard_control_sensors_enabled
    return enabled & ~int(status.onboard_control_sensors_health)


class _Pack(NamedTuple):
    """What one pack's newest BATTERY_STATUS says; None is unknown."""

    left: int
    current_ca: int
    voltage_v: float | None
    cells_v: tuple[float, ...]
    temperature_deg_c: float | None
    faults: int
    meter: Meter


class Charge(NamedTuple):
    """All that is told of batteries and sensors at one time.

    `left_frac` is the autopilot's own sum, else the emptiest pack's; None when nobody knows. `checks_fail`:
    the autopilot's own checks before arming fail, as far as it tells of them. `unhealthy` are parts that
    are not, by SYS_STATUS and the packs' own faults. `battery` is all packs as one.
    """

    left_frac: float | None
    checks_fail: bool
    unhealthy: tuple[str, ...]
    battery: Battery


class Power:
    """Keeps the newest SYS_STATUS, and what each pack said last; put together when somebody looks."""

    __slots__ = ("_charge", "_heard_at_s", "_packs", "capacity_wh", "status")

    def __init__(self, capacity_wh: float | None = None) -> None:
        self.capacity_wh = capacity_wh
        self.status: Message | None = None
        self._packs: dict[int, _Pack] = {}
        self._heard_at_s = 0.0
        self._charge: Charge | None = None  # None: to be put together anew

    def hear_status(self, status: Message, at_s: float) -> None:
        """SYS_STATUS."""
        self.status, self._heard_at_s, self._charge = status, at_s, None

    def hear_pack(self, said: Message, at_s: float) -> None:
        """BATTERY_STATUS."""
        if said.id >= _MOST_PACKS:
            return
        before = self._packs.get(said.id)
        pack = _pack_of(said, Meter() if before is None else before.meter)
        pack.meter.hear(said, pack.voltage_v or self._told_v())
        self._packs[said.id], self._heard_at_s, self._charge = pack, at_s, None

    @property
    def charge(self) -> Charge:
        """All of it now."""
        if self._charge is None:
            self._charge = self._read(list(self._packs.values()))
        return self._charge

    def _read(self, packs: list[_Pack]) -> Charge:
        status, left, amiss = self.status, -1, 0
        if status is not None:
            left, amiss = status.battery_remaining, _amiss(status)
        if left < 0:
            left = min([pack.left for pack in packs if pack.left >= 0], default=-1)
        left_frac = min(left / 100.0, 1.0) if left >= 0 else None
        # ArduPilot tells so that it would not arm; PX4 has no such bit enabled.
        checks_fail = bool(amiss & common.MAV_SYS_STATUS_PREARM_CHECK)
        return Charge(left_frac, checks_fail, _faults(amiss, packs), self._battery(left_frac, packs))

    def _battery(self, left_frac: float | None, packs: list[_Pack]) -> Battery:
        known = [pack.temperature_deg_c for pack in packs if pack.temperature_deg_c is not None]
        return _battery_of(
            self._heard_at_s,
            left_frac,
            None if left_frac is None or self.capacity_wh is None else left_frac * self.capacity_wh,
            self._current_a(packs),
            self._voltage_v(packs),
            packs[0].cells_v if len(packs) == 1 else tuple([v for pack in packs for v in pack.cells_v]),
            max(known, default=None),
            _used_wh(packs),
        )

    def _current_a(self, packs: list[_Pack]) -> float | None:
        known = [pack.current_ca for pack in packs if pack.current_ca not in _UNKNOWN_CA]
        if not known and self.status is not None and self.status.current_battery not in _UNKNOWN_CA:
            known = [self.status.current_battery]
        return sum(known) / 100.0 if known else None

    def _voltage_v(self, packs: list[_Pack]) -> float | None:
        if (told_v := self._told_v()) is not None:
            return told_v
        return next((pack.voltage_v for pack in packs if pack.voltage_v is not None), None)

    def _told_v(self) -> float | None:
        """The autopilot's own word for the voltage of all."""
        if self.status is None or self.status.voltage_battery in (0, _UNKNOWN_MV):
            return None
        return float(self.status.voltage_battery) / 1000.0


def _pack_of(said: Message, meter: Meter) -> _Pack:
    cells_mv = [v for v in said.voltages if v != _UNKNOWN_MV]
    voltage_v = float(sum(cells_mv) + sum(said.voltages_ext)) / 1000.0 if cells_mv else None
    cells_mv += [v for v in said.voltages_ext if v]
    are_cells = max(cells_mv, default=0) <= _HIGHEST_CELL_MV
    return _Pack(
        said.battery_remaining,
        said.current_battery,
        voltage_v,
        tuple([v / 1000.0 for v in cells_mv]) if are_cells else (),
        None if said.temperature == _UNKNOWN_CDEG_C else said.temperature / 100.0,
        said.fault_bitmask,
        meter,
    )


def _used_wh(packs: list[_Pack]) -> float | None:
    """By the meters; none where one pack of several has none."""
    used_wh = 0.0
    for pack in packs:
        if pack.meter.used_wh is None:
            return None
        used_wh += pack.meter.used_wh
    return used_wh if packs else None


def _faults(amiss: int, packs: list[_Pack]) -> tuple[str, ...]:
    sensors = [name for bit, name in _SENSORS.items() if amiss & bit] if amiss else []
    faults = [
        f"battery: {words}"
        for pack in packs
        if pack.faults
        for bit, words in _FAULTS.items()
        if pack.faults & bit
    ]
    return (*sensors, *dict.fromkeys(faults))
