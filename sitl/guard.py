"""Failsafes of a simulated autopilot: fence, battery, lost ground station, lost position; as PX4 has them."""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from sitl.airframe import HOME, Airframe
from sitl.faults import Faults, Kind
from sitl.fence import Fence, FenceKept
from sitl.said import Said, Severity
from sitl.settings import BatteryAction, FenceAction, LinkLossAction, Settings
from sitl.whereabouts import Whereabouts
from vehicles.telemetry import Mode

NO_STATION = Said(Severity.INFO, "Connection to ground station lost", "commander_gcs_lost")
_FAILSAFE = Said(Severity.CRITICAL, "Failsafe activated", "commander_failsafe_enter_generic")
BREACH = Said(Severity.CRITICAL, "Geofence: approaching or outside geofence", "check_gf_violation_custom_gf")
_OUTSIDE_HOME = Said(
    Severity.CRITICAL,
    "Geofence invalid, doesn't contain Home position",
    "navigator_geofence_invalid_against_home",
)
_OUTSIDE_HERE = Said(
    Severity.CRITICAL,
    "Geofence invalid, doesn't contain current vehicle position",
    "navigator_geofence_invalid_against_cur_pos",
)
_NO_STATION_CHECK = Said(
    Severity.WARNING, "Preflight Fail: No connection to the GCS", "check_rc_dl_no_dllink"
)
_ON_SILENCE: dict[int, Mode] = {
    LinkLossAction.HOLD: Mode.HOLD,
    LinkLossAction.RETURN: Mode.RETURN,
    LinkLossAction.LAND: Mode.LAND,
}
_SPARED = {Mode.MISSION: 1, Mode.HOLD: 2, Mode.TAKE_OFF: 2}
"""Bits of COM_DLL_EXCEPT: modes in which PX4 lets its ground station be silent."""
_LOOK_EVERY_S = 0.5
_RETURN_IN_BREACH_S = 4.0
"""Observed on PX4: a return begun inside an exclusion is overridden back to Hold after 4 s."""
_MISSED_S = 2.25
"""Observed on PX4: COM_DL_LOSS_T counts from when a heartbeat is missed, not from the last one."""


class Charge(IntEnum):
    """How worried the autopilot is about its battery."""

    FINE = 0
    LOW = 1
    CRITICAL = 2
    EMERGENCY = 3


_CHARGE_SAYS = {
    Charge.LOW: (
        Said(Severity.CRITICAL, "Low battery", "check_battery_low"),
        Said(Severity.WARNING, "", "commander_failsafe_enter_low_bat"),
    ),
    Charge.CRITICAL: (Said(Severity.CRITICAL, "Critical battery", "check_battery_critical"),),
    Charge.EMERGENCY: (
        Said(Severity.CRITICAL, "System does not support shutdown", "commander_low_bat_shutdown_failed"),
        Said(Severity.EMERGENCY, "Emergency battery level", "check_battery_emergency"),
    ),
}


class Watched(Protocol):
    """The flight that is watched."""

    @property
    def age_s(self) -> float:
        """Seconds since it was started."""

    @property
    def settings(self) -> Settings:
        """Its parameters."""

    @property
    def faults(self) -> Faults:
        """What is broken."""

    @property
    def airframe(self) -> Airframe:
        """Where it is, its battery."""

    @property
    def fence(self) -> Fence:
        """The fence it holds."""

    @property
    def mode(self) -> Mode:
        """The mode in force."""

    @property
    def armed(self) -> bool:
        """Whether its motors may run."""

    def tell(self, said: Said) -> None:
        """Say something."""

    def enter(self, mode: Mode, *, back: bool = False) -> None:
        """Go into a mode; a hold is where it comes to rest, or `back` where it is now."""

    def disarm(self, *, by: str, force: bool = False) -> tuple[str, ...]:
        """Stop the motors."""


