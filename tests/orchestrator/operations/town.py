"""A small town for tests: one hub, a tower and a no-fly zone in the way, footpaths around a block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geofences.airspace import Airspace
from geofences.formats.city import Footway
from geofences.obstacles import Obstacle
from geofences.path import Waypoint
from geofences.position import GeoPoint, LocalFrame, LocalPoint
from geofences.sidewalk import Footpaths
from geofences.zone import (
    Always,
    Applicability,
    Circle,
    Datum,
    Limit,
    Medium,
    Polygon,
    Restriction,
    Volume,
    Zone,
    ZoneId,
)
from orchestrator.operations.decide import decide
from orchestrator.operations.dispatching.dispatcher import Dispatcher
from orchestrator.operations.dispatching.overrides import candidates
from orchestrator.operations.planning.draft import Job
from orchestrator.operations.planning.surroundings import OwnReturnRule, Surroundings
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
    OrderPlaced,
    Quote,
    VehicleJoined,
    VehicleReady,
)
from orchestrator.record.state import FleetState
from vehicles.mission import ParcelId, VehicleId
from vehicles.profile import VehicleProfile
from vehicles.profiles import DELIVERY_DRONE, SIDEWALK_ROBOT
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry

START_S = 1_790_000_000.0
CENTRE = GeoPoint(60.1700, 24.9400)
FRAME = LocalFrame(CENTRE)
H1 = HubId("H1")
D1, D2, D3, R1 = VehicleId("D1"), VehicleId("D2"), VehicleId("D3"), VehicleId("R1")


def at(east_m: float, north_m: float) -> GeoPoint:
    return FRAME.to_geo(LocalPoint(east_m, north_m))


def square(east_m: float, north_m: float, half_m: float) -> Polygon:
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return Polygon(tuple(at(east_m + x * half_m, north_m + y * half_m) for x, y in signs))


PADS = {
    D1: Pad(PadId("P1"), Waypoint(at(0.0, 0.0))),
    D2: Pad(PadId("P2"), Waypoint(at(0.0, 18.0))),
    D3: Pad(PadId("P3"), Waypoint(at(0.0, 36.0))),
    R1: Pad(PadId("K1"), Waypoint(at(-20.0, 0.0))),
}
HUB = Hub(H1, "Market hub", CENTRE, tuple(PADS.values()))
DOOR = at(500.0, 0.0)
"""East of the hub, behind the tower."""

OTHER_DOOR = at(480.0, 220.0)
TOWER = Obstacle("Tower", square(250.0, 0.0, 20.0), 80.0)
NO_FLY = Zone(
    ZoneId("EFX1"),
    "Hospital helipad",
    Restriction.PROHIBITED,
    (Volume(Circle(at(250.0, 120.0), 40.0), Limit(0.0, Datum.AGL), Limit(150.0, Datum.AGL)),),
)


def closed_later(applicability: Applicability, *, lower_agl_m: float = 0.0) -> Zone:
    """A zone over the door itself, that applies only sometimes."""
    volume = Volume(Circle(DOOR, 60.0), Limit(lower_agl_m, Datum.AGL), None)
    return Zone(ZoneId("EFX2"), "Concert", Restriction.PROHIBITED, (volume,), (applicability,))


def surroundings(
    *zones: Zone,
    wind_mps: float = 3.0,
    tower: Obstacle = TOWER,
    own_return: OwnReturnRule = OwnReturnRule.ANY,
) -> Surroundings:
    corners = [at(-20.0, -5.0), at(-20.0, -30.0), at(500.0, -30.0), at(500.0, -8.0)]
    north = [corners[0], at(-20.0, 230.0), at(480.0, 230.0)]
    ways = [
        Footway(tuple(corners), crossing=False),
        Footway(tuple(north), crossing=False),
    ]
    airspace = Airspace(FRAME, (NO_FLY, *zones), (tower,), 0.0)
    return Surroundings(airspace, Footpaths(FRAME, ways), wind_mps=wind_mps, own_return=own_return)


def job(
    vehicle_id: VehicleId = D1,
    *,
    door: GeoPoint = DOOR,
    mass_kg: float = 1.0,
    kind: DropOffKind = DropOffKind.DOORSTEP,
    battery_frac: float = 1.0,
) -> Job:
    parcel = Parcel(ParcelId(f"parcel-{vehicle_id}"), mass_kg)
    place = DropOffPlace(door, kind, "Aleksanterinkatu 52")
    return Job(vehicle_id, profile_of(vehicle_id), PADS[vehicle_id], parcel, place, battery_frac)


def profile_of(vehicle_id: VehicleId) -> VehicleProfile:
    return SIDEWALK_ROBOT if vehicle_id.startswith("R") else DELIVERY_DRONE


def order(
    name: str = "O1",
    *,
    door: GeoPoint = DOOR,
    mass_kg: float = 1.0,
    kind: DropOffKind = DropOffKind.DOORSTEP,
    placed_at_s: float = START_S,
    deadline_s: float = START_S + 1800.0,
) -> Order:
    return Order(
        OrderId(name),
        H1,
        (Parcel(ParcelId(f"{name}-1"), mass_kg),),
        DropOffPlace(door, kind, "Aleksanterinkatu 52"),
        placed_at_s,
        deadline_s,
        "shop",
    )


def joined(*vehicle_ids: VehicleId) -> tuple[Event, ...]:
    """The hub, and vehicles that have joined it but were never heard."""
    vehicles = [VehicleJoined(v, profile_of(v), H1, PADS[v]) for v in vehicle_ids]
    return (HubOpened(HUB), *vehicles)


def state_after(
    events: Iterable[Event], state: FleetState | None = None, at_s: float = START_S
) -> FleetState:
    state = state or FleetState()
    for event in events:
        state = apply(state, Entry(state.seq + 1, max(at_s, state.at_s), event))
    return state


def ready_fleet(*vehicle_ids: VehicleId, orders: Iterable[Order] = ()) -> FleetState:
    """Vehicles that stand ready, and orders that wait."""
    heard = [event for v in vehicle_ids for event in (LinkUp(v), VehicleReady(v))]
    return state_after([*joined(*vehicle_ids), *heard, *(OrderPlaced(o) for o in orders)])


def sample(
    vehicle_id: VehicleId = D1,
    *,
    at_s: float = START_S,
    position: GeoPoint | None = None,
    height_agl_m: float = 0.0,
    battery_frac: float = 1.0,
    armed: bool = False,
    moving: bool = False,
    mode: Mode = Mode.HOLD,
    progress: MissionProgress | None = None,
    ready: bool = True,
    warnings: tuple[str, ...] = (),
    carrying: bool | None = False,
) -> Telemetry:
    """What a vehicle says; by default it stands on its pad with nothing to do."""
    return Telemetry(
        heard_at_s=at_s,
        position=position or PADS[vehicle_id].at.position,
        height_agl_m=height_agl_m,
        north_mps=0.0,
        east_mps=5.0 if moving else 0.0,
        down_mps=0.0,
        heading_deg=90.0,
        battery_frac=battery_frac,
        armed=armed,
        landed=Landed.IN_MOTION if moving else Landed.ON_GROUND,
        mode=mode,
        progress=progress or MissionProgress(None, 0),
        health=Health(ready, failsafe=False, warnings=warnings),
        carrying=carrying,
    )


def all_seen(state: FleetState, at_s: float = START_S) -> Mapping[VehicleId, Telemetry]:
    return {vehicle_id: sample(vehicle_id, at_s=at_s) for vehicle_id in state.vehicles}


def told_of(state: FleetState, parcel_id: ParcelId) -> tuple[Quote, ...]:
    """What each vehicle of a fleet that is seen to stand ready would mean for a parcel that waits."""
    asked = candidates(state, all_seen(state), surroundings(), START_S, parcel_id)
    return () if asked is None else asked.quotes()


def decided(
    state: FleetState, around: Surroundings, dispatcher: Dispatcher | None = None, now_s: float = START_S
) -> tuple[Event, ...]:
    """All that a fleet which is seen to stand ready decides now, part after part."""
    dispatcher, events = dispatcher or Dispatcher(), list[Event]()
    while True:
        found = decide(state, all_seen(state, now_s), around, now_s, dispatcher)
        state, events = state_after(found, state, now_s), [*events, *found]
        if not dispatcher.unfinished:
            return tuple(events)


def always() -> Applicability:
    return Always()


def binds_both(zone_id: str, footprint: Polygon) -> Zone:
    volume = Volume(footprint, None, None)
    return Zone(
        ZoneId(zone_id),
        zone_id,
        Restriction.PROHIBITED,
        (volume,),
        binds=frozenset({Medium.AIR, Medium.SIDEWALK}),
    )
