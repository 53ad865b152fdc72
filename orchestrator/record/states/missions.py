"""Missions as the record has them: how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.reason import Reason
from orchestrator.record.events import EnergyFrom, MissionPlanned
from orchestrator.traffic.intent import IntentState, OperationalIntent
from vehicles.mission import DropOff, ParcelId, PickUp


class MissionPhase(Enum):
    """How far a mission has come, in this order; the last three are ends."""

    PLANNED = "planned"
    LOADED = "loaded"
    PARCEL_ABOARD = "parcel_aboard"
    UNDER_WAY = "under_way"
    GIVEN_UP = "given_up"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


ON_PAPER = (MissionPhase.PLANNED, MissionPhase.LOADED)
"""Phases in which no parcel is aboard: the mission may be taken back without asking the vehicle."""

BEFORE_START = (*ON_PAPER, MissionPhase.PARCEL_ABOARD)
"""Phases in which the vehicle stands on its pad, as far as anybody knows."""

MOVING = (MissionPhase.UNDER_WAY, MissionPhase.GIVEN_UP)
"""Phases in which the vehicle has left its pad."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An area or an aircraft bars a mission's way: since entry `seq`, and in words."""

    seq: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MissionState:
    """One mission: the plan as journaled, and what has happened to it (fleet times, UTC seconds).

    `kept` are the parcels that stayed aboard at their drop-off: it brings them back. `missed` are those that
    it was to take and did not. `closed` tells of the last area or aircraft across its way. `unloaded`: it
    goes on from another mission, not given to its vehicle yet. `other_air`: its air since it was given up.
    """

    plan: MissionPlanned
    phase: MissionPhase
    planned_at_s: float
    intent_state: IntentState | None
    started_at_s: float | None = None
    legs_done: int = 0
    ended_at_s: float | None = None
    distance_m: float | None = None
    energy_wh: float | None = None
    energy_from: EnergyFrom | None = None
    reasons: tuple[Reason, ...] = ()
    kept: tuple[ParcelId, ...] = ()
    closed: Closed | None = None
    unloaded: bool = False
    missed: tuple[ParcelId, ...] = ()
    other_air: OperationalIntent | None = None

    @property
    def homeward(self) -> bool:
        """Whether its stops are behind it: only the way back and the dock are left."""
        left = self.plan.mission.legs[self.legs_done :]
        return not any(isinstance(leg, PickUp | DropOff) for leg in left)

    @property
    def carried(self) -> tuple[ParcelId, ...]:
        """What it carries, or is to, in the order of hand-overs: not what it missed."""
        return tuple(one for one in self.plan.parcel_ids if one not in self.missed)

    @property
    def loads(self) -> tuple[ParcelId, ...]:
        """What it takes along from its hub: not what came off it."""
        return tuple(one for one in self.plan.loads if one not in self.missed)
