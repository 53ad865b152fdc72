"""What a vehicle last said about itself. A sampled value, never an event, never journaled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from vehicles.mission import MissionId


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
    """

    mission_id: MissionId | None
    legs_done: int


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the vehicle says that it may start, and its own words where it complains."""

    ready: bool
    failsafe: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telemetry:
    """One coherent sample of a vehicle.

    `heard_at_s` is the fleet time of the newest message in it, so its age is always known.
    Position WGS84; `height_agl_m` above the ground at home (flat ground is assumed between);
    velocity over ground in north, east, down; heading clockwise from true north.
    `battery_frac` in [0, 1]; `carrying` tells whether the gripper or compartment holds a parcel,
    None where the vehicle cannot say.
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
    link_loss_frac: float = 0.0
