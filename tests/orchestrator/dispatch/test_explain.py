"""Why this vehicle, in words."""

from __future__ import annotations

from dataclasses import replace

from geofences.reason import Because, Reason
from orchestrator.dispatch.explain import explain
from orchestrator.record.events import Quote
from tests.orchestrator.record.story import D1, D2, R1, START_S, planned
from vehicles.mission import VehicleId


def test_the_chosen_one_comes_first_then_offers_by_time_then_refusals() -> None:
    handover_at_s = START_S + 180.0  # 22:16:20 UTC
    no = (Reason(Because.ENERGY, "R1", "It needs 40 Wh and has 30."), Reason(Because.ZONE, "Z1", "No."))
    plan = replace(
        planned(1, D1),
        quotes=(
            Quote(R1, None, no),
            Quote(VehicleId("D3"), handover_at_s - 40.0),
            Quote(D2, handover_at_s + 65.0),
            Quote(D1, handover_at_s),
            Quote(VehicleId("A1"), None),
        ),
    )
    assert [(row.vehicle_id, row.text) for row in explain(plan, START_S + 300.0)] == [
        (D1, "Chosen: hand-over at 22:16:20 UTC, 2 min 0 s before the deadline, 0.8 km, 20 Wh."),
        ("D3", "Could at 22:15:40 UTC, 40 s sooner, but serves the fleet better elsewhere."),
        (D2, "Could at 22:17:25 UTC, 1 min 5 s later."),
        ("A1", "No reason was given."),
        (R1, "It needs 40 Wh and has 30. No."),
    ]
    assert explain(plan, START_S)[0].text.startswith("Chosen: hand-over at 22:16:20 UTC, 3 min 0 s late")
