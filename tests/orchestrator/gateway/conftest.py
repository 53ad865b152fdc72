"""The gateway over a real writer, a journal in memory and a small fleet; no sockets."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from geofences.airspace import Airspace
from geofences.position import GeoPoint, LocalFrame
from geofences.sidewalk import Footpaths
from geofences.zone import ZoneId
from orchestrator.customers.link import TrackingSecret
from orchestrator.gateway.door.access import AccessRules, Key
from orchestrator.gateway.door.principals import Integrator, Operator, Principal
from orchestrator.gateway.http import create_app
from orchestrator.gateway.service import City, Service
from orchestrator.operations.planning.surroundings import Surroundings
from orchestrator.operations.watching.popups import closing
from orchestrator.orders.intake import Rejected, intake
from orchestrator.orders.intake_reach import Reached
from orchestrator.orders.order import Order
from orchestrator.orders.request import OrderRequest
from orchestrator.record.events import Entry, Event, OrderPlaced, ZoneRemoved
from orchestrator.record.facts.zones import PopUpZone
from orchestrator.record.journal import MemoryJournal
from orchestrator.record.state import FleetState
from orchestrator.record.writer import Writer
from tests.orchestrator.record.story import CENTRE, D1, START_S, opening, order
from vehicles.mission import MissionId, VehicleId
from vehicles.telemetry import Health, Landed, MissionProgress, Mode, Telemetry

NOW_S = START_S + 1000.0
KEYS: dict[str, tuple[Principal, str]] = {
    "anna": (Operator("anna"), "anna-has-a-long-key"),
    "shop": (Integrator("shop"), "shop-has-a-long-key"),
    "cafe": (Integrator("cafe"), "cafe-has-a-long-key"),
}


_FRAME = LocalFrame(CENTRE)
_AROUND = Surroundings(Airspace(_FRAME, (), (), 0.0), Footpaths(_FRAME, ()))


@dataclass
class Depot:
    """What is behind the gateway, within reach of the tests."""

    writer: Writer
    now_s: float = NOW_S
    seen: dict[VehicleId, Telemetry] = field(default_factory=dict)

    async def place(self, request: OrderRequest) -> Order | Rejected:
        """Intake in the writer's turn, at a place that every vehicle serves."""
        outcome: list[Order | Rejected] = []

        def decide(state: FleetState) -> Sequence[Event]:
            outcome.append(_taken_in(request, state, self.now_s))
            return [OrderPlaced(placed) for placed in outcome if isinstance(placed, Order)]

        await self.writer.write(decide)
        return outcome[0]

    async def close_area(self, zone: PopUpZone, by: str) -> Sequence[Entry]:
        """In the writer's turn, over open ground."""
        return await self.writer.write(lambda state: closing(zone, by, state, _AROUND, NOW_S))

    async def open_area(self, zone_id: ZoneId, by: str) -> Sequence[Entry]:
        """In the writer's turn."""
        return await self.writer.write(lambda _: (ZoneRemoved(zone_id, by),))


def _taken_in(request: OrderRequest, state: FleetState, now_s: float) -> Order | Rejected:
    vehicles = state.vehicles.values()
    return intake(
        request,
        hubs=state.hubs,
        fleet={hub: [v.profile for v in vehicles if v.hub_id == hub] for hub in state.hubs},
        lockers=state.lockers,
        known=state.orders,
        reaches=lambda run: Reached(run.from_s + 300.0, 300.0),
        now_s=now_s,
    )


def a_sample(at: GeoPoint, at_s: float) -> Telemetry:
    return Telemetry(
        heard_at_s=at_s,
        position=at,
        height_agl_m=50.0,
        north_mps=3.0,
        east_mps=4.0,
        down_mps=0.0,
        heading_deg=53.1,
        battery_frac=0.75,
        armed=True,
        landed=Landed.IN_MOTION,
        mode=Mode.MISSION,
        progress=MissionProgress(MissionId(1), 1),
        health=Health(ready=True, failsafe=False),
        carrying=True,
    )


@pytest.fixture
async def depot(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Depot]:
    """A hub, D1, D2 and R1; the shop's order O1 and the cafe's order C1; fleet time stands still."""
    monkeypatch.setattr("orchestrator.gateway.showing.gallery.now_s", lambda: NOW_S)
    monkeypatch.setattr("orchestrator.gateway.acts.closing.now_s", lambda: NOW_S)
    async with Writer(MemoryJournal(), clock=lambda: NOW_S) as writer:
        depot = Depot(writer)
        await writer.facts(*opening(order("O1"), replace(order("C1"), placed_by="cafe")))
        depot.seen[D1] = a_sample(writer.state.vehicles[D1].pad.at.position, depot.now_s - 1.5)
        yield depot


def a_service(depot: Depot, speed: float = 1.0) -> Service:
    """The service over the depot: keys for anna, shop and cafe; this machine acts as desk."""
    return Service(
        writer=depot.writer,
        telemetry=lambda: depot.seen,
        place=depot.place,
        close_area=depot.close_area,
        open_area=depot.open_area,
        city=City(
            map_gz=gzip.compress(b'{"type":"FeatureCollection","features":[]}'),
            zones=lambda at_s: b'{"type":"FeatureCollection","features":[],"at_s":%d}' % at_s,
            attribution="(c) OpenStreetMap contributors, ODbL 1.0",
            bbox=(24.9, 60.1, 25.0, 60.2),
        ),
        access=AccessRules(
            tuple(Key.of(who, secret) for who, secret in KEYS.values()),
            loopback_operator="desk",
        ),
        tracking_secret=TrackingSecret(b"a secret of sixteen bytes"),
        console_dir=Path("/nowhere"),
        speed=speed,
    )


@pytest.fixture
def service(depot: Depot) -> Service:
    """The service over the depot."""
    return a_service(depot)


@pytest.fixture
def app(service: Service) -> FastAPI:
    """The application."""
    return create_app(service)


@dataclass
class Asker:
    """Makes a client for whoever asks."""

    app: FastAPI
    open: list[httpx.AsyncClient] = field(default_factory=list)

    def as_(self, name: str | None, peer: str = "203.0.113.9") -> httpx.AsyncClient:
        """A client with `name`'s key, or none, that connects from `peer`."""
        headers = {} if name is None else {"Authorization": f"Bearer {KEYS[name][1]}"}
        transport = httpx.ASGITransport(self.app, client=(peer, 50000))
        client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", headers=headers)
        self.open.append(client)
        return client


@pytest.fixture
async def asker(app: FastAPI) -> AsyncIterator[Asker]:
    """Clients for whoever asks; closed afterwards."""
    asker = Asker(app)
    yield asker
    for client in asker.open:
        await client.aclose()


@pytest.fixture
def anna(asker: Asker) -> httpx.AsyncClient:
    """An operator."""
    return asker.as_("anna")


@pytest.fixture
def shop(asker: Asker) -> httpx.AsyncClient:
    """An integrator."""
    return asker.as_("shop")
