"""Failsafes of a simulated autopilot: fence, lost ground station, lost position, battery; as PX4 has them."""

from __future__ import annotations

from math import isfinite
from typing import assert_never

from sitl.aboard import words
from sitl.aboard.battery_watch import BatteryWatch
from sitl.aboard.fence_watch import FenceWatch
from sitl.aboard.said import Said, Severity
from sitl.aboard.station_watch import StationWatch
from sitl.aboard.watched import Enter, HoldThen, Instead, Reaction, Terminate, Watched
from sitl.aboard.whereabouts import Whereabouts
from sitl.faults import Kind
from sitl.motion.quiet import RESTLESS, Quiet
from vehicles.telemetry import Mode

_LOOK_EVERY_S = 0.5


class Guard:
    """Watches one flight and acts on it. `failsafe` says whether a failsafe's mode is in force."""

    def __init__(self) -> None:
        self.failsafe = False
        self.fence = FenceWatch()
        self.station = StationWatch()
        self._battery = BatteryWatch()
        self._whereabouts = Whereabouts()
        self._next_look_age_s = 0.0
        self._mode_age_s = 0.0
        self._before: tuple[Mode, bool] | None = None
        self._then: tuple[Enter, float] | None = None

    @property
    def lost(self) -> bool:
        """Whether it does not know where it is."""
        return self._whereabouts.lost

    def override(self, flight: Watched) -> None:
        """A person chose a mode: the failsafe in force is over, its cause need not be."""
        if self.failsafe and flight.armed:
            flight.tell(Said(Severity.INFO, "", "failsafe_rc_override"))
        self.calm(flight.age_s)

    def calm(self, age_s: float) -> None:
        """Disarmed, or under a person's order: nothing left to save."""
        self.failsafe, self._before = False, None
        self._then = None
        self._mode_age_s = age_s

    def set_fence(self, flight: Watched) -> None:
        """A new fence is there; it is looked at from half a second on."""
        self.fence.take(flight)
        self._next_look_age_s = flight.age_s + _LOOK_EVERY_S

    def watch(self, flight: Watched) -> bool:
        """Look at everything, twice a second; whether it did just now."""
        if flight.age_s < self._next_look_age_s:
            return False
        self._next_look_age_s = flight.age_s + _LOOK_EVERY_S
        self._react(flight, self.fence.look(flight, self._mode_age_s))
        self._react(flight, self.station.look(flight))
        self._look_out_for_silence(flight)
        self._look_up(flight)
        self._react(flight, self._battery.look(flight, holds=self._then is not None))
        if flight.armed:
            self._follow_up(flight)
        return True

    def quiet(self, flight: Watched) -> Quiet:
        """How long looking around finds nothing new, as all is now."""
        steered = flight.armed and flight.mode is Mode.OTHER
        busy = self._then is not None or self.station.lost or not self._whereabouts.sure
        clear_m = self.fence.clear_m(flight)
        if clear_m is None or busy or steered or flight.airframe.over_hills or flight.faults:
            return RESTLESS
        return Quiet(self.station.patience_s(flight), clear_m, *self._battery.between(flight))

    def _look_out_for_silence(self, flight: Watched) -> None:
        """Look again when the ground station would be lost, if that is sooner."""
        lost_age_s = self.station.lost_from_age_s(flight)
        if isfinite(lost_age_s) and flight.age_s < lost_age_s:
            self._next_look_age_s = min(self._next_look_age_s, lost_age_s)
            flight.airframe.look_by(lost_age_s)

    def _look_up(self, flight: Watched) -> None:
        """Without satellites it knows its place for some seconds; then it comes down where it is.

        Until it knows its place again: then it goes on with what it did before, wherever it is by then.
        """
        blind = flight.faults.active(Kind.NO_GPS, flight.age_s)
        if not self._whereabouts.look(flight.age_s, blind=blind) or not flight.armed:
            return
        if self.lost and flight.mode is not Mode.LAND:
            before = (flight.mode, self.failsafe)
            flight.tell(words.disengaged(flight.wanted_mode))
            self._enter(flight, Mode.LAND)
            self._before = before
        elif not self.lost and self._before is not None:
            mode, failsafe = self._before
            self.calm(flight.age_s)
            self.failsafe = failsafe
            flight.enter(mode, back=True)

    def lose_orders(self, flight: Watched) -> None:
        """OFFBOARD without a computer's wishes: return (what is left without a remote control)."""
        self._react(flight, Enter(Mode.RETURN))

    def _react(self, flight: Watched, reaction: Reaction | None) -> None:
        match reaction:
            case Enter(mode=mode, back=back, cause=cause):
                flight.tell(words.failsafe(flight.wanted_mode, mode, cause))
                self._enter(flight, mode, back=back)
                self._before = None
            case HoldThen(mode=mode, cause=cause):
                wait_s = flight.settings.failsafe_hold_s
                flight.tell(words.failsafe_later(flight.wanted_mode, mode, cause, wait_s))
                self._enter(flight, Mode.HOLD)
                self._then = (Enter(mode, cause=cause), flight.age_s + wait_s)
            case Instead(mode=mode, cause=cause):
                if self._then is not None:
                    self._then = (Enter(mode, cause=cause), self._then[1])
            case Terminate():
                flight.disarm(by="flight termination", force=True)
            case None:
                pass
            case _:
                assert_never(reaction)

    def _follow_up(self, flight: Watched) -> None:
        """The hold before a failsafe's mode is over."""
        if self._then is None or flight.age_s < self._then[1]:
            return
        then, _ = self._then
        self._then = None
        self._react(flight, then)

    def _enter(self, flight: Watched, mode: Mode, *, back: bool = False) -> None:
        self.failsafe = True
        self._mode_age_s = flight.age_s
        flight.enter(mode, back=back)
