"""Facts about missions: planned, loaded, under way, ended."""

from __future__ import annotations

from dataclasses import dataclass

from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import Mission, MissionId, ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class Quote:
    """What one vehicle would have meant for a parcel: a predicted hand-over, or reasons against."""

    vehicle_id: VehicleId
    handover_at_s: float | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class MissionPlanned:
    """The intent to have a vehicle carry a parcel: assignment, plan and reservation in one fact.

    The plan has passed the independent verifier. Predictions are fleet time and watt-hours.
    `quotes` explains the choice: every vehicle's quote for this parcel.
    """

    mission: Mission
    parcel_id: ParcelId
    intent: OperationalIntent | None
    depart_at_s: float
    handover_at_s: float
    end_at_s: float
    distance_m: float
    energy_wh: float
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class DeparturePostponed:
    """The same way, later: the vehicle was not ready in time, and a new reservation is held instead.

    Times replace those of the plan; legs, distance and energy stay.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    intent: OperationalIntent | None
    depart_at_s: float
    handover_at_s: float
    end_at_s: float


@dataclass(frozen=True, slots=True)
class PlanLoaded:
    """The vehicle holds the mission, fence and rally points, as read back."""

    vehicle_id: VehicleId
    mission_id: MissionId


@dataclass(frozen=True, slots=True)
class ParcelLoaded:
    """The hub handed the parcel to the vehicle."""

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId


@dataclass(frozen=True, slots=True)
class MissionStarted:
    """The vehicle moves."""

    vehicle_id: VehicleId
    mission_id: MissionId


@dataclass(frozen=True, slots=True)
class LegDone:
    """The vehicle finished leg `leg_index` (from 0) of its mission, at `position`."""

    vehicle_id: VehicleId
    mission_id: MissionId
    leg_index: int
    position: GeoPoint


@dataclass(frozen=True, slots=True)
class ParcelHandedOver:
    """The vehicle handed the parcel over at the drop-off."""

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    position: GeoPoint


@dataclass(frozen=True, slots=True)
class MissionEnded:
    """The vehicle is docked and shut down; what the mission really took."""

    vehicle_id: VehicleId
    mission_id: MissionId
    distance_m: float
    energy_wh: float


@dataclass(frozen=True, slots=True)
class MissionWithdrawn:
    """A mission was given up before the vehicle moved; its parcel is at the hub and waits again."""

    vehicle_id: VehicleId
    mission_id: MissionId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MissionFailed:
    """A mission under way will not finish as planned: the vehicle is on its way back, or landed."""

    vehicle_id: VehicleId
    mission_id: MissionId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OffPath:
    """The vehicle left the volumes it has reserved, by `by_m` metres."""

    vehicle_id: VehicleId
    mission_id: MissionId
    by_m: float
    position: GeoPoint


@dataclass(frozen=True, slots=True)
class BackOnPath:
    """The vehicle is inside its volumes again."""

    vehicle_id: VehicleId
    mission_id: MissionId


@dataclass(frozen=True, slots=True)
class LowEnergy:
    """The rest of the mission would eat into the reserve: shares of the full battery."""

    vehicle_id: VehicleId
    mission_id: MissionId
    left_frac: float
    needed_frac: float


MissionFact = (
    MissionPlanned
    | DeparturePostponed
    | PlanLoaded
    | ParcelLoaded
    | MissionStarted
    | LegDone
    | ParcelHandedOver
    | MissionEnded
    | MissionWithdrawn
    | MissionFailed
    | OffPath
    | BackOnPath
    | LowEnergy
)