class Guard:
    """Watches one flight and acts on it. `failsafe` says whether a failsafe's mode is in force."""

    def __init__(self) -> None:
        self.failsafe = False
        self.in_breach = False
        self.station_heard_age_s: float | None = None
        self.station_lost = False
        self._silence_answered = False
        self._objection: Said | None = None
        self._objection_untold = False
        self._charge = Charge.FINE
        self._next_look_age_s = 0.0
        self._mode_age_s = 0.0
        self._whereabouts = Whereabouts()
        self._kept = FenceKept()
        self._then: tuple[Mode, float] | None = None

    @property
    def lost(self) -> bool:
        """Whether it does not know where it is."""
        return self._whereabouts.lost

    def override(self, flight: Watched) -> None:
        """A person chose a mode: the failsafe in force is over, its cause need not be."""
        if self.failsafe and flight.armed:
            flight.tell(Said(Severity.INFO, "", "failsafe_rc_override"))
        self._forget(flight.age_s)

    def calm(self, age_s: float) -> None:
        """Disarmed: nothing left to save."""
        self._forget(age_s)

    def _forget(self, age_s: float) -> None:
        self.failsafe = False
        self._then = None
        self._mode_age_s = age_s

    def set_fence(self, flight: Watched) -> None:
        """A new fence is there. One that is broken from the start is not enforced; PX4 says so later."""
        self.in_breach = False
        self._objection = None
        if not flight.fence.allows(HOME):
            self._objection = _OUTSIDE_HOME
        elif not flight.fence.allows(flight.airframe.body.place):
            self._objection = _OUTSIDE_HERE
        self._objection_untold = self._objection is not None
        self._next_look_age_s = flight.age_s + _LOOK_EVERY_S

    @property
    def fence_objection(self) -> str | None:
        """Why the fence that it holds is not enforced; None when it is."""
        return self._objection.text if self._objection else None

    def allows(self, flight: Watched, east_m: float, north_m: float, height_agl_m: float) -> bool:
        """Whether a place keeps to the fence that is enforced, and to the greatest distances from home."""
        settings = flight.settings
        if 0.0 < settings.fence_most_away_m < (east_m**2 + north_m**2) ** 0.5:
            return False
        if 0.0 < settings.fence_most_height_m < height_agl_m:
            return False
        return self._objection is not None or self._kept.holds(flight.fence, east_m, north_m)

    def hear_station(self, flight: Watched) -> None:
        """A ground station's heartbeat came."""
        self.station_heard_age_s = flight.age_s
        if self.station_lost:
            self.station_lost = False
            flight.tell(Said(Severity.INFO, "GCS connection regained", "commander_dl_regained"))

    def watch(self, flight: Watched) -> None:
        """Look at everything, twice a second."""
        if flight.age_s < self._next_look_age_s:
            return
        self._next_look_age_s = flight.age_s + _LOOK_EVERY_S
        self._watch_fence(flight)
        self._watch_station(flight)
        self._watch_position(flight)
        self._watch_battery(flight)
        if flight.armed:
            self._follow_up(flight)

    def _watch_fence(self, flight: Watched) -> None:
        if self._objection is not None and self._objection_untold:
            self._objection_untold = False
            flight.tell(self._objection)
        if flight.settings.fence_action == FenceAction.NONE:
            self.in_breach = False
            return
        was_in_breach, body = self.in_breach, flight.airframe.body
        self.in_breach = not self.allows(flight, body.east_m, body.north_m, body.height_agl_m)
        if not (self.in_breach and flight.armed):
            return
        returning_s = flight.age_s - self._mode_age_s if flight.mode is Mode.RETURN else 0.0
        if not was_in_breach:
            flight.tell(BREACH)
            self._act_on_fence(flight)
        elif returning_s >= _RETURN_IN_BREACH_S and flight.settings.fence_action == FenceAction.HOLD:
            self._act_on_fence(flight)

    def _act_on_fence(self, flight: Watched) -> None:
        match flight.settings.fence_action:
            case FenceAction.HOLD:
                flight.tell(_FAILSAFE)
                self._enter(flight, Mode.HOLD, back=True)
            case FenceAction.RETURN:
                self._hold_then(flight, Mode.RETURN)
            case FenceAction.LAND:
                self._hold_then(flight, Mode.LAND)
            case FenceAction.TERMINATE:
                flight.disarm(by="flight termination", force=True)

    def _watch_battery(self, flight: Watched) -> None:
        settings, frac = flight.settings, flight.airframe.battery.frac
        charge = Charge(
            (frac < settings.battery_low_frac)
            + (frac < settings.battery_critical_frac)
            + (frac < settings.battery_emergency_frac)
        )
        if charge == self._charge or (flight.armed and charge < self._charge):
            return
        self._charge = charge
        for said in _CHARGE_SAYS.get(charge, ()):
            flight.tell(said)
        action = flight.settings.battery_action
        if action == BatteryAction.WARN or charge < Charge.CRITICAL or flight.airframe.on_ground:
            return
        lands = action == BatteryAction.LAND or charge is Charge.EMERGENCY
        if self._then is not None:
            self._then = (Mode.LAND if lands else Mode.RETURN, self._then[1])  # the wait under way goes on
        elif charge is Charge.EMERGENCY and flight.mode is not Mode.LAND:
            flight.tell(_FAILSAFE)
            self._enter(flight, Mode.LAND)
        elif charge is Charge.CRITICAL and flight.mode not in {Mode.RETURN, Mode.LAND}:
            self._hold_then(flight, Mode.LAND if lands else Mode.RETURN)

    def _watch_station(self, flight: Watched) -> None:
        heard_s = self.station_heard_age_s
        settings = flight.settings
        if heard_s is None:
            return
        lost_age_s = heard_s + settings.link_loss_s + _MISSED_S
        if flight.age_s < lost_age_s:
            self._next_look_age_s = min(self._next_look_age_s, lost_age_s)
            flight.airframe.look_by(lost_age_s)
            return
        if not self.station_lost:
            self.station_lost, self._silence_answered = True, False
            flight.tell(NO_STATION)
            if settings.link_loss_action != LinkLossAction.NONE:
                flight.tell(_NO_STATION_CHECK)
        mode = _ON_SILENCE.get(settings.link_loss_action)
        spared = settings.link_loss_spares & _SPARED.get(flight.mode, 0)
        free = flight.armed and flight.mode not in {Mode.RETURN, Mode.LAND}
        if mode is not None and free and not (spared or self._silence_answered):
            self._silence_answered = True
            self._hold_then(flight, mode)

    def _watch_position(self, flight: Watched) -> None:
        """Without satellites it knows its place for some seconds; then it comes down where it is."""
        blind = flight.faults.active(Kind.NO_GPS, flight.age_s)
        lost_now = self._whereabouts.look(flight.age_s, blind=blind)
        if lost_now and flight.armed and flight.mode is not Mode.LAND:
            flight.tell(_FAILSAFE)
            self._enter(flight, Mode.LAND)

    def lose_orders(self, flight: Watched) -> None:
        """OFFBOARD without a computer's wishes: return (what is left without a remote control)."""
        flight.tell(_FAILSAFE)
        self._enter(flight, Mode.RETURN)

    def _hold_then(self, flight: Watched, mode: Mode) -> None:
        """PX4 holds for COM_FAIL_ACT_T seconds first, so that a person can step in."""
        wait_s = flight.settings.failsafe_hold_s
        text = f"Failsafe activated: entering Hold for {wait_s:.0f} seconds"
        flight.tell(Said(Severity.CRITICAL, text, "commander_failsafe_enter_hold"))
        self._enter(flight, Mode.HOLD)
        self._then = (mode, flight.age_s + wait_s)

    def _follow_up(self, flight: Watched) -> None:
        if self._then is None or flight.age_s < self._then[1]:
            return
        mode, _ = self._then
        self._then = None
        flight.tell(_FAILSAFE)
        self._enter(flight, mode)

    def _enter(self, flight: Watched, mode: Mode, *, back: bool = False) -> None:
        self.failsafe = True
        self._mode_age_s = flight.age_s
        flight.enter(mode, back=back)
