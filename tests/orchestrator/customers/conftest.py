"""A small fleet on its way, built from facts alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from geofences.path import Path, Waypoint
from geofences.position import GeoPoint, destination
from orchestrator.orders.order import (
    DropOffKind,
    DropOffPlace,
    Hub,
    HubId,
    Order,
    OrderId,
    Pad,
    PadId,
    Parcel,
)
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    Entry,
    Event,
    HubOpened,
    LinkUp,
    MissionPlanned,
    MissionStarted,
    OrderPlaced,
    ParcelLoaded,
    PlanLoaded,
    Quote,
    VehicleJoined,
    VehicleReady,
)
from orchestrator.record.state import FleetState
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import Dock, DropOff, Mission, MissionId, ParcelId, PickUp, Travel, VehicleId
from vehicles.profiles import DELIVERY_DRONE
from vehicles.schedule import schedule
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry

START_S = 1_790_000_000.0
HOME = GeoPoint(60.165, 24.93)
DOOR = destination(HOME, 45.0, 1500.0)
HEIGHT_M = 60.0
HANDOVER_M = DELIVERY_DRONE.handover_height_agl_m


def _hub() -> Hub:
    pads = tuple(Pad(PadId(f"H1-{n}"), Waypoint(destination(HOME, 90.0, 10.0 * n))) for n in (1, 2))
    return Hub(HubId("H1"), "Kamppi", HOME, pads)


def _order(order_id: str, parcel_id: str) -> Order:
    drop_off = DropOffPlace(DOOR, DropOffKind.DOORSTEP, "Bulevardi 1")
    parcels = (Parcel(ParcelId(parcel_id), 0.5),)
    return Order(OrderId(order_id), HubId("H1"), parcels, drop_off, START_S, START_S + 900.0, "shop")


def _plan(order: Order, pad: Pad, vehicle_id: VehicleId, depart_at_s: float) -> MissionPlanned:
    parcel = order.parcels[0]
    up = Waypoint(pad.at.position, HEIGHT_M)
    over, at = Waypoint(DOOR, HEIGHT_M), Waypoint(DOOR, HANDOVER_M)
    legs = (
        PickUp(parcel.parcel_id, parcel.mass_kg, pad.at, 6.0),
        Travel(Path((pad.at, up, over, at)), DELIVERY_DRONE.cruise_mps),
        DropOff(parcel.parcel_id, parcel.mass_kg, at, 6.0),
        Travel(Path((at, over, up, pad.at)), DELIVERY_DRONE.cruise_mps),
        Dock(pad.at),
    )
    timed = schedule(DELIVERY_DRONE, legs, depart_at_s)
    return MissionPlanned(
        mission=Mission(MissionId(1), vehicle_id, legs),
        parcel_id=parcel.parcel_id,
        intent=OperationalIntent(timed.timed, 10.0, 8.0, 10.0, 30.0),
        depart_at_s=depart_at_s,
        handover_at_s=timed.leg_ends_at_s[2],
        end_at_s=timed.leg_ends_at_s[-1],
        distance_m=3000.0,
        energy_wh=60.0,
        quotes=(Quote(vehicle_id, timed.leg_ends_at_s[2]),),
    )


def after(state: FleetState, at_s: float, *events: Event) -> FleetState:
    for event in events:
        state = apply(state, Entry(state.seq + 1, at_s, event))
    return state


@pytest.fixture
def then() -> Callable[..., FleetState]:
    """`then(state, at_s, *events)`: the state after further facts."""
    return after


@pytest.fixture
def placed() -> FleetState:
    """Two orders wait at H1 for the drone D1."""
    hub = _hub()
    drone = VehicleId("D1")
    return after(
        FleetState(),
        START_S,
        HubOpened(hub),
        VehicleJoined(drone, DELIVERY_DRONE, hub.hub_id, hub.pads[0]),
        LinkUp(drone),
        VehicleReady(drone),
        OrderPlaced(_order("o-1", "o-1/1")),
        OrderPlaced(_order("o-2", "o-2/1")),
    )


@pytest.fixture
def planned(placed: FleetState) -> FleetState:
    """D1 is to carry o-1, departing a minute after the start."""
    plan = _plan(
        placed.orders[OrderId("o-1")].order, _hub().pads[0], VehicleId("D1"), depart_at_s=START_S + 60.0
    )
    return after(placed, START_S + 10.0, plan)


@pytest.fixture
def flying(planned: FleetState) -> FleetState:
    """D1 took off with o-1, 10 s later than planned."""
    drone, mission = VehicleId("D1"), MissionId(1)
    aboard: Sequence[Event] = (
        PlanLoaded(drone, mission),
        ParcelLoaded(drone, mission, ParcelId("o-1/1")),
        MissionStarted(drone, mission),
    )
    return after(planned, START_S + 70.0, *aboard)


@pytest.fixture
def sample() -> Callable[[GeoPoint, float, float], Telemetry]:
    """`sample(position, height_agl_m, at_s)`: what D1 says in the air."""

    def make(position: GeoPoint, height_agl_m: float, at_s: float) -> Telemetry:
        return Telemetry(
            heard_at_s=at_s,
            position=position,
            height_agl_m=height_agl_m,
            north_mps=10.0,
            east_mps=0.0,
            down_mps=0.0,
            heading_deg=0.0,
            battery_frac=0.8,
            armed=True,
            landed=Landed.IN_MOTION,
            mode=Mode.MISSION,
            progress=MissionProgress(MissionId(1), 1),
            health=Health(ready=True, failsafe=False),
            carrying=True,
        )

    return make
