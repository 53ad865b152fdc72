"""Open the doors of a running orchestrator: the gateway, as the configuration wants it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, assert_never

import orjson

from geofences.formats.geojson import zones_collection
from geofences.position import GeoPoint
from orchestrator.app import App
from orchestrator.config.gateway import GatewayConfig, PersonConfig
from orchestrator.customers.link import TrackingSecret
from orchestrator.files.site import Site
from orchestrator.gateway.door.access import AccessRules, Key
from orchestrator.gateway.door.principals import (
    Integrator,
    LockerSystem,
    Monitor,
    Operator,
    Principal,
    Rider,
)
from orchestrator.gateway.door.sign_in import signed_in
from orchestrator.gateway.http import create_app
from orchestrator.gateway.inside import inside_of
from orchestrator.gateway.photos import NO_PHOTOS, Photos
from orchestrator.gateway.server import serve
from orchestrator.gateway.service import City, Service
from orchestrator.operations.watching.popups import zone_of
from orchestrator.orders.order import LockerId
from vehicles.clock import now_s
from vehicles.mission import VehicleId

_HALF_TURN_DEG = 180.0


@asynccontextmanager
async def open_doors(
    app: App, site: Site, config: GatewayConfig, *, speed: float, photos: Photos = NO_PHOTOS
) -> AsyncIterator[str]:
    """Serve the API, the live stream and the console while the context lasts; yields the address.

    `speed` is fleet seconds per second of the wall clock. Raises `GatewayError` naming the setting
    when the address cannot be listened on. `photos` keeps pictures that prove hand-overs.
    """
    secret = _tracking_secret(config)
    service = Service(
        writer=app.writer,
        telemetry=app.telemetry,
        wired=app.wired,
        candidates=app.candidates,
        place=app.place,
        close_area=app.close_area,
        open_area=app.open_area,
        city=_city(app, site),
        access=_access(app, config, secret),
        tracking_secret=secret,
        console_dir=Path(str(files("orchestrator"))) / "console" / "dist",
        speed=speed,
        recent=app.recent,
        handsets=app.handsets,
        wake=app.wake,
        urgent=app.urgent,
        may_return=app.may_return,
        undecided_s=app.undecided_s,
        photos=photos,
    )
    door = create_app(service)
    leaving = inside_of(door).gate.close
    async with photos.swept(), serve(door, config.host, config.port, speed, leaving) as address:
        yield address


def _city(app: App, site: Site) -> City:
    corners = [corner for building in site.city.buildings for corner in building.footprint.corners]
    corners += [point for way in site.city.footways for point in way.points]
    return City(
        map_gz=site.map_gz,
        zones=lambda at_s: orjson.dumps(_zones(app, site, at_s)),
        attribution=site.city.attribution,
        bbox=bbox_of(corners or [site.city.centre]),
    )


def _zones(app: App, site: Site, at_s: float) -> dict[str, Any]:
    """Those published, then those that people have closed, which say so: `closed_here`."""
    published = zones_collection(site.surroundings.airspace.zones, at_s)
    closed = zones_collection((zone_of(one) for _, one in sorted(app.state.zones.items())), at_s)
    for feature in closed["features"]:
        feature["properties"]["closed_here"] = True
    return published | {"features": [*published["features"], *closed["features"]]}


def bbox_of(points: list[GeoPoint]) -> tuple[float, float, float, float]:
    """West, south, east, north; of points on both sides of the antimeridian east is more than 180."""
    lons_deg = [point.lon_deg for point in points]
    if max(lons_deg) - min(lons_deg) > _HALF_TURN_DEG:
        lons_deg = [lon_deg % 360.0 for lon_deg in lons_deg]
    lats_deg = [point.lat_deg for point in points]
    return min(lons_deg), min(lats_deg), max(lons_deg), max(lats_deg)


def _access(app: App, config: GatewayConfig, secret: TrackingSecret) -> AccessRules:
    keys = tuple(Key.of(_principal(person), person.key) for person in config.people)

    def by_link(token: str) -> VehicleId | None:
        vehicle_id = signed_in(token, secret, now_s())
        return vehicle_id if vehicle_id in app.handsets else None

    return AccessRules(keys, config.loopback_operator, by_link)


def _principal(person: PersonConfig) -> Principal:
    match person.role:
        case "operator":
            return Operator(person.name)
        case "integrator":
            return Integrator(person.name)
        case "courier":
            return Rider(person.name, VehicleId(person.rides or ""))
        case "locker":
            return LockerSystem(person.name, LockerId(person.locker) if person.locker else None)
        case "monitor":
            return Monitor(person.name)
    assert_never(person.role)


def _tracking_secret(config: GatewayConfig) -> TrackingSecret:
    """The configured secret, or one that lives as long as this run."""
    return TrackingSecret(config.tracking_key.encode() if config.tracking_key else secrets.token_bytes(32))
