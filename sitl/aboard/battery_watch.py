"""The battery failsafe: low, critical, emergency, and what each has a vehicle do (COM_LOW_BAT_ACT)."""

from __future__ import annotations

from enum import IntEnum
from math import inf

from sitl.aboard.said import Said, Severity
from sitl.aboard.watched import Enter, HoldThen, Instead, Reaction, Watched
from sitl.aboard.words import Cause
from sitl.motion.settings import BatteryAction
from vehicles.telemetry import Mode


class _Charge(IntEnum):
    """How worried the autopilot is about its battery."""

    FINE = 0
    LOW = 1
    CRITICAL = 2
    EMERGENCY = 3


_SAYS = {
    _Charge.LOW: (
        Said(Severity.CRITICAL, "Low battery", "check_battery_low"),
        Said(Severity.WARNING, "", "commander_failsafe_enter_low_bat"),
    ),
    _Charge.CRITICAL: (Said(Severity.CRITICAL, "Critical battery", "check_battery_critical"),),
    _Charge.EMERGENCY: (
        Said(Severity.CRITICAL, "System does not support shutdown", "commander_low_bat_shutdown_failed"),
        Said(Severity.EMERGENCY, "Emergency battery level", "check_battery_emergency"),
    ),
}

_CAUSES = {_Charge.CRITICAL: Cause.CRITICAL_BATTERY, _Charge.EMERGENCY: Cause.EMERGENCY_BATTERY}


class BatteryWatch:
    """Watches one vehicle's battery. While it is armed its worry only grows."""

    def __init__(self) -> None:
        self._charge = _Charge.FINE

    @staticmethod
    def between(flight: Watched) -> tuple[float, float]:
        """The charges between which it is as worried as now: the least, and the first that is too much."""
        settings, frac = flight.settings, flight.airframe.battery.frac
        steps = (settings.battery_low_frac, settings.battery_critical_frac, settings.battery_emergency_frac)
        above = max((step for step in steps if step <= frac), default=-inf)
        return above, min((step for step in steps if step > frac), default=inf)

    def look(self, flight: Watched, *, holds: bool) -> Reaction | None:
        """What the battery has it do now; `holds`: another failsafe has it hold first already."""
        settings, frac = flight.settings, flight.airframe.battery.frac
        charge = _Charge(
            (frac < settings.battery_low_frac)
            + (frac < settings.battery_critical_frac)
            + (frac < settings.battery_emergency_frac)
        )
        if charge == self._charge or (flight.armed and charge < self._charge):
            return None
        self._charge = charge
        for said in _SAYS.get(charge, ()):
            flight.tell(said)
        action = settings.battery_action
        if action == BatteryAction.WARN or charge < _Charge.CRITICAL or flight.airframe.on_ground:
            return None
        lands = action == BatteryAction.LAND or charge is _Charge.EMERGENCY
        mode = Mode.LAND if lands else Mode.RETURN
        cause = _CAUSES[charge]
        if holds:
            return Instead(mode, cause)
        if charge is _Charge.EMERGENCY:
            return None if flight.mode is Mode.LAND else Enter(mode, cause=cause)
        return None if flight.mode in {Mode.RETURN, Mode.LAND} else HoldThen(mode, cause)
