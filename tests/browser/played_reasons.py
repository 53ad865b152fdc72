"""Why a played order goes with whom, or waits."""

from __future__ import annotations

from tests.browser.played_fleet import SERVICE_S, START_S, Json, Vehicle


def explanation_view(order_id: str, fleet: list[Vehicle]) -> Json:
    """What the gateway answers when an order is looked at."""
    carrier = next((v for v in fleet if f"O{v.street + 1}" == order_id and v.delay_s < 1e6), None)
    parcel: Json = {"id": f"{order_id}-1", "phase": "on_the_way", "text": "", "waiting_for": []}
    if carrier is None:
        candidates = [_cannot("D6", "Charges."), _cannot("R4", "Too far away.")]
        waits = {**parcel, "phase": "waiting", "candidates": candidates, "choices": []}
        return {"order_id": order_id, "text": "It waits for a vehicle.", "parcels": [waits], "word": None}
    choice = {
        "mission_id": 100,
        "planned_at_s": START_S - 20.0,
        "vehicle_id": carrier.vehicle_id,
        "outcome": "under way",
        "reasons": [],
        "quotes": [_quote(n, v, carrier) for n, v in enumerate(fleet)],
    }
    return {
        "order_id": order_id,
        "text": f"{carrier.vehicle_id} would hand it over soonest of all that can.",
        "parcels": [{**parcel, "candidates": [], "choices": [choice]}],
        "word": None,
    }


def _cannot(vehicle_id: str, why: str) -> Json:
    return {"vehicle_id": vehicle_id, "handover_at_s": None, "reasons": [why], "cost_eur": None}


def _quote(number: int, v: Vehicle, carrier: Vehicle) -> Json:
    if v.kind == "robot" and v is not carrier:
        return _cannot(v.vehicle_id, "Too far to be back on its battery.")
    due_s = START_S + carrier.delay_s + carrier.half_s() + SERVICE_S
    return {
        "vehicle_id": v.vehicle_id,
        "handover_at_s": due_s + (0.0 if v is carrier else 35.0 * abs(number - carrier.street)),
        "reasons": [],
        "cost_eur": 1.2 if v is carrier else 1.9,
    }
