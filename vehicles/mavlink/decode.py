"""From an autopilot's messages to one frozen `Telemetry`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from pymavlink.dialects.v20 import common

from geofences.position import GeoPoint
from geofences.reason import Reason
from vehicles.mavlink.autopilots import GROUND_VEHICLES, Autopilot
from vehicles.mavlink.encode import EncodedMission
from vehicles.mavlink.frames import Message
from vehicles.mavlink.incoming import current_of
from vehicles.mavlink.messages import Text
from vehicles.mavlink.progress import Progress
from vehicles.mavlink.texts import Texts
from vehicles.mission import ParcelId
from vehicles.telemetry import Health, Landed, Mode, Telemetry

ROLLING_MPS = 0.4
"""A rover faster than this is in motion; standing, its estimate was seen to wander at 0.2 m/s."""
POSITION_STALE_S = 3.0
"""An autopilot that still beats but no longer knows where it is must not start."""
_REBOOT_MS = 5000
_BATTERY_UNKNOWN = -1
_HEADING_UNKNOWN = 65535
_FAILSAFE = frozenset({common.MAV_STATE_CRITICAL, common.MAV_STATE_EMERGENCY})
_CAN_START = frozenset({common.MAV_STATE_STANDBY, common.MAV_STATE_ACTIVE})
_LANDED = {
    common.MAV_LANDED_STATE_ON_GROUND: Landed.ON_GROUND,
    common.MAV_LANDED_STATE_IN_AIR: Landed.IN_MOTION,
    common.MAV_LANDED_STATE_TAKEOFF: Landed.IN_MOTION,
    common.MAV_LANDED_STATE_LANDING: Landed.IN_MOTION,
}


@dataclass(slots=True)
class _Beat:
    at_s: float
    mode: Mode
    armed: bool
    system_status: int
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Place:
    at_s: float
    position: GeoPoint
    height_agl_m: float
    velocity_mps: tuple[float, float, float]
    heading_deg: float


@dataclass(slots=True)
class Decoder:
    """Keeps the newest of each message and builds a sample from them on request.

    `types` are the MAV_TYPEs that fit the vehicle this endpoint is configured for: another type
    is never ready. `boots` counts restarts seen, by the boot time going backwards.
    """

    autopilot: Autopilot
    types: frozenset[int]
    progress: Progress = field(default_factory=Progress)
    texts: Texts = field(default_factory=Texts)
    boots: int = 0
    loss_frac: float = 0.0
    _findings: tuple[Reason, ...] = ()
    _aboard: frozenset[ParcelId] | None = None
    _beat: _Beat | None = None
    _beat_type: int = common.MAV_TYPE_GENERIC
    _place: _Place | None = None
    _battery_frac: float | None = None
    _battery_heard: bool = False
    _landed: Landed = Landed.UNKNOWN
    _boot_ms: int = 0
    _heard_at_s: float = 0.0
    _sample: Telemetry | None = None

    def hear(self, message: Message, at_s: float) -> tuple[Text, ...]:
        """Take a message of the vehicle, heard at `at_s`; give the texts it completes."""
        self._heard_at_s = at_s
        self._sample = None
        match message.get_type():
            case "HEARTBEAT":
                self._hear_beat(message, at_s)
            case "GLOBAL_POSITION_INT":
                self._hear_place(message, at_s)
            case "SYS_STATUS":
                known = message.battery_remaining != _BATTERY_UNKNOWN
                self._battery_heard = True
                self._battery_frac = min(max(message.battery_remaining / 100.0, 0.0), 1.0) if known else None
            case "EXTENDED_SYS_STATE":
                self._landed = _LANDED.get(message.landed_state, Landed.UNKNOWN)
            case "MISSION_CURRENT":
                self.progress.hear_current(current_of(message))
            case "STATUSTEXT":
                return self.texts.hear(message, at_s)
        return ()

    def find(self, reasons: tuple[Reason, ...]) -> None:
        """What is held against it from now on, in place of what was: with any finding it is not ready."""
        self._findings = reasons
        self._sample = None

    def expect(self, encoded: EncodedMission | None, list_id: int = 0) -> None:
        """The vehicle was given this mission, or none of ours, just now; what it handed over is gone.

        `list_id` is the id that it gave the mission's items, 0 where it gives none.
        """
        if self._aboard is not None:
            self._aboard -= self.progress.handed_over()
        self.progress.expect(encoded, list_id)
        self._sample = None

    def recognise(self, encoded: EncodedMission) -> None:
        """The mission that it has under way was found to be this one."""
        self.progress.recognise(encoded)
        self._sample = None

    def gripped(self, parcel_id: ParcelId) -> None:
        """It took a parcel aboard just now."""
        self._aboard = ((self._aboard or frozenset()) - self.progress.handed_over()) | {parcel_id}
        self._sample = None

    def let_go(self) -> None:
        """It opened on the ground just now: nothing is aboard."""
        self._aboard = frozenset()
        self._sample = None

    @property
    def mode_heard_at_s(self) -> float:
        """When the last heartbeat came; 0 before the first."""
        return self._beat.at_s if self._beat else 0.0

    @property
    def telemetry(self) -> Telemetry | None:
        """The newest sample; None until heartbeat, position and battery have all been heard."""
        if self._sample is None and self._beat and self._place and self._battery_heard:
            self._sample = self._build(self._beat, self._place)
        return self._sample

    def _hear_beat(self, message: Message, at_s: float) -> None:
        mode = self.autopilot.mode(message.custom_mode, message.type)
        armed = bool(message.base_mode & common.MAV_MODE_FLAG_SAFETY_ARMED)
        warnings = []
        if message.autopilot != self.autopilot.mav_autopilot:
            warnings.append(f"Its autopilot is not {self.autopilot.name} (MAV_AUTOPILOT {message.autopilot})")
            mode = Mode.OTHER
        if message.type not in self.types:
            warnings.append(f"It is another kind of vehicle than configured (MAV_TYPE {message.type})")
        self._beat_type = message.type
        self._beat = _Beat(at_s, mode, armed, message.system_status, tuple(warnings))
        self.progress.hear_mode(mode, armed=armed)

    def _hear_place(self, message: Message, at_s: float) -> None:
        if message.time_boot_ms + _REBOOT_MS < self._boot_ms:
            self.boots += 1
        self._boot_ms = message.time_boot_ms
        try:
            position = GeoPoint(message.lat / 1e7, message.lon / 1e7)
        except ValueError:
            return
        if message.lat == 0 and message.lon == 0:
            return  # no fix yet
        heading = message.hdg / 100.0 % 360.0
        if message.hdg == _HEADING_UNKNOWN:
            heading = self._place.heading_deg if self._place else 0.0
        velocity = (message.vx / 100.0, message.vy / 100.0, message.vz / 100.0)
        self._place = _Place(at_s, position, message.relative_alt / 1000.0, velocity, heading)

    def _build(self, beat: _Beat, place: _Place) -> Telemetry:
        north_mps, east_mps, down_mps = place.velocity_mps
        return Telemetry(
            heard_at_s=self._heard_at_s,
            position=place.position,
            height_agl_m=place.height_agl_m,
            north_mps=north_mps,
            east_mps=east_mps,
            down_mps=down_mps,
            heading_deg=place.heading_deg,
            battery_frac=self._battery_frac or 0.0,
            armed=beat.armed,
            landed=self._landed if self._beat_type not in GROUND_VEHICLES else _rolling(place),
            mode=beat.mode,
            progress=self.progress.value(),
            health=self._health(beat, place),
            carrying=self._carrying(),
            link_loss_frac=self.loss_frac,
        )

    def _health(self, beat: _Beat, place: _Place) -> Health:
        troubles = list(beat.warnings)
        if self._heard_at_s - place.at_s > POSITION_STALE_S:
            troubles.append(f"Its position is {self._heard_at_s - place.at_s:.0f} s old")
        if self._battery_frac is None:
            troubles.append("It does not know its battery's charge")
        return Health(
            ready=beat.system_status in _CAN_START and not troubles and not self._findings,
            failsafe=beat.system_status in _FAILSAFE,
            warnings=(*troubles, *self.texts.recent(self._heard_at_s)),
            findings=self._findings,
        )

    def _carrying(self) -> bool | None:
        if self._aboard is None:
            return None
        return bool(self._aboard - self.progress.handed_over())


def _rolling(place: _Place) -> Landed:
    # PX4 calls a rover "in air" from its first move until it is disarmed, standing still or not.
    north_mps, east_mps, _ = place.velocity_mps
    return Landed.IN_MOTION if math.hypot(north_mps, east_mps) > ROLLING_MPS else Landed.ON_GROUND
