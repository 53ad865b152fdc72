"""Vehicles as the record has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from geofences.reason import Reason
from orchestrator.orders.order import HubId, Pad
from orchestrator.record.events import Ask
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.telemetry import Shift


class LinkState(Enum):
    """Whether a vehicle is heard."""

    NEVER = "never"
    UP = "up"
    LOST = "lost"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Asked:
    """An operator's request that is not answered yet: `seq` is that of its event."""

    seq: int
    ask: Ask
    by: str


class Pause(Enum):
    """How a vehicle on its mission stands still."""

    HELD = "held"
    LANDING = "landing"
    LANDED = "landed"


@dataclass(frozen=True, slots=True)
class Halt:
    """A vehicle on its mission that goes on when somebody says so: since when (UTC seconds).

    `by` asked for it; empty where nobody here did. `seq` is that of the entry that says so. One that is
    LANDED stands on the ground, switched off.
    """

    pause: Pause
    since_s: float
    by: str = ""
    seq: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class VehicleState:
    """One vehicle: `mission_id` is the mission it is bound to, from planning until docked again.

    `ready` says that it stands on its pad, healthy and charged; only then may it be assigned.
    `aboard` lists the parcels whose keeper it is (or was, when lost with them): custody, turned round.
    `notices` is what was last said to be amiss with how it is reached or recorded. `refusals` counts the
    missions in a row that it refused, the last one at `refused_at_s`; `trips` the missions that it ended.
    `shift`, `on_break`, `bag` and `problem` are a courier's: when they work, what they hold beside what is
    aboard, and what they say is the matter, empty while nothing is. `halt`: on its mission it stands still.
    `unplaced_since_s`: it is heard, and since then (UTC seconds) nobody knows where it is.
    """

    vehicle_id: VehicleId
    profile: VehicleProfile
    hub_id: HubId
    pad: Pad
    link: LinkState = LinkState.NEVER
    ready: bool = False
    mission_id: MissionId | None = None
    asked: Asked | None = None
    fault: tuple[Reason, ...] = ()
    aboard: tuple[ParcelId, ...] = ()
    notices: tuple[str, ...] = ()
    refusals: int = 0
    refused_at_s: float = 0.0
    trips: int = 0
    shift: Shift | None = None
    on_break: bool = False
    bag: tuple[ParcelId, ...] = ()
    problem: str = ""
    halt: Halt | None = None
    unplaced_since_s: float | None = None


def at_work(vehicle: VehicleState) -> bool:
    """Whether it is on a mission or holds a parcel, and is not given up as missing."""
    return vehicle.link is not LinkState.MISSING and (vehicle.mission_id is not None or bool(vehicle.aboard))
