"""The gateway's HTTP and live stream over a played fleet, for the console's own tests.

Run it to work on the page: `python tests/browser/played_gateway.py --port 8080`, then `npm run dev`.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

sys.path.insert(0, str(Path(__file__).parent))

from played_fleet import BBOX, HUBS, PLACED_EARLIER, START_S, STREETS, Json, fleet, order_view, telemetry_view, vehicle_view

ROOT = Path(__file__).parents[2]
CITY = ROOT / "sitl" / "city" / "helsinki.geojson.gz"
LOST = "D4"


def _square(lat: float, lon: float, size: float) -> list[list[list[float]]]:
    ring = [[lon - size, lat - size / 2], [lon + size, lat - size / 2], [lon + size, lat + size / 2], [lon - size, lat + size / 2]]
    return [[*ring, ring[0]]]


ZONES = (
    ("Z1", "Hospital helipad", "PROHIBITED", True, _square(60.1752, 24.9405, 0.0016)),
    ("Z2", "Railway square event", "REQ_AUTHORISATION", True, _square(60.1712, 24.9437, 0.0010)),
    ("Z3", "Botanic garden", "CONDITIONAL", True, _square(60.1758, 24.9470, 0.0012)),
    ("Z4", "Harbour, weekdays", "REQ_AUTHORISATION", False, _square(60.1668, 24.9510, 0.0012)),
)


class Played:
    """The fleet, what the page changed, and who listens."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self.began_s = asyncio.get_running_loop().time()
        self.vehicles = fleet()
        self.placed: list[Json] = []
        self.cancelled: set[str] = set()
        self.seen: dict[str, str] = {}
        self.events: list[Json] = []
        for n, (address, *_) in enumerate(STREETS[:PLACED_EARLIER]):
            self.tell("OrderPlaced", f"Order O{n + 1} placed for {address}.", order_id=f"O{n + 1}")
        self.tell("LinkLost", f"{LOST} has been silent for 10 s.", severity="warning", vehicle_id=LOST)

    def now_s(self) -> float:
        return START_S + (asyncio.get_running_loop().time() - self.began_s) * self.speed

    def tell(self, kind: str, text: str, *, severity: str = "info", vehicle_id: str | None = None, order_id: str | None = None) -> None:
        event = {"seq": len(self.events) + 1, "at_s": self.now_s(), "kind": kind, "severity": severity, "text": text}
        self.events.append({**event, "vehicle_id": vehicle_id, "order_id": order_id})

    def vehicle_views(self) -> list[Json]:
        return [vehicle_view(v, self.now_s(), lost=v.vehicle_id == LOST) for v in self.vehicles]

    def order_views(self) -> list[Json]:
        by_street = {v.street: v for v in self.vehicles if v.delay_s < 1e6}
        views = [order_view(n, by_street.get(n), self.now_s()) for n in range(PLACED_EARLIER)]
        return [{**o, "status": "cancelled"} if o["id"] in self.cancelled else o for o in [*views, *self.placed]]

    def alert_views(self) -> list[Json]:
        rows = [
            ("link:D4", "warning", "D4 has been silent for 10 s. It flies on by its own plan.", LOST),
            ("battery:D2", "critical", "D2 needs more energy than its reserve allows.", "D2"),
        ]
        return [
            {"key": key, "severity": severity, "text": text, "raised_at_s": START_S - 30.0, "vehicle_id": vehicle, "lat_deg": None, "lon_deg": None, "acknowledged_by": self.seen.get(key)}
            for key, severity, text, vehicle in rows
        ]

    def snapshot(self) -> Json:
        hubs = [
            {"id": i, "name": name, "lat_deg": lat, "lon_deg": lon, "pads": [{"id": v.vehicle_id, "lat_deg": v.pad[0], "lon_deg": v.pad[1]} for v in self.vehicles if HUBS[v.hub][0] == i]}
            for i, name, lat, lon in HUBS
        ]
        return {"now_s": self.now_s(), "speed": self.speed, "attribution": "© OpenStreetMap contributors, ODbL 1.0", "bbox": BBOX, "hubs": hubs, "vehicles": self.vehicle_views(), "orders": self.order_views(), "alerts": self.alert_views(), "events": self.events[-200:]}


def _played(request: Request | WebSocket) -> Played:
    played = request.app.state.played
    if not isinstance(played, Played):
        raise TypeError("the app was started without a fleet")
    return played


async def live(socket: WebSocket) -> None:
    played = _played(socket)
    await socket.accept(subprotocol="sanderling.v1")
    await socket.send_json({"type": "snapshot", **played.snapshot()})
    told = len(played.events)
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            for tick in range(5):
                batch = [telemetry_view(v, played.now_s(), lost=v.vehicle_id == LOST) for v in played.vehicles]
                await socket.send_json({"type": "telemetry", "now_s": played.now_s(), "vehicles": batch})
                if tick % 2 == 0:
                    changes = {"vehicles": played.vehicle_views(), "orders": played.order_views(), "alerts": played.alert_views()}
                    await socket.send_json({"type": "changes", "now_s": played.now_s(), **changes, "events": played.events[told:]})
                    told = len(played.events)
                await asyncio.sleep(0.2)


