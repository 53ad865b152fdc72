"""The fleet's state: what follows from all events so far, and nothing else.

What it is made of lives by topic in `states`; everybody else imports it from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from immutables import Map

from geofences.zone import ZoneId
from orchestrator.orders.custody import AtHub
from orchestrator.orders.order import Hub, HubId, Locker, LockerId, OrderId
from orchestrator.record.facts.clock import ClockDiffers
from orchestrator.record.facts.orders import HubBehind
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.states.alerts import Alert, Severity
from orchestrator.record.states.missions import (
    BEFORE_START,
    MOVING,
    ON_PAPER,
    Closed,
    MissionPhase,
    MissionState,
)
from orchestrator.record.states.orders import (
    Chosen,
    Doubt,
    Expected,
    OrderState,
    ParcelPhase,
    ParcelState,
    Sourced,
)
from orchestrator.record.states.vehicles import Asked, Halt, LinkState, Pause, VehicleState, at_work
from vehicles.mission import MissionId, ParcelId, VehicleId

__all__ = [
    "BEFORE_START",
    "MOVING",
    "ON_PAPER",
    "Alert",
    "Asked",
    "Chosen",
    "Closed",
    "Doubt",
    "Expected",
    "FleetState",
    "Halt",
    "LinkState",
    "MissionPhase",
    "MissionState",
    "OrderState",
    "ParcelPhase",
    "ParcelState",
    "Pause",
    "Severity",
    "Sourced",
    "VehicleState",
    "at_work",
    "brought_from",
    "parcels_of",
]


@dataclass(frozen=True, slots=True)
class FleetState:
    """Everything the fleet knows, as persistent maps: an update shares all that did not change.

    `paces` has for each kind of vehicle by how much its last hand-overs outlasted their plans, as shares.
    `zones` are the areas that people have closed; `lockers` those whose compartments are known, `boxed` what
    lies in each, `mistaken` how many codes in a row were none there. `clock` is what was last told of the
    machine's; `ahead_until_s` the last instant that a clock which was wrong had told. `undecided`
    is the fault for which nothing is decided, empty while all is well. `airspace` has the marks of
    that of the files, as it was read last (`geofences.marks`). `behind` has the hubs at which more waits than
    comes in time, as was last told.
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
    mistaken: Map[LockerId, int] = field(default_factory=Map)
    ahead_until_s: float = 0.0
    undecided: str = ""
    airspace: tuple[str, ...] = ()
    behind: Map[HubId, HubBehind] = field(default_factory=Map)


def brought_from(state: FleetState, parcel: ParcelState) -> HubId:
    """The hub whose vehicles bring a parcel: where it lies, or whose order it is while it lies elsewhere."""
    keeper = parcel.keeper
    return keeper.hub_id if isinstance(keeper, AtHub) else state.orders[parcel.order_id].hub_id


def parcels_of(state: FleetState, order_id: OrderId) -> tuple[ParcelState, ...]:
    """The parcels of one order, in its own sequence. Raises `KeyError` when there is no such order."""
    return tuple(state.parcels[parcel.parcel_id] for parcel in state.orders[order_id].order.parcels)
