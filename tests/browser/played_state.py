"""The played fleet with what the page changed in it, as the gateway's snapshot."""

from __future__ import annotations

import asyncio

from tests.browser.played_condition import condition_view
from tests.browser.played_fleet import (
    BBOX,
    HUBS,
    PLACED_EARLIER,
    START_S,
    STREETS,
    Json,
    fleet,
    order_view,
    telemetry_view,
    vehicle_view,
)
from tests.browser.played_reasons import explanation_view

LOST = "D4"


def _square(lat: float, lon: float, size: float) -> list[list[list[float]]]:
    ring = [
        [lon - size, lat - size / 2],
        [lon + size, lat - size / 2],
        [lon + size, lat + size / 2],
        [lon - size, lat + size / 2],
    ]
    return [[*ring, ring[0]]]


ZONES = (
    ("Z1", "Hospital helipad", "PROHIBITED", True, _square(60.1752, 24.9405, 0.0016)),
    ("Z2", "Railway square event", "REQ_AUTHORISATION", True, _square(60.1712, 24.9437, 0.0010)),
    ("Z3", "Botanic garden", "CONDITIONAL", True, _square(60.1758, 24.9470, 0.0012)),
    ("Z4", "Harbour, weekdays", "REQ_AUTHORISATION", False, _square(60.1668, 24.9510, 0.0012)),
)


LOCKER: Json = {
    "id": "L1",
    "name": "Kamppi lockers",
    "lat_deg": HUBS[0][2],
    "lon_deg": HUBS[0][3] + 0.0018,
    "compartments": [{"size": "medium", "count": 4, "taken": 1}],
    "promised": 0,
    "parcel_ids": [],
}
"""A hundred metres east of a hub, whose name would be written over its sign."""


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
        return float(START_S + (asyncio.get_running_loop().time() - self.began_s) * self.speed)

    def tell(
        self,
        kind: str,
        text: str,
        *,
        severity: str = "info",
        vehicle_id: str | None = None,
        order_id: str | None = None,
    ) -> None:
        event = {
            "seq": len(self.events) + 1,
            "at_s": self.now_s(),
            "kind": kind,
            "severity": severity,
            "text": text,
        }
        self.events.append({**event, "vehicle_id": vehicle_id, "order_id": order_id})

    def vehicle_views(self) -> list[Json]:
        return [vehicle_view(v, self.now_s(), lost=v.vehicle_id == LOST) for v in self.vehicles]

    def order_views(self) -> list[Json]:
        by_street = {v.street: v for v in self.vehicles if v.delay_s < 1e6}
        views = [order_view(n, by_street.get(n), self.now_s()) for n in range(PLACED_EARLIER)]
        return [
            {**o, "status": "cancelled"} if o["id"] in self.cancelled else o for o in [*views, *self.placed]
        ]

    def telemetry_views(self) -> list[Json]:
        return [telemetry_view(v, self.now_s(), lost=v.vehicle_id == LOST) for v in self.vehicles]

    def condition_view(self, vehicle_id: str) -> Json:
        (vehicle,) = (v for v in self.vehicles if v.vehicle_id == vehicle_id)
        return condition_view(vehicle, self.now_s(), lost=vehicle_id == LOST)

    def explanation_view(self, order_id: str) -> Json:
        return explanation_view(order_id, self.vehicles)

    def alert_views(self) -> list[Json]:
        rows = [
            ("link:D4", "warning", "D4 has been silent for 10 s. It flies on by its own plan.", LOST),
            ("battery:D2", "critical", "D2 needs more energy than its reserve allows.", "D2"),
        ]
        return [
            {
                "key": key,
                "severity": severity,
                "text": text,
                "raised_at_s": START_S - 30.0,
                "vehicle_id": vehicle,
                "order_id": None,
                "lat_deg": None,
                "lon_deg": None,
                "acknowledged_by": self.seen.get(key),
            }
            for key, severity, text, vehicle in rows
        ]

    def snapshot(self) -> Json:
        hubs = [
            {
                "id": i,
                "name": name,
                "lat_deg": lat,
                "lon_deg": lon,
                "pads": [
                    {"id": v.vehicle_id, "lat_deg": v.pad[0], "lon_deg": v.pad[1]}
                    for v in self.vehicles
                    if HUBS[v.hub][0] == i
                ],
            }
            for i, name, lat, lon in HUBS
        ]
        return {
            "now_s": self.now_s(),
            "speed": self.speed,
            "attribution": "© OpenStreetMap contributors, ODbL 1.0",
            "bbox": BBOX,
            "hubs": hubs,
            "lockers": [LOCKER],
            "vehicles": self.vehicle_views(),
            "orders": self.order_views(),
            "alerts": self.alert_views(),
            "events": self.events[-200:],
        }
