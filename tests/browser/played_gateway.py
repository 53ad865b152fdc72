"""The gateway's HTTP and live stream over a played fleet, for the console's own tests.

Run it to work on the page: `python -m tests.browser.played_gateway --port 8080`, then `npm run dev`.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import math
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from orchestrator.gateway.door.limits import SAFE_HEADERS
from tests.browser.played_fleet import STREETS, Json, order_view
from tests.browser.played_state import ZONES, Played

ROOT = Path(__file__).parents[2]
CITY = ROOT / "sitl" / "city" / "helsinki.geojson.gz"


_CLOSED: dict[str, tuple[str, list[list[list[float]]]]] = {}
"""Areas closed from the page: their names and rings."""


def eastward(value: Any, by_deg: float, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same, so far east: across 180 degrees longitudes go on at -180."""
    if name == "lon_deg" and isinstance(value, float):
        return (value + by_deg + 180.0) % 360.0 - 180.0
    if name == "bbox":
        return [eastward(edge, by_deg, "" if n % 2 else "lon_deg") for n, edge in enumerate(value)]
    if isinstance(value, list | tuple) and value and isinstance(value[0], float) and len(value) in {2, 3}:
        return [eastward(value[0], by_deg, "lon_deg"), *value[1:]]
    if isinstance(value, list | tuple):
        return [eastward(one, by_deg) for one in value]
    if isinstance(value, dict):
        return {key: eastward(one, by_deg, key) for key, one in value.items()}
    return value


def _played(request: Request | WebSocket) -> Played:
    played = request.app.state.played
    if not isinstance(played, Played):
        raise TypeError("the app was started without a fleet")
    return played


async def live(socket: WebSocket) -> None:
    played, east_deg = _played(socket), socket.app.state.east_deg
    await socket.accept(subprotocol="sanderling.v1")

    async def say(message: Json) -> None:
        await socket.send_json(eastward(message, east_deg) if east_deg else message)

    await say({"type": "snapshot", **played.snapshot()})
    told = len(played.events)
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            for tick in range(5):
                batch = played.telemetry_views()
                await say({"type": "telemetry", "now_s": played.now_s(), "vehicles": batch})
                if tick % 2 == 0:
                    changes = {
                        "vehicles": played.vehicle_views(),
                        "orders": played.order_views(),
                        "alerts": played.alert_views(),
                    }
                    await say(
                        {
                            "type": "changes",
                            "now_s": played.now_s(),
                            **changes,
                            "events": played.events[told:],
                        }
                    )
                    told = len(played.events)
                await asyncio.sleep(0.2)


async def city(request: Request) -> Response:
    if east_deg := request.app.state.east_deg:
        return JSONResponse(eastward(json.loads(gzip.decompress(CITY.read_bytes())), east_deg))
    return Response(
        CITY.read_bytes(), media_type="application/geo+json", headers={"content-encoding": "gzip"}
    )


async def close(request: Request) -> Response:
    """A circle of twelve corners, which bars the way of the first vehicle."""
    wanted = json.loads(await request.body())
    if wanted["circle"]["radius_m"] <= 0:
        problem = {"field": "circle.radius_m", "reason": "must be more than 0"}
        return JSONResponse({"error": "The area cannot be closed.", "problems": [problem]}, 422)
    circle, half_deg = wanted["circle"], wanted["circle"]["radius_m"] / 111_000.0
    turns = [math.tau * i / 12 for i in range(13)]
    ring = [
        [circle["lon_deg"] + 2 * half_deg * math.sin(t), circle["lat_deg"] + half_deg * math.cos(t)]
        for t in turns
    ]
    _CLOSED["CLOSED-1"] = wanted["name"], [ring]
    barred = [{"vehicle_id": "D1", "mission_id": 1, "at_s": None, "why": f"crosses {wanted['name']}."}]
    return JSONResponse({"zone_id": "CLOSED-1", "by": "operator", "seq": 9, "barred": barred}, 201)


async def open_again(request: Request) -> Response:
    del _CLOSED[request.path_params["zone_id"]]
    return Response(status_code=204)


async def zones(request: Request) -> Response:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": ring},
            "properties": {
                "id": i,
                "name": name,
                "restriction": rule,
                "active": active,
                "lower": "ground",
                "upper": "120 m AGL",
                "when": "always" if active else "Mon to Fri 07:00 to 16:00",
                "message": "",
            },
        }
        for i, name, rule, active, ring in ZONES
    ]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": rings},
            "properties": {
                "id": zone_id,
                "name": name,
                "restriction": "PROHIBITED",
                "active": True,
                "closed_here": True,
            },
        }
        for zone_id, (name, rings) in _CLOSED.items()
    ]
    return JSONResponse(
        eastward({"type": "FeatureCollection", "features": features}, request.app.state.east_deg)
    )


