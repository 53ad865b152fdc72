"""Failsafes of a simulated autopilot: fence, battery, lost ground station. What PX4 does about them."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sitl.said import Said, Severity
from sitl.settings import BatteryAction, FenceAction, LinkLossAction
from vehicles.telemetry import Mode

if TYPE_CHECKING:
    from sitl.flight import Flight

_LOOK_EVERY_S = 0.5
_RETURN_IN_BREACH_S = 4.0
"""Observed on PX4: a return begun inside an exclusion is overridden back to Hold after 4 s."""


class Charge(IntEnum):
    """How worried the autopilot is about its battery."""

    FINE = 0
    LOW = 1
    CRITICAL = 2
    EMERGENCY = 3


class Guard:
    """Watches one flight and acts on it. `failsafe` says whether a failsafe's mode is in force."""

    def __init__(self) -> None:
        self.failsafe = False
        self.in_breach = False
        self.station_heard_age_s: float | None = None
        self._station_lost = False
        self._enforced = True
        self._charge = Charge.FINE
        self._next_look_age_s = 0.0
        self._mode_age_s = 0.0
        self._then: tuple[Mode, float] | None = None

    def override(self, age_s: float) -> None:
        """A person chose a mode: the failsafe in force is over, its cause need not be."""
        self.failsafe = False
        self._then = None
        self._mode_age_s = age_s

    def calm(self, age_s: float) -> None:
        """Disarmed: nothing left to save."""
        self.override(age_s)
        self._charge = Charge.FINE

    def set_fence(self, flight: Flight) -> None:
        """A new fence is there. One that is broken from the start is not enforced; PX4 only says so."""
        self.in_breach = False
        self._enforced = flight.fence.allows(flight.airframe.body.place)
        if (objection := self.fence_objection) is not None:
            flight.say(Said(Severity.CRITICAL, objection))

    @property
    def fence_objection(self) -> str | None:
        """Why the fence that it holds is not enforced; None when it is."""
        return None if self._enforced else "Geofence is not enforced: vehicle is outside of it"

    def hear_station(self, flight: Flight) -> None:
        """A ground station's heartbeat came."""
        self.station_heard_age_s = flight.age_s
        if self._station_lost:
            self._station_lost = False
            flight.say(Said(Severity.INFO, "GCS connection regained"))

    def watch(self, flight: Flight) -> None:
        """Look at everything, twice a second."""
        if flight.age_s < self._next_look_age_s:
            return
        self._next_look_age_s = flight.age_s + _LOOK_EVERY_S
        self._watch_fence(flight)
        if flight.armed:
            self._watch_battery(flight)
            self._watch_station(flight)
            self._follow_up(flight)

    def _watch_fence(self, flight: Flight) -> None:
        if not self._enforced or not flight.fence.bounds:
            return
        was_in_breach = self.in_breach
        self.in_breach = not flight.fence.allows(flight.airframe.body.place)
        if not (self.in_breach and flight.armed):
            return
        returning_s = flight.age_s - self._mode_age_s if flight.mode is Mode.RETURN else 0.0
        if not was_in_breach:
            flight.say(Said(Severity.CRITICAL, "Geofence: approaching or outside geofence"))
            self._act_on_fence(flight)
        elif returning_s >= _RETURN_IN_BREACH_S and flight.settings.fence_action == FenceAction.HOLD:
            self._act_on_fence(flight)

    def _act_on_fence(self, flight: Flight) -> None:
        action = flight.settings.fence_action
        if action == FenceAction.HOLD:
            flight.say(Said(Severity.CRITICAL, "Failsafe activated"))
            self._enter(flight, Mode.HOLD)
        elif action == FenceAction.RETURN:
            self._hold_then(flight, Mode.RETURN)
        elif action == FenceAction.LAND:
            self._hold_then(flight, Mode.LAND)
        elif action == FenceAction.TERMINATE:
            flight.disarm(by="flight termination", force=True)

    def _watch_battery(self, flight: Flight) -> None:
        settings, frac = flight.settings, flight.airframe.battery.frac
        charge = Charge(
            (frac < settings.battery_low_frac)
            + (frac < settings.battery_critical_frac)
            + (frac < settings.battery_emergency_frac)
        )
        if charge <= self._charge:
            return
        self._charge = charge
        words = {Charge.LOW: "Low battery", Charge.CRITICAL: "Critical battery"}
        flight.say(Said(Severity.CRITICAL, words.get(charge, "Dangerously low battery")))
        if flight.settings.battery_action == BatteryAction.WARN or flight.airframe.on_ground:
            return
        if charge is Charge.EMERGENCY and flight.mode is not Mode.LAND:
            flight.say(Said(Severity.CRITICAL, "Failsafe activated"))
            self._enter(flight, Mode.LAND)
        elif charge is Charge.CRITICAL and flight.mode not in {Mode.RETURN, Mode.LAND}:
            lands = flight.settings.battery_action == BatteryAction.LAND
            self._hold_then(flight, Mode.LAND if lands else Mode.RETURN)

    def _watch_station(self, flight: Flight) -> None:
        heard_s = self.station_heard_age_s
        if heard_s is None or self._station_lost or flight.age_s - heard_s < flight.settings.link_loss_s:
            return
        self._station_lost = True
        flight.say(Said(Severity.WARNING, "Connection to ground station lost"))
        modes: dict[int, Mode] = {
            LinkLossAction.HOLD: Mode.HOLD,
            LinkLossAction.RETURN: Mode.RETURN,
            LinkLossAction.LAND: Mode.LAND,
        }
        mode = modes.get(flight.settings.link_loss_action)
        if mode is not None and flight.mode not in {Mode.RETURN, Mode.LAND}:
            self._hold_then(flight, mode)

    def _hold_then(self, flight: Flight, mode: Mode) -> None:
        """PX4 holds for COM_FAIL_ACT_T seconds first, so that a person can step in."""
        wait_s = flight.settings.failsafe_hold_s
        flight.say(Said(Severity.CRITICAL, f"Failsafe activated: entering Hold for {wait_s:.0f} seconds"))
        self._enter(flight, Mode.HOLD)
        self._then = (mode, flight.age_s + wait_s)

    def _follow_up(self, flight: Flight) -> None:
        if self._then is None or flight.age_s < self._then[1]:
            return
        mode, _ = self._then
        self._then = None
        flight.say(Said(Severity.CRITICAL, "Failsafe activated"))
        self._enter(flight, mode)

    def _enter(self, flight: Flight, mode: Mode) -> None:
        self.failsafe = True
        self._mode_age_s = flight.age_s
        flight.enter(mode)
