"""A story and the state it came to, kept as a file: by which rules, and what followed by them."""

from __future__ import annotations

from pathlib import Path

import orjson

from orchestrator.orders.order import OrderId
from orchestrator.record.apply import RULES_VERSION
from orchestrator.record.codec import encode, state_json
from orchestrator.record.events import Entry, LinkLost, MissionWithdrawn, OrderCancelled, VehicleMissing
from orchestrator.record.replay import rebuild
from tests.orchestrator.record.story import (
    CENTRE,
    D1,
    D2,
    START_S,
    WHY,
    delivery,
    entries,
    opening,
    order,
    planned,
)
from vehicles.mission import MissionId

KEPT_STORY = Path(__file__).with_name("kept_story.json")


def told_entries() -> list[Entry]:
    """Delivered, cancelled, withdrawn, missing: what rules are about."""
    return entries(
        [
            *opening(order("O1"), order("O2"), order("O3", parcels=2)),
            *delivery(),
            OrderCancelled(OrderId("O2"), "shop"),
            planned(2, D2, "O3-1"),
            MissionWithdrawn(D2, MissionId(2), WHY),
            LinkLost(D1, CENTRE, START_S),
            VehicleMissing(D1, CENTRE, START_S),
        ]
    )


if __name__ == "__main__":
    story = told_entries()
    lines = [encode(entry) for entry in story]
    kept = {
        "rules": RULES_VERSION,
        "lines": [[line.seq, line.at_s, line.body.decode()] for line in lines],
        "state": orjson.loads(state_json(rebuild(story))),
    }
    KEPT_STORY.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2) + b"\n")
