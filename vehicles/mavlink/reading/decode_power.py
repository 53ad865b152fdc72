"""What SYS_STATUS and BATTERY_STATUS tell of batteries and sensors."""

from __future__ import annotations

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


class Power:
    """Keeps the newest SYS_STATUS, and the newest BATTERY_STATUS of each pack; read when somebody looks."""

    __slots__ = (
        "_battery",
        "_cells_v",
        "_checks_fail",
        "_heard_at_s",
        "_left_frac",
        "_meters",
        "_packs",
        "_stale",
        "_unhealthy",
        "capacity_wh",
        "status",
    )

    def __init__(self, capacity_wh: float | None = None) -> None:
        self.capacity_wh = capacity_wh
        self.status: Message | None = None
        self._packs: dict[int, Message] = {}
        self._meters: dict[int, Meter] = {}
        self._heard_at_s = 0.0
        self._cells_v: tuple[float, ...] | None = None  # None: to be read anew
        self._stale = False
        self._left_frac: float | None = None
        self._checks_fail = False
        self._unhealthy: tuple[str, ...] = ()
        self._battery: Battery | None = None

    def hear_status(self, status: Message, at_s: float) -> None:
        """SYS_STATUS."""
        self.status, self._heard_at_s, self._stale = status, at_s, True

    def hear_pack(self, pack: Message, at_s: float) -> None:
        """BATTERY_STATUS."""
        if pack.id < _MOST_PACKS:
            self._packs[pack.id] = pack
            self._cells_v = None
            self._heard_at_s, self._stale = at_s, True
            self._meters.setdefault(pack.id, Meter()).hear(pack, _pack_v(pack) or self._told_v())

    @property
    def left_frac(self) -> float | None:
        """The charge left: the autopilot's own sum, else the emptiest pack's; None when nobody knows."""
        if self._stale:
            self._read()
        return self._left_frac

    @property
    def checks_fail(self) -> bool:
        """Whether the autopilot's own checks before arming fail, as far as it tells of them."""
        if self._stale:
            self._read()
        return self._checks_fail

    @property
    def unhealthy(self) -> tuple[str, ...]:
        """Parts that are not healthy, by SYS_STATUS and the packs' own faults."""
        if self._stale:
            self._read()
        return self._unhealthy

    @property
    def battery(self) -> Battery | None:
        """All packs as one; None before the first word of any."""
        if self._stale:
            self._read()
        return self._battery

    def _read(self) -> None:
        self._stale = False
        status, left, amiss = self.status, -1, 0
        if status is not None:
            left, amiss = status.battery_remaining, _amiss(status)
        if left < 0:
            packs = self._packs.values()
            left = min((pack.battery_remaining for pack in packs if pack.battery_remaining >= 0), default=-1)
        # ArduPilot tells so that it would not arm; PX4 has no such bit enabled.
        self._checks_fail = bool(amiss & common.MAV_SYS_STATUS_PREARM_CHECK)
        self._left_frac = min(left / 100.0, 1.0) if left >= 0 else None
        self._battery = self._build(self._left_frac)
        self._unhealthy = self._faults(amiss)

    def _faults(self, amiss: int) -> tuple[str, ...]:
        sensors = [name for bit, name in _SENSORS.items() if amiss & bit] if amiss else []
        faults = [
            f"battery: {words}"
            for pack in self._packs.values()
            if pack.fault_bitmask
            for bit, words in _FAULTS.items()
            if pack.fault_bitmask & bit
        ]
        return (*sensors, *dict.fromkeys(faults))

    def _build(self, left_frac: float | None) -> Battery:
        packs = self._packs.values()
        if self._cells_v is None:
            self._cells_v = tuple([v for pack in packs for v in _cells_v(pack)])
        temperatures = [pack.temperature / 100.0 for pack in packs if pack.temperature != _UNKNOWN_CDEG_C]
        return _battery_of(
            self._heard_at_s,
            left_frac,
            None if left_frac is None or self.capacity_wh is None else left_frac * self.capacity_wh,
            self._current_a(),
            self._voltage_v(),
            self._cells_v,
            max(temperatures, default=None),
            self._used_wh(),
        )

    def _used_wh(self) -> float | None:
        """By the meters; none where one pack of several has none."""
        used_wh = 0.0
        for meter in self._meters.values():
            if meter.used_wh is None:
                return None
            used_wh += meter.used_wh
        return used_wh if self._meters else None

    def _current_a(self) -> float | None:
        packs = [pack.current_battery for pack in self._packs.values()]
        known = [current for current in packs if current not in _UNKNOWN_CA]
        if not known and self.status is not None and self.status.current_battery not in _UNKNOWN_CA:
            known = [self.status.current_battery]
        return sum(known) / 100.0 if known else None

    def _voltage_v(self) -> float | None:
        told_v = self._told_v()
        if told_v is None:
            told_v = next((v for v in map(_pack_v, self._packs.values()) if v is not None), None)
        return told_v

    def _told_v(self) -> float | None:
        """The autopilot's own word for the voltage of all."""
        if self.status is None or self.status.voltage_battery in (0, _UNKNOWN_MV):
            return None
        return float(self.status.voltage_battery) / 1000.0


def _pack_v(pack: Message) -> float | None:
    known = [v for v in pack.voltages if v != _UNKNOWN_MV]
    return float(sum(known) + sum(pack.voltages_ext)) / 1000.0 if known else None


def _cells_v(pack: Message) -> tuple[float, ...]:
    cells = [v for v in pack.voltages if v != _UNKNOWN_MV] + [v for v in pack.voltages_ext if v]
    return tuple(v / 1000.0 for v in cells) if max(cells, default=0) <= _HIGHEST_CELL_MV else ()
