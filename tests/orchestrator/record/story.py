"""A small fleet for tests: one hub, a drone and a robot, and the events of an ordinary delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from geofences.path import Path, TimedPath, TimedPoint, Waypoint
from geofences.position import GeoPoint, destination
from geofences.reason import Because, Reason
from geofences.zone import Medium
from orchestrator.orders.order import (
    DropOffKind,
    DropOffPlace,
    Hub,
    HubId,
    LockerId,
    Order,
    OrderId,
    Pad,
    PadId,
    Parcel,
    PickUpKind,
    PickUpPlace,
)
from orchestrator.record.apply import apply
from orchestrator.record.events import (
    DeparturePostponed,
    Entry,
    Event,
    HubOpened,
    LegDone,
    LinkUp,
    MissionEnded,
    MissionPlanned,
    MissionStarted,
    OrderPlaced,
    ParcelHandedOver,
    ParcelLoaded,
    PlanLoaded,
    Quote,
    VehicleJoined,
    VehicleReady,
)
from orchestrator.record.state import FleetState
from orchestrator.traffic.intent import OperationalIntent
from vehicles.mission import Dock, DropOff, Leg, Mission, MissionId, ParcelId, PickUp, Travel, VehicleId
from vehicles.profiles import COURIER, DELIVERY_DRONE, SIDEWALK_ROBOT

START_S = 1_700_000_000.0
CENTRE = GeoPoint(60.1700, 24.9400)
DOOR = destination(CENTRE, 90.0, 400.0)
SHOP = destination(CENTRE, 0.0, 300.0)
H1 = HubId("H1")
D1, D2, R1, C1 = VehicleId("D1"), VehicleId("D2"), VehicleId("R1"), VehicleId("C1")
PADS = tuple(Pad(PadId(f"P{n}"), Waypoint(destination(CENTRE, 0.0, 10.0 * n))) for n in range(4))
HUB = Hub(H1, "Market hub", CENTRE, PADS)
WHY = (Reason(Because.LINK, "D1", "The vehicle does not answer."),)


def order(
    name: str = "O1", *, parcels: int = 1, locker: str | None = None, deadline_s: float = START_S + 1800.0
) -> Order:
    kind = DropOffKind.DOORSTEP if locker is None else DropOffKind.LOCKER
    place = DropOffPlace(DOOR, kind, "Aleksanterinkatu 52", None if locker is None else LockerId(locker))
    held = tuple(Parcel(ParcelId(f"{name}-{n + 1}"), 1.0) for n in range(parcels))
    return Order(OrderId(name), H1, held, place, START_S, deadline_s, "shop")


def to_fetch(name: str, *, locker: str | None = None, to_hub: bool = False, parcels: int = 1) -> Order:
    """An order whose parcels are fetched at a shop or out of a locker; to a door, or back to the hub."""
    kind = PickUpKind.SHOP if locker is None else PickUpKind.LOCKER
    at = PickUpPlace(SHOP, kind, "Market hall", None if locker is None else LockerId(locker))
    wanted = replace(order(name, parcels=parcels), pick_up=at)
    counter = DropOffPlace(CENTRE, DropOffKind.HUB, "Market hub", hub_id=H1)
    return replace(wanted, drop_off=counter) if to_hub else wanted


def planned(
    mission_id: int, vehicle_id: VehicleId, parcel_id: str = "O1-1", at_s: float = START_S + 60.0
) -> MissionPlanned:
    pad = Waypoint(CENTRE)
    air = vehicle_id.startswith("D")
    height_agl_m = 50.0 if air else 0.0
    there = Path((pad, Waypoint(CENTRE, height_agl_m), Waypoint(DOOR, height_agl_m)))
    back = Path(tuple(reversed(there.waypoints)))
    held = ParcelId(parcel_id)
    legs = (
        PickUp(held, 1.0, pad, 6.0),
        Travel(there, 15.0),
        DropOff(held, 1.0, Waypoint(DOOR, 8.0 if air else 0.0), 6.0),
        Travel(back, 15.0),
        Dock(pad),
    )
    timed = TimedPath(
        tuple(TimedPoint(w, at_s + 60.0 * n) for n, w in enumerate((*there.waypoints, *back.waypoints)))
    )
    intent = OperationalIntent(timed, 10.0, 5.0, 5.0, 20.0) if air else None
    return MissionPlanned(
        mission=Mission(MissionId(mission_id), vehicle_id, legs),
        parcel_id=held,
        intent=intent,
        depart_at_s=at_s,
        handover_at_s=at_s + 120.0,
        end_at_s=at_s + 300.0,
        distance_m=800.0,
        energy_wh=20.0,
        quotes=(Quote(vehicle_id, at_s + 120.0), Quote(R1, None, WHY)),
    )


def planned_round(
    mission_id: int, vehicle_id: VehicleId, parcel_ids: Iterable[str], at_s: float = START_S + 60.0
) -> MissionPlanned:
    """One way out with several parcels, a minute between hand-overs at the same door."""
    parcels = tuple(ParcelId(parcel_id) for parcel_id in parcel_ids)
    one = planned(mission_id, vehicle_id, parcels[0], at_s)
    _, there, _, back, dock = one.mission.legs
    taken = tuple(PickUp(parcel_id, 1.0, Waypoint(CENTRE), 6.0) for parcel_id in parcels)
    given = tuple(DropOff(parcel_id, 1.0, Waypoint(DOOR), 6.0) for parcel_id in parcels)
    return replace(
        one,
        mission=Mission(MissionId(mission_id), vehicle_id, (*taken, there, *given, back, dock)),
        further_after_s=tuple(60.0 * n for n in range(1, len(parcels))),
    )


def planned_fetch(
    mission_id: int,
    vehicle_id: VehicleId,
    fetches: Iterable[str],
    loads: Iterable[str] = (),
    at_s: float = START_S + 60.0,
) -> MissionPlanned:
    """What is loaded comes along to the shop, where the rest is fetched; all is handed over at one door."""
    loaded, fetched = tuple(map(ParcelId, loads)), tuple(map(ParcelId, fetches))
    one = planned_round(mission_id, vehicle_id, (*loaded, *fetched), at_s)
    hub, shop, door = Waypoint(CENTRE), Waypoint(SHOP), Waypoint(DOOR)
    legs: tuple[Leg, ...] = (
        *(PickUp(parcel_id, 1.0, hub, 6.0) for parcel_id in loaded),
        Travel(Path((hub, shop)), 5.0),
        *(PickUp(parcel_id, 1.0, shop, 60.0) for parcel_id in fetched),
        Travel(Path((shop, door)), 5.0),
        *(DropOff(parcel_id, 1.0, door, 60.0) for parcel_id in (*loaded, *fetched)),
        Travel(Path((door, hub)), 5.0),
        Dock(hub),
    )
    return replace(one, mission=Mission(MissionId(mission_id), vehicle_id, legs))


def courier_joins() -> list[Event]:
    """A courier, who carries several parcels at once, stands ready."""
    return [VehicleJoined(C1, COURIER, H1, PADS[3]), LinkUp(C1), VehicleReady(C1)]


def postponed(plan: MissionPlanned, by_s: float) -> DeparturePostponed:
    """The same mission, departing `by_s` later."""
    intent = plan.intent
    if intent is not None:
        points = tuple(TimedPoint(p.waypoint, p.at_s + by_s) for p in intent.timed.points)
        intent = replace(intent, timed=TimedPath(points))
    return DeparturePostponed(
        plan.mission.vehicle_id,
        plan.mission.mission_id,
        intent,
        plan.depart_at_s + by_s,
        plan.handover_at_s + by_s,
        plan.end_at_s + by_s,
    )


def joined(vehicle_id: VehicleId, pad: int) -> VehicleJoined:
    profile = DELIVERY_DRONE if vehicle_id.startswith("D") else SIDEWALK_ROBOT
    assert (profile.medium is Medium.AIR) == vehicle_id.startswith("D")
    return VehicleJoined(vehicle_id, profile, H1, PADS[pad])


def opening(*orders: Order) -> list[Event]:
    """A hub, two drones and a robot standing ready, and what was ordered."""
    events: list[Event] = [HubOpened(HUB), joined(D1, 0), joined(D2, 1), joined(R1, 2)]
    for vehicle_id in (D1, D2, R1):
        events += [LinkUp(vehicle_id), VehicleReady(vehicle_id)]
    return events + [OrderPlaced(o) for o in orders or (order(),)]


def delivery(mission_id: int = 1, vehicle_id: VehicleId = D1, parcel_id: str = "O1-1") -> list[Event]:
    """From planning until docked again, as it should be."""
    mission, parcel = MissionId(mission_id), ParcelId(parcel_id)
    return [
        planned(mission_id, vehicle_id, parcel_id),
        PlanLoaded(vehicle_id, mission),
        ParcelLoaded(vehicle_id, mission, parcel),
        MissionStarted(vehicle_id, mission),
        LegDone(vehicle_id, mission, 1, DOOR),
        ParcelHandedOver(vehicle_id, mission, parcel, DOOR),
        LegDone(vehicle_id, mission, 4, CENTRE),
        MissionEnded(vehicle_id, mission, 812.0, 21.5),
        VehicleReady(vehicle_id),
    ]


def entries(events: Iterable[Event], after: FleetState | None = None, step_s: float = 30.0) -> list[Entry]:
    seq, at_s = (0, START_S) if after is None else (after.seq, after.at_s)
    return [Entry(seq + n, at_s + step_s * n, event) for n, event in enumerate(events, start=1)]


def told(events: Iterable[Event], after: FleetState | None = None, step_s: float = 30.0) -> FleetState:
    """The state after `events`, one every `step_s`."""
    state = after or FleetState()
    for entry in entries(events, after, step_s):
        state = apply(state, entry)
    return state
