"""What commands have a simulated vehicle do, and the result with which PX4 acknowledges each."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, isfinite

from pymavlink.dialects.v20 import common

from sitl.aboard import words
from sitl.aboard.fence_watch import BREACH
from sitl.aboard.flight import Flight
from sitl.aboard.said import Said, Severity
from sitl.autopilot.acks import ACCEPTED, CANCELLED, DENIED, FAILED, REJECTED
from sitl.autopilot.items import LIFTS, Reader
from sitl.motion.body import Place
from sitl.motion.steps import Lift
from vehicles.telemetry import Mode

_FORCE = 21196
_HALF = 0.5
_STANDARD_MODES = {
    1: Mode.MANUAL,
    4: Mode.MANUAL,
    5: Mode.RETURN,
    6: Mode.MISSION,
    7: Mode.LAND,
    8: Mode.TAKE_OFF,
}
_NO_WING = frozenset({Mode.TAKE_OFF, Mode.LAND, Mode.RETURN})
"""Modes in which PX4 does not let a VTOL change to its wing (vtol_att_control_main.cpp)."""


class Deeds:
    """Does what commands say with one flight."""

    def __init__(self, flight: Flight, reader: Reader) -> None:
        self._flight = flight
        self._reader = reader

    def mode(self, mode: Mode, *, tells: bool = True) -> int:
        """Go into a mode, as a person's choice."""
        against = self._flight.choose(mode)
        if against and tells:
            self._flight.tell(words.mode_denied(mode))
        return REJECTED if against else ACCEPTED

    def standard_mode(self, number: float) -> int:
        """Go into a mode by MAV_STANDARD_MODE; FAILED for those that PX4 has not."""
        mode = _STANDARD_MODES.get(round(number)) if isfinite(number) else None
        return FAILED if mode is None else self.mode(mode, tells=False)

    def home(self) -> int:
        """Return: PX4 says so only of this command."""
        return self._begin(Mode.RETURN, words.RETURNING)

    def _begin(self, mode: Mode, said: Said) -> int:
        """Go into a mode, and say so before it says what it does there."""
        if not self._flight.armed or self._flight.may_enter(mode):
            self._flight.tell(said)
        return self.mode(mode)

    def set_home(self, number: float, lat_deg: float, lon_deg: float, alt_amsl_m: float) -> int:
        """Home is here (above 0.5), or at a place. A return that is under way goes where it goes."""
        flight = self._flight
        if not flight.settings.homes_by_itself:
            return DENIED
        if number > _HALF:
            flight.homing.put_here()
            return ACCEPTED
        if not (isfinite(lat_deg) and isfinite(lon_deg) and isfinite(alt_amsl_m)):
            return DENIED
        place = self._reader.place(
            round(lat_deg * 1e7), round(lon_deg * 1e7), alt_amsl_m, common.MAV_FRAME_GLOBAL
        )
        if place is not None:
            flight.homing.put(place)
        return ACCEPTED

    def land(self, said: Said = words.LANDING_HERE) -> int:
        """Land where it is. Without a beacon a precision landing is no other."""
        return self._begin(Mode.LAND, said)

    def start_landing(self) -> int:
        """DO_LAND_START: run the mission from its landing on, and ARM for it, as PX4 does.

        CANCELLED without a landing, else ACCEPTED whatever comes of it.
        """
        landing = self._flight.mission.landing
        if landing is None:
            return CANCELLED
        self.start(float(landing))
        return ACCEPTED

    def take_off(self, alt_amsl_m: float) -> int:
        """Rise to a height above the sea; without one, by MIS_TAKEOFF_ALT from where it is."""
        flight = self._flight
        here_m = flight.airframe.body.height_agl_m
        if isfinite(alt_amsl_m):
            flight.take_off_height_m = max(alt_amsl_m - flight.pad_amsl_m, here_m)
            if flight.armed and flight.take_off_height_m == here_m:
                flight.tell(words.ALREADY_HIGHER)
        else:
            flight.take_off_height_m = None
            if flight.armed:
                flight.tell(words.default_take_off(flight.settings.take_off_height_m))
        return self.mode(Mode.TAKE_OFF)

    def start(self, number: float) -> int:
        """Run the mission, and arm for it: 0 from the start, -1 from where it was left."""
        if not self._flight.mission.may_fly(self._flight.age_s):
            self._flight.tell(words.START_DENIED)
            return DENIED
        if not -1.0 <= number < len(self._flight.mission.steps):
            return DENIED
        against = self._flight.start(int(number) if number >= 0.0 else None)
        if not against:
            return ACCEPTED
        result = self._denied(against)
        self._flight.tell(words.mode_denied(Mode.MISSION))
        return result

    def arm(self, params: Sequence[float]) -> int | None:
        """Arm or disarm. None for what is neither, which PX4 does not answer. No number is 0 to it."""
        wanted, force = (_rounded(value) for value in params[:2])
        if wanted not in {0, 1}:
            self._flight.tell(words.neither_armed_nor_disarmed(params[0]))
            return None
        if wanted == 1:
            against = self._flight.arm(by="external command")
            return self._denied(against) if against else ACCEPTED
        against = self._flight.disarm(by="external command", force=force == _FORCE)
        if against:
            self._flight.tell(words.DISARMING_DENIED)
        return REJECTED if against else ACCEPTED

    def _denied(self, against: tuple[str, ...]) -> int:
        """PX4 refuses in general words; what its checks found it says apart."""
        self._flight.tell(words.ARMING_DENIED)
        self._explain(against)
        return REJECTED

    def check(self) -> int:
        """RUN_PREARM_CHECKS: whatever keeps it from being armed is said (again)."""
        self._explain(() if self._flight.armed else self._flight.arming_objections())
        return ACCEPTED

    def _explain(self, against: tuple[str, ...]) -> None:
        for text in against:
            found = text if text == BREACH.text else f"Preflight Fail: {text}"
            self._flight.tell(Said(Severity.CRITICAL, found))

    def reposition(self, x_e7: int | None, y_e7: int | None, z: float, frame: int) -> int:
        """Go elsewhere and hold. Outside the fence: ACCEPTED all the same, and a text tells."""
        body = self._flight.airframe.body
        place: Place | None = body.place
        if x_e7 is not None and y_e7 is not None:
            if isfinite(z):
                place = self._reader.place(x_e7, y_e7, z, frame)
            else:
                height_m = body.height_agl_m
                place = self._reader.place(x_e7, y_e7, height_m, common.MAV_FRAME_GLOBAL_RELATIVE_ALT)
        if place is None:
            return DENIED
        if not self._flight.guard.fence.allows(self._flight, place.east_m, place.north_m, place.height_agl_m):
            self._flight.guard.override(self._flight)
            self._flight.tell(words.REPOSITION_OUTSIDE)
        else:
            self._flight.go_to(place)
        return ACCEPTED

    def change_altitude(self, alt_amsl_m: float) -> int:
        """Hold at another height above the sea, where it is."""
        body = self._flight.airframe.body
        height_m = max(0.0, alt_amsl_m - self._flight.pad_amsl_m)
        if not self._flight.guard.fence.allows(self._flight, body.east_m, body.north_m, height_m):
            self._flight.tell(words.ALTITUDE_OUTSIDE)
        else:
            self._flight.go_to(Place(body.east_m, body.north_m, height_m))
        return ACCEPTED

    def change(self, number: float) -> int | None:
        """Change to the wing or to the rotors, by MAV_VTOL_STATE; nobody answers where there is no wing."""
        if self._flight.airframe.pilot.helm.lift is None:
            return None
        lift = LIFTS.get(int(number + 0.5))
        if lift is Lift.WING and self._flight.mode in _NO_WING:
            return REJECTED
        if lift is not None:
            self._flight.change(lift)
        return ACCEPTED

    def change_speed(self, speed_mps: float) -> int:
        """Fly or drive faster or slower from now on, until another mode; never faster than it can."""
        helm = self._flight.airframe.pilot.helm
        helm.asked_mps = speed_mps if speed_mps > 0.0 else None
        helm.repace()
        return ACCEPTED


def _rounded(value: float) -> int:
    """As C rounds, half away from zero; what is no number becomes 0 in eight bits."""
    return int(value + copysign(_HALF, value)) if isfinite(value) else 0
