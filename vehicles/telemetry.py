"""What a vehicle last said about itself. A sampled value, never an event, never journaled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from geofences.position import GeoPoint
from geofences.reason import Reason
from vehicles.mission import MissionId, ParcelId
from vehicles.own_return import OwnReturn


class Mode(Enum):
    """Flight or drive mode, over all autopilots. OTHER is any mode fleet work has no use for."""

    MISSION = "mission"
    HOLD = "hold"
    TAKE_OFF = "take_off"
    LAND = "land"
    RETURN = "return"
    MANUAL = "manual"
    OTHER = "other"


class Landed(Enum):
    """Whether the vehicle is on the ground. A ground vehicle under way counts as IN_MOTION."""

    ON_GROUND = "on_ground"
    IN_MOTION = "in_motion"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MissionProgress:
    """How far the vehicle's own mission has come.

    `mission_id` is None when the vehicle holds a mission that is not ours or none at all.
    `legs_done` counts the legs of our mission, in order, that are complete; when it equals the
    number of legs the mission is over. A vehicle that was told nothing reports 0.
    `odd_item` is an item that it says it is at and that our mission does not have: nothing follows from it.
    """

    mission_id: MissionId | None
    legs_done: int
    odd_item: int | None = None


class GpsFix(Enum):
    """How good a satellite fix is, as GPS_RAW_INT ranks it; DIFFERENTIAL covers RTK too."""

    NONE = "none"
    TWO_D = "2d"
    THREE_D = "3d"
    DIFFERENTIAL = "differential"


class VtolState(Enum):
    """What carries a VTOL (MAV_VTOL_STATE): its rotors, its wing, or for a moment both."""

    HOVERING = "hovering"
    TO_WING = "to_wing"
    ON_WING = "on_wing"
    TO_HOVER = "to_hover"


class GripState(Enum):
    """What a gripper last showed or said of itself. FAILED: it was told to release and did not."""

    HOLDING = "holding"
    RELEASED = "released"
    MOVING = "moving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Battery:
    """A vehicle's battery, as far as it tells; several packs as one. None is unknown.

    `left_wh` is what the charge left is worth by the profile's capacity; `cells_v` one voltage
    for each cell; current is positive when discharging. `used_wh` is what its own meter has counted since it
    was first heard (charge by voltage, or energy), to be compared with itself only.
    """

    heard_at_s: float
    left_frac: float | None = None
    left_wh: float | None = None
    current_a: float | None = None
    voltage_v: float | None = None
    cells_v: tuple[float, ...] = ()
    temperature_deg_c: float | None = None
    used_wh: float | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where the autopilot's own return leads, WGS84; its ground above mean sea level."""

    heard_at_s: float
    position: GeoPoint
    alt_amsl_m: float


@dataclass(frozen=True, slots=True)
class WindEstimate:
    """The vehicle's own estimate: where the air moves to, over ground, north and east."""

    heard_at_s: float
    north_mps: float
    east_mps: float


@dataclass(frozen=True, slots=True)
class Gps:
    """Satellite reception. `accuracy_m` is the receiver's own horizontal uncertainty; None is unknown."""

    heard_at_s: float
    fix: GpsFix
    satellites: int | None = None
    hdop: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Estimator:
    """Which estimates the autopilot trusts, and how far its position may be off; None is unknown."""

    heard_at_s: float
    attitude: bool
    velocity: bool
    position: bool
    height: bool
    gps_glitch: bool = False
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """What a vehicle tells more rarely than the rest, each with an age of its own; None was never told.

    Roll is right wing down, pitch nose up, in degrees.
    """

    battery: Battery | None = None
    wind: WindEstimate | None = None
    gps: Gps | None = None
    estimator: Estimator | None = None
    roll_deg: float | None = None
    pitch_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Winch:
    """A winch: line let out, its speed (positive when letting out), tension; None is unknown.

    `on_ground`: it feels that what hangs on its line stands on the ground.
    """

    heard_at_s: float
    line_m: float | None = None
    speed_mps: float | None = None
    tension_kg: float | None = None
    healthy: bool = True
    retracted: bool = False
    moving: bool = False
    on_ground: bool = False


