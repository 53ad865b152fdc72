"""Facts about missions: planned, loaded, under way, ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.orders.order import DropOffPlace
from orchestrator.record.facts.couriers import HandOverProved
from orchestrator.record.facts.fetches import FetchFact
from orchestrator.record.facts.ways import WayFact
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import Alternate, DropOff, Mission, MissionId, ParcelId, VehicleId


@dataclass(frozen=True, slots=True)
class Quote:
    """What one vehicle would have meant for a parcel: a predicted hand-over, or reasons against.

    `cost_eur` is by how much its trips would have been dearer with it, waiting and lateness included; None
    where it could not, or nobody reckoned.
    """

    vehicle_id: VehicleId
    handover_at_s: float | None
    reasons: tuple[Reason, ...] = ()
    cost_eur: float | None = None


@dataclass(frozen=True, slots=True)
class Diversion:
    """A parcel goes to another place than the one asked for, which the customer accepts too; and why."""

    parcel_id: ParcelId
    place: DropOffPlace
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MissionPlanned:
    """The intent to have a vehicle carry parcels: assignment, plan and reservation in one fact.

    Each lies at the vehicle's hub, or is fetched on the way (`Mission.fetches`).

    The plan has passed the independent verifier. Predictions are fleet time and watt-hours.
    `parcel_id` is the parcel handed over first, at `handover_at_s`; `further_after_s` tells for each
    parcel after it how many seconds later its hand-over is predicted.
    `quotes` explains the choice: every vehicle's quote for that first parcel. `alternates` are the best
    landings along the way besides its end, where there are rally points. `waits_for` are the zones for whose
    end it stands on its pad until it departs.
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
    further_after_s: tuple[float, ...] = ()
    diversions: tuple[Diversion, ...] = ()
    alternates: tuple[Alternate, ...] = ()
    waits_for: tuple[Reason, ...] = ()

    @property
    def parcel_ids(self) -> tuple[ParcelId, ...]:
        """What it carries, in the order of hand-overs."""
        return tuple(leg.parcel_id for leg in self.mission.legs if isinstance(leg, DropOff))

    @property
    def loads(self) -> tuple[ParcelId, ...]:
        """What it takes along from its hub."""
        return tuple(leg.parcel_id for leg in self.mission.loads)

    @property
    def handovers_at_s(self) -> dict[ParcelId, float]:
        """When each parcel is to be handed over, fleet time, in that order."""
        times = (self.handover_at_s, *(self.handover_at_s + s for s in self.further_after_s))
        return dict(zip(self.parcel_ids, times, strict=True))


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
class ParcelKept:
    """At its drop-off a parcel stayed aboard, and why: the mission goes on, and brings it back to the hub."""

    vehicle_id: VehicleId
    mission_id: MissionId
    parcel_id: ParcelId
    reasons: tuple[Reason, ...]


class EnergyFrom(Enum):
    """How it is known what a mission took."""

    METER = "meter"
    """The battery's own meter: charge by voltage, or energy."""

    CHARGE_LEFT = "charge_left"
    """What the battery said was left, before and after; over MAVLink in whole percents of it."""

    PARTLY_PLANNED = "partly_planned"
    """Nobody watched its beginning, after a restart say: that part counts as planned."""


@dataclass(frozen=True, slots=True)
class MissionEnded:
    """The vehicle is docked and shut down; what the mission really took, and how that is known."""

    vehicle_id: VehicleId
    mission_id: MissionId
    distance_m: float
    energy_wh: float
    energy_from: EnergyFrom = EnergyFrom.CHARGE_LEFT


@dataclass(frozen=True, slots=True)
class MissionWithdrawn:
    """A mission was given up before the vehicle moved; its parcels are at the hub and wait again.

    But for those `aboard`: they are the vehicle's until it has let go of them (`ParcelReturned`).
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    reasons: tuple[Reason, ...]
    aboard: tuple[ParcelId, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferDeclined:
    """Whoever was offered a mission said no before it began, as people may; nothing is wrong with them.

    Its parcels wait again at once, and are offered to others first.
    """

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


@dataclass(frozen=True, slots=True)
class MissionChanged:
    """A mission under way goes on by another way, from where its vehicle was stopped: `plan` takes its place.

    The plan, verified like any other, has an id of its own and only the hand-overs that are left;
    what it carries is aboard. `distance_m` and `energy_wh` are what the mission took so far, `reasons` why.
    """

    vehicle_id: VehicleId
    mission_id: MissionId
    plan: MissionPlanned
    distance_m: float
    energy_wh: float
    reasons: tuple[Reason, ...]
    energy_from: EnergyFrom = EnergyFrom.CHARGE_LEFT


MissionFact = (
    MissionPlanned
    | DeparturePostponed
    | PlanLoaded
    | ParcelLoaded
    | MissionStarted
    | LegDone
    | ParcelHandedOver
    | MissionEnded
    | ParcelKept
    | MissionWithdrawn
    | OfferDeclined
    | MissionFailed
    | OffPath
    | BackOnPath
    | LowEnergy
    | MissionChanged
    | HandOverProved
    | FetchFact
    | WayFact
)
