"""From an autopilot's messages to one frozen `Telemetry`.

Hearing is cheap and happens for every message; the sample is put together when somebody asks for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from geofences.reason import Reason
from vehicles.mavlink.autopilots.autopilot import STANDARD_MODES
from vehicles.mavlink.autopilots.known import GROUND_VEHICLES, Autopilot
from vehicles.mavlink.exchanges.incoming import current_of
from vehicles.mavlink.exchanges.messages import Current, Text
from vehicles.mavlink.plans.encode import EncodedMission
from vehicles.mavlink.plans.progress import Progress
from vehicles.mavlink.reading.aboard import Aboard
from vehicles.mavlink.reading.beat import Beat, beat_of
from vehicles.mavlink.reading.decode_navigation import (
    VTOL,
    LastKnown,
    Newest,
    attitude_of,
    estimator_of,
    gps_of,
    home_of,
    is_place,
    winch_of,
    wind_of,
)
from vehicles.mavlink.reading.decode_power import Charge, Power
from vehicles.mavlink.reading.texts import Texts
from vehicles.mavlink.reading.tied import Tied, Untied
from vehicles.mavlink.wire.copies import RESTART_MS
from vehicles.mavlink.wire.frames import Message
from vehicles.mavlink.wire.quick import quick
from vehicles.mavlink.wire.sieve import Kept
from vehicles.mission import ParcelId
from vehicles.telemetry import Estimator, Health, Landed, Mode, Telemetry, VtolState

ROLLING_MPS = 0.4
"""A rover faster than this is in motion; standing, its estimate was seen to wander at 0.2 m/s."""
POSITION_STALE_S = 3.0
"""An autopilot that still beats but no longer knows where it is must not start."""
_HEADING_UNKNOWN = 65535
_LANDED = {
    common.MAV_LANDED_STATE_ON_GROUND: Landed.ON_GROUND,
    common.MAV_LANDED_STATE_IN_AIR: Landed.IN_MOTION,
    common.MAV_LANDED_STATE_TAKEOFF: Landed.IN_MOTION,
    common.MAV_LANDED_STATE_LANDING: Landed.IN_MOTION,
}
_NOTHING: tuple[Text, ...] = ()
_sample_of, _health_of = quick(Telemetry), quick(Health)
_place_of = quick(GeoPoint, checked=True)  # by `is_place`


class Decoder:
    """Keeps the newest of each message and builds a sample from them on request.

    `types` are the MAV_TYPEs that fit the vehicle this endpoint is configured for: another type
    is never ready. `battery_wh` is what its battery holds when full. `boots` counts restarts seen, by
    the boot time going backwards. What it is tied to (`tie`) tells of links, and keeps for it what need not
    be heard before somebody asks.
    """

    def __init__(self, autopilot: Autopilot, types: frozenset[int], battery_wh: float | None = None) -> None:
        self.autopilot = autopilot
        self.types = types
        self.progress = Progress()
        self.texts = Texts()
        self.notices: Callable[[], tuple[str, ...]] = tuple
        self._tied: Tied = Untied()
        self._findings: tuple[Reason, ...] = ()
        self._aboard = Aboard()
        self._beat: Beat | None = None
        self._beat_at_s = 0.0
        self._beat_read_by: tuple[Message, Autopilot, tuple[int, Mode] | None] | None = None
        self._current: Current | None = None
        self._current_read_by: tuple[Message, int] | None = None
        self._place: Message | None = None
        self._place_at_s = 0.0
        self._heading_deg = 0.0
        self._power = Power(battery_wh)
        self._landed = Landed.UNKNOWN
        self._vtol: VtolState | None = None
        self._standard: tuple[int, Mode] | None = None
        self._attitude = LastKnown(attitude_of)
        self._gps = Newest(gps_of)
        self._home = LastKnown(home_of)
        self._wind = LastKnown(wind_of)
        self._estimator = Newest(estimator_of)
        self._winch = Newest(winch_of)
        self._boots = self._boot_ms = 0
        self._heard_at_s = 0.0
        self._sample: Telemetry | None = None
        self._listeners = self._listen()

    def tie(self, tied: Tied, notices: Callable[[], tuple[str, ...]]) -> None:
        """What brings it its messages; `notices` is what else an operator should read."""
        self._tied, self.notices = tied, notices

    def _listen(self) -> dict[str, Callable[[Message, float], tuple[Text, ...] | None]]:
        return {
            "HEARTBEAT": self._hear_beat,
            "GLOBAL_POSITION_INT": self._hear_place,
            "EXTENDED_SYS_STATE": self._hear_landed,
            "MISSION_CURRENT": self._hear_current,
            "CURRENT_MODE": self._hear_standard_mode,
            "STATUSTEXT": self._hear_text,
            "EVENT": self.texts.hear_event,
            "SYS_STATUS": self._power.hear_status,
            "BATTERY_STATUS": self._power.hear_pack,
            "ATTITUDE": self._attitude.hear,
            "GPS_RAW_INT": self._gps.hear,
            "HOME_POSITION": self._home.hear,
            "WIND_COV": self._wind.hear,
            "WIND": self._wind.hear,
            "ESTIMATOR_STATUS": self._estimator.hear,
            "EKF_STATUS_REPORT": self._estimator.hear,
            "WINCH_STATUS": self._hear_winch,
        }

    def hear(self, message: Message, at_s: float) -> tuple[Text, ...]:
        """Take a message of the vehicle, heard at `at_s`; give the texts it completes."""
        self._heard_at_s = at_s
        self._sample = None
        listener = self._listeners.get(message.get_type())
        return _NOTHING if listener is None else listener(message, at_s) or _NOTHING

    def hear_kept(self, kept: Sequence[Kept]) -> None:
        """Take what a row had kept of the vehicle, in the order of its times: never a text."""
        for at_s, name, message in kept:
            self._listeners[name](message, at_s)
            self._heard_at_s = at_s
        self._sample = None

    def find(self, reasons: tuple[Reason, ...]) -> None:
        """What is held against it from now on, in place of what was: with any finding it is not ready."""
        self._findings = reasons
        self._sample = None

    def expect(self, encoded: EncodedMission | None, list_id: int = 0) -> None:
        """The vehicle was given this mission, or none of ours, just now; what it handed over is gone.

        `list_id` is the id that it gave the mission's items, 0 where it gives none.
        """
        self._aboard.without(self.progress.handed_over())
        self.progress.expect(encoded, list_id)
        self._sample = None

    def recognise(self, encoded: EncodedMission) -> None:
        """The mission that it has under way was found to be this one."""
        self.progress.recognise(encoded)
        self._sample = None

    def gripped(self, parcel_id: ParcelId) -> None:
        """It took a parcel aboard just now."""
        self._aboard.gripped(parcel_id, self.progress.handed_over())
        self._sample = None

    def let_go(self) -> None:
        """It opened on the ground just now: nothing is aboard."""
        self._aboard.let_go()
        self._sample = None

    @property
    def boots(self) -> int:
        """How often it was seen to restart: that is never kept for later (see `sieve`)."""
        return self._boots

    @property
    def mode_heard_at_s(self) -> float:
        """When the last heartbeat came; 0 before the first."""
        return self._beat_at_s

    @property
    def telemetry(self) -> Telemetry | None:
        """The newest sample; None until heartbeat, position and battery have all been heard."""
        self._tied.catch_up()
        if self._sample is None and self._beat and self._place and self._power.status:
            self._sample = self._build(self._beat, self._place)
        return self._sample

    def _hear_beat(self, message: Message, at_s: float) -> None:
        read_by = (message, self.autopilot, self._standard)
        if self._beat is None or self._beat_read_by != read_by:
            self._beat = beat_of(message, self.autopilot, self.types, self._standard)
            self._beat_read_by = read_by
        self._beat_at_s, beat = at_s, self._beat
        on_ground = self._landed is Landed.ON_GROUND
        ending = self.autopilot.plan.ending
        self.progress.hear_mode(beat.mode, armed=beat.armed, on_ground=on_ground, ending=ending)

    def _hear_place(self, message: Message, at_s: float) -> None:
        boot_ms = message.time_boot_ms
        if boot_ms + RESTART_MS < self._boot_ms:
            self._boots += 1
        self._boot_ms = boot_ms
        if is_place(message.lat, message.lon):
            self._place, self._place_at_s = message, at_s
            if message.hdg != _HEADING_UNKNOWN:
                self._heading_deg = message.hdg / 100.0 % 360.0

    def _hear_landed(self, message: Message, _at_s: float) -> None:
        self._landed = _LANDED.get(message.landed_state, Landed.UNKNOWN)
        self._vtol = VTOL.get(message.vtol_state)

    def _hear_current(self, message: Message, _at_s: float) -> None:
        mission_seq = self.autopilot.plan.first_item.mission_seq
        if self._current is None or self._current_read_by != (message, mission_seq):
            self._current = current_of(message, mission_seq)
            self._current_read_by = (message, mission_seq)
        self.progress.hear_current(self._current)

    def _hear_winch(self, message: Message, at_s: float) -> None:
        self._winch.hear(message, at_s)
        self.progress.hear_winch(self._winch.value)

    def _hear_standard_mode(self, message: Message, _at_s: float) -> None:
        mode = STANDARD_MODES.get(message.standard_mode)
        self._standard = None if mode is None else (message.custom_mode, mode)

    def _hear_text(self, message: Message, at_s: float) -> tuple[Text, ...]:
        texts = self.texts.hear(message, at_s)
        if any(text.text.startswith(self.autopilot.release_failures) for text in texts):
            self._aboard.release_failed()
            self.progress.hear_release_failed()
        return texts

    def _build(self, beat: Beat, said: Message) -> Telemetry:
        north_mps, east_mps = said.vx / 100.0, said.vy / 100.0
        landed = self._landed if beat.mav_type not in GROUND_VEHICLES else _rolls(north_mps, east_mps)
        charge, estimator = self._power.charge, self._estimator.value
        roll_deg, pitch_deg = self._attitude.value or (None, None)
        return _sample_of(  # by place: a third of the time that names take
            self._heard_at_s,
            _place_of(said.lat / 1e7, said.lon / 1e7),
            said.relative_alt / 1000.0,
            north_mps,
            east_mps,
            said.vz / 100.0,
            self._heading_deg,
            charge.left_frac or 0.0,
            beat.armed,
            landed,
            beat.mode,
            self.progress.value(),
            self._health(beat, charge, estimator),
            self._aboard.carrying(self.progress.handed_over()),
            self._tied.loss_frac,
            said.alt / 1000.0,
            roll_deg,
            pitch_deg,
            charge.battery,
            self._home.value,
            self._wind.value,
            self._gps.value,
            estimator,
            beat.mode_text,
            self._aboard.grip,
            self._winch.value,
            self._vtol,
            links=self._tied.links,
        )

    def _health(self, beat: Beat, charge: Charge, estimator: Estimator | None) -> Health:
        troubles = list(beat.warnings)
        age_s = self._heard_at_s - self._place_at_s
        if age_s > POSITION_STALE_S:
            troubles.append(f"Its position is {age_s:.0f} s old")
        if charge.left_frac is None:
            troubles.append("It does not know its battery's charge")
        if charge.checks_fail:
            troubles.append("Its own checks before arming do not pass")
        if estimator is not None and not estimator.position:
            troubles.append("Its estimate of where it is cannot be trusted")
        return _health_of(
            beat.can_start and not troubles and not self._findings,
            beat.failsafe,
            (*troubles, *self.notices(), *self.texts.recent(self._heard_at_s)),
            charge.unhealthy,
            self._findings,
        )


def _rolls(north_mps: float, east_mps: float) -> Landed:
    """PX4 calls a rover "in air" from its first move until it is disarmed, standing still or not."""
    return Landed.IN_MOTION if math.hypot(north_mps, east_mps) > ROLLING_MPS else Landed.ON_GROUND
