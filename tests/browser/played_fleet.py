"""A small fleet that is played, not simulated: what the console is drawn from when no orchestrator runs.

Everything follows from the fleet time, apart from what the page itself asks for: an order placed or
cancelled, an alert acknowledged, a vehicle asked. The shapes are those of the gateway's views.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.browser.played_asks import ASKING, CARRIES

START_S = 1_790_000_000.0
BBOX = (24.935176, 60.164155, 24.953415, 60.179113)
SERVICE_S = 8.0
M_PER_DEG = 111_320.0
Json = dict[str, Any]
Point = tuple[float, float, float]

HUBS = (
    ("H1", "Kamppi store", 60.16890, 24.93700),
    ("H2", "Kluuvi depot", 60.17330, 24.94950),
)
STREETS = (
    ("Aleksanterinkatu 21", 60.16935, 24.94440),
    ("Mikonkatu 8", 60.16975, 24.94640),
    ("Unioninkatu 40", 60.17270, 24.95030),
    ("Kaisaniemenkatu 5", 60.17110, 24.94560),
    ("Yrjonkatu 24", 60.16770, 24.93960),
    ("Liisankatu 12", 60.17430, 24.95190),
    ("Vilhonkatu 9", 60.17150, 24.94900),
    ("Lonnrotinkatu 4", 60.16690, 24.94130),
    ("Siltasaarenkatu 6", 60.17760, 24.95010),
    ("Etelaesplanadi 18", 60.16720, 24.94720),
    ("Hakaniemenranta 10", 60.17690, 24.95230),
    ("Kalevankatu 3", 60.16800, 24.94010),
)
PLACED_EARLIER = 9


def metres(a: Point, b: Point) -> float:
    """Length of a straight piece, height included."""
    east = (b[0] - a[0]) * M_PER_DEG * math.cos(math.radians(a[1]))
    return math.hypot(east, (b[1] - a[1]) * M_PER_DEG, b[2] - a[2])


@dataclass
class Vehicle:
    """One vehicle that carries order after order from its hub along a fixed path, out and back."""

    vehicle_id: str
    kind: str
    hub: int
    pad: tuple[float, float]
    street: int
    delay_s: float
    speed_mps: float
    held_at_s: float | None = None
    history: list[str] = field(default_factory=list)

    def path(self) -> list[Point]:
        """Out and back, [longitude, latitude, height]."""
        lat, lon = self.pad
        _, to_lat, to_lon = STREETS[self.street]
        if self.kind == "robot":
            out: list[Point] = [(lon, lat, 0.0), (to_lon, lat, 0.0), (to_lon, to_lat, 0.0)]
        else:
            bend = ((lon + to_lon) / 2 + 0.0012, (lat + to_lat) / 2 + 0.0004, 60.0)
            out = [(lon, lat, 0.0), (lon, lat, 60.0), bend, (to_lon, to_lat, 60.0), (to_lon, to_lat, 15.0)]
        return [*out, *reversed(out[:-1])]

    def half_s(self) -> float:
        """Seconds from start to hand-over."""
        path = self.path()
        return sum(metres(a, b) for a, b in pairwise(path)) / 2 / self.speed_mps

    def since_start_s(self, now_s: float) -> float:
        """Seconds into the mission; negative before it."""
        return (self.held_at_s or now_s) - START_S - self.delay_s

    def stage(self, now_s: float) -> str:
        """What the vehicle is at: idle, load, out, drop, back or docked."""
        at, half = self.since_start_s(now_s), self.half_s()
        ends = (
            (-10.0, "idle"),
            (0.0, "load"),
            (half, "out"),
            (half + SERVICE_S, "drop"),
            (2 * half + SERVICE_S, "back"),
        )
        return next((name for end, name in ends if at < end), "docked")

    def place(self, now_s: float) -> tuple[Point, float]:
        """Where it is, and its heading in degrees."""
        at, half = self.since_start_s(now_s), self.half_s()
        path = self.path()
        left = self.speed_mps * max(0.0, min(at, half) + max(0.0, at - half - SERVICE_S))
        heading = 0.0
        for a, b in pairwise(path):
            length = metres(a, b)
            east, north = (b[0] - a[0]) * math.cos(math.radians(a[1])), b[1] - a[1]
            if east or north:
                heading = math.degrees(math.atan2(east, north)) % 360
            if left <= length:
                part = left / length
                return (
                    a[0] + (b[0] - a[0]) * part,
                    a[1] + (b[1] - a[1]) * part,
                    a[2] + (b[2] - a[2]) * part,
                ), heading
            left -= length
        return path[-1], heading


def fleet() -> list[Vehicle]:
    """Six drones and four robots at two hubs."""
    made = []
    for n in range(10):
        kind, hub = ("drone", n % 2) if n < 6 else ("robot", n % 2)
        lat, lon = HUBS[hub][2] + 0.00008 * (n // 2), HUBS[hub][3] + 0.00012 * (n % 3)
        name = f"D{n + 1}" if kind == "drone" else f"R{n - 5}"
        delay_s = -60.0 + 9.0 * n if n not in (5, 9) else 1e9
        made.append(Vehicle(name, kind, hub, (lat, lon), n, delay_s, 9.0 if kind == "drone" else 2.2))
    return made


STATUS = {
    "idle": "Ready on its pad",
    "load": "Taking a parcel aboard",
    "out": "Carrying a parcel to {}",
    "drop": "Handing over at {}",
    "back": "On its way back",
    "docked": "Charging",
}
PHASE = {
    "idle": None,
    "load": "parcel_aboard",
    "out": "under_way",
    "drop": "under_way",
    "back": "under_way",
    "docked": None,
}
LEGS_DONE = {"idle": 0, "load": 0, "out": 1, "drop": 2, "back": 3, "docked": 5}


def vehicle_view(v: Vehicle, now_s: float, *, lost: bool) -> Json:
    """The V of the live stream."""
    stage = v.stage(now_s)
    address = STREETS[v.street][0]
    status = STATUS[stage].format(address) if v.held_at_s is None else "Holding, as asked"
    return {
        "id": v.vehicle_id,
        "kind": v.kind,
        "hub_id": HUBS[v.hub][0],
        "home": {"lat_deg": v.pad[0], "lon_deg": v.pad[1]},
        "link": "lost" if lost else "up",
        "ready": stage == "idle",
        "phase": PHASE[stage],
        "status": "Not heard: flies on by its own plan" if lost else status,
        "fault": [],
        "carries": CARRIES[v.kind],
        "mission": None if PHASE[stage] is None else mission_view(v, stage, address),
        "halt": None if v.held_at_s is None else {"how": "held", "since_s": v.held_at_s, "by": "operator"},
        "unplaced_since_s": None,
    }


def mission_view(v: Vehicle, stage: str, address: str) -> Json:
    """The mission inside a V."""
    depart_s = START_S + v.delay_s
    handover_s = depart_s + v.half_s() + SERVICE_S
    labels = ("Take parcel aboard", f"To {address}", f"Hand over at {address}", "Back to the hub", "Dock")
    kinds = ("pick_up", "travel", "drop_off", "travel", "dock")
    return {
        "id": 100 + v.street,
        "order_id": f"O{v.street + 1}",
        "parcel_id": f"O{v.street + 1}-1",
        "stops": [
            {
                "parcel_id": f"O{v.street + 1}-1",
                "order_id": f"O{v.street + 1}",
                "address": address,
                "handover_at_s": handover_s,
                "delivered_at_s": handover_s if stage in {"back", "docked"} else None,
            }
        ],
        "path": v.path(),
        "legs": [{"kind": k, "label": t} for k, t in zip(kinds, labels, strict=True)],
        "legs_done": LEGS_DONE[stage],
        "depart_at_s": depart_s,
        "handover_at_s": handover_s,
        "end_at_s": depart_s + 2 * v.half_s() + SERVICE_S,
        "started_at_s": depart_s if stage != "load" else None,
    }


def telemetry_view(v: Vehicle, now_s: float, *, lost: bool) -> Json:
    """The T of the live stream."""
    (lon, lat, height), heading = v.place(now_s)
    stage = v.stage(now_s)
    moving = stage in {"out", "back"} and v.held_at_s is None
    used = max(0.0, min(v.since_start_s(now_s), 400.0)) / 700.0
    return {
        "id": v.vehicle_id,
        "lat_deg": lat,
        "lon_deg": lon,
        "height_agl_m": height,
        "heading_deg": heading,
        "speed_mps": v.speed_mps if moving else 0.0,
        "battery_frac": (0.96 - 0.05 * (v.street % 4)) - used,
        "mode": "mission" if stage in {"out", "drop", "back"} else "hold",
        "armed": stage in {"out", "drop", "back"},
        "age_s": 14.0 if lost else 0.1,
        "carrying": stage in {"load", "out"},
        "warnings": 2 if lost else 0,
        "links": [],
    }


def order_view(index: int, v: Vehicle | None, now_s: float) -> Json:
    """The O of the live stream for one of the shipped streets."""
    address, lat, lon = STREETS[index]
    stage = v.stage(now_s) if v else "idle"
    status = {
        "idle": "waiting" if v is None else "assigned",
        "load": "assigned",
        "out": "on_the_way",
        "drop": "on_the_way",
    }
    word = status.get(stage, "delivered")
    held = v is not None and v.held_at_s is not None
    eta_s = START_S + v.delay_s + v.half_s() + SERVICE_S if v and v.delay_s < 1e6 and not held else None
    done_s = eta_s if word == "delivered" else None
    deadline_s = START_S + (600.0 if index != 3 else 20.0)
    holder = {"waiting": "hub", "assigned": "hub", "on_the_way": "vehicle", "delivered": "recipient"}[word]
    hub = HUBS[v.hub if v else index % 2]
    text = {
        "hub": f"On the shelf of {hub[1]}.",
        "vehicle": f"Aboard {v.vehicle_id}." if v else "",
        "recipient": "Handed over.",
    }
    keeper_id = {"hub": hub[0], "vehicle": v.vehicle_id if v else None, "recipient": None}[holder]
    return {
        "id": f"O{index + 1}",
        "status": word,
        "placed_at_s": START_S - 120.0 + 8 * index,
        "ready_at_s": None,
        "earliest_at_s": deadline_s - 300.0 if index in ASKING else None,
        "deadline_s": deadline_s,
        "delivered_at_s": done_s,
        "eta_s": eta_s if word != "delivered" else None,
        "eta_unknown": f"{v.vehicle_id}: held by operator." if v and held else None,
        "late_because": None,
        "late_s": None if eta_s is None else max(0.0, eta_s - deadline_s),
        "hub_id": hub[0],
        "also_at": [],
        "pick_up": None,
        "skills": ["check_age"] if index in ASKING else [],
        "address": address,
        "kind": "doorstep",
        "lat_deg": lat,
        "lon_deg": lon,
        "vehicle_ids": [v.vehicle_id] if v and word != "waiting" else [],
        "next_vehicle_id": "D5" if word == "waiting" and index % 2 else None,
        "alternatives": [],
        "diverted_to": None,
        "diverted_because": [],
        "wishes": None,
        "placed_by": "demo",
        "tracking_url": "",
        "hand_code": "4821",
        "parcels": [
            {
                "id": f"O{index + 1}-1",
                "mass_kg": 0.6 + 0.2 * (index % 5),
                "size": "medium",
                "temperature": "chilled" if index in ASKING else "ambient",
                "most_aboard_s": 1800.0 if index in ASKING else None,
                "phase": word,
                "keeper": {
                    "kind": holder,
                    "id": keeper_id,
                    "text": text[holder],
                    "lat_deg": None,
                    "lon_deg": None,
                    "last_heard_at_s": None,
                },
                "reasons": ["No free vehicle can carry it yet: D6 charges, R4 is too far away."]
                if word == "waiting"
                else [],
                "proof": None,
                "photo_url": None,
                "collect_by_s": None,
                "in_doubt": False,
            }
        ],
    }
