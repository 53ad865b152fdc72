"""What operators close and open again while the fleet works."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from itertools import pairwise
from math import cos, radians
from uuid import uuid4

from geofences.formats.notes import UnreadableError
from geofences.formats.ring_width import check_simple, check_width
from geofences.position import GeoPoint, distance_m
from geofences.zone import Medium, ZoneId
from orchestrator.gateway.contract.failures import Failure
from orchestrator.gateway.contract.messages import BarredView, ClosedView
from orchestrator.gateway.contract.requests import ZoneWanted
from orchestrator.gateway.door.principals import Operator
from orchestrator.gateway.service import Service
from orchestrator.record.events import Entry, MissionWithdrawn, WayClosed, ZoneAdded
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.state import FleetState
from vehicles.clock import now_s
from vehicles.energy import power_w
from vehicles.profile import VehicleProfile

_NO_AREA_DEG2 = 1e-12
"""About a tenth of a square metre."""

_LEAST_DEGREE_M = 110_500.0
"""A degree of latitude is that long at least, anywhere."""


async def close_area(wanted: ZoneWanted, by: Operator, service: Service) -> ClosedView:
    """Journal that an area is closed, and whose way that bars; sessions carry out the rest.

    Raises `Failure` 409 where an area of that id is closed already, 422 naming the field of one that
    closes nothing; `IllegalEvent` (409) for the id of a published zone.
    """
    popup = _popup(wanted, now_s())
    if not _within_reach(popup, service.writer.state):
        _check_near(popup, service.city.bbox)
    if len(popup.corners) > 1:
        _check_ring(popup.corners)
    if popup.until_s is not None and popup.until_s <= popup.from_s:
        problem = ("until_s", "is over already, or before from_s")
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The area cannot be closed.", [problem])
    if popup.zone_id in service.writer.state.zones:
        raise Failure(HTTPStatus.CONFLICT, f"{popup.zone_id} is closed already.")
    return _view(await service.close_area(popup, by.name))


async def open_area(zone_id: str, by: Operator, service: Service) -> None:
    """Journal that an area is open again. Raises `Failure` 404, also for a published zone."""
    if ZoneId(zone_id) not in service.writer.state.zones:
        raise Failure(HTTPStatus.NOT_FOUND, f"No area that somebody closed here is called {zone_id}.")
    await service.open_area(ZoneId(zone_id), by.name)


def _popup(wanted: ZoneWanted, at_s: float) -> PopUpZone:
    zone_id = wanted.zone_id or f"CLOSED-{uuid4().hex[:8]}"
    if wanted.circle is not None:
        corners: tuple[GeoPoint, ...] = (GeoPoint(wanted.circle.lat_deg, wanted.circle.lon_deg),)
    else:
        corners = tuple(GeoPoint(corner.lat_deg, corner.lon_deg) for corner in wanted.ring or ())
    from_s = at_s if wanted.from_s is None else wanted.from_s
    return PopUpZone(
        zone_id=ZoneId(zone_id),
        name=wanted.name,
        corners=corners,
        radius_m=0.0 if wanted.circle is None else wanted.circle.radius_m,
        lower_agl_m=wanted.lower_agl_m,
        upper_agl_m=wanted.upper_agl_m,
        from_s=from_s,
        until_s=wanted.until_s if wanted.duration_s is None else from_s + wanted.duration_s,
        binds=tuple(Medium(one) for one in wanted.binds),
        reason=wanted.reason,
    )


def _within_reach(popup: PopUpZone, state: FleetState) -> bool:
    """Whether some vehicle could get there from its pad with a full battery, straight and one way."""
    return any(
        distance_m(vehicle.pad.at.position, corner) - popup.radius_m <= reach_m
        for vehicle in state.vehicles.values()
        if (reach_m := _reach_m(vehicle.profile)) > 0.0
        for corner in popup.corners
    )


def _reach_m(profile: VehicleProfile) -> float:
    flying_w = power_w(
        profile,
        payload_kg=0.0,
        speed_mps=profile.cruise_mps,
        climb_mps=0.0,
        wind_mps=0.0,
        air_kg_per_m3=1.225,
    )
    return profile.cruise_mps * profile.battery_wh * 3600.0 / max(flying_w, 1.0) * (not profile.ridden)


def _check_near(popup: PopUpZone, bbox: tuple[float, float, float, float]) -> None:
    """Raises `Failure` 422 for an area off the map: a slip of the hand would leave the right one open."""
    west_deg, south_deg, east_deg, north_deg = bbox
    lats_deg = [corner.lat_deg for corner in popup.corners]
    turns = [360.0 * round(((west_deg + east_deg) / 2 - corner.lon_deg) / 360.0) for corner in popup.corners]
    lons_deg = [corner.lon_deg + turn for corner, turn in zip(popup.corners, turns, strict=True)]
    reach_deg = popup.radius_m / _LEAST_DEGREE_M
    wide_deg = reach_deg / max(cos(radians(max(map(abs, lats_deg)))), 0.01)
    over = min(lats_deg) - reach_deg <= north_deg and max(lats_deg) + reach_deg >= south_deg
    if not over or min(lons_deg) - wide_deg > east_deg or max(lons_deg) + wide_deg < west_deg:
        reaches = f"from {south_deg:.4f}, {west_deg:.4f} to {north_deg:.4f}, {east_deg:.4f}"
        field = "ring" if len(popup.corners) > 1 else "circle"
        problem = (field, f"lies off the map, which reaches {reaches}")
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The area cannot be closed.", [problem])


def _check_ring(corners: Sequence[GeoPoint]) -> None:
    """Raises `Failure` 422 for a ring without area, of two readings, or that crosses itself."""
    try:
        check_width(corners, "ring")
        _check_area(corners)
        check_simple(corners, "ring")
    except UnreadableError as error:
        problem = ("ring", error.reason)
        raise Failure(HTTPStatus.UNPROCESSABLE_ENTITY, "The area cannot be closed.", [problem]) from error


def _check_area(corners: Sequence[GeoPoint]) -> None:
    twice_deg2, first = 0.0, corners[0]
    for a, b in pairwise(corners[1:]):
        east_a, east_b = ((one.lon_deg - first.lon_deg + 180.0) % 360.0 - 180.0 for one in (a, b))
        twice_deg2 += abs(east_a * (b.lat_deg - first.lat_deg) - east_b * (a.lat_deg - first.lat_deg))
    if twice_deg2 < _NO_AREA_DEG2:
        raise UnreadableError("ring", "has no area: its corners lie on one line")


def _view(entries: Sequence[Entry]) -> ClosedView:
    barred = []
    for entry in entries:
        event = entry.event
        if isinstance(event, WayClosed | MissionWithdrawn):
            at_s = event.at_s if isinstance(event, WayClosed) else None
            why = " ".join(f"{reason.text}." for reason in event.reasons)
            barred.append(
                BarredView(vehicle_id=event.vehicle_id, mission_id=event.mission_id, at_s=at_s, why=why)
            )
    seq, zone = next((entry.seq, entry.event) for entry in entries if isinstance(entry.event, ZoneAdded))
    return ClosedView(zone_id=zone.zone.zone_id, by=zone.by, seq=seq, barred=tuple(barred))
