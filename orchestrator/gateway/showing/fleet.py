"""From the record to what is shown: hubs, vehicles, alerts, events, telemetry. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import hypot
from typing import assert_never

from geofences.path import Waypoint
from geofences.reason import sentences
from orchestrator.gateway.contract.views import (
    CarriesView,
    CompartmentsView,
    EventView,
    HaltView,
    HubView,
    LegKind,
    LegView,
    LinkView,
    LockerView,
    MissionView,
    PadView,
    PlaceView,
    StopView,
    TelemetryView,
    VehicleView,
)
from orchestrator.orders.order import Hub
from orchestrator.record.describe import describe
from orchestrator.record.describing.halts import of_halt, once_resumed
from orchestrator.record.events import Entry
from orchestrator.record.locker_rooms import place_of, room_of
from orchestrator.record.state import (
    FleetState,
    Halt,
    LinkState,
    MissionPhase,
    MissionState,
    ParcelPhase,
    VehicleState,
)
from vehicles.cargo import SIZES
from vehicles.clock import time_of_day
from vehicles.mission import Dock, DropOff, Leg, ParcelId, PickUp, Travel, VehicleId, Wait
from vehicles.profile import VehicleProfile
from vehicles.telemetry import LinkQuality, Telemetry

Links = Sequence[LinkQuality]
_LITTLE_LOSS_FRAC = 0.01


def hub_view(hub: Hub) -> HubView:
    """A hub and its pads."""
    return HubView(
        id=hub.hub_id,
        name=hub.name,
        lat_deg=hub.position.lat_deg,
        lon_deg=hub.position.lon_deg,
        pads=tuple(
            PadView(id=pad.pad_id, lat_deg=pad.at.position.lat_deg, lon_deg=pad.at.position.lon_deg)
            for pad in hub.pads
        ),
    )


def locker_views(state: FleetState) -> tuple[LockerView, ...]:
    """The lockers whose compartments are known, in order of id."""
    rooms = [room for locker_id in sorted(state.lockers) if (room := room_of(state, locker_id))]
    return tuple(
        LockerView(
            id=room.locker.locker_id,
            name=room.locker.name,
            lat_deg=room.locker.position.lat_deg,
            lon_deg=room.locker.position.lon_deg,
            compartments=tuple(
                CompartmentsView(size=size.value, count=had.of(size), taken=room.taken.count(size))
                for size in SIZES
                if had.of(size)
            ),
            promised=len(room.promised),
            parcel_ids=state.boxed.get(room.locker.locker_id, ()),
        )
        for room in rooms
        if (had := room.locker.compartments) is not None
    )


def vehicle_view(state: FleetState, vehicle: VehicleState) -> VehicleView:
    """A vehicle and the mission it is bound to."""
    mission = None if vehicle.mission_id is None else state.missions[vehicle.mission_id]
    home = vehicle.pad.at.position
    return VehicleView(
        id=vehicle.vehicle_id,
        kind=vehicle.profile.kind.value,
        hub_id=vehicle.hub_id,
        home=PlaceView(lat_deg=home.lat_deg, lon_deg=home.lon_deg),
        link=vehicle.link.value,
        ready=vehicle.ready,
        phase=None if mission is None else mission.phase.value,
        status=_status(state, vehicle, mission),
        fault=tuple(reason.text for reason in vehicle.fault),
        carries=_carries_view(vehicle.profile),
        mission=None if mission is None else _mission_view(state, mission),
        halt=None if vehicle.halt is None else _halt_view(vehicle.halt),
        unplaced_since_s=vehicle.unplaced_since_s,
    )


def _halt_view(halt: Halt) -> HaltView:
    return HaltView(how=halt.pause.value, since_s=halt.since_s, by=halt.by or None)


def _carries_view(profile: VehicleProfile) -> CarriesView:
    return CarriesView(
        payload_kg=profile.max_payload_kg,
        compartments=profile.compartments,
        largest=profile.largest.value,
        temperatures=tuple(one.value for one in profile.temperatures),
        skills=tuple(one.value for one in profile.skills),
    )


def _mission_view(state: FleetState, mission: MissionState) -> MissionView:
    plan = mission.plan
    return MissionView(
        id=plan.mission.mission_id,
        order_id=state.parcels[plan.parcel_id].order_id,
        parcel_id=plan.parcel_id,
        stops=tuple(_stop_view(state, p, at_s) for p, at_s in plan.handovers_at_s.items()),
        path=_path(mission),
        legs=tuple(_leg_view(leg) for leg in plan.mission.legs),
        legs_done=mission.legs_done,
        depart_at_s=plan.depart_at_s,
        handover_at_s=plan.handover_at_s,
        end_at_s=plan.end_at_s if mission.other_air is None else mission.other_air.timed.ends_at_s,
        started_at_s=mission.started_at_s,
    )


def _stop_view(state: FleetState, parcel_id: ParcelId, handover_at_s: float) -> StopView:
    parcel = state.parcels[parcel_id]
    return StopView(
        parcel_id=parcel_id,
        order_id=parcel.order_id,
        address=place_of(state, parcel).label,
        handover_at_s=handover_at_s,
        delivered_at_s=parcel.delivered_at_s,
    )


def _path(mission: MissionState) -> tuple[tuple[float, float, float], ...]:
    """Its way out and back; of a flight that was given up, what it flies instead."""
    points: list[tuple[float, float, float]] = []
    for waypoint in _waypoints(mission):
        point = (
            round(waypoint.position.lon_deg, 7),
            round(waypoint.position.lat_deg, 7),
            round(waypoint.height_agl_m, 2),
        )
        if not points or points[-1] != point:
            points.append(point)
    return tuple(points)


def _waypoints(mission: MissionState) -> Iterator[Waypoint]:
    if mission.other_air is not None:
        yield from (point.waypoint for point in mission.other_air.timed.points)
        return
    for leg in mission.plan.mission.legs:
        yield from leg.path.waypoints if isinstance(leg, Travel) else ()


def _leg_view(leg: Leg) -> LegView:
    kind: LegKind
    match leg:
        case PickUp(parcel_id=parcel_id):
            kind, label = "pick_up", f"Take {parcel_id} aboard"
        case Travel(path=path):
            kind, label = "travel", f"Travel {path.length_m:.0f} m"
        case DropOff(parcel_id=parcel_id):
            kind, label = "drop_off", f"Hand {parcel_id} over"
        case Wait(service_s=service_s):
            kind, label = "wait", f"Wait {service_s:.0f} s"
        case Dock():
            kind, label = "dock", "Dock"
        case _:
            assert_never(leg)
    return LegView(kind=kind, label=label)


def _status(state: FleetState, vehicle: VehicleState, mission: MissionState | None) -> str:
    doing = _idle(vehicle) if mission is None else _busy(state, mission)
    if vehicle.halt is not None:
        waits = once_resumed(state, vehicle.vehicle_id)
        then = "" if waits is None else f", and {waits[0]} when it is resumed"
        doing = f"{of_halt(vehicle.halt)}{then}. {doing}"
    match vehicle.link:
        case LinkState.MISSING:
            return "Missing: not heard since before the end of its mission"
        case LinkState.LOST:
            return f"Link lost; last known: {doing[0].lower()}{doing[1:]}"
        case LinkState.NEVER:
            return "Not heard yet"
        case LinkState.UP if vehicle.unplaced_since_s is not None:
            return f"Nobody knows where it is since {time_of_day(vehicle.unplaced_since_s)}. {doing}"
        case LinkState.UP:
            asked = "" if vehicle.asked is None else f" ({vehicle.asked.by} asks: {vehicle.asked.ask.value})"
            return doing + asked
    assert_never(vehicle.link)


def _idle(vehicle: VehicleState) -> str:
    if vehicle.fault:
        more = len(vehicle.fault) - 1
        return f"Out of work: {vehicle.fault[0].text}" + (f" And {more} more." if more else "")
    return "Ready on its pad" if vehicle.ready else "On its pad, charging or checking"


def _busy(state: FleetState, mission: MissionState) -> str:
    plan = mission.plan
    left = [p for p in mission.carried if state.parcels[p].phase is not ParcelPhase.DELIVERED]
    last = state.parcels[left[0] if left else plan.parcel_ids[-1]]
    what = f"{last.order_id} to {place_of(state, last).label}" + (
        f", then {len(left) - 1} more" * (len(left) > 1)
    )
    match mission.phase:
        case MissionPhase.PLANNED:
            return f"Planned: {what}"
        case MissionPhase.LOADED:
            return f"Plan loaded: {what}"
        case MissionPhase.PARCEL_ABOARD:
            return f"Parcel aboard: {what}"
        case MissionPhase.UNDER_WAY:
            return f"Carrying {what}" if left else f"Going back after {what}"
        case MissionPhase.GIVEN_UP:
            why = sentences(mission.reasons)
            return f"Gave up {what}: {why}" if why else f"Gave up {what}"
        case MissionPhase.ENDED | MissionPhase.WITHDRAWN | MissionPhase.LOST:
            return f"Finished with {what}"
    assert_never(mission.phase)


def event_view(entry: Entry, state: FleetState) -> EventView:
    """One line of the journal as a sentence."""
    described = describe(entry, state)
    return EventView(
        seq=entry.seq,
        at_s=entry.at_s,
        kind=type(entry.event).__name__,
        severity=described.severity.value,
        text=described.text,
        vehicle_id=described.vehicle_id,
        order_id=described.order_id,
    )


def telemetry_view(vehicle_id: VehicleId, sample: Telemetry, links: Links, now_s: float) -> TelemetryView:
    """A sample, rounded to what a map can show (1e-7 degrees are a centimetre)."""
    return TelemetryView(
        id=vehicle_id,
        lat_deg=round(sample.position.lat_deg, 7),
        lon_deg=round(sample.position.lon_deg, 7),
        height_agl_m=round(sample.height_agl_m, 2),
        heading_deg=round(sample.heading_deg, 1),
        speed_mps=round(hypot(sample.north_mps, sample.east_mps), 2),
        battery_frac=round(sample.battery_frac, 4),
        mode=sample.mode.value,
        armed=sample.armed,
        age_s=round(max(0.0, now_s - sample.placed_at_s), 2),
        carrying=sample.carrying,
        warnings=len(sample.health.warnings) + len(sample.health.unhealthy) + len(sample.health.findings),
        links=_links(links, now_s),
    )


def _links(links: Links, now_s: float) -> tuple[LinkView, ...]:
    """Links worth a look: one that does well is not sent to every screen five times a second."""
    if not links or (len(links) == 1 and not links[0].trouble and links[0].loss_frac <= _LITTLE_LOSS_FRAC):
        return ()
    return tuple(link_view(link, now_s) for link in links)


def link_view(link: LinkQuality, now_s: float) -> LinkView:
    """How a link does at `now_s`."""
    return LinkView(
        name=link.name,
        age_s=None if link.heard_at_s is None else round(max(0.0, now_s - link.heard_at_s), 1),
        loss_frac=round(link.loss_frac, 2),
        best=link.best,
        trouble=link.trouble,
    )
