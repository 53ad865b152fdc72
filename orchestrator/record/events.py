"""Events: facts that changed the fleet. A closed union; only these are journaled.

Every event is frozen and holds only values, so that a journal replays to the same state. The
instant is on the `Entry`, not in the event.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from geofences.position import GeoPoint
from geofences.reason import Reason
from orchestrator.orders.order import Hub, HubId, Order, OrderId, Pad
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import Mission, MissionId, ParcelId, VehicleId
from vehicles.profile import VehicleProfile


@dataclass(frozen=True, slots=True)
class HubOpened:
    """A hub takes part from now on."""

    hub: Hub


@dataclass(frozen=True, slots=True)
class VehicleJoined:
    """A vehicle takes part: its abilities, its hub, and the pad that is always kept free for it."""

    vehicle_id: VehicleId
    profile: VehicleProfile
    hub_id: HubId
    pad: Pad


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order passed intake: from now on it is delivered, or it says why not."""

    order: Order


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """A person took an order back. Parcels already aboard come back to the hub."""

    order_id: OrderId
    by: str


@dataclass(frozen=True, slots=True)
class ParcelDeferred:
    """A parcel still waits, and why. Journaled only when the reasons change."""

    parcel_id: ParcelId
    reasons: tuple[Reason, ...]


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
class ParcelReturned:
    """A parcel that could not be handed over is back on its hub's shelf."""

    parcel_id: ParcelId
    hub_id: HubId


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
class LinkUp:
    """The vehicle is heard (again)."""

    vehicle_id: VehicleId


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The vehicle has been silent for too long. It flies on by its own plan."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_heard_at_s: float


@dataclass(frozen=True, slots=True)
class VehicleMissing:
    """The vehicle stayed silent past the end of its mission: what it carries counts as lost."""

    vehicle_id: VehicleId
    last_position: GeoPoint
    last_heard_at_s: float


@dataclass(frozen=True, slots=True)
class VehicleFaulted:
    """The vehicle, or the code that talks to it, cannot work; it takes no more work until it is ready."""

    vehicle_id: VehicleId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class VehicleReady:
    """The vehicle stands on its pad, healthy and charged enough for work."""

    vehicle_id: VehicleId


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


class Ask(Enum):
    """What an operator may ask of a vehicle."""

    HOLD = "hold"
    RESUME = "resume"
    RETURN = "return"
    LAND = "land"


@dataclass(frozen=True, slots=True)
class OperatorAsked:
    """A person asked something of a vehicle; the session carries it out."""

    vehicle_id: VehicleId
    ask: Ask
    by: str


@dataclass(frozen=True, slots=True)
class AskAnswered:
    """What came of it: done, or why not."""

    vehicle_id: VehicleId
    ask: Ask
    done: bool
    text: str


@dataclass(frozen=True, slots=True)
class AlertAcknowledged:
    """A person has seen an alert (by its key, see `state.Alert`)."""

    key: str
    by: str


Event = (
    HubOpened
    | VehicleJoined
    | OrderPlaced
    | OrderCancelled
    | ParcelDeferred
    | MissionPlanned
    | PlanLoaded
    | ParcelLoaded
    | MissionStarted
    | LegDone
    | ParcelHandedOver
    | ParcelReturned
    | MissionEnded
    | MissionWithdrawn
    | MissionFailed
    | LinkUp
    | LinkLost
    | VehicleMissing
    | VehicleFaulted
    | VehicleReady
    | OffPath
    | BackOnPath
    | LowEnergy
    | OperatorAsked
    | AskAnswered
    | AlertAcknowledged
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: `seq` from 1 without gaps, fleet time (UTC seconds), the fact."""

    seq: int
    at_s: float
    event: Event
