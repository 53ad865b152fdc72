"""One look at a vehicle: what the fleet holds of it, what it says, what was seen before, and when."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot

from geofences.path import Waypoint
from geofences.position import distance_m
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.operations.watching.readiness import ON_PAD_M, PLACED_FOR_S, fresh_for_s
from orchestrator.operations.watching.watch import Watch
from orchestrator.record.facts.vehicles import off_duty
from orchestrator.record.state import MOVING, FleetState, LinkState, MissionState, VehicleState
from vehicles.telemetry import Landed, Mode, Telemetry


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything one look at a vehicle rests on: state, its latest sample, the session's memory, now.

    `enclosed` names the zones that closed around one that is held.
    """

    state: FleetState
    vehicle: VehicleState
    seen: Telemetry
    watch: Watch
    now_s: float
    enclosed: tuple[Reason, ...] = ()

    @property
    def mission(self) -> MissionState | None:
        """The mission the vehicle is bound to."""
        mission_id = self.vehicle.mission_id
        return None if mission_id is None else self.state.missions[mission_id]

    @property
    def fresh(self) -> bool:
        """Whether the sample tells about now."""
        return self.now_s - self.seen.heard_at_s <= fresh_for_s(self.vehicle)

    @property
    def placed(self) -> bool:
        """Whether it is known where it is: its position is no old one, and nothing speaks against it."""
        if self.vehicle.profile.ridden:
            return True
        young = self.now_s - self.seen.placed_at_s <= PLACED_FOR_S
        return young and self.watch.unplaced_since_s is None and self.vehicle.unplaced_since_s is None

    @property
    def on_pad(self) -> bool:
        """Whether the vehicle is known to be at its own pad, over ground."""
        return self.placed and distance_m(self.seen.position, self.vehicle.pad.at.position) <= ON_PAD_M

    @property
    def moving(self) -> bool:
        """Whether it is armed and not on the ground (or, on wheels, under way)."""
        return (self.seen.armed and self.seen.landed is Landed.IN_MOTION) or self.belies_ground

    @property
    def belies_ground(self) -> bool:
        """Whether it says that it stands, or is switched off, high above the ground and moving: it flies."""
        seen = self.seen
        if (seen.armed and seen.landed is Landed.IN_MOTION) or seen.height_agl_m <= _ABOVE_ROOFS_M:
            return False
        fast = hypot(seen.north_mps, seen.east_mps, seen.down_mps) > _FLIES_MPS
        return fast and self.vehicle.profile.medium is Medium.AIR and self.placed

    @property
    def here(self) -> Waypoint:
        """Where it is: WGS84, height above ground."""
        return Waypoint(self.seen.position, self.seen.height_agl_m, self.seen.ground_amsl_m)

    @property
    def resting(self) -> bool:
        """Whether it stands on the ground, disarmed."""
        stands = not self.seen.armed and self.seen.landed is not Landed.IN_MOTION
        return stands and not self.belies_ground

    @property
    def stranded(self) -> bool:
        """Whether it stands away from its pad, or nobody knows where; not while that may yet turn out."""
        settled = self.placed or self.vehicle.unplaced_since_s is not None
        return self.resting and settled and not self.on_pad


_ABOVE_ROOFS_M, _FLIES_MPS = 5.0, 2.0
"""Higher and faster than this nothing is that stands on the ground, carried away on a lorry or not."""

STEERED = frozenset({Mode.MANUAL, Mode.OTHER})
"""Modes in which somebody else says where it goes."""


def unfit(look: Sight) -> tuple[Reason, ...]:
    """What an idle vehicle's own preflight holds against it and nobody was told yet; mostly nothing.

    What is only not known yet (`Because.BUSY`) is none; a fault of another kind keeps its own words. Why a
    courier is off duty is told anew when it changes.
    """
    against = tuple(reason for reason in look.seen.health.findings if reason.because is not Because.BUSY)
    known = look.vehicle.fault
    changed = off_duty(known) and against != known
    return against if against and (not known or changed or set(against) < set(known)) else ()


def stands_idle(look: Sight) -> bool:
    """Whether it has nothing to do and does nothing, as before: nothing follows from such a look.

    Most looks at a fleet are of this kind, so they are told apart first.
    """
    vehicle, seen, watch = look.vehicle, look.seen, look.watch
    bound = vehicle.mission_id is not None or vehicle.asked is not None or bool(vehicle.aboard)
    bound = bound or vehicle.unplaced_since_s is not None
    if bound or vehicle.link is not LinkState.UP or (seen.health.findings and unfit(look)):
        return False
    if seen.armed or seen.landed is Landed.IN_MOTION or seen.carrying or not look.fresh:
        return False
    return watch.mission_id is None and watch.odd_since_s is None


def trouble_of(look: Sight) -> str | None:  # noqa: PLR0911 - one answer a state
    """What about the sample is not as a mission under way should be, in words; None when all is well."""
    mission = look.mission
    if mission is None:
        return "moves without a mission" if look.moving else None
    if mission.phase not in MOVING:
        return None
    if look.resting and not look.placed:
        return "stands disarmed, and nobody knows where"
    if look.resting:
        return "stands disarmed away from its pad" if not look.on_pad else "stands on its pad"
    match look.seen.mode:
        case mode if mode in STEERED:
            return f"is steered by a pilot or another station (mode {look.seen.mode_text or mode.value})"
        case Mode.RETURN:
            return f"returns {unasked(look.seen)}"
        case Mode.LAND if not mission.homeward:
            return f"lands {unasked(look.seen)}"
        case _:
            return None


def unasked(seen: Telemetry) -> str:
    """How it came to what nobody here asked of it: its own failsafe, or most likely somebody else's word."""
    if seen.health.explained:
        return "by itself"
    return "on nobody's order here, and does not say why: a pilot or another station may have ordered it"