async def city(_: Request) -> Response:
    return Response(CITY.read_bytes(), media_type="application/geo+json", headers={"content-encoding": "gzip"})


async def zones(_: Request) -> Response:
    features = [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": ring}, "properties": {"id": i, "name": name, "restriction": rule, "active": active, "lower": "ground", "upper": "120 m AGL", "when": "always" if active else "Mon to Fri 07:00 to 16:00", "message": ""}}
        for i, name, rule, active, ring in ZONES
    ]
    return JSONResponse({"type": "FeatureCollection", "features": features})


def _problems(wanted: Json) -> Iterator[Json]:
    if wanted["parcels"][0]["mass_kg"] <= 0:
        yield {"field": "parcels.0.mass_kg", "reason": "must be more than 0"}
    if wanted["parcels"][0]["mass_kg"] > 50:
        yield {"field": "parcels.0.mass_kg", "reason": "no vehicle here carries more than 10 kg"}


async def place(request: Request) -> Response:
    played, wanted = _played(request), json.loads(await request.body())
    problems = list(_problems(wanted))
    if problems:
        return JSONResponse({"error": "The order cannot be taken.", "problems": problems}, 422)
    view = order_view(len(STREETS) - 1, None, played.now_s())
    number, drop_off = len(STREETS) + len(played.placed) + 1, wanted["drop_off"]
    view |= {"id": f"O{number}", "address": drop_off["label"], "lat_deg": drop_off["lat_deg"], "lon_deg": drop_off["lon_deg"]}
    view |= {"hub_id": wanted["hub_id"], "deadline_s": wanted["deadline_s"], "placed_at_s": played.now_s(), "placed_by": "operator"}
    played.placed.append(view)
    played.tell("OrderPlaced", f"Order {view['id']} placed for {view['address']}.", order_id=view["id"])
    return JSONResponse(view, 201)


async def cancel(request: Request) -> Response:
    _played(request).cancelled.add(request.path_params["order_id"])
    return JSONResponse({})


async def explain(request: Request) -> Response:
    played, order_id = _played(request), request.path_params["order_id"]
    carrier = next((v for v in played.vehicles if f"O{v.street + 1}" == order_id and v.delay_s < 1e6), None)
    if carrier is None:
        return JSONResponse({"order_id": order_id, "text": "It waits for a vehicle.", "parcels": []})
    due_s = START_S + carrier.delay_s + carrier.half_s() + 8.0
    quotes = [
        {"vehicle_id": v.vehicle_id, "handover_at_s": None if v.kind == "robot" and v is not carrier else due_s + 35.0 * abs(n - carrier.street), "reasons": ["Too far to be back on its battery."] if v.kind == "robot" and v is not carrier else []}
        for n, v in enumerate(played.vehicles)
    ]
    choice = {"mission_id": 100, "planned_at_s": START_S - 20.0, "vehicle_id": carrier.vehicle_id, "outcome": "under way", "reasons": [], "quotes": quotes}
    parcel = {"id": f"{order_id}-1", "phase": "on_the_way", "text": "", "waiting_for": [], "choices": [choice]}
    return JSONResponse({"order_id": order_id, "text": f"{carrier.vehicle_id} would hand it over soonest of all that can.", "parcels": [parcel]})


async def ask(request: Request) -> Response:
    played, vehicle_id = _played(request), request.path_params["vehicle_id"]
    wanted = json.loads(await request.body())["ask"]
    for v in played.vehicles:
        if v.vehicle_id == vehicle_id:
            v.held_at_s = played.now_s() if wanted == "hold" else None
    played.tell("OperatorAsked", f"operator asked {vehicle_id} to {wanted}.", vehicle_id=vehicle_id)
    return JSONResponse({"vehicle_id": vehicle_id, "ask": wanted, "by": "operator", "seq": len(played.events)}, 202)


async def acknowledge(request: Request) -> Response:
    _played(request).seen[request.path_params["key"]] = "operator"
    return JSONResponse({})


def app(page: Path) -> Starlette:
    """Routes as the gateway has them; the page at the root."""
    return Starlette(
        routes=[
            WebSocketRoute("/v1/live", live),
            Route("/v1/map", city),
            Route("/v1/zones", zones),
            Route("/v1/orders", place, methods=["POST"]),
            Route("/v1/orders/{order_id}/cancel", cancel, methods=["POST"]),
            Route("/v1/orders/{order_id}/explanation", explain),
            Route("/v1/vehicles/{vehicle_id}/ask", ask, methods=["POST"]),
            Route("/v1/alerts/{key}/acknowledge", acknowledge, methods=["POST"]),
            Mount("/", StaticFiles(directory=page, html=True)),
        ]
    )


async def serve(port: int, speed: float, page: Path) -> None:
    """Serves until the process is ended."""
    application = app(page)
    application.state.played = Played(speed)
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    await uvicorn.Server(config).serve()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--page", type=Path, default=ROOT / "orchestrator" / "console" / "dist")
    wanted = parser.parse_args()
    asyncio.run(serve(wanted.port, wanted.speed, wanted.page))


if __name__ == "__main__":
    main()
