"""The fleet's state: what follows from all events so far, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from immutables import Map

from geofences.position import GeoPoint
from geofences.reason import Reason
from geofences.zone import ZoneId
from orchestrator.orders.custody import Keeper
from orchestrator.orders.order import Hub, HubId, Locker, LockerId, Order, OrderId, Pad, Parcel
from orchestrator.record.clock_facts import ClockDiffers
from orchestrator.record.events import Ask, Diversion, EnergyFrom, HandOverProved, MissionPlanned
from orchestrator.record.zone_facts import PopUpZone
from orchestrator.traffic.intent import IntentState
from vehicles.mission import MissionId, ParcelId, VehicleId
from vehicles.profile import VehicleProfile


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
    """An area bars a mission's way: since entry `seq`, and in words."""

    seq: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MissionState:
    """One mission: the plan as journaled, and what has happened to it (fleet times, UTC seconds).

    `kept` are the parcels that stayed aboard at their drop-off: it brings them back. `closed` tells of the
    last area that was closed across its way. `unloaded`: it goes on from another mission, and its vehicle,
    which holds, has not been given it yet.
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

    @property
    def homeward(self) -> bool:
        """Whether the hand-over is behind it: only the way back and the dock are left."""
        return self.legs_done >= len(self.plan.mission.legs) - 2


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


@dataclass(frozen=True, slots=True)
class VehicleState:
    """One vehicle: `mission_id` is the mission it is bound to, from planning until docked again.

    `ready` says that it stands on its pad, healthy and charged; only then may it be assigned.
    `aboard` lists the parcels whose keeper it is (or was, when lost with them): custody, turned round.
    `notices` is what was last said to be amiss with how it is reached or recorded. `refusals` counts the
    missions in a row that it refused, the last one at `refused_at_s`; `trips` the missions that it ended.
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


def at_work(vehicle: VehicleState) -> bool:
    """Whether it is on a mission or holds a parcel, and is not given up as missing."""
    return vehicle.link is not LinkState.MISSING and (vehicle.mission_id is not None or bool(vehicle.aboard))


class ParcelPhase(Enum):
    """Where a parcel stands on its way; the last four are ends."""

    WAITING = "waiting"
    ASSIGNED = "assigned"
    ON_THE_WAY = "on_the_way"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    LOST = "lost"
    UNCOLLECTED = "uncollected"


@dataclass(frozen=True, slots=True)
class Expected:
    """Who is to bring a waiting parcel, when, and the latest that was ever told (UTC seconds)."""

    vehicle_id: VehicleId
    handover_at_s: float
    told_until_s: float


@dataclass(frozen=True, slots=True)
class ParcelState:
    """One parcel, its one keeper, and why it waits where it does.

    `not_before_s`: after a mission for it came to nothing, it is not assigned again before then;
    `came_to_nothing` counts those missions. `declined_by` are those who did not want to carry it.
    `expected` is who is planned to bring it while it waits; `diverted` where it goes instead, and why.
    `proved` is what shows that it was handed over; `expired_at_s` since when it lies in a
    locker for too long.
    """

    parcel: Parcel
    order_id: OrderId
    keeper: Keeper
    phase: ParcelPhase
    mission_id: MissionId | None = None
    delivered_at_s: float | None = None
    reasons: tuple[Reason, ...] = ()
    not_before_s: float = 0.0
    came_to_nothing: int = 0
    declined_by: tuple[VehicleId, ...] = ()
    expected: Expected | None = None
    diverted: Diversion | None = None
    proved: HandOverProved | None = None
    expired_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What operators want of the dispatcher for an order. `by` is who said the last of it."""

    pinned_to: VehicleId | None = None
    forbidden: tuple[VehicleId, ...] = ()
    held: bool = False
    weight_frac: float = 1.0
    by: str = ""


NO_WISHES = Wishes()


def may_carry(vehicle_id: VehicleId, wishes: Wishes) -> bool:
    """Whether operators let a vehicle carry an order now."""
    pinned = wishes.pinned_to is None or wishes.pinned_to == vehicle_id
    return pinned and vehicle_id not in wishes.forbidden and not wishes.held


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order as placed, whether somebody took it back, and what operators decided about its dispatch."""

    order: Order
    cancelled_by: str | None = None
    wishes: Wishes = NO_WISHES


class Severity(Enum):
    """How soon a human is needed: INFO never, WARNING soon, CRITICAL now."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a human should know. `key` is stable ("link:D3"), so that a repeat does not pile up."""

    key: str
    severity: Severity
    text: str
    raised_at_s: float
    vehicle_id: VehicleId | None = None
    position: GeoPoint | None = None
    acknowledged_by: str | None = None


@dataclass(frozen=True, slots=True)
class FleetState:
    """Everything the fleet knows, as persistent maps: an update shares all that did not change.

    `paces` has for each kind of vehicle by how much its last hand-overs outlasted their plans, as shares.
    `zones` are the areas that people have closed; `lockers` those whose compartments are known, `boxed` what
    lies in each. `clock` is what was last told of the machine's.
    """

    seq: int = 0
    at_s: float = 0.0
    hubs: Map[HubId, Hub] = field(default_factory=Map)
    vehicles: Map[VehicleId, VehicleState] = field(default_factory=Map)
    orders: Map[OrderId, OrderState] = field(default_factory=Map)
    parcels: Map[ParcelId, ParcelState] = field(default_factory=Map)
    missions: Map[MissionId, MissionState] = field(default_factory=Map)
    alerts: Map[str, Alert] = field(default_factory=Map)
    paces: Map[str, tuple[float, ...]] = field(default_factory=Map)
    zones: Map[ZoneId, PopUpZone] = field(default_factory=Map)
    clock: ClockDiffers = field(default_factory=ClockDiffers)
    lockers: Map[LockerId, Locker] = field(default_factory=Map)
    boxed: Map[LockerId, tuple[ParcelId, ...]] = field(default_factory=Map)


def parcels_of(state: FleetState, order_id: OrderId) -> tuple[ParcelState, ...]:
    """The parcels of one order, in its own sequence. Raises `KeyError` when there is no such order."""
    return tuple(state.parcels[parcel.parcel_id] for parcel in state.orders[order_id].order.parcels)