def _problems(wanted: Json) -> Iterator[Json]:
    if wanted["parcels"][0]["mass_kg"] <= 0:
        yield {"field": "parcels.0.mass_kg", "reason": "must be more than 0"}
    if wanted["parcels"][0]["mass_kg"] > 50:
        yield {"field": "parcels.0.mass_kg", "reason": "no vehicle here carries more than 10 kg"}
    if wanted["parcels"][0]["temperature"] == "frozen":
        yield {"field": "parcels.0.temperature", "reason": "No vehicle of H1 keeps anything frozen."}
    if wanted.get("ready_at_s", 0.0) > wanted["deadline_s"]:
        yield {"field": "ready_at_s", "reason": "The parcels are ready only 60 s after the deadline."}


async def place(request: Request) -> Response:
    played, wanted = _played(request), json.loads(await request.body())
    problems = list(_problems(wanted))
    if problems:
        return JSONResponse({"error": "The order cannot be taken.", "problems": problems}, 422)
    view = order_view(len(STREETS) - 1, None, played.now_s())
    number, drop_off = len(STREETS) + len(played.placed) + 1, wanted["drop_off"]
    view |= {
        "id": f"O{number}",
        "address": drop_off["label"],
        "lat_deg": drop_off["lat_deg"],
        "lon_deg": drop_off["lon_deg"],
    }
    view |= {
        "hub_id": wanted["hub_id"],
        "deadline_s": wanted["deadline_s"],
        "placed_at_s": played.now_s(),
        "placed_by": "operator",
        "next_vehicle_id": None,
        **{name: wanted[name] for name in ("skills", "earliest_at_s", "ready_at_s") if name in wanted},
    }
    view["parcels"] = [view["parcels"][0] | wanted["parcels"][0]]
    if pick_up := wanted.get("pick_up"):
        view["pick_up"] = {"address": pick_up["label"], "locker_id": None} | {
            name: pick_up[name] for name in ("kind", "lat_deg", "lon_deg")
        }
    played.placed.append(view)
    played.tell("OrderPlaced", f"Order {view['id']} placed for {view['address']}.", order_id=view["id"])
    return JSONResponse(view, 201)


async def cancel(request: Request) -> Response:
    _played(request).cancelled.add(request.path_params["order_id"])
    return JSONResponse({})


async def explain(request: Request) -> Response:
    return JSONResponse(_played(request).explanation_view(request.path_params["order_id"]))


async def ask(request: Request) -> Response:
    played, vehicle_id = _played(request), request.path_params["vehicle_id"]
    wanted = json.loads(await request.body())["ask"]
    for v in played.vehicles:
        if v.vehicle_id == vehicle_id:
            v.held_at_s = played.now_s() if wanted == "hold" else None
    played.tell("OperatorAsked", f"operator asked {vehicle_id} to {wanted}.", vehicle_id=vehicle_id)
    return JSONResponse(
        {"vehicle_id": vehicle_id, "ask": wanted, "by": "operator", "seq": len(played.events)}, 202
    )


async def condition(request: Request) -> Response:
    return JSONResponse(_played(request).condition_view(request.path_params["vehicle_id"]))


async def acknowledge(request: Request) -> Response:
    _played(request).seen[request.path_params["key"]] = "operator"
    return JSONResponse({})


class SafeHeaders:
    """The headers that the real gateway sends with everything, its content policy above all."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] += [(n.lower().encode(), v.encode()) for n, v in SAFE_HEADERS.items()]
            await send(message)

        await self.app(scope, receive, send_safely)


def app(page: Path) -> Starlette:
    """Routes as the gateway has them; the page at the root."""
    return Starlette(
        middleware=[Middleware(SafeHeaders)],
        routes=[
            WebSocketRoute("/v1/live", live),
            Route("/v1/map", city),
            Route("/v1/zones", zones),
            Route("/v1/zones", close, methods=["POST"]),
            Route("/v1/zones/{zone_id}", open_again, methods=["DELETE"]),
            Route("/v1/orders", place, methods=["POST"]),
            Route("/v1/orders/{order_id}/cancel", cancel, methods=["POST"]),
            Route("/v1/orders/{order_id}/explanation", explain),
            Route("/v1/vehicles/{vehicle_id}/condition", condition),
            Route("/v1/vehicles/{vehicle_id}/ask", ask, methods=["POST"]),
            Route("/v1/alerts/{key}/acknowledge", acknowledge, methods=["POST"]),
            Mount("/", StaticFiles(directory=page, html=True)),
        ],
    )


async def serve(port: int, speed: float, page: Path, east_deg: float) -> None:
    """Serves until the process is ended."""
    application = app(page)
    application.state.played = Played(speed)
    application.state.east_deg = east_deg
    config = uvicorn.Config(
        application, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1
    )
    await uvicorn.Server(config).serve()


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--page", type=Path, default=ROOT / "orchestrator" / "console" / "dist")
    parser.add_argument(
        "--east", type=float, default=0.0, help="how far east of itself the city lies, degrees"
    )
    wanted = parser.parse_args()
    asyncio.run(serve(wanted.port, wanted.speed, wanted.page, wanted.east))


if __name__ == "__main__":
    main()
