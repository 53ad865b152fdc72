"""What a session may have its vehicle do: one of these at a time, each a value (chosen by `next_act`)."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.reason import Reason
from orchestrator.record.state import Asked, MissionState
from vehicles.mission import ParcelId


@dataclass(frozen=True, slots=True)
class Nothing:
    """All is as it should be, or it is somebody else's turn."""


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Give the vehicle mission, fence and rally points."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class TakeAboard:
    """Close the gripper around the parcel."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class FinishLoading:
    """The hub has had its time to load: the parcel is the vehicle's."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Open the gripper: it holds what the books have on the hub's shelf; only `parcel_id`, if given."""

    parcel_id: ParcelId | None = None


@dataclass(frozen=True, slots=True)
class Depart:
    """Start, if the way is still as planned."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Give the mission up before the vehicle moves."""

    mission: MissionState
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Postpone:
    """The departure was missed: the same way later, or not at all."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class Recognise:
    """Have the driver find out that the vehicle flies this mission: a new one does not know it."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Give the mission up under way and come home."""

    mission: MissionState
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class ChangeWay:
    """Stop, and have the mission go on by another way; give it up where there is none."""

    mission: MissionState
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LoadChange:
    """Give a vehicle that holds the mission that goes on from its former one, and have it fly that."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class GoOnWith:
    """Have a vehicle that stopped by itself resume."""

    mission: MissionState


@dataclass(frozen=True, slots=True)
class Obey:
    """Carry out what an operator asked."""

    asked: Asked


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """Docked, standing, and still armed: shut it down."""


Act = (
    Nothing
    | LoadPlan
    | TakeAboard
    | FinishLoading
    | GiveBack
    | Depart
    | Withdraw
    | Postpone
    | Recognise
    | GiveUp
    | ChangeWay
    | LoadChange
    | GoOnWith
    | Obey
    | SwitchOff
)