@dataclass(frozen=True, slots=True)
class LinkQuality:
    """One of a vehicle's links: when it last brought the vehicle's words (None: never), its loss.

    The `best` one carries what we say. `trouble` is why it carries nothing just now, as a half sentence;
    empty while all is well.
    """

    name: str
    heard_at_s: float | None
    loss_frac: float
    best: bool
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the vehicle says that it may start, and its own words where it complains.

    `unhealthy` names parts that it calls out of order (a compass, a battery's cell).
    `findings` are what we hold against it ourselves (parameters, identity, refused frames); with
    any of them it is not ready. `sure_of_place`: it does not say that its estimate of where it is is none.
    """

    ready: bool
    failsafe: bool
    warnings: tuple[str, ...] = ()
    unhealthy: tuple[str, ...] = ()
    findings: tuple[Reason, ...] = ()
    sure_of_place: bool = True

    @property
    def explained(self) -> bool:
        """Whether it says why it might act by itself: a failsafe that acts, or a complaint."""
        return self.failsafe or bool(self.warnings)


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `lasts_s` seconds, somewhere from `from_s` to `until_s` (fleet times, UTC seconds).

    A planned one fills all of that span. Raises `ValueError` when it does not fit into it.
    """

    from_s: float
    until_s: float
    lasts_s: float

    def __post_init__(self) -> None:
        if not 0.0 < self.lasts_s <= self.until_s - self.from_s + 1e-6:
            raise ValueError(f"lasts_s: {self.lasts_s} is not above 0 and within the span of the break")

    def shifted(self, by_s: float) -> Break:
        """The same, so much later."""
        return Break(self.from_s + by_s, self.until_s + by_s, self.lasts_s)

    @property
    def by_s(self) -> float:
        """When it has to begin at the latest."""
        return self.until_s - self.lasts_s


@dataclass(frozen=True, slots=True)
class Shift:
    """When someone works: the span under way, or the next (fleet times, UTC seconds), and the break in it."""

    from_s: float
    until_s: float
    rest: Break | None = None


@dataclass(frozen=True, slots=True)
class Telemetry:
    """One coherent sample of a vehicle.

    `heard_at_s` is the fleet time of the newest message in it, so its age is always known; `place_heard_at_s`
    that of its position, height and velocity, where these come by themselves: others may stop without it.
    Position WGS84; `height_agl_m` above the ground at home, as a vehicle tells it, until whoever knows the
    ground has made it the height above the ground below, which is then `ground_amsl_m` above the sea;
    velocity over ground in north, east, down; heading clockwise from true north.
    `battery_frac` in [0, 1]; `carrying` tells whether the gripper or compartment holds a parcel,
    None where the vehicle cannot say; `holds` which parcels, None where it cannot tell them apart.
    `shift` is when it works, None where it always does.
    `own_return` is how it comes home by itself, by its parameters; None where it does not tell.
    `parts` makes, of what was known at this time, what decisions seldom rest on: a fleet is looked at a
    thousand times a second. `mode_text` is the autopilot's own name of its mode.
    """

    heard_at_s: float
    position: GeoPoint
    height_agl_m: float
    north_mps: float
    east_mps: float
    down_mps: float
    heading_deg: float
    battery_frac: float
    armed: bool
    landed: Landed
    mode: Mode
    progress: MissionProgress
    health: Health
    carrying: bool | None = None
    alt_amsl_m: float | None = None
    home: Home | None = None
    parts: Callable[[], Parts] = field(default=Parts, compare=False)
    mode_text: str = ""
    grip: GripState | None = None
    winch: Winch | None = None
    vtol: VtolState | None = None
    holds: tuple[ParcelId, ...] | None = None
    shift: Shift | None = None
    ground_amsl_m: float = 0.0
    own_return: OwnReturn | None = None
    place_heard_at_s: float | None = None

    @property
    def placed_at_s(self) -> float:
        """When it was where it says."""
        return self.heard_at_s if self.place_heard_at_s is None else self.place_heard_at_s
